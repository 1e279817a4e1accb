"""The one file that looks at the clock.

Rules:
- everything else takes a moment as an argument;
- a moment has its zone, and is UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], datetime]


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)
