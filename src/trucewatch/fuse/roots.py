"""Which report each one copies, kept while reports come and change.

Rules:
- as in `origins`: the same words come before the same origin, a copy's original may have one too, and where posts itemise each
  has one copy of an original;
- only the originals of what changed are looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from trucewatch.fuse.origins import one_a_post
from trucewatch.fuse.reports import Flags, Ints


class Roots:
    """By report the one whose words, and whose origin, it has, and its original in the end."""

    def __init__(self, told: Ints, named: Ints, platform: Ints, itemises: Flags) -> None:
        own = np.arange(len(told))
        self.told, self.named = told, named
        both = np.where(told == own, named, told)
        self.original = one_a_post(both[both], platform, itemises)
        self._followed: dict[int, int] = {}
        self._behind: dict[int, set[int]] = {}
        for row in np.flatnonzero(both != own).tolist():
            self._follow(row, int(both[row]))
        self.posts: dict[int, list[int]] = {}
        copies = np.flatnonzero(self.original != own)
        for row in copies[platform[copies] != platform[self.original[copies]]].tolist():
            self.posts.setdefault(int(self.original[row]), []).append(int(platform[row]))
        self.posts = {root: sorted(set(posts)) for root, posts in self.posts.items()}

    def grow(self, many: int) -> None:
        """Let there be so many reports, the new ones each its own original."""
        self.told, self.named, self.original = (
            with_room(values, many) for values in (self.told, self.named, self.original)
        )

    def following(self, rows: Ints) -> list[int]:
        """Return those of `rows` that copy another, or that another copies, now or before."""
        apart = (self.told[rows] != rows) | (self.named[rows] != rows)
        return [
            row
            for row, away in zip(rows.tolist(), apart.tolist(), strict=True)
            if away or row in self._followed or row in self._behind
        ]

    def _follow(self, row: int, other: int) -> None:
        before = self._followed.pop(row, row)
        if before != row:
            self._behind[before].discard(row)
        if other != row:
            self._followed[row] = other
            self._behind.setdefault(other, set()).add(row)

    def _root(self, row: int) -> int:
        one = self._followed.get(row, row)
        return self._followed.get(one, one)

    def _copies(self, root: int) -> set[int]:
        behind = self._behind.get(root, set())
        return behind.union(*(self._behind.get(row, set()) for row in behind))

    def again(self, changed: Iterable[int], platform: Ints, itemises: Flags, order: Ints) -> set[int]:
        """Find the originals of what `changed` again; return the reports whose own changed, or whose copies did.

        What had been an original of such a report is returned too.
        """
        rows = set(changed)
        asked = {row: self._followed.get(row, row) for row in rows}
        roots = {self._root(row) for row in rows} | rows
        behind = rows.union(*(self._behind.get(row, set()) for row in rows))
        for row in asked:
            told = int(self.told[row])
            self._follow(row, told if told != row else int(self.named[row]))
        roots |= {self._root(row) for row in behind}
        moved: set[int] = set()
        for row in behind | roots:
            if self._root(row) == row and self.original[row] != row:
                moved |= {row, int(self.original[row])}
                self.original[row] = row
        for root in sorted(roots):
            if root not in self._followed:
                moved |= self._one_a_post(root, platform, itemises, order)
            else:
                self.posts.pop(root, None)
        return moved

    def _one_a_post(self, root: int, platform: Ints, itemises: Flags, order: Ints) -> set[int]:
        """Let each post that itemises have one copy of `root`."""
        seen, moved, before = {int(platform[root])}, set(), self.posts.pop(root, [])
        for row in sorted(self._copies(root), key=lambda one: (*order[one].tolist(), one)):
            post = int(platform[row])
            original = row if post in seen and itemises[row] else root
            seen.add(post)
            if self.original[row] != original:
                moved |= {row, int(self.original[row])}
                self.original[row] = original
        posts = sorted({int(platform[r]) for r in self._copies(root) if self.original[r] == root})
        posts = [post for post in posts if post != platform[root]]
        if posts:
            self.posts[root] = posts
        if posts != before:
            moved.add(root)
        return moved


def with_room(values: Ints, many: int) -> Ints:
    """Return `values` with room for `many`; each that is not there yet is its own number."""
    if many <= len(values):
        return values
    found = np.arange(many + (many >> 3) + (1 << 14))
    found[: len(values)] = values
    return found
