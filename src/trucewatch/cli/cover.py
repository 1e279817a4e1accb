"""`trucewatch cover`: what was watched, by whom, when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import click

from trucewatch.cli.asking import as_viewer
from trucewatch.cli.options import DAY, as_json, as_known, columns, in_mission, nothing, say, warn
from trucewatch.cli.walking import walk_told
from trucewatch.mission.asked import coverage_rows
from trucewatch.mission.known import known
from trucewatch.model.areas import area_name


@click.command("cover", short_help="Say what was watched, by whom, when.")
@click.argument("day", type=DAY, required=False, metavar="[DAY]")
@click.option("--all", "all_", is_flag=True, help="Name what nobody watched, too.")
@in_mission
@as_viewer
@as_known
@as_json
def command(day: datetime | None, all_: bool, folder: str, known_at: datetime | None, json_: bool) -> None:
    """Say for DAY, or for every day observed, what each source watched in each area."""
    record = known(folder, known_at=known_at)
    warn(record)
    rows = coverage_rows(walk_told(record, day=day.date() if day else None), unseen_too=all_)
    lines = columns([["from (UTC)", "to (UTC)", "area", "source", "state", "hours"], *map(_line, rows)])
    unwatched = "nobody watched that the record tells of" + ("" if all_ else ": --all names who was expected")
    lines += nothing(rows, unwatched)
    say(json_, record.mark(), lines, {"known_at": record.known_at, "coverage": rows})


def _line(row: Mapping[str, object]) -> list[object]:
    hours = row["hours"]
    least = "at least " if row["lower_bound"] else ""
    told = f"{least}{hours:.2f}" if isinstance(hours, float) else "not known"
    times = [f"{row[side]:%Y-%m-%d %H:%M}" for side in ("from_utc", "to_utc")]
    return [*times, area_name(str(row["area_id"])), row["source_id"], row["state"], told]
