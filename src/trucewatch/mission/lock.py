"""The writer's lock: one writer at a time, and who waits is told who holds it.

Rules:
- it is held for one append and never longer; readers need none;
- the system lets it go when its holder ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trucewatch.errors import InputError, RefusedError

LOCK_WAIT_S = 10.0
LOCK_LOOK_S = 0.05


@contextmanager
def locked(path: Path, holder: str, wait_s: float = LOCK_WAIT_S) -> Iterator[None]:
    """Hold the lock at `path` as `holder`; RefusedError after `wait_s` says who does."""
    try:
        lock = os.fdopen(
            os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644),
            "r+",
            encoding="utf-8",
        )
    except OSError as fault:
        raise InputError(f"cannot be written: {fault.strerror}", where=str(path)) from fault
    with lock:
        for _ in range(max(1, round(wait_s / LOCK_LOOK_S))):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(LOCK_LOOK_S)
        else:
            lock.seek(0)
            raise RefusedError(
                f"the record is being written by {lock.read().strip() or 'somebody'}: try again",
                where=str(path),
            )
        _named(lock.fileno(), holder)
        yield


def _named(lock: int, holder: str) -> None:
    """Write who holds the lock into it; a full disk, which is for the append to say, leaves it unsaid."""
    with suppress(OSError):
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{holder}, process {os.getpid()}\n".encode(), 0)
