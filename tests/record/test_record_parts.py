"""Each kind of record is for some parts alone, and parts change by two names: at the door, in both verifiers, for readers."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from types import ModuleType

import pytest

from trucewatch.decide.marking import shown
from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission import marking
from trucewatch.mission.access import OF_KIND, TABLE, Action
from trucewatch.mission.authors import author
from trucewatch.mission.deeds import record_fact, record_move
from trucewatch.mission.enrolling import (
    add,
    add_oneself,
    ask_part,
    give_part,
    invitation,
    revoke,
    roll_of,
    withdraw_part,
)
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.invitations import Part, answer
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.known import known
from trucewatch.mission.marking import marks_of, marks_that_count, open_due, record_mark
from trucewatch.mission.parts import ALONE, BY_ONE
from trucewatch.mission.people import Roll
from trucewatch.mission.rightful import ACTS_AS, HELD_SINCE, held_to_roles, why_not_in_role
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.mission.walk import cases_of
from trucewatch.model.admiralty import Mark, Scale
from trucewatch.model.canonical import Json
from trucewatch.model.decision import Move, MoveKind, Role
from trucewatch.model.statement import FactKind

START = datetime(2027, 3, 1, 8, tzinfo=UTC)
PEOPLE: Mapping[str, tuple[Part, ...]] = {
    "Ada": (Part.ADMINISTRATOR,),
    "Ann": (Part.ANALYST,),
    "Vic": (Part.VERIFIER,),
    "Rex": (Part.RELEASER,),
    "Liv": (Part.LIAISON_A,),
    "Cho": (Part.COMMISSION,),
    "Sam": (),
}
KEYS = {
    name: SignerKey(name=name.lower(), kind=KeyKind.ED25519, seed=bytes([n + 70]) * 32)
    for n, name in enumerate(PEOPLE)
}


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    plan = Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True, replay=True)
    folder = init(tmp_path_factory.mktemp("p") / "m", plan, by="ann", at=START)
    add_oneself(folder, "Ada", PEOPLE["Ada"], key=KEYS["Ada"], at=START)
    for name in list(PEOPLE)[1:]:
        asked = invitation(folder, name, PEOPLE[name])
        add(folder, answer(asked, KEYS[name]), by="", key=KEYS["Ada"], at=START)
    return folder


@pytest.fixture
def mission(peopled: Folder, tmp_path: Path) -> Folder:
    shutil.copytree(peopled.path, tmp_path / "m")
    return Folder(path=tmp_path / "m")


def straight(folder: Folder, *entries: Entry, at: datetime = START) -> None:
    """Append past every check, as whoever has the log's key can."""
    replace(folder.journal, admits=None).append(entries, at=at)


def broken(folder: Folder, alone: ModuleType) -> int:
    """Return how many places both verifiers name, which must be the same ones."""
    found = verify(folder.path)
    ours = {one.where for one in found.remarks if one.gravity is Gravity.BROKEN}
    theirs = alone.Verifier(folder.path, None)
    theirs.run([])
    assert {where for where, _ in theirs.faults} == ours
    assert found.exit_code == (4 if ours else 0)
    return len(ours)


def fact(folder: Folder, name: str, *, hours: float = 1) -> str:
    made = record_fact(
        folder,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=START,
        by="" if name in KEYS else name,
        on=f"a letter of hour {hours}",
        key=KEYS.get(name),
        at=START + timedelta(hours=hours),
    )
    return made.recorded_by


def test_the_two_verifiers_have_one_table_of_kinds_and_parts(alone: ModuleType) -> None:
    ours = {kind.value: {part.value for part in TABLE[action]} for kind, action in OF_KIND.items()}
    assert ours == alone.OF_KIND
    assert {part.value for part in TABLE[Action.ASK_PART]} == alone.ASK_PART
    assert {part.value for part in TABLE[Action.CONFIRM_PART]} == alone.GIVE_PART
    assert ({p.value for p in BY_ONE}, {p.value for p in ALONE}) == (alone.BY_ONE, alone.ALONE)


