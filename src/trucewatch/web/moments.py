"""Days and moments as an address has them.

Rules:
- a day is written as 2026-01-06, a moment with its offset; anything else is refused;
- a plus sign that was typed as it is stands for a space in an address, and counts all the same.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from trucewatch.errors import InputError
from trucewatch.model.answered import Answered
from trucewatch.model.instants import moment
from trucewatch.model.told import Told


def moment_given(text: str) -> datetime:
    """Return a moment of an address; raises TimeError when it is none."""
    return moment(re.sub(r" (\d\d:?\d\d)$", r"+\1", text))


def read_day(text: str) -> date:
    """Return a date written as 2026-01-06; raises InputError for any other."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text or not 1900 <= found.year <= 2199:
        raise InputError(Told(Answered.NO_DAY))
    return found
