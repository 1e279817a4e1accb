"""`person why`, `person seen`, `person override`: why somebody may, who saw what, and a part for a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import click

from trucewatch.cli.asking import aloud, as_viewer, shown
from trucewatch.cli.options import as_json, by_whom, columns, in_mission, moment, say
from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import TABLE, Action, Through, Viewer, audience_of_viewer, may, words_of
from trucewatch.mission.clock import now
from trucewatch.mission.emergency import GIVEN, telling
from trucewatch.mission.enrolling import roll_of
from trucewatch.mission.folder import opened
from trucewatch.mission.invitations import Part, folded
from trucewatch.mission.known import known
from trucewatch.mission.overriding import record_override
from trucewatch.mission.people import Person, Roll
from trucewatch.mission.seen import FILE, looks, named

ACTIONS = click.Choice([action.value for action in Action])


@click.command("why", short_help="Say why somebody may, or may not, and on which records that stands.")
@click.argument("name", required=False, default="", metavar="[NAME]")
@click.option(
    "--may",
    "action",
    type=ACTIONS,
    default=Action.SEE_CASE.value,
    show_default=True,
    help="What they would do.",
)
@click.option("--item", default="", metavar="ID", help="To what: a case, a source, a table.")
@in_mission
@as_json
def why(name: str, action: str, item: str, folder: str, json_: bool) -> None:
    """Say why NAME may, or may not, and on which records that stands; without NAME, whoever is not signed in."""
    roll, asked, at = roll_of(opened(folder)), Action(action), now()
    person = roll.named(name) if name else None
    if name and person is None:
        raise InputError(f"nobody here is called {folded(name)!r}: `trucewatch person list` lists who is")
    viewer = _viewer(roll, person, at)
    ruling = may(viewer, asked, at=at)
    stands_on = _records(roll, person, at)
    audience = audience_of_viewer(viewer)
    of = f" {item}" if item else ""
    lines = [
        f"{'may' if ruling.allowed else 'may not'} {words_of(asked)}{of}: {ruling.why}",
        f"the table has it for: {', '.join(sorted(TABLE[asked])) or 'nobody'}",
        f"is shown what is for: {audience.value}",
        *stands_on,
    ]
    whole = {
        "name": name,
        "action": asked.value,
        "item": item,
        "allowed": ruling.allowed,
        "why": ruling.why,
        "parts": sorted(viewer.parts),
        "audience": audience.value,
        "stands_on": stands_on,
    }
    say(json_, known(folder).mark(), lines, whole)


@click.command("seen", short_help="List who saw what of what is restricted; for an auditor.")
@click.option("--item", default=None, metavar="ID", help="Of this item alone.")
@click.option("--person", "who", default=None, metavar="NAME", help="By this person alone.")
@click.option(
    "--after", default=None, metavar="DIGEST", help="After the line of this digest, which must be there."
)
@in_mission
@as_viewer
@as_json
def seen(
    item: str | None,
    who: str | None,
    after: str | None,
    folder: str,
    json_: bool,
) -> None:
    """List who saw what of what is restricted, and when; altered lines end with 4."""
    mission = opened(folder)
    shown(folder, Action.SEE_AUDIT, FILE)
    found = list(looks(mission.path))
    if after is not None:
        places = [n for n, look in enumerate(found) if look.digest == after]
        if not places:
            raise IntegrityError(
                "no line has this digest: lines were cut off, or this is another's file", where=FILE
            )
        found = found[places[0] + 1 :]
    last = found[-1].digest if found else after
    wanted = [
        look
        for look in found
        if item in (None, look.item) or named(item or "") == look.item
        if who is None or folded(look.name) == folded(who)
    ]
    rows = [
        [
            look.at[:16] + "Z",
            look.name or "nobody signed in",
            look.through,
            look.action,
            look.item,
            "" if look.allowed else "refused",
        ]
        for look in wanted
    ]
    lines = [*columns(rows), f"the last line is {last}: keep it, and give it to --after"]
    say(json_, known(folder).mark(), lines, {"seen": wanted, "last": last})


@click.command("override", short_help="In an emergency, give somebody a part for a day at most.")
@click.argument("name")
@click.option("--part", type=click.Choice(sorted(part.value for part in GIVEN)), required=True)
@click.option("--why", "reason", required=True, metavar="WORDS", help="Why it cannot wait.")
@click.option("--until", type=moment, required=True, metavar="TIME", help="When it ends, within 24 hours.")
@in_mission
@by_whom
@as_json
def override(
    name: str,
    part: str,
    reason: str,
    until: datetime,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Give NAME a part, signed and with a reason; it is said aloud, and printed in this day's and the next report."""
    if key is None:
        raise InputError("an override is signed: give --key")
    given = record_override(opened(folder), name, Part(part), why=reason, until=until, key=key, by=by, at=at)
    aloud(telling([given], given.from_utc))
    lines = [
        f"recorded: {given.name} is {given.part.value} until {given.until_utc:%Y-%m-%d %H:%M}Z, record {given.seq}"
    ]
    say(json_, known(folder).mark(), lines, {"override": given})


def _viewer(roll: Roll, person: Person | None, at: datetime) -> Viewer:
    nobody = Viewer()
    if person is None or person.current is None:
        return nobody
    parts = roll.parts(person.person_id, at)
    return replace(nobody, person=person.person_id, name=person.name, parts=parts, through=Through.KEY)


def _records(roll: Roll, person: Person | None, at: datetime) -> list[str]:
    """Return the records that make somebody who they are here."""
    if person is None:
        return ["nobody is signed in: no record gives a part"]
    added = person.keys[0].from_seq
    roles = ", ".join(person.roles) or "no role"
    lines = [f"record {added}: {person.added_by} added {person.name} ({roles})"]
    lines += [
        f"record {one.seq}: {one.by} {'gave' if one.gives else 'withdrew'} the part of {one.part.value}: {one.why}"
        for one in roll.changes
        if one.person == person.person_id and one.gives is not None
    ]
    if person.current is None:
        ended = person.keys[-1]
        lines.append(f"record {ended.until_seq}: the key was ended ({ended.why}), and every part with it")
    given = [one for one in roll.overrides if one.person == person.person_id and one.holds(at)]
    lines += [f"record {one.seq}: {line}" for one in given for line in telling([one], at)]
    return lines
