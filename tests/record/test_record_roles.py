"""In which role somebody acts is the record's to say: refused at the door, and named by both verifiers when it was not."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.authors import author
from trucewatch.mission.deeds import moves_of, record_move
from trucewatch.mission.enrolling import add, add_oneself, invitation, revoke, roll_of
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.invitations import Part, answer
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.known import known
from trucewatch.mission.overriding import record_override
from trucewatch.mission.rightful import rightful
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.mission.views_cases import cases_at_hand, folded_with
from trucewatch.mission.walk import cases_of
from trucewatch.model.admiralty import Scale
from trucewatch.model.canonical import Json, content_id
from trucewatch.model.decision import Door, Move, MoveKind, Role
from trucewatch.model.told import Told

START = datetime(2027, 3, 1, 8, tzinfo=UTC)
PEOPLE: Mapping[str, tuple[Part, ...]] = {
    "Ada": (Part.ADMINISTRATOR,),
    "Ann": (Part.ANALYST,),
    "Vic": (Part.VERIFIER,),
    "Liv": (Part.LIAISON_A,),
    "Bea": (Part.LIAISON_B,),
    "Cho": (Part.COMMISSION,),
    "Rex": (Part.RELEASER,),
    "Gus": (Part.GUARANTOR,),
    "Obi": (Part.OBSERVER,),
    "Sam": (),
}
KEYS = {
    name: SignerKey(name=name.lower(), kind=KeyKind.ED25519, seed=bytes([n + 1]) * 32)
    for n, name in enumerate(PEOPLE)
}
ALLOWED: Mapping[str, frozenset[tuple[Role, str | None]]] = {
    "Ann": frozenset({(Role.ANALYST, None)}),
    "Vic": frozenset({(Role.VERIFIER, None)}),
    "Liv": frozenset({(Role.PARTY, "A")}),
    "Bea": frozenset({(Role.PARTY, "B")}),
    "Obi": frozenset({(Role.PUBLIC, None)}),
    "Sam": frozenset({(Role.PUBLIC, None)}),
}
CAPACITIES = (
    (Role.ANALYST, None),
    (Role.VERIFIER, None),
    (Role.PARTY, "A"),
    (Role.PARTY, "B"),
    (Role.PUBLIC, None),
)


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    plan = Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True, replay=True)
    folder = init(tmp_path / "m", plan, by="ann", at=START)
    add_oneself(folder, "Ada", PEOPLE["Ada"], key=KEYS["Ada"], at=START)
    for name in list(PEOPLE)[1:]:
        asked = invitation(folder, name, PEOPLE[name])
        add(folder, answer(asked, KEYS[name]), by="", key=KEYS["Ada"], at=START)
    return folder


def opening(case: str, role: Role, party: str | None = None, *, hour: float = 1.0) -> Move:
    return Move(
        move_id="",
        case_id=case,
        kind=MoveKind.OPEN,
        by="",
        role=role,
        party=party,
        at=START + timedelta(hours=hour),
        words="EXERCISE",
        incident_id="i1",
        clause_id="exercise-line/EX-1",
    )


def move(case: str, kind: MoveKind, role: Role, *, hour: float, **stated: object) -> Move:
    plain = replace(opening(case, role, hour=hour), kind=kind, incident_id=None, clause_id=None)
    return replace(plain, **stated)  # type: ignore[arg-type]


def made(folder: Folder, name: str, wanted: Move) -> Move:
    return record_move(folder, wanted, by="", key=KEYS[name], at=wanted.at)


def straight(folder: Folder, *entries: Entry, at: datetime) -> None:
    """Append past every check, as whoever has the log's key can."""
    replace(folder.journal, admits=None).append(entries, at=at)


