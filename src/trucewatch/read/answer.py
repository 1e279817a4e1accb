"""One object of a language model's answer, asked for its fields by kind.

Rules:
- a field that is not known, or holds another kind of value than it should, is an `InputError` with its name;
- null and a missing field are the same: nothing was stated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from trucewatch.errors import InputError

TEXT_MAX = 4000
ITEMS_MAX = 50
WHOLE_MAX = 10**18
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An object with the fields that it may have."""

    row: Mapping[str, object]

    def text(self, name: str) -> str | None:
        """Return the text at `name`, or None."""
        told = self.row.get(name)
        if told is not None and (not isinstance(told, str) or len(told) > TEXT_MAX):
            raise InputError(f"{name} is no text of at most {TEXT_MAX} characters")
        return told

    def word(self, name: str, words: type[Word]) -> Word:
        """Return the word at `name`."""
        try:
            return words(self.text(name) or "")
        except ValueError:
            raise InputError(f"{name} is none of {', '.join(words)}") from None

    def one_of(self, name: str, words: Collection[str]) -> str | None:
        """Return the text at `name` when it is one of `words`, or None when there is none."""
        told = self.text(name)
        if told is not None and told not in words:
            raise InputError(f"{name} is none of {', '.join(sorted(words))}")
        return told

    def flag(self, name: str) -> bool:
        """Return the true or false at `name`, which must be there."""
        told = self.row.get(name)
        if not isinstance(told, bool):
            raise InputError(f"{name} is neither true nor false")
        return told

    def whole(self, name: str) -> int | None:
        """Return the whole number at `name`, not below zero, or None."""
        told = self.row.get(name)
        if told is not None and (
            not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= WHOLE_MAX
        ):
            raise InputError(f"{name} is no whole number")
        return told

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts at `name`, each once."""
        told = self._items(name)
        if not all(isinstance(each, str) and len(each) <= TEXT_MAX for each in told):
            raise InputError(f"{name} is no list of texts")
        return tuple(dict.fromkeys(str(each) for each in told))

    def inner(self, name: str, known: Collection[str]) -> Answer | None:
        """Return the object at `name` with its `known` fields, or None."""
        told = self.row.get(name)
        return None if told is None else answer(told, known, name)

    def rows(self, name: str, known: Collection[str]) -> tuple[Answer, ...]:
        """Return the objects at `name` with their `known` fields."""
        return tuple(answer(each, known, name) for each in self._items(name))

    def _items(self, name: str) -> Sequence[object]:
        told = self.row.get(name)
        if told is None:
            return ()
        if not isinstance(told, list) or len(told) > ITEMS_MAX:
            raise InputError(f"{name} is no list of at most {ITEMS_MAX}")
        return told


def answer(told: object, known: Collection[str], name: str) -> Answer:
    """Return the object `told`; InputError when it is none, or has a field that is not `known`."""
    if not isinstance(told, dict):
        raise InputError(f"{name} is no object")
    for key in told:
        if key not in known:
            raise InputError(f"{name} has a field that was not asked for: {str(key)[:40]!r}")
    return Answer(row=told)
