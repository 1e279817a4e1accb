"""What somebody outside is shown of what is known: released tables, the ledger without names, cases by their reasons.

Rules:
- rows are what was released to the audience and nothing else; a day that was not released has no report for it;
- of what people record the fields in `TOLD` are told and no others, so that one that is added later stays inside;
- whoever recorded something has another name for each audience outside, the same throughout, that only the mission
  can make; a body is told who its people are;
- of a case the parties, the body and guarantors are told the same reasons; the public is told what was determined,
  and not the words, of cases that two names released, as they stood then;
- of the ledger the public is told what a release of it holds, and nothing that was recorded since;
- without a policy nobody outside is shown anything.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeVar

import polars as pl

from trucewatch.errors import RefusedError
from trucewatch.mission.exporting import exported
from trucewatch.mission.invitations import folded
from trucewatch.mission.known import Known
from trucewatch.mission.ledger_rows import with_ledger
from trucewatch.mission.pledges import ledger_at
from trucewatch.mission.projecting import policy_for
from trucewatch.mission.release_files import in_window
from trucewatch.mission.release_rules import Release
from trucewatch.mission.released import (
    all_releases,
    last_moment,
    released,
    retracted,
    retracted_of,
    tables_of,
)
from trucewatch.mission.roll import UNSIGNED
from trucewatch.mission.walk import Walk, areas_known, cases_of
from trucewatch.model.annotation import Annotations, Contest, CountsAs, Status, Withdrawal
from trucewatch.model.answered import Answered
from trucewatch.model.decision import Case, Determination, Dissent, Move, MoveKind, Remedy
from trucewatch.model.gate import CLOCKS_FOR
from trucewatch.model.ledger import LEDGER
from trucewatch.model.notice import Notice
from trucewatch.model.outside import NOT_NAMED, renamed
from trucewatch.model.policy import Policy
from trucewatch.model.statement import Fact
from trucewatch.model.tables import ASSESSMENTS, CONTROL, COUNTS, COVERAGE, INCIDENTS, OBSERVATIONS, WEATHER
from trucewatch.model.told import Told
from trucewatch.model.vocabulary import Audience

OURS = frozenset({Audience.INTERNAL, Audience.BODY})
SIDES = frozenset({"A", "B", "party:A", "party:B", "trucewatch"})  # who is no person
PEOPLE = frozenset({"recorded_by", "by"})
REASONS = frozenset(
    {"words", "place", "standard_of_proof", "seat", "owner", "breach_utc", "done_utc", "due_utc"}
)
_STEP = frozenset(
    {"move_id", "case_id", "kind", "role", "at", "clause_id", "party", "body", "outcome", "cause", "through"}
)
TOLD: Mapping[type, frozenset[str]] = MappingProxyType(
    {
        Fact: frozenset(
            {"fact_id", "kind", "holds", "from_utc", "agreement", "body", "contested_by", "whose"}
        ),
        CountsAs: frozenset({"counts_as_id", "kind", "trigger", "words", "pack", "statement_id"}),
        Contest: frozenset({"contest_id", "of", "contested_by"}),
        Withdrawal: frozenset({"withdrawal_id", "of"}),
        Status: frozenset({"status_id", "of", "kind", "from_utc", "for_actor", "body"}),
        Notice: frozenset({"stated", "record", "at", "from_utc", "to_utc", "party", "clause_id", "denies"}),
        Move: _STEP | REASONS | {"other_case", "from_utc", "to_utc", "verdict", "unseen_by"},
        Determination: frozenset({"case_id", "body", "outcome", "clause_id", "at", "move_id"}) | REASONS,
        Dissent: frozenset({"at"}) | REASONS,
        Remedy: REASONS,
        Case: frozenset(
            {
                "case_id",
                "state",
                "moves",
                "clause_id",
                "determination",
                "earlier",
                "dissents",
                "remedies",
                "joined_to",
            }
        ),
    }
)
"""What is told outside of what people record, field by field: what is not named here stays inside."""

DECIDED = frozenset({Move, Determination, Dissent, Remedy})
NOTHING: frozenset[str] = frozenset()
Noun = TypeVar("Noun")


def known_for(record: Known, audience: Audience) -> Known:
    """Return what is known as an audience is told of it, without moves; RefusedError when it may have nothing."""
    policy = _policy(record, audience)
    if policy is None:
        return record
    told = told_outside_of(record, policy)
    if audience is not Audience.PUBLIC:
        return told
    made = ledger_released(record)
    if made is None:
        raise RefusedError(_no_ledger(record))
    return replace(
        _with_ledger_of(made, told), known_at=max((made.proposal.at, *_told_upto(record).values()))
    )


def told_outside_of(record: Known, policy: Policy) -> Known:
    """Return all that is known as the policy's audience may be told of it, whether or not it was released."""
    held = record.annotations
    return replace(
        record,
        facts=_each(record.facts, policy),
        annotations=Annotations(
            counts_as=_each(held.counts_as, policy),
            contests=_each(held.contests, policy),
            withdrawals=_each(held.withdrawals, policy),
            statuses=_each(held.statuses, policy),
            notices=_each(held.notices, policy),
        ),
        moves=(),
        overrides=(),
        packs=tuple(replace(pack, places=pack.places.clear()) for pack in record.packs),
    )


