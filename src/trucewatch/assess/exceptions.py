"""Which exceptions are open.

Rules:
- an exception is open when a party invoked it, or the evidence supports it, and its own condition is not false; with
  neither it is *not invoked*, and with a false condition *closed*;
- support is another incident of the kinds it names (`phenomena`) that may be in the 24 hours up to the one assessed and
  within 50 km of it: both are ours, wide on purpose, and where either place is not known it may be near;
- support is also its own condition, when that is true and asks for other incidents: one on the incident alone says
  which acts the exception is about and supports nothing, nor does one on records, which a party shows by relying on it;
- of those open the one of the lowest priority decides; an exception from an exception takes the act back under the clause
  only when its own condition is true, for what merely may be decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from trucewatch.assess.asked import Asked, leaves
from trucewatch.assess.columns import Ints
from trucewatch.assess.evaluate import Counted, evaluate
from trucewatch.assess.held import Flags, Held
from trucewatch.assess.stated import relied_on
from trucewatch.assess.windows import another_near
from trucewatch.model.agreement import Act, Agreement, Clause, Effect
from trucewatch.model.condition import Condition, CountAtLeast, Repeated, ReplyTo
from trucewatch.model.vocabulary import Truth

SUPPORT_HOURS, SUPPORT_REACH_M = 24.0, 50_000.0
"""How long before and how far off another incident supports an exception."""
NOT_INVOKED: Mapping[str, tuple[str, ...]] = MappingProxyType({})
"""No exception was invoked: clause id of an exception to the ids of the records that invoke it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One exception, of so many incidents: whether it is relied on, what supports it, and what its condition is."""

    exception: Clause
    invoked: Flags
    near: Flags  # another incident of its kinds may be near
    met: Flags  # its own condition, on other incidents, is true
    when: Held | None  # None: it has no condition of its own

    @property
    def supported(self) -> Flags:
        """Whether the evidence supports it."""
        return self.near | self.met

    @property
    def open(self) -> Flags:
        """Whether it is open."""
        claimed = self.invoked | self.supported
        return claimed if self.when is None else claimed & (self.when.truth > int(Truth.NO))

    @property
    def shown(self) -> Flags:
        """Whether it is open, and its own condition true."""
        return self.open if self.when is None else self.open & (self.when.truth == int(Truth.YES))


def exceptions_to(clause: Clause, agreement: Agreement) -> tuple[Clause, ...]:
    """Return the exceptions that take effect against `clause`, in the text's order."""
    return tuple(c for c in agreement.clauses if c.act is Act.EXCEPTION and clause.clause_id in c.excepts)


def claimed(
    asked: Asked, clause: Clause, at: Ints, counts: Counted, invoked: Mapping[str, tuple[str, ...]]
) -> Iterator[Claimed]:
    """Yield each exception to `clause` with how it stands for incidents `at`, in the text's order."""
    for exception in exceptions_to(clause, asked.agreement):
        always = np.full(len(at), bool(invoked.get(exception.clause_id)))
        when = None if exception.when is None else evaluate(exception.when, asked, at, counts)
        yield Claimed(
            exception=exception,
            invoked=always | relied_on(asked, at, exception.clause_id),
            near=_near(asked, at, exception),
            met=_met(exception, when, len(at)),
            when=when,
        )


def any_open(found: Sequence[Claimed], many: int) -> Flags:
    """Return for each of `many` incidents whether an exception is open that leaves the act undecided."""
    undecided, decided = np.zeros(many, dtype=bool), np.zeros(many, dtype=bool)
    for one in sorted(found, key=lambda one: one.exception.priority):
        if one.exception.effect is Effect.FORBIDDEN:
            decided |= one.shown & ~undecided
        else:
            undecided |= one.open & ~decided
    return undecided


def _near(asked: Asked, at: Ints, exception: Clause) -> Flags:
    if not exception.phenomena:
        return np.zeros(len(at), dtype=bool)
    return another_near(asked.columns, at, exception.phenomena, SUPPORT_HOURS, SUPPORT_REACH_M)


def _met(exception: Clause, when: Held | None, many: int) -> Flags:
    if when is None or not looks_beyond(exception):
        return np.zeros(many, dtype=bool)
    met: Flags = when.truth == int(Truth.YES)
    return met


def looks_beyond(exception: Clause) -> bool:
    """Say whether its condition asks for other incidents."""
    return any(_beyond(leaf) for leaf in leaves(exception.when))


def _beyond(leaf: Condition) -> bool:
    match leaf:
        case ReplyTo() | Repeated():
            return True
        case CountAtLeast(within_h=within):
            return within is not None
        case _:
            return False
