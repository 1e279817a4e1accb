"""`trucewatch quarantine`: files that came unsigned from a source that signs."""

from __future__ import annotations

from datetime import datetime

import click

from trucewatch.cli.asking import as_viewer, shown
from trucewatch.cli.ingest import as_object, told
from trucewatch.cli.options import as_json, as_known, by_whom, columns, in_mission, say
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import Action
from trucewatch.mission.folder import opened
from trucewatch.mission.intake import release
from trucewatch.mission.known import known
from trucewatch.mission.quarantine import quarantined


@click.group("quarantine", short_help="List and release files that came without their source's signature.")
def command() -> None:
    """Files of a source that signs, which came without its signature: kept apart until somebody releases them."""


@command.command("list")
@in_mission
@as_viewer
@as_known
@as_json
def list_(folder: str, known_at: datetime | None, json_: bool) -> None:
    """List what is kept apart."""
    shown(folder, Action.SEE_SOURCE, "quarantine")
    record = known(folder, known_at=known_at)
    apart = quarantined(record.folder.journal.replay(known_at))
    rows = [[one.evidence[:16], one.source_id, f"{one.since:%Y-%m-%d %H:%M}Z", one.file] for one in apart]
    say(json_, record.mark(), columns(rows) or ["nothing is kept apart"], {"quarantined": apart})


@command.command("release")
@click.argument("evidence", metavar="ID")
@click.option("--why", required=True, metavar="WORDS", help="Why it is taken although nobody signed it.")
@in_mission
@by_whom
@as_json
def release_(
    evidence: str, why: str, folder: str, by: str, key: SignerKey | None, at: datetime | None, json_: bool
) -> None:
    """Take in what is kept apart under ID, or how it starts, in your name: it is signed with --key."""
    taken = release(opened(folder), evidence, why=why, by=by, key=key, at=at)
    say(json_, known(folder).mark(), told(taken), {"source": taken.source_id, "files": [as_object(taken)]})
