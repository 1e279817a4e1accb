"""`trucewatch fuse`: observations into incidents, of a mission or of one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import click

from trucewatch.cli.options import DAY, as_json, as_known, columns, in_mission, put, say, warn
from trucewatch.cli.walking import walk_told
from trucewatch.errors import InputError
from trucewatch.mission.config import read_sources
from trucewatch.mission.exporting import fuse_file, learn_file, write_table
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
@click.option(
    "--learn",
    is_flag=True,
    help="Of FILE: use what the observations show of their sources, and print it beside what they declare.",
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
    learn: bool,
    folder: str,
    known_at: datetime | None,
    json_: bool,
) -> None:
    """Turn the observations of FILE, or of the mission, into incidents."""
    learned: Sequence[Mapping[str, object]] = ()
    if file is None:
        if learn:
            raise InputError("--learn needs a FILE: a mission's own profiles are what its record says")
        record = known(folder, known_at=known_at)
        warn(record)
        fused, mark = walk_told(record, day=day.date() if day else None).fused, record.mark()
    else:
        profiles = {} if sources is None else read_sources(read_text(sources), where=sources)
        if learn:
            shown = learn_file(file, profiles)
            profiles, learned = shown.profiles, shown.table.to_dicts()
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
    rows = [] if written else columns([list(SHOWN), *fused.incidents.select(SHOWN).rows()])
    whole = {"incidents": fused.incidents.height, "links": fused.links.height, "files": written}
    say(
        json_,
        mark,
        [told, *written, *_beside(learned), *rows],
        {
            **whole,
            "learned": learned,
            "rows": [] if written else fused.incidents.to_dicts(),
        },
    )


def _beside(learned: Sequence[Mapping[str, object]]) -> list[str]:
    """Return what was learned of each source as lines, beside what it declares."""
    if not learned:
        return []
    named = ("source_id", "field", "declared", "learned", "incidents")
    cells = [[row[name] for name in named] for row in learned]
    marks = ["DISAGREES" if row["disagrees"] else "" for row in learned]
    return columns([[*named, ""], *([*cell, mark] for cell, mark in zip(cells, marks, strict=True))])
