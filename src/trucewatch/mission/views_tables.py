"""Tables in the read model: their rows by key, by time and by place, on a shelf for each audience.

Rules:
- a table there has the columns that `model/` declares; times are microseconds, lists are joined by "|";
- a row stands from the moment at which the record first gave it (`known_from`) until one at which it no longer
  did (`known_to`); what has not changed between two moments is one row;
- the R*Tree holds 32-bit numbers and finds too much: the row's own columns decide;
- rows come in the order of their time and then key, and a list goes on after the last row it gave.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from trucewatch.mission.query import Query
from trucewatch.mission.views import micros
from trucewatch.model.tables import ASSESSMENTS, COVERAGE, INCIDENTS, OBSERVATIONS, TEXTS, Table

FAMILY: Sequence[Table] = (OBSERVATIONS, INCIDENTS, ASSESSMENTS, COVERAGE)
FOR_EVER = (1 << 63) - 1
After = tuple[int, int]
"""The time and key of the last row that a list gave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Some rows of a table in their order, and after which row to go on; None: these were the last."""

    rows: pl.DataFrame
    after: After | None


def created(connection: sqlite3.Connection) -> None:
    """Make the tables where they are not there."""
    for table in FAMILY:
        columns = ", ".join(f'"{c.name}"' for c in table.columns)
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS {table.name}(key INTEGER PRIMARY KEY, shelf TEXT NOT NULL,"
            f" known_from INTEGER NOT NULL, known_to INTEGER NOT NULL, at_us INTEGER NOT NULL,"
            f" print INTEGER NOT NULL, {columns})"
        )
        connection.execute(
            f"CREATE INDEX IF NOT EXISTS {table.name}_by_time ON {table.name}(shelf, known_to, at_us, key)"
        )
        connection.execute(
            f"CREATE INDEX IF NOT EXISTS {table.name}_by_id ON {table.name}(shelf, known_to, {_id(table)})"
        )
        if _has_box(table):
            connection.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {table.name}_box USING rtree(key, west, east, south, north)"
            )


def shelved(
    connection: sqlite3.Connection, table: Table, shelf: str, frame: pl.DataFrame, known_us: int
) -> pl.DataFrame:
    """Put what is known of a table at a moment on a shelf; return `key` of each row, in the order of `frame`."""
    stored = _stored(table, frame)
    standing = pl.DataFrame(
        connection.execute(
            f"SELECT key, print, {_id(table)} FROM {table.name} WHERE shelf = ? AND known_to = ?",
            (shelf, FOR_EVER),
        ).fetchall(),
        schema={"key": pl.Int64, "print": pl.Int64, _id(table): pl.String},
        orient="row",
    ).unique(["print", _id(table)], keep="first", maintain_order=True)
    met = stored.join(standing, on=["print", _id(table)], how="left", maintain_order="left")
    gone = standing.filter(~pl.col("key").is_in(met["key"].drop_nulls().implode()))["key"].to_list()
    connection.executemany(
        f"UPDATE {table.name} SET known_to = ? WHERE key = ?", ((known_us, key) for key in gone)
    )
    (last,) = connection.execute(f"SELECT coalesce(max(key), 0) FROM {table.name}").fetchone()
    new = pl.col("key").is_null()
    met = met.with_columns(
        key=pl.when(new).then(last + new.cum_sum()).otherwise(pl.col("key")).cast(pl.Int64), new=new
    )
    _added(connection, table, shelf, met.filter("new"), known_us)
    return met.select("key")


def _added(
    connection: sqlite3.Connection, table: Table, shelf: str, rows: pl.DataFrame, known_us: int
) -> None:
    names = [c.name for c in table.columns]
    whole = rows.select(
        "key",
        pl.lit(shelf).alias("shelf"),
        pl.lit(known_us, pl.Int64).alias("known_from"),
        pl.lit(FOR_EVER, pl.Int64).alias("known_to"),
        "at_us",
        "print",
        *names,
    )
    connection.executemany(
        f"INSERT INTO {table.name} VALUES ({', '.join('?' * whole.width)})", whole.iter_rows()
    )
    if _has_box(table):
        placed = rows.filter(pl.col("lon").is_not_null() & pl.col("lat").is_not_null())
        connection.executemany(
            f"INSERT INTO {table.name}_box VALUES (?, ?, ?, ?, ?)",
            placed.select(
                "key", "lon", pl.col("lon").alias("east"), "lat", pl.col("lat").alias("north")
            ).iter_rows(),
        )


def cleared(connection: sqlite3.Connection, shelf: str) -> None:
    """Take everything off a shelf."""
    for table in FAMILY:
        if _has_box(table):
            connection.execute(
                f"DELETE FROM {table.name}_box WHERE key IN (SELECT key FROM {table.name} WHERE shelf = ?)",
                (shelf,),
            )
        connection.execute(f"DELETE FROM {table.name} WHERE shelf = ?", (shelf,))


def rows_by_key(connection: sqlite3.Connection, table: Table, keys: Sequence[int]) -> pl.DataFrame:
    """Return the rows of `keys`, in that order."""
    found = connection.execute(
        f"SELECT key, {_names(table)} FROM {table.name} WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    ).fetchall()
    of = {row[0]: row[1:] for row in found}
    return _read(table, [of[key] for key in keys if key in of])


def rows_by_id(
    connection: sqlite3.Connection, table: Table, shelf: str, ids: Sequence[str], *, by: str = ""
) -> pl.DataFrame:
    """Return the rows on a shelf whose id, or whose column `by`, is one of `ids`, in the order of time."""
    found = connection.execute(
        f"SELECT {_names(table)} FROM {table.name} WHERE shelf = ? AND known_to = ?"
        f' AND "{by or _id(table)}" IN (SELECT value FROM json_each(?)) ORDER BY at_us, key',
        (shelf, FOR_EVER, json.dumps(list(ids))),
    ).fetchall()
    return _read(table, found)


def slice_of(
    connection: sqlite3.Connection,
    table: Table,
    shelf: str,
    query: Query,
    *,
    after: After | None = None,
    most: int,
) -> Slice:
    """Return at most so many rows of a table that `query` asks for, after the one that a list ended with."""
    tests, values = _where(table, query)
    if after is not None:
        tests.append("(at_us, key) > (?, ?)")
        values += after
    found = connection.execute(
        f"SELECT at_us, key, {_names(table)} FROM {table.name}"
        f" WHERE {' AND '.join(['shelf = ?', 'known_to = ?', *tests])} ORDER BY at_us, key LIMIT ?",
        (shelf, FOR_EVER, *values, most + 1),
    ).fetchall()
    shown = found[:most]
    more = (shown[-1][0], shown[-1][1]) if len(found) > most else None
    return Slice(rows=_read(table, [row[2:] for row in shown]), after=more)


def _where(table: Table, query: Query) -> tuple[list[str], list[int | float | str]]:
    """Return what a row must fulfil to be asked for, as SQL, and its values."""
    tests: list[str] = []
    values: list[int | float | str] = []
    here = table.schema
    if query.window is not None and "lon" in here:
        west, south, east, north = query.window
        side = "(lon >= ? AND lon <= ?)" if west <= east else "(lon >= ? OR lon <= ?)"
        tests += [side, "lat >= ?", "lat <= ?"]
        values += [west, east, south, north]
        if west <= east and _has_box(table):
            tests.append(
                f"key IN (SELECT key FROM {table.name}_box"
                " WHERE east >= ? AND west <= ? AND north >= ? AND south <= ?)"
            )
            values += [west, east, south, north]
    if "from_utc" in here:
        if query.to_utc is not None:
            tests.append("from_utc < ?")
            values.append(micros(query.to_utc))
        if query.from_utc is not None:
            tests.append("(to_utc > ? OR (to_utc = from_utc AND from_utc = ?))")
            values += [micros(query.from_utc)] * 2
    for name, words in (
        ("phenomenon", query.kinds),
        ("clause_id", query.clauses),
        ("verdict", query.verdicts),
        ("source_id", query.sources),
        ("area_id", query.areas),
    ):
        if words and name in here:
            tests.append(f"{name} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(list(words)))
    return tests, values


def _stored(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows as the read model holds them, sorted by time and id, with the print of each."""
    whole = table.conform(frame)
    plain = whole.select(
        (pl.col(c.name).list.join("|") if c.dtype == TEXTS else pl.col(c.name).to_physical()).alias(c.name)
        for c in table.columns
    )
    at = pl.col("from_utc").fill_null(0) if "from_utc" in table.schema else pl.lit(0, pl.Int64)
    prints = plain.hash_rows(seed=1).reinterpret(signed=True).alias("print")
    return plain.with_columns(prints, at_us=at)


