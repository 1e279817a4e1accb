"""What is told: both parties' claims, and the public.

Rules:
- a party claims mostly what landed on its own ground and blames the other, whoever fired; of its own fire
  it says next to nothing;
- it counts high; both parties do all this alike;
- the words of a claim are its own, so that who copies them can be told.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Phenomenon
from trucewatch.simulate.draws import Ints, stream, words
from trucewatch.simulate.happened import KINDS
from trucewatch.simulate.instruments import PUBLIC, Instrument
from trucewatch.simulate.preset import PARTIES
from trucewatch.simulate.scene import Scene
from trucewatch.simulate.settlements import nearest
from trucewatch.simulate.sightings import repeated, rows, with_ghosts
from trucewatch.simulate.world import World

P_OWN_FIRE = 0.03  # as likely as a claim of the other's
P_OF_MINE = 0.6  # a claim of what was nobody's fire, as likely as one of the other's
INFLATED = 1.6
P_BY_SETTLEMENT = 0.35
P_NO_PLACE = 0.03
QUARTER_S = 900.0
_SHELLING = KINDS.index(Phenomenon.EXPLOSION.value)


def claims(world: World, scene: Scene, side: int, of: Instrument) -> pl.DataFrame:
    """Return what one party (0: A, 1: B) claims."""
    generator = stream(world.seed, f"claims {side}")
    p = np.where(scene.light, of.p_light, of.p_heavy)
    p = p * np.where(scene.fired_by == 1 - side, 1.0, np.where(scene.fired_by == side, P_OWN_FIRE, P_OF_MINE))
    p = np.where(scene.weapon, 0.0, p) * np.where(scene.ground == 1 - side, 0.2, 1.6)
    said = generator.random(len(p)) < p
    seen, _ = _with_ghosts(scene.take(said), of, generator, world)
    many = len(seen.event)
    start = np.floor((seen.at_s + generator.normal(0.0, of.sigma_s, many)) / QUARTER_S) * QUARTER_S
    told = np.maximum(1, np.rint(seen.count * INFLATED * np.exp(generator.normal(0.0, 0.3, many))))
    frame = rows(
        of,
        seen,
        {
            "phenomenon": words(np.where(seen.light, seen.kind, _SHELLING), KINDS),
            "from_s": start,
            "to_s": start + QUARTER_S,
            "reported_s": np.round(start + QUARTER_S + _late(of, many, generator)),
            **_where(world, seen, of, generator),
            "told_by": PARTIES[side],
            "count_min": np.where(generator.random(many) < 0.6, told, np.nan),
            "number": np.arange(many),
        },
    )
    frame = frame.with_columns(pl.col("count_min").fill_nan(None))
    frame = frame.with_columns(count_max=pl.col("count_min"), text=_claimed(side))
    return repeated(frame, of, generator, lambda n: np.zeros(n)).drop("number")


def public(world: World, scene: Scene) -> pl.DataFrame:
    """Return what people post: quick, near what they heard, some of it never happened."""
    generator, of = stream(world.seed, "public"), PUBLIC
    p = np.where(scene.weapon, 0.0, np.where(scene.light, of.p_light, of.p_heavy))
    said = generator.random(len(p)) < p * np.where(scene.dark, 1.3, 0.9)
    seen, _ = _with_ghosts(scene.take(said), of, generator, world)
    many = len(seen.event)
    at = seen.at_s + generator.exponential(of.sigma_s, many)
    frame = rows(
        of,
        seen,
        {
            "phenomenon": words(np.where(seen.light, seen.kind, _SHELLING), KINDS),
            "from_s": np.floor(at / 60) * 60 - 300.0,
            "to_s": np.floor(at / 60) * 60 + 60.0,
            "reported_s": np.round(at + _late(of, many, generator)),
            **_where(world, seen, of, generator),
            "number": np.arange(many),
        },
    )
    heard = pl.format("post {}: loud just now near mark {}, what was that?", "number", pl.col("place") + 1)
    return repeated(
        frame.with_columns(text=heard),
        of,
        generator,
        lambda n: 60.0 * generator.integers(0, 3, n).astype(np.float64),
    ).drop("number")


def _with_ghosts(
    seen: Scene, of: Instrument, generator: np.random.Generator, world: World
) -> tuple[Scene, Ints]:
    nowhere = np.zeros(len(seen.event), dtype=np.int64)
    return with_ghosts(seen, nowhere, of, generator, world.preset.end_s)


def _late(of: Instrument, many: int, generator: np.random.Generator) -> Floats:
    late: Floats = of.lag_s * np.exp(generator.normal(0.0, 0.8, many))
    return late


def _where(
    world: World, seen: Scene, of: Instrument, generator: np.random.Generator
) -> dict[str, Floats | Ints]:
    """Return the settlement's centre or a place of its own; a few give neither, only the settlement's name."""
    many = len(seen.event)
    place = nearest(world, seen.east_m, seen.north_m, generator)
    by_name, nowhere = generator.random(many) < P_BY_SETTLEMENT, generator.random(many) < P_NO_PLACE
    found: dict[str, Floats | Ints] = {"place": place}
    for name, own in (("east_m", seen.east_m), ("north_m", seen.north_m)):
        centre = world.front.settlements[name].to_numpy()[place]
        near = own + generator.normal(0.0, of.sigma_m / 2, many)
        found[name] = np.where(nowhere, np.nan, np.where(by_name, centre, near))
    return found


def _claimed(side: int) -> pl.Expr:
    day, hour = pl.col("from_s") // 86_400 + 1, pl.col("from_s") % 86_400 // 3_600
    return pl.format(
        "{} states, no. {}: {} fired near mark {} on day {} after {} h, {} rounds",
        pl.lit(PARTIES[side]),
        pl.col("number"),
        pl.lit(PARTIES[1 - side]),
        pl.col("place") + 1,
        day.cast(pl.Int64),
        hour.cast(pl.Int64),
        pl.col("count_min").cast(pl.Int64).cast(pl.String).fill_null("many"),
    )
