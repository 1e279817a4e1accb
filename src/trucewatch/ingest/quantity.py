"""How many, in the words that monitors and parties use.

Rules:
- what is not stated stays unknown: "some" has no bounds, and "over 200" has no upper one;
- "over N", "at least N": N and no upper bound; "almost N", "up to N": no lower bound and N;
- "about N" is N less and more a tenth, rounded away from N; "4 to 8" is 4, 8; "hundreds" is 200, 999;
- a number below zero, a part of one, and a word from outside the lists are refused, never guessed.
"""

from __future__ import annotations

import re

from trucewatch.errors import InputError

Bounds = tuple[int | None, int | None]  # at least, at most

_OVER = "over|more than|at least|no fewer than|no less than|minimum"
_UNDER = "almost|nearly|up to|at most|under|below|less than|fewer than|no more than|maximum"
_ABOUT = "about|approximately|approx|around|roughly|circa|some"
_EXACT = "exactly|exact"
_NUMBER = r"\d{1,3}(?:[ ,]\d{3})+(?:\.0+)?|\d+(?:\.0+)?"
_STATED = re.compile(
    rf"(?:(?P<over>{_OVER})|(?P<under>{_UNDER})|(?P<about>{_ABOUT}|~)|(?:{_EXACT})|between)?\.?;? ?"
    rf"(?P<first>{_NUMBER})(?P<plus> ?\+)?(?: ?(?:to|and|-|–|—) ?(?P<last>{_NUMBER}))?"
)
_WORDS: dict[str, Bounds] = {
    "": (None, None),
    **dict.fromkeys(("some", "several", "a few", "few", "many", "multiple", "numerous"), (None, None)),
    **dict.fromkeys(("unknown", "not stated", "uncounted"), (None, None)),
    **dict.fromkeys(("none", "no", "nil"), (0, 0)),
    "tens": (20, 99),
    "dozens": (24, 99),
    "hundreds": (200, 999),
    "thousands": (2000, 9999),
}
MOST = 10**9  # a larger number is a mistake of the file, not a count


def quantity(count: str | None, qualifier: str | None = None) -> Bounds:
    """Return the bounds that a count and the word beside it state.

    Raises InputError for what is no count.
    """
    words = " ".join((qualifier or "").lower().split())
    number = " ".join((count or "").lower().split())
    if words in ("exact", "exactly", "as stated"):
        words = ""
    if number in _WORDS and (not words or words in _WORDS):
        return _WORDS[number or words]
    if number.startswith(("-", "−")):
        raise InputError("the count is below zero: a count is zero or more")
    stated = _STATED.fullmatch(f"{words} {number}".strip())
    if stated is None:
        raise InputError("not a count: write 48, over 200, about 30, 4 to 8, some or hundreds")
    return _bounds(stated)


def _bounds(stated: re.Match[str]) -> Bounds:
    first = _whole(stated["first"])
    last = _whole(stated["last"]) if stated["last"] else first
    if max(first, last) > MOST:
        raise InputError("the count is over a thousand million: look for digits that ran together")
    if last < first:
        raise InputError("the range ends below its start: write the smaller number first")
    if stated["over"] or stated["plus"]:
        return first, (last if stated["last"] else None)
    if stated["under"]:
        return (first if stated["last"] else None), last
    if stated["about"]:
        return (9 * first + 4) // 10, (11 * last + 5) // 10
    return first, last


def _whole(number: str) -> int:
    return int(re.sub(r"[ ,]|\.0+$", "", number))
