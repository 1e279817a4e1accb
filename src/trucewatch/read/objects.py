"""What an act is done to, and what a view says: the document's own words, cut where they end.

Rules:
- a thing ends at the first mark that separates, at an attribution and at a condition, and holds no amount and no
  time at its ends: those are fields of their own;
- a view or an open question is its whole clause, from its first word up to a condition.
"""

from __future__ import annotations

from collections.abc import Sequence

from trucewatch.read.clauses import INTRODUCERS, Clause
from trucewatch.read.grammar import Mark
from trucewatch.read.units import QUOTES, Kind, Unit
from trucewatch.read.views import is_phrase

STOPS = frozenset(".!?…")
ENDS = frozenset({Kind.AMOUNT, Kind.TIME, Kind.POINT, Kind.HOLE})


def thing(units: Sequence[Unit], clause: Clause) -> tuple[int, int]:
    """Return the characters of what the verb of `clause` is done to; an empty span when there is nothing."""
    own: list[Unit] = []
    for at in range(clause.chain.end, clause.end):
        unit = units[at]
        stops = unit.separates or unit.text in STOPS or is_phrase(unit) or _conditional(clause, at)
        if stops and own:
            break
        if not stops and (own or unit.kind not in ENDS):
            own.append(unit)
    while own and own[-1].kind in ENDS:
        own.pop()
    return _span(own, units[clause.chain.end - 1].end)


def whole(units: Sequence[Unit], clause: Clause) -> tuple[int, int]:
    """Return the characters of a clause without the word that introduces it, up to its first condition after the verb."""
    own: list[Unit] = []
    for at in range(clause.first, clause.end):
        unit = units[at]
        if _conditional(clause, at) or is_phrase(unit) or (unit.kind is Kind.HOLE and own):
            if at > clause.chain.start:
                break
            continue
        introduces = unit.marks & {*INTRODUCERS, Mark.COORDINATOR} and at < clause.chain.start
        if own or not (introduces or unit.kind in (Kind.POINT, Kind.HOLE)):
            own.append(unit)
    return _span(own, units[clause.chain.end - 1].end)


def as_written(words: Sequence[Unit]) -> tuple[int, int]:
    """Return the characters of a condition without the marks at its ends."""
    return _span(list(words), words[0].start)


def _conditional(clause: Clause, at: int) -> bool:
    return any(start <= at < end for start, end in clause.conditions)


def _span(own: list[Unit], otherwise: int) -> tuple[int, int]:
    ends = (Kind.POINT, Kind.HOLE)
    while own and (own[-1].kind in ends or own[-1].text in QUOTES):
        own.pop()
    while own and (own[0].kind in ends or own[0].text in QUOTES):
        own.pop(0)
    return (own[0].start, own[-1].end) if own else (otherwise, otherwise)
