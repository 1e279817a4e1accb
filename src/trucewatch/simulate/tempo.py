"""When things happen: phases of the truce, good and bad days, night peaks.

Rules:
- how much is fired in an hour is the phase's level, times the day's luck, times the hour's share;
- hours are of UTC, as everything inside.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from trucewatch.model.geodesy import Floats
from trucewatch.model.tables import UTC
from trucewatch.simulate.draws import choices, stream
from trucewatch.simulate.preset import Preset

HOUR_S = 3_600.0
DAY_SIGMA = 0.45  # of the logarithm of a day's luck
# each hour's share of a day's fire: quiet at noon, a peak after dusk and a smaller one before dawn
BY_HOUR = (
    *(0.9, 0.8, 0.8, 1.1, 1.4, 1.3, 0.9, 0.7, 0.7, 0.8, 0.8, 0.7),
    *(0.6, 0.6, 0.7, 0.8, 0.9, 1.1, 1.5, 1.9, 2.0, 1.8, 1.4, 1.1),
)


def hours(preset: Preset, *, seed: int) -> Floats:
    """Return how much is fired in each hour of the time, in no unit."""
    generator = stream(seed, "tempo")
    many = max(1, int(np.ceil(preset.end_s / HOUR_S)))
    at = np.arange(many)
    share = (at + 0.5) / many
    level = np.select([share <= s.until for s in preset.stretches], [s.level for s in preset.stretches], 1.0)
    luck = np.exp(generator.normal(0.0, DAY_SIGMA, many // 24 + 1))[at // 24]
    found: Floats = level * luck * np.array(BY_HOUR)[at % 24]
    return found


def moments(preset: Preset, generator: np.random.Generator, by_hour: Floats, many: int) -> Floats:
    """Return `many` moments in seconds from the start, drawn by how much is fired."""
    at = choices(generator, by_hour, many) + generator.random(many)
    return np.minimum(at * HOUR_S, preset.end_s - 1.0)


def phases(preset: Preset) -> pl.DataFrame:
    """Return the truce's phases: `phase`, `from_utc`, `to_utc`, `level`."""
    untils = [preset.starts + timedelta(seconds=round(s.until * preset.end_s)) for s in preset.stretches]
    return pl.DataFrame(
        {
            "phase": [s.phase.value for s in preset.stretches],
            "from_utc": [preset.starts, *untils[:-1]],
            "to_utc": untils,
            "level": [s.level for s in preset.stretches],
        },
        schema_overrides={"from_utc": UTC, "to_utc": UTC},
    )


def utc(preset: Preset, seconds: Floats) -> pl.Series:
    """Return moments `seconds` after the start, to the millisecond; NaN is null."""
    known = np.isfinite(seconds)
    milli = pl.Series(np.round(np.where(known, seconds, 0.0) * 1_000).astype(np.int64))
    at = pl.lit(preset.starts).cast(UTC) + pl.duration(milliseconds=pl.col("ms"))
    frame = pl.DataFrame({"ms": milli, "known": known})
    return frame.select(pl.when("known").then(at).alias("at"))["at"]
