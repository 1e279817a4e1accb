"""The ledger at a moment: the conditions of each statement, what it waits for, what is due, what records say.

Rules:
- a condition is met, not met or unknown by records alone, under the rules of `history`;
- a statement's conditions are all to be met; alternatives are one condition, met by any of them;
- a statement that waits for another waits for its status by record or, when none is named, for its
  conditions; what was withdrawn or broken can no longer be waited for;
- in force, done, withdrawn and broken are copied from records of the actor itself or of the body that
  the statement or its instrument names; whoever else says so is shown, and does not count;
- nothing here has a place of a hub or a force, nor a clock: `clocks` makes those for the body and guarantors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from trucewatch.guarantee.evidence import Evidence, evidence
from trucewatch.guarantee.given_so_far import hubs_at, requirements_at, support_at
from trucewatch.guarantee.graph import Key, awaited, key_of, ordered
from trucewatch.guarantee.history import Histories, Span, histories
from trucewatch.guarantee.reasons import awaited_words, because, waits_for
from trucewatch.guarantee.records import ENDED, Recorded, recorded_of
from trucewatch.model.annotation import NO_ANNOTATIONS, Annotations, StatusKind
from trucewatch.model.decision import Determination
from trucewatch.model.pack import NO_PACKS, Pack
from trucewatch.model.standing import ConditionState, Guarantees, Standing
from trucewatch.model.statement import Fact, StatedCondition, Statement
from trucewatch.model.undertaking import DueState, Owed
from trucewatch.model.vocabulary import Truth, all_of, any_of

CLOSED = frozenset({StatusKind.DONE, StatusKind.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPromise:
    """A promise of time without a date, and how old it is."""

    statement: Statement
    undated: str
    age_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """What all statements of one moment are told by."""

    at: datetime
    evidence: Evidence
    histories: Histories
    recorded: Mapping[Key, Recorded]


def guarantee(
    statements: Sequence[Statement],
    facts: Sequence[Fact],
    determinations: Sequence[Determination],
    *,
    at: datetime,
    annotations: Annotations = NO_ANNOTATIONS,
    packs: Sequence[Pack] = NO_PACKS,
) -> Guarantees:
    """Return every statement made by `at` with the state of its conditions then, and what packs say was given.

    Raises InputError with the ring when statements wait for each other in one.
    """
    held = evidence(facts, determinations, annotations)
    day = at.astimezone(UTC).date()
    said = ordered([s for s in statements if s.stated_on <= day])
    moment = _Moment(
        at=at,
        evidence=held,
        histories=histories(held),
        recorded=recorded_of(said, held.statuses, packs, at=at),
    )
    standings: dict[Key, Standing] = {}
    for statement in said:
        standings[key_of(statement)] = _standing(statement, moment, standings, day)
    told = tuple(standings[key] for key in sorted(standings))
    return Guarantees(
        at=at,
        standings=told,
        facts=tuple(sorted((f for f in facts if f.from_utc <= at), key=lambda f: (f.from_utc, f.fact_id))),
        annotations=annotations.without_steps,
        instruments=tuple(i for pack in packs for i in pack.instruments if i.stated_on <= day),
        support=support_at(packs, day),
        hubs=hubs_at(packs, day),
        requirements=requirements_at(packs, told, day),
        withdrawn=tuple(sorted(held.taken_back)),
        contested=tuple(sorted(held.contesters)),
    )


def open_promises(standings: Iterable[Standing]) -> tuple[OpenPromise, ...]:
    """Return the promises of time without a date, the oldest first."""
    found = (
        OpenPromise(statement=s.statement, undated=s.statement.undated, age_days=s.age_days)
        for s in standings
        if s.statement.undated is not None
    )
    return tuple(sorted(found, key=lambda p: (-p.age_days, *key_of(p.statement))))


def _standing(statement: Statement, moment: _Moment, known: Mapping[Key, Standing], day: date) -> Standing:
    states = tuple(_state(condition, statement, moment, known) for condition in statement.conditions)
    recorded = moment.recorded[key_of(statement)]
    age_days = (day - statement.stated_on).days
    return Standing(
        statement=statement,
        conditions=states,
        met=_all(states),
        waits_for=tuple(waits_for(s) for s in states if s.met is not Truth.YES and _is_open(s, states)),
        age_days=age_days,
        owed=_owed(statement, recorded.status, age_days, day),
        expired=statement.expires is not None and statement.expires < day,
        status=recorded.status,
        statuses=recorded.counted,
        not_counted=recorded.not_counted,
        body=recorded.body,
    )


def _all(states: Sequence[ConditionState]) -> Truth | None:
    """Return what all conditions come to, alternatives taken as one; None when there is none."""
    groups: dict[object, list[Truth]] = {}
    for place, state in enumerate(states):
        groups.setdefault(state.condition.either or place, []).append(state.met)
    return all_of(any_of(found) for found in groups.values()) if groups else None


def _is_open(state: ConditionState, states: Sequence[ConditionState]) -> bool:
    """Say whether none of a condition's alternatives is met yet."""
    either = state.condition.either
    return either is None or all(s.met is not Truth.YES for s in states if s.condition.either == either)


def _state(
    condition: StatedCondition, statement: Statement, moment: _Moment, known: Mapping[Key, Standing]
) -> ConditionState:
    other = awaited(condition, statement.pack)
    if other is not None:
        met = awaited_truth(condition, known.get(other))
        words = awaited_words(condition, other, known.get(other))
        return ConditionState(
            condition=condition, met=met, fact_ids=(), because=words, awaits="/".join(other)
        )
    readings = moment.evidence.readings_for(condition, statement)
    span = moment.histories.of(condition, readings).at(moment.at)
    ids = (*(f.fact_id for f in span.facts), *(d.move_id for d in span.made))
    contested = (*ids, *(r.counts_as_id for r in readings))
    return ConditionState(
        condition=condition,
        met=span.met,
        fact_ids=ids,
        because=because(condition, span, readings, moment.evidence, _others(condition, span, moment)),
        counts_as=readings,
        contests=tuple(c for each in contested for c in moment.evidence.contests.get(each, ())),
    )


def _others(condition: StatedCondition, span: Span, moment: _Moment) -> tuple[str, ...]:
    """Return the bodies whose determinations do not count for a condition that a body should meet."""
    if condition.by_body is None or span.made:
        return ()
    past = (d for d in moment.evidence.determinations if d.at <= moment.at)
    return tuple(sorted({d.body for d in past} - {condition.by_body}))


def awaited_truth(condition: StatedCondition, other: Standing | None) -> Truth:
    """Return whether what a condition waits for of another statement has come; None: it was not said yet."""
    if other is None:
        return Truth.UNKNOWN
    if condition.status is not None and other.status == condition.status:
        return Truth.YES
    if other.status in ENDED:
        return Truth.NO
    if condition.status is not None or other.met is None:
        return Truth.UNKNOWN
    return other.met


def _owed(statement: Statement, status: StatusKind | None, age_days: int, day: date) -> Owed | None:
    due = statement.due
    if due is None:
        return None
    if status in CLOSED:
        return Owed(due=due, state=DueState.CLOSED, days=age_days)
    if due.on is None:
        return Owed(due=due, state=DueState.UNDATED, days=age_days)
    left = (due.on - day).days
    return Owed(due=due, state=DueState.OVERDUE if left < 0 else DueState.DUE, days=abs(left))
