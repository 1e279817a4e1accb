"""`trucewatch ingest`: a source's files into the vault and the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import click
from rich.console import Console
from rich.progress import track

from trucewatch.cli.options import as_json, by_whom, in_mission, say
from trucewatch.mission.folder import opened
from trucewatch.mission.intake import Taken, ingest
from trucewatch.mission.known import known
from trucewatch.model.source import Refusal


@click.command("ingest", short_help="Take a source's files into the vault and the record.")
@click.argument("source")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@in_mission
@by_whom
@as_json
@click.pass_context
def command(
    context: click.Context,
    source: str,
    files: tuple[str, ...],
    folder: str,
    by: str,
    at: datetime | None,
    json_: bool,
) -> None:
    """Take FILE... of SOURCE ("-" is stdin); print what was accepted, refused and already known."""
    taken = tuple(_watched(ingest(opened(folder), source, files, by=by, at=at), len(files)))
    lines = [line for one in taken for line in told(one)]
    say(json_, known(folder).mark(), lines, {"source": source, "files": [as_object(one) for one in taken]})
    context.exit(1 if any(one.refused for one in taken) else 0)


def told(one: Taken) -> Iterator[str]:
    """Yield the lines that say what became of a file, each refused row with its reason."""
    yield (
        f"{one.file}: {one.accepted} accepted, {len(one.refused)} refused, {one.known} already known"
        f"{'' if one.recorded or one.evidence is None else ' (nothing new: not recorded again)'}"
    )
    yield from (f"  {refused_words(refusal)}" for refusal in one.refused)
    yield from (f"  note: {note}" for note in one.notes)


def refused_words(refusal: Refusal) -> str:
    """Return a refusal as one line: where, and why."""
    where = f"row {refusal.row}" if refusal.row else "the file"
    return f"{where}{f', {refusal.column}' if refusal.column else ''}: {refusal.reason}"


def as_object(one: Taken) -> dict[str, object]:
    """Return what became of a file as a JSON object."""
    return {
        "file": one.file,
        "accepted": one.accepted,
        "already_known": one.known,
        "refused": [{"row": r.row, "column": r.column, "reason": r.reason} for r in one.refused],
        "notes": one.notes,
        "evidence": one.evidence,
        "recorded": one.recorded,
    }


def _watched(taken: Iterable[Taken], total: int) -> Iterable[Taken]:
    console = Console(stderr=True)
    return track(taken, description="ingest", total=total, console=console, disable=not console.is_terminal)
