"""The walk with its steps told on stderr, for verbs that need it."""

from __future__ import annotations

from datetime import date

from rich.console import Console

from trucewatch.mission.known import Known
from trucewatch.mission.walk import Walk, walk_from


def walk_told(record: Known, *, day: date | None = None) -> Walk:
    """Return the walk over `record`; on a terminal each step is named while it runs."""
    console = Console(stderr=True)
    if not console.is_terminal:
        return walk_from(record, day=day)
    with console.status("reading the record") as status:
        return walk_from(record, day=day, step=status.update)
