"""Reports that say again what their own source and post said already.

Rules:
- the same observation twice is once, whatever its source;
- a source that declares `repeats = 0` itemises: its rows never stand for one another;
- a repeat has the same post, kind, trajectory, heading and counts, lies within 0.15 standard deviations
  in place and 1.6 in time of the report it repeats, and that one is the earliest.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from trucewatch.fuse.near import Spots, near
from trucewatch.fuse.reports import Ints, Reports
from trucewatch.fuse.weights import offsets_m

PLACE_SIGMAS = 0.15
TIME_SIGMAS = 1.6
_ALIKE = ("platform", "phenomenon", "trajectory", "heading_deg", "count_min", "count_max", "area_id")


def leaders(reports: Reports, frame: pl.DataFrame) -> Ints:
    """Return for each report the index of the one that it repeats, or its own."""
    wide = frame.select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("at"),
        "observation_id",
        *[c for c in _ALIKE if c != "platform"],
        platform=pl.Series(reports.platform),
        itemises=pl.Series(reports.itemises),
        lon=pl.Series(reports.lon),
        lat=pl.Series(reports.lat),
        start=pl.Series(reports.start_s),
        end=pl.Series(reports.end_s),
        placed=pl.Series(reports.placed),
        text=pl.when(pl.Series(reports.placed)).then(pl.lit("")).otherwise(frame["text"]),
    ).with_columns(once=pl.col("at").min().over("observation_id"))
    own = pl.when("itemises").then(pl.col("once")).otherwise(-1)
    exact = wide.select(
        pl.col("once").min().over(*_ALIKE, "lon", "lat", "start", "end", "placed", "text", own)
    )["once"].to_numpy()
    leader: Ints = exact.astype(np.int64).copy()
    alike = wide.select(pl.struct(_ALIKE).rank("dense").cast(pl.Int64))
    first = np.flatnonzero((leader == np.arange(len(leader))) & ~reports.itemises & reports.placed)
    if len(first) > 1:
        _follow(leader, reports, first, alike.to_series().to_numpy())
    found: Ints = leader[leader]
    return found


def _follow(leader: Ints, reports: Reports, first: Ints, alike: Ints) -> None:
    """Let each of `first` that repeats an earlier one follow it; who follows leads nobody."""
    some = reports.take(first)
    sigma_m = np.sqrt((some.ee + some.nn) / 2)
    sigma_s = some.sigma_s
    order = np.lexsort((first, some.start_s))
    turn = np.empty(len(first), dtype=np.int64)
    turn[order] = np.arange(len(first))
    spots = Spots(
        index=np.arange(len(first)),
        group=alike[first],
        lon=some.lon,
        lat=some.lat,
        middle_s=(some.start_s + some.end_s) / 2,
        reach_m=PLACE_SIGMAS * sigma_m,
        reach_s=TIME_SIGMAS * sigma_s,
    )
    pairs: list[tuple[Ints, Ints]] = []
    for a, b in near(spots, spots):
        ahead = turn[a] < turn[b]
        a, b = np.where(ahead, a, b)[a != b], np.where(ahead, b, a)[a != b]
        east, north = offsets_m(some.take(a), some.take(b))
        close = np.hypot(east, north) <= PLACE_SIGMAS * np.minimum(sigma_m[a], sigma_m[b]) * math.sqrt(2)
        apart_s = np.abs(spots.middle_s[a] - spots.middle_s[b])
        close &= apart_s <= TIME_SIGMAS * np.minimum(sigma_s[a], sigma_s[b]) * math.sqrt(2)
        pairs.append((a[close], b[close]))
    if not pairs:
        return
    a, b = np.concatenate([p[0] for p in pairs]), np.concatenate([p[1] for p in pairs])
    in_turn = np.lexsort((turn[b], turn[a]))
    follows = {}
    for one, other in zip(a[in_turn].tolist(), b[in_turn].tolist(), strict=True):
        if one not in follows and other not in follows:
            follows[other] = one
    for other, one in follows.items():
        leader[first[other]] = first[one]
