"""A log in a folder: the only file here that has hands.

Rules:
- the layout is tlog-tiles': `checkpoint` and `tile/...`; whoever serves the folder as it is serves the log;
- an append writes whole files beside their places, syncs them, renames them and syncs their folders, many
  at a time so that the disk can pool them; the checkpoint comes last, and only then is anything
  acknowledged;
- a tree's edge is read and held to the signed root before it grows; a store that grew it knows the edge for
  as long as the checkpoint is, byte for byte, the one it wrote;
- batches are written ahead, to one file that is synced once for each, and the files of many are then written as
  those of one append: until then readers see the log as it was, and after a crash the next writer goes on
  from what was written ahead;
- `growing` names the append under way: who opens the log after a crash sets aside, in `torn/` under its
  SHA-256, what was written and never acknowledged; nothing is deleted but partial tiles that a full one
  holds again;
- what a checkpoint names is never written again: a file in the way of an append means that the
  checkpoint was set back, and nothing is written;
- one writer at a time: the caller holds the lock; readers need none;
- a proof is verified before it is given.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.ahead import Ahead, Batches, read_ahead
from trucewatch.log.audit import Fault, audit
from trucewatch.log.checkpoint import Checkpoint, read_checkpoint
from trucewatch.log.growth import Edge, check_append, edge_files, edge_of, grow, mark, read_mark, touched
from trucewatch.log.keys import SignerKey, VerifierKey
from trucewatch.log.note import open_note, signed_note
from trucewatch.log.proof import (
    Perfect,
    consistency,
    inclusion,
    span_root,
    verify_consistency,
    verify_inclusion,
)
from trucewatch.log.tile import FULL, Tile, bundled, hashes_in, perfect_trees, unbundled, width_at
from trucewatch.log.tree import EMPTY_ROOT, leaf_hashes

CHECKPOINT, GROWING, AHEAD, TORN = "checkpoint", "growing", "ahead", "torn"
MOST_AHEAD_BYTES = 1 << 22
Each = Callable[[Callable[[Path], None], Iterable[Path]], Iterable[None]]
Writes = Sequence[tuple[Tile, bytes]]
Commit = Callable[[Writes, bytes, Edge], None]  # the files, the signed checkpoint, the tree's edge after it
AT_ONCE = 12  # files that are synced at the same time


def write_synced(path: Path, raw: bytes) -> None:
    """Write `raw` beside `path`, sync it and rename it; the folder's sync is the caller's."""
    beside = _beside(path)
    with beside.open("wb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A log in `folder`, whose checkpoints `key` signs under its name as origin."""

    folder: Path
    key: VerifierKey
    write: Callable[[Path, bytes], None] = write_synced  # called from several threads at once
    known: dict[bytes, Edge] = field(default_factory=dict, compare=False, repr=False)  # by its checkpoint

    def create(self, signer: SignerKey) -> Checkpoint:
        """Make an empty log; RefusedError when one is here."""
        self._refuse_strangers(signer)
        if (self.folder / CHECKPOINT).exists() or (self.folder / "tile").exists():
            raise RefusedError("a log is here already", where=str(self.folder))
        empty = Checkpoint(origin=self.key.name, size=0, root=EMPTY_ROOT)
        with self._writable():
            for above in _made(self.folder):
                _sync(above)
            self._acknowledge(signed_note(empty.text, [signer]).raw, Edge(size=0, entries=(), hashes=()))
        return empty

    def head(self) -> Checkpoint:
        """Return the last checkpoint, its signature verified."""
        raw = self._bytes(CHECKPOINT)
        with self._sound(CHECKPOINT):
            checkpoint = read_checkpoint(open_note(raw, [self.key]).text)
            if checkpoint.origin != self.key.name:
                raise IntegrityError(f"it is of another log, {checkpoint.origin}")
            return checkpoint

    def ready(self, signer: SignerKey) -> Checkpoint:
        """Return the head once an append that was cut off is out of the way.

        Raises IntegrityError when more lies beyond it, for then the checkpoint was set back.
        """
        self._refuse_strangers(signer)
        head = self._recovered()
        self._refuse_overwriting(head.size, ())
        return head

    def append(self, entries: Sequence[bytes], *, signer: SignerKey) -> Checkpoint:
        """Add `entries` durably, and return the checkpoint that acknowledges them.

        Raises InputError when an entry is too long or the disk refuses, IntegrityError when what is here is
        not the log that the checkpoint names.
        """
        self._refuse_strangers(signer)
        head = self._recovered()
        if not entries:
            return head
        check_append(entries)
        edge, size = self._edge(head), head.size + len(entries)
        with self._writing(head.size, size) as commit:
            growth = grow(edge, entries)
            after = Checkpoint(origin=head.origin, size=size, root=growth.edge.root)
            commit(growth.writes, signed_note(after.text, [signer]).raw, growth.edge)
        return after

    @contextmanager
    def batches(self, *, signer: SignerKey, most_bytes: int = MOST_AHEAD_BYTES) -> Iterator[Batches]:
        """Give what appends batch after batch, each durable when it is acknowledged, and all here at the end.

        Readers see them once so many bytes are written ahead, and at the end. Nothing else appends meanwhile.
        """
        head = self.ready(signer)
        at = [Ahead(size=head.size, edge=self._edge(head))]
        log = Batches(signer=signer, write=self._write_ahead, settles=self._settle, most=most_bytes, at=at)
        yield log
        log.settle()

    def read(self, tile: Tile) -> bytes:
        """Return a tile's bytes, out of the full one when the partial one is gone."""
        try:
            raw, met = (self.folder / tile.path).read_bytes(), tile
        except FileNotFoundError:
            met = Tile(level=tile.level, number=tile.number)
            raw = self._bytes(met.path if (self.folder / met.path).exists() else tile.path)
        with self._sound(met.path):
            if tile.level is None:
                return bundled(unbundled(raw, met)[: tile.width])
            return b"".join(hashes_in(raw, met)[: tile.width])

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the entries from index `start` up to `end`, each checked against its leaf's hash."""
        size = self.head().size
        stop = size if end is None else min(end, size)
        for place in range(start // FULL, -(-stop // FULL)):
            first, width = place * FULL, width_at(0, place, size)
            held = self._bundle(Tile(level=None, number=place, width=width))
            yield from held[max(start - first, 0) : stop - first]

    def inclusion(self, index: int, *, size: int | None = None) -> tuple[bytes, ...]:
        """Return the path that proves entry `index` in the tree of `size`, or of the last checkpoint."""
        of, perfect, root = self._tree(size)
        path = inclusion(index, of, perfect)
        with self._sound("tile"):
            verify_inclusion(leaf=perfect(0, index), index=index, size=of, path=path, root=root)
        return path

    def consistency(self, old: int, *, new: int | None = None) -> tuple[bytes, ...]:
        """Return the proof that the tree of `new`, or of the last checkpoint, begins with that of `old`."""
        of, perfect, root = self._tree(new)
        path = consistency(old, of, perfect)
        before = span_root((0, old), perfect)
        with self._sound("tile"):
            verify_consistency(old=old, new=of, old_root=before, new_root=root, path=path)
        return path

    def checkpoint_at(self, size: int) -> Checkpoint:
        """Return what the log's checkpoint of `size` entries says, which the last one follows from."""
        of, perfect, root = self._tree(size)
        head = self.head()
        path = consistency(of, head.size, perfect)
        with self._sound("tile"):
            verify_consistency(old=of, new=head.size, old_root=root, new_root=head.root, path=path)
        return Checkpoint(origin=head.origin, size=of, root=root)

    def faults(self) -> tuple[Fault, ...]:
        """Return every file here that is not what the checkpoint says, or says what no log says."""
        try:
            head = self.head()
        except IntegrityError as fault:
            return (Fault(path=CHECKPOINT, what=fault.message),)
        found = (path for path in self.folder.rglob("*") if path.is_file())
        names = {path.relative_to(self.folder).as_posix() for path in found} - {CHECKPOINT, GROWING, AHEAD}
        names = {name for name in names if not name.startswith(f"{TORN}/")}
        return audit(head, names, self._found)

    def _found(self, path: str) -> bytes | None:
        try:
            return (self.folder / path).read_bytes()
        except OSError:
            return None

    def _tree(self, size: int | None) -> tuple[int, Perfect, bytes]:
        """Return the size, the perfect trees and the root of the tree of `size`, or of the last checkpoint."""
        head = self.head()
        if size is not None and size > head.size:
            raise InputError(f"the log has {head.size} entries, not {size}", where=str(self.folder))
        perfect = perfect_trees(head.size, self.read)
        if size is None or size == head.size:
            return head.size, perfect, head.root
        return size, perfect, span_root((0, size), perfect) if size else EMPTY_ROOT

    def _bundle(self, bundle: Tile) -> tuple[bytes, ...]:
        tile = Tile(level=0, number=bundle.number, width=bundle.width)
        leaves = self.read(tile)
        with self._sound(bundle.path):
            held = unbundled(self.read(bundle), bundle)
            if b"".join(leaf_hashes(held)) != leaves:
                raise IntegrityError("its entries are not those of its tile")
            return held

    def _bytes(self, path: str) -> bytes:
        try:
            return (self.folder / path).read_bytes()
        except OSError as fault:
            where = str(self.folder / path)
            raise IntegrityError(f"cannot be read: {fault.strerror}", where=where) from fault

    @contextmanager
    def _sound(self, path: str) -> Iterator[None]:
        """Say that the log's own file at `path` is not what it was, whatever is wrong with it."""
        try:
            yield
        except (InputError, IntegrityError) as fault:
            where = str(self.folder / (fault.where or path))
            raise IntegrityError(fault.message, where=where) from fault

    @contextmanager
    def _writable(self) -> Iterator[None]:
        """Say what the disk refused."""
        try:
            yield
        except OSError as fault:
            where = str(fault.filename or self.folder)
            raise InputError(f"cannot be written: {fault.strerror}", where=where) from fault

    def _edge(self, head: Checkpoint) -> Edge:
        known = self.known.get(self._bytes(CHECKPOINT))
        if known is not None and (known.size, known.root) == (head.size, head.root):
            return known
        files = {tile: self._bytes(tile.path) for tile in edge_files(head.size)}
        with self._sound("tile"):
            return edge_of(head.size, head.root, files)

    def _recovered(self) -> Checkpoint:
        """Return the head once an append that was cut off is out of the way, and batches written ahead are in."""
        head = self.head()
        if (self.folder / GROWING).exists():
            with self._sound(GROWING):
                before, after = read_mark(self._bytes(GROWING), head.size)
            if head.size == before:
                self._set_aside(before, after)
            self._tidy(before, head.size)
        return self._caught_up(head) if (self.folder / AHEAD).exists() else head

    def _caught_up(self, head: Checkpoint) -> Checkpoint:
        """Return the head once the batches that were written ahead are in the log."""
        raw = self._bytes(AHEAD)
        with self._sound(AHEAD):
            ahead = read_ahead(raw, self._edge(head), self.key)
        if left := raw[ahead.end :]:
            with self._writable():
                self._torn(self.folder / AHEAD, left).write_bytes(left)
        self._settle(ahead)
        return self.head()

    def _write_ahead(self, place: int, raw: bytes) -> None:
        with self._writable():
            descriptor = os.open(self.folder / AHEAD, os.O_RDWR | os.O_CREAT, 0o644)
            with os.fdopen(descriptor, "r+b") as out:
                out.seek(place)
                out.truncate()
                out.write(raw)
                out.flush()
                os.fsync(descriptor)
            if not place:
                _sync(self.folder)

    def _settle(self, ahead: Ahead) -> None:
        """Write the files of all that was written ahead, as one append."""
        if ahead.files:
            with self._writing(ahead.size, ahead.edge.size) as commit:
                commit(tuple(ahead.files.values()), ahead.note, ahead.edge)
        with suppress(OSError):
            (self.folder / AHEAD).unlink()

    def _set_aside(self, before: int, after: int) -> None:
        places = (self.folder / tile.path for tile in touched(before, after))
        with self._writable():
            for left in (left for path in places for left in (path, _beside(path)) if left.exists()):
                left.replace(self._torn(left, left.read_bytes()))

    def _torn(self, path: Path, raw: bytes) -> Path:
        """Return where what was left of `path`, and never acknowledged, is kept."""
        kept = self.folder / TORN / hashlib.sha256(raw).hexdigest() / path.relative_to(self.folder)
        kept.parent.mkdir(parents=True, exist_ok=True)
        return kept

    def _refuse_strangers(self, signer: SignerKey) -> None:
        if signer.verifier != self.key:
            raise RefusedError(f"the key {signer.name} does not sign for {self.key.name}")

    def _refuse_overwriting(self, size: int, written: Sequence[Tile]) -> None:
        first = Tile(level=None, number=size // FULL)
        partial = (self.folder / f"{first.whole_path}.p").glob("[0-9]*")
        wider = [path for path in partial if int(path.name) > size % FULL]
        in_way = [self.folder / tile.path for tile in (first, *written)]
        for path in (*wider, *(path for path in in_way if path.exists())):
            raise IntegrityError(f"it lies beyond the checkpoint, which is at {size}", where=str(path))

    @contextmanager
    def _writing(self, before: int, after: int) -> Iterator[Commit]:
        """Mark an append while what it writes is worked out, give what writes it, and tidy after it."""
        self._refuse_overwriting(before, touched(before, after))
        with ThreadPoolExecutor(AT_ONCE) as threads, self._writable():
            marked = threads.submit(self._mark, before, after)

            def commit(writes: Writes, note: bytes, edge: Edge) -> None:
                marked.result()
                self._write_all(writes, threads)
                self._acknowledge(note, edge)

            yield commit
            self._tidy(before, after, threads.map)

    def _mark(self, before: int, after: int) -> None:
        self.write(self.folder / GROWING, mark(before, after))
        _sync(self.folder)

    def _write_all(self, writes: Writes, threads: ThreadPoolExecutor) -> None:
        places = [(self.folder / tile.path, raw) for tile, raw in writes]
        folders = {path.parent for path, _ in places}
        changed = folders.union(*map(_made, sorted(folders)))
        _finished(threads.map(self.write, *zip(*places, strict=True)))
        _finished(threads.map(_sync, changed))

    def _acknowledge(self, note: bytes, edge: Edge) -> None:
        self.write(self.folder / CHECKPOINT, note)
        _sync(self.folder)
        self.known.clear()
        self.known[note] = edge

    def _tidy(self, before: int, after: int, each: Each = map) -> None:
        """Drop the partial tiles that a full one holds again, and the mark; what stays now goes next time."""
        full = [tile for tile in touched(before, after) if tile.width == FULL]
        _finished(each(_dropped, [self.folder / f"{tile.whole_path}.p" for tile in full]))
        with suppress(OSError):
            (self.folder / GROWING).unlink()


def _finished(results: Iterable[None]) -> None:
    """Wait for what threads do, and raise what one of them raised."""
    for _ in results:
        continue


def _dropped(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _made(folder: Path) -> set[Path]:
    """Make `folder`, and return the folders in which a name is new."""
    if folder.exists():
        return set()
    found = _made(folder.parent)
    folder.mkdir()
    return found | {folder.parent}


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
