"""`case list`, `show`, `open`, and what is done with an allegation until a verifier finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import click

from trucewatch.cli.moving import (
    A_CASE,
    A_PARTY,
    found,
    lines,
    move_of,
    plain_move,
    recorded,
    recording,
    stands,
    wording,
)
from trucewatch.cli.options import as_json, as_known, by_whom, columns, in_mission, say, warn
from trucewatch.cli.walking import walk_told
from trucewatch.decide.docket import docket
from trucewatch.log.keys import SignerKey
from trucewatch.mission.asked import open_case
from trucewatch.mission.clock import now
from trucewatch.mission.known import known
from trucewatch.mission.walk import cases_of
from trucewatch.model.decision import CaseState, MoveKind, Role

OPENERS = [role.value for role in Role if role is not Role.BODY]
STAFF = (Role.ANALYST, Role.VERIFIER)


@click.command("list", short_help="List the cases and where they stand.")
@click.option(
    "--state", type=click.Choice([state.value for state in CaseState]), default=None, help="Only these."
)
@in_mission
@as_known
@as_json
def list_(state: str | None, folder: str, known_at: datetime | None, json_: bool) -> None:
    """List the cases and where they stand."""
    record = known(folder, known_at=known_at)
    warn(record)
    cases = [case for case in cases_of(record) if state in (None, case.state.value)]
    rows = [[c.case_id, c.state.value, c.clause_id, f"{len(c.moves)} moves"] for c in cases]
    say(json_, record.mark(), columns(rows) or ["no case was opened"], {"cases": cases})


@click.command("docket", short_help="List the allegations that wait for triage, lane by lane.")
@in_mission
@as_known
@as_json
def docket_(folder: str, known_at: datetime | None, json_: bool) -> None:
    """List the allegations that wait for triage: a lane for each party, and one for the machine and the public."""
    record = known(folder, known_at=known_at)
    warn(record)
    lanes = docket(cases_of(record))
    rows = [
        [
            lane.value,
            one.case_id,
            f"{one.since:%Y-%m-%d %H:%M}Z",
            one.source,
            "over its quota" if one.over_quota else "",
            f"like {one.like}" if one.like else "",
        ]
        for lane, held in lanes.items()
        for one in held
    ]
    say(json_, record.mark(), columns(rows) or ["no allegation waits"], {"docket": lanes})


@click.command("show", short_help="Show one case with its moves.")
@A_CASE
@in_mission
@as_known
@as_json
def show(case_id: str, folder: str, known_at: datetime | None, json_: bool) -> None:
    """Show one case with its moves."""
    record = known(folder, known_at=known_at)
    warn(record)
    case = found(cases_of(record), case_id)
    say(json_, record.mark(), lines(case), {"case": case})


@click.command("open", short_help="Open a case on an assessment.")
@click.argument("assessment", metavar="ASSESSMENT")
@click.option("--words", default="", help="Why it is opened.")
@click.option("--role", type=click.Choice(OPENERS), default=Role.ANALYST.value, show_default=True)
@click.option("--party", type=A_PARTY, default=None, help="For which party.")
@in_mission
@by_whom
@as_json
def open_(
    assessment: str,
    words: str,
    role: str,
    party: str | None,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Open a case on ASSESSMENT: its id, or how it starts."""
    walked = walk_told(known(folder))
    moment = at or now()
    move = open_case(
        walked, assessment, by=by, role=Role(role), party=party, words=words, valid_at=moment, key=key, at=at
    )
    stands(folder, move, json_)


triage = plain_move(
    "triage", MoveKind.TRIAGE, STAFF, help_="Take an allegation up for inquiry.", why="Why it is taken up."
)
inquire = plain_move(
    "inquire",
    MoveKind.INQUIRE,
    STAFF,
    help_="Record an inquiry: a visit, an interview.",
    why="What was asked.",
)


@click.command("join", short_help="Join a case to another of the same incident.")
@click.argument("other_case", metavar="OTHER")
@click.option("--role", type=click.Choice([role.value for role in STAFF]), default=STAFF[0].value)
@wording("Why they are of one incident.")
@recording
def join(
    case_id: str,
    other_case: str,
    role: str,
    words: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Join CASE to OTHER, which goes on with both."""
    move = replace(move_of(MoveKind.JOIN, case_id, Role(role), words, at=at), other_case=other_case)
    recorded(folder, move, by=by, key=key, at=at, json_=json_)
