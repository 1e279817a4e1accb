"""Writing at the desk: who writes, the configuration and the door, from the read model and not from the whole record.

Rules:
- the read model follows the record, each record held to its leaf and its signature; under the writer's lock it is brought
  up to the last record first, so that what is judged by it is judged by all that stands;
- where it is not at the record's end for any reason, the record itself is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection

from trucewatch.log.keys import SignerKey, VerifierKey
from trucewatch.mission.authors import Author, admits, admits_after, author_among
from trucewatch.mission.folder import Folder, mission_of, settle, writing_moment
from trucewatch.mission.following import configuration, reached, standing
from trucewatch.mission.journal import Entry, Journal, Record
from trucewatch.mission.views_cases import FAMILY, cases_at_hand

Judge = Callable[[Connection], None]  # raises RefusedError


def settle_at_hand(
    folder: Folder, *, by: str, key: SignerKey | None = None, at: datetime | None = None
) -> tuple[str, ...]:
    """Record every configuration file that has changed, and return their names."""
    with closing(cases_at_hand(folder)) as desk:
        texts = configuration(desk, FAMILY)
    replay = mission_of(texts).replay
    return settle(folder, by=by, key=key, at=writing_moment(replay, at), standing=texts)


def author_at_hand(folder: Folder, desk: Connection, *, by: str, key: SignerKey | None) -> Author:
    """Return who writes, as `author` does."""
    journal = folder.journal
    so_far = standing(desk, FAMILY, journal.key)
    return author_among(journal, so_far.roll, reached(desk, FAMILY).seq, by=by, key=key)


def at_the_desk(folder: Folder, judge: Judge) -> Journal:
    """Return the mission's journal, whose appends are judged under the lock by what the read model then has."""

    def asked(
        log: VerifierKey, deciding: Iterable[Record], entries: Sequence[Entry], first: int, at: datetime
    ) -> None:
        with closing(cases_at_hand(folder)) as desk:
            if reached(desk, FAMILY).seq == first:
                admits_after(standing(desk, FAMILY, log), entries, first, at, log=log)
            else:
                admits(log, deciding, entries, first, at)
            judge(desk)

    return replace(folder.journal, admits=asked)
