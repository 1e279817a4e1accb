"""What a move must state, and what it waits for, by the rules of the agreement it is decided under.

Rules:
- a determination needs a finding and both parties heard since, or the time for it passed, a body, an outcome
  and a standard of proof; where the agreement has a quorum, so many seats voted for the outcome;
- a party's time has passed when the days that the agreement gives it have, since the last finding;
- a remedy with an owner has its day; what became of it rests on evidence;
- a case is opened again for a cause that is said in words; the program says it for three of them alone, in its own
  name, and names the records that it rests on;
- an allegation rests on an assessment or an incident, or else says when and where;
- evidence that a party may not see supports, alone, no determination of what happened;
- a determination is of an exercise, or of a mission where the members of its body sign in their part: who folds says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from trucewatch.decide.apart import votes
from trucewatch.model.decision import NO_RULES, PROGRAM, Case, CaseRules, Cause, Move, MoveKind, Outcome, Role

PARTIES = frozenset({"A", "B"})
OF_NO_FACT = frozenset({Outcome.UNABLE_TO_RULE, Outcome.TEXT_DOES_NOT_DECIDE})
"""Outcomes that say nothing of what happened, and so rest on no evidence."""
_NOTICED = frozenset({Cause.MERGE, Cause.LATE_OBSERVATION, Cause.NEW_VERSION})
Assessed = Mapping[str, tuple[str | None, str | None]]  # assessment id: its incident and clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a move is judged by beside its own case."""

    assessed: Assessed
    exercise: bool  # or a mission whose record holds its people to their parts, so that the body is the body
    rules: CaseRules = NO_RULES
    cases: frozenset[str] = frozenset()  # the ids of the cases that were opened before


def wanting(case: Case, move: Move, told: Circumstances) -> str | None:
    """Return what the move lacks, in words, or None when nothing."""
    if move.role is Role.PARTY and move.party not in PARTIES:
        return "a party's move must say which party: A or B"
    if (move.role is Role.PROGRAM) != (move.by == PROGRAM):
        return "what the program does bears its own name, and nobody else's move does"
    asked = _ASKED.get(move.kind)
    return asked(case, move, told) if asked else None


def _opens(_: Case, move: Move, told: Circumstances) -> str | None:
    if move.from_utc is not None and move.to_utc is not None and move.to_utc < move.from_utc:
        return "what is alleged ended before it began"
    if move.assessment_id is None:
        stated = move.incident_id or (move.from_utc and move.to_utc and move.place)
        return (
            None
            if stated
            else "a case must rest on an assessment or an incident: name one, or say when and where"
        )
    if move.assessment_id not in told.assessed:
        return f"there is no assessment {move.assessment_id}"
    incident, clause = told.assessed[move.assessment_id]
    if move.incident_id not in (None, incident) or move.clause_id not in (None, clause):
        return f"assessment {move.assessment_id} is of another incident or clause"
    return None


def _joins(case: Case, move: Move, told: Circumstances) -> str | None:
    if move.other_case is None or move.other_case == case.case_id:
        return "a case is joined to another: name it"
    return None if move.other_case in told.cases else f"there is no case {move.other_case} to join"


def _replies(case: Case, move: Move, told: Circumstances) -> str | None:
    if move.party not in PARTIES:
        return "a note that the time to reply has passed must say whose: A or B"
    days = told.rules.reply_days
    found = [earlier.at for earlier in case.moves if earlier.kind is MoveKind.FIND]
    if move.role is Role.BODY and days is not None and found and move.at < found[-1] + timedelta(days=days):
        until = (found[-1] + timedelta(days=days)).isoformat()
        return f"party {move.party} has {days} days to reply, until {until}"
    return None


def _votes(_: Case, move: Move, told: Circumstances) -> str | None:
    if move.outcome is None:
        return "a vote is for an outcome: state it"
    return _seated(move, told)


def _dissents(_: Case, move: Move, told: Circumstances) -> str | None:
    if not move.words.strip():
        return "a dissent is kept whole: give its words"
    return _seated(move, told) if move.seat is not None else None


def _seated(move: Move, told: Circumstances) -> str | None:
    seats = told.rules.seats
    if not move.seat:
        return "a vote is cast for a seat of the body: state it"
    if seats and move.seat not in seats:
        return f"{move.seat} has no seat: the seats are {', '.join(seats)}"
    return None


