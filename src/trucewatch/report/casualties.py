"""Casualties, as each source states them: a table of their own.

Rules:
- no probability, no sum across sources or rows, and no names;
- a row without a number is *reported, number not stated*: such rows are counted by source and area;
- a source that was told by others says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from trucewatch.model.areas import area_name
from trucewatch.model.vocabulary import Means, Phenomenon
from trucewatch.report.scene import Scene, touching
from trucewatch.report.sightings import Sighting, sighting
from trucewatch.report.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Deaths:
    """Deaths as one row of a source states them."""

    source_id: str
    told: bool  # the source has it from others, such as newsrooms
    region: str | None
    start: datetime
    end: datetime
    deaths: Span
    words: str | None  # what the source says of its precision
    observation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unnumbered:
    """Rows of one source and area that tell of casualties without a number."""

    source_id: str
    told: bool
    region: str | None
    rows: int
    observation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Casualties:
    """What each source states of casualties that may lie in the day."""

    stated: tuple[Deaths, ...]
    unnumbered: tuple[Unnumbered, ...]


def casualties(scene: Scene) -> Casualties:
    """Return the casualties of the day, by source and area."""
    rows = touching(scene.observations, scene.interval)
    rows = rows.filter(pl.col("phenomenon") == Phenomenon.CASUALTY.value).sort("from_utc", "observation_id")
    stated: list[Deaths] = []
    bare: dict[tuple[str, bool, str | None], list[str]] = {}
    for row in rows.iter_rows(named=True):
        seen, region = sighting(row), None if row["region"] is None else str(row["region"])
        told = seen.means is Means.TOLD
        if seen.count.stated:
            stated.append(_deaths(seen, region, told=told))
        else:
            bare.setdefault((seen.source_id, told, region), []).append(seen.observation_id)
    unnumbered = [
        Unnumbered(source_id=source, told=told, region=region, rows=len(ids), observation_ids=tuple(ids))
        for (source, told, region), ids in bare.items()
    ]
    return Casualties(
        stated=tuple(sorted(stated, key=_by_source)), unnumbered=tuple(sorted(unnumbered, key=_by_source))
    )


def _deaths(seen: Sighting, region: str | None, *, told: bool) -> Deaths:
    return Deaths(
        source_id=seen.source_id,
        told=told,
        region=region,
        start=seen.start,
        end=seen.end,
        deaths=seen.count,
        words=seen.words,
        observation_id=seen.observation_id,
    )


def _by_source(row: Deaths | Unnumbered) -> tuple[str, bool, str]:
    return row.source_id, row.region is None, area_name(row.region or "")
