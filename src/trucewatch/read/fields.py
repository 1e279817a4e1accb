"""Tables of TOML read with care.

Rules:
- a value of the wrong kind is refused with its file and key, never skipped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TypeVar

from trucewatch.errors import ConfigError

Named = TypeVar("Named", bound=Enum)


def texts(table: Mapping[str, object], key: str, where: str) -> tuple[str, ...]:
    """Return the list of texts at `key`, () when it is not there; a text is split at blanks."""
    value = table.get(key, [])
    if isinstance(value, str):
        return tuple(value.split())
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(str(item) for item in value)
    raise ConfigError(f"{key} is not a list of words", where=where)


def text(table: Mapping[str, object], key: str, where: str) -> str:
    """Return the text at `key`, "" when it is not there."""
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ConfigError(f"{key} is not a text", where=where)
    return value


def flag(table: Mapping[str, object], key: str, where: str) -> bool:
    """Return the true or false at `key`, false when it is not there."""
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise ConfigError(f"{key} is not true or false", where=where)
    return value


def section(table: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
    """Return the table at `key`, empty when it is not there."""
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise ConfigError(f"{key} is not a table", where=where)
    return {str(name): item for name, item in value.items()}


def rows(table: Mapping[str, object], key: str, where: str) -> tuple[Mapping[str, object], ...]:
    """Return the array of tables at `key`, () when it is not there."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ConfigError(f"{key} is not an array of tables", where=where)
    return tuple({str(name): item for name, item in row.items()} for row in value)


def member(kind: type[Named], value: str, key: str, where: str) -> Named:
    """Return the member of the closed list `kind` that is spelled `value`."""
    for one in kind:
        if one.value == value:
            return one
    raise ConfigError(
        f"{key} is {value!r}; it is one of {', '.join(str(one.value) for one in kind)}", where=where
    )


def only(table: Mapping[str, object], known: Sequence[str], what: str, where: str) -> None:
    """Refuse a key of `table` that is not in `known`."""
    for key in table:
        if key not in known:
            raise ConfigError(f"{what} has {key!r}; it knows {', '.join(known)}", where=where)
