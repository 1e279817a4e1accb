"""The forms of a name in a language, by paradigms that are given as values.

Rules:
- a spelling is "nominative" or "nominative/genitive"; in a phrase the words marked "+" bend together, else the last;
- an ending is put to the stem, after "~" to the genitive less its last letter, after "=" to the nominative;
  each "<" takes a letter off first, V is the last letter again, A, O, U are ä, ö, y after a front word;
- the first paradigm whose pattern fits the spelling holds; forms given outright hold before any paradigm.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

BACK = frozenset("aouAOU")
FRONT = str.maketrans({"A": "ä", "O": "ö", "U": "y"})
PLAIN = str.maketrans({"A": "a", "O": "o", "U": "u"})
HARMONY = re.compile("[AOU]")


class Case(StrEnum):
    """A grammatical case; a form may be of several."""

    NOMINATIVE = "nominative"
    GENITIVE = "genitive"
    PARTITIVE = "partitive"
    ACCUSATIVE = "accusative"
    DATIVE = "dative"
    INSTRUMENTAL = "instrumental"
    LOCATIVE = "locative"
    INESSIVE = "inessive"
    ELATIVE = "elative"
    ILLATIVE = "illative"
    ADESSIVE = "adessive"
    ABLATIVE = "ablative"
    ALLATIVE = "allative"
    ESSIVE = "essive"
    TRANSLATIVE = "translative"
    ABESSIVE = "abessive"


PLACE_CASES = frozenset(
    {Case.INESSIVE, Case.ELATIVE, Case.ILLATIVE, Case.ADESSIVE, Case.ABLATIVE, Case.ALLATIVE, Case.LOCATIVE}
)


class Word(StrEnum):
    """What a word names, as far as its forms depend on it."""

    NAME = "name"
    ADJECTIVE = "adjective"
    PEOPLE = "people"
    SEAT = "seat"
    OFFICE = "office"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paradigm:
    """The endings of the words of some sorts whose spelling fits a pattern at its end."""

    of: frozenset[Word]
    ends: re.Pattern[str]
    cut: int
    add: str
    cases: Mapping[Case, tuple[str, ...]]


Forms = Mapping[str, Mapping[Case, tuple[str, ...]]]
Bent = Mapping[Case, tuple[str, ...]]


def _ended(ending: str, *, word: str, stem: str, weak: str) -> str:
    root = {"~": weak, "=": word}.get(ending[:1], stem)
    rest = ending.removeprefix("~").removeprefix("=")
    while rest.startswith("<"):
        root, rest = root[:-1], rest[1:]
    if "V" in rest:
        rest = rest.replace("V", root[-1:])
    if not rest.islower() and HARMONY.search(rest):
        last = re.split(r"[-\s]", root)[-1]
        rest = rest.translate(PLAIN if BACK & set(last) else FRONT)
    return root + rest


def _word(spelling: str, of: Word, paradigms: Sequence[Paradigm], given: Forms) -> Bent:
    word, _, genitive = spelling.partition("/")
    nominative = {Case.NOMINATIVE: (word,)}
    star = "*" if word.startswith("*") else ""
    genitive = star + genitive if genitive else ""
    if word.removeprefix("*") in given:
        bent = given[word.removeprefix("*")]
        return {**nominative, **{case: tuple(star + form for form in forms) for case, forms in bent.items()}}
    paradigm = next((p for p in paradigms if of in p.of and p.ends.search(spelling)), None)
    if paradigm is None:
        return nominative
    stem = word[: len(word) - paradigm.cut] + paradigm.add
    weak = genitive[:-1] if genitive else stem
    bent = {
        case: tuple(_ended(ending, word=word, stem=stem, weak=weak) for ending in endings)
        for case, endings in paradigm.cases.items()
    }
    return {**bent, Case.NOMINATIVE: (word, *bent.get(Case.NOMINATIVE, ()))}


def _combined(parts: Sequence[Bent | str], case: Case) -> Iterator[str]:
    columns = [
        (part,) if isinstance(part, str) else part.get(case) or part[Case.NOMINATIVE] for part in parts
    ]
    for turn in range(max(len(column) for column in columns)):
        yield " ".join(column[min(turn, len(column) - 1)] for column in columns)


def bend(spelling: str, of: Word, paradigms: Sequence[Paradigm], given: Forms) -> Iterator[tuple[str, Case]]:
    """Yield every form of `spelling` with its case; a form of two cases comes twice."""
    plain = spelling.partition("/")[0]
    if " " not in spelling or plain in given:
        bent = _word(spelling.removeprefix("+"), of, paradigms, given)
        yield from ((form, case) for case, forms in bent.items() for form in forms)
        return
    words = spelling.split(" ")
    marked = any(word.startswith("+") for word in words)
    parts: list[Bent | str] = []
    for at, word in enumerate(words):
        bends = word.startswith("+") if marked else at == len(words) - 1
        parts.append(_word(word.removeprefix("+"), of, paradigms, given) if bends else word)
    cases = {case for part in parts if not isinstance(part, str) for case in part}
    for case in sorted(cases):
        for form in _combined(parts, case):
            yield form, case
