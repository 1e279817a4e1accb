"""The shots of engagements: who fires when, from where to where, in answer to what.

Rules:
- the side that begins fires first; an answer names the last event of the other side before it;
- a side fires from behind its own line, no farther than its weapon reaches, beyond the other's line;
- a share of heavy fire is also heard where it left, as an event of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Phenomenon, Trajectory
from trucewatch.simulate.arms import ARMS, of
from trucewatch.simulate.draws import Ints, choices
from trucewatch.simulate.front import Front
from trucewatch.simulate.happened import FLIGHTS, KINDS, Happened, joined
from trucewatch.simulate.preset import Preset

SHARES = np.array([arm.share for arm in ARMS])
P_OTHER_ARM = 0.25
ANSWERS = 0.45  # of the events of an answered engagement
FLIGHT_M_PER_S = 300.0
_INCOMING, _OUTGOING = FLIGHTS.index(Trajectory.INCOMING.value), FLIGHTS.index(Trajectory.OUTGOING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fought:
    """Engagements as columns."""

    at_s: Floats
    lasts_s: Floats
    east_m: Floats
    begins: Ints  # the side that fires first
    arm: Ints
    events: Ints
    answered_s: Floats  # when the other side answers; NaN: never


def shots(preset: Preset, on: Front, fought: Fought, generator: np.random.Generator) -> Happened:
    """Return the shots of all engagements, with keys from 0, one engagement after the other."""
    of_fight = np.repeat(np.arange(len(fought.events)), fought.events)
    many = len(of_fight)
    first = np.diff(of_fight, prepend=-1) > 0
    answers = ~first & (generator.random(many) < ANSWERS) & np.isfinite(fought.answered_s[of_fight])
    begins = np.where(answers, fought.answered_s[of_fight], fought.at_s[of_fight])
    at = begins + np.where(first, 0.0, generator.random(many) * fought.lasts_s[of_fight])
    side = np.where(answers, 1 - fought.begins[of_fight], fought.begins[of_fight])
    other = generator.random(many) < P_OTHER_ARM
    # each side of an engagement has its own weapon, but for a quarter of what it fires
    own = np.where(answers, choices(generator, SHARES, len(fought.arm))[of_fight], fought.arm[of_fight])
    arm = np.where(other, choices(generator, SHARES, many), own)
    order = np.lexsort((np.arange(many), at, of_fight))
    of_fight, at, side, arm, answers = of_fight[order], at[order], side[order], arm[order], answers[order]
    target, muzzle = _flown(on, fought.east_m[of_fight], side, arm, generator)
    direct = np.array([one.direct for one in ARMS])[arm]
    key = np.arange(many)
    before = np.maximum.accumulate(np.where(answers, -1, key))
    return Happened(
        key=key,
        at_s=np.minimum(at, preset.end_s - 1.0),
        east_m=np.where(direct, muzzle[0], target[0]),
        north_m=np.where(direct, muzzle[1], target[1]),
        from_east_m=muzzle[0],
        from_north_m=muzzle[1],
        to_east_m=target[0],
        to_north_m=target[1],
        fired_by=side.astype(np.int64),
        side=side.astype(np.int64),
        kind=_kinds(arm, generator),
        flight=np.where(direct, _OUTGOING, _INCOMING),
        arm=arm,
        count=1 + generator.poisson(of(arm, lambda one: one.rounds - 1)),
        engagement=of_fight,
        reply_to=np.where(answers, before, -1),
        launch_of=np.full(many, -1),
    )


def _flown(
    on: Front, middle_m: Floats, side: Ints, arm: Ints, generator: np.random.Generator
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return where each shot landed and where it left, metres east and north."""
    many = len(side)
    reach, deep = of(arm, lambda one: one.reach_m), of(arm, lambda one: one.deep_m)
    scatter = of(arm, lambda one: one.scatter_m)
    forward = np.where(side == 0, -1.0, 1.0)  # A fires south
    beyond = np.minimum(generator.exponential(1.0, many) * deep, 0.6 * reach)
    behind = generator.uniform(0.05, 0.6, many) * np.maximum(reach - beyond, 200.0)
    east = middle_m + generator.normal(0.0, 2.5, many) * scatter
    own = east + generator.normal(0.0, 0.25, many) * (beyond + behind)
    landed = on.line_at(1 - side, east) + forward * beyond
    left = on.line_at(side, own) - forward * behind
    return (east, landed), (own, left)


def _kinds(arm: Ints, generator: np.random.Generator) -> Ints:
    """Return what each event looks and sounds like."""
    found = np.zeros(len(arm), dtype=np.int64)
    drawn = generator.random(len(arm))
    for at, one in enumerate(ARMS):
        mine = np.flatnonzero(arm == at)
        edges = np.cumsum([share for _, share in one.kinds])
        which = np.minimum(np.searchsorted(edges, drawn[mine], side="right"), len(one.kinds) - 1)
        found[mine] = np.array([KINDS.index(kind.value) for kind, _ in one.kinds])[which]
    return found


def with_launches(preset: Preset, fired: Happened, generator: np.random.Generator) -> Happened:
    """Return `fired` and the launches of a share of the heavy ones, each linked to its shot."""
    heavy = fired.flight == _INCOMING
    heard = np.flatnonzero(heavy & (generator.random(len(heavy)) < preset.p_launch))
    left = fired.take(heard)
    flown_m = np.hypot(left.to_east_m - left.from_east_m, left.to_north_m - left.from_north_m)
    flash = generator.random(len(heard)) < 0.25
    boom, light = KINDS.index(Phenomenon.EXPLOSION.value), KINDS.index(Phenomenon.MUZZLE_FLASH.value)
    launches = replace(
        left,
        key=len(fired.key) + np.arange(len(heard)),
        at_s=np.maximum(left.at_s - flown_m / FLIGHT_M_PER_S, 0.0),
        east_m=left.from_east_m,
        north_m=left.from_north_m,
        kind=np.where(flash, light, boom),
        flight=np.full(len(heard), _OUTGOING),
        launch_of=left.key,
    )
    return joined([fired, launches])
