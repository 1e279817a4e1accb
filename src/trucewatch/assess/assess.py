"""Clause by incident, the machine's reasoned view: never a violation, which only a body determines.

Rules:
- a row exists where a clause is in effect, the incident is of its kinds, and the verdict is not
  no_breach_shown; the rest are counted, clause by clause;
- unknown stays unknown: a place or a time that straddles, a silent text, an unknown line, a disputed end, a condition
  that the evidence does not tell, an open exception are indeterminate;
- thermal, text or a claim alone never passes *reported*, and so is never an apparent breach;
- `why_not` of an apparent breach says what stands in the way of more;
- nothing here adds up by party.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from trucewatch.assess.asked import Asked, asked_of
from trucewatch.assess.conditions import weigh, window
from trucewatch.assess.exceptions import NOT_INVOKED, any_open, claimed
from trucewatch.assess.grounds import World
from trucewatch.assess.obligations import Seen, obligations
from trucewatch.assess.rows import VERDICTS, Evidence, evidence_of, judge, rows_of
from trucewatch.model.agreement import Act, Agreement, Clause, Reading
from trucewatch.model.areas import Areas
from trucewatch.model.notice import Notice
from trucewatch.model.shapes import NO_SHAPES, Shapes
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import ASSESSMENTS

THREADS = 2  # clauses are asked side by side; what each gives does not depend on the others
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
    shapes: Shapes = NO_SHAPES,
    notices: Sequence[Notice] = (),
    attributions: pl.DataFrame | None = None,
    beside: pl.DataFrame | None = None,
    invoked: Mapping[str, tuple[str, ...]] = NOT_INVOKED,
) -> Assessed:
    """Return what each of `incidents` amounts to under each clause and reading of `agreement`.

    `shapes` are its zones and lines, `notices` what records state, `attributions` the odds of whose an incident is;
    `beside` are other incidents, which counts, replies and exceptions look at and which are not assessed;
    `invoked` maps an exception's clause id to the records in which a party invoked it for all of them.
    """
    world = World(agreement=agreement, areas=areas, shapes=shapes)
    asked = asked_of(incidents, world, beside=beside, notices=tuple(notices), attributions=attributions)
    evidence = evidence_of(asked, profiles)
    binding = [
        (clause, reading)
        for clause in agreement.clauses
        if clause.act in (Act.FORBIDDEN, Act.REQUIRED) and window(clause, agreement)[0] is not None
        for reading in clause.readings
    ]
    found, cleared, seen = {}, {}, {}
    with ThreadPoolExecutor(THREADS) as pool:
        asking = [
            pool.submit(_asked, asked, clause, reading, evidence, profiles, invoked)
            for clause, reading in binding
        ]
    for (clause, reading), one in zip(binding, asking, strict=True):
        key = (clause.clause_id, reading.name)
        found[key], cleared[key], seen[key] = one.result()
    owed = pl.DataFrame(list(obligations(world, coverage, seen)), schema=ASSESSMENTS.schema)
    return Assessed(
        assessments=_in_order(found, ASSESSMENTS.conform(owed)),
        cleared=pl.DataFrame([(*key, cleared[key]) for key in cleared], schema=CLEARED, orient="row"),
    )


def _asked(
    asked: Asked,
    clause: Clause,
    reading: Reading,
    evidence: Evidence,
    profiles: Mapping[str, SourceProfile],
    invoked: Mapping[str, tuple[str, ...]],
) -> tuple[pl.DataFrame, int, Seen]:
    """Return the rows of one clause under one reading, how many show no breach, and the worst that was seen."""
    weighed = weigh(asked, clause, reading)
    found = list(claimed(asked, clause, weighed.at, weighed.counts, invoked))
    opened = any_open(found, len(weighed.at))
    judged = judge(weighed, opened, evidence)
    rows = rows_of(judged, weighed, evidence, asked.columns, clause, reading, asked.agreement, profiles)
    seen = VERDICTS[int(judged.verdict.min())] if len(judged.at) else None
    return rows, weighed.asked - len(weighed.at), seen


def _in_order(found: Mapping[tuple[str, str], pl.DataFrame], owed: pl.DataFrame) -> pl.DataFrame:
    """Return all rows by clause, reading, subject and incident; those of incidents come so already."""
    parts = [ASSESSMENTS.empty()]
    for clause_id, reading in sorted(found):
        mine = owed.filter(pl.col("clause_id") == clause_id, pl.col("reading") == reading)
        parts += [found[clause_id, reading], mine.sort("from_utc", "assessment_id")]
    return pl.concat(parts)
