"""The record: append, and replay up to a moment. The rest of the program sees no more of it than that.

Rules:
- it stands on a log: each record is a line of the journal and a leaf of the log's tree; the lines are
  written and synced first, and the log's checkpoint is what acknowledges them;
- what a crash left beyond the checkpoint is left out by readers, and the next writer moves it to
  `record/torn/` and records that it did;
- the writer's lock, `.lock` beside the record, is held for what is ready to append; record time never runs back;
- writing needs the log's private key, which is not in the mission; reading needs none;
- each record that is read is held to its leaf: one that is not what was written, a gap, an overlap is an
  `IntegrityError` that names the line; that the leaves lead to the signed root is for `record verify`;
- a record of a kind or schema that this version does not know is one of a later version: an
  `InputError` that says so, for the record is sound and the program is old.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.ahead import Batches
from trucewatch.log.checkpoint import Checkpoint
from trucewatch.log.keys import SignerKey, VerifierKey, verifier_key
from trucewatch.log.store import AHEAD, CHECKPOINT, Store
from trucewatch.log.tile import FULL, Tile, width_at
from trucewatch.mission.clock import Now, now
from trucewatch.mission.files import read_text, write_whole
from trucewatch.mission.keys import log_key
from trucewatch.mission.kinds import Kind as Kind
from trucewatch.mission.lines import SALT_BYTES, Line, leaf, padding_run
from trucewatch.mission.lock import LOCK_WAIT_S, locked
from trucewatch.mission.personal import WordsAt
from trucewatch.mission.records import SCHEMA as SCHEMA
from trucewatch.mission.records import Entry as Entry
from trucewatch.mission.records import Record as Record
from trucewatch.mission.records import raw_of
from trucewatch.mission.records import read_record as read_record
from trucewatch.mission.records import utc_text as utc_text
from trucewatch.mission.salts import Salt, random_salt
from trucewatch.mission.segments import Tail, extend, left, read_lines, set_aside, tail
from trucewatch.mission.vault import Vault
from trucewatch.model.canonical import digest

KEY_FILE, LOCK = "log.vkey", ".lock"
PADDING_RUN = 1 << 16  # leaves of one line of padding at most
LENGTH_BYTES = 2  # before each entry of a bundle
DECIDING = (b'"signed":{', *(f'"kind":"{kind}"'.encode() for kind in ("person", "key", "source", "mission")))


Left = Callable[["Journal", int], datetime | None]
Admits = Callable[[VerifierKey, Iterable[Record], Sequence[Entry], int, datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """A mission's records, on its log."""

    folder: Path  # the mission's record/
    clock: Now = now
    wait_s: float = LOCK_WAIT_S
    salt: Salt = random_salt
    signer: SignerKey | None = None  # None: sought where keys are kept
    left: Left | None = None  # when a checkpoint left that was padded beyond a leaf
    admits: Admits | None = None  # asked under the lock, with the records that decide; raises RefusedError

    @property
    def exists(self) -> bool:
        """Whether a record is here."""
        return (self.folder / CHECKPOINT).exists() or (self.folder / KEY_FILE).exists()

    @property
    def lines(self) -> Path:
        """The folder of its segments."""
        return self.folder / "journal"

    @property
    def store(self) -> Store:
        """Its log."""
        return Store(folder=self.folder, key=self.key)

    @property
    def key(self) -> VerifierKey:
        """The key that signs its log's checkpoints; IntegrityError when the file with it is not right."""
        where = self.folder / KEY_FILE
        try:
            return verifier_key(read_text(where).removesuffix("\n"))
        except InputError as fault:
            raise IntegrityError(f"{fault.message}: restore it from a copy", where=str(where)) from fault

    def create(self, signer: SignerKey) -> None:
        """Begin an empty record, whose log `signer` signs; RefusedError when one is here."""
        write_whole(self.folder / KEY_FILE, f"{signer.verifier.text}\n".encode())
        self.store.create(signer)

    def head(self) -> Checkpoint:
        """Return the log's checkpoint, its signature verified."""
        return self.store.head()

    def append(self, entries: Sequence[Entry], *, at: datetime | None = None) -> None:
        """Add `entries` in one durable append, at the present moment or, in a replay, `at`.

        Raises RefusedError when the moment is before the last record's, the lock stays taken, or the log's
        key is not on this machine.
        """
        if entries:
            with self._writing(entries[0].author) as writing:
                moment = at or self.clock()
                if self.admits is not None:
                    self.admits(self.key, self._deciding(), entries, writing.next_seq, moment)
                writing.add(self._after(writing, entries, moment))

    def append_all(self, groups: Iterable[Sequence[Entry]], *, at: datetime | None = None) -> None:
        """Add group after group of entries under one lock: each is durable when the next is asked for.

        Readers see them once all are here, or so many bytes that the log writes them (`Store.batches`). Whoever gives
        the groups works out nothing long meanwhile, for nobody else can append. Raises what `append` does; what was
        durable before stays.
        """
        made: list[Record] = []
        with self._writing("many appends") as writing, writing.store.batches(signer=writing.signer) as log:
            try:
                for entries in filter(None, groups):
                    moment = at or self.clock()
                    if self.admits is not None:
                        deciding = chain(self._deciding(), made)
                        self.admits(self.key, deciding, entries, writing.next_seq, moment)
                    lines = self._after(writing, entries, moment)
                    writing = writing.add_ahead(lines, log)
                    if self.admits is not None:
                        made += [read_record(line, "this append") for line in lines if _decides(line)]
            finally:
                log.settle()

    def pad(self, size: int, *, at: datetime | None = None) -> None:
        """Grow the log to `size` leaves with padding, when it has fewer."""
        while self.head().size < size:
            with self._writing("padding") as writing:
                torn = self._after(writing, (), at)
                first = writing.end.size + len(torn)
                seed = self.salt(b"padding %d" % first)
                count = min(size - first, PADDING_RUN)
                writing.add([*torn, *([padding_run(first, seed, count)] if count > 0 else [])])

    def replay(self, until: datetime | None = None, *, leaf: int = 0, first: int = 0) -> Iterator[Record]:
        """Yield the records in order, up to and including the moment `until`.

        From the `leaf` of the log on, when that is where the record of the number `first` may stand.
        """
        if not self.exists:
            return
        store = self.store
        size = store.head().size
        entry, seq, latest = _entries(store, size), first, datetime.min.replace(tzinfo=UTC)
        for where, line in read_lines(self.lines, size, leaf):
            if line.padding:
                continue
            record = _held(line, where, entry, self.words)
            if record.seq != seq or record.recorded_at < latest:
                raise IntegrityError("the record's order is broken here", where=where)
            if until is not None and record.recorded_at > until:
                return
            seq, latest = seq + 1, record.recorded_at
            yield record

    def _deciding(self) -> Iterator[Record]:
        """Yield the records that decide who may sign what: of persons, keys and configuration, and the signed."""
        store = self.store
        size = store.head().size
        entry = _entries(store, size)
        for where, line in read_lines(self.lines, size):
            if not line.padding and _decides(line):
                yield _held(line, where, entry)

    def words(self, name: str) -> bytes | None:
        """Return the words that an item of the mission's vault holds, None when it is not here."""
        vault = self._vault
        return vault.get(name) if vault.holds(name) else None

    @property
    def _vault(self) -> Vault:
        return Vault(folder=self.folder.parent / "vault")

    def torn_bytes(self) -> int:
        """Return how many bytes of the journal were never acknowledged; 0 in a sound record, or one being written ahead."""
        if not self.exists or (self.folder / AHEAD).exists():
            return 0
        beyond = tail(self.lines, self.head().size).beyond
        return sum(path.stat().st_size - start for path, start in beyond)

    @contextmanager
    def _writing(self, holder: str) -> Iterator[_Writing]:
        """Hold the lock, knowing where the record ends and what a crash left beyond."""
        store = self.store
        signer = log_key(store.key.name) if self.signer is None else self.signer
        with locked(self.folder.parent / LOCK, holder, self.wait_s):
            end = tail(self.lines, store.ready(signer).size)
            yield _Writing(store=store, signer=signer, end=end, torn=left(end))

    def _after(self, writing: _Writing, entries: Sequence[Entry], at: datetime | None) -> list[Line]:
        """Return the lines of `entries`, led by one for each piece that is to be moved aside."""
        entries = [*map(_torn, writing.torn), *entries]
        if not entries:
            return []
        before = writing.last
        when = (at or self.clock()).astimezone(UTC)
        if before is not None and when < before.recorded_at:
            raise RefusedError(
                f"record time never runs back: {when.isoformat()} is before the last record's"
                f" {before.recorded_at.isoformat()}"
            )
        left = None if self.left is None else self.left(self, -1 if before is None else before.index)
        if left is not None and when < left:
            raise RefusedError(
                f"record time never runs back: {when.isoformat()} is before the checkpoint that left at"
                f" {left.isoformat()}"
            )
        first, said = writing.next_seq, utc_text(when)
        for item in filter(None, (entry.words for entry in entries)):
            self._vault.put(item.raw, salt=item.salt)
        raws = [raw_of(entry, first + n, said) for n, entry in enumerate(entries)]
        return [Line(index=writing.end.size + n, salt=self.salt(raw), raw=raw) for n, raw in enumerate(raws)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writing:
    """One append under way, its lock held."""

    store: Store
    signer: SignerKey
    end: Tail
    torn: tuple[bytes, ...]

    @property
    def last(self) -> Record | None:
        """The last record."""
        return None if self.end.last is None else read_record(self.end.last, "the last record")

    @property
    def next_seq(self) -> int:
        """The number of the next record."""
        return 0 if self.last is None else self.last.seq + 1

    def add(self, lines: Sequence[Line]) -> None:
        """Move aside what a crash left, write the lines, then grow the log by their leaves."""
        set_aside(self.end, self.store.folder / "torn")
        extend(self.end, lines)
        self.store.append([entry for line in lines for entry in line.leaves()], signer=self.signer)

    def add_ahead(self, lines: Sequence[Line], log: Batches) -> _Writing:
        """Do so by writing ahead, and return the next append."""
        set_aside(self.end, self.store.folder / "torn")
        end = extend(self.end, lines)
        log.append([entry for line in lines for entry in line.leaves()])
        return replace(self, end=end, torn=())


def _torn(left: bytes) -> Entry:
    """Return the entry that says that a cut-off append was moved aside."""
    return Entry(kind=Kind.TORN, author="trucewatch", body={"bytes": len(left), "sha256": digest(left)})


def _decides(line: Line) -> bool:
    return any(mark in line.raw for mark in DECIDING)


def _held(line: Line, where: str, entry: Callable[[int], bytes], words_at: WordsAt | None = None) -> Record:
    """Return the record that a line is of, once it is the one that the log holds there."""
    if leaf(line.salt, line.raw) != entry(line.index):
        raise IntegrityError("this line is not the record that the log holds", where=where)
    return read_record(line, where, words_at)


def _entries(store: Store, size: int) -> Callable[[int], bytes]:
    """Return what gives the log's entry of an index below `size`, each bundle read once in a row."""
    held: dict[int, bytes] = {}

    def entry(index: int) -> bytes:
        number, place = divmod(index, FULL)
        if number not in held:
            held.clear()
            held[number] = store.read(Tile(level=None, number=number, width=width_at(0, number, size)))
        start = place * (SALT_BYTES + LENGTH_BYTES) + LENGTH_BYTES
        return held[number][start : start + SALT_BYTES]

    return entry
