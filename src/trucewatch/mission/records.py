"""Records as lines hold them: an entry, a record, and the bytes between.

Rules:
- a record is one RFC 8785 object; one that is spelled otherwise, or has other members, is no record;
- one of a kind or schema that this version does not know is of a later version: an `InputError` that says so;
- `body` is what a record says, with its words where they are here; `written` is what its line holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

import msgspec

from trucewatch.errors import InputError, IntegrityError, TimeError
from trucewatch.mission.kinds import Kind
from trucewatch.mission.lines import Line, leaf
from trucewatch.mission.personal import APART, Item, WordsAt, put_back, words_of
from trucewatch.mission.signing import Signed
from trucewatch.mission.spelling import decoder_of, plainly, read_plain
from trucewatch.model.canonical import Json, canonical
from trucewatch.model.instants import moment

SCHEMA = 3  # 2: ids and digests of words are salted; 3: what people say is an item of the vault of its own (`personal`)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
KINDS = frozenset(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody wants recorded."""

    kind: Kind
    author: str  # "NAME (unsigned)", whoever signed it, or the source
    body: Mapping[str, Json]  # as the record has it: without its words, where these are apart
    rests_on: tuple[str, ...] = ()  # names of files in the vault
    schema: int = SCHEMA
    signed: Signed | None = None
    words: Item | None = None  # what the vault keeps of it, before its line is written

    @property
    def written(self) -> Mapping[str, Json]:
        """The body as the record has it."""
        return self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An entry with its place and moment in the record."""

    seq: int  # from 0
    recorded_at: datetime
    kind: Kind
    author: str
    written: Mapping[str, Json]  # the body as its line has it
    rests_on: tuple[str, ...]
    schema: int
    index: int  # of its leaf in the log
    salt: bytes
    signed: Signed | None = None
    words_at: WordsAt | None = field(
        default=None, compare=False, repr=False
    )  # None: it is read without its words

    @property
    def words(self) -> str | None:
        """The name of the item that holds its words, None when it has none apart."""
        return words_of(self.kind, self.schema, self.written)

    @property
    def body(self) -> Mapping[str, Json]:
        """What it says, with its words where they are here; IntegrityError when they are not those that it had."""
        name = self.words if APART in self.written else None
        raw = None if name is None or self.words_at is None else self.words_at(name)
        return self.written if raw is None else put_back(self.kind, self.written, raw)

    @property
    def raw(self) -> bytes:
        """The RFC 8785 bytes that are its line's and, salted, its leaf's."""
        return raw_of(self, self.seq, utc_text(self.recorded_at))

    @property
    def leaf(self) -> bytes:
        """The log's entry for it."""
        return leaf(self.salt, self.raw)


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


def utc_text(when: datetime) -> str:
    """Return a moment as records spell it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_record(line: Line, where: str, words_at: WordsAt | None = None) -> Record:
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
            written=cast(Mapping[str, Json], said.body),
            rests_on=said.rests_on,
            schema=said.schema,
            index=line.index,
            salt=line.salt,
            signed=said.signed,
            words_at=words_at,
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


def raw_of(entry: Entry | Record, seq: int, when: str) -> bytes:
    """Return the RFC 8785 bytes of the record with this number that an entry is, or would be, at a moment."""
    whole: dict[str, Json] = {
        "seq": seq,
        "recorded_at": when,
        "kind": entry.kind.value,
        "author": entry.author,
        "body": entry.written,
        "rests_on": list(entry.rests_on),
        "schema": entry.schema,
    }
    if entry.signed is not None:
        whole["signed"] = cast(Mapping[str, Json], msgspec.to_builtins(entry.signed))
    return plainly(whole) or canonical(whole)


def _known(kind: object, schema: object, where: str) -> None:
    """Raise InputError when a record is of a later version than this one reads."""
    if isinstance(kind, str) and kind not in KINDS:
        raise InputError(f"a record of the kind {kind!r}: a later version wrote it; update", where=where)
    if isinstance(schema, int) and schema > SCHEMA:
        raise InputError(f"a record of schema {schema}: a later version wrote it; update", where=where)
