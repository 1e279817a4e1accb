"""Packs of statements: TOML in, `Statement`s out, or one line that says what to mend.

Rules:
- an unknown key or word is refused with the nearest known one; nothing is guessed or dropped;
- a commitment or refusal is its speaker's own actor's; another's words are a `claim_about`;
- a document carries the date, the language and the address; what it says of its own date is in its note;
- a quotation is at most eight of the document's own words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from trucewatch.errors import InputError
from trucewatch.guarantee.actors import is_actor
from trucewatch.guarantee.table import Row, rows
from trucewatch.model.statement import (
    FactKind,
    Modality,
    Quantity,
    Rung,
    StatedCondition,
    Statement,
    StatementKind,
)

QUOTE_WORDS_MAX = 8
OWN = frozenset({StatementKind.COMMITMENT, StatementKind.REFUSAL})
COMPONENTS = ("monitoring", "support", "force", "attack", "cooperation")
DOMAINS = ("land", "sea", "air")

_HEADER = ("title", "exercise", "note", "document", "statement")
_DOCUMENT = ("name", "stated_on", "language", "source", "note")
_DERIVED = {"statement_id", "actors", "conditions", "stated_on", "language", "source", "pack", "exercise"}
_STATEMENT = ("id", "actor", "condition", *(f.name for f in fields(Statement) if f.name not in _DERIVED))
_CONDITION = tuple(f.name for f in fields(StatedCondition))
_QUANTITY = tuple(f.name for f in fields(Quantity))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    name: str
    stated_on: date
    language: str
    source: str
    note: str


def read_pack(text: str, *, pack: str) -> tuple[Statement, ...]:
    """Return the statements of a pack in their order; InputError names the line and the statement."""
    where = f"{pack}/statements.toml"
    try:
        loaded: Mapping[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"not TOML: {fault}", where=where) from fault
    header = Row(table=loaded, where=where).only(_HEADER)
    exercise = header.flag("exercise")
    documents = [_document(row.only(_DOCUMENT)) for row in rows(header, "document", _lines(text, "document"))]
    by_name = {document.name: document for document in documents}
    statements = tuple(
        _statement(row, by_name, pack=pack, exercise=exercise)
        for row in rows(header, "statement", _lines(text, "statement"))
    )
    _check_ids(statements, where)
    return statements


def _lines(text: str, table: str) -> Sequence[int]:
    head = re.compile(rf"\s*\[\[\s*{table}\s*\]\]")
    return [number for number, line in enumerate(text.splitlines(), start=1) if head.match(line)]


def _check_ids(statements: Sequence[Statement], where: str) -> None:
    if not statements:
        raise InputError("there is no [[statement]] in it", where=where)
    ids = [s.statement_id for s in statements]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        raise InputError(f"two statements are called {twice}: give each its own id", where=where)
    for statement in statements:
        for other in statement.tension_with:
            if other not in ids or other == statement.statement_id:
                raise InputError(
                    f"statement {statement.statement_id}: tension_with names {other!r}, no other statement here",
                    where=where,
                )


def _document(row: Row) -> _Document:
    return _Document(
        name=row.text("name"),
        stated_on=row.day("stated_on"),
        language=row.text("language"),
        source=row.text("source"),
        note=row.maybe("note") or "",
    )


def _statement(untried: Row, documents: Mapping[str, _Document], *, pack: str, exercise: bool) -> Statement:
    row = untried.named(f"statement {untried.text('id')}").only(_STATEMENT)
    document = documents[row.word("document", tuple(documents))]
    statement = Statement(
        statement_id=row.text("id"),
        kind=StatementKind(row.word("kind", tuple(StatementKind))),
        actors=row.texts("actor"),
        said_by=row.text("said_by"),
        action=row.text("action"),
        what=row.text("what"),
        modality=Modality(row.word("modality", tuple(Modality))),
        rung=Rung(row.word("rung", tuple(Rung), otherwise=Rung.STATEMENT)),
        conditions=tuple(_condition(each) for each in rows(row, "condition")),
        stated_on=document.stated_on,
        place=row.maybe("place"),
        domains=row.words("domains", DOMAINS),
        quantity=_quantity(row),
        component=row.word("component", COMPONENTS) if "component" in row.table else None,
        undated=row.maybe("undated"),
        language=document.language,
        quote=_quote(row),
        document=document.name,
        source=document.source,
        pack=pack,
        note=" ".join(filter(None, (row.maybe("note"), document.note))),
        matter=row.maybe("matter"),
        speaks_for=row.maybe("speaks_for"),
        tension_with=row.texts("tension_with") if "tension_with" in row.table else (),
        correction=row.maybe("correction"),
        exercise=exercise,
    )
    _check_voice(statement, row.where)
    return statement


def _check_voice(statement: Statement, where: str) -> None:
    """Refuse another's words as an actor's own, and codes that stand for nobody."""
    for code in (*statement.actors, *filter(None, (statement.speaks_for,))):
        if not is_actor(code, exercise=statement.exercise):
            raise InputError(
                f"actor {code!r} is neither an ISO 3166 alpha-2 code nor an organisation's (XA to XZ)",
                where=where,
            )
    own = statement.speaks_for in statement.actors
    if statement.kind in OWN and not own:
        voice = statement.speaks_for or "nobody (speaks_for is not given)"
        raise InputError(
            f"{statement.said_by} speaks for {voice}, not for {', '.join(statement.actors)}: "
            "another's words are kind = 'claim_about'",
            where=where,
        )
    if statement.kind is StatementKind.CLAIM_ABOUT and own:
        raise InputError(
            f"{statement.said_by} speaks for {statement.speaks_for} itself: that is no claim about another",
            where=where,
        )


def _condition(row: Row) -> StatedCondition:
    row.only(_CONDITION)
    trigger = FactKind(row.word("trigger", tuple(FactKind))) if "trigger" in row.table else None
    determined = trigger in (FactKind.BREACH_DETERMINED, FactKind.ATTACK_DETERMINED)
    by_body = row.maybe("by_body")
    if by_body is not None and not determined:
        raise InputError("by_body is for breach_determined and attack_determined only", where=row.where)
    return StatedCondition(
        as_written=row.text("as_written"),
        trigger=trigger,
        by_body=by_body,
        quote=_quote(row),
        agreement=row.maybe("agreement"),
    )


def _quantity(row: Row) -> Quantity | None:
    if "quantity" not in row.table:
        return None
    inner = row.within("quantity").only(_QUANTITY)
    least, most = inner.whole("least"), inner.whole("most")
    if least is not None and most is not None and least > most:
        raise InputError(f"quantity: least {least} is more than most {most}", where=row.where)
    return Quantity(
        least=least,
        most=most,
        unit=inner.text("unit"),
        as_written=inner.text("as_written"),
        english=inner.maybe("english") or "",
    )


def _quote(row: Row) -> str | None:
    quote = row.maybe("quote")
    if quote is not None and len(quote.split()) > QUOTE_WORDS_MAX:
        raise InputError(f"quote has over {QUOTE_WORDS_MAX} words: quote fewer", where=row.where)
    return quote
