"""What fusing must hold, whatever the rows."""

import math
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from trucewatch.fuse.fuse import Fused, fuse
from trucewatch.fuse.members import NOT_KNOWN, ninety
from trucewatch.fuse.pairs import GATE2
from trucewatch.fuse.reports import NO_COUNT, reports_of
from trucewatch.model.canonical import content_id
from trucewatch.model.geodesy import Plane
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import COUNTS, INCIDENTS, LINKS, OBSERVATIONS
from trucewatch.model.vocabulary import Means

PARTS = ("w_time", "w_place", "w_kind", "w_source", "w_density")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "source_id": st.sampled_from(["a", "b", "c", "news"]),
            "means": st.sampled_from(["heard", "told", "detected"]),
            "phenomenon": st.sampled_from(["explosion", "burst", "thermal", "troops", "nothing"]),
            "lon": st.none() | st.sampled_from([0.5, 0.502, 0.51, 0.6, 7.0]),
            "lat": st.none() | st.sampled_from([0.25, 0.253, 0.3]),
            "sigma_m": st.none() | st.sampled_from([0.0, 50.0, 800.0, 1e9]),
            "observer_lon": st.none() | st.sampled_from([0.4, 0.45]),
            "observer_lat": st.just(0.2),
            "to_utc": st.sampled_from([0, 1, 30, 600, 30_000]).map(
                lambda minutes: datetime.fromisoformat("2027-03-01T12:00+00:00") + timedelta(minutes=minutes)
            ),
            "count_min": st.none() | st.integers(1, 3),
            "origin": st.none() | st.sampled_from(["x", "y"]),
            "told_by": st.none() | st.sampled_from(["A", "B"]),
        }
    ),
    max_size=14,
)
SLOW = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def named_links(fused: Fused, rows: pl.DataFrame) -> pl.DataFrame:
    ids = rows["observation_id"]
    return fused.links.with_columns(
        left=ids.gather(fused.links["left"]), right=ids.gather(fused.links["right"])
    ).sort("left", "right")


def joined_ids(fused: Fused) -> set[frozenset[str]]:
    return {frozenset(ids) for ids in fused.incidents["observations"].to_list()}


@given(rows=ROWS, seed=st.integers(0, 100))
@SLOW
def test_the_order_of_the_rows_does_not_matter(observed, rows, seed) -> None:
    first = observed(rows)
    second = first[np.random.default_rng(seed).permutation(first.height)]
    one, other = fuse(first, {}), fuse(second, {})
    assert_frame_equal(one.incidents, other.incidents)
    assert_frame_equal(one.counts, other.counts)
    assert_frame_equal(named_links(one, first), named_links(other, second))


@given(rows=ROWS)
@SLOW
def test_every_event_is_in_one_incident_and_nothing_else_is(observed, rows) -> None:
    table = observed(rows)
    fused = fuse(table, {})
    events = table.filter(pl.col("phenomenon") != "nothing")["observation_id"].to_list()
    assert sorted(fused.incidents["observations"].explode().drop_nulls().to_list()) == sorted(events)
    assert fused.incidents["n_observations"].sum() == len(events)
    assert fused.incidents["incident_id"].to_list() == sorted(
        content_id("incident", min(ids)) for ids in fused.incidents["observations"].to_list()
    )
    assert_frame_equal(INCIDENTS.conform(fused.incidents), fused.incidents)
    assert_frame_equal(COUNTS.conform(fused.counts), fused.counts)
    assert_frame_equal(LINKS.conform(fused.links), fused.links)


@given(rows=ROWS)
@SLOW
def test_the_bits_of_a_link_add_up_exactly_and_one_incident_has_one_report_a_post(observed, rows) -> None:
    table = observed(rows)
    itemises = {name: SourceProfile(source_id=name, means=Means.HEARD, repeats=0.0) for name in "abc"}
    fused = fuse(table, itemises | {"news": SourceProfile(source_id="news", means=Means.TOLD, repeats=0.0)})
    assert (fused.links.select(pl.sum_horizontal(PARTS)).to_series() == fused.links["weight"]).all()
    post = dict(
        table.select(
            "observation_id", pl.format("{} {}", "source_id", pl.col("observer_lon").fill_null(0))
        ).iter_rows()
    )
    for ids in joined_ids(fused):
        assert len({post[one] for one in ids}) == len(ids)


