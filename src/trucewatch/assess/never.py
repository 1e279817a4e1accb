"""Whether a condition can hold of anything at all, told from what it says and from nothing that happened.

Rules:
- it is looked at as one of several "all of", each taken apart into axes: kinds, weapon, calibre, distance, days, hours;
- on an axis all that is asked for must meet; where nothing is left, that "all of" never holds;
- what is too large to be taken apart is taken to be possible: nothing is called unreachable by guess.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from trucewatch.assess.said import said
from trucewatch.model.condition import (
    AllOf,
    Altitude,
    AnyOf,
    Before,
    Calibre,
    Condition,
    CountAtLeast,
    Days,
    FromLine,
    Heading,
    Hours,
    InZone,
    KindIs,
    NotSo,
    PartyIs,
    Repeated,
    Side,
    WeaponIs,
)
from trucewatch.model.vocabulary import Phenomenon
from trucewatch.model.weapon import WeaponClass

MOST = 1024
"""So many "all of" at most are looked at."""
DAY_MINUTES, WEEK_MINUTES = 24 * 60, 7 * 24 * 60
DAY = "its day counted from D-day"
Span = tuple[float, float]  # from, up to but not including


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a condition asks for on one axis: among so many, these; or along a measure, these spans."""

    axis: str
    among: frozenset[Hashable] = frozenset()  # empty: a measure
    these: frozenset[Hashable] = frozenset()
    spans: tuple[Span, ...] = ()
    whole: Span = (-math.inf, math.inf)  # of a measure: all there is


Apart = frozenset[frozenset[str]]
_Literal = tuple[Condition, bool]


def never(
    condition: Condition,
    kinds: frozenset[Phenomenon],
    bounds: Sequence[Asked] = (),
    apart: Apart = frozenset(),
) -> str | None:
    """Return why `condition` can hold of no incident of `kinds` within `bounds`; None: it may hold.

    The reason is the axis on which nothing is left; `apart` are pairs of zones that share no ground.
    """
    if _size(condition, so=True) > MOST:
        return None
    first: str | None = None
    for one in _apart(condition, so=True):
        reason = _contradiction(one, kinds, bounds) or _in_two_places(one, apart)
        if reason is None:
            return None
        first = first or reason
    return first


def _size(condition: Condition, *, so: bool) -> int:
    match condition:
        case NotSo(of=inner):
            return _size(inner, so=not so)
        case AllOf(of=parts) | AnyOf(of=parts):
            sizes = [_size(part, so=so) for part in parts]
            return math.prod(sizes) if isinstance(condition, AllOf) is so else sum(sizes)
        case _:
            return 1


def _apart(condition: Condition, *, so: bool) -> list[tuple[_Literal, ...]]:
    match condition:
        case NotSo(of=inner):
            return _apart(inner, so=not so)
        case AllOf(of=parts) | AnyOf(of=parts):
            inside = [_apart(part, so=so) for part in parts]
            if isinstance(condition, AllOf) is so:
                return [tuple(itertools.chain(*chosen)) for chosen in itertools.product(*inside)]
            return list(itertools.chain(*inside))
        case _:
            return [((condition, so),)]


def _contradiction(
    literals: Iterable[_Literal], kinds: frozenset[Phenomenon], bounds: Sequence[Asked]
) -> str | None:
    left = {bound.axis: bound for bound in bounds}
    for leaf, so in literals:
        asked = _asked(leaf, kinds)
        before = left.get(asked.axis)
        whole = before or Asked(axis=asked.axis, among=asked.among, these=asked.among, spans=(asked.whole,))
        after = Asked(
            axis=asked.axis,
            among=asked.among,
            these=whole.these & asked.these if so else whole.these - asked.these,
            spans=_meet(whole.spans, asked.spans if so else _rest(asked.spans)),
        )
        if not (after.these if asked.among else after.spans):
            return asked.axis
        left[asked.axis] = after
    return None


