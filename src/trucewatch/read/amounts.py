"""How much a text says, as intervals with their units.

Rules:
- offsets are characters of the whole document, and a span includes its hedge ("up to 500", "rundt 400");
- what is hedged is an interval by the language's own table, never a single number;
- a year, an age, a time of day, an ordinal or the number of an article is no amount of things;
- a number without a noun counts only when it is hedged ("at least 15");
- bounds of "about" are a tenth either way, "several hundred" is 200 to 999 (docs/reading.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from trucewatch.read.numerals import WORD, Hedge, Of
from trucewatch.read.numerals import AmountWords as AmountWords
from trucewatch.read.numerals import amount_words as amount_words
from trucewatch.read.spelled import Number, number_at

START = re.compile(r"(?<![\w])(?=\w)")
SIGNS = {"€": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "₴": "UAH", "₽": "RUB", "¥": "JPY"}
SIGN_BEFORE = re.compile(
    r"(US\$|[€$£₴₽¥]|(?<!\w)(?:EUR|USD|GBP|NOK|SEK|DKK|CHF|CAD|UAH|PLN|RUB|JPY|AUD)\s)\s*$"
)
SIGN_AFTER = re.compile(r"\s*([€$£₴₽¥]|(?:EUR|USD|GBP|NOK|SEK|DKK|CHF|CAD|UAH|PLN|RUB|JPY|AUD)(?!\w))")
STICKS_BEFORE = re.compile(r"[\w.,:/§№#+-]$")
STICKS_AFTER = re.compile(r"[-‑\w/]\w|[.,:]\d|\s-\w|\w")
ORDINAL = re.compile(r"\.\s+[^\W\d_A-ZÆØÅÄÖÜА-ЯІЇЄҐ]")
ORDINAL_OR_NOUN = re.compile(r"\.\s+[^\W\d_]")
UNIT = re.compile(r"[^\W_][\w-]*", re.UNICODE)
YEAR = re.compile(r"(?:19|20)\d\d$")
COUNTED = frozenset({Of.THINGS, Of.MONEY})  # what can be how much somebody undertakes
CASED = re.compile(r":[^\W\d_]{1,4}(?!\w)")  # "80:llä": a number in a case stands for what is counted
LOOKBACK = 40
ROUND = frozenset({10, 100, 1000, 10**6, 10**9})


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number or interval as it stands in the text."""

    start: int
    end: int  # after the last word of the number and its hedge, before the counted noun; money includes its currency
    least: int | None
    most: int | None
    unit: str  # the counted noun as written ("observers"), an ISO 4217 code, or "" when no noun follows
    as_written: str
    of: Of = Of.THINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A number or range before its hedges: bounds, and where it stands."""

    start: int
    end: int
    least: Fraction | None
    most: Fraction | None
    vague: bool = False
    in_digits: bool = False
    hedged: bool = False
    sign: str = ""  # of a currency, before the number


def amounts(text: str, words: AmountWords, *, states: tuple[str, ...]) -> tuple[Amount, ...]:
    """Return the amounts in `text` in their order; `states` are the codes the text names, for "kroner"."""
    return tuple(_amounts(text, words, states))


def _amounts(text: str, words: AmountWords, states: tuple[str, ...]) -> Iterator[Amount]:
    done = 0
    for place in START.finditer(text):
        at = place.start()
        if at < done or (span := _span_at(text, at, words)) is None:
            continue
        done = span.end
        span = _hedged(text, span, words)
        if (amount := _counted(text, span, words, states)) is not None:
            done = amount.end
            yield amount


def _span_at(text: str, at: int, words: AmountWords) -> _Span | None:
    vague = _vague_at(text, at, words) or _approximate_at(text, at, words)
    if vague is not None:
        return vague
    first = number_at(text, at, words)
    if first is None or _is_name(text, first, words):
        return None
    second = _second(text, first, words)
    if second is None:
        if first.in_digits and _sticks(text, first, words):
            return None
        return _Span(start=at, end=first.end, least=first.value, most=first.value, in_digits=first.in_digits)
    least = first.value
    if second.scale > 1 and first.scale == 1 and first.value < second.value / second.scale:
        least *= second.scale
    return _Span(
        start=at, end=second.end, least=least, most=second.value, hedged=True, in_digits=first.in_digits
    )


def _second(text: str, first: Number, words: AmountWords) -> Number | None:
    """The upper end of a range that `first` begins."""
    joined = words.ranges.match(text, first.end)
    if joined is None:
        for opening, closing in words.between:
            gap = re.compile(r"\s+").match(text, first.end)
            link = closing.match(text, gap.end()) if gap else None
            if link and opening.search(text[max(0, first.start - LOOKBACK) : first.start]):
                joined = re.compile(r"\s+").match(text, link.end())
    second = number_at(text, joined.end(), words) if joined else None
    if second is None or (second.in_digits and _sticks(text, second, words)):
        return None
    return second if first.value < second.value else None


def _sticks(text: str, number: Number, words: AmountWords) -> bool:
    """Whether a number in digits is a part of something else: a date, an hour, a name, an ordinal."""
    if text[number.end - 1] == ".":
        return False
    ordinal = ORDINAL_OR_NOUN if words.nouns_are_capital and number.value <= 31 else ORDINAL
    return STICKS_AFTER.match(text, number.end) is not None or ordinal.match(text, number.end) is not None


def _is_name(text: str, number: Number, words: AmountWords) -> bool:
    before = text[max(0, number.start - LOOKBACK) : number.start]
    if SIGN_BEFORE.search(before):
        return False
    if STICKS_BEFORE.search(before) or words.labels.search(before):
        return True
    if number.in_digits and YEAR.match(text[number.start : number.end]):
        return number.value % 50 != 0 or words.years.search(before) is not None
    return False


def _vague_at(text: str, at: int, words: AmountWords) -> _Span | None:
    """ "hundreds", "tens of thousands", "several thousand": from twice to just under ten times."""
    several = words.several.match(text, at)
    factor, here, end = 1, at, at
    if several:
        gap = re.compile(r"[\s\"”»’“']+").match(text, several.end())
        here = gap.end() if gap else several.end()
    while (word := WORD.match(text, here)) is not None:
        spelled = word[0].casefold()
        if spelled in words.vague:
            factor, end = factor * words.vague[spelled], word.end()
        elif (several or end > at) and (number := _round_at(text, here, words)):
            factor, end = factor * int(number.value), number.end
            break
        elif spelled not in words.linkers or end == at:
            break
        gap = re.compile(r"\s+").match(text, word.end())
        if gap is None:
            break
        here = gap.end()
    if factor == 1:
        return None
    many = Fraction(factor)
    return _Span(start=at, end=end, least=2 * many, most=10 * many - 1, vague=True, hedged=True)


def _approximate_at(text: str, at: int, words: AmountWords) -> _Span | None:
    """ "satakunta", "une centaine": about so many, in one word; a name with a capital is none."""
    word = WORD.match(text, at)
    if word is None or word[0][0].isupper() or word[0] not in words.approximate:
        return None
    many = Fraction(words.approximate[word[0]])
    return _Span(start=at, end=word.end(), least=many * 9 / 10, most=many * 11 / 10, vague=True, hedged=True)


def _round_at(text: str, at: int, words: AmountWords) -> Number | None:
    """The ten, hundred, thousand and so on in words that starts at `at`: what "several" can multiply."""
    number = number_at(text, at, words)
    fits = number is not None and not number.in_digits and number.value in ROUND
    return number if fits else None


def _hedged(text: str, span: _Span, words: AmountWords) -> _Span:
    before = text[max(0, span.start - LOOKBACK) : span.start]
    sign = SIGN_BEFORE.search(before)
    if sign:
        before = before[: sign.start()]
        span = replace(span, start=span.start - len(sign[0]), sign=sign[1].strip())
    for opening, _ in words.between:
        if (met := opening.search(before)) and span.least != span.most:
            span = replace(span, start=span.start - (len(before) - met.start()))
    quote = re.search(r"[\"”»’“'„«]$", before)
    before = before[: quote.start()] if quote else before
    met_before = [
        (one.start(), hedge) for hedge, each in words.before.items() if (one := each.search(before))
    ]
    if met_before and not words.particles.search(before):  # the longest holds: "just under", not "under"
        first, hedge = min(met_before, key=lambda met: met[0])
        return _bounded(replace(span, start=span.start - (len(before) - first) - (1 if quote else 0)), hedge)
    for hedge, pattern in words.after.items():
        gap = re.compile(r"\s+").match(text, span.end)
        met_after = pattern.match(text, gap.end()) if gap else None
        if met_after:
            return _bounded(replace(span, end=met_after.end()), hedge)
    return span


def _bounded(span: _Span, hedge: Hedge) -> _Span:
    least, most = span.least, span.most
    if span.vague:
        return replace(span, hedged=True)
    if hedge is Hedge.ABOUT and least is not None and most is not None:
        least, most = least * 9 / 10, most * 11 / 10
    elif hedge is Hedge.NEARLY and least is not None:
        least = least * 9 / 10
    elif hedge is Hedge.AT_LEAST:
        most = None
    elif hedge is Hedge.AT_MOST:
        least = None
    return replace(span, least=least, most=most, hedged=True)


def _counted(text: str, span: _Span, words: AmountWords, states: tuple[str, ...]) -> Amount | None:
    """The amount with what it counts, or None when it counts nothing."""
    before = text[max(0, span.start - LOOKBACK) : span.start]
    money = _currency(text, span, words, states)
    if money:
        return _amount(text, replace(span, end=money[1]), money[0], Of.MONEY)
    of, unit = _noun(text, span.end, words)
    if of is Of.THINGS and not unit:
        if words.definite.search(before):
            return _amount(text, span, "", Of.ACTORS)
        alone = words.more.search(before) or (span.in_digits and CASED.match(text, span.end))
        if (not span.hedged or span.vague) and not alone:
            return None
    if of is Of.THINGS and words.definite.search(before) and (span.most or 0) <= 30 and not span.in_digits:
        return None
    single = span.least == span.most == 1
    if single and not (of is not Of.THINGS or words.single.match(unit)):
        return None
    return _amount(text, span, unit, of)


def _amount(text: str, span: _Span, unit: str, of: Of) -> Amount:
    least = None if span.least is None else math.ceil(span.least)
    most = None if span.most is None else math.floor(span.most)
    if least is not None and most is not None and most < least:  # a part of one: 0.1
        least, most = most, least
    return Amount(
        start=span.start, end=span.end, least=least, most=most, unit=unit, of=of,
        as_written=text[span.start : span.end],
    )  # fmt: skip


def _currency(text: str, span: _Span, words: AmountWords, states: tuple[str, ...]) -> tuple[str, int] | None:
    """The currency of a number and where the amount ends, or None."""
    if span.sign:
        return SIGNS.get(span.sign, span.sign), span.end
    if sign := SIGN_AFTER.match(text, span.end):
        return SIGNS.get(sign[1], sign[1]), sign.end()
    gap = re.compile(r"[\"”»’“']?\s+(?:of\s+|d['’]|de\s+)?").match(text, span.end)
    here = gap.end() if gap else span.end
    for code, pattern in words.money:
        if met := pattern.match(text, here):
            return code, met.end()
    for bare in words.bare:
        if met := bare.word.match(text, here):
            meant = {bare.codes[state] for state in states if state in bare.codes}
            unit = meant.pop() if len(meant) == 1 else "" if meant else bare.usual
            return unit or met[0], met.end()
    return None


def _noun(text: str, at: int, words: AmountWords) -> tuple[Of, str]:
    """What is counted after `at`: its sort, and its words as written, "" when there are none."""
    here, last = at, ""
    for _ in range(5):
        for of, pattern in words.of.items():
            if met := pattern.match(text, here):
                return of, met[0]
        gap = re.compile(r"[\"”»’“']?\s+|(?<=d['’])").match(text, here)
        here = gap.end() if gap else here
        for of, pattern in words.of.items():
            if met := pattern.match(text, here):
                return of, met[0]
        word = UNIT.match(text, here)
        passed = words.passed.match(text, here)
        if word and last and word[0][0].isupper() and not words.nouns_are_capital:
            return Of.THINGS, last  # "400 ukrainalaista Puolassa"
        if word is None or (gap is None and here == at) or (not passed and words.stops.match(text, here)):
            return Of.THINGS, last
        if passed is None and not _is_capital_before_noun(text, word, words):
            return Of.THINGS, word[0]
        here = passed.end() if passed else word.end()
        last = word[0] if words.stops.match(text, word.start()) is None else last
    return Of.THINGS, last


def _is_capital_before_noun(text: str, word: re.Match[str], words: AmountWords) -> bool:
    """Whether a name stands before the noun that is counted: "300 Ukrainian sappers"."""
    if not word[0][0].isupper() or words.nouns_are_capital:
        return False
    after = re.compile(r"\s+([^\W\d_]+)").match(text, word.end())
    return after is not None and after[1][0].islower() and words.stops.match(text, after.start(1)) is None
