"""`trucewatch assess`: incidents against the agreement's clauses, with the trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from trucewatch.cli.options import DAY, as_json, as_known, columns, in_mission, nothing, say, warn
from trucewatch.cli.walking import walk_told
from trucewatch.mission.asked import Rows, assessment_named, assessment_rows
from trucewatch.mission.known import known
from trucewatch.mission.traces import trace_of
from trucewatch.mission.walk import Walk
from trucewatch.model.agreement import Trace
from trucewatch.model.vocabulary import Truth

SHOWN = ("assessment_id", "clause_id", "reading", "verdict", "ceiling")


@click.command("assess", short_help="Set incidents against the agreement's clauses, with the trace.")
@click.argument("day", type=DAY, required=False, metavar="[DAY]")
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
    walked = walk_told(record, day=day.date() if day else None)
    if why is not None:
        trace = trace_of(walked, assessment_named(walked, why))
        say(json_, record.mark(), traced(trace), {"known_at": record.known_at, "trace": trace})
        return
    found = assessment_rows(walked, agreement=agreement)
    lines = [*_lines(walked, found), *nothing(found, "nothing to assess: no incident, total or watched area")]
    say(json_, record.mark(), lines, {"known_at": record.known_at, "assessments": found})


def traced(trace: Trace) -> Iterator[str]:
    """Yield a trace's conditions, each with its value and what it rests on."""
    yield f"assessment {trace.assessment_id}"
    yield from columns(
        [[step.condition, Truth(step.value).name.lower(), step.because] for step in trace.steps]
    )


def _lines(walked: Walk, found: Rows) -> Iterator[str]:
    table = [[*(row[name] for name in SHOWN), _words(row["why_not"])] for row in found]
    yield from columns([["assessment", "clause", "reading", "verdict", "ceiling", "why not more"], *table])
    for clause, reading, n in walked.cleared.iter_rows():
        if n:
            yield f"{clause}, {reading}: no breach shown by {n} incidents of its kinds"


def _words(codes: object) -> str:
    return " ".join(map(str, codes)) if isinstance(codes, list) else ""
