"""What was required by a deadline.

Rules:
- before the deadline there is nothing to say; after it, nothing seen is *not shown*, never *done*;
- where nobody is known to have watched after the deadline it is *not covered*;
- where the text's line or place is not known it is *indeterminate*;
- what was seen after the deadline has rows of its own, and the obligation bears the worst of their verdicts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import polars as pl

from trucewatch.assess.grounds import World
from trucewatch.assess.watched import ground_in, where_watched
from trucewatch.model.agreement import Act, Agreement, Clause, Objection, Reading, WhyNot
from trucewatch.model.canonical import content_id
from trucewatch.model.vocabulary import Ceiling, Subject, Verdict, Watch

_WATCHED = (Watch.WITH_EVENTS.value, Watch.WITH_NONE.value)
Seen = Verdict | None
"""The worst verdict on what was seen; None: nothing was."""


def obligations(
    world: World, coverage: pl.DataFrame, seen: Mapping[tuple[str, str], Seen]
) -> Iterator[Mapping[str, object]]:
    """Yield an assessment for each clause past its deadline, and reading; "now" is the coverage's end.

    `seen` is by clause and reading.
    """
    until = coverage["to_utc"].max()
    if not isinstance(until, datetime):
        return
    for clause in world.agreement.clauses:
        if clause.act is not Act.REQUIRED or clause.ends is None or until <= clause.ends:
            continue
        for reading in clause.readings:
            worst = seen.get((clause.clause_id, reading.name))
            verdict, why_not = _verdict(world, clause, reading, coverage, worst)
            yield _row(world.agreement, clause, reading, verdict, why_not, clause.ends, until)


def _row(
    agreement: Agreement,
    clause: Clause,
    reading: Reading,
    verdict: Verdict,
    why_not: list[str],
    since: datetime,
    until: datetime,
) -> Mapping[str, object]:
    period = (since.isoformat(), until.isoformat())
    apparent = verdict is Verdict.APPARENT_BREACH
    return {
        "assessment_id": content_id("obligation", clause.clause_id, agreement.version, reading.name, *period),
        "clause_id": clause.clause_id,
        "agreement_version": agreement.version,
        "reading": reading.name,
        "subject": Subject.OBLIGATION.value,
        "from_utc": since,
        "to_utc": until,
        "verdict": verdict.value,
        "why_not": why_not,
        "ceiling": (Ceiling.APPARENT if apparent else Ceiling.REPORTED).value,
        "objections": _objections(agreement) if verdict is Verdict.INDETERMINATE else [],
    }


def _objections(agreement: Agreement) -> list[str]:
    """Return the same for each party: the text does not decide."""
    return [f"{code}: {Objection.TEXT_OPEN}" for code in sorted(party.code for party in agreement.parties)]


def _verdict(
    world: World, clause: Clause, reading: Reading, coverage: pl.DataFrame, seen: Seen
) -> tuple[Verdict, list[str]]:
    if reading.area_ids is None and not reading.anywhere:
        return Verdict.INDETERMINATE, [reading.unknown.value]
    if ground_in(world, clause, reading).missing:
        return Verdict.INDETERMINATE, [WhyNot.LINE_UNKNOWN.value]
    if seen is not None:
        return seen, []
    after = coverage.filter(
        where_watched(world, clause, reading, coverage),
        pl.col("from_utc") >= clause.ends,
        pl.col("state").is_in(_WATCHED),
    )
    if after.is_empty():
        return Verdict.NOT_COVERED, [WhyNot.NOBODY_WATCHED.value]
    return Verdict.NOT_SHOWN, [WhyNot.NOTHING_SEEN.value]
