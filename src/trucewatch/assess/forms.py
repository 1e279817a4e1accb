"""What a key of an agreement's TOML is: its name, form, closed list and range.

Rules:
- a key is told once, for the reader, for editors and for the documentation;
- a key that must be there says so; a range has its least and most, or what it is above or below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Form(StrEnum):
    """What a key's value is, in the words of a message."""

    TEXT = "a text"
    TEXTS = "a list of texts"
    MOMENT = "a time with its offset"
    DAY = "a time with its offset, or a day such as 'D+15'"
    FLAG = "true or false"
    NUMBER = "a number"
    WHOLE = "a whole number"
    TABLE = "a table"
    TABLES = "a list of tables"
    CONDITION = "a condition"
    CONDITIONS = "a list of conditions"
    PLACES = "a list of places, [lon, lat] each"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: its name, form and meaning."""

    name: str
    form: Form
    says: str
    needed: bool = False
    words: tuple[str, ...] = ()  # its closed list; empty: any
    filled: bool = False  # of a list: at least one
    link: bool = False  # an address of the web
    least: float | None = None
    above: float | None = None
    below: float | None = None
    most: float | None = None
    inner: tuple[Key, ...] = ()  # of a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One kind of condition: it is known by its heads."""

    heads: tuple[Key, ...]
    also: tuple[Key, ...] = ()
    says: str
    whole: bool = False  # every head is needed

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys of its table."""
        return (*self.heads, *self.also)


def words_of(listed: type[StrEnum]) -> tuple[str, ...]:
    """Return the words of a closed list."""
    return tuple(word.value for word in listed)


def text(name: str, says: str, *, needed: bool = False, words: tuple[str, ...] = ()) -> Key:
    """Return the key of a text."""
    return Key(name=name, form=Form.TEXT, says=says, needed=needed, words=words)


def link(name: str, says: str, *, needed: bool = False) -> Key:
    """Return the key of an address of the web."""
    return Key(name=name, form=Form.TEXT, says=says, needed=needed, link=True)


def links(name: str, says: str) -> Key:
    """Return the key of a list of addresses of the web."""
    return Key(name=name, form=Form.TEXTS, says=says, link=True)


def texts(name: str, says: str, *, words: tuple[str, ...] = (), filled: bool = False) -> Key:
    """Return the key of a list of texts."""
    return Key(name=name, form=Form.TEXTS, says=says, words=words, filled=filled)


def number(
    name: str, says: str, *, least: float | None = 0, above: float | None = None, most: float | None = None
) -> Key:
    """Return the key of a number."""
    return Key(name=name, form=Form.NUMBER, says=says, least=least, above=above, most=most)


def whole(name: str, says: str, *, least: float | None = 0) -> Key:
    """Return the key of a whole number."""
    return Key(name=name, form=Form.WHOLE, says=says, least=least)


def moment(name: str, says: str, *, needed: bool = False) -> Key:
    """Return the key of a time."""
    return Key(name=name, form=Form.MOMENT, says=says, needed=needed)


def day(name: str, says: str) -> Key:
    """Return the key of a time, or of a day counted from D-day."""
    return Key(name=name, form=Form.DAY, says=says)


def flag(name: str, says: str) -> Key:
    """Return the key of a yes or no."""
    return Key(name=name, form=Form.FLAG, says=says)


def must(key: Key) -> Key:
    """Return the key as one that must be there."""
    return replace(key, needed=True)


def tables(name: str, says: str, inner: tuple[Key, ...]) -> Key:
    """Return the key of a list of tables."""
    return Key(name=name, form=Form.TABLES, says=says, inner=inner)