def entry_of(folder: Folder, name: str, *, hour: float, **fields: Json) -> Entry:
    """Return a validly signed record of an opening move, rightful or not."""
    body: dict[str, Json] = {
        "move_id": "",
        "case_id": "c9",
        "kind": "open",
        "by": name,
        "at": (START + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "words": "EXERCISE",
        "incident_id": "i1",
        "clause_id": "exercise-line/EX-1",
        **fields,
    }
    body["move_id"] = content_id("move", repr(sorted(body.items())))
    return author(folder.journal, by="", key=KEYS[name]).entry(Kind.MOVE, body)


def both(folder: Folder, alone: ModuleType) -> tuple[set[str], int]:
    """Return where the two verifiers find something broken, which they must agree on, and the exit code."""
    found = verify(folder.path)
    ours = {one.where for one in found.remarks if one.gravity is Gravity.BROKEN}
    theirs = alone.Verifier(folder.path, None)
    theirs.run([])
    assert {where for where, _ in theirs.faults} == ours
    return ours, found.exit_code


@pytest.mark.parametrize("name", list(PEOPLE))
def test_whoever_acts_in_a_role_that_the_record_does_not_give_them_is_refused_by_policy(
    mission: Folder, name: str, alone: ModuleType
) -> None:
    for n, (role, party) in enumerate(CAPACITIES):
        wanted = opening(f"c{n}", role, party, hour=n + 1)
        if (role, party) in ALLOWED.get(name, ()):
            assert made(mission, name, wanted).by == name
            continue
        with pytest.raises(RefusedError) as refused:
            made(mission, name, wanted)
        assert name in refused.value.message
        assert " here, and" in refused.value.message
    assert both(mission, alone) == (set(), 0)


def test_nobody_verifies_or_decides_without_the_part_and_the_body_does(mission: Folder) -> None:
    made(mission, "Bea", opening("c", Role.PARTY, "B"))
    for name in ("Ann", "Liv", "Cho", "Ada", "Rex", "Gus"):
        with pytest.raises(RefusedError, match="acts in it as verifier"):
            made(mission, name, move("c", MoveKind.FIND, Role.VERIFIER, hour=2))
    made(mission, "Vic", move("c", MoveKind.FIND, Role.VERIFIER, hour=2))
    for name in ("Ann", "Liv", "Ada", "Rex", "Gus"):
        with pytest.raises(RefusedError, match="acts in it as body"):
            made(mission, name, move("c", MoveKind.CLOSE, Role.BODY, hour=3))
    assert made(mission, "Cho", move("c", MoveKind.CLOSE, Role.BODY, hour=3)).role is Role.BODY


def test_a_liaison_speaks_for_one_party_and_for_no_other(mission: Folder) -> None:
    made(mission, "Bea", opening("c", Role.PARTY, "B"))
    made(mission, "Vic", move("c", MoveKind.FIND, Role.VERIFIER, hour=2))
    with pytest.raises(RefusedError, match="Liv is liaison:A here, and acts in it as party B"):
        made(mission, "Liv", move("c", MoveKind.REPLY, Role.PARTY, hour=3, party="B"))
    made(mission, "Liv", move("c", MoveKind.REPLY, Role.PARTY, hour=3, party="A"))


def test_a_name_without_a_key_alleges_and_does_nothing_else(mission: Folder) -> None:
    first = opening("c", Role.PUBLIC)
    record_move(mission, first, by="A village council", at=first.at)
    with pytest.raises(RefusedError, match="signs with their key"):
        record_move(mission, opening("d", Role.ANALYST, hour=2), by="Nan", at=START + timedelta(hours=2))


@pytest.mark.parametrize(
    ("name", "role", "party"),
    [
        ("Ada", "analyst", None),
        ("Ann", "verifier", None),
        ("Liv", "party", "B"),
        ("Vic", "public", None),
        ("Gus", "analyst", None),
        ("Sam", "verifier", None),
    ],
)
def test_an_illegal_role_appended_straight_to_the_log_is_named_by_both_verifiers_and_counts_for_nothing(
    mission: Folder, name: str, role: str, party: str | None, alone: ModuleType
) -> None:
    made(mission, "Bea", opening("c", Role.PARTY, "B"))
    entry = entry_of(mission, name, hour=2, role=role, party=party)
    straight(mission, entry, at=START + timedelta(hours=2))
    where, code = both(mission, alone)
    assert (len(where), code) == (1, 4)
    assert {case.case_id for case in cases_of(known(mission.path))} == {"c"}


def test_a_validly_signed_self_verification_appended_straight_to_the_log_ends_in_exit_4(
    mission: Folder, alone: ModuleType
) -> None:
    made(mission, "Vic", opening("c", Role.VERIFIER))
    finding: dict[str, Json] = {"case_id": "c", "kind": "find", "role": "verifier"}
    entry = entry_of(mission, "Vic", hour=2, incident_id=None, clause_id=None, **finding)
    with pytest.raises(RefusedError, match="whoever opened the case may not verify it"):
        made(mission, "Vic", move("c", MoveKind.FIND, Role.VERIFIER, hour=2))
    straight(mission, entry, at=START + timedelta(hours=2))
    where, code = both(mission, alone)
    assert (len(where), code) == (1, 4)
    (case,) = cases_of(known(mission.path))
    assert [kept.kind for kept in case.moves] == [MoveKind.OPEN]
    with closing(cases_at_hand(mission)) as desk:
        ((_, why),) = folded_with(desk, {"c"})[0].refused
    assert isinstance(why, Told)  # so that a page says it in its reader's language


def test_what_stands_before_anybody_had_a_part_stays_legal(tmp_path: Path, alone: ModuleType) -> None:
    plan = Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True, replay=True)
    folder = init(tmp_path / "m", plan, by="ann", at=START)
    early = opening("c", Role.ANALYST)
    record_move(folder, early, by="Nan", at=early.at)
    add_oneself(folder, "Ada", [Part.VERIFIER], key=KEYS["Ada"], at=START + timedelta(hours=2))
    with pytest.raises(RefusedError, match="no role here"):
        record_move(folder, opening("d", Role.ANALYST, hour=3), by="Nan", at=START + timedelta(hours=3))
    assert both(folder, alone) == (set(), 0)
    records = tuple(folder.journal.replay())
    assert rightful(records, folder.journal.key) == records
    assert len(moves_of(records)) == 1


