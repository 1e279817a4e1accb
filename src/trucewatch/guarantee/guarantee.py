"""The conditions of each statement at a moment: met, not met or unknown, and what it waits for.

Rules:
- a trigger is met by records of its own kind only: a truce concluded is not a ceasefire in force;
- a recorder's later record takes the place of his earlier one; records of several recorders that
  disagree, and any record that is contested, leave the condition unknown;
- no record is unknown, never not met;
- a breach is determined by the body that the condition names and by no record but its determination;
- nothing here says in force, done, withdrawn or broken: those are records.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from trucewatch.model.decision import Determination, Outcome
from trucewatch.model.standing import ConditionState, Guarantees, Standing
from trucewatch.model.statement import Fact, FactKind, StatedCondition, Statement
from trucewatch.model.vocabulary import Truth, all_of

BREACHES = frozenset({Outcome.BREACH_BY_A, Outcome.BREACH_BY_B, Outcome.BREACH_BY_BOTH})

Found = tuple[Truth, tuple[str, ...], str]  # the value, the records, and why

# What a statement waits for, after "waiting on".
WAITS: Mapping[FactKind, str] = {
    FactKind.CEASEFIRE_IN_FORCE: "a recorded ceasefire",
    FactKind.CEASEFIRE_AGREEMENT_SIGNED: "a recorded signature of a ceasefire agreement",
    FactKind.TRUCE_CONCLUDED: "a recorded truce",
    FactKind.PEACE_AGREEMENT_SIGNED: "a recorded signature of a peace agreement",
    FactKind.WAR_OVER: "a record that the war is over",
    FactKind.CONDITIONS_CLARIFIED: "a record that the overall conditions are clarified",
    FactKind.PEACE_PROSPECT: "a record that there is a prospect of peace",
    FactKind.PARLIAMENT_APPROVED: "a recorded approval by parliament",
    FactKind.BACKER_BACKS: "a record that the backer backs it",
    FactKind.BREACH_DETERMINED: "a determination of a breach",
    FactKind.ATTACK_DETERMINED: "a determination of an armed attack",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPromise:
    """A promise of time without a date, and how old it is."""

    statement: Statement
    undated: str
    age_days: int


def guarantee(
    statements: Sequence[Statement],
    facts: Sequence[Fact],
    determinations: Sequence[Determination],
    *,
    at: datetime,
) -> Guarantees:
    """Return every statement made by `at` with the state of its conditions then."""
    past = tuple(sorted((f for f in facts if f.from_utc <= at), key=lambda f: (f.from_utc, f.fact_id)))
    made = sorted((d for d in determinations if d.at <= at), key=lambda d: (d.at, d.move_id))
    day = at.astimezone(UTC).date()
    standings = (_standing(s, past, made, age_days=(day - s.stated_on).days) for s in statements)
    known = sorted((s for s in standings if s.age_days >= 0), key=lambda s: _order(s.statement))
    return Guarantees(at=at, standings=tuple(known), facts=past)


def open_promises(standings: Iterable[Standing]) -> tuple[OpenPromise, ...]:
    """Return the promises of time without a date, the oldest first."""
    found = (
        OpenPromise(statement=s.statement, undated=s.statement.undated, age_days=s.age_days)
        for s in standings
        if s.statement.undated is not None
    )
    return tuple(sorted(found, key=lambda p: (-p.age_days, *_order(p.statement))))


def _order(statement: Statement) -> tuple[str, str]:
    return (statement.pack, statement.statement_id)


def _standing(
    statement: Statement, facts: Sequence[Fact], made: Sequence[Determination], *, age_days: int
) -> Standing:
    states = tuple(_state(condition, facts, made) for condition in statement.conditions)
    return Standing(
        statement=statement,
        conditions=states,
        met=all_of(s.met for s in states) if states else None,
        waits_for=tuple(_waits(s) for s in states if s.met is not Truth.YES),
        age_days=age_days,
    )


def _waits(state: ConditionState) -> str:
    condition = state.condition
    if condition.trigger is None:
        return f"somebody's reading of “{condition.as_written}”"
    body = f" by the {condition.by_body}" if condition.by_body else ""
    known = f" ({state.because})" if state.fact_ids else ""
    return WAITS[condition.trigger] + body + known


def _state(
    condition: StatedCondition, facts: Sequence[Fact], made: Sequence[Determination]
) -> ConditionState:
    met, ids, because = _found(condition, facts, made)
    return ConditionState(condition=condition, met=met, fact_ids=ids, because=because)


def _found(condition: StatedCondition, facts: Sequence[Fact], made: Sequence[Determination]) -> Found:
    if condition.trigger is None:
        return Truth.UNKNOWN, (), "no trigger is named in it"
    if condition.trigger is FactKind.BREACH_DETERMINED:
        return _determined(condition, made)
    if condition.trigger is FactKind.ATTACK_DETERMINED and condition.by_body is None:
        return Truth.UNKNOWN, (), "it does not say whose determination counts"
    return _recorded(condition, facts)


def _recorded(condition: StatedCondition, facts: Sequence[Fact]) -> Found:
    """Return what the records of the condition's own kind say, and which they are."""
    standing = _last_words([f for f in facts if _is_about(f, condition)])
    ids = tuple(f.fact_id for f in standing)
    contested = sorted({name for f in standing for name in f.contested_by})
    if not standing:
        return Truth.UNKNOWN, (), "no record says so"
    if contested:
        return Truth.UNKNOWN, ids, f"contested by {', '.join(contested)}"
    if len({f.holds for f in standing}) > 1:
        words = "; ".join(f"{f.recorded_by}: {'yes' if f.holds else 'no'}" for f in standing)
        return Truth.UNKNOWN, ids, f"the records disagree: {words}"
    since = max(f.from_utc for f in standing).isoformat(timespec="minutes")
    names = ", ".join(sorted({f.recorded_by for f in standing}))
    if standing[0].holds:
        return Truth.YES, ids, f"recorded as so from {since} by {names}"
    return Truth.NO, ids, f"recorded as not so from {since} by {names}"


