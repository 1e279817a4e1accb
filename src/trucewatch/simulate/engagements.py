"""Fire across the line: battles of engagements, engagements of events, and the fire that answers.

Rules:
- battles fall near hot spots or anywhere; the engagements of one are near each other in place and time;
- one side begins, with one class of weapon; the other may answer, and each answer names the event before it;
- both sides follow one rule: nothing here depends on which of them is called A;
- a share of heavy fire is also heard where it left, as an event of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Phenomenon, Trajectory
from trucewatch.simulate.arms import ARMS, of
from trucewatch.simulate.draws import Ints, choices, stream
from trucewatch.simulate.front import Front
from trucewatch.simulate.preset import Preset
from trucewatch.simulate.tempo import hours, moments
from trucewatch.simulate.truth import FLIGHTS, KINDS, Happened, joined

SHARES = np.array([arm.share for arm in ARMS])
BATTLE_M, BATTLE_S = 2_500.0, 5_400.0
FOUGHT_S = 2_400.0  # how long an engagement lasts, median
P_OTHER_ARM = 0.25
ANSWERS = 0.45  # of the events of an answered engagement
ANSWER_S = 420.0  # from the first fire to the first answer, in the mean
FLIGHT_M_PER_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fought:
    """Engagements as columns."""

    at_s: Floats
    lasts_s: Floats
    east_m: Floats
    begins: Ints  # the side that fires first
    arm: Ints
    events: Ints
    answered_s: Floats  # when the other side answers; NaN: never


def fire(preset: Preset, on: Front, *, seed: int) -> Happened:
    """Return the fire of both sides, with keys from 0."""
    generator = stream(seed, "engagements")
    fought = _fought(preset, on, generator, hours(preset, seed=seed))
    shots = _shots(preset, on, fought, generator)
    return _launches(preset, shots, generator)


def _fought(preset: Preset, on: Front, generator: np.random.Generator, by_hour: Floats) -> _Fought:
    share = 1 / (1 + preset.p_launch * 0.7)
    wanted = preset.events * share * (1 - preset.p_accident - preset.p_third - preset.p_exercise)
    many = max(4, round(wanted * (1 - preset.p_weapon_shown) / preset.events_per_engagement))
    battles = max(2, round(many / preset.engagements_per_battle))
    of_battle = generator.integers(0, battles, many)
    east = _along(preset, on, generator, battles)[of_battle] + generator.normal(0.0, BATTLE_M, many)
    at = moments(preset, generator, by_hour, battles)[of_battle] + generator.normal(0.0, BATTLE_S, many)
    length = preset.length_km * 1_000
    at = np.clip(at, 0.0, preset.end_s - 1.0)
    answered = generator.random(many) < preset.p_reply
    return _Fought(
        at_s=at,
        lasts_s=FOUGHT_S * np.exp(generator.normal(0.0, 0.7, many)),
        east_m=np.abs(length - np.abs(length - east)),
        begins=generator.integers(0, 2, many),
        arm=choices(generator, SHARES, many),
        events=generator.geometric(1 / preset.events_per_engagement, many),
        answered_s=np.where(answered, at + generator.exponential(ANSWER_S, many) + 20.0, np.nan),
    )


def _along(preset: Preset, on: Front, generator: np.random.Generator, many: int) -> Floats:
    spots = on.hot_spots
    at = choices(generator, spots["weight"].to_numpy(), many)
    hot = spots["east_m"].to_numpy()[at] + spots["spread_m"].to_numpy()[at] * generator.normal(0.0, 1.0, many)
    anywhere = generator.uniform(0.0, preset.length_km * 1_000, many)
    return np.where(generator.random(many) < preset.p_hot, hot, anywhere)


def _shots(preset: Preset, on: Front, fought: _Fought, generator: np.random.Generator) -> Happened:
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
        flight=np.where(
            direct, FLIGHTS.index(Trajectory.OUTGOING.value), FLIGHTS.index(Trajectory.INCOMING.value)
        ),
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


def _launches(preset: Preset, shots: Happened, generator: np.random.Generator) -> Happened:
    """Return `shots` and the launches of a share of the heavy ones, each linked to its shot."""
    heavy = shots.flight == FLIGHTS.index(Trajectory.INCOMING.value)
    heard = np.flatnonzero(heavy & (generator.random(len(heavy)) < preset.p_launch))
    left = shots.take(heard)
    flown_m = np.hypot(left.to_east_m - left.from_east_m, left.to_north_m - left.from_north_m)
    flash = generator.random(len(heard)) < 0.25
    boom, light = KINDS.index(Phenomenon.EXPLOSION.value), KINDS.index(Phenomenon.MUZZLE_FLASH.value)
    launches = replace(
        left,
        key=len(shots.key) + np.arange(len(heard)),
        at_s=np.maximum(left.at_s - flown_m / FLIGHT_M_PER_S, 0.0),
        east_m=left.from_east_m,
        north_m=left.from_north_m,
        kind=np.where(flash, light, boom),
        flight=np.full(len(heard), FLIGHTS.index(Trajectory.OUTGOING.value)),
        launch_of=left.key,
    )
    return joined([shots, launches])
