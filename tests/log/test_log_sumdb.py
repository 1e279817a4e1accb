"""The program that the formats come from, Go's sumdb, takes our roots, tiles, proofs and signed notes, and we its."""

import json
import os
import shutil
import subprocess
from base64 import b64decode, b64encode
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import pytest

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.checkpoint import Checkpoint, read_checkpoint
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.note import cosigned, open_note, read_note, signed_note
from trucewatch.log.proof import verify_consistency, verify_inclusion
from trucewatch.log.store import Store
from trucewatch.log.tile import Tile, tile_at, width_at
from trucewatch.log.tree import leaf_hash

HERE = Path(__file__).resolve().parent
GOPATH = Path("/usr/share/gocode")
LOG = SignerKey(name="log.example/truce", kind=KeyKind.ED25519, seed=b"\x01" * 32)
OTHER = SignerKey(name="log.example/truce", kind=KeyKind.ED25519, seed=b"\x02" * 32)
PARTY = SignerKey(name="party-a.example", kind=KeyKind.COSIGNATURE, seed=b"\x03" * 32)
ENTRIES = [b"entry %d" % n * (n % 3) for n in range(67_000)]
SIZE = len(ENTRIES)
LEAVES = (0, 1, 255, 256, 511, 65_535, 65_536, 66_815, 66_816, SIZE - 1)
OLDS = (1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 66_816, SIZE - 1, SIZE)
NUMBERS = (0, 999, 1000, 1001, 999_999, 1_000_000, 1_234_067)


class Proof(TypedDict):
    """A path, and the index of its leaf or the size of the older tree."""

    Index: int
    Path: list[str] | None


class Answer(TypedDict):
    """What the other program says."""

    Roots: list[str]
    Tiles: dict[str, str]
    Inclusion: list[Proof]
    Growth: list[Proof]
    Taken: list[bool]
    TakenGrowth: list[bool]
    Opened: list[str]
    Note: str
    Paths: list[str]


def spelled(path: tuple[bytes, ...]) -> list[str]:
    return [b64encode(step).decode() for step in path]


def unspelled(proof: Proof) -> tuple[bytes, ...]:
    return tuple(map(b64decode, proof["Path"] or ()))


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the other program, built; without Go it is skipped on a desk, and fails where CI runs."""
    go = shutil.which("go")
    if go is None or not (GOPATH / "src/golang.org/x/mod/sumdb").is_dir():
        missing = "Debian's golang-go and golang-golang-x-mod-dev are not here"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    made = tmp_path_factory.mktemp("peer")
    outside = {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(made / "cache"), "GOFLAGS": ""}
    command = [go, "build", "-o", str(made / "peer"), str(HERE / "sumdb" / "peer.go")]
    built = subprocess.run(
        command, env={**os.environ, **outside}, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    return made / "peer"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store, at = Store(folder=tmp_path_factory.mktemp("log"), key=LOG.verifier), 0
    store.create(LOG)
    for more in (3, 250, 3, 700, 65_000, 300, 744):
        at = store.append(ENTRIES[at : at + more], signer=LOG).size
    assert at == SIZE
    return store


def notes_of(store: Store) -> list[str]:
    """Return notes that both must take: the head, and the head with a cosigner's line; then ones that neither may."""
    head = (store.folder / "checkpoint").read_text()
    both = cosigned(read_note(head.encode()), PARTY, at=1_800_000_000).raw.decode()
    text = store.head().text
    spoilt = (
        head.replace(f"\n{SIZE}\n", f"\n{SIZE + 1}\n"),
        head[:-3] + "A=\n",
        head + "x",
        head.rstrip("\n"),
    )
    return [head, both, *spoilt, signed_note(text, [OTHER]).raw.decode(), text, ""]


