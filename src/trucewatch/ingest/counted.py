"""Counts in words with the word beside them, as columns.

Rules:
- the count and its qualifier are read together: 200 beside "over" is "over 200", beside "exact" 200;
- what is no count is refused with its row, and an empty one is *not stated*.
"""

from __future__ import annotations

import polars as pl

from trucewatch.ingest.checks import Check
from trucewatch.ingest.words import count_words

EXACT = ("", "exact", "exactly")
_READ = "_counted"
COUNT_CHECK = Check(
    fails=~pl.col(_READ),
    reason="not a count: write 48, over 200, about 30, 4 to 8, some or hundreds",
    column="count",
)


def counted(frame: pl.DataFrame, *, count: str, qualifier: str) -> pl.DataFrame:
    """Return `frame` with `count_min` and `count_max`, ready for `COUNT_CHECK`."""
    bounds = [_bounds(number, word) for number, word in frame.select(count, qualifier).iter_rows()]
    return frame.with_columns(
        pl.Series("count_min", [b[0] if b else None for b in bounds], pl.Int64),
        pl.Series("count_max", [b[1] if b else None for b in bounds], pl.Int64),
        pl.Series(_READ, [b is not None for b in bounds], pl.Boolean),
    )


def _bounds(count: str | None, qualifier: str | None) -> tuple[int | None, int | None] | None:
    beside = (qualifier or "").casefold()
    words = (count or "") if beside in EXACT else f"{beside} {count or ''}"
    try:
        return count_words(words)
    except ValueError:
        return None
