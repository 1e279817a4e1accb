"""OGC API Features, read and filtered by clients that we did not write: GDAL, OWSLib and QGIS's own provider."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
import shapely
from owslib.ogcapi.features import Features
from served import Live, Visitor, listen
from strewn import DAY, RELEASED, incidents, strewn

from trucewatch.mission.content import basemap
from trucewatch.mission.grounds import COARSE_DEG, outlines_in_lists
from trucewatch.model.areas import areas_from
from trucewatch.web.app import app

ROWS = incidents(RELEASED, "r", seed=9)
DEBIANS_PYTHON = "/usr/bin/python3"
gdal = pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="GDAL's ogr2ogr is not installed")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = strewn(tmp_path_factory.mktemp("features") / "m")
    yield from listen(lambda place: app(folder, place))


def ran(*command: str) -> str:
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return told.stdout


@gdal
def test_gdal_lists_what_was_released(live: Live) -> None:
    told = ran("ogrinfo", "-ro", f"OAPIF:{live.address}/ogc")
    assert "incidents" in told
    assert "observations" in told


@gdal
def test_gdal_reads_every_feature_and_its_columns(live: Live, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    ran("ogr2ogr", "-f", "CSV", str(out), f"OAPIF:{live.address}/ogc", "incidents", "-oo", "PAGE_SIZE=40")
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
    assert {row["incident_id"] for row in rows} == set(ROWS["incident_id"])
    assert {row["stamp"] for row in rows} == {"REPLAY · PUBLIC"}


@gdal
def test_gdal_filters_by_window_and_by_column(live: Live, tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    window = ("36.5", "47.2", "38", "48.5")
    source = f"OAPIF:{live.address}/ogc"
    ran(
        "ogr2ogr",
        "-f",
        "GeoJSON",
        str(out),
        source,
        "incidents",
        "-spat",
        *window,
        "-where",
        "phenomenon='shot'",
    )
    found = {feature["properties"]["incident_id"] for feature in json.loads(out.read_text())["features"]}
    west, south, east, north = map(float, window)
    expected = {
        row["incident_id"]
        for row in ROWS.iter_rows(named=True)
        if row["phenomenon"] == "shot"
        and (row["lon"] is None or (west <= row["lon"] <= east and south <= row["lat"] <= north))
    }
    assert found == expected
    assert found


@pytest.fixture(scope="module")
def qgis() -> str:
    """Debian's Python, for which QGIS is installed; in CI whatever is skipped fails."""
    asked = [DEBIANS_PYTHON, "-c", "import qgis.core"]
    there = Path(DEBIANS_PYTHON).exists() and subprocess.run(asked, capture_output=True, check=False)
    if not there or there.returncode:
        pytest.skip("QGIS's provider is not here: install Debian's python3-qgis")
    return DEBIANS_PYTHON


def test_qgis_reads_every_feature_and_filters_by_window_words_and_time(qgis: str, live: Live) -> None:
    west, south, east, north = window = (36.5, 47.2, 38.0, 48.5)
    noon = DAY + timedelta(hours=12)
    expressions: dict[str, pl.Expr] = {
        "\"phenomenon\" = 'shot'": pl.col("phenomenon") == "shot",
        "\"from_utc\" >= to_datetime('2026-03-03T12:00:00Z')": pl.col("from_utc") >= noon,
        '"p_real" > 0.5 AND "area_id" = \'UA-14\'': (pl.col("p_real") > 0.5) & (pl.col("area_id") == "UA-14"),
    }
    script = str(Path(__file__).with_name("qgis_reads.py"))
    told = json.loads(
        ran(qgis, "-I", script, f"{live.address}/ogc", *map(str, window), *expressions).splitlines()[-1]
    )
    assert told["stamps"] == ["REPLAY · PUBLIC"]
    assert {"incident_id", "from_utc", "p_real", "precision_m", "stamp"} <= set(told["columns"])
    placed = pl.col("lon").is_not_null()
    spots = ROWS.filter(placed).select("incident_id", "lon", "lat").iter_rows()
    areas = ROWS.filter(~placed).select("incident_id", "area_id").iter_rows()
    assert told["shapes"] == {name: [lon, lat] for name, lon, lat in spots} | dict(areas)
    inside = pl.col("lon").is_between(west, east) & pl.col("lat").is_between(south, north)
    assert sorted(told["within"]) == named_by(inside | ~placed)  # UA-14 touches the window
    for asked, meant in expressions.items():
        assert sorted(told["by"][asked]) == named_by(meant), asked
        assert told["by"][asked], asked


