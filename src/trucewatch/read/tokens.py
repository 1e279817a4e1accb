"""A text as the words and signs that names are made of, each with its place.

Rules:
- offsets are characters of the text; a run of letters or of digits is one token, any other sign is one;
- a first word is one that may be capitalised for no other reason than where it stands;
- a stop behind a single letter or before a small one ends no sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
PLAIN = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "‐": "-", "‑": "-"})
OPENS = frozenset('.!?…:;–—"“”„«»*•-')
STOPS = frozenset(".!?…")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word or a sign of a text."""

    start: int
    end: int
    text: str  # with a plain apostrophe or hyphen for a typographic one
    first: bool  # opens a sentence, a quotation or a line
    sentence: int
    joined: bool  # nothing stands between it and the token before

    @property
    def capital(self) -> bool:
        """Whether it is a word that begins with a capital letter."""
        return self.text[0].isupper()


def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of `text` in their order."""
    found: list[Token] = []
    sentence, opens = 0, True
    for match in PIECE.finditer(plain(text)):
        word = match.group()
        gap = text[found[-1].end : match.start()] if found else ""
        if "\n" in gap or (gap and _ended(found, word)):
            sentence, opens = sentence + 1, True
        found.append(
            Token(
                start=match.start(),
                end=match.end(),
                text=word,
                first=opens,
                sentence=sentence,
                joined=len(found) > 0 and not gap,
            )
        )
        alone = word != "-" or bool(gap) or len(found) == 1
        opens = word in OPENS and alone
    return tuple(found)


def _ended(found: list[Token], word: str) -> bool:
    if word[0].islower():
        return False
    at = len(found) - 1
    while at > 0 and not found[at].text[0].isalnum() and found[at].text not in STOPS and found[at].joined:
        at -= 1
    if found[at].text not in STOPS:
        return False
    before = found[at - 1].text if at > 0 and found[at].joined else ""
    return found[at].text != "." or len(before) != 1 or not before.isalpha()


def plain(text: str) -> str:
    """Return `text` with plain apostrophes and hyphens for typographic ones, as long as before."""
    return text.translate(PLAIN)


def words_of(phrase: str) -> tuple[str, ...]:
    """Return a phrase's tokens as plain texts, as they are compared."""
    return tuple(PIECE.findall(plain(phrase)))


def between(found: tuple[Token, ...], first: int, last: int) -> tuple[str, ...]:
    """Return the texts of the tokens from `first` up to, not including, `last`."""
    return tuple(token.text for token in found[first:last])
