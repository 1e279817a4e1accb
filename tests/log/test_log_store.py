"""The store: what was acknowledged is there after a crash at any byte, and nothing is written over."""

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.checkpoint import Checkpoint, read_checkpoint
from trucewatch.log.growth import touched
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.note import cosigned, read_note, signed_note
from trucewatch.log.proof import verify_consistency, verify_inclusion
from trucewatch.log.store import Store, write_synced
from trucewatch.log.tile import Tile, tile_at, tiles
from trucewatch.log.tree import leaf_hash, root_of

LOG = SignerKey(name="log.example/truce", kind=KeyKind.ED25519, seed=b"\x01" * 32)


def many(start: int, end: int) -> list[bytes]:
    return [b"entry %d" % n for n in range(start, end)]


def store_of(folder: Path, *batches: int) -> Store:
    store = Store(folder=folder, key=LOG.verifier)
    size = store.create(LOG).size
    for batch in batches:
        size = store.append(many(size, size + batch), signer=LOG).size
    return store


def files_of(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def holds(store: Store, entries: list[bytes]) -> None:
    """Assert that the log is `entries` and no more, and grows."""
    head = store.head()
    leaves = [leaf_hash(entry) for entry in entries]
    assert (head.size, head.root) == (len(entries), root_of(leaves))
    assert list(store.entries()) == entries
    for tile in tiles(head.size):
        at = tile.number << 8 * (tile.level or 0) + 8
        step = 1 << 8 * (tile.level or 0)
        expected = b"".join(root_of(leaves[at + n * step :][:step]) for n in range(tile.width))
        assert store.read(tile) == expected, tile.path


@pytest.mark.parametrize("batches", [(), (1,), (256,), (255, 1, 1), (1000, 1000), (3, 600, 5, 65_000)])
def test_what_is_appended_is_read_again_and_proves_its_place(
    batches: tuple[int, ...], tmp_path: Path
) -> None:
    store = store_of(tmp_path, *batches)
    size, head = sum(batches), store.head()
    if size < 5000:
        holds(store, many(0, size))
    leaves = [leaf_hash(entry) for entry in many(0, size)]
    for index in {0, size // 2, size - 1} if size else set():
        path = store.inclusion(index)
        verify_inclusion(leaf=leaves[index], index=index, size=size, path=path, root=head.root)
        assert list(store.entries(index, index + 1)) == [many(index, index + 1)[0]]
    for old in {1, size // 2, size} if size > 1 else set():
        roots = {"old_root": root_of(leaves[:old]), "new_root": head.root}
        verify_consistency(old=old, new=size, path=store.consistency(old), **roots)


def test_proofs_of_an_older_tree_come_from_the_tiles_of_today(tmp_path: Path) -> None:
    store = store_of(tmp_path, 100, 200, 300)
    leaves = [leaf_hash(entry) for entry in many(0, 600)]
    path = store.inclusion(7, size=99)
    verify_inclusion(leaf=leaves[7], index=7, size=99, path=path, root=root_of(leaves[:99]))
    roots = {"old_root": root_of(leaves[:31]), "new_root": root_of(leaves[:299])}
    verify_consistency(old=31, new=299, path=store.consistency(31, new=299), **roots)
    for ask in (lambda: store.inclusion(7, size=601), lambda: store.consistency(5, new=601)):
        with pytest.raises(InputError, match="has 600 entries, not 601"):
            ask()


@pytest.mark.parametrize(
    ("start", "end"), [(0, 0), (0, 1), (255, 257), (256, 256), (300, 600), (599, 900), (700, 800)]
)
def test_a_part_of_the_log_is_read_alone(start: int, end: int, tmp_path: Path) -> None:
    store = store_of(tmp_path, 600)
    assert list(store.entries(start, end)) == many(0, 600)[start:end]


def test_the_folder_is_what_tlog_tiles_serves(tmp_path: Path) -> None:
    store_of(tmp_path, 1, 299)
    names = set(files_of(tmp_path))
    assert names == {
        "checkpoint",
        *("tile/entries/000", "tile/entries/001.p/44", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"),
    }
    assert read_checkpoint(read_note((tmp_path / "checkpoint").read_bytes()).text).size == 300
    assert all(tile_at(name) for name in names - {"checkpoint"})


def test_a_partial_tile_is_kept_until_the_full_one_is_there(tmp_path: Path) -> None:
    store = store_of(tmp_path, 10, 10)
    assert {"tile/0/000.p/10", "tile/0/000.p/20"} <= files_of(tmp_path).keys()
    before = {level: store.read(Tile(level=level, number=0, width=10)) for level in (None, 0)}
    store.append(many(20, 256), signer=LOG)
    assert not [name for name in files_of(tmp_path) if "000.p" in name and not name.startswith("tile/1")]
    assert before == {level: store.read(Tile(level=level, number=0, width=10)) for level in (None, 0)}


def test_nothing_appended_changes_nothing(tmp_path: Path) -> None:
    store = store_of(tmp_path, 5)
    before = files_of(tmp_path)
    assert store.append([], signer=LOG) == store.head()
    assert files_of(tmp_path) == before


class Crash(BaseException):
    """The machine stopped."""


def crashing(at: int, damage: Callable[[Path, bytes], None]) -> Callable[[Path, bytes], None]:
    """Return a writer that stops the machine at its write number `at`, after `damage`."""
    count = iter(range(1000))

    def write(path: Path, raw: bytes) -> None:
        if next(count) == at:
            damage(path, raw)
            raise Crash
        write_synced(path, raw)

    return write


def nothing(_: Path, __: bytes) -> None:
    """The write did not begin."""


def torn(part: float) -> Callable[[Path, bytes], None]:
    """The bytes beside the file were written in part."""

    def damage(path: Path, raw: bytes) -> None:
        path.with_name(f".{path.name}.part").write_bytes(raw[: int(len(raw) * part)])

    return damage


def cut(path: Path, raw: bytes) -> None:
    """The name was there before its bytes: a disk that lied about a sync. Never of the checkpoint or the mark."""
    if "tile" in path.parts:
        path.write_bytes(raw[: len(raw) // 2])


DAMAGES = [nothing, torn(0.0), torn(0.5), torn(1.0), cut, write_synced]
GROWTHS = [(0, 3), (10, 5), (200, 100), (256, 256), (300, 900), (65_530, 300)]


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    made: dict[int, Path] = {}

    def of(size: int) -> Path:
        if size not in made:
            made[size] = tmp_path_factory.mktemp("grown")
            store_of(made[size], *([size] if size else []))
        return made[size]

    return of


@pytest.mark.parametrize("growth", GROWTHS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_crash_at_any_step_of_an_append_loses_nothing_that_was_acknowledged(
    growth: tuple[int, int],
    damage: Callable[[Path, bytes], None],
    tmp_path: Path,
    grown: Callable[[int], Path],
) -> None:
    size, more = growth
    writes = len(touched(size, size + more)) + 2  # the mark before, the checkpoint after
    for step in range(writes):
        folder = tmp_path / str(step)
        shutil.copytree(grown(size), folder)
        store = Store(folder=folder, key=LOG.verifier)
        whole = store.head()
        with pytest.raises(Crash):
            replace(store, write=crashing(step, damage)).append(many(size, size + more), signer=LOG)
        after = store.head()
        acknowledged = step == writes - 1 and damage is write_synced
        assert after.size == (size + more if acknowledged else size)
        if not acknowledged:
            assert after == whole
        again = store.append([b"after the crash"], signer=LOG)
        entries = [*many(0, after.size), b"after the crash"]
        assert again.size == len(entries)
        if size < 5000:
            holds(store, entries)
        else:
            assert list(store.entries(size)) == entries[size:]
            assert again.root == root_of([leaf_hash(entry) for entry in entries])
        assert not (folder / "growing").exists()
        left = [name for name in files_of(folder) if name.startswith("tile/")]
        allowed = {*tiles(again.size), *tiles(after.size), *tiles(size)}
        assert [
            n for n in left if (t := tile_at(n)) is None or (t.level is not None and t not in allowed)
        ] == []


def test_a_crash_that_keeps_any_part_of_what_was_written_loses_nothing_acknowledged(tmp_path: Path) -> None:
    store, dice = store_of(tmp_path / "log", 300), random.Random(4)
    written: list[Path] = []
    head = store.head()
    for _ in range(60):

        def write(path: Path, raw: bytes) -> None:
            if path.name == "checkpoint":
                raise Crash
            write_synced(path, raw)
            written.append(path)

        with pytest.raises(Crash):
            replace(store, write=write).append(many(0, dice.randrange(1, 900)), signer=LOG)
        for path in written[1:]:  # the mark is synced before anything else is written
            if dice.random() < 0.5:
                path.unlink(missing_ok=True)
            elif dice.random() < 0.3 and path.exists():
                path.write_bytes(path.read_bytes()[: dice.randrange(0, 40)])
        written.clear()
        assert store.head() == head
        assert list(store.entries()) == many(0, 300)
    store.append(many(300, 400), signer=LOG)
    holds(store, many(0, 400))
    assert len(list((tmp_path / "log" / "torn").iterdir())) > 50


def test_what_was_not_acknowledged_is_set_aside_and_not_destroyed(tmp_path: Path) -> None:
    store = store_of(tmp_path, 10)
    with pytest.raises(Crash):
        replace(store, write=crashing(3, nothing)).append([b"never acknowledged"], signer=LOG)
    store.append([b"another"], signer=LOG)
    kept = files_of(tmp_path / "torn")
    assert sorted(name.partition("/")[2] for name in kept) == ["tile/0/000.p/11", "tile/entries/000.p/11"]
    assert all(sha256(raw).hexdigest() == name.partition("/")[0] for name, raw in kept.items())
    assert any(b"never acknowledged" in raw for raw in kept.values())


WRITER = """
import sys
from pathlib import Path
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.store import Store
key = SignerKey(name="log.example/truce", kind=KeyKind.ED25519, seed=b"\\x01" * 32)
store = Store(folder=Path(sys.argv[1]), key=key.verifier)
size = store.head().size
while True:
    size = store.append([b"entry %d" % n for n in range(size, size + 70)], signer=key).size
    print(size, flush=True)
"""


def test_a_writer_that_is_killed_keeps_every_entry_it_acknowledged(tmp_path: Path) -> None:
    store, dice = store_of(tmp_path), random.Random(9)
    for _ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            said = [writer.stdout.readline() for _ in range(dice.randrange(1, 9))]
            writer.send_signal(signal.SIGKILL)
            said += writer.stdout.readlines()
        acknowledged = int([line for line in said if line.endswith("\n")][-1])
        assert store.head().size >= acknowledged
    store.append([b"the end"], signer=LOG)
    size = store.head().size
    holds(store, [*many(0, size - 1), b"the end"])


def _changed(folder: Path) -> Iterator[tuple[str, Path]]:
    for name, raw in files_of(folder).items():
        for place in {0, len(raw) // 2, len(raw) - 1}:
            copy = folder.with_name("copy")
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(folder, copy)
            flipped = bytearray(raw)
            flipped[place] ^= 1
            (copy / name).write_bytes(flipped)
            yield name, copy


def _read_all(store: Store) -> None:
    for index in range(0, store.head().size, 37):
        store.inclusion(index)
    list(store.entries())


def test_a_flipped_byte_of_any_file_is_refused_by_whoever_reads_it(tmp_path: Path) -> None:
    _read_all(store_of(tmp_path / "log", 600))
    for _, copy in _changed(tmp_path / "log"):
        with pytest.raises(IntegrityError, match=r"checkpoint|tile"):
            _read_all(Store(folder=copy, key=LOG.verifier))


def test_a_log_whose_edge_is_altered_does_not_grow(tmp_path: Path) -> None:
    store_of(tmp_path / "log", 600)
    for name, copy in _changed(tmp_path / "log"):
        if ".p/" not in name and name != "checkpoint":
            continue
        before = files_of(copy)
        with pytest.raises(IntegrityError):
            Store(folder=copy, key=LOG.verifier).append([b"more"], signer=LOG)
        assert files_of(copy) == before


@pytest.mark.parametrize("batches", [(10, 1), (10, 300), (256, 256), (250, 6), (300, 900)])
def test_a_checkpoint_that_was_set_back_is_not_written_over(batches: tuple[int, int], tmp_path: Path) -> None:
    store = store_of(tmp_path, batches[0])
    old = (tmp_path / "checkpoint").read_bytes()
    partial = files_of(tmp_path / "tile")
    store.append(many(batches[0], sum(batches)), signer=LOG)
    (tmp_path / "checkpoint").write_bytes(old)
    for name, raw in partial.items():
        (tmp_path / "tile" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "tile" / name).write_bytes(raw)
    before = files_of(tmp_path)
    with pytest.raises(IntegrityError, match=f"beyond the checkpoint, which is at {batches[0]}"):
        store.append([b"instead"], signer=LOG)
    assert files_of(tmp_path) == before


def test_the_mark_of_another_append_is_not_believed(tmp_path: Path) -> None:
    store = store_of(tmp_path, 10)
    for mark in ("20 30\n", "x", "10 020\n", "1 2 3\n", "10 10\n", "11 10\n", "10 99999999999\n"):
        (tmp_path / "growing").write_text(mark)
        with pytest.raises(IntegrityError, match="growing"):
            store.append([b"more"], signer=LOG)


def test_a_log_is_made_once_and_signed_by_its_own_key_only(tmp_path: Path) -> None:
    store = store_of(tmp_path, 3)
    with pytest.raises(RefusedError, match="a log is here already"):
        store.create(LOG)
    with pytest.raises(RefusedError, match="does not sign for"):
        store.append([b"x"], signer=replace(LOG, seed=b"\x05" * 32))
    (tmp_path / "checkpoint").unlink()
    with pytest.raises(RefusedError, match="a log is here already"):
        store.create(LOG)
    with pytest.raises(IntegrityError, match="checkpoint: cannot be read"):
        store.head()


def test_a_checkpoint_of_another_log_or_key_is_refused(tmp_path: Path) -> None:
    store = store_of(tmp_path, 3)
    head = store.head()
    stranger = replace(LOG, seed=b"\x05" * 32)
    for note in (
        signed_note(head.text, [stranger]),
        signed_note(Checkpoint(origin="other", size=3, root=head.root).text, [LOG]),
    ):
        (tmp_path / "checkpoint").write_bytes(note.raw)
        with pytest.raises(IntegrityError, match="checkpoint"):
            store.head()


def test_cosignatures_in_the_checkpoint_do_not_disturb_the_writer(tmp_path: Path) -> None:
    store = store_of(tmp_path, 3)
    party = SignerKey(name="party-a.example", kind=KeyKind.COSIGNATURE, seed=b"\x02" * 32)
    path = tmp_path / "checkpoint"
    path.write_bytes(cosigned(read_note(path.read_bytes()), party, at=5).raw)
    assert store.append([b"more"], signer=LOG).size == 4


def test_an_entry_that_is_too_long_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    store = store_of(tmp_path, 3)
    before = files_of(tmp_path)
    with pytest.raises(InputError, match="log its digest"):
        store.append([b"short", b"x" * 65_536], signer=LOG)
    assert files_of(tmp_path) == before


def test_an_append_has_a_bound(tmp_path: Path) -> None:
    store = store_of(tmp_path, 3)
    with pytest.raises(InputError, match="1,048,576 is the most"):
        store.append([b""] * ((1 << 20) + 1), signer=LOG)


def test_a_disk_that_refuses_is_said_in_one_line(tmp_path: Path) -> None:
    store = store_of(tmp_path, 3)

    def full(path: Path, raw: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    with pytest.raises(InputError, match=r"growing: cannot be written: No space left"):
        replace(store, write=full).append([b"more"], signer=LOG)
    holds(store, many(0, 3))