def named_by(meant: pl.Expr) -> list[str]:
    return sorted(ROWS.filter(meant)["incident_id"])


def test_owslib_finds_its_way_and_filters(live: Live) -> None:
    service = Features(f"{live.address}/ogc")
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in service.conformance()["conformsTo"]
    )
    assert set(service.feature_collections()) == {"incidents", "observations"}
    assert service.api()["openapi"].startswith("3.0")
    found = service.collection_items("incidents", bbox=[36.5, 47.2, 38, 48.5], limit=1000)
    assert 0 < found["numberMatched"] == len(found["features"]) < RELEASED
    some = service.collection_items("incidents", datetime_="2026-03-03T06:00:00Z/2026-03-03T12:00:00Z")
    assert 0 < some["numberMatched"] < RELEASED
    one = service.collection_item("incidents", found["features"][0]["id"])
    assert one["properties"]["incident_id"] == found["features"][0]["id"]


LARGEST_OUTLINE_BYTES = 7_000


def test_an_area_in_a_list_is_drawn_no_finer_than_the_basemap_is_and_a_zone_whole() -> None:
    areas, zone = basemap(), shapely.box(37.1234567, 48.1, 37.2, 48.2)
    every = areas_from((*areas.ids, "zone"), (*areas.outlines, zone))
    drawn = outlines_in_lists(every)
    for name, outline in zip(areas.ids, areas.outlines, strict=True):
        shown = shapely.from_geojson(drawn[name])
        assert shown.is_valid
        assert shown.hausdorff_distance(outline) < 2 * COARSE_DEG
        assert len(drawn[name]) < LARGEST_OUTLINE_BYTES
    assert shapely.from_geojson(drawn["zone"]).equals_exact(zone, 1e-6, normalize=True)


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    return Visitor(app(strewn(tmp_path_factory.mktemp("asked") / "m")))


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 200),
        ("?limit=1000000", 200),
        ("?bbox=36,47,0,39,49,9000", 200),
        ("?datetime=../2026-03-03T12:00:00Z", 200),
        ("?datetime=2026-03-03T12:00:00Z", 200),
        ("?limit=0", 400),
        ("?bbox=1,2,3", 400),
        ("?datetime=noon", 400),
        ("?datetime=../..", 400),
        ("?unknown=1", 400),
    ],
)
def test_the_standards_own_rules_of_parameters_hold(visitor: Visitor, asked: str, status: int) -> None:
    assert visitor.get(f"/ogc/collections/incidents/items{asked}").status_code == status


def test_pages_of_features_are_linked_until_the_last(visitor: Visitor) -> None:
    where, found = "/ogc/collections/incidents/items?limit=40", []
    while where:
        told = visitor.get(where).json()
        found += [feature["id"] for feature in told["features"]]
        links = {link["rel"]: link["href"] for link in told["links"]}
        where = links.get("next", "").partition("8600")[2]
    assert sorted(found) == sorted(ROWS["incident_id"])


def test_what_is_known_to_its_area_only_bears_the_areas_outline(visitor: Visitor) -> None:
    told = visitor.get("/ogc/collections/incidents/items?limit=1000").json()["features"]
    shapes = {one["geometry"]["type"] for one in told if one["properties"]["area_id"] == "UA-14"}
    assert shapes == {"Polygon"}
    assert {one["geometry"]["type"] for one in told if one["properties"]["area_id"] is None} == {"Point"}


def test_nobody_gets_by_this_door_what_was_not_released(visitor: Visitor) -> None:
    for path in ("", "/collections", "/collections/incidents/items?limit=10000"):
        assert "INTERNAL" not in visitor.get(f"/ogc{path}").text
    assert visitor.get(f"/ogc/collections/incidents/items/{1:032x}").status_code == 404
    assert (
        visitor.get("/ogc/collections/incidents/items?audience=internal&limit=1").json()["stamp"]
        == "REPLAY · PUBLIC"
    )
