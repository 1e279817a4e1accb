"""What differs between two versions of an agreement, field by field.

Rules:
- a clause is the same when it bears the same id; what is renamed was removed and added;
- what moves no assessment, such as words and sources, is told as well and reaches no period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
        if self.before is None:
            return f"{what} was added: {self.after}"
        if self.after is None:
            return f"{what} was removed: {self.before}"
        return f"{what} was {self.before}; it is {self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The time in which assessments under a clause may differ: from, up to; None: since ever, for ever."""

    of: str
    from_utc: datetime | None
    to_utc: datetime | None
