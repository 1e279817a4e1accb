"""How many, as an interval: the only shape in which the report holds a number of things.

Rules:
- `least` None: nobody stated a number, or a lower bound; `most` None: no upper bound was stated;
- a difference of intervals is an interval, and an unknown end stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """At least `least`, at most `most`."""

    least: int | None
    most: int | None

    def since(self, earlier: Span) -> Span:
        """Return by how much this is more than `earlier`, as the interval that both allow."""
        least = None if self.least is None or earlier.most is None else self.least - earlier.most
        most = None if self.most is None or earlier.least is None else self.most - earlier.least
        return Span(least=least, most=most)

    @property
    def stated(self) -> bool:
        """Say whether either end is known."""
        return self.least is not None or self.most is not None


NONE_FOUND = Span(least=0, most=0)


def summed(spans: Iterable[Span]) -> Span:
    """Return the sum: at least the known lower ends, at most nothing when an upper end is unknown."""
    parts = tuple(spans)
    lows = [part.least for part in parts if part.least is not None]
    highs = [part.most for part in parts if part.most is not None]
    least = sum(lows) if lows or not parts else None
    return Span(least=least, most=sum(highs) if len(highs) == len(parts) else None)
