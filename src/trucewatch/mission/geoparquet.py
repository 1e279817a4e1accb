"""Rows with a place as GeoParquet 1.1: a Parquet file whose points GIS programs read.

Rules:
- `geometry` is a point in WKB, longitude first, null where no place is known: an area is never made a point;
- the other columns stay as they are declared; the file says WGS 84 by leaving `crs` out (OGC:CRS84).
"""

from __future__ import annotations

import io
import json

import polars as pl
import shapely

from trucewatch.model.tables import Column, Table

VERSION = "1.1.0"
GEOMETRY = Column(
    name="geometry", dtype=pl.Binary, meaning="the place as a point in WKB; null where none is known"
)


def to_geoparquet(table: Table, frame: pl.DataFrame) -> bytes:
    """Return rows as GeoParquet; a table without places as plain Parquet."""
    whole = table.conform(frame)
    out = io.BytesIO()
    if "lon" not in table.schema:
        whole.write_parquet(out, compression="zstd", statistics=False)
        return out.getvalue()
    placed = whole["lon"].is_not_null() & whole["lat"].is_not_null()
    lon, lat = (whole[name].fill_null(0.0).to_numpy() for name in ("lon", "lat"))
    wkb = pl.Series("geometry", list(shapely.to_wkb(shapely.points(lon, lat))), dtype=pl.Binary)
    nowhere = pl.Series([None], dtype=pl.Binary)
    column = {"encoding": "WKB", "geometry_types": ["Point"]}
    said = {"version": VERSION, "primary_column": "geometry", "columns": {"geometry": column}}
    points = whole.with_columns(geometry=wkb.zip_with(placed, nowhere))
    points.write_parquet(out, compression="zstd", statistics=False, metadata={"geo": json.dumps(said)})
    return out.getvalue()