@pytest.mark.parametrize("kind", OF_KIND)
def test_every_kind_of_record_is_for_the_parts_of_the_table_and_for_nobody_else(
    peopled: Folder, kind: Kind
) -> None:
    roll = roll_of(peopled)
    assert held_to_roles(roll)
    for name, parts in PEOPLE.items():
        entry = author(peopled.journal, by="", key=KEYS[name]).entry(kind, {})
        why = why_not_in_role(roll, entry, START)
        assert (why is None) == bool(TABLE[OF_KIND[kind]] & set(parts)), (kind, name)
        assert why is None or ("these alone" in why and name in why)
        earlier = replace(entry, schema=HELD_SINCE - 1)
        assert why_not_in_role(roll, earlier, START) is None
    unsigned = Entry(kind=kind, author="Nan (unsigned)", body={})
    assert "nothing here" in str(why_not_in_role(roll, unsigned, START))


def test_every_kind_that_people_make_is_held_to_a_table(peopled: Folder) -> None:
    of_its_own = {Kind.MOVE, Kind.MARK, Kind.MARK_OPENED, Kind.PERSON, Kind.KEY, Kind.ROLE, Kind.OVERRIDE}
    sealed = {Kind.CUSTODIAN, Kind.MASK, Kind.UNMASK}
    nobodys = {Kind.BATCH, Kind.QUARANTINE, Kind.TORN, Kind.REOPENING, Kind.ACCESS_ANCHORED}
    assert set(Kind) == set(OF_KIND) | of_its_own | sealed | nobodys


def test_a_fact_is_refused_to_whom_the_table_does_not_have_and_counts_for_nothing_past_the_door(
    mission: Folder, alone: ModuleType
) -> None:
    assert fact(mission, "Ann") == "Ann"
    for name in ("Ada", "Rex", "Sam", "a village council"):
        with pytest.raises(RefusedError, match="to record fact is for these alone"):
            fact(mission, name, hours=2)
    assert broken(mission, alone) == 0
    (whole,) = (one for one in mission.journal.replay() if one.kind is Kind.FACT)
    body = {**whole.body, "recorded_by": "Ada", "on": "x"}
    entry = author(mission.journal, by="", key=KEYS["Ada"]).entry(Kind.FACT, body)
    straight(mission, entry, at=START + timedelta(hours=3))
    assert broken(mission, alone) == 1
    assert [one.recorded_by for one in known(mission.path).facts] == ["Ann"]


def test_a_record_of_an_earlier_schema_is_named_where_a_later_one_stands(
    mission: Folder, alone: ModuleType
) -> None:
    entry = author(mission.journal, by="", key=KEYS["Ada"]).entry(Kind.FACT, {"recorded_by": "Ada"})
    early = replace(entry, schema=HELD_SINCE - 1)
    straight(mission, early)
    assert broken(mission, alone) == 1


def test_a_part_is_asked_for_by_one_and_given_by_another_and_counts_from_then_on(
    mission: Folder, alone: ModuleType
) -> None:
    asked = ask_part(mission, "Sam", Part.ANALYST, why="joins the desk", key=KEYS["Ada"], at=START)
    assert (asked.gives, list(roll_of(mission).asked)) == (None, [asked.seq])
    with pytest.raises(RefusedError, match="is nothing here"):
        fact(mission, "Sam")
    for name, why in (
        ("Ada", "asked for it"),
        ("Sam", "to themselves"),
        ("Ann", "these alone"),
        ("Liv", "these alone"),
    ):
        with pytest.raises(RefusedError, match=why):
            give_part(mission, asked.seq, key=KEYS[name], at=START)
    given = give_part(mission, asked.seq, key=KEYS["Vic"], at=START)
    assert (given.gives, given.part, given.by) == (True, Part.ANALYST, "Vic")
    assert fact(mission, "Sam") == "Sam"
    with pytest.raises(InputError, match="asked for no part"):
        give_part(mission, asked.seq, key=KEYS["Cho"], at=START + timedelta(hours=2))
    withdraw_part(mission, "Sam", Part.ANALYST, why="left", key=KEYS["Ada"], at=START + timedelta(hours=3))
    with pytest.raises(RefusedError, match="is nothing here"):
        fact(mission, "Sam", hours=4)
    assert [one.recorded_by for one in known(mission.path).facts] == ["Sam"]
    then = roll_of(mission, known_at=START + timedelta(hours=2)).named("Sam")
    assert then is not None
    assert then.roles == (Part.ANALYST,)
    assert broken(mission, alone) == 0


