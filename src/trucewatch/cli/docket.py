"""`case list`, `show`, `open`, and what is done with an allegation until a verifier finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from sqlite3 import Connection

import click

from trucewatch.cli.asking import as_viewer, shown
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
from trucewatch.cli.options import (
    as_json,
    as_known,
    by_whom,
    columns,
    for_audience,
    in_mission,
    say,
    warn,
    warn_of,
)
from trucewatch.cli.walking import walk_told
from trucewatch.decide.docket import Lane, Waiting, docket
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import Action
from trucewatch.mission.asked import open_case
from trucewatch.mission.case_list import CaseRow, Wanted, case_in, listed, rows_of_cases, waiting
from trucewatch.mission.clock import now
from trucewatch.mission.folder import opened
from trucewatch.mission.following import configuration
from trucewatch.mission.for_audience import cases_for
from trucewatch.mission.known import known
from trucewatch.mission.views_cases import FAMILY, cases_at_hand, marks
from trucewatch.mission.walk import cases_of
from trucewatch.model.decision import CaseState, MoveKind, Outcome, Role
from trucewatch.model.gate import audience_of, stamp
from trucewatch.model.vocabulary import Audience, Verdict

OPENERS = [role.value for role in Role if role is not Role.BODY]
STAFF = (Role.ANALYST, Role.VERIFIER)


def _either(words: type[StrEnum]) -> click.Choice[str]:
    return click.Choice([word.value for word in words])


@click.command("list", short_help="List the cases and where they stand.")
@click.option("--state", type=_either(CaseState), default=None, help="Only these.")
@click.option("--side", type=_either(Lane), default=None, help="Who alleged: a party, or common: the others.")
@click.option("--verdict", type=_either(Verdict), default=None, help="Of the assessment it was opened on.")
@click.option("--outcome", type=_either(Outcome), default=None, help="Of the determination that stands.")
@click.option("--owner", default=None, metavar="NAME", help="Who of the desk has it.")
@click.option("--most", type=click.IntRange(min=1), default=None, help="At most so many.")
@in_mission
@as_known
@as_viewer
@as_json
def list_(
    state: str | None,
    side: str | None,
    verdict: str | None,
    outcome: str | None,
    owner: str | None,
    most: int | None,
    folder: str,
    known_at: datetime | None,
    json_: bool,
) -> None:
    """List the cases and where they stand, in the order in which they were opened."""
    shown(folder, Action.SEARCH, "cases")
    wanted = Wanted(
        state=CaseState(state) if state else None,
        side=Lane(side) if side else None,
        verdict=Verdict(verdict) if verdict else None,
        outcome=Outcome(outcome) if outcome else None,
        owner=owner,
    )
    found, mark = _listed(folder, known_at, wanted)
    first = found[:most]
    rows = [
        [
            *(row.case_id, row.state.value, row.clause_id, row.side.value if row.side else ""),
            *(f"{row.moves} moves", row.outcome.value if row.outcome else "", row.owner or ""),
        ]
        for row in first
    ]
    say(json_, mark, columns(rows) or ["no case was opened"], {"of": len(found), "cases": first})


def _listed(folder: str, known_at: datetime | None, wanted: Wanted) -> tuple[tuple[CaseRow, ...], str]:
    """Return the cases and the stamp: of now from the read model, of another moment from the record."""
    if known_at is not None:
        record = known(folder, known_at=known_at)
        warn(record)
        return rows_of_cases(cases_of(record), wanted), record.mark()
    with _at_hand(folder) as (connection, mark):
        return listed(connection, wanted), mark


@contextmanager
def _at_hand(path: str) -> Iterator[tuple[Connection, str]]:
    """Give the read model and the stamp of what is made from it."""
    folder = opened(path)
    with closing(cases_at_hand(folder)) as connection:
        warn_of(folder, configuration(connection, FAMILY))
        exercise, replay = marks(connection)
        yield connection, stamp(Audience.INTERNAL, exercise=exercise, replay=replay)


@click.command("docket", short_help="List the allegations that wait for triage, lane by lane.")
@in_mission
@as_known
@as_viewer
@as_json
def docket_(folder: str, known_at: datetime | None, json_: bool) -> None:
    """List the allegations that wait for triage: a lane for each party, and one for the machine and the public."""
    shown(folder, Action.SEE_CASE, "docket")
    lanes, mark = _waiting(folder, known_at)
    rows = [
        [
            lane.value,
            one.case_id,
            f"{one.since:%Y-%m-%d %H:%M}Z",
            one.source,
            "over its quota" if one.over_quota else "",
            f"like {one.like}" if one.like else "",
            f"states {', '.join(one.quality)}" if one.quality else "states nothing",
        ]
        for lane, held in lanes.items()
        for one in held
    ]
    say(json_, mark, columns(rows) or ["no allegation waits"], {"docket": lanes})


def _waiting(folder: str, known_at: datetime | None) -> tuple[Mapping[Lane, tuple[Waiting, ...]], str]:
    if known_at is not None:
        record = known(folder, known_at=known_at)
        warn(record)
        return docket(cases_of(record)), record.mark()
    with _at_hand(folder) as (connection, mark):
        return waiting(connection), mark


@click.command("show", short_help="Show one case with its moves.")
@A_CASE
@in_mission
@as_known
@as_viewer
@for_audience
@as_json
def show(case_id: str, folder: str, known_at: datetime | None, audience: str, json_: bool) -> None:
    """Show one case with its moves; to whoever is outside by its reasons, without names and grounds."""
    wanted = audience_of(audience)
    shown(folder, Action.SEE_CASE, case_id)
    if wanted is not Audience.INTERNAL:
        record = known(folder, known_at=known_at)
        case, mark = found(cases_for(record, wanted), case_id), record.mark(wanted)
    elif known_at is not None:
        record = known(folder, known_at=known_at)
        warn(record)
        case, mark = found(cases_of(record), case_id), record.mark()
    else:
        with _at_hand(folder) as (connection, mark):
            case = case_in(connection, case_id)
    say(json_, mark, lines(case), {"case": case})


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
@click.option("--role", type=click.Choice([role.value for role in STAFF]), default=STAFF[0].value)
@wording("Why they are of one incident.")
@recording
@click.argument("other_case", metavar="OTHER")
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
