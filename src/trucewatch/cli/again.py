"""What every verb that writes does last: decided cases whose ground it changed are opened again, and that is said aloud."""

from __future__ import annotations

from datetime import datetime

import click

from trucewatch.mission.folder import opened
from trucewatch.mission.reopening import open_again
from trucewatch.model.plain import plain


def opened_again(folder: str, at: datetime | None) -> None:
    """Open again what the verb's records opened, and say so on stderr."""
    for move in open_again(opened(folder), at=at):
        click.echo(f"trucewatch: {plain(f'opened again: {move.case_id}: {move.words}')}", err=True)
