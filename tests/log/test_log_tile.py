"""Tiles: their paths, widths and bytes, as tlog-tiles gives them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import InputError
from trucewatch.log.growth import Edge, edge_files, edge_of, grow, touched
from trucewatch.log.proof import consistency, inclusion, span_root
from trucewatch.log.tile import (
    FULL,
    LONGEST_ENTRY_BYTES,
    Tile,
    bundled,
    edge,
    hashes_in,
    perfect_trees,
    tile_at,
    tiles,
    unbundled,
)
from trucewatch.log.tree import EMPTY_ROOT, Grown, leaf_hash, root_of


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(level=0, number=0), "tile/0/000"),
        (Tile(level=0, number=1234067), "tile/0/x001/x234/067"),  # tlog-tiles, Merkle Tree
        (Tile(level=63, number=999, width=255), "tile/63/999.p/255"),
        (Tile(level=None, number=1000, width=1), "tile/entries/x001/000.p/1"),
        (Tile(level=10, number=1_000_000), "tile/10/x001/x000/000"),
    ],
)
def test_a_tile_lies_where_the_specification_says(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tile_at(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        *("tile/00/000", "tile/64/000", "tile/0/0", "tile/0/0000", "tile/0/x000/001", "tile/0/001/002"),
        *("tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/07", "tile/0/000.p", "tile/entries/x001"),
        *("/tile/0/000", "tile/0/../000", "tile/data/000", "tile/0/000/", "tile/-1/000", "tile/0/٠٠٠", ""),
        "tile/0/" + "x999/" * 7 + "999",
    ],
)
def test_a_path_spelled_in_another_way_is_no_tile(path: str) -> None:
    assert tile_at(path) is None


@given(st.none() | st.integers(0, 63), st.integers(0, 10**12), st.integers(1, FULL))
def test_a_path_and_its_tile_are_one(level: int | None, number: int, width: int) -> None:
    tile = Tile(level=level, number=number, width=width)
    assert tile_at(tile.path) == tile


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    found = list(tiles(70_000))
    full = [sum(t.width == FULL and t.level == level for t in found) for level in (0, 1, 2)]
    assert full == [273, 1, 0]
    assert [(t.level, t.number, t.width) for t in edge(70_000)] == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert len(found) == 273 + 1 + 3


def test_a_tree_of_256_is_a_full_tile_and_one_hash_above_it() -> None:
    assert [tile.path for tile in tiles(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert edge(0) == () == tuple(tiles(0))


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=FULL))
def test_a_bundle_holds_its_entries_and_nothing_else(entries: list[bytes]) -> None:
    bundle = Tile(level=None, number=0, width=len(entries))
    raw = bundled(entries)
    assert unbundled(raw, bundle) == tuple(entries)
    for wrong in (raw[:-1], raw + b"\0", raw + b"\0\0", b""):
        with pytest.raises(InputError, match="000"):
            unbundled(wrong, bundle)


def test_the_longest_entry_is_kept_and_a_longer_one_refused() -> None:
    longest = b"x" * LONGEST_ENTRY_BYTES
    assert unbundled(bundled([longest, b""]), Tile(level=None, number=0, width=2)) == (longest, b"")
    with pytest.raises(InputError, match="65,535 is the longest"):
        bundled([longest + b"x"])


def test_a_tile_of_another_length_is_refused() -> None:
    with pytest.raises(InputError, match=r"tile/0/000\.p/3: 95 bytes, and it holds 3 hashes"):
        hashes_in(b"x" * 95, Tile(level=0, number=0, width=3))


def many(count: int) -> list[bytes]:
    return [b"%d" % n for n in range(count)]


EMPTY = Edge(size=0, entries=(), hashes=())


@given(st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_a_log_grown_in_batches_has_the_tiles_of_one_grown_at_once(batches: list[int]) -> None:
    total, files, at = many(sum(batches)), {}, EMPTY
    for batch in batches:
        growth = grow(at, total[at.size : at.size + batch])
        assert tuple(tile for tile, _ in growth.writes) == touched(at.size, at.size + batch)
        assert not files.keys() & {tile for tile, _ in growth.writes}
        files |= dict(growth.writes)
        at = growth.edge
        assert edge_of(at.size, at.root, {tile: files[tile] for tile in edge_files(at.size)}) == at
        leaves = [leaf_hash(entry) for entry in total[: at.size]]
        assert at.root == root_of(leaves) == Grown().with_leaves(leaves).root
    assert {tile: files[tile] for tile in tiles(len(total))} == {
        tile: raw for tile, raw in grow(EMPTY, total).writes if tile.level is not None
    }


def test_the_empty_edge_has_the_empty_root() -> None:
    assert EMPTY.root == edge_of(0, EMPTY_ROOT, {}).root == EMPTY_ROOT


def test_a_tree_of_three_levels_proves_the_same_from_tiles_as_from_leaves() -> None:
    size = 70_000
    leaves = [leaf_hash(entry) for entry in many(size)]
    files = dict(grow(EMPTY, many(size)).writes)
    from_tiles = perfect_trees(size, files.__getitem__)

    def from_leaves(height: int, number: int) -> bytes:
        return root_of(leaves[number << height : (number + 1) << height])

    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        assert inclusion(index, size, from_tiles) == inclusion(index, size, from_leaves)
    for old in (1, 256, 65_535, 65_536, 69_888, 70_000):
        assert consistency(old, size, from_tiles) == consistency(old, size, from_leaves)
        assert span_root((0, old), from_tiles) == root_of(leaves[:old])
