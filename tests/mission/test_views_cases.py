"""Cases in the read model are those of the fold, however the record grew, and are made again when they are deleted."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trucewatch.decide.docket import Lane, docket
from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.authors import author
from trucewatch.mission.case_list import Wanted, case_in, counted, every_case, listed, waiting
from trucewatch.mission.deeds import body_of, record_move
from trucewatch.mission.enrolling import add, add_oneself, invitation
from trucewatch.mission.folder import Folder, Plan, init, settle
from trucewatch.mission.invitations import Part, answer
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.known import known
from trucewatch.mission.views_cases import cases_at_hand, marks
from trucewatch.mission.walk import cases_of
from trucewatch.model.decision import PROGRAM, CaseState, Cause, Move, MoveKind, Outcome, Role
from trucewatch.model.vocabulary import Verdict

START = datetime(2027, 3, 2, 8, tzinfo=UTC)
CLAUSE = "exercise-line/EX-1"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True, replay=True)
    return init(tmp_path_factory.mktemp("cases") / "m", plan, by="ann", at=START).path


def append(folder: Folder, moves: Sequence[Move]) -> None:
    """Append past every check, as whoever has the log's key can."""
    entries = [
        Entry(
            kind=Kind.REOPENING if move.role is Role.PROGRAM else Kind.MOVE,
            author=move.by,
            body=body_of(move),
        )
        for move in moves
    ]
    replace(folder.journal, admits=None).append(entries, at=START)


def opening(case_id: str, hour: float = 0, **stated: object) -> Move:
    plain = Move(
        move_id=f"open-{case_id}-{hour}",
        case_id=case_id,
        kind=MoveKind.OPEN,
        by="Liaison of B (unsigned)",
        role=Role.PARTY,
        party="B",
        at=START + timedelta(hours=hour),
        words="Fire fell in the zone.",
        incident_id="i1",
        clause_id=CLAUSE,
    )
    return replace(plain, **stated)  # type: ignore[arg-type]


NAMES = st.sampled_from(
    ["Ada (unsigned)", "Bo (unsigned)", "Cy (unsigned)", "Di (unsigned)", "Eve (unsigned)"]
)
CASES = st.sampled_from(["c1", "c2", "c3"])
ANY = st.builds(
    lambda n, kind, role, by, case_id, hour, party, outcome, other, assessment, incident: Move(
        move_id=f"m{n}",
        case_id=case_id,
        kind=kind,
        by=PROGRAM if role is Role.PROGRAM else by,
        role=role,
        at=START + timedelta(hours=hour),
        words="said",
        party=party,
        outcome=outcome,
        other_case=other,
        assessment_id=assessment,
        incident_id=incident,
        clause_id=CLAUSE,
        body="Special Commission (exercise)",
        standard_of_proof="reasonable grounds",
        seat="chair",
        cause=Cause.MERGE,
        records=(1,),
        owner="Gus",
        due_utc=START + timedelta(days=9),
        verdict=Verdict.INDETERMINATE,
    ),
    st.integers(0, 30),
    st.sampled_from([MoveKind.OPEN, MoveKind.FIND, MoveKind.REPLY, MoveKind.DETERMINE, *MoveKind]),
    st.sampled_from(Role),
    NAMES,
    CASES,
    st.integers(0, 20),
    st.sampled_from(["A", "B"]),
    st.sampled_from([Outcome.ACCIDENT, Outcome.BREACH_BY_A]),
    CASES,
    st.sampled_from([None, "a1", "a2"]),
    st.sampled_from(["i1", "i2"]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(ANY, max_size=8), min_size=1, max_size=4), st.integers(0, 4))
def test_however_the_record_grows_the_cases_are_those_of_the_fold(
    empty: Path, tmp_path: Path, parts: list[list[Move]], agreed: int
) -> None:
    folder = Folder(path=tmp_path / "m")
    shutil.rmtree(folder.path, ignore_errors=True)
    shutil.copytree(empty, folder.path)
    for number, moves in enumerate(parts):
        append(folder, moves)
        if number == agreed:
            _with_a_quorum(folder)
        connection = cases_at_hand(folder)
        fold = cases_of(known(folder.path))
        assert every_case(connection) == fold
        assert waiting(connection, quota=1) == docket(fold, quota=1)
        connection.close()
    (folder.path / "views.sqlite").unlink()
    connection = cases_at_hand(folder)
    assert every_case(connection) == fold
    connection.close()


def _with_a_quorum(folder: Folder) -> None:
    text = folder.path / "agreements/exercise-line/agreement.md"
    told = '[procedure]\nbody = "Special Commission (exercise)"\nquorum = 1\n+++\n\n# Exercise'
    text.write_text(text.read_text("utf-8").replace("+++\n\n# Exercise", told, 1), "utf-8")
    settle(folder, by="ann", at=START)


