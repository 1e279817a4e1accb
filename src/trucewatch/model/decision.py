"""What people decide: moves, the cases they make up, and determinations.

Rules:
- only a body's determination may be called a violation;
- a case's state is a fold over moves; nothing assigns it;
- nothing that ships holds a determination of a real incident: those are the body's, in its own mission.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trucewatch.model.vocabulary import Verdict

PROGRAM = "trucewatch"
"""The name that what the program records of itself bears."""


class Role(StrEnum):
    """In what capacity somebody acts."""

    ANALYST = "analyst"
    VERIFIER = "verifier"
    PARTY = "party"
    BODY = "body"
    PUBLIC = "public"  # a person or an organisation that alleges, and has no other part
    PROGRAM = "program"  # opens a case again when what it rests on has changed, and nothing else


class MoveKind(StrEnum):
    """What is done with a case."""

    OPEN = "open"  # alleges: by a party, the public, or on the machine's assessment
    TRIAGE = "triage"  # takes it up for inquiry
    ASSIGN = "assign"  # gives it to somebody of the desk
    JOIN = "join"  # it is of the same incident as another case, and goes on there
    INQUIRE = "inquire"
    FIND = "find"
    REPLY = "reply"
    DELIBERATE = "deliberate"
    VOTE = "vote"
    DISSENT = "dissent"
    DETERMINE = "determine"
    REMEDY = "remedy"
    FOLLOW_UP = "follow_up"  # what became of the remedy
    APPEAL = "appeal"
    RETRACT = "retract"  # an allegation by whoever made it, a determination by its body
    REOPEN = "reopen"
    CLOSE = "close"


class CaseState(StrEnum):
    """Where a case stands."""

    NONE = "none"
    OPENED = "opened"
    TRIAGED = "triaged"
    UNDER_INQUIRY = "under_inquiry"
    FOUND = "found"
    REPLIED = "replied"
    DELIBERATING = "deliberating"
    DETERMINED = "determined"
    REMEDY_SET = "remedy_set"
    FOLLOWED_UP = "followed_up"
    APPEALED = "appealed"
    JOINED = "joined"
    RETRACTED = "retracted"
    CLOSED = "closed"
    REOPENED = "reopened"  # for a cause; what was determined stands until another takes its place


class Door(StrEnum):
    """Through what a move came, when its key was not at hand but unlocked when somebody signed in."""

    PAGE = "page"
    API = "api"


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


class Cause(StrEnum):
    """Why a case is opened again."""

    MERGE = "merge"  # its incident and another were judged to be one
    LATE_OBSERVATION = "late_observation"
    NEW_VERSION = "new_version"  # of the agreement
    JOINED_WRONGLY = "joined_wrongly"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRules:
    """What the agreement says of how a case is decided; None and empty: the text does not say."""

    body: str | None = None
    seats: tuple[str, ...] = ()  # empty: the seats were not published
    quorum: int | None = None
    reply_days: int | None = None
    standard_of_proof: str | None = None
    on_silence: str | None = None  # what happens when a party does not reply in its days


NO_RULES = CaseRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One step of one person in one case."""

    move_id: str
    case_id: str
    kind: MoveKind
    by: str  # "NAME (unsigned)", the name alone of a person whose record is signed, or the program's
    role: Role
    at: datetime
    words: str
    assessment_id: str | None = None  # what an OPEN rests on
    incident_id: str | None = None
    clause_id: str | None = None
    party: str | None = None  # whose reply: A or B
    body: str | None = None
    outcome: Outcome | None = None  # of a VOTE or a DETERMINE
    standard_of_proof: str | None = None
    breach_utc: datetime | None = None  # when the breach began, as determined
    seat: str | None = None  # of the body, for which somebody votes or dissents
    other_case: str | None = None  # the case that a JOIN joins
    cause: Cause | None = None  # of a REOPEN
    owner: str | None = None  # who is to do the REMEDY, or has the case after an ASSIGN
    due_utc: datetime | None = None  # by when
    done_utc: datetime | None = None  # of a FOLLOW_UP: when it was done; None: it was not
    evidence: tuple[
        str, ...
    ] = ()  # what a FOLLOW_UP or an allegation rests on: names of the vault, or references
    organisation: str | None = None  # on whose behalf somebody from outside alleges
    from_utc: datetime | None = None  # when what is alleged happened, at the earliest
    to_utc: datetime | None = None  # and at the latest
    place: str | None = None  # where, in the words of whoever alleges
    verdict: Verdict | None = None  # of the assessment that an OPEN or a FIND rests on, as it then stood
    unseen_by: tuple[str, ...] = ()  # of a FIND: parties that may see none of its evidence
    incidents: tuple[str, ...] = ()  # of a REOPEN by the program: those that met, the one that stays first
    records: tuple[int, ...] = ()  # of a REOPEN by the program: the numbers of the records that it rests on
    through: Door | None = None  # None: by a command, with a key at hand


LATER_FIELDS = (
    *("seat", "other_case", "cause", "owner", "due_utc", "done_utc", "evidence"),
    *("organisation", "from_utc", "to_utc", "place", "verdict", "unseen_by", "incidents", "records"),
    "through",
)
"""Fields that earlier moves do not have: a move that does not state one is written without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissent:
    """What somebody of the body holds against its determination, kept whole."""

    by: str
    seat: str | None
    words: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What is to be done, by whom, by when, and what became of it."""

    words: str
    owner: str | None
    due_utc: datetime | None
    done_utc: datetime | None = None
    evidence: tuple[str, ...] = ()

    @property
    def late(self) -> bool:
        """Say whether it was done after its day."""
        return self.due_utc is not None and self.done_utc is not None and self.done_utc > self.due_utc


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
    determination: Determination | None  # the one that stands
    refused: tuple[tuple[Move, str], ...]  # moves that were not legal, with the reason
    earlier: tuple[Determination, ...] = ()  # determinations that were retracted or replaced
    dissents: tuple[Dissent, ...] = ()  # from the determination that stands
    remedies: tuple[Remedy, ...] = ()
    joined_to: str | None = None
    owner: str | None = None  # who of the desk has it: assigned, or else whoever took it up
