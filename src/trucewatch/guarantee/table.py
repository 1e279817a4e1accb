"""One table of a TOML file, asked for its keys by kind; each refusal names file, line and statement.

Rules:
- a key that is not known is refused with the nearest that is;
- an empty text is not a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches

from trucewatch.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A table and where it stands."""

    table: Mapping[str, object]
    where: str

    def named(self, name: str) -> Row:
        """Return the same table, `name` said in every refusal."""
        return replace(self, where=f"{self.where}: {name}")

    def only(self, known: Sequence[str]) -> Row:
        """Return the table itself when every key of it is among `known`."""
        for key in self.table:
            if key not in known:
                raise InputError(f"unknown key {key!r}{_nearest(key, known)}", where=self.where)
        return self

    def maybe(self, key: str) -> str | None:
        """Return the text at `key`, or None when there is none."""
        value = self.table.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"{key} must be a text that is not empty", where=self.where)
        return value

    def text(self, key: str) -> str:
        """Return the text at `key`, which must be there."""
        value = self.maybe(key)
        if value is None:
            raise InputError(f'{key} is missing: add {key} = "..."', where=self.where)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts at `key`: a list that is not empty, or one text."""
        value = self.table.get(key)
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not listed or not all(isinstance(v, str) and v for v in listed):
            raise InputError(f"{key} must be a text or a list of texts that is not empty", where=self.where)
        return tuple(str(v) for v in listed)

    def word(self, key: str, known: Sequence[str], *, otherwise: str | None = None) -> str:
        """Return the word at `key`, one of `known`."""
        value = self.maybe(key) or otherwise or self.text(key)
        if value not in known:
            raise InputError(f"{key} = {value!r} is not known{_nearest(value, known)}", where=self.where)
        return value

    def words(self, key: str, known: Sequence[str]) -> tuple[str, ...]:
        """Return the words at `key`, each one of `known`; none when the key is absent."""
        found = self.texts(key) if key in self.table else ()
        for value in found:
            if value not in known:
                raise InputError(f"{key}: {value!r} is not known{_nearest(value, known)}", where=self.where)
        return found

    def whole(self, key: str) -> int | None:
        """Return the whole number at `key`, not below zero, or None when none was stated."""
        value = self.table.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise InputError(f"{key} must be a whole number", where=self.where)
        return value

    def degrees(self, key: str, most: int) -> float | None:
        """Return the degrees at `key`, from -`most` to `most`, or None when none were stated."""
        value = self.table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= most:
            raise InputError(f"{key} must be degrees between -{most} and {most}", where=self.where)
        return float(value)

    def flag(self, key: str) -> bool:
        """Return the true or false at `key`; absent is false."""
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise InputError(f"{key} must be true or false", where=self.where)
        return value

    def day(self, key: str) -> date:
        """Return the date at `key`; a document without one must be given it."""
        value = self.table.get(key)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise InputError(f"{key} must be a date such as 2026-01-06, without quotes", where=self.where)
        return value

    def within(self, key: str) -> Row:
        """Return the table at `key`."""
        value = self.table.get(key)
        if not isinstance(value, dict):
            raise InputError(f"{key} must be a table", where=self.where)
        return Row(table=value, where=f"{self.where}: {key}")


def rows(row: Row, key: str, lines: Sequence[int] = ()) -> tuple[Row, ...]:
    """Return the tables at `key`, each knowing its line when `lines` are given; none when absent."""
    found = row.table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise InputError(f"{key} must be tables: write [[{key}]]", where=row.where)
    marks = [f":{line}" for line in lines] if len(lines) == len(found) else [f": {key}"] * len(found)
    return tuple(Row(table=each, where=row.where + mark) for each, mark in zip(found, marks, strict=True))


def _nearest(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"; did you mean {str(near[0])!r}?" if near else f"; known are {', '.join(known)}"
