"""Separation of duties: who may not make a move for the part they had in the case before.

Rules:
- whoever opened a case does not triage, verify, join or follow it up; whoever alleged retracts, and nobody else;
- the body, the verifier and each party are different people, and no party decides its own case;
- whoever determined does not decide the appeal, and nobody votes twice in one deliberation.
"""

from __future__ import annotations

from collections.abc import Sequence

from trucewatch.model.decision import Case, Move, MoveKind, Role
from trucewatch.model.refused import Refused
from trucewatch.model.told import Told

UNSIGNED = " (unsigned)"
_NOT_THE_OPENERS = {
    MoveKind.TRIAGE: Refused.OPENED_TRIAGE,
    MoveKind.JOIN: Refused.OPENED_JOIN,
    MoveKind.INQUIRE: Refused.OPENED_INQUIRE,
    MoveKind.FIND: Refused.OPENED_FIND,
    MoveKind.FOLLOW_UP: Refused.OPENED_FOLLOW_UP,
    MoveKind.REOPEN: Refused.OPENED_REOPEN,
}


def person(move: Move) -> str:
    """Return who moves, however the name is written."""
    return " ".join(move.by.removesuffix(UNSIGNED).casefold().split())


def not_apart(case: Case, move: Move) -> Told | None:
    """Return why whoever moves may not, having already had another part in the case."""
    own = [earlier for earlier in case.moves if person(earlier) == person(move)]
    return _openers(own, move) or _parts(own, move) or _deciders(case, own, move)


def _parts(own: Sequence[Move], move: Move) -> Told | None:
    roles = {earlier.role for earlier in own}
    if move.role is Role.BODY and roles - {Role.BODY}:
        return Told(Refused.BODY_HAD_A_PART)
    if move.role is not Role.BODY and Role.BODY in roles:
        return Told(Refused.BODY_ALONE)
    if move.role is Role.PARTY and Role.VERIFIER in roles:
        return Told(Refused.VERIFIED_IT)
    if move.role is Role.VERIFIER and Role.PARTY in roles:
        return Told(Refused.SPOKE_IN_IT)
    if move.role is Role.PARTY and {e.party for e in own if e.role is Role.PARTY} - {move.party}:
        return Told(Refused.ONE_PARTY)
    if Role.PUBLIC in roles and move.role is not Role.PUBLIC:
        return Told(Refused.FROM_OUTSIDE)
    return None


def _openers(own: Sequence[Move], move: Move) -> Told | None:
    opened = any(earlier.kind is MoveKind.OPEN for earlier in own)
    if opened and move.kind in _NOT_THE_OPENERS:
        return Told(_NOT_THE_OPENERS[move.kind])
    if move.kind is MoveKind.RETRACT and move.role is not Role.BODY and not opened:
        return Told(Refused.ALLEGED_IT)
    return None


def _deciders(case: Case, own: Sequence[Move], move: Move) -> Told | None:
    if move.kind is MoveKind.VOTE and _voted(case, move):
        return Told(Refused.VOTED)
    appealed = any(earlier.kind is MoveKind.APPEAL for earlier in case.moves)
    ruled = any(earlier.kind is MoveKind.DETERMINE for earlier in own)
    if appealed and ruled and move.kind is MoveKind.DETERMINE:
        return Told(Refused.NOT_THE_APPEAL)
    return None


def _voted(case: Case, move: Move) -> bool:
    """Say whether this person, or this seat, has voted in the deliberation that goes on."""
    return any(
        person(vote) == person(move) or (vote.seat is not None and vote.seat == move.seat)
        for vote in votes(case)
    )


def votes(case: Case) -> tuple[Move, ...]:
    """Return the votes of the deliberation that goes on, in their order."""
    begun = [at for at, move in enumerate(case.moves) if move.kind is MoveKind.DELIBERATE]
    return tuple(move for move in case.moves[begun[-1] :] if move.kind is MoveKind.VOTE) if begun else ()
