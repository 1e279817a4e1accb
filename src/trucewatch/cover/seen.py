"""Observations as a watch log: where each observer stood, on which day, and what its row says of its watch.

Rules:
- the area is that of the observer's place; without one the row's own area, then the event's place;
- an interval widened because its clock times are assumed is narrowed again: hours are a lower bound;
- a row that overlaps two days is clipped to each;
- what the row says is one of: events, nothing, denied, jammed; totals and statements say nothing of a watch.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from trucewatch.model.areas import Areas
from trucewatch.model.instants import Interval
from trucewatch.model.vocabulary import Phenomenon, Watch

US_PER_S = 1_000_000
_SILENT = (Phenomenon.TOTAL.value, Phenomenon.STATEMENT.value)


def watch_log(observations: pl.DataFrame, areas: Areas) -> pl.DataFrame:
    """Return source_id, area_id, state, held_by, start and end (µs since 1970) of rows whose area is known.

    `state` is null where the row says nothing of a watch.
    """
    kind = pl.col("phenomenon")
    widened = (pl.col("widened_s").fill_null(0) * US_PER_S).cast(pl.Int64)
    return observations.select(
        "source_id",
        "held_by",
        _area(observations, areas).alias("area_id"),
        pl.when(kind.is_in(_SILENT))
        .then(None)
        .when(kind == Phenomenon.NOTHING.value)
        .then(pl.lit(Watch.WITH_NONE.value))
        .when(kind == Phenomenon.MOVEMENT_DENIED.value)
        .then(pl.lit(Watch.DENIED.value))
        .when(kind == Phenomenon.INTERFERENCE.value)
        .then(pl.lit(Watch.JAMMED.value))
        .otherwise(pl.lit(Watch.WITH_EVENTS.value))
        .alias("state"),
        (pl.col("from_utc").dt.epoch("us") + widened).alias("start"),
        (pl.col("to_utc").dt.epoch("us") - widened).alias("end"),
    ).filter(pl.col("area_id").is_not_null())


def _area(rows: pl.DataFrame, areas: Areas) -> pl.Series:
    """Return the area of each row; each distinct place is looked up once."""
    observer = pl.col("observer_lon").is_not_null() & pl.col("observer_lat").is_not_null()
    place = rows.select(
        pl.when(observer).then(pl.col("observer_lon")).otherwise(pl.col("lon")).alias("x"),
        pl.when(observer).then(pl.col("observer_lat")).otherwise(pl.col("lat")).alias("y"),
        pl.when(~observer).then(pl.col("area_id")).alias("named"),
        pl.col("area_id").alias("given"),
    )
    asked = place.filter(pl.col("named").is_null()).select("x", "y").drop_nulls().unique().sort("x", "y")
    found = areas.locate(asked["x"].to_numpy(), asked["y"].to_numpy())
    table = asked.with_columns(pl.Series("found", found, pl.String))
    joined = place.join(table, on=["x", "y"], how="left", maintain_order="left")
    return joined.select(pl.coalesce("named", "found", "given"))["named"]


def by_day(rows: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a watch log that say something of a watch, clipped to each day they touch.

    `day` is the day's place; `middle` says that the middle of the row's whole interval lies in that day.
    """
    rows = rows.filter(pl.col("state").is_not_null())
    starts, ends = edges["day_start"].to_numpy(), edges["day_end"].to_numpy()
    start, end = rows["start"].to_numpy(), rows["end"].to_numpy()
    first = np.searchsorted(ends, start, side="right")
    last = np.where(
        end > start, np.searchsorted(starts, end, side="left"), np.searchsorted(starts, start, side="right")
    )
    number = pl.Series("day", edges["day"])
    spread = rows.with_columns(
        pl.int_ranges(pl.Series(first), pl.Series(np.maximum(first, last)), dtype=pl.Int64).alias("nth"),
        ((pl.col("start") + pl.col("end")) // 2).alias("mid"),
    ).filter(pl.col("nth").list.len() > 0)
    spread = spread.explode("nth").with_columns(
        pl.col("nth").replace_strict(dict(enumerate(number)), return_dtype=pl.Int64).alias("day")
    )
    clipped = spread.join(edges, on="day", how="left", maintain_order="left")
    return clipped.select(
        "source_id",
        "area_id",
        "day",
        "state",
        "held_by",
        pl.max_horizontal("start", "day_start").alias("start"),
        pl.min_horizontal("end", "day_end").alias("end"),
        pl.col("mid").is_between("day_start", "day_end", closed="left").alias("middle"),
    )


def day_edges(days: Sequence[Interval]) -> pl.DataFrame:
    """Return `day` (its place in `days`), day_start and day_end (µs since 1970), earliest first."""
    return (
        pl.DataFrame(
            {
                "day": list(range(len(days))),
                "day_start": pl.Series([d.start for d in days], dtype=pl.Datetime("us", "UTC")),
                "day_end": pl.Series([d.end for d in days], dtype=pl.Datetime("us", "UTC")),
            },
            schema_overrides={"day": pl.Int64},
        )
        .with_columns(pl.col("day_start", "day_end").dt.epoch("us"))
        .sort("day_start", "day")
    )
