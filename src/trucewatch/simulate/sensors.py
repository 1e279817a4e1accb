"""What instruments report: arrays of microphones, the seismic network, cameras.

Rules:
- an array or camera works all day but for its outages; a clock that was wrong stays so for a week;
- an array's fix has no error of its own stated: the profile says how far off such fixes are;
- a camera knows the direction to a degree and the distance to a third.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Phenomenon
from trucewatch.simulate.draws import Flags, Ints, stream, words
from trucewatch.simulate.happened import FLIGHTS, KINDS
from trucewatch.simulate.instruments import ACOUSTIC, CAMERA, SEISMIC, Instrument
from trucewatch.simulate.posts import ALWAYS, Layout, Posts, in_reach, posts
from trucewatch.simulate.scene import Scene
from trucewatch.simulate.sightings import UNDETERMINED, counted, repeated, rows, spread, with_ghosts
from trucewatch.simulate.world import World

ARRAYS = Layout(
    name="acoustic",
    every_m=18_000.0,
    behind_m=(1_000.0, 5_000.0),
    from_h=ALWAYS[0],
    lasts_h=ALWAYS[1],
    p_out=0.06,
)
CAMERAS = Layout(
    name="camera",
    every_m=14_000.0,
    behind_m=(300.0, 2_000.0),
    from_h=ALWAYS[0],
    lasts_h=ALWAYS[1],
    p_out=0.1,
)
SEES_DEG, BEARING_SIGMA_DEG, DISTANCE_SIGMA = 45.0, 1.2, 0.3
P_HEADING, HEADING_SIGMA_DEG = 0.75, 12.0
P_WRONG_CLOCK, WRONG_CLOCK_S = 0.03, 600.0  # of a post's weeks, and by how much
SEISMIC_MM = 81.0
_WEEK_S = 7 * 86_400.0
_SEISMIC = KINDS.index(Phenomenon.SEISMIC.value)
_LIT = tuple(KINDS.index(k.value) for k in (Phenomenon.MUZZLE_FLASH, Phenomenon.PROJECTILE))


def acoustic(world: World, scene: Scene) -> tuple[pl.DataFrame, Posts]:
    """Return the arrays' fixes, and the arrays."""
    generator, of = stream(world.seed, "acoustic"), ACOUSTIC
    arrays = posts(world, ARRAYS)
    seen, post = sensed(world, scene, arrays, of, generator, np.where(scene.weapon, 0.0, 1.0))
    many = len(post)
    at = (
        seen.at_s
        + spread(generator, of.sigma_s, many)
        + clock_off(world, arrays, post, seen.at_s, "acoustic")
    )
    frame = rows(
        of,
        seen,
        {
            **point(at, generator, of),
            "east_m": seen.east_m + spread(generator, of.sigma_m, many),
            "north_m": seen.north_m + spread(generator, of.sigma_m, many),
            "observer_east_m": arrays.east_m[post],
            "observer_north_m": arrays.north_m[post],
            "trajectory": flights(seen, generator, 0.2),
            **counted(seen, generator, p_stated=0.6, off=0.15),
        },
    )
    return repeated(frame, of, generator, lambda n: generator.normal(0.0, 0.5 * of.sigma_s, n)), arrays


def seismic(world: World, scene: Scene) -> pl.DataFrame:
    """Return the network's detections of large explosions."""
    generator, of = stream(world.seed, "seismic"), SEISMIC
    large = (scene.calibre_mm > SEISMIC_MM) & ~scene.weapon & ~np.isin(scene.kind, _LIT)
    felt = large & (generator.random(len(large)) < of.p_heavy * np.clip(scene.calibre_mm / 100, 0.6, 2.0))
    nowhere = np.zeros(int(felt.sum()), dtype=np.int64)
    seen, _ = with_ghosts(scene.take(felt), nowhere, of, generator, world.preset.end_s)
    many = len(seen.event)
    frame = rows(
        of,
        seen,
        {
            **point(seen.at_s + spread(generator, of.sigma_s, many), generator, of),
            "phenomenon": words(np.full(many, _SEISMIC), KINDS),
            "east_m": seen.east_m + spread(generator, of.sigma_m, many),
            "north_m": seen.north_m + spread(generator, of.sigma_m, many),
        },
    )
    return repeated(frame, of, generator, lambda n: generator.normal(0.0, 0.5 * of.sigma_s, n))


