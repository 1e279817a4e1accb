"""`case mark` and `case marks`: how far people trust the items of a case, each blind to the other."""

from __future__ import annotations

from datetime import datetime

import click

from trucewatch.cli.asking import as_viewer, shown
from trucewatch.cli.moving import A_CASE, recording
from trucewatch.cli.options import as_json, as_known, by_whom, columns, in_mission, say, warn
from trucewatch.decide.marking import agreeing
from trucewatch.decide.marking import shown as both_in
from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import Action
from trucewatch.mission.clock import now
from trucewatch.mission.folder import opened
from trucewatch.mission.known import known
from trucewatch.mission.marking import marks_that_count, open_due, record_mark
from trucewatch.mission.walk import cases_of
from trucewatch.model.admiralty import GRADES, Scale
from trucewatch.model.decision import Role

GIVERS = click.Choice([Role.ANALYST.value, Role.VERIFIER.value])


@click.command("mark", short_help="Mark how far an item of a case is to be trusted, blind.")
@click.option("--reliability", type=click.Choice(list(GRADES[Scale.RELIABILITY])), default=None)
@click.option("--credibility", type=click.Choice(list(GRADES[Scale.CREDIBILITY])), default=None)
@click.option("--role", type=GIVERS, default=Role.ANALYST.value, show_default=True, help="In what capacity.")
@recording
@click.argument("item", metavar="ITEM")
def mark(
    case_id: str,
    item: str,
    reliability: str | None,
    credibility: str | None,
    role: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Mark ITEM of CASE, an observation's id or a name of evidence; nobody sees it until a second person has marked it."""
    grades = {Scale.RELIABILITY: reliability, Scale.CREDIBILITY: credibility}
    given = [(scale, grade) for scale, grade in grades.items() if grade is not None]
    if not given:
        raise InputError("give a mark: --reliability A to F, or --credibility 1 to 6")
    made = [
        record_mark(
            opened(folder),
            case_id=case_id,
            item=item,
            scale=scale,
            grade=grade,
            role=Role(role),
            by=by,
            moment=at or now(),
            key=key,
            at=at,
        )
        for scale, grade in given
    ]
    lines = [f"{one.scale.value} of {one.item}: {one.grade}, by {one.recorded_by}" for one in made]
    say(json_, known(folder).mark(), lines, {"marks": made})


@click.command("unseal", short_help="Open one's own sealed marks of which both are in.")
@in_mission
@by_whom
@as_json
def unseal(folder: str, by: str, key: SignerKey | None, at: datetime | None, json_: bool) -> None:
    """Open one's own sealed marks of which both are in: the record holds each to what it was sealed with."""
    found = open_due(opened(folder), by=by, key=key, at=at)
    lines = [f"opened: {one.mark_id[:8]} of {one.case_id}: {one.grade}" for one in found]
    say(json_, known(folder).mark(), lines or ["nothing of yours is to be opened"], {"opened": found})


@click.command("marks", short_help="List the marks of which both are in, and how far they agree.")
@A_CASE
@as_viewer
@in_mission
@as_known
@as_json
def marks(case_id: str, folder: str, known_at: datetime | None, json_: bool) -> None:
    """List the marks of CASE of which both are in, and how far the mission's pairs agree."""
    shown(folder, Action.SEE_CASE, case_id)
    record = known(folder, known_at=known_at)
    warn(record)
    every = marks_that_count(record.folder, cases_of(record), known_at=known_at)
    here = [one for one in every if one.case_id == case_id]
    seen = both_in(here, to=None)
    measured = [agreeing(every, scale) for scale in Scale]
    rows = [[one.item, one.scale.value, one.grade, one.recorded_by] for one in seen]
    hidden = len(here) - len(seen)
    lines = [
        *columns(rows),
        *(
            [f"{hidden} given, sealed until a second person has marked the same and both are opened"]
            if hidden
            else []
        ),
        *(
            f"{one.scale.value}: {one.alike} of {one.pairs} pairs alike, weighted kappa"
            f" {'not computable' if one.kappa is None else one.kappa}"
            for one in measured
        ),
    ]
    say(json_, record.mark(), lines, {"marks": seen, "hidden": hidden, "agreement": measured})
