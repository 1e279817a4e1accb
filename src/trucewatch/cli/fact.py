"""`trucewatch fact`: somebody's record that something is so."""

from __future__ import annotations

from datetime import datetime

import click

from trucewatch.cli.options import as_json, by_whom, in_mission, moment, say
from trucewatch.log.keys import SignerKey
from trucewatch.mission.deeds import record_fact
from trucewatch.mission.folder import opened
from trucewatch.mission.known import known
from trucewatch.model.statement import FactKind


@click.command("fact", short_help="Record that something is so, from when, by whom, on what.")
@click.argument("kind", type=click.Choice([kind.value for kind in FactKind]), metavar="KIND")
@click.option("--from", "from_utc", type=moment, required=True, metavar="TIME", help="Since when it is so.")
@click.option("--on", required=True, metavar="WORDS", help="What it rests on.")
@click.option("--not", "denied", is_flag=True, help="It is not so.")
@click.option("--agreement", default=None, metavar="NAME", help="The agreement it is about.")
@click.option("--body", default=None, metavar="NAME", help="The body that found it.")
@click.option("--contested-by", multiple=True, metavar="NAME", help="Who contests it; repeat for more.")
@in_mission
@by_whom
@as_json
def command(
    kind: str,
    from_utc: datetime,
    on: str,
    denied: bool,
    agreement: str | None,
    body: str | None,
    contested_by: tuple[str, ...],
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record that KIND is so from a moment on: one of the triggers that guarantees wait for."""
    fact = record_fact(
        opened(folder),
        kind=FactKind(kind),
        holds=not denied,
        from_utc=from_utc,
        by=by,
        on=on,
        agreement=agreement,
        body=body,
        contested_by=contested_by,
        key=key,
        at=at,
    )
    so = "so" if fact.holds else "not so"
    line = f"recorded: {kind} is {so} from {from_utc.isoformat()}, by {fact.recorded_by}, on {on!r}"
    say(json_, known(folder).mark(), [line, f"fact {fact.fact_id}"], {"fact": fact})
