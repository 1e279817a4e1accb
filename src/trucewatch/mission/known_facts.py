"""Who recorded which fact: ids of millions, in 16 bytes each.

Rules:
- what is added is kept as it comes; the first question sorts it, and what came since is sorted into the rest
  by powers of two, so that questions and answers in turn stay quick;
- an id is 32 hexadecimal digits, and what is none is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.bytes_]
ID_BYTES = 16
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True, kw_only=True)
class _Sorted:
    """One author's ids."""

    fresh: bytearray = field(default_factory=bytearray)
    rows: list[Ids] = field(default_factory=list)  # each sorted, the longest first

    def holds(self, name: bytes) -> bool:
        if self.fresh:
            self.rows.append(np.sort(np.frombuffer(bytes(self.fresh), dtype=f"S{ID_BYTES}")))
            self.fresh.clear()
        while len(self.rows) > 1 and len(self.rows[-2]) < 2 * len(self.rows[-1]):
            self.rows[-2:] = [np.sort(np.concatenate(self.rows[-2:]))]
        sought = np.frombuffer(name, dtype=f"S{ID_BYTES}")
        places = [(row, int(np.searchsorted(row, sought)[0])) for row in self.rows]
        return any(at < len(row) and row[at] == sought[0] for row, at in places)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFacts:
    """The facts that went by, and who recorded each."""

    by_author: dict[str, _Sorted] = field(default_factory=dict)

    def add(self, author: str, ids: bytes) -> None:
        """Take in the ids of facts that `author` recorded, 16 bytes each."""
        self.by_author.setdefault(author, _Sorted()).fresh.extend(ids)

    def recorder(self, name: str) -> str | None:
        """Return who recorded the fact of this id, None when it is not known."""
        if _ID.fullmatch(name) is None:
            return None
        raw = bytes.fromhex(name)
        return next((author for author, ids in self.by_author.items() if ids.holds(raw)), None)