def another_path(path: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return (bytes([path[0][0] ^ 1]) + path[0][1:], *path[1:])


@pytest.fixture(scope="module")
def said(ours: Store, peer: Path) -> Answer:
    """Return what the other program says: each proof is shown as it is, altered, and too long."""
    proofs = [(index, path) for index in LEAVES for path in shown(ours.inclusion(index))]
    growth = [(old, path) for old in OLDS for path in shown(ours.consistency(old))]
    asked = {
        "Entries": [b64encode(entry).decode() for entry in ENTRIES],
        "Inclusion": [{"Index": index, "Path": spelled(path)} for index, path in proofs],
        "Growth": [{"Index": old, "Path": spelled(path)} for old, path in growth],
        "VKey": LOG.verifier.text,
        "SKey": LOG.private_text,
        "Notes": notes_of(ours),
        "Text": ours.head().text,
        "Numbers": NUMBERS,
    }
    ran = subprocess.run([peer], input=json.dumps(asked), capture_output=True, text=True, check=True)
    answer: Answer = json.loads(ran.stdout)
    return answer


def shown(path: tuple[bytes, ...]) -> tuple[tuple[bytes, ...], ...]:
    return (path, another_path(path) if path else (b"\0" * 32,), (*path, b"\0" * 32))


def test_both_have_the_same_root_at_the_sizes_where_trees_change(ours: Store, said: Answer) -> None:
    assert len(said["Roots"]) == SIZE
    assert b64decode(said["Roots"][-1]) == ours.head().root
    for size in (*OLDS, *range(65_500, 65_560)):
        assert b64decode(said["Roots"][size - 1]) == ours.checkpoint_at(size).root, size


def test_both_write_the_same_tiles_under_the_same_paths(ours: Store, said: Answer) -> None:
    theirs = {path.replace("tile/8/", "tile/", 1): b64decode(raw) for path, raw in said["Tiles"].items()}
    for path, raw in theirs.items():
        tile = tile_at(path)
        assert tile is not None, path
        today = replace(tile, width=width_at(tile.level or 0, tile.number, SIZE))
        assert ours.read(today)[: len(raw)] == raw, path
    found = [
        path.relative_to(ours.folder).as_posix()
        for path in (ours.folder / "tile").rglob("*")
        if path.is_file()
    ]
    assert {path for path in found if "/entries/" not in path} - theirs.keys() == set()
    paths = [(Tile(level=1, number=n).path, Tile(level=0, number=n, width=7).path) for n in NUMBERS]
    assert said["Paths"] == [path.replace("tile/", "tile/8/", 1) for pair in paths for path in pair]


def test_each_verifies_the_others_proofs_and_neither_an_altered_one(ours: Store, said: Answer) -> None:
    root = ours.head().root
    assert said["Taken"] == [True, False, False] * len(LEAVES)
    assert said["TakenGrowth"] == [True, False, False] * len(OLDS)
    for proof in said["Inclusion"]:
        leaf = leaf_hash(ENTRIES[proof["Index"]])
        verify_inclusion(leaf=leaf, index=proof["Index"], size=SIZE, path=unspelled(proof), root=root)
    for proof in said["Growth"]:
        before = ours.checkpoint_at(proof["Index"]).root
        roots = {"old_root": before, "new_root": root}
        verify_consistency(old=proof["Index"], new=SIZE, path=unspelled(proof), **roots)
    assert [unspelled(proof) for proof in said["Inclusion"][::3]] == [ours.inclusion(n) for n in LEAVES]
    assert [unspelled(proof) for proof in said["Growth"][::3]] == [ours.consistency(n) for n in OLDS]


def test_each_opens_the_others_signed_notes_and_neither_a_spoilt_one(ours: Store, said: Answer) -> None:
    text = ours.head().text
    mine = []
    for raw in notes_of(ours):
        try:
            mine.append(open_note(raw.encode(), [LOG.verifier]).text)
        except (InputError, IntegrityError):
            mine.append("")
    assert said["Opened"] == mine == [text, text, *[""] * 7]
    assert said["Note"].encode() == signed_note(text, [LOG]).raw
    head = read_checkpoint(open_note(said["Note"].encode(), [LOG.verifier]).text)
    assert head == Checkpoint(origin=LOG.name, size=SIZE, root=b64decode(said["Roots"][-1]))
