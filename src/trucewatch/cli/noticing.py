"""`case notices`: who is told that a case in which they voted was opened again, and why."""

from __future__ import annotations

from contextlib import closing

import click

from trucewatch.cli.options import as_json, columns, in_mission, say
from trucewatch.mission.case_list import every_case
from trucewatch.mission.folder import opened
from trucewatch.mission.reopening import notices
from trucewatch.mission.views_cases import cases_at_hand, marks
from trucewatch.model.gate import stamp
from trucewatch.model.vocabulary import Audience


@click.command("notices", short_help="List what voters are told of cases opened again.")
@click.option("--for", "to", default=None, metavar="NAME", help="Of one person only.")
@in_mission
@as_json
def notices_(to: str | None, folder: str, json_: bool) -> None:
    """List what everybody who voted in a case is told when it is opened again: by whom, why, on which records."""
    with closing(cases_at_hand(opened(folder))) as connection:
        exercise, replay = marks(connection)
        told = notices(every_case(connection), to=to)
    rows = [
        [f"{one.at:%Y-%m-%d %H:%M}Z", one.to, one.case_id, one.cause.value, f"by {one.by}", one.words]
        for one in told
    ]
    mark = stamp(Audience.INTERNAL, exercise=exercise, replay=replay)
    say(json_, mark, columns(rows) or ["no case was opened again"], {"notices": told})
