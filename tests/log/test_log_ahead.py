"""Batches written ahead: each is durable when it is acknowledged, and in the log once it is settled."""

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.ahead import read_ahead
from trucewatch.log.growth import Edge, grow, touched
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.store import Store, write_synced
from trucewatch.log.tile import tiles
from trucewatch.log.tree import leaf_hash, root_of

LOG = SignerKey(name="log.example/truce", kind=KeyKind.ED25519, seed=b"\x01" * 32)
SIZES = (3, 250, 3, 700, 1, 300)


class Crash(BaseException):
    """The machine stopped."""


def many(start: int, end: int) -> list[bytes]:
    return [b"entry %d" % n for n in range(start, end)]


def begun(folder: Path, size: int) -> Store:
    store = Store(folder=folder, key=LOG.verifier)
    store.create(LOG)
    store.append(many(0, size), signer=LOG)
    return store


def written_ahead(
    folder: Path, size: int, sizes: tuple[int, ...] = SIZES
) -> tuple[Store, list[tuple[int, int]]]:
    """Return a log whose writer stopped before it settled, and after each batch: bytes of the file, and entries."""
    store, ends = begun(folder, size), []
    with suppress(Crash), store.batches(signer=LOG) as log:
        for count in sizes:
            size = log.append(many(size, size + count)).size
            ends.append(((folder / "ahead").stat().st_size, size))
        raise Crash
    return store, ends


def holds(store: Store, size: int) -> None:
    """Assert that the log is so many entries and no more, that its files are sound, and that it grows."""
    head = store.head()
    assert (head.size, head.root) == (size, root_of([leaf_hash(entry) for entry in many(0, size)]))
    assert list(store.entries()) == many(0, size)
    assert store.faults() == ()
    assert not (store.folder / "ahead").exists()
    assert not (store.folder / "growing").exists()
    assert store.append(many(size, size + 1), signer=LOG).size == size + 1


@pytest.mark.parametrize("most", [0, 5_000, 1 << 22])
def test_batches_are_in_the_log_at_the_end_whenever_they_were_settled(most: int, tmp_path: Path) -> None:
    store, size = begun(tmp_path, 10), 10
    with store.batches(signer=LOG, most_bytes=most) as log:
        for count in SIZES:
            after = log.append(many(size, size + count))
            size += count
            assert (after.size, after.root) == (size, root_of([leaf_hash(entry) for entry in many(0, size)]))
            assert store.head().size == (size if most == 0 else store.head().size)
    holds(store, size)


def test_what_batches_fill_is_written_once(tmp_path: Path) -> None:
    written: list[str] = []

    def write(path: Path, raw: bytes) -> None:
        written.append(path.relative_to(tmp_path).as_posix())
        write_synced(path, raw)

    store = begun(tmp_path, 10)
    with replace(store, write=write).batches(signer=LOG) as log:
        for first in range(10, 710, 7):
            log.append(many(first, first + 7))
        assert written == []
    assert written[0] == "growing"
    assert written[-1] == "checkpoint"
    assert sorted(written[1:-1]) == sorted(tile.path for tile in touched(10, 710))


def test_readers_see_the_log_as_it_was_until_batches_are_settled(tmp_path: Path) -> None:
    store, _ = written_ahead(tmp_path, 10)
    assert store.head().size == 10
    assert list(store.entries()) == many(0, 10)
    assert store.faults() == ()


def test_the_next_writer_takes_in_what_was_acknowledged_and_settled_by_nobody(tmp_path: Path) -> None:
    store, ends = written_ahead(tmp_path, 10)
    assert store.ready(LOG).size == ends[-1][1]
    holds(store, ends[-1][1])
    assert not (tmp_path / "torn").exists()


def test_of_batches_cut_off_at_any_byte_those_that_are_whole_were_acknowledged(tmp_path: Path) -> None:
    made, ends = written_ahead(tmp_path, 10, (2, 3, 1))
    raw, edge = (
        (made.folder / "ahead").read_bytes(),
        grow(Edge(size=0, entries=(), hashes=()), many(0, 10)).edge,
    )
    for cut in range(len(raw) + 1):
        found = read_ahead(raw[:cut], edge, LOG.verifier)
        assert (found.end, found.edge.size) == max((one for one in ends if one[0] <= cut), default=(0, 10))


def test_a_crash_inside_a_batch_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    made, ends = written_ahead(tmp_path / "made", 10, (2, 3, 1))
    raw = (made.folder / "ahead").read_bytes()
    for cut in (0, 1, *(end + by for end, _ in ends for by in (-1, 0, 1) if end + by <= len(raw))):
        folder = Path(shutil.copytree(made.folder, tmp_path / str(cut)))
        (folder / "ahead").write_bytes(raw[:cut])
        store = Store(folder=folder, key=LOG.verifier)
        place, size = max((one for one in ends if one[0] <= cut), default=(0, 10))
        assert store.ready(LOG).size == size
        holds(store, size)
        left = raw[place:cut]
        assert [path.read_bytes() for path in (folder / "torn").rglob("ahead")] == ([left] if left else [])
        assert not left or (folder / "torn" / sha256(left).hexdigest()).is_dir()


