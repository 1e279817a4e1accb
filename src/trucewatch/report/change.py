"""Change on the day before, beside the hours of both days.

Rules:
- a change is computed only where every source that counted a kind on either day watched both about as
  long (`model.counting.comparable`), else it reads *not comparable*;
- a zero stands only on a day on which a source that reports the kind watched there; else no report is
  at hand;
- heat seen from space and what is only told are left out: no hours stand behind them;
- a change of intervals is an interval; hours that are lower bounds are compared as such, and marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from trucewatch.model.areas import area_name
from trucewatch.model.counting import comparable
from trucewatch.model.vocabulary import Phenomenon
from trucewatch.report.figures import raw
from trucewatch.report.scene import Scene, observed, touching
from trucewatch.report.span import NONE_FOUND, Span
from trucewatch.report.watching import Watched, able, timed, watched


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursBeside:
    """One watch's hours on the day and on the day before."""

    source_id: str
    held_by: str | None
    today: Watched | None
    before: Watched | None
    comparable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KindChange:
    """One kind on both days, as counted raw."""

    kind: Phenomenon
    today: Span | None  # None: no report is at hand, which is not zero
    before: Span | None
    change: Span | None  # None: not comparable


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One region's change."""

    region: str | None
    hours: tuple[HoursBeside, ...]
    comparable: bool  # some kind is
    kinds: tuple[KindChange, ...]


def changes(scene: Scene, today: Sequence[Watched]) -> tuple[Change, ...]:
    """Return the change of each region in which somebody watched by the hour or observed on either day."""
    before = timed(watched(scene.coverage, scene.before, scene.profiles))
    counted = scene.incidents.filter(observed())
    both = pl.concat([touching(counted, day) for day in (scene.interval, scene.before)])
    names = {*both["region"].to_list(), *(w.region for w in (*timed(today), *before))}
    found = [_change(name, scene, counted, timed(today), before) for name in names]
    number = dict(both["region"].value_counts().iter_rows())

    def most_first(change: Change) -> tuple[int, bool, str]:
        return -number.get(change.region, 0), change.region is None, area_name(change.region or "")

    return tuple(sorted(found, key=most_first))


def _change(
    region: str | None,
    scene: Scene,
    counted: pl.DataFrame,
    today: Sequence[Watched],
    before: Sequence[Watched],
) -> Change:
    own = counted.filter(pl.col("region").eq_missing(pl.lit(region)))
    now, then = (
        _Side(
            scene=scene,
            rows=touching(own, interval),
            counts=raw(own, interval),
            watches=[w for w in watches if w.region == region],
        )
        for interval, watches in ((scene.interval, today), (scene.before, before))
    )
    hours = _beside(now.watches, then.watches)
    present = [kind for kind in Phenomenon if kind in now.counts or kind in then.counts]
    kinds = tuple(_kind(kind, now, then, hours) for kind in present)
    fair = any(k.change is not None for k in kinds)
    return Change(region=region, hours=hours, comparable=fair, kinds=kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One of the two days in one region."""

    scene: Scene
    rows: pl.DataFrame
    counts: Mapping[Phenomenon, Span]
    watches: Sequence[Watched]

    def count(self, kind: Phenomenon) -> Span | None:
        """Return how many of `kind`, none as a zero only where it could have been reported."""
        zero = NONE_FOUND if able(self.scene, self.watches, kind) else None
        return self.counts.get(kind, zero)

    def sources(self, kind: Phenomenon) -> set[str]:
        """Return the sources that counted `kind`."""
        named = self.rows.filter(pl.col("phenomenon") == kind.value)["source_ids"]
        return set(named.explode().drop_nulls())


def _kind(kind: Phenomenon, now: _Side, then: _Side, hours: Sequence[HoursBeside]) -> KindChange:
    counted = now.sources(kind) | then.sources(kind)
    rest = [h for h in hours if h.source_id in counted]
    fair = bool(rest) and counted <= {h.source_id for h in rest} and all(h.comparable for h in rest)
    today, before = now.count(kind), then.count(kind)
    change = today.since(before) if fair and today is not None and before is not None else None
    return KindChange(kind=kind, today=today, before=before, change=change)


def _beside(today: Sequence[Watched], before: Sequence[Watched]) -> tuple[HoursBeside, ...]:
    keys = sorted({(w.source_id, w.held_by) for w in (*today, *before)}, key=lambda k: (k[0], k[1] or ""))
    found = []
    for source, held in keys:
        now, then = (
            next((w for w in watches if (w.source_id, w.held_by) == (source, held)), None)
            for watches in (today, before)
        )
        fair = comparable(now.hours if now else None, then.hours if then else None)
        found.append(HoursBeside(source_id=source, held_by=held, today=now, before=then, comparable=fair))
    return tuple(found)
