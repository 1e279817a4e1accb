"""Another implementation, which shares no code with ours, has the same roots and takes our proofs, and we its."""

import random

import pymerkle
import pytest

from trucewatch.errors import IntegrityError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.proof import verify_consistency, verify_inclusion
from trucewatch.log.store import Store
from trucewatch.log.tree import leaf_hash

LOG = SignerKey(name="log.example/truce", kind=KeyKind.ED25519, seed=b"\x01" * 32)
SIZE = 700
ENTRIES = [b"entry %d" % n * (n % 3) for n in range(SIZE)]


@pytest.fixture(scope="module")
def theirs() -> pymerkle.InmemoryTree:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        tree.append_entry(entry)
    return tree


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store, dice, at = Store(folder=tmp_path_factory.mktemp("log"), key=LOG.verifier), random.Random(5), 0
    store.create(LOG)
    while at < SIZE:
        more = min(dice.randrange(1, 200), SIZE - at)
        at = store.append(ENTRIES[at : at + more], signer=LOG).size
    return store


def test_both_have_the_same_root_at_every_size(ours: Store, theirs: pymerkle.InmemoryTree) -> None:
    assert ours.head().root == theirs.get_root()
    for size in range(1, SIZE + 1):
        assert ours.checkpoint_at(size).root == theirs.get_root(size)


def test_each_verifies_the_others_proofs_of_inclusion(ours: Store, theirs: pymerkle.InmemoryTree) -> None:
    root = ours.head().root
    for index in range(0, SIZE, 7):
        made, path = theirs.prove_inclusion(index + 1), ours.inclusion(index)
        leaf = leaf_hash(ENTRIES[index])
        assert (made.path[0], tuple(made.path[1:])) == (leaf, path)
        made.path = [leaf, *path]
        pymerkle.verify_inclusion(leaf, root, made)
        verify_inclusion(leaf=leaf, index=index, size=SIZE, path=tuple(made.path[1:]), root=theirs.get_root())


def test_neither_takes_a_proof_of_another_leaf(ours: Store, theirs: pymerkle.InmemoryTree) -> None:
    made, leaf = theirs.prove_inclusion(9), leaf_hash(ENTRIES[9])
    with pytest.raises(pymerkle.InvalidProof):
        pymerkle.verify_inclusion(leaf, ours.head().root, made)
    with pytest.raises(IntegrityError, match="does not lead to the root"):
        verify_inclusion(leaf=leaf, index=8, size=SIZE, path=ours.inclusion(8), root=theirs.get_root())


def test_our_proofs_of_growth_lead_between_its_roots(ours: Store, theirs: pymerkle.InmemoryTree) -> None:
    for old in range(1, SIZE, 13):
        roots = {"old_root": theirs.get_root(old), "new_root": theirs.get_root()}
        assert (ours.checkpoint_at(old).root, ours.head().root) == tuple(roots.values())
        verify_consistency(old=old, new=SIZE, path=ours.consistency(old), **roots)
        pymerkle.verify_consistency(
            ours.checkpoint_at(old).root, ours.head().root, theirs.prove_consistency(old, SIZE)
        )
