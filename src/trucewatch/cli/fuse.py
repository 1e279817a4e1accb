"""`trucewatch fuse`: observations into incidents, of a mission or of one file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
import polars as pl

from trucewatch.cli.options import DAY, as_json, as_known, columns, ending, in_mission, put, say, warn
from trucewatch.fuse.fuse import Fused, fuse
from trucewatch.mission.clock import now
from trucewatch.mission.config import read_sources
from trucewatch.mission.files import STDIN, read_text, read_whole
from trucewatch.mission.known import known
from trucewatch.mission.walk import walk_from
from trucewatch.model.canonical import with_ids
from trucewatch.model.formats import from_csv, from_geojson, from_parquet, to_csv, to_geojson, to_parquet
from trucewatch.model.gate import project, stamp
from trucewatch.model.tables import INCIDENTS, LINKS, OBSERVATIONS, Column, Table
from trucewatch.model.vocabulary import Audience

ENDINGS = ("csv", "parquet", "geojson")
LABELS = ("mark", "area_name")
SHOWN = ("incident_id", "from_utc", "phenomenon", "count_min", "count_max", "n_observations", "n_origins")


@click.command("fuse", short_help="Turn observations into incidents, of a mission or of one file.")
@click.argument("file", required=False)
@click.option("--sources", default=None, metavar="FILE", help="Profiles, as in sources.toml, for FILE.")
@click.option(
    "-o", "out", default=None, metavar="FILE", help="Incidents: .csv, .parquet or .geojson; - is stdout."
)
@click.option("--links", default=None, metavar="FILE", help="Links: .csv or .parquet.")
@click.option("--day", type=DAY, default=None, help="Of a mission: this reporting day and the one before it.")
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
        fused, mark = walk_from(record, day=day.date() if day else None).fused, record.mark()
    else:
        profiles = {} if sources is None else read_sources(read_text(sources), where=sources)
        fused, mark = fuse(read_observations(file), profiles), stamp(Audience.INTERNAL)
    incidents = project(fused.incidents, Audience.INTERNAL, now())
    written = [] if out is None else [put(_as(INCIDENTS, incidents, out, mark), out)]
    written += [] if links is None else [put(_as(LINKS, fused.links, links, mark), links)]
    if STDIN in written:
        return
    whole = {"incidents": incidents.height, "links": fused.links.height, "files": written}
    say(json_, mark, _lines(fused, written), {**whole, "rows": [] if written else incidents.to_dicts()})


def read_observations(file: str) -> pl.DataFrame:
    """Return the observations in a Parquet, CSV or GeoJSON file; those without an id get one."""
    loose = _loose(OBSERVATIONS)
    read = {"csv": from_csv, "parquet": from_parquet, "geojson": from_geojson}
    form = "csv" if file == STDIN else ending(file, ENDINGS)
    rows = read[form](loose, read_whole(file)).drop(LABELS)
    return OBSERVATIONS.conform(rows) if not rows["observation_id"].null_count() else with_ids(rows)


def _loose(table: Table) -> Table:
    """Return the table with ids not required, and the labels that an export adds."""
    labels = tuple(Column(name=name, dtype=pl.String, meaning="a label") for name in LABELS)
    return replace(table, columns=(replace(table.columns[0], required=False), *table.columns[1:], *labels))


def _as(table: Table, frame: pl.DataFrame, where: str, mark: str) -> bytes:
    form = "csv" if where == STDIN else ending(where, ENDINGS)
    if form == "geojson":
        return to_geojson(table, frame, marks={"stamp": mark})
    return to_csv(table, frame) if form == "csv" else to_parquet(table, frame)


def _lines(fused: Fused, written: list[str]) -> list[str]:
    told = f"{fused.incidents.height} incidents, {fused.links.height} pairs weighed"
    if written:
        return [told, *(str(Path(path)) for path in written)]
    return [told, *columns([list(SHOWN), *fused.incidents.select(SHOWN).iter_rows()])]
