"""`trucewatch export`: a table to a file, with its dictionary."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
import polars as pl

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
from trucewatch.mission.files import STDIN
from trucewatch.mission.known import known
from trucewatch.mission.walk import Walk, walk_from
from trucewatch.model.areas import Areas, area_name
from trucewatch.model.formats import to_csv, to_geojson, to_parquet
from trucewatch.model.gate import project
from trucewatch.model.tables import TABLES, Column, Table

ENDINGS = ("csv", "parquet", "geojson")
NAMED = {table.name: table for table in TABLES}
MARK = Column(name="mark", dtype=pl.String, meaning="the stamp that every row of this file bears")
AREA_NAME = Column(name="area_name", dtype=pl.String, meaning="the English name of area_id")


@click.command("export", short_help="Write a table to a file, with its dictionary.")
@click.argument("table", type=click.Choice(list(NAMED)), metavar="TABLE")
@click.option(
    "-o", "out", required=True, metavar="FILE", help="FILE.csv, .parquet or .geojson; - is CSV to stdout."
)
@click.option("--day", type=DAY, default=None, help="Of this reporting day and the one before it only.")
@in_mission
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
    wanted = cleared(audience)
    form = "csv" if out == STDIN else ending(out, ENDINGS)
    record = known(folder, known_at=known_at)
    warn(record)
    walked = walk_from(record, day=day.date() if day else None)
    frame = project(_frames(walked)[table], wanted, walked.at)
    labelled, whole = labelled_table(NAMED[table], frame, record.mark(wanted))
    written = [put(_as(form, labelled, whole, walked.areas, record.mark(wanted)), out)]
    if form == "csv" and out != STDIN:
        written.append(put(dictionary(labelled), str(Path(out).with_suffix(".dictionary.csv"))))
    if out != STDIN:
        said = {"table": table, "rows": frame.height, "known_at": record.known_at, "files": written}
        say(json_, record.mark(wanted), [f"{frame.height} rows", *written], said)


def labelled_table(table: Table, frame: pl.DataFrame, mark: str) -> tuple[Table, pl.DataFrame]:
    """Return the table with its label columns: the area's name, and the stamp on every row."""
    extra = [MARK]
    whole = table.conform(frame).with_columns(mark=pl.lit(mark))
    if "area_id" in table.schema:
        extra.append(AREA_NAME)
        names = pl.col("area_id").map_elements(area_name, return_dtype=pl.String)
        whole = whole.with_columns(area_name=names)
    return replace(table, columns=(*table.columns, *extra)), whole


def dictionary(table: Table) -> bytes:
    """Return the dictionary of a table's columns as CSV."""
    rows = [
        (c.name, str(c.dtype), c.unit, c.meaning, "|".join(c.words) if c.words else "") for c in table.columns
    ]
    out = io.BytesIO()
    pl.DataFrame(rows, schema=["column", "type", "unit", "meaning", "words"], orient="row").write_csv(out)
    return out.getvalue()


def _frames(walked: Walk) -> dict[str, pl.DataFrame]:
    return {
        "observations": walked.observations,
        "incidents": walked.fused.incidents,
        "counts": walked.fused.counts,
        "links": walked.fused.links,
        "weather": walked.weather,
        "control": walked.control,
        "coverage": walked.coverage,
        "assessments": walked.assessments,
    }


def _as(form: str, table: Table, frame: pl.DataFrame, areas: Areas, mark: str) -> bytes:
    if form == "geojson":
        return to_geojson(table, frame, areas, {"stamp": mark})
    return to_csv(table, frame) if form == "csv" else to_parquet(table, frame)
