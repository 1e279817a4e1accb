"""Keys of persons and of sources at rest, in files outside every mission.

Rules:
- a person's key is sealed by a passphrase (`log/sealed.py`); a plain one, for scripts and devices, is one
  line as a signer key is written, and whoever reads the file can sign;
- either is its owner's alone, mode 0600, and is never written over;
- the passphrase comes from whoever calls, and is asked for only when the file is sealed;
- the public half of a sealed key can be read without it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import KEY_BYTES, KeyKind, SignerKey, VerifierKey
from trucewatch.log.sealed import NONCE_BYTES, SALT_BYTES, is_sealed, read_sealed, seal, unseal
from trucewatch.mission.invitations import key_name
from trucewatch.mission.keys import key_folder, plain_key, read_secret, write_secret

PEOPLE, SOURCES = "people", "sources"
Ask = Callable[[str], str]  # given the key's name, returns its passphrase


def new_key(name: str) -> SignerKey:
    """Return a fresh key that bears `name`."""
    return SignerKey(name=name, kind=KeyKind.ED25519, seed=os.urandom(KEY_BYTES))


def place_of_person(name: str) -> Path:
    """Return where a person's key is kept when nothing else is said."""
    return key_folder() / PEOPLE / f"{key_name(name).replace('/', '-')}.key"


def place_of_source(source_id: str) -> Path:
    """Return where a source's key is kept when nothing else is said."""
    return key_folder() / SOURCES / f"{source_id}.key"


def keep(path: Path, key: SignerKey, passphrase: str | None) -> None:
    """Keep `key` in `path`, sealed by `passphrase`, or plainly without one; RefusedError when one is there."""
    raw = f"{key.private_text}\n".encode()
    if passphrase is not None:
        raw = seal(key, passphrase, salt=os.urandom(SALT_BYTES), nonce=os.urandom(NONCE_BYTES)).raw
    if not write_secret(path, raw):
        raise RefusedError("a key lies there already, and is not written over", where=str(path))


def opened_key(path: Path, ask: Ask) -> SignerKey:
    """Return the key in `path`, with the passphrase that `ask` gives when it is sealed."""
    raw = read_secret(path)
    if not is_sealed(raw):
        return plain_key(path)
    try:
        sealed = read_sealed(raw)
    except InputError as fault:
        raise InputError(fault.message, where=str(path)) from fault
    return unseal(sealed, ask(sealed.verifier.name))


def public_half(path: Path) -> VerifierKey:
    """Return the verifier key of the key in `path`, without its passphrase."""
    raw = read_secret(path)
    if not is_sealed(raw):
        return plain_key(path).verifier
    try:
        return read_sealed(raw).verifier
    except InputError as fault:
        raise InputError(fault.message, where=str(path)) from fault
