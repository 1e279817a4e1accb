"""What a reported kind says of what it was: likelihoods, and their bits for every pair of codes.

Rules:
- an event of fire is one of the kinds that fire can show, leaving or arriving; a report's code stands for
  how likely its source's word is for each;
- the likelihoods are judgements until a profile says otherwise (`confuses`): a witness names the right kind four
  times in five; heat, tremors and damage come of what is large, seldom of small arms;
- kinds of different families are never weighed, and equal kinds of another family say nothing;
- two that were told and not witnessed follow the same towns and one another: that costs them `TOLD_NATS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trucewatch.fuse.kinds import KINDS, OTHER_KINDS, P_RIGHT_KIND, TRAJECTORIES, families
from trucewatch.fuse.reports import Flags, Ints, Reports
from trucewatch.model.geodesy import Floats
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import FIRE, Phenomenon, Trajectory

_SMALL = frozenset({Phenomenon.BURST, Phenomenon.SHOT})
_LARGE = frozenset({Phenomenon.THERMAL, Phenomenon.SEISMIC, Phenomenon.INFRASOUND, Phenomenon.DAMAGE})
MEANT = tuple(kind for kind in KINDS if kind in FIRE or kind in {Phenomenon.FLARE, *_LARGE})
P_RIGHT_WAY = 0.9  # outgoing and incoming are seldom taken for one another
LEAST = 0.004
TOLD_NATS = 1.6  # unrelated news of one town and day are so much commoner than their place and time allow
# How often fire is each kind: explosions are most of what is heard along a line of contact.
SHARE: Mapping[Phenomenon, float] = {Phenomenon.EXPLOSION: 0.5, Phenomenon.BURST: 0.15, Phenomenon.SHOT: 0.1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Each report's code, and for each code how likely what was meant is, two ways of flight for each kind."""

    code: Ints
    likely: Floats  # a row a code; sums to 1
    prior: Floats
    pair_nats: Floats  # of two codes


def codes_of(reports: Reports, profiles: Sequence[SourceProfile | None]) -> Codes:
    """Return the codes of `reports`, whose sources are numbered as in `profiles`."""
    ways = len(TRAJECTORIES)
    own = (reports.source * len(KINDS) + reports.kind) * ways + reports.trajectory
    met, at = np.unique(own, return_inverse=True)
    prior = prior_of()
    rows = (
        np.stack([_row(int(one), profiles, prior) for one in met]) if len(met) else np.zeros((0, len(prior)))
    )
    likely, same = np.unique(np.round(rows, 12), axis=0, return_inverse=True)
    code, first, whole = np.unique(
        same.reshape(-1)[at] * 2 + reports.told, return_index=True, return_inverse=True
    )
    likely, told = likely[code // 2], reports.told[first]
    return Codes(
        code=whole.reshape(-1).astype(np.int64),
        likely=likely,
        prior=prior,
        pair_nats=pair_nats(likely, told, prior),
    )


def pair_nats(likely: Floats, told: Flags, prior: Floats) -> Floats:
    """Return the nats of every two codes, by how likely each makes what was meant, and which were told."""
    if not len(likely):
        return np.zeros((0, 0))
    pair = np.log(np.maximum((likely / prior) @ likely.T, 1e-12)) - TOLD_NATS * np.outer(told, told)
    pair = np.round(pair, 9)
    return np.asarray(np.maximum(pair, pair.T), dtype=np.float64)


def prior_of() -> Floats:
    """Return how often fire is each kind and way before anybody reported it."""
    rest = (1 - sum(SHARE.values())) / (len(MEANT) - len(SHARE))
    return np.repeat([SHARE.get(kind, rest) for kind in MEANT], 2) / 2


def _row(own: int, profiles: Sequence[SourceProfile | None], prior: Floats) -> Floats:
    ways = len(TRAJECTORIES)
    return likely_of(own // ways % len(KINDS), own % ways, profiles[own // ways // len(KINDS)], prior)


def likely_of(kind_at: int, way_at: int, profile: SourceProfile | None, prior: Floats) -> Floats:
    """Return how likely what was meant is, of a kind and way as a source names them, by their places among all."""
    way, kind = TRAJECTORIES[way_at], KINDS[kind_at]
    if families()[kind] != 0:
        return prior
    told = np.repeat([told_of(kind, meant, profile) for meant in MEANT], 2)
    flown = {
        Trajectory.OUTGOING: (P_RIGHT_WAY, 1 - P_RIGHT_WAY),
        Trajectory.INCOMING: (1 - P_RIGHT_WAY, P_RIGHT_WAY),
    }.get(way, (0.5, 0.5))
    both = prior * told * np.tile(flown, len(MEANT))
    return np.asarray(both / both.sum())


def told_of(kind: Phenomenon, meant: Phenomenon, profile: SourceProfile | None) -> float:
    """Return the probability that a source says `kind` of what was `meant`."""
    declared = {} if profile is None else profile.confuses.get(meant, {})
    if declared:
        return max(declared.get(kind, 0.0) if kind != meant else 1 - sum(declared.values()), LEAST)
    if kind == meant:
        return P_RIGHT_KIND
    if kind in _LARGE:
        return LEAST if meant in _SMALL else P_RIGHT_KIND / 2
    if {kind, meant} <= _SMALL:
        return P_RIGHT_KIND / 4
    if meant in _SMALL or kind in _SMALL:
        return LEAST * 2
    return (1 - P_RIGHT_KIND) / OTHER_KINDS
