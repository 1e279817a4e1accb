"""The numbers of one language: its digits, its number words, and how words make a number.

Rules:
- everything a language needs stands in its file (content/languages/numbers/CODE.toml); the code knows no word;
- a word is a number only when every part of it is: "hundreaarig" and "three-stage" are none;
- a number ends where the next word cannot belong to it: "two three" is two;
- in a pattern of a file `*` stands for any letters.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from re import Pattern

from trucewatch.errors import InputError

WORD = re.compile(r"[^\W\d_]+(?:[-‑'’][^\W\d_]+)*")


class Op(StrEnum):
    """What a part of a number word does to the number so far."""

    ADD = "values"  # two, forty
    TIMES = "times"  # hundred: multiplies what stands right before it
    SCALE = "scales"  # thousand, million: multiplies all since the last of its kind


class Hedge(StrEnum):
    """How a bound is told from the number."""

    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    NEARLY = "nearly"


class Of(StrEnum):
    """What an amount counts; only things and money are how much somebody undertakes."""

    THINGS = "things"
    MONEY = "money"
    ACTORS = "actors"  # 26 countries, both sides
    TIME = "time"  # days, years, ages
    LENGTH = "length"
    SHARE = "share"  # percent, thirds
    EVENTS = "events"  # meetings, times, points
    CASUALTIES = "casualties"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelled:
    """A number found in a text, from `start` to `end`."""

    start: int
    end: int
    value: Fraction
    scale: int = 1  # the last scale word it was said with: 1000000 in "two million"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    """A currency word that several currencies share, and the words that tell which is meant."""

    word: Pattern[str]
    codes: tuple[tuple[str, Pattern[str]], ...]
    usual: str = ""  # the code when no country of the others is spoken of


@dataclass(frozen=True, slots=True, kw_only=True)
class Numerals:
    """What a language's file of numbers says."""

    language: str
    digits: Pattern[str]
    group: str
    decimal: str
    parts: Mapping[str, tuple[tuple[Op, Fraction], ...]]
    joiners: frozenset[str]
    articles: frozenset[str]  # "a", "en": one, before hundred, thousand and the like only
    vague: Mapping[str, int]  # hundreds, thousands: several of it
    several: Pattern[str]
    linkers: frozenset[str]  # "tens of thousands"
    before: Mapping[Hedge, Pattern[str]]
    after: Mapping[Hedge, Pattern[str]]
    ranges: Pattern[str]
    between: tuple[tuple[Pattern[str], Pattern[str]], ...]
    money: tuple[tuple[str, Pattern[str]], ...]
    bare: tuple[Bare, ...]
    of: Mapping[Of, Pattern[str]]
    labels: Pattern[str]  # article, page: what follows is a name, not an amount
    years: Pattern[str]  # in, since: what follows may be a year
    definite: Pattern[str]  # the two: who, not how many
    passed: Pattern[str]  # adjectives between a number and its noun
    stops: Pattern[str]  # words that are never a unit
    single: Pattern[str]  # units that "one" may count


def globbed(patterns: object) -> str:
    """Return one regular expression for words in which `*` stands for any letters."""
    told = [str(item) for item in patterns] if isinstance(patterns, list) else str(patterns).split()
    found = "|".join(
        re.escape(item).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for item in sorted(told, key=len)[::-1]
    )
    return found or r"(?!)"


def _words(patterns: object) -> Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{globbed(patterns)})(?!\w)", re.IGNORECASE)


def _ends_with(patterns: object) -> Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{globbed(patterns)})\s*$", re.IGNORECASE)


def _starts_with(patterns: object) -> Pattern[str]:
    return re.compile(rf"(?:{globbed(patterns)})(?!\w)", re.IGNORECASE)


