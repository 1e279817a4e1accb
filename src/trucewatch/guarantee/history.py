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
from collections import Counter
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
Speaker = tuple[str, str | None, str | None]  # who recorded it, and of which agreement and party


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A condition's state from a moment up to the next, and the records that stand behind it."""

    met: Truth
    facts: tuple[Fact, ...] = ()
    made: tuple[Determination, ...] = ()
    read_as: tuple[CountsAs, ...] = ()  # readings by which it is met


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A condition over all time, by the moments at which its records come; before the first it is `first`.

    What stands behind a state is looked up when it is asked for: `facts` and `made` are in the order of
    their moments, and `upto` says how many of them had come at each start.
    """

    starts: tuple[datetime, ...] = ()
    met: tuple[Truth, ...] = ()  # one for each start
    upto: tuple[int, ...] = ()
    facts: tuple[Fact, ...] = ()
    made: tuple[Determination, ...] = ()
    first: Truth = Truth.UNKNOWN
    own: History | None = None  # when readings add to a trigger's own records
    read: tuple[tuple[CountsAs, History], ...] = ()

    def met_at(self, moment: datetime) -> Truth:
        """Return the state at `moment`."""
        place = bisect_right(self.starts, moment)
        return self.met[place - 1] if place else self.first

    def at(self, moment: datetime) -> Span:
        """Return the state at `moment` with the records behind it."""
        if self.own is not None:
            return _join(moment, self.own, self.read)
        place = bisect_right(self.starts, moment)
        if not place:
            return Span(met=self.first)
        come = self.upto[place - 1] if self.upto else 0
        breaches = tuple(d for d in self.made[:come] if d.outcome in BREACHES)
        return Span(
            met=self.met[place - 1],
            facts=_last_words(self.facts[:come]),
            made=breaches or self.made[:come],
        )


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
            return History(starts=(begins,), met=(Truth.YES,), first=Truth.NO)
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
    latest: dict[Speaker, list[Fact]] = {}
    tally = Counter[str]()  # of the facts that stand: how many hold, do not, are contested
    starts, met, upto = [], [], []
    come = 0
    for moment, together in groupby(facts, key=lambda fact: fact.from_utc):
        fresh: set[Speaker] = set()
        for fact in together:
            speaker = (fact.recorded_by, fact.agreement, fact.whose)
            if speaker not in fresh:
                tally.subtract(_marks(latest.pop(speaker, ()), evidence))
                fresh.add(speaker)
            latest.setdefault(speaker, []).append(fact)
            tally.update(_marks((fact,), evidence))
            come += 1
        starts.append(moment)
        met.append(_weighed(tally))
        upto.append(come)
    return History(starts=tuple(starts), met=tuple(met), upto=tuple(upto), facts=tuple(facts))


def _marks(facts: Sequence[Fact], evidence: Evidence) -> list[str]:
    told = ["holds" if fact.holds else "does not" for fact in facts]
    return [*told, *("contested" for fact in facts if fact.fact_id in evidence.contesters)]


def _weighed(tally: Mapping[str, int]) -> Truth:
    if tally["contested"] or (tally["holds"] and tally["does not"]):
        return Truth.UNKNOWN
    return Truth.YES if tally["holds"] else Truth.NO


def _last_words(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return each recorder's latest records on each agreement and party; two at one moment both stand."""
    latest: dict[Speaker, datetime] = {}
    for fact in facts:
        latest[fact.recorded_by, fact.agreement, fact.whose] = fact.from_utc
    return tuple(f for f in facts if f.from_utc == latest[f.recorded_by, f.agreement, f.whose])


def _joined(own: History, read: Sequence[tuple[CountsAs, History]]) -> History:
    """Return the history of a trigger with the records that readings add to it."""
    moments = sorted({moment for each in (own, *(h for _, h in read)) for moment in each.starts})
    met = tuple(_joined_met(m, own, [h for _, h in read]) for m in moments)
    return History(starts=tuple(moments), met=met, own=own, read=tuple(read))


def _joined_met(moment: datetime, own: History, read: Sequence[History]) -> Truth:
    met = own.met_at(moment)
    if met is Truth.YES or not any(h.met_at(moment) is Truth.YES for h in read):
        return met
    return Truth.UNKNOWN if bisect_right(own.starts, moment) else Truth.YES


def _join(moment: datetime, own: History, read: Sequence[tuple[CountsAs, History]]) -> Span:
    span, met = own.at(moment), _joined_met(moment, own, [h for _, h in read])
    holding = [(reading, h.at(moment)) for reading, h in read if h.met_at(moment) is Truth.YES]
    if span.met is Truth.YES or not holding:
        return span
    facts = {f.fact_id: f for f in (*span.facts, *(f for _, found in holding for f in found.facts))}
    return Span(met=met, facts=tuple(facts.values()), read_as=tuple(reading for reading, _ in holding))


def _rulings(theirs: Sequence[Determination]) -> History:
    """Return what the determinations of one body say over time."""
    starts, met, upto = [], [], []
    come, breach, none = 0, False, True
    for moment, together in groupby(theirs, key=lambda determination: determination.at):
        for determination in together:
            breach |= determination.outcome in BREACHES
            none &= determination.outcome is Outcome.NOT_A_BREACH
            come += 1
        starts.append(moment)
        met.append(Truth.YES if breach else Truth.NO if none else Truth.UNKNOWN)
        upto.append(come)
    return History(starts=tuple(starts), met=tuple(met), upto=tuple(upto), made=tuple(theirs))
