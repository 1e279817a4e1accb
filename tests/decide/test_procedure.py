"""The full procedure: quorum, seats, replies in their days, dissents, appeals, remedies, retraction and reopening."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from trucewatch.decide.decide import decide, determinations
from trucewatch.model.decision import Case, CaseRules, CaseState, Cause, Move, MoveKind, Outcome, Role

START = datetime(2027, 3, 1, 8, tzinfo=UTC)
ASSESSMENTS = pl.DataFrame({"assessment_id": ["a1"], "incident_id": ["i1"], "clause_id": ["line/EX-1"]})
BODY = "Special Commission (exercise)"
RULES = CaseRules(
    body=BODY,
    seats=("chair", "first", "second"),
    quorum=2,
    reply_days=3,
    standard_of_proof="reasonable grounds",
)
MADE = START - timedelta(days=1)


def move(kind: MoveKind, role: Role, by: str, *, day: float, **stated: object) -> Move:
    at = START + timedelta(days=day)
    plain = Move(move_id=f"{kind}-{by}-{day}", case_id="c", kind=kind, by=by, role=role, at=at, words="said")
    return replace(plain, **stated)  # type: ignore[arg-type]


def vote(by: str, seat: str, outcome: Outcome = Outcome.BREACH_BY_A, *, day: float) -> Move:
    return move(MoveKind.VOTE, Role.BODY, by, day=day, seat=seat, outcome=outcome)


OPEN = move(MoveKind.OPEN, Role.PARTY, "Liaison B", day=0, party="B", assessment_id="a1")
TRIAGE = move(MoveKind.TRIAGE, Role.ANALYST, "Ann", day=1)
INQUIRE = move(MoveKind.INQUIRE, Role.VERIFIER, "Vic", day=2)
FIND = move(MoveKind.FIND, Role.VERIFIER, "Vic", day=3)
REPLIES = (
    move(MoveKind.REPLY, Role.PARTY, "Liaison A", day=4, party="A"),
    move(MoveKind.REPLY, Role.PARTY, "Liaison B", day=4.5, party="B"),
)
DELIBERATE = move(MoveKind.DELIBERATE, Role.BODY, "Chair", day=5)
VOTES = (vote("Chair", "chair", day=5.1), vote("Fay", "first", day=5.2))
DISSENT = move(
    MoveKind.DISSENT, Role.BODY, "Sol", day=5.3, seat="second", words="The craters were not measured."
)
RULED = {"body": BODY, "outcome": Outcome.BREACH_BY_A, "standard_of_proof": "reasonable grounds"}
DETERMINE = move(MoveKind.DETERMINE, Role.BODY, "Chair", day=6, **RULED)
REMEDY = move(MoveKind.REMEDY, Role.BODY, "Chair", day=7, owner="Party A", due_utc=START + timedelta(days=10))
FOLLOW_UP = move(
    MoveKind.FOLLOW_UP,
    Role.VERIFIER,
    "Vic",
    day=13,
    done_utc=START + timedelta(days=12),
    evidence=("visit 7",),
)
APPEAL = move(MoveKind.APPEAL, Role.PARTY, "Liaison A", day=14, party="A")
HEARD = (OPEN, TRIAGE, INQUIRE, FIND, *REPLIES)
DECIDED = (*HEARD, DELIBERATE, *VOTES, DISSENT, DETERMINE)


def case(*moves: Move, rules: CaseRules = RULES) -> Case:
    (only,) = decide(ASSESSMENTS, moves, exercise=True, rules={"line": ((MADE, rules),)})
    return only


def reason(*moves: Move, rules: CaseRules = RULES) -> str:
    found = case(*moves, rules=rules)
    ((refused, why),) = found.refused
    assert refused == moves[-1]
    return why


def test_a_case_walks_the_whole_way_to_a_remedy_done_late_and_its_close() -> None:
    found = case(*DECIDED, REMEDY, FOLLOW_UP, move(MoveKind.CLOSE, Role.BODY, "Chair", day=15))
    assert found.refused == ()
    assert found.state is CaseState.CLOSED
    assert [d.words for d in found.dissents] == ["The craters were not measured."]
    (remedy,) = found.remedies
    assert (remedy.owner, remedy.late, remedy.evidence) == ("Party A", True, ("visit 7",))
    assert len(determinations([found])) == 1


@pytest.mark.parametrize(
    ("moves", "why"),
    [
        ((*HEARD, DETERMINE), "0 of the quorum's 2 seats have voted for it"),
        ((*HEARD, DELIBERATE, VOTES[0], DETERMINE), "1 of the quorum's 2 seats have voted for it"),
        (
            (*HEARD, DELIBERATE, VOTES[0], vote("Fay", "first", Outcome.ACCIDENT, day=5.2), DETERMINE),
            "1 of the quorum's 2 seats have voted for it",
        ),
        ((*HEARD, DELIBERATE, *VOTES, vote("Chair", "second", day=5.5)), "nobody votes twice"),
        ((*HEARD, DELIBERATE, *VOTES, vote("Gil", "first", day=5.5)), "nobody votes twice"),
        ((*HEARD, DELIBERATE, vote("Fay", "fourth", day=5.5)), "fourth has no seat"),
        ((*HEARD, DELIBERATE, vote("Fay", "", day=5.5)), "cast for a seat"),
        ((*HEARD, DELIBERATE, replace(VOTES[0], outcome=None)), "a vote is for an outcome"),
        (
            (*HEARD, DELIBERATE, *VOTES, replace(DETERMINE, body="Joint Commission")),
            "may not determine under it",
        ),
        (
            (*HEARD, DELIBERATE, *VOTES, replace(DETERMINE, standard_of_proof="certain")),
            "standard of proof is",
        ),
        ((*HEARD, vote("Chair", "chair", day=5)), "a case that is replied takes no vote"),
        (
            (*HEARD[:-1], move(MoveKind.REPLY, Role.BODY, "Chair", day=4.6, party="B")),
            "party B has 3 days to reply",
        ),
        ((*HEARD, DELIBERATE, replace(DISSENT, words=" ")), "a dissent is kept whole"),
        ((*DECIDED, replace(REMEDY, due_utc=None)), "an owner and a day"),
        ((*DECIDED, replace(REMEDY, due_utc=START)), "due after it is set"),
        ((*DECIDED, REMEDY, replace(FOLLOW_UP, evidence=())), "shown by evidence"),
        ((*DECIDED, REMEDY, replace(FOLLOW_UP, done_utc=START + timedelta(days=40))), "in the time to come"),
        ((*DECIDED, replace(REMEDY, owner=None, due_utc=None), FOLLOW_UP), "nothing to follow up"),
        ((OPEN, replace(TRIAGE, by="Liaison B")), "may not triage it"),
        ((OPEN, move(MoveKind.RETRACT, Role.ANALYST, "Ann", day=1)), "retracted by whoever made it"),
        (
            (OPEN, move(MoveKind.JOIN, Role.ANALYST, "Ann", day=1, other_case="c")),
            "joined to another: name it",
        ),
        (
            (OPEN, move(MoveKind.JOIN, Role.ANALYST, "Ann", day=1, other_case="d")),
            "there is no case d to join",
        ),
        ((*DECIDED, replace(APPEAL, words="")), "an appeal gives its reasons"),
        ((*DECIDED, move(MoveKind.REOPEN, Role.VERIFIER, "Vic", day=20)), "opened again for a cause"),
        (
            (*DECIDED, move(MoveKind.REOPEN, Role.VERIFIER, "Vic", day=20, cause=Cause.MERGE, words="")),
            "say in words why",
        ),
    ],
)
def test_what_the_rules_do_not_allow_is_refused_in_words(moves: tuple[Move, ...], why: str) -> None:
    assert why in reason(*moves)


def test_a_partys_time_has_passed_when_its_days_have() -> None:
    lapsed = move(MoveKind.REPLY, Role.BODY, "Chair", day=6.5, party="B")
    assert case(*HEARD[:-1], lapsed).refused == ()


def test_an_appeal_is_decided_by_somebody_else_and_the_determination_stands_until_then() -> None:
    appealed = case(*DECIDED, APPEAL)
    assert (appealed.state, appealed.determination is None) == (CaseState.APPEALED, False)
    again = (
        move(MoveKind.DELIBERATE, Role.BODY, "Fay", day=15),
        vote("Chair", "chair", Outcome.ACCIDENT, day=15.1),
        vote("Fay", "first", Outcome.ACCIDENT, day=15.2),
    )
    anew = {**RULED, "outcome": Outcome.ACCIDENT}
    same = move(MoveKind.DETERMINE, Role.BODY, "Chair", day=16, **anew)
    assert "may not decide the appeal" in reason(*DECIDED, APPEAL, *again, same)
    found = case(*DECIDED, APPEAL, *again, move(MoveKind.DETERMINE, Role.BODY, "Fay", day=16, **anew))
    assert found.determination is not None
    assert found.determination.outcome is Outcome.ACCIDENT
    assert [d.outcome for d in found.earlier] == [Outcome.BREACH_BY_A]
    assert len(found.dissents) == 1


def test_a_retracted_determination_no_longer_stands_and_is_kept() -> None:
    found = case(*DECIDED, move(MoveKind.RETRACT, Role.BODY, "Chair", day=8))
    assert (found.state, found.determination) == (CaseState.DELIBERATING, None)
    assert [d.outcome for d in found.earlier] == [Outcome.BREACH_BY_A]


def test_a_reopened_case_needs_a_new_finding_and_hears_both_parties_again() -> None:
    reopened = (
        *DECIDED,
        move(MoveKind.REOPEN, Role.VERIFIER, "Vic", day=20, cause=Cause.MERGE),
        move(MoveKind.FIND, Role.VERIFIER, "Vic", day=21),
        move(MoveKind.REPLY, Role.PARTY, "Liaison A", day=22, party="A"),
        move(MoveKind.DELIBERATE, Role.BODY, "Chair", day=23),
        vote("Chair", "chair", day=23.1),
        vote("Fay", "first", day=23.2),
    )
    again = move(MoveKind.DETERMINE, Role.BODY, "Chair", day=24, **RULED)
    assert "party B has neither replied" in reason(*reopened, again)


def test_a_case_is_decided_by_the_rules_that_stood_when_the_move_was_made() -> None:
    later = ((MADE, replace(RULES, quorum=None)), (START + timedelta(days=30), RULES))
    (found,) = decide(ASSESSMENTS, (*HEARD, DETERMINE), exercise=True, rules={"line": later})
    assert found.state is CaseState.DETERMINED
