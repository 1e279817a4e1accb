"""Source profiles: the truth, measured on the rows that were made, and what each source declares.

Rules:
- a standard deviation is of the rows of real events, the wildest hundredth of them left out;
- false alarms are by post and day on watch, or by the source and day when it has no posts;
- what no source can know of itself, which share of its reports nothing caused, none declares;
- of the declared profiles some say half the true error or twice, some leave it out, one in three is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from trucewatch.model.geodesy import Floats
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import NOT_EVENTS, Means, Phenomenon
from trucewatch.simulate.draws import stream
from trucewatch.simulate.instruments import INSTRUMENTS, Instrument
from trucewatch.simulate.posts import Posts
from trucewatch.simulate.scene import DAY_S, Scene

_HEAVY = (Phenomenon.EXPLOSION, Phenomenon.AIRBURST, Phenomenon.PROJECTILE, Phenomenon.MUZZLE_FLASH)
_LIGHT = (Phenomenon.SHOT, Phenomenon.BURST)
LEAST_S = 0.5
WRONG = (1.0, 1.0, 0.5, 2.0, None, 1.0)  # what a source declares for each metre of its true error


def true_profiles(there: Scene, made: pl.DataFrame, posts: Mapping[str, Posts]) -> dict[str, SourceProfile]:
    """Return the truth about each source; `made` are its rows in metres and seconds."""
    told = made.filter(~pl.col("phenomenon").is_in([kind.value for kind in NOT_EVENTS]))
    real = told.filter(pl.col("event") >= 0)
    shared = real.group_by("event").agg(sources=pl.col("source_id").n_unique())
    lone = real.join(shared, on="event").unique(["event", "source_id"]).group_by("source_id")
    alone = dict(lone.agg((pl.col("sources") == 1).mean()).iter_rows())
    days = max(1.0, float(np.max(there.at_s, initial=0.0)) / DAY_S)
    found = {}
    for (name,), own in sorted(told.partition_by("source_id", as_dict=True).items()):
        instrument = INSTRUMENTS[str(name)]
        at = posts.get(instrument.source_id)
        watched = days if at is None else float(np.sum(at.ends_s - at.begins_s)) / DAY_S
        measured = _measured(instrument, own, there, max(watched, 0.1))
        found[measured.source_id] = replace(measured, alone=round(alone.get(measured.source_id, 1.0), 4))
    return found


def declared_profiles(true: Mapping[str, SourceProfile], *, seed: int) -> dict[str, SourceProfile]:
    """Return what the sources declare of themselves."""
    generator = stream(seed, "declared")
    found = {}
    for name in sorted(true):
        profile, drawn = true[name], generator.integers(0, len(WRONG), 2)
        place, time = (WRONG[int(at)] for at in drawn)
        found[name] = replace(
            profile,
            position_sigma_m=_times(profile.position_sigma_m, place),
            time_sigma_s=_times(profile.time_sigma_s, time),
            false_per_day=None if profile.means is Means.TOLD else profile.false_per_day,
            false_share=None,
            alone=None,
            detects={} if profile.means is Means.TOLD else profile.detects,
        )
    return found


def _times(value: float | None, factor: float | None) -> float | None:
    return None if value is None or factor is None else round(value * factor, 1)


def _measured(of: Instrument, own: pl.DataFrame, there: Scene, watched_days: float) -> SourceProfile:
    event, real = own["event"].to_numpy(), own.filter(pl.col("event") >= 0)
    at = real["event"].to_numpy()
    off = [
        real[name].fill_null(np.nan).to_numpy() - true[at]
        for name, true in (("east_m", there.east_m), ("north_m", there.north_m))
    ]
    sector = real["major_m"].is_not_null().any()
    start, end = real["from_s"].to_numpy(), real["to_s"].to_numpy()
    outside = np.maximum(0.0, np.maximum(start - there.at_s[at], there.at_s[at] - end))
    lag = real["reported_s"].to_numpy() - end
    again = own["again"].fill_null(value=False).mean()
    detects = dict.fromkeys(_HEAVY, of.p_heavy) | dict.fromkeys(_LIGHT, of.p_light)
    far = {} if of.reach_m is None else dict.fromkeys(_HEAVY, of.reach_m)
    return SourceProfile(
        source_id=of.source_id,
        means=of.means,
        affiliation=of.affiliation,
        reliability=of.reliability,
        origin="independent",
        position_sigma_m=100.0 if sector else round(_sigma(np.concatenate(off)), 1),
        bearing_sigma_deg=6.0 if of.means is Means.HEARD else 1.2 if of.means is Means.RECORDED else None,
        time_sigma_s=max(LEAST_S, round(_sigma(outside), 1)),
        time_lag_median_s=round(float(np.median(lag)), 0) if len(lag) else None,
        time_lag_p95_s=round(float(np.quantile(lag, 0.95)), 0) if len(lag) else None,
        detects={kind: p for kind, p in detects.items() if p > 0},
        range_m=far | ({} if of.light_reach_m is None else dict.fromkeys(_LIGHT, of.light_reach_m)),
        false_per_day=round(float(np.sum(event < 0)) / watched_days, 4),
        false_share=round(float(np.mean(event < 0)), 4),
        repeats=round(float(again), 4) if isinstance(again, float) else None,
        watches=of.watches,
        says=of.says,
    )


def _sigma(errors: Floats) -> float:
    """Return the standard deviation about nothing, the largest hundredth left out."""
    known = np.abs(errors[np.isfinite(errors)])
    if not len(known):
        return 0.0
    kept = known[known <= np.quantile(known, 0.99)]
    return float(np.sqrt(np.mean(kept**2)))
