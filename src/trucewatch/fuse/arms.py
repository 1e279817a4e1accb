"""What an incident was fired with, and which way and how high it flew, from its members' words and numbers.

Rules:
- the class of weapon is the one that all observations which name any agree on; disagreement is not known;
- a calibre that an observation states comes before the one that its words are known for;
- the direction is the smallest sector that holds all that were named, widened by half a compass point on both
  sides; observations that are half a turn apart or more agree on none;
- least and greatest only, so that no order of the rows and no sum can change them.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.fuse.reports import Ints
from trucewatch.model.geodesy import POINT_HALFWIDTH_DEG, Floats
from trucewatch.model.weapon import weapon_of


def fired(told: pl.DataFrame) -> pl.DataFrame:
    """Return the weapon's class and the least and greatest calibre by incident, of observations as `told`."""
    words = told["weapon"].drop_nulls().unique().sort().to_list()
    meant = [weapon_of(word) for word in words]
    classes = [None if m.weapon_class is None else m.weapon_class.value for m in meant]
    weapon = pl.col("weapon").replace_strict(words, classes, default=None, return_dtype=pl.String)
    known = pl.col("weapon").replace_strict(
        words, [m.calibre_mm for m in meant], default=None, return_dtype=pl.Float64
    )
    armed = told.select("incident", named=weapon, calibre=pl.coalesce("calibre_mm", known))
    return armed.group_by("incident", maintain_order=True).agg(
        weapon=pl.when(pl.col("named").drop_nulls().n_unique() == 1).then(
            pl.col("named").drop_nulls().first()
        ),
        calibre_min_mm=pl.col("calibre").min(),
        calibre_max_mm=pl.col("calibre").max(),
    )


def flown(told: pl.DataFrame) -> pl.DataFrame:
    """Return the sector of flight and the least and greatest height by incident, of observations as `told`."""
    heights = told.group_by("incident", maintain_order=True).agg(
        altitude_min_m=pl.col("altitude_m").min(), altitude_max_m=pl.col("altitude_m").max()
    )
    turned = told.select("incident", heading=pl.col("heading_deg") % 360)
    named = turned.filter(pl.col("heading").is_finite())
    if named.is_empty():
        none = pl.lit(None, pl.Float64)
        return heights.with_columns(heading_deg=none, heading_halfwidth_deg=none)
    span = 360 - pl.col("gap")
    sector = (
        _widest(named["incident"].to_numpy(), named["heading"].to_numpy())
        .filter(span < 180)
        .select(
            "incident",
            heading_deg=((pl.col("after") + span / 2) % 360).round(1) % 360,
            heading_halfwidth_deg=(span / 2 + POINT_HALFWIDTH_DEG).round(2),
        )
    )
    return heights.join(sector, on="incident", how="left")


def _widest(incident: Ints, heading: Floats) -> pl.DataFrame:
    """Return the widest gap between the headings that each incident names, the first of several, and where it ends."""
    order = np.lexsort((heading, incident))
    incident, heading = incident[order], heading[order]
    starts = np.flatnonzero(np.append(True, incident[1:] != incident[:-1]))
    after = np.append(heading[1:], 0.0)
    after[np.append(starts[1:], len(order)) - 1] = heading[starts] + 360
    gap = after - heading
    most = np.maximum.reduceat(gap, starts)
    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(order))))
    widest = np.flatnonzero(gap == most[group])
    first = widest[np.unique(group[widest], return_index=True)[1]]
    return pl.DataFrame({"incident": incident[starts], "gap": most, "after": after[first]})
