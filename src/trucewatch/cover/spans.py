"""Lengths of unions of intervals, by group, as columns.

Rules:
- overlapping intervals count once;
- lengths are hours; an instant has none.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

US_PER_HOUR = 3_600_000_000


def union_hours(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return the length of the union of `start` to `end` (µs since 1970) for each group of `by`, as `hours`."""
    ordered = frame.sort(*by, "start", "end")
    reached = pl.col("end").cum_max().shift(1).over(by)
    fresh = pl.max_horizontal(pl.col("end") - pl.max_horizontal("start", reached), pl.lit(0))
    return (
        ordered.with_columns(fresh.alias("fresh"))
        .group_by(by, maintain_order=True)
        .agg((pl.col("fresh").sum() / US_PER_HOUR).round(4).alias("hours"))
    )
