"""Another's totals over time, under its own name, with every doubt that the figures leave.

Rules:
- a source's total is never mixed with observations, and never split over days that it covers together;
- for one region and period its own figure goes before a later report's figure for the previous period;
- regions are summed where each that the series knows is stated; otherwise the missing one is named;
- where a cumulative rose by more than the days at hand hold, the rest is one block over the days whose
  reports are missing: *daily split unknown*;
- a day without a report is a gap, never zero, and nothing is interpolated.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import polars as pl

from trucewatch.model.areas import area_name
from trucewatch.model.instants import Clock, Interval
from trucewatch.model.vocabulary import Phenomenon
from trucewatch.report.span import Span, summed

CUMULATIVE = ", cumulative"
# How a figure came to be stated, the one to prefer first.
PREFERENCE = ("own", "explosions_only", "previous_period", "derived_from_cumulative")


class BlockKind(StrEnum):
    """What a stretch of the series is."""

    STATED = "stated"
    PREVIOUS = "previous_period"
    DERIVED = "derived_from_cumulative"
    REMAINDER = "remainder"  # of a cumulative, over days whose reports are missing
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One total as its source stated it."""

    name: str
    region: str | None  # None: all its regions together
    start: datetime
    end: datetime
    least: int | None
    most: int | None
    statement: str
    note: str
    report: str | None
    cumulative: bool
    source_id: str
    observation_id: str

    @property
    def span(self) -> Span:
        """The figure as an interval."""
        return Span(least=self.least, most=self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of time with one figure, or with none."""

    kind: BlockKind
    start: datetime
    end: datetime
    days: float  # in 24 hours
    part_day: bool  # shorter than a reporting day
    several_days: bool
    span: Span | None  # None: a gap
    by_region: tuple[tuple[str, Span], ...]
    missing_regions: tuple[str, ...]  # of the series, not stated here
    overlaps: bool  # another block speaks of some of the same time
    spans: tuple[Interval, ...]  # of a remainder: the stretches without a report
    note: str
    observation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One name's figures over a window of time."""

    name: str
    source_id: str
    regions: tuple[str, ...]
    window: Interval
    blocks: tuple[Block, ...]
    rests: tuple[Block, ...]  # remainders over days that do not lie together, or not all in the window


def totals(observations: pl.DataFrame) -> tuple[Total, ...]:
    """Return the totals among `observations` that are no party's claim about another."""
    rows = observations.filter((pl.col("phenomenon") == Phenomenon.TOTAL.value) & pl.col("told_by").is_null())
    return tuple(
        _total(row) for row in rows.sort("from_utc", "to_utc", "observation_id").iter_rows(named=True)
    )


def _total(row: dict[str, object]) -> Total:
    name, statement, note = (*(part.strip() for part in str(row["text"] or "").split("|", 2)), "", "", "")[:3]
    start, end, least, most = row["from_utc"], row["to_utc"], row["count_min"], row["count_max"]
    assert isinstance(start, datetime)
    assert isinstance(end, datetime)
    return Total(
        name=name.removesuffix(CUMULATIVE),
        region=None if row["area_id"] is None else str(row["area_id"]),
        start=start,
        end=end,
        least=least if isinstance(least, int) else None,
        most=most if isinstance(most, int) else None,
        statement=statement,
        note=note,
        report=None if row["origin"] is None else str(row["origin"]),
        cumulative=name.endswith(CUMULATIVE),
        source_id=str(row["source_id"]),
        observation_id=str(row["observation_id"]),
    )


def series(found: Sequence[Total], window: Interval, clock: Clock) -> tuple[Series, ...]:
    """Return each name's figures that touch `window`, in time order, gaps included."""
    names = sorted({(t.name, t.source_id) for t in found if not t.cumulative})
    return tuple(
        s
        for name, source in names
        if (s := _one([t for t in found if (t.name, t.source_id) == (name, source)], window, clock)).blocks
        and any(b.kind is not BlockKind.GAP for b in s.blocks)
    )


def _one(found: Sequence[Total], window: Interval, clock: Clock) -> Series:
    daily = [t for t in found if not t.cumulative and t.span.stated]
    regions = tuple(sorted({t.region for t in found if t.region is not None}, key=area_name))
    periods = sorted({(t.start, t.end) for t in daily})
    blocks = [_block([t for t in daily if (t.start, t.end) == p], regions, clock) for p in periods]
    rest = _remainders([t for t in found if t.cumulative], blocks, clock)
    near = [b for b in (*blocks, *rest) if b.start < window.end and b.end > window.start]
    loose = [b for b in near if len(b.spans) > 1 or (b.spans and b.end > window.end)]
    known = [b for b in near if b not in loose]
    gaps = _gaps(known, window, clock)
    return Series(
        name=found[0].name,
        source_id=found[0].source_id,
        regions=regions,
        window=window,
        blocks=tuple(sorted((*_marked(known), *gaps), key=lambda b: (b.start, b.end, b.kind))),
        rests=tuple(loose),
    )


def _block(stated: Sequence[Total], regions: Sequence[str], clock: Clock) -> Block:
    chosen = {
        region: min((t for t in stated if t.region == region), key=rank)
        for region in sorted({t.region for t in stated if t.region is not None}, key=area_name)
    } or {"": min(stated, key=rank)}
    first = min(chosen.values(), key=rank)
    kinds = {"previous_period": BlockKind.PREVIOUS, "derived_from_cumulative": BlockKind.DERIVED}
    return _stretch(
        kinds.get(first.statement, BlockKind.STATED),
        Interval(start=first.start, end=first.end),
        clock,
        span=summed(t.span for t in chosen.values()),
        by_region=tuple((region, t.span) for region, t in chosen.items() if region),
        missing=tuple(r for r in regions if chosen and r not in chosen and "" not in chosen),
        note="; ".join(dict.fromkeys(t.note for t in chosen.values() if t.note)),
        ids=tuple(sorted(t.observation_id for t in chosen.values())),
    )


def rank(total: Total) -> tuple[int, str, str]:
    """Return the place of `total` among those of its region and period: its own figure first."""
    known = PREFERENCE.index(total.statement) if total.statement in PREFERENCE else len(PREFERENCE)
    return known, total.report or "", total.observation_id


def _stretch(
    kind: BlockKind,
    when: Interval,
    clock: Clock,
    *,
    span: Span | None = None,
    by_region: tuple[tuple[str, Span], ...] = (),
    missing: tuple[str, ...] = (),
    note: str = "",
    ids: tuple[str, ...] = (),
    spans: tuple[Interval, ...] = (),
) -> Block:
    whole = clock.day(clock.day_of(when.start)).hours
    return Block(
        kind=kind,
        start=when.start,
        end=when.end,
        days=round(when.hours / 24, 4),
        part_day=when.hours < whole - 0.1,
        several_days=when.hours > whole + 1.1,
        span=span,
        by_region=by_region,
        missing_regions=missing,
        overlaps=False,
        spans=spans,
        note=note,
        observation_ids=ids,
    )


def _remainders(cumulative: Sequence[Total], blocks: Sequence[Block], clock: Clock) -> Iterable[Block]:
    exact = sorted((t for t in cumulative if t.least is not None and t.least == t.most), key=lambda t: t.end)
    exact = [t for t in exact if t.start == exact[0].start]
    points = [(t.start, 0, t.observation_id) for t in exact[:1]]
    points += [(t.end, t.least or 0, t.observation_id) for t in exact]
    for (start, low, one), (end, high, other) in itertools.pairwise(points):
        if end <= start:
            continue
        between = [b for b in blocks if b.start >= start and b.end <= end and b.span is not None]
        held = summed(b.span for b in between if b.span is not None)
        empty = _uncovered(Interval(start=start, end=end), between)
        if not empty or held.least is None or held.least != held.most or high - low - held.least <= 0:
            continue
        rest = high - low - held.least
        yield _stretch(
            BlockKind.REMAINDER,
            Interval(start=empty[0].start, end=empty[-1].end),
            clock,
            span=Span(least=rest, most=rest),
            note=f"{low} → {high}, {held.least}",
            ids=(one, other),
            spans=empty,
        )


def _uncovered(whole: Interval, covered: Sequence[Block]) -> tuple[Interval, ...]:
    """Return the parts of `whole` that no block speaks of."""
    at, found = whole.start, []
    for block in sorted(covered, key=lambda b: b.start):
        stretches = block.spans or (Interval(start=block.start, end=block.end),)
        for stretch in stretches:
            if at < stretch.start and at < whole.end:
                found.append(Interval(start=at, end=min(stretch.start, whole.end)))
            at = max(at, stretch.end)
    if at < whole.end:
        found.append(Interval(start=at, end=whole.end))
    return tuple(i for i in found if i.end > i.start)


def _gaps(known: Sequence[Block], window: Interval, clock: Clock) -> Iterable[Block]:
    for stretch in _uncovered(window, known):
        yield _stretch(BlockKind.GAP, stretch, clock)


def _marked(blocks: Sequence[Block]) -> Iterable[Block]:
    for block in blocks:
        mates = [b for b in blocks if b is not block and b.start < block.end and b.end > block.start]
        yield replace(block, overlaps=True) if mates else block
