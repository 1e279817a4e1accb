"""What differs between two versions of an agreement, field by field.

Rules:
- a clause is the same when it bears the same id; what is renamed was removed and added;
- what moves no assessment, such as words and sources, is told as well and reaches no period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LISTS = frozenset({"phenomena", "trajectories", "excepts", "languages"})
"""Fields that are lists of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One difference; None: it was not there."""

    of: str  # a clause's id without the agreement's name; empty: the agreement itself
    field: str  # empty: all of it
    before: str | None
    after: str | None

    @property
    def words(self) -> str:
        """The difference in a sentence."""
        what = f"{self.of}: {self.field}" if self.of and self.field else self.of or self.field
        if self.before is None or self.after is None:
            return f"{what} was {'removed' if self.after is None else 'added'}: {_one_line(self.before or self.after)}"
        if self.field in LISTS:
            return f"{what} {_gained_and_lost(self.before, self.after)}"
        return f"{what} was {_one_line(self.before)}; it is {_one_line(self.after)}"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _gained_and_lost(before: str, after: str) -> str:
    old, new = before.split(", "), after.split(", ")
    gained, lost = [w for w in new if w not in old], [w for w in old if w not in new]
    parts = [f"{verb} {', '.join(words)}" for verb, words in (("gained", gained), ("lost", lost)) if words]
    return " and ".join(parts) or "come in another order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The time in which assessments under a clause may differ: from, up to; None: since ever, for ever."""

    of: str
    from_utc: datetime | None
    to_utc: datetime | None
