"""The desk at a moment: replies and remedies that are due, parties that were silent, cases opened again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import exercised as ex
import polars as pl

from trucewatch.decide.decide import decide
from trucewatch.mission.docket_view import DocketView, Owed, docket_view
from trucewatch.model.decision import CaseRules, Move, MoveKind, Outcome, Role

START = datetime(2027, 3, 1, tzinfo=UTC)
ASSESSED = pl.DataFrame({"assessment_id": ["a"], "incident_id": ["i"], "clause_id": ["line/EX-1"]})
TOLD = CaseRules(reply_days=3, on_silence="the Commission goes on with what it has")
RULES = {"line": ((START, TOLD),)}


def move(kind: MoveKind, role: Role, by: str, day: float, **stated: object) -> Move:
    return Move(
        move_id=f"{day}",
        case_id="c",
        kind=kind,
        by=by,
        role=role,
        at=START + timedelta(days=day),
        words="leave the zone",
        **stated,  # type: ignore[arg-type]
    )


FOUND = (
    move(MoveKind.OPEN, Role.ANALYST, "Ann", 0, assessment_id="a"),
    move(MoveKind.FIND, Role.VERIFIER, "Vic", 1),
    move(MoveKind.REPLY, Role.PARTY, "La", 2, party="A"),
)
RULED = (
    *FOUND,
    move(MoveKind.REPLY, Role.PARTY, "Lb", 2.5, party="B"),
    move(
        MoveKind.DETERMINE,
        Role.BODY,
        "Chair",
        3,
        body="b",
        outcome=Outcome.ACCIDENT,
        standard_of_proof="reasonable grounds",
    ),
    move(MoveKind.REMEDY, Role.BODY, "Chair", 4, owner="Party A", due_utc=START + timedelta(days=10)),
)


def view(*moves: Move, day: float, rules: dict[str, object] = RULES) -> DocketView:  # type: ignore[assignment]
    cases = decide(ASSESSED, moves, exercise=True)
    return docket_view(cases, rules, at=START + timedelta(days=day))  # type: ignore[arg-type]


def test_a_reply_is_due_until_the_days_that_the_agreement_gives_have_passed() -> None:
    (due,) = view(*FOUND, day=3.9).due
    assert (due.what, due.by_whom, due.due_utc, due.late) == (
        Owed.REPLY,
        "party B",
        START + timedelta(days=4),
        False,
    )
    passed = view(*FOUND, day=4)
    assert passed.due == ()
    (silent,) = passed.silent
    assert (silent.party, silent.follows) == ("B", TOLD.on_silence)


def test_where_the_text_names_no_days_none_is_due_and_nobody_is_silent() -> None:
    told = view(*FOUND, day=30, rules={})
    assert (told.due, told.silent) == ((), ())


def test_a_remedy_is_due_by_its_day_and_late_after_it_until_it_is_done() -> None:
    assert [(one.what, one.by_whom, one.late) for one in view(*RULED, day=9).due] == [
        (Owed.REMEDY, "Party A", False)
    ]
    assert [one.late for one in view(*RULED, day=11).due] == [True]
    done = move(
        MoveKind.FOLLOW_UP, Role.VERIFIER, "Vic", 12, done_utc=START + timedelta(days=11), evidence=("visit",)
    )
    assert view(*RULED, done, day=13).due == ()


def test_a_case_opened_again_is_named_until_somebody_takes_it_up() -> None:
    again = move(MoveKind.REOPEN, Role.PROGRAM, "trucewatch", 12, cause="merge", records=(1,))
    assert view(*RULED, again, day=13).reopened == ("c",)
    taken = move(MoveKind.INQUIRE, Role.VERIFIER, "Vic", 14)
    assert view(*RULED, again, taken, day=15).reopened == ()


def test_what_waits_for_triage_is_in_its_lane() -> None:
    lanes = view(FOUND[0], day=1).waiting
    assert [one.case_id for held in lanes.values() for one in held] == ["c"]


def test_the_verb_says_what_is_due_and_who_was_silent(tmp_path: Path, run_here) -> None:
    folder = ex.mission(tmp_path)
    case_id = ex.opened_on(folder, 0.5).case_id
    ex.decided(folder, case_id)
    day = ex.START + timedelta(days=5)
    ex.moved(folder, case_id, MoveKind.REMEDY, Role.BODY, "Chair", hours=20, owner="Party B", due_utc=day)
    late = (day + timedelta(days=1)).isoformat()
    told = run_here("case", "due", "--at", late, cwd=folder.path)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[1:] == [
        f"2027-03-07 00:00Z  {case_id}  remedy  Party B  late",
        "  en: Party B was to have done by 2027-03-07 00:00Z: “EXERCISE: remedy”. Nothing shows that it was done.",
    ]
