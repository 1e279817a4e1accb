"""Change on the day before, beside the hours of both days.

Rules:
- a change is computed only where every source that counted either day watched both about as long
  (`model.counting.comparable`), else the row reads *not comparable*;
- a change of intervals is an interval;
- hours that are lower bounds are compared as such, and marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from trucewatch.model.counting import comparable
from trucewatch.model.vocabulary import Phenomenon
from trucewatch.report.figures import raw
from trucewatch.report.scene import Scene, touching
from trucewatch.report.span import NONE_FOUND, Span
from trucewatch.report.watching import Watched, watched


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
    comparable: bool
    kinds: tuple[KindChange, ...]


def changes(scene: Scene, today: Sequence[Watched]) -> tuple[Change, ...]:
    """Return the change of each region in which something was counted or watched on either day."""
    before = watched(scene.coverage, scene.before)
    both = pl.concat([touching(scene.incidents, scene.interval), touching(scene.incidents, scene.before)])
    names = {*both["region"].to_list(), *(w.region for w in (*today, *before))}
    return tuple(
        _change(name, scene, today, before) for name in sorted(names, key=lambda n: (n is None, n or ""))
    )


def _change(region: str | None, scene: Scene, today: Sequence[Watched], before: Sequence[Watched]) -> Change:
    own = scene.incidents.filter(pl.col("region").eq_missing(pl.lit(region)))
    hours = _beside([w for w in today if w.region == region], [w for w in before if w.region == region])
    either = pl.concat([touching(own, scene.interval), touching(own, scene.before)])
    counted = set(either["source_ids"].explode().drop_nulls())
    rest = [h for h in hours if h.source_id in counted]
    fair = bool(rest) and counted <= {h.source_id for h in rest} and all(h.comparable for h in rest)
    now, then = raw(own, scene.interval), raw(own, scene.before)
    watched_today, watched_before = (
        bool(seen) or any(w.region == region for w in watches)
        for seen, watches in ((now, today), (then, before))
    )
    return Change(
        region=region,
        hours=hours,
        comparable=fair,
        kinds=tuple(
            KindChange(
                kind=kind,
                today=now.get(kind, NONE_FOUND if watched_today else None),
                before=then.get(kind, NONE_FOUND if watched_before else None),
                change=now.get(kind, NONE_FOUND).since(then.get(kind, NONE_FOUND)) if fair else None,
            )
            for kind in Phenomenon
            if kind in now or kind in then
        ),
    )


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
