"""Tricks and mishaps that change reports or take them away.

Rules:
- a changed report still tells of its event: finding that out has become harder;
- what is taken away is marked `lost`;
- times that are moved move the report's own time with them, and places their sector's observer too.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats
from trucewatch.model.vocabulary import NOT_EVENTS, Means
from trucewatch.simulate.draws import Flags
from trucewatch.simulate.observed import Observed

SHARE = 0.12
SPOOFED_M = 12_000.0
JAMMED_TIMES = 6.0
CLOCK_S = 1_800.0
_EVENTS = ~pl.col("phenomenon").is_in([kind.value for kind in NOT_EVENTS])
_SENSORS = ("acoustic", "drone", "camera", "seismic")


def spoofed(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Sensors are told by false satellites that they are kilometres from where they are."""
    chosen = _chosen(rows, pl.col("source_id").is_in(_SENSORS), generator)
    turn = generator.uniform(0, 2 * np.pi, rows.height)
    far = generator.uniform(0.4, 1.6, rows.height) * SPOOFED_M
    return _moved(rows, chosen, far * np.sin(turn), far * np.cos(turn))


def jamming(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Sensors are jammed: half of what they would report is lost, the rest is several times as far off."""
    chosen = _chosen(rows, pl.col("source_id").is_in(_SENSORS), generator)
    gone = chosen & (generator.random(rows.height) < 0.5)
    off = (JAMMED_TIMES - 1) * 250.0 * generator.normal(0.0, 1.0, (2, rows.height))
    return _moved(rows, chosen & ~gone, off[0], off[1]).with_columns(lost=pl.Series(gone))


def suppressed(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Monitors' reports from B's ground do not get through."""
    monitors = pl.col("source_id").is_in(("patrol", "camera", "acoustic", "drone"))
    chosen = _chosen(rows, monitors & (pl.col("held_by").fill_null("B") == "B"), generator)
    return rows.with_columns(lost=pl.Series(chosen))


def heavy_tails(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """A tenth of all places are off by several times the usual error."""
    chosen = _chosen(rows, pl.col("lon").is_not_null(), generator)
    off = generator.standard_t(1.5, (2, rows.height)).clip(-30, 30) * 1_000.0
    return _moved(rows, chosen, off[0], off[1])


def biased_clocks(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Clocks of some sensors run wrong by up to an hour, always in one direction."""
    chosen = _chosen(rows, pl.col("means") != Means.TOLD.value, generator)
    return _later(rows, chosen, generator.uniform(0.3, 2.0, rows.height) * CLOCK_S)


def day_shifts(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Reports bear the day before or after."""
    chosen = _chosen(rows, pl.lit(value=True), generator)
    return _later(rows, chosen, np.where(generator.random(rows.height) < 0.5, 86_400.0, -86_400.0))


def wrong_namesake(of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Reports are put to another settlement of the same name, elsewhere on the front."""
    chosen = _chosen(rows, pl.col("lon").is_not_null() & pl.col("observer_lon").is_null(), generator)
    places = of.world.front.settlements
    at = generator.integers(0, places.height, rows.height)
    picked = pl.Series(chosen)
    return rows.with_columns(
        pl.when(picked).then(places[name].gather(at)).otherwise(pl.col(name)).alias(name)
        for name in ("lon", "lat")
    ).with_columns(altered=picked)


def moving(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Events last an hour and wander two kilometres: each report of them has another moment and place."""
    events = rows["event"].drop_nulls().unique().sort()
    wander = pl.DataFrame(
        {
            "event": events,
            "turn": generator.uniform(0, 2 * np.pi, len(events)),
            "u": generator.random(len(events)),
        }
    ).filter(pl.col("u") < 1.2 * SHARE)
    turn = rows.select("event").join(wander, on="event", how="left", maintain_order="left")["turn"]
    chosen = turn.is_not_null().to_numpy()
    angle, at = turn.fill_null(0.0).to_numpy(), generator.uniform(-1.0, 1.0, rows.height)
    gone = _moved(rows, chosen, 1_000.0 * at * np.sin(angle), 1_000.0 * at * np.cos(angle))
    return _later(gone, chosen, 1_800.0 * at)


def _chosen(rows: pl.DataFrame, among: pl.Expr, generator: np.random.Generator) -> Flags:
    """Return which of the rows `among` are altered: so many that they are the share of all."""
    fit = rows.select(ok=among & _EVENTS)["ok"].fill_null(value=False).to_numpy()
    p = min(1.0, SHARE * rows.height / max(1, int(fit.sum())))
    found: Flags = fit & (generator.random(rows.height) < p)
    return found


def _moved(rows: pl.DataFrame, chosen: Flags, east_m: Floats, north_m: Floats) -> pl.DataFrame:
    picked = pl.Series(chosen)
    by = {
        "lon": pl.Series(east_m / METRES_PER_DEGREE),
        "lat": pl.Series(north_m / METRES_PER_DEGREE),
    }
    return rows.with_columns(
        pl.when(picked).then((pl.col(name) + by[name[-3:]]).round(6)).otherwise(pl.col(name)).alias(name)
        for name in ("lon", "lat", "observer_lon", "observer_lat")
    ).with_columns(altered=pl.col("altered") | picked)


def _later(rows: pl.DataFrame, chosen: Flags, seconds: Floats) -> pl.DataFrame:
    picked = pl.Series(chosen)
    by = pl.duration(seconds=pl.lit(pl.Series(np.round(seconds).astype(np.int64))))
    return rows.with_columns(
        pl.when(picked).then(pl.col(name) + by).otherwise(pl.col(name)).alias(name)
        for name in ("from_utc", "to_utc", "reported_utc")
    ).with_columns(altered=pl.col("altered") | picked)
