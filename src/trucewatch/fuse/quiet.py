"""Posts that looked and noted nothing, where and when an incident is said to have been.

Rules:
- a post speaks against an incident that happened, by all its reports, while the post watched, in the sector and reach of
  its watch, and of a kind that its source can notice; what is not declared is taken cautiously;
- each such post multiplies the odds that something happened by how often it misses what happens in its reach;
- a post that reported a member of the incident does not speak against it, and one that notes nothing twice speaks once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import polars as pl

from trucewatch.fuse.abreast import abreast, cut
from trucewatch.fuse.compiled import eastward, kernel
from trucewatch.fuse.pairs import first_from
from trucewatch.fuse.reports import Ints
from trucewatch.fuse.spots import shrink
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import FIRE, Phenomenon

P_NOTICED, REACH_M = 0.3, 3_000.0  # where a profile is silent
FADES = 0.75  # of what is declared, a post notices so much on average over its reach
MOST_NOTICED = 0.9
WATCHES = 1 << 9  # of a part: each asks all incidents of its time
_POST = ("source_id", "observer_lon", "observer_lat")
_PLACED = ("incident_id", "phenomenon", "from_utc", "to_utc", "lon", "lat")
_SPOKEN = pl.Schema({"incident_id": pl.String, "observation_id": pl.String, "missed": pl.Float64})


def unheard(
    incidents: pl.DataFrame, observations: pl.DataFrame, sources: Mapping[str, SourceProfile]
) -> pl.DataFrame:
    """Return a row for each incident and post that noted nothing of it, with how probably it would have missed it."""
    watches = _watches(observations)
    if watches.is_empty():
        return _SPOKEN.to_frame()
    placed = incidents.select(_PLACED).filter(pl.col("lon").is_not_null()).sort("from_utc", "incident_id")
    if placed.is_empty():
        return _SPOKEN.to_frame()
    reach = watches.select(_reach(sources)).to_series().to_numpy()
    at, by = _met(placed, watches, reach)
    both = placed.select("incident_id", "phenomenon")[at].hstack(watches.select("observation_id", *_POST)[by])
    noticed = both.select(_noticed(both, sources)).to_series()
    spoken = both.with_columns(missed=1 - FADES * noticed.clip(0.0, MOST_NOTICED)).filter(
        pl.col("missed") < 1
    )
    asked = incidents.select("incident_id", "observations").join(spoken, on="incident_id", how="semi")
    spoken = spoken.join(_reported(asked, observations), on=("incident_id", *_POST), how="anti")
    once = spoken.sort("incident_id", *_POST, "missed", "observation_id").unique(
        ("incident_id", *_POST), keep="first", maintain_order=True
    )
    return once.select(_SPOKEN.names())


def doubted(incidents: pl.DataFrame, spoken: pl.DataFrame) -> pl.DataFrame:
    """Return `incidents` with their `p_real` after what `unheard` found."""
    if spoken.is_empty():
        return incidents
    nats = spoken.group_by("incident_id", maintain_order=True).agg(pl.col("missed").log().sum().round(9))
    told = incidents.join(nats, on="incident_id", how="left", maintain_order="left")
    p, missed = pl.col("p_real"), pl.col("missed").exp()
    after = (p * missed / (p * missed + 1 - p)).round(4)
    return told.with_columns(p_real=pl.when(pl.col("missed").is_null()).then(p).otherwise(after)).drop(
        "missed"
    )


def _watches(observations: pl.DataFrame) -> pl.DataFrame:
    here = pl.all_horizontal(pl.col("observer_lon", "observer_lat").is_not_null())
    return observations.filter(pl.col("phenomenon") == Phenomenon.NOTHING.value, here)


def _reach(sources: Mapping[str, SourceProfile]) -> pl.Expr:
    far = {
        name: max(profile.range_m.values()) for name, profile in sorted(sources.items()) if profile.range_m
    }
    declared = pl.col("source_id").replace_strict(far, default=None, return_dtype=pl.Float64)
    return pl.coalesce("distance_max_m", declared, pl.lit(REACH_M))


def _noticed(both: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> pl.Expr:
    """Return how probably each post notices what it is said to have missed."""
    declared = {
        f"{name} {kind.value}": p
        for name, profile in sorted(sources.items())
        for kind, p in profile.detects.items()
    }
    silent = [
        f"{name} {kind.value}"
        for name in both["source_id"].unique().sort()
        for kind in FIRE
        if name not in sources or not sources[name].detects
    ]
    key = pl.concat_str("source_id", "phenomenon", separator=" ")
    return key.replace_strict(
        {**declared, **dict.fromkeys(silent, P_NOTICED)}, default=0.0, return_dtype=pl.Float64
    ).alias("noticed")


def _reported(incidents: pl.DataFrame, observations: pl.DataFrame) -> pl.DataFrame:
    members = incidents.select("incident_id", observation_id="observations").explode("observation_id")
    return members.join(observations.select("observation_id", *_POST), on="observation_id").drop_nulls()


def _met(placed: pl.DataFrame, watches: pl.DataFrame, reach_m: Floats) -> tuple[Ints, Ints]:
    start, end = (placed[name].dt.epoch("us").to_numpy() for name in ("from_utc", "to_utc"))
    begun, over = (watches[name].dt.epoch("us").to_numpy() for name in ("from_utc", "to_utc"))
    lon, lat = placed["lon"].to_numpy(), placed["lat"].to_numpy()
    names = ("observer_lon", "observer_lat", "bearing_deg", "bearing_halfwidth_deg", "distance_min_m")
    posts = np.stack([watches[name].fill_null(math.nan).to_numpy() for name in names], axis=1)
    table = np.stack([lon, lat, shrink(lat)], axis=1)
    reach = np.asarray(reach_m, dtype=np.float64)

    def met(part: slice) -> tuple[Ints, Ints]:
        found, by = watched(start, end, table, begun[part], over[part], posts[part], reach[part])
        return found, by + part.start

    at, by = zip(*abreast(met, cut(len(begun), WATCHES)), strict=True)
    return np.concatenate(at), np.concatenate(by)


@kernel
def watched(
    start: Ints, end: Ints, table: Floats, begun: Ints, over: Ints, posts: Floats, reach_m: Floats
) -> tuple[Ints, Ints]:
    """Return incidents, sorted by `start`, and watches in whose time, sector and reach they lie, pair by pair."""
    found, by, many = np.empty(1024, np.int64), np.empty(1024, np.int64), 0
    for watch in range(len(begun)):
        at = first_from(start, 0, len(start), begun[watch])
        while at < len(start) and start[at] < over[watch]:
            one = at
            at += 1
            if end[one] > over[watch]:
                continue
            north = (table[one, 1] - posts[watch, 1]) * METRES_PER_DEGREE
            east = eastward(posts[watch, 0], table[one, 0]) * METRES_PER_DEGREE * table[one, 2]
            if abs(north) > reach_m[watch] or abs(east) > reach_m[watch]:
                continue
            away = math.sqrt(east * east + north * north)
            if away > reach_m[watch] or away < posts[watch, 4]:
                continue
            if posts[watch, 3] < 180.0:
                bearing = math.degrees(math.atan2(east, north))
                if abs((bearing - posts[watch, 2] + 180.0) % 360.0 - 180.0) > posts[watch, 3]:
                    continue
            if many == len(found):
                found = np.concatenate((found, np.empty_like(found)))
                by = np.concatenate((by, np.empty_like(by)))
            found[many], by[many] = one, watch
            many += 1
    return found[:many], by[:many]