def _read(table: Table, rows: Iterable[Sequence[object]]) -> pl.DataFrame:
    """Return rows of the read model as the table that they are."""
    held = {c.name: _held(c.dtype) for c in table.columns}
    frame = pl.DataFrame(list(rows), schema=held, orient="row")
    return frame.select(
        (
            pl.when(pl.col(c.name) == "").then(pl.lit([], TEXTS)).otherwise(pl.col(c.name).str.split("|"))
            if c.dtype == TEXTS
            else pl.col(c.name).cast(c.dtype)
        ).alias(c.name)
        for c in table.columns
    )


def _held(dtype: pl.DataType | type[pl.DataType]) -> type[pl.DataType]:
    if dtype == TEXTS or dtype == pl.String:
        return pl.String
    if dtype == pl.Float64:
        return pl.Float64
    return pl.Boolean if dtype == pl.Boolean else pl.Int64


def _names(table: Table) -> str:
    return ", ".join(f'"{c.name}"' for c in table.columns)


def _id(table: Table) -> str:
    return next((c.name for c in table.columns if c.name.endswith("_id")), table.columns[0].name)


def _has_box(table: Table) -> bool:
    """Return whether a table's places are in an R*Tree: incidents are looked up in their columns."""
    return table is OBSERVATIONS
