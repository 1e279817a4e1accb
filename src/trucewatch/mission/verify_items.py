"""Which records rest on which words of facts, for millions of them: 40 bytes an item, and 20 a run of records.

Rules:
- of an item that many records have, the first of them is kept, and that one is named;
- items lie in 256 rows by the first byte of their names, as the vault's folders do, so that one is sorted at a time;
- where a record stands is kept once for records on lines that follow one another.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trucewatch.mission.segments import segment_path

NAME_BYTES = 32
Names = npt.NDArray[np.bytes_]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.uint8]
ITEM = np.dtype(f"S{NAME_BYTES}")
_ROW = np.dtype([("name", ITEM), ("seq", "<i8")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """Items, sorted by name, and the first record that has each."""

    names: Names
    numbers: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """The items that hold the words of facts, and the records that have them, taken in as they go by."""

    rows: tuple[bytearray, ...] = field(default_factory=lambda: tuple(bytearray() for _ in range(256)))
    seqs: array[int] = field(default_factory=lambda: array("q"))  # the first record of each run,
    segments: array[int] = field(default_factory=lambda: array("q"))  # and where its line is
    lines: array[int] = field(default_factory=lambda: array("i"))

    def add(self, where: str, seq: int, words: Mapping[bytes, int]) -> None:
        """Take in the items of a run that begins with the record `seq`, each by the first record that has it."""
        if not words:
            return
        path, _, line = where.rpartition(":")
        self.seqs.append(seq)
        self.segments.append(int(Path(path).stem))
        self.lines.append(int(line))
        for name, nth in words.items():
            self.rows[name[0]].extend(name + (seq + nth).to_bytes(8, "little"))

    def place(self, journal: Path, seq: int) -> str:
        """Return where the line of a record is that has an item here."""
        run = bisect_right(self.seqs, seq) - 1
        path = segment_path(journal, self.segments[run])
        return f"{path.as_posix()}:{self.lines[run] + seq - self.seqs[run]}"

    def under(self, first: int) -> Needed:
        """Return the items whose names begin with this byte."""
        rows = np.frombuffer(self.rows[first], dtype=_ROW)
        names, at = np.unique(rows["name"], return_index=True)  # the first of equal ones, which came first
        return Needed(names=names, numbers=rows["seq"][at])

    def __len__(self) -> int:
        return sum(map(len, self.rows)) // _ROW.itemsize


def among(names: Names, others: Names) -> npt.NDArray[np.bool_]:
    """Return which of `names` are in `others`, which are sorted."""
    if not len(others):
        return np.zeros(len(names), dtype=np.bool_)
    at = np.minimum(np.searchsorted(others, names), len(others) - 1)
    return np.asarray(others[at] == names)