@pytest.mark.parametrize("fill", [b"\0", b"\xff", b"\n"])
def test_a_batch_whose_bytes_never_reached_the_disk_is_set_aside(fill: bytes, tmp_path: Path) -> None:
    made, ends = written_ahead(tmp_path / "made", 10, (2, 3, 30))
    raw, first = (made.folder / "ahead").read_bytes(), ends[1][0]
    for start, end in ((first, len(raw)), (first + 20, first + 60), (len(raw) - 200, len(raw))):
        folder = Path(shutil.copytree(made.folder, tmp_path / "copy"))
        (folder / "ahead").write_bytes(raw[:start] + fill * (end - start) + raw[end:])
        store = Store(folder=folder, key=LOG.verifier)
        assert store.ready(LOG).size == ends[1][1]
        holds(store, ends[1][1])
        shutil.rmtree(folder)


def test_an_altered_batch_before_another_stops_the_writer(tmp_path: Path) -> None:
    made, ends = written_ahead(tmp_path / "made", 10, (2, 3, 30))
    raw = (made.folder / "ahead").read_bytes()
    for place in range(ends[1][0]):
        folder = Path(shutil.copytree(made.folder, tmp_path / "copy"))
        (folder / "ahead").write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        with pytest.raises(IntegrityError, match="ahead: "):
            Store(folder=folder, key=LOG.verifier).ready(LOG)
        assert Store(folder=folder, key=LOG.verifier).head().size == 10
        shutil.rmtree(folder)


def crashing(at: int, damage: Callable[[Path, bytes], None]) -> Callable[[Path, bytes], None]:
    """Return a writer of files that stops the machine at its write number `at`, after `damage`."""
    count = iter(range(1000))

    def write(path: Path, raw: bytes) -> None:
        if next(count) == at:
            damage(path, raw)
            raise Crash
        write_synced(path, raw)

    return write


def half(path: Path, raw: bytes) -> None:
    path.with_name(f".{path.name}.part").write_bytes(raw[: len(raw) // 2])


@pytest.mark.parametrize("size", [0, 10, 256, 1000])
@pytest.mark.parametrize("damage", [half, write_synced])
def test_a_crash_at_any_step_of_settling_loses_nothing(
    size: int, damage: Callable[[Path, bytes], None], tmp_path: Path
) -> None:
    made, ends = written_ahead(tmp_path / "made", size)
    end = ends[-1][1]
    for step in range(len(touched(size, end)) + 2):
        folder = Path(shutil.copytree(made.folder, tmp_path / str(step)))
        store = Store(folder=folder, key=LOG.verifier)
        with pytest.raises(Crash):
            replace(store, write=crashing(step, damage)).ready(LOG)
        assert store.ready(LOG).size == end
        holds(store, end)
        assert {tile.path for tile in tiles(end)} <= {
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
        } | {tile.path for tile in tiles(end) if tile.width < 256}


def test_what_was_settled_already_is_not_taken_in_twice(tmp_path: Path) -> None:
    store, ends = written_ahead(tmp_path, 10)
    raw = (tmp_path / "ahead").read_bytes()
    store.ready(LOG)
    (tmp_path / "ahead").write_bytes(raw)
    assert store.ready(LOG).size == ends[-1][1]
    holds(store, ends[-1][1])


def test_batches_that_do_not_follow_from_the_checkpoint_stop_the_writer(tmp_path: Path) -> None:
    early, _ = written_ahead(tmp_path / "early", 10)
    late, _ = written_ahead(tmp_path / "late", 20, (5,))
    shutil.copy(late.folder / "ahead", early.folder / "ahead")
    with pytest.raises(IntegrityError, match="begins at 20, and 10 is due"):
        early.ready(LOG)


def test_a_batch_that_is_refused_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    store = begun(tmp_path, 10)
    with store.batches(signer=LOG) as log:
        log.append(many(10, 20))
        with pytest.raises(InputError, match="log its digest"):
            log.append([b"x" * 65_536])
        (tmp_path / "ahead").rename(tmp_path / "away")
        (tmp_path / "ahead").mkdir()
        with pytest.raises(InputError, match="ahead: cannot be written"):
            log.append([b"never acknowledged"])
        (tmp_path / "ahead").rmdir()
        (tmp_path / "away").rename(tmp_path / "ahead")
        assert log.append([]).size == 20
        assert log.append(many(20, 30)).size == 30
    holds(store, 30)


WRITER = """
import sys
from pathlib import Path
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.store import Store
key = SignerKey(name="log.example/truce", kind=KeyKind.ED25519, seed=b"\\x01" * 32)
store = Store(folder=Path(sys.argv[1]), key=key.verifier)
while True:
    size = store.ready(key).size
    with store.batches(signer=key, most_bytes=9_000) as log:
        for _ in range(30):
            size = log.append([b"entry %d" % n for n in range(size, size + 70)]).size
            print(size, flush=True)
"""


def test_a_writer_of_batches_that_is_killed_keeps_every_entry_it_acknowledged(tmp_path: Path) -> None:
    store, dice = begun(tmp_path, 10), random.Random(9)
    for _ in range(12):
        command = [sys.executable, "-c", WRITER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout
            said = [writer.stdout.readline() for _ in range(dice.randrange(1, 60))]
            writer.send_signal(signal.SIGKILL)
            said += writer.stdout.readlines()
        acknowledged = int([line for line in said if line.endswith("\n")][-1])
        assert store.ready(LOG).size >= acknowledged
    holds(store, store.head().size)
