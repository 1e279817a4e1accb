"""The tree of RFC 9162: hashes of leaves and nodes, the root of any size, and a tree that grows.

Rules:
- a leaf is SHA-256(0x00 ‖ entry), a node SHA-256(0x01 ‖ left ‖ right), the empty tree SHA-256 of nothing
  (RFC 9162 §2.1.1);
- a tree of n leaves splits at the largest power of two below n; so it is the row of perfect trees that
  the binary digits of n name, largest first, folded from the right;
- a `Grown` tree holds only the roots of that row: at most 63 hashes, however many leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf that holds `entry`."""
    return hashlib.sha256(b"\0" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return the hashes of the leaves that hold `entries`."""
    sha256 = hashlib.sha256
    return [sha256(b"\0" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above `left` and `right`."""
    return hashlib.sha256(b"\1" + left + right).digest()


def split(size: int) -> int:
    """Return the largest power of two below `size`, which is at least 2 (RFC 9162 §2.1.1)."""
    return 1 << (size - 1).bit_length() - 1


def fold(peaks: Sequence[bytes]) -> bytes:
    """Return the root above a row of perfect trees, largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for left in reversed(peaks[:-1]):
        root = node_hash(left, root)
    return root


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root above `hashes` as the leaves' hashes of one tree."""
    if not hashes:
        return EMPTY_ROOT
    row, sha256 = list(hashes), hashlib.sha256
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        pairs = zip(row[::2], row[1::2], strict=not odd)
        row = [sha256(b"\1" + left + right).digest() for left, right in pairs] + odd
    return row[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A tree known by its size and the roots of its perfect trees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The root."""
        return fold(self.peaks)

    def with_leaves(self, hashes: Iterable[bytes]) -> Grown:
        """Return the tree with these leaves' hashes added at its end."""
        size, peaks = self.size, list(self.peaks)
        for leaf in hashes:
            above, size = size, size + 1
            while above & 1:
                leaf = node_hash(peaks.pop(), leaf)
                above >>= 1
            peaks.append(leaf)
        return Grown(size=size, peaks=tuple(peaks))