class _File:
    """One TOML table; every key has to be asked for, and an unknown one is refused."""

    __slots__ = ("loaded", "where")

    def __init__(self, text: str, where: str) -> None:
        try:
            self.loaded: dict[str, object] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            raise InputError(f"not TOML: {fault}", where=where) from fault
        self.where = where

    def take(self, key: str) -> object:
        return self.loaded.pop(key, [])

    def table(self, key: str) -> dict[str, object]:
        found = self.loaded.pop(key, {})
        if not isinstance(found, dict):
            raise InputError(f"{key} is not a table; write [{key}]", where=self.where)
        return found

    def done(self) -> None:
        if self.loaded:
            raise InputError(
                f"unknown {', '.join(sorted(self.loaded))}; the keys are those of the other languages' files",
                where=self.where,
            )


def numerals(text: str, *, where: str) -> Numerals:
    """Return the numbers of a language from its file; InputError says what to mend."""
    file = _File(text, where)
    group, decimal = str(file.take("group")), str(file.take("decimal"))
    parts = dict(_parts(file))
    found = Numerals(
        language=str(file.take("language")),
        digits=_digits(group, decimal, str(file.take("suffix") or "")),
        group=group,
        decimal=decimal,
        parts=parts,
        joiners=frozenset(str(file.take("joiners")).split()),
        articles=frozenset(str(file.take("articles")).split()),
        vague={word: int(n) for n, words in file.table("vague").items() for word in str(words).split()},
        several=_starts_with(file.take("several")),
        linkers=frozenset(str(file.take("linkers")).split()),
        before={Hedge(key): _ends_with(words) for key, words in file.table("hedge").items()},
        after={Hedge(key): _starts_with(words) for key, words in file.table("hedge_after").items()},
        ranges=re.compile(rf"\s*(?:[–—-]|\s(?:{globbed(file.take('ranges'))})\s)\s*", re.IGNORECASE),
        between=tuple((_ends_with(a), _starts_with(b)) for a, b in file.table("between").items()),
        money=tuple((code, _starts_with(words)) for code, words in file.table("money").items()),
        bare=tuple(_bare(word, table, where) for word, table in file.table("money_bare").items()),
        of={Of(key): _starts_with(words) for key, words in file.table("of").items()},
        labels=_ends_with(file.take("labels")),
        years=_ends_with(file.take("years")),
        definite=_ends_with(file.take("definite")),
        passed=_starts_with(file.take("passed")),
        stops=_starts_with(file.take("stops")),
        single=_starts_with(file.take("single")),
    )
    file.done()
    return found


def _digits(group: str, decimal: str, suffix: str) -> Pattern[str]:
    thousands = rf"\d{{1,3}}(?:[{re.escape(group)}]\d{{3}})+(?!\d)"
    return re.compile(
        rf"(?:{thousands}|\d+)(?:[{re.escape(decimal)}]\d+(?![\d{re.escape(decimal)}]))?{suffix}"
    )


def _parts(file: _File) -> Iterator[tuple[str, tuple[tuple[Op, Fraction], ...]]]:
    """Every word of the three tables; `plus_ten` is Finnish *toista*, said after the unit it is added to."""
    for op in Op:
        for value, words in file.table(op.value).items():
            yield from ((word, ((op, Fraction(value)),)) for word in str(words).split())
    for word in str(file.take("plus_ten") or "").split():
        yield word, ((Op.ADD, Fraction(10)),)


def _bare(word: str, table: object, where: str) -> Bare:
    if not isinstance(table, dict):
        raise InputError(f"money_bare.{word} names no codes; write {{ NOK = 'nor*' }}", where=where)
    codes = {code: words for code, words in table.items() if code != "usual"}
    return Bare(
        word=_starts_with([word]),
        codes=tuple((code, _words(words)) for code, words in codes.items()),
        usual=str(table.get("usual", "")),
    )


def keys_of_numerals() -> tuple[str, ...]:
    """Return the fields that a language's numbers have."""
    return tuple(field.name for field in fields(Numerals))
