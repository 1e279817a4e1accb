"""A person's signature of an entry: what it is of, to the byte, how it is made and how it is checked.

Rules:
- what is signed is the line `trucewatch entry v1`, a newline, and the RFC 8785 object of `origin` (of the
  mission's log), `kind`, `author`, `body`, `rests_on`, `schema`, `person` and `after`: nothing that is
  signed in one mission holds in another;
- `after` is how many records the mission had when it was signed; the same signature twice is a fault, so
  what was signed once cannot be recorded again, and a person's `after` never runs back, so what was signed and
  held back cannot be recorded once they signed something later;
- a signature has one spelling: 64 bytes in canonical base64, Ed25519 (RFC 8032).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trucewatch.errors import InputError
from trucewatch.log.keys import SIGNATURE_BYTES, SignerKey, VerifierKey
from trucewatch.log.spelling import spelled, unspelled
from trucewatch.model.canonical import Json, canonical

DOMAIN = b"trucewatch entry v1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A person's signature of an entry, as records hold it."""

    person: str  # the person's id
    key: str  # the key's id, 8 hexadecimal digits
    after: int  # how many records there were when it was signed
    signature: str  # base64 of 64 bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a person signs: an entry, in one mission's log, at a place in it."""

    origin: str
    kind: str
    author: str
    body: Mapping[str, Json]
    rests_on: Sequence[str]
    schema: int
    person: str
    after: int

    @property
    def raw(self) -> bytes:
        """The bytes that the signature is of."""
        fields: dict[str, Json] = {
            "origin": self.origin,
            "kind": self.kind,
            "author": self.author,
            "body": self.body,
            "rests_on": list(self.rests_on),
            "schema": self.schema,
            "person": self.person,
            "after": self.after,
        }
        return DOMAIN + canonical(fields)


def sign(statement: Statement, key: SignerKey) -> Signed:
    """Return `key`'s signature of `statement`."""
    return Signed(
        person=statement.person,
        key=key.verifier.key_id.hex(),
        after=statement.after,
        signature=spelled(key.sign(statement.raw)),
    )


def held_back(signed: Signed, latest: int) -> str | None:
    """Return why a signature comes too late, after one that its person made when there were `latest` records."""
    late = f"signed after {signed.after} records, and its person has since signed after {latest}: it was held back"
    return late if signed.after < latest else None


def holds(signed: Signed, statement: Statement, key: VerifierKey) -> bool:
    """Return whether `signed` is `key`'s, of `statement`; one that is spelled otherwise is not."""
    try:
        signature = unspelled(signed.signature)
    except InputError:
        return False
    same = (signed.key, signed.person, signed.after) == (key.key_id.hex(), statement.person, statement.after)
    return same and len(signature) == SIGNATURE_BYTES and key.holds(statement.raw, signature)
