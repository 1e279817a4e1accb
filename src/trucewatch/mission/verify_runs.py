"""Runs of facts that need nothing but to be counted: the bulk of a long record, gathered where it is read.

Rules:
- a fact is plain when it is unsigned, rests on nothing but its own words, is all ASCII, and by itself sound: its author
  is its recorder, and its id is that of what its line says; whoever takes the run in holds it to what stood before;
- the items of the words are named, each by the first fact of the run that has it; whoever checks the vault opens them;
- facts in a run stand on lines that follow one another, with numbers that do, and time that never runs back;
- what is not plain for sure is handed on as it is, and judged as any record is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from hashlib import sha256

import msgspec

from trucewatch.errors import TrucewatchError
from trucewatch.mission.journal import Kind, Record, read_record
from trucewatch.mission.lines import Line
from trucewatch.mission.personal import APART, FIRST_SCHEMA, NOT_HERE
from trucewatch.mission.vault import NAME
from trucewatch.mission.verify_remarks import Remark
from trucewatch.model.statement import Fact

ID_BYTES = 16
NAMES = frozenset(one.name for one in fields(Fact))
NAMES_APART = NAMES | {APART}
Met = tuple[str, Line]  # a sound line, and where it stands: the file, and the line's number in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Plain facts on lines that follow one another."""

    where: str  # the first line's place
    index: int  # of the first leaf
    count: int
    seq: int  # of the first record
    first: Record
    last: Record
    authors: tuple[Record, ...]  # the first record of each
    ids: Mapping[str, bytes]  # of each author's facts, 16 bytes each
    words: Mapping[bytes, int]  # the item of words, by its SHA-256: the first of the run's facts that has it


@dataclass(slots=True, kw_only=True)
class _Gathering:
    """A run that grows."""

    where: str
    first: Record
    last: Record
    count: int = 0
    authors: dict[str, Record] = field(default_factory=dict)
    ids: dict[str, bytearray] = field(default_factory=dict)
    words: dict[bytes, int] = field(default_factory=dict)

    def follows(self, record: Record) -> bool:
        follows = record.seq == self.last.seq + 1 and record.schema == self.last.schema
        return follows and record.recorded_at >= self.last.recorded_at

    def add(self, record: Record, name: bytes) -> None:
        self.authors.setdefault(record.author, record)
        self.ids.setdefault(record.author, bytearray()).extend(name)
        for item in record.rests_on:
            self.words.setdefault(bytes.fromhex(item), self.count)
        self.last, self.count = record, self.count + 1

    @property
    def run(self) -> Run:
        return Run(
            where=self.where,
            index=self.first.index,
            count=self.count,
            seq=self.first.seq,
            first=self.first,
            last=self.last,
            authors=tuple(self.authors.values()),
            ids={author: bytes(ids) for author, ids in self.ids.items()},
            words=self.words,
        )


def gathered(lines: Iterable[Met | Remark]) -> Iterator[Met | Run | Remark]:
    """Yield `lines` as they are, but plain facts that follow one another as runs."""
    growing: _Gathering | None = None
    for met in lines:
        plain = None if isinstance(met, Remark) else _plain(met)
        if growing is not None and (plain is None or not growing.follows(plain[0])):
            yield growing.run
            growing = None
        if plain is None or isinstance(met, Remark):
            yield met
            continue
        growing = growing or _Gathering(where=met[0], first=plain[0], last=plain[0])
        growing.add(*plain)
    if growing is not None:
        yield growing.run


def _plain(met: Met) -> tuple[Record, bytes] | None:
    """Return the record of a plain fact, and its id; None when the line is none for sure."""
    where, line = met
    if line.padding or b',"kind":"fact","' not in line.raw or not line.raw.isascii():
        return None
    try:
        record = read_record(line, where)
        name = _name(record, line.raw)
        return None if name is None else (record, bytes.fromhex(name))
    except (TrucewatchError, msgspec.ValidationError):
        return None


def _name(record: Record, raw: bytes) -> str | None:
    """Return a fact's id when it is plain; what is hashed is `content_id` of its words, cut out of `raw`."""
    body = record.written
    if record.kind is not Kind.FACT or record.signed is not None or body.get("recorded_by") != record.author:
        return None
    if not (_apart(record) if APART in body else body.keys() == NAMES and not record.rests_on):
        return None
    name = msgspec.convert(body, Fact).fact_id
    words = raw[raw.index(b',"body":{"') + 8 : raw.rindex(b',"kind":"fact","recorded_at":"')]
    words = words.replace(b'"fact_id":"%b"' % name.encode(), b'"fact_id":""', 1)
    spelled = words.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return name if sha256(b'["fact","%b"]' % spelled).hexdigest()[: 2 * ID_BYTES] == name else None


def _apart(record: Record) -> bool:
    """Say whether a fact rests on its words alone, and says nothing in their place."""
    body, names = record.written, record.rests_on
    known = record.schema >= FIRST_SCHEMA and body.keys() == NAMES_APART and body["rests_on"] == NOT_HERE
    return known and names == (body[APART],) and NAME.fullmatch(names[0]) is not None
