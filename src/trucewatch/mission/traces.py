"""What stands behind a walk's assessments: trace, weight, what a party may not see, what would change them.

Rules:
- each is worked out when it is asked for, from the same incident, agreement and areas as its assessment;
- an obligation or an area has no incident, and so no evidence to weigh: its trace stands alone;
- odds of attribution are for analysts and verifiers, and stand on no page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from trucewatch.assess.asked import Asked, asked_of
from trucewatch.assess.grounds import World
from trucewatch.assess.turning import turns
from trucewatch.assess.weighing import unseen, weights
from trucewatch.assess.why import trace, without_incident
from trucewatch.mission.walk import Walk, attributed, shapes_of
from trucewatch.model.agreement import Agreement, Clause, Reading
from trucewatch.model.explained import Explained
from trucewatch.model.tables import INCIDENTS
from trucewatch.model.vocabulary import Verdict

SHOWN = 40  # assessments of one report that bear their trace, apparent breaches first


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What one assessment is explained from."""

    walk: Walk
    asked: Asked
    incident_id: str
    members: pl.Series  # ids of its observations


def explained(walk: Walk, assessment: Mapping[str, object]) -> Explained:
    """Return what stands behind `assessment`, a row of the walk; of an area or obligation, its trace alone."""
    agreement = _agreement(walk, str(assessment["clause_id"]))
    found = walk.fused.incidents.filter(pl.col("incident_id") == assessment["incident_id"])
    if found.is_empty():
        return Explained(trace=without_incident(assessment, _cited(agreement, assessment)[1]))
    case = _Case(
        walk=walk,
        asked=_asked(walk, found, agreement),
        incident_id=str(found["incident_id"][0]),
        members=found["observations"].explode(),
    )
    return _told(case, assessment)


def explanations(walk: Walk, *, most: int = SHOWN) -> Mapping[str, Explained]:
    """Return what stands behind up to `most` assessments of incidents, apparent breaches first."""
    first = (pl.col("verdict") != Verdict.APPARENT_BREACH.value).alias("_later")
    rows = (
        walk.assessments.filter(pl.col("incident_id").is_not_null()).sort(first, "assessment_id").head(most)
    )
    return {str(row["assessment_id"]): explained(walk, row) for row in rows.iter_rows(named=True)}


def clause_of(walk: Walk, assessment: Mapping[str, object]) -> Clause:
    """Return the clause that `assessment`, a row of the walk, is under."""
    clause_id = str(assessment["clause_id"])
    return _agreement(walk, clause_id).clause(clause_id)


def _asked(walk: Walk, one: pl.DataFrame, agreement: Agreement) -> Asked:
    world = World(agreement=agreement, areas=walk.areas, shapes=shapes_of(walk.known, agreement))
    return asked_of(
        INCIDENTS.conform(one),
        world,
        beside=walk.fused.incidents,
        notices=walk.known.annotations.standing_notices,
        attributions=attributed(walk.known, agreement, one),
    )


def _told(case: _Case, assessment: Mapping[str, object]) -> Explained:
    profiles = case.walk.known.profiles
    clause, reading = _cited(case.asked.agreement, assessment)
    members = case.walk.observations.filter(pl.col("observation_id").is_in(case.members.implode()))
    parties = [party.code for party in case.asked.agreement.parties]
    return Explained(
        trace=trace(case.asked, assessment, profiles=profiles),
        weights=weights(members, profiles),
        unseen=unseen(members, profiles, parties),
        turns=turns(case.asked, clause, reading, case.incident_id, profiles=profiles),
    )


def _cited(agreement: Agreement, assessment: Mapping[str, object]) -> tuple[Clause, Reading]:
    clause = agreement.clause(str(assessment["clause_id"]))
    return clause, {reading.name: reading for reading in clause.readings}[str(assessment["reading"])]


def _agreement(walk: Walk, clause_id: str) -> Agreement:
    name = clause_id.partition("/")[0]
    return {agreement.name: agreement for agreement in walk.known.agreements}[name]
