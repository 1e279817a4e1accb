"""Somebody else's totals under a clause: an area and a period, never an incident.

Rules:
- a total of more than none within a clause's time is *indeterminate*: it says neither what each item
  was, nor where it was, nor whether an exception applied;
- a total of none is counted as cleared by nobody: it is one source's count, and makes no row;
- cumulatives and figures for part of a clause's time make no row: they hold what other totals hold.
"""

from __future__ import annotations

import polars as pl

from trucewatch.assess.conditions import window
from trucewatch.model.agreement import Act, Agreement, Clause, Reading, WhyNot
from trucewatch.model.canonical import content_id
from trucewatch.model.tables import ASSESSMENTS
from trucewatch.model.vocabulary import FIRE, Ceiling, Means, Phenomenon, Subject, Verdict


def assess_totals(observations: pl.DataFrame, agreement: Agreement) -> pl.DataFrame:
    """Return an assessment of each area and period of which a source that watched states a total of fire."""
    stated = observations.filter(
        pl.col("phenomenon") == Phenomenon.TOTAL.value,
        pl.col("means") != Means.TOLD.value,
        pl.col("area_id").is_not_null(),
        pl.coalesce("count_min", "count_max") > 0,
    )
    parts = [ASSESSMENTS.empty()]
    for clause in agreement.clauses:
        if clause.act is Act.FORBIDDEN and clause.phenomena >= FIRE:
            parts.extend(_totals(stated, agreement, clause, reading) for reading in clause.readings)
    return pl.concat(parts).sort("clause_id", "reading", "from_utc", "area_id", "assessment_id")


def _totals(stated: pl.DataFrame, agreement: Agreement, clause: Clause, reading: Reading) -> pl.DataFrame:
    starts, ends = window(clause, agreement)
    if starts is None:
        return ASSESSMENTS.empty()
    bound = stated.filter(pl.col("from_utc") >= starts)
    bound = bound if ends is None else bound.filter(pl.col("to_utc") <= ends)
    if reading.area_ids is not None:
        bound = bound.filter(pl.col("area_id").is_in(reading.area_ids))
    bound = bound.unique(["area_id", "from_utc", "to_utc"], keep="first", maintain_order=True)
    open_words = (
        [WhyNot.TOTAL_ONLY.value]
        if reading.area_ids or reading.anywhere
        else sorted([WhyNot.TOTAL_ONLY.value, reading.unknown.value])
    )
    periods = bound.select("area_id", "from_utc", "to_utc").rows()
    return ASSESSMENTS.conform(
        bound.select(
            pl.Series(
                "assessment_id", [_id(agreement, clause, reading, *map(str, p)) for p in periods], pl.String
            ),
            pl.lit(clause.clause_id).alias("clause_id"),
            pl.lit(agreement.version).alias("agreement_version"),
            pl.lit(reading.name).alias("reading"),
            pl.lit(Subject.AREA.value).alias("subject"),
            "area_id",
            "from_utc",
            "to_utc",
            pl.lit(Verdict.INDETERMINATE.value).alias("verdict"),
            pl.lit(open_words, pl.List(pl.String)).alias("why_not"),
            pl.lit(Ceiling.REPORTED.value).alias("ceiling"),
            pl.lit([], pl.List(pl.String)).alias("objections"),
        )
    )


def _id(agreement: Agreement, clause: Clause, reading: Reading, area: str, start: str, end: str) -> str:
    return content_id("total", clause.clause_id, agreement.version, reading.name, area, start, end)