def _is_about(fact: Fact, condition: StatedCondition) -> bool:
    if fact.kind is not condition.trigger:
        return False
    if condition.agreement is not None and fact.agreement != condition.agreement:
        return False
    return condition.by_body is None or fact.body == condition.by_body


def _last_words(facts: Sequence[Fact]) -> list[Fact]:
    """Return each recorder's latest records on each agreement; two at one moment both stand."""
    latest: dict[tuple[str, str | None], datetime] = {}
    for fact in facts:
        key = (fact.recorded_by, fact.agreement)
        latest[key] = max(fact.from_utc, latest.get(key, fact.from_utc))
    return [f for f in facts if f.from_utc == latest[f.recorded_by, f.agreement]]


def _determined(condition: StatedCondition, made: Sequence[Determination]) -> Found:
    """Return what the determinations of the body that counts say; the ids are those of the moves."""
    if condition.by_body is None:
        return Truth.UNKNOWN, (), "it does not say whose determination counts"
    theirs = [d for d in made if d.body == condition.by_body]
    breaches = [d for d in theirs if d.outcome in BREACHES]
    if breaches:
        cases = ", ".join(d.case_id for d in breaches)
        return (
            Truth.YES,
            tuple(d.move_id for d in breaches),
            f"determined by the {condition.by_body}: {cases}",
        )
    ids = tuple(d.move_id for d in theirs)
    if theirs and all(d.outcome is Outcome.NOT_A_BREACH for d in theirs):
        return Truth.NO, ids, f"the {condition.by_body} determined no breach in any case so far"
    if theirs:
        outcomes = ", ".join(sorted({d.outcome.value for d in theirs}))
        return Truth.UNKNOWN, ids, f"the {condition.by_body} determined no breach: {outcomes}"
    others = sorted({d.body for d in made})
    said = f"; a determination of the {', '.join(others)} does not count" if others else ""
    return Truth.UNKNOWN, (), f"the {condition.by_body} has determined nothing{said}"
