"""The walk with its steps told on stderr, for verbs that need it, and so any other long work."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from trucewatch.cli.asking import shown
from trucewatch.mission.access import Action
from trucewatch.mission.known import Known
from trucewatch.mission.walk import Walk, walk_from

PREPARING = "; the first time, matching is prepared, once: {} of {}"
KERNELS = Path(__file__).parents[1] / "fuse"
STANDS_ON = re.compile(r"^from trucewatch\.fuse\.(\w+) import", re.MULTILINE)
EVERY_S = 0.5


def walk_told(record: Known, *, day: date | None = None) -> Walk:
    """Return the walk over `record`, for whoever may see what it shows; on a terminal each step is named."""
    command = click.get_current_context().command_path.removeprefix("trucewatch ").replace(" ", "/")
    shown(record.folder.path, Action.SEE_CASE, f"{command}/{day.isoformat()}" if day else command)
    with told("reading the record") as step:
        return walk_from(record, day=day, step=step)


@contextmanager
def told(first: str) -> Iterator[Callable[[str], None]]:
    """Give what names each step of long work on a terminal, and nowhere else."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _step: None
        return
    if prepared():
        with console.status(first) as status:
            yield lambda step: status.update(step)
        return
    step, ended, before = [first], threading.Event(), kept()
    with console.status(first) as status:

        def look() -> None:
            while not ended.wait(EVERY_S):
                made = len(kept() - before)  # none where few rows ask for no compiler
                status.update(step[-1] + (PREPARING.format(made, kernels()) if made else ""))

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        try:
            yield step.append
        finally:
            ended.set()
            looking.join()


def prepared() -> bool:
    """Say whether the kernels of matching were compiled since they were changed, and are kept where they are looked for."""
    changed = (KERNELS / "joining.py").stat().st_mtime_ns
    return any(name.startswith("joining.join-") and made >= changed for name, made in kept())


def kept() -> frozenset[tuple[str, int]]:
    """Return the compiled kernels of matching that are kept, each with the moment at which it was written."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(named)] if named else [KERNELS / "__pycache__", Path("~/.cache/numba").expanduser()]
    asked = modules()
    return frozenset(
        (file.name, file.stat().st_mtime_ns)
        for place in places
        for file in place.rglob("*.nbi")
        if file.name.partition(".")[0] in asked
    )


def kernels() -> int:
    """Return how many kernels matching has."""
    return sum((KERNELS / f"{name}.py").read_text().count("\n@kernel\n") for name in modules())


def modules() -> frozenset[str]:
    """Return the modules that matching stands on, itself among them."""
    found: set[str] = set()
    asked = ["fuse"]
    while asked:
        name = asked.pop()
        if name not in found:
            found.add(name)
            asked += STANDS_ON.findall((KERNELS / f"{name}.py").read_text())
    return frozenset(found)
