"""Manipulation and mishap: each a switch, each alters at least a tenth of the reports and says which.

Rules:
- what is altered is marked in the truth; what a trick took away is in `lost`, and in no table of reports;
- the marks are for the marking: no observation holds one;
- a report that was added tells of no event, except that a copy tells of its original's;
- one trick at a time; seed and name decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import polars as pl

from trucewatch.model.canonical import with_ids
from trucewatch.simulate.draws import stream
from trucewatch.simulate.forgeries import (
    copied_story,
    copying,
    flooding,
    forged_patrols,
    replay,
)
from trucewatch.simulate.mishaps import (
    biased_clocks,
    day_shifts,
    heavy_tails,
    jamming,
    moving,
    spoofed,
    suppressed,
    wrong_namesake,
)
from trucewatch.simulate.observed import TRUTH, Observed


class Trick(StrEnum):
    """What may be done to reports."""

    FLOODING = "flooding"
    FORGED_PATROLS = "forged_patrols"
    REPLAY = "replay"
    SPOOFED = "spoofed"
    JAMMING = "jamming"
    SUPPRESSED = "suppressed"
    COPIED_STORY = "copied_story"
    COPYING = "copying"
    HEAVY_TAILS = "heavy_tails"
    BIASED_CLOCKS = "biased_clocks"
    DAY_SHIFTS = "day_shifts"
    WRONG_NAMESAKE = "wrong_namesake"
    MOVING = "moving"


Alter = Callable[[Observed, pl.DataFrame, np.random.Generator], pl.DataFrame]
ALTER: Mapping[Trick, Alter] = MappingProxyType(
    {
        Trick.FLOODING: flooding,
        Trick.FORGED_PATROLS: forged_patrols,
        Trick.REPLAY: replay,
        Trick.SPOOFED: spoofed,
        Trick.JAMMING: jamming,
        Trick.SUPPRESSED: suppressed,
        Trick.COPIED_STORY: copied_story,
        Trick.COPYING: copying,
        Trick.HEAVY_TAILS: heavy_tails,
        Trick.BIASED_CLOCKS: biased_clocks,
        Trick.DAY_SHIFTS: day_shifts,
        Trick.WRONG_NAMESAKE: wrong_namesake,
        Trick.MOVING: moving,
    }
)


def tricked(observed: Observed, trick: Trick) -> Observed:
    """Return `observed` after `trick`, what it altered marked in the truth."""
    generator = stream(observed.world.seed, f"trick {trick.value}")
    rows = observed.observations.with_columns(
        event=observed.truth["event_id"],
        alarm=observed.truth["alarm_id"],
        again=observed.truth["again"],
        copy=observed.truth["copy"],
        altered=pl.lit(value=False),
        lost=pl.lit(value=False),
    )
    done = ALTER[trick](observed, rows, generator)
    gone, kept = done.filter("lost"), done.filter(~pl.col("lost"))
    kept = kept.sort("reported_utc", "source_id", "from_utc", "observation_id", maintain_order=True)
    kept = kept.with_columns(row=pl.int_range(1, pl.len() + 1), observation_id=pl.lit(""))
    observations = with_ids(kept.select(observed.observations.columns))
    truth = kept.select(
        pl.Series("observation_id", observations["observation_id"]),
        "again",
        "copy",
        event_id="event",
        alarm_id="alarm",
        altered=pl.when("altered").then(pl.lit(trick.value)),
    )
    return replace(
        observed,
        observations=observations,
        truth=truth.select(TRUTH.names()).cast(TRUTH),
        lost=tuple(gone["observation_id"]),
    )
