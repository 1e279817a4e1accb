"""`trucewatch ingest`: a source's files into the vault and the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import click
from rich.console import Console
from rich.progress import track

from trucewatch.cli.options import as_json, by_whom, in_mission, put, say
from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.folder import opened
from trucewatch.mission.intake import Taken, ingest
from trucewatch.mission.known import known
from trucewatch.mission.quarantine import UNSIGNED_FILE
from trucewatch.mission.receipts import receipt_of
from trucewatch.mission.reopening import open_again
from trucewatch.model.source import Refusal


@click.command("ingest", short_help="Take a source's files into the vault and the record.")
@click.argument("source")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--receipt", default=None, metavar="FILE", help="Write the log's promise to keep it; of one file only."
)
@in_mission
@by_whom
@as_json
@click.pass_context
def command(
    context: click.Context,
    source: str,
    files: tuple[str, ...],
    receipt: str | None,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Take FILE... of SOURCE ("-" is stdin); print what was accepted, refused and already known."""
    if receipt is not None and len(files) != 1:
        raise InputError("a receipt is of one file: send them one by one")
    taken = tuple(_watched(ingest(opened(folder), source, files, by=by, key=key, at=at), len(files)))
    lines = [line for one in taken for line in told(one)]
    if receipt is not None and taken[0].evidence is not None:
        lines.append(f"receipt {put(receipt_of(opened(folder), taken[0].evidence), receipt)}")
    again = open_again(opened(folder), at=at) if any(one.recorded for one in taken) else ()
    lines += [f"opened again: {move.case_id}: {move.words}" for move in again]
    whole = {"source": source, "files": [as_object(one) for one in taken], "opened_again": again}
    say(json_, known(folder).mark(), lines, whole)
    context.exit(1 if any(one.refused or one.apart for one in taken) else 0)


def told(one: Taken) -> Iterator[str]:
    """Yield the lines that say what became of a file, each refused row with its reason."""
    if one.apart:
        yield f"{one.file}: {UNSIGNED_FILE}{'' if one.recorded else ' (it was here already)'}"
        return
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
        "quarantined": one.apart,
    }


def _watched(taken: Iterable[Taken], total: int) -> Iterable[Taken]:
    console = Console(stderr=True)
    return track(taken, description="ingest", total=total, console=console, disable=not console.is_terminal)
