"""How a kernel is compiled: once, kept beside the code or in the user's cache, and with the same result everywhere.

Rules:
- no fast math and no parallel sums: additions happen in the order in which they are written, on every
  processor; what `ln` and `cosine_of` give is reckoned with +, -, *, / only, which IEEE 754 rounds alike;
- a kernel holds no lock of Python's, so that several may run side by side on parts of their own;
- where no folder can be written, kernels are compiled in memory and nothing is kept;
- Numba does not see when what a kernel calls in another file changes: what changes here gets a new name.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")

HALF_ROOT = math.sqrt(0.5)
LN2 = math.log(2)


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function` compiled at its first call."""
    try:
        made: Callable[P, R] = njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # nowhere to keep it
        made = njit(nogil=True, error_model="numpy")(function)
    return made


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
