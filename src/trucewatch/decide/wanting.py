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
from trucewatch.model.refused import Refused
from trucewatch.model.told import Several, Told

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


def wanting(case: Case, move: Move, told: Circumstances) -> Told | None:
    """Return what the move lacks, in words, or None when nothing."""
    if move.role is Role.PARTY and move.party not in PARTIES:
        return Told(Refused.WHICH_PARTY)
    if (move.role is Role.PROGRAM) != (move.by == PROGRAM):
        return Told(Refused.OWN_NAME)
    asked = _ASKED.get(move.kind)
    return asked(case, move, told) if asked else None


def _opens(_: Case, move: Move, told: Circumstances) -> Told | None:
    if move.from_utc is not None and move.to_utc is not None and move.to_utc < move.from_utc:
        return Told(Refused.ENDED_BEFORE)
    if move.assessment_id is None:
        stated = move.incident_id or (move.from_utc and move.to_utc and move.place)
        return None if stated else Told(Refused.RESTS_ON)
    if move.assessment_id not in told.assessed:
        return Told(Refused.NO_ASSESSMENT, {"assessment": move.assessment_id})
    incident, clause = told.assessed[move.assessment_id]
    if move.incident_id not in (None, incident) or move.clause_id not in (None, clause):
        return Told(Refused.OTHER_ASSESSED, {"assessment": move.assessment_id})
    return None


def _joins(case: Case, move: Move, told: Circumstances) -> Told | None:
    if move.other_case is None or move.other_case == case.case_id:
        return Told(Refused.JOINED_TO)
    return None if move.other_case in told.cases else Told(Refused.NO_CASE_TO_JOIN, {"case": move.other_case})


def _replies(case: Case, move: Move, told: Circumstances) -> Told | None:
    if move.party not in PARTIES:
        return Told(Refused.WHOSE_TIME)
    days = told.rules.reply_days
    found = [earlier.at for earlier in case.moves if earlier.kind is MoveKind.FIND]
    if move.role is Role.BODY and days is not None and found and move.at < found[-1] + timedelta(days=days):
        until = (found[-1] + timedelta(days=days)).isoformat()
        return Told(Refused.DAYS_TO_REPLY, {"party": move.party or "", "days": str(days), "until": until})
    return None


def _votes(_: Case, move: Move, told: Circumstances) -> Told | None:
    if move.outcome is None:
        return Told(Refused.VOTE_FOR)
    return _seated(move, told)


def _dissents(_: Case, move: Move, told: Circumstances) -> Told | None:
    if not move.words.strip():
        return Told(Refused.DISSENT_WORDS)
    return _seated(move, told) if move.seat is not None else None


def _seated(move: Move, told: Circumstances) -> Told | None:
    seats = told.rules.seats
    if not move.seat:
        return Told(Refused.SEAT_STATED)
    if seats and move.seat not in seats:
        return Told(Refused.NO_SEAT, {"seat": move.seat, "seats": Several(each=seats)})
    return None


def _determines(case: Case, move: Move, told: Circumstances) -> Told | None:
    if not told.exercise:
        return Told(Refused.NOT_FOR_REAL)
    for stated, lacking in (
        (move.body, Refused.STATE_BODY),
        (move.outcome, Refused.STATE_OUTCOME),
        (move.standard_of_proof, Refused.STATE_STANDARD),
    ):
        if not stated:
            return Told(lacking)
    return (
        _by_the_rules(move, told.rules)
        or _unheard(case)
        or _unseen(case, move)
        or _without_quorum(case, move, told.rules)
    )


def _by_the_rules(move: Move, rules: CaseRules) -> Told | None:
    if rules.body is not None and move.body != rules.body:
        return Told(Refused.BODY_NAMED, {"body": rules.body, "other": move.body or ""})
    if rules.standard_of_proof is not None and move.standard_of_proof != rules.standard_of_proof:
        return Told(Refused.STANDARD_IS, {"standard": repr(rules.standard_of_proof)})
    return None


def _unheard(case: Case) -> Told | None:
    """Return who has not been heard since the last finding."""
    found = [at for at, move in enumerate(case.moves) if move.kind is MoveKind.FIND]
    since = case.moves[found[-1] :] if found else case.moves
    missing = sorted(PARTIES - {m.party for m in since if m.kind is MoveKind.REPLY and m.party})
    if len(missing) > 1:
        return Told(Refused.UNHEARD_BOTH)
    return Told(Refused.UNHEARD, {"party": missing[0]}) if missing else None


def _unseen(case: Case, move: Move) -> Told | None:
    """Return which party may see none of the evidence of the last finding, when the outcome rests on it."""
    last = [earlier for earlier in case.moves if earlier.kind is MoveKind.FIND][-1:]
    parties = sorted({party for found in last for party in found.unseen_by})
    if not parties or move.outcome in OF_NO_FACT:
        return None
    if len(parties) > 1:
        return Told(Refused.UNSEEN_BOTH)
    return Told(Refused.UNSEEN, {"party": parties[0]})


def _without_quorum(case: Case, move: Move, rules: CaseRules) -> Told | None:
    if rules.quorum is None:
        return None
    seats = {vote.seat for vote in votes(case) if vote.outcome is move.outcome}
    if len(seats) < rules.quorum:
        return Told(Refused.QUORUM, {"count": str(len(seats)), "quorum": str(rules.quorum)})
    return None


def _remedies(_: Case, move: Move, __: Circumstances) -> Told | None:
    if (move.owner is None) != (move.due_utc is None):
        return Told(Refused.OWNER_AND_DAY)
    if move.due_utc is not None and move.due_utc <= move.at:
        return Told(Refused.DUE_AFTER)
    return None


def _follows(case: Case, move: Move, _: Circumstances) -> Told | None:
    if not case.remedies or case.remedies[-1].owner is None:
        return Told(Refused.NO_REMEDY)
    if move.done_utc is not None and not move.evidence:
        return Told(Refused.SHOWN_DONE)
    if move.done_utc is not None and move.done_utc > move.at:
        return Told(Refused.DONE_TO_COME)
    return None


def _assigns(_: Case, move: Move, __: Circumstances) -> Told | None:
    return None if (move.owner or "").strip() else Told(Refused.GIVEN_TO)


def _reopens(_: Case, move: Move, __: Circumstances) -> Told | None:
    if move.role is Role.PROGRAM and not (move.cause in _NOTICED and move.records):
        return Told(Refused.PROGRAM_NAMES)
    if move.cause is None:
        return Told(Refused.FOR_A_CAUSE)
    return None if move.words.strip() else Told(Refused.WHY_AGAIN)


def _appeals(_: Case, move: Move, __: Circumstances) -> Told | None:
    return None if move.words.strip() else Told(Refused.APPEAL_REASONS)


_ASKED: Mapping[MoveKind, Callable[[Case, Move, Circumstances], Told | None]] = {
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
