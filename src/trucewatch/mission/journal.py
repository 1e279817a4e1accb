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

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import cast

import msgspec

from trucewatch.errors import InputError, IntegrityError, RefusedError, TimeError
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
from trucewatch.mission.salts import Salt, random_salt
from trucewatch.mission.segments import Tail, extend, left, read_lines, set_aside, tail
from trucewatch.mission.signing import Signed
from trucewatch.mission.spelling import decoder_of, read_plain
from trucewatch.model.canonical import Json, canonical, digest
from trucewatch.model.instants import moment

SCHEMA = 2  # from 2 on no name that a record bears is made of words alone: ids and digests are salted
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
KEY_FILE, LOCK = "log.vkey", ".lock"
PADDING_RUN = 1 << 16  # leaves of one line of padding at most
LENGTH_BYTES = 2  # before each entry of a bundle
KINDS = frozenset(kind.value for kind in Kind)
DECIDING = (b'"signed":{', *(f'"kind":"{kind}"'.encode() for kind in ("person", "key", "source", "mission")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody wants recorded."""

    kind: Kind
    author: str  # "NAME (unsigned)", whoever signed it, or the source
    body: Mapping[str, Json]
    rests_on: tuple[str, ...] = ()  # names of files in the vault
    schema: int = SCHEMA
    signed: Signed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An entry with its place and moment in the record."""

    seq: int  # from 0
    recorded_at: datetime
    kind: Kind
    author: str
    body: Mapping[str, Json]
    rests_on: tuple[str, ...]
    schema: int
    index: int  # of its leaf in the log
    salt: bytes
    signed: Signed | None = None

    @property
    def raw(self) -> bytes:
        """The RFC 8785 bytes that are its line's and, salted, its leaf's."""
        return _raw(self, self.seq, utc_text(self.recorded_at))

    @property
    def leaf(self) -> bytes:
        """The log's entry for it."""
        return leaf(self.salt, self.raw)


Left = Callable[["Journal", int], datetime | None]
Admits = Callable[[VerifierKey, Iterable[Record], Sequence[Entry], int], None]


class _Fields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A record's fields as its line has them."""

    seq: int
    recorded_at: str
    kind: Kind
    author: str
    body: dict[str, object]
    rests_on: tuple[str, ...]
    schema: int
    signed: Signed | None = None


_PLAIN = decoder_of(_Fields)


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
                if self.admits is not None:
                    self.admits(self.key, self._deciding(), entries, writing.next_seq)
                writing.add(self._after(writing, entries, at))

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
                    if self.admits is not None:
                        self.admits(self.key, chain(self._deciding(), made), entries, writing.next_seq)
                    lines = self._after(writing, entries, at)
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
            record = _held(line, where, entry)
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
        raws = [_raw(entry, first + n, said) for n, entry in enumerate(entries)]
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


def utc_text(when: datetime) -> str:
    """Return a moment as records spell it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_record(line: Line, where: str) -> Record:
    """Return the record that a line is of; IntegrityError, with `where`, when it is none.

    Raises InputError when it is of a later version.
    """
    try:
        said = read_plain(line.raw, _PLAIN) or _spelled(line.raw, where)
        _known(said.kind, said.schema, where)
        if _TIME.fullmatch(said.recorded_at) is None:
            raise ValueError("not as it would be written")
        record = Record(
            seq=said.seq,
            recorded_at=moment(said.recorded_at),
            kind=said.kind,
            author=said.author,
            body=cast(Mapping[str, Json], said.body),
            rests_on=said.rests_on,
            schema=said.schema,
            index=line.index,
            salt=line.salt,
            signed=said.signed,
        )
    except (ValueError, KeyError, TypeError, TimeError, RecursionError, msgspec.ValidationError) as fault:
        raise IntegrityError("this line is not a record as it was written", where=where) from fault
    return record


def _spelled(raw: bytes, where: str) -> _Fields:
    """Return the fields of a record that is spelled with care; ValueError when it has more, or other ones."""
    fields = json.loads(raw)
    _known(fields["kind"], fields["schema"], where)
    said = msgspec.convert(fields, _Fields)
    if canonical(cast(Json, msgspec.to_builtins(said))) != raw:
        raise ValueError("not as it would be written")
    return said


def _raw(entry: Entry | Record, seq: int, when: str) -> bytes:
    whole: dict[str, Json] = {
        "seq": seq,
        "recorded_at": when,
        "kind": entry.kind.value,
        "author": entry.author,
        "body": entry.body,
        "rests_on": list(entry.rests_on),
        "schema": entry.schema,
    }
    if entry.signed is not None:
        whole["signed"] = cast(Mapping[str, Json], msgspec.to_builtins(entry.signed))
    return canonical(whole)


def _torn(left: bytes) -> Entry:
    """Return the entry that says that a cut-off append was moved aside."""
    return Entry(kind=Kind.TORN, author="trucewatch", body={"bytes": len(left), "sha256": digest(left)})


def _known(kind: object, schema: object, where: str) -> None:
    """Raise InputError when a record is of a later version than this one reads."""
    if isinstance(kind, str) and kind not in KINDS:
        raise InputError(f"a record of the kind {kind!r}: a later version wrote it; update", where=where)
    if isinstance(schema, int) and schema > SCHEMA:
        raise InputError(f"a record of schema {schema}: a later version wrote it; update", where=where)


def _decides(line: Line) -> bool:
    return any(mark in line.raw for mark in DECIDING)


def _held(line: Line, where: str, entry: Callable[[int], bytes]) -> Record:
    """Return the record that a line is of, once it is the one that the log holds there."""
    if leaf(line.salt, line.raw) != entry(line.index):
        raise IntegrityError("this line is not the record that the log holds", where=where)
    return read_record(line, where)


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
