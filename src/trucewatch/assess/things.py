"""What an incident was: its kind, weapon, calibre, height and heading, and the party concerned.

Rules:
- an incident's probability is of its likeliest kind alone; the kind holds from 55 % on (*likely*, ICD 203), and another
  kind than it is so from 55 % on as well;
- a range that holds part of what was stated leaves it open;
- a heading is a sector, any direction in it alike;
- the party is known by the odds of attribution only, and what they leave to neither may be of either.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from trucewatch.assess.columns import KINDS, TRAJECTORIES, WEAPONS, Columns, Floats, Ints
from trucewatch.assess.held import LIKELY, Fact, Held, between, bit, exactly, truth_of
from trucewatch.model.agreement import WhyNot
from trucewatch.model.condition import Heading
from trucewatch.model.vocabulary import Phenomenon, Trajectory, Truth
from trucewatch.model.weapon import WeaponClass

FLOOR_DEG = 1e-6  # a sector is at least so wide, so that it has a share
MONITORS = frozenset({Phenomenon.MOVEMENT_DENIED, Phenomenon.INTERFERENCE})


def kind_is(columns: Columns, at: Ints, kinds: Collection[Phenomenon]) -> Held:
    """Return that it is one of `kinds`."""
    meant = np.isin(columns.kind[at], [KINDS.index(kind) for kind in kinds])
    p = columns.p_kind[at]
    low, high = np.where(meant, p, 0.0), np.where(meant, p, 1 - p)
    held = between(low, high, WhyNot.KIND_UNSURE, Fact.KIND)
    sure = np.where(meant, p >= LIKELY, False)
    other = np.where(meant, False, p >= LIKELY)
    truth = np.where(sure, int(Truth.YES), np.where(other, int(Truth.NO), int(Truth.UNKNOWN))).astype(np.int8)
    why = np.where(truth == int(Truth.UNKNOWN), bit(WhyNot.KIND_UNSURE), 0)
    return Held(truth=truth, low=held.low, high=held.high, why=why, facts=held.facts)


def trajectory_is(columns: Columns, at: Ints, trajectories: Collection[Trajectory]) -> Held:
    """Return that it was seen where in its flight the clause says."""
    meant = np.isin(columns.trajectory[at], [TRAJECTORIES.index(one) for one in trajectories])
    unknown = np.isin(columns.trajectory[at], [-1, TRAJECTORIES.index(Trajectory.UNDETERMINED)])
    p = np.where(unknown, np.nan, meant.astype(np.float64))
    return exactly(p, WhyNot.TRAJECTORY_UNKNOWN, Fact.TRAJECTORY)


def is_real(columns: Columns, at: Ints, even: float) -> Held:
    """Return that something happened of which no other incident tells: more likely than not, else unknown, never no."""
    truth = np.where(columns.p_real[at] >= even, int(Truth.YES), int(Truth.UNKNOWN)).astype(np.int8)
    why = np.where(truth == int(Truth.UNKNOWN), bit(WhyNot.MAY_NOT_BE_REAL), 0)
    sure = np.ones(len(at))  # p_breach is given that it was real
    return Held(truth=truth, low=sure, high=sure, why=why, facts=frozenset({Fact.OTHERS}))


def weapon_is(columns: Columns, at: Ints, classes: Collection[WeaponClass]) -> Held:
    """Return that its weapon is of one of `classes`."""
    meant = np.isin(columns.weapon[at], [WEAPONS.index(one) for one in classes])
    p = np.where(columns.weapon[at] < 0, np.nan, meant.astype(np.float64))
    return exactly(p, WhyNot.CONDITION_UNKNOWN, Fact.WEAPON)


def in_range(least: Floats, most: Floats, first: float | None, below: float | None, fact: Fact) -> Held:
    """Return that what lies between `least` and `most` lies from `first` up to but not including `below`."""
    start, end = -np.inf if first is None else first, np.inf if below is None else below
    known = ~np.isnan(least) & ~np.isnan(most)
    inside = known & (least >= start) & (most < end)
    outside = known & ((most < start) | (least >= end))
    p = np.where(inside, 1.0, np.where(outside, 0.0, np.nan))
    return exactly(p, WhyNot.CONDITION_UNKNOWN, fact)


def heads(columns: Columns, at: Ints, said: Heading) -> Held:
    """Return that it flies or moves in the directions of `said`: the share of its sector that lies in them."""
    middle, half = columns.number("heading_deg")[at], columns.number("heading_halfwidth_deg")[at]
    width = 2 * np.maximum(np.nan_to_num(half), FLOOR_DEG)
    span = (said.to_deg - said.from_deg) % 360 or 360.0
    start = (middle - width / 2 - said.from_deg) % 360  # from the first direction on
    inside = np.zeros(len(at))
    for turn in (0.0, 360.0):
        inside += np.clip(np.minimum(start + width, turn + span) - np.maximum(start, turn), 0.0, None)
    return exactly(np.where(np.isnan(middle), np.nan, inside / width), WhyNot.CONDITION_UNKNOWN, Fact.HEADING)


def against_monitors(columns: Columns, at: Ints) -> Held:
    """Return that it keeps monitors from moving or disturbs what they see by; of other kinds it is not known."""
    meant = np.isin(columns.kind[at], [KINDS.index(kind) for kind in MONITORS])
    p = columns.p_kind[at]
    low, high = np.where(meant, p, 0.0), np.where(meant, p, 1.0)
    held = between(low, high, WhyNot.CONDITION_UNKNOWN, Fact.KIND)
    truth = truth_of(np.nan_to_num(low), np.where(np.isnan(high), 1.0, high), yes=LIKELY)
    why = np.where(truth == int(Truth.UNKNOWN), bit(WhyNot.CONDITION_UNKNOWN), 0)
    return Held(truth=truth, low=held.low, high=held.high, why=why, facts=held.facts)


def party_is(low: Floats, high: Floats) -> Held:
    """Return that a party is the one concerned: its odds, and at most those with what they leave to neither."""
    return between(low, high, WhyNot.CONDITION_UNKNOWN, Fact.PARTY)
