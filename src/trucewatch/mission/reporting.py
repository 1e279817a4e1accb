"""Pages from the record: a day's report from a walk over that day, and what changed between two dates.

Rules:
- it adds nothing to the walk: it hands each step's result to the report;
- the ledger is read at the end of the day, so that a past day's page does not age.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from trucewatch.errors import InputError, IntegrityError
from trucewatch.fuse.why import sentence
from trucewatch.guarantee.aggregate import aggregates
from trucewatch.guarantee.difference import difference, tensions
from trucewatch.guarantee.limits import limit_tensions
from trucewatch.guarantee.sentences import paragraph
from trucewatch.mission.content import gazetteer
from trucewatch.mission.for_audience import cases_for, known_for, walk_for
from trucewatch.mission.known import Known
from trucewatch.mission.pledges import ledger_at, not_withdrawn
from trucewatch.mission.traces import explanations
from trucewatch.mission.walk import Walk
from trucewatch.model.lent import Lent
from trucewatch.model.policy import INTERNAL_ONLY
from trucewatch.model.vocabulary import Audience
from trucewatch.report.daily import Day, daily
from trucewatch.report.guarantees import Promises, promises
from trucewatch.report.lint import ARITHMETIC, Fault, lint

EXPLAINED = 500  # pairs that get a sentence; a page shows far fewer


def day_of(walk: Walk, *, audience: Audience = Audience.INTERNAL) -> Day:
    """Return the report of the day that was walked; raises RefusedError when the audience may have nothing."""
    return day_shown(walk, walk_for(walk, audience), audience)


def day_shown(asked: Walk, walk: Walk, audience: Audience) -> Day:
    """Return the report of the day that was `asked` for, of a walk as its audience is shown it."""
    if walk.day is None:
        raise InputError("a report is of one day: walk one")
    day = walk.day
    record, ours = walk.known, audience is Audience.INTERNAL
    refused: Counter[str] = Counter()
    for batch in record.batches if ours else ():
        refused[batch.source_id] += batch.refused
    yesterday = day - timedelta(days=1)
    return daily(
        day=day,
        clock=record.clock,
        mission=record.mission.name,
        observations=walk.observations,
        fused=walk.fused,
        coverage=walk.coverage,
        assessments=walk.assessments,
        areas=walk.areas,
        audience=audience,
        at=walk.at,
        known_at=record.known_at,
        exercise=record.mission.exercise,
        replay=record.mission.replay,
        cleared_counts=_cleared(walk),
        explained=explanations(walk) if ours else {},
        agreements=record.agreements,
        guarantees=walk.guarantees if record.statements else None,
        statement_changes=difference(record.statements, earlier=yesterday, later=day),
        cases=walk.cases,
        profiles={name: p for name, p in record.profiles.items() if ours or p.published},
        refused=refused,
        gazetteer=gazetteer(),
        sentences=_sentences(walk) if ours else {},
        published=record.published,
        lent=_lent(asked, audience),
        policy=record.policies.get(audience, INTERNAL_ONLY),
    )


def _lent(walk: Walk, audience: Audience) -> tuple[Lent, ...]:
    """Return the parts that were given in emergencies on the day or the one before, as the audience is told of them."""
    if walk.day is None:
        return ()
    since = walk.known.clock.day(walk.day - timedelta(days=1)).start
    until = walk.known.clock.day(walk.day).end
    told = audience in (Audience.INTERNAL, Audience.BODY)
    return tuple(
        Lent(
            part=one.part.value,
            from_utc=one.from_utc,
            until_utc=one.until_utc,
            name=one.name if told else None,
            by=one.by if told else None,
            why=one.why if told else None,
        )
        for one in walk.known.overrides
        if one.from_utc < until and since < one.until_utc
    )


def _cleared(walk: Walk) -> dict[str, int]:
    """Return how many incidents show no breach of each clause under any of its readings."""
    fewest: dict[str, int] = {}
    for clause_id, _, n in walk.cleared.iter_rows():
        fewest[clause_id] = min(n, fewest.get(clause_id, n))
    return fewest


def _sentences(walk: Walk) -> dict[tuple[int, int], str]:
    """Return why the heaviest pairs are, or are not, one event, by the row numbers of their observations."""
    heavy = walk.fused.links.sort("weight", "left", "right", descending=[True, False, False]).head(EXPLAINED)
    named = sorted({*heavy["left"], *heavy["right"]})
    rows = dict(zip(named, walk.observations[named].iter_rows(named=True), strict=True))
    return {
        (link["left"], link["right"]): sentence(link, rows[link["left"]], rows[link["right"]])
        for link in heavy.iter_rows(named=True)
    }


def promises_of(
    record: Known,
    *,
    earlier: date,
    later: date,
    valid_at: datetime,
    audience: Audience = Audience.INTERNAL,
) -> Promises:
    """Return the page of what actors undertook by two dates, and how its conditions stand at `valid_at`."""
    cases, record = cases_for(record, audience), known_for(record, audience)
    ledger = ledger_at(record, cases, at=valid_at)
    changes = difference(record.statements, earlier=earlier, later=later)
    return promises(
        mission=record.mission.name,
        changes=changes,
        paragraphs={change.actor: paragraph(change, later=later) for change in changes},
        tensions=(*tensions(record.statements, earlier), *tensions(record.statements, later)),
        limits=limit_tensions([s for s in ledger.standings if s.statement.stated_on <= later]),
        aggregates=aggregates(not_withdrawn(record, ledger), on=later),
        guarantees=ledger,
        earlier=earlier,
        later=later,
        clock=record.clock,
        audience=audience,
        known_at=record.known_at,
        published=record.published,
        exercise=record.mission.exercise,
        replay=record.mission.replay,
        policy=record.policies.get(audience, INTERNAL_ONLY),
    )


def refuse_unsound(faults: Iterable[Fault]) -> None:
    """Raise IntegrityError when a report is wrong in itself: its sums or counts do not hold."""
    wrong = [fault.line for fault in faults if fault.rule in ARITHMETIC]
    if wrong:
        raise IntegrityError(
            f"the report's own numbers do not agree, it is not written: {wrong[0]}; tell who keeps the program"
        )


def faults_of(walk: Walk, made: Day) -> tuple[Fault, ...]:
    """Return what in a day's report does not hold, by itself or, for ourselves, by rows and gazetteer."""
    ours = made.masthead.audience is Audience.INTERNAL
    return lint(made, walk.observations if ours else walk.observations.clear(), gazetteer())
