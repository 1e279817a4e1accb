"""A document's words, sentences and quotations, by character offset.

Rules:
- offsets are characters of the whole document;
- a sentence ends at a stop, unless the stop belongs to an abbreviation or an ordinal, or the next word is small;
- a quotation of fewer than four words is a manner of speaking, not speech.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from trucewatch.read.grammar import Grammar

WORD = re.compile(
    r"\d+(?:[.,:]\d+)*(?:-[^\W\d_]+)?"
    r"|[^\W\d_](?:[^\W_]|[-\u2010\u2011/](?=\w)|\.(?=[^\W\d_]\.)|[\u2019'](?=[^\W\d_]))*"
    r"|\S"
)
SPLIT = re.compile(r"^(.+?)(n['\u2019]t|['\u2019](?:s|ll|d|re|ve|m))$", re.IGNORECASE)
ELIDED = re.compile(r"^((?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['\u2019])(.+)$", re.IGNORECASE)
DASHES = frozenset({"–", "—", "-", "―"})
STOPS = frozenset({".", "!", "?", "…"})
CLOSING = frozenset('"”»’)\u201d')
OPENING = frozenset('"“”«„(')
ANY_CLOSER = '"”»'
CLOSERS = {"„": '“”"', "»": "«»"}  # „so“ and »so«, where the closing mark opens elsewhere
ENOUGH = 4  # words; a shorter quotation is a manner of speaking


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, a number or a mark of punctuation."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        """The word in small letters, with a straight apostrophe."""
        return self.text.lower().replace("’", "'")

    @property
    def is_word(self) -> bool:
        """Whether it is a word or a number."""
        return self.text[0].isalnum()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of the document."""

    paragraph: int
    tokens: tuple[Token, ...]
    dash: bool  # it begins with a dash that opens speech

    @property
    def start(self) -> int:
        """The first character."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """The character after the last."""
        return self.tokens[-1].end

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return any(token.text == "?" for token in self.tokens[-2:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A stretch in quotation marks, marks included."""

    start: int
    end: int


def tokens(text: str, *, elides: bool = False) -> tuple[Token, ...]:
    """Return the words and marks of `text`; "doesn't" and "Sudan's" are two, and "l'Italie" where one elides."""
    found: list[Token] = []
    for match in WORD.finditer(text):
        parts = (ELIDED if elides else SPLIT).match(match.group())
        if parts is None:
            found.append(Token(text=match.group(), start=match.start(), end=match.end()))
        else:
            middle = match.start() + len(parts.group(1))
            found.append(Token(text=parts.group(1), start=match.start(), end=middle))
            found.append(Token(text=parts.group(2), start=middle, end=match.end()))
    return tuple(found)


def sentences(text: str, grammar: Grammar) -> tuple[Sentence, ...]:
    """Return the sentences of `text`; a line is a paragraph."""
    found: list[Sentence] = []
    at = 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        own = tuple(
            Token(text=t.text, start=t.start + at, end=t.end + at)
            for t in tokens(line, elides=grammar.elides)
        )
        begin = 0
        for index in range(len(own)):
            if _ends(own, index, begin, grammar):
                found.append(_sentence(own[begin : index + 1], number, grammar))
                begin = index + 1
        if begin < len(own):
            found.append(_sentence(own[begin:], number, grammar))
        at += len(line)
    return tuple(sentence for sentence in found if any(token.is_word for token in sentence.tokens))


def _sentence(own: tuple[Token, ...], paragraph: int, grammar: Grammar) -> Sentence:
    dash = grammar.speech_dashes and own[0].text in DASHES
    return Sentence(paragraph=paragraph, tokens=own, dash=dash)


def _ends(own: tuple[Token, ...], index: int, begin: int, grammar: Grammar) -> bool:
    here, after = own[index], own[index + 1 : index + 3]
    if not after:
        return True
    gap = after[0].start > here.end
    stopped = here.text in STOPS or (
        here.text in CLOSING and index > begin and own[index - 1].text in STOPS and not _opens(own, index)
    )
    if not stopped or not gap:
        return False
    following = after[0] if after[0].is_word or len(after) < 2 else after[1]
    if following.is_word and following.text[0].islower():
        return False
    before = own[index - 1] if index > begin else here
    if here.text == "." and before.end == here.start:
        if before.low in grammar.abbreviations or (len(before.text) == 1 and before.text.isupper()):
            return False
        return not (before.text.isdigit() and following.text[0].islower())
    return True


def _opens(own: tuple[Token, ...], index: int) -> bool:
    return index + 1 < len(own) and own[index].end == own[index + 1].start


def quotations(text: str) -> tuple[Quoted, ...]:
    """Return the stretches of `text` in quotation marks that hold speech; a paragraph closes what it opened."""
    found: list[Quoted] = []
    at = 0
    for line in text.splitlines(keepends=True):
        opened: int | None = None
        for place, character in enumerate(line):
            if opened is not None and place > opened and character in CLOSERS.get(line[opened], ANY_CLOSER):
                _keep(found, text, at + opened, at + place + 1)
                opened = None
            elif opened is None and character in '"“”«»„' and _may_open(line, place):
                opened = place
        if opened is not None:
            _keep(found, text, at + opened, at + len(line.rstrip()))
        at += len(line)
    return tuple(found)


def _may_open(line: str, place: int) -> bool:
    following = line[place + 1 : place + 2]
    if line[place] == "»":
        return following.isalpha()
    return bool(following) and (line[place] == "«" or not following.isspace())


def _keep(found: list[Quoted], text: str, start: int, end: int) -> None:
    if sum(token.is_word for token in tokens(text[start:end])) >= ENOUGH:
        found.append(Quoted(start=start, end=end))
