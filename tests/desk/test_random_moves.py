"""Random people make random moves and releases: duties stay apart, votes count once, states have their records, the past can be rebuilt."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from trucewatch.decide.apart import person, votes
from trucewatch.decide.decide import decide
from trucewatch.decide.moves import LEGAL
from trucewatch.mission.deeds import body_of
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.invitations import folded
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.known import known
from trucewatch.mission.people import Roll
from trucewatch.mission.release_rules import STEPS, Releases, release_step
from trucewatch.mission.verify import verify
from trucewatch.mission.walk import cases_of
from trucewatch.model.canonical import Json
from trucewatch.model.decision import (
    PROGRAM,
    Case,
    CaseRules,
    CaseState,
    Cause,
    Move,
    MoveKind,
    Outcome,
    Role,
)

START = datetime(2027, 3, 2, tzinfo=UTC)
BODY = "Special Commission (exercise)"
ASSESSED = pl.DataFrame({"assessment_id": ["a1"], "incident_id": ["i1"], "clause_id": ["line/EX-1"]})
RULES = {
    "line": ((START - timedelta(days=1), CaseRules(body=BODY, seats=("chair", "first", "second"), quorum=2)),)
}
POLICY: dict[str, Json] = {"k_origins": 2}
PEOPLE = [f"{name} (unsigned)" for name in ("Ada", "Bo", "Cy", "Di", "Eve", "Fay", "Gil")]
LIKELY = {  # who is likely to do what, so that random cases go far
    MoveKind.OPEN: (Role.ANALYST, 0),
    MoveKind.FIND: (Role.VERIFIER, 1),
    MoveKind.DELIBERATE: (Role.BODY, 4),
    MoveKind.DETERMINE: (Role.BODY, 4),
    MoveKind.REMEDY: (Role.BODY, 4),
    MoveKind.FOLLOW_UP: (Role.VERIFIER, 1),
    MoveKind.CLOSE: (Role.BODY, 4),
    MoveKind.REOPEN: (Role.PROGRAM, 0),
}
NEEDED = {  # what must have happened before a case is in a state
    CaseState.FOUND: {MoveKind.OPEN, MoveKind.FIND},
    CaseState.REPLIED: {MoveKind.OPEN, MoveKind.FIND, MoveKind.REPLY},
    CaseState.DELIBERATING: {MoveKind.FIND, MoveKind.REPLY},
    CaseState.DETERMINED: {
        MoveKind.FIND,
        MoveKind.REPLY,
        MoveKind.DELIBERATE,
        MoveKind.VOTE,
        MoveKind.DETERMINE,
    },
    CaseState.REMEDY_SET: {MoveKind.DETERMINE, MoveKind.REMEDY},
    CaseState.FOLLOWED_UP: {MoveKind.DETERMINE, MoveKind.REMEDY, MoveKind.FOLLOW_UP},
    CaseState.APPEALED: {MoveKind.DETERMINE, MoveKind.APPEAL},
    CaseState.CLOSED: {MoveKind.OPEN, MoveKind.CLOSE},
    CaseState.JOINED: {MoveKind.OPEN, MoveKind.JOIN},
    CaseState.RETRACTED: {MoveKind.OPEN, MoveKind.RETRACT},
    CaseState.REOPENED: {MoveKind.OPEN, MoveKind.REOPEN},
}
outcomes = st.sampled_from([Outcome.BREACH_BY_A, Outcome.ACCIDENT])
seats = st.sampled_from(["chair", "first", "second", "fourth"])


def made(number: int, case_id: str, kind: MoveKind, role: Role, by: str, **stated: object) -> Move:
    plain = Move(
        move_id=f"m{number:04d}",
        case_id=case_id,
        kind=kind,
        by=PROGRAM if role is Role.PROGRAM else by,
        role=role,
        at=START + timedelta(hours=number),
        words="EXERCISE",
        assessment_id="a1" if kind is MoveKind.OPEN else None,
        body=BODY,
        standard_of_proof="reasonable grounds",
        other_case="c1" if case_id == "c2" else "c2",
        cause=Cause.MERGE,
        records=(1,),
        owner="Gus",
        due_utc=START + timedelta(hours=number + 2),
        done_utc=START + timedelta(hours=number) if kind is MoveKind.FOLLOW_UP else None,
        evidence=("visit",),
    )
    return replace(plain, **stated)  # type: ignore[arg-type]


def named(author: str) -> str:
    return folded(author.removesuffix(" (unsigned)"))


def release_entry(standing: Releases, release: str, kind: Kind, by: str) -> Entry:
    """Return a step of a release that tells of an incident of the case of its number."""
    made = standing.made.get(release)
    body: dict[str, Json] = {"release_id": release, "recorded_by": by}
    if kind is not Kind.RELEASE_PROPOSED:
        body |= {"proposal": made.digest if made else "none", "why": "EXERCISE"}
        return Entry(kind=kind, author=by, body=body)
    body |= {
        "audience": "public",
        "policy": POLICY,
        "files": {},
        "from_utc": "2027-03-01T00:00:00Z",
        "to_utc": "2027-03-02T00:00:00Z",
        "at": "2027-03-02T00:00:00Z",
        "cases": [f"c{release[1:]}"],
        "withheld": {"root": "", "size": 0, "item": "0" * 64},
    }
    return Entry(kind=kind, author=by, body=body, rests_on=("0" * 64,))


class Desk(RuleBasedStateMachine):
    """People at the desk, who do what they like, and what comes of it."""

    def __init__(self) -> None:
        super().__init__()
        self.moves: list[Move] = []
        self.past: list[tuple[tuple[str, CaseState, bool], ...]] = []
        self.entries: list[Entry] = []
        self.releases = Releases(policies={"public": POLICY})
        self.releases_past: list[Releases] = []

    def cases(self, moves: list[Move] | None = None) -> tuple[Case, ...]:
        return decide(ASSESSED, self.moves if moves is None else moves, exercise=True, rules=RULES)

    def add(self, move: Move) -> None:
        self.moves.append(move)
        self.record(Entry(kind=Kind.MOVE, author=move.by, body={"kind": move.kind, "case_id": move.case_id}))
        self.past.append(self.seen(self.cases()))

    def record(self, entry: Entry) -> bool:
        """Take an entry into the releases, and say whether it changed one."""
        after, why = release_step(self.releases, entry, Roll(), seq=len(self.entries), at=START)
        stepped = entry.kind is not Kind.MOVE and why is None
        assert why is None or after == self.releases
        self.releases = after
        self.entries.append(entry)
        self.releases_past.append(after)
        return stepped

    @staticmethod
    def seen(cases: tuple[Case, ...]) -> tuple[tuple[str, CaseState, bool], ...]:
        return tuple((case.case_id, case.state, case.determination is not None) for case in cases)

    @rule(
        case_id=st.sampled_from(["c1", "c2"]),
        kind=st.sampled_from(MoveKind),
        role=st.sampled_from(Role),
        by=st.sampled_from(PEOPLE),
        party=st.sampled_from(["A", "B", None]),
        outcome=outcomes,
        seat=seats,
    )
    def anybody_does_anything(self, case_id, kind, role, by, party, outcome, seat) -> None:  # type: ignore[no-untyped-def]
        self.add(made(len(self.moves), case_id, kind, role, by, party=party, outcome=outcome, seat=seat))

    @rule(case_id=st.sampled_from(["c1", "c2"]), kind=st.sampled_from(sorted(LIKELY)), outcome=outcomes)
    def somebody_does_their_part(self, case_id, kind, outcome) -> None:  # type: ignore[no-untyped-def]
        role, who = LIKELY[kind]
        self.add(made(len(self.moves), case_id, kind, role, PEOPLE[who], outcome=outcome))

    @rule(case_id=st.sampled_from(["c1", "c2"]), outcome=outcomes)
    def both_reply_and_the_body_votes(self, case_id, outcome) -> None:  # type: ignore[no-untyped-def]
        for party, who in (("A", 2), ("B", 3)):
            self.add(made(len(self.moves), case_id, MoveKind.REPLY, Role.PARTY, PEOPLE[who], party=party))
        self.add(made(len(self.moves), case_id, MoveKind.DELIBERATE, Role.BODY, PEOPLE[4]))
        for seat, who in (("chair", 4), ("first", 5)):
            vote = {"seat": seat, "outcome": outcome}
            self.add(made(len(self.moves), case_id, MoveKind.VOTE, Role.BODY, PEOPLE[who], **vote))

    @rule(
        release=st.sampled_from(["r1", "r2"]), kind=st.sampled_from(sorted(STEPS)), by=st.sampled_from(PEOPLE)
    )
    def anybody_takes_any_step_of_a_release(self, release, kind, by) -> None:  # type: ignore[no-untyped-def]
        before = self.releases
        stepped = self.record(release_entry(before, release, kind, by))
        if stepped and kind in (Kind.RELEASE_APPROVED, Kind.RELEASE_PUBLISHED):
            proposal = before.made[release].proposal
            hands = {name for case in proposal.cases for name in before.hands.get(case, ())}
            assert named(by) not in hands
            assert kind is Kind.RELEASE_PUBLISHED or named(by) != named(before.made[release].proposed_by)

    @invariant()
    def nothing_is_published_but_by_two_names(self) -> None:
        for made in self.releases.made.values():
            if made.published_at is not None:
                assert named(made.approved_by) != named(made.proposed_by)
                assert made.published_by

    @invariant()
    def every_earlier_state_of_a_release_can_be_rebuilt(self) -> None:
        upto = len(self.entries) // 2
        again = Releases(policies={"public": POLICY})
        for seq, entry in enumerate(self.entries[:upto]):
            again, _ = release_step(again, entry, Roll(), seq=seq, at=START)
        assert not upto or again == self.releases_past[upto - 1]

    @invariant()
    def nobody_approves_or_verifies_their_own_work(self) -> None:
        for case in self.cases():
            opened = {person(m) for m in case.moves if m.kind is MoveKind.OPEN}
            for move in case.moves:
                if move.kind in (MoveKind.TRIAGE, MoveKind.INQUIRE, MoveKind.FIND, MoveKind.FOLLOW_UP):
                    assert person(move) not in opened
            body = {person(m) for m in case.moves if m.role is Role.BODY}
            assert not body & {person(m) for m in case.moves if m.role is not Role.BODY}
            for party, other in (("A", "B"), ("B", "A")):
                mine, theirs = (
                    {person(m) for m in case.moves if m.role is Role.PARTY and m.party == side}
                    for side in (party, other)
                )
                assert not mine & theirs

    @invariant()
    def no_vote_counts_twice(self) -> None:
        for case in self.cases():
            for number in range(len(case.moves) + 1):
                cast = votes(replace(case, moves=case.moves[:number]))
                assert max(Counter(map(person, cast)).values(), default=1) == 1
                assert max(Counter(vote.seat for vote in cast).values(), default=1) == 1
                assert {vote.seat for vote in cast} <= {"chair", "first", "second"}

    @invariant()
    def no_state_is_reached_without_its_records(self) -> None:
        for case in self.cases():
            kinds = {move.kind for move in case.moves}
            assert NEEDED.get(case.state, set()) <= kinds
            for number, move in enumerate(case.moves):
                if move.kind is MoveKind.DETERMINE:
                    before = case.moves[:number]
                    found = [at for at, m in enumerate(before) if m.kind is MoveKind.FIND]
                    since = before[found[-1] :]
                    assert {m.party for m in since if m.kind is MoveKind.REPLY} >= {"A", "B"}
                    deliberated = votes(replace(case, moves=before))
                    assert sum(vote.outcome is move.outcome for vote in deliberated) >= 2

    @invariant()
    def every_earlier_state_can_be_rebuilt(self) -> None:
        for number in (len(self.moves) // 3, len(self.moves) // 2, len(self.moves)):
            if number:
                assert self.seen(self.cases(self.moves[:number])) == self.past[number - 1]

    @invariant()
    def every_step_is_one_of_the_table(self) -> None:
        for case in self.cases():
            state = CaseState.NONE
            for move in case.moves:
                roles, after = LEGAL[state, move.kind]
                assert move.role in roles
                state = after
            assert state is case.state
            assert all(why.strip() for _, why in case.refused)


Desk.TestCase.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
TestRandomMovesOfRandomPeople = Desk.TestCase


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True, replay=True)
    return init(tmp_path_factory.mktemp("moves") / "m", plan, by="ann", at=START).path


RECORDED = st.builds(
    lambda number, case_id, kind, role, by, party, outcome: made(
        number, case_id, kind, role, by, party=party, outcome=outcome, seat="chair", incident_id="i1"
    ),
    st.integers(0, 12),
    st.sampled_from(["c1", "c2"]),
    st.sampled_from([MoveKind.OPEN, MoveKind.FIND, *MoveKind]),
    st.sampled_from(Role),
    st.sampled_from(PEOPLE),
    st.sampled_from(["A", "B"]),
    outcomes,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(RECORDED, min_size=1, max_size=6, unique_by=lambda move: move.at))
def test_moves_put_straight_into_the_log_are_sound_or_exit_4_as_the_fold_says(
    empty: Path, tmp_path: Path, alone, moves: list[Move]
) -> None:
    folder = Folder(path=tmp_path / "m")
    shutil.rmtree(folder.path, ignore_errors=True)
    shutil.copytree(empty, folder.path)
    moves = [replace(m, assessment_id=None, clause_id="exercise-line/EX-1") for m in moves]
    entries = [
        Entry(
            kind=Kind.REOPENING if move.role is Role.PROGRAM else Kind.MOVE,
            author=move.by,
            body=body_of(move),
        )
        for move in sorted(moves, key=lambda move: move.at)
    ]
    replace(folder.journal, admits=None).append(entries, at=START + timedelta(days=2))
    refused = [one for case in cases_of(known(folder.path)) for one in case.refused]
    code = verify(folder.path).exit_code
    assert code == (4 if refused else 0)
    assert alone(folder.path) in (0, code)
