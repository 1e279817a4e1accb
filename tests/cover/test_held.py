"""Who held an observer's place, where its own source does not say."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from trucewatch.cover.held import with_holders
from trucewatch.model.source import Place
from trucewatch.model.tables import CONTROL, OBSERVATIONS

AT = datetime(2025, 4, 20, 9, tzinfo=UTC)
BEFORE, LATER = AT - timedelta(days=3), AT + timedelta(days=3)
PLACES = {
    f"geonames:{n}": Place(place_id=f"geonames:{n}", lon=lon, lat=48.0, area_id="UA-14", spellings=())
    for n, lon in ((1, 37.80), (2, 37.82), (3, 38.50))
}


def held(claims, *, lon=37.801, lat=48.0, own=None):
    seen = pl.DataFrame(
        {
            "observation_id": ["o"],
            "source_id": ["patrol"],
            "means": ["heard"],
            "phenomenon": ["explosion"],
            "from_utc": [AT],
            "to_utc": [AT + timedelta(hours=1)],
            "observer_lon": pl.Series([lon], dtype=pl.Float64),
            "observer_lat": pl.Series([lat], dtype=pl.Float64),
            "held_by": pl.Series([own], dtype=pl.String),
            "sensitivity": ["public"],
        }
    )
    control = CONTROL.conform(pl.DataFrame(claims, schema=CONTROL.schema, orient="row"))
    return with_holders(OBSERVATIONS.conform(seen), control, PLACES)["held_by"].to_list()


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ([("geonames:1", BEFORE, "A", "x")], "A"),
        ([("geonames:1", LATER, "A", "x")], None),
        ([("geonames:1", BEFORE, "A", "x"), ("geonames:1", BEFORE + timedelta(days=1), "B", "x")], "B"),
        ([("geonames:1", BEFORE, "A", "x"), ("geonames:1", BEFORE, "B", "y")], None),
        ([("geonames:1", BEFORE, "A", "x"), ("geonames:1", BEFORE, "B", "x")], None),
        ([("geonames:1", BEFORE, "A", "x"), ("geonames:1", BEFORE - timedelta(days=1), "A", "y")], "A"),
        ([("geonames:1", BEFORE, "A", "x"), ("geonames:2", BEFORE, "B", "x")], "A"),
        ([("geonames:2", BEFORE, "B", "x")], "B"),
        ([("geonames:3", BEFORE, "B", "x")], None),
        ([("geonames:9", BEFORE, "B", "x")], None),
        ([], None),
    ],
)
def test_the_latest_claim_on_the_nearest_place_stands_when_sources_agree(claims, said):
    assert held(claims) == [said]


def test_the_sources_own_word_goes_before_any_claim():
    assert held([("geonames:1", BEFORE, "A", "x")], own="GCA") == ["GCA"]


def test_an_observer_whose_place_is_not_known_has_no_holder():
    assert held([("geonames:1", BEFORE, "A", "x")], lon=None, lat=None) == [None]


def test_rows_keep_their_order_and_columns():
    one = held([("geonames:1", BEFORE, "A", "x")])
    assert len(one) == 1
