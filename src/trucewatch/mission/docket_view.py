"""The desk at a moment, as values: who waits, what is due, and what happens when nobody answers.

Shape: `docket_view(cases, rules, at=...)` gives a `DocketView` of
`waiting` (by lane, the next first), `due` (what somebody owes a case, the earliest day first; `late` when its day has
passed), `silent` (parties whose days to reply have passed, and what the agreement says follows) and `reopened`.

Rules:
- pure: a function of cases and rules at a moment; it asks for no clock;
- a day comes from the agreement or from the body's remedy, and from nowhere else: where the text names none, none is due;
- nothing follows by itself: that a party's time has passed is for the body to note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from trucewatch.decide.decide import Rules
from trucewatch.decide.docket import QUOTA_PER_DAY, Lane, Waiting, docket
from trucewatch.model.decision import NO_RULES, Case, CaseRules, CaseState, MoveKind

PARTIES = ("A", "B")
HEARING = frozenset({CaseState.FOUND, CaseState.REPLIED})
DONE = frozenset({CaseState.NONE, CaseState.OPENED, CaseState.JOINED, CaseState.RETRACTED, CaseState.CLOSED})
OWING = frozenset(CaseState) - DONE
"""States in which somebody may owe a case something."""


class Owed(StrEnum):
    """What is owed to a case."""

    REPLY = "reply"
    REMEDY = "remedy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What somebody owes a case by a day."""

    case_id: str
    what: Owed
    by_whom: str  # "party A", or the remedy's owner
    due_utc: datetime
    late: bool
    words: str
    days: int | None = None  # of a reply: how many the agreement gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A party whose days to reply have passed without a reply, or a note of it."""

    case_id: str
    party: str
    since: datetime
    follows: str | None  # what the agreement says happens then; None: it does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class DocketView:
    """The desk at a moment."""

    at: datetime
    waiting: Mapping[Lane, tuple[Waiting, ...]]
    due: tuple[Due, ...]
    silent: tuple[Silent, ...]
    reopened: tuple[str, ...]  # cases that were opened again and nobody has taken up


def docket_view(
    cases: Sequence[Case], rules: Rules, *, at: datetime, quota: int = QUOTA_PER_DAY
) -> DocketView:
    """Return the desk at a moment."""
    replies = [each for case in cases for each in _replies(case, _rules(case, rules, at), at)]
    due = [one for one in replies if isinstance(one, Due)]
    due += [one for case in cases for one in _remedies(case, at)]
    silent = [one for one in replies if isinstance(one, Silent)]
    return DocketView(
        at=at,
        waiting=docket(cases, quota=quota),
        due=tuple(sorted(due, key=lambda one: (one.due_utc, one.case_id, one.by_whom))),
        silent=tuple(sorted(silent, key=lambda one: (one.since, one.case_id, one.party))),
        reopened=tuple(case.case_id for case in cases if case.state is CaseState.REOPENED),
    )


def _rules(case: Case, rules: Rules, at: datetime) -> CaseRules:
    """Return the rules that stand for a case at a moment."""
    stood = rules.get((case.clause_id or "").partition("/")[0], ())
    before = [told for since, told in stood if since <= at]
    return before[-1] if before else NO_RULES


def _replies(case: Case, rules: CaseRules, at: datetime) -> Iterator[Due | Silent]:
    """Yield each reply that is awaited, and each party that let its days pass."""
    found = [number for number, move in enumerate(case.moves) if move.kind is MoveKind.FIND]
    if case.state not in HEARING or not found or rules.reply_days is None:
        return
    since = case.moves[found[-1] :]
    heard = {move.party for move in since if move.kind is MoveKind.REPLY}
    until = since[0].at + timedelta(days=rules.reply_days)
    for party in PARTIES:
        if party in heard:
            continue
        if at < until:
            words = f"{rules.reply_days} days from the finding"
            yield Due(
                case_id=case.case_id,
                what=Owed.REPLY,
                by_whom=f"party {party}",
                due_utc=until,
                late=False,
                words=words,
                days=rules.reply_days,
            )
        else:
            yield Silent(case_id=case.case_id, party=party, since=until, follows=rules.on_silence)


def _remedies(case: Case, at: datetime) -> Iterable[Due]:
    if case.state in (CaseState.CLOSED, CaseState.JOINED, CaseState.RETRACTED):
        return ()
    return [
        Due(
            case_id=case.case_id,
            what=Owed.REMEDY,
            by_whom=remedy.owner,
            due_utc=remedy.due_utc,
            late=at > remedy.due_utc,
            words=remedy.words,
        )
        for remedy in case.remedies
        if remedy.owner is not None and remedy.due_utc is not None and remedy.done_utc is None
    ]
