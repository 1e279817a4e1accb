"""`trucewatch assess`: incidents against the agreement's clauses, with the trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import click

from trucewatch.cli.asking import as_viewer
from trucewatch.cli.options import DAY, as_json, as_known, columns, in_mission, nothing, say, warn
from trucewatch.cli.walking import walk_told
from trucewatch.mission.asked import Rows, agreements_named, assessment_named, assessment_rows
from trucewatch.mission.known import known
from trucewatch.mission.traces import clause_of, explained
from trucewatch.mission.walk import Walk, attributed
from trucewatch.model.agreement import Clause
from trucewatch.model.explained import Explained
from trucewatch.model.vocabulary import Truth

SHOWN = ("assessment_id", "clause_id", "reading", "verdict", "ceiling")


@click.command("assess", short_help="Set incidents against the agreement's clauses, with the trace.")
@click.argument("day", type=DAY, required=False, metavar="[DAY]")
@click.option("--agreement", default=None, metavar="NAME", help="Under this agreement of the mission only.")
@click.option(
    "--why", default=None, metavar="ID", help="The trace of one assessment: its id, or how it starts."
)
@click.option(
    "--attribution",
    is_flag=True,
    help="The odds of whose each incident is: for analysts and verifiers, and on no page.",
)
@in_mission
@as_viewer
@as_known
@as_json
def command(
    day: datetime | None,
    agreement: str | None,
    why: str | None,
    attribution: bool,
    folder: str,
    known_at: datetime | None,
    json_: bool,
) -> None:
    """Say what the incidents of DAY, or of every day, amount to under each clause; never a violation."""
    record = known(folder, known_at=known_at)
    warn(record)
    walked = walk_told(record, day=day.date() if day else None)
    if why is not None:
        row = assessment_named(walked, why)
        told, clause = explained(walked, row), clause_of(walked, row)
        whole = {"known_at": record.known_at, "assessment": row, "clause": clause, **_parts(told)}
        say(json_, record.mark(), _explained(row, clause, told), whole)
        return
    if attribution:
        named = agreements_named(walked, agreement)
        odds = {one.name: attributed(record, one, walked.fused.incidents) for one in named}
        rows = {name: frame.to_dicts() for name, frame in odds.items()}
        say(json_, record.mark(), _odds(rows), {"known_at": record.known_at, "attributions": rows})
        return
    found = assessment_rows(walked, agreement=agreement)
    lines = [*_lines(walked, found), *nothing(found, "nothing to assess: no incident, total or watched area")]
    say(json_, record.mark(), lines, {"known_at": record.known_at, "assessments": found})


def _parts(told: Explained) -> dict[str, object]:
    """Return the parts of what stands behind an assessment by name."""
    return {"trace": told.trace, "weights": told.weights, "unseen": told.unseen, "turns": told.turns}


def _explained(row: Mapping[str, object], clause: Clause, told: Explained) -> Iterator[str]:
    """Yield an assessment with its clause, its trace, each party's objection, and what stands beside it."""
    yield f"assessment {told.trace.assessment_id}"
    p = row["p_breach"]
    likely = "not known" if p is None else p
    yield f"{row['verdict']} under {clause.clause_id}, reading {row['reading']}; conditions hold with {likely}"
    yield f"clause: {clause.title}: {' '.join(clause.words.split())}"
    yield from (f"left open: {words}" for words in clause.left_open)
    others = [reading.name for reading in clause.readings if reading.name != row["reading"]]
    if others:
        yield f"other readings, each with its own assessment: {', '.join(others)}"
    if row["why_not"]:
        yield f"why not more: {_words(row['why_not'])}"
    yield from columns(
        [[step.condition, Truth(step.value).name.lower(), step.because] for step in told.trace.steps]
    )
    for objection in row["objections"] if isinstance(row["objections"], list) else []:
        yield f"strongest objection open to {str(objection).replace('_', ' ')}"
    for weight in told.weights:
        yield f"weight of {weight.affiliation or 'sources that declare no affiliation'}: {weight.share:.0%}"
    for one in told.unseen:
        yield f"party {one.party} may not see {one.share:.0%} of the observations"
    for turn in told.turns:
        yield (
            f"would change it: {turn.condition}, if shown: {turn.if_so.value}; "
            f"if shown not to be so: {turn.if_not.value}"
        )


def _odds(rows: Mapping[str, Rows]) -> Iterator[str]:
    """Yield the odds of each incident under each agreement's lines; nothing is added up."""
    names = ("p_a", "p_b", "p_third", "p_accident", "p_exercise", "p_unattributed")
    for agreement, found in rows.items():
        yield f"{agreement}: odds, not findings; who could is no more than that"
        head = ["incident", *names, "could", "because"]
        table = [
            [row["incident_id"], *(row[name] for name in names), _words(row["could"]), _words(row["because"])]
            for row in found
        ]
        yield from columns([head, *table])


def _lines(walked: Walk, found: Rows) -> Iterator[str]:
    table = [[*(row[name] for name in SHOWN), _words(row["why_not"])] for row in found]
    yield from columns([["assessment", "clause", "reading", "verdict", "ceiling", "why not more"], *table])
    for clause, reading, n in walked.cleared.iter_rows():
        if n:
            yield f"{clause}, {reading}: no breach shown by {n} incidents of its kinds"


def _words(codes: object) -> str:
    return " ".join(map(str, codes)) if isinstance(codes, list) else ""
