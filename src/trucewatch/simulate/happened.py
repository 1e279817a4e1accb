"""Events as columns of numbers, as they are made.

Rules:
- places are metres, times are seconds from the start; NaN and -1 are *not so*;
- events link to one another by `key`; `in_order` makes it the number in the order of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

import numpy as np

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Phenomenon, Trajectory
from trucewatch.simulate.draws import Flags, Ints

KINDS = tuple(kind.value for kind in Phenomenon)
FLIGHTS = tuple(one.value for one in Trajectory)


class FiredBy(StrEnum):
    """Who or what caused an event."""

    A = "A"
    B = "B"
    THIRD = "third"
    ACCIDENT = "accident"
    EXERCISE = "exercise"
    NONE = "none"  # nothing was fired: a weapon that stands in the open


CAUSES = tuple(one.value for one in FiredBy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Events as columns of metres and seconds; NaN and -1 are *not so*. Links are by `key`."""

    key: Ints
    at_s: Floats
    east_m: Floats
    north_m: Floats
    from_east_m: Floats
    from_north_m: Floats
    to_east_m: Floats
    to_north_m: Floats
    fired_by: Ints  # index in CAUSES
    side: Ints  # 0: A, 1: B, -1: neither
    kind: Ints  # index in KINDS
    flight: Ints  # index in FLIGHTS
    arm: Ints  # index in ARMS, -1: none
    count: Ints
    engagement: Ints
    reply_to: Ints  # key
    launch_of: Ints  # key

    def take(self, which: Ints | Flags) -> Happened:
        """Return the events at `which`, in that order."""
        return Happened(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def joined(parts: Sequence[Happened]) -> Happened:
    """Return the events of all `parts`, one part after the other."""
    return Happened(
        **{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Happened)}
    )


def in_order(one: Happened) -> Happened:
    """Return the events in the order of time, keys and links renumbered to be that order."""
    one = one.take(np.lexsort((one.key, one.at_s)))
    rank = np.full(int(one.key.max(initial=0)) + 2, -1, dtype=np.int64)  # the last is of links to nothing
    rank[one.key] = np.arange(len(one.key))
    return replace(one, key=rank[one.key], reply_to=rank[one.reply_to], launch_of=rank[one.launch_of])
