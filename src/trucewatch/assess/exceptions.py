"""Which exceptions are open.

Rules:
- an exception is open when a party invoked it, or when an observation of the kinds it names supports it;
- support is an incident of such a kind that overlaps, or began less than 24 hours before, the one assessed:
  the window is ours, wide on purpose, for an open exception only ever makes a verdict more careful;
- otherwise it is *not invoked*, which the trace says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import polars as pl

from trucewatch.model.agreement import Act, Agreement, Clause

SUPPORT_WINDOW = timedelta(hours=24)
NOT_INVOKED: Mapping[str, tuple[str, ...]] = MappingProxyType({})
"""No exception was invoked: clause id of an exception to the ids of the records that invoke it."""


def exceptions_to(clause: Clause, agreement: Agreement) -> tuple[Clause, ...]:
    """Return the exceptions that take effect against `clause`, in the text's order."""
    return tuple(c for c in agreement.clauses if c.act is Act.EXCEPTION and clause.clause_id in c.excepts)


def any_open(
    incidents: pl.DataFrame,
    everything: pl.DataFrame,
    clause: Clause,
    agreement: Agreement,
    invoked: Mapping[str, tuple[str, ...]],
) -> pl.Series:
    """Return for each of `incidents` whether any exception to `clause` is open."""
    opened = pl.Series("open", [False] * incidents.height, pl.Boolean)
    for exception in exceptions_to(clause, agreement):
        opened = opened | open_to(incidents, everything, exception, invoked)
    return opened


def open_to(
    incidents: pl.DataFrame,
    everything: pl.DataFrame,
    exception: Clause,
    invoked: Mapping[str, tuple[str, ...]],
) -> pl.Series:
    """Return for each of `incidents` whether `exception` is open, given all that happened (`everything`)."""
    if invoked.get(exception.clause_id):
        return pl.Series("open", [True] * incidents.height, pl.Boolean)
    kinds = [p.value for p in exception.phenomena]
    support = everything.filter(pl.col("phenomenon").is_in(kinds)).select(
        pl.col("from_utc").alias("since"),
        pl.max_horizontal(pl.col("to_utc"), pl.col("from_utc") + SUPPORT_WINDOW).alias("until"),
    )
    if support.is_empty():
        return pl.Series("open", [False] * incidents.height, pl.Boolean)
    latest = support.sort("since").with_columns(pl.col("until").cum_max())
    asked = incidents.select("from_utc", "to_utc").with_row_index("nth").sort("to_utc")
    met = asked.join_asof(latest, left_on="to_utc", right_on="since", strategy="backward").sort("nth")
    return met.select((pl.col("until") > pl.col("from_utc")).fill_null(False).alias("open"))["open"]
