"""A source: what it is, how its bytes become observations, and what it can see.

Rules:
- `parse` is pure: bytes and a profile in, rows and refusals out; it knows no files and no clock;
- every row of the file is accepted or refused with its reason, and none is lost;
- an undeclared field of a profile is unknown, not a default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from trucewatch.model.tables import CONTROL, OBSERVATIONS, WEATHER
from trucewatch.model.vocabulary import Means, Phenomenon


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One row, or the rest of a file, that was not taken; `row` counts from 1 after the header, 0 is the file."""

    row: int
    reason: str  # one line: what was met and how to mend it; never the offending value
    column: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What a source's bytes held: rows of `table`, and every refused row with its reason.

    `accepted` of observations has no ids and no evidence yet (`canonical.with_ids` sets them), but has
    `row`. `notes` are true of the whole file, such as a period that the source says it did not cover.
    """

    accepted: pl.DataFrame
    refused: tuple[Refusal, ...] = ()
    table: str = OBSERVATIONS.name  # observations, weather or control
    notes: tuple[str, ...] = ()


def nothing_accepted(reason: str, *, table: str = OBSERVATIONS.name) -> Screened:
    """Return a file refused whole."""
    empty = {t.name: t for t in (OBSERVATIONS, WEATHER, CONTROL)}[table].empty()
    return Screened(accepted=empty, refused=(Refusal(row=0, reason=reason),), table=table)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProfile:
    """What a source can see, how far off it is and how often wrong, as declared in `sources.toml`.

    `None` and empty mean *not declared*. Distances in metres, times in seconds, probabilities 0 to 1.
    """

    source_id: str
    means: Means
    format: str | None = None  # the entry point that reads its files; None: the source's own name
    affiliation: str | None = None  # party:A | supporter_of:A | third | joint | public
    reliability: str | None = None
    origin: str | None = None  # "independent", or the origin it copies
    zone: ZoneInfo | None = None  # of times without offset; none, no naive time gets in
    position_sigma_m: float | None = None
    bearing_sigma_deg: float | None = None
    distance_factor: float | None = None
    time_sigma_s: float | None = None
    time_lag_median_s: float | None = None
    time_lag_p95_s: float | None = None
    detects: Mapping[Phenomenon, float] = field(default_factory=dict)
    range_m: Mapping[Phenomenon, float] = field(default_factory=dict)
    false_per_day: float | None = None
    repeats: float | None = None
    false_share: float | None = None  # of its reports, those that nothing caused
    alone: float | None = None  # probability that no other source reports a real event that it reports
    confuses: Mapping[Phenomenon, Mapping[Phenomenon, float]] = field(default_factory=dict)
    watches: str | None = None  # post hours | passes | continuous | unknown
    published: bool = False  # a published archive: its observers' positions are public already
    licence: str | None = None
    says: str | None = None  # what its rows cannot say, in one sentence for the report
    key: str | None = None  # ed25519:BASE64, which signs its batches
    mapping: Mapping[str, object] = field(default_factory=dict)  # for `table`: column to column


Parse = Callable[[bytes, SourceProfile], Screened]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A kind of source: the entry point `trucewatch.sources` names one of these."""

    name: str
    media_types: tuple[str, ...]
    parse: Parse
    table: str = OBSERVATIONS.name
    every: timedelta | None = None  # how often its publisher updates it


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the gazetteer, with each spelling and the days between which it was the name."""

    place_id: str  # geonames:ID
    lon: float
    lat: float
    area_id: str
    spellings: tuple[tuple[str, date | None, date | None], ...]  # (name, from, to), to exclusive


Gazetteer = Mapping[str, Place]
