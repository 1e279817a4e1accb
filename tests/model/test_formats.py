"""What is written reads back the same, in each of the three formats, for each table."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import InputError
from trucewatch.model.areas import areas_from
from trucewatch.model.formats import (
    from_csv,
    from_geojson,
    from_parquet,
    to_csv,
    to_geojson,
    to_parquet,
)
from trucewatch.model.tables import CONTROL, OBSERVATIONS, TABLES, TEXTS, Column, Table

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(-(10**15), 4 * 10**15).map(lambda us: EPOCH + timedelta(microseconds=us))
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.sampled_from(
    [
        "",
        " ",
        '"',
        "a,b",
        "=1+1",
        "+x",
        "-1",
        "@x",
        "'",
        "''=",
        "\ttab",
        "\r\n",
        "\n",
        "null",
        "Донецьк",
        "“”",
        "|",
    ]
)
PARTS = st.text(st.characters(codec="utf-8", exclude_characters="\0|"), min_size=1, max_size=6)


def _values(column: Column) -> st.SearchStrategy[object]:
    """Legal values of one column, null among them where it may be."""
    kinds: dict[object, st.SearchStrategy[object]] = {
        pl.String: WORDS,
        pl.Float64: st.floats(allow_nan=False, allow_infinity=False),
        pl.Int64: st.integers(-(2**53), 2**53),
        pl.UInt32: st.integers(0, 2**32 - 1),
        pl.Boolean: st.booleans(),
        pl.Date: st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    }
    if column.words is not None:
        values: st.SearchStrategy[object] = st.sampled_from([word.value for word in column.words])
    elif column.dtype == TEXTS:
        values = st.lists(PARTS | st.sampled_from(["=x", "-1", "a b"]), max_size=3)
    elif isinstance(column.dtype, pl.Datetime):
        values = MOMENTS
    else:
        values = kinds[column.dtype]
    return values if column.required else st.none() | values


@st.composite
def frames(draw: st.DrawFn, table: Table) -> pl.DataFrame:
    """Draw up to three legal rows of `table`."""
    height = draw(st.integers(0, 3))
    columns = {c.name: [draw(_values(c)) for _ in range(height)] for c in table.columns}
    return pl.DataFrame(columns, schema=table.schema)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@settings(max_examples=30)
@given(drawn=st.data())
def test_every_table_comes_back_from_every_format(table: Table, drawn: st.DataObject) -> None:
    frame = drawn.draw(frames(table))
    assert from_parquet(table, to_parquet(table, frame)).equals(frame)
    assert from_csv(table, to_csv(table, frame)).equals(frame)
    places = {"lon", "lat"} & set(table.schema)
    halves = frame.filter(pl.col("lon").is_null() == pl.col("lat").is_null()) if places else frame
    assert from_geojson(table, to_geojson(table, halves)).equals(halves)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_same_rows_give_the_same_bytes(table: Table) -> None:
    frame = table.empty()
    for write in (to_parquet, to_csv, to_geojson):
        assert write(table, frame) == write(table, frame.select(reversed(frame.columns)))


def _control(held_by: str = "A") -> pl.DataFrame:
    row = {"place_id": "p", "from_utc": EPOCH, "held_by": held_by, "source_id": "s"}
    return CONTROL.conform(pl.DataFrame([row], schema=CONTROL.schema))


def test_an_empty_text_is_not_a_missing_one() -> None:
    rows = pl.concat([_observation(text=text) for text in ("", None, "null")])
    assert from_csv(OBSERVATIONS, to_csv(OBSERVATIONS, rows))["text"].to_list() == ["", None, "null"]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1"])
def test_no_cell_is_a_formula_to_a_spreadsheet(cell: str) -> None:
    cells = list(csv.reader(io.StringIO(to_csv(CONTROL, _control(cell)).decode())))[1]
    assert cells[2] == "'" + cell


@pytest.mark.parametrize(
    "table", [table for table in TABLES if TEXTS in table.schema.values()], ids=lambda t: t.name
)
def test_no_list_is_a_formula_to_a_spreadsheet(table: Table) -> None:
    rows = {c.name: [_legal(c)] for c in table.columns}
    names = [c.name for c in table.columns if c.dtype == TEXTS]
    frame = pl.DataFrame(rows | {name: [["=1+1", "b"]] for name in names}, schema=table.schema)
    (cells,) = csv.DictReader(io.StringIO(to_csv(table, frame).decode()))
    assert {cells[name] for name in names} == {"'=1+1|b"}
    assert from_csv(table, to_csv(table, frame)).equals(frame)


def _legal(column: Column) -> object:
    if not column.required:
        return None
    if column.words is not None:
        return next(iter(column.words)).value
    return {pl.Date: date(2020, 7, 27), pl.String: "x"}.get(column.dtype, EPOCH)  # type: ignore[call-overload]


def _observation(**known: object) -> pl.DataFrame:
    row = {c.name: _legal(c) for c in OBSERVATIONS.columns} | known
    return OBSERVATIONS.conform(pl.DataFrame([row], schema=OBSERVATIONS.schema))


SQUARE = shapely.box(37, 48, 38, 49)


def test_a_row_with_only_an_area_gets_its_outline_and_one_without_a_null_geometry() -> None:
    areas = areas_from(["UA-14"], [SQUARE])
    rows = pl.concat([_observation(area_id="UA-14"), _observation(), _observation(lon=37.5, lat=48.5)])
    features = json.loads(to_geojson(OBSERVATIONS, rows, areas))["features"]
    shapes = [f["geometry"] and f["geometry"]["type"] for f in features]
    assert shapes == ["Polygon", None, "Point"]
    assert features[2]["geometry"]["coordinates"] == [37.5, 48.5]
    assert from_geojson(OBSERVATIONS, to_geojson(OBSERVATIONS, rows, areas)).equals(rows)


def test_precision_is_the_semi_major_axis_of_the_ninety_per_cent_ellipse() -> None:
    rows = pl.concat(
        [_observation(sigma_m=1000.0), _observation(major_m=2000.0, minor_m=1.0), _observation()]
    )
    features = json.loads(to_geojson(OBSERVATIONS, rows))["features"]
    assert [f["properties"]["precision_m"] for f in features] == [2146.0, 4291.9, None]


def test_a_collection_bears_its_marks() -> None:
    collection = json.loads(to_geojson(CONTROL, _control("A"), marks={"stamp": "EXERCISE · INTERNAL"}))
    assert collection["stamp"] == "EXERCISE · INTERNAL"
    assert collection["type"] == "FeatureCollection"


HOSTILE = [
    b"",
    b"\0\0\0\0",
    b"PAR1",
    b"PAR1" * 50,
    b"[1]",
    b'{"features": null}',
    b'{"features": ["x"]}',
    b"\xff\xfe",
]


@pytest.mark.parametrize("raw", HOSTILE)
@pytest.mark.parametrize("read", [from_parquet, from_csv, from_geojson])
def test_bytes_that_are_no_table_are_refused_in_one_line(read: object, raw: bytes) -> None:
    with pytest.raises(InputError) as refusal:
        read(CONTROL, raw)  # type: ignore[operator]
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("cut", [4, 20, 100, 300])
def test_a_parquet_cut_in_the_middle_is_refused(cut: int) -> None:
    with pytest.raises(InputError):
        from_parquet(CONTROL, to_parquet(CONTROL, _control("A"))[:cut])


@pytest.mark.parametrize(
    "member",
    [
        '"properties": null, "geometry": null',
        '"properties": {"place_id": 1, "from_utc": "yesterday", "source_id": "s"}, "geometry": null',
        '"properties": {}, "geometry": null',
        '"geometry": null',
    ],
)
def test_a_feature_that_is_no_row_is_refused(member: str) -> None:
    with pytest.raises(InputError):
        from_geojson(CONTROL, ('{"type": "FeatureCollection", "features": [{' + member + "}]}").encode())


def test_a_number_that_is_none_is_refused() -> None:
    raw = to_geojson(OBSERVATIONS, _observation(lon=1.0, lat=2.0)).replace(b"[1.0, 2.0]", b'["east", 2.0]')
    with pytest.raises(InputError):
        from_geojson(OBSERVATIONS, raw)
