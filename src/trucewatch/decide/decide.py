"""Cases as a fold over people's moves, by one table of what is legal (`moves`).

Rules:
- a move that is not legal changes nothing and is kept with its reason;
- who may not move for the part they had is said in `apart`, what a move must state in `wanting`;
- a determination stands until it is retracted or another takes its place, and the earlier one is kept;
- moves are taken in the order of their time and id, whatever the order they came in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

import polars as pl

from trucewatch.decide.apart import UNSIGNED, not_apart
from trucewatch.decide.moves import LEGAL
from trucewatch.decide.wanting import Assessed, Circumstances, wanting
from trucewatch.model.agreement import Agreement
from trucewatch.model.decision import (
    NO_RULES,
    Case,
    CaseRules,
    CaseState,
    Determination,
    Dissent,
    Move,
    MoveKind,
    Remedy,
)
from trucewatch.model.refused import Refused
from trucewatch.model.told import Several, Told

Rules = Mapping[str, Sequence[tuple[datetime, CaseRules]]]  # by the agreement's name, each since when
NONE_STATED: Rules = MappingProxyType({})
_TAKEN_ON = frozenset({MoveKind.ASSIGN, MoveKind.TRIAGE})


def decide(
    assessments: pl.DataFrame, moves: Sequence[Move], *, exercise: bool, rules: Rules = NONE_STATED
) -> tuple[Case, ...]:
    """Return the cases that `moves` make up, by id, each with the moves that were refused and why."""
    rows = assessments.select("assessment_id", "incident_id", "clause_id").iter_rows()
    assessed = {assessment: (incident, clause) for assessment, incident, clause in rows}
    ids = Counter(move.move_id for move in dict.fromkeys(moves))
    once = sorted(
        dict.fromkeys(moves), key=lambda m: (m.at, m.move_id, repr(m) if ids[m.move_id] > 1 else "")
    )
    cases: dict[str, Case] = {}
    for move in once:
        case = cases.get(move.case_id, _no_case(move.case_id))
        twice = Told(Refused.SAME_ID) if ids[move.move_id] > 1 else None
        told = Circumstances(
            assessed=assessed,
            exercise=exercise,
            rules=_ruled_by(case, move, rules),
            cases=_named(move, cases),
        )
        reason = twice or why_refused(case, move, told)
        cases[move.case_id] = _refused(case, move, reason) if reason else _taken(case, move, assessed)
    return tuple(cases[case_id] for case_id in sorted(cases))


def rules_of(agreement: Agreement) -> CaseRules:
    """Return what `agreement` says of how its cases are decided."""
    told = agreement.procedure
    seats = next((body.members for body in agreement.bodies if body.name == told.body), ())
    return CaseRules(
        body=told.body,
        seats=seats,
        quorum=told.quorum,
        reply_days=told.reply_days,
        standard_of_proof=told.standard_of_proof,
        on_silence=told.on_silence,
    )


def determinations(cases: Iterable[Case]) -> tuple[Determination, ...]:
    """Return the determinations that stand, in the order they were made."""
    made = (case.determination for case in cases if case.determination is not None)
    return tuple(sorted(made, key=lambda d: (d.at, d.move_id)))


def why_refused(case: Case, move: Move, told: Circumstances) -> Told | None:
    """Return why `move` is not legal in `case`, in words, or None when it is."""
    step = LEGAL.get((case.state, move.kind))
    if step is None:
        none = case.state is CaseState.NONE
        state = Told(Refused.NOT_OPEN) if none else case.state
        return Told(Refused.NO_SUCH_MOVE, {"state": state, "move": move.kind})
    if move.role not in step[0]:
        allowed = Several(each=tuple(sorted(step[0])), joined_by=" or ")
        return Told(Refused.FOR_ROLES, {"move": move.kind, "allowed": allowed, "role": move.role})
    if not move.by.removesuffix(UNSIGNED).strip():
        return Told(Refused.NO_NAME)
    return not_apart(case, move) or wanting(case, move, told)


def _ruled_by(case: Case, move: Move, rules: Rules) -> CaseRules:
    """Return the rules of the case's agreement when the move was made; before the first text, the first."""
    stood = rules.get((case.clause_id or "").partition("/")[0], ())
    before = [told for since, told in stood if since <= move.at]
    return before[-1] if before else stood[0][1] if stood else NO_RULES


def _named(move: Move, cases: Mapping[str, Case]) -> frozenset[str]:
    """Return the case that the move names beside its own, when it was opened."""
    other = cases.get(move.other_case or "")
    return frozenset({other.case_id}) if other and other.state is not CaseState.NONE else frozenset()


def _no_case(case_id: str) -> Case:
    return Case(
        case_id=case_id,
        state=CaseState.NONE,
        moves=(),
        incident_id=None,
        clause_id=None,
        determination=None,
        refused=(),
    )


def _refused(case: Case, move: Move, reason: str) -> Case:
    return replace(case, refused=(*case.refused, (move, reason)))


def _taken(case: Case, move: Move, assessed: Assessed) -> Case:
    """Return the case after a legal move."""
    after = replace(case, state=LEGAL[case.state, move.kind][1], moves=(*case.moves, move))
    if move.kind is MoveKind.OPEN:
        incident, clause = assessed.get(move.assessment_id or "", (None, None))
        return replace(after, incident_id=incident or move.incident_id, clause_id=clause or move.clause_id)
    if move.kind is MoveKind.JOIN:
        return replace(after, joined_to=move.other_case)
    if move.kind in _TAKEN_ON:
        return replace(after, owner=move.owner or case.owner or move.by)
    if move.kind is MoveKind.REOPEN:
        return replace(after, joined_to=None)
    if move.kind is MoveKind.DETERMINE:
        return replace(_earlier(after), determination=_determination(case, move))
    if move.kind is MoveKind.RETRACT:
        return _earlier(after)
    if move.kind is MoveKind.DISSENT:
        said = Dissent(by=move.by, seat=move.seat, words=move.words, at=move.at)
        return replace(after, dissents=(*case.dissents, said))
    return _remedied(after, move)


def _earlier(case: Case) -> Case:
    """Return the case without a determination that stands; one that stood is kept among the earlier ones."""
    if case.determination is None:
        return case
    return replace(case, determination=None, earlier=(*case.earlier, case.determination), remedies=())


def _remedied(case: Case, move: Move) -> Case:
    if move.kind is MoveKind.REMEDY:
        remedy = Remedy(words=move.words, owner=move.owner, due_utc=move.due_utc)
        return replace(case, remedies=(*case.remedies, remedy))
    if move.kind is MoveKind.FOLLOW_UP:
        done = replace(case.remedies[-1], done_utc=move.done_utc, evidence=move.evidence)
        return replace(case, remedies=(*case.remedies[:-1], done))
    return case


def _determination(case: Case, move: Move) -> Determination:
    if move.body is None or move.outcome is None or move.standard_of_proof is None:
        raise TypeError("a determination without body, outcome or standard of proof is not legal")
    return Determination(
        case_id=case.case_id,
        body=move.body,
        outcome=move.outcome,
        clause_id=move.clause_id or case.clause_id,
        at=move.at,
        standard_of_proof=move.standard_of_proof,
        by=move.by,
        words=move.words,
        move_id=move.move_id,
        breach_utc=move.breach_utc,
    )
