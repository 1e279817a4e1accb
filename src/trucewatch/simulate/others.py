"""Events that no side fired at the other: accidents, a third's shots, live-fire exercises, weapons shown.

Rules:
- an accident happens on the ground of the side whose mine or store it was;
- a third fires from the gap or close to it, at either side;
- an exercise is held well behind the lines, within the circle and hours of a notice when there was one;
- a weapon that stands where it may not can be seen there, on a day, by who looks.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Phenomenon, Trajectory
from trucewatch.simulate.arms import ARMS
from trucewatch.simulate.draws import Ints, stream
from trucewatch.simulate.front import Front
from trucewatch.simulate.happened import CAUSES, FLIGHTS, KINDS, FiredBy, Happened
from trucewatch.simulate.preset import Preset
from trucewatch.simulate.tempo import hours, moments

RIFLE, GUN = 0, 6  # of ARMS: what a third has, what is practised with
_UNKNOWN = FLIGHTS.index(Trajectory.UNDETERMINED.value)


def accidents(preset: Preset, on: Front, *, seed: int) -> Happened:
    """Return mines and stores that went off by themselves, within 10 km of the line."""
    generator = stream(seed, "accidents")
    many = generator.poisson(preset.events * preset.p_accident)
    east = generator.uniform(0.0, preset.length_km * 1_000, many)
    side = generator.integers(0, 2, many)
    north = on.line_at(side, east) + np.where(side == 0, 1.0, -1.0) * generator.exponential(3_000.0, many)
    at = moments(preset, generator, hours(preset, seed=seed), many)
    return _plain(at, east, north, side, FiredBy.ACCIDENT, arm=-1, count=1 + generator.poisson(0.3, many))


def thirds(preset: Preset, on: Front, *, seed: int) -> Happened:
    """Return the fire of somebody who is neither side's."""
    generator = stream(seed, "thirds")
    many = generator.poisson(preset.events * preset.p_third)
    east = generator.uniform(0.0, preset.length_km * 1_000, many)
    north = np.interp(east, on.east_m, on.contact_m) + generator.normal(0.0, 800.0, many)
    at = moments(preset, generator, hours(preset, seed=seed), many)
    nobody = np.full(many, -1)
    fired = _plain(at, east, north, nobody, FiredBy.THIRD, arm=RIFLE, count=1 + generator.poisson(4.0, many))
    return aimed(fired, generator, 900.0)


def practised(preset: Preset, notices: pl.DataFrame, *, seed: int) -> Happened:
    """Return the rounds of the exercises in `notices` that were held, announced or not."""
    generator = stream(seed, "practised")
    held = notices.filter("held")
    wanted = preset.events * preset.p_exercise
    each = generator.poisson(max(1.0, wanted / max(1, held.height)), held.height)
    of = np.repeat(np.arange(held.height), each)
    start, end = (held[name].to_numpy()[of] for name in ("from_s", "to_s"))
    away, turn = np.sqrt(generator.random(len(of))), generator.uniform(0, 2 * np.pi, len(of))
    radius = held["radius_m"].to_numpy()[of] * 0.7
    fired = _plain(
        start + generator.random(len(of)) * (end - start),
        held["east_m"].to_numpy()[of] + radius * away * np.sin(turn),
        held["north_m"].to_numpy()[of] + radius * away * np.cos(turn),
        (held["party"] == "B").to_numpy().astype(np.int64)[of],
        FiredBy.EXERCISE,
        arm=GUN,
        count=1 + generator.poisson(3.0, len(of)),
    )
    return aimed(fired, generator, 2_500.0)


def shown(preset: Preset, weapons: pl.DataFrame, *, seed: int) -> Happened:
    """Return when weapons stood in the open, before and after they were to be withdrawn."""
    generator = stream(seed, "shown")
    many = generator.poisson(preset.events * preset.p_weapon_shown)
    which = generator.integers(0, max(1, weapons.height), many if weapons.height else 0)
    at = generator.uniform(0.0, preset.end_s - 1.0, len(which))
    after = at >= weapons["moved_s"].fill_null(np.inf).to_numpy()[which]
    east = np.where(after, weapons["to_east_m"].to_numpy()[which], weapons["east_m"].to_numpy()[which])
    north = np.where(after, weapons["to_north_m"].to_numpy()[which], weapons["north_m"].to_numpy()[which])
    side = (weapons["party"] == "B").to_numpy().astype(np.int64)[which]
    seen = _plain(at, east, north, side, FiredBy.NONE, arm=-1, count=np.ones(len(which), dtype=np.int64))
    arm = weapons["arm"].to_numpy()[which].astype(np.int64)
    kind = np.full(len(which), KINDS.index(Phenomenon.WEAPON.value))
    return replace(seen, arm=arm, kind=kind)


def aimed(fired: Happened, generator: np.random.Generator, far_m: float) -> Happened:
    """Return `fired` with a place from which it was fired, about `far_m` away in any direction."""
    many = len(fired.key)
    turn, away = generator.uniform(0, 2 * np.pi, many), far_m * generator.uniform(0.4, 1.6, many)
    return replace(
        fired,
        from_east_m=fired.east_m + away * np.sin(turn),
        from_north_m=fired.north_m + away * np.cos(turn),
        to_east_m=fired.east_m,
        to_north_m=fired.north_m,
        flight=np.full(many, FLIGHTS.index(Trajectory.INCOMING.value)),
    )


def _plain(
    at: Floats, east: Floats, north: Floats, side: Ints, by: FiredBy, *, arm: int, count: Ints
) -> Happened:
    many, none = len(at), np.full(len(at), np.nan)
    first = ARMS[arm].kinds[0][0] if arm >= 0 else Phenomenon.EXPLOSION
    return Happened(
        key=np.arange(many),
        at_s=at,
        east_m=east,
        north_m=north,
        **dict.fromkeys(("from_east_m", "from_north_m", "to_east_m", "to_north_m"), none),
        fired_by=np.full(many, CAUSES.index(by.value)),
        side=side,
        kind=np.full(many, KINDS.index(first.value)),
        flight=np.full(many, _UNKNOWN),
        arm=np.full(many, arm),
        count=count,
        **dict.fromkeys(("engagement", "reply_to", "launch_of"), np.full(many, -1)),
    )
