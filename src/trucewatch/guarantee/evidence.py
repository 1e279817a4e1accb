"""What the record holds for and against a condition: facts, readings, contests, without what was taken back.

Rules:
- a record that its own recorder withdrew is as if it had not been made; nobody else can withdraw it;
- who contests, contests the record at every moment that it speaks of;
- the same record twice is once;
- nothing counts as a body's determination: readings reach triggers that persons record, and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from trucewatch.model.annotation import Annotations, Contest, CountsAs, Status
from trucewatch.model.decision import Determination
from trucewatch.model.statement import Fact, FactKind, StatedCondition, Statement

DETERMINED = frozenset({FactKind.BREACH_DETERMINED, FactKind.ATTACK_DETERMINED})
# Triggers that are somebody's: a fact of such a kind says whose, when a condition asks for it.
OF_SOMEBODY = frozenset(
    {
        FactKind.CEASEFIRE_AGREEMENT_SIGNED,
        FactKind.PEACE_AGREEMENT_SIGNED,
        FactKind.PARLIAMENT_APPROVED,
        FactKind.BACKER_BACKS,
    }
)
UNSIGNED = " (unsigned)"
Record = TypeVar("Record")
# What a reading is of: a trigger or a condition's words, and the pack and statement it is for; None: all.
Scope = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Records in force, each once, in an order that does not depend on how they came in."""

    facts: tuple[Fact, ...]
    determinations: tuple[Determination, ...]
    readings: Mapping[Scope, tuple[CountsAs, ...]]
    contests: Mapping[str, tuple[Contest, ...]]  # by what is contested
    contesters: Mapping[str, tuple[str, ...]]  # who contests a fact, as first recorded and since, by its id
    statuses: Mapping[str, tuple[Status, ...]]  # by what they are of
    taken_back: frozenset[str] = frozenset()  # ids of what its own recorder withdrew

    def readings_for(self, condition: StatedCondition, statement: Statement) -> tuple[CountsAs, ...]:
        """Return the readings that bear on one condition of one statement, contested ones too."""
        if condition.on is not None or condition.awaits is not None or condition.trigger in DETERMINED:
            return ()
        target = _target(condition.trigger, condition.as_written)
        scopes = ((None, None), (statement.pack, None), (statement.pack, statement.statement_id))
        return tuple(r for pack, only in scopes for r in self.readings.get((target, pack, only), ()))


def evidence(
    facts: Sequence[Fact], determinations: Sequence[Determination], annotations: Annotations
) -> Evidence:
    """Return what is in force of the records."""
    taken_back = _taken_back(facts, annotations)
    contests: dict[str, list[Contest]] = {}
    for contest in _once(annotations.contests, taken_back, "contest_id"):
        contests.setdefault(contest.of, []).append(contest)
    statuses: dict[str, list[Status]] = {}
    for status in _once(annotations.statuses, taken_back, "status_id"):
        statuses.setdefault(status.of, []).append(status)
    readings: dict[Scope, list[CountsAs]] = {}
    for reading in _once(annotations.counts_as, taken_back, "counts_as_id"):
        if reading.kind not in DETERMINED:
            target = _target(reading.trigger, reading.words or "")
            readings.setdefault((target, reading.pack, reading.statement_id), []).append(reading)
    standing = _once(facts, taken_back, "fact_id")
    made = {(d.at, d.move_id): d for d in determinations}
    return Evidence(
        facts=tuple(sorted(standing, key=lambda f: (f.from_utc, f.fact_id))),
        determinations=tuple(made[key] for key in sorted(made)),
        readings={scope: tuple(found) for scope, found in readings.items()},
        contests={of: tuple(found) for of, found in contests.items()},
        contesters={
            f.fact_id: tuple(
                sorted({*f.contested_by, *(c.contested_by for c in contests.get(f.fact_id, ()))})
            )
            for f in standing
            if f.contested_by or f.fact_id in contests
        },
        statuses={of: tuple(found) for of, found in statuses.items()},
        taken_back=taken_back,
    )


def may_take_back(recorder: str, other: str) -> bool:
    """Say whether `other` is the recorder, as records bear names; a signed record is taken back signed."""
    signed = not recorder.endswith(UNSIGNED)
    return _person(recorder) == _person(other) and not (signed and other.endswith(UNSIGNED))


def _person(name: str) -> str:
    return " ".join(name.removesuffix(UNSIGNED).casefold().split())


def _taken_back(facts: Sequence[Fact], annotations: Annotations) -> frozenset[str]:
    """Return the ids of the records that their own recorder withdrew."""
    recorder = {f.fact_id: f.recorded_by for f in facts}
    recorder |= {r.counts_as_id: r.recorded_by for r in annotations.counts_as}
    recorder |= {c.contest_id: c.recorded_by for c in annotations.contests}
    recorder |= {s.status_id: s.recorded_by for s in annotations.statuses}
    return frozenset(
        w.of
        for w in annotations.withdrawals
        if w.of in recorder and may_take_back(recorder[w.of], w.recorded_by)
    )


def _once(records: Iterable[Record], taken_back: frozenset[str], key: str) -> tuple[Record, ...]:
    """Return each record that was not taken back once, by its id."""
    by_id = {str(getattr(record, key)): record for record in records}
    return tuple(by_id[each] for each in sorted(by_id) if each not in taken_back)


def _target(trigger: FactKind | None, words: str) -> str:
    return f"“{words}”" if trigger is None else trigger.value
