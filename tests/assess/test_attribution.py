"""Attribution: odds from the direction of fire, alike for both parties, and unattributed when nothing tells them apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from trucewatch.assess.attribution import attribute
from trucewatch.assess.flights import Sides
from trucewatch.model.condition import Stated
from trucewatch.model.notice import Notice
from trucewatch.model.tables import ATTRIBUTIONS, INCIDENTS

NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)
NORTH, SOUTH = shapely.box(0, 0.01, 2, 1), shapely.box(0, -1, 2, -0.01)  # a gap of 2 km between them
A_NORTH, B_NORTH = Sides(a=NORTH, b=SOUTH), Sides(a=SOUTH, b=NORTH)
UNKNOWN = Sides(a=None, b=None)
DAY = timedelta(hours=12)


def incidents(*rows: dict[str, object]) -> pl.DataFrame:
    plain = {
        "from_utc": NOON,
        "to_utc": NOON + timedelta(minutes=1),
        "lon": 1.0,
        "lat": 0.05,
        "major90_m": 400.0,
        "minor90_m": 400.0,
        "azimuth_deg": 0.0,
        "phenomenon": "explosion",
        "weapon": "artillery",
        "calibre_max_mm": 122.0,
        "trajectory": "incoming",
        "heading_deg": 0.0,
        "heading_halfwidth_deg": 5.0,
    }
    made = [{"incident_id": f"{at:032x}", **plain, **row} for at, row in enumerate(rows)]
    return INCIDENTS.conform(pl.DataFrame(made, schema_overrides=dict(INCIDENTS.schema)))


def notice(stated: Stated, **given: object) -> Notice:
    fields = {"record": "r", "by": "A", "at": NOON, "from_utc": NOON - DAY, "to_utc": NOON + DAY, **given}
    return Notice(stated=stated, **fields)  # type: ignore[arg-type]


def odds(row: dict[str, object], sides: Sides = A_NORTH, *notices: Notice) -> dict[str, object]:
    return attribute(incidents(row), [sides], notices).row(0, named=True)


def test_fire_that_flew_over_the_line_is_most_likely_of_the_side_it_came_from() -> None:
    northward = odds({"lat": 0.015})
    assert northward["p_b"] > 0.8
    assert northward["p_a"] == 0
    assert northward["could"] == ["B"]
    assert northward["because"] == ["direction_of_fire"]
    southward = odds({"lat": -0.015, "heading_deg": 180.0})
    assert (southward["p_a"], southward["p_b"]) == (northward["p_b"], northward["p_a"])


@pytest.mark.parametrize(
    ("row", "sides"),
    [
        ({"heading_deg": None}, A_NORTH),
        ({"lon": None}, A_NORTH),
        ({"phenomenon": "position_change"}, A_NORTH),
        ({}, UNKNOWN),
        ({}, Sides(a=NORTH, b=None)),
    ],
)
def test_without_a_direction_or_lines_nothing_tells_the_parties_apart(
    row: dict[str, object], sides: Sides
) -> None:
    found = odds(row, sides)
    assert (found["p_a"], found["p_b"], found["p_unattributed"]) == (0, 0, 0.94)
    assert found["because"] == ["no_direction"]
    assert found["could"] == ["A", "B"]


def test_who_held_the_place_says_who_could_and_never_who_did() -> None:
    within = odds({"lat": 0.5, "weapon": "mortar", "calibre_max_mm": 82.0})
    assert within["could"] == ["A"]
    assert (within["p_a"], within["p_b"]) == (0, 0)


def test_the_word_of_a_party_about_the_other_weighs_nothing_and_about_itself_it_may() -> None:
    told = notice(Stated.OWN_ACT, by="A", party="B")
    assert odds({"heading_deg": None}, A_NORTH, told) == odds({"heading_deg": None})
    own = odds({"heading_deg": None}, A_NORTH, notice(Stated.OWN_ACT, by="A", party="A"))
    assert own["p_a"] > 0.7
    assert own["p_b"] == 0
    assert "own_word" in own["because"]
    denied = notice(Stated.OWN_ACT, by="A", party="A", denies=True)
    assert odds({"heading_deg": None}, A_NORTH, denied) == odds({"heading_deg": None})


@pytest.mark.parametrize(
    ("row", "raised"),
    [({}, True), ({"lon": 1.5}, False), ({"from_utc": NOON - 3 * DAY}, False), ({"lat": None}, False)],
)
def test_a_notified_exercise_raises_the_odds_of_one_in_its_time_and_place_only(
    row: dict[str, object], raised: bool
) -> None:
    given_notice = notice(Stated.NOTIFIED, lon=1.0, lat=0.05, radius_m=3_000.0)
    quiet = {"heading_deg": None, **row}
    found, before = odds(quiet, A_NORTH, given_notice), odds(quiet)
    assert (found["p_exercise"] > before["p_exercise"]) is raised


def test_the_sides_in_force_when_it_began_are_taken() -> None:
    early = Sides(a=NORTH, b=SOUTH, to_utc=NOON)
    late = Sides(a=SOUTH, b=NORTH, from_utc=NOON)
    found = attribute(incidents({}, {"from_utc": NOON - DAY}), [early, late])
    assert found["p_a"].to_list() == [found["p_b"][1], 0]
    assert found["p_b"][0] == 0


@pytest.mark.parametrize("trajectory", [None, "undetermined"])
def test_where_nobody_said_whether_it_came_or_went_neither_is_taken_for_granted(
    trajectory: str | None,
) -> None:
    place: dict[str, object] = {"lat": 0.015, "heading_deg": 180.0}
    unsaid = odds({**place, "trajectory": trajectory})
    came, went = odds({**place, "trajectory": "incoming"}), odds({**place, "trajectory": "outgoing"})
    assert came["p_b"] == went["p_b"] == 0
    assert min(came["p_a"], went["p_a"]) <= unsaid["p_a"] <= max(came["p_a"], went["p_a"])


def test_a_muzzle_flash_is_where_the_flight_began() -> None:
    flash: dict[str, object] = {
        "lat": 0.015,
        "heading_deg": 180.0,
        "phenomenon": "muzzle_flash",
        "weapon": "mortar",
    }
    assert odds({**flash, "trajectory": None}) == odds({**flash, "trajectory": "outgoing"})
    assert odds({**flash, "trajectory": None})["could"] == ["A"]


places = st.fixed_dictionaries(
    {
        "lon": st.floats(0.5, 1.5),
        "lat": st.floats(-0.3, 0.3),
        "major90_m": st.floats(50, 8_000),
        "heading_deg": st.none() | st.floats(0, 359.9),
        "heading_halfwidth_deg": st.none() | st.floats(1, 90),
        "trajectory": st.sampled_from(["incoming", "outgoing", "in_flight", None]),
        "weapon": st.sampled_from(["mortar", "mlrs", "tank", "small_arms", None]),
        "calibre_max_mm": st.none() | st.floats(20, 300),
        "phenomenon": st.sampled_from(["explosion", "shot", "burst", "projectile", "uav"]),
    }
)


@given(st.lists(places, min_size=1, max_size=6))
def test_exchanged_parties_give_exchanged_odds_to_the_bit(rows: list[dict[str, object]]) -> None:
    found, mirrored = attribute(incidents(*rows), [A_NORTH]), attribute(incidents(*rows), [B_NORTH])
    renamed = mirrored.rename({"p_a": "p_b", "p_b": "p_a"}).with_columns(
        pl.col("could").list.eval(pl.element().replace({"A": "B", "B": "A"})).list.sort()
    )
    assert_frame_equal(found.with_columns(pl.col("could").list.sort()), renamed, check_column_order=False)


@given(st.lists(places, min_size=1, max_size=6))
def test_the_odds_of_all_causes_add_up_to_one(rows: list[dict[str, object]]) -> None:
    found = attribute(incidents(*rows), [A_NORTH])
    sums = found.select(pl.sum_horizontal(pl.col("^p_.*$")))["p_a"]
    assert sums.is_between(0.9995, 1.0005).all()
    assert found.schema == ATTRIBUTIONS.schema
