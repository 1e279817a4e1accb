"""Quotations held to their documents: what a statement quotes stands where it says, in bytes that are kept.

Rules:
- a document that is not in the vault, or was erased, is no ground to say anything of what quotes it;
- a quotation that was erased, or cannot be read, is held to nothing;
- a quotation is bytes: what stands there but for its spelling, its spaces or its case does not stand there;
- a statement that a person took from a document was held to it when it was recorded, so a false span is
  broken; a pack is a text that people write, and its false span differs;
- each remark names the statement and the document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from trucewatch.errors import TrucewatchError
from trucewatch.guarantee.graph import key_of
from trucewatch.guarantee.pack import read_pack
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.personal import NOT_HERE
from trucewatch.mission.statements import documents_of, statements_of
from trucewatch.mission.vault import Vault
from trucewatch.mission.verify_remarks import Gravity, Remark
from trucewatch.model.review import Document
from trucewatch.model.statement import Statement

Said = tuple[str, Statement, Gravity]  # where it is on record, and how bad a false span in it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """Who quotes what, taken in as records go by; what is malformed is said elsewhere."""

    documents: dict[str, Document] = field(default_factory=dict)  # by what statements name them by
    taken: dict[str, Said] = field(default_factory=dict)  # statements from documents; the last of each stands
    packs: dict[str, tuple[Said, ...]] = field(default_factory=dict)  # the last text of each stands
    apart: list[tuple[str, Record]] = field(default_factory=list)  # statements whose words are an item

    def take(self, where: str, record: Record) -> None:
        """Take a record in."""
        with suppress(TrucewatchError):
            if record.kind is Kind.DOCUMENT:
                self.documents.update(documents_of([record]))
            elif record.kind is Kind.STATEMENT:
                self.apart.extend([] if record.words is None else [(where, record)])
                for statement in statements_of([record]):
                    self.taken[statement.statement_id] = (where, statement, Gravity.BROKEN)
            elif record.kind is Kind.PACK:
                name = str(record.body.get("name"))
                read = read_pack(str(record.body.get("text")), pack=name)
                self.packs[name] = tuple((where, s, Gravity.DIFFERS) for s in read.statements)

    def with_words(self, vault: Vault, usable: Callable[[str], bool]) -> Mapping[str, Said]:
        """Return the statements from documents, with the words that are here and are theirs; the last of each stands."""
        taken = dict(self.taken)
        for where, record in self.apart:
            with suppress(TrucewatchError):
                whole = [replace(record, words_at=vault.get)] if usable(record.words or "") else []
                for statement in statements_of(whole):
                    if taken.get(statement.statement_id, ("",))[0] == where:
                        taken[statement.statement_id] = (where, statement, Gravity.BROKEN)
        return taken


def misquoted(vault: Vault, quotes: Quotes, usable: Callable[[str], bool]) -> Iterator[Remark]:
    """Yield what is said of documents that are not the recorded ones, and of quotations that are not in theirs."""
    taken = quotes.with_words(vault, usable)
    said = (*taken.values(), *(each for pack in quotes.packs.values() for each in pack))
    for name, document in quotes.documents.items():
        if not usable(document.item):
            continue
        raw = vault.get(document.item)
        digest = hashlib.sha256(raw).hexdigest()
        if name not in (digest, document.item):
            what = f"the document “{document.title}” kept for {name} has other bytes than that digest is of"
            yield Remark(where=f"vault/{document.item[:2]}/{document.item[2:]}", what=what)
            continue
        theirs = [each for each in said if each[1].digest in (name, digest)]
        yield from _held(theirs, document, raw)


def _held(said: Iterable[Said], document: Document, raw: bytes) -> Iterator[Remark]:
    for where, statement, gravity in said:
        spans = [("", statement.quote, statement.start, statement.end)]
        spans += [
            (f", condition {nth}", c.quote, c.start, c.end)
            for nth, c in enumerate(statement.conditions, start=1)
        ]
        for part, quote, start, end in spans:
            wrong = None if quote == NOT_HERE else _wrong(raw, quote, start, end)
            if wrong is not None:
                name = "/".join(key_of(statement)) + part
                what = f"what {name} quotes {wrong} of its document “{document.title}” ({document.document})"
                yield Remark(where=where, what=what, gravity=gravity)


def _wrong(raw: bytes, quote: str | None, start: int | None, end: int | None) -> str | None:
    """Return where a quotation does not stand, in words; None when it stands or nothing is quoted."""
    if start is None or end is None:
        return "stands nowhere in the words" if quote is not None and quote.encode() not in raw else None
    if not 0 <= start < end <= len(raw):
        return f"is said to stand at bytes {start} to {end}, and there are {len(raw)} bytes"
    words = raw[start:end]
    if quote is None or words == quote.encode():
        return None
    return f"does not stand at bytes {start} to {end}"
