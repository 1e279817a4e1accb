"""Rows as a file in the form that an address ends in: CSV, GeoJSON or GeoParquet, each row with the stamp.

Rules:
- a file holds all that was asked for or is refused: it never ends early in silence;
- a place leaves as its table has it; what is known to its area only gets the area's outline.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from trucewatch.errors import InputError
from trucewatch.mission.exporting import table_bytes
from trucewatch.model.answered import Answered
from trucewatch.model.tables import Table
from trucewatch.model.told import Told
from trucewatch.web.asked import Ask, Ending, Sent

MOST_IN_FILE = 100_000
FORMS: Mapping[Ending, str] = {Ending.CSV: "csv", Ending.GEOJSON: "geojson", Ending.PARQUET: "parquet"}
TYPES: Mapping[Ending, str] = {
    Ending.CSV: "text/csv; charset=utf-8",
    Ending.GEOJSON: "application/geo+json",
    Ending.PARQUET: "application/vnd.apache.parquet",
}


def listed(ask: Ask, table: Table, rows: pl.DataFrame) -> Sent:
    """Return rows of a table as a file; raises InputError when they are too many for one."""
    if rows.height > MOST_IN_FILE:
        raise InputError(Told(Answered.TOO_MANY_ROWS, {"count": str(rows.height), "most": str(MOST_IN_FILE)}))
    mark = ask.record.mark(ask.audience)
    raw, _ = table_bytes(table.name, rows, FORMS[ask.ending], mark=mark, areas=ask.holding.areas(ask.held))
    return Sent(raw=raw, media_type=TYPES[ask.ending], file_name=f"{table.name}{ask.ending.value}")
