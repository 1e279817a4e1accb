"""The hours that somebody watched, which stand above every count, and what could not be seen.

Rules:
- hours stand for one source, area and holder of the posts' places; those of two are not added;
- an unknown length stays unknown; hours of which more may exist are marked *at least*;
- a satellite sees in passes: where it passed and where a cloud hid the ground is said, hours are not;
- nothing is a zero where nobody watched who reports that kind of thing (`able`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from trucewatch.model.instants import Interval
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon, Watch
from trucewatch.report.scene import Scene, starting

SEEING = (Watch.WITH_EVENTS.value, Watch.WITH_NONE.value)
PASSES = "passes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How long one source watched one region within a day."""

    region: str
    source_id: str
    hours: float | None  # None: not known
    at_least: bool
    without_events: float | None  # of these hours, those in which it saw nothing; None: not known
    held_by: str | None  # who held the observers' places, in the source's own words
    passes: bool  # seen in passes, whose times are not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """Which regions one source saw in passes on a day, and which a cloud hid from it."""

    source_id: str
    seen: tuple[str, ...]
    clouded: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """A state in which a source could not see, or nobody knows whether it could, and where that was so."""

    source_id: str
    state: Watch
    hours: float | None  # in each of the regions
    at_least: bool
    regions: tuple[str, ...]


def watched(
    coverage: pl.DataFrame, interval: Interval, profiles: Mapping[str, SourceProfile]
) -> tuple[Watched, ...]:
    """Return who watched which region how long in `interval`."""
    rows = starting(coverage, interval).filter(pl.col("state").is_in(SEEING))
    found = []
    for (region, source, held), part in rows.group_by("area_id", "source_id", "held_by", maintain_order=True):
        none = part.filter(pl.col("state") == Watch.WITH_NONE.value)
        found.append(
            Watched(
                region=str(region),
                source_id=str(source),
                hours=_hours(part),
                at_least=bool(part["lower_bound"].any()),
                without_events=_hours(none) if none.height else 0.0,
                held_by=None if held is None else str(held),
                passes=_passes(str(source), profiles),
            )
        )
    return tuple(sorted(found, key=lambda w: (w.region, w.source_id, w.held_by or "")))


def _passes(source_id: str, profiles: Mapping[str, SourceProfile]) -> bool:
    return source_id in profiles and profiles[source_id].watches == PASSES


def timed(watches: Iterable[Watched]) -> tuple[Watched, ...]:
    """Return those of `watches` that are no passes: posts, patrols and continuous watches."""
    return tuple(w for w in watches if not w.passes)


def _hours(part: pl.DataFrame) -> float | None:
    if part["hours"].null_count():
        return None
    return round(float(part.sort("from_utc", "state")["hours"].sum()), 2)


def passes(
    coverage: pl.DataFrame, interval: Interval, profiles: Mapping[str, SourceProfile]
) -> tuple[Passes, ...]:
    """Return what each source that sees in passes saw of `interval`."""
    rows = starting(coverage, interval).select("source_id", "area_id", "state").unique().sort(pl.all())
    found: dict[str, tuple[list[str], list[str]]] = {}
    for source, area, state in rows.iter_rows():
        if _passes(source, profiles):
            seen, clouded = found.setdefault(source, ([], []))
            if state in SEEING and area not in seen:
                seen.append(area)
            if state == Watch.CLOUDED.value:
                clouded.append(area)
    return tuple(
        Passes(source_id=source, seen=tuple(seen), clouded=tuple(clouded))
        for source, (seen, clouded) in found.items()
        if seen or clouded
    )


def able(scene: Scene, watches: Sequence[Watched], kind: Phenomenon) -> bool:
    """Say whether one of `watches` is by a source that reports `kind`: only then is none of it a zero."""
    return any(_reports(scene, w.source_id, kind) for w in watches)


def _reports(scene: Scene, source_id: str, kind: Phenomenon) -> bool:
    """Say whether a source reports `kind` itself.

    One that declares what it detects, or sees in passes, reports what it declares or has rows of.
    """
    profile = scene.profiles.get(source_id)
    if profile is None or profile.means is Means.TOLD:
        return False
    declared = frozenset((*profile.detects, *profile.range_m))
    if declared or profile.watches == PASSES:
        return kind in declared | scene.reported.get(source_id, frozenset())
    return True


def unseen(scene: Scene) -> tuple[Unseen, ...]:
    """Return what sources with rows on record could not see of the day, and what nobody knows, like regions together."""
    rows = starting(scene.coverage, scene.interval).filter(~pl.col("state").is_in(SEEING))
    rows = rows.filter(pl.col("source_id").is_in(sorted(scene.reported)))
    found: dict[tuple[str, str, float | None, bool], list[str]] = {}
    for (region, source, state), part in rows.group_by("area_id", "source_id", "state", maintain_order=True):
        key = (str(source), str(state), _hours(part), bool(part["lower_bound"].any()))
        found.setdefault(key, []).append(str(region))
    return tuple(
        Unseen(source_id=key[0], state=Watch(key[1]), hours=key[2], at_least=key[3], regions=tuple(regions))
        for key, regions in sorted(found.items(), key=lambda pair: (*pair[0][:2], pair[0][2] or 0.0))
    )
