"""The numbers of one language: its digits, its number words, and how words make a number.

Rules:
- everything a language needs stands in its file (content/languages/CODE/amounts.toml); the code knows no word;
- a word is a number only when every part of it is: "hundreaarig" and "three-stage" are none;
- a number ends where the next word cannot belong to it: "two three" is two;
- in a pattern of a file `*` stands for any letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from re import Pattern

from trucewatch.errors import ConfigError

TEXTS = ("group", "decimal", "suffix", "plus_ten", "joiners", "articles", "linkers")
LISTS = ("more", "several", "ranges", "labels", "years", "definite", "passed", "stops", "single", "particles")
TABLES = (
    "values",
    "times",
    "scales",
    "vague",
    "short",
    "approximate",
    "hedge",
    "hedge_after",
    "between",
    "money",
    "money_bare",
    "of",
)
KEYS = (*TEXTS, *LISTS, *TABLES, "nouns_are_capital")
WORD = re.compile(r"[^\W\d_]+(?:[-‑'’][^\W\d_]+)*")


class Op(StrEnum):
    """What a part of a number word does to the number so far."""

    ADD = "values"  # two, forty
    TIMES = "times"  # hundred: multiplies what stands right before it
    SCALE = "scales"  # thousand, million: multiplies all since the last of its kind
    JOIN = "joiners"  # and
    PLUS = "plus_ten"  # Finnish *toista*: ten more, said after the unit


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
class Bare:
    """A currency word that several states share: whose it is when the text speaks of one of them alone."""

    word: Pattern[str]
    codes: Mapping[str, str]  # by state: NO is NOK
    usual: str = ""  # the code when the text speaks of none of the states


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountWords:
    """What a language's file of numbers says."""

    digits: Pattern[str]
    group: str
    decimal: str
    parts: Mapping[str, tuple[Op, Fraction]]
    joiners: frozenset[str]
    articles: frozenset[str]  # "a", "en": one, before hundred, thousand and the like only
    short: Mapping[str, int]  # after digits only: mill., mrd, bn
    approximate: Mapping[str, int]  # satakunta, une centaine: about so many
    vague: Mapping[str, int]  # hundreds, thousands: several of it
    several: Pattern[str]
    linkers: frozenset[str]  # "tens of thousands"
    before: Mapping[Hedge, Pattern[str]]
    after: Mapping[Hedge, Pattern[str]]
    particles: Pattern[str]  # "hand over": the word belongs to the verb, and bounds nothing
    ranges: Pattern[str]
    between: tuple[tuple[Pattern[str], Pattern[str]], ...]
    money: tuple[tuple[str, Pattern[str]], ...]
    bare: tuple[Bare, ...]
    of: Mapping[Of, Pattern[str]]
    labels: Pattern[str]  # article, page: what follows is a name, not an amount
    years: Pattern[str]  # in, since: what follows may be a year
    more: Pattern[str]  # after it a number needs no noun: "another 60"
    definite: Pattern[str]  # the two: who, not how many
    passed: Pattern[str]  # adjectives between a number and its noun
    stops: Pattern[str]  # words that are never a unit
    single: Pattern[str]  # units that "one" may count
    nouns_are_capital: bool  # as in German


def globbed(patterns: object) -> str:
    """Return one regular expression for words in which `*` stands for any letters."""
    told = [str(item) for item in patterns] if isinstance(patterns, list) else str(patterns).split()
    found = "|".join(
        re.escape(item).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for item in sorted(told, key=len)[::-1]
    )
    return found or r"(?!)"


def _ends_with(patterns: object) -> Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{globbed(patterns)})\s*$", re.IGNORECASE)


def _starts_with(patterns: object) -> Pattern[str]:
    return re.compile(rf"(?:{globbed(patterns)})(?!\w)", re.IGNORECASE)


