"""What an audience may have of a walk: every table through the one gate, and none around it.

Rules:
- the mission itself has what it always had; whoever is outside has what its policy names;
- places are reckoned from observers' cells first, and nothing else is made from the true ones;
- what rests on an incident leaves with it or not at all; of one that is told by its area the clauses asked do not
  leave to the public or a party, for each is another outline about it;
- what is counted is counted of what left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

import polars as pl

from trucewatch.errors import RefusedError
from trucewatch.mission.walk import Walk
from trucewatch.model.gate import may_have, project
from trucewatch.model.outside import renamed
from trucewatch.model.policy import INTERNAL_ONLY, PARTIES, Policy
from trucewatch.model.snapped import snapped, snapped_rows, with_zones
from trucewatch.model.tables import INCIDENTS
from trucewatch.model.tally import tallies
from trucewatch.model.vocabulary import Audience, Sensitivity

Projected = Mapping[str, pl.DataFrame]
INDEPENDENT = "independent"  # of a row: it copies no other source


def policy_for(policies: Mapping[Audience, Policy], audience: Audience) -> Policy:
    """Return the policy for an audience; RefusedError when the mission has none for it."""
    policy = policies.get(audience, INTERNAL_ONLY)
    may_have(audience, policy)
    return policy


def projected(walk: Walk, policy: Policy, *, at: datetime) -> Projected:
    """Return each table that the policy names as its audience may have it at a moment."""
    if policy.audience is Audience.INTERNAL:
        raise RefusedError("the mission itself is no audience outside: export it with --audience internal")
    marked = _marked(walk, policy)
    whole = replace(policy, tables=policy.tables | {INCIDENTS.name})
    incidents = project(marked, policy.audience, at, whole).sort("from_utc", "incident_id")
    own = _left(marked, incidents, policy)
    made: Mapping[str, Callable[[], pl.DataFrame]] = {
        "incidents": lambda: incidents,
        "tallies": lambda: tallies(incidents, walk.areas, policy.least_count, walk.known.clock.day_of),
        "counts": lambda: _cut(_public(walk.fused.counts.filter(_among(own)), marked), policy, at),
        "assessments": lambda: _cut(_assessed(walk, own, incidents, policy), policy, at),
        "observations": lambda: _cut(_observed(walk, policy), policy, at),
        "coverage": lambda: _cut(_by_source(walk, walk.coverage), policy, at),
        "weather": lambda: _cut(_by_source(walk, walk.weather), policy, at),
        "control": lambda: _cut(_by_source(walk, walk.control), policy, at),
    }
    return {name: made[name]() for name in sorted(policy.tables)}


def _cut(frame: pl.DataFrame, policy: Policy, at: datetime) -> pl.DataFrame:
    """Return a table through the gate, in an order that says nothing of where its rows came from."""
    left = project(frame, policy.audience, at, policy)
    return left.sort(left.columns[:3])


def _marked(walk: Walk, policy: Policy) -> pl.DataFrame:
    """Return the incidents with what the gate decides by: their sources' sensitivity, and their zones."""
    torn = pl.col("why_not").list.contains("place_straddles")
    straddling = walk.assessments.filter(torn & pl.col("incident_id").is_not_null())["incident_id"].unique()
    placed = with_zones(walk.fused.incidents, walk.areas, policy.grid_m, straddling=straddling)
    return snapped(placed, walk.observations, policy.grid_m).join(
        _independent(walk), on="incident_id", how="left", maintain_order="left"
    )


def _independent(walk: Walk) -> pl.DataFrame:
    """Return how many independent sources each incident has: posts of one source are one, and so is what copies it."""
    own = pl.col("origin").fill_null(INDEPENDENT) == INDEPENDENT
    origins = walk.observations.select(
        "observation_id", key=pl.when(own).then("source_id").otherwise("origin")
    )
    members = walk.fused.incidents.select("incident_id", observation_id="observations").explode(
        "observation_id"
    )
    return (
        members.join(origins, on="observation_id", how="inner")
        .group_by("incident_id")
        .agg(independent=pl.col("key").n_unique().cast(pl.Int64))
    )


def _left(marked: pl.DataFrame, incidents: pl.DataFrame, policy: Policy) -> Mapping[str, str]:
    """Return the incidents that left: their own ids, and the names that they left under."""
    names = zip(
        marked["incident_id"], renamed(marked.select("incident_id"), policy)["incident_id"], strict=True
    )
    out = frozenset(incidents["incident_id"])
    return {own: name for own, name in names if name in out}


def _among(own: Iterable[str]) -> pl.Expr:
    return pl.col("incident_id").is_in(list(own))


def _public(frame: pl.DataFrame, marked: pl.DataFrame) -> pl.DataFrame:
    marks = marked.select("incident_id", "sensitivity")
    return frame.join(marks, on="incident_id", how="left", maintain_order="left")


def _assessed(walk: Walk, own: Mapping[str, str], incidents: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return the assessments of incidents that left, and of areas and obligations."""
    placed = frozenset(walk.fused.incidents.filter(pl.col("lon").is_not_null())["incident_id"])
    by_area = frozenset(incidents.filter(pl.col("lon").is_null())["incident_id"])
    near = policy.audience in PARTIES | {Audience.PUBLIC}
    told = {mine for mine, name in own.items() if not (near and mine in placed and name in by_area)}
    return walk.assessments.filter(pl.col("incident_id").is_null() | _among(told))


def _observed(walk: Walk, policy: Policy) -> pl.DataFrame:
    """Return the observations with the origins of the incident that each is in, and their places reckoned from cells."""
    with_own = walk.fused.incidents.join(_independent(walk), on="incident_id", how="left")
    origins = with_own.select("n_origins", "independent", observation_id="observations").explode(
        "observation_id"
    )
    once = origins.unique("observation_id", keep="first", maintain_order=True)
    rows = walk.observations.join(once, on="observation_id", how="left", maintain_order="left")
    return with_zones(snapped_rows(rows, policy.grid_m), walk.areas, policy.grid_m)


def _by_source(walk: Walk, frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows marked public where their source published what it has."""
    published = [name for name, profile in walk.known.profiles.items() if profile.published]
    named = pl.col("source_id").is_in(published)
    marks = (
        pl.when(named).then(pl.lit(Sensitivity.PUBLIC.value)).otherwise(pl.lit(Sensitivity.RESTRICTED.value))
    )
    return frame.with_columns(marks.alias("sensitivity"))
