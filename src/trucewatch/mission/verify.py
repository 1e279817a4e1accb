"""A record verified: everything in it held to its checkpoint, and the checkpoint to a policy from outside.

Rules:
- it needs no mission, no network and no private key: a folder with record/ and, for what it rests on, vault/;
- each remark names the file that is wrong; where one fault would make others look wrong, those are not said;
- the tree comes first, then the lines of the journal, then what records say together, then the vault, and
  last the configuration on disk;
- without a policy from outside a record is at best consistent with itself, and the words say so;
- the journal is read as a stream: a record of millions is never held whole;
- what a writer that was killed left beyond the checkpoint is nobody's fault: it is noted, and the next writer sees to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest
from pathlib import Path

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.audit import Fault, audit
from trucewatch.log.checkpoint import Checkpoint
from trucewatch.log.growth import read_mark, touched
from trucewatch.log.policy import Policy
from trucewatch.log.proof import span_root
from trucewatch.log.store import AHEAD, GROWING, TORN
from trucewatch.log.tile import FULL, LONGEST_ENTRY_BYTES, Tile, hashes_in, perfect_trees, unbundled, width_at
from trucewatch.log.tree import leaf_hash
from trucewatch.mission.config import MissionTable
from trucewatch.mission.files import open_plain, read_plain
from trucewatch.mission.journal import Record
from trucewatch.mission.ticks import tick_of
from trucewatch.mission.verify_checkpoints import (
    Cosigned,
    Older,
    RootAt,
    follows_older,
    head_of,
    keys_of,
    published_in,
    tiles_in,
)
from trucewatch.mission.verify_lines import Row, lines_of, scan, unknown_file
from trucewatch.mission.verify_records import said_by
from trucewatch.mission.verify_remarks import Gravity, Remark, worst

Step = Callable[[str], None]
LONGEST_TILE_BYTES = FULL * (2 + LONGEST_ENTRY_BYTES)
LEFT = {
    GROWING: "an append was cut off here: the next one sets it aside",
    AHEAD: "a writer was cut off here: the next one takes in what it had acknowledged",
}
FILES = frozenset({"log.vkey", "checkpoint", *LEFT})
_CUT = re.compile(r"\.[^/]+\.part")  # what a write that was cut off leaves
FOLDERS = frozenset({"tile", "journal", "published", TORN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What verifying a record came to."""

    folder: Path  # that holds record/
    head: Checkpoint | None
    records: int
    published: tuple[Cosigned, ...]  # the newest first
    remarks: tuple[Remark, ...]
    policy: bool  # one was given from outside
    mission: MissionTable | None = None  # as recorded
    clock: tuple[Record, ...] = ()  # the records that say when checkpoints leave

    @property
    def exit_code(self) -> int:
        """What the command ends with."""
        return int(worst(self.remarks))

    @property
    def authenticated(self) -> Cosigned | None:
        """The newest checkpoint whose quorum the policy from outside has, when nothing is broken."""
        sound = worst(self.remarks) is not Gravity.BROKEN
        good = (one for one in self.published if one.quorum)
        return next(good, None) if sound and self.policy else None

    @property
    def verdict(self) -> str:
        """The verdict in one line."""
        if worst(self.remarks) is Gravity.BROKEN or self.head is None:
            return "broken: it is not what was recorded"
        if not self.policy:
            return "self-consistent, not authenticated: no policy from outside was given"
        if self.authenticated is None:
            return "signed by the log's key, not authenticated: no checkpoint here has the policy's quorum"
        size, rest = self.authenticated.checkpoint.size, self.head.size
        behind = "" if size == rest else f"; the {rest - size:,} after them rest on the log's own key"
        return f"authenticated: the policy's quorum cosigned its first {size:,} leaves{behind}"


def _silent(_step: str) -> None:
    """Tell nobody."""


def record_in(path: Path) -> Path:
    """Return the record's folder that `path` is or holds; InputError when there is none."""
    for found in (path / "record", path):
        if any((found / name).exists() for name in ("log.vkey", "checkpoint", "journal")):
            return found
    raise InputError("no record is here: name a mission's folder, or its record/", where=str(path))


