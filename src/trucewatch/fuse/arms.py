"""What an incident was fired with, and which way and how high it flew, from its members' words and numbers.

Rules:
- the class of weapon is the one that all observations which name any agree on; disagreement is not known;
- a calibre that an observation states comes before the one that its words are known for;
- the direction is the smallest sector that holds all that were named, widened by half a compass point on both
  sides; observations that are half a turn apart or more agree on none;
- least and greatest only, so that no order of the rows and no sum can change them.
"""

from __future__ import annotations

import polars as pl

from trucewatch.model.geodesy import POINT_HALFWIDTH_DEG
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
    named = told.select("incident", heading=pl.col("heading_deg") % 360).drop_nulls()
    ends = named.group_by("incident", maintain_order=True).agg(
        low=pl.col("heading").min(), high=pl.col("heading").max()
    )
    one = ends.filter(pl.col("low") == pl.col("high")).select(
        "incident", heading=pl.col("low"), gap=pl.lit(360.0), after=pl.col("low") + 360
    )
    several = named.join(ends.filter(pl.col("low") < pl.col("high")), on="incident", how="semi")
    span = 360 - pl.col("gap")
    sector = (
        pl.concat([one, _widest(several)])
        .filter(span < 180)
        .select(
            "incident",
            heading_deg=((pl.col("after") + span / 2) % 360).round(1) % 360,
            heading_halfwidth_deg=(span / 2 + POINT_HALFWIDTH_DEG).round(2),
        )
    )
    return heights.join(sector, on="incident", how="left")


def _widest(named: pl.DataFrame) -> pl.DataFrame:
    """Return the widest gap between the headings that each incident names, and where it begins and ends."""
    following = (
        pl.col("heading")
        .shift(-1)
        .over("incident")
        .fill_null(pl.col("heading").first().over("incident") + 360)
    )
    ordered = named.unique().sort("incident", "heading")
    gaps = ordered.with_columns(gap=following - pl.col("heading"), after=following)
    return gaps.sort("incident", -pl.col("gap"), "heading").group_by("incident", maintain_order=True).first()
