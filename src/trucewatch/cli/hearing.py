"""`case find`, `reply`, `appeal`, `retract`, `reopen`: what is found, what parties say, what is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import click

from trucewatch.cli.moving import A_PARTY, move_of, plain_move, recorded, recording, stands, wording
from trucewatch.cli.walking import walk_told
from trucewatch.log.keys import SignerKey
from trucewatch.mission.finding_pack import find_case
from trucewatch.mission.known import known
from trucewatch.model.decision import Cause, MoveKind, Role

REVIEWING = (Role.VERIFIER, Role.BODY)
RETRACTING = (Role.BODY, Role.ANALYST, Role.VERIFIER, Role.PARTY, Role.PUBLIC)

appeal = plain_move(
    "appeal",
    MoveKind.APPEAL,
    (Role.PARTY,),
    help_="Record a party's appeal against a determination.",
    why="Its reasons.",
    party=True,
)
retract = plain_move(
    "retract",
    MoveKind.RETRACT,
    RETRACTING,
    help_="Retract a determination of the body, or one's own allegation.",
    why="Why it is retracted.",
    party=True,
)


@click.command("find", short_help="Record a verifier's finding.")
@wording("What the verifier found.")
@recording
def find(
    case_id: str,
    words: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record a verifier's finding, with the verdict it rests on and which party may see none of its evidence."""
    plain = move_of(MoveKind.FIND, case_id, Role.VERIFIER, words, at=at)
    stands(folder, find_case(walk_told(known(folder)), plain, by=by, key=key, at=at), json_)


@click.command("reply", short_help="Record a party's reply.")
@click.option("--party", type=A_PARTY, required=True, help="Whose reply it is.")
@wording("The reply, or the note that the time for it has passed.")
@click.option("--lapsed", is_flag=True, help="The body notes that the party let the time to reply pass.")
@recording
def reply(
    case_id: str,
    party: str,
    words: str,
    lapsed: bool,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record a party's reply."""
    role = Role.BODY if lapsed else Role.PARTY
    move = move_of(MoveKind.REPLY, case_id, role, words, at=at, party=party)
    recorded(folder, move, by=by, key=key, at=at, json_=json_)


@click.command("reopen", short_help="Open a case again, for a cause.")
@click.option("--cause", type=click.Choice([cause.value for cause in Cause]), required=True, help="Why.")
@click.option("--incident", default=None, metavar="ID", help="The incident that came to it, when one did.")
@click.option("--role", type=click.Choice([role.value for role in REVIEWING]), default=Role.VERIFIER.value)
@wording("The cause in words.")
@recording
def reopen(
    case_id: str,
    cause: str,
    incident: str | None,
    role: str,
    words: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Open CASE again: its incident was merged, something was observed late, the agreement changed."""
    plain = move_of(MoveKind.REOPEN, case_id, Role(role), words, at=at)
    move = replace(plain, cause=Cause(cause), incident_id=incident)
    recorded(folder, move, by=by, key=key, at=at, json_=json_)
