"""Incidents in the read model, made from the walk: what one audience may have, and no more.

Rules:
- everything passes the one gate before it is shelved: a shelf holds what its audience may see;
- it is made when the record has grown, and as of an earlier moment when somebody asks for one;
- an earlier moment has a shelf of its own, and a few of these are kept;
- what was erased from the record, or retracted from those outside, is not kept as what stood once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from trucewatch.mission.cells import Grid, grid_of
from trucewatch.mission.columns import Columns, columns_of, packed, unpacked
from trucewatch.mission.known import Known
from trucewatch.mission.views import Built, built, note_built, opened, writing
from trucewatch.mission.views import micros as us_of
from trucewatch.mission.views_tables import cleared, created, shelved
from trucewatch.model.tables import ASSESSMENTS, COVERAGE, INCIDENTS, OBSERVATIONS
from trucewatch.model.vocabulary import Audience

FAMILY = "incidents"
EARLIER_KEPT = 3
COLUMNS = """
CREATE TABLE IF NOT EXISTS incident_columns(
  shelf TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, content BLOB NOT NULL,
  PRIMARY KEY (shelf, name)
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an audience may see of a walk: rows that passed the gate."""

    observations: pl.DataFrame
    incidents: pl.DataFrame
    assessments: pl.DataFrame
    coverage: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The read model of incidents for one audience, as of one moment."""

    shelf: str
    audience: Audience
    made: Built
    columns: Columns
    grid: Grid


def nothing() -> Shown:
    """Return what an audience sees to whom nothing was released."""
    return Shown(
        observations=OBSERVATIONS.empty(),
        incidents=INCIDENTS.empty(),
        assessments=ASSESSMENTS.empty(),
        coverage=COVERAGE.empty(),
    )


def view_of(record: Known, audience: Audience, show: Callable[[], Shown], *, latest: bool) -> View:
    """Return the view of what is known, made by `show` when it is not there yet.

    `latest` says that `record` is all that is recorded, and not an earlier moment of it.
    """
    connection = opened(record.folder)
    try:
        made = Built(known_at=record.known_at, size=record.folder.journal.head().size)
        shelf = audience.value if latest else f"{audience.value}@{us_of(made.known_at)}"
        if made not in _standing(connection, shelf):
            anew = audience is not Audience.INTERNAL or any(batch.erased for batch in record.batches)
            shelve(connection, shelf, made, show(), anew=anew)
        columns = columns_on(connection, shelf)
        return View(shelf=shelf, audience=audience, made=made, columns=columns, grid=grid_of(columns))
    finally:
        connection.close()


def shelve(
    connection: sqlite3.Connection, shelf: str, made: Built, shown: Shown, *, anew: bool = False
) -> None:
    """Put what was shown on a shelf, in the place of what stood there."""
    known_us = us_of(made.known_at)
    with writing(connection):
        created(connection)
        connection.execute(COLUMNS)
        if anew or "@" in shelf:
            cleared(connection, shelf)
        observations = shown.observations.sort("from_utc", "observation_id")
        shelved(connection, OBSERVATIONS, shelf, observations, known_us)
        shelved(connection, ASSESSMENTS, shelf, shown.assessments, known_us)
        shelved(connection, COVERAGE, shelf, shown.coverage, known_us)
        incidents = shown.incidents.sort("from_utc", "incident_id")
        keys = shelved(connection, INCIDENTS, shelf, incidents, known_us)["key"].to_numpy()
        columns = columns_of(incidents, shown.assessments, keys.astype(np.int64))
        connection.execute("DELETE FROM incident_columns WHERE shelf = ?", (shelf,))
        connection.executemany(
            "INSERT INTO incident_columns VALUES (?, ?, ?, ?)",
            ((shelf, name, kind, raw) for name, kind, raw in packed(columns)),
        )
        _forget(connection, shelf)
        note_built(connection, _family(shelf), _audience(shelf), made)
        _let_go(connection, shelf)


def columns_on(connection: sqlite3.Connection, shelf: str) -> Columns:
    """Return the columns of a shelf."""
    rows = connection.execute("SELECT name, kind, content FROM incident_columns WHERE shelf = ?", (shelf,))
    return unpacked({name: (kind, raw) for name, kind, raw in rows})


def _family(shelf: str) -> str:
    _, at, when = shelf.partition("@")
    return f"{FAMILY}{at}{when}"


def _audience(shelf: str) -> Audience:
    return Audience(shelf.partition("@")[0])


def _standing(connection: sqlite3.Connection, shelf: str) -> tuple[Built, ...]:
    return built(connection, _family(shelf), _audience(shelf))


def _let_go(connection: sqlite3.Connection, kept: str) -> None:
    """Take away the shelves of earlier moments but `kept` and the few latest."""
    rows = connection.execute(
        "SELECT audience || substr(family, ?) FROM built WHERE family LIKE ? ORDER BY known_us DESC",
        (len(FAMILY) + 1, f"{FAMILY}@%"),
    ).fetchall()
    for (shelf,) in [row for row in rows if row[0] != kept][EARLIER_KEPT:]:
        cleared(connection, shelf)
        connection.execute("DELETE FROM incident_columns WHERE shelf = ?", (shelf,))
        _forget(connection, shelf)


def _forget(connection: sqlite3.Connection, shelf: str) -> None:
    values = (_family(shelf), _audience(shelf).value)
    connection.execute("DELETE FROM built WHERE family = ? AND audience = ?", values)
