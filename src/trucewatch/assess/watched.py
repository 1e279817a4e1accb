"""Which areas of coverage a clause is about under a reading: those named, or those that its conditions' ground touches.

Rules:
- a reading that names areas is about these; one that leaves the place to the conditions is about the areas that share
  ground with them, and about all when no condition names any.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import shapely

from trucewatch.assess.asked import clause_spots
from trucewatch.assess.grounds import Spot, World, pieces
from trucewatch.model.agreement import Clause, Reading

_SHARED = 1e-9  # deg²: less ground than this in common is a common border


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The ground that a clause names under a reading, over all time."""

    names: frozenset[str]
    shapes: tuple[shapely.Geometry, ...]
    missing: bool  # a line or zone that the agreement names has no shape


def ground_in(world: World, clause: Clause, reading: Reading) -> Named:
    """Return the ground of `reading`, or of the clause's conditions where it leaves the place to them."""
    if reading.area_ids is not None:
        spots: list[Spot] = [reading.area_ids]
    else:
        spots = [spot for spot in clause_spots(clause) if spot not in {r.area_ids for r in clause.readings}]
    found = [(spot, pieces(spot, world)) for spot in spots]
    unknown = {mapped.name for mapped in world.agreement.mapped if mapped.unknown is not None}
    named = {name for spot in spots for name in (spot if isinstance(spot, tuple) else (spot.line,))}
    lines_lost = any(
        not isinstance(spot, tuple) and not any(piece.shapes for piece in time) for spot, time in found
    )
    return Named(
        names=frozenset(named),
        shapes=tuple(shape for _, time in found for piece in time for shape in piece.shapes.values()),
        missing=lines_lost or bool(named & unknown),
    )


def where_watched(world: World, clause: Clause, reading: Reading, coverage: pl.DataFrame) -> pl.Expr:
    """Return which rows of coverage are of areas that `clause` is about."""
    if reading.area_ids is not None:
        return pl.col("area_id").is_in(reading.area_ids)
    if not reading.anywhere:
        return pl.lit(value=False)
    named = ground_in(world, clause, reading)
    if not named.names:
        return pl.lit(value=True)
    ids = [
        area_id
        for area_id in coverage["area_id"].unique().sort().to_list()
        if _touches(world, named, area_id)
    ]
    return pl.col("area_id").is_in(ids)


def _touches(world: World, named: Named, area_id: str) -> bool:
    if area_id in named.names:
        return True
    outline = world.areas.outline(area_id)
    if outline is None:
        return False
    return any(shapely.area(shapely.intersection(outline, shape)) > _SHARED for shape in named.shapes)
