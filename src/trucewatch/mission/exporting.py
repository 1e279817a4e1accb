"""Tables as files, with their labels and dictionary, and one file's observations back.

Rules:
- every row bears the stamp, every area its name; a CSV has its dictionary beside it;
- Parquet of a table with places is GeoParquet, and reads back as the table that it was;
- everything passes the one gate first.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from trucewatch.errors import InputError
from trucewatch.mission.content import basemap
from trucewatch.mission.files import STDIN, read_whole, write_whole
from trucewatch.mission.geoparquet import GEOMETRY, to_geoparquet
from trucewatch.mission.walk import Walk
from trucewatch.model.areas import Areas, area_name
from trucewatch.model.canonical import with_ids
from trucewatch.model.formats import from_csv, from_geojson, from_parquet, to_csv, to_geojson
from trucewatch.model.gate import project
from trucewatch.model.ledger import LEDGER
from trucewatch.model.tables import OBSERVATIONS, TABLES, Column, Table
from trucewatch.model.tally import TALLIES
from trucewatch.model.vocabulary import Audience

ERRORS = ("sigma_m", "major_m", "minor_m", "bearing_halfwidth_deg", "distance_min_m", "distance_max_m")
FORMS = ("csv", "parquet", "geojson")
NAMED: Mapping[str, Table] = {table.name: table for table in TABLES}
DECLARED: Mapping[str, Table] = {
    **NAMED,
    TALLIES.name: TALLIES,
    LEDGER.name: LEDGER,
}  # and those that are made for others only
MARK = Column(name="mark", dtype=pl.String, meaning="the stamp that every row of this file bears")
AREA_NAME = Column(name="area_name", dtype=pl.String, meaning="the English name of area_id")
LABELS = (MARK, AREA_NAME, GEOMETRY)  # what an export adds to a table's own columns
# Observations from outside: ids may be missing, and the labels of an export may be there.
LOOSE = replace(
    OBSERVATIONS,
    columns=(replace(OBSERVATIONS.columns[0], required=False), *OBSERVATIONS.columns[1:], *LABELS),
)


def form_of(where: str) -> str:
    """Return the form that a file name asks for, CSV for "-"; raises InputError for an unknown ending."""
    form = "csv" if where == STDIN else Path(where).suffix.lstrip(".").lower()
    if form not in FORMS:
        raise InputError(f"the name must end in {', '.join('.' + known for known in FORMS)}", where=where)
    return form


def frame_of(walk: Walk, name: str) -> pl.DataFrame:
    """Return the walk's table of that name."""
    return {
        "observations": walk.observations,
        "incidents": walk.fused.incidents,
        "counts": walk.fused.counts,
        "links": walk.fused.links,
        "weather": walk.weather,
        "control": walk.control,
        "coverage": walk.coverage,
        "assessments": walk.assessments,
    }[name]


def table_bytes(
    name: str, frame: pl.DataFrame, form: str, *, mark: str, areas: Areas | None = None
) -> tuple[bytes, Table]:
    """Return a table in one of FORMS, and the table as declared with its labels."""
    table, whole = _labelled(DECLARED[name], frame, mark)
    if form == "geojson":
        return to_geojson(table, whole, areas or basemap(), {"stamp": mark}), table
    return (to_csv(table, whole) if form == "csv" else to_geoparquet(table, whole)), table


def dictionary(table: Table) -> bytes:
    """Return the dictionary of a table's columns as CSV."""
    rows = [
        (c.name, str(c.dtype), c.unit, c.meaning, "|".join(c.words) if c.words else "") for c in table.columns
    ]
    out = io.BytesIO()
    pl.DataFrame(rows, schema=["column", "type", "unit", "meaning", "words"], orient="row").write_csv(out)
    return out.getvalue()


def export(walk: Walk, name: str, where: str, *, audience: Audience) -> tuple[tuple[str, ...], bytes]:
    """Write a table of the walk to a file with its dictionary; return the paths, and the bytes for "-"."""
    frame = project(frame_of(walk, name), audience, walk.at)
    return exported(name, frame, where, mark=walk.known.mark(audience), areas=walk.areas)


def exported(
    name: str, frame: pl.DataFrame, where: str, *, mark: str, areas: Areas
) -> tuple[tuple[str, ...], bytes]:
    """Write a table that came through the gate to a file with its dictionary; return as `export` does."""
    form = form_of(where)
    raw, table = table_bytes(name, frame, form, mark=mark, areas=areas)
    if where == STDIN:
        return (), raw
    write_whole(Path(where), raw)
    if form != "csv":
        return (where,), raw
    beside = Path(where).with_suffix(".dictionary.csv")
    write_whole(beside, dictionary(table))
    return (where, str(beside)), raw


def write_table(name: str, frame: pl.DataFrame, where: str, *, mark: str) -> bytes:
    """Write a table that is no mission's to a file; return its bytes for "-"."""
    form = form_of(where)
    raw, _ = table_bytes(name, frame, form, mark=mark)
    if where != STDIN:
        write_whole(Path(where), raw)
    return raw


def read_observations(file: str) -> pl.DataFrame:
    """Return the observations in a Parquet, CSV or GeoJSON file; those without an id get one.

    Raises InputError, with the file, when it holds no observations or impossible ones.
    """
    read = {"csv": from_csv, "parquet": from_parquet, "geojson": from_geojson}
    form, raw = form_of(file), read_whole(file)
    try:
        rows = read[form](LOOSE, raw).drop(label.name for label in LABELS)
    except InputError as fault:
        raise InputError(fault.message, where=file) from fault
    for at, reason in _impossible(rows):
        raise InputError(f"row {at}: {reason}", where=file)
    return with_ids(rows) if rows["observation_id"].null_count() else OBSERVATIONS.conform(rows)


def _impossible(rows: pl.DataFrame) -> Iterator[tuple[int, str]]:
    """Yield the first row, from 1, of each kind that cannot be."""
    for fails, reason in (
        (pl.col("to_utc") < pl.col("from_utc"), "it ends before it starts"),
        (~pl.col("lon").is_between(-180, 180), "lon is not in degrees: swapped, or in metres?"),
        (~pl.col("lat").is_between(-90, 90), "lat is not in degrees: swapped, or in metres?"),
        (pl.any_horizontal(pl.col(ERRORS) < 0), "an error below zero"),
        (pl.col("count_min") > pl.col("count_max"), "the least count is more than the most"),
    ):
        for (at,) in rows.select((pl.arg_where(fails.fill_null(False)) + 1).cast(pl.Int64)).head(1).rows():
            yield at, reason


def _labelled(table: Table, frame: pl.DataFrame, mark: str) -> tuple[Table, pl.DataFrame]:
    """Return the table with its label columns: the area's name, and the stamp on every row."""
    extra = [MARK]
    whole = table.conform(frame).with_columns(mark=pl.lit(mark))
    if "area_id" in table.schema:
        extra.append(AREA_NAME)
        names = pl.col("area_id").map_elements(area_name, return_dtype=pl.String)
        whole = whole.with_columns(area_name=names)
    return replace(table, columns=(*table.columns, *extra)), whole
