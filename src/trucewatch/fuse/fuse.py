"""Observations into incidents: which of them are one event, and why.

The steps: arrivals of one sound are placed; repeats of one post collapse; copies of one origin become one
witness; reports near in place and time, by their own errors, are weighed; the pairs that speak for one event
are joined, best first, one report a post.

Rules:
- the result does not depend on the order of the rows, nor on reports far away;
- copying never raises a probability or a count;
- a pair that was weighed and not joined stays in the links, with what spoke against it;
- rows that tell of no event (`NOT_EVENTS`) are in no incident and no link; those that tell of nothing count
  against what is said to have been there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from trucewatch.fuse.abreast import abreast, cut
from trucewatch.fuse.compiled import uncompiled
from trucewatch.fuse.density import local_density
from trucewatch.fuse.incidents import incidents_of
from trucewatch.fuse.joining import clustered, counted_order
from trucewatch.fuse.kinds import KINDS, TRAJECTORIES
from trucewatch.fuse.likely import Codes, codes_of
from trucewatch.fuse.links import parts_of, table_of
from trucewatch.fuse.origins import originals
from trucewatch.fuse.pairing import Edges, edges_of
from trucewatch.fuse.picks import with_fixes
from trucewatch.fuse.quiet import doubted, unheard
from trucewatch.fuse.repeats import leaders, words_of
from trucewatch.fuse.reports import MEASURED, UNREAD, Flags, Ints, Reports, coded, in_order, reported
from trucewatch.fuse.same import numbered
from trucewatch.fuse.sectors import Sectors, miss
from trucewatch.fuse.spots import EE, LAT, LON, NN, Spots, hopeful, spots_of
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Which reports are one: by report the one it repeats, its witness, and the smallest of its incident."""

    leader: Ints
    witness: Ints
    incident: Ints
    spots: Spots  # of every report
    codes: Codes
    edges: Edges  # between reports


