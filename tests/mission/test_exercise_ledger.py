"""The exercise's ledger: the board before and after a ceasefire and a determination, late, contested, withdrawn."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from trucewatch.errors import InputError, RefusedError
from trucewatch.mission.deeds import case_named, record_fact, record_move
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.known import known
from trucewatch.mission.pledges import (
    clocks_for,
    ledger_at,
    places_for,
    record_contest,
    record_counts_as,
    record_status,
    record_withdrawal,
)
from trucewatch.mission.walk import cases_of
from trucewatch.model.annotation import StatusKind
from trucewatch.model.decision import Move, MoveKind, Outcome, Role
from trucewatch.model.response import StepState
from trucewatch.model.statement import Fact, FactKind
from trucewatch.model.vocabulary import Audience, Truth

BODY = "Special Commission (exercise)"
MADE = datetime(2027, 2, 28, 12, tzinfo=UTC)
FORCE = datetime(2027, 3, 1, tzinfo=UTC)
BEGAN = datetime(2027, 3, 4, 6, tzinfo=UTC)
RULED = datetime(2027, 3, 6, 12, tzinfo=UTC)
STEPS = (
    ("Analyst", Role.ANALYST, MoveKind.OPEN, None),
    ("Verifier", Role.VERIFIER, MoveKind.FIND, None),
    ("Liaison of A", Role.PARTY, MoveKind.REPLY, "A"),
    ("Liaison of B", Role.PARTY, MoveKind.REPLY, "B"),
    ("Chair", Role.BODY, MoveKind.DETERMINE, None),
)


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    plan = Plan(
        name="exercise", agreements=("exercise-line",), packs=("exercise-ab",), exercise=True, replay=True
    )
    return init(tmp_path / "m", plan, by="Registrar", at=MADE)


def ceasefire(folder: Folder, at: datetime, *, kind: FactKind = FactKind.CEASEFIRE_IN_FORCE) -> Fact:
    return record_fact(
        folder, kind=kind, holds=True, from_utc=FORCE, by="Registrar", on="EXERCISE: both notes", at=at
    )


def determination(folder: Folder, *, began: datetime | None = BEGAN) -> None:
    case_id = ""
    for hours, (by, role, kind, party) in enumerate(STEPS):
        at = RULED - timedelta(hours=len(STEPS) - 1 - hours)
        determined = kind is MoveKind.DETERMINE
        move = Move(
            move_id="",
            case_id=case_id,
            kind=kind,
            by=by,
            role=role,
            at=at,
            words="EXERCISE",
            incident_id="incident-1",
            clause_id="exercise-line/EX-1",
            party=party,
            body=BODY if determined else None,
            outcome=Outcome.BREACH_BY_B if determined else None,
            standard_of_proof="reasonable grounds" if determined else None,
            breach_utc=began if determined else None,
        )
        case_id = case_id or case_named(move)
        record_move(folder, replace(move, case_id=case_id), by=by, at=at)


def board(folder: Folder, at: datetime, known_at: datetime | None = None) -> dict[str, Truth | None]:
    record = known(folder.path, known_at=known_at)
    standings = ledger_at(record, cases_of(record), at=at).standings
    return {s.statement.statement_id: s.met for s in standings}


def steps(folder: Folder, at: datetime, audience: Audience = Audience.BODY) -> list[StepState]:
    record = known(folder.path)
    (clock,) = clocks_for(record, cases_of(record), at=at, audience=audience)
    return [step.state for step in clock.steps]


def test_the_board_before_and_after_a_ceasefire_and_a_determination(mission: Folder) -> None:
    assert board(mission, RULED)["X001"] is board(mission, RULED)["X002"] is Truth.UNKNOWN
    ceasefire(mission, FORCE + timedelta(minutes=5))
    assert (board(mission, RULED)["X002"], board(mission, RULED)["X001"]) == (Truth.YES, Truth.UNKNOWN)
    assert board(mission, FORCE - timedelta(hours=1))["X002"] is Truth.UNKNOWN
    determination(mission)
    assert board(mission, RULED)["X001"] is Truth.YES
    assert board(mission, RULED - timedelta(minutes=1))["X001"] is Truth.UNKNOWN
    assert board(mission, RULED)["X003"] is Truth.UNKNOWN


def test_a_ceasefire_recorded_late_is_there_from_its_own_hour_and_was_not_known_before(
    mission: Folder,
) -> None:
    late = FORCE + timedelta(days=3)
    ceasefire(mission, late)
    noon = FORCE + timedelta(hours=12)
    assert board(mission, noon)["X002"] is Truth.YES
    assert board(mission, noon, known_at=late - timedelta(hours=1))["X002"] is Truth.UNKNOWN
    assert board(mission, noon, known_at=late)["X002"] is Truth.YES


def test_a_contest_leaves_it_unknown_from_when_it_is_known_and_its_withdrawal_mends_it(
    mission: Folder,
) -> None:
    fact = ceasefire(mission, FORCE)
    one, two = FORCE + timedelta(hours=1), FORCE + timedelta(hours=2)
    contest = record_contest(
        mission,
        of=fact.fact_id[:8],
        contested_by="Party B",
        by="Liaison of B",
        on="it was not signed",
        at=one,
    )
    assert contest.of == fact.fact_id
    assert board(mission, FORCE)["X002"] is Truth.UNKNOWN
    assert board(mission, FORCE, known_at=FORCE + timedelta(minutes=30))["X002"] is Truth.YES
    record = known(mission.path)
    (state,) = ledger_at(record, (), at=FORCE).standings[1].conditions
    assert "contested by Party B" in state.because
    assert state.contests == (contest,)
    with pytest.raises(RefusedError, match="its recorder withdraws it"):
        record_withdrawal(mission, of=contest.contest_id, by="Registrar", on="mine?", at=two)
    record_withdrawal(mission, of=contest.contest_id, by="Liaison of B", on="it was signed", at=two)
    assert board(mission, FORCE)["X002"] is Truth.YES


def test_a_fact_that_its_recorder_withdraws_is_as_if_it_were_not_made(mission: Folder) -> None:
    fact = ceasefire(mission, FORCE)
    record_withdrawal(mission, of=fact.fact_id, by="Registrar", on="an error", at=FORCE + timedelta(hours=1))
    assert board(mission, RULED)["X002"] is Truth.UNKNOWN
    assert board(mission, RULED, known_at=FORCE)["X002"] is Truth.YES
    assert known(mission.path).facts == (fact,)


def test_a_named_persons_reading_counts_one_as_another_until_it_is_contested(mission: Folder) -> None:
    ceasefire(mission, FORCE, kind=FactKind.TRUCE_CONCLUDED)
    assert board(mission, RULED)["X002"] is Truth.UNKNOWN
    read = record_counts_as(
        mission,
        kind=FactKind.TRUCE_CONCLUDED,
        trigger=FactKind.CEASEFIRE_IN_FORCE,
        words=None,
        statement="X002",
        pack=None,
        by="Legal adviser",
        on="the letters mean this truce",
        at=FORCE,
    )
    assert (read.pack, read.statement_id) == ("exercise-ab", "X002")
    assert (board(mission, RULED)["X002"], board(mission, RULED)["X001"]) == (Truth.YES, Truth.UNKNOWN)
    record_contest(mission, of=read.counts_as_id, contested_by="G", by="Envoy of G", on="no", at=FORCE)
    assert board(mission, RULED)["X002"] is Truth.UNKNOWN


def test_the_clocks_run_from_the_first_breach_as_determined_for_the_body_and_guarantors(
    mission: Folder,
) -> None:
    assert steps(mission, RULED) == [StepState.NOT_STARTED] * 2
    determination(mission)
    assert steps(mission, RULED - timedelta(minutes=1)) == [StepState.NOT_STARTED] * 2
    assert steps(mission, RULED, Audience.GUARANTOR) == [StepState.PASSED, StepState.RUNNING]
    record_status(
        mission,
        of="CLK/first-answer",
        kind=StatusKind.DONE,
        from_utc=RULED,
        for_actor="G",
        body=None,
        by="Envoy of G",
        on="EXERCISE: a note to B",
        at=RULED,
    )
    assert steps(mission, RULED) == [StepState.RECORDED, StepState.RUNNING]


@pytest.mark.parametrize(
    "audience", [Audience.INTERNAL, Audience.PUBLIC, Audience.PARTY_A, Audience.PARTY_B], ids=str
)
def test_nobody_else_sees_a_clock(mission: Folder, audience: Audience) -> None:
    record = known(mission.path)
    with pytest.raises(RefusedError, match="clocks are shown to body and guarantor only"):
        clocks_for(record, (), at=RULED, audience=audience)


def test_no_clock_leaves_a_mission_that_is_no_exercise(tmp_path: Path) -> None:
    plan = Plan(name="real", agreements=("paris-2026",), packs=("paris-declaration",), replay=True)
    record = known(init(tmp_path / "m", plan, by="ann", at=MADE).path)
    with pytest.raises(RefusedError, match="no release policy"):
        clocks_for(record, (), at=RULED, audience=Audience.BODY)


def test_no_place_of_a_hub_leaves_to_anybody(mission: Folder) -> None:
    record = known(mission.path)
    assert places_for(record, at=RULED, audience=Audience.INTERNAL)["exact_place"].to_list() == [None]
    with pytest.raises(RefusedError, match="nothing may leave"):
        places_for(record, at=RULED, audience=Audience.BODY)


def test_what_became_of_a_statement_is_recorded_by_its_actor_or_its_body_only(mission: Folder) -> None:
    def say(of: str, kind: StatusKind, actor: str | None, body: str | None) -> None:
        record_status(
            mission,
            of=of,
            kind=kind,
            from_utc=FORCE,
            for_actor=actor,
            body=body,
            by="x",
            on="a note",
            at=FORCE,
        )

    with pytest.raises(
        RefusedError, match=r"only G or the Special Commission \(exercise\) may say so of X001"
    ):
        say("X001", StatusKind.IN_FORCE, "H", None)
    with pytest.raises(RefusedError, match="may not"):
        say("X001", StatusKind.BROKEN, None, "Joint Commission (exercise)")
    with pytest.raises(RefusedError, match="record it as done"):
        say("CLK/meeting", StatusKind.BROKEN, "G", None)
    with pytest.raises(RefusedError, match="is recorded for G, H"):
        say("CLK/meeting", StatusKind.DONE, "A", None)
    with pytest.raises(InputError, match="say who says so"):
        say("X001", StatusKind.IN_FORCE, None, None)
    with pytest.raises(InputError, match="no statement 'X9'"):
        say("X9", StatusKind.IN_FORCE, "G", None)
    say("X001", StatusKind.IN_FORCE, "G", None)
    record = known(mission.path)
    assert ledger_at(record, (), at=RULED).standings[0].status is StatusKind.IN_FORCE


BREACH, ATTACK = FactKind.BREACH_DETERMINED, FactKind.ATTACK_DETERMINED
TRUCE, FIRE = FactKind.TRUCE_CONCLUDED, FactKind.CEASEFIRE_IN_FORCE


@pytest.mark.parametrize(
    ("kind", "trigger", "words", "fault", "met"),
    [
        (TRUCE, BREACH, None, RefusedError, "only the body that counts"),
        (ATTACK, FIRE, None, RefusedError, "only the body that counts"),
        (TRUCE, TRUCE, None, InputError, "counts as itself"),
        (TRUCE, None, None, InputError, "say what it counts as"),
        (TRUCE, FIRE, "x", InputError, "say what it counts as"),
    ],
)
def test_a_reading_that_says_nothing_or_too_much_is_refused(
    mission: Folder,
    kind: FactKind,
    trigger: FactKind | None,
    words: str | None,
    fault: type[Exception],
    met: str,
) -> None:
    with pytest.raises(fault, match=met):
        record_counts_as(
            mission,
            kind=kind,
            trigger=trigger,
            words=words,
            statement=None,
            pack=None,
            by="x",
            on="y",
            at=FORCE,
        )


def test_the_same_record_made_twice_is_once(mission: Folder) -> None:
    fact = ceasefire(mission, FORCE)
    made: Sequence[object] = [
        record_contest(mission, of=fact.fact_id, contested_by="B", by="x", on="no", at=FORCE)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert len(known(mission.path).annotations.contests) == 1


@pytest.mark.parametrize("of", ["", "ffffffff"])
def test_what_is_not_on_record_cannot_be_contested(mission: Folder, of: str) -> None:
    ceasefire(mission, FORCE)
    with pytest.raises(InputError, match="`trucewatch fact list` prints them"):
        record_contest(mission, of=of, contested_by="B", by="x", on="no", at=FORCE)


RING = """
exercise = true
[[document]]
name = "D"
stated_on = 2025-01-01
language = "en"
source = "invented"
[[statement]]
id = "Y1"
kind = "commitment"
actor = "H"
speaks_for = "H"
said_by = "Envoy of H"
modality = "will"
action = "send"
what = "guards"
document = "D"
condition = [{ as_written = "once X900 is in force", awaits = "exercise-ab/X900" }]
"""


def test_a_ring_over_two_packs_is_refused_before_it_is_recorded(mission: Folder) -> None:
    packs = mission.path / "statements"
    (packs / "own").mkdir()
    (packs / "own" / "statements.toml").write_text(RING, "utf-8")
    shipped = packs / "exercise-ab" / "statements.toml"
    entry = RING[RING.index("[[statement]]") :].replace("Y1", "X900").replace("exercise-ab/X900", "own/Y1")
    entry = entry.replace('document = "D"', 'document = "Guarantee letters (exercise)"')
    shipped.write_text(shipped.read_text("utf-8") + entry, "utf-8")
    table = mission.path / "trucewatch.toml"
    table.write_text(table.read_text("utf-8").replace('"exercise-ab"]', '"exercise-ab", "own"]'), "utf-8")
    with pytest.raises(InputError, match=r"in a ring.*own/Y1 waits for exercise-ab/X900"):
        ceasefire(mission, FORCE)
