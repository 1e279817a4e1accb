"""Kernels are compiled when they are called, and no sooner."""

import math
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.fuse.compiled import exp_of, kernel
from trucewatch.fuse.naming import incident_ids, numbers_of, octets_of
from trucewatch.model.canonical import content_id

ASKED = "import sys; from trucewatch.cli.record import command; sys.exit('numba' in sys.modules)"


@kernel
def doubled(x: int) -> int:
    """Return twice `x`."""
    return 2 * x


@kernel
def quadrupled(x: int) -> int:
    """Return four times `x`, by another kernel."""
    return doubled(doubled(x))


def test_verifying_a_record_does_not_wait_for_a_compiler() -> None:
    assert subprocess.run([sys.executable, "-c", ASKED], check=False).returncode == 0


def test_a_kernel_calls_another() -> None:
    assert quadrupled(3) == 12


@pytest.mark.parametrize(
    "named", ["0123456789abcdef" * 2, "f" * 32, "0" * 32, "short", "0" * 31 + "G", 'a "quoted" id']
)
def test_the_ids_of_incidents_are_those_of_the_model(named) -> None:
    ids = pl.Series("observation_id", [named, "0" * 31 + "1"])
    order, found = incident_ids(ids, octets_of(ids), np.arange(2))
    assert found.to_list() == sorted(content_id("incident", name) for name in ids)
    assert [content_id("incident", ids[int(at)]) for at in order] == found.to_list()


@given(st.lists(st.text("0123456789abcdef", min_size=32, max_size=32), min_size=1))
def test_ids_are_ordered_as_numbers_as_they_are_as_texts(ids) -> None:
    high, low = numbers_of(pl.Series("observation_id", ids), octets_of(pl.Series("observation_id", ids)))
    assert [ids[at] for at in np.lexsort((low, high))] == sorted(ids)


def test_the_exponential_is_right_to_the_last_digits() -> None:
    for x in np.linspace(-690, 690, 997):
        assert exp_of(float(x)) == pytest.approx(math.exp(x), rel=1e-13)
    assert exp_of(-1e9) == 0
