"""Observations into incidents: which of them are one event, and why.

The steps: repeats of one post collapse; copies of one origin become one witness; reports near in place
and time, by their own errors, are weighed; the pairs that speak for one event are joined, best first, one
report a post.

Rules:
- the result does not depend on the order of the rows, nor on reports far away;
- copying never raises a probability or a count;
- a pair that was weighed and not joined stays in the links, with what spoke against it;
- rows that tell of no event (`NOT_EVENTS`) are in no incident and no link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from trucewatch.fuse.candidates import candidates
from trucewatch.fuse.cluster import agglomerate
from trucewatch.fuse.density import local_density
from trucewatch.fuse.incidents import incidents_of
from trucewatch.fuse.origins import originals
from trucewatch.fuse.repeats import leaders
from trucewatch.fuse.reports import Ints, Reports, reports_of
from trucewatch.fuse.weights import SAME_WITNESS_BITS, Links, joined_up, weigh
from trucewatch.model.counting import counts
from trucewatch.model.geodesy import Floats
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import COUNTS, INCIDENTS, LINKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """Incidents, their size under each counting rule, and the links between row numbers as given."""

    incidents: pl.DataFrame
    counts: pl.DataFrame
    links: pl.DataFrame


def fuse(observations: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> Fused:
    """Return the incidents that `observations` tell of, as `sources` declare what they can see and err."""
    reports, frame = reports_of(observations, sources)
    if frame.is_empty():
        return Fused(incidents=INCIDENTS.empty(), counts=COUNTS.empty(), links=LINKS.empty())
    leader = leaders(reports, frame)
    witness = originals(reports, frame, np.unique(leader))[leader]
    nodes = np.unique(witness)
    density = local_density(reports, nodes[reports.placed[nodes]])
    weighed = candidates(reports, density, nodes)
    posts = _posts(reports, witness)
    incident = _smallest(agglomerate(reports, density, weighed, posts)[witness])
    known = [_same_witness(reports, density, leader, witness), weighed]
    incidents = incidents_of(reports, frame, sources, incident=incident, witness=witness)
    return Fused(
        incidents=incidents, counts=counts(incidents), links=_links(reports, joined_up(known), incident)
    )


def _posts(reports: Reports, witness: Ints) -> dict[int, frozenset[int]]:
    """Return the posts behind each original that was copied."""
    copies = np.flatnonzero(reports.platform != reports.platform[witness])
    found: dict[int, set[int]] = {}
    for at in copies.tolist():
        lead = int(witness[at])
        found.setdefault(lead, {int(reports.platform[lead])}).add(int(reports.platform[at]))
    return {lead: frozenset(posts) for lead, posts in found.items()}


def _smallest(cluster: Ints) -> Ints:
    """Return for each report the smallest index in its cluster."""
    tops, at = np.unique(cluster, return_inverse=True)
    smallest = np.full(len(tops), len(cluster))
    np.minimum.at(smallest, at, np.arange(len(cluster)))
    return smallest[at]


def _same_witness(reports: Reports, density: Floats, leader: Ints, witness: Ints) -> Links:
    """Return the links of repeats to the first report, and of copies to their original."""
    every = np.arange(len(leader))
    repeats, copies = np.flatnonzero(leader != every), np.flatnonzero((leader == every) & (witness != every))
    at = np.concatenate([repeats, copies])
    lead = np.concatenate([leader[repeats], witness[copies]])
    bits = np.full(len(at), SAME_WITNESS_BITS)
    return weigh(reports, density, np.minimum(at, lead), np.maximum(at, lead), bits)


def _links(reports: Reports, links: Links, incident: Ints) -> pl.DataFrame:
    order = np.lexsort((links.right, links.left))
    ordered = links.take(order)
    return LINKS.conform(
        pl.DataFrame(
            {
                "left": reports.row[ordered.left].astype(np.uint32),
                "right": reports.row[ordered.right].astype(np.uint32),
                "weight": ordered.weight,
                "w_time": ordered.w_time,
                "w_place": ordered.w_place,
                "w_kind": ordered.w_kind,
                "w_source": ordered.w_source,
                "w_density": ordered.w_density,
                "joined": incident[ordered.left] == incident[ordered.right],
            }
        )
    )
