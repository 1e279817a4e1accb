"""`trucewatch case`: list, show and move cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import click

from trucewatch.cli.options import as_json, as_known, by_whom, columns, in_mission, moment, say, warn
from trucewatch.cli.walking import walk_told
from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.asked import open_case
from trucewatch.mission.clock import now
from trucewatch.mission.deeds import record_move
from trucewatch.mission.folder import opened
from trucewatch.mission.known import known
from trucewatch.mission.walk import cases_of
from trucewatch.model.decision import Case, Move, MoveKind, Outcome, Role

OPENERS = [role.value for role in Role if role is not Role.BODY]


@click.group("case", short_help="List, show and move cases.")
def command() -> None:
    """Cases: opened on an assessment, found by a verifier, replied to by both parties, ruled on by a body."""


@command.command("list")
@in_mission
@as_known
@as_json
def list_(folder: str, known_at: datetime | None, json_: bool) -> None:
    """List the cases and where they stand."""
    record = known(folder, known_at=known_at)
    warn(record)
    cases = cases_of(record)
    rows = [[c.case_id, c.state.value, c.clause_id, f"{len(c.moves)} moves"] for c in cases]
    say(json_, record.mark(), columns(rows) or ["no case was opened"], {"cases": cases})


@command.command("show")
@click.argument("case_id", metavar="CASE")
@in_mission
@as_known
@as_json
def show(case_id: str, folder: str, known_at: datetime | None, json_: bool) -> None:
    """Show one case with its moves."""
    record = known(folder, known_at=known_at)
    warn(record)
    case = _found(cases_of(record), case_id)
    say(json_, record.mark(), _lines(case), {"case": case})


@command.command("open")
@click.argument("assessment", metavar="ASSESSMENT")
@click.option("--words", default="", help="Why it is opened.")
@click.option("--role", type=click.Choice(OPENERS), default=Role.ANALYST.value, show_default=True)
@in_mission
@by_whom
@as_json
def open_(
    assessment: str,
    words: str,
    role: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Open a case on ASSESSMENT: its id, or how it starts."""
    walked = walk_told(known(folder))
    move = open_case(
        walked, assessment, by=by, role=Role(role), words=words, valid_at=at or now(), key=key, at=at
    )
    _stands(folder, move, json_)


@command.command("find")
@click.argument("case_id", metavar="CASE")
@click.option("--words", required=True, help="What the verifier found.")
@in_mission
@by_whom
@as_json
def find(
    case_id: str, words: str, folder: str, by: str, key: SignerKey | None, at: datetime | None, json_: bool
) -> None:
    """Record a verifier's finding."""
    move = _move(MoveKind.FIND, case_id, Role.VERIFIER, words, at=at)
    _recorded(folder, move, by=by, key=key, at=at, json_=json_)


@command.command("reply")
@click.argument("case_id", metavar="CASE")
@click.option("--party", type=click.Choice(["A", "B"]), required=True, help="Whose reply it is.")
@click.option("--words", required=True)
@click.option("--lapsed", is_flag=True, help="The body notes that the party let the time to reply pass.")
@in_mission
@by_whom
@as_json
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
    move = replace(_move(MoveKind.REPLY, case_id, role, words, at=at), party=party)
    _recorded(folder, move, by=by, key=key, at=at, json_=json_)


@command.command("determine")
@click.argument("case_id", metavar="CASE")
@click.option("--body", required=True, metavar="NAME", help="The body that determines.")
@click.option("--outcome", type=click.Choice([o.value for o in Outcome]), required=True)
@click.option("--standard", required=True, metavar="WORDS", help="The standard of proof.")
@click.option("--breach-at", type=moment, default=None, metavar="TIME", help="When the breach began.")
@click.option("--words", required=True, help="The reasons.")
@in_mission
@by_whom
@as_json
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
    """Record a body's determination; in exercises only."""
    move = replace(
        _move(MoveKind.DETERMINE, case_id, Role.BODY, words, at=at),
        body=body,
        outcome=Outcome(outcome),
        standard_of_proof=standard,
        breach_utc=breach_at,
    )
    _recorded(folder, move, by=by, key=key, at=at, json_=json_)


@command.command("remedy")
@click.argument("case_id", metavar="CASE")
@click.option("--words", required=True, help="What the body asks for.")
@in_mission
@by_whom
@as_json
def remedy(
    case_id: str, words: str, folder: str, by: str, key: SignerKey | None, at: datetime | None, json_: bool
) -> None:
    """Record the remedy that a body sets."""
    move = _move(MoveKind.REMEDY, case_id, Role.BODY, words, at=at)
    _recorded(folder, move, by=by, key=key, at=at, json_=json_)


@command.command("close")
@click.argument("case_id", metavar="CASE")
@click.option("--words", required=True, help="Why it is closed.")
@in_mission
@by_whom
@as_json
def close(
    case_id: str, words: str, folder: str, by: str, key: SignerKey | None, at: datetime | None, json_: bool
) -> None:
    """Close a case."""
    move = _move(MoveKind.CLOSE, case_id, Role.BODY, words, at=at)
    _recorded(folder, move, by=by, key=key, at=at, json_=json_)


def _move(kind: MoveKind, case_id: str, role: Role, words: str, *, at: datetime | None) -> Move:
    return Move(move_id="", case_id=case_id, kind=kind, by="", role=role, at=at or now(), words=words)


def _recorded(
    folder: str, move: Move, *, by: str, key: SignerKey | None, at: datetime | None, json_: bool
) -> None:
    _stands(folder, record_move(opened(folder), move, by=by, key=key, at=at), json_)


def _stands(folder: str, move: Move, json_: bool) -> None:
    """Print where a move left its case."""
    after = known(folder)
    case = _found(cases_of(after), move.case_id)
    say(json_, after.mark(), _lines(case), {"case": case})


def _found(cases: tuple[Case, ...], case_id: str) -> Case:
    for case in cases:
        if case.case_id == case_id:
            return case
    raise InputError(f"there is no case {case_id!r}: `trucewatch case list` lists them")


def _lines(case: Case) -> Iterator[str]:
    yield f"{case.case_id}: {case.state.value}, under {case.clause_id}, incident {case.incident_id}"
    yield from columns(
        [[f"{m.at:%Y-%m-%d %H:%M}Z", m.kind.value, m.by, m.role.value, m.words] for m in case.moves]
    )
    if case.determination is not None:
        made = case.determination
        yield f"determined by {made.body}: {made.outcome.value} ({made.standard_of_proof})"
