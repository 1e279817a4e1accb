"""`case notices` and `case due`: who is told that a case was opened again, and what is owed to cases by which day.

Rules:
- each notice is said in every language of the case's procedure, under the line that is for machines.
"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

import click

from trucewatch.cli.asking import as_viewer, shown
from trucewatch.cli.options import as_json, columns, in_mission, moment, say
from trucewatch.mission.access import Action
from trucewatch.mission.case_list import cases_that_are, every_case
from trucewatch.mission.clock import now
from trucewatch.mission.docket_view import OWING, docket_view
from trucewatch.mission.folder import opened
from trucewatch.mission.following import configuration
from trucewatch.mission.procedure_words import Said, said_of_desk, said_of_reopening
from trucewatch.mission.reopening import notices
from trucewatch.mission.views_cases import FAMILY, cases_at_hand, marks, rules_at_hand
from trucewatch.model.gate import stamp
from trucewatch.model.vocabulary import Audience


@click.command("notices", short_help="List what voters are told of cases opened again.")
@click.option("--for", "to", default=None, metavar="NAME", help="Of one person only.")
@as_viewer
@in_mission
@as_json
def notices_(to: str | None, folder: str, json_: bool) -> None:
    """List what everybody who voted in a case is told when it is opened again: by whom, why, on which records."""
    shown(folder, Action.SEE_CASE, "notices")
    with closing(cases_at_hand(opened(folder))) as connection:
        exercise, replay = marks(connection)
        told = notices(every_case(connection), to=to)
        texts = configuration(connection, FAMILY)
    rows = columns(
        [
            [f"{one.at:%Y-%m-%d %H:%M}Z", one.to, one.case_id, one.cause.value, f"by {one.by}", one.words]
            for one in told
        ]
    )
    said = [said_of_reopening(texts, one.clause_id, one.move) for one in told]
    lines = [line for row, each in zip(rows, said, strict=True) for line in (row, *_in_each(each))]
    mark = stamp(Audience.INTERNAL, exercise=exercise, replay=replay)
    whole = [
        {"to": one.to, "case_id": one.case_id, "at": one.at, "cause": one.cause, "words": one.words}
        | {"by": one.by, "records": one.records, "said": each}
        for one, each in zip(told, said, strict=True)
    ]
    say(json_, mark, lines or ["no case was opened again"], {"notices": whole})


@click.command("due", short_help="List what is owed to cases: replies, remedies, and who was silent.")
@click.option("--at", type=moment, default=None, metavar="TIME", help="At which moment; without it, now.")
@as_viewer
@in_mission
@as_json
def due_(at: datetime | None, folder: str, json_: bool) -> None:
    """List what is owed to cases by which day, parties that let theirs pass, and cases opened again."""
    shown(folder, Action.SEE_CASE, "due")
    with closing(cases_at_hand(opened(folder))) as connection:
        exercise, replay = marks(connection)
        cases = cases_that_are(connection, OWING)
        view = docket_view(cases, rules_at_hand(connection), at=at or now())
        said = said_of_desk(configuration(connection, FAMILY), cases, view)
    rows = [
        [
            f"{one.due_utc:%Y-%m-%d %H:%M}Z",
            one.case_id,
            one.what.value,
            one.by_whom,
            "late" if one.late else "",
        ]
        for one in view.due
    ]
    rows += [
        [
            f"{one.since:%Y-%m-%d %H:%M}Z",
            one.case_id,
            "silent",
            f"party {one.party}",
            one.follows or "the text does not say",
        ]
        for one in view.silent
    ]
    rows += [["", case_id, "opened again", "", ""] for case_id in view.reopened]
    whole = {
        "due": view.due,
        "silent": view.silent,
        "reopened": view.reopened,
        "said": [{"case_id": case_id, "in": each} for case_id, each in said],
    }
    lines = [
        line for row, (_, each) in zip(columns(rows), said, strict=True) for line in (row, *_in_each(each))
    ]
    mark = stamp(Audience.INTERNAL, exercise=exercise, replay=replay)
    say(json_, mark, lines or ["nothing is due"], whole)


def _in_each(said: Said) -> list[str]:
    return [f"  {language}: {words}" for language, words in said.items()]