def test_to_observe_takes_one_name_and_everybody_lays_down_their_own_part(mission: Folder) -> None:
    assert ask_part(mission, "Sam", Part.OBSERVER, why="a patrol", key=KEYS["Ada"], at=START).gives
    assert withdraw_part(mission, "Liv", Part.LIAISON_A, why="home", key=KEYS["Liv"], at=START).gives is False
    with pytest.raises(RefusedError, match="is not analyst"):
        withdraw_part(mission, "Vic", Part.ANALYST, why="x", key=KEYS["Ada"], at=START)
    with pytest.raises(RefusedError, match="laid down by its owner"):
        withdraw_part(mission, "Vic", Part.VERIFIER, why="x", key=KEYS["Ann"], at=START)


def test_a_mission_whose_people_laid_down_every_part_is_open_to_nobody(mission: Folder) -> None:
    for name, parts in PEOPLE.items():
        for part in parts:
            if part in ACTS_AS:
                withdraw_part(mission, name, part, why="home", key=KEYS[name], at=START)
    with pytest.raises(RefusedError, match="these alone"):
        fact(mission, "anybody")


@pytest.mark.parametrize(
    ("signer", "name", "part", "deed", "asked"),
    [
        ("Ada", "Sam", "analyst", "grant", 4),  # of a record that asked for nothing
        ("Ann", "Sam", "observer", "grant", None),
        ("Vic", "Sam", "analyst", "grant", None),
        ("Ada", "Ada", "verifier", "grant", None),
        ("Cho", "Ada", "verifier", "grant", None),  # an administrator reads no case
        ("Cho", "Vic", "liaison:A", "grant", None),
        ("Cho", "Liv", "analyst", "grant", None),
        ("Ada", "Ann", "analyst", "grant", None),  # who is one
        ("Ann", "Vic", "verifier", "withdraw", None),
        ("Ada", "Ann", "verifier", "withdraw", None),  # who is none
    ],
)
def test_a_change_of_parts_that_is_none_is_refused_and_named_by_both_verifiers(
    mission: Folder, signer: str, name: str, part: str, deed: str, asked: int | None, alone: ModuleType
) -> None:
    person = roll_of(mission).named(name)
    assert person is not None
    body: dict[str, Json] = {"deed": deed, "person": person.person_id, "part": part, "why": "EXERCISE"}
    whole = body if asked is None else {**body, "asked": asked}
    entry = author(mission.journal, by="", key=KEYS[signer]).entry(Kind.ROLE, whole)
    with pytest.raises(RefusedError):
        mission.journal.append([entry], at=START)
    straight(mission, entry)
    assert broken(mission, alone) == 1


def test_nobody_is_given_a_part_for_no_reason_or_without_a_key(mission: Folder) -> None:
    with pytest.raises(RefusedError, match="for a reason"):
        ask_part(mission, "Sam", Part.ANALYST, why=" ", key=KEYS["Ada"], at=START)
    revoke(mission, "Sam", why="lost", key=KEYS["Ada"], at=START)
    with pytest.raises(RefusedError, match="no valid key"):
        ask_part(mission, "Sam", Part.ANALYST, why="x", key=KEYS["Ada"], at=START)


