"""The record: append, and replay up to a moment. The rest of the program sees no more of it than that.

Rules:
- one RFC 8785 line a record in `record/journal.jsonl`; an append is one write, synced before it returns;
- the writer's lock is held for one append; who waits longer than 10 s is told who holds it;
- record time never runs back;
- bytes after the last newline are an append that a crash cut off before it was acknowledged: a reader
  leaves them out, and the next writer moves them aside to `record/torn/` and records that it did;
- any other line that is not what was written is an `IntegrityError` that names it;
- a record of a kind or schema that this version does not know is one of a later version: an
  `InputError` that says so, for the record is sound and the program is old.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from trucewatch.errors import InputError, IntegrityError, RefusedError, TimeError
from trucewatch.mission.clock import Now, now
from trucewatch.mission.files import sync_folder, write_whole
from trucewatch.model.canonical import Json, canonical, digest
from trucewatch.model.instants import moment

LOCK_WAIT_S = 10.0
LOCK_LOOK_S = 0.05
BLOCK_BYTES = 1 << 16
SCHEMA = 1


class Kind(StrEnum):
    """What a record is of."""

    MISSION = "mission"  # the text of trucewatch.toml
    SOURCE = "source"  # the text of sources.toml
    AGREEMENT = "agreement"  # the text of an agreement
    ZONES = "zones"  # an agreement's zones
    PACK = "pack"  # the text of a statements pack
    BATCH = "batch"  # a file of a source: its evidence, its rows, its refusals
    FACT = "fact"
    COUNTS_AS = "counts_as"  # one kind of fact counts as another, by a person
    CONTEST = "contest"  # of a fact or of a counts-as
    WITHDRAWAL = "withdrawal"  # whoever recorded something takes it back
    STATUS = "status"  # in force, done, withdrawn or broken, by the actor or the body
    MOVE = "move"
    TORN = "torn"  # a cut-off append was moved aside
    PERSON = "person"  # somebody with a key, and who added them
    KEY = "key"  # a key was rotated, revoked, or made for a source
    QUARANTINE = "quarantine"  # bytes of a source that signs, without its signature: kept, no rows taken
    RELEASE = "release"  # a person takes quarantined bytes into the record, signed


KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody wants recorded."""

    kind: Kind
    author: str  # "NAME (unsigned)", or the source
    body: Mapping[str, Json]
    rests_on: tuple[str, ...] = ()  # SHA-256 of bytes in the vault
    schema: int = SCHEMA


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An entry with its place and moment in the record."""

    seq: int  # from 0
    recorded_at: datetime
    kind: Kind
    author: str
    body: Mapping[str, Json]
    rests_on: tuple[str, ...]
    schema: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """An append-only file of records."""

    folder: Path  # the mission's record/
    clock: Now = now
    wait_s: float = LOCK_WAIT_S

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / "journal.jsonl"

    def append(self, entries: Sequence[Entry], *, at: datetime | None = None) -> None:
        """Add `entries` in one durable write, at the present moment or, in a replay, `at`.

        Raises RefusedError when the moment is before the last record's, or the lock stays taken.
        """
        if not entries:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        author = entries[0].author
        with _locked(self.folder / "lock", author, self.wait_s), self.path.open("ab+") as out:
            entries = [*self._moved_aside(out), *entries]
            last = _last(out, self.path)
            when = (at or self.clock()).astimezone(UTC)
            if last is not None and when < last.recorded_at:
                raise RefusedError(
                    f"record time never runs back: {when.isoformat()} is before the last record's"
                    f" {last.recorded_at.isoformat()}"
                )
            first = 0 if last is None else last.seq + 1
            out.write(b"".join(_line(entry, first + n, when) for n, entry in enumerate(entries)))
            out.flush()
            os.fsync(out.fileno())
            if first == 0:
                sync_folder(self.folder)

    def replay(self, until: datetime | None = None) -> Iterator[Record]:
        """Yield the records in order, up to and including the moment `until`."""
        if not self.path.exists():
            return
        seq, latest = 0, datetime.min.replace(tzinfo=UTC)
        with self.path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    return
                record = _record(line, f"{self.path}:{seq + 1}")
                if record.seq != seq or record.recorded_at < latest:
                    raise IntegrityError("the record's order is broken here", where=f"{self.path}:{seq + 1}")
                if until is not None and record.recorded_at > until:
                    return
                seq, latest = seq + 1, record.recorded_at
                yield record

    def torn_bytes(self) -> int:
        """Return how many bytes at the end were never acknowledged; 0 in a sound record."""
        if not self.path.exists():
            return 0
        with self.path.open("rb") as out:
            return out.seek(0, os.SEEK_END) - _end_of_lines(out)

    def _moved_aside(self, out: BinaryIO) -> list[Entry]:
        """Move a cut-off append aside, and return the entry that says so."""
        end = _end_of_lines(out)
        out.seek(end)
        torn = out.read()
        if not torn:
            return []
        name = digest(torn)
        write_whole(self.folder / "torn" / name, torn)
        out.truncate(end)
        os.fsync(out.fileno())
        return [Entry(kind=Kind.TORN, author="trucewatch", body={"bytes": len(torn), "sha256": name})]


def utc_text(when: datetime) -> str:
    """Return a moment as records spell it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _line(entry: Entry, seq: int, when: datetime) -> bytes:
    whole: dict[str, Json] = {
        "seq": seq,
        "recorded_at": utc_text(when),
        "kind": entry.kind.value,
        "author": entry.author,
        "body": entry.body,
        "rests_on": list(entry.rests_on),
        "schema": entry.schema,
    }
    return canonical(whole) + b"\n"


