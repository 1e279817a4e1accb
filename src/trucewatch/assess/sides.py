"""The parties' ground by their own lines, period by period: where fire could have come from.

Rules:
- a party's ground lies on its side of the line that it measures from, or of the one line that serves both;
- where either line is not known for a time, neither side is: from one alone nothing is concluded;
- the ground goes on for 300 km behind the line, farther than anything here fires from.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime

import shapely

from trucewatch.assess.flights import Sides
from trucewatch.assess.lines import beside
from trucewatch.model.agreement import Agreement, Mapped
from trucewatch.model.shapes import Shape, Shapes

BEHIND_M = 300_000.0


def sides_of(agreement: Agreement, shapes: Shapes) -> tuple[Sides, ...]:
    """Return the parties' ground in each period in which both their lines are known."""
    lines = [_line_of("A", agreement.mapped), _line_of("B", agreement.mapped)]
    if None in lines:
        return ()
    own = [shapes.of(line) for line in lines if line]
    return tuple(_periods(own[0], own[1]))


def _line_of(party: str, mapped: Sequence[Mapped]) -> str | None:
    """Return the first line that `party` measures from, or else the first that serves both."""
    known = [one for one in mapped if one.is_line and one.unknown is None]
    return next((one.name for whose in (party, None) for one in known if one.measured_by == whose), None)


def _periods(ours: Sequence[Shape], theirs: Sequence[Shape]) -> Iterator[Sides]:
    for first, second in itertools.product(ours, theirs):
        start = max(filter(None, (first.from_utc, second.from_utc)), default=None)
        end = min(filter(None, (first.to_utc, second.to_utc)), default=None)
        if start is None or end is None or start < end:
            yield _sides(first, second, start, end)


def _sides(first: Shape, second: Shape, start: datetime | None, end: datetime | None) -> Sides:
    return Sides(a=_behind(first, "A"), b=_behind(second, "B"), from_utc=start, to_utc=end)


def _behind(line: Shape, party: str) -> shapely.Geometry | None:
    if not isinstance(line.geometry, shapely.LineString) or line.left is None:
        return None
    ground = beside(line.geometry, left=line.left == party, from_m=None, nearer_than_m=BEHIND_M)
    shapely.prepare(ground)
    return ground
