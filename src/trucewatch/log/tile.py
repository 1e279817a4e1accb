"""Tiles: where each part of a tree lies, and what it holds, as tlog-tiles has it.

Rules:
- a tile of level l holds up to 256 hashes of perfect trees of 256**l leaves; an entry bundle holds the
  entries of a tile of level 0 (tlog-tiles, Merkle Tree; Log entries);
- a path numbers in groups of three digits, all but the last led by "x"; a tile that is not full adds
  ".p/" and its width; a path has one spelling;
- a tile that is not full is never hashed into the level above (Partial Tiles);
- an entry is at most 65,535 bytes, for its length is a big-endian uint16.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from trucewatch.errors import InputError
from trucewatch.log.proof import Perfect
from trucewatch.log.spelling import HASH_BYTES, LARGEST
from trucewatch.log.tree import root_of

HEIGHT: Final = 8
FULL: Final = 1 << HEIGHT
LONGEST_ENTRY_BYTES: Final = 65_535
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One tile, or the bundle of entries beneath one of level 0."""

    level: int | None  # None: an entry bundle
    number: int
    width: int = FULL

    @property
    def path(self) -> str:
        """Its path below the log's prefix."""
        return f"{self.whole_path}.p/{self.width}" if self.width < FULL else self.whole_path

    @property
    def whole_path(self) -> str:
        """The path it has once it is full."""
        groups = [f"{self.number % 1000:03}"]
        rest = self.number // 1000
        while rest:
            groups.append(f"x{rest % 1000:03}")
            rest //= 1000
        kind = "entries" if self.level is None else str(self.level)
        return f"tile/{kind}/{'/'.join(reversed(groups))}"


Read = Callable[[Tile], bytes]


def tile_at(path: str) -> Tile | None:
    """Return the tile that lies at `path`, None when none does."""
    met = _PATH.fullmatch(path)
    if met is None:
        return None
    kind, groups, width = met.groups()
    level = None if kind == "entries" else int(kind)
    tile = Tile(level=level, number=int(groups.replace("x", "").replace("/", "")), width=int(width or FULL))
    return tile if tile.path == path and (level or 0) <= 63 and tile.number <= LARGEST else None


def width_at(level: int, number: int, size: int) -> int:
    """Return how many hashes the tile holds in a tree of `size`: 0 when it is not there."""
    return max(0, min(FULL, (size >> HEIGHT * level) - (number << HEIGHT)))


def edge(size: int) -> tuple[Tile, ...]:
    """Return the tiles that are not full in a tree of `size`, the lowest level first."""
    levels = range((size.bit_length() + HEIGHT - 1) // HEIGHT)
    kept = [(level, size >> HEIGHT * level) for level in levels]
    return tuple(Tile(level=level, number=n >> HEIGHT, width=n % FULL) for level, n in kept if n % FULL)


def tiles(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree of `size`, the lowest level first."""
    for level in range((size.bit_length() + HEIGHT - 1) // HEIGHT):
        for number in range(-(-(size >> HEIGHT * level) // FULL)):
            yield Tile(level=level, number=number, width=width_at(level, number, size))


def hashes_in(raw: bytes, tile: Tile) -> tuple[bytes, ...]:
    """Return the hashes in a tile's bytes; InputError when they are not as many as its width."""
    if len(raw) != tile.width * HASH_BYTES:
        raise InputError(f"{len(raw)} bytes, and it holds {tile.width} hashes", where=tile.path)
    return tuple(raw[n : n + HASH_BYTES] for n in range(0, len(raw), HASH_BYTES))


def check_lengths(entries: Sequence[bytes]) -> None:
    """Raise InputError when an entry is too long for a log."""
    longest = max(map(len, entries), default=0)
    if longest > LONGEST_ENTRY_BYTES:
        raise InputError(
            f"an entry of {longest:,} bytes, and {LONGEST_ENTRY_BYTES:,} is the longest: log its digest"
        )


def bundled(entries: Sequence[bytes]) -> bytes:
    """Return entries as one bundle; InputError when one is too long."""
    check_lengths(entries)
    return b"".join([part for entry in entries for part in (len(entry).to_bytes(2, "big"), entry)])


def unbundled(raw: bytes, tile: Tile) -> tuple[bytes, ...]:
    """Return the entries in a bundle's bytes; InputError when they are not as many as its width."""
    step = 2 + int.from_bytes(raw[:2], "big")
    if (
        len(raw) == step * tile.width
        and raw[::step] + raw[1::step] == raw[:1] * tile.width + raw[1:2] * tile.width
    ):
        return tuple(raw[start : start + step - 2] for start in range(2, len(raw) + 1, step))
    entries = entries_in(raw, tile.path)
    if len(entries) != tile.width:
        raise InputError(f"its bytes are not {tile.width} entries", where=tile.path)
    return entries


def entries_in(raw: bytes, where: str | None = None) -> tuple[bytes, ...]:
    """Return the entries in bundled bytes, however many; InputError when the last is cut off."""
    starts = [0]
    while starts[-1] < len(raw):
        starts.append(starts[-1] + 2 + int.from_bytes(raw[starts[-1] : starts[-1] + 2], "big"))
    if starts[-1] != len(raw):
        raise InputError("its bytes are not entries: the last is cut off", where=where)
    return tuple(raw[start + 2 : end] for start, end in pairwise(starts))


def perfect_trees(size: int, read: Read) -> Perfect:
    """Return the perfect trees of a tree of `size`, out of the tiles that `read` gives, each read once."""
    met: dict[Tile, tuple[bytes, ...]] = {}

    def perfect(height: int, number: int) -> bytes:
        level, within = divmod(height, HEIGHT)
        first = number << within
        place = first >> HEIGHT
        tile = Tile(level=level, number=place, width=width_at(level, place, size))
        if tile not in met:
            met[tile] = hashes_in(read(tile), tile)
        start = first % FULL
        return root_of(met[tile][start : start + (1 << within)])

    return perfect
