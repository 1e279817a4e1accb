"""Proofs that a leaf is in a tree, and that a tree only grew: made and verified.

Rules:
- a proof is made from hashes of perfect trees only, which `Perfect` gives: `(height, number)` is the tree
  of 2**height leaves from leaf number * 2**height on;
- making follows the recursive definitions (RFC 9162 §2.1.3.1, §2.1.4.1), verifying the algorithms
  (§2.1.3.2, §2.1.4.2): two texts, so that a slip in one shows in the other;
- verifying returns nothing when all is well, and raises IntegrityError otherwise; a proof that is too
  long, too short or holds anything but SHA-256 hashes does not verify;
- a proof of growth from the empty tree proves nothing and is refused (§2.1.4).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.spelling import HASH_BYTES
from trucewatch.log.tree import fold, node_hash, split

Perfect = Callable[[int, int], bytes]
Span = tuple[int, int]


def inclusion(index: int, size: int, perfect: Perfect) -> tuple[bytes, ...]:
    """Return the path that proves leaf `index` in the tree of `size`, the leaf's sibling first."""
    if not 0 <= index < size:
        raise InputError(f"leaf {index} is not in a tree of {size}")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return tuple(span_root(span, perfect) for span in reversed(spans))


def consistency(old: int, new: int, perfect: Perfect) -> tuple[bytes, ...]:
    """Return the hashes that prove the tree of `new` leaves to begin with the tree of `old`."""
    if not 0 < old <= new:
        raise InputError(f"a tree of {new} cannot be shown to have grown from one of {old}")
    spans: list[Span] = []
    start, end = 0, new
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:
        spans.append((start, end))
    return tuple(span_root(span, perfect) for span in reversed(spans))


def span_root(span: Span, perfect: Perfect) -> bytes:
    """Return the root above the leaves from `span`'s start to its end, a subtree of some tree."""
    start, end = span
    peaks = []
    while start < end:
        height = (end - start).bit_length() - 1
        peaks.append(perfect(height, start >> height))
        start += 1 << height
    return fold(peaks)


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise IntegrityError unless `path` proves `leaf` (its hash) at `index` of the tree with this root."""
    if not 0 <= index < size:
        raise IntegrityError(f"leaf {index} is not in a tree of {size}")
    _hashes_only((leaf, *path))
    fn, sn, above = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            raise IntegrityError(f"the path of leaf {index} is too long for a tree of {size}")
        if fn & 1 or fn == sn:
            above = node_hash(sibling, above)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            above = node_hash(above, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise IntegrityError(f"the path of leaf {index} is too short for a tree of {size}")
    if above != root:
        raise IntegrityError(f"the path of leaf {index} does not lead to the root of the tree of {size}")


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Raise IntegrityError unless `path` proves that the tree of `new` begins with the tree of `old`."""
    if not 0 < old <= new:
        raise IntegrityError(f"a tree of {new} cannot be shown to have grown from one of {old}")
    if old == new:
        if path or old_root != new_root:
            raise IntegrityError(f"two trees of {new} are one only with one root and an empty proof")
        return
    _hashes_only(path)
    rest = list(path) if old & (old - 1) else [old_root, *path]
    if not rest:
        raise IntegrityError(f"the proof from {old} to {new} is empty")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    before = after = rest[0]
    for sibling in rest[1:]:
        if sn == 0:
            raise IntegrityError(f"the proof from {old} to {new} is too long")
        if fn & 1 or fn == sn:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            after = node_hash(after, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise IntegrityError(f"the proof from {old} to {new} is too short")
    if before != old_root or after != new_root:
        raise IntegrityError(f"the tree of {new} does not begin with the tree of {old}")


def _hashes_only(path: Sequence[bytes]) -> None:
    if any(len(step) != HASH_BYTES for step in path):
        raise IntegrityError("a proof holds something that is not a SHA-256")
