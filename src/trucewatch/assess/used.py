"""Which zones and lines a clause names, in its readings and in its conditions.

Rules:
- a name that two lines share but for -a and -b stands for both of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from trucewatch.model.agreement import Clause
from trucewatch.model.condition import (
    AllOf,
    AnyOf,
    Condition,
    Crosses,
    FiredInto,
    FromLine,
    InZone,
    NotSo,
)


def names_in(clause: Clause) -> Iterator[str]:
    """Yield the areas, zones and lines that `clause` names."""
    for reading in clause.readings:
        yield from reading.area_ids or ()
    if clause.when is not None:
        yield from _named(clause.when)


def _named(condition: Condition) -> Iterator[str]:
    match condition:
        case AllOf(of=parts) | AnyOf(of=parts):
            for part in parts:
                yield from _named(part)
        case NotSo(of=inner):
            yield from _named(inner)
        case InZone(zone=zone) | FiredInto(zone=zone):
            yield zone
        case FromLine(line=line):
            yield from (line, f"{line}-a", f"{line}-b")
        case Crosses(line=line):
            yield line
        case _:
            return
