"""`trucewatch person`: who has a key in a mission."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click

from trucewatch.cli.account import account
from trucewatch.cli.granting import override, seen
from trucewatch.cli.granting import why as why_
from trucewatch.cli.options import as_json, as_known, by_whom, columns, in_mission, put, say
from trucewatch.cli.parts import role
from trucewatch.cli.passphrases import signing_key
from trucewatch.cli.token import token
from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission import enrolling
from trucewatch.mission.files import read_whole
from trucewatch.mission.folder import opened
from trucewatch.mission.invitations import Part
from trucewatch.mission.known import known
from trucewatch.mission.people import Person

ROLES = click.option(
    "--role",
    "roles",
    type=click.Choice([part.value for part in Part]),
    multiple=True,
    help="What they are here for; repeat for more.",
)


@click.group(
    "person",
    short_help="Who has a key: add, invite, rotate, revoke, list.",
    commands={
        "account": account,
        "token": token,
        "why": why_,
        "seen": seen,
        "override": override,
        "role": role,
    },
)
def command() -> None:
    """Persons: each with a key of their own, of which the mission sees the public half only."""


@command.command("invite")
@click.argument("name")
@ROLES
@click.option("-o", "out", required=True, metavar="FILE", help='Where the invitation goes ("-": stdout).')
@in_mission
@as_json
def invite(name: str, roles: tuple[str, ...], out: str, folder: str, json_: bool) -> None:
    """Write an invitation for NAME, which they answer with `trucewatch key answer`."""
    mission = opened(folder)
    where = put(enrolling.invitation(mission, name, tuple(map(Part, roles))), out)
    lines = [f"wrote {where}: send it to {name}, and add the answer with `trucewatch person add`"]
    say(json_, known(folder).mark(), lines, {"invitation": where, "name": name, "roles": roles})


@command.command("add")
@click.argument("answer", required=False, metavar="[ANSWER]")
@click.option("--myself", default=None, metavar="NAME", help="Be the first: your name; --key is your key.")
@ROLES
@in_mission
@by_whom
@as_json
def add(
    answer: str | None,
    myself: str | None,
    roles: tuple[str, ...],
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record the person who answered an invitation, in the file ANSWER."""
    mission = opened(folder)
    if myself is not None and answer is None:
        if key is None:
            raise RefusedError("whoever adds themselves signs it: give --key")
        person = enrolling.add_oneself(mission, myself, tuple(map(Part, roles)), key=key, at=at)
    elif myself is None and answer is not None and not roles:
        person = enrolling.add(mission, read_whole(answer), by=by, key=key, at=at)
    else:
        raise InputError("give the file of an answer, whose invitation names the roles, or --myself NAME")
    _told(folder, person, json_)


@command.command("rotate")
@click.argument("answer", required=False, metavar="[ANSWER]")
@click.option("--new", default=None, metavar="FILE", help="Your own new key; --key is the one it replaces.")
@in_mission
@by_whom
@as_json
def rotate(
    answer: str | None,
    new: str | None,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Give a person a new key: one's own, or that of somebody who answered a new invitation."""
    if key is None:
        raise RefusedError("a new key is signed for by somebody who has one: give --key")
    if (answer is None) == (new is None):
        raise InputError("give the file of an answer, or your own new key with --new")
    mission = opened(folder)
    if new is not None:
        person = enrolling.rotate_oneself(mission, signing_key(new), by=by, key=key, at=at)
    else:
        person = enrolling.rotate(mission, read_whole(str(answer)), by=by, key=key, at=at)
    _told(folder, person, json_)


@command.command("revoke")
@click.argument("name")
@click.option("--why", required=True, metavar="WORDS", help="Why the key is valid no longer.")
@in_mission
@by_whom
@as_json
def revoke(
    name: str, why: str, folder: str, by: str, key: SignerKey | None, at: datetime | None, json_: bool
) -> None:
    """End the validity of NAME's key: what it signed before stays valid, and it signs nothing more."""
    _told(folder, enrolling.revoke(opened(folder), name, why=why, by=by, key=key, at=at), json_)


@command.command("list")
@in_mission
@as_known
@as_json
def list_(folder: str, known_at: datetime | None, json_: bool) -> None:
    """List the persons, their keys, and who added them."""
    record = known(folder, known_at=known_at)
    roll = enrolling.roll_of(record.folder, known_at=known_at)
    persons = sorted(roll.persons.values(), key=lambda person: person.name)
    lines = [line for person in persons for line in _lines(person)]
    whole = {"persons": [_object(person) for person in persons]}
    say(json_, record.mark(), lines or ["nobody here has a key: every name is unsigned"], whole)


def _told(folder: str, person: Person, json_: bool) -> None:
    say(json_, known(folder).mark(), _lines(person), {"person": _object(person)})


def _lines(person: Person) -> Iterator[str]:
    roles = ", ".join(person.roles) or "no role"
    yield f"{person.name} ({roles}), added by {person.added_by}, person {person.person_id}"
    yield from columns(
        [
            [
                f"  {held.key.key_id.hex()}",
                f"from record {held.from_seq}",
                "valid" if held.until_seq is None else f"until record {held.until_seq}: {held.why}",
                held.key.text,
            ]
            for held in person.keys
        ]
    )


def _object(person: Person) -> dict[str, object]:
    return {
        "person": person.person_id,
        "name": person.name,
        "roles": [role.value for role in person.roles],
        "added_by": person.added_by,
        "keys": [
            {
                "key": held.key.text,
                "key_id": held.key.key_id.hex(),
                "from_record": held.from_seq,
                "until_record": held.until_seq,
                "by": held.by,
                "why": held.why,
            }
            for held in person.keys
        ],
    }
