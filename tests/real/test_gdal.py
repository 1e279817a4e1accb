"""GDAL, and so QGIS, opens what we write."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import shapely

from trucewatch.model.areas import areas_from
from trucewatch.model.canonical import with_ids
from trucewatch.model.formats import from_geojson, to_csv, to_geojson
from trucewatch.model.tables import OBSERVATIONS

START = datetime(2016, 10, 28, 16, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def observations() -> pl.DataFrame:
    """Three rows: one with a place, one with an area only, one with neither."""
    common = {
        "source_id": "smm",
        "means": "heard",
        "phenomenon": "explosion",
        "from_utc": START,
        "to_utc": START + timedelta(hours=10, minutes=30),
        "sensitivity": "public",
    }
    rows = [
        {"lon": 37.75, "lat": 48.14, "sigma_m": 1500.0, "count_min": 23, "text": '=1+1, "Авдіївка"\nESE'},
        {"area_id": "UA-14", "count_min": 200},
        {"text": "looked and saw nothing", "phenomenon": "nothing"},
    ]
    return with_ids(pl.DataFrame([common | row for row in rows], schema_overrides=OBSERVATIONS.schema))


def _geojson(observations: pl.DataFrame) -> bytes:
    return to_geojson(
        OBSERVATIONS, observations, areas_from(["UA-14"], [shapely.box(36.5, 46.8, 39.1, 49.3)])
    )


def test_gdal_reads_every_row_of_a_geojson_with_and_without_a_place(
    gdal: Callable[..., str], observations: pl.DataFrame, tmp_path: Path
) -> None:
    (tmp_path / "observations.geojson").write_bytes(_geojson(observations))
    told = gdal("ogrinfo", "-al", "-so", tmp_path / "observations.geojson")
    assert "Feature Count: 3" in told
    assert "WGS 84" in told
    assert "Extent: (36.500000, 46.800000) - (39.100000, 49.300000)" in told
    for line in ("from_utc: DateTime", "count_min: Integer", "precision_m: Real", "text: String"):
        assert line in told


def test_a_geojson_that_gdal_has_rewritten_still_reads_the_same(
    gdal: Callable[..., str], observations: pl.DataFrame, tmp_path: Path
) -> None:
    (tmp_path / "ours.geojson").write_bytes(_geojson(observations))
    gdal(
        "ogr2ogr",
        "-f",
        "GeoJSON",
        "-lco",
        "RFC7946=YES",
        tmp_path / "theirs.geojson",
        tmp_path / "ours.geojson",
    )
    theirs = json.loads((tmp_path / "theirs.geojson").read_text("utf-8"))
    shapes = [feature["geometry"] and feature["geometry"]["type"] for feature in theirs["features"]]
    assert shapes == ["Point", "Polygon", None]
    kept = [{**feature, "properties": _times(feature["properties"])} for feature in theirs["features"]]
    raw = json.dumps({"type": "FeatureCollection", "features": kept}).encode()
    assert from_geojson(OBSERVATIONS, raw).equals(observations)


def _times(properties: dict[str, object]) -> dict[str, object]:
    """GDAL writes a time its own way: 2016-10-28T16:30:00Z."""
    times = ("from_utc", "to_utc", "reported_utc")
    return properties | {
        name: datetime.fromisoformat(str(properties[name]).replace("+00", "Z").replace("/", "-"))
        .astimezone(UTC)
        .strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        for name in times
        if properties.get(name)
    }


def test_gdal_reads_a_csv_with_its_quotes_lines_and_harmless_cells(
    gdal: Callable[..., str], observations: pl.DataFrame, tmp_path: Path
) -> None:
    (tmp_path / "observations.csv").write_bytes(to_csv(OBSERVATIONS, observations))
    options = (
        "-oo",
        "X_POSSIBLE_NAMES=lon",
        "-oo",
        "Y_POSSIBLE_NAMES=lat",
        "-oo",
        "EMPTY_STRING_AS_NULL=YES",
    )
    told = gdal("ogrinfo", "-al", *options, tmp_path / "observations.csv")
    assert "Feature Count: 3" in told
    assert "POINT (37.75 48.14)" in told
    assert """text (String) = '=1+1, "Авдіївка"\nESE""" in told


def test_gdal_reads_the_shipped_basemap(gdal: Callable[..., str]) -> None:
    content = Path(__file__).resolve().parents[2] / "src" / "trucewatch" / "content"
    told = gdal("ogrinfo", "-al", "-so", content / "areas" / "ua_admin1.geojson")
    assert "Feature Count: 32" in told