def _in_two_places(literals: Iterable[_Literal], apart: Apart) -> str | None:
    zones = sorted({leaf.zone for leaf, so in literals if so and isinstance(leaf, InZone)})
    pairs = [f"{one} and {other}" for one, other in itertools.combinations(zones, 2) if {one, other} in apart]
    return f"the ground that {pairs[0]} share" if pairs else None


def _asked(leaf: Condition, kinds: frozenset[Phenomenon]) -> Asked:
    match leaf:
        case KindIs(kinds=these):
            return Asked(axis="its kind", among=kinds or these, these=these)
        case WeaponIs(classes=these):
            return Asked(axis="its weapon", among=frozenset([*WeaponClass, ""]), these=these)
        case PartyIs(party=party):
            return Asked(
                axis="the party concerned", among=frozenset(["A", "B", ""]), these=frozenset([party])
            )
        case Hours():
            return Asked(axis=hour_in(leaf.clock), spans=minutes_of(leaf), whole=(0, WEEK_MINUTES))
        case Heading(from_deg=first, to_deg=last):
            spans = ((first, last),) if first < last else ((0.0, last), (first, 360.0))
            return Asked(
                axis="its direction", spans=tuple(span for span in spans if span[0] < span[1]), whole=(0, 360)
            )
        case FromLine():
            own = " on its own side" if leaf.side is Side.OWN else ""
            return Asked(axis=f"its distance from {leaf.line}{own}", spans=_from_line(leaf))
        case _:
            return _measured(leaf)


def _measured(leaf: Condition) -> Asked:
    match leaf:
        case Calibre(from_mm=first, below_mm=last):
            return Asked(axis="its calibre", spans=(_span(first, last),), whole=(0, math.inf))
        case Altitude(from_m=first, below_m=last):
            return Asked(axis="its height", spans=(_span(first, last),))
        case Days(from_day=first, to_day=last):
            return Asked(axis=DAY, spans=(_span(first, None if last is None else last + 1),))
        case CountAtLeast(at_least=least, within_h=within, around_m=around):
            return Asked(axis=f"how many within {within} h and {around} m", spans=(_span(least, None),))
        case Repeated(at_least=least, within_h=within, around_m=around):
            return Asked(
                axis=f"how many incidents within {within} h and {around} m", spans=(_span(least, None),)
            )
        case Before(stated=stated, at_least_h=hours):
            return Asked(axis=f"how long before it was {stated.value}", spans=(_span(hours, None),))
        case _:
            return Asked(
                axis=f"whether {said(leaf)} holds", among=frozenset([True, False]), these=frozenset([True])
            )


def hour_in(clock: str) -> str:
    """Return the axis of the hours by `clock`."""
    return f"the hour in {clock}"


def minutes_of(hours: Hours) -> tuple[Span, ...]:
    """Return the spans of minutes of the week, from Monday 00:00, that lie in `hours`."""
    length = (hours.until_minute - hours.from_minute) % DAY_MINUTES
    spans: list[Span] = []
    for day in hours.weekdays or range(7):
        first = day * DAY_MINUTES + hours.from_minute
        spans.append((first, min(first + length, WEEK_MINUTES)))
        if first + length > WEEK_MINUTES:
            spans.append((0, first + length - WEEK_MINUTES))
    return tuple(spans)


def _from_line(leaf: FromLine) -> tuple[Span, ...]:
    """Return distances from a line, those on A's side and on a party's own above zero, those on B's below."""
    low, high = _span(leaf.from_m or 0.0, leaf.nearer_than_m)
    above, below = (low, high), (-high, -low)
    match leaf.side:
        case Side.B:
            return (below,)
        case Side.EITHER:
            return (below, above)
        case _:
            return (above,)


def _span(first: float | None, last: float | None) -> Span:
    return (-math.inf if first is None else first, math.inf if last is None else last)


def _meet(ones: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    met = [(max(a[0], b[0]), min(a[1], b[1])) for a, b in itertools.product(ones, tuple(others))]
    return tuple(span for span in met if span[0] < span[1])


def _rest(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return what lies outside `spans`."""
    left: tuple[Span, ...] = ((-math.inf, math.inf),)
    for first, last in spans:
        left = _meet(left, ((-math.inf, first), (last, math.inf)))
    return left
