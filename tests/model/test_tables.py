"""A table that reaches a step has exactly its columns, and only legal words in them."""

from datetime import UTC, datetime

import polars as pl
import pytest

from trucewatch.errors import InputError
from trucewatch.model.tables import CONTROL, OBSERVATIONS, TABLES, WEATHER, Table

ROW = {"place_id": "p", "from_utc": datetime(2020, 7, 27, tzinfo=UTC), "held_by": "A", "source_id": "s"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_says_what_it_means_and_every_number_its_unit(table: Table) -> None:
    assert table.meaning.endswith(".")
    for column in table.columns:
        assert column.meaning, column.name
        if column.dtype in (pl.Float64, pl.Int64):
            assert column.unit or column.name in {"credibility", "row"}, column.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_empty_table_is_itself(table: Table) -> None:
    assert table.conform(table.empty()).equals(table.empty())
    assert table.empty().columns == [c.name for c in table.columns]
    assert len({c.name for c in table.columns}) == len(table.columns)


def test_missing_columns_are_unknown_and_the_order_is_the_declared_one() -> None:
    frame = pl.DataFrame({"source_id": ["w"], "day": ["2020-07-27"], "area_id": ["UA-14"]}).with_columns(
        pl.col("day").str.to_date()
    )
    assert WEATHER.conform(frame).columns == ["area_id", "day", "cloud", "source_id"]
    assert WEATHER.conform(frame)["cloud"].to_list() == [None]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"colour": "red"}, "control has no column 'colour'"),
        ({"held_by": None}, r"control\.held_by may not be empty"),
        ({"from_utc": "yesterday"}, "control: a column has another type than declared"),
    ],
)
def test_what_is_not_declared_is_refused(changed: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        CONTROL.conform(pl.DataFrame([ROW | changed]))


def test_a_word_outside_its_list_is_refused() -> None:
    row = {c.name: None for c in OBSERVATIONS.columns} | {
        "observation_id": "x",
        "source_id": "s",
        "means": "dreamt",
        "phenomenon": "explosion",
        "from_utc": ROW["from_utc"],
        "to_utc": ROW["from_utc"],
        "sensitivity": "public",
    }
    with pytest.raises(InputError, match=r"observations\.means: 'dreamt' is not one of heard, seen"):
        OBSERVATIONS.conform(pl.DataFrame([row], schema=OBSERVATIONS.schema))
