"""Passphrases of accounts: how they are hashed, and what may be one.

Rules:
- argon2id with 64 MiB, three passes and four lanes (RFC 9106 §4, the second recommended choice);
- a passphrase is UTF-8 in Unicode's NFKC form, as that of a key is; nothing is cut off its end;
- it has at least twelve characters and does not hold the name of whose it is; there is no default one;
- a name that has no account costs the same time as one that has.
"""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from trucewatch.errors import RefusedError
from trucewatch.mission.invitations import folded

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 1024
TIME_COST, MEMORY_KIB, LANES = 3, 65_536, 4
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5J3Mgc2FsdC4uLg$PtQVNC1PZrq0CnZuYXQyv9mP+MuwGXTT9uXkvVwxWhM"
"""A hash that no passphrase is known for: what a name without an account is held to."""


def hashed(passphrase: str) -> str:
    """Return the hash of a passphrase, with its salt and cost."""
    return _hasher().hash(_plain(passphrase))


def matches(kept: str, passphrase: str) -> bool:
    """Return whether `passphrase` is the one that `kept` is the hash of."""
    try:
        return _hasher().verify(kept, _plain(passphrase))
    except (VerificationError, InvalidHashError):
        return False


def check(passphrase: str, name: str) -> None:
    """Raise RefusedError unless `passphrase` may be that of the person `name`."""
    if not LEAST_CHARACTERS <= len(passphrase) <= MOST_CHARACTERS:
        raise RefusedError(
            f"a passphrase has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters: give another"
        )
    words = folded(passphrase)
    if folded(name) in words or len(set(words)) < LEAST_CHARACTERS // 2:
        raise RefusedError("this passphrase is easily guessed: leave out your name, and vary its characters")


def _hasher() -> PasswordHasher:
    return PasswordHasher(
        time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=32, salt_len=16, type=Type.ID
    )


def _plain(passphrase: str) -> bytes:
    return unicodedata.normalize("NFKC", passphrase[: MOST_CHARACTERS + 1]).encode("utf-8", "surrogatepass")
