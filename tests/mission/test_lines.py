"""The journal's lines: one spelling each, and together every leaf of the log exactly once."""

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import IntegrityError
from trucewatch.mission.lines import Line, leaf, padding_run, read_line
from trucewatch.mission.segments import MOST_LINES, extend, read_lines, segments, tail
from trucewatch.model.canonical import canonical

SALT = bytes(range(32))
RECORD = Line(index=7, salt=SALT, raw=b'{"kind":"fact"}')
counts = st.lists(st.integers(0, 300), max_size=12)  # 0: a record; else a run of padding


def lines_of(runs: list[int]) -> list[Line]:
    made: list[Line] = []
    for count in runs:
        at, salt = made[-1].end if made else 0, hashlib.sha256(b"%d" % len(made)).digest()
        record = Line(index=at, salt=salt, raw=canonical({"n": at}))
        made.append(padding_run(at, salt, count) if count else record)
    return made


def test_a_record_s_leaf_is_the_digest_of_its_salt_and_its_bytes() -> None:
    assert RECORD.text == b"7 " + SALT.hex().encode() + b' {"kind":"fact"}\n'
    assert list(RECORD.leaves()) == [hashlib.sha256(SALT + b'{"kind":"fact"}').digest()]


def test_a_leaf_of_padding_is_made_of_the_seed_and_its_index() -> None:
    run = padding_run(5, SALT, 2)
    assert run.text == b"5 " + SALT.hex().encode() + b' {"count":2,"kind":"padding"}\n'
    salts = [hashlib.sha256(SALT + n.to_bytes(8, "big")).digest() for n in (5, 6)]
    assert list(run.leaves()) == [hashlib.sha256(salt + b"padding").digest() for salt in salts]


@given(at=st.integers(0, 10**15), salt=st.binary(min_size=32, max_size=32), count=st.integers(0, 99_999))
def test_reading_is_the_inverse_of_writing(at: int, salt: bytes, count: int) -> None:
    record = Line(index=at, salt=salt, raw=canonical({"n": count}))
    for line in (record, *([padding_run(at, salt, count)] if count else [])):
        assert read_line(line.text, "here") == line


@pytest.mark.parametrize(
    "text",
    [
        RECORD.text[:-1],
        b"0" + RECORD.text,
        b" " + RECORD.text,
        b"+" + RECORD.text,
        RECORD.text.replace(b"0a", b"0A"),
        RECORD.text.replace(b" {", b"  {"),
        RECORD.text.replace(b"}\n", b"} \n"),
        RECORD.text.replace(b"}\n", b"}\r\n"),
        RECORD.text.replace(b"7 00", b"7 0"),
        RECORD.text.replace(b"\n", b"\n\n"),
        b"",
        b"\n",
    ],
)
def test_a_line_has_one_spelling(text: bytes) -> None:
    with pytest.raises(IntegrityError, match=r"^here: this line is not a record as it was written$"):
        read_line(text, "here")


@given(runs=counts)
def test_lines_and_leaves_agree_and_padding_covers_what_it_stands_for(
    tmp_path_factory: pytest.TempPathFactory, runs: list[int]
) -> None:
    folder, lines = tmp_path_factory.mktemp("journal"), lines_of(runs)
    for line in lines:
        extend(tail(folder, line.index), [line])
    size = lines[-1].end if lines else 0
    read = [line for _, line in read_lines(folder, size)]
    assert read == lines
    leaves = [entry for line in read for entry in line.leaves()]
    assert len(leaves) == len(set(leaves)) == size == sum(count or 1 for count in runs)
    records = [line for line in lines if not line.padding]
    assert tail(folder, size).last == (records[-1] if records else None)


def test_a_full_segment_is_never_added_to(tmp_path: Path) -> None:
    lines = lines_of([0] * (2 * MOST_LINES + 3))
    extend(tail(tmp_path, 0), lines[: MOST_LINES - 1])
    extend(tail(tmp_path, MOST_LINES - 1), lines[MOST_LINES - 1 :])
    assert [segment.first for segment in segments(tmp_path)] == [0, MOST_LINES, 2 * MOST_LINES]
    assert [line for _, line in read_lines(tmp_path, len(lines))] == lines
    assert tail(tmp_path, len(lines)).lines == 3


def without(number: int) -> list[bytes]:
    texts = [line.text for line in lines_of([0, 0, 4, 0, 0])]
    return [text for n, text in enumerate(texts) if n != number]


@pytest.mark.parametrize("number", range(5))
def test_a_dropped_line_is_a_gap(tmp_path: Path, number: int) -> None:
    (tmp_path / "0000000000.lines").write_bytes(b"".join(without(number)))
    with pytest.raises(IntegrityError, match=r"0000000000\.lines.*order is broken"):
        list(read_lines(tmp_path, 8))


@pytest.mark.parametrize("last", [b"", b"7 broken\n", b"7 bro"])
def test_a_writer_goes_on_after_no_journal_that_ends_too_soon(tmp_path: Path, last: bytes) -> None:
    (tmp_path / "0000000000.lines").write_bytes(b"".join(without(4)) + last)
    with pytest.raises(IntegrityError, match=r"0000000000\.lines.*missing from leaf 7 to 7"):
        tail(tmp_path, 8)


@pytest.mark.parametrize("left", [b"7 bro", b"7 broken\nand more\n", b"\0" * 40, b"\n\n", b"8 x"])
def test_what_lies_after_the_last_line_is_beyond(tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "0000000000.lines"
    path.write_bytes(b"".join(without(4)) + left)
    end = tail(tmp_path, 7)
    assert (end.lines, end.beyond) == (4, ((path, len(b"".join(without(4)))),))


def test_a_line_twice_is_an_overlap(tmp_path: Path) -> None:
    texts = [line.text for line in lines_of([0, 4, 0])]
    (tmp_path / "0000000000.lines").write_bytes(b"".join([texts[0], texts[1], texts[1], texts[2]]))
    with pytest.raises(IntegrityError, match=r":3: the record's order is broken here: leaf 5 is next"):
        list(read_lines(tmp_path, 6))


def test_padding_that_says_more_than_the_log_holds_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0000000000.lines").write_bytes(lines_of([4])[0].text.replace(b'"count":4', b'"count":5'))
    with pytest.raises(IntegrityError, match=re.escape("goes beyond the log, which has 4 leaves")):
        list(read_lines(tmp_path, 4))


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_segment_that_is_gone_is_a_gap(tmp_path: Path, lost: int) -> None:
    size = 2 * MOST_LINES + 3
    extend(tail(tmp_path, 0), lines_of([0] * size))
    segments(tmp_path)[lost].path.unlink()
    first, last = lost * MOST_LINES, min((lost + 1) * MOST_LINES, size) - 1
    with pytest.raises(IntegrityError, match=f"lines are missing from leaf {first} to {last}"):
        list(read_lines(tmp_path, size))


def test_nobody_can_confirm_a_guess_by_a_leaf() -> None:
    raw = canonical({"words": "yes"})
    assert leaf(SALT, raw) != leaf(bytes(32), raw) != hashlib.sha256(raw).digest()
