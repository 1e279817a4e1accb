"""The lines of the journal: one record a line, or one run of padding, and the leaves they stand for.

Rules:
- a line is `INDEX SALT JSON` and a newline: the index of its first leaf in the log, 64 hexadecimal
  digits, and one RFC 8785 object; it has one spelling;
- a record's leaf is SHA-256(salt ‖ JSON), with 32 salt bytes of its own: who has the leaf can confirm no
  guess at the record, and nobody can once the salt is gone;
- a run of padding is `INDEX SEED {"count":N,"kind":"padding"}` and stands for N leaves: that of index i is
  SHA-256(SHA-256(seed ‖ i as 8 bytes, big-endian) ‖ "padding"), which outside is a record's like any other;
- pure: bytes in, bytes out; whoever reads a record without this program needs no more than this file.
"""

from __future__ import annotations

import hashlib
import re
from binascii import unhexlify
from collections.abc import Iterator
from dataclasses import dataclass

from trucewatch.errors import IntegrityError

SALT_BYTES = 32
PADDING = b"padding"
_LINE = re.compile(rb"(0|[1-9][0-9]{0,18}) ([0-9a-f]{64}) (\{[^\n]*\})\n")
_RUN = re.compile(rb'\{"count":([1-9][0-9]{0,8}),"kind":"padding"\}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the journal."""

    index: int  # of its first leaf
    salt: bytes  # of a run of padding, the seed
    raw: bytes  # the JSON
    count: int = 1  # leaves that it stands for
    padding: bool = False

    @property
    def text(self) -> bytes:
        """The line as it is written, with its newline."""
        return b"%d %b %b\n" % (self.index, self.salt.hex().encode(), self.raw)

    @property
    def end(self) -> int:
        """The index after its last leaf."""
        return self.index + self.count

    def leaves(self) -> Iterator[bytes]:
        """Yield the entries of the log that it stands for, in their order."""
        if not self.padding:
            yield leaf(self.salt, self.raw)
            return
        for index in range(self.index, self.end):
            yield padding_leaf(self.salt, index)


def leaf(salt: bytes, raw: bytes) -> bytes:
    """Return the log's entry for the record `raw`."""
    return hashlib.sha256(salt + raw).digest()


def padding_leaf(seed: bytes, index: int) -> bytes:
    """Return the log's entry for a leaf of padding."""
    return leaf(hashlib.sha256(seed + index.to_bytes(8, "big")).digest(), PADDING)


def padding_run(index: int, seed: bytes, count: int) -> Line:
    """Return the line that stands for `count` leaves of padding from `index` on."""
    raw = b'{"count":%d,"kind":"padding"}' % count
    return Line(index=index, salt=seed, raw=raw, count=count, padding=True)


def read_line(text: bytes, where: str) -> Line:
    """Return the line that `text` is, with its newline; IntegrityError, with `where`, when it is none."""
    met = _LINE.fullmatch(text)
    if met is None:
        raise IntegrityError("this line is not a record as it was written", where=where)
    index, salt, raw = int(met[1]), unhexlify(met[2]), met[3]
    run = _RUN.fullmatch(raw) if raw.startswith(b'{"count":') else None
    if run is None:
        return Line(index=index, salt=salt, raw=raw)
    return padding_run(index, salt, int(run[1]))
