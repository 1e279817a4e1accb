"""Trees and proofs: the published vectors, the RFC's definitions written naively, and every proof broken."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import InputError, IntegrityError, TrucewatchError
from trucewatch.log.proof import Perfect, consistency, inclusion, verify_consistency, verify_inclusion
from trucewatch.log.tree import EMPTY_ROOT, Grown, fold, leaf_hash, node_hash, root_of, split

# Entries and roots of the trees of 0 to 8 leaves that the vectors are of.
ENTRIES = [bytes.fromhex(raw) for raw in ("", "00", "10", "2021", "3031", "40414243")] + [
    bytes.fromhex("5051525354555657"),
    bytes.fromhex("606162636465666768696a6b6c6d6e6f"),
]


def mth(entries: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    n = len(entries)
    if n == 0:
        return hashlib.sha256(b"").digest()
    if n == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = max(2**power for power in range(64) if 2**power < n)
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path_of(m: int, entries: list[bytes]) -> list[bytes]:
    """RFC 9162 §2.1.3.1, word for word."""
    n = len(entries)
    if n == 1:
        return []
    k = max(2**power for power in range(64) if 2**power < n)
    if m < k:
        return [*path_of(m, entries[:k]), mth(entries[k:])]
    return [*path_of(m - k, entries[k:]), mth(entries[:k])]


def subproof(m: int, entries: list[bytes], whole: bool) -> list[bytes]:
    """RFC 9162 §2.1.4.1, word for word."""
    n = len(entries)
    if m == n:
        return [] if whole else [mth(entries)]
    k = max(2**power for power in range(64) if 2**power < n)
    if m <= k:
        return [*subproof(m, entries[:k], whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def perfect_of(entries: list[bytes]) -> Perfect:
    return lambda height, number: mth(entries[number << height : (number + 1) << height])


def many(count: int) -> list[bytes]:
    return [b"entry %d" % n for n in range(count)]


def _vectors(shared: Path, kind: str) -> list[tuple[str, dict]]:
    found = sorted((shared / "data/vectors/merkle/testdata" / kind).rglob("*.json"))
    return [(path.stem, json.loads(path.read_text("utf-8"))) for path in found]


def _raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_all_196_published_proofs_are_taken_or_refused_as_they_should_be(shared: Path) -> None:
    inclusions, growths = _vectors(shared, "inclusion"), _vectors(shared, "consistency")
    assert len(inclusions) + len(growths) == 196
    wrong = []
    for name, v in inclusions:
        path = [_raw(step) for step in v["proof"] or []]
        leaf, root = _raw(v["leafHash"]), _raw(v["root"])
        try:
            verify_inclusion(leaf=leaf, index=v["leafIdx"], size=v["treeSize"], path=path, root=root)
            taken = True
        except IntegrityError:
            taken = False
        wrong += [name] if taken is v["wantErr"] else []
    for name, v in growths:
        path = [_raw(step) for step in v["proof"] or []]
        roots = {"old_root": _raw(v["root1"]), "new_root": _raw(v["root2"])}
        try:
            verify_consistency(old=v["size1"], new=v["size2"], path=path, **roots)
            taken = True
        except IntegrityError:
            taken = False
        wrong += [name] if taken is v["wantErr"] else []
    assert wrong == []


@pytest.mark.parametrize(
    ("size", "root"),
    [
        (0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        (1, "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="),
        (2, "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU="),
        (3, "rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc="),
        (5, "Tju7H3tHjc/nH7YxYxUZo7yhLJrvyhYSv85ME6hiZNQ="),
        (6, "duZ9rbzfHhDht03cYIq9L5jfsW+851J3tSMqEn8gh+8="),
        (7, "3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw="),
        (8, "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="),
    ],
)
def test_known_entries_have_their_published_roots(size: int, root: str) -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES[:size]]
    assert root_of(leaves) == Grown().with_leaves(leaves).root == mth(ENTRIES[:size]) == _raw(root)


@given(st.lists(st.binary(max_size=40), max_size=70), st.integers(0, 70))
def test_a_tree_grown_in_two_parts_has_the_root_of_the_definition(entries: list[bytes], cut: int) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    grown = Grown().with_leaves(leaves[:cut]).with_leaves(leaves[cut:])
    assert grown.size == len(entries)
    assert len(grown.peaks) == len(entries).bit_count()
    assert grown.root == root_of(leaves) == mth(entries)


def test_a_node_is_no_leaf_and_an_empty_row_is_the_empty_tree() -> None:
    assert node_hash(b"a" * 32, b"b" * 32) != leaf_hash(b"a" * 32 + b"b" * 32)
    assert fold([]) == root_of([]) == Grown().root == EMPTY_ROOT
    assert [split(size) for size in (2, 3, 4, 5, 8, 9)] == [1, 2, 2, 4, 4, 8]


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_proves_its_place_and_no_other(size: int) -> None:
    entries = many(size)
    root, perfect = mth(entries), perfect_of(entries)
    for index in range(size):
        path = inclusion(index, size, perfect)
        assert list(path) == path_of(index, entries)
        for place in range(size):
            for leaf in {index, (index + 1) % size}:
                right = place == index == leaf
                args = {"leaf": leaf_hash(entries[leaf]), "index": place, "size": size, "root": root}
                if right:
                    verify_inclusion(path=path, **args)
                else:
                    with pytest.raises(IntegrityError):
                        verify_inclusion(path=path, **args)


@pytest.mark.parametrize("new", range(1, 34))
def test_a_tree_is_shown_to_have_grown_from_each_smaller_one_and_from_no_other(new: int) -> None:
    entries = many(new)
    perfect = perfect_of(entries)
    for old in range(1, new + 1):
        path = consistency(old, new, perfect)
        assert list(path) == subproof(old, entries, True)
        before, after = mth(entries[:old]), mth(entries)
        verify_consistency(old=old, new=new, old_root=before, new_root=after, path=path)
        forked = mth([*entries[: old - 1], b"another"])
        for roots in ((forked, after), (before, forked), (before, EMPTY_ROOT)):
            with pytest.raises(IntegrityError):
                verify_consistency(old=old, new=new, old_root=roots[0], new_root=roots[1], path=path)


sizes = st.integers(2, 300)


@given(sizes, st.data())
def test_a_flipped_bit_anywhere_in_a_proof_is_refused(size: int, draw: st.DataObject) -> None:
    entries = many(size)
    index, old = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(1, size - 1))
    root, perfect = mth(entries), perfect_of(entries)
    path, growth = inclusion(index, size, perfect), consistency(old, size, perfect)
    step, bit = draw.draw(st.integers(0, len(path) - 1)), draw.draw(st.integers(0, 255))
    leaf = leaf_hash(entries[index])
    with pytest.raises(IntegrityError):
        verify_inclusion(leaf=leaf, index=index, size=size, path=_flipped(path, step, bit), root=root)
    step = draw.draw(st.integers(0, len(growth) - 1))
    roots = {"old_root": mth(entries[:old]), "new_root": root}
    with pytest.raises(IntegrityError):
        verify_consistency(old=old, new=size, path=_flipped(growth, step, bit), **roots)


@given(sizes, st.data())
def test_a_proof_with_a_hash_more_or_less_is_refused(size: int, draw: st.DataObject) -> None:
    entries = many(size)
    index, old = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(1, size - 1))
    root, perfect = mth(entries), perfect_of(entries)
    path, growth = inclusion(index, size, perfect), consistency(old, size, perfect)
    for wrong in (path[:-1], (*path, root), (root, *path), (*path, b"short")):
        with pytest.raises(IntegrityError):
            verify_inclusion(leaf=leaf_hash(entries[index]), index=index, size=size, path=wrong, root=root)
    before = mth(entries[:old])
    for wrong in (growth[:-1], (*growth, root), (root, *growth), (*growth, b"short"), ()):
        with pytest.raises(IntegrityError):
            verify_consistency(old=old, new=size, old_root=before, new_root=root, path=wrong)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(InputError, match="not in a tree"):
        inclusion(index, size, perfect_of(many(size)))
    with pytest.raises(IntegrityError, match="not in a tree"):
        verify_inclusion(leaf=EMPTY_ROOT, index=index, size=size, path=(), root=EMPTY_ROOT)


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (0, 0), (-1, 5)])
def test_growth_from_nothing_or_backwards_is_no_growth(old: int, new: int) -> None:
    with pytest.raises(InputError, match="cannot be shown"):
        consistency(old, new, perfect_of(many(5)))
    with pytest.raises(TrucewatchError, match="cannot be shown"):
        verify_consistency(old=old, new=new, old_root=EMPTY_ROOT, new_root=EMPTY_ROOT, path=())


def _flipped(path: tuple[bytes, ...], step: int, bit: int) -> tuple[bytes, ...]:
    raw = bytearray(path[step])
    raw[bit // 8] ^= 1 << bit % 8
    return (*path[:step], bytes(raw), *path[step + 1 :])
