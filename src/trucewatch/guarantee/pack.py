"""Packs: TOML in, a `Pack` out, or one line that says what to mend.

Rules:
- an unknown key or word is refused with the nearest known one; nothing is guessed or dropped;
- what an entry names (a document, an instrument's clause, a requirement, a statement) stands in the same
  file, but for a statement of another pack, which is named "PACK/ID";
- two entries never share an id, whatever their sorts;
- statements that wait for each other in a ring are refused, and the ring is printed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence

from trucewatch.errors import InputError
from trucewatch.guarantee.given import read_clock, read_hub, read_places, read_requirement, read_support
from trucewatch.guarantee.graph import ordered
from trucewatch.guarantee.papers import Document, read_document, read_instrument
from trucewatch.guarantee.statements import read_statement
from trucewatch.guarantee.table import Row, rows
from trucewatch.model.instrument import Instrument
from trucewatch.model.pack import Pack

_ENTRIES = ("statement", "instrument", "support", "hub", "requirement", "clock")
_HEADER = ("title", "exercise", "note", "document", "place", *_ENTRIES)

Named = tuple[str, str | None, str]  # who names, what it names, and under which key


def read_pack(text: str, *, pack: str) -> Pack:
    """Return what a pack holds, in its order; InputError names the line and the entry."""
    where = f"{pack}/statements.toml"
    try:
        loaded: Mapping[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"not TOML: {fault}", where=where) from fault
    header = Row(table=loaded, where=where).only(_HEADER)
    tables = {key: rows(header, key, _lines(text, key)) for key in (*_ENTRIES, "document", "place")}
    documents = _documents(tables["document"], where)
    exercise = header.flag("exercise")
    placed = frozenset(row.text("of") for row in tables["place"])

    whole = Pack(
        name=pack,
        title=header.maybe("title") or pack,
        statements=tuple(
            read_statement(row, documents, pack=pack, exercise=exercise) for row in tables["statement"]
        ),
        instruments=tuple(
            read_instrument(row, documents, pack=pack, exercise=exercise) for row in tables["instrument"]
        ),
        support=tuple(
            read_support(row, documents, pack=pack, exercise=exercise) for row in tables["support"]
        ),
        hubs=tuple(
            read_hub(row, documents, pack=pack, exercise=exercise, placed=placed) for row in tables["hub"]
        ),
        requirements=tuple(
            read_requirement(row, documents, pack=pack, exercise=exercise) for row in tables["requirement"]
        ),
        clocks=tuple(read_clock(row, pack=pack, exercise=exercise) for row in tables["clock"]),
        exercise=exercise,
        places=read_places(tables["place"], pack=pack),
    )
    _check(whole, where)
    return whole


def _lines(text: str, table: str) -> Sequence[int]:
    head = re.compile(rf"\s*\[\[\s*{table}\s*\]\]")
    return [number for number, line in enumerate(text.splitlines(), start=1) if head.match(line)]


def _documents(tables: Sequence[Row], where: str) -> Mapping[str, Document]:
    documents = [read_document(row) for row in tables]
    by_name = {document.name: document for document in documents}
    if len(by_name) < len(documents):
        raise InputError("two documents bear one name: give each its own", where=where)
    return by_name


def _check(pack: Pack, where: str) -> None:
    """Refuse an id that is borne twice, a name that nothing bears, and a ring of conditions."""
    sorts = _ids(pack)
    ids = [(each, sort) for sort, found in sorts.items() for each in found]
    if not ids:
        raise InputError("there is no [[statement]] in it, nor any other entry", where=where)
    names = [each for each, _ in ids]
    for twice in sorted({i for i in names if names.count(i) > 1}):
        borne = [sort for each, sort in ids if each == twice]
        both = f"two {borne[0]}s" if len(set(borne)) == 1 else " and ".join(f"a {sort}" for sort in borne)
        raise InputError(f"{both} are called {twice}: give each its own id", where=where)
    for sort, named in _named(pack):
        for who, what, key in named:
            if what is not None and what not in sorts[sort]:
                raise InputError(f"{who}: {key} names {what!r}, no {sort} here", where=where)
    _check_statements(pack, where)
    try:
        ordered(pack.statements)
    except InputError as fault:
        raise InputError(fault.message, where=where) from fault


def _ids(pack: Pack) -> Mapping[str, tuple[str, ...]]:
    return {
        "statement": tuple(s.statement_id for s in pack.statements),
        "instrument": tuple(i.instrument_id for i in pack.instruments),
        "support": tuple(s.support_id for s in pack.support),
        "hub": tuple(h.hub_id for h in pack.hubs),
        "requirement": tuple(r.requirement_id for r in pack.requirements),
        "clock": tuple(c.clock_id for c in pack.clocks),
    }


def _named(pack: Pack) -> Iterator[tuple[str, Sequence[Named]]]:
    """Yield, by sort, what entries name."""
    said = [(f"statement {s.statement_id}", s) for s in pack.statements]
    yield "instrument", [(who, s.instrument, "instrument") for who, s in said]
    yield "instrument", [(f"clock {c.clock_id}", c.instrument_id, "instrument") for c in pack.clocks]
    yield "requirement", [(who, s.toward, "toward") for who, s in said]
    yield "statement", [(f"support {s.support_id}", s.statement_id, "statement") for s in pack.support]
    steps = [(h.hub_id, step.statement_id) for h in pack.hubs for step in h.steps]
    yield "statement", [(f"hub {hub}", named, "statement") for hub, named in steps]
    own = [(who, c.awaits) for who, s in said for c in s.conditions if c.awaits and "/" not in c.awaits]
    yield "statement", [(who, named, "awaits") for who, named in own]


def _check_statements(pack: Pack, where: str) -> None:
    """Refuse a tension with no other statement here, a clause that no version has, and a place of nothing."""
    ids = {s.statement_id for s in pack.statements}
    instruments = {i.instrument_id: i for i in pack.instruments}
    for s in pack.statements:
        for other in s.tension_with:
            if other not in ids or other == s.statement_id:
                raise InputError(
                    f"statement {s.statement_id}: tension_with names {other!r}, no other statement here",
                    where=where,
                )
        if s.clause is not None and s.clause not in _clauses(instruments.get(s.instrument or "")):
            raise InputError(
                f"statement {s.statement_id}: clause {s.clause!r} stands in no version of its instrument",
                where=where,
            )
    for of in pack.places["of"]:
        if of not in ids | {h.hub_id for h in pack.hubs}:
            raise InputError(f"a [[place]] is of {of!r}, no hub or statement here", where=where)


def _clauses(instrument: Instrument | None) -> frozenset[str]:
    versions = instrument.versions if instrument else ()
    return frozenset(clause.clause_id for version in versions for clause in version.clauses)