def verify(
    path: Path,
    *,
    policy: Policy | None = None,
    older: Sequence[Older] = (),
    step: Step = _silent,
    processes: int = 1,
) -> Verified:
    """Return what the record in `path` comes to; InputError when there is none, or `older` is not of it.

    A long record is read by so many `processes`, which a script that verifies must be ready for: they are
    started afresh, so it does its work under `if __name__ == "__main__"`.
    """
    record = record_in(path)
    keys, remarks = keys_of(record, policy)
    head = head_of(record, keys) if keys else None
    if not isinstance(head, tuple):
        lost = (*remarks, *([] if head is None else [head]), _unheld())
        return Verified(
            folder=record.parent, head=None, records=0, published=(), remarks=lost, policy=policy is not None
        )
    checkpoint, key = head
    step(f"auditing the tree of {checkpoint.size:,} leaves")
    faults = _tree(record, checkpoint)
    root_at = None if faults else _roots(record, checkpoint)
    left = list(published_in(record, checkpoint, key, policy, root_at))
    kept = [follows_older(one, checkpoint, key, root_at) for one in older]
    found = [
        *remarks,
        *_remarks(faults),
        *(one for one in left if isinstance(one, Remark)),
        *kept,
        *_strange(record),
    ]
    published = tuple(one for one in left if isinstance(one, Cosigned))
    if policy is not None and not any(one.quorum for one in published):
        found.append(_unquorate(policy))
    sizes = frozenset(one.checkpoint.size for one in published)
    journal, leaves = record / "journal", _leaves(record, checkpoint, faults)
    with closing(scan(journal, checkpoint.size, leaves, processes=processes)) as lines:
        again = partial(lines_of, journal, leaves=leaves)
        told = said_by(record, lines, again=again, key=key, left=sizes, step=step, processes=processes)
    return Verified(
        folder=record.parent,
        head=checkpoint,
        records=told.records,
        published=published,
        remarks=(*found, *told.remarks, *_untimely(published, told.clock)),
        policy=policy is not None,
        mission=told.mission,
        clock=told.clock,
    )


def _unheld() -> Remark:
    what = "nothing else could be held to a checkpoint"
    return Remark(where="record", what=what, gravity=Gravity.NOTED)


def _untimely(published: Sequence[Cosigned], clock: Sequence[Record]) -> Iterator[Remark]:
    """Yield the checkpoints that left with a size that no tick of the recorded clock has."""
    for one in published if clock else ():
        try:
            tick_of(clock, one.checkpoint.size)
        except IntegrityError:
            what = f"no tick of the record's clock has {one.checkpoint.size} leaves: its size tells of growth"
            yield Remark(where=one.where, what=what, gravity=Gravity.DIFFERS)


def _unquorate(policy: Policy) -> Remark:
    what = f"no checkpoint here has the policy's quorum {policy.quorum!r}"
    return Remark(where="record/published", what=what, gravity=Gravity.DIFFERS)


def _tree(record: Path, head: Checkpoint) -> tuple[Fault, ...]:
    found = (path for path in (record / "tile").rglob("*") if path.is_symlink() or not path.is_dir())
    names = {path.relative_to(record).as_posix() for path in found if not _CUT.fullmatch(path.name)}
    return audit(head, names - _being_written(record, head), lambda name: _bytes(record / name))


def _being_written(record: Path, head: Checkpoint) -> frozenset[str]:
    """Return the files that an append under way writes, and that no checkpoint names yet."""
    raw = _bytes(record / GROWING)
    if raw is None:
        return frozenset()
    try:
        before, after = read_mark(raw, head.size)
    except IntegrityError:
        return frozenset()
    return frozenset(tile.path for tile in touched(before, after)) if before == head.size else frozenset()


def _bytes(path: Path) -> bytes | None:
    try:
        return read_plain(path, LONGEST_TILE_BYTES)
    except OSError:
        return None


def _remarks(faults: Sequence[Fault]) -> Iterator[Remark]:
    for fault in faults:
        where = " or ".join(f"record/{part}" for part in fault.path.split(" or "))
        yield Remark(where=where, what=fault.what)


def _roots(record: Path, head: Checkpoint) -> RootAt:
    perfect = perfect_trees(head.size, tiles_in(record))
    return lambda size: span_root((0, size), perfect)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaves:
    """Gives a bundle's leaves, out of its tile or, where that is broken, its entries."""

    record: Path
    size: int
    broken: frozenset[str]

    def __call__(self, number: int) -> Row | None:
        width = width_at(0, number, self.size)
        tile, bundle = (Tile(level=level, number=number, width=width) for level in (0, None))
        if tile.path not in self.broken and (raw := _bytes(self.record / tile.path)) is not None:
            return hashes_in(raw, tile)
        if bundle.path not in self.broken and (raw := _bytes(self.record / bundle.path)) is not None:
            return tuple(map(leaf_hash, unbundled(raw, bundle)))
        return None


def _leaves(record: Path, head: Checkpoint, faults: Sequence[Fault]) -> _Leaves:
    broken = frozenset(part for fault in faults for part in fault.path.split(" or "))
    return _Leaves(record=record, size=head.size, broken=broken)


def _strange(record: Path) -> Iterator[Remark]:
    """Yield what is said of files that are none of a record's, and of what a crash left."""
    for path in sorted(record.iterdir()):
        where = f"record/{path.name}"
        if path.name in LEFT:
            yield Remark(where=where, what=LEFT[path.name], gravity=Gravity.NOTED)
        elif path.name not in (FOLDERS if path.is_dir() else FILES):
            yield unknown_file(where)
    for path in sorted(path for path in (record / TORN).rglob("*") if not path.is_dir()):
        inside = path.relative_to(record / TORN)
        if _digest(path) != inside.parts[0]:
            yield Remark(where=f"record/{TORN}/{inside.as_posix()}", what="is not what a crash left")


def _digest(path: Path) -> str | None:
    try:
        with open_plain(path) as held:
            return file_digest(held, "sha256").hexdigest()
    except OSError:
        return None
