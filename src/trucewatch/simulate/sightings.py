"""Rows as a source would write them, still with the event behind each.

Rules:
- a row's `event` is the event it tells of; below -1 a false alarm, which its repeats and copies share; -1 nothing;
- nothing that a source writes depends on it;
- a repeat tells the same again: a shade off in place and time, later;
- columns that a kind of source does not have are absent, and become null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Trajectory
from trucewatch.simulate.arms import WORDS
from trucewatch.simulate.draws import Ints, words
from trucewatch.simulate.happened import FLIGHTS, KINDS
from trucewatch.simulate.instruments import EVERY, Instrument
from trucewatch.simulate.scene import Scene, ghosts

LAST_ALARM, MOST_ALARMS = -2, 2**40  # false alarms are numbered downwards, so many a source at most
AGAIN_PLACE, AGAIN_TIME = 0.05, 0.5  # standard deviations that a repeat is off from what it repeats
HEAVIEST_UNSAID = 99.0  # only calibres that truces name are told
UNDETERMINED = FLIGHTS.index(Trajectory.UNDETERMINED.value)
_MIXED = (("explosion", "airburst", 0.03), ("airburst", "explosion", 0.5), ("projectile", "explosion", 0.4))
_LIGHT_MIXED = (("burst", "shot", 0.1), ("shot", "burst", 0.08), ("muzzle_flash", "explosion", 0.3))
Column = Floats | Ints | pl.Series | str | None


def with_ghosts(
    seen: Scene, post: Ints, instrument: Instrument, generator: np.random.Generator, end_s: float
) -> tuple[Scene, Ints]:
    """Return `seen` and its posts with the false alarms of the instrument after them."""
    share = instrument.false_share / (1 - instrument.false_share)
    more, like = ghosts(seen, generator, int(generator.poisson(share * len(seen.event))), end_s=end_s)
    first = EVERY.index(instrument) * MOST_ALARMS
    numbered = replace(more, event=LAST_ALARM - first - np.arange(len(like)))
    return seen.and_then(numbered), np.concatenate([post, post[like]])


def spread(generator: np.random.Generator, sigma: float, many: int) -> Floats:
    """Return `many` errors whose own size varies by a third: tails a little heavier than a bell's."""
    size = np.exp(generator.normal(-0.05, 0.33, many))
    return generator.normal(0.0, 1.0, many) * size * sigma


def rows(instrument: Instrument, seen: Scene, columns: Mapping[str, Column]) -> pl.DataFrame:
    """Return a row for each event seen: the instrument's name and means, and `columns`."""
    named = {
        "event": seen.event,
        "source_id": instrument.source_id,
        "means": instrument.means.value,
        "phenomenon": words(seen.kind, KINDS),
    }
    return pl.DataFrame({**named, **columns}, strict=False)


def misnamed(seen: Scene, generator: np.random.Generator) -> Ints:
    """Return the kinds as witnesses name them."""
    kind, drawn = seen.kind.copy(), generator.random(len(seen.kind))
    for true, said, p in (*_MIXED, *_LIGHT_MIXED):
        kind[(seen.kind == KINDS.index(true)) & (drawn < p)] = KINDS.index(said)
    return kind


def counted(seen: Scene, generator: np.random.Generator, *, p_stated: float, off: float) -> dict[str, Column]:
    """Return counts at least and at most: stated with `p_stated`, off by a factor, sometimes open."""
    many = len(seen.count)
    told = np.maximum(1, np.rint(seen.count * np.exp(generator.normal(0.0, off, many)))).astype(np.int64)
    stated, way = generator.random(many) < p_stated, generator.random(many)
    slack = np.where(way < 0.6, 0, np.maximum(1, told // 5))
    least, most = np.maximum(1, told - slack), told + slack
    return {
        "count_min": np.where(stated, least, np.nan),
        "count_max": np.where(stated & (way < 0.92), most, np.nan),
    }


def armed(seen: Scene, generator: np.random.Generator, p: float | Floats) -> dict[str, Column]:
    """Return the weapon in words and its calibre, where the source knew."""
    knew = generator.random(len(seen.arm)) < p
    return {
        "weapon": words(np.where(knew, seen.arm, -1), WORDS),
        "calibre_mm": np.where(knew & (seen.calibre_mm > HEAVIEST_UNSAID), seen.calibre_mm, np.nan),
    }


def repeated(
    frame: pl.DataFrame, instrument: Instrument, generator: np.random.Generator, off: Callable[[int], Floats]
) -> pl.DataFrame:
    """Return `frame` with its repeats after it; `off` gives seconds that a repeat's interval is moved by."""
    again = frame.filter(pl.Series(generator.random(frame.height) < instrument.repeats))
    many = again.height
    moved = pl.Series("moved", off(many), dtype=pl.Float64)
    place = [
        pl.col(name) + pl.Series(generator.normal(0.0, AGAIN_PLACE * instrument.sigma_m, many))
        for name in ("east_m", "north_m")
        if "bearing_deg" not in frame.columns
    ]
    later = pl.Series(generator.exponential(2 * instrument.lag_s, many))
    told = again.with_columns(
        *place,
        pl.col("from_s") + moved,
        pl.col("to_s") + moved,
        pl.col("reported_s") + later,
    )
    return pl.concat([frame.with_columns(again=False), told.with_columns(again=True)], how="vertical_relaxed")
