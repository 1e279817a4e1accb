"""What stands at the head of every page of the ledger: whose it is, of which moments, and under which checkpoint.

Rules:
- nothing is headed for an audience that may have nothing;
- the body and guarantors may see the ledger with its clocks, in an exercise or by a policy for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.model.gate import CLOCKS_FOR, may_have, see_clocks, stamp
from trucewatch.model.instants import Clock
from trucewatch.model.policy import INTERNAL_ONLY, Policy
from trucewatch.model.published import Published
from trucewatch.model.vocabulary import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a page of the ledger."""

    mission: str
    stamp: str
    clock: Clock
    at: datetime  # the moment that the ledger is read for
    known_at: datetime
    published: Published | None  # the last checkpoint that left; None: none did


def head(
    *,
    mission: str,
    clock: Clock,
    at: datetime,
    known_at: datetime,
    audience: Audience,
    published: Published | None = None,
    exercise: bool = False,
    replay: bool = False,
    policy: Policy = INTERNAL_ONLY,
) -> Head:
    """Return the head of a page for `audience`; raises RefusedError when it may have nothing."""
    if audience in CLOCKS_FOR:
        see_clocks(audience, exercise=exercise, policy=policy)
    else:
        may_have(audience, policy)
    return Head(
        mission=mission,
        stamp=stamp(audience, exercise=exercise, replay=replay),
        clock=clock,
        at=at,
        known_at=known_at,
        published=published,
    )
