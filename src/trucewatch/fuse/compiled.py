"""How a kernel is compiled: once, kept beside the code or in the user's cache, and with the same result everywhere.

Rules:
- the compiler is loaded when the first kernel is called, so that what fuses nothing never waits for it;
- no fast math and no parallel sums: additions happen in the order in which they are written, on every
  processor; what `ln` and `cosine_of` give is reckoned with +, -, *, / only, which IEEE 754 rounds alike;
- a kernel holds no lock of Python's, so that several may run side by side on parts of their own;
- inside `uncompiled` kernels run as the Python that they are written in, to the same bit: whoever has a few rows does not
  wait for a compiler;
- where no folder can be written, kernels are compiled in memory and nothing is kept;
- Numba does not see when what a kernel calls in another file changes: what changes here gets a new name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import Generic, ParamSpec, TypeVar, cast

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")

HALF_ROOT = math.sqrt(0.5)
LN2 = math.log(2)
FEW = 100  # rows: reckoned as plain Python in less time than a compiler takes to be loaded, in a second where all are alike
_FEW: ContextVar[int] = ContextVar("_FEW", default=FEW)
_PLAIN: ContextVar[bool] = ContextVar("_PLAIN", default=False)


class Kernel(Generic[R]):
    """A function that is compiled at its first call, by this program or by another kernel."""

    def __init__(self, plain: Callable[..., R]) -> None:
        self._plain = plain
        self._made: Callable[..., R] | None = None

    @property
    def _compiled(self) -> Callable[..., R]:
        made = self._made
        if made is None:
            made = self._made = compiled(self._plain)
        return made

    @property
    def _numba_type_(self) -> object:
        """What Numba asks for where one kernel names another."""
        return self._compiled._numba_type_  # type: ignore[attr-defined]

    def __call__(self, *args: object) -> R:
        """Return what the function does, compiled or not."""
        return self._plain(*args) if _PLAIN.get() else self._compiled(*args)


@contextmanager
def uncompiled(rows: int) -> Iterator[None]:
    """Run the kernels that are called inside as plain Python, where there are so few rows."""
    if rows > _FEW.get():
        yield
        return
    token = _PLAIN.set(True)
    try:
        with np.errstate(
            all="ignore"
        ):  # whole numbers wrap, and what is divided by 0 is infinite, as compiled
            yield
    finally:
        _PLAIN.reset(token)


@contextmanager
def few(rows: int) -> Iterator[None]:
    """Take up to so many rows for few inside, whatever is usual; 0 compiles for one row too."""
    token = _FEW.set(rows)
    try:
        yield
    finally:
        _FEW.reset(token)


def compiled(plain: Callable[..., R]) -> Callable[..., R]:
    """Return what compiles `plain` for the types that it is called with."""
    njit = import_module("numba").njit
    try:
        made: Callable[..., R] = njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True)(
            plain
        )
    except RuntimeError:  # nowhere to keep it
        made = njit(nogil=True, error_model="numpy")(plain)
    return made


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Return `function`, to be compiled at its first call; its arguments go by their places."""
    return cast(Callable[P, R], Kernel(function))


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


@kernel
def eastward(lon: float, other: float) -> float:
    """Return how many degrees east of one longitude another is, the shorter way; below 0 where it is west of it."""
    over = other - lon
    if over > 180.0:
        over -= 360.0
    elif over < -180.0:
        over += 360.0
    return over


@kernel
def exp_of(x: float) -> float:
    """Return the exponential of `x`, to 1e-14; 0 far below."""
    if x < -700.0:
        return 0.0
    whole = math.floor(x / LN2 + 0.5)
    rest = x - whole * LN2
    series = 1.0 + rest / 13.0
    for step in range(12, 0, -1):
        series = 1.0 + rest / step * series
    return math.ldexp(series, int(whole))
