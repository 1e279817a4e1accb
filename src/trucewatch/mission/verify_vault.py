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

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from trucewatch.errors import IntegrityError, TrucewatchError
from trucewatch.mission.erasing import erased
from trucewatch.mission.intake import TABLES, Batch, batches, refusals_of, sent_by_its_source
from trucewatch.mission.journal import Kind, Record, utc_text
from trucewatch.mission.personal import NOT_HERE, hollow_of, put_back
from trucewatch.mission.signatures import Sent
from trucewatch.mission.vault import NAME, Vault
from trucewatch.mission.verify_items import ITEM, NAME_BYTES, Flags, Items, Names, Needed, among
from trucewatch.mission.verify_lines import JOURNAL, unknown_file
from trucewatch.mission.verify_quotes import Quotes, misquoted
from trucewatch.mission.verify_remarks import Gravity, Remark
from trucewatch.mission.verify_runs import Run
from trucewatch.mission.verify_shelves import OF_A_FACT, SOUND, WORDS, Shelf, shelves
from trucewatch.mission.words import agree, as_content
from trucewatch.model.canonical import canonical, with_ids
from trucewatch.model.formats import from_parquet
from trucewatch.model.tables import OBSERVATIONS, Table

MOST_EQUAL_ROWS = 1 << 12  # equal rows of one file that an id is sought among
NOT_ITS_WORDS = "its words are not those that were taken out of it: restore the record from a copy"
FACT_HOLLOW = canonical({OF_A_FACT: NOT_HERE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What records say of the vault, taken in as they go by."""

    needed: dict[str, int] = field(default_factory=dict)  # name of a file: the first record that rests on it
    batches: dict[tuple[str, str], list[tuple[str, Record]]] = field(default_factory=dict)
    sent: list[tuple[str, Sent]] = field(default_factory=list)  # batches that came signed
    gone: dict[str, str] = field(default_factory=dict)  # name of a file: who erased it, when and why
    quotes: Quotes = field(default_factory=Quotes)
    facts: Items = field(default_factory=Items)  # words of facts
    words: dict[tuple[str, Kind, bytes], tuple[int, str]] = field(
        default_factory=dict
    )  # others, by what they are to be
    astray: list[str] = field(default_factory=list)  # where a record is that does not rest on its words

    def take(self, where: str, record: Record) -> None:
        """Take a record in; IntegrityError when it is a tombstone that names nothing."""
        self.quotes.take(where, record)
        self._words(where, record)
        for name in record.rests_on:
            self.needed.setdefault(name, record.seq)
        if record.kind is Kind.TOMBSTONE:
            told = f"by {record.author} at {utc_text(record.recorded_at)}: {record.body.get('why')}"
            self.gone.update(dict.fromkeys(erased([record]), told))
        elif record.kind is Kind.BATCH:
            key = (str(record.body.get("source_id")), str(record.body.get("evidence")))
            self.batches.setdefault(key, []).append((where, record))

    def run(self, run: Run) -> None:
        """Take a run of plain facts in."""
        self.facts.add(run.where, run.seq, run.words)

    def _words(self, where: str, record: Record) -> None:
        name = record.words
        if name is None:
            return
        if name not in record.rests_on:
            self.astray.append(where)
            return
        hollow = hollow_of(record.kind, record.written)
        if record.kind is Kind.FACT and hollow == FACT_HOLLOW and NAME.fullmatch(name):
            self.facts.add(where, record.seq, {bytes.fromhex(name): 0})
        else:
            self.words.setdefault((name, record.kind, hollow), (record.seq, where))


@dataclass(slots=True, kw_only=True)
class _Kept:
    """What was found of the vault, shelf by shelf."""

    keeping: Keeping
    sure: bool
    here: set[str] = field(
        default_factory=set
    )  # files that are here, of those that few records rest on, or were erased
    usable: set[str] = field(default_factory=set)  # those whose bytes are what was kept
    missing: list[tuple[str, int]] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    not_words: list[tuple[int, str]] = field(default_factory=list)  # records whose words are others

    def shelf(self, shelf: Shelf, asked: Sequence[str], needed: Needed) -> Iterator[Remark]:
        """Take in one folder's files, those of it that are asked for one by one, and those that facts rest on."""
        names = np.frombuffer(shelf.names, dtype=needed.names.dtype)
        flags = np.frombuffer(shelf.flags, dtype=np.uint8)
        for name in _spelled(names[flags & SOUND == 0]):
            yield Remark(where=_place(name), what="its bytes are not those that were kept")
        for path in shelf.strange:
            yield unknown_file(f"vault/{path}")
        one_by_one = _names(asked)
        here = among(one_by_one, names)
        self.here.update(_spelled(one_by_one[here]))
        self.usable.update(_spelled(one_by_one[here & among(one_by_one, names[flags & SOUND > 0])]))
        self._facts(needed, names, flags)
        if self.sure:
            rested = among(names, one_by_one) | among(names, needed.names)
            self.loose += _spelled(names[~rested])

    def _facts(self, needed: Needed, names: Names, flags: Flags) -> None:
        gone, place = self.keeping.gone, self.keeping.facts.place
        lost = ~among(needed.names, names)
        for name, seq in zip(_spelled(needed.names[lost]), needed.numbers[lost].tolist(), strict=True):
            self.missing += [] if name in gone else [(name, seq)]
        others = among(needed.names, names[flags & (SOUND | WORDS) == SOUND])
        self.not_words += [(seq, place(JOURNAL, seq)) for seq in needed.numbers[others].tolist()]


def kept(folder: Path, keeping: Keeping, *, sure: bool, processes: int = 1) -> Iterator[Remark]:
    """Yield what is said of the vault in `folder`; without `sure`, a tombstone may be in a broken line.

    Many files are read by so many `processes`.
    """
    if not folder.is_dir() and (
        lost := len(keeping.needed.keys() - keeping.gone.keys()) + len(keeping.facts)
    ):
        yield Remark(where="vault", what=f"is missing, and {lost} files in it are rested on")
        return
    found = _Kept(keeping=keeping, sure=sure)
    yield from _shelves(folder, found, processes)
    yield from _accounted(found)
    vault = Vault(folder=folder)
    usable = found.usable.__contains__
    for where, sent in keeping.sent:
        if usable(sent.evidence) and usable(sent.signature) and (why := sent.why_not(vault)):
            yield Remark(where=where, what=f"the batch is not validly signed: {why}")
    for stands in keeping.batches.values():
        for n, (where, record) in enumerate(stands):
            yield from _batch(vault, where, record, usable, again=n > 0)
    yield from _words(vault, found)
    yield from misquoted(vault, keeping.quotes, usable)


def _shelves(folder: Path, found: _Kept, processes: int) -> Iterator[Remark]:
    """Yield what is said of each file by itself, while `found` takes in the folders."""
    asked: dict[int, list[str]] = {}
    for name in sorted(found.keeping.needed.keys() | found.keeping.gone.keys()):
        if NAME.fullmatch(name):
            asked.setdefault(int(name[:2], 16), []).append(name)
    left = set(range(256))
    with shelves(folder, processes) as each:
        for shelf in each:
            first = shelf.names[0] if shelf.names else None
            if first is None:
                yield from (unknown_file(f"vault/{path}") for path in shelf.strange)
                continue
            left.discard(first)
            yield from found.shelf(shelf, asked.get(first, ()), found.keeping.facts.under(first))
    for first in sorted(first for first in left if found.keeping.facts.rows[first]):
        list(found.shelf(Shelf(), (), found.keeping.facts.under(first)))


def _words(vault: Vault, found: _Kept) -> Iterator[Remark]:
    """Yield the records whose words here are not those that were taken out of them, or that do not rest on them.

    Of records that share an item and say the same of it, the first is named.
    """
    for where in found.keeping.astray:
        yield Remark(where=where, what="its words are an item that it does not rest on")
    wrong = found.not_words
    for (name, kind, hollow), place in found.keeping.words.items():
        if name in found.usable and not _are_words(kind, hollow, vault.get(name)):
            wrong.append(place)
    for _, where in sorted(wrong):
        yield Remark(where=where, what=NOT_ITS_WORDS)


def _are_words(kind: Kind, hollow: bytes, raw: bytes) -> bool:
    try:
        return bool(put_back(kind, json.loads(hollow), raw))
    except IntegrityError:
        return False


def _accounted(found: _Kept) -> Iterator[Remark]:
    """Yield what is said of files that are here and should not be, or the other way round."""
    needed, gone = found.keeping.needed, found.keeping.gone
    single = {name: seq for name, seq in needed.items() if name not in found.here and name not in gone}
    missing = dict(found.missing)
    missing |= {name: min(seq, missing.get(name, seq)) for name, seq in single.items()}
    for name, seq in sorted(missing.items()):
        gravity = Gravity.BROKEN if found.sure else Gravity.NOTED
        where = _place(name) if NAME.fullmatch(name) else name[:80]
        yield Remark(where=where, what=f"is missing, and record {seq} rests on it", gravity=gravity)
    for name, told in sorted(gone.items()):
        if name in found.here:
            what = f"is here, and was to be erased {told}"
            yield Remark(where=_place(name), what=what, gravity=Gravity.DIFFERS)
        else:
            yield Remark(where=_place(name), what=f"was erased {told}", gravity=Gravity.NOTED)
    for name in sorted(found.loose):
        yield Remark(where=_place(name), what="no record rests on it", gravity=Gravity.NOTED)


def _names(spelled: Sequence[str]) -> Names:
    return np.frombuffer(bytes.fromhex("".join(spelled)), dtype=ITEM)


def _spelled(names: Names) -> list[str]:
    raw = names.tobytes()
    return [raw[at : at + NAME_BYTES].hex() for at in range(0, len(raw), NAME_BYTES)]


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


def _place(name: str) -> str:
    return f"vault/{name[:2]}/{name[2:]}"