def _determines(case: Case, move: Move, told: Circumstances) -> str | None:
    if not told.exercise:
        return "determinations are recorded in exercises only, or where the members of the body sign in their part"
    for name in ("body", "outcome", "standard_of_proof"):
        if not getattr(move, name):
            return f"a determination must state its {name.replace('_', ' ')}"
    return (
        _by_the_rules(move, told.rules)
        or _unheard(case)
        or _unseen(case, move)
        or _without_quorum(case, move, told.rules)
    )


def _by_the_rules(move: Move, rules: CaseRules) -> str | None:
    if rules.body is not None and move.body != rules.body:
        return f"the agreement names the {rules.body}: {move.body} may not determine under it"
    if rules.standard_of_proof is not None and move.standard_of_proof != rules.standard_of_proof:
        return f"the agreement's standard of proof is {rules.standard_of_proof!r}"
    return None


def _unheard(case: Case) -> str | None:
    """Return who has not been heard since the last finding."""
    found = [at for at, move in enumerate(case.moves) if move.kind is MoveKind.FIND]
    since = case.moves[found[-1] :] if found else case.moves
    missing = sorted(PARTIES - {m.party for m in since if m.kind is MoveKind.REPLY and m.party})
    if missing:
        return f"party {' and party '.join(missing)} has neither replied nor let the time for it pass"
    return None


def _unseen(case: Case, move: Move) -> str | None:
    """Return which party may see none of the evidence of the last finding, when the outcome rests on it."""
    last = [earlier for earlier in case.moves if earlier.kind is MoveKind.FIND][-1:]
    parties = sorted({party for found in last for party in found.unseen_by})
    if not parties or move.outcome in OF_NO_FACT:
        return None
    whom = f"party {' and party '.join(parties)}"
    return f"{whom} may see none of the evidence: unseen evidence alone supports no determination"


def _without_quorum(case: Case, move: Move, rules: CaseRules) -> str | None:
    if rules.quorum is None:
        return None
    seats = {vote.seat for vote in votes(case) if vote.outcome is move.outcome}
    if len(seats) < rules.quorum:
        return f"{len(seats)} of the quorum's {rules.quorum} seats have voted for it"
    return None


def _remedies(_: Case, move: Move, __: Circumstances) -> str | None:
    if (move.owner is None) != (move.due_utc is None):
        return "a remedy has an owner and a day by which it is due: state both"
    if move.due_utc is not None and move.due_utc <= move.at:
        return "a remedy is due after it is set"
    return None


def _follows(case: Case, move: Move, _: Circumstances) -> str | None:
    if not case.remedies or case.remedies[-1].owner is None:
        return "the remedy has no owner and no day: there is nothing to follow up"
    if move.done_utc is not None and not move.evidence:
        return "a remedy that was done is shown by evidence: name it"
    if move.done_utc is not None and move.done_utc > move.at:
        return "a remedy is not done in the time to come"
    return None


def _assigns(_: Case, move: Move, __: Circumstances) -> str | None:
    return None if (move.owner or "").strip() else "a case is given to somebody: name them"


def _reopens(_: Case, move: Move, __: Circumstances) -> str | None:
    if move.role is Role.PROGRAM and not (move.cause in _NOTICED and move.records):
        return "the program names the cause, and the records that it rests on"
    if move.cause is None:
        return (
            "a case is opened again for a cause: a merge, a late observation, a new version of the agreement"
        )
    return None if move.words.strip() else "say in words why it is opened again"


def _appeals(_: Case, move: Move, __: Circumstances) -> str | None:
    return None if move.words.strip() else "an appeal gives its reasons"


_ASKED: Mapping[MoveKind, Callable[[Case, Move, Circumstances], str | None]] = {
    MoveKind.OPEN: _opens,
    MoveKind.JOIN: _joins,
    MoveKind.ASSIGN: _assigns,
    MoveKind.REPLY: _replies,
    MoveKind.VOTE: _votes,
    MoveKind.DISSENT: _dissents,
    MoveKind.DETERMINE: _determines,
    MoveKind.REMEDY: _remedies,
    MoveKind.FOLLOW_UP: _follows,
    MoveKind.REOPEN: _reopens,
    MoveKind.APPEAL: _appeals,
}
