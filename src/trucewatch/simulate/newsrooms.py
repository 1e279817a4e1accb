"""What is written later: newsrooms that repeat claims and one another, and a coded event set.

Rules:
- what a newsroom found out itself has words of its own; what it copied has the words it copied, and says
  from whom only now and then;
- a copy tells of the event that its original tells of, and is no second witness to it;
- the coded set knows the day and the settlement.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.model.vocabulary import Phenomenon
from trucewatch.simulate.draws import stream, words
from trucewatch.simulate.happened import KINDS
from trucewatch.simulate.instruments import CODED, NEWS_COAST, NEWS_HARBOUR, Instrument
from trucewatch.simulate.scene import DAY_S, Scene
from trucewatch.simulate.settlements import nearest
from trucewatch.simulate.sightings import repeated, rows, with_ghosts
from trucewatch.simulate.world import World

PART_S = 7_200.0
P_COPIES_CLAIM, P_COPIES_NEWS = 0.10, 0.3
P_SAYS_FROM_WHOM = 0.3
_SHELLING = KINDS.index(Phenomenon.EXPLOSION.value)


def newsrooms(world: World, scene: Scene, claimed: pl.DataFrame) -> pl.DataFrame:
    """Return what the two newsrooms wrote; `claimed` are both parties' claims."""
    generator = stream(world.seed, "newsrooms")
    harbour = _own(world, scene, NEWS_HARBOUR)
    harbour = pl.concat(
        [harbour, copied(claimed, NEWS_HARBOUR, P_COPIES_CLAIM, generator)], how="diagonal_relaxed"
    )
    coast = [
        _own(world, scene, NEWS_COAST),
        copied(harbour, NEWS_COAST, P_COPIES_NEWS, generator),
        copied(claimed, NEWS_COAST, P_COPIES_CLAIM / 3, generator),
    ]
    return pl.concat([harbour, *coast], how="diagonal_relaxed")


def copied(
    originals: pl.DataFrame, by: Instrument, share: float, generator: np.random.Generator
) -> pl.DataFrame:
    """Return copies of a share of `originals`, in their words, some naming their source as the origin."""
    chosen = originals.filter(pl.Series(generator.random(originals.height) < share))
    many = chosen.height
    late = pl.Series(np.round(by.lag_s * np.exp(generator.normal(0.0, 0.8, many))))
    says = pl.Series(generator.random(many) < P_SAYS_FROM_WHOM)
    return chosen.with_columns(
        pl.lit(by.source_id).alias("source_id"),
        pl.lit(by.means.value).alias("means"),
        pl.lit(None, pl.String).alias("told_by"),
        pl.col("reported_s") + late,
        origin=pl.when(says).then("source_id"),
        copy=pl.lit(True),
    )


def coded(world: World, scene: Scene) -> pl.DataFrame:
    """Return the coded event set."""
    generator, of = stream(world.seed, "coded"), CODED
    seen = _chosen(world, scene, of, generator)
    many = len(seen.event)
    place = nearest(world, seen.east_m, seen.north_m, generator)
    day = np.floor(seen.at_s / DAY_S) * DAY_S
    frame = rows(
        of,
        seen,
        {
            "phenomenon": words(np.where(seen.light, seen.kind, _SHELLING), KINDS),
            "from_s": day,
            "to_s": day + DAY_S,
            "reported_s": np.round(day + DAY_S + of.lag_s * np.exp(generator.normal(0.0, 0.5, many))),
            "east_m": world.front.settlements["east_m"].to_numpy()[place],
            "north_m": world.front.settlements["north_m"].to_numpy()[place],
            "place": place,
        },
    )
    return repeated(frame, of, generator, lambda n: np.zeros(n))


def _chosen(world: World, scene: Scene, of: Instrument, generator: np.random.Generator) -> Scene:
    p = np.where(scene.weapon, 0.0, np.where(scene.light, of.p_light, of.p_heavy))
    told = generator.random(len(p)) < p * np.clip(scene.count / 4, 0.3, 2.0)
    nowhere = np.zeros(int(told.sum()), dtype=np.int64)
    return with_ghosts(scene.take(told), nowhere, of, generator, world.preset.end_s)[0]


def _own(world: World, scene: Scene, of: Instrument) -> pl.DataFrame:
    generator = stream(world.seed, of.source_id)
    seen = _chosen(world, scene, of, generator)
    many = len(seen.event)
    place = nearest(world, seen.east_m, seen.north_m, generator)
    start = np.floor((seen.at_s + generator.normal(0.0, of.sigma_s / 2, many)) / PART_S) * PART_S
    frame = rows(
        of,
        seen,
        {
            "phenomenon": words(np.where(seen.light, seen.kind, _SHELLING), KINDS),
            "from_s": start,
            "to_s": start + PART_S,
            "reported_s": np.round(start + PART_S + of.lag_s * np.exp(generator.normal(0.0, 0.8, many))),
            "east_m": world.front.settlements["east_m"].to_numpy()[place],
            "north_m": world.front.settlements["north_m"].to_numpy()[place],
            "place": place,
            "number": np.arange(many),
        },
    )
    wrote = pl.format(
        "{} reports, item {}: residents near mark {} heard shelling",
        pl.lit(of.source_id),
        "number",
        pl.col("place") + 1,
    )
    return repeated(frame.with_columns(text=wrote).drop("number"), of, generator, lambda n: np.zeros(n))