@given(rows=ROWS)
@SLOW
def test_no_pair_that_is_an_incident_lies_beyond_the_bound_of_its_errors(observed, rows) -> None:
    table = observed([row | {"origin": None} for row in rows])
    reports, frame = reports_of(table, {})
    at = {one: place for place, one in enumerate(frame["observation_id"].to_list())}
    for ids in joined_ids(fuse(table, {})):
        if len(ids) != 2:
            continue
        a, b = (reports.take(np.array([at[one]])) for one in sorted(ids))
        if a.platform == b.platform:
            continue
        plane = Plane(lon=float(a.lon[0]), lat=float(a.lat[0]))
        east, north = plane.metres(b.lon, b.lat)
        cross = np.array([[a.ee + b.ee, a.en + b.en], [a.en + b.en, a.nn + b.nn]])[:, :, 0]
        off = np.array([east[0], north[0]])
        assert off @ np.linalg.solve(cross, off) <= GATE2 * 1.01


def test_an_empty_table_gives_empty_tables() -> None:
    fused = fuse(OBSERVATIONS.empty(), {})
    assert (fused.incidents.height, fused.counts.height, fused.links.height) == (0, 0, 0)
    assert fused.incidents.schema == INCIDENTS.schema
    assert fused.links.schema == LINKS.schema


def test_rows_that_tell_of_no_event_are_in_no_incident(observed) -> None:
    rows = observed([{"phenomenon": kind} for kind in ("nothing", "total", "alert", "statement")])
    assert fuse(rows, {}).incidents.is_empty()


def test_two_posts_that_hear_one_explosion_make_one_incident(observed) -> None:
    table = observed(
        [
            {"source_id": "a", "count_min": 3, "count_max": 3},
            {"source_id": "b", "lon": 0.503, "count_min": 4, "count_max": 5},
        ]
    )
    (incident,) = fuse(table, {}).incidents.to_dicts()
    assert (incident["n_observations"], incident["n_origins"]) == (2, 2)
    assert (incident["count_min"], incident["count_max"]) == (4, 8)
    assert incident["lon"] == pytest.approx(0.5015, abs=1e-6)
    assert incident["major90_m"] == pytest.approx(300 / math.sqrt(2) * 2.14597, abs=0.2)
    assert incident["p_real"] == pytest.approx(0.96)


def test_a_lone_report_keeps_its_own_ellipse_and_interval(observed) -> None:
    table = observed([{"sigma_m": None, "major_m": 900.0, "minor_m": 200.0, "azimuth_deg": 30.0}])
    (incident,) = fuse(table, {}).incidents.to_dicts()
    assert (incident["lon"], incident["lat"]) == (0.5, 0.25)
    assert incident["major90_m"] == pytest.approx(900 * 2.14597, abs=0.1)
    assert incident["minor90_m"] == pytest.approx(200 * 2.14597, abs=0.1)
    assert incident["azimuth_deg"] == pytest.approx(30.0)
    assert incident["to_utc"] - incident["from_utc"] == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("repeats", "incidents"),
    [(None, 1), (0.05, 1), (0.0, 2)],
    ids=["undeclared", "some repeats", "a source that itemises"],
)
def test_repeats_of_one_post_collapse_unless_it_itemises(observed, repeats, incidents) -> None:
    profile = SourceProfile(source_id="post", means=Means.HEARD, repeats=repeats)
    table = observed([{"text": "one"}, {"text": "two", "lon": 0.5001}])
    assert fuse(table, {"post": profile}).incidents.height == incidents


