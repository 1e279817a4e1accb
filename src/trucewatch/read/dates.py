"""When a text says something is to happen or happened.

Rules:
- offsets are characters of the whole document; a span includes its preposition ("by the end of March");
- what is relative resolves against the day of publication alone, and not at all without one;
- a wide span of time ("soon", "this winter") is kept as written and resolves to None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A time as it stands in the text: a day, a month, a year or first/last, when it resolves."""

    start: int
    end: int
    as_written: str
    resolved: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWords:
    """What dates.toml of one language says."""


def date_words(table: Mapping[str, object], where: str) -> DateWords:
    """Return the words of dates.toml; a wrong entry is refused with `where` and its key."""
    return DateWords()


def dates(text: str, words: DateWords, *, published: date | None) -> tuple[Found, ...]:
    """Return the times in `text` in their order."""
    return ()
