"""Checkpoints: what a log says its tree is, at one size.

Rules:
- a checkpoint's text is its origin, its size and its root, a line each, then extension lines, none empty
  (tlog-checkpoint, Note text);
- reading and writing are inverse: one checkpoint has one text;
- the text says nothing until a known key's signature of it verified.
"""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.errors import InputError
from trucewatch.log.spelling import HASH_BYTES, LARGEST, number, spelled, unspelled_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log's tree."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not all(lines) or any("\n" in line for line in lines):
            raise InputError("a checkpoint's origin and extensions are lines, none of them empty")
        if not 0 <= self.size <= LARGEST or len(self.root) != HASH_BYTES:
            raise InputError(f"{self.origin}: a checkpoint has a size and the 32 bytes of a root")

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), spelled(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def read_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text is."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() != "" or not all(lines):
        raise InputError("a checkpoint is at least three lines, none empty: origin, size, root")
    origin, size, root, *extensions = lines
    return Checkpoint(
        origin=origin, size=number(size), root=unspelled_hash(root), extensions=tuple(extensions)
    )
