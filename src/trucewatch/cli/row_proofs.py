"""`release prove` and `release check`: one row that a release was made from, shown to be the same thing."""

from __future__ import annotations

import click

from trucewatch.cli.asking import as_viewer, shown
from trucewatch.cli.options import as_json, in_mission, put, say
from trucewatch.log.policy import read_policy
from trucewatch.mission.access import Action
from trucewatch.mission.files import read_whole
from trucewatch.mission.known import known
from trucewatch.mission.release_folder import check_disclosed, disclosed
from trucewatch.mission.released import release_named


@click.command("prove", short_help="Disclose one row that a release was made from, with its proof.")
@click.argument("release_id", metavar="ID")
@click.option(
    "--row", "row", required=True, metavar="NAME", help="Its own id, or the name that it left under."
)
@click.option("-o", "out", required=True, metavar="FILE", help="The file to write; - is stdout.")
@in_mission
@as_viewer
def prove_(release_id: str, row: str, out: str, folder: str) -> None:
    """Write one row that a release was made from, whole, with the proof that the release committed to it.

    This discloses the row: its place, its observer, all that the mission has of it but words.
    """
    shown(folder, Action.EXPORT, row)
    record = known(folder)
    click.echo(put(disclosed(record, release_named(record, release_id), row), out), err=out == "-")


@click.command("check", short_help="Check a disclosed row offline.")
@click.argument("file", metavar="FILE")
@click.option(
    "--policy", default=None, metavar="FILE", help="Who must have signed; without it nobody is authenticated."
)
@as_json
def check_(file: str, policy: str | None, json_: bool) -> None:
    """Check that a row that `release prove` wrote is the one that a release committed to; it needs no mission."""
    trusted = None if policy is None else read_policy(read_whole(policy))
    proof, record = check_disclosed(read_whole(file), trusted)
    lines = [f"{name}: {value}" for name, value in proof.row.items() if value is not None]
    stands = (
        "not tied to a record: no checkpoint had left when it was written"
        if record is None
        else f"record {record.record.seq} of the log committed to it, under the checkpoint of {record.checkpoint.size} leaves"
    )
    whole = {"release": proof.release_id, "row": proof.row, "root": proof.root, "tied": record is not None}
    say(json_, f"{proof.release_id}: one of {proof.size} rows", [*lines, stands], whole)
