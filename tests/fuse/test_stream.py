"""What stands after any batches is what all rows at once give."""

import itertools
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from trucewatch import api
from trucewatch.errors import InputError
from trucewatch.fuse.density import per_report, steps
from trucewatch.fuse.few import few_of
from trucewatch.fuse.fuse import fuse
from trucewatch.fuse.numbering import Numbering
from trucewatch.fuse.pins import pinned
from trucewatch.fuse.reports import reports_of
from trucewatch.fuse.shelf import MOST_LATE, Shelf, held
from trucewatch.fuse.slots import Slots, slots_of
from trucewatch.fuse.stream import Standing
from trucewatch.model.canonical import content_ids
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means
from trucewatch.simulate.observed import observe
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world

NAMES = ("a", "b", "c", "news", "more")
SOURCES = {
    name: SourceProfile(
        source_id=name,
        means=Means.HEARD,
        time_sigma_s=60.0,
        position_sigma_m=500.0,
        repeats=0.0 if name == "c" else None,
        origin="a" if name == "more" else None,
    )
    for name in NAMES
}
ROW = st.fixed_dictionaries(
    {
        "source_id": st.sampled_from(NAMES),
        "means": st.sampled_from(["heard", "told"]),
        "phenomenon": st.sampled_from(["explosion", "explosion", "burst", "thermal", "nothing"]),
        "lon": st.none() | st.sampled_from([0.5, 0.502, 0.51, 0.53, 0.6]),
        "lat": st.sampled_from([0.25, 0.253]),
        "sigma_m": st.none() | st.sampled_from([50.0, 300.0, 2_000.0, 5_000.0]),
        "observer_lon": st.none() | st.sampled_from([0.4, 0.45]),
        "observer_lat": st.just(0.2),
        "day": st.integers(0, 40),
        "minute": st.integers(0, 30),
        "lasts": st.sampled_from([0, 1, 30, 600, 3_000]),
        "count_min": st.none() | st.integers(1, 2),
        "origin": st.none() | st.sampled_from(["x", "a", "independent"]),
        "text": st.none()
        | st.sampled_from(["Explosions were heard near the harbour, the governor said.", "boom"]),
    }
)


def batches(whole: pl.DataFrame, cuts: list[int]) -> list[pl.DataFrame]:
    edges = [0, *sorted(cut % (whole.height + 1) for cut in cuts), whole.height]
    return [whole[low:high] for low, high in itertools.pairwise(edges)]


def streamed(parts: list[pl.DataFrame]) -> Standing:
    now = Standing(parts[0], SOURCES)
    for part in parts[1:]:
        now.add(part)
    return now


