"""Reports that stand, with all that is needed to add some: who repeats and who copies whom, and what lies near.

Rules:
- reports are numbered as they come; those of a batch by what they are in order of;
- what is told again under an id that is known stands for what was told first, and is nothing else;
- what cannot be bounded says so, and leaves what stands unfit: it is to be made anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from trucewatch.fuse.again import copied_again, led_again
from trucewatch.fuse.lists import distinct
from trucewatch.fuse.near import Near, longer
from trucewatch.fuse.numbering import Numbering
from trucewatch.fuse.origins import by_origin, by_words
from trucewatch.fuse.repeats import leaders, words_of
from trucewatch.fuse.reports import Flags, Ints, Reports
from trucewatch.fuse.roots import Roots, with_room
from trucewatch.fuse.shelf import Shelf, held
from trucewatch.fuse.slots import Slots, slots_of
from trucewatch.model.geodesy import Floats
from trucewatch.model.source import SourceProfile

HIGH, LOW = 8, 9  # of what a row is in order of: the halves of its id


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What stands first: reports, whom each repeats and copies, and rows told again with the reports that told them first."""

    slots: Slots
    leader: Ints
    roots: Roots
    numbering: Numbering
    again: tuple[Ints, Ints]


def begun(reports: Reports, frame: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> Begun:
    """Return how `reports`, whose rows are in `frame`, begin to stand."""
    numbering = Numbering(sources)
    slots = slots_of(reports, frame, numbering)
    once = once_of(slots)
    every = np.arange(len(once))
    first, later = np.flatnonzero(once == every), np.flatnonzero(once != every)
    again = slots.row[later], np.searchsorted(first, once[later])
    if len(later):
        slots, reports, frame = slots.take(first), reports.take(first), frame[first]
    words = words_of(frame, reports.told)
    leader = leaders(reports, frame, words)
    nodes = np.flatnonzero(leader == np.arange(len(leader)))
    told = by_words(reports, frame, nodes, words)
    roots = Roots(told, by_origin(reports, frame, nodes, told), slots.wholes[:, 1], slots.itemises)
    return Begun(slots=slots, leader=leader, roots=roots, numbering=numbering, again=again)


def once_of(slots: Slots) -> Ints:
    """Return for each report, which are in order, the first that has its id."""
    low, high = slots.order[:, LOW], slots.order[:, HIGH]
    order = np.lexsort((high, low))
    same = np.append(False, (np.diff(low[order]) == 0) & (np.diff(high[order]) == 0))
    if not same.any():
        return np.arange(len(order))
    begins = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    once = np.empty_like(order)
    once[order] = order[begins]
    return once


class Live:
    """What stands: by report the one that it repeats, the one that it copies, and its cluster."""

    def __init__(self, begun: Begun) -> None:
        slots, leader, roots = begun.slots, begun.leader, begun.roots
        self._many = many = len(slots.row)
        self._slots, self._leader, self._roots, self.numbering = slots, leader, roots, begun.numbering
        own = np.arange(many)
        self._ids = Shelf(slots.order[:, LOW], slots.order[:, HIGH], own)
        self._asks = ~slots.itemises
        asks = np.flatnonzero(self._asks)
        self._alike = Shelf(slots.alike[asks], slots.order[asks, 0], asks)
        worded = np.flatnonzero(slots.words != 0)
        self._words = Shelf(slots.words[worded], slots.first[worded], worded)
        leading = slots.origin[(leader == own) & (slots.origin != 0)]
        self._named = dict(
            zip(*(part.tolist() for part in np.unique(leading, return_counts=True)), strict=True)
        )
        self._widest: dict[int, float] = {}
        self._widen(slots)
        self._shared = self._keys_of(slots)
        keyed = np.flatnonzero(self._shared != 0)
        self._origins = Shelf(self._shared[keyed], slots.first[keyed], keyed)
        self._kept = (leader == own) & (roots.told == own)
        self._leads = leader == own
        nodes = np.flatnonzero((leader == own) & (roots.original == own))
        self._near = Near(slots, nodes, begun.numbering, roots)
        self._room(many + 1)
        self._again = [begun.again]
        none = slots.take(own[:0])  # so that no batch waits for kernels to be loaded
        self._fresh(none)
        self._stand(none)

    def know(self, rows: Ints, first: Ints) -> None:
        """Let `rows` be told again what the reports `first` told."""
        self._again.append((rows, first))

    def partition(self) -> tuple[Ints, Ints, Ints]:
        """Return the row of each report, a row of its incident, and its witness's row."""
        row = self._slots.row[: self._many]
        witness = self._roots.original[self._leader[: self._many]]
        rows, first = self._known_again()
        own = np.concatenate([witness, witness[first]])
        return np.concatenate([row, rows]), row[self._near.cluster[own]], row[own]

    def pairs(self) -> tuple[Ints, Ints, Ints, Floats]:
        """Return by row: reports, the one that each repeats, pairs that may be one event with their weights, and densities."""
        row = self._slots.row[: self._many]
        told = row[self._leader[: self._many]]
        rows, first = self._known_again()
        left, right, gains = self._near.edges(self._many)
        dense = np.concatenate([self._near.dense(self._slots, self._many), np.zeros(len(rows))])
        ends = np.stack([row[left], row[right], gains])
        return np.concatenate([row, rows]), np.concatenate([told, told[first]]), ends, dense

    def _known_again(self) -> tuple[Ints, Ints]:
        none = np.zeros(0, dtype=np.int64)
        rows, first = (np.concatenate(part) for part in zip((none, none), *self._again, strict=True))
        return rows, first

    def add(self, more: Slots) -> Ints | None:
        """Let the reports `more` stand too; return a row of each incident that is not what it was, nothing where unbounded."""
        fresh = self._fresh(more)
        if fresh is None:
            return None
        if not len(fresh):
            return fresh
        return self._stand(more if len(fresh) == len(more.row) else more.take(fresh))

    def _stand(self, more: Slots) -> Ints | None:
        """Let `more`, whose ids are not known, stand too; as `add`."""
        widest = self._widen(more)
        new = self._grown(more)
        slots = self._slots
        was = self._leads[: self._many].copy()
        asks = self._asks[new]
        led, former, plain = led_again(
            *(new[asks], self._alike.both, slots.alike, slots.order, self._leader, slots.numbers),
            *(slots.own, slots.placed, self._asks, widest[asks]),
        )
        touched = self._copied(new, distinct(led), was) if plain else None
        if touched is None:
            return None
        met = np.concatenate([new, led, former, touched])
        witness = self._roots.original[self._leader[met]]
        return distinct(slots.row[np.concatenate([witness, self._near.stirred])])

    def _fresh(self, more: Slots) -> Ints | None:
        """Return which of `more` bear an id that is not known, and let the others be known; nothing where one would come first."""
        low, high = (np.ascontiguousarray(more.order[:, half]) for half in (LOW, HIGH))
        known = held(self._ids.both, low, high)
        if len(distinct(low)) == len(low) and (known < 0).all():
            return np.arange(len(low))
        once = once_of(more)
        first = np.where(known[once] >= 0, known[once], -1)
        for at in np.flatnonzero(first >= 0).tolist():
            if more.order[at].tolist() < self._slots.order[first[at]].tolist():
                return None
        fresh = np.flatnonzero((first < 0) & (once == np.arange(len(once))))
        again = np.setdiff1d(np.arange(len(once)), fresh)
        numbers = self._many + np.searchsorted(fresh, once[again])
        self.know(more.row[again], np.where(first[again] >= 0, first[again], numbers))
        return fresh

    def _widen(self, more: Slots) -> Floats:
        """Return for each of `more` the widest error of its source's times, of all that stand and these."""
        names, at = np.unique(more.source, return_inverse=True)
        widest = np.zeros(len(names))
        np.maximum.at(widest, at, more.own[:, 0])
        for place, (name, wide) in enumerate(zip(names.tolist(), widest.tolist(), strict=True)):
            widest[place] = self._widest[name] = max(wide, self._widest.get(name, 0.0))
        return widest[at]

    def _keys_of(self, slots: Slots) -> Ints:
        """Return the origin by which each may be a copy: as named, or its source where another names that."""
        named = np.isin(slots.source, np.array(sorted(self._named), dtype=np.int64))
        return np.where(slots.origin != 0, slots.origin, np.where(named, slots.source, 0))

    def _grown(self, more: Slots) -> Ints:
        """Put `more` behind what stands, each its own leader and original; return their numbers."""
        many, whole = self._many, self._many + len(more.row)
        self._room(whole)
        self._slots = self._slots.with_rows(many, more)
        shared = self._keys_of(more)
        self._many, new = whole, np.arange(many, whole)
        self._leads[new] = self._kept[new] = True
        self._asks[new] = asks = ~more.itemises
        self._shared[new] = shared
        worded, keyed, order = more.words != 0, shared != 0, self._slots.order
        self._ids.add(more.order[:, LOW], more.order[:, HIGH], new, order)
        self._alike.add(more.alike[asks], more.order[asks, 0], new[asks], order)
        self._words.add(more.words[worded], more.first[worded], new[worded], order)
        self._origins.add(shared[keyed], more.first[keyed], new[keyed], order)
        any(shelf.settled(order) for shelf in (self._ids, self._alike, self._words, self._origins))
        return new

    def _room(self, whole: int) -> None:
        """Make room for so many reports, and for some more."""
        if whole <= len(self._leader):
            return
        self._leader = with_room(self._leader, whole + (whole >> 1))
        self._roots.grow(len(self._leader))
        self._slots = self._slots.with_room(self._many, len(self._leader))
        size = len(self._leader)
        self._near.grow(size)
        self._leads, self._kept, self._asks = (
            longer(some, size) for some in (self._leads, self._kept, self._asks)
        )
        self._shared = longer(self._shared, size)

    def _copied(self, new: Ints, led: Ints, was: Flags) -> Ints | None:
        """Find copies again around `new` rows and those whose leader changed; then what lies near; return what was met."""
        slots, own = self._slots, distinct(np.concatenate([new, led]))
        self._leads[own] = self._leader[own] == own
        known = own[own < len(was)]
        flipped = known[self._leads[known] != was[known]]
        fresh = new[self._leads[new]]
        if self._renamed(fresh, flipped):
            return None
        changed = np.concatenate([fresh, flipped])
        roots = self._roots
        roots.told[flipped[~self._leads[flipped]]] = flipped[~self._leads[flipped]]
        marks = (slots.numbers, slots.wholes, slots.family, slots.area, slots.placed)
        first, order = slots.first, slots.order
        again = self._in_turn(changed, slots.words)
        told, _, plain = copied_again(
            again, self._words.both, slots.words, first, order, self._leads, roots.told, *marks
        )
        if not plain:
            return None
        moved = distinct(np.concatenate([changed, told]))
        self._kept[moved] = self._leads[moved] & (roots.told[moved] == moved)
        roots.named[moved[~self._kept[moved]]] = moved[~self._kept[moved]]
        again = self._in_turn(moved, self._shared)
        named, _, plain = copied_again(
            again, self._origins.both, self._shared, first, order, self._kept, roots.named, *marks
        )
        return self._joined(distinct(np.concatenate([moved, named])), changed) if plain else None

    def _in_turn(self, rows: Ints, keys: Ints) -> Ints:
        """Return those of `rows` that have a key, in the order in which they were reported."""
        rows = distinct(rows[keys[rows] != 0])
        return rows[np.argsort(self._slots.first[rows], kind="stable")]

    def _renamed(self, fresh: Ints, flipped: Ints) -> bool:
        """Say whether a source that stands is an origin for the first or the last time, after leaders came and flipped."""
        origin = self._slots.origin
        for rows, more in (
            (fresh, 1),
            (flipped[self._leads[flipped]], 1),
            (flipped[~self._leads[flipped]], -1),
        ):
            for named in origin[rows][origin[rows] != 0].tolist():
                before = self._named.get(named, 0)
                if before + more:
                    self._named[named] = before + more
                else:
                    del self._named[named]
                if (before == 0 or before + more == 0) and named in self._widest:
                    return True
        return False

    def _joined(self, moved: Ints, changed: Ints) -> Ints | None:
        """Find the originals of what `moved` in the end, and join what lies near witnesses that came or went."""
        slots, roots = self._slots, self._roots
        again = roots.again(roots.following(moved), slots.wholes[:, 1], slots.itemises, slots.order)
        asked = distinct(np.append(changed, np.array(sorted(again), dtype=np.int64)))
        node = self._leads[asked] & (roots.original[asked] == asked)
        return asked if self._near.add(slots, asked[node], asked[~node], roots) else None
