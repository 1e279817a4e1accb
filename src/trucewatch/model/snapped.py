"""Places of incidents reckoned from where observers' cells are, and never from where the observers are.

Rules:
- what an observer reports is kept, a bearing and a distance as metres east and north; where they stood is the
  centre of their cell, so that wherever in its cell a monitor stands, the same reports give the same place;
- an incident lies in the mean of its observations' places so reckoned, the surer ones weighing more;
- an incident whose sources all published where they stood keeps its place, and is marked so;
- the area by which an incident may be told is a zone no smaller than a cell, else the ISO 3166-2 area.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
import shapely

from trucewatch.model.areas import NAMES, Areas
from trucewatch.model.geodesy import METRES_PER_DEGREE
from trucewatch.model.grid import cell_centres, side_of
from trucewatch.model.policy import OWN_PLACE
from trucewatch.model.vocabulary import Sensitivity

STEP_M = 100  # to which what an observer reported is rounded
DIGITS = 6
PLACE = ("lon", "lat", "observer_lon", "observer_lat", "sigma_m", "major_m", "minor_m", "sensitivity")


def snapped(incidents: pl.DataFrame, observations: pl.DataFrame, side_m: float) -> pl.DataFrame:
    """Return incidents with their places reckoned from cells of `side_m`, and the `sensitivity` of their sources."""
    members = (
        incidents.select("incident_id", observation_id="observations")
        .explode("observation_id")
        .join(
            observations.select("observation_id", *PLACE),
            on="observation_id",
            how="inner",
            maintain_order="left",
        )
        .sort("incident_id", "observation_id")
    )
    marked = members.group_by("incident_id", maintain_order=True).agg(
        public=(pl.col("sensitivity") == Sensitivity.PUBLIC.value).all()
    )
    places = (
        _placed(members, side_m)
        .group_by("incident_id", maintain_order=True)
        .agg(
            cell_lon=(pl.col("lon") * pl.col("w")).sum() / pl.col("w").sum(),
            cell_lat=(pl.col("lat") * pl.col("w")).sum() / pl.col("w").sum(),
        )
    )
    whole = incidents.join(marked, on="incident_id", how="left", maintain_order="left").join(
        places, on="incident_id", how="left", maintain_order="left"
    )
    public = pl.col("public").fill_null(False)
    return whole.with_columns(
        *(
            pl.when(public)
            .then(pl.col(axis))
            .when(pl.col(axis).is_not_null())
            .then(pl.col(f"cell_{axis}").round(DIGITS))
            .alias(axis)
            for axis in ("lon", "lat")
        ),
        sensitivity=pl.when(public).then(pl.lit("public")).otherwise(pl.lit("restricted")),
    ).drop("public", "cell_lon", "cell_lat")


def snapped_rows(observations: pl.DataFrame, side_m: float) -> pl.DataFrame:
    """Return observations with their places reckoned from cells of `side_m`, those that are published as they are."""
    lon, lat = _from_cells(observations, side_m)
    public = pl.col("sensitivity") == Sensitivity.PUBLIC.value
    return observations.with_columns(
        pl.when(public).then(pl.col(axis)).otherwise(there.round(DIGITS)).alias(axis)
        for axis, there in (("lon", lon), ("lat", lat))
    )


def _placed(members: pl.DataFrame, side_m: float) -> pl.DataFrame:
    """Return each member's place, reckoned from its observer's cell, and how much it weighs."""
    known = members.filter(pl.col("lon").is_not_null() & pl.col("lat").is_not_null())
    lon, lat = _from_cells(known, side_m)
    spread = pl.coalesce(pl.col("major_m") * pl.col("minor_m"), pl.col("sigma_m") ** 2, 1e6)
    return known.select("incident_id", lon, lat, w=1 / pl.max_horizontal(spread, 1.0))


def _from_cells(rows: pl.DataFrame, side_m: float) -> tuple[pl.Series, pl.Series]:
    """Return the rows' places as if each observer that is not published stood at its cell's centre."""
    lon, lat, from_lon, from_lat = (rows[name].fill_null(np.nan).to_numpy() for name in PLACE[:4])
    hidden = (rows["sensitivity"] != Sensitivity.PUBLIC.value).to_numpy()
    hidden &= np.isfinite(from_lon) & np.isfinite(from_lat)
    east = (lon - from_lon) * METRES_PER_DEGREE * np.cos(np.radians(from_lat))
    north = (lat - from_lat) * METRES_PER_DEGREE
    centre_lon, centre_lat = cell_centres(from_lon, from_lat, side_m)
    east, north = (np.round(way / STEP_M) * STEP_M for way in (east, north))
    at_lat = centre_lat + north / METRES_PER_DEGREE
    at_lon = centre_lon + east / (METRES_PER_DEGREE * np.cos(np.radians(centre_lat)))
    places = (("lon", np.where(hidden, at_lon, lon)), ("lat", np.where(hidden, at_lat, lat)))
    found = [pl.Series(axis, there).fill_nan(None) for axis, there in places]
    return found[0], found[1]


def with_zones(
    incidents: pl.DataFrame, areas: Areas, side_m: float, *, straddling: Iterable[str] = ()
) -> pl.DataFrame:
    """Return incidents with `zone`: the area by which each may be told.

    An incident in `straddling` may lie on either side of a zone's edge: it is told by its ISO 3166-2 area. What
    happened to a monitor itself is told by the area of its cell's centre.
    """
    lon, lat = (incidents[axis].fill_null(np.nan).to_numpy() for axis in ("lon", "lat"))
    own = incidents["phenomenon"].is_in([kind.value for kind in OWN_PLACE]).to_numpy()
    lon, lat = (np.where(own, *pair) for pair in zip(cell_centres(lon, lat, side_m), (lon, lat), strict=True))
    zones, iso = _large(areas, side_m), _some(areas, [name for name in areas.ids if name in NAMES])
    torn = frozenset(straddling)
    either = pl.col("incident_id").is_in(list(torn)) if torn else pl.lit(False)
    found = incidents.with_columns(
        _zone=pl.Series(zones.locate(lon, lat), dtype=pl.String),
        _iso=pl.Series(iso.locate(lon, lat), dtype=pl.String),
    )
    named = pl.when(pl.col("area_id").is_in([*NAMES, *zones.ids])).then(pl.col("area_id"))
    zone = pl.when(either).then("_iso").otherwise(pl.coalesce("_zone", "_iso", named))
    return found.with_columns(zone=zone).drop("_zone", "_iso")


def _large(areas: Areas, side_m: float) -> Areas:
    """Return the zones that are no smaller than a cell, the smallest first."""
    cell = (side_of(side_m) / METRES_PER_DEGREE) ** 2
    sizes = {}
    for name, outline in zip(areas.ids, areas.outlines, strict=True):
        if name not in NAMES:
            south, north = shapely.bounds(outline)[[1, 3]]
            size = float(shapely.area(outline)) * float(np.cos(np.radians((south + north) / 2)))
            if size >= cell:
                sizes[name] = size
    return _some(areas, sorted(sizes, key=lambda name: (sizes[name], name)))


def _some(areas: Areas, names: Iterable[str]) -> Areas:
    wanted = tuple(names)
    return Areas(ids=wanted, outlines=tuple(areas.outlines[areas.ids.index(name)] for name in wanted))
