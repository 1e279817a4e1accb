"""Tokens for programs: each of a person, for some actions, in some areas, until a day.

Rules:
- the secret is shown once; its SHA-256 is kept;
- a token does no more than its person may at that moment, and nothing once that person's key has ended;
- it is made for reading and for sending in, never for a move: it signs nothing;
- it ends after a year at most, and whoever made it ends it sooner.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from trucewatch.errors import InputError, RefusedError
from trucewatch.mission.access import OF_TOKENS, Action, Through, Viewer
from trucewatch.mission.account_store import digest_of, micros, moment_of, opened_accounts
from trucewatch.mission.accounts import Accounts

PREFIX = "tw_"
SECRET_BYTES = 32
ID_BYTES = 4
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is kept of a token."""

    token_id: str
    person: str
    label: str
    scopes: tuple[Action, ...]
    areas: tuple[str, ...] | None  # None: everywhere
    made_at: datetime
    until: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A new token with its secret, which is shown once."""

    token: Token
    secret: str = field(repr=False)


def add_token(
    accounts: Accounts,
    person: str,
    *,
    label: str,
    scopes: Collection[Action],
    areas: Collection[str] | None,
    until: datetime,
    at: datetime,
) -> Made:
    """Make a token of a person in the record."""
    if not scopes or set(scopes) - OF_TOKENS:
        for_ = ", ".join(sorted(OF_TOKENS))
        raise RefusedError(f"a token is made for one or more of these: {for_}")
    if not at < until <= at + LONGEST:
        raise RefusedError("a token ends, within a year: say until when")
    held = accounts.roll().persons.get(person)
    if held is None or held.current is None:
        raise RefusedError("a token is a person's who has a valid key")
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    made = Token(
        token_id=secrets.token_hex(ID_BYTES),
        person=person,
        label=label,
        scopes=tuple(sorted(scopes)),
        areas=None if areas is None else tuple(sorted(areas)),
        made_at=at,
        until=until,
        ended_at=None,
    )
    kept = None if made.areas is None else "\n".join(made.areas)
    row = [made.token_id, digest_of(secret), person, label, " ".join(made.scopes), kept]
    with opened_accounts(accounts.path) as store:
        store.execute(
            "INSERT INTO tokens VALUES(?, ?, ?, ?, ?, ?, ?, ?, NULL)", [*row, micros(at), micros(until)]
        )
    return Made(token=made, secret=secret)


def viewer_of_token(accounts: Accounts, secret: str, at: datetime) -> Viewer | None:
    """Return who asks with this token, None when it is none, or no more."""
    with opened_accounts(accounts.path) as store:
        row = store.execute("SELECT * FROM tokens WHERE digest = ?", [digest_of(secret)]).fetchone()
    token = None if row is None else _token(row)
    if token is None or token.ended_at is not None or at >= token.until:
        return None
    roll = accounts.roll()
    person = roll.persons.get(token.person)
    if person is None or person.current is None:
        return None
    return Viewer(
        person=person.person_id,
        name=person.name,
        parts=roll.parts(person.person_id, at),
        through=Through.TOKEN,
        scopes=frozenset(token.scopes),
        areas=None if token.areas is None else frozenset(token.areas),
        until=token.until,
    )


def tokens_of(accounts: Accounts, person: str | None = None) -> tuple[Token, ...]:
    """Return a person's tokens, or everybody's, the oldest first."""
    with opened_accounts(accounts.path) as store:
        rows = store.execute("SELECT * FROM tokens ORDER BY made_us, token_id").fetchall()
    return tuple(token for token in map(_token, rows) if person in (None, token.person))


def end_token(accounts: Accounts, token_id: str, *, at: datetime) -> Token:
    """End a token, and return it."""
    with opened_accounts(accounts.path) as store:
        ended = "UPDATE tokens SET ended_us = ? WHERE token_id = ? AND ended_us IS NULL"
        if store.execute(ended, [micros(at), token_id]).rowcount != 1:
            raise InputError(f"there is no token {token_id[:40]!r} that could be ended")
        row = store.execute("SELECT * FROM tokens WHERE token_id = ?", [token_id]).fetchone()
    return _token(row)


def _token(row: sqlite3.Row) -> Token:
    areas, ended = row["areas"], row["ended_us"]
    return Token(
        token_id=row["token_id"],
        person=row["person"],
        label=row["label"],
        scopes=tuple(map(Action, row["scopes"].split())),
        areas=None if areas is None else tuple(areas.split("\n")),
        made_at=moment_of(row["made_us"]),
        until=moment_of(row["until_us"]),
        ended_at=None if ended is None else moment_of(ended),
    )
