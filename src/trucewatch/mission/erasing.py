"""Erasing what must not be kept: an item of the vault goes, and a tombstone in the record says so.

Rules:
- the tombstone comes first: it names the item, who erased it, when and why; then the file is removed, its
  salt with it, so that nothing confirms a guess at what it was;
- what people said is named by its item, or by the id of the fact, move, notice or statement that it is of;
- with the words of a statement go those of its reviews, and those that it had before it was mended;
- with the bytes that a source sent goes its signature of them, for it holds their SHA-256; with words go those of the same
  bytes as they were read before;
- with an item go its twins, which a writer that was killed left and no record rests on, and unfinished files;
- the read model goes too, for it was made of what is erased: it is made again;
- a crash between the two leaves a tombstone and the file: the same erasure again removes it;
- the record goes on to name the item, and every reader does without it; rows and records stay;
- a copy elsewhere, a disk that keeps old blocks, a page made before: those are the operator's to find.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.annotations import OWN_ID
from trucewatch.mission.authors import author
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, writing_moment
from trucewatch.mission.journal import Kind, Record

ID_OF: Mapping[Kind, str] = MappingProxyType(
    {**OWN_ID, Kind.FACT: "fact_id", Kind.MOVE: "move_id", Kind.STATEMENT: "statement_id"}
)
"""The member of a record that is the id of what it says."""


def erased(records: Iterable[Record]) -> frozenset[str]:
    """Return the names of the items that a tombstone among `records` says are erased."""
    return frozenset(_name(record) for record in records if record.kind is Kind.TOMBSTONE)


def erase(
    folder: Folder,
    names: Sequence[str],
    *,
    by: str,
    why: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> tuple[str, ...]:
    """Erase the items `names` of the vault for good, and return those that this recorded as erased.

    A name is an item's, or the id of what somebody said. Raises RefusedError without a reason, InputError when an item is not in the vault.
    """
    if not why.strip():
        raise RefusedError("an erasure says why: give the reason")
    records = tuple(folder.journal.replay())
    moment = writing_moment(mission_of(recorded(records)).replay, at)
    gone = erased(records)
    names = tuple(item for name in names for item in _items(records, name))
    names = (*names, *_with_them(records, names))
    names = (*names, *_twins(folder, records, names))
    fresh = tuple(name for name in dict.fromkeys(names) if name not in gone)
    for name in fresh:
        if not folder.vault.holds(name):
            raise InputError("is not in the vault: nothing was erased", where=name)
    settle(folder, by=by, key=key, at=moment)
    who = author(folder.journal, by=by, key=key)
    tombs = [who.entry(Kind.TOMBSTONE, {"name": name, "why": why}) for name in fresh]
    folder.journal.append(tombs, at=moment)
    for view in folder.path.glob("views.sqlite*"):
        view.unlink(missing_ok=True)
    for name in names:
        folder.vault.erase(name)
    folder.vault.tidy()
    return fresh


def _twins(folder: Folder, records: Iterable[Record], names: Collection[str]) -> tuple[str, ...]:
    """Return the items that no record rests on and that have the bytes of one among `names` that is here."""
    rested_on = {name for record in records for name in record.rests_on}
    here = [name for name in names if folder.vault.holds(name)]
    return folder.vault.twins(here, rested_on)


def _items(records: Iterable[Record], name: str) -> tuple[str, ...]:
    """Return the items of the words of what has the id `name`; the name itself when nothing has it."""
    said = [r for r in records if r.words is not None and r.written.get(ID_OF.get(r.kind, "")) == name]
    return tuple(dict.fromkeys(r.words for r in said if r.words is not None)) or (name,)


def _with_them(records: Sequence[Record], names: Collection[str]) -> tuple[str, ...]:
    """Return what goes with items: signatures of batches, all words of the same bytes, of the same statement."""
    read = [r for r in records if r.kind in (Kind.STATEMENT, Kind.REVIEW) and r.words is not None]
    ids = {r.written["statement_id"] for r in read if r.words in names} - {None}
    same = [r.words for r in read if r.written["statement_id"] in ids and r.words is not None]
    bodies = [record.body for record in records if record.kind is Kind.BATCH]
    notes = [b["signature"] for b in bodies if b.get("evidence") in names and b.get("signature")]
    of = {(b.get("source_id"), b.get("evidence")) for b in bodies if b.get("words") in names}
    said = [b["words"] for b in bodies if (b.get("source_id"), b.get("evidence")) in of and b.get("words")]
    return tuple(map(str, (*notes, *said, *same)))


def _name(record: Record) -> str:
    name = record.body.get("name")
    if not isinstance(name, str) or not isinstance(record.body.get("why"), str):
        raise IntegrityError(f"record {record.seq} is not a tombstone: restore the record")
    return name
