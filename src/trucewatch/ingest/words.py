"""How many, in a report's own words, as a least and a greatest number.

Rules:
- "over 200" has no greatest, "almost 700" no least, and "some" neither: not stated is not zero;
- "about N" is N less and more a tenth; "hundreds" is 200 to 999, as the plural says;
- a word that is not listed raises ValueError: it is never guessed.
"""

from __future__ import annotations

import re

NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
} | {"a": 1, "an": 1, "no": 0, "none": 0, "a dozen": 12}
UNSTATED = frozenset({"", "some", "several", "a few", "few", "many", "multiple", "numerous", "unknown"})
PLURALS = {
    "tens": (20, 99),
    "dozens": (24, 99),
    "hundreds": (200, 999),
    "thousands": (2_000, 9_999),
}
_OVER = ("over", "more than", "at least", "not less than", "no fewer than", "in excess of", ">=", ">")
_UNDER = ("almost", "nearly", "up to", "at most", "fewer than", "less than", "under", "<=", "<")
_ABOUT = ("about", "around", "approximately", "circa", "ca.", "some", "roughly", "~")
_RANGE = re.compile(r"(?:between )?(.+?) ?(?:to|and|-|–|—|\.\.) ?(.+)")
_DIGITS = re.compile(r"\d{1,3}(?:[ ,\u00a0\u202f]\d{3}){1,2}|\d{1,9}")


def count_words(text: str) -> tuple[int | None, int | None]:
    """Return the least and the greatest number that `text` allows, None where it sets no bound.

    Raises ValueError for words that are not known, and for a range that ends below its start.
    """
    words = " ".join(text.casefold().split())
    if words in UNSTATED:
        return None, None
    if words in PLURALS:
        return PLURALS[words]
    if words.endswith((" and over", " and more", " or more", "+")):
        return _number(re.sub(r"( and over| and more| or more|\+)$", "", words)), None
    for marks, sides in ((_OVER, "over"), (_UNDER, "under"), (_ABOUT, "about")):
        for mark in marks:
            if words.startswith(mark) and words != mark:
                return _bounded(_number(words.removeprefix(mark).strip()), sides)
    spread = _RANGE.fullmatch(words)
    if spread is not None:
        least, greatest = _number(spread[1]), _number(spread[2])
        if greatest < least:
            raise ValueError("a range of counts ends below its start")
        return least, greatest
    number = _number(words)
    return number, number


def _bounded(number: int, side: str) -> tuple[int | None, int | None]:
    if side == "about":
        return (9 * number + 5) // 10, (11 * number + 5) // 10
    return (number, None) if side == "over" else (None, number)


def _number(words: str) -> int:
    if words in NUMBERS:
        return NUMBERS[words]
    if _DIGITS.fullmatch(words):
        return int(re.sub(r"\D", "", words))
    raise ValueError("a count in words that are not known")
