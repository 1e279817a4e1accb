"""Separation of duties: who may not make a move for the part they had in the case before.

Rules:
- whoever opened a case does not triage, verify, join or follow it up; whoever alleged retracts, and nobody else;
- the body, the verifier and each party are different people, and no party decides its own case;
- whoever determined does not decide the appeal, and nobody votes twice in one deliberation.
"""

from __future__ import annotations

from collections.abc import Sequence

from trucewatch.model.decision import Case, Move, MoveKind, Role

UNSIGNED = " (unsigned)"
_NOT_THE_OPENERS = {
    MoveKind.TRIAGE: "triage it",
    MoveKind.JOIN: "join it to another",
    MoveKind.INQUIRE: "inquire into it",
    MoveKind.FIND: "verify it",
    MoveKind.FOLLOW_UP: "say what became of its remedy",
    MoveKind.REOPEN: "reopen it",
}


def person(move: Move) -> str:
    """Return who moves, however the name is written."""
    return " ".join(move.by.removesuffix(UNSIGNED).casefold().split())


def not_apart(case: Case, move: Move) -> str | None:
    """Return why whoever moves may not, having already had another part in the case."""
    own = [earlier for earlier in case.moves if person(earlier) == person(move)]
    return _openers(own, move) or _parts(own, move) or _deciders(case, own, move)


def _parts(own: Sequence[Move], move: Move) -> str | None:
    roles = {earlier.role for earlier in own}
    if move.role is Role.BODY and roles - {Role.BODY}:
        return "whoever opened, verified or replied in the case may not decide in it for the body"
    if move.role is not Role.BODY and Role.BODY in roles:
        return "whoever decides in the case for the body may have no other part in it"
    if move.role is Role.PARTY and Role.VERIFIER in roles:
        return "whoever verified the case may not reply in it for a party"
    if move.role is Role.VERIFIER and Role.PARTY in roles:
        return "whoever spoke in the case for a party may not verify it"
    if move.role is Role.PARTY and {e.party for e in own if e.role is Role.PARTY} - {move.party}:
        return "whoever spoke in the case for one party may not reply in it for the other"
    if Role.PUBLIC in roles and move.role is not Role.PUBLIC:
        return "whoever alleged from outside may have no other part in the case"
    return None


def _openers(own: Sequence[Move], move: Move) -> str | None:
    opened = any(earlier.kind is MoveKind.OPEN for earlier in own)
    if opened and move.kind in _NOT_THE_OPENERS:
        return f"whoever opened the case may not {_NOT_THE_OPENERS[move.kind]}"
    if move.kind is MoveKind.RETRACT and move.role is not Role.BODY and not opened:
        return "an allegation is retracted by whoever made it"
    return None


def _deciders(case: Case, own: Sequence[Move], move: Move) -> str | None:
    if move.kind is MoveKind.VOTE and _voted(case, move):
        return "nobody votes twice in one deliberation"
    appealed = any(earlier.kind is MoveKind.APPEAL for earlier in case.moves)
    ruled = any(earlier.kind is MoveKind.DETERMINE for earlier in own)
    if appealed and ruled and move.kind is MoveKind.DETERMINE:
        return "whoever determined may not decide the appeal"
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
