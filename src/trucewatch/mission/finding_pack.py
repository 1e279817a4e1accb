"""A case's finding pack from the record: gathered from a walk, and cut to what an audience may have.

Rules:
- outside the mission the incident is what the gate projects for the audience; observations, pairs, traces, custody
  and marks stay inside, and so do names;
- both parties get the same reasons: clause, verdict, what stands in the way, objections, what was found and replied;
- a party may not see what is neither public nor its own, unless the gate gives it the incident in outline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import polars as pl

from trucewatch.assess.weighing import unseen, weights
from trucewatch.decide.marking import BLIND, agreeing, shown
from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.deeds import record_move
from trucewatch.mission.for_audience import told_outside
from trucewatch.mission.incident_pages import day_of_incident, incident_of
from trucewatch.mission.journal import Kind
from trucewatch.mission.known import Known
from trucewatch.mission.marking import marks_that_count
from trucewatch.mission.procedure_words import procedure_languages
from trucewatch.mission.projecting import policy_for, projected
from trucewatch.mission.walk import Walk, attributed
from trucewatch.model.admiralty import Mark, Scale
from trucewatch.model.decision import Case, Move, MoveKind
from trucewatch.model.explained import Unseen
from trucewatch.model.gate import stamp
from trucewatch.model.outside import NOT_NAMED, renamed
from trucewatch.model.policy import Policy
from trucewatch.model.refused import Refused
from trucewatch.model.told import Told
from trucewatch.model.vocabulary import Audience, Phenomenon, Verdict
from trucewatch.report.assessed import Assessed
from trucewatch.report.finding_pack import (
    Alternative,
    Custody,
    FindingPack,
    Other,
    Outline,
    level_of,
    missing,
)
from trucewatch.report.incident import IncidentPage
from trucewatch.report.sightings import Incident
from trucewatch.report.span import Span
from trucewatch.report.watching import Watched, watched

SAID = frozenset({MoveKind.OPEN, MoveKind.INQUIRE, MoveKind.FIND, MoveKind.REPLY, MoveKind.APPEAL})
PARTIES: Mapping[str, Audience] = {"A": Audience.PARTY_A, "B": Audience.PARTY_B}
OTHERS = {Other.ACCIDENT: "p_accident", Other.EXERCISE: "p_exercise", Other.THIRD: "p_third"}


def case_of(walk: Walk, case_id: str) -> Case:
    """Return a case of the walk; InputError when there is none."""
    found = [case for case in walk.cases if case.case_id == case_id]
    if not found:
        raise InputError(f"there is no case {case_id!r}: `trucewatch case list` lists them")
    return found[0]


def spoken_in(record: Known, case: Case) -> tuple[str, ...]:
    """Return the languages of the procedure of a case, the first one first: its agreement's, those that the mission keeps before others.

    Where the text names none they are the mission's.
    """
    named = [one for one in record.agreements if (case.clause_id or "").startswith(f"{one.name}/")]
    asked = tuple(word for one in named for word in one.languages)
    return procedure_languages(asked, record.mission.languages)


def finding_pack(
    walk: Walk, case_id: str, *, at: datetime, audience: Audience = Audience.INTERNAL
) -> FindingPack:
    """Return the pack of a case of a walk over all days, as an audience may have it; RefusedError when not at all."""
    record, case = walk.known, case_of(walk, case_id)
    policy = None if audience is Audience.INTERNAL else policy_for(record.policies, audience)
    if audience is Audience.PUBLIC:
        raise RefusedError(Told(Refused.NO_PUBLIC_PACK))
    page = _page(walk, case)
    inside = page.incident if page else None
    outline = _outline(inside) if audience is Audience.INTERNAL else _projected(walk, case, audience, at)
    assessed = _assessed(page, case)
    members = _members(walk, inside)
    origins = inside.origins or 0 if inside else 0
    sides = len({one.affiliation for one in weights(members, record.profiles)})
    marks = tuple(m for m in marks_that_count(record.folder, walk.cases, known_at=record.known_at))
    mine = shown([m for m in marks if m.case_id == case_id], to=None)
    custody = _custody(walk, page)
    hours = _watched(walk, inside)
    lacks = missing(
        case,
        outline=_outline(inside),
        placed=bool(inside and inside.place),
        origins=origins,
        watched=hours,
        marks_in=_all_marked(mine, inside),
        custody=custody,
    )
    pack = FindingPack(
        mission=record.mission.name,
        stamp=stamp(audience, exercise=record.mission.exercise, replay=record.mission.replay),
        exercise=record.mission.exercise,
        clock=record.clock,
        at=at,
        known_at=record.known_at,
        published=record.published,
        case=case,
        said=tuple(move for move in case.moves if move.kind in SAID),
        incident=page,
        outline=outline,
        assessed=assessed,
        level=level_of(origins=origins, affiliations=sides, assessed=assessed),
        origins=origins,
        affiliations=sides,
        alternatives=_alternatives(walk, case, inside),
        custody=custody,
        watched=hours,
        marks=mine,
        agreement=tuple(agreeing(marks, scale) for scale in Scale),
        unseen=shares_unseen(walk, case, at=at),
        missing=lacks,
    )
    return pack if policy is None else _outside(pack, policy)


def shares_unseen(walk: Walk, case: Case, *, at: datetime) -> tuple[Unseen, ...]:
    """Return the share of a case's evidence that each party may not see, what the gate gives it in outline counted in."""
    here = _here(walk, case)
    incident = walk.fused.incidents.filter(pl.col("incident_id") == here)
    if incident.is_empty():
        return ()
    wanted = incident["observations"].explode().implode()
    rows = walk.observations.filter(pl.col("observation_id").is_in(wanted))
    told = unseen(rows, walk.known.profiles, sorted(PARTIES))
    outlined = {party for party, audience in PARTIES.items() if _projected(walk, case, audience, at)}
    return tuple(replace(one, share=0.0) if one.party in outlined else one for one in told)


