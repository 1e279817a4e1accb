"""Working copies: what may be looked at, marked and sent on, while the evidentiary copy stays as it was received.

Rules:
- the vault's file is read, checked against its name, and never opened for writing;
- a copy lies outside the mission's folder, with `FILE.provenance.json` beside it, which says what it was made
  from, how, its own SHA-256 and which version made it; that is written first;
- metadata is stripped in a copy only, and only of what `stripping` knows;
- bytes cannot be let out in part: an item that the gate would cut, or that nobody has read, is refused whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from trucewatch.errors import InputError, RefusedError
from trucewatch.mission.erasing import erased
from trucewatch.mission.files import STDIN, object_text, write_whole
from trucewatch.mission.folder import Folder
from trucewatch.mission.intake import TABLES, batches, rows_of
from trucewatch.mission.journal import Kind, Record, utc_text
from trucewatch.mission.stripping import Stripped, strip
from trucewatch.model.gate import project
from trucewatch.model.vocabulary import Audience

AS_IT_IS, STRIPPED = "as it is", "metadata stripped"
ENDING = ".provenance.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A working copy, and what is said of it."""

    file: str
    provenance: str  # the file beside it
    record: Record  # the first that rests on what it was made from
    removed: tuple[tuple[str, int, int], ...]  # what metadata, how many pieces, how many bytes
    sha256: str
    byte_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be copied, where to, and for whom."""

    name: str  # of the vault
    out: str
    stripped: bool
    audience: Audience
    mark: str  # its stamp


def copy(folder: Folder, wanted: Wanted, *, at: datetime) -> Copied:
    """Write a working copy of an item of the vault, and its provenance beside it.

    Raises InputError when there is no such item, RefusedError when it is not to be let out or would lie inside
    the mission, IntegrityError when it is not what was kept.
    """
    _refuse_inside(folder.path, wanted.out)
    records = tuple(folder.journal.replay())
    record = _resting(records, wanted.name)
    _refuse_uncleared(folder, records, wanted, at)
    raw = folder.vault.get(wanted.name)
    try:
        made = strip(raw) if wanted.stripped else None
    except InputError as fault:
        raise InputError(fault.message, where=wanted.name) from fault
    written = raw if made is None else made.raw
    copied = Copied(
        file=wanted.out,
        provenance=f"{wanted.out}{ENDING}",
        record=record,
        removed=() if made is None else made.removed,
        sha256=hashlib.sha256(written).hexdigest(),
        byte_count=len(written),
    )
    said = _provenance(folder, wanted, copied, made)
    write_whole(Path(copied.provenance), f"{object_text(said)}\n".encode())
    write_whole(Path(copied.file), written)
    return copied


def _refuse_inside(mission: Path, out: str) -> None:
    if out == STDIN:
        raise InputError("a working copy has its provenance beside it: give a file with -o")
    place = Path(out).absolute().parent.resolve()
    if Path(out).is_dir():
        raise InputError("is a folder: name a file in it", where=out)
    held = next(
        (above for above in (place, *place.parents) if above.exists() and above.samefile(mission)), None
    )
    if held is not None:
        raise RefusedError(
            "lies in the mission's folder, where working copies never go: choose another", where=out
        )


def _resting(records: Sequence[Record], name: str) -> Record:
    """Return the first record that rests on an item."""
    if name in erased(records):
        raise InputError("was erased, and a tombstone says so: no copy can be made", where=name)
    found = next((record for record in records if name in record.rests_on), None)
    if found is None:
        raise InputError("is no item that a record rests on: give its whole name, 64 digits", where=name)
    return found


def _refuse_uncleared(folder: Folder, records: Sequence[Record], wanted: Wanted, at: datetime) -> None:
    """Ask the gate of the rows that an item gave or holds, and refuse it when they may not leave as they are."""
    if wanted.audience is not Audience.INTERNAL:
        raise RefusedError(
            "leaves to nobody outside as it is: `trucewatch release propose --picture` takes two names",
            where=wanted.name,
        )
    standing = batches(records)
    for batch in standing:
        table = TABLES[batch.table]
        if wanted.name in (batch.evidence, batch.rows):
            rows = rows_of(folder.vault, [batch], table)
            if not project(rows, wanted.audience, at).equals(rows, null_equal=True):
                raise RefusedError(
                    "holds what the gate keeps back, such as where an observer stood, and bytes cannot be cut:"
                    " `trucewatch export` writes what may leave",
                    where=wanted.name,
                )
    apart = {r.rests_on for r in records if r.kind is Kind.QUARANTINE}
    read = {batch.evidence for batch in standing}
    if wanted.name not in read and any(wanted.name in names for names in apart):
        raise RefusedError("is kept apart and was not read: see `trucewatch quarantine`", where=wanted.name)


def _provenance(folder: Folder, wanted: Wanted, copied: Copied, made: Stripped | None) -> dict[str, object]:
    record = copied.record
    return {
        "stamp": wanted.mark,
        "made_from": {
            "log": folder.journal.key.name,
            "vault": wanted.name,
            "record": record.seq,
            "leaf": record.index,
            "kind": record.kind.value,
            "author": record.author,
            "recorded_at": utc_text(record.recorded_at),
            "source": record.body.get("source_id") or record.author,
            "file": record.body.get("file"),
        },
        "how": AS_IT_IS if made is None else STRIPPED,
        "form": None if made is None else made.form,
        "stripped": [{"what": what, "pieces": n, "bytes": size} for what, n, size in copied.removed],
        "copy": {"file": Path(copied.file).name, "bytes": copied.byte_count, "sha256": copied.sha256},
        "made_by": f"trucewatch {version('trucewatch')}",
    }
