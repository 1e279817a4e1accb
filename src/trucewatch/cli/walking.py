"""The walk with its steps told on stderr, for verbs that need it, and so any other long work."""

from __future__ import annotations

import os
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

PREPARING = "; the first time, matching is prepared: some 20 s, once"


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
    more = "" if prepared() else PREPARING
    with console.status(first + more) as status:
        yield lambda step: status.update(step + more)


def prepared() -> bool:
    """Say whether the kernels of matching were compiled before, and are kept where they would be looked for."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    here = Path(__file__).parents[1] / "fuse" / "__pycache__"
    places = [Path(named)] if named else [here, Path("~/.cache/numba").expanduser()]
    return any(True for place in places for _ in place.rglob("joining.join-*.nbi"))
