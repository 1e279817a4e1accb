"""Who held an observer's place, by dated claims on the place itself.

Rules:
- only where the observation's own source says nothing of it, and the observer's place is known;
- a claim counts for an observer within `NEAR_M` of its place; the nearest claimed place is asked;
- a source's latest claim from before the observation began is its view; where sources differ, or one
  says two things of one moment, nothing is said;
- a claim on a place that the gazetteer does not know counts nowhere.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from trucewatch.model.source import Gazetteer

NEAR_M = 3_000.0  # a settlement's point stands for all of it
EARTH_RADIUS_M = 6_371_009.0
AT_ONCE = 256  # positions


def with_holders(observations: pl.DataFrame, control: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Return the observations with `held_by` filled from claims where their source says nothing of it."""
    claimed = sorted(set(control["place_id"]) & gazetteer.keys())
    rows = observations.with_row_index("at_row")
    asked = rows.filter(
        pl.col("held_by").is_null(),
        pl.col("observer_lon").is_not_null(),
        pl.col("observer_lat").is_not_null(),
    )
    if not claimed or asked.is_empty():
        return observations
    spots = asked.select("observer_lon", "observer_lat").unique(maintain_order=True)
    places = pl.DataFrame(
        [(gazetteer[name].lon, gazetteer[name].lat) for name in claimed], schema=spots.schema, orient="row"
    )
    near = spots.with_columns(place_id=pl.Series(_nearest(spots, places, claimed), dtype=pl.String))
    claims = control.rename({"from_utc": "since", "held_by": "claimed", "source_id": "claimant"})
    standing = (
        asked.select("at_row", "from_utc", "observer_lon", "observer_lat")
        .join(near.drop_nulls(), on=["observer_lon", "observer_lat"])
        .join(claims, on="place_id")
        .filter(pl.col("since") <= pl.col("from_utc"))
        .filter(pl.col("since") == pl.col("since").max().over("at_row", "claimant"))
    )
    agreed = standing.group_by("at_row").agg(
        pl.when(pl.col("claimed").n_unique() == 1).then(pl.col("claimed").first()).alias("agreed")
    )
    return (
        rows.join(agreed, on="at_row", how="left", maintain_order="left")
        .with_columns(pl.coalesce("held_by", "agreed").alias("held_by"))
        .drop("at_row", "agreed")
    )


def _nearest(spots: pl.DataFrame, places: pl.DataFrame, names: list[str]) -> list[str | None]:
    """Return the nearest place within `NEAR_M` of each spot, None where there is none."""
    there = _vectors(places)
    found: list[str | None] = []
    for some in spots.iter_slices(AT_ONCE):
        cosines = np.clip(_vectors(some) @ there.T, -1, 1)
        best = cosines.argmax(axis=1)
        metres = np.arccos(cosines.max(axis=1)) * EARTH_RADIUS_M
        found += [names[at] if m <= NEAR_M else None for at, m in zip(best.tolist(), metres, strict=True)]
    return found


def _vectors(points: pl.DataFrame) -> npt.NDArray[np.float64]:
    """Return points on the unit sphere."""
    lon, lat = np.radians(points.to_numpy()).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
