"""What people decide: moves, the cases they make up, and determinations.

Rules:
- only a body's determination may be called a violation;
- a case's state is a fold over moves; nothing assigns it;
- determinations are recorded in exercises only, until roles are enforced.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """In what capacity somebody acts."""

    ANALYST = "analyst"
    VERIFIER = "verifier"
    PARTY = "party"
    BODY = "body"


class MoveKind(StrEnum):
    """What is done with a case."""

    OPEN = "open"
    FIND = "find"
    REPLY = "reply"
    DETERMINE = "determine"
    REMEDY = "remedy"
    CLOSE = "close"


class CaseState(StrEnum):
    """Where a case stands."""

    NONE = "none"
    OPENED = "opened"
    FOUND = "found"
    REPLIED = "replied"
    DETERMINED = "determined"
    REMEDY_SET = "remedy_set"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What a body may determine."""

    BREACH_BY_A = "breach_by_A"
    BREACH_BY_B = "breach_by_B"
    BREACH_BY_BOTH = "breach_by_both"
    NOT_ATTRIBUTABLE = "not_attributable"
    NOT_A_BREACH = "not_a_breach"
    TEXT_DOES_NOT_DECIDE = "text_does_not_decide"
    UNABLE_TO_RULE = "unable_to_rule"
    EXERCISE = "exercise"
    ACCIDENT = "accident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One step of one person in one case."""

    move_id: str
    case_id: str
    kind: MoveKind
    by: str  # "NAME (unsigned)", or the name alone of a person whose record is signed
    role: Role
    at: datetime
    words: str
    assessment_id: str | None = None  # what an OPEN rests on
    incident_id: str | None = None
    clause_id: str | None = None
    party: str | None = None  # whose reply: A or B
    body: str | None = None
    outcome: Outcome | None = None
    standard_of_proof: str | None = None
    breach_utc: datetime | None = None  # when the breach began, as determined


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """A body's decision on a case."""

    case_id: str
    body: str
    outcome: Outcome
    clause_id: str | None
    at: datetime
    standard_of_proof: str
    by: str
    words: str
    move_id: str
    breach_utc: datetime | None = None  # when the breach began, as determined; None: it does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case: its moves in order, and where they left it."""

    case_id: str
    state: CaseState
    moves: tuple[Move, ...]
    incident_id: str | None
    clause_id: str | None
    determination: Determination | None
    refused: tuple[tuple[Move, str], ...]  # moves that were not legal, with the reason
