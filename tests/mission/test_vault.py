"""The vault: bytes by their SHA-256."""

import stat
from pathlib import Path

import pytest

from trucewatch.errors import IntegrityError
from trucewatch.mission.vault import Vault


def test_bytes_are_kept_once_and_read_only(tmp_path: Path) -> None:
    vault = Vault(folder=tmp_path)
    name = vault.put(b"as received")
    assert vault.put(b"as received") == name
    assert vault.get(name) == b"as received"
    assert stat.S_IMODE(vault.path(name).stat().st_mode) == 0o444
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 1


def test_altered_bytes_are_not_handed_out(tmp_path: Path) -> None:
    vault = Vault(folder=tmp_path)
    name = vault.put(b"as received")
    vault.path(name).chmod(0o644)
    vault.path(name).write_bytes(b"as forged!!")
    with pytest.raises(IntegrityError, match="not those that were kept"):
        vault.get(name)


def test_lost_bytes_are_said_to_be_lost(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="restore the vault"):
        Vault(folder=tmp_path).get("ab" * 32)


def test_a_half_written_file_is_written_again(tmp_path: Path) -> None:
    vault = Vault(folder=tmp_path)
    name = vault.put(b"as received")
    vault.path(name).chmod(0o644)
    vault.path(name).write_bytes(b"as rec")
    assert vault.get(vault.put(b"as received")) == b"as received"
