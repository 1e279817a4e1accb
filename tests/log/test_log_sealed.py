"""A key sealed by a passphrase."""

import pytest

from trucewatch.errors import InputError, RefusedError, TrucewatchError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.sealed import is_sealed, read_sealed, seal, unseal

KEY = SignerKey(name="ada", kind=KeyKind.ED25519, seed=bytes(range(32)))
WORDS = "correct horse battery"


@pytest.fixture(scope="module")
def raw() -> bytes:
    return seal(KEY, WORDS, salt=bytes(16), nonce=bytes(12)).raw


def test_the_passphrase_opens_it_and_nothing_else_does(raw: bytes) -> None:
    assert is_sealed(raw)
    assert unseal(read_sealed(raw), WORDS) == KEY
    with pytest.raises(RefusedError, match="does not open"):
        unseal(read_sealed(raw), WORDS + " ")


def test_whose_it_is_can_be_read_without_it(raw: bytes) -> None:
    assert read_sealed(raw).verifier == KEY.verifier


def test_a_passphrase_is_the_same_however_its_letters_are_composed() -> None:
    sealed = seal(KEY, "våpenhvile", salt=bytes(16), nonce=bytes(12))
    assert unseal(sealed, "va\u030apenhvile") == KEY


def test_no_byte_of_it_can_be_altered(raw: bytes) -> None:
    for at in (*range(0, len(raw), 23), len(raw) - 1):
        altered = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises(TrucewatchError):
            unseal(read_sealed(altered), WORDS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"scrypt 17 8 1", b"scrypt 40 8 1"),
        (b"scrypt 17 8 1", b"scrypt 1 8 1"),
        (b"==\n", b"=\n"),
        (b"trucewatch", b"TRUCEWATCH"),
        (b"\n", b"\r\n"),
    ],
)
def test_a_file_of_another_form_is_refused_unopened(raw: bytes, old: bytes, new: bytes) -> None:
    with pytest.raises(InputError):
        read_sealed(raw.replace(old, new))


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(RefusedError, match="at least 8"):
        seal(KEY, "short", salt=bytes(16), nonce=bytes(12))
