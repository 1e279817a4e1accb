"""How often somebody may try to sign in: what a guesser waits for, and what nobody is locked out by for long.

Rules:
- three wrong answers are free; each further one doubles the wait of that name, from five seconds to 15 minutes;
- a machine that tries many names waits too, after twenty wrong answers; and all together have 120 tries a minute;
- a wait is the same for a name without an account; what is tried while one waits is not looked at, and adds nothing;
- a right answer clears its name's slate; what is older than a day counts for nothing.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from trucewatch.errors import RefusedError
from trucewatch.mission.account_store import micros, moment_of
from trucewatch.mission.invitations import folded

FREE_OF_NAME, FREE_OF_PLACE = 3, 20
FIRST_WAIT_S, LONGEST_WAIT_S = 5, 900
KEPT = timedelta(days=1)
MOST_PER_MINUTE = 120


def wait_after(wrong: int, *, free: int = FREE_OF_NAME) -> timedelta:
    """Return how long nobody may try again after so many wrong answers."""
    if wrong < free:
        return timedelta(0)
    return timedelta(seconds=min(FIRST_WAIT_S << min(wrong - free, 20), LONGEST_WAIT_S))


def admit_attempt(store: sqlite3.Connection, name: str, place: str, at: datetime) -> None:
    """Raise RefusedError when this name, this place or everybody must wait."""
    store.execute("DELETE FROM attempts WHERE at_us < ?", [micros(at - KEPT)])
    since = micros(at - timedelta(minutes=1))
    named = "SELECT count(*) FROM attempts WHERE at_us > ? AND who LIKE 'name %'"
    (tries,) = store.execute(named, [since]).fetchone()
    if tries >= MOST_PER_MINUTE:
        raise RefusedError("too many are trying to sign in: try again in a minute")
    for who, free in ((_name(name), FREE_OF_NAME), (_place(place), FREE_OF_PLACE)):
        wrong, latest = store.execute(
            "SELECT count(*), max(at_us) FROM attempts WHERE who = ?", [who]
        ).fetchone()
        until = moment_of(latest) + wait_after(wrong, free=free) if wrong else at
        if who and at < until:
            raise RefusedError(f"too many wrong answers: try again after {until:%H:%M:%S}Z")


def wrong_attempt(store: sqlite3.Connection, name: str, place: str, at: datetime) -> None:
    """Write down that a wrong answer was given."""
    rows = [(who, micros(at)) for who in (_name(name), _place(place)) if who]
    store.executemany("INSERT INTO attempts VALUES(?, ?)", rows)


def right_attempt(store: sqlite3.Connection, name: str, place: str, at: datetime) -> None:
    """Clear the slate of a name, and take back what was written of the place before the answer was known."""
    store.execute("DELETE FROM attempts WHERE who = ?", [_name(name)])
    store.execute("DELETE FROM attempts WHERE who = ? AND at_us = ?", [_place(place), micros(at)])


def _name(name: str) -> str:
    return f"name {folded(name)[:80]}"


def _place(place: str) -> str:
    return f"place {place[:80]}" if place else ""
