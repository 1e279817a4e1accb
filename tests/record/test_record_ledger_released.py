"""The ledger leaves to the public by two names, each time as it then stood, and what is added later does not."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from test_record_releases import (
    DAY,
    KEYS,
    LATER,
    START,
    broken,
    record_of,
    said,
    sound,
    step,
    straight,
    through,
)

from trucewatch.errors import RefusedError
from trucewatch.log.policy import read_policy
from trucewatch.mission.deeds import record_fact
from trucewatch.mission.enrolling import add, add_oneself, invitation
from trucewatch.mission.folder import Folder, Plan, init, opened
from trucewatch.mission.for_audience import known_for
from trucewatch.mission.invitations import Part, answer
from trucewatch.mission.journal import Kind
from trucewatch.mission.known import known
from trucewatch.mission.ledger_pages import board_of, timeline_of
from trucewatch.mission.ledger_rows import ledger_rows
from trucewatch.mission.pledges import record_contest
from trucewatch.mission.policy import policy_text as log_policy
from trucewatch.mission.publishing import publish as checkpoint
from trucewatch.mission.release_folder import check_disclosed, disclosed
from trucewatch.mission.release_rules import Release
from trucewatch.mission.released import all_releases
from trucewatch.mission.releases import approve, dry_run, propose, propose_ledger, retract
from trucewatch.mission.reporting import day_of
from trucewatch.mission.walk import walk
from trucewatch.model.gate import CLOCKS_FOR
from trucewatch.model.statement import FactKind
from trucewatch.model.vocabulary import Audience

PARTS = {
    "Ada": (Part.ADMINISTRATOR,),
    "Ann": (Part.ANALYST,),
    "Vic": (Part.VERIFIER, Part.RELEASER),
    "Rex": (Part.RELEASER,),
    "Roy": (Part.RELEASER,),
}
WORDS = "words that stay inside"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mission with a pack, a policy for the public and a party, and one fact that Ann recorded."""
    plan = Plan(
        name="m",
        agreements=("exercise-line",),
        packs=("exercise-ab",),
        zone="UTC",
        exercise=True,
        replay=True,
    )
    folder = init(tmp_path_factory.mktemp("ledger") / "m", plan, by="ann", at=START)
    add_oneself(folder, "Ada", PARTS["Ada"], key=KEYS["Ada"], at=START)
    for name in list(PARTS)[1:]:
        add(
            folder,
            answer(invitation(folder, name, PARTS[name]), KEYS[name]),
            by="",
            key=KEYS["Ada"],
            at=START,
        )
    said(folder, '\n[release.public]\n[release."party:A"]\n')
    fact(folder, FactKind.CEASEFIRE_IN_FORCE)
    return folder.path


@pytest.fixture
def mission(made: Path, tmp_path: Path) -> Folder:
    return opened(shutil.copytree(made, tmp_path / "m"))


def fact(folder: Folder, kind: FactKind, by: str = "Ann", at: datetime = START) -> str:
    told = record_fact(folder, kind=kind, holds=True, from_utc=START, on=WORDS, by="", key=KEYS[by], at=at)
    return told.fact_id


def proposed(folder: Folder, name: str = "Ann") -> Release:
    return propose_ledger(folder, by="", key=KEYS[name], at=LATER)


def public(folder: Folder) -> set[str]:
    """Return the ids of the facts that the public is shown."""
    return {one.fact_id for one in known_for(known(folder.path), Audience.PUBLIC).facts}


def test_without_two_names_the_public_is_shown_nothing_of_the_ledger(mission: Folder) -> None:
    for n in range(3):
        record = known(mission.path)
        for page in (board_of, timeline_of):
            with pytest.raises(RefusedError, match="nothing of the ledger was released to the public yet"):
                page(record, at=LATER, audience=Audience.PUBLIC)
        if n == 0:
            ident = proposed(mission).proposal.release_id
        elif n == 1:
            approve(mission, ident, by="", key=KEYS["Rex"], at=LATER)


def test_whoever_is_shown_it_by_their_part_needs_no_release(mission: Folder) -> None:
    for audience in (Audience.INTERNAL, Audience.PARTY_A, *CLOCKS_FOR):
        assert len(known_for(known(mission.path), audience).facts) == 1


