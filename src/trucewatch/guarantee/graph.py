"""Which statement waits for which, and in what order their states can be told.

Rules:
- a condition that awaits another statement is an edge; facts, readings and days have none, and end there;
- a cycle is refused, and printed whole: no state of any statement in it could ever be told;
- a statement that no pack at hand holds is no error: its state is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from trucewatch.errors import InputError
from trucewatch.model.statement import StatedCondition, Statement

Key = tuple[str, str]  # pack, statement id


def key_of(statement: Statement) -> Key:
    """Return what a statement is known by among all packs."""
    return statement.pack, statement.statement_id


def awaited(condition: StatedCondition, pack: str) -> Key | None:
    """Return the statement that a condition of `pack` waits for, or None when it waits for none."""
    if condition.awaits is None:
        return None
    before, slash, after = condition.awaits.partition("/")
    return (before, after) if slash else (pack, condition.awaits)


def edges(statements: Iterable[Statement]) -> Mapping[Key, tuple[Key, ...]]:
    """Return for each statement the statements that it waits for."""
    return {
        key_of(s): tuple(key for c in s.conditions for key in [awaited(c, s.pack)] if key is not None)
        for s in statements
    }


def ordered(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements so that each stands after those it waits for.

    Raises InputError with the cycle when they wait for each other in a ring.
    """
    by_key = {key_of(s): s for s in statements}
    waits = {key: [k for k in found if k in by_key] for key, found in edges(statements).items()}
    try:
        sorted_keys = tuple(TopologicalSorter({key: waits[key] for key in sorted(waits)}).static_order())
    except CycleError as fault:
        ring = " waits for ".join("/".join(key) for key in reversed(fault.args[1]))
        raise InputError(f"conditions in a ring, which can never be told: {ring}; take one out") from fault
    return tuple(by_key[key] for key in sorted_keys)
