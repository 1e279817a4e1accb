"""Allegations are taken in from everybody, joined to incidents, marked for what they state, and heard in turn."""

from __future__ import annotations

import json
import statistics
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import exercised as ex
import pytest

from trucewatch.decide.docket import Lane, Waiting, taken
from trucewatch.decide.quality import Quality
from trucewatch.errors import RefusedError
from trucewatch.mission.allegations import Alleged, allege
from trucewatch.mission.case_list import waiting
from trucewatch.mission.deeds import record_moves
from trucewatch.mission.folder import Folder
from trucewatch.mission.views_cases import cases_at_hand
from trucewatch.mission.walk import cases_of, walk
from trucewatch.model.decision import Move, MoveKind, Role

ALLEGED = Alleged(
    words="EXERCISE: fire fell here.",
    from_utc=ex.START + timedelta(hours=9, minutes=50),
    to_utc=ex.START + timedelta(hours=10, minutes=10),
    place="near the crossing",
    clause_id="exercise-line/EX-1",
)
AT_FIRST = {"lon": 0.4995, "lat": 0.5}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = ex.mission(tmp_path_factory.mktemp("allegations"))
    walked = walk(folder.path)
    for number, (by, stated) in enumerate(
        (
            ("Liaison of A", {"party": "A", **AT_FIRST}),
            ("An NGO", {"organisation": "NGO (exercise)", **AT_FIRST, "evidence": ("photograph 7",)}),
            ("Somebody", {"lon": 0.9, "lat": 0.9}),
            ("Liaison of B", {"party": "B"}),
        )
    ):
        at = ex.START + timedelta(hours=12 + number)
        allege(walked, replace(ALLEGED, **stated), by=by, moment=at, at=at)  # type: ignore[arg-type]
    return folder


def lanes(folder: Folder) -> dict[Lane, tuple[Waiting, ...]]:
    with closing(cases_at_hand(folder)) as connection:
        return dict(waiting(connection))


def test_an_allegation_of_an_incidents_time_and_place_is_joined_to_it_and_others_stand_alone(
    made: Folder,
) -> None:
    walked = walk(made.path)
    first = walked.fused.incidents.sort("lon")["incident_id"][0]
    found = {case.moves[0].by: case.incident_id for case in walked.cases}
    assert found == {
        "Liaison of A (unsigned)": first,
        "An NGO (unsigned)": first,
        "Somebody (unsigned)": None,
        "Liaison of B (unsigned)": None,
    }


def test_allegations_of_one_incident_are_each_others_like_and_a_person_joins_them(made: Folder) -> None:
    (of_a,) = lanes(made)[Lane.A]
    ngo, somebody = lanes(made)[Lane.COMMON]
    assert (ngo.like, somebody.like) == (of_a.case_id, None)
    ex.moved(made, ngo.case_id, MoveKind.JOIN, Role.ANALYST, "Ann", hours=20, other_case=of_a.case_id)
    assert {case.joined_to for case in cases_of(walk(made.path).known)} == {None, of_a.case_id}


def test_an_allegation_is_marked_for_what_it_states_whoever_alleges(made: Folder) -> None:
    (of_a,), (of_b,) = lanes(made)[Lane.A], lanes(made)[Lane.B]
    assert of_a.quality == (Quality.WHEN, Quality.WHERE, Quality.CLAUSE, Quality.INCIDENT)
    assert of_b.quality == (Quality.WHEN, Quality.WHERE, Quality.CLAUSE)


def test_an_allegation_without_a_time_or_a_place_is_refused_in_words(made: Folder) -> None:
    at = ex.START + timedelta(hours=30)
    with pytest.raises(RefusedError, match="say when and where"):
        allege(walk(made.path), replace(ALLEGED, place=""), by="Somebody", moment=at, at=at)


def test_the_verb_takes_an_allegation_in_and_the_docket_says_what_it_states(tmp_path: Path, run_here) -> None:
    folder = ex.mission(tmp_path)
    told = run_here(
        *("case", "allege", "--party", "B", "--from", "2027-03-02T09:50Z", "--to", "2027-03-02T10:10Z"),
        *("--place", "the crossing", "--lon", "0.5", "--lat", "0.5", "--words", "EXERCISE: fire.", "--json"),
        *("--by", "Liaison of B", "--at", "2027-03-02T12:00Z"),
        cwd=folder.path,
    )
    assert told.returncode == 0, told.stderr
    case = json.loads(told.stdout)["case"]
    assert case["incident_id"] is not None
    assert "0.5" not in json.dumps(case)
    listed = run_here("case", "docket", cwd=folder.path).stdout
    assert "states when, where, incident" in listed


def waits(folder: Folder, of: Lane) -> list[int]:
    """The turns that each allegation of a lane waits, as the desk takes them."""
    held = {lane: list(rows) for lane, rows in lanes(folder).items()}
    found, turn = [], 0
    while held[of]:
        one = taken(held, turn)
        if one is not None:
            held[one.lane].remove(one)
            if one.lane is of:
                found.append(turn)
        turn += 1
    return found


def filed(folder: Folder, party: str, count: int, *, hours: float) -> None:
    step = timedelta(days=1) / (count + 1)
    start = ex.START + timedelta(hours=hours)
    moves = [
        Move(
            move_id="",
            case_id=f"{party}-{number}",
            kind=MoveKind.OPEN,
            by="",
            role=Role.PARTY,
            at=start + step * number,
            words="EXERCISE",
            party=party,
            incident_id=f"{party}{number}",
            clause_id="exercise-line/EX-1",
        )
        for number in range(count)
    ]
    record_moves(folder, moves, by=f"Liaison of {party}", at=start + timedelta(days=1))


def test_the_record_flooded_by_one_side_leaves_the_other_sides_median_wait_as_it_was(tmp_path: Path) -> None:
    folder = ex.mission(tmp_path)
    filed(folder, "B", 40, hours=12)
    quiet = waits(folder, Lane.B)
    filed(folder, "A", 1_500, hours=12)
    flooded = waits(folder, Lane.B)
    assert statistics.median(flooded) <= 1.1 * statistics.median(quiet)
    assert len(lanes(folder)[Lane.A]) == 1_500
    over = [one.over_quota for one in lanes(folder)[Lane.A]]
    assert sum(not one for one in over) == 40  # twenty of each of the two dates that the day touches
