"""What else is known around the reports: cloud by day and stretch, who holds which settlement.

Rules:
- each is a table of its own with a source of its own, as in a mission;
- a settlement in the gap is held by nobody, and no claim says so.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from trucewatch.model.tables import CONTROL, WEATHER
from trucewatch.simulate.scene import cloud
from trucewatch.simulate.world import World


def weather(world: World) -> pl.DataFrame:
    """Return WEATHER by stretch of 100 km (`exercise:stretch-000` is the most western) and day."""
    sky = cloud(world)[: max(1, int(np.ceil(world.preset.days)))]
    day, stretch = (at.ravel() for at in np.indices(sky.shape))
    first = world.preset.starts.date()
    return WEATHER.conform(
        pl.DataFrame(
            {
                "area_id": pl.Series([f"exercise:stretch-{at:03d}" for at in stretch], dtype=pl.String),
                "day": pl.Series([first + timedelta(days=int(at)) for at in day]),
                "cloud": sky.ravel(),
                "source_id": "weather",
            }
        )
    )


def control(world: World) -> pl.DataFrame:
    """Return CONTROL: who holds each settlement, from the start."""
    held = world.front.settlements.drop_nulls("held_by")
    return CONTROL.conform(
        held.select("place_id", "held_by", from_utc=pl.lit(world.preset.starts), source_id=pl.lit("control"))
    )
