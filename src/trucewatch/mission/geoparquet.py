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

from trucewatch.model.tables import Table

VERSION = "1.1.0"


def to_geoparquet(table: Table, frame: pl.DataFrame) -> bytes:
    """Return rows as GeoParquet; a table without places as plain Parquet."""
    whole = table.conform(frame)
    out = io.BytesIO()
    if "lon" not in table.schema:
        whole.write_parquet(out, compression="zstd", statistics=False)
        return out.getvalue()
    points = [
        None if lon is None or lat is None else shapely.to_wkb(shapely.Point(lon, lat))
        for lon, lat in whole.select("lon", "lat").iter_rows()
    ]
    column = {"encoding": "WKB", "geometry_types": ["Point"]}
    said = {"version": VERSION, "primary_column": "geometry", "columns": {"geometry": column}}
    placed = whole.with_columns(geometry=pl.Series(points, dtype=pl.Binary))
    placed.write_parquet(out, compression="zstd", statistics=False, metadata={"geo": json.dumps(said)})
    return out.getvalue()
