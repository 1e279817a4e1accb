"""A pack: what one file of statements holds, and its places, which stay apart.

Rules:
- everything in it is what a document says, in our own words; nothing is what a person recorded;
- where exactly a force or hub would be stands in `places` only: it leaves through `model.gate.project`,
  which lets a place pass when its source published it, and no other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from trucewatch.model.instrument import Instrument
from trucewatch.model.response import ResponseClock
from trucewatch.model.statement import Statement
from trucewatch.model.support import Hub, Requirement, Support
from trucewatch.model.tables import Column, Table
from trucewatch.model.vocabulary import Sensitivity

PLACES = Table(
    name="places",
    meaning="where exactly a hub or a force would be, as a document says; withheld by default",
    columns=(
        Column(name="pack", dtype=pl.String, meaning="the pack it stands in", required=True),
        Column(name="of", dtype=pl.String, meaning="the id of the hub or statement", required=True),
        Column(name="exact_place", dtype=pl.String, meaning="the place as the document has it"),
        Column(name="exact_lon", dtype=pl.Float64, unit="degrees", meaning="longitude, WGS 84"),
        Column(name="exact_lat", dtype=pl.Float64, unit="degrees", meaning="latitude, WGS 84"),
        Column(
            name="sensitivity",
            dtype=pl.String,
            meaning="public only when its source published the place",
            words=Sensitivity,
            required=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What one file of statements holds."""

    name: str
    title: str
    statements: tuple[Statement, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    support: tuple[Support, ...] = ()
    hubs: tuple[Hub, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    clocks: tuple[ResponseClock, ...] = ()
    exercise: bool = False
    places: pl.DataFrame = field(default_factory=PLACES.empty)


NO_PACKS: tuple[Pack, ...] = ()
