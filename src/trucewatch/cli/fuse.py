"""`trucewatch fuse`: observations into incidents, of a mission or of one file."""

from __future__ import annotations

from datetime import datetime

import click

from trucewatch.cli.options import DAY, as_json, as_known, columns, in_mission, put, say, warn
from trucewatch.cli.walking import walk_told
from trucewatch.mission.config import read_sources
from trucewatch.mission.exporting import fuse_file, write_table
from trucewatch.mission.files import STDIN, read_text
from trucewatch.mission.known import known
from trucewatch.model.gate import stamp
from trucewatch.model.vocabulary import Audience

SHOWN = ("incident_id", "from_utc", "phenomenon", "count_min", "count_max", "n_observations", "n_origins")


@click.command("fuse", short_help="Turn observations into incidents, of a mission or of one file.")
@click.argument("file", required=False)
@click.option("--sources", default=None, metavar="FILE", help="Profiles, as in sources.toml, for FILE.")
@click.option(
    "-o", "out", default=None, metavar="FILE", help="Incidents: .csv, .parquet or .geojson; - is stdout."
)
@click.option("--links", default=None, metavar="FILE", help="Links: .csv or .parquet.")
@click.option(
    "--day",
    type=DAY,
    default=None,
    metavar="DAY",
    help="Of a mission: this reporting day and the one before it.",
)
@in_mission
@as_known
@as_json
def command(
    file: str | None,
    sources: str | None,
    out: str | None,
    links: str | None,
    day: datetime | None,
    folder: str,
    known_at: datetime | None,
    json_: bool,
) -> None:
    """Turn the observations of FILE, or of the mission, into incidents."""
    if file is None:
        record = known(folder, known_at=known_at)
        warn(record)
        fused, mark = walk_told(record, day=day.date() if day else None).fused, record.mark()
    else:
        profiles = {} if sources is None else read_sources(read_text(sources), where=sources)
        fused, mark = fuse_file(file, profiles), stamp(Audience.INTERNAL)
    asked = [("incidents", fused.incidents, out), ("links", fused.links, links)]
    written = []
    for name, frame, where in asked:
        if where is not None:
            raw = write_table(name, frame, where, mark=mark)
            written.append(where)
            if where == STDIN:
                put(raw, where)
    if STDIN in written:
        return
    told = f"{fused.incidents.height} incidents, {fused.links.height} pairs weighed"
    shown = [] if written else columns([list(SHOWN), *fused.incidents.select(SHOWN).rows()])
    whole = {"incidents": fused.incidents.height, "links": fused.links.height, "files": written}
    say(
        json_,
        mark,
        [told, *written, *shown],
        {**whole, "rows": [] if written else fused.incidents.to_dicts()},
    )
