"""`trucewatch cover`: what was watched, by whom, when."""

from __future__ import annotations

from datetime import datetime

import click
import polars as pl

from trucewatch.cli.options import DAY, as_json, as_known, columns, in_mission, rows_of, say, warn
from trucewatch.mission.known import known
from trucewatch.mission.walk import walk_from
from trucewatch.model.areas import area_name

SHOWN = ("from_utc", "to_utc", "area_id", "source_id", "state", "hours", "lower_bound")


@click.command("cover", short_help="Say what was watched, by whom, when.")
@click.argument("day", type=DAY, required=False)
@click.option("--all", "all_", is_flag=True, help="Name what nobody watched, too.")
@in_mission
@as_known
@as_json
def command(day: datetime | None, all_: bool, folder: str, known_at: datetime | None, json_: bool) -> None:
    """Say for DAY, or for every day observed, what each source watched in each area."""
    record = known(folder, known_at=known_at)
    warn(record)
    walked = walk_from(record, day=day.date() if day else None)
    coverage = walked.coverage
    if day is not None:
        coverage = coverage.filter(pl.col("from_utc") >= walked.days[-1].start)
    if not all_:
        coverage = coverage.filter(~pl.col("state").is_in(["not_watched", "unknown"]))
    table = [
        [
            f"{row[0]:%Y-%m-%d %H:%M}",
            f"{row[1]:%Y-%m-%d %H:%M}",
            area_name(row[2]),
            *row[3:5],
            _hours(*row[5:]),
        ]
        for row in coverage.select(SHOWN).iter_rows()
    ]
    lines = columns([["from (UTC)", "to (UTC)", "area", "source", "state", "hours"], *table])
    say(json_, record.mark(), lines, {"known_at": record.known_at, "coverage": rows_of(coverage)})


def _hours(hours: float | None, lower_bound: bool) -> str:
    if hours is None:
        return "not known"
    return f"{'at least ' if lower_bound else ''}{hours:.2f}"
