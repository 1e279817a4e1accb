"""`case deliberate`, `vote`, `dissent`, `determine`, `remedy`, `follow-up`, `close`: what a body does."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import click

from trucewatch.cli.moving import move_of, plain_move, recorded, recording, wording
from trucewatch.cli.options import moment
from trucewatch.log.keys import SignerKey
from trucewatch.model.decision import MoveKind, Outcome, Role

BODY = (Role.BODY,)
OUTCOMES = click.Choice([outcome.value for outcome in Outcome])
A_SEAT = click.option("--seat", required=True, metavar="NAME", help="The seat of the body that it is for.")

deliberate = plain_move(
    "deliberate", MoveKind.DELIBERATE, BODY, help_="Begin the body's deliberation.", why="Who sits, on what."
)
close = plain_move("close", MoveKind.CLOSE, BODY, help_="Close a case.", why="Why it is closed.")


@click.command("vote", short_help="Record a vote of the body for an outcome.")
@A_SEAT
@click.option("--outcome", type=OUTCOMES, required=True)
@click.option("--words", default="", help="Its reasons.")
@recording
def vote(
    case_id: str,
    seat: str,
    outcome: str,
    words: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record a vote for an outcome: one a seat and person in each deliberation."""
    plain = move_of(MoveKind.VOTE, case_id, Role.BODY, words, at=at)
    move = replace(plain, seat=seat, outcome=Outcome(outcome))
    recorded(folder, move, by=by, key=key, at=at, json_=json_)


@click.command("dissent", short_help="Record a dissent, whole.")
@A_SEAT
@wording("The dissent, whole.")
@recording
def dissent(
    case_id: str,
    seat: str,
    words: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record what a member of the body holds against its determination; it is kept whole."""
    move = replace(move_of(MoveKind.DISSENT, case_id, Role.BODY, words, at=at), seat=seat)
    recorded(folder, move, by=by, key=key, at=at, json_=json_)


@click.command("determine", short_help="Record a body's determination.")
@click.option("--body", required=True, metavar="NAME", help="The body that determines.")
@click.option("--outcome", type=click.Choice([o.value for o in Outcome]), required=True)
@click.option("--standard", required=True, metavar="WORDS", help="The standard of proof.")
@click.option("--breach-at", type=moment, default=None, metavar="TIME", help="When the breach began.")
@wording("The reasons.")
@recording
def determine(
    case_id: str,
    body: str,
    outcome: str,
    standard: str,
    breach_at: datetime | None,
    words: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record a body's determination: in an exercise, or signed by somebody who has the body's part in the record."""
    move = replace(
        move_of(MoveKind.DETERMINE, case_id, Role.BODY, words, at=at),
        body=body,
        outcome=Outcome(outcome),
        standard_of_proof=standard,
        breach_utc=breach_at,
    )
    recorded(folder, move, by=by, key=key, at=at, json_=json_)


@click.command("remedy", short_help="Record the remedy that a body sets.")
@click.option("--owner", default=None, metavar="NAME", help="Who is to do it.")
@click.option("--due", type=moment, default=None, metavar="TIME", help="By when.")
@wording("What the body asks for.")
@recording
def remedy(
    case_id: str,
    owner: str | None,
    due: datetime | None,
    words: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record the remedy that a body sets: what, by whom, by when."""
    move = replace(move_of(MoveKind.REMEDY, case_id, Role.BODY, words, at=at), owner=owner, due_utc=due)
    recorded(folder, move, by=by, key=key, at=at, json_=json_)


@click.command("follow-up", short_help="Record what became of a remedy.")
@click.option(
    "--done-at", type=moment, default=None, metavar="TIME", help="When it was done; absent: it was not."
)
@click.option("--evidence", multiple=True, metavar="NAME", help="What shows it; repeat for more.")
@wording("What was found.")
@recording
def follow_up(
    case_id: str,
    done_at: datetime | None,
    evidence: tuple[str, ...],
    words: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record what a verifier found of a remedy: done, late or not, and on what it rests."""
    plain = move_of(MoveKind.FOLLOW_UP, case_id, Role.VERIFIER, words, at=at)
    recorded(folder, replace(plain, done_utc=done_at, evidence=evidence), by=by, key=key, at=at, json_=json_)