def find_case(
    walk: Walk, move: Move, *, by: str, key: SignerKey | None = None, at: datetime | None = None
) -> Move:
    """Record a verifier's finding with the verdict it rests on and which parties may see none of its evidence."""
    case = case_of(walk, move.case_id)
    shares = shares_unseen(walk, case, at=move.at)
    rows = walk.assessments.filter(
        (pl.col("incident_id") == _here(walk, case)) & (pl.col("clause_id") == case.clause_id)
    ).sort("assessment_id")
    whole = replace(
        move,
        verdict=None if rows.is_empty() else Verdict(rows["verdict"][0]),
        unseen_by=tuple(one.party for one in shares if one.share >= 1.0),
    )
    return record_move(walk.known.folder, whole, by=by, key=key, at=at)


def _here(walk: Walk, case: Case) -> str:
    """Return the incident that a case stands on now."""
    own = case.incident_id or ""
    return walk.aliases.get(own, own)


def _page(walk: Walk, case: Case) -> IncidentPage | None:
    here = _here(walk, case)
    day = day_of_incident(walk, here)
    return None if day is None else incident_of(replace(walk, day=day), day, here)


def _assessed(page: IncidentPage | None, case: Case) -> Assessed | None:
    found = [one for one in page.assessed if one.clause_id == case.clause_id] if page else []
    return found[0] if found else None


def _outline(incident: Incident | None) -> Outline | None:
    if incident is None:
        return None
    return Outline(
        kind=incident.kind,
        start=incident.start,
        end=incident.end,
        region=incident.region,
        count=incident.count,
        p_real=incident.p_real,
    )


