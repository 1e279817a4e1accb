"""Batches written ahead: one file that holds what is acknowledged before its bundles and tiles are written.

Rules:
- a batch is the line `SIZE BYTES BYTES`, the log's size before it, its entries as a bundle has them, and the signed checkpoint that
  acknowledges it; the next one begins where it ends, and was begun after it was durable;
- so a last batch that is not whole was never acknowledged, and what it left is told from the rest; a broken
  one before another that the log signed is an IntegrityError;
- files of a growing log take each other's place until they are written: a bundle or tile that batches fill
  is written once;
- pure: bytes in, bytes out; `store.py` writes and syncs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.checkpoint import Checkpoint, read_checkpoint
from trucewatch.log.growth import Edge, Growth, check_append, grow
from trucewatch.log.keys import SignerKey, VerifierKey
from trucewatch.log.note import open_note, signed_note
from trucewatch.log.tile import Tile, bundled, entries_in

_HEAD = re.compile(rb"(0|[1-9][0-9]{0,18}) ([1-9][0-9]{0,18}) ([1-9][0-9]{0,4})\n")
Write = Callable[[int, bytes], None]  # durably, from an offset of the file on


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A log that has grown beyond its files."""

    size: int  # that its files have
    edge: Edge
    note: bytes = b""  # the last checkpoint, signed
    end: int = 0  # of the batches in the file
    files: Mapping[tuple[int | None, int], tuple[Tile, bytes]] = field(default_factory=dict)

    def grown(self, growth: Growth, note: bytes, end: int) -> Ahead:
        """Return it with one more batch, which ends at the offset `end`."""
        files = {(tile.level, tile.number): (tile, raw) for tile, raw in growth.writes}
        return replace(self, edge=growth.edge, note=note, end=end, files={**self.files, **files})


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """Appends batch after batch: each is durable when `append` returns, and in the log once it is settled."""

    signer: SignerKey
    write: Write
    settles: Callable[[Ahead], None]  # writes the log's files
    most: int  # bytes that are written ahead before the log's files are
    at: list[Ahead]  # where it is, alone

    def append(self, entries: Sequence[bytes]) -> Checkpoint:
        """Add `entries` durably, and return the checkpoint that acknowledges them."""
        check_append(entries)
        before = self.at[-1]
        growth = grow(before.edge, entries)
        after = Checkpoint(origin=self.signer.name, size=growth.edge.size, root=growth.edge.root)
        if entries:
            note = signed_note(after.text, [self.signer]).raw
            raw = batch(before.edge.size, entries, note)
            self.write(before.end, raw)
            self.at[:] = [before.grown(growth, note, before.end + len(raw))]
        if self.at[-1].end >= self.most:
            self.settle()
        return after

    def settle(self) -> None:
        """Write the log's files, so that readers see what was appended."""
        self.settles(self.at[-1])
        self.at[:] = [Ahead(size=self.at[-1].edge.size, edge=self.at[-1].edge)]


def batch(before: int, entries: Sequence[bytes], note: bytes) -> bytes:
    """Return what is written ahead for `entries` that the checkpoint `note` acknowledges."""
    held = bundled(entries)
    return b"%d %d %d\n" % (before, len(held), len(note)) + held + note


def read_ahead(raw: bytes, edge: Edge, key: VerifierKey) -> Ahead:
    """Return the log whose files end at `edge`, grown by the batches in `raw` that were acknowledged.

    Raises IntegrityError when one of them is not as it was written, or does not follow.
    """
    ahead, end = Ahead(size=edge.size, edge=edge), 0
    for one in _batches(raw):
        try:
            after = read_checkpoint(open_note(one.note, [key]).text)
            entries = entries_in(one.held)
        except (InputError, IntegrityError):
            break
        if after.size > edge.size:
            if one.before != ahead.edge.size:
                raise IntegrityError(f"a batch of it begins at {one.before}, and {ahead.edge.size} is due")
            growth = grow(ahead.edge, entries)
            if (after.size, after.root) != (growth.edge.size, growth.edge.root):
                break
            ahead = ahead.grown(growth, one.note, one.end)
        end = one.end
    if any(met.before > ahead.edge.size for met in _signed(raw, end + 1, key)):
        raise IntegrityError(f"from byte {end} on it is not what was acknowledged")
    return replace(ahead, end=end)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """A batch that is there whole."""

    before: int
    held: bytes
    note: bytes
    end: int  # its offset in the file


def _batches(raw: bytes) -> Iterator[_Batch]:
    """Yield the batches that are there whole, one after the other."""
    met = _HEAD.match(raw)
    while met is not None and (found := _whole(raw, met)) is not None:
        yield found
        met = _HEAD.match(raw, found.end)


def _signed(raw: bytes, start: int, key: VerifierKey) -> Iterator[_Batch]:
    """Yield what may be batches from `start` on, wherever they stand, with a note that the log signed."""
    for met in _HEAD.finditer(raw, start):
        found = _whole(raw, met)
        with suppress(InputError, IntegrityError):
            if found is not None and open_note(found.note, [key]):
                yield found


def _whole(raw: bytes, head: re.Match[bytes]) -> _Batch | None:
    """Return the batch that `head` begins; None when it is cut off."""
    middle = head.end() + int(head[2])
    end = middle + int(head[3])
    if end > len(raw):
        return None
    return _Batch(before=int(head[1]), held=raw[head.end() : middle], note=raw[middle:end], end=end)