def fuse(observations: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> Fused:
    """Return the incidents that `observations` tell of, as `sources` declare what they can see and err."""
    with uncompiled(observations.height):
        return _fused(observations, sources)


def _fused(observations: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> Fused:
    whole = coded(with_fixes(observations, sources))
    at = in_order(whole)
    if not len(at):
        return Fused(incidents=INCIDENTS.empty(), counts=COUNTS.empty(), links=LINKS.empty())
    frame = whole.drop(*UNREAD, *MEASURED, strict=False)[at]
    reports = reported(whole, at, frame, sources)
    del whole, at  # what comes next needs their room
    told, links = told_of(reports, frame, sources, joined(reports, frame, sources))
    del reports, frame
    return after_silence(told, links, observations, sources)


def told_of(
    reports: Reports, frame: pl.DataFrame, sources: Mapping[str, SourceProfile], found: Joined
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the incidents that are `found` among `reports`, whose rows are in `frame`, and the links."""
    links, incident, witness = _links(reports, found), found.incident, found.witness
    del found  # what comes next needs its room
    return incidents_of(reports, frame, sources, incident=incident, witness=witness), links


def after_silence(
    told: pl.DataFrame,
    links: pl.DataFrame,
    observations: pl.DataFrame,
    sources: Mapping[str, SourceProfile],
) -> Fused:
    """Return the incidents that are `told` of, with what posts that noted nothing say against them."""
    tasks: Sequence[Callable[[], pl.DataFrame]] = (
        lambda: doubted(told, unheard(told, observations, sources)),
        lambda: counts(told),
    )
    incidents, many = abreast(lambda task: task(), tasks)
    return Fused(incidents=incidents, counts=many, links=links)


def joined(reports: Reports, frame: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> Joined:
    """Return which of `reports`, whose rows are in `frame`, are one."""
    words = words_of(frame, reports.told)
    leader = leaders(reports, frame, words)
    every = np.arange(len(leader))
    witness = originals(reports, frame, np.flatnonzero(leader == every), words)[leader]
    nodes = np.flatnonzero(witness == every)
    dense = dense_of(reports, nodes[reports.placed[nodes]])
    return bound(reports, frame, sources, leader=leader, witness=witness, dense=dense)


def bound(
    reports: Reports,
    frame: pl.DataFrame,
    sources: Mapping[str, SourceProfile],
    *,
    leader: Ints,
    witness: Ints,
    dense: Floats,
) -> Joined:
    """Return which of `reports` are one, given their witnesses and the density around each."""
    codes = _codes(reports, [sources.get(name) for name in frame["source_id"].unique().sort()])
    nodes = np.flatnonzero(witness == np.arange(len(witness)))
    spots_there = spots_of(reports, codes.code, lone_of(reports), dense)
    hoped = nodes[hopeful(reports)[nodes]]
    edges = edges_of(spots_there, hoped, reports.family, codes.pair_nats)
    barred = barred_of(reports.sectors, spots_there, edges)
    cluster = clustered(
        edges.take((edges.gains > 0) & ~barred),
        edges.take(barred),
        spots_there,
        codes,
        *_copied(reports, witness),
    )
    incident = _smallest(cluster[witness])
    return Joined(
        leader=leader, witness=witness, incident=incident, spots=spots_there, codes=codes, edges=edges
    )


def _codes(reports: Reports, profiles: Sequence[SourceProfile | None]) -> Codes:
    """Return the codes of `reports`, of which those that are coded alike are asked once."""
    alike = ((reports.source * len(KINDS) + reports.kind) * len(TRAJECTORIES) + reports.trajectory) * 2
    number, first = numbered((alike + reports.told)[None])
    codes = codes_of(reports.take(first), profiles)
    return replace(codes, code=codes.code[number])


def dense_of(reports: Reports, counted: Ints) -> Floats:
    """Return the logarithm of how many events to expect on a square metre in a second around each report."""
    middle = (reports.start_s[counted] + reports.end_s[counted]) / 2
    found = np.zeros(len(reports.row))
    found[counted] = local_density(
        reports.lon[counted], reports.lat[counted], middle, reports.family[counted]
    )
    return found


def lone_of(reports: Reports) -> Floats:
    """Return the nats that a report was not the only one, or of something real."""
    false = np.clip(1 - reports.p_real, 1e-3, 0.95)
    return np.asarray(np.round(np.log1p(false / (1 - false) / reports.alone), 9), dtype=np.float64)


def barred_of(sides: Sectors, spots: Spots, edges: Edges) -> Flags:
    """Say which positive edges are between sectors that miss each other; `sides` has a sector a spot."""
    found = np.zeros(len(edges.left), dtype=bool)
    told = np.isfinite(sides.bearing_deg)
    asked = np.flatnonzero((edges.gains > 0) & told[edges.left] & told[edges.right])

    def fill(part: slice) -> None:
        left, right = edges.left[asked[part]], edges.right[asked[part]]
        a, b = spots.numbers[left], spots.numbers[right]
        share = (a[:, EE] + a[:, NN]) / (a[:, EE] + a[:, NN] + b[:, EE] + b[:, NN])
        over = (b[:, LON] - a[:, LON] + 180) % 360 - 180
        lon, lat = a[:, LON] + share * over, a[:, LAT] + share * (b[:, LAT] - a[:, LAT])
        found[asked[part]] = miss(sides.take(left), sides.take(right), lon, lat)

    abreast(fill, cut(len(asked)))
    return found


def _copied(reports: Reports, witness: Ints) -> tuple[Ints, Ints]:
    """Return the reports that another post copied, in order, and the platforms of those posts."""
    copies = np.flatnonzero(reports.platform != reports.platform[witness])
    pairs = np.unique(np.stack([witness[copies], reports.platform[copies]], axis=1), axis=0)
    return pairs[:, 0].copy(), pairs[:, 1].copy()


def _smallest(cluster: Ints) -> Ints:
    """Return for each report the smallest index in its cluster; clusters are named by one of all reports."""
    smallest = np.full(len(cluster), len(cluster))
    backwards = np.arange(len(cluster))[::-1]
    smallest[cluster[backwards]] = backwards  # the last that is written stays
    return smallest[cluster]


def _links(reports: Reports, found: Joined) -> pl.DataFrame:
    """Return the links: repeats to the first report, copies to their original, and the pairs weighed."""
    every = np.arange(len(found.leader))
    again = np.flatnonzero(found.leader != every)
    copies = np.flatnonzero((found.leader == every) & (found.witness != every))
    at, lead = np.concatenate([again, copies]), np.concatenate([found.leader[again], found.witness[copies]])
    ends = [(np.minimum(at, lead), np.maximum(at, lead)), (found.edges.left, found.edges.right)]
    left, right = (np.concatenate([pair[side] for pair in ends]) for side in (0, 1))
    order = np.arange(len(left))
    for keys in (right, left):
        order = counted_order(keys, order, len(found.leader))
    left, right, same = left[order], right[order], order < len(at)
    bits = parts_of(
        left, right, found.spots.numbers, found.spots.wholes, found.codes.pair_nats, reports.placed, same
    )
    return table_of(reports.row, left, right, bits, found.incident)
