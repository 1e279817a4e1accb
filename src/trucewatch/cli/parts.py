"""`person role`: a part is asked for, given by a second name, withdrawn; who was given what, and when."""

from __future__ import annotations

from datetime import datetime

import click

from trucewatch.cli.options import as_json, as_known, by_whom, columns, in_mission, say
from trucewatch.errors import RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission import enrolling
from trucewatch.mission.folder import opened
from trucewatch.mission.invitations import Part
from trucewatch.mission.known import known
from trucewatch.mission.people import Change, Roll

PARTS = click.argument("part", type=click.Choice([part.value for part in Part]), metavar="PART")
WHY = click.option("--why", required=True, metavar="WORDS", help="The reason.")


@click.group("role", short_help="Ask for a part, give it as the second name, withdraw it.")
def role() -> None:
    """The parts of people: a part of a case, a release or the mission takes two names, and the record holds both."""


@role.command("ask", short_help="Ask that somebody be given a part.")
@click.argument("name")
@PARTS
@WHY
@in_mission
@by_whom
@as_json
def ask(
    name: str,
    part: str,
    why: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Ask that NAME be given PART; it counts once a second person has given it, or at once where one is enough."""
    _signed(key)
    made = enrolling.ask_part(opened(folder), name, Part(part), why=why, by=by, key=key, at=at)
    _told(folder, made, json_)


@role.command("give", short_help="Give, as the second name, a part that was asked for.")
@click.argument("asked", type=click.IntRange(0), metavar="RECORD")
@in_mission
@by_whom
@as_json
def give(asked: int, folder: str, by: str, key: SignerKey | None, at: datetime | None, json_: bool) -> None:
    """Give the part that RECORD asked for, as another person than whoever asked and whoever gets it."""
    _signed(key)
    _told(folder, enrolling.give_part(opened(folder), asked, by=by, key=key, at=at), json_)


@role.command("withdraw", short_help="Withdraw a part, or lay down one's own.")
@click.argument("name")
@PARTS
@WHY
@in_mission
@by_whom
@as_json
def withdraw(
    name: str,
    part: str,
    why: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Withdraw PART from NAME: from this record on they have it no longer, and what they did in it stays."""
    _signed(key)
    made = enrolling.withdraw_part(opened(folder), name, Part(part), why=why, by=by, key=key, at=at)
    _told(folder, made, json_)


@role.command("list", short_help="List which parts were asked for, given and withdrawn.")
@in_mission
@as_known
@as_json
def list_(folder: str, known_at: datetime | None, json_: bool) -> None:
    """List which parts were asked for, given and withdrawn, by whom and why."""
    record = known(folder, known_at=known_at)
    roll = enrolling.roll_of(record.folder, known_at=known_at)
    rows = [_row(roll, one) for one in roll.changes]
    say(json_, record.mark(), columns(rows) or ["no part was changed"], {"changes": roll.changes})


def _signed(key: SignerKey | None) -> None:
    if key is None:
        raise RefusedError("a part is changed by a person with a key: give --key")


def _row(roll: Roll, one: Change) -> list[object]:
    deed = {None: "asked for", True: "given", False: "withdrawn"}[one.gives]
    waiting = "waits for a second name" if one.seq in roll.asked else ""
    return [
        f"record {one.seq}",
        roll.persons[one.person].name,
        one.part.value,
        deed,
        f"by {one.by}",
        waiting,
        one.why,
    ]


def _told(folder: str, made: Change, json_: bool) -> None:
    roll = enrolling.roll_of(opened(folder))
    lines = columns([_row(roll, made)])
    if made.seq in roll.asked:
        lines.append(f"another person gives it: `trucewatch person role give {made.seq}`")
    say(json_, known(folder).mark(), lines, {"change": made})
