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
    Days,
    FiredInto,
    FromLine,
    InZone,
    NotSo,
)


def names_in(clause: Clause) -> Iterator[str]:
    """Yield the areas, zones and lines that `clause` names."""
    for reading in clause.readings:
        yield from reading.area_ids or ()
    for leaf in _leaves(clause.when) if clause.when is not None else ():
        yield from _named(leaf)


def counts_days(clause: Clause) -> bool:
    """Say whether a condition of `clause` counts days from D-day."""
    return clause.when is not None and any(isinstance(leaf, Days) for leaf in _leaves(clause.when))


def _leaves(condition: Condition) -> Iterator[Condition]:
    match condition:
        case AllOf(of=parts) | AnyOf(of=parts):
            for part in parts:
                yield from _leaves(part)
        case NotSo(of=inner):
            yield from _leaves(inner)
        case _:
            yield condition


def _named(leaf: Condition) -> tuple[str, ...]:
    match leaf:
        case InZone(zone=zone) | FiredInto(zone=zone):
            return (zone,)
        case FromLine(line=line):
            return (line, f"{line}-a", f"{line}-b")
        case Crosses(line=line):
            return (line,)
        case _:
            return ()
