"""The clock of published checkpoints: which size leaves when, by the recorded `[record]` tables alone.

Rules:
- from the hour (or whatever `every_minutes` is) of the first record, tick k has exactly k steps of leaves;
- another `every_minutes` or `step` counts from the first tick after it was recorded;
- once a checkpoint left, nothing is recorded with an earlier time: its padding says that it came before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.checkpoint import read_checkpoint
from trucewatch.log.note import read_note
from trucewatch.mission.config import RecordTable, read_mission
from trucewatch.mission.files import read_plain
from trucewatch.mission.journal import Journal, Kind, Record

PUBLISHED, LATEST = "published", "checkpoint"
LONGEST_NOTE_BYTES = 1 << 20
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """When a checkpoint leaves, and how many leaves it has."""

    at: datetime
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Regime:
    """A table of `[record]`, and the tick that its ticks are counted from."""

    start: Tick
    table: RecordTable

    def reached(self, at: datetime) -> Tick:
        """Return its last tick up to `at`, which is not before its start."""
        every = timedelta(minutes=self.table.every_minutes)
        count = (at - self.start.at) // every
        return Tick(at=self.start.at + count * every, size=self.start.size + count * self.table.step)


def tick_at(records: Iterable[Record], at: datetime) -> Tick | None:
    """Return the last tick due at `at`, None before the first."""
    begun = [regime for regime in _regimes(records) if regime.start.at <= at]
    due = begun[-1].reached(at) if begun else None
    return due if due is not None and due.size else None


def tick_of(records: Iterable[Record], size: int) -> Tick:
    """Return the tick whose checkpoint has `size` leaves; IntegrityError when no tick has so many."""
    for regime in reversed(_regimes(records)):
        count, rest = divmod(size - regime.start.size, regime.table.step)
        if count >= 0 and rest == 0:
            return Tick(at=regime.start.at + count * timedelta(minutes=regime.table.every_minutes), size=size)
    raise IntegrityError(f"a checkpoint of {size} leaves was published, and no tick has so many")


def ticks_up_to(records: Iterable[Record], size: int) -> int:
    """Return how many ticks there are up to the one whose checkpoint has `size` leaves."""
    regimes = _regimes(records)
    ends = [*(regime.start.size for regime in regimes[1:]), size]
    return sum(
        max(0, min(end, size) - regime.start.size) // regime.table.step
        for regime, end in zip(regimes, ends, strict=True)
    )


def _regimes(records: Iterable[Record]) -> list[_Regime]:
    """Return the tables of `[record]` in the order they were recorded in."""
    regimes: list[_Regime] = []
    for record in records:
        if record.kind is Kind.MISSION:
            table = read_mission(str(record.body.get("text"))).record
            if not regimes or regimes[-1].table != table:
                regimes.append(_Regime(start=_counted_from(regimes, record.recorded_at, table), table=table))
    return regimes


def left_at(journal: Journal, after: int) -> datetime | None:
    """Return when the last checkpoint left, where it covers more than the leaves up to `after`; None otherwise."""
    size = _size(journal.folder / PUBLISHED / LATEST)
    if size is None or size <= after + 1:
        return None
    try:
        return tick_of(journal.replay(), size).at
    except IntegrityError:
        return None


def _size(path: Path) -> int | None:
    """Return the size that a checkpoint says, None when there is none that can be read."""
    try:
        return read_checkpoint(read_note(read_plain(path, LONGEST_NOTE_BYTES)).text).size
    except (OSError, InputError):
        return None


def _counted_from(regimes: list[_Regime], at: datetime, table: RecordTable) -> Tick:
    """Return the tick from which a table recorded at `at` counts: the next one of the table before it."""
    if not regimes:
        every = timedelta(minutes=table.every_minutes)
        return Tick(at=EPOCH + (at - EPOCH) // every * every, size=0)
    before = regimes[-1]
    if at < before.start.at:
        return before.start
    return before.reached(before.reached(at).at + timedelta(minutes=before.table.every_minutes))
