"""Marks given blind by two people, and how far they agree.

Rules:
- two people mark an item on a scale; nobody marks it twice, and whoever alleged does not mark;
- a mark is sealed when it is given: what binds its giver to a grade is on record, and the grade is not; each opens their
  own when the second is in, and nobody can open it otherwise than it was sealed;
- a mark that an earlier version recorded in the open is hidden by every face until the second is in;
- agreement is Cohen's kappa weighted by squared distance (Cohen 1968); what one person could not judge and the other
  did counts as far apart as the ends of the scale.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product

from trucewatch.decide.apart import UNSIGNED
from trucewatch.model.admiralty import GRADES, Agreeing, Mark, Opened, Scale, seal
from trucewatch.model.decision import Case, CaseState, MoveKind, Role

GIVEN_BY = frozenset({Role.ANALYST, Role.VERIFIER})
BLIND = 2  # people who mark each item on each scale
DIGITS = 3
SEAL = re.compile("[0-9a-f]{64}")
SALT = re.compile("(?:[0-9a-f]{2}){16,64}")


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
    if mark.sealed and (mark.grade or not SEAL.fullmatch(mark.sealed)):
        return "a sealed mark says no grade, and what it is sealed by is a SHA-256"
    if not mark.sealed and (len(mark.grade) != 1 or mark.grade not in GRADES[mark.scale]):
        return f"{mark.scale.value} is one of {', '.join(GRADES[mark.scale])}"
    if not mark.item.strip():
        return "a mark is of an item: name it"
    if any(move.kind is MoveKind.OPEN and whose(move.by) == whose(mark.recorded_by) for move in case.moves):
        return "whoever alleged does not mark the evidence"
    same = [m for m in standing if (m.case_id, m.item, m.scale) == (mark.case_id, mark.item, mark.scale)]
    if any(whose(m.recorded_by) == whose(mark.recorded_by) for m in same):
        return f"{mark.recorded_by} has marked its {mark.scale.value} already"
    return "two people have marked it already" if len(same) >= BLIND else None


def why_not_opened(opened: Opened, standing: Iterable[Mark]) -> str | None:
    """Return why a mark may not be opened so, in words, or None when it may."""
    marks = tuple(standing)
    mark = next((one for one in marks if one.mark_id == opened.mark_id), None)
    if mark is None or not mark.sealed or mark.grade:
        return f"there is no mark {opened.mark_id} that is still sealed"
    if mark.recorded_by != opened.recorded_by or mark.case_id != opened.case_id:
        return "a mark is opened by whoever gave it"
    if _given(marks)[_of(mark)] < BLIND:
        return "a mark is opened when two people have marked the same"
    salted = SALT.fullmatch(opened.salt) and opened.grade in tuple(GRADES[mark.scale])
    if not salted or seal(mark, opened.grade, bytes.fromhex(opened.salt)) != mark.sealed:
        return "this is not what the mark was sealed with"
    return None


def legal(
    told: Iterable[Mark | Opened], cases: Iterable[Case]
) -> tuple[tuple[Mark, ...], tuple[tuple[Mark | Opened, str], ...]]:
    """Return the marks that count, in the order they were recorded, and what does not, each with why.

    A mark that is sealed and not opened counts, and has no grade.
    """
    named = {case.case_id: case for case in cases}
    kept: list[Mark] = []
    refused: list[tuple[Mark | Opened, str]] = []
    for one in told:
        case = _not_closed(named.get(one.case_id))
        why = why_not_opened(one, kept) if isinstance(one, Opened) else why_not(one, case, kept)
        if why is not None:
            refused.append((one, why))
        elif isinstance(one, Mark):
            kept.append(one)
        else:
            kept = [replace(m, grade=one.grade) if m.mark_id == one.mark_id else m for m in kept]
    return tuple(kept), tuple(refused)


def shown(marks: Sequence[Mark], *, to: str | None) -> tuple[Mark, ...]:
    """Return the marks that may be shown: those of which both are in, and whoever asks their own."""
    said = [m for m in marks if m.grade]
    given, own = _given(said), None if to is None else whose(to)
    return tuple(m for m in said if given[_of(m)] >= BLIND or whose(m.recorded_by) == own)


def due(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the sealed marks that their givers may open: those of which both are in."""
    given = _given(marks)
    return tuple(m for m in marks if m.sealed and not m.grade and given[_of(m)] >= BLIND)


def _of(mark: Mark) -> tuple[str, str, Scale]:
    return mark.case_id, mark.item, mark.scale


def _given(marks: Iterable[Mark]) -> Counter[tuple[str, str, Scale]]:
    return Counter(map(_of, marks))


def agreeing(marks: Sequence[Mark], scale: Scale) -> Agreeing:
    """Return how far the pairs of marks on a scale agree."""
    pairs = _pairs(marks, scale)
    alike = sum(first == second for first, second in pairs)
    return Agreeing(scale=scale, pairs=len(pairs), alike=alike, kappa=_kappa(pairs, GRADES[scale]))


def _pairs(marks: Sequence[Mark], scale: Scale) -> list[tuple[str, str]]:
    """Return the grades that two people gave each item, in the order of their names."""
    by_item: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        if mark.scale is scale and mark.grade:
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
