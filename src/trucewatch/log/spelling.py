"""One spelling for each value: base64 and decimal numbers as the C2SP formats write them.

Rules:
- a value has one spelling (RFC 4648 §4 with its padding bits zero; decimals without leading zeroes);
  any other spelling of it is refused, so that two files that say the same are the same bytes;
- what cannot be read is an `InputError` that quotes it.
"""

from __future__ import annotations

import base64
import binascii
import re

from trucewatch.errors import InputError

HASH_BYTES = 32
LARGEST = (1 << 63) - 1  # sizes and times are at most this (tlog-cosignature, Format)
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_SHOWN = 60


def spelled(raw: bytes) -> str:
    """Return `raw` in base64."""
    return base64.b64encode(raw).decode("ascii")


def unspelled(text: str) -> bytes:
    """Return the bytes that base64 `text` stands for; InputError when it is not their one spelling."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as fault:
        raise InputError(f"{text[:_SHOWN]!r} is not base64") from fault
    if spelled(raw) != text:
        raise InputError(f"{text[:_SHOWN]!r} is not the one base64 spelling of its bytes")
    return raw


def unspelled_hash(text: str) -> bytes:
    """Return the SHA-256 that base64 `text` stands for."""
    raw = unspelled(text)
    if len(raw) != HASH_BYTES:
        raise InputError(f"{text[:_SHOWN]!r} holds {len(raw)} bytes, and a SHA-256 is {HASH_BYTES}")
    return raw


def number(text: str) -> int:
    """Return the number that decimal `text` stands for, from 0 to 2**63 - 1."""
    if _DECIMAL.fullmatch(text) is None or int(text) > LARGEST:
        raise InputError(f"{text[:_SHOWN]!r} is not a decimal number from 0 to 2**63 - 1 in its one spelling")
    return int(text)
