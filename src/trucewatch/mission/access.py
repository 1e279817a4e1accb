"""Who may do what, and why: one table of parts and actions, which denies what it does not hold.

Rules:
- what is not in the table is refused; a ruling gives its reason in words, also when it allows;
- an administrator keeps accounts and copies and has no part in any case: what cases say is not for them;
- everybody may see what was released, and nothing else without a part in the mission;
- a token does no more than its person may, of what it was made for, in its areas, until it ends;
- parts come from the record; how somebody signed in adds none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from trucewatch.mission.invitations import Part
from trucewatch.mission.kinds import Kind
from trucewatch.model.answered import Answered
from trucewatch.model.decision import MoveKind
from trucewatch.model.told import Several, Slot, Told
from trucewatch.model.vocabulary import Audience


class Action(StrEnum):
    """What somebody may do."""

    SEE_RELEASED = "see_released"
    SEE_GUARANTEES = "see_guarantees"
    SEE_REPORT = "see_report"
    SEE_INCIDENTS = "see_incidents"
    SEE_OWN = "see_own"  # what one submitted oneself
    SEE_ODDS = "see_odds"  # the machine's odds of which party
    SEE_CASE = "see_case"
    SEE_CLOCKS = "see_clocks"
    SEE_SOURCE = "see_source"  # a source's profile; its identity is never seen so
    SEE_RECORD = "see_record"
    SEE_PERSONS = "see_persons"
    SEE_AUDIT = "see_audit"  # who saw what
    SEARCH = "search"
    EXPORT = "export"
    SUBMIT = "submit"  # what was seen, as a source
    RECORD_FACT = "record_fact"  # and what is said of facts: readings, contests, withdrawals, notices
    RECORD_STATUS = (
        "record_status"  # in force, done, withdrawn or broken, for the actor or the body that says so
    )
    READ_DOCUMENT = "read_document"  # takes statements out of prose, accepts and rejects them
    CHOOSE_PROFILES = "choose_profiles"  # learns profiles of sources, and says which are used
    LET_IN = "let_in"  # takes bytes that were set apart into the record
    ERASE = "erase"  # ends a file of the vault, and says why
    CONFIGURE = "configure"  # records the mission's own files: configuration, sources, agreements, packs
    OPEN_CASE = "open_case"
    TRIAGE = "triage"
    ASSIGN = "assign"  # gives a case to somebody of the desk
    JOIN = "join"
    INQUIRE = "inquire"
    FIND = "find"
    REPLY = "reply"
    DELIBERATE = "deliberate"
    VOTE = "vote"
    DISSENT = "dissent"
    DETERMINE = "determine"
    REMEDY = "remedy"
    FOLLOW_UP = "follow_up"
    APPEAL = "appeal"
    RETRACT = "retract"
    REOPEN = "reopen"
    CLOSE = "close"
    PROPOSE_RELEASE = "propose_release"
    APPROVE_RELEASE = "approve_release"
    PUBLISH = "publish"
    RETRACT_RELEASE = "retract_release"
    COSIGN = "cosign"
    MASK = "mask"  # seals the identity of a source
    UNMASK = "unmask"  # opens it, with another custodian
    ACCOUNTS = "accounts"  # makes and ends accounts, invites
    ASK_PART = "ask_part"  # asks that somebody be given a part, or withdraws one
    CONFIRM_PART = "confirm_part"  # gives it, as the second name
    BACK_UP = "back_up"
    EMERGENCY = "emergency"  # gives somebody a part for a day at most


class Through(StrEnum):
    """How somebody showed who they are."""

    KEY = "key"
    SESSION = "session"
    TOKEN = "token"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks: their parts as the record gives them, and what their token narrows these to."""

    person: str | None = None  # the id that the record has
    name: str = ""
    parts: frozenset[Part] = frozenset()
    through: Through = Through.NOBODY
    scopes: frozenset[Action] | None = None  # None: no token narrows it
    areas: frozenset[str] | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Whether somebody may, and why, in words."""

    allowed: bool
    why: str


NOBODY_SIGNED_IN = Viewer()
_A, _P = Action, Part
_READERS = frozenset({_P.ANALYST, _P.VERIFIER, _P.RELEASER})
_LIAISONS = frozenset({_P.LIAISON_A, _P.LIAISON_B})
_BODY = frozenset({_P.COMMISSION})
_STAFF = frozenset({_P.ANALYST, _P.VERIFIER})
_VERIFIER = frozenset({_P.VERIFIER})
_RELEASER = frozenset({_P.RELEASER})
_WATCHING = _BODY | {_P.GUARANTOR}
_CASES = _READERS | _LIAISONS | _WATCHING | {_P.AUDITOR}
_EVERY = frozenset(Part)
EVERYBODY = frozenset({_A.SEE_RELEASED, _A.SEE_GUARANTEES, _A.SEE_REPORT, _A.SEE_INCIDENTS})
"""What nobody need sign in for: whoever has no part is shown what was released, and no more."""

TABLE: Mapping[Action, frozenset[Part]] = MappingProxyType(
    {
        **dict.fromkeys(EVERYBODY, _EVERY),
        _A.SEE_OWN: frozenset({_P.OBSERVER, _P.SENSOR}),
        _A.SEE_ODDS: _STAFF,
        _A.SEE_CASE: _CASES,
        _A.SEE_CLOCKS: _WATCHING,
        _A.SEE_SOURCE: _READERS | {_P.AUDITOR},
        _A.SEE_RECORD: frozenset({_P.AUDITOR}),
        _A.SEE_PERSONS: _CASES | {_P.ADMINISTRATOR},
        _A.SEE_AUDIT: frozenset({_P.AUDITOR}),
        _A.SEARCH: _CASES,
        _A.EXPORT: _CASES,
        _A.SUBMIT: frozenset({_P.OBSERVER, _P.SENSOR}),
        _A.RECORD_FACT: _STAFF | _LIAISONS | _WATCHING,
        _A.RECORD_STATUS: _STAFF | _LIAISONS | _WATCHING,
        _A.READ_DOCUMENT: _STAFF,
        _A.CHOOSE_PROFILES: _STAFF,
        _A.LET_IN: _STAFF,
        _A.ERASE: _VERIFIER | _RELEASER,
        _A.CONFIGURE: _READERS | {_P.ADMINISTRATOR},
        _A.OPEN_CASE: _STAFF | _LIAISONS,
        _A.TRIAGE: _STAFF,
        _A.ASSIGN: _STAFF,
        _A.JOIN: _STAFF,
        _A.INQUIRE: _STAFF,
        _A.FIND: _VERIFIER,
        _A.REPLY: _LIAISONS | _BODY,
        _A.DELIBERATE: _BODY,
        _A.VOTE: _BODY,
        _A.DISSENT: _BODY,
        _A.DETERMINE: _BODY,
        _A.REMEDY: _BODY,
        _A.FOLLOW_UP: _VERIFIER,
        _A.APPEAL: _LIAISONS,
        _A.RETRACT: _STAFF | _LIAISONS | _BODY,
        _A.REOPEN: _VERIFIER | _BODY,
        _A.CLOSE: _BODY,
        _A.PROPOSE_RELEASE: _READERS,
        _A.APPROVE_RELEASE: _RELEASER,
        _A.PUBLISH: _RELEASER,
        _A.RETRACT_RELEASE: _RELEASER,
        _A.COSIGN: _LIAISONS | {_P.GUARANTOR},
        _A.MASK: _STAFF,
        _A.UNMASK: _VERIFIER | _BODY,
        _A.ACCOUNTS: frozenset({_P.ADMINISTRATOR}),
        _A.ASK_PART: _BODY | {_P.ADMINISTRATOR},
        _A.CONFIRM_PART: _VERIFIER | _RELEASER | _BODY,
        _A.BACK_UP: frozenset({_P.ADMINISTRATOR}),
        _A.EMERGENCY: _VERIFIER | _RELEASER | _BODY,
    }
)
"""Which parts may do what."""

OF_KIND: Mapping[Kind, Action] = MappingProxyType(
    {
        **dict.fromkeys(
            (Kind.FACT, Kind.COUNTS_AS, Kind.CONTEST, Kind.WITHDRAWAL, Kind.NOTICE), _A.RECORD_FACT
        ),
        **dict.fromkeys((Kind.DOCUMENT, Kind.STATEMENT, Kind.REVIEW), _A.READ_DOCUMENT),
        **dict.fromkeys((Kind.MISSION, Kind.SOURCE, Kind.AGREEMENT, Kind.ZONES, Kind.PACK), _A.CONFIGURE),
        **dict.fromkeys((Kind.LEARNED, Kind.PROFILES), _A.CHOOSE_PROFILES),
        Kind.STATUS: _A.RECORD_STATUS,
        Kind.RELEASE: _A.LET_IN,
        Kind.TOMBSTONE: _A.ERASE,
        Kind.RELEASE_PROPOSED: _A.PROPOSE_RELEASE,
        Kind.RELEASE_APPROVED: _A.APPROVE_RELEASE,
        Kind.RELEASE_PUBLISHED: _A.PUBLISH,
        Kind.RELEASE_RETRACTED: _A.RETRACT_RELEASE,
    }
)
"""What somebody does who makes a record of a kind; what has a table of its own (moves, keys, parts, seals) is not here."""

OF_MOVE: Mapping[MoveKind, Action] = MappingProxyType(
    {kind: Action.OPEN_CASE if kind is MoveKind.OPEN else Action(kind.value) for kind in MoveKind}
)
RESTRICTED = frozenset(
    {_A.SEE_ODDS, _A.SEE_CASE, _A.SEE_SOURCE, _A.SEE_RECORD, _A.SEE_AUDIT, _A.SEARCH, _A.EXPORT, _A.UNMASK}
)
"""What is written down of who saw it (`seen`)."""

OF_TOKENS = frozenset(
    {*EVERYBODY, _A.SEE_OWN, _A.SEE_CASE, _A.SEE_SOURCE, _A.SEE_RECORD, _A.SEE_AUDIT, _A.SEARCH}
    | {_A.EXPORT, _A.SUBMIT}
)
"""What a token may be made for: it signs nothing, so it moves nothing."""


def may(viewer: Viewer, action: Action, *, area: str | None = None, at: datetime | None = None) -> Ruling:
    """Return whether `viewer` may, in an area and at a moment where these are known.

    A token that is of some areas only is refused where no area is named.
    """
    narrowed = _narrowed(viewer, action, area, at)
    if narrowed is not None:
        return Ruling(allowed=False, why=narrowed)
    by = sorted(viewer.parts & TABLE[action])
    if by:
        slots = {"who": _who(viewer), "parts": _all_of(by), "doing": action}
        return Ruling(allowed=True, why=Told(Answered.MAY, slots))
    if action in EVERYBODY:
        return Ruling(allowed=True, why=Told(Answered.EVERYBODY_MAY, {"doing": action}))
    parts = _all_of(sorted(viewer.parts)) if viewer.parts else Told(Answered.NO_PART)
    those = Several(each=tuple(sorted(TABLE[action])))
    slots = {"who": _who(viewer), "parts": parts, "doing": action, "those": those}
    return Ruling(allowed=False, why=Told(Answered.MAY_NOT, slots))


def audience_of_viewer(viewer: Viewer) -> Audience:
    """Return which projection a viewer gets: the narrowest of those that their parts have.

    Whoever speaks for a party is never shown what the mission alone sees, whatever else they are.
    """
    sides = viewer.parts & _LIAISONS
    if sides:
        return Audience.PUBLIC if len(sides) > 1 else Audience("party:" + min(sides)[-1])
    for part, audience in _SHOWN:
        if part in viewer.parts:
            return audience
    return Audience.PUBLIC


def words_of(action: Action) -> str:
    """Return an action in words."""
    return action.value.replace("_", " ")


_SHOWN = (
    (Part.GUARANTOR, Audience.GUARANTOR),
    (Part.COMMISSION, Audience.BODY),
    *((part, Audience.INTERNAL) for part in (*sorted(_READERS), Part.AUDITOR)),
)


def _who(viewer: Viewer) -> str:
    return viewer.name or Told(Answered.NOBODY if viewer.person is None else Answered.SOMEBODY)


def _all_of(parts: Sequence[Part]) -> Slot:
    """Return parts as one text: "analyst and verifier"."""
    said: Slot = parts[0]
    for part in parts[1:]:
        said = Told(Answered.AND, {"first": said, "last": part})
    return said


def _narrowed(viewer: Viewer, action: Action, area: str | None, at: datetime | None) -> Told | None:
    """Return why a token or a time keeps the viewer from it, None when none does."""
    if viewer.until is not None and at is not None and at >= viewer.until:
        return Told(Answered.ENDED, {"until": viewer.until.isoformat()})
    if viewer.scopes is not None and action not in viewer.scopes:
        made = Several(each=tuple(sorted(viewer.scopes))) if viewer.scopes else Told(Answered.NOTHING)
        return Told(Answered.TOKEN_FOR_OTHERS, {"doing": action, "those": made})
    if viewer.areas is not None and area not in viewer.areas:
        areas = ", ".join(sorted(viewer.areas))
        if area is None:
            return Told(Answered.TOKEN_WITHOUT_AREA, {"areas": areas})
        return Told(Answered.TOKEN_OF_AREAS, {"areas": areas, "area": area})
    return None
