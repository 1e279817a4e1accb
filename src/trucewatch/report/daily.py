"""The day's report: everything a page, a JSON or a CSV of the day says, in no language yet.

Rules:
- pure: the same arguments give the same report, and nothing asks for the time;
- what the audience may not have is gone before the first figure is made;
- hours watched stand above every count, and the ids behind every figure stand beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from trucewatch.model.agreement import Agreement
from trucewatch.model.areas import Areas
from trucewatch.model.decision import Case
from trucewatch.model.explained import Explained
from trucewatch.model.gate import stamp
from trucewatch.model.instants import Clock, Interval
from trucewatch.model.lent import Lent
from trucewatch.model.policy import INTERNAL_ONLY, Policy
from trucewatch.model.published import Published
from trucewatch.model.source import Gazetteer, SourceProfile
from trucewatch.model.standing import Change as StatementChange
from trucewatch.model.standing import Guarantees
from trucewatch.model.vocabulary import Audience, Phenomenon
from trucewatch.report.alerts import AlertNews, Alerts, Claim, alert_news, alerts, claims
from trucewatch.report.assessed import Assessed, Cleared, assessed, cleared
from trucewatch.report.casualties import Casualties, casualties
from trucewatch.report.change import Change, changes
from trucewatch.report.contributors import Contributor, contributors, nobody_watches, unwatched_regions
from trucewatch.report.ledger import Ledger, ledger
from trucewatch.report.own import OwnDay, own_days
from trucewatch.report.regions import Region, Tally, regions, tallies
from trucewatch.report.scene import Fused, Scene, scene
from trucewatch.report.sheet import Sheet, sheet
from trucewatch.report.sightings import Incident, Looked, Pair, incidents, looked, pairs
from trucewatch.report.totals import Series, Total, series, totals
from trucewatch.report.watching import Passes, Unseen, Watched, passes, unseen, watched

DAYS_SHOWN = 14
NO_SENTENCES: Mapping[tuple[int, int], str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """Whose page it is, of which day, as known when."""

    mission: str
    day: date
    interval: Interval
    clock: Clock
    known_at: datetime
    audience: Audience
    stamp: str
    exercise: bool
    replay: bool
    agreements: tuple[tuple[str, str], ...]  # title, version
    published: Published | None  # the last checkpoint that left; None: none did


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day's report."""

    masthead: Masthead
    watched: tuple[Watched, ...]
    passes: tuple[Passes, ...]
    regions: tuple[Region, ...]
    tallies: tuple[Tally, ...]
    changes: tuple[Change, ...]
    sheet: Sheet | None  # what the map shows; None: nothing to draw
    incidents: tuple[Incident, ...]
    pairs: tuple[Pair, ...]
    looked: tuple[Looked, ...]
    casualties: Casualties
    series: tuple[Series, ...]
    cumulative: tuple[Total, ...]  # that end in the day: no day's own total
    own: tuple[OwnDay, ...]
    assessed: tuple[Assessed, ...]
    cleared: tuple[Cleared, ...]
    unseen: tuple[Unseen, ...]
    unwatched_kinds: tuple[Phenomenon, ...]
    unwatched_regions: tuple[str, ...]
    alerts: tuple[Alerts, ...]
    alert_news: tuple[AlertNews, ...]
    claims: tuple[Claim, ...]
    ledger: Ledger | None
    statement_changes: tuple[StatementChange, ...]
    contributors: tuple[Contributor, ...]
    lent: tuple[Lent, ...] = ()  # parts given in emergencies, on this day or the one before


def daily(
    *,
    day: date,
    clock: Clock,
    mission: str,
    observations: pl.DataFrame,
    fused: Fused,
    coverage: pl.DataFrame,
    assessments: pl.DataFrame,
    areas: Areas,
    audience: Audience,
    at: datetime,
    known_at: datetime,
    exercise: bool = False,
    replay: bool = False,
    cleared_counts: Mapping[str, int] | None = None,
    explained: Mapping[str, Explained] | None = None,
    agreements: Sequence[Agreement] = (),
    guarantees: Guarantees | None = None,
    statement_changes: Sequence[StatementChange] = (),
    cases: Sequence[Case] = (),
    profiles: Mapping[str, SourceProfile] | None = None,
    refused: Mapping[str, int] | None = None,
    gazetteer: Gazetteer | None = None,
    sentences: Mapping[tuple[int, int], str] = NO_SENTENCES,
    published: Published | None = None,
    policy: Policy = INTERNAL_ONLY,
    lent: Sequence[Lent] = (),
) -> Day:
    """Return the report of `day` from what was on record at `known_at`.

    `observations` are those that `fused.links` count by row number; `gazetteer` gives the map its names, `sentences`
    why a pair of them is or is not one event. Raises RefusedError when the audience may have nothing.
    """
    cut = scene(
        day=day,
        clock=clock,
        observations=observations,
        fused=fused,
        coverage=coverage,
        profiles=profiles or {},
        areas=areas,
        audience=audience,
        at=at,
        policy=policy,
    )
    masthead = _masthead(
        cut, mission, agreements, audience, known_at, published, exercise=exercise, replay=replay
    )
    found, hours = incidents(cut), watched(coverage, cut.interval, cut.profiles)
    passed, theirs = passes(coverage, cut.interval, cut.profiles), totals(cut.observations)
    by_region = regions(cut, hours, passed, theirs)
    return Day(
        masthead=masthead,
        watched=hours,
        passes=passed,
        regions=by_region,
        tallies=tallies(by_region),
        changes=changes(cut, hours),
        sheet=sheet(cut, found, gazetteer or {}),
        incidents=found,
        pairs=pairs(cut, sentences),
        looked=looked(cut),
        casualties=casualties(cut),
        series=series(theirs, _window(cut), clock),
        cumulative=tuple(
            t for t in theirs if t.cumulative and cut.interval.start < t.end <= cut.interval.end
        ),
        own=own_days(cut, DAYS_SHOWN),
        assessed=assessed(assessments, found, agreements, explained or {}),
        cleared=cleared(cleared_counts or {}, agreements),
        unseen=unseen(cut),
        unwatched_kinds=nobody_watches(cut, agreements),
        unwatched_regions=unwatched_regions(cut, agreements, {w.region for w in hours}),
        alerts=alerts(cut),
        alert_news=alert_news(cut),
        claims=claims(cut),
        ledger=None if guarantees is None else ledger(guarantees, tuple(cases)),
        statement_changes=tuple(statement_changes),
        contributors=contributors(cut, refused or {}),
        lent=tuple(lent),
    )


def _masthead(
    cut: Scene,
    mission: str,
    agreements: Sequence[Agreement],
    audience: Audience,
    known_at: datetime,
    published: Published | None,
    *,
    exercise: bool,
    replay: bool,
) -> Masthead:
    return Masthead(
        mission=mission,
        day=cut.day,
        interval=cut.interval,
        clock=cut.clock,
        known_at=known_at,
        audience=audience,
        stamp=stamp(audience, exercise=exercise, replay=replay),
        exercise=exercise,
        replay=replay,
        agreements=tuple((a.title, a.version) for a in agreements),
        published=published,
    )


def _window(cut: Scene) -> Interval:
    first = cut.clock.day(cut.day - timedelta(days=DAYS_SHOWN - 1))
    return Interval(start=first.start, end=cut.interval.end)
