"""A pack's statements: TOML tables in, `Statement`s out.

Rules:
- a commitment or refusal is its speaker's own actor's; another's words are a `claim_about`;
- a condition waits for one thing only: a trigger, a day, or another statement;
- a span is as long as the quotation that stands in it, in UTF-8 bytes;
- a day read into words that name none says how it was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from trucewatch.errors import InputError
from trucewatch.guarantee.evidence import DETERMINED, OF_SOMEBODY
from trucewatch.guarantee.papers import COMPONENTS, Document, check_codes, read_quote
from trucewatch.guarantee.table import Row, rows
from trucewatch.model.annotation import StatusKind
from trucewatch.model.statement import (
    FactKind,
    Modality,
    Quantity,
    Rung,
    StatedCondition,
    Statement,
    StatementKind,
)
from trucewatch.model.undertaking import NO_DAY_NAMED, Contribution, Due, MandateLimit, Where

OWN = frozenset({StatementKind.COMMITMENT, StatementKind.REFUSAL})
DOMAINS = ("land", "sea", "air")

_PLURAL = {"actor": "actors", "beneficiary": "beneficiaries", "contribution": "contributions"}
_DERIVED = {"statement_id", "conditions", "stated_on", "language", "source", "pack", "exercise", "digest"}
_NAMED = {f.name for f in fields(Statement)} - _DERIVED - set(_PLURAL.values())
_STATEMENT = ("id", "condition", *_PLURAL, *sorted(_NAMED))
_CONDITION = tuple(f.name for f in fields(StatedCondition))
_QUANTITY = tuple(f.name for f in fields(Quantity))
_DUE = tuple(f.name for f in fields(Due))


def read_statement(
    untried: Row, documents: Mapping[str, Document], *, pack: str, exercise: bool
) -> Statement:
    """Return a [[statement]]."""
    row = untried.named(f"statement {untried.text('id')}").only(_STATEMENT)
    document = documents[row.word("document", tuple(documents))]
    due = _due(row)
    start, end = _span(row)
    statement = Statement(
        statement_id=row.text("id"),
        kind=StatementKind(row.word("kind", tuple(StatementKind))),
        actors=row.texts("actor"),
        said_by=row.text("said_by"),
        action=row.text("action"),
        what=row.text("what"),
        modality=Modality(row.word("modality", tuple(Modality))),
        rung=Rung(row.word("rung", tuple(Rung), otherwise=Rung.STATEMENT)),
        conditions=tuple(_condition(each, exercise=exercise) for each in rows(row, "condition")),
        stated_on=document.stated_on,
        place=row.maybe("place"),
        domains=row.words("domains", DOMAINS),
        quantity=read_quantity(row),
        component=row.word("component", COMPONENTS) if "component" in row.table else None,
        undated=row.maybe("undated") or (due.as_written if due and due.on is None else None),
        language=document.language,
        quote=read_quote(row),
        document=document.name,
        source=document.source,
        pack=pack,
        note=" ".join(filter(None, (row.maybe("note"), document.note))),
        matter=row.maybe("matter"),
        speaks_for=row.maybe("speaks_for"),
        tension_with=row.texts("tension_with") if "tension_with" in row.table else (),
        correction=row.maybe("correction"),
        exercise=exercise,
        instrument=row.maybe("instrument"),
        clause=row.maybe("clause"),
        beneficiaries=row.texts("beneficiary") if "beneficiary" in row.table else (),
        contributions=tuple(Contribution(w) for w in row.words("contribution", tuple(Contribution))),
        where=Where(row.word("where", tuple(Where))) if "where" in row.table else None,
        expires=row.day("expires") if "expires" in row.table else None,
        limits=tuple(MandateLimit(w) for w in row.words("limits", tuple(MandateLimit))),
        outside=tuple(MandateLimit(w) for w in row.words("outside", tuple(MandateLimit))),
        body=row.maybe("body"),
        toward=row.maybe("toward"),
        due=due,
        digest=document.sha256,
        start=start,
        end=end,
        translation=row.maybe("translation"),
    )
    check_voice(statement, row.where)
    return statement


def read_quantity(row: Row) -> Quantity | None:
    """Return the quantity of a row, or None when none was stated."""
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


def check_voice(statement: Statement, where: str) -> None:
    """Refuse another's words as an actor's own, and codes that stand for nobody."""
    voices = filter(None, (statement.speaks_for,))
    check_codes(
        (*statement.actors, *voices, *statement.beneficiaries), exercise=statement.exercise, where=where
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


def _condition(untried: Row, *, exercise: bool) -> StatedCondition:
    row = untried.only(_CONDITION)
    trigger = FactKind(row.word("trigger", tuple(FactKind))) if "trigger" in row.table else None
    start, end = _span(row)
    condition = StatedCondition(
        as_written=row.text("as_written"),
        trigger=trigger,
        by_body=row.maybe("by_body"),
        quote=read_quote(row),
        agreement=row.maybe("agreement"),
        whose=row.maybe("whose"),
        on=row.day("on") if "on" in row.table else None,
        awaits=row.maybe("awaits"),
        status=StatusKind(row.word("status", tuple(StatusKind))).value if "status" in row.table else None,
        either=row.maybe("either"),
        start=start,
        end=end,
    )
    _check_condition(condition, exercise=exercise, where=row.where)
    return condition


def _check_condition(condition: StatedCondition, *, exercise: bool, where: str) -> None:
    """Refuse a condition that waits for two things, or names somebody where nobody can be named."""
    waits = [name for name in ("trigger", "on", "awaits") if getattr(condition, name) is not None]
    if len(waits) > 1:
        raise InputError(f"a condition waits for one thing, not for {' and '.join(waits)}", where=where)
    if condition.by_body is not None and condition.trigger not in DETERMINED:
        raise InputError("by_body is for breach_determined and attack_determined only", where=where)
    if condition.whose is not None:
        if condition.trigger not in OF_SOMEBODY:
            raise InputError(f"whose is for {', '.join(sorted(OF_SOMEBODY))} only", where=where)
        check_codes((condition.whose,), exercise=exercise, where=where)
    if condition.status is not None and condition.awaits is None:
        raise InputError("status is of the statement that `awaits` names: add it", where=where)
    if condition.agreement is not None and condition.trigger is None:
        raise InputError("agreement is for a condition that names a trigger", where=where)


def _due(row: Row) -> Due | None:
    """Return by when it was promised; words without a day only give an age."""
    undated = row.maybe("undated")
    if "due" not in row.table:
        return None if undated is None else Due(as_written=undated, on=None)
    inner = row.within("due").only(_DUE)
    on = inner.day("on") if "on" in inner.table else None
    reading = inner.maybe("reading")
    if on is not None and reading is None:
        raise InputError('due: say how the day follows from the words: reading = "..."', where=row.where)
    as_written = inner.text("as_written")
    if undated not in (None, as_written):
        raise InputError(f"undated says {undated!r} and due says {as_written!r}: keep one", where=row.where)
    return Due(as_written=as_written, on=on, reading=reading or NO_DAY_NAMED)


def _span(row: Row) -> tuple[int | None, int | None]:
    """Return where the row's quotation stands in its document."""
    start, end = row.whole("start"), row.whole("end")
    if start is None and end is None:
        return None, None
    quote = row.maybe("quote")
    if start is None or end is None or quote is None:
        raise InputError("start, end and quote go together: give all three", where=row.where)
    length = len(quote.encode())
    if end - start != length:
        raise InputError(
            f"the span {start} to {end} is {end - start} bytes long, its quote {length}", where=row.where
        )
    return start, end
