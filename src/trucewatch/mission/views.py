"""The read model, `views.sqlite`: what pages, map and API look things up in.

Rules:
- it holds nothing that the record does not give: delete it at will, it is made again;
- it says of which moment and size of the record each family of its tables was made, and for whom;
- a file of another schema number or version of the program, or one that is no database, is deleted and begun anew;
- it holds what the mission itself may see: its owner alone may read it, and no bundle or copy takes it along.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from zlib import crc32

from trucewatch.errors import InputError
from trucewatch.mission.folder import Folder
from trucewatch.model.vocabulary import Audience

SCHEMA = 1
FILE = "views.sqlite"
WAIT_S = 30.0
BUILT = """
CREATE TABLE IF NOT EXISTS built(
  family TEXT NOT NULL, audience TEXT NOT NULL, known_us INTEGER NOT NULL, size INTEGER NOT NULL,
  PRIMARY KEY (family, audience, known_us)
) WITHOUT ROWID
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Of what moment and size of the record a family of tables was made."""

    known_at: datetime
    size: int  # of the log


def opened(folder: Folder) -> sqlite3.Connection:
    """Return the mission's read model, made when it is not there; raises InputError when it cannot be."""
    path = folder.path / FILE
    try:
        connection = _connected(path)
        if _marks(connection) != (SCHEMA, _maker()):
            connection = _begun(path, connection)
    except sqlite3.DatabaseError as fault:
        raise InputError(f"cannot be read ({fault}): delete it, it is made again", where=str(path)) from fault
    return connection


def _connected(path: Path) -> sqlite3.Connection:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    except OSError as fault:
        raise InputError(f"cannot be written: {fault.strerror}", where=str(path)) from fault
    connection = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL").fetchone()
    except sqlite3.DatabaseError as fault:
        connection.close()
        if fault.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
            raise
        _deleted(path)
        return _connected(path)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def _begun(path: Path, connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return an empty read model in the place of one of another schema, or of none."""
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() != (0,):
        connection.close()
        _deleted(path)
        connection = _connected(path)
    with writing(connection):
        connection.execute(BUILT)
        connection.execute(f"PRAGMA user_version={SCHEMA}")
        connection.execute(f"PRAGMA application_id={_maker()}")
    return connection


def _marks(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return the schema number that a file bears, and which version made it."""
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    (maker,) = connection.execute("PRAGMA application_id").fetchone()
    return schema, maker


def _maker() -> int:
    """Return this version of the program as a number: another one may come to other rows."""
    return crc32(version("trucewatch").encode()) & 0x7FFFFFFF


def _deleted(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the read model for writing: all of what is done inside, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        yield


def built(connection: sqlite3.Connection, family: str, audience: Audience) -> tuple[Built, ...]:
    """Return what a family of tables was made of for an audience, the earliest first."""
    rows = connection.execute(
        "SELECT known_us, size FROM built WHERE family = ? AND audience = ? ORDER BY known_us",
        (family, audience.value),
    )
    return tuple(Built(known_at=moment_of(us), size=size) for us, size in rows)


def note_built(connection: sqlite3.Connection, family: str, audience: Audience, made: Built) -> None:
    """Say of what a family of tables was made for an audience."""
    connection.execute(
        "INSERT OR REPLACE INTO built(family, audience, known_us, size) VALUES (?, ?, ?, ?)",
        (family, audience.value, micros(made.known_at), made.size),
    )


def micros(when: datetime) -> int:
    """Return a moment as whole microseconds since 1970 in UTC, as the read model keeps it."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def moment_of(us: int) -> datetime:
    """Return the moment that is `us` microseconds after 1970 in UTC."""
    return _EPOCH + timedelta(microseconds=us)