def test_an_override_gives_a_part_until_it_ends(mission: Folder, alone: ModuleType) -> None:
    made(mission, "Bea", opening("c", Role.PARTY, "B"))
    given = record_override(
        mission,
        "Ann",
        Part.VERIFIER,
        why="Vic is ill",
        until=START + timedelta(hours=12),
        key=KEYS["Cho"],
        at=START + timedelta(hours=2),
    )
    assert (given.by, given.name, given.part) == ("Cho", "Ann", Part.VERIFIER)
    made(mission, "Ann", move("c", MoveKind.FIND, Role.VERIFIER, hour=3))
    ann = roll_of(mission).named("Ann")
    assert ann is not None
    assert roll_of(mission).parts(ann.person_id, START + timedelta(hours=11)) == {Part.ANALYST, Part.VERIFIER}
    assert roll_of(mission).parts(ann.person_id, START + timedelta(hours=12)) == {Part.ANALYST}
    with pytest.raises(RefusedError, match="acts in it as verifier"):
        made(mission, "Ann", move("c", MoveKind.FIND, Role.VERIFIER, hour=12))
    assert both(mission, alone) == (set(), 0)


def test_an_override_lifts_no_separation_of_duties(mission: Folder) -> None:
    made(mission, "Ann", opening("c", Role.ANALYST))
    record_override(
        mission,
        "Ann",
        Part.VERIFIER,
        why="Vic is ill",
        until=START + timedelta(hours=12),
        key=KEYS["Cho"],
        at=START + timedelta(hours=2),
    )
    with pytest.raises(RefusedError, match="whoever opened the case may not verify it"):
        made(mission, "Ann", move("c", MoveKind.FIND, Role.VERIFIER, hour=3))


