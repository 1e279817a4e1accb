"""Incidents as columns to reckon with, in the order of their ids.

Rules:
- times are microseconds since 1970; a number that is not known is NaN, a word that is none is -1;
- nothing is decided here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from trucewatch.assess.place import Places, places_of
from trucewatch.model.tables import INCIDENTS
from trucewatch.model.vocabulary import Phenomenon, Trajectory
from trucewatch.model.weapon import WeaponClass

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

KINDS, TRAJECTORIES, WEAPONS = tuple(Phenomenon), tuple(Trajectory), tuple(WeaponClass)
HOUR_US = 3_600_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """All incidents, one element each; `frame` has their rows in the same order."""

    frame: pl.DataFrame
    own: Flags  # is asked about; the rest is only what counts, replies and exceptions look at
    start_us: Ints
    end_us: Ints
    kind: Ints  # index in KINDS
    trajectory: Ints  # index in TRAJECTORIES, -1: not known
    weapon: Ints  # index in WEAPONS, -1: not known
    p_kind: Floats
    p_real: Floats
    places: Places

    @property
    def many(self) -> int:
        """How many there are."""
        return len(self.start_us)

    def number(self, name: str) -> Floats:
        """Return a column of numbers, NaN where it is not known."""
        return self.frame[name].cast(pl.Float64).fill_null(math.nan).to_numpy()


def columns_of(incidents: pl.DataFrame, beside: pl.DataFrame | None = None) -> Columns:
    """Return `incidents`, and others `beside` them that are not asked about, in the order of their ids."""
    known = INCIDENTS.conform(incidents).with_columns(own=pl.lit(value=True))
    if beside is not None:
        others = INCIDENTS.conform(beside).join(known, on="incident_id", how="anti", maintain_order="left")
        known = pl.concat([known, others.with_columns(own=pl.lit(value=False))])
    in_order = known["incident_id"].is_sorted()
    ordered = known if in_order else known.sort("incident_id", maintain_order=True)
    frame = ordered.drop("own")
    return Columns(
        frame=frame,
        own=ordered["own"].to_numpy(),
        start_us=frame["from_utc"].dt.epoch("us").to_numpy(),
        end_us=frame["to_utc"].dt.epoch("us").to_numpy(),
        kind=_codes(frame["phenomenon"], KINDS),
        trajectory=_codes(frame["trajectory"], TRAJECTORIES),
        weapon=_codes(frame["weapon"], WEAPONS),
        p_kind=frame["p_phenomenon"].fill_null(math.nan).to_numpy(),
        p_real=frame["p_real"].fill_null(math.nan).to_numpy(),
        places=places_of(frame),
    )


def micros(moment: datetime) -> int:
    """Return microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _codes(values: pl.Series, words: Sequence[str]) -> Ints:
    coded = values.replace_strict(list(words), list(range(len(words))), default=-1, return_dtype=pl.Int64)
    return coded.fill_null(-1).to_numpy().astype(np.int64)
