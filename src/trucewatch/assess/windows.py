"""How many there were in a window of time up to an incident, and whether it answers another.

Rules:
- another is surely in the window, or may be, by their intervals and their places' 90 % errors (`sums`);
- at least so many: those that surely count, each with its lower bound; at most: all that may, with their upper ones;
- fewer than asked among all that may count is a plain no, for a clause speaks of what is shown; but that nothing was
  seen before an incident is no evidence that it answers nothing, so a reply is never a plain no;
- an incident counts itself.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from trucewatch.assess.asked import Asked
from trucewatch.assess.columns import HOUR_US, KINDS, Columns, Floats, Ints
from trucewatch.assess.held import EVEN, LIKELY, Fact, Flags, Held, between, exactly
from trucewatch.assess.sums import maybe_within, moments, nearness, pairs_near, surely_within
from trucewatch.model.agreement import WhyNot
from trucewatch.model.condition import CountAtLeast, Repeated, ReplyTo
from trucewatch.model.vocabulary import Phenomenon


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The incidents that are counted: those that may be, and which of them surely are; with the size of each."""

    at: Ints
    sure: Flags
    least: Floats
    most: Floats  # infinite: no upper bound is stated


def members_of(columns: Columns, at: Ints, sure: Flags, *, sized: bool) -> Members:
    """Return incidents `at` to be counted, each as one, or as so many as went off in it: one at least."""
    one = np.ones(len(at))
    if not sized:
        return Members(at=at, sure=sure, least=one, most=one)
    least, most = columns.number("count_min")[at], columns.number("count_max")[at]
    return Members(
        at=at,
        sure=sure,
        least=np.where(np.isnan(least), 1.0, least),
        most=np.where(np.isnan(most), np.inf, most),
    )


def surely(columns: Columns, at: Ints) -> Flags:
    """Return whether an incident is more likely than not, and likely of its kind."""
    return (columns.p_real[at] >= EVEN) & (columns.p_kind[at] >= LIKELY)


def counted(asked: Asked, at: Ints, said: CountAtLeast, among: Members) -> Held:
    """Return that so many went off: in it, or in the window up to it."""
    own = members_of(asked.columns, at, np.ones(len(at), dtype=bool), sized=True)
    if said.within_h is None:
        return _reached(own.least, own.most, said.at_least)
    members = members_of(asked.columns, among.at, among.sure, sized=True)
    low, high = _sums(asked.columns, at, members, said.within_h, said.around_m)
    return _reached(low + own.least, np.maximum(high, own.most), said.at_least)


def repeated(asked: Asked, at: Ints, said: Repeated, among: Members) -> Held:
    """Return that there were so many incidents in the window up to it, itself included."""
    low, high = _sums(asked.columns, at, among, said.within_h, said.around_m)
    return _reached(low + 1, np.maximum(high, 1.0), said.at_least)


def reply_to(asked: Asked, at: Ints, said: ReplyTo) -> Held:
    """Return that such an incident surely came before it; else it is not known."""
    columns = asked.columns
    every = np.flatnonzero(np.isin(columns.kind, [KINDS.index(kind) for kind in said.kinds]))
    members = members_of(columns, every, surely(columns, every), sized=False)
    low, _ = _sums(columns, at, members, said.within_h, said.around_m, gap_us=1)
    return exactly(np.where(low >= 1, 1.0, np.nan), WhyNot.CONDITION_UNKNOWN, Fact.OTHERS)


def another_near(
    columns: Columns, at: Ints, kinds: Collection[Phenomenon], within_h: float, around_m: float
) -> Flags:
    """Return whether another incident of `kinds` may be in the window up to each, and near it."""
    meant = np.isin(columns.kind, [KINDS.index(kind) for kind in kinds])
    every = np.flatnonzero(meant)
    members = members_of(columns, every, np.ones(len(every), dtype=bool), sized=False)
    _, high = _sums(columns, at, members, within_h, around_m)
    return high - meant[at] > 0


def _reached(low: Floats, high: Floats, least: int) -> Held:
    enough, few = (low >= least).astype(np.float64), (high >= least).astype(np.float64)
    return between(enough, few, WhyNot.CONDITION_UNKNOWN, Fact.NUMBER)


def _sums(
    columns: Columns, at: Ints, members: Members, within_h: float, around_m: float | None, *, gap_us: int = 0
) -> tuple[Floats, Floats]:
    """Return at least how many others there were in the window of each, and at most how many, itself included."""
    span = round(within_h * HOUR_US)
    if around_m is not None:
        return _near(columns, at, members, span, around_m, gap_us)
    own, sure = moments(columns, at), members.at[members.sure]
    low = surely_within(own, moments(columns, sure), members.least[members.sure], span, gap_us)
    high = maybe_within(own, moments(columns, members.at), members.most, span)
    itself = own.last <= np.minimum(own.first - gap_us, own.first + span)
    sizes = np.zeros(columns.many)
    sizes[sure] = members.least[members.sure]
    return low - np.where(itself, sizes[at], 0.0), high


def _near(
    columns: Columns, at: Ints, members: Members, span_us: int, around_m: float, gap_us: int
) -> tuple[Floats, Floats]:
    """Return the same of those near: one without a place, or beside one, is never surely near and always may be."""
    placed, theirs = (
        np.isfinite(columns.places.reach_deg[at]),
        np.isfinite(columns.places.reach_deg[members.at]),
    )
    own = moments(columns, at)
    lost = moments(columns, members.at[~theirs])
    low, high = np.zeros(len(at)), maybe_within(own, lost, members.most[~theirs], span_us)
    every = maybe_within(own, moments(columns, members.at), members.most, span_us)
    least, most, sure = np.zeros(columns.many), np.zeros(columns.many), np.zeros(columns.many, dtype=bool)
    least[members.at], most[members.at], sure[members.at] = members.least, members.most, members.sure
    spots = np.flatnonzero(placed)
    for mine, other in pairs_near(columns, at[spots], members.at[theirs], span_us, around_m):
        nth = spots[mine]
        near, may = nearness(columns, at[nth], other, around_m)
        times, now = moments(columns, other), moments(columns, at[nth])
        within = (times.last <= now.first - gap_us) & (times.first >= now.last - span_us)
        certain = near & within & sure[other] & (at[nth] != other)
        low += np.bincount(nth[certain], least[other[certain]], len(at))
        high += np.bincount(nth[may], most[other[may]], len(at))
    return low, np.where(placed, high, every)
