"""A signer key in a file that a passphrase opens.

Rules:
- the file is four lines: what it is, the verifier key, `scrypt LOG2N R P SALT`, and the base64 of
  a nonce of 12 bytes and the seed under AES-256-GCM, which covers the three lines before it too;
- the verifier key can be read without the passphrase, and no other passphrase or altered line opens it;
- a passphrase is UTF-8 in Unicode's NFKC form, so that every keyboard's spelling of it is one;
- scrypt (RFC 7914) takes 128 MiB for each guess; a file that asks for another cost is refused unopened.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import KEY_BYTES, SignerKey, VerifierKey, verifier_key
from trucewatch.log.spelling import spelled, unspelled

FIRST_LINE = "trucewatch sealed key v1"
COST = "17 8 1"  # log2 N, r, p: 128 MiB (RFC 7914 §2)
SALT_BYTES = 16
TAG_BYTES = 16
NONCE_BYTES = 12
LEAST_CHARACTERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed key: anyone may read whose it is."""

    verifier: VerifierKey
    salt: bytes
    box: bytes  # nonce ‖ ciphertext ‖ tag

    @property
    def raw(self) -> bytes:
        """The file's bytes."""
        return f"{self.head}{spelled(self.box)}\n".encode()

    @property
    def head(self) -> str:
        """The lines that stand in the clear."""
        return f"{FIRST_LINE}\n{self.verifier.text}\nscrypt {COST} {spelled(self.salt)}\n"


def seal(key: SignerKey, passphrase: str, *, salt: bytes, nonce: bytes) -> Sealed:
    """Return `key` sealed by `passphrase`; `salt` and `nonce` are random bytes, used once."""
    if len(passphrase) < LEAST_CHARACTERS:
        raise RefusedError(f"a passphrase has at least {LEAST_CHARACTERS} characters: give a longer one")
    if len(salt) != SALT_BYTES or len(nonce) != NONCE_BYTES:
        raise InputError(f"a key is sealed with {SALT_BYTES} bytes of salt and {NONCE_BYTES} of nonce")
    bare = Sealed(verifier=key.verifier, salt=salt, box=b"")
    shut = AESGCM(_wrapping(passphrase, salt)).encrypt(nonce, key.seed, bare.head.encode())
    return Sealed(verifier=bare.verifier, salt=salt, box=nonce + shut)


def unseal(sealed: Sealed, passphrase: str) -> SignerKey:
    """Return the key that `passphrase` opens; RefusedError when it does not open it."""
    nonce, shut = sealed.box[:NONCE_BYTES], sealed.box[NONCE_BYTES:]
    try:
        seed = AESGCM(_wrapping(passphrase, sealed.salt)).decrypt(nonce, shut, sealed.head.encode())
    except InvalidTag:
        raise RefusedError(
            f"the passphrase does not open the key {sealed.verifier.name}, or its file was altered"
        ) from None
    key = SignerKey(name=sealed.verifier.name, kind=sealed.verifier.kind, seed=seed)
    if key.verifier != sealed.verifier:
        raise InputError(f"the sealed key {key.name} is not that of the verifier key beside it")
    return key


def read_sealed(raw: bytes) -> Sealed:
    """Return the sealed key that a file holds; InputError when it is none."""
    try:
        lines = raw.decode("utf-8").split("\n")
    except UnicodeDecodeError as fault:
        raise InputError(f"a sealed key is text, and byte {fault.start} is not") from fault
    if len(lines) != 5 or lines[0] != FIRST_LINE or lines[4] or not lines[2].startswith(f"scrypt {COST} "):
        raise InputError(
            f"a sealed key is four lines: {FIRST_LINE}, a verifier key, scrypt {COST} SALT, a box"
        )
    salt, box = unspelled(lines[2].removeprefix(f"scrypt {COST} ")), unspelled(lines[3])
    if len(salt) != SALT_BYTES or len(box) != NONCE_BYTES + KEY_BYTES + TAG_BYTES:
        raise InputError("the sealed key's salt or box is cut short: restore it from a copy")
    return Sealed(verifier=verifier_key(lines[1]), salt=salt, box=box)


def is_sealed(raw: bytes) -> bool:
    """Return whether a file of a key begins as a sealed one does."""
    return raw.startswith(FIRST_LINE.encode())


def _wrapping(passphrase: str, salt: bytes) -> bytes:
    log2n, r, p = map(int, COST.split())
    words = unicodedata.normalize("NFKC", passphrase).encode()
    return Scrypt(salt=salt, length=KEY_BYTES, n=1 << log2n, r=r, p=p).derive(words)
