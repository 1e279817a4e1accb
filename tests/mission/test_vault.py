"""The vault: bytes by a name that checks them and tells nothing of them."""

import hashlib
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import IntegrityError
from trucewatch.mission.salts import Seeded
from trucewatch.mission.vault import Vault


def test_an_item_is_its_salt_and_its_bytes_and_its_name_their_digest(tmp_path: Path) -> None:
    vault = Vault(folder=tmp_path)
    name = vault.put(b"as received")
    assert vault.get(name) == b"as received"
    kept = vault.path(name).read_bytes()
    assert (len(kept), kept[32:]) == (32 + 11, b"as received")
    assert hashlib.sha256(kept).hexdigest() == name
    assert stat.S_IMODE(vault.path(name).stat().st_mode) == 0o444


@given(raw=st.binary(max_size=200))
def test_what_is_put_is_got(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    vault = Vault(folder=tmp_path_factory.mktemp("vault"))
    assert vault.get(vault.put(raw)) == raw


def test_the_same_bytes_are_two_items_unless_one_of_those_named_has_them(tmp_path: Path) -> None:
    vault = Vault(folder=tmp_path)
    first, other = vault.put(b"as received"), vault.put(b"AS RECEIVED")
    assert vault.put(b"as received") not in (first, other)
    assert vault.put(b"as received", among=[other, first]) == first
    assert len(list(vault.names())) == 3


def test_seeded_salts_give_one_item_for_the_same_bytes(tmp_path: Path) -> None:
    vault = Vault(folder=tmp_path, salt=Seeded(seed=b"exercise"))
    assert vault.put(b"as received") == vault.put(b"as received")
    assert vault.put(b"others") != Vault(folder=tmp_path, salt=Seeded(seed=b"another")).put(b"others")


def test_altered_bytes_are_not_handed_out_nor_known_again(tmp_path: Path) -> None:
    vault = Vault(folder=tmp_path)
    name = vault.put(b"as received")
    vault.path(name).chmod(0o644)
    vault.path(name).write_bytes(vault.path(name).read_bytes()[:-1] + b"!")
    with pytest.raises(IntegrityError, match="not those that were kept"):
        vault.get(name)
    with pytest.raises(IntegrityError, match="not those that were kept"):
        vault.put(b"as received", among=[name])


def test_lost_bytes_are_said_to_be_lost(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="restore the vault"):
        Vault(folder=tmp_path).get("ab" * 32)


def test_an_erased_item_is_gone_with_its_salt_and_erasing_twice_is_once(tmp_path: Path) -> None:
    vault = Vault(folder=tmp_path)
    name = vault.put(b"as received")
    for _ in range(2):
        vault.erase(name)
        assert not vault.holds(name)
    assert list(vault.names()) == []
    assert vault.put(b"as received", among=[name]) != name
