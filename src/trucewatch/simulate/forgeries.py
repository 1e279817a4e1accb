"""Tricks that add reports: of what never happened, or of what somebody else told already.

Rules:
- an added report looks like its source's own, with the source's own errors;
- nothing added tells of an event but a copy, which tells of its original's, or of its false alarm;
- reports of one event that come again on one later day tell of one thing that never was;
- as many are added as make up more than a tenth of all that is left.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.model.vocabulary import NOT_EVENTS, Means
from trucewatch.simulate.instruments import CLAIMS_A, NEWS_COAST, PATROL
from trucewatch.simulate.observed import Observed

SHARE = 0.125  # added for each report there was: a ninth of what is then there
OUTLETS = 30
LAG_S = 20_000.0
FIRST_FORGED = 2**50  # what replayed reports of one event make up is numbered from here
_EVENTS = ~pl.col("phenomenon").is_in([kind.value for kind in NOT_EVENTS])


def flooding(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """A claims many things that never were, at the places of what it claimed and other times."""
    said = _drawn(rows.filter(pl.col("source_id") == CLAIMS_A.source_id), rows.height, generator)
    moved = _other_time(said, generator, 2 * 86_400.0)
    numbered = pl.format(
        "{} states once more, no. {}: fire by the other side", "told_by", pl.int_range(pl.len())
    )
    return _with(rows, moved.with_columns(text=numbered))


def forged_patrols(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Somebody sends forms as of patrols, from their posts, of what they never heard."""
    wrote = rows.filter(pl.col("source_id") == PATROL.source_id, _EVENTS)
    forged = _other_time(_drawn(wrote, rows.height, generator), generator, 6 * 3_600.0)
    return _with(rows, forged)


def replay(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Old reports of every source come again, a day or some later, as if they were new."""
    old = _drawn(rows.filter(_EVENTS), rows.height, generator)
    days = pl.Series(generator.integers(1, 4, old.height) * 86_400)
    forged = old.select(pl.struct("event", "alarm", days=days).rank("dense").cast(pl.Int64)).to_series()
    return _with(rows, _shifted(old, days).with_columns(alarm=FIRST_FORGED + forged))


def copied_story(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Some claims are printed by thirty outlets each, word for word; few say from whom."""
    said = rows.filter(pl.col("source_id").str.starts_with("claims"), pl.col("text").is_not_null())
    many = int(np.ceil(SHARE * rows.height / OUTLETS))
    stories = said[generator.choice(said.height, min(many, said.height), replace=False)]
    each = pl.DataFrame({"outlet": [f"outlet-{at + 1:02d}" for at in range(OUTLETS)]})
    printed = stories.join(each, how="cross")
    return _with(rows, _copies(printed, pl.col("outlet"), generator).drop("outlet"))


def copying(_of: Observed, rows: pl.DataFrame, generator: np.random.Generator) -> pl.DataFrame:
    """Newsrooms repeat what others told, in their words, as their own."""
    told = rows.filter(
        pl.col("means") == Means.TOLD.value,
        pl.col("text").is_not_null(),
        pl.col("source_id") != NEWS_COAST.source_id,
    )
    chosen = _drawn(told, rows.height, generator)
    return _with(rows, _copies(chosen, pl.lit(NEWS_COAST.source_id), generator))


def _copies(chosen: pl.DataFrame, by: pl.Expr, generator: np.random.Generator) -> pl.DataFrame:
    late = pl.Series(np.round(generator.exponential(LAG_S, chosen.height) * 1e6).astype(np.int64))
    says = pl.Series(generator.random(chosen.height) < 0.1)
    return chosen.with_columns(
        source_id=by,
        origin=pl.when(says).then("source_id"),
        told_by=pl.lit(None, pl.String),
        reported_utc=pl.col("reported_utc") + pl.duration(microseconds=pl.lit(late)),
        copy=pl.lit(value=True),
    )


def _drawn(rows: pl.DataFrame, of: int, generator: np.random.Generator) -> pl.DataFrame:
    """Return rows drawn with replacement, so many that they are the share of `of`."""
    many = int(np.ceil(SHARE * of)) if rows.height else 0
    return rows[generator.integers(0, max(1, rows.height), many)]


def _other_time(rows: pl.DataFrame, generator: np.random.Generator, within_s: float) -> pl.DataFrame:
    off = generator.normal(0.0, within_s, rows.height).round(0)
    return _shifted(rows, pl.Series(off.astype(np.int64)))


def _shifted(rows: pl.DataFrame, seconds: pl.Series) -> pl.DataFrame:
    later, none = pl.duration(seconds=pl.col("later")), pl.lit(None, pl.Int64)
    moved = [pl.col(name) + later for name in ("from_utc", "to_utc", "reported_utc")]
    held = rows.with_columns(seconds.alias("later")).with_columns(*moved, event=none, alarm=none)
    return held.drop("later")


def _with(rows: pl.DataFrame, added: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows, added.with_columns(altered=pl.lit(value=True)).select(rows.columns)])
