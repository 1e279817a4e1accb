"""`trucewatch record copy`: a working copy of an item of the vault, with its provenance beside it."""

from __future__ import annotations

import click

from trucewatch.cli.asking import as_viewer, shown
from trucewatch.cli.options import as_json, cleared, for_audience, in_mission, nothing, say
from trucewatch.mission.access import Action
from trucewatch.mission.clock import now
from trucewatch.mission.copying import Wanted, copy
from trucewatch.mission.folder import opened
from trucewatch.mission.known import known


@click.command("copy", short_help="Write a working copy of an item of the vault.")
@click.argument("name", metavar="NAME")
@click.option(
    "-o", "--out", required=True, metavar="FILE", help="Where the copy goes: outside the mission's folder."
)
@click.option(
    "--strip-metadata",
    "stripped",
    is_flag=True,
    help="Without a JPEG's or PNG's metadata; others are refused.",
)
@in_mission
@as_viewer
@for_audience
@as_json
def copy_(name: str, out: str, stripped: bool, folder: str, audience: str, json_: bool) -> None:
    """Write a working copy of the vault's item NAME, and FILE.provenance.json, which says what it was made from.

    The item itself is never opened for writing.
    """
    shown(folder, Action.EXPORT, name)
    wanted = cleared(audience, record := known(folder))
    mark = record.mark(wanted)
    asked = Wanted(name=name, out=out, stripped=stripped, audience=wanted, mark=mark)
    made = copy(opened(folder), asked, at=now())
    made_from = made.record
    found = [f"  {what}: {n} removed, {size:,} bytes" for what, n, size in made.removed]
    lines = [
        f"wrote {made.file}: a working copy, {made.byte_count:,} bytes, {'without metadata' if stripped else 'as it is'}",
        *(found or nothing(() if stripped else (made,), "  no metadata was in it")),
        f"wrote {made.provenance}: made from what record {made_from.seq}, {made_from.kind.value} by {made_from.author}, rests on",
    ]
    whole = {
        "file": made.file,
        "provenance": made.provenance,
        "record": made_from.seq,
        "sha256": made.sha256,
        "stripped": [what for what, _, _ in made.removed],
    }
    say(json_, mark, lines, whole)
