"""The walk over a mission's record: every step in its order, as known at a moment.

Rules:
- only records are read: what lies in the folder and is not recorded does not count;
- secret rows stay in the record: nothing is made of them, for what is made leaves;
- the same record, moments and day give the same result on any machine;
- an incident that a case was opened on, or that was published, keeps its id, whatever is observed later; when two such
  meet, the older stays;
- for one day, only that day and the day before it are fused; every row stays in `observations`, and
  links hold its row numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from trucewatch.assess.areas import assess_areas
from trucewatch.assess.assess import CLEARED, Assessed, assess
from trucewatch.assess.attribution import attribute
from trucewatch.assess.sides import sides_of
from trucewatch.assess.totals import assess_totals
from trucewatch.assess.zones import read_shapes
from trucewatch.cover.cover import cover
from trucewatch.decide.decide import decide
from trucewatch.fuse.fuse import Fused, fuse
from trucewatch.fuse.pins import pinned
from trucewatch.mission.content import basemap, gazetteer, outlines
from trucewatch.mission.deeds import opened_on
from trucewatch.mission.intake import rows_of
from trucewatch.mission.journal import Kind
from trucewatch.mission.known import Known, known
from trucewatch.mission.pins import heirs_known, pins_known
from trucewatch.mission.pledges import ledger_at
from trucewatch.model.agreement import Agreement
from trucewatch.model.areas import Areas, areas_from
from trucewatch.model.decision import Case
from trucewatch.model.instants import Clock, Interval
from trucewatch.model.shapes import NO_SHAPES, Shapes
from trucewatch.model.source import SourceProfile
from trucewatch.model.standing import Guarantees
from trucewatch.model.tables import ASSESSMENTS, CONTROL, OBSERVATIONS, WEATHER
from trucewatch.model.vocabulary import NOT_EVENTS, Sensitivity

CHART_DAYS = 14
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What the record shows, step by step."""

    known: Known
    at: datetime  # the moment the ledger of guarantees is read for
    day: date | None
    days: tuple[Interval, ...]
    areas: Areas
    observations: pl.DataFrame
    weather: pl.DataFrame
    control: pl.DataFrame
    fused: Fused  # links hold row numbers of `observations`
    coverage: pl.DataFrame
    assessments: pl.DataFrame
    cleared: pl.DataFrame  # how many incidents each clause was asked of that show no breach of it
    cases: tuple[Case, ...]
    guarantees: Guarantees
    aliases: Mapping[str, str] = field(default_factory=dict)  # pinned ids that met an older one, which stays


def walk(
    path: Path | str,
    *,
    known_at: datetime | None = None,
    at: datetime | None = None,
    day: date | None = None,
) -> Walk:
    """Return the walk over the mission in `path`, for one reporting day or for all that was observed.

    Without `at` the ledger is read for the end of the day, or else for the moment of the last record.
    """
    return walk_from(known(path, known_at=known_at), at=at, day=day)


def _silent(_step: str) -> None:
    """Tell nobody."""


def walk_from(
    record: Known, *, at: datetime | None = None, day: date | None = None, step: Step = _silent
) -> Walk:
    """Return the walk over what is known, telling `step` what is being done."""
    step("reading the rows")
    everything = rows_of(record.folder.vault, record.batches, OBSERVATIONS)
    observations = everything.filter(pl.col("sensitivity") != Sensitivity.SECRET.value)
    weather = rows_of(record.folder.vault, record.batches, WEATHER).unique(
        ["area_id", "day", "source_id"], keep="last", maintain_order=True
    )
    control = rows_of(record.folder.vault, record.batches, CONTROL).unique(maintain_order=True)
    days = _days(observations, record.clock, day)
    areas = areas_known(record)
    step(f"fusing {observations.height:,} observations")
    pins = pins_known(record)
    found = pinned(
        _fused(observations, record.profiles, None if day is None else days[-2:]),
        pins,
        heirs_known(record) if pins else {},
    )
    fused = found.fused
    step("finding out what was watched")
    coverage = cover(
        observations,
        record.profiles,
        weather,
        control,
        areas=areas,
        days=days,
        gazetteer={} if control.is_empty() else gazetteer(),
    )
    incidents = fused.incidents if day is None else _of_day(fused.incidents, days[-1])
    step(f"assessing {fused.incidents.height:,} incidents")
    asked = (observations, coverage) if day is None else _told_of(days[-1], observations, coverage)
    assessed = _assessed(incidents, record, *asked, areas, beside=fused.incidents)
    cases = cases_of(record)
    moment = at or (record.known_at if day is None else days[-1].end)
    return Walk(
        known=record,
        at=moment,
        day=day,
        days=days,
        areas=areas,
        observations=observations,
        weather=weather,
        control=control,
        fused=fused,
        coverage=coverage,
        assessments=assessed.assessments,
        cleared=assessed.cleared,
        cases=cases,
        guarantees=ledger_at(record, cases, at=moment),
        aliases=found.aliases,
    )


