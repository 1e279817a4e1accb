"""What patrols write: what they heard or saw, from where, at which compass points, between which distances.

Rules:
- most watch by day, some from noon to midnight; wind carries sound or takes it; by night it carries farther;
- the direction is one or two of sixteen points, the distance a band of whole kilometres;
- the interval is of whole minutes and nearly always holds the moment; now and then the hour is wrong;
- a watch in which nothing was heard for three hours is written down as nothing.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Means, Phenomenon
from trucewatch.simulate.draws import stream, words
from trucewatch.simulate.happened import KINDS
from trucewatch.simulate.instruments import PATROL
from trucewatch.simulate.posts import Layout, Posts, posts
from trucewatch.simulate.preset import PARTIES
from trucewatch.simulate.scene import Scene, carry
from trucewatch.simulate.sensors import flights, sensed
from trucewatch.simulate.sightings import armed, counted, misnamed, repeated, rows
from trucewatch.simulate.world import World

LAYOUT = Layout(
    name="patrol",
    every_m=7_000.0,
    behind_m=(500.0, 4_000.0),
    from_h=(5.0, 8.0),
    lasts_h=(8.0, 11.0),
    p_out=0.05,
    p_night=0.35,
)
BEARING_SIGMA_DEG, DISTANCE_SIGMA, BAND_SIGMAS = 6.0, 0.15, 1.3
P_HEADING, HEADING_SIGMA_DEG = 0.6, 15.0
P_WRONG_HOUR = 0.008
POINT_DEG = 22.5
P_SEEN_BY_DAY = 0.25


def patrol(world: World, scene: Scene) -> tuple[pl.DataFrame, Posts]:
    """Return the patrols' reports, and the patrols' posts."""
    generator, of = stream(world.seed, "patrol"), PATROL
    at = posts(world, LAYOUT)
    wind = carry(world)[
        np.minimum(scene.day, int(np.ceil(world.preset.days))),
        np.minimum(scene.stretch, int(world.preset.length_km // 100)),
    ]
    easier = np.clip(wind * np.where(scene.dark, 1.2, 0.95), 0.2, 1.6)
    seen, post = sensed(world, scene, at, of, generator, easier)
    many = len(post)
    east, north = seen.east_m - at.east_m[post], seen.north_m - at.north_m[post]
    by_eye = seen.weapon | (~seen.dark & (generator.random(many) < P_SEEN_BY_DAY))
    kind = misnamed(seen, generator)
    frame = rows(
        of,
        seen,
        {
            "means": pl.Series(by_eye).replace_strict({True: Means.SEEN.value, False: Means.HEARD.value}),
            "phenomenon": words(kind, KINDS),
            **_minutes(seen.at_s, generator),
            "observer_east_m": at.east_m[post],
            "observer_north_m": at.north_m[post],
            **_direction(np.degrees(np.arctan2(east, north)), generator),
            **_band(np.hypot(east, north), generator),
            "heading_deg": _heading(seen, generator),
            "trajectory": flights(seen, generator, 0.35),
            "held_by": words(at.side[post], PARTIES),
            **counted(seen, generator, p_stated=0.85, off=0.12),
            **armed(seen, generator, 0.3),
        },
    )
    return repeated(
        frame, of, generator, lambda n: 60.0 * generator.integers(-1, 2, n).astype(np.float64)
    ), at


def quiet(world: World, at: Posts, reports: pl.DataFrame) -> pl.DataFrame:
    """Return a row of *nothing* for each watch in which its post reported nothing."""
    lasts = at.ends_s - at.begins_s
    post, day = np.nonzero((lasts >= 3 * 3_600.0) & (at.begins_s < world.preset.end_s))
    begins, ends = at.begins_s[post, day], at.ends_s[post, day]
    east = np.round(at.east_m[post], 1)
    wrote = reports.select(
        key=pl.col("observer_east_m").round(1), day=(pl.col("from_s") // 86_400).cast(pl.Int64)
    ).unique()
    empty = pl.DataFrame({"key": east, "day": day, "row": np.arange(len(day))}).join(
        wrote, on=["key", "day"], how="anti"
    )
    which = empty.sort("row")["row"].to_numpy()
    return pl.DataFrame(
        {
            "event": np.full(len(which), -1),
            "source_id": PATROL.source_id,
            "means": Means.SEEN.value,
            "phenomenon": Phenomenon.NOTHING.value,
            "from_s": begins[which],
            "to_s": ends[which],
            "reported_s": ends[which] + 7_200.0,
            "observer_east_m": at.east_m[post][which],
            "observer_north_m": at.north_m[post][which],
            "held_by": words(at.side[post][which], PARTIES),
        }
    )


def _minutes(at_s: Floats, generator: np.random.Generator) -> dict[str, Floats]:
    many = len(at_s)
    off = np.where(generator.random(many) < P_WRONG_HOUR, 3_600.0, 0.0)
    told = at_s + off + generator.normal(0.0, PATROL.sigma_s / 2, many)
    start = np.floor(told / 60 - generator.integers(0, 3, many)) * 60
    end = np.ceil(told / 60 + generator.integers(0, 3, many)) * 60
    late = np.maximum(600.0, PATROL.lag_s * np.exp(generator.normal(0.0, 0.5, many)))
    return {"from_s": start, "to_s": np.maximum(end, start + 60.0), "reported_s": np.round(end + late)}


def _direction(bearing_deg: Floats, generator: np.random.Generator) -> dict[str, Floats]:
    many = len(bearing_deg)
    exact = ((bearing_deg + generator.normal(0.0, BEARING_SIGMA_DEG, many)) % 360) / POINT_DEG
    first, two = np.rint(exact), generator.random(many) < 0.3
    middle = np.where(two, first + np.where(exact > first, 0.5, -0.5), first)
    return {
        "bearing_deg": middle * POINT_DEG % 360,
        "bearing_halfwidth_deg": np.where(two, POINT_DEG, POINT_DEG / 2),
    }


def _band(away_m: Floats, generator: np.random.Generator) -> dict[str, Floats]:
    told = away_m / 1_000 * np.exp(generator.normal(0.0, DISTANCE_SIGMA, len(away_m)))
    wide = BAND_SIGMAS * DISTANCE_SIGMA
    return {
        "distance_min_m": np.floor(told * (1 - wide)) * 1_000,
        "distance_max_m": np.ceil(told * (1 + wide)) * 1_000,
    }


def _heading(seen: Scene, generator: np.random.Generator) -> Floats:
    """Return the direction of flight as one of sixteen points, where a patrol could tell."""
    many = len(seen.heading_deg)
    told = np.rint((seen.heading_deg + generator.normal(0.0, HEADING_SIGMA_DEG, many)) / POINT_DEG)
    return np.where(generator.random(many) < P_HEADING, told * POINT_DEG % 360, np.nan)