@pytest.fixture
def mission(empty: Path, tmp_path: Path) -> Folder:
    shutil.copytree(empty, tmp_path / "m")
    return Folder(path=tmp_path / "m")


def test_a_list_is_filtered_by_state_side_verdict_outcome_and_owner_and_goes_on_where_it_ended(
    mission: Folder,
) -> None:
    machine = {"by": "Ann (unsigned)", "role": Role.ANALYST, "party": None}
    found = opening("c3", 2, verdict=Verdict.APPARENT_BREACH, **machine)
    given_to = Move(
        move_id="g",
        case_id="c3",
        kind=MoveKind.ASSIGN,
        by="Vic (unsigned)",
        role=Role.VERIFIER,
        at=START + timedelta(hours=3),
        words="",
        owner="Gus",
    )
    append(mission, [opening("c1"), opening("c2", 1), found, given_to])
    connection = cases_at_hand(mission)
    assert [row.case_id for row in listed(connection)] == ["c1", "c2", "c3"]
    assert [row.case_id for row in listed(connection, Wanted(side=Lane.B))] == ["c1", "c2"]
    assert [row.case_id for row in listed(connection, Wanted(verdict=Verdict.APPARENT_BREACH))] == ["c3"]
    assert [row.case_id for row in listed(connection, Wanted(owner="Gus", state=CaseState.OPENED))] == ["c3"]
    assert listed(connection, Wanted(outcome=Outcome.ACCIDENT)) == ()
    (first,) = listed(connection, most=1)
    assert first.opened_at is not None
    assert [row.case_id for row in listed(connection, after=(first.opened_at, "c1"))] == ["c2", "c3"]
    assert (counted(connection), counted(connection, Wanted(side=Lane.A))) == (3, 0)
    assert case_in(connection, "c3").owner == "Gus"
    assert marks(connection) == (True, True)
    with pytest.raises(InputError, match="there is no case 'c9'"):
        case_in(connection, "c9")
    connection.close()


def test_another_record_in_the_same_folder_is_read_anew(mission: Folder, tmp_path: Path) -> None:
    shutil.copytree(mission.path, tmp_path / "other")
    append(mission, [opening("c1")])
    cases_at_hand(mission).close()
    other = Folder(path=tmp_path / "other")
    append(other, [opening("c2"), opening("c3", 1)])
    shutil.rmtree(mission.path / "record")
    shutil.copytree(other.path / "record", mission.path / "record")
    connection = cases_at_hand(mission)
    assert [row.case_id for row in listed(connection)] == ["c2", "c3"]
    connection.close()


def test_a_record_that_is_not_validly_signed_stops_the_reading_whenever_it_comes(mission: Folder) -> None:
    record_move(mission, replace(opening("c1"), move_id="", by=""), by="Liaison of B", at=START)
    cases_at_hand(mission).close()
    body = body_of(opening("c2"))
    forged = Entry(kind=Kind.MOVE, author="Somebody else (unsigned)", body=body)
    replace(mission.journal, admits=None).append([forged], at=START)
    with pytest.raises(IntegrityError, match="is not validly signed"):
        cases_at_hand(mission)


ADA, BOB = (
    SignerKey(name=name, kind=KeyKind.ED25519, seed=bytes([n]) * 32) for n, name in ((1, "ada"), (2, "bob"))
)


def test_signed_moves_are_followed_and_one_in_a_role_that_was_nobodys_is_left_out_as_in_the_fold(
    mission: Folder,
) -> None:
    add_oneself(mission, "Ada", (Part.ANALYST,), key=ADA, at=START)
    add(mission, answer(invitation(mission, "Bob", (Part.VERIFIER,)), BOB), by="", key=ADA, at=START)
    by_ada = opening("c1", 1, role=Role.ANALYST, party=None, by="", move_id="")
    record_move(mission, by_ada, by="", key=ADA, at=START + timedelta(hours=1))
    cases_at_hand(mission).close()
    found = opening("c1", 2, kind=MoveKind.FIND, role=Role.VERIFIER, party=None, by="", move_id="")
    record_move(mission, found, by="", key=BOB, at=START + timedelta(hours=2))
    cases_at_hand(mission).close()
    moment = START + timedelta(hours=3)
    wrong = opening("c2", 3, role=Role.VERIFIER, party=None, by="Ada")
    who = author(mission.journal, by="", key=ADA)
    replace(mission.journal, admits=None).append([who.entry(Kind.MOVE, body_of(wrong))], at=moment)
    fold = cases_of(known(mission.path))
    assert [(case.case_id, case.state) for case in fold] == [("c1", CaseState.FOUND)]
    connection = cases_at_hand(mission)
    assert every_case(connection) == fold
    connection.close()