def _projected(walk: Walk, case: Case, audience: Audience, at: datetime) -> Outline | None:
    """Return the incident as the gate lets an audience have it; None when it has nothing of it."""
    try:
        policy = policy_for(walk.known.policies, audience)
    except RefusedError:
        return None
    left = projected(walk, replace(policy, tables=frozenset({"incidents"})), at=at)["incidents"]
    own = renamed(pl.DataFrame({"incident_id": [_here(walk, case)]}), policy)["incident_id"][0]
    rows = left.filter(pl.col("incident_id") == own)
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    return Outline(
        kind=Phenomenon(row["phenomenon"]),
        start=row["from_utc"],
        end=row["to_utc"],
        region=row["area_id"],
        count=Span(least=row["count_min"], most=row["count_max"]),
        p_real=row["p_real"],
    )


def _members(walk: Walk, incident: Incident | None) -> pl.DataFrame:
    named = [one.observation_id for one in incident.sightings] if incident else []
    return walk.observations.filter(pl.col("observation_id").is_in(named))


def _custody(walk: Walk, page: IncidentPage | None) -> tuple[Custody, ...]:
    """Return how each file of evidence came, by its record."""
    records = {r.seq: r for r in walk.known.folder.journal.replay() if r.kind is Kind.BATCH}
    batches = {batch.seq: batch for batch in walk.known.batches}
    vault = walk.known.folder.vault
    wanted = sorted({entry.seq for entry in page.entries}) if page else []
    return tuple(
        Custody(
            source_id=batches[seq].source_id,
            evidence=batches[seq].evidence,
            record=seq,
            recorded_at=records[seq].recorded_at,
            recorded_by=records[seq].author,
            signed=batches[seq].signature is not None,
            here=batches[seq].evidence not in batches[seq].erased and vault.holds(batches[seq].evidence),
        )
        for seq in wanted
    )


def _watched(walk: Walk, incident: Incident | None) -> tuple[Watched, ...]:
    if incident is None:
        return ()
    clock = walk.known.clock
    day = clock.day(clock.day_of(incident.start))
    told = watched(walk.coverage, day, walk.known.profiles)
    return tuple(one for one in told if one.region == incident.region)


def _alternatives(walk: Walk, case: Case, incident: Incident | None) -> tuple[Alternative, ...]:
    """Return what else it may have been, the likeliest first; whose it may be is no part of it."""
    if incident is None:
        return ()
    nothing = (
        [] if incident.p_real is None else [Alternative(what=Other.NOTHING, p=round(1 - incident.p_real, 4))]
    )
    named = [a for a in walk.known.agreements if (case.clause_id or "").startswith(f"{a.name}/")]
    one = walk.fused.incidents.filter(pl.col("incident_id") == incident.incident_id)
    odds = [attributed(walk.known, agreement, one).row(0, named=True) for agreement in named[:1]]
    found = [
        Alternative(what=what, p=round(row[column], 4))
        for row in odds
        for what, column in OTHERS.items()
        if row[column] is not None
    ]
    return tuple(sorted([*nothing, *found], key=lambda one: (-one.p, one.what)))


def _all_marked(marks: Sequence[Mark], incident: Incident | None) -> bool:
    items = [one.observation_id for one in incident.sightings] if incident else []
    return bool(items) and all(_given(marks, item) >= BLIND * len(Scale) for item in items)


def _given(marks: Iterable[Mark], item: str) -> int:
    return sum(mark.item == item for mark in marks)


def _outside(pack: FindingPack, policy: Policy) -> FindingPack:
    """Return a pack without what stays inside: places, traces, custody, items, names, and of moves what is not told outside."""
    bare = pack.assessed and replace(
        pack.assessed,
        incident=None,
        views=tuple(replace(view, explained=None, assessment_id=NOT_NAMED) for view in pack.assessed.views),
    )
    said = (told_outside(move, policy) for move in pack.case.moves if move.kind in SAID)
    nameless = tuple(replace(move, by="", seat=None) for move in said)
    return replace(
        pack,
        case=replace(
            pack.case,
            moves=nameless,
            refused=(),
            incident_id=None,
            owner=None,
            dissents=(),
            determination=None,
            earlier=(),
            remedies=(),
        ),
        said=nameless,
        incident=None,
        assessed=bare,
        alternatives=(),
        custody=(),
        watched=(),
        marks=(),
    )
