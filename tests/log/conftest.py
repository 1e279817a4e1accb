"""The log is tested at the cost that it ships with."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def _cost_of_a_guess(as_shipped_throughout: None) -> None:
    """A sealed key costs a guesser what is written in it."""
