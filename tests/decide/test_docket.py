"""The docket: lanes that no side fills for the other, quotas by source, and likes of earlier allegations."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from trucewatch.decide.docket import Lane, Waiting, docket, taken
from trucewatch.model.decision import Case, CaseState, Move, MoveKind, Role

START = datetime(2027, 3, 1, tzinfo=UTC)
MIRROR = {Lane.A: Lane.B, Lane.B: Lane.A, Lane.COMMON: Lane.COMMON}


def alleged(
    number: int,
    *,
    party: str | None = None,
    by: str | None = None,
    hour: float = 0.0,
    incident: str | None = None,
) -> Case:
    role = Role.PARTY if party else Role.ANALYST
    at = START + timedelta(hours=hour)
    move = Move(
        move_id=f"m{number}",
        case_id=f"case-{number:05d}",
        kind=MoveKind.OPEN,
        by=by or f"liaison of {party}",
        role=role,
        at=at,
        words="",
        party=party,
    )
    return Case(
        case_id=move.case_id,
        state=CaseState.OPENED,
        moves=(move,),
        incident_id=incident or f"i{number}",
        clause_id="line/EX-1",
        determination=None,
        refused=(),
    )


def waits(cases: Iterable[Case], *, of: Lane) -> list[int]:
    """The turns that each allegation of a lane waits, when the desk takes one a turn from the start."""
    lanes = {lane: list(held) for lane, held in docket(cases).items()}
    found, turn = [], 0
    while lanes[of]:
        next_one = taken(lanes, turn)
        if next_one is not None:
            lanes[next_one.lane].remove(next_one)
            if next_one.lane is of:
                found.append(turn)
        turn += 1
    return found


def test_a_flood_by_one_side_does_not_delay_the_other() -> None:
    ours = [alleged(at, party="B", by=f"b{at % 7}", hour=at * 0.1) for at in range(120)]
    few = [alleged(1_000 + at, party="A", by=f"a{at % 7}", hour=at * 0.1) for at in range(120)]
    flood = [alleged(2_000 + at, party="A", by=f"a{at % 7}", hour=at * 0.0008) for at in range(30_000)]
    quiet, flooded = waits([*ours, *few], of=Lane.B), waits([*ours, *flood], of=Lane.B)
    assert statistics.median(flooded) <= 1.1 * statistics.median(quiet)
    assert flooded == quiet


def test_what_is_over_a_sources_quota_waits_behind_what_is_not() -> None:
    many = [alleged(at, party="A", by="loud", hour=0.01 * at) for at in range(30)]
    late = alleged(99, party="A", by="quiet", hour=12)
    lane = docket([*many, late])[Lane.A]
    assert [w.source for w in lane[:21]] == ["loud"] * 20 + ["quiet"]
    assert [w.over_quota for w in lane] == [False] * 21 + [True] * 10
    assert docket([*many, late], quota=40)[Lane.A][-1].source == "quiet"


def test_an_allegation_of_the_same_incident_and_clause_is_marked_as_the_earliers_like() -> None:
    first, again = alleged(1, party="A", incident="i"), alleged(2, by="NGO", hour=1, incident="i")
    lanes = docket([again, first])
    assert lanes[Lane.A][0].like is None
    assert lanes[Lane.COMMON][0].like == "case-00001"


def test_a_turn_without_a_case_goes_to_the_common_lane_and_never_to_the_other_party() -> None:
    lanes = docket([alleged(1, party="B"), alleged(2)])
    assert [one.lane if one else None for one in (taken(lanes, t) for t in range(4))] == [
        Lane.COMMON,
        Lane.B,
        Lane.COMMON,
        Lane.COMMON,
    ]
    only_b = docket([alleged(1, party="B")])
    assert [taken(only_b, turn) is None for turn in range(4)] == [True, False, True, True]


parties = st.sampled_from(["A", "B", None])


@given(st.lists(st.tuples(parties, st.integers(0, 3), st.integers(0, 40)), max_size=30))
def test_exchanged_parties_wait_in_exchanged_lanes(rows: list[tuple[str | None, int, int]]) -> None:
    def made(swap: dict[str | None, str | None]) -> list[Case]:
        return [
            alleged(at, party=swap[party], by=f"p{who}", hour=hour)
            for at, (party, who, hour) in enumerate(rows)
        ]

    plain = docket(made({"A": "A", "B": "B", None: None}))
    swapped = docket(made({"A": "B", "B": "A", None: None}))

    def ids(held: Iterable[Waiting]) -> list[tuple[str, bool]]:
        return [(one.case_id, one.over_quota) for one in held]

    assert {MIRROR[lane]: ids(held) for lane, held in plain.items()} == {
        lane: ids(held) for lane, held in swapped.items()
    }
