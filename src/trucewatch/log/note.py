"""Signed notes: a text, and beneath it who signed it.

Rules:
- a note is UTF-8 without control characters but newline: a text that ends in a newline, an empty line, and
  signature lines "— NAME BASE64(key id ‖ signature)" (signed-note, Format);
- a line that is not of this form, a base64 that is not canonical, and more than 100 signatures are refused;
- a signature of a key that is not known is ignored, and reported; one of a known key that does not verify
  refuses the whole note; a note that no known key signed is refused (signed-note, Signatures);
- a signature by a cosignature key carries the time it was made (tlog-cosignature, Ed25519 signed message).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.keys import SIGNATURE_BYTES, KeyKind, SignerKey, VerifierKey, check_name
from trucewatch.log.spelling import LARGEST, spelled, unspelled

MOST_SIGNATURES = 100
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_DASH = "— "


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line."""

    name: str
    key_id: bytes
    raw: bytes  # what follows the key id

    @property
    def line(self) -> str:
        """The line, with its newline."""
        return f"{_DASH}{self.name} {spelled(self.key_id + self.raw)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text with its signatures, none of which has been verified."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def raw(self) -> bytes:
        """The note as bytes."""
        return (self.text + "\n" + "".join(signature.line for signature in self.signatures)).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A known key's signature that verified."""

    key: VerifierKey
    at: int | None  # POSIX seconds, of a cosignature


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A note whose text may be trusted as far as its signers are."""

    text: str
    signed: tuple[Signed, ...]
    unknown: tuple[Signature, ...]


def read_note(raw: bytes) -> Note:
    """Return the note that `raw` is, its signatures not yet verified; InputError when it is none."""
    try:
        whole = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise InputError(f"a note is UTF-8, and byte {fault.start} is not") from fault
    if met := _CONTROL.search(whole):
        raise InputError(f"a note holds no {met.group()!r}")
    text, gap, lines = whole.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise InputError("a note is a text, an empty line, and signature lines that each end in a newline")
    if lines.count("\n") > MOST_SIGNATURES:
        raise InputError(f"a note has at most {MOST_SIGNATURES} signatures")
    return Note(text=text + "\n", signatures=tuple(map(read_signature, lines[:-1].split("\n"))))


def read_signature(line: str) -> Signature:
    """Return the signature that a line, without its newline, is."""
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise InputError(f"{line[:60]!r} is not a signature line: — NAME BASE64")
    check_name(parts[0])
    raw = unspelled(parts[1])
    if len(raw) < 5:
        raise InputError(f"the signature of {parts[0]} is {len(raw)} bytes, too short to be one")
    return Signature(name=parts[0], key_id=raw[:4], raw=raw[4:])


def open_note(raw: bytes, keys: Collection[VerifierKey]) -> Opened:
    """Return the note that `raw` is, once a known key's signature verified.

    Raises InputError when `raw` is no note, IntegrityError when a known key's signature does not verify,
    or no known key signed.
    """
    note = read_note(raw)
    known = {(key.name, key.key_id): key for key in keys}
    signed, unknown = [], []
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            unknown.append(signature)
        else:
            signed.append(_verified(note.text, signature, key))
    if not signed:
        names = ", ".join(sorted({signature.name for signature in unknown}))
        raise IntegrityError(f"no known key signed this note: it is signed by {names}")
    return Opened(text=note.text, signed=tuple(signed), unknown=tuple(unknown))


def signed_note(text: str, signers: Collection[SignerKey]) -> Note:
    """Return `text` signed by each of `signers`, whose kind is ED25519."""
    if any(signer.kind is not KeyKind.ED25519 for signer in signers):
        raise InputError("a cosignature key signs at a time: use cosigned")
    found = tuple(_signature(signer, signer.sign(text.encode())) for signer in signers)
    return Note(text=text, signatures=found)


def cosigned(note: Note, signer: SignerKey, *, at: int) -> Note:
    """Return `note` with one more signature: `signer`'s cosignature at the POSIX second `at`."""
    return replace(note, signatures=(*note.signatures, cosignature(note.text, signer, at=at)))


def cosignature(text: str, signer: SignerKey, *, at: int) -> Signature:
    """Return `signer`'s cosignature of a checkpoint's text at the POSIX second `at`."""
    if signer.kind is not KeyKind.COSIGNATURE or not 0 < at <= LARGEST:
        raise InputError(
            f"{signer.name} cannot cosign at {at}: a cosignature key and a POSIX time are needed"
        )
    return _signature(signer, at.to_bytes(8, "big") + signer.sign(_timed(text, at)))


def _timed(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _signature(signer: SignerKey, raw: bytes) -> Signature:
    return Signature(name=signer.name, key_id=signer.verifier.key_id, raw=raw)


def _verified(text: str, signature: Signature, key: VerifierKey) -> Signed:
    at, message, raw = None, text.encode(), signature.raw
    if key.kind is KeyKind.COSIGNATURE:
        at, raw = int.from_bytes(raw[:8], "big"), raw[8:]
        message = _timed(text, at)
    if len(raw) != SIGNATURE_BYTES or (at or 0) > LARGEST or not key.holds(message, raw):
        raise IntegrityError(f"the signature of {key.name} does not verify: it is not of this text")
    return Signed(key=key, at=at)
