"""A door that asks more: what is legal after all that is on record, judged while the writer's lock is held.

Rules:
- between the judgement and the append nobody else can append, so that what was legal is legal where it stands;
- who may sign and make a record at all is asked first (`authors.admits`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from trucewatch.errors import RefusedError
from trucewatch.log.keys import VerifierKey
from trucewatch.mission.authors import admits
from trucewatch.mission.folder import Folder
from trucewatch.mission.journal import Entry, Journal, Record

Judge = Callable[[Sequence[Record], Sequence[Entry], datetime], str | None]


def guarded(folder: Folder, judge: Judge) -> Journal:
    """Return the mission's journal, whose appends are refused with the reason that `judge` gives under the lock."""
    journal = folder.journal

    def asked(
        log: VerifierKey, deciding: Iterable[Record], entries: Sequence[Entry], first: int, at: datetime
    ) -> None:
        admits(log, deciding, entries, first, at)
        why = judge(tuple(journal.replay()), entries, at)
        if why is not None:
            raise RefusedError(why)

    return replace(journal, admits=asked)
