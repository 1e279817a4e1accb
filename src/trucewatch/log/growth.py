"""What an append writes: every bundle and tile that new entries touch, in order, and the tree after.

Rules:
- a write is a whole file under a path that the tree before did not have: nothing that a checkpoint names
  is ever written again;
- the tree before is known by its edge, the tiles that are not full; the rest of the log is not read;
- pure: bytes in, bytes out; `store.py` writes, syncs and signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.spelling import number as decimal
from trucewatch.log.tile import (
    FULL,
    HEIGHT,
    Tile,
    bundled,
    check_lengths,
    edge,
    hashes_in,
    unbundled,
    width_at,
)
from trucewatch.log.tree import fold, leaf_hashes, root_of

MOST_APPENDED = 1 << 20  # entries at once, all of which are in memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """The part of a tree that growing changes."""

    size: int
    entries: tuple[bytes, ...]  # of the bundle that is not full
    hashes: tuple[tuple[bytes, ...], ...]  # of the tile that is not full, by level; empty where all are

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        return fold([peak for row in reversed(self.hashes) for peak in _peaks(row)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What is to be written, and the edge thereafter."""

    writes: tuple[tuple[Tile, bytes], ...]
    edge: Edge


def edge_of(size: int, root: bytes, files: Mapping[Tile, bytes]) -> Edge:
    """Return the edge of the tree of `size` and `root` out of the `files` that `edge_files` names.

    Raises InputError when a file does not hold what its path says, IntegrityError when a bundle's entries
    are not those of its tile, or the tiles do not lead to the root.
    """
    width = {tile.level: tile for tile in edge(size)}
    levels = max((tile.level or 0 for tile in width.values()), default=-1) + 1
    hashes = tuple(
        hashes_in(files[width[level]], width[level]) if level in width else () for level in range(levels)
    )
    bundles = [tile for tile in edge_files(size) if tile.level is None]
    entries = tuple(entry for bundle in bundles for entry in unbundled(files[bundle], bundle))
    for bundle in bundles:
        if tuple(leaf_hashes(entries)) != hashes[0]:
            raise IntegrityError("its entries are not those of its tile", where=bundle.path)
    found = Edge(size=size, entries=entries, hashes=hashes)
    if found.root != root:
        raise IntegrityError("its tiles do not lead to the checkpoint's root")
    return found


def edge_files(size: int) -> tuple[Tile, ...]:
    """Return the files that are not full in a log of `size`."""
    bundles = (Tile(level=None, number=t.number, width=t.width) for t in edge(size) if t.level == 0)
    return (*bundles, *edge(size))


def mark(before: int, after: int) -> bytes:
    """Return what names an append under way."""
    return f"{before} {after}\n".encode()


def read_mark(raw: bytes, size: int) -> tuple[int, int]:
    """Return the sizes before and after the append that `raw` names, in a log of `size`.

    Raises IntegrityError when it names none, or one that this log was never in.
    """
    try:
        first, last = raw.decode().removesuffix("\n").split(" ")
        before, after = decimal(first), decimal(last)
    except (ValueError, InputError) as fault:
        raise IntegrityError("it is not two sizes") from fault
    if not before < after <= before + MOST_APPENDED:
        raise IntegrityError(f"no append goes from {before} to {after}")
    if size not in (before, after):
        raise IntegrityError(f"it names an append from {before} to {after}, and the checkpoint is at {size}")
    return before, after


def check_append(entries: Sequence[bytes]) -> None:
    """Raise InputError when there are too many entries for one append, or one is too long."""
    if len(entries) > MOST_APPENDED:
        raise InputError(f"{len(entries):,} entries at once, and {MOST_APPENDED:,} is the most: use batches")
    check_lengths(entries)


def touched(before: int, after: int) -> tuple[Tile, ...]:
    """Return every file that growing from `before` to `after` entries writes, in order."""
    found: list[Tile] = []
    for level in (None, *range((after.bit_length() + HEIGHT - 1) // HEIGHT)):
        shift = HEIGHT * (level or 0)
        if before >> shift == after >> shift:
            break
        for number in range(before >> shift + HEIGHT, -(-(after >> shift) // FULL)):
            found.append(Tile(level=level, number=number, width=width_at(level or 0, number, after)))
    return tuple(found)


def grow(before: Edge, entries: Sequence[bytes]) -> Growth:
    """Return what adding `entries` after `before` writes."""
    writes: list[tuple[Tile, bytes]] = []
    first = before.size >> HEIGHT
    kept: tuple[bytes, ...] = ()
    for tile, held in _pieces(None, first, (*before.entries, *entries)):
        writes.append((tile, bundled(held)))
        kept = held if tile.width < FULL else ()
    rows: list[tuple[bytes, ...]] = []
    new, level = leaf_hashes(entries), 0
    while new or level < len(before.hashes):
        old = before.hashes[level] if level < len(before.hashes) else ()
        pieces = list(_pieces(level, before.size >> HEIGHT * (level + 1), (*old, *new))) if new else []
        writes += [(tile, b"".join(held)) for tile, held in pieces]
        rest = [held for tile, held in pieces if tile.width < FULL]
        rows.append(rest[0] if rest else () if new else old)
        new = [root_of(held) for tile, held in pieces if tile.width == FULL]
        level += 1
    after = Edge(size=before.size + len(entries), entries=kept, hashes=tuple(rows))
    return Growth(writes=tuple(writes), edge=after)


def _peaks(row: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the roots of the perfect trees above a row that is not full, largest first."""
    start = 0
    for bit in (1 << n for n in reversed(range(HEIGHT))):
        if len(row) & bit:
            yield root_of(row[start : start + bit])
            start += bit


def _pieces(level: int | None, first: int, held: Sequence[bytes]) -> Iterator[tuple[Tile, tuple[bytes, ...]]]:
    for start in range(0, len(held), FULL):
        piece = tuple(held[start : start + FULL])
        yield Tile(level=level, number=first + start // FULL, width=len(piece)), piece