def opened_case(folder: Folder) -> None:
    move = Move(
        move_id="",
        case_id="c",
        kind=MoveKind.OPEN,
        by="",
        role=Role.PARTY,
        party="A",
        at=START,
        words="EXERCISE",
        incident_id="i1",
        clause_id="exercise-line/EX-1",
    )
    record_move(folder, move, by="", key=KEYS["Liv"], at=START)


def marked(folder: Folder, name: str, grade: str) -> None:
    record_mark(
        folder,
        case_id="c",
        item="o1",
        scale=Scale.RELIABILITY,
        grade=grade,
        role=Role.VERIFIER if name == "Vic" else Role.ANALYST,
        by="",
        moment=START,
        key=KEYS[name],
        at=START,
    )


def test_a_mark_is_read_by_nobody_before_both_are_in_and_opened_as_it_was_sealed(
    mission: Folder, alone: ModuleType
) -> None:
    opened_case(mission)
    marked(mission, "Vic", "B")
    assert open_due(mission, by="", key=KEYS["Vic"], at=START) == ()
    first = [one.body for one in mission.journal.replay() if one.kind is Kind.MARK]
    assert [(body["grade"], len(str(body["sealed"]))) for body in first] == [("", 64)]
    marked(mission, "Ann", "C")
    cases = cases_of(known(mission.path))
    seen = marks_that_count(mission, cases)
    assert ([one.grade for one in seen], shown(seen, to=None)) == (["", "C"], ())
    assert [one.grade for one in open_due(mission, by="", key=KEYS["Vic"], at=START)] == ["B"]
    assert [one.grade for one in shown(marks_that_count(mission, cases), to=None)] == ["B", "C"]
    assert broken(mission, alone) == 0


@pytest.mark.parametrize("wrong", ["grade", "giver", "early", "twice"])
def test_a_mark_opened_otherwise_than_it_was_sealed_is_named_by_both_verifiers(
    mission: Folder, wrong: str, alone: ModuleType
) -> None:
    opened_case(mission)
    marked(mission, "Vic", "B")
    if wrong != "early":
        marked(mission, "Ann", "C")
    (mark, *_) = marks_of(mission.journal.replay())
    assert isinstance(mark, Mark)
    salt = marking._salt(replace(mark, sealed=""), KEYS["Vic"])
    name = "Ann" if wrong == "giver" else "Vic"
    body: dict[str, Json] = {
        "mark_id": mark.mark_id,
        "case_id": "c",
        "grade": "A" if wrong == "grade" else "B",
        "salt": salt.hex(),
        "recorded_by": name,
    }
    for count in range(2 if wrong == "twice" else 1):
        at = START + timedelta(minutes=count)
        straight(mission, author(mission.journal, by="", key=KEYS[name]).entry(Kind.MARK_OPENED, body), at=at)
    assert broken(mission, alone) == 1


@pytest.mark.parametrize(
    ("exercise", "replay", "held", "allowed"),
    [
        (True, False, False, True),
        (True, True, True, True),
        (False, False, True, True),
        (False, False, False, False),  # nobody is the body there
        (False, True, True, False),  # what happened is not ruled on again
    ],
)
def test_a_body_determines_in_an_exercise_or_where_its_members_sign_in_their_part(
    peopled: Folder, *, exercise: bool, replay: bool, held: bool, allowed: bool
) -> None:
    roll = roll_of(peopled) if held else Roll()
    there = replace(roll, exercise=exercise, replay=replay)
    who = author(peopled.journal, by="", key=KEYS["Cho"] if held else None) if held else None
    body: dict[str, Json] = {"kind": "determine", "role": "body", "at": "2027-03-01T08:00:00.000000Z"}
    entry = who.entry(Kind.MOVE, body) if who else Entry(kind=Kind.MOVE, author="Cho (unsigned)", body=body)
    why = why_not_in_role(there, entry, START)
    assert (why is None) == allowed
    assert allowed or "exercises only" in str(why)


def test_the_parts_of_a_case_and_every_action_have_somebody() -> None:
    assert all(TABLE.values())
    assert {part for part, _ in product(ACTS_AS, [0])} <= set(Part)