@pytest.mark.parametrize(
    ("more", "incidents"),
    [
        ({}, 2),
        ({"text": "Two houses in the town were damaged by fire during the day."}, 1),
        ({"sigma_m": 100.0}, 1),
        ({"to_utc": datetime.fromisoformat("2027-03-01T00:10+00:00")}, 1),
    ],
    ids=["a day and a town", "with words", "an exact place", "an hour"],
)
def test_rows_of_one_day_and_town_are_no_repeats_unless_something_else_is_alike(
    observed, more, incidents
) -> None:
    day = {
        "from_utc": datetime.fromisoformat("2027-03-01T00:00+00:00"),
        "to_utc": datetime.fromisoformat("2027-03-02T00:00+00:00"),
        "sigma_m": 4_000.0,
        "means": "told",
    }
    table = observed([day | more | {"row": row} for row in (1, 2)])
    profile = SourceProfile(source_id="post", means=Means.TOLD)
    assert fuse(table, {"post": profile}).incidents.height == incidents


def test_repeats_add_no_count_and_no_probability(observed) -> None:
    once = fuse(observed([{"count_min": 3, "count_max": 3}]), {}).incidents
    twice = fuse(observed([{"count_min": 3, "count_max": 3}] * 2), {}).incidents
    same = ["count_min", "count_max", "count_min90", "count_max90", "p_real", "n_origins", "major90_m", "lon"]
    assert_frame_equal(once.select(same), twice.select(same))
    assert twice["n_observations"].to_list() == [2]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([(10, 10)], (7, 14)),  # 10 times and through exp(1.645 * .2)
        ([(10, 10), (10, 10)], (8, 13)),
        ([(4, 4)], (3, 6)),
        ([(1, 1)], (1, 1)),
        ([(8, 12)], (7, 14)),  # a range that is stated widens it
        ([(10, None)], (None, None)),
        ([(None, None)], (None, None)),
        ([(10, 10), (None, None)], (7, 14)),
    ],
)
def test_the_true_number_is_in_a_range_that_follows_from_how_far_people_err(
    observed, numbers, expected
) -> None:
    rows = [
        {"source_id": name, "count_min": least, "count_max": most}
        for name, (least, most) in zip("ab", numbers, strict=False)
    ]
    (incident,) = fuse(observed(rows), {}).incidents.to_dicts()
    assert (incident["count_min90"], incident["count_max90"]) == expected


@given(
    groups=st.lists(
        st.lists(
            st.tuples(st.booleans(), st.integers(1, 1_000), st.sampled_from([0.04, 0.09, 1.0, NO_COUNT])),
            min_size=1,
            max_size=6,
        ),
        min_size=1,
        max_size=5,
    )
)
@SLOW
def test_the_range_of_numbers_is_the_product_of_the_witnesses_of_each_incident(groups) -> None:
    itself, numbers, spread = (
        np.array(column) for column in zip(*(row for group in groups for row in group), strict=True)
    )
    starts = np.cumsum([0] + [len(group) for group in groups])
    low, high = ninety(np.arange(len(itself)), starts, itself, np.log(numbers), spread)
    for least, most, group in zip(low.tolist(), high.tolist(), groups, strict=True):
        heard = [(math.log(number), 1 / v) for witness, number, v in group if witness and v < NO_COUNT]
        if not heard:
            assert (least, most) == (NOT_KNOWN, NOT_KNOWN)
            continue
        logs, weights = zip(*heard, strict=True)
        middle, wide = np.average(logs, weights=weights), 1.6449 / math.sqrt(sum(weights))
        assert least == pytest.approx(max(math.exp(middle - wide), 1), abs=0.5 + 1e-6)
        assert most == pytest.approx(math.exp(middle + wide), abs=0.5 + 1e-6)


def test_a_number_beyond_all_counting_has_a_range_that_a_column_can_hold(observed) -> None:
    row = {"count_min": 2**63 - 1, "count_max": 2**63 - 1}
    (incident,) = fuse(observed([row]), {}).incidents.to_dicts()
    assert 6 * 10**18 < incident["count_min90"] < incident["count_max90"] == 9 * 10**18


