"""`person token`: tokens with which programs read and send in, each for some actions, in some areas, until a day."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from trucewatch.cli.account import OWN_KEY, own_or_administrators, person_of
from trucewatch.cli.options import as_json, columns, in_mission, moment, say
from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import OF_TOKENS, Action, may
from trucewatch.mission.accounts import accounts_of
from trucewatch.mission.asking import viewer_of
from trucewatch.mission.clock import now
from trucewatch.mission.enrolling import roll_of
from trucewatch.mission.folder import opened
from trucewatch.mission.keys import write_secret
from trucewatch.mission.known import known
from trucewatch.mission.tokens import Token, add_token, end_token, tokens_of


@click.group("token", short_help="Tokens for programs: add, list, end.")
def token() -> None:
    """Tokens: each is a person's, for some actions, until a day; it does no more than its person may."""


@token.command("add")
@click.argument("label")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(sorted(action.value for action in OF_TOKENS)),
    multiple=True,
    required=True,
    help="What it is for; repeat for more.",
)
@click.option("--area", "areas", multiple=True, metavar="AREA", help="Where alone; repeat for more.")
@click.option("--until", type=moment, required=True, metavar="TIME", help="When it ends, within a year.")
@click.option("-o", "out", required=True, metavar="FILE", help="Where the secret goes: a new file, mode 600.")
@in_mission
@OWN_KEY
@as_json
def add(
    label: str,
    scopes: tuple[str, ...],
    areas: tuple[str, ...],
    until: datetime,
    out: str,
    folder: str,
    key: SignerKey,
    json_: bool,
) -> None:
    """Make a token of the person whose key it is; its secret is written once."""
    mission = opened(folder)
    made = add_token(
        accounts_of(mission),
        person_of(mission, key),
        label=label,
        scopes={Action(scope) for scope in scopes},
        areas=set(areas) or None,
        until=until,
        at=now(),
    )
    if not write_secret(Path(out), f"{made.secret}\n".encode()):
        end_token(accounts_of(mission), made.token.token_id, at=now())
        raise InputError("is there already, and is not written over: choose another name", where=out)
    lines = [*_lines([made.token]), f"wrote {out}: whoever reads it may do this"]
    say(json_, known(folder).mark(), lines, {"token": made.token, "file": out})


@token.command("list")
@in_mission
@OWN_KEY
@as_json
def list_(folder: str, key: SignerKey, json_: bool) -> None:
    """List one's own tokens, or as an administrator everybody's; no secret is among them."""
    mission = opened(folder)
    viewer = viewer_of(mission, roll_of(mission), key=key, token=None, at=now())
    everybody = may(viewer, Action.ACCOUNTS, at=now()).allowed
    found = tokens_of(accounts_of(mission), None if everybody else person_of(mission, key))
    say(json_, known(folder).mark(), _lines(found) or ["there is no token"], {"tokens": found})


@token.command("end")
@click.argument("token_id", metavar="TOKEN")
@in_mission
@OWN_KEY
@as_json
def end(token_id: str, folder: str, key: SignerKey, json_: bool) -> None:
    """End TOKEN, by its id: one's own, or as an administrator anybody's."""
    mission = opened(folder)
    accounts, people = accounts_of(mission), roll_of(mission).persons
    owner = next((one.person for one in tokens_of(accounts) if one.token_id == token_id), "")
    own_or_administrators(mission, people[owner].name if owner in people else "", key)
    ended = end_token(accounts, token_id, at=now())
    say(json_, known(folder).mark(), _lines([ended]), {"token": ended})


def _lines(tokens: tuple[Token, ...] | list[Token]) -> list[str]:
    return columns(
        [
            [
                one.token_id,
                one.label,
                ", ".join(one.scopes),
                "everywhere" if one.areas is None else ", ".join(one.areas),
                f"until {one.until:%Y-%m-%d %H:%M}Z" if one.ended_at is None else "ended",
            ]
            for one in tokens
        ]
    )
