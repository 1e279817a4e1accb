"""Every file of a log held to its checkpoint: which are not what they were, each named once.

Rules:
- the checkpoint is the measure: its signature was verified before this begins;
- entries and tiles of level 0 say the same thing twice; whichever of the two leads to the root is right, and
  the other is named; so one broken file never has a healthy one blamed;
- when neither leads there, more than one file is broken: then the level above judges each pair, and a pair
  that it cannot judge is named as a pair;
- partial tiles of older trees must be beginnings of today's, and a file that belongs to no tree is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from trucewatch.errors import InputError
from trucewatch.log.checkpoint import Checkpoint
from trucewatch.log.tile import FULL, Tile, bundled, hashes_in, tile_at, tiles, unbundled, width_at
from trucewatch.log.tree import Grown, fold, leaf_hashes, root_of

Find = Callable[[str], bytes | None]  # a file's bytes by its path, None when it is not there
Row = tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A file that is not what it was."""

    path: str
    what: str


@dataclass(slots=True, kw_only=True)
class _Rows:
    """What one reading of the lowest level leads to."""

    full: list[bytes] = field(default_factory=list)  # the roots of full tiles
    edge: Row = ()

    def add(self, hashes: Row, root: bytes) -> None:
        if len(hashes) == FULL:
            self.full.append(root)
        else:
            self.edge = hashes

    @property
    def root(self) -> bytes:
        return fold((*Grown().with_leaves(self.full).peaks, *Grown().with_leaves(self.edge).peaks))


def audit(head: Checkpoint, names: Iterable[str], find: Find) -> tuple[Fault, ...]:
    """Return the faults of the log whose files are `names`."""
    faults: list[Fault] = []
    by_entries, by_tiles, differ = _Rows(), _Rows(), []
    for number in range(-(-head.size // FULL)):
        bundle = Tile(level=None, number=number, width=width_at(0, number, head.size))
        tile = Tile(level=0, number=number, width=bundle.width)
        leaves, hashes = _leaves(bundle, find, faults), _hashes(tile, find, faults)
        if leaves is None and hashes is None:
            return tuple(faults)
        said, kept = leaves or hashes or (), hashes or leaves or ()
        root = root_of(said)
        by_entries.add(said, root)
        by_tiles.add(kept, root if said == kept else root_of(kept))
        if leaves is not None and hashes is not None and leaves != hashes:
            differ.append((bundle, tile))
    right = next((rows for rows in (by_entries, by_tiles) if rows.root == head.root), None)
    if right is None:
        return (*faults, *_judged(head, differ, by_entries, by_tiles, find))
    wrong = 1 if right is by_entries else 0
    faults += [Fault(path=pair[wrong].path, what="an entry is not what it was") for pair in differ]
    faults += _above(right.full, find)
    broken = {fault.path for fault in faults}
    return (*faults, *_strangers(head.size, names, find, broken))


def _leaves(bundle: Tile, find: Find, faults: list[Fault]) -> Row | None:
    raw = find(bundle.path)
    try:
        if raw is not None:
            return tuple(leaf_hashes(unbundled(raw, bundle)))
        faults.append(Fault(path=bundle.path, what="is missing"))
    except InputError as fault:
        faults.append(Fault(path=bundle.path, what=fault.message))
    return None


def _hashes(tile: Tile, find: Find, faults: list[Fault]) -> Row | None:
    raw = find(tile.path)
    try:
        if raw is not None:
            return hashes_in(raw, tile)
        faults.append(Fault(path=tile.path, what="is missing"))
    except InputError as fault:
        faults.append(Fault(path=tile.path, what=fault.message))
    return None


def _above(row: list[bytes], find: Find) -> Iterator[Fault]:
    level = 1
    while row:
        for start in range(0, len(row), FULL):
            held = row[start : start + FULL]
            tile = Tile(level=level, number=start // FULL, width=len(held))
            raw = find(tile.path)
            if raw != b"".join(held):
                what = "is missing" if raw is None else "a hash is not that of the tile below"
                yield Fault(path=tile.path, what=what)
        whole = len(row) // FULL * FULL
        row = [root_of(row[start : start + FULL]) for start in range(0, whole, FULL)]
        level += 1


def _judged(
    head: Checkpoint, differ: list[tuple[Tile, Tile]], by_entries: _Rows, by_tiles: _Rows, find: Find
) -> Iterator[Fault]:
    """Yield whom the level above blames, where neither entries nor tiles lead to the root."""
    if not differ:
        yield Fault(path="tile", what="its entries and tiles agree, and are not those of the checkpoint")
    for bundle, tile in differ:
        above = Tile(level=1, number=bundle.number >> 8, width=width_at(1, bundle.number >> 8, head.size))
        raw, place = find(above.path), bundle.number % FULL
        said = raw[place * 32 : place * 32 + 32] if raw is not None and bundle.width == FULL else None
        if said is not None and said == by_entries.full[bundle.number]:
            yield Fault(path=tile.path, what="a hash is not what it was")
        elif said is not None and said == by_tiles.full[bundle.number]:
            yield Fault(path=bundle.path, what="an entry is not what it was")
        else:
            yield Fault(path=f"{bundle.path} or {tile.path}", what="one of them is not what it was")


def _strangers(size: int, names: Iterable[str], find: Find, broken: set[str]) -> Iterator[Fault]:
    needed = {tile.path for tile in tiles(size)}
    needed |= {path.replace("tile/0/", "tile/entries/", 1) for path in needed if path.startswith("tile/0/")}
    for name in sorted(set(names) - needed):
        tile = tile_at(name)
        width = 0 if tile is None else width_at(tile.level or 0, tile.number, size)
        if tile is None or tile.width >= width:
            yield Fault(path=name, what="belongs to no tree of this log")
            continue
        today = Tile(level=tile.level, number=tile.number, width=width)
        if today.path not in broken and find(name) != _beginning(today, tile.width, find):
            yield Fault(path=name, what=f"is not the beginning of {today.path}")


def _beginning(tile: Tile, width: int, find: Find) -> bytes | None:
    raw = find(tile.path)
    if raw is None:
        return None
    return bundled(unbundled(raw, tile)[:width]) if tile.level is None else raw[: width * 32]
