"""Whoever waits for the compiler is told so, once."""

from pathlib import Path

import pytest

from trucewatch.cli.walking import prepared


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
