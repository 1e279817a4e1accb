"""What every source makes of a world: the table of observations, and what was behind each.

Rules:
- the observations hold nothing that only the truth knows; `truth` has a row for each, in their order;
- observations are in the order in which they were reported, as a mission would get them;
- `true` profiles are measured on the very rows, `declared` ones are what the sources say of themselves.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from trucewatch.model.canonical import with_ids
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Sensitivity
from trucewatch.simulate.above import drone, optical, thermal
from trucewatch.simulate.draws import Ints
from trucewatch.simulate.instruments import CLAIMS_A, CLAIMS_B
from trucewatch.simulate.newsrooms import coded, newsrooms
from trucewatch.simulate.outlines import degrees
from trucewatch.simulate.patrols import patrol, quiet
from trucewatch.simulate.posts import Posts
from trucewatch.simulate.profiles import declared_profiles, true_profiles
from trucewatch.simulate.scene import Scene, scene
from trucewatch.simulate.sectors import with_places
from trucewatch.simulate.sensors import acoustic, camera, seismic
from trucewatch.simulate.sightings import LAST_ALARM
from trucewatch.simulate.tempo import utc
from trucewatch.simulate.voices import claims, public
from trucewatch.simulate.world import World

AT_ONCE = 500_000
TRUTH = pl.Schema(
    {
        "observation_id": pl.String,
        "event_id": pl.Int64,  # null: a false alarm, or a row that tells of no event
        "alarm_id": pl.Int64,  # of a false alarm, which its repeats and copies tell of too
        "again": pl.Boolean,  # its source said the same before
        "copy": pl.Boolean,  # it was copied from another source
        "altered": pl.String,  # the trick that made or changed it
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What the sources reported of a world, and the truth behind it."""

    world: World
    observations: pl.DataFrame  # OBSERVATIONS
    truth: pl.DataFrame  # TRUTH, row for row
    hours: pl.DataFrame  # of watch: source_id, post, lon, lat, held_by, from_utc, to_utc
    true: Mapping[str, SourceProfile]
    declared: Mapping[str, SourceProfile]
    lost: tuple[str, ...] = ()  # observations that a trick took away


def told_of(truth: pl.DataFrame) -> Ints:
    """Return what each row of TRUTH tells of: the number of its event, one below -1 of its false alarm, or -1."""
    return truth.select(what=pl.coalesce("event_id", LAST_ALARM - pl.col("alarm_id"), pl.lit(-1, pl.Int64)))[
        "what"
    ].to_numpy()


def observe(world: World) -> Observed:
    """Return what every source reports of `world`."""
    there = scene(world)
    made, posts = _made(world, there)
    true = true_profiles(there, made, posts)
    observations, behind = published(world, made)
    return Observed(
        world=world,
        observations=observations,
        truth=behind,
        hours=hours(world, posts),
        true=true,
        declared=declared_profiles(true, seed=world.seed),
    )


def _made(world: World, there: Scene) -> tuple[pl.DataFrame, dict[str, Posts]]:
    """Return every source's rows in metres and seconds, in the order in which they were reported, and the posts."""
    heard, arrays = acoustic(world, there)
    wrote, patrols = patrol(world, there)
    filmed, cameras = camera(world, there)
    said = pl.concat([claims(world, there, side, of) for side, of in enumerate((CLAIMS_A, CLAIMS_B))])
    parts = [
        *(heard, wrote, filmed, quiet(world, patrols, wrote)),
        *(seismic(world, there), thermal(world, there), optical(world, there), drone(world, there)),
        *(said, newsrooms(world, there, said), coded(world, there), public(world, there)),
    ]
    made = with_places(pl.concat(parts, how="diagonal_relaxed"))
    made = made.sort(
        "reported_s", "source_id", "from_s", pl.col("event").clip(lower_bound=-1), maintain_order=True
    )
    return made, {"acoustic": arrays, "patrol": patrols, "camera": cameras}


def published(world: World, made: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return rows in metres and seconds as observations with their ids, and the truth of each."""
    preset = world.preset
    lon, lat = degrees(*(made[name].fill_null(np.nan).to_numpy() for name in ("east_m", "north_m")))
    place = [f"observer_{name}" for name in ("east_m", "north_m")]
    observer = degrees(*(made[name].fill_null(np.nan).to_numpy() for name in place))
    times = {f"{one}_utc": utc(preset, made[f"{one}_s"].to_numpy()) for one in ("from", "to", "reported")}
    counts = [pl.col(name).fill_nan(None).cast(pl.Int64) for name in ("count_min", "count_max")]
    settlement = pl.format("exercise:{}", pl.col("place").cast(pl.String).str.zfill(4))
    nowhere = pl.col("east_m").is_nan() | pl.col("east_m").is_null()
    whole = made.with_columns(
        *counts,
        *(pl.Series(name, values) for name, values in times.items()),
        observation_id=pl.lit(""),
        row=pl.int_range(1, pl.len() + 1),
        area_id=pl.when(nowhere).then(settlement),
        sensitivity=pl.lit(Sensitivity.PUBLIC.value),
    ).with_columns(
        lon=pl.Series(lon),
        lat=pl.Series(lat),
        observer_lon=pl.Series(observer[0]),
        observer_lat=pl.Series(observer[1]),
    )
    floats = [pl.col(name).fill_nan(None) for name, dtype in whole.schema.items() if dtype == pl.Float64]
    kept = [name for name in OBSERVATIONS.schema.names() if name in whole.columns]
    observations = named(whole.with_columns(floats).select(kept))
    behind = whole.select(
        pl.Series("observation_id", observations["observation_id"]),
        event_id=pl.when(pl.col("event") >= 0).then("event"),
        alarm_id=pl.when(pl.col("event") <= LAST_ALARM).then(LAST_ALARM - pl.col("event")),
        again=pl.col("again").fill_null(value=False),
        copy=pl.col("copy").fill_null(value=False),
        altered=pl.lit(None, pl.String),
    )
    return observations, behind.cast(TRUTH)


def named(rows: pl.DataFrame, *, at_once: int = AT_ONCE) -> pl.DataFrame:
    """Return `rows` with their ids, made part by part: equal rows are reported at once, and stay in one part."""
    reported = rows["reported_utc"].dt.epoch("us").to_numpy()
    cuts = np.searchsorted(reported, reported[at_once::at_once], side="left")
    edges = np.unique(np.concatenate([[0], cuts, [rows.height]]))
    return pl.concat([with_ids(rows[int(a) : int(b)]) for a, b in itertools.pairwise(edges)])


def hours(world: World, posts: Mapping[str, Posts]) -> pl.DataFrame:
    """Return the hours of watch of the posts, a row a post and day."""
    parts = []
    for name, at in posts.items():
        post, day = np.nonzero((at.ends_s > at.begins_s) & (at.begins_s < world.preset.end_s))
        lon, lat = degrees(at.east_m[post], at.north_m[post])
        parts.append(
            pl.DataFrame(
                {
                    "source_id": [name] * len(post),
                    "post": post,
                    "lon": lon,
                    "lat": lat,
                    "held_by": pl.Series(np.where(at.side[post] == 0, "A", "B")),
                    "from_utc": utc(world.preset, at.begins_s[post, day]),
                    "to_utc": utc(world.preset, at.ends_s[post, day]),
                }
            )
        )
    return pl.concat(parts)
