"""Few rows are fused without a compiler, and to the same bit."""

import subprocess
import sys

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.fuse.compiled import few, kernel, uncompiled
from trucewatch.fuse.fuse import Fused, fuse
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.simulate.observed import Observed, observe
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world

A_DAY = """
import sys
from trucewatch.fuse.compiled import FEW
from trucewatch.fuse.fuse import fuse
from trucewatch.simulate.observed import observe
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world
seen = observe(world(preset("small"), seed=1))
fuse(seen.observations[:FEW], seen.declared)
sys.exit("numba" in sys.modules)
"""


@kernel
def wrapped(x: int) -> int:
    """Return `x` times itself."""
    return x * x


@pytest.fixture(scope="module")
def seen() -> Observed:
    return observe(world(preset("small"), seed=3))


def both_ways(rows: pl.DataFrame, seen: Observed) -> tuple[Fused, Fused]:
    """Fuse `rows` without a compiler and with it."""
    with few(rows.height):
        plain = fuse(rows, seen.declared)
    return plain, fuse(rows, seen.declared)


def same(one: Fused, other: Fused) -> bool:
    tables = ("incidents", "counts", "links")
    return all(getattr(one, table).equals(getattr(other, table)) for table in tables)


def test_few_rows_load_no_compiler() -> None:
    assert subprocess.run([sys.executable, "-c", A_DAY], check=False).returncode == 0


def test_more_rows_are_compiled() -> None:
    huge = 1 << 40
    with few(40):
        with uncompiled(40):
            assert wrapped(huge) == 1 << 80  # Python's whole numbers have no end
        with uncompiled(41):
            assert wrapped(huge) == 0
    assert wrapped(huge) == 0


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_any_few_rows_are_fused_to_the_same_bit_with_and_without_a_compiler(seen, data) -> None:
    many = seen.observations.height
    first = data.draw(st.integers(0, many - 60))
    rows = seen.observations.sort("from_utc")[first : first + data.draw(st.integers(1, 60))]
    assert same(*both_ways(rows, seen))


@pytest.mark.parametrize(
    "odd",
    [
        {"sigma_m": 0.0},
        {"sigma_m": 1e9},
        {"lon": 180.0, "lat": 90.0},
        {"lon": -179.9999, "lat": -90.0},
        {"lon": None, "lat": None},
    ],
)
def test_odd_rows_are_fused_to_the_same_bit_too(seen, odd) -> None:
    told = [pl.lit(value, dtype=OBSERVATIONS.schema[name]).alias(name) for name, value in odd.items()]
    rows = seen.observations[:40]
    changed = pl.concat([rows[:20].with_columns(told), rows[20:]])
    assert same(*both_ways(changed, seen))


def test_all_at_one_place_and_time_are_fused_to_the_same_bit_too(seen) -> None:
    rows = seen.observations[:60].with_columns(
        lon=30.0,
        lat=48.0,
        sigma_m=300.0,
        from_utc=pl.col("from_utc").first(),
        to_utc=pl.col("to_utc").first(),
    )
    assert same(*both_ways(rows, seen))