def amount_words(table: Mapping[str, object], where: str) -> AmountWords:
    """Return the words of amounts.toml; a wrong entry is refused with `where` and its key."""
    if unknown := sorted(table.keys() - set(KEYS)):
        raise ConfigError(f"unknown {', '.join(unknown)}; it has {', '.join(KEYS)}", where=where)
    if lacks := [key for key in ("decimal", "values", "scales") if key not in table]:
        raise ConfigError(f"no {', '.join(lacks)}; add it as the other languages have it", where=where)
    told = {key: str(table.get(key, "")) for key in TEXTS}
    lists = {key: table.get(key, []) for key in LISTS}
    tables = {key: _table(table, key, where) for key in TABLES}
    return AmountWords(
        digits=_digits(told["group"], told["decimal"], told["suffix"]),
        group=told["group"],
        decimal=told["decimal"],
        parts=dict(_parts(tables, told["plus_ten"])),
        joiners=frozenset(told["joiners"].split()),
        articles=frozenset(told["articles"].split()),
        linkers=frozenset(told["linkers"].split()),
        short=_by_word(tables["short"]),
        approximate=_by_word(tables["approximate"]),
        vague=_by_word(tables["vague"]),
        several=_starts_with(lists["several"]),
        before=_hedges(tables["hedge"], _ends_with),
        after=_hedges(tables["hedge_after"], _starts_with),
        particles=_ends_with(lists["particles"]),
        ranges=re.compile(rf"\s*[–—-]\s*|\s(?:{globbed(lists['ranges'])})\s+", re.IGNORECASE),
        between=tuple((_ends_with([a]), _starts_with(b)) for a, b in tables["between"].items()),
        money=tuple((code, _starts_with(words)) for code, words in tables["money"].items()),
        bare=tuple(_bare(word, codes, where) for word, codes in tables["money_bare"].items()),
        of={Of(key): _starts_with(words) for key, words in tables["of"].items()},
        labels=_ends_with(lists["labels"]),
        years=_ends_with(lists["years"]),
        more=_ends_with(lists["more"]),
        definite=_ends_with(lists["definite"]),
        passed=_starts_with(lists["passed"]),
        stops=_starts_with(lists["stops"]),
        single=_starts_with(lists["single"]),
        nouns_are_capital=table.get("nouns_are_capital") is True,
    )


def _table(table: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise ConfigError(f"{key} is not a table; write [{key}]", where=where)
    return found


def _by_word(table: Mapping[str, object]) -> Mapping[str, int]:
    return {word: int(n) for n, words in table.items() for word in str(words).split()}


def _hedges(
    table: Mapping[str, object], compiled: Callable[[object], Pattern[str]]
) -> Mapping[Hedge, Pattern[str]]:
    return {Hedge(key): compiled(words) for key, words in table.items()}


def _digits(group: str, decimal: str, suffix: str) -> Pattern[str]:
    thousands = rf"\d{{1,3}}(?:[{re.escape(group)}]\d{{3}})+(?!\d)"
    fraction = rf"(?:[{re.escape(decimal)}]\d+(?![\d{re.escape(decimal)}]))?"
    return re.compile(rf"(?:{thousands}|\d+){fraction}{suffix}")


def _parts(
    tables: Mapping[str, Mapping[str, object]], plus_ten: str
) -> Iterator[tuple[str, tuple[Op, Fraction]]]:
    for op in (Op.ADD, Op.TIMES, Op.SCALE):
        for value, words in tables[op.value].items():
            yield from ((word, (op, Fraction(value))) for word in str(words).split())
    yield from ((word, (Op.PLUS, Fraction(10))) for word in plus_ten.split())


def _bare(word: str, codes: object, where: str) -> Bare:
    if not isinstance(codes, dict):
        raise ConfigError(f"money_bare.{word} names no states; write {{ NO = 'NOK' }}", where=where)
    told = {str(state): str(code) for state, code in codes.items()}
    return Bare(word=_starts_with([word]), codes=told, usual=told.pop("usual", ""))
