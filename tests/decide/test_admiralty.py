"""Marks are given blind by two people, and their agreement is measured."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.decide.marking import agreeing, legal, shown, why_not
from trucewatch.model.admiralty import GRADES, Mark, Scale
from trucewatch.model.decision import Case, CaseState, Move, MoveKind, Role

AT = datetime(2027, 3, 2, tzinfo=UTC)
OPENING = Move(
    move_id="m",
    case_id="c",
    kind=MoveKind.OPEN,
    by="Ann (unsigned)",
    role=Role.ANALYST,
    at=AT,
    words="",
    incident_id="i",
)
CASE = Case(
    case_id="c",
    state=CaseState.OPENED,
    moves=(OPENING,),
    incident_id="i",
    clause_id=None,
    determination=None,
    refused=(),
)


def mark(
    by: str = "Bo", grade: str = "B", *, item: str = "o1", scale: Scale = Scale.RELIABILITY, **stated: object
) -> Mark:
    whole: dict[str, object] = {"role": Role.VERIFIER, "case_id": "c", **stated}
    return Mark(
        mark_id=f"{by}{item}{scale}",
        item=item,
        scale=scale,
        grade=grade,
        recorded_by=f"{by} (unsigned)",
        at=AT,
        **whole,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("standing", "tried", "why"),
    [
        ((), mark(case_id="d"), "there is no case d"),
        ((), mark(grade="3"), "reliability is one of A, B, C, D, E, F"),
        ((), mark(grade="B", scale=Scale.CREDIBILITY), "credibility is one of 1, 2, 3, 4, 5, 6"),
        ((), mark(grade=""), "reliability is one of"),
        ((), mark(role=Role.PARTY), "by an analyst or a verifier, not by a party"),
        ((), mark(item=" "), "of an item: name it"),
        ((), mark("ann"), "whoever alleged does not mark"),
        ((mark(),), mark(" BO "), "has marked its reliability already"),
        ((mark(), mark("Cy")), mark("Di"), "two people have marked it already"),
    ],
)
def test_a_mark_that_may_not_be_given_is_refused_in_words(
    standing: tuple[Mark, ...], tried: Mark, why: str
) -> None:
    case = CASE if tried.case_id == "c" else None
    assert why in (why_not(tried, case, standing) or "")
    kept, refused = legal([*standing, tried], [CASE])
    assert kept == standing
    assert [one for one, _ in refused] == [tried]


def test_a_mark_is_hidden_until_the_second_is_in_but_from_whoever_gave_it() -> None:
    first, second, other = mark(), mark("Cy", "D"), mark(scale=Scale.CREDIBILITY, grade="2")
    assert shown([first, other], to=None) == ()
    assert shown([first], to="Cy") == ()
    assert shown([first], to="bo (unsigned)") == (first,)
    assert shown([first, second, other], to=None) == (first, second)


@pytest.mark.parametrize(
    ("pairs", "alike", "kappa"),
    [
        ([], 0, None),
        ([("A", "A")], 1, None),
        ([("A", "A"), ("E", "E")], 2, 1.0),
        ([("A", "E"), ("E", "A")], 0, -1.0),
        ([("A", "B"), ("B", "A"), ("D", "D")], 1, 0.786),
        ([("A", "F"), ("B", "B")], 1, -0.28),
    ],
)
def test_agreement_is_the_weighted_kappa_of_the_pairs(
    pairs: list[tuple[str, str]], alike: int, kappa: float | None
) -> None:
    marks = [
        mark(by, grade, item=f"o{n}")
        for n, both in enumerate(pairs)
        for by, grade in zip("BC", both, strict=True)
    ]
    found = agreeing([*marks, mark(item="alone")], Scale.RELIABILITY)
    assert (found.pairs, found.alike, found.kappa) == (len(pairs), alike, kappa)


@given(st.lists(st.tuples(*[st.sampled_from(GRADES[Scale.CREDIBILITY])] * 2), min_size=1, max_size=12))
def test_who_of_the_two_is_named_first_says_nothing(pairs: list[tuple[str, str]]) -> None:
    def measured(names: str) -> float | None:
        marks = [
            mark(by, grade, item=f"o{n}", scale=Scale.CREDIBILITY)
            for n, both in enumerate(pairs)
            for by, grade in zip(names, both, strict=True)
        ]
        return agreeing(marks, Scale.CREDIBILITY).kappa

    found = measured("BC")
    assert found == measured("CB")
    assert found is None or -1.0 <= found <= 1.0
