"""How each condition stood over time: the moments at which it turned, worked out once for all dates.

Rules:
- a trigger is met by records of its own kind only: a truce concluded is not a ceasefire in force;
- a recorder's later record takes the place of his earlier one; records of several recorders that
  disagree, and any record that is contested, leave the condition unknown;
- no record is unknown, never not met;
- a reading adds the records that it names where they hold: it never makes a condition not met, it does
  not outweigh a contested record of the trigger's own kind, and readings are not chained;
- a breach is determined by the body that the condition names and by no record but its determination.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import groupby

from trucewatch.guarantee.evidence import OF_SOMEBODY, Evidence
from trucewatch.model.annotation import CountsAs
from trucewatch.model.decision import Determination, Outcome
from trucewatch.model.statement import Fact, FactKind, StatedCondition
from trucewatch.model.vocabulary import Truth

BREACHES = frozenset({Outcome.BREACH_BY_A, Outcome.BREACH_BY_B, Outcome.BREACH_BY_BOTH})

# What records a condition looks for: kind, agreement, whose, and the body that counts.
Sought = tuple[FactKind, str | None, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A condition's state from a moment up to the next, and the records that stand behind it."""

    met: Truth
    facts: tuple[Fact, ...] = ()
    made: tuple[Determination, ...] = ()
    read_as: tuple[CountsAs, ...] = ()  # readings by which it is met


UNKNOWN = Span(met=Truth.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A condition over all time; before its first turn it is unknown, or for a day not met."""

    starts: tuple[datetime, ...] = ()
    spans: tuple[Span, ...] = ()  # one for each start
    first: Span = UNKNOWN

    def at(self, moment: datetime) -> Span:
        """Return the state at `moment`."""
        place = bisect_right(self.starts, moment)
        return self.spans[place - 1] if place else self.first


NEVER = History()


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """The history of everything that could be sought among the records."""

    recorded: Mapping[Sought, History]
    determined: Mapping[tuple[str, str | None], History]  # by body and agreement
    contested: frozenset[str]  # ids of readings that somebody contests

    def of(self, condition: StatedCondition, readings: Sequence[CountsAs] = ()) -> History:
        """Return the history of a condition that does not wait for another statement."""
        if condition.on is not None:
            begins = datetime.combine(condition.on, time(), UTC)
            return History(starts=(begins,), spans=(Span(met=Truth.YES),), first=Span(met=Truth.NO))
        if condition.trigger is FactKind.BREACH_DETERMINED:
            return self.determined.get((condition.by_body or "", condition.agreement), NEVER)
        own = NEVER if condition.trigger is None else self._own(condition, condition.trigger)
        accepted = [r for r in readings if r.counts_as_id not in self.contested]
        return _joined(own, [(r, self._own(condition, r.kind)) for r in accepted]) if accepted else own

    def _own(self, condition: StatedCondition, kind: FactKind) -> History:
        """Return what the records of one kind say that the condition could rest on."""
        if kind is FactKind.ATTACK_DETERMINED and condition.by_body is None:
            return NEVER
        whose = condition.whose if kind in OF_SOMEBODY else None
        return self.recorded.get((kind, condition.agreement, whose, condition.by_body), NEVER)


def histories(evidence: Evidence) -> Histories:
    """Return the histories of what may be sought among the records."""
    facts: dict[Sought, list[Fact]] = {}
    for fact in evidence.facts:
        for agreement in {None, fact.agreement}:
            for whose in {None, fact.whose}:
                for body in {None, fact.body}:
                    facts.setdefault((fact.kind, agreement, whose, body), []).append(fact)
    made: dict[tuple[str, str | None], list[Determination]] = {}
    for determination in evidence.determinations:
        agreement = (determination.clause_id or "").partition("/")[0]
        for under in {None, agreement or None}:
            made.setdefault((determination.body, under), []).append(determination)
    return Histories(
        recorded={sought: _sweep(found, evidence) for sought, found in facts.items()},
        determined={ruled: _rulings(found) for ruled, found in made.items()},
        contested=frozenset(evidence.contests),
    )


def _sweep(facts: Sequence[Fact], evidence: Evidence) -> History:
    """Return the history that facts of one kind make, given in the order of their moments."""
    latest: dict[tuple[str, str | None, str | None], tuple[Fact, ...]] = {}
    starts, spans = [], []
    for moment, together in groupby(facts, key=lambda fact: fact.from_utc):
        new: dict[tuple[str, str | None, str | None], list[Fact]] = {}
        for fact in together:
            new.setdefault((fact.recorded_by, fact.agreement, fact.whose), []).append(fact)
        for key, found in new.items():  # taken out and put in again: the order stays that of the moments
            latest.pop(key, None)
            latest[key] = tuple(found)
        starts.append(moment)
        spans.append(_weighed(tuple(fact for found in latest.values() for fact in found), evidence))
    return History(starts=tuple(starts), spans=tuple(spans))


def _weighed(standing: tuple[Fact, ...], evidence: Evidence) -> Span:
    held = {fact.holds for fact in standing}
    contested = any(fact.fact_id in evidence.contesters for fact in standing)
    met = Truth.UNKNOWN if contested or len(held) > 1 else Truth.YES if True in held else Truth.NO
    return Span(met=met, facts=standing)


def _joined(own: History, read: Sequence[tuple[CountsAs, History]]) -> History:
    """Return the history of a trigger with the records that readings add to it."""
    moments = sorted({moment for each in (own, *(h for _, h in read)) for moment in each.starts})
    return History(starts=tuple(moments), spans=tuple(_join(m, own, read) for m in moments))


def _join(moment: datetime, own: History, read: Sequence[tuple[CountsAs, History]]) -> Span:
    span = own.at(moment)
    added = [(reading, history.at(moment)) for reading, history in read]
    holding = [(reading, found) for reading, found in added if found.met is Truth.YES]
    if span.met is Truth.YES or not holding:
        return span
    facts = {f.fact_id: f for f in (*span.facts, *(f for _, found in holding for f in found.facts))}
    met = Truth.UNKNOWN if span.facts else Truth.YES
    return Span(met=met, facts=tuple(facts.values()), read_as=tuple(reading for reading, _ in holding))


def _rulings(theirs: Sequence[Determination]) -> History:
    """Return what the determinations of one body say over time."""
    starts: list[datetime] = []
    spans: list[Span] = []
    breaches: list[Determination] = []
    made: list[Determination] = []
    for moment, together in groupby(theirs, key=lambda determination: determination.at):
        made += together
        breaches += [d for d in made if d.at == moment and d.outcome in BREACHES]
        none = all(d.outcome is Outcome.NOT_A_BREACH for d in made)
        met = Truth.YES if breaches else Truth.NO if none else Truth.UNKNOWN
        starts.append(moment)
        spans.append(Span(met=met, made=tuple(breaches or made)))
    return History(starts=tuple(starts), spans=tuple(spans))
