"""A log in a folder: the only file here that has hands.

Rules:
- the layout is tlog-tiles': `checkpoint` and `tile/...`; whoever serves the folder as it is serves the log;
- an append writes whole files beside their places, syncs them, renames them and syncs their folders, many
  at a time so that the disk can pool them; the checkpoint comes last, and only then is anything
  acknowledged;
- a tree's edge is read and held to the signed root before it grows; a store that grew it knows the edge for
  as long as the checkpoint is, byte for byte, the one it wrote;
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
from trucewatch.log.audit import Fault, audit
from trucewatch.log.checkpoint import Checkpoint, read_checkpoint
from trucewatch.log.growth import Edge, edge_files, edge_of, grow, touched
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
from trucewatch.log.spelling import number
from trucewatch.log.tile import (
    FULL,
    Tile,
    bundled,
    check_lengths,
    hashes_in,
    perfect_trees,
    unbundled,
    width_at,
)
from trucewatch.log.tree import EMPTY_ROOT, leaf_hashes

CHECKPOINT, GROWING, TORN = "checkpoint", "growing", "torn"
MOST_APPENDED = 1 << 20  # entries at once, all of which are in memory
Each = Callable[[Callable[[Path], None], Iterable[Path]], Iterable[None]]
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
        try:
            for above in _made(self.folder):
                _sync(above)
            self._acknowledge(empty, signer)
        except OSError as fault:
            raise _unwritten(fault, self.folder) from fault
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
        if len(entries) > MOST_APPENDED:
            raise InputError(
                f"{len(entries):,} entries at once, and {MOST_APPENDED:,} is the most: use batches"
            )
        check_lengths(entries)
        edge, size = self._edge(head), head.size + len(entries)
        self._refuse_overwriting(head.size, touched(head.size, size))
        with ThreadPoolExecutor(AT_ONCE) as threads:
            try:
                marked = threads.submit(self._mark, head.size, size)
                growth = grow(edge, entries)
                marked.result()
                self._write_all(growth.writes, threads)
                after = Checkpoint(origin=head.origin, size=size, root=growth.edge.root)
                self._acknowledge(after, signer, growth.edge)
            except OSError as fault:
                raise _unwritten(fault, self.folder) from fault
            self._tidy(head.size, size, threads.map)
        return after

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
        head = self.head()
        of, perfect = self._sized(size, head), self._perfect(head)
        path = inclusion(index, of, perfect)
        root = head.root if of == head.size else span_root((0, of), perfect)
        with self._sound("tile"):
            verify_inclusion(leaf=perfect(0, index), index=index, size=of, path=path, root=root)
        return path

    def consistency(self, old: int, *, new: int | None = None) -> tuple[bytes, ...]:
        """Return the proof that the tree of `new`, or of the last checkpoint, begins with that of `old`."""
        head = self.head()
        of, perfect = self._sized(new, head), self._perfect(head)
        path = consistency(old, of, perfect)
        root = head.root if of == head.size else span_root((0, of), perfect)
        before = span_root((0, old), perfect)
        with self._sound("tile"):
            verify_consistency(old=old, new=of, old_root=before, new_root=root, path=path)
        return path

    def checkpoint_at(self, size: int) -> Checkpoint:
        """Return what the log's checkpoint of `size` entries says, which the last one follows from."""
        head = self.head()
        of, perfect = self._sized(size, head), self._perfect(head)
        root = span_root((0, of), perfect) if of else EMPTY_ROOT
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
        found = [path for path in self.folder.rglob("*") if path.is_file()]
        names = {path.relative_to(self.folder).as_posix() for path in found}
        names = {
            name for name in names if name not in (CHECKPOINT, GROWING) and not name.startswith(f"{TORN}/")
        }
        return audit(head, names, self._found)

    def _found(self, path: str) -> bytes | None:
        try:
            return (self.folder / path).read_bytes()
        except OSError:
            return None

    def _perfect(self, head: Checkpoint) -> Perfect:
        return perfect_trees(head.size, self.read)

    def _sized(self, size: int | None, head: Checkpoint) -> int:
        if size is not None and size > head.size:
            raise InputError(f"the log has {head.size} entries, not {size}", where=str(self.folder))
        return head.size if size is None else size

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
            raise IntegrityError(
                f"cannot be read: {fault.strerror}", where=str(self.folder / path)
            ) from fault

    @contextmanager
    def _sound(self, path: str) -> Iterator[None]:
        """Say that the log's own file at `path` is not what it was, whatever is wrong with it."""
        try:
            yield
        except (InputError, IntegrityError) as fault:
            where = str(self.folder / (fault.where or path))
            raise IntegrityError(fault.message, where=where) from fault

    def _edge(self, head: Checkpoint) -> Edge:
        known = self.known.get(self._bytes(CHECKPOINT))
        if known is not None and (known.size, known.root) == (head.size, head.root):
            return known
        files = {tile: self._bytes(tile.path) for tile in edge_files(head.size)}
        with self._sound("tile"):
            found = edge_of(head.size, files)
            if found.root != head.root:
                raise IntegrityError("its tiles do not lead to the checkpoint's root")
            return found

    def _recovered(self) -> Checkpoint:
        """Return the head once an append that was cut off, if any, is out of the way."""
        head = self.head()
        if not (self.folder / GROWING).exists():
            return head
        before, after = self._growing()
        if head.size not in (before, after):
            raise IntegrityError(
                f"it names an append from {before} to {after}, and the checkpoint is at {head.size}",
                where=str(self.folder / GROWING),
            )
        try:
            if head.size == before:
                self._set_aside(before, after)
        except OSError as fault:
            raise _unwritten(fault, self.folder) from fault
        self._tidy(before, head.size)
        return head

    def _growing(self) -> tuple[int, int]:
        try:
            first, last = self._bytes(GROWING).decode().removesuffix("\n").split(" ")
            before, after = number(first), number(last)
        except (ValueError, InputError) as fault:
            raise IntegrityError("it is not two sizes", where=str(self.folder / GROWING)) from fault
        if not before < after <= before + MOST_APPENDED:
            raise IntegrityError(f"no append goes from {before} to {after}", where=str(self.folder / GROWING))
        return before, after

    def _set_aside(self, before: int, after: int) -> None:
        for tile in touched(before, after):
            path = self.folder / tile.path
            for left in (path, _beside(path)):
                if left.exists():
                    name = hashlib.sha256(left.read_bytes()).hexdigest()
                    kept = self.folder / TORN / name / left.relative_to(self.folder)
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    left.replace(kept)

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

    def _mark(self, before: int, after: int) -> None:
        self.write(self.folder / GROWING, f"{before} {after}\n".encode())
        _sync(self.folder)

    def _write_all(self, writes: Sequence[tuple[Tile, bytes]], threads: ThreadPoolExecutor) -> None:
        places = [(self.folder / tile.path, raw) for tile, raw in writes]
        folders = {path.parent for path, _ in places}
        changed = folders.union(*map(_made, sorted(folders)))
        _finished(threads.map(self.write, *zip(*places, strict=True)))
        _finished(threads.map(_sync, changed))

    def _acknowledge(self, checkpoint: Checkpoint, signer: SignerKey, edge: Edge | None = None) -> None:
        raw = signed_note(checkpoint.text, [signer]).raw
        self.write(self.folder / CHECKPOINT, raw)
        _sync(self.folder)
        self.known.clear()
        if edge is not None:
            self.known[raw] = edge

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


def _unwritten(fault: OSError, folder: Path) -> InputError:
    return InputError(f"cannot be written: {fault.strerror}", where=str(fault.filename or folder))