def test_copies_of_one_origin_are_one_witness(observed) -> None:
    alone = [{"source_id": "a", "means": "told", "origin": "agency", "count_min": 2, "count_max": 2}]
    copied = [
        *alone,
        {**alone[0], "source_id": "b"},
        {**alone[0], "source_id": "c", "lon": None, "lat": None},
    ]
    one, many = fuse(observed(alone), {}).incidents, fuse(observed(copied), {}).incidents
    same = ["count_min", "count_max", "count_max90", "p_real", "n_origins", "major90_m", "p_phenomenon"]
    assert_frame_equal(one.select(same), many.select(same))
    assert many["source_ids"].to_list() == [["a", "b", "c"]]


def test_the_same_words_in_two_newsrooms_are_one_witness(observed) -> None:
    words = "Four explosions were heard near the harbour, the governor said."
    rows = [{"source_id": name, "means": "told", "text": words} for name in ("a", "b")]
    (incident,) = fuse(observed(rows), {}).incidents.to_dicts()
    assert (incident["n_observations"], incident["n_origins"], incident["p_real"]) == (2, 1, 0.8)


def test_two_reports_of_one_post_are_not_both_copies_of_one(observed) -> None:
    itemises = {name: SourceProfile(source_id=name, means=Means.TOLD, repeats=0.0) for name in "ab"}
    rows = [
        {"source_id": name, "means": "told", "origin": "x", "text": text} for name, text in ("b1", "a1", "a2")
    ]
    found = fuse(observed(rows), itemises).incidents
    assert sorted(found["source_ids"].to_list()) == [["a"], ["a", "b"]]


def test_one_origin_that_tells_of_two_places_is_two_incidents(observed) -> None:
    rows = [{"source_id": "a", "origin": "x"}, {"source_id": "b", "origin": "x", "lon": 0.9}]
    assert fuse(observed(rows), {}).incidents.height == 2


def test_a_source_that_declares_to_copy_another_is_not_independent_of_it(observed) -> None:
    copy = SourceProfile(source_id="b", means=Means.HEARD, origin="a")
    (incident,) = fuse(observed([{"source_id": "a"}, {"source_id": "b"}]), {"b": copy}).incidents.to_dicts()
    assert (incident["n_observations"], incident["n_origins"], incident["p_real"]) == (2, 1, 0.8)


def test_sources_that_declare_to_copy_each_other_are_one_origin(observed) -> None:
    ring = {
        name: SourceProfile(source_id=name, means=Means.HEARD, origin=other)
        for name, other in (("a", "b"), ("b", "a"))
    }
    (incident,) = fuse(observed([{"source_id": "a"}, {"source_id": "b"}]), ring).incidents.to_dicts()
    assert (incident["n_origins"], incident["p_real"]) == (1, 0.8)


def test_an_area_alone_is_an_incident_of_its_own(observed) -> None:
    nowhere = {"lon": None, "lat": None, "sigma_m": None, "area_id": "UA-14"}
    fused = fuse(observed([nowhere, {**nowhere, "source_id": "b"}, {"source_id": "c"}]), {})
    assert fused.incidents.height == 3
    assert sorted(fused.incidents["area_id"].to_list(), key=str) == [None, "UA-14", "UA-14"]
    assert fused.links.is_empty()


def test_news_of_a_town_and_a_fire_on_the_same_day_weigh_nothing(observed) -> None:
    day = {"to_utc": observed([{}])["from_utc"][0] + timedelta(days=1)}
    news = {"source_id": "news", "means": "told", "sigma_m": 3000.0, **day}
    fire = {"source_id": "sat", "means": "imaged", "phenomenon": "thermal", **day}
    fused = fuse(observed([news, fire]), {})
    assert (fused.incidents.height, fused.links.height) == (2, 0)


def test_a_report_far_away_changes_nothing_here(observed) -> None:
    here = [{"source_id": "a"}, {"source_id": "b", "lon": 0.503}, {"source_id": "c", "lon": 0.51}]
    table, wider = observed(here), observed([*here, {"source_id": "a", "lon": 9.0}])
    alone, crowded = fuse(table, {}), fuse(wider, {})
    near = crowded.incidents.filter(pl.col("lon") < 1)
    assert_frame_equal(alone.incidents, near)
    assert_frame_equal(named_links(alone, table), named_links(crowded, wider))


