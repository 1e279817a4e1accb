"""What no fusing may break: duplicates, mirrors, odd numbers, and a crowd at one point."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from trucewatch.fuse.compiled import cosine_of, ln
from trucewatch.fuse.fuse import Fused, fuse
from trucewatch.fuse.pairs import weigh
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Means

SOURCES = {
    name: SourceProfile(source_id=name, means=Means.DETECTED, position_sigma_m=sigma_m, time_sigma_s=sigma_s)
    for name, sigma_m, sigma_s in (("near", 150.0, 5.0), ("far", 800.0, 60.0), ("wide", 3_000.0, 900.0))
}


def front(many: int, *, seed: int = 1, sources: int = 3) -> pl.DataFrame:
    """Return what some sources make of events along a line of contact."""
    generator = np.random.Generator(np.random.PCG64(seed))
    x, t = generator.uniform(0.01, 0.6, many), generator.uniform(0, 86_400, many)
    parts = []
    for name, profile in list(SOURCES.items())[:sources]:
        sigma = profile.position_sigma_m / 111_195
        moment = pl.Series((t + generator.normal(0, profile.time_sigma_s, many)) * 1e6).cast(pl.Int64)
        parts.append(
            pl.DataFrame(
                {
                    "lon": x + generator.normal(0, sigma, many),
                    "lat": 0.2 + generator.normal(0, 0.03, many) * 0 + generator.normal(0, sigma, many),
                    "from_utc": moment.cast(pl.Duration("us")) + datetime(2027, 3, 1, tzinfo=UTC),
                    "count_min": generator.integers(1, 9, many),
                }
            ).with_columns(source_id=pl.lit(name))
        )
    rows = pl.concat(parts).with_columns(
        observation_id=pl.int_range(pl.len()).cast(pl.String).str.zfill(32),
        to_utc=pl.col("from_utc"),
        count_max=pl.col("count_min"),
        means=pl.lit("detected"),
        phenomenon=pl.lit("explosion"),
        sensitivity=pl.lit("public"),
    )
    return OBSERVATIONS.conform(rows)


def members(fused: Fused) -> set[frozenset[str]]:
    return {frozenset(ids) for ids in fused.incidents["observations"].to_list()}


def test_the_same_observation_twice_changes_nothing() -> None:
    rows = front(150)
    once, twice = fuse(rows, SOURCES), fuse(pl.concat([rows, rows.head(200)]), SOURCES)
    assert_frame_equal(once.incidents, twice.incidents)
    assert_frame_equal(once.counts, twice.counts)


def test_east_and_west_mirrored_mirrors_the_incidents() -> None:
    rows = front(300)
    one = fuse(rows, SOURCES)
    other = fuse(rows.with_columns(lon=-pl.col("lon")), SOURCES)
    assert members(one) == members(other)
    both = one.incidents.join(other.incidents, on="incident_id", suffix="_west")
    assert (both["lon"] + both["lon_west"]).abs().max() < 1e-9 + 1e-6
    assert_frame_equal(
        both.select("lat", "major90_m", "minor90_m", "p_real", "p_phenomenon"),
        both.select(
            pl.col(f"{c}_west").alias(c) for c in ("lat", "major90_m", "minor90_m", "p_real", "p_phenomenon")
        ),
        abs_tol=1e-9,
    )


def test_what_happens_far_away_changes_no_bit_here() -> None:
    rows = front(150)
    away = front(150, seed=2).with_columns(
        lon=pl.col("lon") + 40, observation_id="f" + pl.col("observation_id")
    )
    alone, both = fuse(rows, SOURCES), fuse(pl.concat([rows, away]), SOURCES)
    assert_frame_equal(alone.incidents, both.incidents.filter(pl.col("lon") < 20))


@pytest.mark.parametrize(
    "odd",
    [
        {"from_utc": datetime(9999, 12, 31, tzinfo=UTC), "to_utc": datetime(9999, 12, 31, 23, tzinfo=UTC)},
        {"from_utc": datetime(1, 1, 1, tzinfo=UTC), "to_utc": datetime(1, 1, 2, tzinfo=UTC)},
        {"count_min": 0, "count_max": 0},
        {"count_min": 9, "count_max": 2},
        {"count_min": 2**62, "count_max": 2**62},
        {"sigma_m": 1e-300},
        {"lon": -180.0, "lat": -90.0},
    ],
)
def test_odd_numbers_give_an_incident_and_no_fault(odd) -> None:
    rows = front(20).with_columns(**{name: pl.lit(value) for name, value in odd.items()})
    fused = fuse(rows.cast(OBSERVATIONS.schema), SOURCES)
    assert fused.incidents["n_observations"].sum() == rows.height
    assert fused.links["weight"].is_finite().all()


@pytest.mark.parametrize("times", [{"time_sigma_s": 0.0}, {"time_sigma_s": 1e30}])
def test_a_clock_without_error_and_one_that_is_none_are_survived(times) -> None:
    sources = {name: SourceProfile(source_id=name, means=Means.DETECTED, **times) for name in SOURCES}
    assert fuse(front(50), sources).incidents["n_observations"].sum() == 150


def test_two_hundred_thousand_at_one_point_and_time_end() -> None:
    many = 200_000
    rows = front(1).head(1).select(pl.all().repeat_by(many).explode())
    rows = rows.with_columns(
        observation_id=pl.int_range(pl.len()).cast(pl.String).str.zfill(32),
        source_id="s" + (pl.int_range(pl.len()) % 5_000).cast(pl.String),
    )
    fused = fuse(rows, {})
    assert fused.incidents["n_observations"].sum() == many


def test_an_event_of_twenty_posts_is_one() -> None:
    rows = front(1).head(1).select(pl.all().repeat_by(20).explode())
    rows = rows.with_columns(
        observation_id=pl.int_range(pl.len()).cast(pl.String).str.zfill(32),
        source_id="s" + pl.int_range(pl.len()).cast(pl.String),
        sigma_m=300.0,
    )
    assert fuse(rows, {}).incidents["n_observations"].to_list() == [20]


def test_logarithm_and_cosine_are_right_to_the_last_digits() -> None:
    for x in np.exp(np.linspace(-200, 200, 997)):
        assert ln(float(x)) == pytest.approx(math.log(x), rel=1e-14, abs=1e-14)
    for x in np.linspace(-90, 90, 997):
        assert cosine_of(float(x)) == pytest.approx(math.cos(math.radians(x)), abs=1e-14)


def plain_weight(a, b, kinds) -> float:
    """Return what `weigh` does, in plain words: Gaussians in place, time and number."""
    spread, late = a[7] + b[7], b[6] - a[6]
    cross = np.array([[a[3] + b[3], a[4] + b[4]], [a[4] + b[4], a[5] + b[5]]])
    off = np.array([(b[0] - a[0]) * 111_195 * (a[2] + b[2]) / 2, (b[1] - a[1]) * 111_195])
    place = -math.log(2 * math.pi * math.sqrt(np.linalg.det(cross))) - off @ np.linalg.solve(cross, off) / 2
    time = -math.log(math.sqrt(2 * math.pi * spread)) - late**2 / spread / 2
    unsure, number = a[13] + b[13], a[12] - b[12]
    wide = unsure + 2 * 0.8**2
    counted = math.log(math.sqrt(wide / unsure)) - number**2 / 2 * (1 / unsure - 1 / wide)
    return place + time + counted + kinds[0, 0] - a[10] - b[10] - max(a[11], b[11])


def test_a_weight_is_what_plain_numbers_give() -> None:
    generator = np.random.Generator(np.random.PCG64(7))
    kinds = np.array([[0.3]])
    wholes = np.array([[0, 1, 0, 0], [1, 2, 0, 0]])
    for _ in range(50):
        spots = np.zeros((2, 14))
        spots[:, 0:2] = generator.normal(0, 0.003, (2, 2))
        spots[:, 2] = 1.0
        spots[:, [3, 5]] = generator.uniform(2e5, 9e5, (2, 2))
        spots[:, 4] = generator.uniform(-1e5, 1e5, 2)
        spots[:, 6], spots[:, 7] = generator.normal(0, 50, 2), generator.uniform(900, 4000, 2)
        spots[:, 8], spots[:, 9] = -1e4, 1e4
        spots[:, 10], spots[:, 11] = generator.uniform(0, 1, 2), generator.uniform(-30, -20, 2)
        spots[:, 12], spots[:, 13] = generator.uniform(0, 2, 2), generator.uniform(0.04, 0.3, 2)
        assert weigh(spots, wholes, 0, 1, kinds) == pytest.approx(plain_weight(*spots, kinds), rel=1e-9)


def test_a_moment_that_cannot_be_is_no_pair() -> None:
    rows = front(1, sources=2)
    late = rows.with_columns(
        from_utc=pl.when(pl.col("source_id") == "far")
        .then(pl.col("from_utc") + timedelta(hours=1))
        .otherwise("from_utc")
    ).with_columns(to_utc=pl.col("from_utc"))
    assert fuse(late, SOURCES).links.is_empty()
