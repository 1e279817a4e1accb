"""Keys of a signed note: who signs, with which key, and how the two are written down.

Rules:
- a key is a name, a kind of signature and 32 bytes; its id is the first four bytes of
  SHA-256(name ‖ 0x0A ‖ kind ‖ public key) (signed-note, Signatures; tlog-cosignature, Format);
- a verifier key is written NAME+ID+BASE64(kind ‖ public key), a signer key
  PRIVATE+KEY+NAME+ID+BASE64(kind ‖ seed); each has one spelling, and an id that is not its key's is refused;
- a name is not empty and holds no Unicode space and no plus;
- one key has one kind: a log's own signature, or a witness's cosignature;
- a signer's seed is never shown by `repr`; where keys are kept is the caller's.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from trucewatch.errors import InputError
from trucewatch.log.spelling import spelled, unspelled

KEY_BYTES = 32
SIGNATURE_BYTES = 64
_PRIVATE = "PRIVATE+KEY+"


class KeyKind(IntEnum):
    """What a key's signatures are of (signed-note, Signature types)."""

    ED25519 = 1  # the note's text
    COSIGNATURE = 4  # the text and the time at which it was cosigned


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """The public half of a key, with its name."""

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != KEY_BYTES:
            raise InputError(f"the key {self.name} has {len(self.public)} bytes, and Ed25519 has {KEY_BYTES}")

    @property
    def key_id(self) -> bytes:
        """Its four bytes in a signature line."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:4]

    @property
    def text(self) -> str:
        """The key as it is written down."""
        return f"{self.name}+{self.key_id.hex()}+{spelled(bytes([self.kind]) + self.public)}"

    def holds(self, message: bytes, signature: bytes) -> bool:
        """Return whether `signature` is this key's, of `message` (RFC 8032)."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerKey:
    """The private half of a key, with its name."""

    name: str
    kind: KeyKind
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != KEY_BYTES:
            raise InputError(f"the key {self.name} has {len(self.seed)} bytes, and Ed25519 has {KEY_BYTES}")

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(name=self.name, kind=self.kind, public=public)

    @property
    def private_text(self) -> str:
        """The key as it is written down: whoever reads it can sign."""
        half = spelled(bytes([self.kind]) + self.seed)
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{half}"

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of a signature of `message`."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def check_name(name: str) -> None:
    """Raise InputError unless `name` can stand in a signature line (signed-note, Format)."""
    if not name or "+" in name or any(sign.isspace() or sign < " " for sign in name):
        raise InputError(f"{name!r} is no name of a key: it is empty, or holds a space or a plus")


def verifier_key(text: str) -> VerifierKey:
    """Return the verifier key that is written `text`."""
    name, key_id, half = _parts(text)
    key = VerifierKey(name=name, kind=_kind(half), public=half[1:])
    if key.key_id.hex() != key_id:
        raise InputError(f"the key {name} has the id {key.key_id.hex()}, and {key_id!r} is written")
    return key


def signer_key(text: str) -> SignerKey:
    """Return the signer key that is written `text`; no error quotes it."""
    if not text.startswith(_PRIVATE):
        raise InputError(f"a signer key begins with {_PRIVATE}")
    try:
        name, key_id, half = _parts(text.removeprefix(_PRIVATE))
    except InputError:
        raise InputError("what is written is not a signer key") from None
    key = SignerKey(name=name, kind=_kind(half), seed=half[1:])
    if key.verifier.key_id.hex() != key_id:
        raise InputError(f"the signer key {name} has an id that is not its own")
    return key


def _parts(text: str) -> tuple[str, str, bytes]:
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise InputError(f"{text!r} is not NAME+ID+KEY")
    return parts[0], parts[1], unspelled(parts[2])


def _kind(half: bytes) -> KeyKind:
    try:
        return KeyKind(half[0])
    except (ValueError, IndexError):
        raise InputError("a key is of a kind that is not known: Ed25519 (1) or cosignature (4)") from None
