"""How a kernel is compiled: once, kept beside the code or in the user's cache, and with the same result everywhere.

Rules:
- the compiler is loaded when the first kernel is called, so that what fuses nothing never waits for it;
- no fast math and no parallel sums: additions happen in the order in which they are written, on every
  processor; what `ln` and `cosine_of` give is reckoned with +, -, *, / only, which IEEE 754 rounds alike;
- a kernel holds no lock of Python's, so that several may run side by side on parts of their own;
- where no folder can be written, kernels are compiled in memory and nothing is kept;
- Numba does not see when what a kernel calls in another file changes: what changes here gets a new name.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from typing import Generic, TypeVar, TypeVarTuple

Args = TypeVarTuple("Args")
R = TypeVar("R")

HALF_ROOT = math.sqrt(0.5)
LN2 = math.log(2)


class Kernel(Generic[*Args, R]):
    """A function that is compiled at its first call, by this program or by another kernel."""

    def __init__(self, plain: Callable[[*Args], R]) -> None:
        self._plain = plain
        self._made: Callable[[*Args], R] | None = None

    @property
    def _compiled(self) -> Callable[[*Args], R]:
        made = self._made
        if made is None:
            made = self._made = compiled(self._plain)
        return made

    @property
    def _numba_type_(self) -> object:
        """What Numba asks for where one kernel names another."""
        return self._compiled._numba_type_  # type: ignore[attr-defined]

    def __call__(self, *args: *Args) -> R:
        """Return what the compiled function does."""
        return self._compiled(*args)


def compiled(plain: Callable[[*Args], R]) -> Callable[[*Args], R]:
    """Return what compiles `plain` for the types that it is called with."""
    njit = import_module("numba").njit
    try:
        made: Callable[[*Args], R] = njit(cache=True, nogil=True, error_model="numpy")(plain)
    except RuntimeError:  # nowhere to keep it
        made = njit(nogil=True, error_model="numpy")(plain)
    return made


def kernel(function: Callable[[*Args], R]) -> Kernel[*Args, R]:
    """Return `function`, to be compiled at its first call."""
    return Kernel(function)


@kernel
def ln(x: float) -> float:
    """Return the natural logarithm of a positive `x`, to 1e-14."""
    part, power = math.frexp(x)
    if part < HALF_ROOT:
        part *= 2.0
        power -= 1
    z = (part - 1.0) / (part + 1.0)
    y = z * z
    series = 2.0 / 13 + y * (2.0 / 15 + y * (2.0 / 17))
    series = 2.0 / 7 + y * (2.0 / 9 + y * (2.0 / 11 + y * series))
    return z * (2.0 + y * (2.0 / 3 + y * (2.0 / 5 + y * series))) + power * LN2


@kernel
def cosine_of(degrees: float) -> float:
    """Return the cosine of -90 to 90 degrees, to 1e-13."""
    y = math.radians(degrees) * math.radians(degrees)
    series = 1.0 / 20922789888000 - y * (1.0 / 6402373705728000 - y / 2432902008176640000)
    series = 1.0 / 3628800 - y * (1.0 / 479001600 - y * (1.0 / 87178291200 - y * series))
    return 1.0 - y * (0.5 - y * (1.0 / 24 - y * (1.0 / 720 - y * (1.0 / 40320 - y * series))))
