"""Numbers in words: parts of words, and what they come to.

Rules:
- a word is a number only when every part of it is: "hundreaarig" and "three-stage" are none;
- a number ends where the next word cannot belong to it: "two three" is two;
- an article ("a", "en") is one before hundred, thousand and the like only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from trucewatch.read.numerals import WORD, AmountWords, Op

GAP = re.compile(r"\s+|[-‑]")
SHORT = re.compile(r"[ \u00a0\u202f]?([^\W\d_]{1,4}\.?)(?![\w-])")
HYPHENS = re.compile(r"[-‑]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number found in a text, from `start` to `end`."""

    start: int
    end: int
    value: Fraction
    scale: int = 1  # the last scale word it was said with: 1000000 in "two million"
    in_digits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sum:
    total: Fraction = Fraction(0)
    current: Fraction = Fraction(0)
    last: Fraction | None = None  # what was added last and may still be multiplied
    scale: int = 1
    article: bool = False  # so far only "a"
    joined: bool = False  # "and" stands right before
    empty: bool = True

    @property
    def value(self) -> Fraction:
        return self.total + self.current


def number_at(text: str, at: int, told: AmountWords) -> Number | None:
    """Return the number that starts at `at`, in digits or in words, or None."""
    if text[at : at + 1].isdigit():
        return _in_digits(text, at, told)
    if at and (text[at - 1].isalnum() or text[at - 1] in "-‑'’"):
        return None
    end, found = _words(text, at, told, _Sum(), multiples_only=False)
    if found.empty or found.article or found.value.denominator > 1:
        return None
    return Number(start=at, end=end, value=found.value, scale=found.scale)


def _in_digits(text: str, at: int, told: AmountWords) -> Number | None:
    met = told.digits.match(text, at)
    if met is None:
        return None
    plain = re.sub(rf"[{re.escape(told.group)}](?=\d{{3}})", "", met[0].split(":")[0])
    value = Fraction(plain.translate({ord(mark): "." for mark in told.decimal}))
    if (short := SHORT.match(text, met.end())) and (scale := _scale_of(short[1], told)):
        end = short.end() if short[1] in told.short else short.end() - 1
        return Number(start=at, end=end, value=value * scale, scale=scale, in_digits=True)
    begun = _Sum(current=value, last=value, empty=False)
    end, found = _words(text, met.end(), told, begun, multiples_only=True)
    return Number(start=at, end=end, value=found.value, scale=found.scale, in_digits=True)


def _scale_of(written: str, told: AmountWords) -> int:
    """What "mill." and its like multiply by, 0 when it is none of them; the full stop may be the sentence's."""
    return told.short.get(written.casefold(), told.short.get(written.casefold().rstrip("."), 0))


def _words(text: str, at: int, told: AmountWords, begun: _Sum, *, multiples_only: bool) -> tuple[int, _Sum]:
    """Return where the number's last word ends and what it comes to."""
    end, found, here = at, begun, at
    while True:
        gap = GAP.match(text, here) if not found.empty else None
        word = WORD.match(text, gap.end() if gap else here)
        if word is None or (not found.empty and gap is None):
            return end, found
        spelled = word[0].casefold()
        if spelled in told.joiners and not found.empty:
            here, found = word.end(), replace(found, joined=True)
            continue
        step = _fitted(spelled, found, told, multiples_only=multiples_only)
        if step is None or text[word.end() : word.end() + 1] == "-":
            return end, found
        found = step
        here = word.end()
        end = end if step.joined else here


def _fitted(word: str, begun: _Sum, told: AmountWords, *, multiples_only: bool) -> _Sum | None:
    if word in told.articles and begun.empty:
        return replace(begun, current=Fraction(1), last=Fraction(1), article=True, empty=False)
    if word in told.articles and begun.last is not None and 0 < begun.last < 1:
        return begun  # "half a million"
    if word in told.articles and begun.joined and (word not in told.parts or begun.current % 100 == 0):
        return begun if word not in told.parts else None  # "two and a half", not "cent et une fois"
    for parts in _segments(HYPHENS.sub("", word), told, inside=False):
        if multiples_only and parts[0][0] not in (Op.TIMES, Op.SCALE):
            continue
        found: _Sum | None = begun
        for op, value in parts:
            found = _added(found, op, value) if found else None
        if found:
            return found
    return None


def _segments(word: str, told: AmountWords, *, inside: bool) -> Iterator[list[tuple[Op, Fraction]]]:
    """Every way to see `word` as number words without a rest, the longest first parts first."""
    if not word:
        yield []
    for size in range(len(word), 0, -1):
        first, rest = word[:size], word[size:]
        if (part := told.parts.get(first)) is not None:
            yield from ([part, *more] for more in _segments(rest, told, inside=True))
        if first in told.articles and (rest or inside):
            one = (Op.ADD, Fraction(1))
            yield from ([one, *more] for more in _segments(rest, told, inside=True))
        if rest and inside and first in told.joiners:
            link = (Op.JOIN, Fraction(0))
            yield from ([link, *more] for more in _segments(rest, told, inside=True) if more)


def _added(begun: _Sum, op: Op, value: Fraction) -> _Sum | None:
    if op is Op.JOIN:
        return replace(begun, joined=True) if not begun.empty else None
    if op is Op.SCALE:
        return _scaled(begun, value)
    if op is Op.TIMES:
        return _multiplied(begun, value)
    if begun.article and value >= 1:
        return None
    if op is Op.PLUS:
        fits = begun.last is not None and begun.last < 10 and begun.current % 100 == begun.last
        return replace(begun, current=begun.current + value, last=None) if fits else None
    if not _may_add(begun, value):
        return None
    current = Fraction(0) if begun.article else begun.current
    return replace(begun, current=current + value, last=value, article=False, joined=False, empty=False)


def _may_add(begun: _Sum, value: Fraction) -> bool:
    current = begun.current
    if current == 0 or begun.article:
        return True
    if value < 1:
        return begun.joined and current.denominator == 1
    if value < 10:
        return current % 10 == 0 and current % 100 != 10
    if value < 20:
        return current % 100 in (0, 60, 80)
    return value < 100 and (current % 100 == 0 or (begun.joined and current % 100 < 10))


def _multiplied(begun: _Sum, value: Fraction) -> _Sum | None:
    last = begun.last
    if last is not None and last < value:
        return replace(
            begun, current=begun.current - last + last * value, last=None, article=False, joined=False
        )
    if begun.current % (10 * value) == 0:
        return replace(begun, current=begun.current + value, last=None, joined=False, empty=False)
    return None


def _scaled(begun: _Sum, value: Fraction) -> _Sum | None:
    scale = int(value)
    if begun.scale == scale or (
        begun.current == 0 and not begun.empty and begun.total and scale < begun.scale
    ):
        return None
    if begun.total and scale > begun.scale:
        total = begun.value * value
    else:
        total = begun.total + (begun.current or Fraction(1)) * value
    return _Sum(total=total, scale=scale, empty=False)