def cases_of(record: Known) -> tuple[Case, ...]:
    """Return the cases.

    Moves that are not their makers' to make are not among the known ones: determinations of who may not are not either.
    A case stands on what was assessed when it was opened, whatever day is walked and whatever came later.
    """
    return decide(opened_on(record.moves), record.moves, exercise=True, rules=record.rules)


def areas_known(record: Known) -> Areas:
    """Return the basemap's areas and the zones of the mission's agreements."""
    zones = [text for (kind, _), text in record.texts.items() if kind is Kind.ZONES]
    known_areas, own = basemap(), outlines(*zones, where="zones.geojson")
    return areas_from((*known_areas.ids, *own.ids), (*known_areas.outlines, *own.outlines))


def _days(observations: pl.DataFrame, clock: Clock, day: date | None) -> tuple[Interval, ...]:
    """Return the last 14 days to `day`, or every day on which something was observed to happen."""
    if day is not None:
        return tuple(clock.day(day - timedelta(days=back)) for back in reversed(range(CHART_DAYS)))
    if observations.is_empty():
        return ()
    first, last = observations["from_utc"].min(), observations["from_utc"].max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return ()
    start, end = clock.day_of(first), clock.day_of(last)
    return tuple(clock.day(start + timedelta(days=n)) for n in range((end - start).days + 1))


def _fused(
    observations: pl.DataFrame, profiles: Mapping[str, SourceProfile], days: Sequence[Interval] | None
) -> Fused:
    """Return the incidents of `days`, or all, with links by row number of `observations`."""
    event = ~pl.col("phenomenon").is_in([phenomenon.value for phenomenon in NOT_EVENTS])
    if days:
        start, end = days[0].start, days[-1].end
        event &= (pl.col("from_utc") < end) & (pl.max_horizontal("to_utc", "from_utc") >= start)
    rows = observations.with_row_index("at_row").filter(event)
    fused = fuse(rows.drop("at_row"), profiles)
    places = rows["at_row"].to_numpy().astype(np.uint32)
    links = fused.links.with_columns(
        pl.Series(side, places[fused.links[side].to_numpy()], dtype=pl.UInt32) for side in ("left", "right")
    )
    return replace(fused, links=links)


def _assessed(
    incidents: pl.DataFrame,
    record: Known,
    observations: pl.DataFrame,
    coverage: pl.DataFrame,
    areas: Areas,
    *,
    beside: pl.DataFrame,
) -> Assessed:
    """Return what the incidents, the totals of others and the areas without events amount to."""
    parts = [
        assess(
            incidents,
            agreement,
            coverage,
            areas=areas,
            profiles=record.profiles,
            shapes=shapes_of(record, agreement),
            notices=record.annotations.standing_notices,
            attributions=attributed(record, agreement, incidents),
            beside=beside,
        )
        for agreement in record.agreements
    ]
    totals = pl.concat([ASSESSMENTS.empty(), *(assess_totals(observations, a) for a in record.agreements)])
    empty = pl.concat(
        [ASSESSMENTS.empty(), *(_areas_of(coverage, a, record, areas) for a in record.agreements)]
    ).join(totals, on=["clause_id", "reading", "area_id"], how="anti", maintain_order="left")
    return Assessed(
        assessments=pl.concat([*(part.assessments for part in parts), totals, empty]),
        cleared=pl.concat([pl.DataFrame(schema=CLEARED), *(part.cleared for part in parts)]),
    )


def _areas_of(coverage: pl.DataFrame, agreement: Agreement, record: Known, areas: Areas) -> pl.DataFrame:
    shapes = shapes_of(record, agreement)
    return assess_areas(coverage, agreement, record.profiles, areas=areas, shapes=shapes)


def attributed(record: Known, agreement: Agreement, incidents: pl.DataFrame) -> pl.DataFrame:
    """Return the odds of whose each incident is, by the lines of an agreement: for analysts and verifiers only."""
    sides = sides_of(agreement, shapes_of(record, agreement))
    return attribute(incidents, sides, record.annotations.standing_notices)


def shapes_of(record: Known, agreement: Agreement) -> Shapes:
    """Return the zones and lines of one of the mission's agreements, as recorded."""
    text = record.texts.get((Kind.ZONES, agreement.name))
    return NO_SHAPES if text is None else read_shapes(text)


def _told_of(
    day: Interval, observations: pl.DataFrame, coverage: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the observations and the coverage that overlap `day`."""
    within = (pl.col("from_utc") < day.end) & (pl.col("to_utc") > day.start)
    return observations.filter(within), coverage.filter(within)


def _of_day(incidents: pl.DataFrame, day: Interval) -> pl.DataFrame:
    """Return the incidents that may have happened in `day`."""
    start, end = (
        pl.col("from_utc"),
        pl.max_horizontal("to_utc", pl.col("from_utc") + timedelta(microseconds=1)),
    )
    return incidents.filter((start < day.end) & (end > day.start))
