"""The journal's files read for verifying: every line against its leaf, going on after what is broken.

Rules:
- a line that does not stand for its leaves is named; a leaf on no line is said of the file it lacks from;
- after a broken line the next sound one is taken up, so that one fault is told once;
- lines beyond the head were never acknowledged, or stand in what was written ahead: they are noted and not read;
- segments of a long journal are examined ahead, in several processes, each as if the one before it ended
  where it begins; where that was not so, it is examined again in its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from trucewatch.errors import IntegrityError
from trucewatch.log.store import AHEAD
from trucewatch.log.tile import FULL
from trucewatch.log.tree import leaf_hash
from trucewatch.mission.files import read_plain
from trucewatch.mission.lines import leaf as entry_of
from trucewatch.mission.lines import read_line
from trucewatch.mission.segments import MOST_LINES, segment_path, segments
from trucewatch.mission.verify_abreast import abreast
from trucewatch.mission.verify_remarks import Gravity, Remark
from trucewatch.mission.verify_runs import Met, Run, gathered

JOURNAL = Path("record/journal")
FEW, LONGEST_AHEAD_BYTES = 24, 1 << 24  # segments that one process reads as soon; a segment read ahead
Row = tuple[bytes, ...]
Leaves = Callable[[int], Row | None]  # the leaves' hashes of a bundle by its number; None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A segment to be examined, and the leaves that it is to hold."""

    path: Path
    first: int
    end: int
    size: int  # of the log


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found in a segment, and where the reading is after it."""

    lines: tuple[Met | Run | Remark, ...]
    expected: int
    sure: bool


@dataclass(slots=True, kw_only=True)
class _Place:
    """Where the reading is."""

    leaves: Leaves
    size: int
    expected: int = 0
    sure: bool = True  # False after a broken line: the next line's index is taken as it is
    bundle: int = -1
    row: Row | None = None

    def leaf(self, index: int) -> bytes | None:
        if index // FULL != self.bundle:
            self.bundle, self.row = index // FULL, self.leaves(index // FULL)
        return None if self.row is None else self.row[index % FULL]

    def broken(self, where: str, what: str) -> Remark:
        self.sure = False
        return Remark(where=where, what=what)


def scan(
    journal: Path, size: int, leaves: Leaves, *, processes: int = 1, few: int = FEW
) -> Generator[Met | Run | Remark, None, None]:
    """Yield the sound lines of the journal in order, and a remark for each fault met on the way.

    Plain facts come as runs. More than `few` segments are examined by so many `processes`.
    """
    known = {segment.path for segment in segments(journal)}
    for path in sorted(journal.iterdir()) if journal.is_dir() else ():
        if path not in known:
            yield unknown_file((JOURNAL / path.name).as_posix())
    parts, place = _parts(journal, size), _Place(leaves=leaves, size=size)
    short = [part for part in parts if part.first < size and _bytes(part.path) <= LONGEST_AHEAD_BYTES]
    if processes == 1 or len(short) <= few:
        yield from _lines(parts, place, iter(()), frozenset())
        return
    with abreast(partial(examine, leaves=leaves), short, processes) as found:
        yield from _lines(parts, place, found, frozenset(short))


def examine(part: Part, *, leaves: Leaves) -> Found:
    """Return what is found in a segment when the one before it ends where it begins."""
    place = _Place(leaves=leaves, size=part.size, expected=part.first)
    lines = tuple(gathered(_segment(part.path, place, part.end)))
    return Found(lines=lines, expected=place.expected, sure=place.sure)


def lines_of(journal: Path, run: Run, leaves: Leaves) -> Iterator[Met | Remark]:
    """Yield the lines of a run one by one, read again."""
    where, _, number = run.where.rpartition(":")
    first = int(number)
    place = _Place(leaves=leaves, size=run.index + run.count, expected=run.index)
    try:
        lines = read_plain(journal / Path(where).name).splitlines(keepends=True)
    except OSError as fault:
        yield place.broken(where, f"cannot be read: {fault.strerror}")
        return
    for n, raw in enumerate(lines[first - 1 : first - 1 + run.count], first):
        yield _line(where, n, raw, place)


def _parts(journal: Path, size: int) -> tuple[Part, ...]:
    found = segments(journal)
    ends = [*(segment.first for segment in found[1:]), size]
    return tuple(
        Part(path=segment.path, first=segment.first, end=min(end, size), size=size)
        for segment, end in zip(found, ends, strict=False)
    )


def _lines(
    parts: tuple[Part, ...], place: _Place, ahead: Iterator[Found], short: frozenset[Part]
) -> Iterator[Met | Run | Remark]:
    for part in parts:
        if part.first >= place.size:
            yield _left_over(part.path)
            continue
        if place.sure and place.expected < min(part.first, place.size):
            yield _gone(place.expected)
        place.expected, place.sure = max(part.first, place.expected), True
        found = next(ahead) if part in short else None
        if found is None or place.expected != part.first:
            yield from gathered(_segment(part.path, place, part.end))
            continue
        yield from found.lines
        place.expected, place.sure = found.expected, found.sure
    if place.sure and place.expected < place.size:
        yield _gone(place.expected)


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def unknown_file(where: str) -> Remark:
    """Return what is said of a file that is none of a record's."""
    name = where.rpartition("/")[2]
    if name.startswith(".") and name.endswith(".part"):
        return Remark(where=where, what="was left by a write that was cut off", gravity=Gravity.NOTED)
    return Remark(where=where, what="is no file of a record")


