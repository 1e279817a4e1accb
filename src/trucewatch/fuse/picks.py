"""Arrivals among the observations: which of them are one sound, and where it came from.

Rules:
- an arrival is a detection by an observer with a known place that names none for what it detected: `to_utc` is when
  it came in, for it happened before; a back azimuth is its bearing;
- arrivals of one source belong together where one place and moment explains all of them; the one that fits worst is
  left out as long as none does;
- a fix is one witness: its arrivals bear one origin, its place and its moment;
- where two places remain the fix is as wide as both together, and `fixes_of` has a row for each.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trucewatch.fuse.arrivals import GROUND, LOFTED, Arrivals, Fix, Medium, located, way
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.model.geodesy import Plane, axes, covariance
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import TEXTS, UTC
from trucewatch.model.vocabulary import Means, Phenomenon

AZIMUTH_SIGMA_DEG = 4.0
SIGMA_S = {GROUND: 0.05, LOFTED: 10.0}
LEAST_ARRIVALS = {GROUND: 4, LOFTED: 3}
MOST_MISFIT = 4.0
SLOWEST = 1.6  # times the usual slowness
SURE = 0.9
MOST_TOGETHER = 24
_FIXES: dict[str, pl.DataType | type[pl.DataType]] = {
    "fix": pl.Int64,
    "at_utc": UTC,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "major_m": pl.Float64,
    "minor_m": pl.Float64,
    "azimuth_deg": pl.Float64,
    "p": pl.Float64,
    "misfit": pl.Float64,
    "observations": TEXTS,
}
FIXES = pl.Schema(_FIXES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Rows that are one sound, and the places that it may have come from."""

    rows: Ints
    fixes: tuple[Fix, ...]


