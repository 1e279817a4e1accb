"""What the sides promise beside silence: live-fire exercises they announce, weapons they withdraw.

Rules:
- a notice says who, when and where; some exercises have none, and some that were announced are not held;
- each weapon must be so far behind its own side's line by the day that the truce begins to hold: some
  were moved in time, some late, some never.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.model.tables import UTC
from trucewatch.simulate.arms import CLASSES, LIMITED, WORDS, of
from trucewatch.simulate.draws import choices, stream, words
from trucewatch.simulate.front import Front
from trucewatch.simulate.outlines import degrees
from trucewatch.simulate.preset import PARTIES, Preset
from trucewatch.simulate.tempo import utc

P_HELD = 0.85  # of announced exercises
EXERCISES_PER_DAY = 0.4  # of one side, on 100 km


def notices(preset: Preset, on: Front, *, seed: int) -> pl.DataFrame:
    """Return live-fire exercises: whose, when, where, whether announced, and whether held."""
    generator = stream(seed, "notices")
    mean = 2 * EXERCISES_PER_DAY * min(preset.days, 60.0) * preset.length_km / 100
    many = max(4, int(generator.poisson(mean)))
    side = np.arange(many) % 2
    east = generator.uniform(0.05, 0.95, many) * preset.length_km * 1_000
    deep = generator.uniform(9_000.0, 40_000.0, many)
    north = on.line_at(side, east) + np.where(side == 0, 1.0, -1.0) * deep
    start = generator.uniform(0.0, 0.9, many) * preset.end_s
    end = np.minimum(start + generator.uniform(1.0, 6.0, many) * 3_600, preset.end_s - 1.0)
    announced = generator.random(many) < preset.p_notified
    given = np.where(announced, start - generator.uniform(12.0, 96.0, many) * 3_600, np.nan)
    lon, lat = degrees(east, north)
    return pl.DataFrame(
        {
            "notice_id": [f"notice-{at:05d}" for at in range(many)],
            "party": words(side, PARTIES),
            "given_utc": utc(preset, given),  # null: not announced
            "from_utc": utc(preset, start),
            "to_utc": utc(preset, end),
            "lon": lon,
            "lat": lat,
            "radius_m": generator.uniform(1_500.0, 4_000.0, many).round(0),
            "held": ~announced | (generator.random(many) < P_HELD),
            "east_m": east,
            "north_m": north,
            "from_s": start,
            "to_s": end,
        }
    ).sort("from_utc", "notice_id")


def weapons(preset: Preset, on: Front, *, seed: int) -> pl.DataFrame:
    """Return weapons to be withdrawn: whose, what, how far, by when, where they stand before and after."""
    generator = stream(seed, "weapons")
    many = max(8, round(0.3 * preset.length_km))
    side = np.arange(many) % 2
    arm = np.array(LIMITED)[choices(generator, np.ones(len(LIMITED)), many)]
    limit = of(arm, lambda one: one.limit_m)
    back = np.where(side == 0, 1.0, -1.0)
    east = generator.uniform(0.0, preset.length_km * 1_000, many)
    north = on.line_at(side, east) + back * generator.uniform(0.1, 0.9, many) * limit
    later = np.clip(east + generator.normal(0.0, 3_000.0, many), 0.0, preset.length_km * 1_000)
    far = on.line_at(side, later) + back * (limit * generator.uniform(1.1, 1.8, many))
    due = preset.end_s * (
        preset.stretches[0].until if len(preset.stretches) < 3 else preset.stretches[1].until
    )
    moved = generator.random(many) < preset.p_withdrawn
    when = np.where(moved, due + generator.normal(-0.02, 0.03, many) * preset.end_s, np.nan)
    at, to = degrees(east, north), degrees(later, far)
    return pl.DataFrame(
        {
            "weapon_id": [f"weapon-{one:05d}" for one in range(many)],
            "party": words(side, PARTIES),
            "weapon_class": words(arm, CLASSES),
            "weapon": words(arm, WORDS),
            "calibre_mm": of(arm, lambda one: one.calibre_mm),
            "limit_m": limit,
            "due_utc": utc(preset, np.full(many, due)),
            "moved_utc": utc(preset, when),  # null: it stayed
            "lon": at[0],
            "lat": at[1],
            "to_lon": to[0],
            "to_lat": to[1],
            "arm": arm,
            "east_m": east,
            "north_m": north,
            "to_east_m": later,
            "to_north_m": far,
            "moved_s": pl.Series(when).fill_nan(None),
        },
        schema_overrides={"due_utc": UTC, "moved_utc": UTC},
    )
