"""The walk with its steps told on stderr, for verbs that need it, and so any other long work."""

from __future__ import annotations

import ast
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from trucewatch.cli.asking import shown
from trucewatch.fuse.compiled import kernel
from trucewatch.mission.access import Action
from trucewatch.mission.known import Known
from trucewatch.mission.walk import Walk, walk_from

PREPARING = "; the first time, matching is prepared, once: {} of {}"
KERNELS = Path(__file__).parents[1] / "fuse"
ROOM = "trucewatch.fuse."
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
    asked, many = modules(), kernels()
    with console.status(first) as status:

        def look() -> None:
            while not ended.wait(EVERY_S):
                made = len(kept(asked) - before)  # none where few rows ask for no compiler
                status.update(step[-1] + (PREPARING.format(made, many) if made else ""))

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


def kept(asked: frozenset[str] | None = None) -> frozenset[tuple[str, int]]:
    """Return the compiled kernels that are kept, each with the moment at which it was written.

    `asked` are the modules whose kernels they are, those of matching where none are given.
    """
    named = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(named)] if named else [KERNELS / "__pycache__", Path("~/.cache/numba").expanduser()]
    asked = modules() if asked is None else asked
    return frozenset(
        (file.name, file.stat().st_mtime_ns)
        for place in places
        for file in place.rglob("*.nbi")
        if file.name.partition(".")[0] in asked
    )


def kernels() -> int:
    """Return how many kernels matching has."""
    return sum(_marked(node) for name in modules() for node in _parsed(name))


def modules() -> frozenset[str]:
    """Return the modules that matching stands on, itself among them."""
    found: set[str] = set()
    asked = ["fuse"]
    while asked:
        name = asked.pop()
        if name not in found:
            found.add(name)
            asked += [
                node.module.removeprefix(ROOM)
                for node in _parsed(name)
                if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(ROOM)
            ]
    return frozenset(found)


def _parsed(name: str) -> list[ast.stmt]:
    return ast.parse((KERNELS / f"{name}.py").read_text()).body


def _marked(node: ast.stmt) -> bool:
    """Say whether a statement makes a kernel."""
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(mark, ast.Name) and mark.id == kernel.__name__ for mark in node.decorator_list
    )