def cases_for(record: Known, audience: Audience, among: frozenset[str] | None = None) -> tuple[Case, ...]:
    """Return the cases as an audience is told of them; RefusedError when it may have nothing.

    The public is told of those in a release that was published to it, as they stood when it was proposed; `among` are those
    that a release being made would tell of.
    """
    policy = _policy(record, audience)
    if policy is None:
        return cases_of(record)
    shown = _released_cases(record) if audience is Audience.PUBLIC and among is None else record
    return tuple(case_for(case, policy) for case in cases_of(shown) if among is None or case.case_id in among)


def _released_cases(record: Known) -> Known:
    """Return what is known with the moves alone that two names released to the public: of a case in a release, as it then stood."""
    upto = _told_upto(record)
    told = (move for move in record.moves if move.case_id in upto and move.at <= upto[move.case_id])
    return replace(record, moves=tuple(told))


def _told_upto(record: Known) -> Mapping[str, datetime]:
    """Return the cases that two names released to the public, and up to which moment."""
    upto: dict[str, datetime] = {}
    for release in published_to(record, Audience.PUBLIC, None):
        for case_id in release.proposal.cases:
            upto[case_id] = max(release.proposal.at, upto.get(case_id, release.proposal.at))
    return upto


def ledger_released(record: Known) -> Release | None:
    """Return the release that the public has the ledger by, None when there is none."""
    found = [one for one in all_releases(record) if one.open and one.of_ledger]
    return max(found, key=lambda one: (one.published_at, one.seq), default=None)


def _with_ledger_of(made: Release | None, told: Known) -> Known:
    """Return what is told with the ledger that a release holds, empty where there is none or it was erased."""
    tables = {} if made is None else tables_of(told.folder.vault, made)
    return with_ledger(told, tables.get(LEDGER.name, LEDGER.empty()))


def _no_ledger(record: Known) -> str:
    """Return why the public is shown nothing of the ledger."""
    gone = [one for one in retracted(record, Audience.PUBLIC) if one.of_ledger]
    if gone and gone[-1].retracted_at is not None:
        when = f"{gone[-1].retracted_at:%Y-%m-%d %H:%M}Z"
        return Told(Answered.LEDGER_RETRACTED, {"when": when, "why": gone[-1].why})
    return Told(Answered.NO_LEDGER)


def _policy(record: Known, audience: Audience) -> Policy | None:
    """Return the policy for an audience; None for the mission itself, and for an exercise's body and guarantors."""
    whole = record.mission.exercise and audience in CLOCKS_FOR and audience not in record.policies
    return None if whole or audience is Audience.INTERNAL else policy_for(record.policies, audience)


def walk_for(walk: Walk, audience: Audience) -> Walk:
    """Return a walk with what was released to an audience in place of what the mission has."""
    if audience is Audience.INTERNAL:
        return walk
    _policy(walk.known, audience)
    first = None if walk.day is None else walk.known.clock.day_of(walk.days[0].start)
    return shown_in(walk, audience, _released(walk.known, audience, first, walk.day))


def shown_in(
    walk: Walk,
    audience: Audience,
    tables: Mapping[str, pl.DataFrame],
    among: frozenset[str] | None = None,
) -> Walk:
    """Return a walk with tables that left for an audience in place of what the mission has."""
    policy = _policy(walk.known, audience)
    record = walk.known if policy is None else told_outside_of(walk.known, policy)
    if audience is Audience.PUBLIC:
        record = _with_ledger_of(ledger_released(walk.known), record)
    cases = cases_for(walk.known, audience, among)
    incidents = tables.get(INCIDENTS.name, INCIDENTS.empty())
    return replace(
        walk,
        known=record,
        observations=tables.get(OBSERVATIONS.name, OBSERVATIONS.empty()),
        weather=WEATHER.empty(),
        control=tables.get(CONTROL.name, CONTROL.empty()),
        fused=replace(
            walk.fused,
            incidents=incidents,
            counts=tables.get(COUNTS.name, COUNTS.empty()),
            links=walk.fused.links.clear(),
        ),
        coverage=tables.get(COVERAGE.name, COVERAGE.empty()),
        assessments=tables.get(ASSESSMENTS.name, ASSESSMENTS.empty()),
        cleared=walk.cleared.clear(),
        cases=cases,
        guarantees=ledger_at(record, cases, at=walk.at),
    )


