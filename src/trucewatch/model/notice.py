"""What a record states about incidents that no observation can show: orders, notices, warnings, invocations.

Rules:
- a notice is somebody's word at a time, kept with its record; it says that something was stated, not that it is true;
- `denies` is a record that states the opposite; with both, the condition is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.model.condition import Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One such statement, and the incidents it speaks of: all in its time and, where given, its area."""

    stated: Stated
    record: str  # its id
    by: str  # who states it: A, B, or another by name
    at: datetime  # UTC: when it was stated
    from_utc: datetime  # the period it speaks of
    to_utc: datetime
    party: str | None = None  # whose act it speaks of: A or B; None: not stated
    area_id: str | None = None  # None: anywhere, unless a place is given
    lon: float | None = None  # the middle of the place it speaks of, degrees
    lat: float | None = None
    radius_m: float | None = None
    clause_id: str | None = None  # of an invocation: the exception relied on
    incident_id: str | None = None  # when it speaks of one incident alone
    denies: bool = False
    recorded_by: str = ""
    rests_on: str = ""  # what it was read in
