"""`trucewatch export`: a table to a file, with its dictionary."""

from __future__ import annotations

from datetime import datetime

import click

from trucewatch.cli.asking import as_viewer
from trucewatch.cli.options import DAY, as_json, as_known, cleared, for_audience, in_mission, put, say, warn
from trucewatch.cli.walking import walk_told
from trucewatch.mission.exporting import NAMED, export, form_of
from trucewatch.mission.files import STDIN
from trucewatch.mission.for_audience import export_released
from trucewatch.mission.known import known
from trucewatch.model.vocabulary import Audience


@click.command("export", short_help="Write a table to a file, with its dictionary.")
@click.argument("table", type=click.Choice(list(NAMED)), metavar="TABLE")
@click.option(
    "-o", "out", required=True, metavar="FILE", help="FILE.csv, .parquet or .geojson; - is CSV to stdout."
)
@click.option(
    "--day", type=DAY, default=None, metavar="DAY", help="Of this reporting day and the one before it only."
)
@in_mission
@as_viewer
@as_known
@for_audience
@as_json
def command(
    table: str,
    out: str,
    day: datetime | None,
    folder: str,
    known_at: datetime | None,
    audience: str,
    json_: bool,
) -> None:
    """Write TABLE; beside a CSV stands its dictionary: column, type, unit, meaning."""
    form_of(out)
    record = known(folder, known_at=known_at)
    wanted = cleared(audience, record)
    warn(record)
    wide = day.date() if day else None
    if wanted is Audience.INTERNAL:
        written, raw = export(walk_told(record, day=wide), table, out, audience=wanted)
    else:
        written, raw = export_released(record, table, out, audience=wanted, day=wide)
    if out == STDIN:
        put(raw, out)
        return
    whole = {"table": table, "known_at": record.known_at, "files": written}
    say(json_, record.mark(wanted), written, whole)