def _record(line: bytes, where: str) -> Record:
    try:
        fields = json.loads(line)
        if canonical(fields) + b"\n" != line:
            raise ValueError("not canonical")
        _known(fields["kind"], fields["schema"], where)
        if not isinstance(fields["body"], dict):
            raise TypeError("a body is an object")
        return Record(
            seq=fields["seq"],
            recorded_at=moment(fields["recorded_at"]),
            kind=Kind(fields["kind"]),
            author=fields["author"],
            body=fields["body"],
            rests_on=tuple(fields["rests_on"]),
            schema=fields["schema"],
        )
    except (ValueError, KeyError, TypeError, TimeError, RecursionError) as fault:
        raise IntegrityError("this line is not a record as it was written", where=where) from fault


def _known(kind: object, schema: object, where: str) -> None:
    """Raise InputError when a record is of a later version than this one reads."""
    if isinstance(kind, str) and kind not in KINDS:
        raise InputError(f"a record of the kind {kind!r}: a later version wrote it; update", where=where)
    if isinstance(schema, int) and schema > SCHEMA:
        raise InputError(f"a record of schema {schema}: a later version wrote it; update", where=where)


def _end_of_lines(out: BinaryIO) -> int:
    """Return the offset just after the last newline."""
    end = out.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - BLOCK_BYTES)
        out.seek(start)
        found = out.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _last(out: BinaryIO, path: Path) -> Record | None:
    end = out.seek(0, os.SEEK_END)
    if end == 0:
        return None
    start, tail = end - 1, b""
    while start and b"\n" not in tail:
        block = min(BLOCK_BYTES, start)
        start -= block
        out.seek(start)
        tail = out.read(block) + tail
    return _record(tail.rsplit(b"\n", 1)[-1] + b"\n", f"{path}, its last line")


@contextmanager
def _locked(path: Path, holder: str, wait_s: float) -> Iterator[None]:
    """Hold the writer's lock, or say after `wait_s` who does."""
    with path.open("a+") as lock:
        for _ in range(max(1, round(wait_s / LOCK_LOOK_S))):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(LOCK_LOOK_S)
        else:
            lock.seek(0)
            raise RefusedError(
                f"the record is being written by {lock.read().strip() or 'somebody'}: try again",
                where=str(path),
            )
        lock.seek(0)
        lock.truncate()
        lock.write(f"{holder}, process {os.getpid()}\n")
        lock.flush()
        yield
