"""A time that no report of ours can be of is a mistake of its file.

Rules:
- years outside `YEARS` are refused with their row: 9999 stands for *no end* in many a table, and is none.
"""

from __future__ import annotations

import polars as pl

from trucewatch.ingest.checks import Check

YEARS = (1900, 2199)  # both included


def year_check(column: str, time: pl.Expr) -> Check:
    """Return the check that `time`, read from `column`, falls in `YEARS`."""
    return Check(
        fails=~time.dt.year().is_between(*YEARS),
        reason=f"the year is not between {YEARS[0]} and {YEARS[1]}: look at the time, or leave it empty",
        column=column,
    )
