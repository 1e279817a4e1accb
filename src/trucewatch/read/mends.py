"""What a person mends in a proposed statement: field=value, each checked like a pack's own.

Rules:
- a mend names a field and gives its new value; nothing else of the statement changes;
- an unknown field, word or code is refused with the ones that are known;
- `none` empties a field that may be empty, and `speaks_for=nobody` says that it is said for nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from trucewatch.errors import InputError
from trucewatch.model.statement import FactKind, Modality, Quantity, Rung, Statement, StatementKind
from trucewatch.model.undertaking import Contribution, Due

COMPONENTS = ("monitoring", "support", "force", "attack", "cooperation")
DOMAINS = ("land", "sea", "air")
NONE, NOBODY = "none", "nobody"
ACTOR = re.compile(r"[A-Z]{2}(-[1-9][0-9]{0,5})?")
QUANTITY = re.compile(r"(\d{0,18})\.\.(\d{0,18}) (\S.*)")
CONDITION = re.compile(r"condition([1-9][0-9]?)")
WORDS_MAX = 500
Word = TypeVar("Word", bound=StrEnum)
Mend = Callable[[Statement, str], Statement]


def mended(statement: Statement, mends: Mapping[str, str]) -> Statement:
    """Return the statement with `mends` applied in their order; InputError names the field and what it takes."""
    for field, value in mends.items():
        numbered = CONDITION.fullmatch(field)
        if not value or len(value) > WORDS_MAX:
            raise InputError(f"{field}: give a value of 1 to {WORDS_MAX} characters, or {NONE!r}")
        if numbered is not None:
            statement = _trigger(statement, int(numbered[1]), value)
        elif field in MENDS:
            statement = MENDS[field](statement, value)
        else:
            raise InputError(
                f"there is no field {field!r} to mend: {', '.join(MENDS)}, condition1 (its trigger), condition2 ..."
            )
    return statement


def _word(value: str, words: type[Word], field: str) -> Word:
    try:
        return words(value)
    except ValueError:
        raise InputError(f"{field}: {value[:80]!r} is none of {', '.join(words)}") from None


def _maybe(value: str) -> str | None:
    return None if value == NONE else value


def _one_of(value: str, known: tuple[str, ...], field: str) -> str:
    if value not in known:
        raise InputError(f"{field}: {value[:80]!r} is none of {', '.join(known)}")
    return value


def _listed(value: str) -> tuple[str, ...]:
    return () if value == NONE else tuple(each.strip() for each in value.split(","))


def _code(value: str, field: str, *, exercise: bool) -> str:
    fictional = exercise and len(value) == 1 and value.isascii() and value.isupper()
    if ACTOR.fullmatch(value) is None and not fictional:
        raise InputError(
            f"{field}: {value[:80]!r} is no actor's code: two capital letters (NO, EU, XC), a group's number after"
            " a hyphen (XX-26)"
        )
    return value


def _actors(statement: Statement, value: str) -> Statement:
    codes = tuple(_code(each, "actor", exercise=statement.exercise) for each in _listed(value))
    return replace(statement, actors=codes)


def _speaks_for(statement: Statement, value: str) -> Statement:
    if value == NOBODY:
        return replace(statement, speaks_for=None)
    return replace(statement, speaks_for=_code(value, "speaks_for", exercise=statement.exercise))


def _quantity(statement: Statement, value: str) -> Statement:
    if value == NONE:
        return replace(statement, quantity=None)
    found = QUANTITY.fullmatch(value)
    least, most = (int(found[n]) if found and found[n] else None for n in (1, 2))
    if found is None or (least is not None and most is not None and least > most):
        raise InputError(f"quantity: {value[:80]!r} is not LEAST..MOST UNIT, as in '2000..9999 soldiers'")
    written = statement.quantity.as_written if statement.quantity else value
    return replace(statement, quantity=Quantity(least=least, most=most, unit=found[3], as_written=written))


def _due(statement: Statement, value: str) -> Statement:
    if value == NONE:
        return replace(statement, due=None, undated=None)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise InputError(f"date: {value[:80]!r} is not a day such as 2026-03-31") from None
    written = statement.due.as_written if statement.due else statement.undated or value
    due = Due(as_written=written, on=day, reading="the day that a person gave")
    return replace(statement, due=due, undated=None)


def _trigger(statement: Statement, number: int, value: str) -> Statement:
    if number > len(statement.conditions):
        raise InputError(f"condition{number}: the statement has {len(statement.conditions)} conditions")
    trigger = None if value == NONE else _word(value, FactKind, f"condition{number}")
    told = list(statement.conditions)
    told[number - 1] = replace(told[number - 1], trigger=trigger)
    return replace(statement, conditions=tuple(told))


def _component(statement: Statement, value: str) -> Statement:
    component = None if value == NONE else _one_of(value, COMPONENTS, "component")
    return replace(statement, component=component)


def _domains(statement: Statement, value: str) -> Statement:
    return replace(statement, domains=tuple(_one_of(each, DOMAINS, "domain") for each in _listed(value)))


def _gives(statement: Statement, value: str) -> Statement:
    return replace(
        statement, contributions=tuple(_word(each, Contribution, "gives") for each in _listed(value))
    )


MENDS: Mapping[str, Mend] = {
    "kind": lambda s, value: replace(s, kind=_word(value, StatementKind, "kind")),
    "actor": _actors,
    "said_by": lambda s, value: replace(s, said_by=value),
    "speaks_for": _speaks_for,
    "action": lambda s, value: replace(s, action=value),
    "object": lambda s, value: replace(s, what=value),
    "modality": lambda s, value: replace(s, modality=_word(value, Modality, "modality")),
    "rung": lambda s, value: replace(s, rung=_word(value, Rung, "rung")),
    "quantity": _quantity,
    "place": lambda s, value: replace(s, place=_maybe(value)),
    "domain": _domains,
    "gives": _gives,
    "component": _component,
    "matter": lambda s, value: replace(s, matter=_maybe(value)),
    "date": _due,
    "translation": lambda s, value: replace(s, translation=_maybe(value)),
    "correction": lambda s, value: replace(s, correction=_maybe(value)),
    "note": lambda s, value: replace(s, note="" if value == NONE else value),
}
