"""The slow, obvious reading of conditions: everything from scratch at each moment, one statement at a time.

The engine is held to it (test_states.py, bench/guarantee.py). It shares no code with it but the nouns.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from trucewatch.model.annotation import Annotations, CountsAs, StatusKind
from trucewatch.model.decision import Determination, Outcome
from trucewatch.model.statement import Fact, FactKind, StatedCondition, Statement
from trucewatch.model.vocabulary import Truth

BREACH = {Outcome.BREACH_BY_A, Outcome.BREACH_BY_B, Outcome.BREACH_BY_BOTH}
SOMEBODYS = {
    FactKind.CEASEFIRE_AGREEMENT_SIGNED,
    FactKind.PEACE_AGREEMENT_SIGNED,
    FactKind.PARLIAMENT_APPROVED,
    FactKind.BACKER_BACKS,
}
RULED = {FactKind.BREACH_DETERMINED, FactKind.ATTACK_DETERMINED}


def slow_states(
    statements: Sequence[Statement],
    facts: Sequence[Fact],
    made: Sequence[Determination],
    notes: Annotations,
    at: datetime,
) -> dict[tuple[str, str], Truth | str | None]:
    """Return of each statement whether its conditions are met: None when it states none, "not said" before."""
    return {(s.pack, s.statement_id): _whole(s, statements, facts, made, notes, at) for s in statements}


def _whole(s, statements, facts, made, notes, at):
    if at.astimezone(UTC).date() < s.stated_on:
        return "not said"
    if not s.conditions:
        return None
    groups = {}
    for n, condition in enumerate(s.conditions):
        one = _one(condition, s, statements, facts, made, notes, at)
        groups.setdefault(condition.either or n, []).append(one)
    return min(max(found) for found in groups.values())


def _one(condition: StatedCondition, s, statements, facts, made, notes, at) -> Truth:
    if condition.on is not None:
        return Truth.YES if at.astimezone(UTC).date() >= condition.on else Truth.NO
    if condition.awaits is not None:
        return _other(condition, s, statements, facts, made, notes, at)
    if condition.trigger is FactKind.BREACH_DETERMINED:
        return _ruled(condition, made, at)
    if condition.trigger is FactKind.ATTACK_DETERMINED and condition.by_body is None:
        return Truth.UNKNOWN
    own, backed = Truth.UNKNOWN, False
    if condition.trigger is not None:
        own, backed = _by_records(condition.trigger, condition, facts, notes, at)
    if own is Truth.YES or condition.trigger in RULED:
        return own
    for reading in notes.counts_as:
        if _counts(reading, condition, s, notes):
            found, _ = _by_records(reading.kind, condition, facts, notes, at)
            if found is Truth.YES:
                return Truth.UNKNOWN if backed else Truth.YES
    return own


def _other(condition, s, statements, facts, made, notes, at) -> Truth:
    name = condition.awaits if "/" in condition.awaits else f"{s.pack}/{condition.awaits}"
    other = next((o for o in statements if f"{o.pack}/{o.statement_id}" == name), None)
    if other is None or at.astimezone(UTC).date() < other.stated_on:
        return Truth.UNKNOWN
    status = _status(other, notes, at)
    if condition.status is not None and status == condition.status:
        return Truth.YES
    if status in (StatusKind.WITHDRAWN, StatusKind.BROKEN):
        return Truth.NO
    if condition.status is not None:
        return Truth.UNKNOWN
    whole = _whole(other, statements, facts, made, notes, at)
    return Truth.UNKNOWN if whole is None else whole


def _status(s: Statement, notes: Annotations, at: datetime):
    """What the statement is by record; these statements name no body but their own `body`."""
    theirs = {}
    for status in notes.statuses:
        if (
            status.of != f"{s.pack}/{s.statement_id}"
            or status.from_utc > at
            or _gone(status.status_id, notes)
        ):
            continue
        if status.for_actor in s.actors or (status.for_actor is None and status.body == s.body is not None):
            theirs.setdefault((status.for_actor, status.body), []).append(status)
    last = {}
    for who, found in theirs.items():
        latest = max(status.from_utc for status in found)
        last[who] = {status.kind for status in found if status.from_utc == latest}
    if (None, s.body) in last:
        kinds = last[None, s.body]
        return next(iter(kinds)) if len(kinds) == 1 else None
    kinds = set().union(*last.values()) if last else set()
    everybody = {actor for actor, _ in last} == set(s.actors)
    return next(iter(kinds)) if len(kinds) == 1 and everybody else None


def _ruled(condition: StatedCondition, made: Sequence[Determination], at: datetime) -> Truth:
    theirs = [
        d
        for d in made
        if condition.by_body is not None
        and d.body == condition.by_body
        and d.at <= at
        and (condition.agreement is None or (d.clause_id or "").split("/")[0] == condition.agreement)
    ]
    if any(d.outcome in BREACH for d in theirs):
        return Truth.YES
    return Truth.NO if theirs and all(d.outcome is Outcome.NOT_A_BREACH for d in theirs) else Truth.UNKNOWN


def _by_records(kind: FactKind, condition: StatedCondition, facts, notes, at) -> tuple[Truth, bool]:
    """What records of one kind say, and whether there is any."""
    about = [
        f
        for f in {f.fact_id: f for f in facts}.values()
        if f.kind is kind
        and f.from_utc <= at
        and not any(w.of == f.fact_id and w.recorded_by == f.recorded_by for w in notes.withdrawals)
        and condition.agreement in (None, f.agreement)
        and condition.by_body in (None, f.body)
        and (condition.whose in (None, f.whose) or kind not in SOMEBODYS)
    ]
    standing = [
        f
        for f in about
        if not any(
            o.from_utc > f.from_utc
            for o in about
            if (o.recorded_by, o.agreement, o.whose) == (f.recorded_by, f.agreement, f.whose)
        )
    ]
    if not standing:
        return Truth.UNKNOWN, False
    if any(f.contested_by or _contested(f.fact_id, notes) for f in standing):
        return Truth.UNKNOWN, True
    if len({f.holds for f in standing}) == 2:
        return Truth.UNKNOWN, True
    return (Truth.YES if standing[0].holds else Truth.NO), True


def _counts(reading: CountsAs, condition: StatedCondition, s: Statement, notes: Annotations) -> bool:
    if _gone(reading.counts_as_id, notes) or _contested(reading.counts_as_id, notes):
        return False
    if reading.kind in RULED or reading.pack not in (None, s.pack):
        return False
    if reading.statement_id not in (None, s.statement_id) or (reading.statement_id and not reading.pack):
        return False
    if condition.trigger is None:
        return reading.trigger is None and reading.words == condition.as_written
    return reading.trigger is condition.trigger


def _contested(record: str, notes: Annotations) -> bool:
    return any(c.of == record and not _gone(c.contest_id, notes) for c in notes.contests)


def _gone(record: str, notes: Annotations) -> bool:
    """Whether its own recorder took back a reading, a contest or a status."""
    by = {r.counts_as_id: r.recorded_by for r in notes.counts_as}
    by |= {c.contest_id: c.recorded_by for c in notes.contests}
    by |= {s.status_id: s.recorded_by for s in notes.statuses}
    return any(w.of == record and w.recorded_by == by[record] for w in notes.withdrawals)
