"""Whether two days may be compared.

Rules:
- two figures are compared only when what could have been seen was much the same;
- hours that are not known compare with nothing.
"""

from __future__ import annotations

QUARTER = 0.25


def comparable(hours_today: float | None, hours_before: float | None) -> bool:
    """Say whether both hours are known, above zero, and within a quarter of the larger."""
    if hours_today is None or hours_before is None:
        return False
    most, least = max(hours_today, hours_before), min(hours_today, hours_before)
    return least > 0 and most - least <= QUARTER * most