def test_the_public_is_shown_what_two_names_released_and_nothing_that_came_since(
    mission: Folder, alone: ModuleType
) -> None:
    before = known(mission.path)
    with pytest.raises(RefusedError, match="does not approve it: two names"):
        approve(mission, proposed(mission, "Rex").proposal.release_id, by="", key=KEYS["Rex"], at=LATER)
    made = proposed(mission)
    through(mission, made)
    first = public(mission)
    shown = known_for(known(mission.path), Audience.PUBLIC)
    assert first == {one.fact_id for one in before.facts}
    assert set(shown.statements) == set(before.statements) != set()
    assert shown.known_at == LATER
    second = fact(mission, FactKind.TRUCE_CONCLUDED, at=LATER)
    record_contest(
        mission, of=next(iter(first)), contested_by="B", by="", key=KEYS["Ann"], on=WORDS, at=LATER
    )
    assert public(mission) == first
    assert board_of(known(mission.path), at=LATER, audience=Audience.PUBLIC).rows
    assert known_for(known(mission.path), Audience.PUBLIC).annotations.contests == ()
    again = proposed(mission, "Roy")
    (difference,) = dry_run(known(mission.path), again).values()
    assert sorted(difference.new["noun"]) == ["contest", "fact"]
    assert second in set(difference.new["id"])
    assert (difference.changed.height, difference.gone.height) == (0, 0)
    through(mission, again, publisher="Rex")
    assert public(mission) == {*first, second}
    sound(mission, alone)


def test_a_dry_run_shows_exactly_what_the_public_is_then_shown(mission: Folder) -> None:
    made = proposed(mission)
    (difference,) = dry_run(known(mission.path), made).values()
    through(mission, made)
    shown = ledger_rows(known_for(known(mission.path), Audience.PUBLIC))
    assert difference.new.select(shown.columns).sort("noun", "id").equals(shown)
    assert WORDS not in repr(difference.new.rows())
    assert "Ann" not in repr(difference.new.rows())


def test_a_retracted_ledger_is_shown_no_longer_and_the_public_is_told_why(
    mission: Folder, alone: ModuleType
) -> None:
    made = through(mission, proposed(mission))
    retract(mission, made.proposal.release_id, why="a fact was wrong", by="", key=KEYS["Rex"], at=LATER)
    with pytest.raises(RefusedError, match="retracted at 2027-03-21 08:00Z: a fact was wrong"):
        public(mission)
    sound(mission, alone)


def test_whoever_recorded_what_is_in_it_neither_approves_nor_publishes_it(
    mission: Folder, alone: ModuleType
) -> None:
    fact(mission, FactKind.TRUCE_CONCLUDED, "Vic")
    made = proposed(mission)
    with pytest.raises(RefusedError, match="vic recorded what it tells of the ledger"):
        approve(mission, made.proposal.release_id, by="", key=KEYS["Vic"], at=LATER)
    straight(mission, step(mission, "Vic", Kind.RELEASE_APPROVED, made))
    broken(mission, alone, "author, verifier and releaser are three people")


def test_what_the_ledger_was_released_from_can_be_disclosed_later_and_proved_the_same(
    mission: Folder,
) -> None:
    made = through(mission, proposed(mission))
    checkpoint(mission, at=LATER + timedelta(hours=3))
    (ident,) = public(mission)
    raw = disclosed(known(mission.path), made, ident)
    policy = read_policy(log_policy(known(mission.path).mission, mission.journal.key).encode())
    proof, shown = check_disclosed(raw, policy)
    assert proof.root == record_of(mission, made)["withheld"]["root"]  # type: ignore[index, call-overload]
    assert shown is not None
    assert WORDS not in raw.decode()
    row = json.loads(str(proof.row["written"]))
    assert (row["fact_id"], row["kind"]) == (ident, "ceasefire_in_force")


def test_a_released_day_tells_of_the_ledger_what_was_released_of_it(mission: Folder) -> None:
    made = propose(mission, Audience.PUBLIC, first=DAY, last=DAY, by="", key=KEYS["Ann"], at=LATER)
    through(mission, made)
    assert day_of(walk(mission.path, day=DAY), audience=Audience.PUBLIC).ledger is None
    through(mission, proposed(mission))
    assert day_of(walk(mission.path, day=DAY), audience=Audience.PUBLIC).ledger is not None
    assert [one.of_ledger for one in all_releases(known(mission.path))] == [False, True]
