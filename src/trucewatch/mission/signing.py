"""Who signed a record: a person's key, and its signature of what was recorded.

Rules:
- an entry without a key says nothing here: its author then reads "NAME (unsigned)".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A person's signature of an entry."""

    person: str  # the person's id
    key: str  # the key's id, 8 hexadecimal digits
    signature: str  # base64 of 64 bytes
