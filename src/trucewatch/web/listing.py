"""Lists of rows, a part at a time: which rows, how many, and where the next part begins.

Rules:
- a cursor says after which row a list goes on, and nothing that a reader should build on: it is opaque;
- rows come by time and then key, so that a list that grows at its end is read once from front to end;
- `valid_at` asks for what happened, or was so, at one moment.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import polars as pl

from trucewatch.errors import InputError
from trucewatch.mission.picturing import areas_touching
from trucewatch.mission.query import PARAMETERS, Query, moment_in, query_of
from trucewatch.mission.selecting import Index, selected
from trucewatch.mission.views import opened
from trucewatch.mission.views_incidents import View
from trucewatch.mission.views_tables import After, rows_by_id, rows_by_key, slice_of
from trucewatch.model.answered import Answered
from trucewatch.model.tables import INCIDENTS, Table
from trucewatch.model.told import Told
from trucewatch.web.asked import Ask

MOST, USUAL = 10_000, 100
_CURSOR = re.compile(r"(-?[0-9]{1,19})\.([0-9]{1,19})")
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some rows of a list."""

    rows: pl.DataFrame
    cursor: str | None  # where the next part begins; None: these were the last
    matched: int | None  # how many there are in all, where that is known


def query_in(query: Mapping[str, str]) -> Query:
    """Return what an address asks of rows, `valid_at` included."""
    found = query_of((name, query[name]) for name in PARAMETERS if name in query)
    if "valid_at" not in query:
        return found
    at = moment_in(query["valid_at"], "valid_at")
    start, end = found.from_utc or at, found.to_utc or at + _MOMENT
    return replace(found, from_utc=max(start, at), to_utc=max(min(end, at + _MOMENT), max(start, at)))


def limit_of(query: Mapping[str, str], usual: int = USUAL) -> int:
    """Return how many rows are asked for at once; InputError for none, and for more than MOST."""
    text = query.get("limit", str(usual))
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST:
        raise InputError(Told(Answered.NO_LIMIT, {"most": str(MOST)}))
    return int(text[:9])


def part_of(ask: Ask, view: View, table: Table, query: Query, *, most: int) -> Part:
    """Return the part of a table that an address asks for."""
    after = _after(ask.query.get("cursor"))
    connection = opened(ask.record.folder)
    try:
        if table is not INCIDENTS:
            found = slice_of(connection, table, view.shelf, query, after=after, most=most)
            return Part(rows=found.rows, cursor=_cursor(found.after), matched=None)
        columns, areas = view.columns, ask.holding.areas(ask.held)
        kept = selected(columns, query, lambda window: areas_touching(areas, window))
        left = kept if after is None else kept[_behind(view, kept, after) :]
        rows = rows_by_key(connection, INCIDENTS, columns.row[left[:most]].tolist())
    finally:
        connection.close()
    last = int(left[most - 1]) if len(left) > most else None
    ended = None if last is None else (int(columns.from_us[last]), int(columns.row[last]))
    return Part(rows=rows, cursor=_cursor(ended), matched=len(kept))


def one_of(ask: Ask, view: View, table: Table, name: str) -> pl.DataFrame:
    """Return the row of an id, none when its audience may not see it or it is not there."""
    connection = opened(ask.record.folder)
    try:
        return rows_by_id(connection, table, view.shelf, [name]).head(1)
    finally:
        connection.close()


def _behind(view: View, kept: Index, after: After) -> int:
    """Return where in `kept` the rows after one begin."""
    at_us, key = after
    moments, keys = view.columns.from_us[kept], view.columns.row[kept]
    first = int(np.searchsorted(moments, at_us, side="left"))
    last = int(np.searchsorted(moments, at_us, side="right"))
    return first + int(np.searchsorted(keys[first:last], key, side="right"))


def _cursor(after: After | None) -> str | None:
    return (
        None
        if after is None
        else base64.urlsafe_b64encode(f"{after[0]}.{after[1]}".encode()).decode().rstrip("=")
    )


def _after(cursor: str | None) -> After | None:
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode(
            "ascii"
        )
    except (binascii.Error, ValueError):
        text = ""
    met = _CURSOR.fullmatch(text)
    if met is None or max(abs(int(met[1])), int(met[2])) >= 1 << 63:
        raise InputError(Told(Answered.NO_CURSOR))
    return int(met[1]), int(met[2])
