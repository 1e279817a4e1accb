"""The traces of a walk's assessments, each worked out when it is asked for.

Rules:
- a trace is made from the same incident, agreement and areas as its assessment;
- an obligation or an area has no incident, and so no trace of conditions.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from trucewatch.assess.why import why
from trucewatch.errors import InputError
from trucewatch.mission.walk import Walk, shapes_of
from trucewatch.model.agreement import Agreement, Trace
from trucewatch.model.vocabulary import Verdict

SHOWN = 40  # assessments of one report that bear their trace, apparent breaches first


def trace_of(walk: Walk, assessment: Mapping[str, object]) -> Trace:
    """Return the trace of `assessment`, a row of the walk; raises InputError when it is of no incident."""
    found = walk.fused.incidents.filter(pl.col("incident_id") == assessment["incident_id"])
    if found.is_empty():
        raise InputError("this assessment is of no incident: its row says all there is")
    agreement = _agreement(walk, str(assessment["clause_id"]))
    incident = found.row(0, named=True)
    return why(
        incident,
        assessment,
        agreement,
        areas=walk.areas,
        profiles=walk.known.profiles,
        shapes=shapes_of(walk.known, agreement),
        notices=walk.known.annotations.standing_notices,
        everything=walk.fused.incidents,
    )


def traces(walk: Walk, *, most: int = SHOWN) -> Mapping[str, Trace]:
    """Return the traces of up to `most` assessments of incidents, apparent breaches first."""
    first = (pl.col("verdict") != Verdict.APPARENT_BREACH.value).alias("_later")
    rows = (
        walk.assessments.filter(pl.col("incident_id").is_not_null()).sort(first, "assessment_id").head(most)
    )
    return {str(row["assessment_id"]): trace_of(walk, row) for row in rows.iter_rows(named=True)}


def _agreement(walk: Walk, clause_id: str) -> Agreement:
    name = clause_id.partition("/")[0]
    return {agreement.name: agreement for agreement in walk.known.agreements}[name]