def _segment(path: Path, place: _Place, end: int) -> Iterator[Met | Remark]:
    where, clean = (JOURNAL / path.name).as_posix(), True
    try:
        lines = read_plain(path).splitlines(keepends=True)
    except OSError as fault:
        yield place.broken(where, f"cannot be read: {fault.strerror}")
        return
    for number, raw in enumerate(lines, 1):
        if place.sure and place.expected >= place.size:
            yield _beyond(f"{where}:{number}", len(lines) - number + 1, path)
            return
        said = _line(where, number, raw, place)
        clean = clean and not isinstance(said, Remark)
        yield said
    if len(lines) > MOST_LINES:
        yield Remark(where=where, what=f"has {len(lines)} lines, and {MOST_LINES} is the most")
    elif clean and place.expected < end and len(lines) < MOST_LINES:
        lost = end - place.expected
        yield place.broken(
            where, f"ends too soon: lines are missing for {lost} leaves from {place.expected} on"
        )


def _line(path: str, number: int, raw: bytes, place: _Place) -> Met | Remark:
    where = f"{path}:{number}"
    try:
        line = read_line(raw, where)
    except IntegrityError as fault:
        return place.broken(where, fault.message)
    if line.index != place.expected and (place.sure or line.index < place.expected):
        return place.broken(where, f"leaf {place.expected} is due here, and the line says {line.index}")
    if line.end > place.size:
        return place.broken(where, f"it goes beyond the log, which has {place.size} leaves")
    entries = line.leaves() if line.padding else (entry_of(line.salt, line.raw),)
    for index, entry in enumerate(entries, line.index):
        leaf = place.leaf(index)
        if leaf is not None and leaf != leaf_hash(entry):
            return place.broken(where, f"this line is not what was recorded: leaf {index} is another's")
    place.expected, place.sure = line.end, True
    return where, line


def _gone(first: int) -> Remark:
    return Remark(where=segment_path(JOURNAL, first).as_posix(), what="is missing")


def _left_over(path: Path) -> Remark:
    """Return what is said of a segment of which nothing was acknowledged."""
    where = (JOURNAL / path.name).as_posix()
    try:
        return _beyond(where, read_plain(path).count(b"\n"), path)
    except OSError as fault:
        return Remark(where=where, what=f"cannot be read: {fault.strerror}")


def _beyond(where: str, lines: int, path: Path) -> Remark:
    what = f"{lines} lines were never acknowledged: a crash cut the append off"
    if (path.parent.parent / AHEAD).exists():
        what = (
            f"{lines} lines are beyond the checkpoint: the next writer takes in those that were acknowledged"
        )
    return Remark(where=where, what=what, gravity=Gravity.NOTED)
