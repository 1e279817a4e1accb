"""`accounts.sqlite`: accounts, sessions, tokens and attempts, on this machine and in no record.

Rules:
- the file is its owner's alone, mode 600, and is refused when others may read it; no bundle takes it along;
- of a session and a token the SHA-256 is kept, of a passphrase its hash, of a person's key a sealed file;
- a file of another schema number is refused: accounts are never guessed at.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from trucewatch.errors import InputError, RefusedError
from trucewatch.mission.invitations import folded
from trucewatch.mission.keys import OTHERS

SCHEMA = 1
FILE = "accounts.sqlite"
WAIT_S = 10.0
TABLES = """
CREATE TABLE accounts(
  person TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE,
  words TEXT NOT NULL, secret BLOB NOT NULL, step INTEGER NOT NULL, sealed BLOB NOT NULL, made_us INTEGER NOT NULL
) STRICT;
CREATE TABLE sessions(
  digest TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES accounts ON DELETE CASCADE,
  seen_us INTEGER NOT NULL, until_us INTEGER NOT NULL
) STRICT;
CREATE TABLE tokens(
  token_id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, person TEXT NOT NULL, label TEXT NOT NULL,
  scopes TEXT NOT NULL, areas TEXT, made_us INTEGER NOT NULL, until_us INTEGER NOT NULL, ended_us INTEGER
) STRICT;
CREATE TABLE attempts(who TEXT NOT NULL, at_us INTEGER NOT NULL) STRICT;
CREATE INDEX attempts_of ON attempts(who, at_us);
CREATE TABLE answered(nonce TEXT PRIMARY KEY) STRICT;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is kept of somebody who signs in."""

    person: str
    name: str
    key: str  # a verifier key
    words: str  # the passphrase's hash
    secret: bytes  # of the codes that count once
    step: int  # the last of them that was taken
    sealed: bytes  # the private key's file


@contextmanager
def opened_accounts(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield the store at `path`, made when there is none; what is done in it counts when no error leaves."""
    _own(path)
    try:
        with closing(sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)) as store:
            store.row_factory = sqlite3.Row
            store.execute("PRAGMA foreign_keys = ON")
            store.execute("PRAGMA secure_delete = ON")
            _begun(store, path)
            store.execute("BEGIN IMMEDIATE")
            yield store  # what an error leaves open is undone when the store is closed
            store.execute("COMMIT")
    except sqlite3.DatabaseError as fault:
        raise InputError(f"the accounts cannot be read: {fault}", where=str(path)) from fault


def account_named(store: sqlite3.Connection, name: str) -> Account | None:
    """Return the account of this name, however it is spelled."""
    return _account(store.execute("SELECT * FROM accounts WHERE folded = ?", [folded(name)]).fetchone())


def account_of(store: sqlite3.Connection, person: str) -> Account | None:
    """Return a person's account."""
    return _account(store.execute("SELECT * FROM accounts WHERE person = ?", [person]).fetchone())


def keep_account(store: sqlite3.Connection, account: Account, at: datetime) -> None:
    """Keep an account, in the place of the one that this person or name had; its sessions end."""
    drop_account(store, account.person)
    drop_named(store, account.name)
    store.execute(
        "INSERT INTO accounts VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            account.person,
            account.name,
            folded(account.name),
            account.key,
            account.words,
            account.secret,
            account.step,
            account.sealed,
            micros(at),
        ],
    )


def drop_account(store: sqlite3.Connection, person: str) -> bool:
    """Forget a person's account and sessions; return whether there was one."""
    return store.execute("DELETE FROM accounts WHERE person = ?", [person]).rowcount > 0


def drop_named(store: sqlite3.Connection, name: str) -> None:
    """Forget the account of a name."""
    store.execute("DELETE FROM accounts WHERE folded = ?", [folded(name)])


def digest_of(secret: str) -> str:
    """Return what is kept of a session's or token's secret."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def micros(at: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    return int(at.timestamp() * 1_000_000)


def moment_of(at_us: int) -> datetime:
    """Return the moment that lies `at_us` microseconds after 1970."""
    return datetime.fromtimestamp(at_us / 1_000_000, UTC)


def _account(row: sqlite3.Row | None) -> Account | None:
    return None if row is None else Account(**{name: row[name] for name in Account.__slots__})


def _own(path: Path) -> None:
    """Make the file its owner's before anything is in it, or refuse one that others may read."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        if path.stat().st_mode & OTHERS:
            raise RefusedError("others may read the accounts: run `chmod 600` on it", where=str(path))
    except OSError as fault:
        raise InputError(f"cannot be opened: {fault.strerror}", where=str(path)) from fault


def _begun(store: sqlite3.Connection, path: Path) -> None:
    (schema,) = store.execute("PRAGMA user_version").fetchone()
    if schema == SCHEMA:
        return
    if schema != 0:
        raise InputError(
            f"holds accounts of schema {schema}, and this reads {SCHEMA}: update", where=str(path)
        )
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("BEGIN IMMEDIATE")
    if store.execute("PRAGMA user_version").fetchone()[0] == 0:
        for statement in TABLES.split(";\n"):
            store.execute(statement)
        store.execute(f"PRAGMA user_version = {SCHEMA}")
    store.execute("COMMIT")
