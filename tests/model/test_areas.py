"""One alias table for every file, and outlines that hold their own cities."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from trucewatch.model.areas import ALIASES, NAMES, Areas, area_name, area_of, areas_from

BASEMAP = (
    Path(__file__).resolve().parents[2] / "src" / "trucewatch" / "content" / "areas" / "ua_admin1.geojson"
)


@pytest.fixture(scope="module")
def basemap() -> Areas:
    features = json.loads(BASEMAP.read_text("utf-8"))["features"]
    outlines = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    return areas_from([feature["properties"]["id"] for feature in features], outlines)


@pytest.mark.parametrize(
    ("name", "area_id"),
    [
        ("UA51", "UA-51"),
        ("UA-51", "UA-51"),
        ("ua-51", "UA-51"),
        ("Donetska oblast", "UA-14"),
        ("Donetsk", "UA-14"),
        (" donetsk region ", "UA-14"),
        ("Donets\u2019k", "UA-14"),
        ("Луганська область", "UA-09"),
        ("Kyiv City", "UA-30"),
        ("Kyivska oblast", "UA-32"),
        ("Севастополь", "UA-40"),
        ("Kursk", "RU-KRS"),
        ("Donbas", None),
        ("", None),
        ("UA99", None),
    ],
)
def test_one_table_knows_every_spelling_and_guesses_none(name: str, area_id: str | None) -> None:
    assert area_of(name) == area_id


def test_no_spelling_stands_for_two_areas() -> None:
    spellings = sum(len({*names, area, area.replace("-", "")}) for area, names in NAMES.items())
    folded = {name.casefold().replace("'", "") for names in NAMES.values() for name in names}
    assert len(ALIASES) == len(folded) + 2 * len(NAMES) <= spellings
    assert all(area_of(name) == area for area, names in NAMES.items() for name in names)


def test_a_zones_id_is_its_own_name() -> None:
    assert (area_name("UA-14"), area_name("zolote")) == ("Donetsk", "zolote")


def test_an_area_is_spelled_in_ukrainian_as_it_spells_itself_and_nobody_elses_way_for_it() -> None:
    assert all(area_name(area, "uk") >= "Ѐ" for area in NAMES if area.startswith("UA-"))
    found = [area_name(*asked) for asked in (("UA-14", "uk"), ("UA-30", "uk"), ("UA-43", "uk"))]
    assert found == ["Донецька область", "Київ", "Автономна Республіка Крим"]
    found = [area_name(*asked) for asked in (("UA-14", "ru"), ("RU-BEL", "uk"), ("zolote", "uk"))]
    assert found == ["Donetsk", "Belgorod", "zolote"]


FILES = [
    ("donbas-2016/osce_smm_counts.csv", "region"),
    ("donbas-2020/osce_smm_counts.csv", "region"),
    ("donbas-2016/ucdp_ged.parquet", "adm_1"),
    ("donbas-2020/ucdp_ged.parquet", "adm_1"),
    ("donbas-2016/weather.parquet", "OBLAST_ID"),
    ("donbas-2020/weather.parquet", "OBLAST_ID"),
    ("dense-2023/weather.parquet", "OBLAST_ID"),
    ("dense-2023/alerts_oblast_merged.parquet", "region"),
    ("dense-2023/alerts_official.parquet", "oblast"),
    ("dense-2023/alerts_volunteer.parquet", "region"),
    ("truces-2025/alerts_oblast_merged.parquet", "region"),
    ("dense-2023/oblast_grid_10km.csv", "OBLAST_ID"),
    ("dense-2023/oblast_ids.csv", "OBLAST_ID"),
    ("dense-2023/oblast_ids.csv", "NAME_EN"),
    ("dense-2023/oblast_ids.csv", "SUBDIVISION_NAME_UKR"),
    ("dense-2023/oblast_ids.csv", "SUBDIVISION_NAME_EN"),
]


def _read(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)


@pytest.mark.parametrize(("file", "column"), FILES)
def test_every_spelling_in_the_real_files_is_known(shared: Path, file: str, column: str) -> None:
    names = _read(shared / "data" / file)[column].drop_nulls().unique().to_list()
    assert [name for name in names if area_of(name) is None] == []


def test_the_names_of_one_file_agree_with_each_other(shared: Path) -> None:
    for row in _read(shared / "data" / "dense-2023" / "oblast_ids.csv").iter_rows(named=True):
        names = {row["NAME_EN"], row["SUBDIVISION_NAME_UKR"], row["SUBDIVISION_NAME_EN"]}
        if row["OBLAST_ID"] == "UA32":
            names.remove("Kyiv")  # the region's short name there, the city's in every other file
        assert {area_of(name) for name in names} == {area_of(row["OBLAST_ID"])}, row


CITIES = [
    ("UA-05", 28.48, 49.23),
    ("UA-07", 25.33, 50.75),
    ("UA-09", 39.31, 48.57),
    ("UA-12", 35.05, 48.46),
    ("UA-14", 37.80, 48.02),
    ("UA-14", 37.54, 47.10),  # Mariupol
    ("UA-14", 37.75, 48.14),  # Avdiivka
    ("UA-14", 38.04, 48.30),  # Horlivka
    ("UA-18", 28.66, 50.25),
    ("UA-21", 22.30, 48.62),
    ("UA-23", 35.14, 47.84),
    ("UA-26", 24.71, 48.92),
    ("UA-30", 30.52, 50.45),
    ("UA-32", 30.11, 49.80),  # Bila Tserkva
    ("UA-35", 32.26, 48.51),
    ("UA-40", 33.54, 44.59),
    ("UA-43", 34.10, 44.95),
    ("UA-46", 24.03, 49.84),
    ("UA-48", 31.99, 46.97),
    ("UA-51", 30.72, 46.48),
    ("UA-53", 34.55, 49.59),
    ("UA-56", 26.25, 50.62),
    ("UA-59", 34.80, 50.91),
    ("UA-61", 25.59, 49.55),
    ("UA-63", 36.25, 49.99),
    ("UA-65", 32.61, 46.64),
    ("UA-68", 26.99, 49.42),
    ("UA-71", 32.06, 49.44),
    ("UA-74", 31.29, 51.50),
    ("UA-77", 25.94, 48.29),
    ("RU-BEL", 36.59, 50.60),
    ("RU-BRY", 34.36, 53.24),
    ("RU-KRS", 36.19, 51.73),
    ("RU-ROS", 39.72, 47.23),
    ("BY-HO", 30.98, 52.43),
    (None, 0.0, 0.0),
    (None, 48.0, 37.8),  # Donetsk with lon and lat exchanged
]


def test_known_cities_lie_in_their_own_areas(basemap: Areas) -> None:
    lon, lat = (np.array([city[axis] for city in CITIES], dtype=np.float64) for axis in (1, 2))
    found = basemap.locate(lon, lat)
    assert [(c, area) for c, area in zip(CITIES, found, strict=True) if c[0] != area] == []


def test_every_outline_is_one_of_ours_and_valid(basemap: Areas) -> None:
    assert set(basemap.ids) == set(NAMES)
    assert all(shapely.is_valid(outline) for outline in basemap.outlines)
    assert basemap.outline("UA-14") is not None
    assert basemap.outline("UA-99") is None


def test_the_map_agrees_with_another_publishers_grid(shared: Path, basemap: Areas) -> None:
    # Well inside our outlines, as its cells are 0.1° wide; it exchanges the ids of Kyiv city and region.
    grid = _read(shared / "data" / "dense-2023" / "oblast_grid_10km.csv")
    lon, lat = (grid[name].cast(pl.Float64).to_numpy() for name in ("LONGITUDE", "LATITUDE"))
    exchanged = {"UA30": "UA-32", "UA32": "UA-30"}
    theirs = [exchanged.get(name) or area_of(name) for name in grid["OBLAST_ID"]]
    corners = [basemap.locate(lon + x, lat + y) for x in (-0.15, 0.15) for y in (-0.15, 0.15)]
    inside = [(mine[0], other) for *mine, other in zip(*corners, theirs, strict=True) if len({*mine}) == 1]
    assert len(inside) > 3_900
    assert sum(mine == other for mine, other in inside) / len(inside) > 0.99


def test_a_shared_border_goes_to_the_first_and_what_is_unknown_nowhere() -> None:
    areas = areas_from(["left", "right"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    lon, lat = np.array([0.5, 1.0, 1.5, 3.0, np.nan]), np.array([0.5, 0.5, 0.5, 0.5, 0.5])
    assert areas.locate(lon, lat) == ["left", "left", "right", None, None]
    assert areas_from([], []).locate(lon, lat) == [None] * 5
