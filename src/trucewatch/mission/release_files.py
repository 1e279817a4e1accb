"""The files of a release: each table as CSV, Parquet and GeoJSON with its dictionary, and the day's report.

Rules:
- they are made once, when the release is proposed, and published byte for byte as they were approved;
- every file bears the stamp of its audience, and a table's rows begin in the release's window;
- what is compared, shown and published later is read back from them and from nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import polars as pl

from trucewatch.mission.exporting import DECLARED, LABELS, dictionary, table_bytes
from trucewatch.mission.projecting import Projected
from trucewatch.model.areas import Areas
from trucewatch.model.formats import from_parquet
from trucewatch.model.instants import Clock
from trucewatch.model.ledger import LEDGER
from trucewatch.model.tally import TALLIES

FORMS = ("csv", "parquet")
RESTING = ("counts", "assessments")  # on an incident that left
APART = (*RESTING, LEDGER.name)


def in_window(tables: Projected, first: date, last: date, clock: Clock) -> Projected:
    """Return the rows of the tables that begin in the reporting days from `first` to `last`, by the times they leave under."""
    start, end = clock.day(first).start, clock.day(last).end
    found = {name: _begins(frame, start, end) for name, frame in tables.items() if name not in APART}
    if TALLIES.name in found:
        found[TALLIES.name] = tables[TALLIES.name].filter(pl.col("day").is_between(first, last))
    if LEDGER.name in tables:  # it is of no day: all of it is released anew
        found[LEDGER.name] = tables[LEDGER.name]
    incidents = found.get("incidents")
    for name in RESTING:
        if name in tables and incidents is not None:
            found[name] = _resting(tables[name], incidents, start, end)
    return found


def outside_window(tables: Projected, first: date, last: date, clock: Clock) -> Projected:
    """Return the rows of the tables that do not begin in the reporting days from `first` to `last`."""
    inside = in_window(tables, first, last, clock)
    return {
        name: frame.join(inside[name], on=frame.columns, how="anti", nulls_equal=True, maintain_order="left")
        for name, frame in tables.items()
        if name in inside
    }


def _begins(frame: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    if "from_utc" in frame.columns:
        return frame.filter(pl.col("from_utc").is_between(start, end, closed="left"))
    day = pl.col("day").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return frame.filter(day.is_between(start, end, closed="left"))


def _resting(frame: pl.DataFrame, incidents: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    with_one = pl.col("incident_id").is_in(incidents["incident_id"].to_list())
    if "to_utc" in frame.columns:
        with_one |= pl.col("incident_id").is_null() & pl.col("to_utc").is_between(start, end, closed="right")
    return frame.filter(with_one)


def files_of(tables: Projected, *, mark: str, areas: Areas) -> Mapping[str, tuple[bytes, int | None]]:
    """Return each file's bytes by name, with its number of rows where it is a table."""
    files: dict[str, tuple[bytes, int | None]] = {}
    for name, frame in sorted(tables.items()):
        forms = (*FORMS, "geojson") if {"lon", "area_id"} & set(frame.columns) else FORMS
        for form in forms:
            raw, table = table_bytes(name, frame, form, mark=mark, areas=areas)
            files[f"{name}.{form}"] = (raw, frame.height)
        files[f"{name}.dictionary.csv"] = (dictionary(table), None)
    return files


def table_from(name: str, raw: bytes) -> pl.DataFrame:
    """Return a table as a release's Parquet file has it, without its labels."""
    table = DECLARED[name]
    return from_parquet(replace(table, columns=(*table.columns, *LABELS)), raw).drop(
        label.name for label in LABELS
    )
