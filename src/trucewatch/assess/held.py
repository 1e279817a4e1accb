"""What is held of a condition for many incidents at once: its truth, and between which bounds its probability lies.

Rules:
- a condition is true from 95 % on, false up to 5 %, and else unknown; of bounds the lower makes it true, the upper false;
- what is not known lies between 0 and 1; nothing is filled in;
- "all of" is the least of the truths, "any of" the greatest, "not" the opposite;
- probabilities of conditions that rest on different facts are multiplied; of those that share a fact only the bounds
  of Boole and Fréchet are kept: all of them is at most the least, and at least their sum less so many as there are, less one;
- of an unknown condition the reasons of its unknown parts are kept, as bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from trucewatch.model.agreement import WhyNot
from trucewatch.model.vocabulary import Truth

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.int64]
Truths = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]

ALMOST_CERTAIN, ALMOST_NO_CHANCE, LIKELY, EVEN = 0.95, 0.05, 0.55, 0.5
TIGHT = 0.05  # bounds this near to one another are printed as their middle
REASONS = tuple(WhyNot)


class Fact(StrEnum):
    """What a condition rests on: two that share one are not taken as independent."""

    KIND = "kind"
    TRAJECTORY = "trajectory"
    TIME = "time"
    PLACE = "place"
    WEAPON = "weapon"
    HEADING = "heading"
    HEIGHT = "height"
    NUMBER = "number"
    OTHERS = "others"  # what else was seen
    PARTY = "party"
    RECORDS = "records"


def bit(reason: WhyNot) -> int:
    """Return the bit that stands for `reason`."""
    return 1 << REASONS.index(reason)


def reasons(bits: int) -> list[str]:
    """Return the reasons that `bits` stand for, sorted."""
    return sorted(reason.value for nth, reason in enumerate(REASONS) if bits >> nth & 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A condition of so many incidents, one element each."""

    truth: Truths  # vocabulary.Truth
    low: Floats  # its probability is at least
    high: Floats  # and at most
    why: Bits  # where it is unknown, why
    facts: frozenset[Fact]

    def take(self, which: Ints | Flags) -> Held:
        """Return the same of those incidents alone."""
        if which.dtype == np.bool_ and which.all():
            return self
        return replace(
            self, truth=self.truth[which], low=self.low[which], high=self.high[which], why=self.why[which]
        )

    def probability(self) -> Floats:
        """Return the middle of the bounds where they are tight, else NaN, rounded to four digits."""
        middle = np.round((self.low + self.high) / 2, 4)
        return np.where(self.high - self.low <= TIGHT, middle, np.nan)


def truth_of(
    low: Floats, high: Floats, *, yes: float = ALMOST_CERTAIN, no: float = ALMOST_NO_CHANCE
) -> Truths:
    """Return true from `yes` on, false up to `no`, else unknown."""
    found = np.full(len(low), int(Truth.UNKNOWN), dtype=np.int8)
    found[high <= no] = int(Truth.NO)
    found[low >= yes] = int(Truth.YES)
    return found


def between(low: Floats, high: Floats, why: WhyNot | Bits, *facts: Fact) -> Held:
    """Return a condition whose probability lies between bounds; NaN in either is not known."""
    low, high = np.where(np.isnan(low), 0.0, low), np.where(np.isnan(high), 1.0, high)
    truth = truth_of(low, high)
    bits = np.full(len(low), bit(why)) if isinstance(why, WhyNot) else why
    return Held(truth=truth, low=low, high=high, why=_where_unknown(truth, bits), facts=frozenset(facts))


def exactly(p: Floats, why: WhyNot | Bits, *facts: Fact) -> Held:
    """Return a condition of known probability; NaN is not known."""
    return between(p, p, why, *facts)


def never_known(many: int, why: WhyNot, *facts: Fact) -> Held:
    """Return a condition of which nothing is known."""
    return between(np.zeros(many), np.ones(many), why, *facts)


def all_hold(held: Sequence[Held]) -> Held:
    """Return that all of `held` hold; at least one is given."""
    parts = [_bounds(group) for group in _groups(held)]
    truth = _falsest(held)
    return Held(
        truth=truth,
        low=_product([low for low, _ in parts]),
        high=_product([high for _, high in parts]),
        why=_reasons(held, truth),
        facts=frozenset().union(*(one.facts for one in held)),
    )


def any_holds(held: Sequence[Held]) -> Held:
    """Return that at least one of `held` holds; at least one is given."""
    return opposite(all_hold([opposite(one) for one in held]))


def opposite(held: Held) -> Held:
    """Return that `held` does not hold."""
    turned = (int(Truth.YES) - held.truth).astype(np.int8)
    return replace(held, truth=turned, low=1 - held.high, high=1 - held.low)


def _groups(held: Sequence[Held]) -> list[list[Held]]:
    """Return `held` in groups that share facts, those of one group with nothing in common with another."""
    groups: list[tuple[frozenset[Fact], list[Held]]] = []
    for one in held:
        met = [group for group in groups if group[0] & one.facts]
        facts = one.facts.union(*(group[0] for group in met))
        members = [*(member for group in met for member in group[1]), one]
        groups = [*(group for group in groups if not group[0] & one.facts), (facts, members)]
    return [members for _, members in groups]


def _bounds(group: Sequence[Held]) -> tuple[Floats, Floats]:
    """Return Fréchet's bounds of all of `group`."""
    if len(group) == 1:
        return group[0].low, group[0].high
    total = np.zeros(len(group[0].low))
    for one in group:
        total = total + one.low
    return np.maximum(0.0, total - (len(group) - 1)), _minimum([one.high for one in group])


def _product(factors: list[Floats]) -> Floats:
    whole = factors[0]
    for factor in factors[1:]:
        whole = whole * factor
    return whole


def _minimum(parts: Sequence[Floats]) -> Floats:
    return np.asarray(np.minimum.reduce(list(parts)), dtype=np.float64)


def _falsest(held: Sequence[Held]) -> Truths:
    return np.asarray(np.minimum.reduce([one.truth for one in held]), dtype=np.int8)


def _reasons(held: Sequence[Held], truth: Truths) -> Bits:
    bits = np.zeros(len(truth), dtype=np.int64)
    for one in held:
        bits |= _where_unknown(one.truth, one.why)
    return _where_unknown(truth, bits)


def _where_unknown(truth: Truths, bits: Bits) -> Bits:
    return np.where(truth == int(Truth.UNKNOWN), bits, 0)