def fixes_of(observations: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> pl.DataFrame:
    """Return every solution for the arrivals among `observations` (`FIXES`), the likeliest of a fix first."""
    ids = observations["observation_id"].to_list()
    rows = [
        (
            number,
            round(fix.at_s * 1e6),
            *(fix.lon, fix.lat, fix.major_m, fix.minor_m, fix.azimuth_deg, fix.p, round(fix.misfit, 3)),
            sorted(ids[row] for row in found.rows),
        )
        for number, found in enumerate(_found(observations, sources))
        for fix in found.fixes
    ]
    return pl.DataFrame(rows, schema={**_FIXES, "at_utc": pl.Int64}, orient="row").cast(FIXES)


def with_fixes(observations: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> pl.DataFrame:
    """Return `observations` with the arrivals that are one sound placed where it came from."""
    found = _found(observations, sources)
    if not found:
        return observations
    ids = observations["observation_id"]
    parts = [_placed(one, f"fix {min(ids.gather(one.rows).to_list())}") for one in found]
    placed = pl.concat(parts)
    told = observations.with_row_index("at").join(placed, on="at", how="left", maintain_order="left")
    names = [name for name in placed.columns if name != "at"]
    return told.with_columns(
        pl.when(pl.col("fix_lon").is_null()).then(name[4:]).otherwise(name).alias(name[4:]) for name in names
    ).drop("at", *names)


def arriving(observations: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that are arrivals."""
    unplaced = pl.all_horizontal(pl.col("lon", "lat", "distance_min_m", "distance_max_m").is_null())
    seen_from = pl.all_horizontal(pl.col("observer_lon", "observer_lat").is_not_null())
    return observations.filter(
        pl.col("means") == Means.DETECTED.value, unplaced, seen_from, pl.col("origin").is_null()
    )


def _placed(found: Found, origin: str) -> pl.DataFrame:
    lon, lat, major, minor, azimuth = _whole(found.fixes)
    first = found.fixes[0]
    half = max(2 * first.sigma_s, 0.5)
    moments = [round((first.at_s + sign * half) * 1e6) for sign in (-1, 1)]
    return pl.DataFrame(
        {
            "at": found.rows.astype(np.uint32),
            **{
                f"fix_{name}": np.full(len(found.rows), value)
                for name, value in (
                    *(("lon", lon), ("lat", lat)),
                    *(("major_m", major), ("minor_m", minor), ("azimuth_deg", azimuth)),
                )
            },
            "fix_from_utc": pl.Series([moments[0]] * len(found.rows)).cast(UTC),
            "fix_to_utc": pl.Series([moments[1]] * len(found.rows)).cast(UTC),
            "fix_origin": [origin] * len(found.rows),
        }
    )


def _whole(fixes: Sequence[Fix]) -> tuple[float, float, float, float, float]:
    """Return the place of the first solution, or where it is unsure the first two moments of all."""
    first = fixes[0]
    if first.p >= SURE or len(fixes) == 1:
        return first.lon, first.lat, first.major_m, first.minor_m, first.azimuth_deg
    plane, p = Plane(lon=first.lon, lat=first.lat), np.array([fix.p for fix in fixes])
    east, north = plane.metres(np.array([fix.lon for fix in fixes]), np.array([fix.lat for fix in fixes]))
    own = covariance(
        np.array([fix.major_m for fix in fixes]),
        np.array([fix.minor_m for fix in fixes]),
        np.array([fix.azimuth_deg for fix in fixes]),
    )
    middle = float(p @ east), float(p @ north)
    off = east - middle[0], north - middle[1]
    among = (off[0] ** 2, off[0] * off[1], off[1] ** 2)
    major, minor, azimuth = axes(*(float(p @ (a + b)) for a, b in zip(own, among, strict=True)))
    lon, lat = plane.degrees(*middle)
    return round(lon, 6), round(lat, 6), round(major, 1), round(minor, 1), round(azimuth, 1) % 180


def _found(observations: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> list[Found]:
    picks = arriving(observations.with_row_index("at"))
    lofted = pl.col("phenomenon") == Phenomenon.INFRASOUND.value
    parts = picks.with_columns(lofted=lofted).sort("source_id", "to_utc", "observation_id", "at")
    found: list[Found] = []
    for _, own in sorted(parts.partition_by("source_id", "lofted", as_dict=True).items()):
        medium = LOFTED if own["lofted"][0] else GROUND
        arrivals = _arrivals(own, sources.get(own["source_id"][0]), medium)
        rows = own["at"].to_numpy().astype(np.int64)
        found += [Found(rows=rows[which], fixes=fixes) for which, fixes in _together(arrivals, medium)]
    return found


def _arrivals(own: pl.DataFrame, profile: SourceProfile | None, medium: Medium) -> Arrivals:
    sigma_s = None if profile is None else profile.time_sigma_s
    bearing = None if profile is None else profile.bearing_sigma_deg
    half = own["bearing_halfwidth_deg"].fill_null(math.nan).to_numpy()
    return Arrivals(
        lon=own["observer_lon"].to_numpy(),
        lat=own["observer_lat"].to_numpy(),
        at_s=own["to_utc"].dt.epoch("us").to_numpy() / 1e6,
        sigma_s=np.full(own.height, SIGMA_S[medium] if sigma_s is None else max(sigma_s, 1e-3)),
        azimuth_deg=own["bearing_deg"].fill_null(math.nan).to_numpy(),
        azimuth_sigma_deg=np.where(np.isnan(half), bearing or AZIMUTH_SIGMA_DEG, np.maximum(half, 0.1)),
    )


def _together(arrivals: Arrivals, medium: Medium) -> list[tuple[Ints, tuple[Fix, ...]]]:
    """Return the arrivals that are one sound each, and its places; `arrivals` are in the order of time."""
    free = np.ones(len(arrivals.lon), dtype=bool)
    found = []
    for seed in range(len(arrivals.lon)):
        if not free[seed]:
            continue
        which = _candidates(arrivals, medium, seed, free)
        while len(which) >= LEAST_ARRIVALS[medium]:
            fixes = located(arrivals.take(which), medium)
            if fixes and fixes[0].misfit <= MOST_MISFIT:
                free[which] = False
                found.append((which, fixes))
                break
            which = _without_the_worst(which, fixes)
    return found


def _candidates(arrivals: Arrivals, medium: Medium, seed: int, free: Flags) -> Ints:
    """Return the free arrivals that the sound of `seed` can have made, the first at each place."""
    later = np.flatnonzero(free)
    later = later[later >= seed]
    here = (np.full(len(later), arrivals.lon[seed]), np.full(len(later), arrivals.lat[seed]))
    away, _ = way(*here, arrivals.lon[later], arrivals.lat[later])
    slack = 4 * np.hypot(arrivals.sigma_s[later], arrivals.sigma_s[seed])
    most = away * medium.slowness_s_per_m * (SLOWEST if medium.each else 1.05) + slack
    near = (arrivals.at_s[later] - arrivals.at_s[seed] <= most) & (away <= 2 * medium.reach_m)
    places = np.round(np.stack([arrivals.lon, arrivals.lat], axis=1)[later[near]], 5)
    _, first = np.unique(places, axis=0, return_index=True)
    return np.asarray(np.sort(later[near][first])[:MOST_TOGETHER])


def _without_the_worst(which: Ints, fixes: tuple[Fix, ...]) -> Ints:
    """Return `which` without the arrival that fits the best solution worst, or the last where there is none."""
    if not fixes:
        return which[:-1]
    off = (fixes[0].off ** 2).sum(axis=0)
    off[0] = -1.0  # the sound is that of the first
    return np.delete(which, int(np.argmax(off)))
