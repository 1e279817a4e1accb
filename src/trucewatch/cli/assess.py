"""`trucewatch assess`: incidents against the agreement's clauses, with the trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click
import polars as pl

from trucewatch.cli.options import DAY, as_json, as_known, columns, in_mission, rows_of, say, warn
from trucewatch.errors import InputError
from trucewatch.mission.known import Known, known
from trucewatch.mission.traces import trace_of
from trucewatch.mission.walk import Walk, walk_from
from trucewatch.model.agreement import Trace
from trucewatch.model.vocabulary import Truth

SHOWN = ("assessment_id", "clause_id", "reading", "verdict", "ceiling", "why_not")


@click.command("assess", short_help="Set incidents against the agreement's clauses, with the trace.")
@click.argument("day", type=DAY, required=False)
@click.option("--agreement", default=None, metavar="NAME", help="Under this agreement of the mission only.")
@click.option(
    "--why", default=None, metavar="ID", help="The trace of one assessment: its id, or how it starts."
)
@in_mission
@as_known
@as_json
def command(
    day: datetime | None,
    agreement: str | None,
    why: str | None,
    folder: str,
    known_at: datetime | None,
    json_: bool,
) -> None:
    """Say what the incidents of DAY, or of every day, amount to under each clause; never a violation."""
    record = known(folder, known_at=known_at)
    warn(record)
    walked = walk_from(record, day=day.date() if day else None)
    if why is not None:
        trace = trace_of(walked, named(walked.assessments, why))
        say(json_, record.mark(), traced(trace), {"known_at": record.known_at, "trace": trace})
        return
    found = walked.assessments.filter(pl.lit(True) if agreement is None else _under(record, agreement))
    say(
        json_,
        record.mark(),
        _lines(walked, found),
        {"known_at": record.known_at, "assessments": rows_of(found)},
    )


def named(assessments: pl.DataFrame, start: str) -> dict[str, object]:
    """Return the one assessment whose id starts so; raises InputError when none or several do."""
    found = assessments.filter(pl.col("assessment_id").str.starts_with(start))
    if found.height != 1:
        many = f"{found.height} assessments' ids start" if found.height else "no assessment's id starts"
        raise InputError(f"{many} with {start!r}: `trucewatch assess` lists them")
    return found.row(0, named=True)


def traced(trace: Trace) -> Iterator[str]:
    """Yield a trace's conditions, each with its value and what it rests on."""
    yield f"assessment {trace.assessment_id}"
    yield from columns(
        [[step.condition, Truth(step.value).name.lower(), step.because] for step in trace.steps]
    )


def _under(record: Known, agreement: str) -> pl.Expr:
    if agreement not in {a.name for a in record.agreements}:
        have = ", ".join(a.name for a in record.agreements) or "none"
        raise InputError(f"the mission has no agreement {agreement!r}: it has {have}")
    return pl.col("clause_id").str.starts_with(f"{agreement}/")


def _lines(walked: Walk, found: pl.DataFrame) -> Iterator[str]:
    table = [[*row[:-1], " ".join(row[-1] or [])] for row in found.select(SHOWN).iter_rows()]
    yield from columns([["assessment", "clause", "reading", "verdict", "ceiling", "why not more"], *table])
    for clause, reading, n in walked.cleared.iter_rows():
        if n:
            yield f"{clause}, {reading}: no breach shown by {n} incidents of its kinds"