def export_released(
    record: Known, name: str, where: str, *, audience: Audience, day: date | None
) -> tuple[tuple[str, ...], bytes]:
    """Write a table as it was released to an audience, of one reporting day or of all; return as `export` does."""
    tables = _released(record, audience, day, day)
    if name not in tables:
        raise RefusedError(f"{name} leave to nobody outside")
    return exported(name, tables[name], where, mark=record.mark(audience), areas=areas_known(record))


def _released(
    record: Known, audience: Audience, first: date | None, last: date | None
) -> Mapping[str, pl.DataFrame]:
    """Return what was released to an audience of some days, or of all; RefusedError when nothing was."""
    if not published_to(record, audience, last):
        raise RefusedError(_nothing_of(record, audience, last))
    tables = released(record, audience)
    return tables if first is None or last is None else in_window(tables, first, last, record.clock)


def _nothing_of(record: Known, audience: Audience, day: date | None) -> str:
    """Return why nothing of a day, or of any, is shown to an audience: it was not released, or was retracted."""
    gone = None if day is None else retracted_of(record, audience, day)
    if gone is not None and gone.retracted_at is not None:
        when = f"{gone.retracted_at:%Y-%m-%d %H:%M}Z"
        slots = {"day": str(day), "audience": repr(audience.value), "when": when, "why": gone.why}
        return Told(Answered.DAY_RETRACTED, slots)
    if day is None:
        return Told(Answered.NOTHING_RELEASED, {"audience": repr(audience.value)})
    return Told(Answered.DAY_NOT_RELEASED, {"day": str(day), "audience": repr(audience.value)})


def published_to(record: Known, audience: Audience, day: date | None) -> tuple[Release, ...]:
    """Return the releases of days that stand for an audience, of one day where it is given."""
    return tuple(
        release
        for release in all_releases(record)
        if release.open
        and not release.of_ledger
        and release.proposal.audience is audience
        and (day is None or _holds(record, release, day))
    )


def _holds(record: Known, release: Release, day: date) -> bool:
    first = record.clock.day_of(release.proposal.from_utc)
    return first <= day <= record.clock.day_of(last_moment(release))


def case_for(case: Case, policy: Policy) -> Case:
    """Return a case as a policy's audience is told of it: to each the same reasons, to the public what was determined."""
    told = replace(
        told_outside(case, policy),
        moves=_each(case.moves, policy),
        determination=None if case.determination is None else told_outside(case.determination, policy),
        earlier=_each(case.earlier, policy),
        dissents=_each(case.dissents, policy),
        remedies=_each(case.remedies, policy),
    )
    if case.incident_id is not None:
        named = renamed(pl.DataFrame({"incident_id": [case.incident_id]}), policy)
        told = replace(told, incident_id=named["incident_id"][0])
    if policy.audience is not Audience.PUBLIC:
        return told
    return replace(told, moves=(), dissents=(), remedies=(), earlier=())


def pseudonym(name: str, policy: Policy) -> str:
    """Return the name that an audience knows somebody by; a party's, and the program's, stays."""
    plain = folded(name.removesuffix(UNSIGNED))
    if not plain or name in SIDES or policy.audience in OURS:
        return name
    drawn = hmac.digest(policy.naming, f"{policy.audience.value} person {plain}".encode(), "sha256")
    return f"person {drawn[:4].hex()}"


def _each(nouns: Iterable[Noun], policy: Policy) -> tuple[Noun, ...]:
    return tuple(told_outside(noun, policy) for noun in nouns)


def told_outside(noun: Noun, policy: Policy) -> Noun:
    """Return a noun with the fields that the policy's audience may have; RefusedError for one that is not listed."""
    if not is_dataclass(noun) or isinstance(noun, type) or type(noun) not in TOLD:
        raise RefusedError(
            f"{type(noun).__name__} is not known to the gate, and so nobody outside is told of it"
        )
    shown = TOLD[type(noun)] - (
        REASONS if policy.audience is Audience.PUBLIC and type(noun) in DECIDED else NOTHING
    )
    changed: dict[str, object] = {}
    for field in fields(noun):
        value = getattr(noun, field.name)
        if field.name in PEOPLE or (field.name == "owner" and getattr(noun, "kind", None) is MoveKind.ASSIGN):
            changed[field.name] = None if value is None else pseudonym(value, policy)
        elif field.name not in shown:
            changed[field.name] = (
                () if isinstance(value, tuple) else None if field.default is None else _blank(value)
            )
    # `replace` keeps the class, which the types of a dataclass that is not known here cannot say
    return replace(noun, **changed)


def _blank(value: object) -> object:
    """Return what stands for a value that is withheld and must be there."""
    if isinstance(value, bool | int | float):
        return type(value)()
    return NOT_NAMED if type(value) is str else None
