"""Metadata out of a picture, for working copies: where it was taken, when, with what, and by whom.

Rules:
- of a JPEG go APP1 to APP15, COM, and any APP0 but a JFIF header without a thumbnail; of a PNG go eXIf, tEXt,
  zTXt, iTXt and tIME; of both goes what stands after the picture's end, and each is named;
- everything else stays byte for byte: the picture itself is never decoded;
- what is neither, is cut off, or has a piece that this file does not know is refused: nothing is half stripped;
- pure, one pass, bounded: bytes in, bytes out.

JPEG: ITU-T T.81, annex B. PNG: W3C PNG (third edition), section 5 and the table of its chunks.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from trucewatch.errors import InputError

MOST_BYTES, MOST_PIECES = 1 << 28, 100_000
JPEG, PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
PLAIN_JFIF = re.compile(rb"\xff\xe0\x00\x10JFIF\x00.{7}\x00\x00", re.DOTALL)  # no thumbnail: 0 by 0
TOLD = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
DRAWN = frozenset(
    (
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP"),
        *(b"mDCV", b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT"),
    )
)
AFTER = "after the end"
_SOS, _EOI, _COM = 0xDA, 0xD9, 0xFE
_KEPT = frozenset((*range(0xC0, 0xC8), *range(0xC9, 0xD0), *range(0xDA, 0xE0)))
_SCAN_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # a marker that is neither stuffing nor a restart


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripped:
    """A picture without its metadata."""

    raw: bytes
    form: str  # JPEG or PNG
    removed: tuple[tuple[str, int, int], ...]  # what, how many pieces, how many bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A part of the file, from `start` up to `end`."""

    name: str
    start: int
    end: int
    kept: bool


def strip(raw: bytes) -> Stripped:
    """Return the picture in `raw` without its metadata; InputError when it is no whole JPEG or PNG."""
    if len(raw) > MOST_BYTES:
        raise InputError(f"is longer than {MOST_BYTES >> 20} MiB: its metadata is not stripped")
    if raw.startswith(JPEG):
        form, pieces = "JPEG", _jpeg(raw)
    elif raw.startswith(PNG):
        form, pieces = "PNG", _png(raw)
    else:
        raise InputError("is no JPEG and no PNG, and of others no metadata is stripped: copy it as it is")
    kept, many, size = [], Counter[str](), Counter[str]()
    for number, piece in enumerate(pieces):
        if number >= MOST_PIECES:
            raise InputError(f"is no picture: a {form} of more than {MOST_PIECES:,} pieces")
        if piece.kept:
            kept.append(raw[piece.start : piece.end])
        else:
            many[piece.name] += 1
            size[piece.name] += piece.end - piece.start
    return Stripped(
        raw=b"".join(kept), form=form, removed=tuple((name, many[name], size[name]) for name in sorted(many))
    )


def _jpeg(raw: bytes) -> Iterator[_Piece]:
    yield _Piece(name="SOI", start=0, end=2, kept=True)
    at, scanned = 2, False
    while (code := _marker(raw, at)) != _EOI:
        end = at + 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
        if end < at + 4 or end > len(raw):
            raise _broken("JPEG", at)
        if code == _SOS:
            met = _SCAN_END.search(raw, end)
            if met is None:
                raise _broken("JPEG", end)
            end, scanned = met.start(), True
        yield _segment(raw, code, at, end)
        at = end
    if not scanned:
        raise InputError("is no picture: a JPEG without a scan")
    yield from _ended("EOI", raw, at, at + 2)


def _marker(raw: bytes, at: int) -> int:
    if len(raw) < at + 2 or raw[at] != 0xFF:
        raise _broken("JPEG", at)
    return raw[at + 1]


def _segment(raw: bytes, code: int, start: int, end: int) -> _Piece:
    if 0xE0 <= code <= 0xEF:
        plain = code == 0xE0 and PLAIN_JFIF.fullmatch(raw, start, end) is not None
        return _Piece(name=f"APP{code - 0xE0}", start=start, end=end, kept=plain)
    if code == _COM:
        return _Piece(name="COM", start=start, end=end, kept=False)
    if code not in _KEPT:
        raise InputError(
            f"has a JPEG segment of the kind {code:02X}, which is not known: nothing is stripped"
        )
    return _Piece(name=f"{code:02X}", start=start, end=end, kept=True)


def _png(raw: bytes) -> Iterator[_Piece]:
    yield _Piece(name="signature", start=0, end=8, kept=True)
    at, kind, drawn = 8, b"", False
    while kind != b"IEND":
        end = at + 12 + int.from_bytes(raw[at : at + 4], "big")
        if end > len(raw):
            raise _broken("PNG", at)
        first, kind = not kind, raw[at + 4 : at + 8]
        if first != (kind == b"IHDR") or zlib.crc32(raw[at + 4 : end - 4]) != int.from_bytes(
            raw[end - 4 : end], "big"
        ):
            raise _broken("PNG", at)
        if kind not in TOLD | DRAWN:
            raise InputError(f"has a PNG chunk {kind!r}, which is not known: nothing is stripped")
        drawn = drawn or kind == b"IDAT"
        if kind != b"IEND":
            yield _Piece(name=kind.decode(), start=at, end=end, kept=kind in DRAWN)
            at = end
    if not drawn:
        raise InputError("is no picture: a PNG without pixels")
    yield from _ended("IEND", raw, at, end)


def _ended(name: str, raw: bytes, start: int, end: int) -> Iterator[_Piece]:
    yield _Piece(name=name, start=start, end=end, kept=True)
    if end < len(raw):
        yield _Piece(name=AFTER, start=end, end=len(raw), kept=False)


def _broken(form: str, at: int) -> InputError:
    return InputError(f"is no whole {form}: it breaks off at byte {at:,}; nothing is stripped")
