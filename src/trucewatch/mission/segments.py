"""The journal's files: segments of lines, which together stand for every leaf of the log exactly once.

Rules:
- a segment is `journal/NNNNNNNNNN.lines`, named for the index of its first leaf, of at most 4,096 lines;
  it is added to at its end until it is full, and then never again;
- a leaf that no line stands for, or two do, is an `IntegrityError` that names the file;
- what lies beyond the log's size was never acknowledged: a reader leaves it out, and the next writer moves
  it to `torn/`, named by its digest; nothing is deleted;
- reading needs no mission, no lock and no key: a folder, and the size that a checkpoint says.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from trucewatch.errors import InputError, IntegrityError
from trucewatch.mission.files import sync_folder, write_whole
from trucewatch.mission.lines import Line, read_line
from trucewatch.model.canonical import digest

MOST_LINES = 4096
_NAME = re.compile(r"([0-9]{10})\.lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A file of the journal."""

    first: int  # the index of its first leaf
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """Where the journal ends: what the next line goes after."""

    size: int  # leaves
    lines: int  # of the last segment; 0 when there is none
    path: Path  # the last segment, or the one to begin
    last: Line | None  # the last record; None when there is none
    beyond: tuple[tuple[Path, int], ...]  # bytes that were never acknowledged: of which file, from which on


def segment_path(folder: Path, first: int) -> Path:
    """Return where the segment that begins with the leaf `first` lies."""
    return folder / f"{first:010}.lines"


def segments(folder: Path) -> tuple[Segment, ...]:
    """Return the segments in `folder`, in order."""
    found = [(path, _NAME.fullmatch(path.name)) for path in folder.glob("*.lines")]
    named = [Segment(first=int(met[1]), path=path) for path, met in found if met]
    return tuple(sorted(named, key=lambda segment: segment.first))


def read_segment(segment: Segment, size: int) -> Iterator[tuple[str, Line]]:
    """Yield each line of a segment below the leaf `size`, with where it stands; IntegrityError at a gap."""
    at = segment.first
    with segment.path.open("rb") as lines:
        for number, text in enumerate(lines, start=1):
            if at >= size or not text.endswith(b"\n"):
                return
            where = f"{segment.path}:{number}"
            line = read_line(text, where)
            if line.index != at:
                raise IntegrityError(
                    f"the record's order is broken here: leaf {at} is next, and {line.index} is written",
                    where=where,
                )
            if line.end > size:
                raise IntegrityError(f"it goes beyond the log, which has {size} leaves", where=where)
            at = line.end
            yield where, line


def read_lines(folder: Path, size: int, since: int = 0) -> Iterator[tuple[str, Line]]:
    """Yield each line of the journal from the leaf `since` on and below the leaf `size`, with where it stands.

    Raises IntegrityError, with the file, where lines do not stand for every leaf exactly once.
    """
    found = segments(folder)
    begun = [n for n, segment in enumerate(found) if segment.first <= since]
    found = found[begun[-1] :] if begun else found
    at, last = found[0].first if begun else 0, segment_path(folder, 0)
    for segment in found:
        if at >= size:
            return
        _check_next(at, segment.first, last)
        last = segment.path
        for where, line in read_segment(segment, size):
            at = line.end
            if line.index >= since:
                yield where, line
    _check_next(at, size, last)


def tail(folder: Path, size: int) -> Tail:
    """Return where a journal whose log has `size` leaves ends; IntegrityError when it lacks lines."""
    found = segments(folder)
    beyond = [(segment.path, 0) for segment in found if segment.first >= size]
    mine = [segment for segment in found if segment.first < size]
    if not mine:
        _check_next(0, size, segment_path(folder, 0))
        return Tail(size=0, lines=0, path=segment_path(folder, 0), last=None, beyond=tuple(beyond[::-1]))
    raw = mine[-1].path.read_bytes()
    end, line = _end(raw, mine[-1], size)
    _check_next(mine[-1].first if line is None else line.end, size, mine[-1].path)
    if len(raw) > end:
        beyond.insert(0, (mine[-1].path, end))
    return Tail(
        size=size,
        lines=raw.count(b"\n", 0, end),
        path=mine[-1].path,
        last=line if line is None or not line.padding else _last(mine, size),
        beyond=tuple(beyond[::-1]),
    )


def _end(raw: bytes, segment: Segment, size: int) -> tuple[int, Line | None]:
    """Return where a segment's lines below the leaf `size` end, and the last of them.

    It is sought from the end, and what lies between it and the first is for readers to check.
    """
    end = raw.rfind(b"\n") + 1
    while end:
        start = raw.rfind(b"\n", 0, end - 1) + 1
        with suppress(IntegrityError):
            line = read_line(raw[start:end], str(segment.path))
            if line.index < size:
                return end, line
        end = start
    return 0, None


def left(end: Tail) -> tuple[bytes, ...]:
    """Return what was never acknowledged, the last of it first."""
    return tuple(raw for raw in (path.read_bytes()[start:] for path, start in end.beyond) if raw)


def set_aside(end: Tail, torn: Path) -> None:
    """Move what was never acknowledged to the folder `torn`, the last of it first."""
    for path, start in end.beyond:
        raw = path.read_bytes()[start:]
        if raw:
            write_whole(torn / digest(raw), raw)
        if start:
            with path.open("rb+") as out:
                out.truncate(start)
                os.fsync(out.fileno())
        else:
            path.unlink()
            sync_folder(path.parent)


def extend(end: Tail, lines: Sequence[Line]) -> Tail:
    """Write `lines` after the journal's end, durably, and return where it ends then; InputError when the disk refuses."""
    folder = end.path.parent
    try:
        room = MOST_LINES - end.lines if end.lines else 0
        if room and lines:
            _write(end.path, lines[:room])
        for start in range(room, len(lines), MOST_LINES):
            folder.mkdir(parents=True, exist_ok=True)
            _write(segment_path(folder, lines[start].index), lines[start : start + MOST_LINES])
            sync_folder(folder)
    except OSError as fault:
        where = str(fault.filename or folder)
        raise InputError(f"cannot be written: {fault.strerror}", where=where) from fault
    return _extended(end, lines, room)


def _extended(end: Tail, lines: Sequence[Line], room: int) -> Tail:
    """Return where a journal ends once `lines` stand after its `end`, of which the last segment had `room` for some."""
    begun = range(room, len(lines), MOST_LINES)
    return Tail(
        size=lines[-1].end if lines else end.size,
        lines=len(lines) - begun[-1] if begun else end.lines + len(lines),
        path=segment_path(end.path.parent, lines[begun[-1]].index) if begun else end.path,
        last=next((line for line in reversed(lines) if not line.padding), end.last),
        beyond=(),
    )


def _check_next(at: int, first: int, path: Path) -> None:
    """Refuse a journal whose lines end at `at` where `first` is next; `path` holds what was read last."""
    if at < first:
        raise IntegrityError(
            f"the record's order is broken here: lines are missing from leaf {at} to {first - 1}",
            where=str(path),
        )
    if at > first:
        raise IntegrityError(
            f"the record's order is broken here: it goes on to leaf {at - 1}, and the next segment"
            f" begins at {first}",
            where=str(path),
        )


def _last(found: Sequence[Segment], size: int) -> Line | None:
    """Return the last record's line."""
    for segment in reversed(found):
        for _, line in reversed(tuple(read_segment(segment, size))):
            if not line.padding:
                return line
    return None


def _write(path: Path, lines: Sequence[Line]) -> None:
    with path.open("ab") as out:
        out.write(b"".join(line.text for line in lines))
        out.flush()
        os.fsync(out.fileno())
