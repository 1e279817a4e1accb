"""The detached signature of a source's file: who sent exactly these bytes.

Rules:
- `FILE.sig` is a signed note whose text is three lines: `trucewatch batch v1`, the source's name, and the
  SHA-256 of the file in 64 lower-case hexadecimal digits, each ending in a newline;
- the key bears the source's name; any tool that signs notes with Ed25519 can make one;
- it says whose the bytes are, of no mission and at no time: the record says when they came.
"""

from __future__ import annotations

from collections.abc import Collection

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.keys import SignerKey, VerifierKey
from trucewatch.log.note import open_note, signed_note
from trucewatch.model.canonical import digest

FIRST_LINE = "trucewatch batch v1"
ENDING = ".sig"


def batch_text(source_id: str, raw: bytes) -> str:
    """Return the text that a source signs for the bytes of a file."""
    return f"{FIRST_LINE}\n{source_id}\n{digest(raw)}\n"


def sign_batch(raw: bytes, key: SignerKey) -> bytes:
    """Return the detached signature of a file's bytes, by the source whose name the key bears."""
    return signed_note(batch_text(key.name, raw), [key]).raw


def why_not_sent(note: bytes, raw: bytes, source_id: str, keys: Collection[VerifierKey]) -> str | None:
    """Return why `note` does not show that the source sent these bytes, or None when it does."""
    if not keys:
        return f"{source_id} has no valid key: each was revoked"
    try:
        opened = open_note(note, keys)
    except (InputError, IntegrityError) as fault:
        return fault.message
    if opened.text != batch_text(source_id, raw):
        return "the signature is of other bytes, or of another source"
    return None
