"""The table of legal moves: who may make which, in which state, and where it leads.

Rules:
- the table is the documentation: a pair of state and move that is not in it is not legal;
- the shortest way is open, find, two replies, determine; triage, inquiry and deliberation stand between where
  a body works so, and a body with a quorum deliberates before it determines;
- an appeal is decided anew; the determination stands until then;
- what was joined, retracted or closed is opened again for a cause, and keeps its moves;
- the program opens a decided case again and does nothing else; the determination and its remedies stand meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from trucewatch.model.decision import CaseState, MoveKind, Role

_BODY = frozenset({Role.BODY})
_VERIFIER = frozenset({Role.VERIFIER})
_PARTY = frozenset({Role.PARTY})
_STAFF = frozenset({Role.ANALYST, Role.VERIFIER})
_ALLEGING = frozenset({Role.ANALYST, Role.VERIFIER, Role.PARTY, Role.PUBLIC})
_HEARING = frozenset({Role.PARTY, Role.BODY})  # a body's REPLY notes that a party's time to reply has passed
_REVIEWING = frozenset({Role.VERIFIER, Role.BODY})
_NOTICING = _REVIEWING | {Role.PROGRAM}

Step = tuple[frozenset[Role], CaseState]
_S, _M = CaseState, MoveKind


def _before_a_finding() -> dict[tuple[CaseState, MoveKind], Step]:
    """Return what may be done with an allegation until a verifier finds."""
    steps: dict[tuple[CaseState, MoveKind], Step] = {
        (_S.NONE, _M.OPEN): (_ALLEGING, _S.OPENED),
        (_S.OPENED, _M.TRIAGE): (_STAFF, _S.TRIAGED),
    }
    for state in (_S.OPENED, _S.TRIAGED, _S.UNDER_INQUIRY, _S.REOPENED):
        steps[state, _M.INQUIRE] = (_STAFF, _S.UNDER_INQUIRY)
        steps[state, _M.FIND] = (_VERIFIER, _S.FOUND)
        steps[state, _M.JOIN] = (_STAFF, _S.JOINED)
        steps[state, _M.RETRACT] = (_ALLEGING, _S.RETRACTED)
        steps[state, _M.CLOSE] = (_BODY, _S.CLOSED)
    return steps


def _heard_and_decided() -> dict[tuple[CaseState, MoveKind], Step]:
    """Return what may be done from a finding to a determination."""
    return {
        (_S.FOUND, _M.FIND): (_VERIFIER, _S.FOUND),
        (_S.FOUND, _M.REPLY): (_HEARING, _S.REPLIED),
        (_S.FOUND, _M.CLOSE): (_BODY, _S.CLOSED),
        (_S.REPLIED, _M.REPLY): (_HEARING, _S.REPLIED),
        (_S.REPLIED, _M.FIND): (_VERIFIER, _S.FOUND),
        (_S.REPLIED, _M.DELIBERATE): (_BODY, _S.DELIBERATING),
        (_S.REPLIED, _M.DETERMINE): (_BODY, _S.DETERMINED),
        (_S.REPLIED, _M.CLOSE): (_BODY, _S.CLOSED),
        (_S.DELIBERATING, _M.VOTE): (_BODY, _S.DELIBERATING),
        (_S.DELIBERATING, _M.DISSENT): (_BODY, _S.DELIBERATING),
        (_S.DELIBERATING, _M.DETERMINE): (_BODY, _S.DETERMINED),
        (_S.DELIBERATING, _M.CLOSE): (_BODY, _S.CLOSED),
        (_S.APPEALED, _M.REPLY): (_HEARING, _S.APPEALED),
        (_S.APPEALED, _M.DELIBERATE): (_BODY, _S.DELIBERATING),
        (_S.APPEALED, _M.DETERMINE): (_BODY, _S.DETERMINED),
    }


def _afterwards() -> dict[tuple[CaseState, MoveKind], Step]:
    """Return what may be done with a determination, and how a case is opened again."""
    steps: dict[tuple[CaseState, MoveKind], Step] = {
        (_S.DETERMINED, _M.REMEDY): (_BODY, _S.REMEDY_SET),
        (_S.REMEDY_SET, _M.REMEDY): (_BODY, _S.REMEDY_SET),
        (_S.REMEDY_SET, _M.REPLY): (_PARTY, _S.REMEDY_SET),
        (_S.REMEDY_SET, _M.FOLLOW_UP): (_VERIFIER, _S.FOLLOWED_UP),
        (_S.FOLLOWED_UP, _M.FOLLOW_UP): (_VERIFIER, _S.FOLLOWED_UP),
        (_S.FOLLOWED_UP, _M.REMEDY): (_BODY, _S.REMEDY_SET),
    }
    for state in (_S.DETERMINED, _S.REMEDY_SET, _S.FOLLOWED_UP):
        steps[state, _M.DISSENT] = (_BODY, state)
        steps[state, _M.APPEAL] = (_PARTY, _S.APPEALED)
        steps[state, _M.RETRACT] = (_BODY, _S.DELIBERATING)
        steps[state, _M.CLOSE] = (_BODY, _S.CLOSED)
    for state in (_S.DETERMINED, _S.REMEDY_SET, _S.FOLLOWED_UP, _S.APPEALED, _S.CLOSED):
        steps[state, _M.REOPEN] = (_NOTICING, _S.REOPENED)
    for state in (_S.JOINED, _S.RETRACTED):
        steps[state, _M.REOPEN] = (_REVIEWING, _S.REOPENED)
    steps[_S.REOPENED, _M.FOLLOW_UP] = (_VERIFIER, _S.REOPENED)
    return steps


def _given() -> dict[tuple[CaseState, MoveKind], Step]:
    """Return in which states a case may be given to somebody of the desk: all that still have work in them."""
    done = (_S.NONE, _S.JOINED, _S.RETRACTED, _S.CLOSED)
    return {(state, _M.ASSIGN): (_STAFF, state) for state in _S if state not in done}


LEGAL: Mapping[tuple[CaseState, MoveKind], Step] = MappingProxyType(
    {**_before_a_finding(), **_heard_and_decided(), **_afterwards(), **_given()}
)
"""(state, move): who may make it, and where it leads."""


def words_of(state: CaseState) -> str:
    """Return the state in words."""
    return "not open" if state is CaseState.NONE else state.value.replace("_", " ")
