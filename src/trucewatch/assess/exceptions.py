"""Which exceptions are open.

Rules:
- an exception is open when a party invoked it, or an observation of the kinds it names supports it, and its own condition
  is not false; with neither it is *not invoked*, and with a false condition *closed*;
- support is another incident of such a kind that overlaps, or began less than 24 hours before, the one assessed:
  the window is ours, wide on purpose, for an open exception only ever makes a verdict more careful;
- of those open the one of the lowest priority decides; an exception from an exception takes the act back under the clause
  only when its own condition is true, for what merely may be decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

import numpy as np

from trucewatch.assess.asked import Asked
from trucewatch.assess.columns import KINDS, Ints
from trucewatch.assess.evaluate import Counted, evaluate
from trucewatch.assess.held import Flags, Held
from trucewatch.assess.stated import relied_on
from trucewatch.model.agreement import Act, Agreement, Clause, Effect
from trucewatch.model.vocabulary import Truth

SUPPORT_WINDOW = timedelta(hours=24)
NOT_INVOKED: Mapping[str, tuple[str, ...]] = MappingProxyType({})
"""No exception was invoked: clause id of an exception to the ids of the records that invoke it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One exception, of so many incidents: whether it is relied on, supported, and what its condition is."""

    exception: Clause
    invoked: Flags
    supported: Flags
    when: Held | None  # None: it has no condition of its own

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
            supported=_supported(asked, at, exception),
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


def _supported(asked: Asked, at: Ints, exception: Clause) -> Flags:
    columns = asked.columns
    meant = np.isin(columns.kind, [KINDS.index(kind) for kind in exception.phenomena])
    since = columns.start_us[meant]
    until = np.maximum(columns.end_us[meant], since + SUPPORT_WINDOW // timedelta(microseconds=1))
    begun = np.searchsorted(np.sort(since), columns.end_us[at], side="right")
    over = np.searchsorted(np.sort(until), columns.start_us[at], side="right")
    return begun - over - meant[at] > 0
