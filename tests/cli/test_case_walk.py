"""One case through every verb: both replies, a quorum, a dissent, an appeal, and a remedy done late."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from trucewatch.mission.deeds import record_move
from trucewatch.mission.folder import Plan, init, settle
from trucewatch.model.decision import Move, MoveKind, Role

START = datetime(2027, 3, 2, 8, tzinfo=UTC)
BODY = "Special Commission (exercise)"
PROCEDURE = """
[procedure]
body = "Special Commission (exercise)"
quorum = 2
reply_days = 3
standard_of_proof = "reasonable grounds"
"""


def at(day: float) -> str:
    return (START + timedelta(days=day)).isoformat()


@pytest.fixture
def mission(tmp_path: Path) -> Path:
    plan = Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True, replay=True)
    folder = init(tmp_path / "m", plan, by="ann", at=START)
    text = folder.path / "agreements/exercise-line/agreement.md"
    whole = text.read_text("utf-8").replace("+++\n\n# Exercise", f"{PROCEDURE}+++\n\n# Exercise", 1)
    seats = whole.replace('members = ["guarantors"]', 'members = ["chair", "guarantors", "second"]')
    text.write_text(seats, "utf-8")
    settle(folder, by="ann", at=START)
    opening = Move(
        move_id="",
        case_id="c",
        kind=MoveKind.OPEN,
        by="",
        role=Role.PARTY,
        party="B",
        at=START + timedelta(hours=1),
        words="Fire fell in the zone.",
        incident_id="i1",
        clause_id="exercise-line/EX-1",
    )
    record_move(folder, opening, by="Liaison of B", at=START + timedelta(hours=1))
    return folder.path


RULED = ("--body", BODY, "--standard", "reasonable grounds", "--words", "The craters match.")
WALK = (
    (1, "Ann", "triage", "--words", "A zone, a time, two posts."),
    (2, "Vic", "inquire", "--role", "verifier", "--words", "Visited the place."),
    (3, "Vic", "find", "--words", "Craters match the reports."),
    (4, "Liaison of A", "reply", "--party", "A", "--words", "It was not ours."),
    (4.5, "Liaison of B", "reply", "--party", "B", "--words", "We saw it."),
    (5, "Chair", "deliberate", "--words", "All three sit."),
    (5.1, "Chair", "vote", "--seat", "chair", "--outcome", "breach_by_A"),
    (5.2, "Fay", "vote", "--seat", "guarantors", "--outcome", "breach_by_A"),
    (5.3, "Sol", "dissent", "--seat", "second", "--words", "The craters were not measured."),
    (6, "Chair", "determine", "--outcome", "breach_by_A", *RULED),
    (7, "Liaison of A", "appeal", "--party", "A", "--words", "The line was drawn elsewhere."),
    (8, "Fay", "deliberate", "--words", "On the appeal."),
    (8.1, "Fay", "vote", "--seat", "guarantors", "--outcome", "breach_by_A"),
    (8.2, "Chair", "vote", "--seat", "chair", "--outcome", "breach_by_A"),
    (9, "Fay", "determine", "--outcome", "breach_by_A", *RULED),
    (10, "Fay", "remedy", "--owner", "Party A", "--due", at(15), "--words", "Mortars leave the zone."),
    (20, "Vic", "follow-up", "--done-at", at(18), "--evidence", "visit 9", "--words", "They have left."),
    (21, "Fay", "close", "--words", "Done, late."),
)


def test_a_case_is_walked_from_an_allegation_to_a_remedy_done_late(run_here, mission: Path) -> None:
    for day, by, verb, *rest in WALK:
        told = run_here("case", verb, "c", *rest, "--by", by, "--at", at(day), cwd=mission)
        assert (told.returncode, told.stderr) == (0, ""), (verb, told.stderr)
        assert told.stdout.startswith("EXERCISE")
    lines = told.stdout.splitlines()
    assert any(line.startswith("earlier, no longer standing:") for line in lines)
    assert "dissent of Sol (unsigned), second: The craters were not measured." in lines
    assert any("(late), on visit 9" in line for line in lines)
    shown = json.loads(run_here("case", "show", "c", "--json", cwd=mission).stdout)
    assert (shown["case"]["state"], len(shown["case"]["moves"])) == ("closed", len(WALK) + 1)
    assert run_here("record", "verify", cwd=mission).returncode == 0


@pytest.mark.parametrize(
    ("step", "by", "verb", "why"),
    [
        (1, "Liaison of B", WALK[0][2:], "whoever opened the case may not triage it"),
        (3, "Vic", ("reply", "--party", "A", "--words", "No."), "may not reply in it for a party"),
        (4, "Chair", ("reply", "--party", "B", "--lapsed", "--words", "Late."), "has 3 days to reply"),
        (5, "Chair", ("determine", "--outcome", "accident", *RULED), "0 of the quorum's 2 seats"),
        (7, "Chair", ("vote", "--seat", "chair", "--outcome", "accident"), "nobody votes twice"),
    ],
)
def test_what_the_procedure_refuses_is_refused_by_policy(
    run_here, mission: Path, step: int, by: str, verb: tuple[str, ...], why: str
) -> None:
    for day, who, done, *rest in WALK[: step - 1 if step == 1 else step]:
        assert run_here("case", done, "c", *rest, "--by", who, "--at", at(day), cwd=mission).returncode == 0
    tried = (verb[0], "c", *verb[1:])
    told = run_here("case", *tried, "--by", by, "--at", at(5.9), cwd=mission)
    assert (told.returncode, why in told.stderr) == (3, True), told.stderr
