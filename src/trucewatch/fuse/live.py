"""Reports that stand, with all that is needed to add some: who repeats and who copies whom, and what lies near.

Rules:
- reports are numbered as they come; those of a batch by what they are in order of;
- what cannot be bounded says so, and leaves what stands unfit: it is to be made anew.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from trucewatch.fuse.again import copied_again, led_again
from trucewatch.fuse.near import Near
from trucewatch.fuse.origins import by_origin, by_words
from trucewatch.fuse.repeats import leaders, words_of
from trucewatch.fuse.reports import Flags, Ints, Reports
from trucewatch.fuse.roots import Roots, with_room
from trucewatch.fuse.shelf import Shelf
from trucewatch.fuse.slots import Numbering, Slots, slots_of
from trucewatch.model.source import SourceProfile


def live(reports: Reports, frame: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> Live | None:
    """Return `reports`, whose rows are in `frame`, as they stand; nothing where an id is there twice."""
    numbering = Numbering(sources)
    slots = slots_of(reports, frame, numbering)
    if frame["observation_id"].n_unique() < frame.height:
        return None
    words = words_of(frame, reports.told)
    leader = leaders(reports, frame, words)
    nodes = np.flatnonzero(leader == np.arange(len(leader)))
    told = by_words(reports, frame, nodes, words)
    roots = Roots(told, by_origin(reports, frame, nodes, told), slots.wholes[:, 1], slots.itemises)
    return Live(slots, leader, roots, numbering)


class Live:
    """What stands: by report the one that it repeats, the one that it copies, and its cluster."""

    def __init__(self, slots: Slots, leader: Ints, roots: Roots, numbering: Numbering) -> None:
        self._many = many = len(slots.row)
        self._slots, self._leader, self._roots, self._numbering = slots, leader, roots, numbering
        own = np.arange(many)
        self._ids = Shelf(slots.order[:, 9], slots.order[:, 8], own)
        self._alike = Shelf(slots.alike, slots.started, own)
        worded = np.flatnonzero(slots.words != 0)
        self._words = Shelf(slots.words[worded], slots.first[worded], worded)
        leading = slots.origin[(leader == own) & (slots.origin != 0)]
        self._named = dict(
            zip(*(part.tolist() for part in np.unique(leading, return_counts=True)), strict=True)
        )
        self._sources: set[int] = set(np.unique(slots.source).tolist())
        self._shared = self._keys_of(slots)
        keyed = np.flatnonzero(self._shared != 0)
        self._origins = Shelf(self._shared[keyed], slots.first[keyed], keyed)
        self._kept = (leader == own) & (roots.told == own)
        self._leads = leader == own
        self._asks = ~slots.itemises
        nodes = np.flatnonzero((leader == own) & (roots.original == own))
        self._near = Near(slots, nodes, numbering, roots)
        self._room(many + 1)

    def partition(self) -> tuple[Ints, Ints, Ints]:
        """Return the row of each report, a row of its incident, and its witness's row."""
        row = self._slots.row[: self._many]
        witness = self._roots.original[self._leader[: self._many]]
        return row, row[self._near.cluster[witness]], row[witness]

    def add(self, reports: Reports, frame: pl.DataFrame, before: int) -> bool:
        """Let `reports` stand too, whose rows are numbered from `before`; False where that cannot be bounded."""
        if frame.is_empty():
            return True
        more = slots_of(reports, frame, self._numbering)
        if self._known(more):
            return False
        new = self._grown(more, before)
        slots = self._slots
        was = self._leads[: self._many].copy()
        led, plain = led_again(
            *(new[self._asks[new]], *self._alike.arrays, slots.alike, slots.started),
            *(slots.order, self._asks, self._leader, slots.says, slots.placed),
        )
        return plain and self._copied(new, np.unique(led), was)

    def _known(self, more: Slots) -> bool:
        """Say whether one of the ids is there already."""
        low, high = more.order[:, 9], more.order[:, 8]
        if len(np.unique(np.stack([low, high], axis=1), axis=0)) < len(low):
            return True
        return any(
            bool((part.keys[np.minimum(np.searchsorted(part.keys, low), len(part.keys) - 1)] == low).any())
            for part in (self._ids.long, self._ids.late)
            if len(part.keys)
        )

    def _keys_of(self, slots: Slots) -> Ints:
        """Return the origin by which each may be a copy: as named, or its source where another names that."""
        named = np.isin(slots.source, np.array(sorted(self._named), dtype=np.int64))
        return np.where(slots.origin != 0, slots.origin, np.where(named, slots.source, 0))

    def _grown(self, more: Slots, before: int) -> Ints:
        """Put `more` behind what stands, each its own leader and original; return their numbers."""
        many, whole = self._many, self._many + len(more.row)
        more.row[:] += before
        self._slots = self._slots.with_rows(many, more)
        self._room(whole)
        shared = self._keys_of(more)
        self._sources.update(np.unique(more.source).tolist())
        self._many, new = whole, np.arange(many, whole)
        self._leads[new] = self._kept[new] = True
        self._asks[new] = ~more.itemises
        self._shared[new] = shared
        self._ids.add(more.order[:, 9], more.order[:, 8], new, self._slots.order)
        self._alike.add(more.alike, more.started, new, self._slots.order)
        self._words.add(
            more.words[more.words != 0], more.first[more.words != 0], new[more.words != 0], self._slots.order
        )
        self._origins.add(shared[shared != 0], more.first[shared != 0], new[shared != 0], self._slots.order)
        return new

    def _room(self, whole: int) -> None:
        """Make room for so many reports, and for some more."""
        if whole <= len(self._leader):
            return
        self._slots = self._slots.with_room(self._many, whole)
        self._leader = with_room(self._leader, whole)
        self._roots.grow(whole)
        size = len(self._leader)
        self._near.grow(size)
        self._leads, self._kept, self._asks = (
            _wider(some, size) for some in (self._leads, self._kept, self._asks)
        )
        self._shared = np.append(self._shared, np.zeros(size - len(self._shared), dtype=np.int64))

    def _copied(self, new: Ints, led: Ints, was: Ints) -> bool:
        """Find copies again around `new` rows and those whose leader changed; then what lies near."""
        slots, own = self._slots, np.union1d(new, led)
        self._leads[own] = self._leader[own] == own
        known = own[own < len(was)]
        flipped = known[self._leads[known] != was[known]]
        fresh = new[self._leads[new]]
        if self._renamed(fresh, flipped):
            return False
        changed = np.concatenate([fresh, flipped])
        roots = self._roots
        roots.told[flipped[~self._leads[flipped]]] = flipped[~self._leads[flipped]]
        told, plain = copied_again(
            *(_in_turn(slots, changed), *self._words.arrays, slots.words, slots.first, slots.order),
            *(self._leads, roots.told, slots.where, slots.marks, slots.placed),
        )
        if not plain:
            return False
        moved = np.union1d(changed, told)
        self._kept[moved] = self._leads[moved] & (roots.told[moved] == moved)
        roots.named[moved[~self._kept[moved]]] = moved[~self._kept[moved]]
        named, plain = copied_again(
            *(_in_turn(slots, moved), *self._origins.arrays, self._shared, slots.first, slots.order),
            *(self._kept, roots.named, slots.where, slots.marks, slots.placed),
        )
        return plain and self._joined(np.union1d(moved, named), changed)

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
                if (before == 0 or before + more == 0) and named in self._sources:
                    return True
        return False

    def _joined(self, moved: Ints, changed: Ints) -> bool:
        """Find the originals of what `moved` in the end, and join what lies near witnesses that came or went."""
        slots, roots = self._slots, self._roots
        again = roots.again(roots.following(moved), slots.wholes[:, 1], slots.itemises, slots.order)
        asked = np.union1d(changed, np.array(sorted(again), dtype=np.int64))
        node = self._leads[asked] & (roots.original[asked] == asked)
        return self._near.add(slots, asked[node], asked[~node], roots)


def _in_turn(slots: Slots, rows: Ints) -> Ints:
    """Return rows in the order in which they were reported."""
    rows = np.unique(rows)
    return rows[np.argsort(slots.first[rows], kind="stable")]


def _wider(flags: Flags, size: int) -> Flags:
    return np.append(flags, np.zeros(size - len(flags), dtype=bool)) if len(flags) < size else flags
