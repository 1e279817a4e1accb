"""The audit: each broken file is named, and no healthy one is blamed."""

import random
import shutil
from pathlib import Path

import pytest

from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.store import Store

LOG = SignerKey(name="log.example/truce", kind=KeyKind.ED25519, seed=b"\x01" * 32)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 1,000 entries with partial tiles of older trees."""
    folder = tmp_path_factory.mktemp("sound")
    store, size = Store(folder=folder, key=LOG.verifier), 0
    store.create(LOG)
    for more in (3, 700, 90, 100, 107):
        batch = [b"entry %d" % n * (1 + n % 4) for n in range(size, size + more)]
        size = store.append(batch, signer=LOG).size
    return folder


def of(folder: Path) -> Store:
    return Store(folder=folder, key=LOG.verifier)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def named(folder: Path) -> list[str]:
    return [fault.path for fault in of(folder).faults()]


def test_a_sound_log_has_no_faults(sound: Path) -> None:
    assert of(sound).head().size == 1000
    assert any(".p/" in name for name in files(sound))
    assert of(sound).faults() == ()


def test_a_flipped_byte_of_any_file_names_that_file_and_no_other(sound: Path, tmp_path: Path) -> None:
    dice = random.Random(1)
    for name in files(sound):
        raw = (sound / name).read_bytes()
        copy = tmp_path / "copy"
        shutil.copytree(sound, copy)
        for place in {0, len(raw) - 1, *(dice.randrange(len(raw)) for _ in range(20))}:
            changed = bytearray(raw)
            changed[place] ^= 1 << dice.randrange(8)
            (copy / name).write_bytes(changed)
            assert named(copy) == [name], (name, place)
        shutil.rmtree(copy)


def test_a_file_that_is_gone_or_cut_is_named(sound: Path, tmp_path: Path) -> None:
    current = {"tile/entries/003.p/232", "tile/0/003.p/232", "tile/1/000.p/3", "checkpoint"}
    for name in [n for n in files(sound) if ".p/" not in n or n in current]:
        copy = tmp_path / "copy"
        shutil.copytree(sound, copy)
        (copy / name).write_bytes((sound / name).read_bytes()[:-1])
        assert named(copy) == [name]
        (copy / name).unlink()
        assert named(copy) == [name]
        shutil.rmtree(copy)


def test_two_broken_files_are_both_named(sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path / "copy")
    for name in ("tile/entries/000", "tile/0/002"):
        raw = bytearray((sound / name).read_bytes())
        raw[40] ^= 1
        (tmp_path / "copy" / name).write_bytes(raw)
    assert named(tmp_path / "copy") == ["tile/entries/000", "tile/0/002"]


@pytest.mark.parametrize(
    "name", ["tile/0/004", "tile/0/003", "tile/7/000", "tile/0/0", "notes.txt", "tile/entries/009.p/5"]
)
def test_a_file_of_no_tree_is_named(name: str, sound: Path, tmp_path: Path) -> None:
    shutil.copytree(sound, tmp_path / "copy")
    (tmp_path / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "copy" / name).write_bytes(bytes(8192))
    assert named(tmp_path / "copy") == [name]


def test_a_log_whose_entries_and_tiles_were_changed_together_is_not_the_checkpoints(
    sound: Path, tmp_path: Path
) -> None:
    store = of(tmp_path / "other")
    store.create(LOG)
    store.append([b"other %d" % n for n in range(1000)], signer=LOG)
    (tmp_path / "other" / "checkpoint").write_bytes((sound / "checkpoint").read_bytes())
    assert [fault.what for fault in store.faults()] == [
        "its entries and tiles agree, and are not those of the checkpoint"
    ]
