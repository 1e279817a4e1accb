"""Parts of one task side by side, on as many threads as there are processors.

Rules:
- how a task is cut follows from its size alone, and never from how many threads there are;
- a part gives or writes what is its own, so that no result depends on which part comes first;
- what a part does holds no lock of Python's for long: kernels, NumPy and Polars.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

import polars as pl

P = TypeVar("P")
R = TypeVar("R")
ROWS = 1 << 15  # of a part: what is reckoned on the way stays near


def abreast(task: Callable[[P], R], parts: Sequence[P]) -> list[R]:
    """Return what `task` gives for each part, in the order of the parts."""
    hands = min(pl.thread_pool_size(), len(parts))
    if hands < 2:
        return [task(part) for part in parts]
    asked = [copy_context() for _ in parts]  # a thread does what it is asked in, too
    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(lambda context, part: context.run(task, part), asked, parts))


def cut(many: int, rows: int = ROWS) -> list[slice]:
    """Return so many rows as parts that follow one another; one part, maybe empty, at least."""
    return [slice(low, min(low + rows, many)) for low in range(0, max(many, 1), rows)]
