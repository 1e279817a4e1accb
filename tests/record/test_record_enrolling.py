"""Who may add persons and change keys, where the mission says of which roles they are: both verifiers hold it."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from trucewatch.errors import RefusedError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.authors import author, person_body
from trucewatch.mission.config import read_mission
from trucewatch.mission.enrolling import add, add_oneself, invitation, revoke, rotate_oneself
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.invitations import Part, answer
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.model.canonical import Json

SEGMENT, RULE = "record/journal/0000000000.lines", 'enrolled_by = ["administrator"]\n'
ADA, BEA, CY, DAN = (
    SignerKey(name=n, kind=KeyKind.ED25519, seed=n[:1].encode() * 32) for n in ("ada", "bea", "cy", "dan")
)
Deed = Callable[[Folder], object]


def with_rule(folder: Folder, rule: str = RULE) -> str:
    return rule + re.sub(r"(?m)^enrolled_by.*\n", "", (folder.path / "trucewatch.toml").read_text())


def begun(path: Path) -> Folder:
    """Return a mission whose rule was there before anybody had a key, and nobody in it."""
    folder = init(path, Plan(name="m", agreements=("minsk-2015",)), by="ann")
    text = with_rule(folder)
    (folder.path / "trucewatch.toml").write_text(text)
    folder.journal.append(
        [Entry(kind=Kind.MISSION, author="Ann (unsigned)", body={"name": "trucewatch.toml", "text": text})]
    )
    return folder


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    """A mission in which Ada enrols, and Bea has a key."""
    folder = begun(tmp_path / "m")
    add_oneself(folder, "Ada", (Part.ADMINISTRATOR,), key=ADA)
    add(folder, answered(folder, "Bea", BEA), by="", key=ADA)
    return folder


def answered(folder: Folder, who: str, key: SignerKey, *roles: Part) -> bytes:
    return answer(invitation(folder, who, roles), key)


def body_of(folder: Folder, who: str, key: SignerKey, *roles: Part) -> dict[str, Json]:
    return dict(person_body(answered(folder, who, key, *roles), folder.journal.key))


def straight(folder: Folder, key: SignerKey, kind: Kind, body: dict[str, Json]) -> None:
    """Append past every check, as whoever has the log's key can."""
    entry = author(folder.journal, by="", key=key).entry(kind, body)
    replace(folder.journal, admits=None).append([entry])


def end_of(folder: Folder, who: str, key: SignerKey) -> dict[str, Json]:
    records = folder.journal.replay()
    person = next(str(r.body["person"]) for r in records if r.kind is Kind.PERSON and r.body["name"] == who)
    return {"deed": "revoke", "person": person, "key": key.verifier.text, "why": "x"}


def rule_of(folder: Folder, rule: str) -> dict[str, Json]:
    return {"name": "trucewatch.toml", "text": with_rule(folder, rule)}


def both(folder: Folder, alone: ModuleType) -> list[frozenset[str]]:
    """Return whom each verifier blames."""
    said = [remark.where for remark in verify(folder.path).remarks if remark.gravity is Gravity.BROKEN]
    found = alone.Verifier(folder.path, None)
    found.run([])
    names = (said, [where for where, _ in found.faults])
    return [frozenset(re.sub(r":\d+$", "", where) for where in one) for one in names]


def test_whoever_may_adds_persons_and_ends_keys(mission: Folder, alone: ModuleType) -> None:
    add(mission, answered(mission, "Cy", CY, Part.ADMINISTRATOR), by="", key=ADA)
    revoke(mission, "Ada", why="she left", key=CY)
    revoke(mission, "Bea", why="lost", key=CY)
    straight(mission, CY, Kind.MISSION, rule_of(mission, 'enrolled_by = ["administrator", "commission"]\n'))
    assert both(mission, alone) == [frozenset(), frozenset()]


def test_everybody_changes_and_ends_their_own_key(mission: Folder, alone: ModuleType) -> None:
    rotate_oneself(mission, CY, key=BEA)
    revoke(mission, "Bea", why="I leave", key=CY)
    assert both(mission, alone) == [frozenset(), frozenset()]


REFUSED: dict[str, tuple[Deed, str]] = {
    "adds": (
        lambda f: add(f, answered(f, "Cy", CY), by="", key=BEA),
        "Bea may not: that is for a person who is administ",
    ),
    "ends another's": (lambda f: revoke(f, "Ada", why="x", key=BEA), "Bea may not"),
    "ends the last who may": (
        lambda f: revoke(f, "Ada", why="x", key=ADA),
        "nobody with a valid key would be",
    ),
    "changes the rule": (
        lambda f: f.journal.append([author(f.journal, by="", key=BEA).entry(Kind.MISSION, rule_of(f, ""))]),
        "it changes who may enrol, and Bea may not",
    ),
    "locks all out": (
        lambda f: f.journal.append(
            [author(f.journal, by="", key=ADA).entry(Kind.MISSION, rule_of(f, 'enrolled_by = ["auditor"]\n'))]
        ),
        "nobody with a valid key would be auditor",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_whoever_may_not_is_refused_at_the_door(name: str, mission: Folder) -> None:
    deed, why = REFUSED[name]
    with pytest.raises(RefusedError, match=why):
        deed(mission)


FAULTS: dict[str, Deed] = {
    "adds": lambda f: straight(f, BEA, Kind.PERSON, body_of(f, "Cy", CY)),
    "ends another's": lambda f: straight(f, BEA, Kind.KEY, end_of(f, "Ada", ADA)),
    "ends the last who may": lambda f: straight(f, ADA, Kind.KEY, end_of(f, "Ada", ADA)),
    "changes the rule": lambda f: straight(f, BEA, Kind.MISSION, rule_of(f, "")),
    "changes the rule unsigned": lambda f: replace(f.journal, admits=None).append(
        [Entry(kind=Kind.MISSION, author="Ann (unsigned)", body=rule_of(f, ""))]
    ),
    "locks all out": lambda f: straight(f, ADA, Kind.MISSION, rule_of(f, 'enrolled_by = ["auditor"]\n')),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_was_appended_past_the_door_is_named_by_both_verifiers(
    name: str, mission: Folder, alone: ModuleType
) -> None:
    FAULTS[name](mission)
    assert both(mission, alone) == [{SEGMENT}, {SEGMENT}]


def test_the_first_person_is_one_who_may(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="nobody with a valid key would be administrator"):
        add_oneself(begun(tmp_path / "n"), "Dan", (), key=DAN)


def test_verifying_says_who_may(mission: Folder, tmp_path: Path) -> None:
    free = init(tmp_path / "free", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    add_oneself(free, "Ada", (), key=ADA)
    for folder, who in ((mission, "who is administrator"), (free, "with a key")):
        notes = [one.what for one in verify(folder.path).remarks if one.gravity is Gravity.NOTED]
        assert f"whoever adds a person, or changes another's key, is a person {who}" in notes


def test_a_mission_says_roles_that_there_are() -> None:
    assert read_mission(RULE + 'name = "m"\nzone = "UTC"\n').enrolled_by == (Part.ADMINISTRATOR,)
