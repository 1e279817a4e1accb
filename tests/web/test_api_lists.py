"""The API: lists that go on, forms that agree, problems in words, and a definition that holds what is served."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import shapely
from served import Live, Visitor, listen
from strewn import INTERNAL, incidents, strewn

from trucewatch.web.app import app

ROOT = "/api/v1"


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    return Visitor(app(strewn(tmp_path_factory.mktemp("api") / "m")))


def test_a_list_is_read_once_from_front_to_end(visitor: Visitor) -> None:
    where, found = f"{ROOT}/incidents?limit=70", []
    while where:
        told = visitor.get(where).json()
        assert told["matched"] == INTERNAL
        assert told["stamp"] == "REPLAY · INTERNAL"
        found += [one["incident_id"] for one in told["items"]]
        where = told["next"]
    assert found == incidents(INTERNAL).sort("from_utc", "incident_id")["incident_id"].to_list()


@pytest.mark.parametrize("name", ["observations", "assessments"])
def test_every_list_goes_on(visitor: Visitor, name: str) -> None:
    where, found = f"{ROOT}/{name}?limit=90", 0
    while where:
        told = visitor.get(where).json()
        found, where = found + len(told["items"]), told["next"]
    assert found == INTERNAL


@pytest.mark.parametrize("ending", ["csv", "geojson", "parquet"])
def test_the_forms_of_a_list_hold_the_same_rows(visitor: Visitor, ending: str) -> None:
    told = visitor.get(f"{ROOT}/incidents.{ending}?limit=50&kind=shot")
    as_json = visitor.get(f"{ROOT}/incidents?limit=50&kind=shot").json()["items"]
    if ending == "parquet":
        ids = pl.read_parquet(io.BytesIO(told.content))["incident_id"].to_list()
    elif ending == "csv":
        ids = pl.read_csv(io.BytesIO(told.content))["incident_id"].to_list()
    else:
        ids = [feature["properties"]["incident_id"] for feature in json.loads(told.content)["features"]]
    assert ids == [one["incident_id"] for one in as_json]


@pytest.mark.parametrize("name", ["observations", "incidents", "assessments"])
def test_a_file_holds_all_that_is_asked_for(visitor: Visitor, name: str) -> None:
    whole = pl.read_csv(io.BytesIO(visitor.get(f"{ROOT}/{name}.csv").content))
    assert whole.height == INTERNAL > 100, "more than a list gives at once"
    assert pl.read_csv(io.BytesIO(visitor.get(f"{ROOT}/{name}.csv?limit=3").content)).height == 3


def test_points_are_geoparquet(visitor: Visitor) -> None:
    raw = visitor.get(f"{ROOT}/incidents.parquet").content
    said = json.loads(pl.read_parquet_metadata(io.BytesIO(raw))["geo"])
    assert said["columns"]["geometry"]["encoding"] == "WKB"
    rows = pl.read_parquet(io.BytesIO(raw))
    for lon, lat, wkb in rows.select("lon", "lat", "geometry").iter_rows():
        point = None if wkb is None else shapely.from_wkb(wkb)
        assert (lon, lat) == (None, None) if point is None else (point.x, point.y) == (lon, lat)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("from=2026-03-03T06:00:00Z&to=2026-03-03T12:00:00Z", None),
        ("kind=shot,uav", None),
        ("area=UA-14", INTERNAL // 10),
        ("source=camera", INTERNAL // 2),
        ("clause=tcg-2020/C-1&verdict=indeterminate", INTERNAL // 4),
        ("clause=tcg-2020/C-1&verdict=apparent_breach", 0),
    ],
)
def test_filters_ask_for_fewer(visitor: Visitor, asked: str, count: int | None) -> None:
    matched = visitor.get(f"{ROOT}/incidents?{asked}").json()["matched"]
    assert matched == count if count is not None else 0 < matched < INTERNAL


def test_valid_at_asks_for_what_happened_at_one_moment(visitor: Visitor) -> None:
    told = visitor.get(f"{ROOT}/incidents?valid_at=2026-03-03T12:00:00Z").json()["items"]
    assert told
    assert all(one["from_utc"] <= "2026-03-03T12:00:00Z" < one["to_utc"] for one in told)


def test_one_thing_has_an_address(visitor: Visitor) -> None:
    assert visitor.get(f"{ROOT}/incidents/{1:032x}").json()["incident_id"] == f"{1:032x}"
    assert visitor.get(f"{ROOT}/incidents/nothing").status_code == 404


def test_what_one_has_already_is_not_sent_again(visitor: Visitor) -> None:
    told = visitor.get(f"{ROOT}/incidents?limit=5")
    again = visitor.get(f"{ROOT}/incidents?limit=5", **{"if-none-match": told.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("incidents?limit=0", 400),
        ("incidents?limit=many", 400),
        ("incidents?cursor=x", 400),
        ("incidents?colour=red", 400),
        ("incidents?kind=", 400),
        ("incidents?bbox=1,2,3", 400),
        ("incidents?known_at=2001-01-01T00:00:00Z", 400),
        ("nothing", 404),
    ],
)
def test_what_cannot_be_done_is_a_problem_in_words(visitor: Visitor, asked: str, status: int) -> None:
    told = visitor.get(f"{ROOT}/{asked}")
    assert told.status_code == status
    assert told.headers["content-type"].startswith("application/problem+json")
    assert {"type", "title", "status", "detail"} <= told.json().keys()


def test_whoever_sees_as_the_public_sees_released_rows_only(visitor: Visitor) -> None:
    told = visitor.get(f"{ROOT}/incidents?audience=public&limit=1000").json()
    assert told["stamp"] == "REPLAY · PUBLIC"
    assert {one["incident_id"][0] for one in told["items"]} == {"r"}


def test_the_explorer_is_served_here_and_names_each_call(visitor: Visitor) -> None:
    page = visitor.get(f"{ROOT}/explorer").text
    assert "/api/v1/incidents" in page
    assert "//" not in page.replace("://127.0.0.1", "").split("<main")[1].split("</main")[0]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = strewn(tmp_path_factory.mktemp("live") / "m")
    yield from listen(lambda place: app(folder, place))


# What a schema cannot say: a cursor that no list gave, a moment before the first record, are refused.
LEFT_OUT = "--exclude-checks=positive_data_acceptance"
SOME = r"--include-path-regex=^/api/v1/incidents$"


@pytest.mark.parametrize("phase", [["--phases=fuzzing", "--max-examples=3"], ["--phases=coverage", SOME]])
def test_schemathesis_finds_no_fault(live: Live, tmp_path: Path, phase: list[str]) -> None:
    command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run"]
    command += [f"{live.address}/api/v1/openapi", f"--url={live.address}", "--checks=all", LEFT_OUT, *phase]
    command += ["--exclude-method=POST"]  # lines of JSON, which it cannot write: `test_api_lines.py` does
    command += ["--seed=1", "--no-color", "--generation-database=:memory:", "--suppress-health-check=all"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
