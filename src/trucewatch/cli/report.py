"""`trucewatch report`: the day's report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import click

from trucewatch.cli.asking import as_viewer
from trucewatch.cli.extras import room
from trucewatch.cli.options import (
    DAY,
    as_json,
    as_known,
    cleared,
    ending,
    for_audience,
    in_mission,
    put,
    say,
    warn,
)
from trucewatch.cli.walking import walk_told
from trucewatch.mission.content import organisations, phrases
from trucewatch.mission.files import STDIN
from trucewatch.mission.known import Known, known
from trucewatch.mission.manifest import report_manifest
from trucewatch.mission.reporting import day_of, faults_of, refuse_unsound
from trucewatch.model.plain import plain
from trucewatch.report.daily import Day
from trucewatch.report.html import html
from trucewatch.report.lint import Fault
from trucewatch.report.machine import to_csv, to_json
from trucewatch.report.words import Language

ENDINGS = ("html", "pdf", "json", "csv")


@click.command("report", short_help="Write the day's report.")
@click.argument("day", type=DAY, metavar="DAY")
@click.option(
    "-o", "outs", multiple=True, metavar="FILE", help="FILE.html, .pdf, .json or .csv; several with commas."
)
@click.option(
    "--language", type=click.Choice([each.value for each in Language]), default="en", show_default=True
)
@click.option(
    "--manifest",
    metavar="FILE",
    help="Write each file's SHA-256, and the last checkpoint that left, as JSON.",
)
@click.option(
    "--lint",
    "only_lint",
    is_flag=True,
    help="Write nothing: say what in the report does not hold, and exit with 1.",
)
@in_mission
@as_viewer
@as_known
@for_audience
@as_json
def command(
    day: datetime,
    outs: tuple[str, ...],
    language: str,
    manifest: str | None,
    only_lint: bool,
    folder: str,
    known_at: datetime | None,
    audience: str,
    json_: bool,
) -> None:
    """Write the report of DAY, the reporting day that ends on that date.

    It is linted first: what does not hold is said, and a report whose sums or counts do not is not written.
    """
    paths = [path for out in outs for path in out.split(",") if path] or [f"{day.date()}.html"]
    endings = {path: ending(path, ENDINGS) for path in paths}
    record = known(folder, known_at=known_at)
    wanted = cleared(audience, record)
    warn(record)
    walk = walk_told(record, day=day.date())
    made = day_of(walk, audience=wanted)
    faults = faults_of(walk, made)
    if only_lint:
        whole_lint = {
            "day": day.date(),
            "faults": [{"rule": f.rule, "where": f.where, "said": f.said} for f in faults],
        }
        say(json_, record.mark(wanted), [f.line for f in faults] or ["nothing in it fails"], whole_lint)
        click.get_current_context().exit(1 if faults else 0)
    told(faults)
    files = {path: _as(made, record, endings[path], Language(language)) for path in paths}
    if manifest is not None:
        named = {path: raw for path, raw in files.items() if path != STDIN}
        files[manifest] = report_manifest(record, day.date(), stamp=record.mark(wanted), files=named)
    written = [put(raw, path) for path, raw in files.items()]
    whole: Mapping[str, object] = {"day": day.date(), "known_at": record.known_at, "files": written}
    say(json_, record.mark(wanted), written, whole)


def told(faults: Sequence[Fault]) -> None:
    """Say each fault on stderr; a report that is wrong in itself is refused."""
    for line in dict.fromkeys(fault.line for fault in faults):
        click.echo(f"trucewatch: {plain(line)}", err=True)
    refuse_unsound(faults)


def _as(made: Day, record: Known, wanted: str, language: Language) -> bytes:
    if wanted in ("json", "csv"):
        return to_json(made) if wanted == "json" else to_csv(made)
    own = phrases((pack.name for pack in record.packs), language.value)
    page = html(made, language, organisations(), own)
    return page.encode() if wanted == "html" else _printed(page)


def _printed(page: str) -> bytes:
    raw: object = room("trucewatch.mission.printing", "report -o FILE.pdf").pdf(page)
    if not isinstance(raw, bytes):
        raise TypeError("a page was printed to no bytes")
    return raw
