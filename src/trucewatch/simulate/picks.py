"""Arrivals at the sensors of the acoustic arrays, before anybody made fixes of them.

Rules:
- an array has six sensors within 1.5 km of its middle; a sensor misses one arrival in five;
- sound takes the way at the speed of the day, which nobody knows to better than a hundredth;
- a back azimuth is known to a few degrees; `event_id` is the truth, and no part of a pick.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from trucewatch.model.canonical import with_ids
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Means, Phenomenon, Sensitivity
from trucewatch.simulate.draws import stream
from trucewatch.simulate.instruments import ACOUSTIC
from trucewatch.simulate.outlines import degrees
from trucewatch.simulate.posts import in_reach, posts
from trucewatch.simulate.scene import scene
from trucewatch.simulate.sensors import ARRAYS
from trucewatch.simulate.tempo import utc
from trucewatch.simulate.world import World

SENSORS, WITHIN_M = 6, 1_500.0
P_PICKED, PICK_SIGMA_S, AZIMUTH_SIGMA_DEG = 0.8, 0.02, 4.0
SOUND_M_PER_S, SOUND_SIGMA = 340.0, 0.01
FARTHEST_S = 60.0  # the longest way that a sensor hears


def picks(world: World) -> pl.DataFrame:
    """Return `array`, `sensor`, `lon`, `lat`, `at_utc`, `azimuth_deg` of every arrival, and its `event_id`."""
    generator, there = stream(world.seed, "picks"), scene(world)
    arrays = posts(world, ARRAYS)
    east = arrays.east_m[:, None] + generator.uniform(-WITHIN_M, WITHIN_M, (len(arrays.side), SENSORS))
    north = arrays.north_m[:, None] + generator.uniform(-WITHIN_M, WITHIN_M, (len(arrays.side), SENSORS))
    speed = SOUND_M_PER_S * (1 + generator.normal(0.0, SOUND_SIGMA, int(np.max(there.day, initial=0)) + 1))
    loud = np.where(there.light | there.weapon, 0.0, ACOUSTIC.reach_m or 0.0)
    event, post, _ = in_reach(there, arrays, loud)
    heard = arrays.watching(post, there.at_s[event]) & (generator.random(len(event)) < ACOUSTIC.p_heavy)
    event, post = np.repeat(event[heard], SENSORS), np.repeat(post[heard], SENSORS)
    sensor = np.tile(np.arange(SENSORS), int(heard.sum()))
    over, up = there.east_m[event] - east[post, sensor], there.north_m[event] - north[post, sensor]
    many = len(event)
    at = there.at_s[event] + np.hypot(over, up) / speed[there.day[event]]
    lon, lat = degrees(east[post, sensor], north[post, sensor])
    azimuth = np.degrees(np.arctan2(over, up)) + generator.normal(0.0, AZIMUTH_SIGMA_DEG, many)
    frame = pl.DataFrame(
        {
            "array": post,
            "sensor": sensor,
            "lon": lon,
            "lat": lat,
            "at_utc": utc(world.preset, at + generator.normal(0.0, PICK_SIGMA_S, many)),
            "azimuth_deg": np.round(azimuth % 360, 1),
            "event_id": there.event[event],
        }
    )
    return frame.filter(pl.Series(generator.random(many) < P_PICKED)).sort("at_utc", "array", "sensor")


def arrived(rows: pl.DataFrame) -> pl.DataFrame:
    """Return picks as observations: where a sensor is, when something came in, from which way, and no place."""
    seen = rows.select(
        source_id=pl.lit("sensors"),
        means=pl.lit(Means.DETECTED.value),
        phenomenon=pl.lit(Phenomenon.EXPLOSION.value),
        from_utc=pl.col("at_utc") - timedelta(seconds=FARTHEST_S),
        to_utc="at_utc",
        reported_utc="at_utc",
        observer_lon="lon",
        observer_lat="lat",
        bearing_deg="azimuth_deg",
        bearing_halfwidth_deg=pl.lit(AZIMUTH_SIGMA_DEG),
        sensitivity=pl.lit(Sensitivity.PUBLIC.value),
    ).with_row_index("row", offset=1)
    return with_ids(OBSERVATIONS.conform(seen.with_columns(observation_id=pl.lit(""))))
