"""Clause by incident, the machine's reasoned view: never a violation, which only a body determines.

Rules:
- a row exists where a clause is in effect, the incident is of its kinds, and the verdict is not
  no_breach_shown; the rest are counted, clause by clause;
- unknown stays unknown: a place or a time that straddles, a silent text, an open exception are indeterminate;
- thermal, text or a claim alone never passes *reported*, and so is never an apparent breach;
- `why_not` of an apparent breach says what stands in the way of more;
- nothing here adds up by party.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from trucewatch.assess.conditions import WHY_OPEN, ceiling, conditions, why_place, window
from trucewatch.assess.exceptions import NOT_INVOKED, any_open
from trucewatch.assess.objections import objections
from trucewatch.assess.obligations import obligations
from trucewatch.assess.place import Ground, ground_of
from trucewatch.model.agreement import Act, Agreement, Clause, Reading, WhyNot
from trucewatch.model.areas import Areas
from trucewatch.model.canonical import content_id
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import ASSESSMENTS, INCIDENTS
from trucewatch.model.vocabulary import Ceiling, Subject, Truth, Verdict

CLEARED = pl.Schema({"clause_id": pl.String, "reading": pl.String, "n": pl.Int64})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """The assessments, and how many incidents each clause was asked of that show no breach of it."""

    assessments: pl.DataFrame  # ASSESSMENTS
    cleared: pl.DataFrame  # clause_id, reading, n: of the clause's kinds, but outside its time or place


def assess(
    incidents: pl.DataFrame,
    agreement: Agreement,
    coverage: pl.DataFrame,
    *,
    areas: Areas,
    profiles: Mapping[str, SourceProfile],
    invoked: Mapping[str, tuple[str, ...]] = NOT_INVOKED,
) -> Assessed:
    """Return what each of `incidents` amounts to under each clause and reading of `agreement`.

    `invoked` maps an exception's clause id to the records in which a party invoked it.
    """
    known = INCIDENTS.conform(incidents)
    grounds: dict[tuple[str, ...] | None, Ground] = {ids: ground_of(ids, areas) for ids in _named(agreement)}
    rows, cleared = [], []
    for clause in agreement.clauses:
        if clause.act not in (Act.FORBIDDEN, Act.REQUIRED) or window(clause, agreement)[0] is None:
            continue
        for reading in clause.readings:
            held = conditions(known, clause, agreement, grounds.get(reading.area_ids))
            scope = held.filter(pl.col("truth") > int(Truth.NO))
            opened = any_open(scope, known, clause, agreement, invoked)
            rows.append(judge(scope, opened, clause, reading, agreement, profiles))
            cleared.append((clause.clause_id, reading.name, held.height - scope.height))
    found = [_as_assessments(frame, agreement) for frame in rows]
    owed = pl.DataFrame(list(obligations(agreement, coverage)), schema=ASSESSMENTS.schema)
    whole = pl.concat([*found, ASSESSMENTS.conform(owed)])
    order = ("clause_id", "reading", "subject", "from_utc", "area_id", "incident_id", "assessment_id")
    return Assessed(
        assessments=whole.sort(order),
        cleared=pl.DataFrame(cleared, schema=CLEARED, orient="row"),
    )


def _named(agreement: Agreement) -> set[tuple[str, ...]]:
    return {r.area_ids for c in agreement.clauses for r in c.readings if r.area_ids is not None}


def judge(
    held: pl.DataFrame,
    opened: pl.Series,
    clause: Clause,
    reading: Reading,
    agreement: Agreement,
    profiles: Mapping[str, SourceProfile],
) -> pl.DataFrame:
    """Return incidents with their conditions as `held`, and why_not, verdict, ceiling and objections.

    `opened` says of each whether an exception is open.
    """
    named = held.with_columns(
        ceiling(profiles).alias("ceiling"),
        opened.alias("opened"),
        pl.lit(clause.clause_id).alias("clause_id"),
        pl.lit(reading.name).alias("reading"),
    )
    truth, reported = pl.col("truth"), pl.col("ceiling") == Ceiling.REPORTED.value
    return named.with_columns(
        _reasons(reading).alias("why_not"),
        pl.when(truth == int(Truth.NO))
        .then(pl.lit(Verdict.NO_BREACH_SHOWN.value))
        .when((truth == int(Truth.YES)) & ~pl.col("opened") & ~reported)
        .then(pl.lit(Verdict.APPARENT_BREACH.value))
        .otherwise(pl.lit(Verdict.INDETERMINATE.value))
        .alias("verdict"),
    ).with_columns(objections(agreement.parties, profiles).alias("objections"))


def _reasons(reading: Reading) -> pl.Expr:
    unknown = {name: pl.col(f"t_{name}") == int(Truth.UNKNOWN) for name in (*WHY_OPEN, "place")}
    codes = pl.concat_list(
        *(_code(unknown[name], code) for name, code in WHY_OPEN.items()),
        pl.when(unknown["place"]).then(why_place(reading)),
        _code(pl.col("opened"), WhyNot.EXCEPTION_OPEN),
        _code(pl.col("ceiling") == Ceiling.REPORTED.value, WhyNot.THERMAL_OR_TEXT_ONLY),
        _code(pl.col("n_origins").fill_null(1) <= 1, WhyNot.SINGLE_ORIGIN),
    )
    return codes.list.drop_nulls().list.sort()


def _code(condition: pl.Expr, code: WhyNot) -> pl.Expr:
    return pl.when(condition).then(pl.lit(code.value))


def _as_assessments(judged: pl.DataFrame, agreement: Agreement) -> pl.DataFrame:
    ids = [
        content_id("incident", clause_id, agreement.version, reading, incident_id)
        for clause_id, reading, incident_id in judged.select(
            "clause_id", "reading", "incident_id"
        ).iter_rows()
    ]
    return ASSESSMENTS.conform(
        judged.select(
            pl.Series("assessment_id", ids, pl.String),
            "incident_id",
            "clause_id",
            pl.lit(agreement.version).alias("agreement_version"),
            "reading",
            pl.lit(Subject.INCIDENT.value).alias("subject"),
            "verdict",
            "why_not",
            "p_breach",
            "ceiling",
            "objections",
        )
    )
