"""A secret that any two of its custodians open together, and none of them alone.

Rules:
- the secret is under AES-256-GCM with a key of its own; for each pair of custodians that key is split in two, which
  exclusive-or to it: either half alone is 32 random bytes;
- a half is shut for one custodian: X25519 (RFC 7748) with a fresh key, HKDF-SHA256 (RFC 5869), AES-256-GCM;
- a custodian's X25519 key is made of the seed of their signing key by HKDF with a name of its own: it is another key,
  from which the seed cannot be had, and there is no second file to lose;
- what everything is for (which log, which source, which pair) is bound into each box: none opens elsewhere;
- a secret is padded to whole kibibytes, so that its length says little; randomness is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from trucewatch.errors import InputError, RefusedError

KEY_BYTES = 32
PAD_BYTES = 1024
MOST_BYTES = 1 << 16
ONCE = bytes(12)  # a nonce: each key that is used with it is used once
Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twofold:
    """A shut secret, and its halves by pair of custodians and by custodian."""

    box: bytes
    halves: Mapping[tuple[str, str], Mapping[str, bytes]]


def custodian_key(seed: bytes) -> bytes:
    """Return the private X25519 key that belongs to the seed of somebody's signing key."""
    return _derived(seed, b"", b"trucewatch custodian v1")


def custodian_public(seed: bytes) -> bytes:
    """Return the public half of a custodian's key."""
    return X25519PrivateKey.from_private_bytes(custodian_key(seed)).public_key().public_bytes_raw()


def shut(secret: bytes, custodians: Mapping[str, bytes], *, label: str, random: Random) -> Twofold:
    """Return `secret` shut for each two of the custodians, whose public keys are given by name."""
    if len(custodians) < 2 or len(set(custodians.values())) < len(custodians):
        raise RefusedError("what two open has at least two custodians, each with a key of their own")
    if not 0 < len(secret) <= MOST_BYTES:
        raise InputError(f"what is sealed has 1 to {MOST_BYTES:,} bytes")
    key = random(KEY_BYTES)
    padded = len(secret).to_bytes(4, "big") + secret
    padded += bytes(-len(padded) % PAD_BYTES)
    halves: dict[tuple[str, str], Mapping[str, bytes]] = {}
    for pair in combinations(sorted(custodians), 2):
        one = random(KEY_BYTES)
        parts = (one, _xor(one, key))
        halves[pair] = {
            name: shut_for(custodians[name], part, label=_of_half(label, pair, name), random=random)
            for name, part in zip(pair, parts, strict=True)
        }
    return Twofold(box=AESGCM(key).encrypt(ONCE, padded, label.encode()), halves=halves)


def half_of(twofold: Twofold, pair: Sequence[str], name: str, seed: bytes, *, label: str) -> bytes:
    """Return a custodian's half of the key for a pair; RefusedError when the seed is not theirs."""
    of = _pair(pair)
    if name not in twofold.halves.get(of, {}):
        raise RefusedError("these two are not custodians of it")
    return opened_with(seed, twofold.halves[of][name], label=_of_half(label, of, name))


def opened(twofold: Twofold, one: bytes, other: bytes, *, label: str) -> bytes:
    """Return the secret that two halves open; RefusedError when they are not of one pair."""
    try:
        padded = AESGCM(_xor(one, other)).decrypt(ONCE, twofold.box, label.encode())
    except InvalidTag:
        raise RefusedError(
            "these halves do not open it: they are of different pairs, or it was altered"
        ) from None
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]


def shut_for(public: bytes, content: bytes, *, label: str, random: Random) -> bytes:
    """Return `content` as only the holder of the private half of `public` opens it."""
    once = X25519PrivateKey.from_private_bytes(random(KEY_BYTES))
    shown = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    key = _derived(shared, shown + public, b"trucewatch half v1")
    return shown + AESGCM(key).encrypt(ONCE, content, label.encode())


def opened_with(seed: bytes, box: bytes, *, label: str) -> bytes:
    """Return what was shut for the custodian whose seed this is; RefusedError when it was not."""
    shown, private = box[:KEY_BYTES], X25519PrivateKey.from_private_bytes(custodian_key(seed))
    try:
        shared = private.exchange(X25519PublicKey.from_public_bytes(shown))
        key = _derived(shared, shown + private.public_key().public_bytes_raw(), b"trucewatch half v1")
        return AESGCM(key).decrypt(ONCE, box[KEY_BYTES:], label.encode())
    except (InvalidTag, ValueError):
        raise RefusedError("this was not shut for this key, or was altered") from None


def _of_half(label: str, pair: tuple[str, str], name: str) -> str:
    return f"{label}\n{pair[0]}\n{pair[1]}\n{name}"


def _pair(names: Sequence[str]) -> tuple[str, str]:
    first, second = sorted(names)
    return first, second


def _derived(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt or None, info=purpose).derive(secret)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
