"""The last checkpoint that left a mission: what readers outside can hold its record to.

Rules:
- its time is its tick's, which follows from its size and the recorded clock alone;
- a record that nobody cosigned proves less, and a page that shows it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The last checkpoint that left, as those who read a page see it."""

    size: int  # leaves, padding among them
    published_at: datetime
    age: timedelta  # negative: it left later than the moment it is seen from
    due_at: datetime  # when the last checkpoint should have left
    cosigned: tuple[tuple[str, datetime], ...]  # by the policy's name of whom, and when
    quorum: bool

    @property
    def late(self) -> bool:
        """Whether a later checkpoint should have left by now."""
        return self.due_at > self.published_at
