"""A part that somebody was given in an emergency, as a report prints it.

Rules:
- who it was, by whom and why is said where the mission itself and the body read; to all others, that it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A part for a day at most."""

    part: str
    from_utc: datetime
    until_utc: datetime
    name: str | None = None  # None: this audience is not told who, by whom and why
    by: str | None = None
    why: str | None = None
