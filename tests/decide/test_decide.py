"""Cases: only the table's moves are legal, three people make them, and only a body determines."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.decide.decide import decide, determinations
from trucewatch.decide.moves import LEGAL
from trucewatch.model.decision import PROGRAM, Case, CaseState, Cause, Move, MoveKind, Outcome, Role

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
ASSESSMENTS = pl.DataFrame(
    {
        "assessment_id": ["a1", "a2"],
        "incident_id": ["i1", "i2"],
        "clause_id": ["tcg-2020/AM-3", "tcg-2020/AM-2"],
    }
)
BODY = "Special Commission (exercise)"
MIRROR = {
    "A": "B",
    "B": "A",
    Outcome.BREACH_BY_A: Outcome.BREACH_BY_B,
    Outcome.BREACH_BY_B: Outcome.BREACH_BY_A,
}


def move(kind: MoveKind, role: Role, by: str, *, hours: int = 0, **stated: object) -> Move:
    plain = Move(
        move_id=f"{hours:02d}-{kind}-{by}",
        case_id="case-1",
        kind=kind,
        by=f"{by} (unsigned)",
        role=role,
        at=START + timedelta(hours=hours),
        words="",
    )
    return replace(plain, **stated)  # type: ignore[arg-type]


OPEN = move(MoveKind.OPEN, Role.ANALYST, "Ada", hours=0, assessment_id="a1")
FIND = move(MoveKind.FIND, Role.VERIFIER, "Bo", hours=1)
REPLY_A = move(MoveKind.REPLY, Role.PARTY, "Cy", hours=2, party="A")
REPLY_B = move(MoveKind.REPLY, Role.PARTY, "Di", hours=3, party="B")
RULED = {"body": BODY, "outcome": Outcome.BREACH_BY_A, "standard_of_proof": "reasonable grounds"}
DETERMINE = move(MoveKind.DETERMINE, Role.BODY, "Eve", hours=4, **RULED)
REMEDY = move(MoveKind.REMEDY, Role.BODY, "Eve", hours=5)
CLOSE = move(MoveKind.CLOSE, Role.BODY, "Eve", hours=6)
WHOLE = (OPEN, FIND, REPLY_A, REPLY_B, DETERMINE, REMEDY, CLOSE)


def case(*moves: Move, exercise: bool = True) -> Case:
    (only,) = decide(ASSESSMENTS, moves, exercise=exercise)
    return only


def reason(*moves: Move, exercise: bool = True) -> str:
    """The reason for which the last of `moves`, and no other, was refused."""
    found = case(*moves, exercise=exercise)
    ((refused, why),) = found.refused
    assert refused == moves[-1]
    assert found.moves == moves[:-1]
    return why


@pytest.mark.parametrize(
    ("steps", "state"),
    list(enumerate(["opened", "found", "replied", "replied", "determined", "remedy_set", "closed"], 1)),
)
def test_a_case_walks_from_its_opening_to_its_close(steps: int, state: str) -> None:
    found = case(*WHOLE[:steps])
    assert found.state is CaseState(state)
    assert found.moves == WHOLE[:steps]
    assert found.refused == ()


def test_a_case_bears_the_incident_and_the_clause_of_its_assessment() -> None:
    found = case(*WHOLE)
    assert (found.incident_id, found.clause_id) == ("i1", "tcg-2020/AM-3")
    (made,) = determinations([found])
    assert made.outcome is Outcome.BREACH_BY_A
    assert (made.body, made.clause_id, made.standard_of_proof) == (
        BODY,
        "tcg-2020/AM-3",
        "reasonable grounds",
    )
    assert made.move_id == DETERMINE.move_id


TRIAGE = move(MoveKind.TRIAGE, Role.ANALYST, "Gus", hours=1)
INQUIRE = move(MoveKind.INQUIRE, Role.VERIFIER, "Bo", hours=1)
DELIBERATE = move(MoveKind.DELIBERATE, Role.BODY, "Eve", hours=4)
OWED = {"owner": "Party A", "due_utc": START + timedelta(days=30)}
FOLLOWED = {"done_utc": START + timedelta(hours=6), "evidence": ("visit 7",)}
FOLLOW_UP = move(MoveKind.FOLLOW_UP, Role.VERIFIER, "Bo", hours=7, **FOLLOWED)
APPEAL = move(MoveKind.APPEAL, Role.PARTY, "Cy", hours=5, party="A")
APPEAL = replace(APPEAL, words="The line was drawn elsewhere.")
JOIN = move(MoveKind.JOIN, Role.ANALYST, "Gus", hours=2, other_case="case-0")
RETRACT = move(MoveKind.RETRACT, Role.ANALYST, "Ada", hours=2)
OWED_REMEDY = replace(REMEDY, **OWED)  # type: ignore[arg-type]
REOPEN = move(MoveKind.REOPEN, Role.VERIFIER, "Bo", hours=8, cause=Cause.MERGE, words="They are one.")
OTHER_CASE = replace(OPEN, move_id="other", case_id="case-0", assessment_id="a2")

# A case in each state, to which any move can be put.
REACHED = {
    CaseState.NONE: (),
    CaseState.OPENED: WHOLE[:1],
    CaseState.TRIAGED: (OPEN, TRIAGE),
    CaseState.UNDER_INQUIRY: (OPEN, INQUIRE),
    CaseState.FOUND: WHOLE[:2],
    CaseState.REPLIED: WHOLE[:4],
    CaseState.DELIBERATING: (*WHOLE[:4], DELIBERATE),
    CaseState.DETERMINED: WHOLE[:5],
    CaseState.REMEDY_SET: (*WHOLE[:5], OWED_REMEDY),
    CaseState.FOLLOWED_UP: (*WHOLE[:5], OWED_REMEDY, FOLLOW_UP),
    CaseState.APPEALED: (*WHOLE[:5], APPEAL),
    CaseState.JOINED: (OPEN, JOIN),
    CaseState.RETRACTED: (OPEN, RETRACT),
    CaseState.CLOSED: WHOLE[:7],
    CaseState.REOPENED: (*WHOLE[:5], OWED_REMEDY, REOPEN),
}
ASKED = {
    MoveKind.OPEN: {"assessment_id": "a1", "party": "A"},
    MoveKind.REPLY: {"party": "A"},
    MoveKind.DETERMINE: RULED,
    MoveKind.JOIN: {"other_case": "case-0"},
    MoveKind.ASSIGN: {"owner": "Gus"},
    MoveKind.VOTE: {"outcome": Outcome.ACCIDENT, "seat": "chair"},
    MoveKind.DISSENT: {"words": "The craters were not measured."},
    MoveKind.REMEDY: OWED,
    MoveKind.FOLLOW_UP: FOLLOWED,
    MoveKind.APPEAL: {"party": "A", "words": "The line was drawn elsewhere."},
    MoveKind.RETRACT: {"party": "A"},
    MoveKind.REOPEN: {"cause": Cause.MERGE, "words": "Its incident and another are one.", "records": (7,)},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", MoveKind)
@pytest.mark.parametrize("state", CaseState)
def test_every_pair_of_state_and_move_by_every_role_is_legal_by_the_table_only(
    state: CaseState, kind: MoveKind, role: Role
) -> None:
    before = REACHED[state]
    own = kind is MoveKind.RETRACT and role not in (Role.BODY, Role.PROGRAM)
    by = "Ada" if own else "Flo"  # an allegation is retracted by whoever made it
    if own and state is not CaseState.NONE:
        before = tuple(replace(m, role=role, party="A") if m.by == OPEN.by else m for m in before)
    tried = move(kind, role, by, hours=9, **ASKED.get(kind, {}))
    if role is Role.PROGRAM:
        tried = replace(tried, by=PROGRAM)
    (found,) = (
        c for c in decide(ASSESSMENTS, (OTHER_CASE, *before, tried), exercise=True) if c.case_id == "case-1"
    )
    roles, after = LEGAL.get((state, kind), (frozenset(), state))
    if role in roles:
        assert found.state is after
        assert found.moves == (*before, tried)
        assert found.refused == ()
    else:
        assert found.state is state
        assert found.moves == before
        assert [refused for refused, _ in found.refused] == [tried]


def test_only_the_body_deliberates_votes_dissents_determines_remedies_and_closes() -> None:
    deciding = {MoveKind.DELIBERATE, MoveKind.VOTE, MoveKind.DISSENT}
    deciding |= {MoveKind.DETERMINE, MoveKind.REMEDY, MoveKind.CLOSE}
    assert {role for (_, kind), (roles, _) in LEGAL.items() if kind in deciding for role in roles} == {
        Role.BODY
    }


def test_a_closed_case_is_opened_again_or_nothing_and_nothing_leads_back_to_none() -> None:
    assert {kind for state, kind in LEGAL if state is CaseState.CLOSED} == {MoveKind.REOPEN}
    assert CaseState.NONE not in {after for _, after in LEGAL.values()}


def test_determinations_are_recorded_in_exercises_only() -> None:
    why = reason(*WHOLE[:5], exercise=False)
    assert why == (
        "determinations are recorded in exercises only, or where the members of the body sign in their part"
    )
    found = case(*WHOLE, exercise=False)
    assert found.determination is None
    assert [m.kind for m, _ in found.refused] == [MoveKind.DETERMINE, MoveKind.REMEDY]


@pytest.mark.parametrize(
    ("moves", "why"),
    [
        ((OPEN, replace(FIND, by=OPEN.by)), "whoever opened the case may not verify it"),
        ((OPEN, replace(FIND, by="ADA  (unsigned)")), "whoever opened the case may not verify it"),
        ((*WHOLE[:4], replace(DETERMINE, by=OPEN.by)), "may not decide in it for the body"),
        ((*WHOLE[:4], replace(DETERMINE, by=FIND.by)), "may not decide in it for the body"),
        ((*WHOLE[:4], replace(DETERMINE, by=REPLY_A.by)), "may not decide in it for the body"),
        ((*WHOLE[:2], replace(REPLY_A, by=FIND.by)), "may not reply in it for a party"),
        ((*WHOLE[:3], replace(REPLY_B, by=REPLY_A.by)), "may not reply in it for the other"),
        ((*WHOLE[:3], replace(DETERMINE)), "party B has neither replied nor let the time for it pass"),
        ((*WHOLE[:4], replace(DETERMINE, body=None)), "must state its body"),
        ((*WHOLE[:4], replace(DETERMINE, outcome=None)), "must state its outcome"),
        ((*WHOLE[:4], replace(DETERMINE, standard_of_proof="")), "must state its standard of proof"),
        ((OPEN, DETERMINE), "a case that is opened takes no determine"),
        ((OPEN, FIND, DETERMINE), "a case that is found takes no determine"),
        ((*WHOLE[:2], replace(REPLY_A, party=None)), "must say which party"),
        ((*WHOLE[:2], replace(REPLY_A, party="G")), "must say which party"),
        ((*WHOLE[:2], replace(REPLY_A, role=Role.BODY, party=None)), "must say whose"),
        ((OPEN, replace(FIND, by="")), "bears somebody's name"),
        ((OPEN, replace(FIND, by=" (unsigned)")), "bears somebody's name"),
        ((OPEN, replace(FIND, by="Ada")), "whoever opened the case may not verify it"),
        ((OPEN, replace(FIND, role=Role.BODY)), "find is for a verifier, not for a body"),
        ((replace(OPEN, assessment_id="a9"),), "there is no assessment a9"),
        ((replace(OPEN, assessment_id=None),), "must rest on an assessment or an incident"),
        ((replace(OPEN, incident_id="i2"),), "is of another incident or clause"),
        ((OPEN, replace(TRIAGE, kind=MoveKind.ASSIGN, owner=" ")), "given to somebody: name them"),
        ((*WHOLE[:5], replace(REOPEN, role=Role.PROGRAM)), "bears its own name"),
        ((*WHOLE[:5], replace(REOPEN, by=PROGRAM)), "bears its own name"),
        ((*WHOLE[:5], replace(REOPEN, role=Role.PROGRAM, by=PROGRAM)), "the records that it rests on"),
        (
            (
                *WHOLE[:5],
                replace(REOPEN, role=Role.PROGRAM, by=PROGRAM, cause=Cause.JOINED_WRONGLY, records=(1,)),
            ),
            "the program names the cause",
        ),
        (
            (OPEN, replace(FIND, unseen_by=("A",)), *WHOLE[2:5]),
            "party A may see none of the evidence: unseen evidence alone supports no determination",
        ),
        (
            (replace(OPEN, assessment_id=None, place="Zone", from_utc=START, to_utc=START - timedelta(1)),),
            "ended before it began",
        ),
    ],
)
def test_what_is_not_legal_is_refused_in_words_and_changes_nothing(moves: tuple[Move, ...], why: str) -> None:
    assert why in reason(*moves)


def test_a_party_that_let_its_time_pass_is_noted_by_the_body_and_does_not_stop_the_case() -> None:
    passed = move(MoveKind.REPLY, Role.BODY, "Eve", hours=3, party="B")
    assert case(OPEN, FIND, REPLY_A, passed, DETERMINE).state is CaseState.DETERMINED


def test_an_allegation_needs_no_assessment_but_an_incident() -> None:
    alleged = move(MoveKind.OPEN, Role.PARTY, "Cy", party="A", incident_id="i7", clause_id="c")
    found = case(alleged)
    assert (found.state, found.incident_id, found.clause_id) == (CaseState.OPENED, "i7", "c")


def test_an_allegation_of_no_incident_says_when_and_where() -> None:
    at = {"from_utc": START, "to_utc": START + timedelta(hours=1), "place": "the exercise zone"}
    whole = move(MoveKind.OPEN, Role.PUBLIC, "Ngo", organisation="NGO (exercise)", clause_id="c", **at)
    assert case(whole).state is CaseState.OPENED
    for part in at:
        assert "say when and where" in reason(replace(whole, **{part: None}))


@pytest.mark.parametrize("outcome", [Outcome.UNABLE_TO_RULE, Outcome.TEXT_DOES_NOT_DECIDE])
def test_what_a_party_may_not_see_leaves_the_body_free_to_say_that_it_cannot_rule(outcome: Outcome) -> None:
    ruled = replace(DETERMINE, outcome=outcome)
    found = case(OPEN, replace(FIND, unseen_by=("A", "B")), *WHOLE[2:4], ruled)
    assert found.state is CaseState.DETERMINED


def test_a_determination_and_its_remedies_stand_while_a_case_is_open_again() -> None:
    opened = replace(REOPEN, role=Role.PROGRAM, by=PROGRAM, records=(7,))
    late = replace(FOLLOW_UP, at=START + timedelta(hours=9))
    found = case(*WHOLE[:5], OWED_REMEDY, opened, late)
    assert (found.state, found.determination is None) == (CaseState.REOPENED, False)
    assert found.remedies[0].evidence == ("visit 7",)


def test_a_case_is_with_whoever_took_it_up_until_it_is_given_to_somebody() -> None:
    given = move(MoveKind.ASSIGN, Role.VERIFIER, "Bo", hours=2, owner="Hal")
    assert case(OPEN, TRIAGE).owner == TRIAGE.by
    assert case(OPEN, TRIAGE, given).owner == "Hal"


def test_two_different_moves_with_one_id_both_count_for_nothing() -> None:
    twin = replace(FIND, words="otherwise")
    found = case(OPEN, FIND, twin)
    assert found.state is CaseState.OPENED
    assert {m for m, _ in found.refused} == {FIND, twin}


def test_cases_do_not_touch_one_another() -> None:
    other = replace(OPEN, move_id="x", case_id="case-0", assessment_id="a2")
    first, second = decide(ASSESSMENTS, (*WHOLE, other), exercise=True)
    assert (first.case_id, first.state) == ("case-0", CaseState.OPENED)
    assert second == case(*WHOLE)


def test_a_refused_move_is_kept_even_when_no_case_came_of_it() -> None:
    found = case(FIND)
    assert found.state is CaseState.NONE
    assert found.refused == ((FIND, "a case that is not open takes no find"),)


NAMES = st.sampled_from(["Ada", "Bo", "Cy", "Di", "Eve"])
ANY_MOVE = st.builds(
    lambda kind, role, by, hours, party, outcome, exercise_body: move(
        kind,
        role,
        by,
        hours=hours,
        party=party,
        outcome=outcome,
        assessment_id="a1" if kind is MoveKind.OPEN else None,
        body=exercise_body,
        standard_of_proof="reasonable grounds",
        move_id=f"{kind}-{role}-{by}-{hours}-{party}-{outcome}-{exercise_body}",
    ),
    st.sampled_from(MoveKind),
    st.sampled_from(Role),
    NAMES,
    st.integers(0, 9),
    st.sampled_from([None, "A", "B"]),
    st.sampled_from(Outcome),
    st.sampled_from([None, BODY]),
)
# A whole case with anything else thrown in between.
MOVES = st.builds(lambda whole, rest: [*whole, *rest], st.lists(st.sampled_from(WHOLE)), st.lists(ANY_MOVE))


def mirrored(one: Move) -> Move:
    return replace(
        one,
        party=MIRROR.get(one.party, one.party),  # type: ignore[arg-type, call-overload]
        outcome=MIRROR.get(one.outcome, one.outcome),  # type: ignore[arg-type, call-overload]
    )


@given(MOVES, st.randoms(use_true_random=False))
def test_the_order_in_which_moves_arrive_does_not_matter(moves, order) -> None:
    mixed = list(moves)
    order.shuffle(mixed)
    assert decide(ASSESSMENTS, mixed, exercise=True) == decide(ASSESSMENTS, moves, exercise=True)


@given(MOVES)
def test_twice_is_once(moves) -> None:
    assert decide(ASSESSMENTS, moves * 2, exercise=True) == decide(ASSESSMENTS, moves, exercise=True)


@given(MOVES)
def test_every_move_is_taken_or_refused_and_none_is_lost(moves) -> None:
    kept = {
        m for c in decide(ASSESSMENTS, moves, exercise=True) for m in (*c.moves, *(m for m, _ in c.refused))
    }
    assert kept == set(moves)


@given(MOVES)
def test_swapping_the_parties_mirrors_every_case(moves) -> None:
    cases = decide(ASSESSMENTS, moves, exercise=True)
    swapped = decide(ASSESSMENTS, [mirrored(m) for m in moves], exercise=True)
    for one, other in zip(cases, swapped, strict=True):
        assert one.state is other.state
        assert [mirrored(m) for m in one.moves] == list(other.moves)
        assert (one.determination is None) is (other.determination is None)
        if one.determination and other.determination:
            outcome = one.determination.outcome
            assert MIRROR.get(outcome, outcome) is other.determination.outcome


@given(MOVES)
def test_author_verifier_and_body_are_never_one_person(moves) -> None:
    for found in decide(ASSESSMENTS, moves, exercise=True):
        people = [{m.by for m in found.moves if m.kind is kind} for kind in (MoveKind.OPEN, MoveKind.FIND)]
        people.append({m.by for m in found.moves if m.role is Role.BODY})
        assert sum(map(len, people)) == len(set().union(*people))


@given(MOVES)
def test_outside_an_exercise_nothing_is_ever_determined(moves) -> None:
    assert determinations(decide(ASSESSMENTS, moves, exercise=False)) == ()


@given(MOVES)
def test_a_determination_always_has_a_finding_and_both_parties_heard(moves) -> None:
    for found in decide(ASSESSMENTS, moves, exercise=True):
        if found.determination:
            kinds = [m.kind for m in found.moves]
            before = found.moves[: kinds.index(MoveKind.DETERMINE)]
            assert MoveKind.FIND in kinds
            assert {m.party for m in before if m.kind is MoveKind.REPLY} >= {"A", "B"}
