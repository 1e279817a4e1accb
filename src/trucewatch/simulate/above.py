"""What is seen from above: heat and craters from satellites, fire and weapons from drones.

Rules:
- a satellite sees what is left of an event at its next pass, and only where the sky is clear: the interval
  runs from the pass before to this one;
- a drone flies over some squares of 10 km for some blocks of three hours; a side's share of watch is the
  share of its flights;
- a drone often sees where a shot came from, and so which way it flew.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Phenomenon
from trucewatch.simulate.draws import Flags, stream, words
from trucewatch.simulate.happened import KINDS
from trucewatch.simulate.instruments import DRONE, OPTICAL, THERMAL, Instrument
from trucewatch.simulate.scene import Scene, cloud
from trucewatch.simulate.sensors import flights, point
from trucewatch.simulate.sightings import armed, counted, repeated, rows, spread, with_ghosts
from trucewatch.simulate.world import World

THERMAL_PASSES_H = (1.6, 12.4)
OPTICAL_PASSES_H = (10.5,)
CLEAR_UNDER = 0.6
SQUARE_M, BLOCK_S = 10_000.0, 10_800.0
P_FLOWN = 0.13
P_HEADING, HEADING_SIGMA_DEG = 0.85, 8.0
_KIND = {kind: KINDS.index(kind.value) for kind in (Phenomenon.THERMAL, Phenomenon.DAMAGE)}


def thermal(world: World, scene: Scene) -> pl.DataFrame:
    """Return heat at the passes after explosions, and heat that no fire of war lit."""
    seen = _left(world, scene, THERMAL, "thermal")
    return _passed(world, seen, THERMAL, "thermal", THERMAL_PASSES_H, Phenomenon.THERMAL)


def optical(world: World, scene: Scene) -> pl.DataFrame:
    """Return craters and weapons at the daily pass."""
    seen = _left(world, scene, OPTICAL, "optical")
    return _passed(world, seen, OPTICAL, "optical", OPTICAL_PASSES_H, Phenomenon.DAMAGE)


def drone(world: World, scene: Scene) -> pl.DataFrame:
    """Return what the drones filmed."""
    generator, of = stream(world.seed, "drone"), DRONE
    p = np.where(scene.light, of.p_light, of.p_heavy)
    p = np.where(scene.weapon, of.p_weapon, p)
    filmed = flown(world, scene) & (generator.random(len(p)) < p)
    nowhere = np.zeros(int(filmed.sum()), dtype=np.int64)
    seen, _ = with_ghosts(scene.take(filmed), nowhere, of, generator, world.preset.end_s)
    many = len(seen.event)
    heading = np.round((seen.heading_deg + generator.normal(0.0, HEADING_SIGMA_DEG, many)) % 360, 0) % 360
    frame = rows(
        of,
        seen,
        {
            **point(seen.at_s + spread(generator, of.sigma_s, many), generator, of),
            "east_m": seen.east_m + spread(generator, of.sigma_m, many),
            "north_m": seen.north_m + spread(generator, of.sigma_m, many),
            "heading_deg": np.where(generator.random(many) < P_HEADING, heading, np.nan),
            "trajectory": flights(seen, generator, 0.7),
            **counted(seen, generator, p_stated=0.9, off=0.03),
            **armed(seen, generator, 0.6),
        },
    )
    return repeated(frame, of, generator, lambda n: generator.normal(0.0, 0.5 * of.sigma_s, n))


def flown(world: World, scene: Scene) -> Flags:
    """Say which events happened under a drone."""
    blocks = int(np.ceil(world.preset.end_s / BLOCK_S)) + 1
    squares = int(world.preset.length_km * 1_000 // SQUARE_M) + 2
    drawn = stream(world.seed, "flights").random((2, squares, blocks))
    over = drawn < P_FLOWN * np.array(world.preset.watched)[:, None, None]
    square = np.clip(scene.east_m // SQUARE_M, 0, squares - 1).astype(np.int64)
    block = np.clip(scene.at_s // BLOCK_S, 0, blocks - 1).astype(np.int64)
    found: Flags = over[np.maximum(scene.ground, 0), square, block]
    return found


def _left(world: World, scene: Scene, of: Instrument, name: str) -> Scene:
    """Return the events that left something to be seen, under a sky that was clear."""
    generator = stream(world.seed, name)
    size = np.clip(scene.calibre_mm, 60.0, 160.0) / 100
    p = np.where(scene.light, 0.0, of.p_heavy * np.nan_to_num(size, nan=1.0))
    p = np.where(scene.weapon, of.p_weapon, p)
    sky = cloud(world)
    over = sky[np.minimum(scene.day, len(sky) - 1), np.minimum(scene.stretch, sky.shape[1] - 1)]
    left = (over < CLEAR_UNDER) & (generator.random(len(p)) < p)
    nowhere = np.zeros(int(left.sum()), dtype=np.int64)
    return with_ghosts(scene.take(left), nowhere, of, generator, world.preset.end_s)[0]


def _passed(
    world: World, seen: Scene, of: Instrument, name: str, hours: tuple[float, ...], kind: Phenomenon
) -> pl.DataFrame:
    generator = stream(world.seed, f"{name} passes")
    many = len(seen.event)
    after, before = _passes(seen.at_s, hours)
    frame = rows(
        of,
        seen,
        {
            "phenomenon": words(np.where(seen.weapon, seen.kind, _KIND[kind]), KINDS),
            "from_s": before,
            "to_s": after,
            "reported_s": np.round(after + of.lag_s * np.exp(generator.normal(0.0, 0.4, many))),
            "east_m": seen.east_m + spread(generator, of.sigma_m, many),
            "north_m": seen.north_m + spread(generator, of.sigma_m, many),
            **armed(seen, generator, np.where(seen.weapon, 0.5, 0.0)),
        },
    )
    return repeated(frame, of, generator, lambda n: np.zeros(n))


def _passes(at_s: Floats, hours: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Return the first pass after each moment and the last before it."""
    days = int(np.max(at_s, initial=0.0) // 86_400) + 2
    every = (np.arange(-1, days)[:, None] * 86_400.0 + np.array(hours) * 3_600.0).ravel()
    next_one = np.searchsorted(every, at_s, side="right")
    return every[next_one], every[next_one - 1]
