"""The vault held to the record: every file by its digest, every batch by its rows.

Rules:
- a file's name is the SHA-256 of its bytes, and one that is not what its name says is named;
- a file that a record rests on and that is not here is named, unless a tombstone says who erased it, when
  and why; one that no record rests on is noted;
- words that people said are those that were taken out of their records, where they were not erased (`personal`);
- what statements quote stands in the documents that are here (`verify_quotes`);
- a batch's rows read as their table has it, are as many as recorded, and have the ids of their content, or where they have
  words those that salts make of them; where the words were erased no id can be computed, and that is noted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from trucewatch.errors import IntegrityError, TrucewatchError
from trucewatch.mission.erasing import erased
from trucewatch.mission.files import open_plain
from trucewatch.mission.intake import TABLES, Batch, batches, refusals_of, sent_by_its_source
from trucewatch.mission.journal import Kind, Record, utc_text
from trucewatch.mission.personal import put_back
from trucewatch.mission.signatures import Sent
from trucewatch.mission.vault import NAME, Vault
from trucewatch.mission.verify_lines import unknown_file
from trucewatch.mission.verify_quotes import Quotes, misquoted
from trucewatch.mission.verify_remarks import Gravity, Remark
from trucewatch.mission.words import agree, as_content
from trucewatch.model.canonical import with_ids
from trucewatch.model.formats import from_parquet
from trucewatch.model.tables import OBSERVATIONS, Table

MOST_EQUAL_ROWS = 1 << 12  # equal rows of one file that an id is sought among


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What records say of the vault, taken in as they go by."""

    needed: dict[str, str] = field(default_factory=dict)  # name of a file: the record that rests on it
    batches: dict[tuple[str, str], list[tuple[str, Record]]] = field(default_factory=dict)
    sent: list[tuple[str, Sent]] = field(default_factory=list)  # batches that came signed
    gone: dict[str, str] = field(default_factory=dict)  # name of a file: who erased it, when and why
    quotes: Quotes = field(default_factory=Quotes)
    words: list[tuple[str, Record]] = field(default_factory=list)  # records whose words are apart

    def take(self, where: str, record: Record) -> None:
        """Take a record in; IntegrityError when it is a tombstone that names nothing."""
        self.quotes.take(where, record)
        if record.words is not None:
            self.words.append((where, record))
        for name in record.rests_on:
            self.needed.setdefault(name, f"record {record.seq}")
        if record.kind is Kind.TOMBSTONE:
            told = f"by {record.author} at {utc_text(record.recorded_at)}: {record.body.get('why')}"
            self.gone.update(dict.fromkeys(erased([record]), told))
        elif record.kind is Kind.BATCH:
            key = (str(record.body.get("source_id")), str(record.body.get("evidence")))
            self.batches.setdefault(key, []).append((where, record))


def kept(folder: Path, keeping: Keeping, *, sure: bool) -> Iterator[Remark]:
    """Yield what is said of the vault in `folder`; without `sure`, a tombstone may be in a broken line."""
    if not folder.is_dir() and keeping.needed.keys() - keeping.gone.keys():
        yield Remark(where="vault", what=f"is missing, and {len(keeping.needed)} files in it are rested on")
        return
    here: set[str] = set()
    broken: set[str] = set()
    for path in sorted(path for path in folder.rglob("*") if not path.is_dir()):
        inside = path.relative_to(folder)
        name = "".join(inside.parts)
        if len(inside.parts) != 2 or len(inside.parts[0]) != 2 or NAME.fullmatch(name) is None:
            yield unknown_file(f"vault/{inside.as_posix()}")
            continue
        here.add(name)
        if _digest(path) != name:
            broken.add(name)
            yield Remark(where=_place(name), what="its bytes are not those that were kept")
    yield from _accounted(keeping, here, sure=sure)
    vault = Vault(folder=folder)
    usable = (here - broken).__contains__
    for where, sent in keeping.sent:
        if usable(sent.evidence) and usable(sent.signature) and (why := sent.why_not(vault)):
            yield Remark(where=where, what=f"the batch is not validly signed: {why}")
    for stands in keeping.batches.values():
        for n, (where, record) in enumerate(stands):
            yield from _batch(vault, where, record, usable, again=n > 0)
    yield from _words(vault, keeping, usable)
    yield from misquoted(vault, keeping.quotes, usable)


