"""A full disk and a folder that cannot be written: one clear line, nothing lost, the lock let go."""

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from trucewatch.errors import InputError
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.publishing import publish
from trucewatch.mission.verify import verify

MADE = datetime(2026, 1, 6, 18, 20, tzinfo=UTC)
LIMITS = (0, 1, 20, 60, 150, 250, 400, 1000, 2000, 4000, 8000, 12_000, 20_000)
HERE = "import sys; from trucewatch.cli.main import run; sys.exit(run(sys.argv[1:]))"
DROP_FROM_BOUND, OVERRIDE = 24, 1  # prctl(2) PR_CAPBSET_DROP, capabilities(7) CAP_DAC_OVERRIDE


def mission_in(folder: Path) -> Folder:
    return init(folder / "m", Plan(name="m", agreements=(), replay=True, seed=b"s"), by="ann", at=MADE)


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def facts(folder: Folder) -> list[object]:
    return [r.body["n"] for r in folder.journal.replay() if r.kind is Kind.FACT]


def fact(number: int) -> Entry:
    return Entry(kind=Kind.FACT, author="ann (unsigned)", body={"n": number, "x": "y" * 300})


def test_a_disk_that_is_full_at_any_write_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    folder, kept, said = mission_in(tmp_path), [], list[str]()
    for number, limit in enumerate(LIMITS):
        try:
            with files_no_longer_than(limit):
                folder.journal.append([fact(number)], at=MADE)
            kept.append(number)
        except InputError as fault:
            said.append(str(fault))
        assert facts(folder) == kept
    assert len(said) > len(LIMITS) // 2
    assert all("cannot be written" in line and "\n" not in line for line in said)
    folder.journal.append([fact(99)], at=MADE)
    assert facts(folder) == [*kept, 99]
    assert [r for r in verify(folder.path).remarks if "/tile" in r.where] == []


@pytest.mark.parametrize("limit", LIMITS)
def test_a_disk_that_fills_while_a_checkpoint_leaves_lets_the_next_one_leave(
    tmp_path: Path, limit: int
) -> None:
    folder, at = mission_in(tmp_path), MADE + timedelta(hours=5)
    with suppress(InputError), files_no_longer_than(limit):
        publish(folder, at=at)
    found = publish(folder, at=at)
    assert found is not None
    assert found.size == 5 * 256


@pytest.mark.parametrize("limit", [0, 10, 40])
def test_a_full_disk_keeps_no_part_of_an_item(tmp_path: Path, limit: int) -> None:
    folder = mission_in(tmp_path)
    with files_no_longer_than(limit), pytest.raises(InputError, match="cannot be written"):
        folder.vault.put(b"as received, in full")
    assert not [path for path in folder.vault.folder.rglob("*") if path.is_file()]
    assert folder.vault.get(folder.vault.put(b"as received, in full"))


def as_anybody() -> None:
    """Give up, where this is root, the right to write what nobody may write."""
    if os.geteuid() == 0 and ctypes.CDLL(None, use_errno=True).prctl(DROP_FROM_BOUND, OVERRIDE, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "the right to write everything cannot be given up")


def test_a_folder_that_cannot_be_written_is_one_clear_line_and_can_be_read(tmp_path: Path) -> None:
    folder = mission_in(tmp_path)
    before = sorted((p, p.read_bytes()) for p in folder.path.rglob("*") if p.is_file())
    fixed = [folder.path, *folder.path.rglob("*")]
    for path in fixed:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        code, line = run("record", "checkpoint", "--at", "2026-01-06T20:00Z", "--mission", str(folder.path))
        assert code in {2, 3}, line
        assert line.count("\n") == 1
        read, _ = run("record", "verify", str(folder.path))
    finally:
        for path in fixed:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert read == 0
    assert sorted((p, p.read_bytes()) for p in folder.path.rglob("*") if p.is_file()) == before


def run(*words: str) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-c", HERE, *words],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=as_anybody,
        timeout=120,
    )
    return ended.returncode, ended.stderr
