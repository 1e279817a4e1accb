"""What stands after any batches is what all rows at once give."""

import itertools
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from trucewatch.fuse.density import per_report, steps
from trucewatch.fuse.fuse import fuse
from trucewatch.fuse.stream import Standing
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
        "sigma_m": st.none() | st.sampled_from([50.0, 300.0, 2_000.0]),
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


@given(
    rows=st.lists(ROW, min_size=1, max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=5),
    seed=st.integers(0, 9),
)
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_batches_of_any_size_and_order_give_what_all_at_once_gives(observed, rows, cuts, seed) -> None:
    made = []
    for row in rows:
        moment = timedelta(days=row["day"] // 4, minutes=row["minute"])
        rest = {name: value for name, value in row.items() if name not in ("day", "minute", "lasts")}
        if rest["lon"] is None:
            rest["lat"] = None
        made.append((rest, moment, timedelta(minutes=row["lasts"])))
    start = observed([{}])["from_utc"][0]
    table = observed(
        [
            {**rest, "from_utc": start + moment, "to_utc": start + moment + lasts}
            for rest, moment, lasts in made
        ]
    )
    table = table[np.random.default_rng(seed).permutation(table.height)]
    assert_frame_equal(streamed(batches(table, cuts)).incidents, fuse(table, SOURCES).incidents)


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


def test_a_front_that_arrives_in_any_order_is_the_front_at_once() -> None:
    made = observe(world(preset("small"), seed=7))
    rows = made.observations[np.random.default_rng(7).permutation(made.observations.height)]
    parts = [rows[:500], *(rows[at : at + 150] for at in range(500, rows.height, 150))]
    now = Standing(parts[0], made.true)
    for part in parts[1:]:
        now.add(part)
    assert_frame_equal(now.incidents, fuse(rows, made.true).incidents)


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


@pytest.mark.parametrize(
    ("around", "same"), [((400, 401), True), ((400, 460), True), ((300, 900), False), ((1, 2), False)]
)
def test_density_goes_in_steps(around, same) -> None:
    few, more = (float(steps(np.array([n]), np.array([0]), per_report())[0]) for n in around)
    assert (few == more) is same
    assert few <= more
