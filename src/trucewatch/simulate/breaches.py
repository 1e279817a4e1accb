"""What truly is against the exercise's agreement: who fired into its zone, who did not.

Rules:
- the zone is all within the first depth of either side's own line, and the gap between the lines;
- fire is against the clause whoever fired; what went off by itself was not fired.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import shapely

from trucewatch.model.vocabulary import FIRE
from trucewatch.simulate.happened import FiredBy
from trucewatch.simulate.preset import PARTIES
from trucewatch.simulate.world import World

NOT_FIRED = (FiredBy.ACCIDENT.value, FiredBy.NONE.value)


def zone(world: World) -> shapely.Geometry:
    """Return the zone in which nobody may fire, in degrees."""
    depth = f"zone-{world.preset.zones_m[0]:.0f}-"
    shapes = {one.outline_id: one.shape for one in world.front.outlines}
    ours, theirs = (shapely.get_coordinates(shapes[f"line-{party}"]) for party in PARTIES)
    gap = shapely.Polygon(np.concatenate([ours, theirs[::-1]]))
    parts = [shape for name, shape in shapes.items() if name.startswith(depth)]
    return shapely.unary_union([gap.buffer(0), *parts])


def breaches(world: World, clause_id: str) -> pl.DataFrame:
    """Return `clause_id` and `event_id` of every event that truly was fire into the zone."""
    fired = world.events.filter(
        pl.col("phenomenon").is_in([kind.value for kind in FIRE]), ~pl.col("fired_by").is_in(NOT_FIRED)
    )
    shape = zone(world)
    shapely.prepare(shape)
    inside = shapely.contains_xy(shape, fired["lon"].to_numpy(), fired["lat"].to_numpy())
    return fired.filter(pl.Series(inside)).select("event_id", clause_id=pl.lit(clause_id))
