"""RFC 8785 objects read, and held to their one spelling, quickly: a record of millions is read line by line.

Rules:
- what is all ASCII, without floats and without a number of 16 digits has the same one spelling from msgspec in
  sorted order, at a tenth of the time; of anything else nothing is said here, and `canonical` spells it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from trucewatch.model.canonical import Json

Noun = TypeVar("Noun")
_DIGITS, _LONG = (
    bytes.maketrans(b"123456789", b"0" * 9),
    b"0" * 16,
)  # near 2**53, beyond which none is spelled
_NEAR = tuple(before + _LONG for before in (b"[", b",", b":", b"[-", b",-", b":-"))


def read_plain(raw: bytes, decoder: msgspec.json.Decoder[Noun]) -> Noun | None:
    """Return what `decoder` reads in `raw` where that is its one spelling for sure, None where it is not sure.

    `decoder` is made by `decoder_of`, and what it reads omits what is not there.
    """
    if not _sure(raw):
        return None
    try:
        noun = decoder.decode(raw)
    except (msgspec.DecodeError, ValueError):
        return None
    return noun if _ENCODER.encode(noun) == raw else None


def plainly(value: Mapping[str, Json]) -> bytes | None:
    """Return the one spelling of an object where it is sure to be this one, None where `canonical` is to spell it."""
    try:
        raw = _ENCODER.encode(value)
        return raw if _sure(raw) and _WITHOUT_FLOATS.decode(raw) == value else None
    except (TypeError, ValueError):
        return None


def _sure(raw: bytes) -> bool:
    """Say whether bytes are all ASCII, and no number in them may have 16 digits; a name of digits is no number."""
    if not raw.isascii():
        return False
    digits = raw.translate(_DIGITS)
    return _LONG not in digits or not any(near in digits for near in _NEAR)


def decoder_of(noun: type[Noun]) -> msgspec.json.Decoder[Noun]:
    """Return what reads `noun`, and no float: those are spelled by RFC 8785."""
    return msgspec.json.Decoder(noun, float_hook=_float)


def _float(text: str) -> float:
    raise ValueError(f"{text} is spelled by RFC 8785")


_ENCODER = msgspec.json.Encoder(order="sorted")
_WITHOUT_FLOATS = msgspec.json.Decoder(float_hook=_float)
