"""A pack's documents and instruments: TOML tables in, nouns out.

Rules:
- a document carries the date, the language and the address; what it says of its own date is in its note;
- an instrument's versions stand in the order of their days, and the last may be a draft;
- a clause is in our own words; a quotation is at most eight of the document's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from trucewatch.errors import InputError
from trucewatch.guarantee.actors import is_actor
from trucewatch.guarantee.table import Row, rows
from trucewatch.model.instrument import (
    BindingForce,
    Instrument,
    InstrumentClause,
    InstrumentKind,
    Version,
    VersionState,
)

QUOTE_WORDS_MAX = 8
COMPONENTS = ("monitoring", "support", "force", "attack", "cooperation")
SHA_256 = re.compile(r"[0-9a-f]{64}")

_DERIVED = {"instrument_id", "versions", "stated_on", "pack", "exercise"}
_INSTRUMENT = ("id", "version", *(f.name for f in fields(Instrument) if f.name not in _DERIVED))
_VERSION = ("version", "state", "dated", "source", "clause")
_CLAUSE = ("id", "words", "component", "quote")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What statements are read from."""

    name: str
    stated_on: date
    language: str
    source: str
    note: str = ""
    sha256: str | None = None  # of its bytes, when they were to hand


def read_document(untried: Row) -> Document:
    """Return a [[document]]."""
    row = untried.only(tuple(f.name for f in fields(Document)))
    sha256 = row.maybe("sha256")
    if sha256 is not None and SHA_256.fullmatch(sha256) is None:
        raise InputError(
            "sha256 must be 64 hexadecimal digits: `sha256sum FILE` prints them", where=row.where
        )
    return Document(
        name=row.text("name"),
        stated_on=row.day("stated_on"),
        language=row.text("language"),
        source=row.text("source"),
        note=row.maybe("note") or "",
        sha256=sha256,
    )


def read_instrument(
    untried: Row, documents: Mapping[str, Document], *, pack: str, exercise: bool
) -> Instrument:
    """Return an [[instrument]] with its versions."""
    row = untried.named(f"instrument {untried.text('id')}").only(_INSTRUMENT)
    document = documents[row.word("document", tuple(documents))]
    signatories = row.texts("signatories") if "signatories" in row.table else ()
    check_codes(signatories, exercise=exercise, where=row.where)
    return Instrument(
        instrument_id=row.text("id"),
        title=row.text("title"),
        kind=InstrumentKind(row.word("kind", tuple(InstrumentKind))),
        signatories=signatories,
        binding=BindingForce(row.word("binding", tuple(BindingForce), otherwise=BindingForce.NOT_STATED)),
        body=row.maybe("body"),
        versions=_versions(row),
        document=document.name,
        stated_on=document.stated_on,
        pack=pack,
        quote=read_quote(row),
        correction=row.maybe("correction"),
        note=" ".join(filter(None, (row.maybe("note"), document.note))),
        exercise=exercise,
    )


def read_quote(row: Row) -> str | None:
    """Return the quotation of a row, a few words at most."""
    quote = row.maybe("quote")
    if quote is not None and len(quote.split()) > QUOTE_WORDS_MAX:
        raise InputError(f"quote has over {QUOTE_WORDS_MAX} words: quote fewer", where=row.where)
    return quote


def check_codes(codes: Sequence[str], *, exercise: bool, where: str) -> None:
    """Refuse a code that stands for nobody."""
    for code in codes:
        if not is_actor(code, exercise=exercise):
            raise InputError(
                f"actor {code!r} is neither an ISO 3166 alpha-2 code nor an organisation's (XA to XZ)",
                where=where,
            )


def _versions(row: Row) -> tuple[Version, ...]:
    found = tuple(_version(each) for each in rows(row, "version"))
    names = [version.version for version in found]
    if len(set(names)) < len(names):
        raise InputError("two versions bear one name: give each its own", where=row.where)
    if list(found) != sorted(found, key=lambda version: version.dated):
        raise InputError("versions stand in the order of their days, the earliest first", where=row.where)
    return found


def _version(untried: Row) -> Version:
    row = untried.only(_VERSION)
    clauses = tuple(_clause(each) for each in rows(row, "clause"))
    ids = [clause.clause_id for clause in clauses]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        raise InputError(f"two clauses are called {twice}: give each its own id", where=row.where)
    return Version(
        version=row.text("version"),
        state=VersionState(row.word("state", tuple(VersionState))),
        dated=row.day("dated"),
        source=row.text("source"),
        clauses=clauses,
    )


def _clause(untried: Row) -> InstrumentClause:
    row = untried.only(_CLAUSE)
    return InstrumentClause(
        clause_id=row.text("id"),
        words=row.text("words"),
        component=row.word("component", COMPONENTS) if "component" in row.table else None,
        quote=read_quote(row),
    )
