"""One incident's page from a walk: the incident itself, its pairs, its assessments and the record's entries.

Rules:
- it adds nothing to the walk: it is that day's report, cut to one incident;
- what the audience may not have is gone before anything is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from trucewatch.fuse.why import sentence
from trucewatch.mission.content import gazetteer
from trucewatch.mission.for_audience import walk_for
from trucewatch.mission.traces import explained
from trucewatch.mission.walk import Walk
from trucewatch.model.explained import Explained
from trucewatch.model.gate import stamp
from trucewatch.model.policy import INTERNAL_ONLY
from trucewatch.model.vocabulary import Audience
from trucewatch.report.assessed import assessed
from trucewatch.report.incident import Entry, IncidentPage
from trucewatch.report.scene import Scene, scene
from trucewatch.report.sheet import sheet
from trucewatch.report.sightings import incidents, pairs


def day_of_incident(walk: Walk, incident_id: str, *, audience: Audience = Audience.INTERNAL) -> date | None:
    """Return the reporting day in which an incident begins, None when it is none that the audience has."""
    found = walk_for(walk, audience).fused.incidents.filter(pl.col("incident_id") == incident_id)
    return None if found.is_empty() else walk.known.clock.day_of(found["from_utc"][0])


def incident_of(
    walk: Walk, day: date, incident_id: str, *, audience: Audience = Audience.INTERNAL
) -> IncidentPage | None:
    """Return the page of an incident, None when it is none of that day; RefusedError as for the day's report."""
    walk, ours = walk_for(walk, audience), audience is Audience.INTERNAL
    cut = _cut(walk, day, incident_id, audience)
    found = [one for one in incidents(cut) if one.incident_id == incident_id]
    if not found:
        return None
    record = walk.known
    told = assessed(
        walk.assessments.filter(pl.col("incident_id") == incident_id),
        found,
        record.agreements,
        _explained(walk, incident_id) if ours else {},
    )
    return IncidentPage(
        mission=record.mission.name,
        stamp=stamp(audience, exercise=record.mission.exercise, replay=record.mission.replay),
        exercise=record.mission.exercise,
        clock=record.clock,
        day=day,
        at=walk.at,
        known_at=record.known_at,
        published=record.published,
        incident=replace(found[0], number=1),
        sheet=sheet(cut, [replace(found[0], number=1)], gazetteer()),
        pairs=pairs(cut, _sentences(walk, cut)),
        assessed=told,
        entries=_entries(walk, [s.observation_id for s in found[0].sightings]) if ours else (),
    )


def _cut(walk: Walk, day: date, incident_id: str, audience: Audience) -> Scene:
    """Return the day's scene with this incident alone, and the pairs among its own observations."""
    record = walk.known
    whole = scene(
        day=day,
        clock=record.clock,
        observations=walk.observations,
        fused=walk.fused,
        coverage=walk.coverage,
        profiles={n: p for n, p in record.profiles.items() if audience is Audience.INTERNAL or p.published},
        areas=walk.areas,
        audience=audience,
        at=walk.at,
        policy=record.policies.get(audience, INTERNAL_ONLY),
    )
    one = whole.incidents.filter(pl.col("incident_id") == incident_id)
    members = one["observations"].explode().drop_nulls()
    own = whole.observations.filter(pl.col("observation_id").is_in(members.implode()))
    rows = [*own["at_row"]]
    links = whole.links.filter(pl.col("left").is_in(rows) & pl.col("right").is_in(rows))
    return replace(whole, incidents=one, observations=own, links=links)


def _sentences(walk: Walk, cut: Scene) -> Mapping[tuple[int, int], str]:
    named = sorted({*cut.links["left"], *cut.links["right"]})
    rows = dict(zip(named, walk.observations[named].iter_rows(named=True), strict=True))
    return {
        (link["left"], link["right"]): sentence(link, rows[link["left"]], rows[link["right"]])
        for link in cut.links.iter_rows(named=True)
    }


def _explained(walk: Walk, incident_id: str) -> Mapping[str, Explained]:
    rows = walk.assessments.filter(pl.col("incident_id") == incident_id).sort("assessment_id")
    return {str(row["assessment_id"]): explained(walk, row) for row in rows.iter_rows(named=True)}


def _entries(walk: Walk, ids: list[str]) -> tuple[Entry, ...]:
    batches = {batch.evidence: batch.seq for batch in walk.known.batches}
    rows = walk.observations.filter(pl.col("observation_id").is_in(ids))
    found = {row["observation_id"]: row for row in rows.iter_rows(named=True)}
    return tuple(
        Entry(
            observation_id=one,
            source_id=str(found[one]["source_id"]),
            seq=batches[found[one]["evidence"]],
            evidence=str(found[one]["evidence"]),
        )
        for one in ids
        if one in found and found[one]["evidence"] in batches
    )
