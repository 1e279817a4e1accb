"""What was required by a deadline.

Rules:
- before the deadline there is nothing to say; after it, nothing seen is *not shown*, never *done*;
- where nobody is known to have watched after the deadline it is *not covered*;
- where the text's line or place is not known it is *indeterminate*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import polars as pl

from trucewatch.model.agreement import Act, Agreement, Clause, Objection, Reading, WhyNot
from trucewatch.model.canonical import content_id
from trucewatch.model.vocabulary import Ceiling, Subject, Verdict, Watch

_WATCHED = (Watch.WITH_EVENTS.value, Watch.WITH_NONE.value)


def obligations(agreement: Agreement, coverage: pl.DataFrame) -> Iterator[Mapping[str, object]]:
    """Yield an assessment for each clause past its deadline, and reading; "now" is the coverage's end."""
    until = coverage["to_utc"].max()
    if not isinstance(until, datetime):
        return
    for clause in agreement.clauses:
        if clause.act is not Act.REQUIRED or clause.ends is None or until <= clause.ends:
            continue
        for reading in clause.readings:
            yield _obligation(agreement, clause, reading, coverage, clause.ends, until)


def _obligation(
    agreement: Agreement,
    clause: Clause,
    reading: Reading,
    coverage: pl.DataFrame,
    since: datetime,
    until: datetime,
) -> Mapping[str, object]:
    verdict, why_not = _verdict(reading, coverage, since)
    return {
        "assessment_id": content_id(
            "obligation",
            clause.clause_id,
            agreement.version,
            reading.name,
            since.isoformat(),
            until.isoformat(),
        ),
        "clause_id": clause.clause_id,
        "agreement_version": agreement.version,
        "reading": reading.name,
        "subject": Subject.OBLIGATION.value,
        "from_utc": since,
        "to_utc": until,
        "verdict": verdict.value,
        "why_not": why_not,
        "ceiling": Ceiling.REPORTED.value,
        "objections": _objections(agreement) if verdict is Verdict.INDETERMINATE else [],
    }


def _objections(agreement: Agreement) -> list[str]:
    """Return the same for each party: the text does not decide."""
    return [f"{code}: {Objection.TEXT_OPEN}" for code in sorted(party.code for party in agreement.parties)]


def _verdict(reading: Reading, coverage: pl.DataFrame, since: datetime) -> tuple[Verdict, list[str]]:
    if reading.area_ids is None:
        return Verdict.INDETERMINATE, [reading.unknown.value]
    after = coverage.filter(
        pl.col("area_id").is_in(reading.area_ids),
        pl.col("from_utc") >= since,
        pl.col("state").is_in(_WATCHED),
    )
    if after.is_empty():
        return Verdict.NOT_COVERED, [WhyNot.NOBODY_WATCHED.value]
    return Verdict.NOT_SHOWN, [WhyNot.NOTHING_SEEN.value]
