"""Marks given blind by two people, and how far they agree.

Rules:
- two people mark an item on a scale; nobody marks it twice, and whoever alleged does not mark;
- a mark is hidden from everybody but whoever gave it until the second is in;
- agreement is Cohen's kappa weighted by squared distance (Cohen 1968); what one person could not judge and the other
  did counts as far apart as the ends of the scale.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import product

from trucewatch.decide.apart import UNSIGNED
from trucewatch.model.admiralty import GRADES, Agreeing, Mark, Scale
from trucewatch.model.decision import Case, CaseState, MoveKind, Role

GIVEN_BY = frozenset({Role.ANALYST, Role.VERIFIER})
BLIND = 2  # people who mark each item on each scale
DIGITS = 3


def whose(name: str) -> str:
    """Return who gives a mark or a move, however the name is written."""
    return " ".join(name.removesuffix(UNSIGNED).casefold().split())


def why_not(mark: Mark, case: Case | None, standing: Iterable[Mark]) -> str | None:
    """Return why a mark may not be given, in words, or None when it may."""
    if case is None or case.state is CaseState.NONE:
        return f"there is no case {mark.case_id}"
    if case.state is CaseState.CLOSED:
        return "a case that is closed takes no marks"
    if mark.role not in GIVEN_BY:
        return f"marks are given by an analyst or a verifier, not by a {mark.role.value}"
    if len(mark.grade) != 1 or mark.grade not in GRADES[mark.scale]:
        return f"{mark.scale.value} is one of {', '.join(GRADES[mark.scale])}"
    if not mark.item.strip():
        return "a mark is of an item: name it"
    if any(move.kind is MoveKind.OPEN and whose(move.by) == whose(mark.recorded_by) for move in case.moves):
        return "whoever alleged does not mark the evidence"
    same = [m for m in standing if (m.case_id, m.item, m.scale) == (mark.case_id, mark.item, mark.scale)]
    if any(whose(m.recorded_by) == whose(mark.recorded_by) for m in same):
        return f"{mark.recorded_by} has marked its {mark.scale.value} already"
    return "two people have marked it already" if len(same) >= BLIND else None


def legal(
    marks: Iterable[Mark], cases: Iterable[Case]
) -> tuple[tuple[Mark, ...], tuple[tuple[Mark, str], ...]]:
    """Return the marks that count, in the order they were recorded, and those that do not, each with why."""
    named = {case.case_id: case for case in cases}
    kept: list[Mark] = []
    refused: list[tuple[Mark, str]] = []
    for mark in marks:
        why = why_not(mark, _not_closed(named.get(mark.case_id)), kept)
        if why is None:
            kept.append(mark)
        else:
            refused.append((mark, why))
    return tuple(kept), tuple(refused)


def shown(marks: Sequence[Mark], *, to: str | None) -> tuple[Mark, ...]:
    """Return the marks that may be shown: those of which both are in, and whoever asks their own."""
    given = Counter((m.case_id, m.item, m.scale) for m in marks)
    own = None if to is None else whose(to)
    return tuple(
        m for m in marks if given[m.case_id, m.item, m.scale] >= BLIND or whose(m.recorded_by) == own
    )


def agreeing(marks: Sequence[Mark], scale: Scale) -> Agreeing:
    """Return how far the pairs of marks on a scale agree."""
    pairs = _pairs(marks, scale)
    alike = sum(first == second for first, second in pairs)
    return Agreeing(scale=scale, pairs=len(pairs), alike=alike, kappa=_kappa(pairs, GRADES[scale]))


def _pairs(marks: Sequence[Mark], scale: Scale) -> list[tuple[str, str]]:
    """Return the grades that two people gave each item, in the order of their names."""
    by_item: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        if mark.scale is scale:
            by_item.setdefault((mark.case_id, mark.item), []).append(mark)
    both = [sorted(held, key=lambda m: whose(m.recorded_by)) for held in by_item.values()]
    return [(held[0].grade, held[1].grade) for held in both if len(held) >= BLIND]


def _kappa(pairs: Sequence[tuple[str, str]], grades: str) -> float | None:
    """Return the weighted kappa of `pairs`, each counted both ways round: which of the two is first says nothing."""
    if not pairs:
        return None
    ways = [*pairs, *((second, first) for first, second in pairs)]
    met = Counter(first for first, _ in ways)
    seen = sum(_apart(first, second, grades) for first, second in ways) / len(ways)
    chance = sum(
        met[one] * met[other] * _apart(one, other, grades) for one, other in product(grades, grades)
    ) / (len(ways) ** 2)
    return round(1 - seen / chance, DIGITS) if chance else None


def _apart(first: str, second: str, grades: str) -> float:
    """Return how far two grades are apart, squared, from 0 to 1."""
    if first == second:
        return 0.0
    if grades[-1] in (first, second):
        return 1.0
    return float(((grades.index(first) - grades.index(second)) / (len(grades) - 2)) ** 2)


def _not_closed(case: Case | None) -> Case | None:
    """Return a case as it takes marks that were given before it was closed."""
    if case is None or case.state is not CaseState.CLOSED:
        return case
    return None if not case.moves else _opened(case)


def _opened(case: Case) -> Case:
    return Case(
        case_id=case.case_id,
        state=CaseState.UNDER_INQUIRY,
        moves=case.moves,
        incident_id=case.incident_id,
        clause_id=case.clause_id,
        determination=None,
        refused=(),
    )