def made_of(observed, rows) -> pl.DataFrame:
    made = []
    for row in rows:
        moment = timedelta(days=row["day"] // 4, minutes=row["minute"])
        rest = {name: value for name, value in row.items() if name not in ("day", "minute", "lasts")}
        if rest["lon"] is None:
            rest["lat"] = None
        made.append((rest, moment, timedelta(minutes=row["lasts"])))
    start = observed([{}])["from_utc"][0]
    return observed(
        [
            {**rest, "from_utc": start + moment, "to_utc": start + moment + lasts}
            for rest, moment, lasts in made
        ]
    )


PROPERTY = settings(
    deadline=None,
    max_examples=20,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@given(
    rows=st.lists(ROW, min_size=1, max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=5),
    again=st.lists(st.integers(0, 39), max_size=6),
    seed=st.integers(0, 9),
)
@PROPERTY
def test_batches_of_any_size_and_order_give_what_all_at_once_gives(observed, rows, cuts, again, seed) -> None:
    table = made_of(observed, rows)
    told_again = table[[at % table.height for at in again]]
    table = pl.concat([table, told_again])
    table = table[np.random.default_rng(seed).permutation(table.height)]
    now, at_once = streamed(batches(table, cuts)), fuse(table, SOURCES)
    assert_frame_equal(now.incidents, at_once.incidents)
    assert_frame_equal(now.links, at_once.links)
    pins = content_ids("incident", table["observation_id"].to_list()[:3])
    here, there = now.pinned(pins), pinned(at_once, pins)
    assert_frame_equal(here.fused.incidents, there.fused.incidents)
    assert_frame_equal(here.fused.counts, there.fused.counts)
    assert here.aliases == there.aliases


@given(rows=st.lists(ROW, min_size=1, max_size=40))
@PROPERTY
def test_few_rows_are_read_as_many_are(observed, rows) -> None:
    table = made_of(observed, rows).unique("observation_id", maintain_order=True)
    numbering = Numbering(SOURCES)
    reports, frame = reports_of(table, SOURCES)
    many, few = slots_of(reports, frame, numbering), few_of(table, numbering, 0)
    assert few is not None
    for field in fields(Slots):
        np.testing.assert_array_equal(getattr(few, field.name), getattr(many, field.name), field.name)


@pytest.fixture(scope="module")
def front() -> pl.DataFrame:
    """Return two hundred days of one street, of which a batch touches a few."""
    generator = np.random.default_rng(4)
    many = 3_000
    at = (
        pl.Series(np.sort(generator.uniform(0, 200 * 86_400, many)) * 1e6)
        .cast(pl.Int64)
        .cast(pl.Duration("us"))
    )
    return pl.DataFrame(
        {"lon": 0.5 + generator.uniform(0, 0.1, many), "lat": np.full(many, 0.25), "late": at}
    ).with_columns(source_id=pl.Series(generator.choice(NAMES, many)))


def test_late_and_shuffled_batches_change_nothing_but_what_they_touch(front, observed) -> None:
    one = observed([{}]).drop("lon", "lat", "source_id")
    table = front.join(one, how="cross").with_columns(
        from_utc=pl.col("from_utc") + pl.col("late"),
        to_utc=pl.col("to_utc") + pl.col("late"),
        observation_id=pl.int_range(pl.len()).cast(pl.String).str.zfill(32),
    )
    table = table.select([*one.columns, "lon", "lat", "source_id"]).select(observed([{}]).columns)
    late = table[100::700]
    rest = table.join(late, on="observation_id", how="anti", maintain_order="left")
    parts = [rest[:2_900], rest[2_900:2_950][::-1], late, rest[2_950:]]
    now = streamed(parts)
    assert_frame_equal(now.incidents, fuse(table, SOURCES).incidents)


def test_nothing_added_to_nothing_is_nothing(observed) -> None:
    none = observed([{}]).clear()
    now = Standing(none, {})
    now.add(none)
    assert now.incidents.is_empty()
    now.add(observed([{}]))
    assert now.incidents.height == 1


@pytest.fixture(scope="module")
def world_told() -> tuple[pl.DataFrame, Mapping[str, SourceProfile]]:
    """Return the reports of a small simulated front, shuffled, and the true profiles."""
    made = observe(world(preset("small"), seed=7))
    return made.observations[np.random.default_rng(7).permutation(made.observations.height)], made.true


def test_a_front_that_arrives_in_any_order_is_the_front_at_once(world_told) -> None:
    rows, true = world_told
    now = Standing(rows[:500], true)
    for at in range(500, rows.height, 150):
        now.add(rows[at : at + 150])
    at_once = fuse(rows, true)
    assert_frame_equal(now.incidents, at_once.incidents)
    assert_frame_equal(now.links, at_once.links)


def test_a_batch_names_every_incident_that_is_not_what_it_was(world_told) -> None:
    rows, true = world_told
    heard = rows.filter(pl.col("phenomenon") != "nothing")
    now = Standing(heard[:500], true)
    for at in (500, 650):
        before = now.incidents
        added = now.add(heard[at : at + 150])
        assert added.rows == 150
        changed, after = now.incidents_of(added.touched), now.incidents
        assert_frame_equal(
            changed, after.filter(pl.col("incident_id").is_in(changed["incident_id"].implode()))
        )
        left = after.join(changed, on="incident_id", how="anti", maintain_order="left")
        assert_frame_equal(left, before.filter(pl.col("incident_id").is_in(left["incident_id"].implode())))
        assert not left.is_empty()


def test_what_is_known_is_no_new_beginning_and_no_witness(world_told) -> None:
    rows, true = world_told
    now = Standing(rows[:500], true)
    before = now.incidents
    assert not now.add(rows[100:300]).anew
    after = now.incidents
    assert_frame_equal(after.drop("n_observations"), before.drop("n_observations"))
    assert_frame_equal(after, fuse(now.observations, true).incidents)


def test_posts_that_noted_nothing_count_against_as_they_do_at_once(observed) -> None:
    heard = observed([{"source_id": "a"}])
    quiet = observed(
        [
            {
                "source_id": "b",
                "phenomenon": "nothing",
                "lon": None,
                "lat": None,
                "observer_lon": 0.5,
                "observer_lat": 0.25,
            }
        ]
    )
    now = Standing(heard, SOURCES)
    lone = now.incidents["p_real"][0]
    assert not now.add(quiet).anew
    assert now.incidents["p_real"][0] < lone
    assert_frame_equal(now.incidents, fuse(pl.concat([heard, quiet]), SOURCES).incidents)


def test_a_batch_that_does_not_fit_is_refused_and_leaves_what_stands(observed) -> None:
    now = api.standing(observed([{}]), SOURCES)
    with pytest.raises(InputError, match="no column 'colour'"):
        now.add(observed([{"source_id": "b"}]).with_columns(colour=pl.lit("red")))
    with pytest.raises(InputError, match="without an observation_id"):
        now.add(observed([{"source_id": "b"}]).with_columns(observation_id=pl.lit(None, pl.String)))
    assert now.observations.height == 1


def test_what_is_there_already_and_a_crowd_at_one_point_are_fused_from_the_beginning(observed) -> None:
    one = observed([{"source_id": "a"}])
    crowd = pl.concat([one] * 300).with_columns(
        observation_id=pl.int_range(pl.len()).cast(pl.String).str.zfill(32),
        source_id=pl.Series([NAMES[at % len(NAMES)] for at in range(300)]),
        count_min=pl.Series(range(1, 301)),
        count_max=pl.Series(range(1, 301)),
    )
    parts = [one, crowd[:100], crowd[100:290], one, crowd[290:]]
    assert_frame_equal(streamed(parts).incidents, fuse(pl.concat(parts), SOURCES).incidents)


def test_days_in_a_town_repeat_nothing_in_batches_too(observed) -> None:
    day = {"source_id": "a", "sigma_m": 5_000.0, "lon": 0.5, "lat": 0.25, "text": None}
    table = observed([day | {"observation_id": f"{at:032x}"} for at in range(6)])
    table = table.with_columns(to_utc=pl.col("from_utc") + pl.duration(days=1))
    now = streamed([table[:2], table[2:4], table[4:]])
    assert_frame_equal(now.incidents, fuse(table, SOURCES).incidents)
    assert now.incidents.height == 6


def test_a_short_shelf_that_is_put_into_the_long_one_holds_what_it_held() -> None:
    many = MOST_LATE + 2_000
    keys = np.random.default_rng(2).permutation(2 * many).astype(np.int64)
    order = np.stack([keys, keys], axis=1)
    shelf = Shelf(keys[:1_000], keys[:1_000], np.arange(1_000))
    for low, high in ((1_000, 2_000), (2_000, many)):
        shelf.add(keys[low:high], keys[low:high], np.arange(low, high), order)
        before = held(shelf.both, keys, keys)
        assert shelf.settled(order) is (high == many)
        np.testing.assert_array_equal(held(shelf.both, keys, keys), before)
    assert not len(shelf.both.late.keys)
    np.testing.assert_array_equal(before[: many + 1], [*range(many), -1])


@pytest.mark.parametrize(
    ("around", "same"), [((400, 401), True), ((400, 460), True), ((300, 900), False), ((1, 2), False)]
)
def test_density_goes_in_steps(around, same) -> None:
    few, more = (float(steps(np.array([n]), np.array([0]), per_report())[0]) for n in around)
    assert (few == more) is same
    assert few <= more
