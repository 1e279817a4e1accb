"""RFC 8785 objects read, and held to their one spelling, quickly: a record of millions is read line by line.

Rules:
- what is all ASCII, without floats and without 16 digits in a row has the same one spelling from msgspec in
  sorted order, at a tenth of the time; anything else is spelled by `canonical`;
- what is not an object in its one spelling is a ValueError.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import msgspec

from trucewatch.model.canonical import Json, canonical

_DIGITS, _LONG = (
    bytes.maketrans(b"123456789", b"0" * 9),
    b"0" * 16,
)  # near 2**53, beyond which none is spelled


def read_object(raw: bytes) -> Mapping[str, Json]:
    """Return the object that `raw` is the one spelling of; ValueError when it is not."""
    fields = _plain(raw)
    if fields is None:
        fields = json.loads(raw)
        if not isinstance(fields, dict) or canonical(fields) != raw:
            raise ValueError("not an object in its one spelling")
    return fields


def _plain(raw: bytes) -> dict[str, Json] | None:
    """Return the object in `raw` where msgspec spells it as RFC 8785 does, None where that is not sure."""
    if not raw.isascii() or _LONG in raw.translate(_DIGITS):
        return None
    try:
        fields = _DECODER.decode(raw)
    except (msgspec.DecodeError, ValueError):
        return None
    return fields if isinstance(fields, dict) and _ENCODER.encode(fields) == raw else None


def _float(text: str) -> float:
    raise ValueError(f"{text} is spelled by RFC 8785")


_DECODER = msgspec.json.Decoder(float_hook=_float)
_ENCODER = msgspec.json.Encoder(order="sorted")
