"""What verifying a record has to say: each remark names a file and what is wrong with it.

Rules:
- a remark is broken, different or noted; the worst of them is the exit code (4, 1, 0);
- `where` is a path below the mission's folder, with a line when there is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Gravity(IntEnum):
    """How bad it is, as the exit code says it."""

    NOTED = 0
    DIFFERS = 1
    BROKEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that somebody should know about one file."""

    where: str
    what: str
    gravity: Gravity = Gravity.BROKEN

    @property
    def line(self) -> str:
        """The remark as one line."""
        return f"{_MARKS[self.gravity]}: {self.where}: {self.what}"


_MARKS = {Gravity.NOTED: "note", Gravity.DIFFERS: "differs", Gravity.BROKEN: "broken"}


def worst(remarks: Iterable[Remark]) -> Gravity:
    """Return the worst gravity among `remarks`."""
    return max((remark.gravity for remark in remarks), default=Gravity.NOTED)
