"""Cases as a fold over people's moves, by one table of what is legal.

Rules:
- the table is the documentation: a pair of state and move that is not in it is not legal;
- a move that is not legal changes nothing and is kept with its reason;
- author, verifier and body are three people, and no party decides its own case;
- a determination needs a finding, both parties heard, a body, an outcome and a standard of proof, and
  is recorded in exercises only, until roles are enforced;
- moves are taken in the order of their time and id, whatever the order they came in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from trucewatch.model.decision import Case, CaseState, Determination, Move, MoveKind, Role

UNSIGNED = " (unsigned)"
PARTIES = frozenset({"A", "B"})

_BODY = frozenset({Role.BODY})
_ANYBODY_BUT_THE_BODY = frozenset({Role.ANALYST, Role.VERIFIER, Role.PARTY})
_VERIFIER = frozenset({Role.VERIFIER})
_HEARING = frozenset({Role.PARTY, Role.BODY})  # a body's REPLY notes that a party's time to reply has passed

# (state, move): who may make it, and where it leads.
LEGAL: Mapping[tuple[CaseState, MoveKind], tuple[frozenset[Role], CaseState]] = {
    (CaseState.NONE, MoveKind.OPEN): (_ANYBODY_BUT_THE_BODY, CaseState.OPENED),
    (CaseState.OPENED, MoveKind.FIND): (_VERIFIER, CaseState.FOUND),
    (CaseState.OPENED, MoveKind.CLOSE): (_BODY, CaseState.CLOSED),
    (CaseState.FOUND, MoveKind.FIND): (_VERIFIER, CaseState.FOUND),
    (CaseState.FOUND, MoveKind.REPLY): (_HEARING, CaseState.REPLIED),
    (CaseState.FOUND, MoveKind.CLOSE): (_BODY, CaseState.CLOSED),
    (CaseState.REPLIED, MoveKind.REPLY): (_HEARING, CaseState.REPLIED),
    (CaseState.REPLIED, MoveKind.DETERMINE): (_BODY, CaseState.DETERMINED),
    (CaseState.REPLIED, MoveKind.CLOSE): (_BODY, CaseState.CLOSED),
    (CaseState.DETERMINED, MoveKind.REMEDY): (_BODY, CaseState.REMEDY_SET),
    (CaseState.DETERMINED, MoveKind.CLOSE): (_BODY, CaseState.CLOSED),
    (CaseState.REMEDY_SET, MoveKind.CLOSE): (_BODY, CaseState.CLOSED),
}

Assessed = Mapping[str, tuple[str | None, str | None]]  # assessment id: its incident and clause


def decide(assessments: pl.DataFrame, moves: Sequence[Move], *, exercise: bool) -> tuple[Case, ...]:
    """Return the cases that `moves` make up, by id, each with the moves that were refused and why."""
    rows = assessments.select("assessment_id", "incident_id", "clause_id").iter_rows()
    assessed = {assessment: (incident, clause) for assessment, incident, clause in rows}
    once = sorted(dict.fromkeys(moves), key=lambda m: (m.at, m.move_id, repr(m)))
    ids = Counter(m.move_id for m in once)
    cases: dict[str, Case] = {}
    for move in once:
        case = cases.get(move.case_id, _no_case(move.case_id))
        twice = "another move bears the same id: neither counts" if ids[move.move_id] > 1 else None
        reason = twice or why_refused(case, move, assessed, exercise=exercise)
        cases[move.case_id] = _refused(case, move, reason) if reason else _taken(case, move, assessed)
    return tuple(cases[case_id] for case_id in sorted(cases))


def determinations(cases: Iterable[Case]) -> tuple[Determination, ...]:
    """Return the determinations that cases have come to, in the order they were made."""
    made = (case.determination for case in cases if case.determination is not None)
    return tuple(sorted(made, key=lambda d: (d.at, d.move_id)))


def why_refused(case: Case, move: Move, assessed: Assessed, *, exercise: bool) -> str | None:
    """Return why `move` is not legal in `case`, in words, or None when it is."""
    step = LEGAL.get((case.state, move.kind))
    if step is None:
        return f"a case that is {_words(case.state)} takes no {move.kind.value}"
    if move.role not in step[0]:
        allowed = " or ".join(sorted(role.value for role in step[0]))
        return f"{move.kind.value} is for a {allowed}, not for a {move.role.value}"
    if not move.by.removesuffix(UNSIGNED).strip():
        return "a move bears somebody's name"
    return _not_apart(case, move) or _wanting(case, move, assessed, exercise=exercise)


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
    if move.kind is MoveKind.DETERMINE:
        return replace(after, determination=_determination(case, move))
    return after


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


def _not_apart(case: Case, move: Move) -> str | None:
    """Return why whoever moves may not, having already had another part in the case."""
    own = [earlier for earlier in case.moves if _person(earlier) == _person(move)]
    roles = {earlier.role for earlier in own}
    if move.role is Role.BODY and roles - {Role.BODY}:
        return "whoever opened, verified or replied in the case may not decide in it for the body"
    if move.role is not Role.BODY and Role.BODY in roles:
        return "whoever decides in the case for the body may have no other part in it"
    if move.kind is MoveKind.FIND and MoveKind.OPEN in {earlier.kind for earlier in own}:
        return "whoever opened the case may not verify it"
    if move.role is Role.PARTY and Role.VERIFIER in roles:
        return "whoever verified the case may not reply in it for a party"
    if move.role is Role.VERIFIER and Role.PARTY in roles:
        return "whoever spoke in the case for a party may not verify it"
    if move.role is Role.PARTY and {e.party for e in own if e.role is Role.PARTY} - {move.party}:
        return "whoever spoke in the case for one party may not reply in it for the other"
    return None


def _person(move: Move) -> str:
    return " ".join(move.by.removesuffix(UNSIGNED).casefold().split())


def _wanting(case: Case, move: Move, assessed: Assessed, *, exercise: bool) -> str | None:
    """Return what the move lacks, in words."""
    if move.role is Role.PARTY and move.party not in PARTIES:
        return "a party's move must say which party: A or B"
    if move.kind is MoveKind.OPEN:
        return _opens_on(move, assessed)
    if move.kind is MoveKind.REPLY and move.party not in PARTIES:
        return "a note that the time to reply has passed must say whose: A or B"
    if move.kind is MoveKind.DETERMINE:
        return _not_ripe(case, move, exercise=exercise)
    return None


def _opens_on(move: Move, assessed: Assessed) -> str | None:
    if move.assessment_id is None:
        return None if move.incident_id else "a case must rest on an assessment or an incident: name one"
    if move.assessment_id not in assessed:
        return f"there is no assessment {move.assessment_id}"
    incident, clause = assessed[move.assessment_id]
    if move.incident_id not in (None, incident) or move.clause_id not in (None, clause):
        return f"assessment {move.assessment_id} is of another incident or clause"
    return None


def _not_ripe(case: Case, move: Move, *, exercise: bool) -> str | None:
    if not exercise:
        return "determinations are recorded in exercises only, until roles are enforced"
    for name in ("body", "outcome", "standard_of_proof"):
        if not getattr(move, name):
            return f"a determination must state its {name.replace('_', ' ')}"
    heard = {m.party for m in case.moves if m.kind is MoveKind.REPLY}
    missing = sorted(PARTIES - heard)
    if missing:
        return f"party {' and party '.join(missing)} has neither replied nor let the time for it pass"
    return None


def _words(state: CaseState) -> str:
    return "not open" if state is CaseState.NONE else state.value.replace("_", " ")
