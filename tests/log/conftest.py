"""The log is tested at the cost that it ships with."""

from collections.abc import Generator
from types import ModuleType

import pytest


@pytest.fixture(scope="module", autouse=True)
def _cost_of_a_guess(
    shipped_costs: tuple[tuple[ModuleType, str, object], ...],
) -> Generator[None, None, None]:
    """A sealed key costs a guesser what is written in it."""
    with pytest.MonkeyPatch.context() as patch:
        for room, name, cost in shipped_costs:
            patch.setattr(room, name, cost)
        yield