def camera(world: World, scene: Scene) -> tuple[pl.DataFrame, Posts]:
    """Return what the cameras recorded, and the cameras."""
    generator, of = stream(world.seed, "camera"), CAMERA
    cameras = posts(world, CAMERAS)
    by_night = np.where(scene.dark, 1.4, 0.7) * np.where(np.isin(scene.kind, _LIT), 2.0, 1.0)
    seen, post = sensed(world, scene, cameras, of, generator, by_night)
    looks = np.where(cameras.side == 0, 180.0, 0.0) + generator.normal(0.0, 20.0, len(cameras.side))
    east, north = seen.east_m - cameras.east_m[post], seen.north_m - cameras.north_m[post]
    bearing = np.degrees(np.arctan2(east, north))
    inside = np.abs((bearing - looks[post] + 180) % 360 - 180) <= SEES_DEG
    seen, post, bearing = seen.take(inside), post[inside], bearing[inside]
    many, away = len(post), np.hypot(east, north)[inside]
    at = (
        seen.at_s + spread(generator, of.sigma_s, many) + clock_off(world, cameras, post, seen.at_s, "camera")
    )
    told = away * np.exp(generator.normal(0.0, DISTANCE_SIGMA, many))
    heading = np.round(seen.heading_deg + generator.normal(0.0, HEADING_SIGMA_DEG, many)) % 360
    frame = rows(
        of,
        seen,
        {
            **point(at, generator, of),
            "observer_east_m": cameras.east_m[post],
            "observer_north_m": cameras.north_m[post],
            "bearing_deg": np.round((bearing + generator.normal(0.0, BEARING_SIGMA_DEG, many)) % 360, 1),
            "bearing_halfwidth_deg": np.full(many, 2.0),
            "distance_min_m": np.round(told * 0.62, -1),
            "distance_max_m": np.round(told * 1.5, -1),
            "heading_deg": np.where(generator.random(many) < P_HEADING, heading, np.nan),
            "trajectory": flights(seen, generator, 0.6),
            **counted(seen, generator, p_stated=0.9, off=0.05),
        },
    )
    return repeated(frame, of, generator, lambda n: generator.normal(0.0, 0.5 * of.sigma_s, n)), cameras


def sensed(
    world: World,
    scene: Scene,
    at: Posts,
    of: Instrument,
    generator: np.random.Generator,
    easier: Floats,
) -> tuple[Scene, Ints]:
    """Return what the posts on watch detect, false alarms among it, and the post of each."""
    reach = np.where(scene.light, of.light_reach_m or 0.0, of.reach_m or 0.0)
    event, post, away = in_reach(scene, at, np.where(easier > 0, reach, 0.0))
    p = np.where(scene.light, of.p_light, of.p_heavy)
    p = np.where(scene.weapon, of.p_weapon, p) * easier
    fades = 1 - 0.5 * (away / np.maximum(reach[event], 1.0)) ** 2
    caught: Flags = at.watching(post, scene.at_s[event]) & (generator.random(len(event)) < p[event] * fades)
    return with_ghosts(scene.take(event[caught]), post[caught], of, generator, world.preset.end_s)


def point(at_s: Floats, generator: np.random.Generator, of: Instrument) -> dict[str, Floats]:
    """Return a moment to the second as an interval, and when it was reported."""
    start = np.floor(at_s)
    late = of.lag_s * np.exp(generator.normal(0.0, 0.8, len(at_s)))
    return {"from_s": start, "to_s": start + 1.0, "reported_s": np.round(start + 1.0 + late)}


def clock_off(world: World, at: Posts, post: Ints, at_s: Floats, name: str) -> Floats:
    """Return how far off each post's clock was in its week; mostly not at all."""
    generator = stream(world.seed, f"clocks {name}")
    weeks = int(np.ceil(world.preset.end_s / _WEEK_S)) + 1
    shape = (len(at.side), weeks)
    off = np.where(generator.random(shape) < P_WRONG_CLOCK, generator.normal(0.0, WRONG_CLOCK_S, shape), 0.0)
    return off[post, np.clip(at_s // _WEEK_S, 0, weeks - 1).astype(np.int64)]


def flights(seen: Scene, generator: np.random.Generator, p: float) -> pl.Series:
    """Return the trajectory where the source could tell, else *undetermined*."""
    told = generator.random(len(seen.flight)) < p
    return words(np.where(told, seen.flight, UNDETERMINED), FLIGHTS)
