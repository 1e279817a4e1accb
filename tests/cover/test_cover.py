"""What could have been seen."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.cover.cover import cover
from trucewatch.cover.spans import union_hours
from trucewatch.model.areas import areas_from
from trucewatch.model.instants import Clock, Interval
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import CONTROL, COVERAGE, OBSERVATIONS, WEATHER
from trucewatch.model.vocabulary import Means

EAST, WEST = "UA-14", "UA-09"
AREAS = areas_from([EAST, WEST], [shapely.box(37, 47, 38.5, 49), shapely.box(38.5, 47, 40, 49)])
CLOCK = Clock(zone=ZoneInfo("Europe/Kyiv"))
DAY = CLOCK.day(date(2016, 10, 29))
HOW = {"smm": "post hours", "firms": "passes", "alerts": "continuous", "viina": None}
SOURCES = {name: SourceProfile(source_id=name, means=Means.HEARD, watches=how) for name, how in HOW.items()}


def row(source, start, hours, phenomenon="explosion", **more):
    start = DAY.start + timedelta(hours=start)
    return {
        "observation_id": "o",
        "source_id": source,
        "means": "heard",
        "phenomenon": phenomenon,
        "from_utc": start,
        "to_utc": start + timedelta(hours=hours),
        "observer_lon": 37.75,
        "observer_lat": 48.14,
        "sensitivity": "public",
    } | more


def covered(*rows, weather=(), control=(), days=(DAY,)):
    return cover(
        OBSERVATIONS.conform(pl.DataFrame(rows, schema_overrides=_schema(rows)))
        if rows
        else OBSERVATIONS.empty(),
        SOURCES,
        WEATHER.conform(pl.DataFrame(weather, schema=WEATHER.schema, orient="row")),
        CONTROL.conform(pl.DataFrame(control, schema=CONTROL.schema, orient="row")),
        areas=AREAS,
        days=days,
    )


def _schema(rows):
    return {name: OBSERVATIONS.schema[name] for name in rows[0]}


def states(frame, source, area=EAST):
    own = frame.filter(pl.col("source_id") == source, pl.col("area_id") == area)
    return own.select("state", "hours", "lower_bound").rows()


def test_overlapping_rows_of_a_post_count_once_and_are_a_lower_bound():
    found = covered(row("smm", 0, 10.5), row("smm", 2, 4), row("smm", 10, 2))
    assert states(found, "smm") == [("watched_with_events", 12.0, True)]


def test_rows_that_fill_the_day_make_24_hours():
    found = covered(row("smm", 0, 13), row("smm", 5, 19), row("smm", 0, 24))
    assert states(found, "smm") == [("watched_with_events", 24.0, True)]


def test_four_hours_that_saw_nothing_are_watched_with_none():
    found = covered(row("smm", 0, 10.5), row("smm", 15.5, 4, "nothing"))
    assert states(found, "smm") == [("watched_with_events", 10.5, True), ("watched_with_none", 4.0, True)]


def test_nothing_seen_during_hours_with_events_adds_no_hours():
    found = covered(row("smm", 0, 10), row("smm", 2, 4, "nothing"))
    assert states(found, "smm") == [("watched_with_events", 10.0, True)]


def test_a_row_over_two_days_is_clipped_to_each():
    before = CLOCK.day(date(2016, 10, 28))
    found = covered(row("smm", -3, 5), days=(before, DAY))
    assert found.filter(pl.col("source_id") == "smm")["hours"].to_list() == [3.0, 2.0]


def test_the_holders_of_posts_are_kept_apart_in_the_sources_own_words():
    found = covered(row("smm", 0, 10, held_by="GCA"), row("smm", 4, 8, held_by="NGCA"))
    smm = found.filter(pl.col("source_id") == "smm")
    assert smm.select("held_by", "hours").rows() == [("GCA", 10.0), ("NGCA", 8.0)]


def test_a_claim_on_the_very_area_stands_where_a_row_says_nothing_and_sources_agree():
    since = datetime(2016, 1, 1, tzinfo=UTC)
    agreed = covered(row("smm", 0, 1), control=[(EAST, since, "B", "x"), (EAST, since, "B", "y")])
    split = covered(row("smm", 0, 1), control=[(EAST, since, "B", "x"), (EAST, since, "A", "y")])
    assert set(agreed["held_by"]) == {"B"}
    assert set(split["held_by"]) == {None}


@pytest.mark.parametrize(("phenomenon", "state"), [("movement_denied", "denied"), ("interference", "jammed")])
def test_denied_and_jammed_are_not_watched_hours(phenomenon, state):
    found = covered(row("smm", 0, 3, phenomenon))
    assert states(found, "smm") == [(state, 3.0, True)]


def test_a_quiet_post_is_unknown_and_not_a_quiet_day():
    days = (DAY, CLOCK.day(date(2016, 10, 30)))
    found = covered(row("smm", 0, 3), days=days).filter(pl.col("source_id") == "smm")
    assert found["state"].to_list() == ["watched_with_events", "unknown"]
    assert found["hours"].to_list() == [3.0, None]


def test_a_total_says_nothing_of_a_watch_but_names_its_area():
    found = covered(row("smm", 0, 24, "total", observer_lon=None, observer_lat=None, area_id=WEST))
    assert states(found, "smm", WEST) == [("unknown", None, False)]


@pytest.mark.parametrize(
    ("cloud", "state"), [(0.81, "clouded"), (0.8, "clouded"), (0.79, "watched_with_none"), (None, "unknown")]
)
def test_cloud_decides_what_a_pass_could_see(cloud, state):
    weather = [] if cloud is None else [(EAST, date(2016, 10, 29), cloud, "weather")]
    found = covered(row("firms", 5, 0, "thermal", observer_lon=39.0), row("smm", 0, 1), weather=weather)
    assert states(found, "firms") == [(state, None, False)]
    assert states(found, "firms", WEST) == [("watched_with_events", None, False)]


def test_a_day_without_any_row_of_a_satellite_is_no_clear_sky():
    found = covered(row("smm", 0, 1), weather=[(EAST, date(2016, 10, 29), 0.0, "weather")])
    assert states(found, "firms") == [("unknown", None, False)]


def test_what_a_pass_saw_on_a_clouded_day_stands_beside_the_cloud():
    found = covered(row("firms", 5, 0, "thermal"), weather=[(EAST, date(2016, 10, 29), 0.9, "w")])
    assert [state for state, _, _ in states(found, "firms")] == ["clouded", "watched_with_events"]


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_adding_cloud_never_adds_a_clear_watch(cloud, more):
    def clear(value):
        found = covered(
            row("firms", 5, 0, "thermal", observer_lon=39.0),
            row("smm", 0, 1),
            weather=[(EAST, date(2016, 10, 29), value, "w")],
        )
        return found.filter(pl.col("source_id") == "firms", pl.col("state") == "watched_with_none").height

    assert clear(max(cloud, more)) <= clear(min(cloud, more))


def test_a_continuous_source_watches_the_whole_day_between_its_rows():
    days = tuple(CLOCK.day(date(2016, 10, 27) + timedelta(days=n)) for n in range(5))
    found = covered(
        row("alerts", -20, 1, "alert"), row("alerts", 26, 1, "alert"), row("smm", 0, 1), days=days
    )
    assert states(found, "alerts") == [
        ("unknown", None, False),
        ("watched_with_events", 24.0, False),
        ("watched_with_none", 24.0, False),
        ("watched_with_events", 25.0, False),  # clocks went back
        ("unknown", None, False),
    ]


def test_a_continuous_source_that_shows_its_watch_shows_its_gaps():
    found = covered(row("alerts", 0, 6, "nothing"), row("alerts", 6, 2, "alert"))
    assert states(found, "alerts") == [("not_watched", 16.0, False), ("watched_with_events", 8.0, False)]


def test_a_newsroom_is_unknown():
    found = covered(row("viina", 0, 1, observer_lon=None, observer_lat=None, lon=37.5, lat=48.0))
    assert states(found, "viina") == [("unknown", None, False)]


def test_every_area_source_and_day_has_a_row_and_order_does_not_matter():
    rows = [row("smm", 0, 1), row("alerts", 1, 2, "alert", observer_lon=39.0), row("viina", 3, 1)]
    found = covered(*rows)
    assert found.select("area_id", "source_id").unique().height == 2 * len(HOW)
    assert found.equals(covered(*reversed(rows)))


def test_no_days_and_no_rows_are_legal():
    assert covered(days=()).equals(COVERAGE.empty())
    assert covered().equals(COVERAGE.empty())


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 60)), min_size=1, max_size=12))
def test_a_union_is_as_long_as_the_minutes_it_holds(spans):
    minute = 60_000_000
    frame = pl.DataFrame(
        {
            "g": ["x"] * len(spans),
            "start": [start * minute for start, _ in spans],
            "end": [(start + long) * minute for start, long in spans],
        }
    )
    held = {at for start, long in spans for at in range(start, start + long)}
    assert union_hours(frame, ["g"])["hours"].to_list() == [pytest.approx(len(held) / 60, abs=1e-4)]


def test_the_midnight_day_bears_the_date_it_starts_on():
    midnight = Interval(start=datetime(2023, 8, 1, tzinfo=UTC), end=datetime(2023, 8, 2, tzinfo=UTC))
    at = midnight.start - DAY.start
    found = covered(
        row("firms", at / timedelta(hours=1) + 3, 0, "thermal"),
        weather=[(EAST, date(2023, 8, 1), 0.9, "w"), (EAST, date(2023, 8, 2), 0.1, "w")],
        days=(midnight,),
    )
    assert "clouded" in found.filter(pl.col("source_id") == "firms")["state"]
