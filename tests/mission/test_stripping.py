"""Metadata out of pictures: what is told goes, what is drawn stays byte for byte."""

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import InputError
from trucewatch.mission.stripping import MOST_PIECES, PNG, strip

PICTURES = Path(__file__).resolve().parent.parent.parent / "docs" / "images"
SOI, EOI = b"\xff\xd8", b"\xff\xd9"
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\xfe\xff\xd0\xe1\x00\xff\xff\x00\x34"


def segment(code: int, body: bytes) -> bytes:
    return bytes([0xFF, code]) + (len(body) + 2).to_bytes(2, "big") + body


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


JFIF = segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x48\x00\x48\x00\x00")
THUMBNAIL = segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x48\x00\x48\x01\x01abc")
TABLES = segment(0xDB, bytes(65)) + segment(0xC2, bytes(15)) + segment(0xC4, bytes(20))
EXIF = segment(0xE1, b"Exif\x00\x00GPS 48.4 38.2")
IHDR, IDAT, IEND = chunk(b"IHDR", bytes(13)), chunk(b"IDAT", b"pixels"), chunk(b"IEND")

told_jpeg = st.one_of(
    st.builds(segment, st.sampled_from([*range(0xE1, 0xF0), 0xFE]), st.binary(max_size=40)),
    st.builds(lambda more: segment(0xE0, b"JFXX\x00" + more), st.binary(max_size=20)),
)
drawn_jpeg = st.one_of(
    st.just(SCAN),
    st.just(JFIF),
    st.builds(segment, st.sampled_from([0xC0, 0xC4, 0xDB, 0xDD]), st.binary(max_size=40)),
)
told_png = st.builds(
    chunk, st.sampled_from([b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"]), st.binary(max_size=40)
)
drawn_png = st.builds(chunk, st.sampled_from([b"IDAT", b"PLTE", b"gAMA", b"fdAT"]), st.binary(max_size=40))


def woven(
    told: st.SearchStrategy[bytes], drawn: st.SearchStrategy[bytes]
) -> st.SearchStrategy[list[tuple[bool, bytes]]]:
    return st.lists(st.one_of(st.tuples(st.just(False), told), st.tuples(st.just(True), drawn)), max_size=12)


@given(parts=woven(told_jpeg, drawn_jpeg))
def test_of_a_jpeg_what_is_drawn_stays_byte_for_byte_and_what_is_told_goes(
    parts: list[tuple[bool, bytes]],
) -> None:
    made = strip(SOI + b"".join(raw for _, raw in parts) + SCAN + EOI)
    assert made.raw == SOI + b"".join(raw for drawn, raw in parts if drawn) + SCAN + EOI
    assert sum(size for _, _, size in made.removed) == sum(len(raw) for drawn, raw in parts if not drawn)
    assert strip(made.raw).removed == ()


@given(parts=woven(told_png, drawn_png))
def test_of_a_png_what_is_drawn_stays_byte_for_byte_and_what_is_told_goes(
    parts: list[tuple[bool, bytes]],
) -> None:
    made = strip(PNG + IHDR + b"".join(raw for _, raw in parts) + IDAT + IEND)
    assert made.raw == PNG + IHDR + b"".join(raw for drawn, raw in parts if drawn) + IDAT + IEND
    assert strip(made.raw).raw == made.raw


def test_what_was_removed_is_named_counted_and_measured() -> None:
    made = strip(SOI + JFIF + EXIF + EXIF + TABLES + segment(0xFE, b"by ann") + SCAN + EOI)
    assert (made.form, made.raw) == ("JPEG", SOI + JFIF + TABLES + SCAN + EOI)
    assert made.removed == (("APP1", 2, 2 * len(EXIF)), ("COM", 1, 10))


def test_a_small_picture_inside_the_header_goes_too() -> None:
    made = strip(SOI + THUMBNAIL + TABLES + SCAN + EOI)
    assert made.raw == SOI + TABLES + SCAN + EOI


@pytest.mark.parametrize("whole", [SOI + TABLES + SCAN + EOI, PNG + IHDR + IDAT + IEND])
def test_what_stands_after_the_picture_s_end_goes_and_is_named(whole: bytes) -> None:
    made = strip(whole + b"a second picture")
    assert (made.raw, made.removed) == (whole, (("after the end", 1, 16),))


@pytest.mark.parametrize("name", ["board.png", "day.png"])
def test_a_real_picture_keeps_its_pixels(name: str) -> None:
    raw = (PICTURES / name).read_bytes()
    told = chunk(b"tEXt", b"Author\x00ann") + chunk(b"tIME", bytes(7))
    made = strip(raw[:33] + told + raw[33:])
    assert made.raw == strip(raw).raw
    assert b"Author" not in made.raw
    assert zlib.decompress(pixels(made.raw)) == zlib.decompress(pixels(raw))


def pixels(raw: bytes) -> bytes:
    at, found = 8, b""
    while at < len(raw):
        size = int.from_bytes(raw[at : at + 4], "big")
        found += raw[at + 8 : at + 8 + size] if raw[at + 4 : at + 8] == b"IDAT" else b""
        at += size + 12
    return found


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is no JPEG and no PNG"),
        (b"GIF89a", "is no JPEG and no PNG"),
        (b"report,from,to\n", "is no JPEG and no PNG"),
        (SOI, "no whole JPEG"),
        (SOI + EOI, "without a scan"),
        (SOI + TABLES + SCAN, "no whole JPEG"),
        (SOI + b"\xff\xe1\x00\x01" + SCAN + EOI, "no whole JPEG"),
        (SOI + b"\xff\xe1\xff\xff" + SCAN + EOI, "no whole JPEG"),
        (SOI + b"\xff\xff" + EXIF + SCAN + EOI, "no whole JPEG"),
        (SOI + segment(0xF7, b"x") + SCAN + EOI, "of the kind F7"),
        (PNG, "no whole PNG"),
        (PNG + IHDR + IEND, "without pixels"),
        (PNG + IDAT + IEND, "no whole PNG"),
        (PNG + IHDR + IDAT, "no whole PNG"),
        (PNG + IHDR + IHDR + IDAT + IEND, "no whole PNG"),
        (PNG + IHDR + IDAT[:-1] + b"!" + IEND, "no whole PNG"),
        (PNG + IHDR + chunk(b"caBX", b"who") + IDAT + IEND, "caBX"),
        (PNG + IHDR + b"\xff\xff\xff\xffIDAT", "no whole PNG"),
        (SOI + segment(0xFE, b"") * (MOST_PIECES + 1) + SCAN + EOI, "of more than 100,000 pieces"),
    ],
)
def test_what_is_no_whole_picture_is_refused_in_one_line(raw: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        strip(raw)
    assert "\n" not in str(refused.value)


@given(
    raw=st.one_of(
        st.binary(max_size=200),
        st.builds(lambda more: SOI + more, st.binary(max_size=200)),
        st.builds(lambda more: PNG + IHDR + more, st.binary(max_size=200)),
    )
)
def test_hostile_bytes_are_refused_or_stripped_and_nothing_else(raw: bytes) -> None:
    assert only_less(raw)


@given(at=st.integers(0, 400), value=st.integers(0, 255), cut=st.integers(0, 400))
def test_a_picture_with_a_broken_byte_or_end_is_refused_or_stripped(at: int, value: int, cut: int) -> None:
    for whole in (SOI + JFIF + EXIF + TABLES + SCAN + EOI, PNG + IHDR + chunk(b"tEXt", b"who") + IDAT + IEND):
        assert only_less(whole[: at % len(whole)] + bytes([value]) + whole[at % len(whole) + 1 :])
        assert only_less(whole[:cut])


def only_less(raw: bytes) -> bool:
    """Say whether stripping refuses, or gives bytes from which nothing more is to be taken."""
    try:
        made = strip(raw)
    except InputError:
        return True
    taken = sum(size for _, _, size in made.removed)
    return len(made.raw) + taken == len(raw) and strip(made.raw).raw == made.raw