def test_swapping_the_parties_mirrors_the_result_and_changes_nothing_else(observed) -> None:
    swap = {"A": "B", "B": "A"}
    rows = [
        {
            "source_id": f"party-{who}",
            "means": "told",
            "told_by": who,
            "held_by": who,
            "lon": 0.5 + step // 2 / 5 + step % 2 / 400,
        }
        for step, who in enumerate("ABBA")
    ]
    named_by = {"party-A": "party-B", "party-B": "party-A"}
    mirrored = [
        {
            **row,
            "source_id": named_by[row["source_id"]],
            "told_by": swap[row["told_by"]],
            "held_by": swap[row["held_by"]],
        }
        for row in rows
    ]
    one, other = fuse(observed(rows), {}).incidents, fuse(observed(mirrored), {}).incidents
    assert one.height == 2
    named = {"incident_id", "observations"}
    what = [name for name in INCIDENTS.schema.names() if name not in named]
    swapped = other.with_columns(
        pl.col("told_by").list.eval(pl.element().replace_strict(swap)).list.sort(),
        pl.col("source_ids").list.eval(pl.element().str.replace_many(["-A", "-B"], ["-B", "-A"])).list.sort(),
    )
    assert_frame_equal(one.select(what).sort("lon"), swapped.select(what).sort("lon"))


def test_a_pair_weighed_and_not_joined_stays_in_the_links(observed) -> None:
    itemises = {"b": SourceProfile(source_id="b", means=Means.HEARD, repeats=0.0)}
    table = observed([{"source_id": "a"}, {"source_id": "b", "lon": 0.502}, {"source_id": "b", "lon": 0.507}])
    fused = fuse(table, itemises)
    assert fused.incidents.height == 2
    assert sorted(fused.links["joined"].to_list()) == [False, True]


@pytest.mark.parametrize(
    "odd",
    [
        {"lon": math.nan, "lat": math.nan},
        {"lon": math.inf, "lat": 0.25},
        {"sigma_m": 0.0},
        {"sigma_m": 1e300},
        {"sigma_m": None, "major_m": 1e12, "minor_m": 0.0, "azimuth_deg": math.nan},
        {"lat": 90.0},
        {"lon": 180.0},
    ],
)
def test_odd_places_are_survived(observed, odd) -> None:
    table = observed([{"source_id": name, "text": name} for name in "abcd"])
    strange = {k: pl.lit(v, pl.Float64) for k, v in odd.items()}
    fused = fuse(table.with_columns(**strange), {})
    assert fused.incidents["n_observations"].sum() == 4
    assert fused.links["weight"].is_finite().all()


@pytest.mark.parametrize("crowd", ["one post itemises", "every one a post", "errors of every size"])
def test_a_crowd_at_one_point_ends_in_bounded_time(observed, crowd) -> None:
    many = 5_000 if crowd == "errors of every size" else 20_000
    table = (
        observed([{}])
        .select(pl.all().repeat_by(many).explode())
        .with_columns(
            observation_id=pl.Series([f"{at:032x}" for at in range(many)]),
        )
    )
    if crowd != "one post itemises":
        table = table.with_columns(source_id="s" + (pl.int_range(pl.len()) % 700).cast(pl.String))
        table = table.with_columns(observer_lon=pl.int_range(pl.len()) / 1e4, observer_lat=pl.lit(0.0))
    if crowd == "errors of every size":
        table = table.with_columns(sigma_m=10.0 ** (pl.int_range(pl.len()) % 20 - 8).cast(pl.Float64))
    fused = fuse(table, {"post": SourceProfile(source_id="post", means=Means.HEARD, repeats=0.0)})
    assert fused.incidents["n_observations"].sum() == many
    assert fused.links.height <= 8 * many + many
