"""Runs of facts that need nothing but to be counted: the bulk of a long record, gathered where it is read.

Rules:
- a fact is plain when it is unsigned, rests on no file, is all ASCII, and by itself sound: its author is its
  recorder, and its id is that of its words; whoever takes the run in holds it to what stood before;
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
from trucewatch.mission.verify_remarks import Remark
from trucewatch.model.statement import Fact

ID_BYTES = 16
NAMES = frozenset(one.name for one in fields(Fact))
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


@dataclass(slots=True, kw_only=True)
class _Gathering:
    """A run that grows."""

    where: str
    first: Record
    last: Record
    count: int = 0
    authors: dict[str, Record] = field(default_factory=dict)
    ids: dict[str, bytearray] = field(default_factory=dict)

    def follows(self, record: Record) -> bool:
        follows = record.seq == self.last.seq + 1 and record.schema == self.last.schema
        return follows and record.recorded_at >= self.last.recorded_at

    def add(self, record: Record, name: bytes) -> None:
        self.authors.setdefault(record.author, record)
        self.ids.setdefault(record.author, bytearray()).extend(name)
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
    body = record.body
    if record.kind is not Kind.FACT or record.signed is not None or record.rests_on:
        return None
    if body.keys() != NAMES or body["recorded_by"] != record.author:
        return None
    name = msgspec.convert(body, Fact).fact_id
    words = raw[raw.index(b',"body":{"') + 8 : raw.rindex(b',"kind":"fact","recorded_at":"')]
    words = words.replace(b'"fact_id":"%b"' % name.encode(), b'"fact_id":""', 1)
    spelled = words.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return name if sha256(b'["fact","%b"]' % spelled).hexdigest()[: 2 * ID_BYTES] == name else None
