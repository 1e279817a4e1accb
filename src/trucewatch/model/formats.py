"""Tables as Parquet, CSV and GeoJSON, and back.

Rules:
- what is written reads back the same, nulls included, in each of the three;
- CSV is UTF-8; a cell that a spreadsheet would run as a formula gets an apostrophe before it, which
  reading takes away again; lists are joined by "|", which no part of a list may hold;
- GeoJSON is RFC 7946 with flat properties; a row without a place but with an area gets the area's
  outline, one with neither a null geometry; `precision_m` is the semi-major axis of the 90 % ellipse.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping

import polars as pl
import shapely

from trucewatch.errors import InputError
from trucewatch.model.areas import Areas
from trucewatch.model.geodesy import ELLIPSE90
from trucewatch.model.tables import TEXTS, Dtype, Table

FORMULA = r"^(['=+\-@\t\r])"
NO_TIME = re.compile(r"to `datetime.*in column '(\w+)'.*?: \[(\"[^\"]*\")")
NO_FORMULA = r"^'(['=+\-@\t\r])"
NO_AREAS = Areas(ids=(), outlines=())


def to_parquet(table: Table, frame: pl.DataFrame) -> bytes:
    """Return `frame` as Parquet with zstd, statistics off: the same rows give the same bytes."""
    out = io.BytesIO()
    table.conform(frame).write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()


def from_parquet(table: Table, raw: bytes) -> pl.DataFrame:
    """Return the rows of a Parquet file; raises InputError when it is none."""
    try:
        return table.conform(pl.read_parquet(io.BytesIO(raw)))
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise InputError(f"not a readable Parquet file: {str(fault).splitlines()[0]}") from fault


def _as_text(name: str, dtype: Dtype) -> pl.Expr:
    if dtype == TEXTS:
        return pl.col(name).list.join("|")
    if isinstance(dtype, pl.Datetime):
        return pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    if dtype == pl.Date:
        return pl.col(name).dt.strftime("%Y-%m-%d")
    return pl.col(name)


def _as_cell(name: str, dtype: Dtype) -> pl.Expr:
    cell = _as_text(name, dtype)
    return cell.str.replace(FORMULA, "'$1") if dtype in (pl.String, TEXTS) else cell


def to_csv(table: Table, frame: pl.DataFrame) -> bytes:
    """Return `frame` as CSV; null is an empty cell, an empty text a quoted one."""
    flat = table.conform(frame).select(_as_cell(c.name, c.dtype).alias(c.name) for c in table.columns)
    return flat.write_csv(quote_style="non_numeric", null_value="").encode()


def _plain(name: str, dtype: Dtype) -> pl.Expr:
    value = pl.col(name)
    if dtype == TEXTS:
        return pl.when(value == "").then(pl.lit([], TEXTS)).otherwise(value.str.split("|"))
    if isinstance(dtype, pl.Datetime):
        return value.str.to_datetime("%Y-%m-%dT%H:%M:%S%.6fZ", time_unit="us", time_zone="UTC")
    if dtype == pl.Date:
        return value.str.to_date()
    if dtype == pl.Boolean:
        return value == "true"
    return value if dtype == pl.String else value.cast(dtype)


def from_csv(table: Table, raw: bytes) -> pl.DataFrame:
    """Return the rows of a CSV that `to_csv` could have written; raises InputError otherwise."""
    try:
        texts = pl.read_csv(io.BytesIO(raw), infer_schema=False)
        known = [c for c in table.columns if c.name in texts.columns]
        extra = [name for name in texts.columns if name not in table.schema]
        guarded = [c.name for c in known if c.dtype in (pl.String, TEXTS)]
        texts = texts.with_columns(pl.col(guarded).str.replace(NO_FORMULA, "$1"))
        return table.conform(texts.select(*[_plain(c.name, c.dtype).alias(c.name) for c in known], *extra))
    except pl.exceptions.PolarsError as fault:
        raise InputError(f"not a CSV of {table.name}: {_met(fault)}") from fault


def _met(fault: pl.exceptions.PolarsError) -> str:
    """Return what a column holds that it cannot, in a line."""
    line = str(fault).splitlines()[0]
    timed = NO_TIME.search(line)
    if timed is None:
        return line
    column, value = timed.groups()
    return f"{column} has {value} for a time: write it with its zone, as in 2026-01-06T18:00:00Z"


def to_geojson(
    table: Table, frame: pl.DataFrame, areas: Areas = NO_AREAS, marks: Mapping[str, str] | None = None
) -> bytes:
    """Return `frame` as a GeoJSON FeatureCollection; `marks` are members of the collection itself."""
    outlines = dict(zip(areas.ids, areas.outlines, strict=True))
    met = {str(name) for name in frame["area_id"].unique()} if "area_id" in frame.columns else set()
    drawn = {name: json.loads(shapely.to_geojson(outlines[name])) for name in met & outlines.keys()}
    found = {"type": "FeatureCollection", **(marks or {}), "features": features(table, frame, drawn)}
    return json.dumps(found, ensure_ascii=False).encode()


def features(table: Table, frame: pl.DataFrame, drawn: Mapping[str, object]) -> list[dict[str, object]]:
    """Return each row of `frame` as a GeoJSON feature; `drawn` are geometries of areas by their ids."""
    flat = table.conform(frame)
    placed = "lon" in table.schema
    texts = flat.select(_as_text(c.name, c.dtype).alias(c.name) for c in table.columns)
    found: list[dict[str, object]] = []
    for row in texts.iter_rows(named=True):
        lon, lat = (row.pop("lon"), row.pop("lat")) if placed else (None, None)
        geometry = drawn.get(str(row.get("area_id")))
        if lon is not None:
            geometry = {"type": "Point", "coordinates": [lon, lat]}
        row["precision_m"] = row.get("major90_m") or _ninety(row.get("major_m") or row.get("sigma_m"))
        found.append({"type": "Feature", "geometry": geometry, "properties": row})
    return found


def _ninety(sigma_m: float | None) -> float | None:
    return None if sigma_m is None else round(sigma_m * ELLIPSE90, 1)


def from_geojson(table: Table, raw: bytes) -> pl.DataFrame:
    """Return the rows of a FeatureCollection that `to_geojson` could have written; InputError otherwise."""
    try:
        features = json.loads(raw)["features"]
        rows = [_row(feature) for feature in features]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise InputError(f"not a GeoJSON FeatureCollection: {fault}") from fault
    columns = {c.name: [row.get(c.name) for row in rows] for c in table.columns}
    timed = {
        c.name: pl.String
        if c.dtype == TEXTS or isinstance(c.dtype, pl.Datetime) or c.dtype == pl.Date
        else c.dtype
        for c in table.columns
    }
    try:
        texts = pl.DataFrame(columns, schema=timed)
        return table.conform(
            texts.select(
                (_plain(c.name, c.dtype) if timed[c.name] != c.dtype else pl.col(c.name)).alias(c.name)
                for c in table.columns
            )
        )
    except (pl.exceptions.PolarsError, TypeError, OverflowError) as fault:
        raise InputError(f"not a GeoJSON of {table.name}: {str(fault).splitlines()[0]}") from fault


def _row(feature: Mapping[str, object]) -> dict[str, object]:
    properties, geometry = feature["properties"], feature["geometry"]
    if not isinstance(properties, dict):
        raise TypeError("a feature without properties")
    row = dict(properties)
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        row["lon"], row["lat"] = geometry["coordinates"][:2]
    return row
