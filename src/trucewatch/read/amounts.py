"""How much a text says, as intervals with their units.

Rules:
- offsets are characters of the whole document, and a span includes its hedge ("up to 500", "rundt 400");
- what is hedged is an interval by the language's own table, never a single number;
- a year, an age, a time of day or an ordinal is no amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number or interval as it stands in the text."""

    start: int
    end: int  # after the last word of the number and its hedge, before the counted noun; money includes its currency
    least: int | None
    most: int | None
    unit: str  # the counted noun as written ("observers"), an ISO 4217 code, or "" when no noun follows
    as_written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountWords:
    """What amounts.toml of one language says."""


def amount_words(table: Mapping[str, object], where: str) -> AmountWords:
    """Return the words of amounts.toml; a wrong entry is refused with `where` and its key."""
    return AmountWords()


def amounts(text: str, words: AmountWords, *, states: tuple[str, ...]) -> tuple[Amount, ...]:
    """Return the amounts in `text` in their order; `states` are the codes the text names, for "kroner"."""
    return ()