BAD = {
    "by an analyst": ("Ann", "Obi", "verifier", "ill", 2, 5),
    "by an administrator": ("Ada", "Ann", "verifier", "ill", 2, 5),
    "to oneself": ("Vic", "Vic", "releaser", "ill", 2, 5),
    "to an administrator": ("Cho", "Ada", "analyst", "ill", 2, 5),
    "to a liaison": ("Cho", "Liv", "verifier", "ill", 2, 5),
    "of the body's part": ("Cho", "Ann", "commission", "ill", 2, 5),
    "without a reason": ("Cho", "Ann", "verifier", "  ", 2, 5),
    "for more than a day": ("Cho", "Ann", "verifier", "ill", 2, 26.1),
    "that ends before it begins": ("Cho", "Ann", "verifier", "ill", 2, 2),
    "that begins later": ("Cho", "Ann", "verifier", "ill", 3, 5),
    "of a part that is none": ("Cho", "Ann", "king", "ill", 2, 5),
}


@pytest.mark.parametrize("case", BAD)
def test_an_override_that_is_none_is_refused_and_named_by_both_verifiers(
    mission: Folder, case: str, alone: ModuleType
) -> None:
    giver, name, part, why, begins, ends = BAD[case]
    person = roll_of(mission).named(name)
    assert person is not None
    body: dict[str, Json] = {
        "person": person.person_id,
        "part": part,
        "why": why,
        "from_utc": (START + timedelta(hours=begins)).isoformat(),
        "until_utc": (START + timedelta(hours=ends)).isoformat(),
    }
    entry = author(mission.journal, by="", key=KEYS[giver]).entry(Kind.OVERRIDE, body)
    if case != "that begins later":
        with pytest.raises(RefusedError):
            mission.journal.append([entry], at=START + timedelta(hours=2))
    straight(mission, entry, at=START + timedelta(hours=2))
    where, code = both(mission, alone)
    assert (len(where), code) == (1, 4)


def test_an_override_is_signed_and_for_somebody_who_is_there(mission: Folder) -> None:
    with pytest.raises(InputError, match="nobody here"):
        record_override(
            mission, "Zed", Part.ANALYST, why="x", until=START + timedelta(hours=9), key=KEYS["Cho"], at=START
        )
    revoke(mission, "Ann", why="lost", key=KEYS["Ada"], at=START)
    with pytest.raises(RefusedError, match="valid key"):
        record_override(
            mission,
            "Ann",
            Part.VERIFIER,
            why="x",
            until=START + timedelta(hours=9),
            key=KEYS["Cho"],
            at=START,
        )


def test_a_move_made_through_a_page_says_so_under_its_signature(mission: Folder, alone: ModuleType) -> None:
    at_page = replace(opening("c", Role.PARTY, "B"), through=Door.PAGE)
    recorded = made(mission, "Bea", at_page)
    assert recorded.through is Door.PAGE
    record = [one for one in mission.journal.replay() if one.kind is Kind.MOVE][-1]
    assert (record.body["through"], record.signed is not None) == ("page", True)
    assert both(mission, alone) == (set(), 0)


def test_a_mark_in_a_role_that_is_not_ones_own_is_named_by_both_verifiers(
    mission: Folder, alone: ModuleType
) -> None:
    made(mission, "Bea", opening("c", Role.PARTY, "B"))
    body: dict[str, Json] = {
        "mark_id": "0" * 32,
        "case_id": "c",
        "item": "o1",
        "scale": next(iter(Scale)).value,
        "grade": "B",
        "recorded_by": "Ada",
        "role": "verifier",
        "at": (START + timedelta(hours=2)).isoformat(),
    }
    entry = author(mission.journal, by="", key=KEYS["Ada"]).entry(Kind.MARK, body)
    with pytest.raises(RefusedError, match="Ada is administrator here"):
        mission.journal.append([entry], at=START + timedelta(hours=2))
    straight(mission, entry, at=START + timedelta(hours=2))
    where, code = both(mission, alone)
    assert (len(where), code) == (1, 4)
