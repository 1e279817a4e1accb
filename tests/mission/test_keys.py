"""Private keys at rest."""

import stat
from pathlib import Path

import pytest

from trucewatch.errors import InputError, RefusedError
from trucewatch.mission.keys import key_folder, log_key, make_log_key

ORIGIN = "line-of-contact.0badcafe"


def test_keys_lie_where_the_environment_says(keys: Path) -> None:
    assert key_folder() == keys


def test_without_it_they_lie_in_the_home_of_whoever_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRUCEWATCH_KEYS")
    monkeypatch.setenv("HOME", "/home/ann")
    assert key_folder() == Path("/home/ann/.config/trucewatch/keys")


def test_a_log_s_key_is_made_once_for_its_owner_alone_and_read_again(keys: Path) -> None:
    made = make_log_key(ORIGIN)
    path = keys / f"{ORIGIN}.key"
    assert log_key(ORIGIN) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in keys.iterdir()] == [path.name]
    with pytest.raises(RefusedError, match="not written over"):
        make_log_key(ORIGIN)
    assert log_key(ORIGIN) == made


@pytest.mark.usefixtures("keys")
def test_a_seeded_key_is_the_same_everywhere_and_may_be_made_again() -> None:
    assert make_log_key(ORIGIN, seed=bytes(32)) == make_log_key(ORIGIN, seed=bytes(32))
    with pytest.raises(RefusedError, match="not written over"):
        make_log_key(ORIGIN, seed=bytes(31) + b"\1")


def test_a_key_that_is_missing_is_refused_with_the_place_it_was_sought_in(keys: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        log_key(ORIGIN)
    assert str(keys / f"{ORIGIN}.key") in str(refused.value)
    assert "TRUCEWATCH_KEYS" in str(refused.value)


def test_a_key_that_others_may_read_is_refused(keys: Path) -> None:
    make_log_key(ORIGIN)
    (keys / f"{ORIGIN}.key").chmod(0o640)
    with pytest.raises(RefusedError, match="chmod 600"):
        log_key(ORIGIN)


def test_another_log_s_key_under_this_name_is_refused(keys: Path) -> None:
    make_log_key("another.12345678")
    (keys / "another.12345678.key").rename(keys / f"{ORIGIN}.key")
    with pytest.raises(RefusedError, match=f"{ORIGIN} is needed"):
        log_key(ORIGIN)


def test_no_error_quotes_a_key(keys: Path) -> None:
    text = make_log_key(ORIGIN).private_text
    (keys / f"{ORIGIN}.key").write_text(text[:-4] + "AAA=\n")
    with pytest.raises(InputError) as refused:
        log_key(ORIGIN)
    assert text[-20:-5] not in str(refused.value)


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "../a", "a/b", ".a"])
def test_an_origin_that_cannot_name_a_file_is_refused(origin: str) -> None:
    with pytest.raises(InputError):
        make_log_key(origin)
