"""What somebody outside is shown of what is known: released tables, the ledger without names, cases by their reasons.

Rules:
- rows are what was released to the audience and nothing else; a day that was not released has no report for it;
- whoever recorded something has another name for each audience outside, the same throughout, that only the mission
  can make; what they rested it on, and files of evidence, stay inside; a body is told who its people are;
- of a case the parties, the body and guarantors are told the same reasons; the public is told what was determined,
  and not the words;
- without a policy nobody outside is shown anything.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import TypeVar, cast

import polars as pl

from trucewatch.errors import RefusedError
from trucewatch.mission.exporting import exported
from trucewatch.mission.invitations import folded
from trucewatch.mission.known import Known
from trucewatch.mission.pledges import ledger_at
from trucewatch.mission.projecting import policy_for
from trucewatch.mission.release_files import in_window
from trucewatch.mission.release_rules import Release
from trucewatch.mission.released import all_releases, last_moment, released
from trucewatch.mission.roll import UNSIGNED
from trucewatch.mission.walk import Walk, areas_known, cases_of
from trucewatch.model.decision import Case, Determination, Dissent, Move, Remedy
from trucewatch.model.gate import CLOCKS_FOR
from trucewatch.model.outside import NOT_NAMED, renamed
from trucewatch.model.policy import Policy
from trucewatch.model.tables import ASSESSMENTS, CONTROL, COUNTS, COVERAGE, INCIDENTS, OBSERVATIONS, WEATHER
from trucewatch.model.vocabulary import Audience

PEOPLE = frozenset({"recorded_by", "by"})
INSIDE = frozenset({"rests_on", "evidence", "records"})
OURS = frozenset({Audience.INTERNAL, Audience.BODY})
DECIDED = (Move, Dissent, Remedy, Determination)
Noun = TypeVar("Noun")


def known_for(record: Known, audience: Audience) -> Known:
    """Return what is known with the names and grounds that an audience may have; RefusedError when it may have nothing."""
    see_clocks_of = (
        record.mission.exercise and audience in CLOCKS_FOR
    )  # an exercise has no policy to wait for
    if audience is Audience.INTERNAL or (see_clocks_of and audience not in record.policies):
        return record
    policy = policy_for(record.policies, audience)
    return replace(
        record,
        facts=tuple(_told(fact, policy) for fact in record.facts),
        annotations=_told(record.annotations, policy),
        moves=tuple(_told(move, policy) for move in record.moves),
        overrides=(),
        packs=tuple(replace(pack, places=pack.places.clear()) for pack in record.packs),
    )


def walk_for(walk: Walk, audience: Audience) -> Walk:
    """Return a walk with what was released to an audience in place of what the mission has."""
    if audience is Audience.INTERNAL:
        return walk
    record = known_for(walk.known, audience)
    first = None if walk.day is None else walk.known.clock.day_of(walk.days[0].start)
    tables = _released(walk.known, audience, first, walk.day)
    cases = cases_of(record)
    incidents = tables[INCIDENTS.name]
    return replace(
        walk,
        known=record,
        observations=tables[OBSERVATIONS.name],
        weather=WEATHER.empty(),
        control=tables.get(CONTROL.name, CONTROL.empty()),
        fused=replace(
            walk.fused, incidents=incidents, counts=tables[COUNTS.name], links=walk.fused.links.clear()
        ),
        coverage=tables[COVERAGE.name],
        assessments=tables[ASSESSMENTS.name],
        cleared=walk.cleared.clear(),
        cases=tuple(case_for(case, audience, policy_for(record.policies, audience)) for case in cases),
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
        what = "nothing" if last is None else f"nothing of {last}"
        raise RefusedError(
            f"{what} was released to {audience.value!r} yet: `trucewatch release propose` proposes it"
        )
    tables = released(record, audience)
    return tables if first is None or last is None else in_window(tables, first, last, record.clock)


def published_to(record: Known, audience: Audience, day: date | None) -> tuple[Release, ...]:
    """Return the releases that stand for an audience, of a day where one is given."""
    return tuple(
        release
        for release in all_releases(record)
        if release.open
        and release.proposal.audience is audience
        and (day is None or _holds(record, release, day))
    )


def _holds(record: Known, release: Release, day: date) -> bool:
    first = record.clock.day_of(release.proposal.from_utc)
    return first <= day <= record.clock.day_of(last_moment(release))


def case_for(case: Case, audience: Audience, policy: Policy) -> Case:
    """Return a case as an audience is told of it: to each the same reasons, to the public what was determined."""
    if audience is Audience.INTERNAL:
        return case
    told = _told(case, policy)
    named = renamed(
        pl.DataFrame({"incident_id": [case.incident_id]}, schema={"incident_id": pl.String}), policy
    )
    told = replace(told, incident_id=named["incident_id"][0], refused=())
    moves = tuple(replace(move, incident_id=None, assessment_id=None) for move in told.moves)
    if audience is not Audience.PUBLIC:
        return replace(told, moves=moves)
    return replace(told, moves=(), dissents=(), remedies=(), earlier=())


def pseudonym(name: str, policy: Policy) -> str:
    """Return the name that an audience knows somebody by; what is no person's name, such as the program's, stays."""
    plain = folded(name.removesuffix(UNSIGNED))
    if not plain or plain == "trucewatch":
        return name
    drawn = hmac.digest(policy.naming, f"{policy.audience.value} person {plain}".encode(), "sha256")
    return f"person {drawn[:4].hex()}"


def _told(noun: Noun, policy: Policy) -> Noun:
    """Return a noun, and all that is in it, with the names and grounds that the policy's audience may have."""
    if isinstance(noun, tuple):
        return cast(Noun, tuple(_told(one, policy) for one in noun))
    if not is_dataclass(noun) or isinstance(noun, type):
        return noun
    changed: dict[str, object] = {}
    for field in fields(noun):
        value = getattr(noun, field.name)
        if field.name in PEOPLE and isinstance(value, str) and policy.audience not in OURS:
            changed[field.name] = pseudonym(value, policy)
        elif field.name == "words" and isinstance(noun, DECIDED) and policy.audience is Audience.PUBLIC:
            changed[field.name] = NOT_NAMED if value else value
        elif field.name in INSIDE:
            many = isinstance(value, tuple)
            changed[field.name] = (NOT_NAMED,) * len(value) if many else NOT_NAMED if value else value
        elif isinstance(value, tuple) or is_dataclass(value):
            changed[field.name] = _told(value, policy)
    # `replace` keeps the class, which the types of a dataclass that is not known here cannot say
    return replace(noun, **changed)  # type: ignore[type-var]