def _words(vault: Vault, keeping: Keeping, usable: Callable[[str], bool]) -> Iterator[Remark]:
    """Yield the records whose words here are not those that were taken out of them, or that do not rest on them."""
    for where, record in keeping.words:
        name = record.words or ""
        if name not in record.rests_on:
            yield Remark(where=where, what="its words are an item that it does not rest on")
        elif usable(name):
            try:
                put_back(record.kind, record.written, vault.get(name))
            except IntegrityError as fault:
                yield Remark(where=where, what=fault.message)
            else:
                keeping.quotes.with_words(where, replace(record, words_at=vault.get))


def _accounted(keeping: Keeping, here: set[str], *, sure: bool) -> Iterator[Remark]:
    """Yield what is said of files that are here and should not be, or the other way round."""
    for name, by in sorted(keeping.needed.items()):
        if name in here or name in keeping.gone:
            continue
        gravity = Gravity.BROKEN if sure else Gravity.NOTED
        where = _place(name) if NAME.fullmatch(name) else name[:80]
        yield Remark(where=where, what=f"is missing, and {by} rests on it", gravity=gravity)
    for name, told in sorted(keeping.gone.items()):
        if name in here:
            what = f"is here, and was to be erased {told}"
            yield Remark(where=_place(name), what=what, gravity=Gravity.DIFFERS)
        else:
            yield Remark(where=_place(name), what=f"was erased {told}", gravity=Gravity.NOTED)
    for name in sorted(here - keeping.needed.keys() - keeping.gone.keys()) if sure else ():
        yield Remark(where=_place(name), what="no record rests on it", gravity=Gravity.NOTED)


def _batch(
    vault: Vault, where: str, record: Record, usable: Callable[[str], bool], *, again: bool
) -> Iterator[Remark]:
    """Yield what is said of a batch whose files are all sound, or erased."""
    try:
        batch = batches([record], gone=())[0]
        table = TABLES[batch.table]
        if usable(batch.refusals) and len(refusals_of(vault, batch)) != batch.refused:
            what = f"the batch has {batch.refused} refusals as recorded, and its file other ones"
            yield Remark(where=where, what=what)
        if not usable(batch.rows):
            return
        rows = from_parquet(table, vault.get(batch.rows))
        if not sent_by_its_source(batch, rows):
            yield Remark(
                where=where, what=f"the batch is of {batch.source_id}, and rows are of another source"
            )
        few = rows.height < batch.accepted if again else rows.height != batch.accepted
        if few:
            what = f"the batch took {batch.accepted} rows as recorded, and its file has {rows.height}"
            yield Remark(where=where, what=what)
        yield from _content(vault, batch, rows, table, where, usable)
    except TrucewatchError as fault:
        yield Remark(where=where, what=f"the batch of record {record.seq} cannot be read: {fault.message}")


def _content(
    vault: Vault, batch: Batch, rows: pl.DataFrame, table: Table, where: str, usable: Callable[[str], bool]
) -> Iterator[Remark]:
    if batch.words is not None and not usable(batch.words):
        what = "words of this batch are not here: the ids of its rows cannot be computed"
        yield Remark(where=where, what=what, gravity=Gravity.NOTED)
        return
    item = None if batch.words is None else vault.get(batch.words)
    if item is not None and not agree(rows, item):
        yield Remark(where=where, what="the words of this batch are not those its rows have digests of")
    elif table is OBSERVATIONS:
        wrong = _wrong_ids(as_content(rows, item))
        if wrong:
            yield Remark(
                where=where, what=f"{wrong} rows of this batch have ids that are not their content's"
            )


def _wrong_ids(rows: pl.DataFrame) -> int:
    """Return how many ids no occurrence of their row in a file gives."""
    right = with_ids(rows)["observation_id"]
    wrong = rows.filter(rows["observation_id"] != right)
    count = 0
    for n in range(wrong.height):
        times = 8
        row, given = wrong[n], wrong["observation_id"][n]
        while times <= MOST_EQUAL_ROWS and given not in _ids(row, times):
            times *= 8
        count += times > MOST_EQUAL_ROWS
    return count


def _ids(row: pl.DataFrame, times: int) -> frozenset[str]:
    """Return the ids that a row has when a file holds it `times` times."""
    return frozenset(with_ids(pl.concat([row] * times))["observation_id"])


def _digest(path: Path) -> str | None:
    try:
        with open_plain(path) as held:
            return hashlib.file_digest(held, "sha256").hexdigest()
    except OSError:
        return None


def _place(name: str) -> str:
    return f"vault/{name[:2]}/{name[2:]}"
