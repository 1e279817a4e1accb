"""`trucewatch record erase`: an item of the vault goes for good, and the record says who, when and why."""

from __future__ import annotations

from datetime import datetime

import click

from trucewatch.cli.options import as_json, by_whom, in_mission, nothing, say
from trucewatch.log.keys import SignerKey
from trucewatch.mission.erasing import erase
from trucewatch.mission.folder import opened
from trucewatch.mission.known import known


@click.command("erase", short_help="Erase items of the vault for good, with a tombstone.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--why", required=True, metavar="WORDS", help="The reason, which the record keeps.")
@in_mission
@by_whom
@as_json
def erase_(
    names: tuple[str, ...],
    why: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Erase the items NAME... of the vault, and record who did it, when and why; it cannot be undone.

    NAME is an item's, or the id of a fact, move, notice or statement: then its words go, and it stays. The words of a
    batch and the file it came in are two items: what must not be kept is in both.
    """
    fresh = erase(opened(folder), names, by=by, why=why, key=key, at=at)
    lines = [
        *(f"erased {name}, and the record says so" for name in fresh),
        *nothing(fresh, "nothing new: the record says already that they are erased"),
    ]
    say(json_, known(folder).mark(), lines, {"erased": fresh, "why": why})
