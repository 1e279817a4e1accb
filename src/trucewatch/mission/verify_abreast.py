"""Parts of a journal examined ahead of their turn, in several processes; what is found comes in order.

Rules:
- each process is started afresh, takes nothing over, and ends when whoever started it does;
- a few parts are ahead and no more, so that memory stays bounded; a part that is too long is not read ahead;
- a process that dies is one clear error, never a part left out.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import TypeVar

from trucewatch.errors import InputError

AHEAD = 3  # parts for each process
Part = TypeVar("Part")
Found = TypeVar("Found")


def processors() -> int:
    """Return how many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def abreast(
    examine: Callable[[Part], Found], parts: Sequence[Part], processes: int
) -> Iterator[Iterator[Found]]:
    """Give what `examine` finds in each of `parts`, in their order, worked out by so many processes."""
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield _in_order(pool, examine, parts, processes * AHEAD)
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(
    pool: ProcessPoolExecutor, examine: Callable[[Part], Found], parts: Sequence[Part], most: int
) -> Iterator[Found]:
    due: deque[Future[Found]] = deque()
    try:
        for part in parts:
            due.append(pool.submit(examine, part))
            if len(due) == most:
                yield due.popleft().result()
        while due:
            yield due.popleft().result()
    except BrokenProcessPool as fault:
        what = "a process that was reading it ended too soon, stopped or out of memory: run it again"
        raise InputError(what) from fault


def _begin() -> None:
    """Leave interrupts to whoever started this process, and end with them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    above = parent_process()
    if above is not None:
        above.join()
        os._exit(1)
