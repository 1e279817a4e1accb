"""What stands beside an assessment's trace: what it weighs by whom, what a party may not see, what would change it.

Rules:
- weights are shares of independent origins, and never odds;
- what would change it is reckoned with the clause's own conditions, one at a time, all else as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.model.agreement import Trace
from trucewatch.model.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """The share of an incident's independent origins that sources of one affiliation bring."""

    affiliation: str | None  # party:A, supporter_of:A, third, joint, public; None: not declared
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """The share of an incident's observations that a party may not see."""

    party: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One thing that is open, and the verdict that would stand if it were shown one way or the other."""

    condition: str  # a step of the trace
    if_so: Verdict
    if_not: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """An assessment's trace and what stands beside it."""

    trace: Trace
    weights: tuple[Weight, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    turns: tuple[Turn, ...] = ()
