"""RFC 8785 objects read, and held to their one spelling, quickly: a record of millions is read line by line.

Rules:
- what is all ASCII, without floats and without 16 digits in a row has the same one spelling from msgspec in
  sorted order, at a tenth of the time; of anything else nothing is said here, and `canonical` spells it.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

Noun = TypeVar("Noun")
_DIGITS, _LONG = (
    bytes.maketrans(b"123456789", b"0" * 9),
    b"0" * 16,
)  # near 2**53, beyond which none is spelled


def read_plain(raw: bytes, decoder: msgspec.json.Decoder[Noun]) -> Noun | None:
    """Return what `decoder` reads in `raw` where that is its one spelling for sure, None where it is not sure.

    `decoder` is made by `decoder_of`, and what it reads omits what is not there.
    """
    if not raw.isascii() or _LONG in raw.translate(_DIGITS):
        return None
    try:
        noun = decoder.decode(raw)
    except (msgspec.DecodeError, ValueError):
        return None
    return noun if _ENCODER.encode(noun) == raw else None


def decoder_of(noun: type[Noun]) -> msgspec.json.Decoder[Noun]:
    """Return what reads `noun`, and no float: those are spelled by RFC 8785."""
    return msgspec.json.Decoder(noun, float_hook=_float)


def _float(text: str) -> float:
    raise ValueError(f"{text} is spelled by RFC 8785")


_ENCODER = msgspec.json.Encoder(order="sorted")
