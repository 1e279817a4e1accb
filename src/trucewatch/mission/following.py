"""What the record has gained since the read model last looked: records, each held to its leaf and its signature.

Rules:
- the read model says how far it read, and the root of the log there: a log that does not go on from it is read anew;
- what deciding a signature takes (who has which key, which signatures stood) is kept beside it, and the configuration;
- a record that is not validly signed stops the reading, as it does for everybody who reads the record; a move in a
  role that was not its author's is left out, as it is there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from trucewatch.errors import IntegrityError
from trucewatch.log.keys import VerifierKey
from trucewatch.mission.authors import Standing
from trucewatch.mission.folder import CONFIGURATION, Folder, Texts, recorded
from trucewatch.mission.journal import Kind, Record, read_record
from trucewatch.mission.lines import Line
from trucewatch.mission.quarantine import sent_by
from trucewatch.mission.rightful import why_not_in_role
from trucewatch.mission.roll import CHANGES, rolled
from trucewatch.mission.signatures import Signatures
from trucewatch.mission.views import FILE

KEPT = CHANGES | CONFIGURATION | {Kind.RELEASE}
TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS follow_reach("
        "family TEXT PRIMARY KEY, schema INTEGER, size INTEGER, root BLOB, seq INTEGER) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS follow_record(family TEXT, seq INTEGER, leaf INTEGER, salt BLOB, raw BLOB,"
        " PRIMARY KEY (family, seq)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS follow_signature("
        "family TEXT, signature TEXT, PRIMARY KEY (family, signature)) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS follow_person("
        "family TEXT, person TEXT, after INTEGER, PRIMARY KEY (family, person)) WITHOUT ROWID"
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a family of tables has read, and of which schema its tables are."""

    schema: int = -1
    size: int = 0  # leaves of the log
    root: bytes = b""
    seq: int = 0  # the number of the next record


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the record has gained, and where that leads."""

    anew: bool  # all of it is given: what was known before does not count
    records: tuple[Record, ...]
    reach: Reach


def reached(connection: sqlite3.Connection, family: str) -> Reach:
    """Return how far a family has read; nothing when it never did."""
    for table in TABLES:
        connection.execute(table)
    row = connection.execute(
        "SELECT schema, size, root, seq FROM follow_reach WHERE family = ?", (family,)
    ).fetchone()
    return Reach() if row is None else Reach(schema=row[0], size=row[1], root=row[2], seq=row[3])


def up_to_date(folder: Folder, reach: Reach, *, schema: int) -> bool:
    """Say whether the record has nothing that is not read."""
    head = folder.journal.head()
    return (reach.schema, reach.size, reach.root) == (schema, head.size, head.root)


def news(connection: sqlite3.Connection, folder: Folder, family: str, *, schema: int) -> News:
    """Return what a family of tables has not read yet; IntegrityError when it is not validly signed."""
    head = folder.journal.head()
    reach = reached(connection, family)
    anew = reach.schema != schema or not _goes_on(folder, reach, head.size)
    start = Reach() if anew else reach
    if anew:
        for table in ("follow_record", "follow_signature", "follow_person"):
            connection.execute(f"DELETE FROM {table} WHERE family = ?", (family,))
    grown = folder.journal.replay(leaf=start.size, first=start.seq)
    records = tuple(record for record in grown if record.index < head.size)
    held = _signed(connection, folder, family, records)
    seq = records[-1].seq + 1 if records else start.seq
    return News(anew=anew, records=held, reach=Reach(schema=schema, size=head.size, root=head.root, seq=seq))


def follow(connection: sqlite3.Connection, family: str, reach: Reach) -> None:
    """Say how far a family has read."""
    connection.execute(
        "INSERT OR REPLACE INTO follow_reach VALUES (?, ?, ?, ?, ?)",
        (family, reach.schema, reach.size, reach.root, reach.seq),
    )


def configuration(connection: sqlite3.Connection, family: str) -> Texts:
    """Return the configuration that the records leave standing."""
    return recorded(_kept(connection, family))


def standing(connection: sqlite3.Connection, family: str, log: VerifierKey) -> Standing:
    """Return what the next records are admitted by: who has which key and part, and which signatures stand."""
    after = connection.execute("SELECT person, after FROM follow_person WHERE family = ?", (family,))
    return Standing(
        roll=rolled(_kept(connection, family), log),
        stands=partial(_stands, connection, family),
        latest=dict(after.fetchall()),
    )


def _goes_on(folder: Folder, reach: Reach, size: int) -> bool:
    """Say whether the log goes on from where the reading ended."""
    if not 0 < reach.size <= size:
        return False
    return folder.journal.store.checkpoint_at(reach.size).root == reach.root


def _signed(
    connection: sqlite3.Connection, folder: Folder, family: str, records: Iterable[Record]
) -> tuple[Record, ...]:
    """Hold each record to its signature, and keep what the next ones are held to; return those that count."""
    held, kept = _before(connection, folder, family), []
    for record in records:
        signature = record.signed.signature if record.signed else None
        if signature is not None and _stands(connection, family, signature):
            held.seen.add(signature)
        why = held.take(record)
        if why is not None:
            raise IntegrityError(
                f"record {record.seq} is not validly signed: {why}", where=str(folder.journal.lines)
            )
        if signature is not None:
            connection.execute("INSERT INTO follow_signature VALUES (?, ?)", (family, signature))
        if why_not_in_role(held.roll[-1], record) is not None:
            continue
        kept.append(record)
        if record.kind in KEPT:
            row = (family, record.seq, record.index, record.salt, record.raw)
            connection.execute("INSERT INTO follow_record VALUES (?, ?, ?, ?, ?)", row)
    rows = [(family, person, after) for person, after in held.after.items()]
    connection.executemany("INSERT OR REPLACE INTO follow_person VALUES (?, ?, ?)", rows)
    return tuple(kept)


def _before(connection: sqlite3.Connection, folder: Folder, family: str) -> Signatures:
    """Return what records are held to after those that were read."""
    kept = _kept(connection, family)
    key = folder.journal.key
    after = connection.execute("SELECT person, after FROM follow_person WHERE family = ?", (family,))
    released = {sent_by(record) for record in kept if record.kind is Kind.RELEASE and record.signed}
    return Signatures(
        log=key,
        roll=[rolled(kept, key)],
        released=released,
        after=dict(after.fetchall()),
        schema=[max((record.schema for record in kept), default=0)],
    )


def _kept(connection: sqlite3.Connection, family: str) -> list[Record]:
    asked = "SELECT leaf, salt, raw FROM follow_record WHERE family = ? ORDER BY seq"
    rows = connection.execute(asked, (family,))
    return [read_record(Line(index=leaf, salt=salt, raw=raw), FILE) for leaf, salt, raw in rows]


def _stands(connection: sqlite3.Connection, family: str, signature: str) -> bool:
    asked = "SELECT 1 FROM follow_signature WHERE family = ? AND signature = ?"
    return connection.execute(asked, (family, signature)).fetchone() is not None
