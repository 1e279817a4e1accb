"""Whoever waits for the compiler is told so, once."""

import os
from pathlib import Path

import pytest

from trucewatch.cli.walking import kept, kernels, prepared


def test_matching_is_prepared_where_its_kernels_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert not prepared()
    (tmp_path / "fuse_1").mkdir()
    (tmp_path / "fuse_1" / "joining.join-1.py311.1.nbc").touch()
    assert not prepared()
    (tmp_path / "fuse_1" / "joining.join-1.py311.nbi").touch()
    assert prepared()
    os.utime(tmp_path / "fuse_1" / "joining.join-1.py311.nbi", (0, 0))  # of another version
    assert not prepared()


def test_how_many_kernels_are_ready_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    for name in ("joining.join-1.py311.nbi", "pairs.look-1.py311.nbi", "tallying.tallied-1.py311.nbi"):
        (tmp_path / name).touch()
    assert len(kept()) == 2
    assert kernels() > 2
