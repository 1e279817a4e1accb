"""The person that bears an office in a text: "foreign minister Kari Holm", "Kari Holm, Norway's foreign minister".

Rules:
- after an office a name is a run of capitalised words, with the small words that names hold ("de", "von der");
- behind a comma, or before an office, it must be two words or a known person;
- a name's spelling is kept as it stands in the text, less an ending that its language puts to names.
"""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.read.actor_words import ActorWords
from trucewatch.read.declension import Case
from trucewatch.read.lexicon import Person
from trucewatch.read.naming import Unit
from trucewatch.read.register import Kind
from trucewatch.read.tokens import Token, between

MOST_WORDS, FEW_WORDS = 4, 2  # of a name; fewer where other nouns are capitalised too
SHORTEST = 3  # letters of a name
VOWELS = frozenset("aeiouyäöåéáíóúü")
NAMED = frozenset({Case.NOMINATIVE})
JOINS = frozenset({"-", "'"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A person's name at its tokens; `person` when the lexicon knows it."""

    first: int
    last: int
    name: str
    person: Person | None
    full: bool
    cases: frozenset[Case]


def bearer_after(
    found: tuple[Token, ...], met: tuple[Unit, ...], at: int, words: ActorWords
) -> Bearer | None:
    """Return the person named at token `at`, or behind a comma there."""
    comma = at < len(found) and found[at].text == ","
    first = at + 1 if comma else at
    if first >= len(found) or found[first].sentence != found[at - 1].sentence:
        return None
    first = _past_ranks(met, first)
    known = _known(met, first)
    if known is not None:
        return known
    last, count = _run(found, met, first, words)
    if count < (2 if comma else 1):
        return None
    name, cases = _unbent(_written(found, first, last), found, last, words)
    return Bearer(first=first, last=last, name=name, person=None, full=count > 1, cases=cases)


def bearer_before(
    found: tuple[Token, ...], met: tuple[Unit, ...], at: int, words: ActorWords
) -> Bearer | None:
    """Return the person named before a comma that stands before token `at`."""
    comma = at - 1
    while comma >= 0 and found[comma].text.lower() in words.lists["determiners"] | words.lists["fillers"]:
        comma -= 1
    if comma < 2 or found[comma].text != "," or found[comma].sentence != found[at].sentence:
        return None
    for first in range(max(0, comma - 2 * MOST_WORDS), comma - 1):
        last, count = _run(found, met, first, words)
        placed = first > 0 and found[first - 1].text.lower() in words.lists["places"]
        if last == comma and count > 1 and not placed:
            return Bearer(
                first=first,
                last=last,
                name=_written(found, first, last),
                person=None,
                full=True,
                cases=NAMED,
            )
    return None


def _past_ranks(met: tuple[Unit, ...], first: int) -> int:
    """Return the token after further titles: "the commander, General Alan Whitby"."""
    for unit in met:
        if unit.first == first and unit.kind is Kind.OFFICE and not unit.entry.codes:
            first = unit.last
    return first


def _known(met: tuple[Unit, ...], first: int) -> Bearer | None:
    for unit in met:
        if unit.first == first and unit.kind is Kind.PERSON:
            return Bearer(
                first=first,
                last=unit.last,
                name=unit.entry.name,
                person=unit.entry.person,
                full=unit.entry.full,
                cases=unit.entry.cases,
            )
    return None


def _run(found: tuple[Token, ...], met: tuple[Unit, ...], first: int, words: ActorWords) -> tuple[int, int]:
    """Return the token after a run of name words from `first`, and how many words it has."""
    named = {at: unit for unit in met for at in range(unit.first, unit.last)}
    last, count, at = first, 0, first
    most = FEW_WORDS if "nouns_capitalised" in words.flags else MOST_WORDS
    while at < len(found) and count < most and found[at].sentence == found[first].sentence:
        text = found[at].text
        if text in JOINS and at > first and found[at].joined:
            at += 1
            continue
        if text in words.lists["particles"] and at + 1 < len(found):
            at += 1
            continue
        if not found[at].capital or text in words.lists["not_names"] or _another(named.get(at), count):
            break
        if at == first and found[at].first and not found[at].joined and at in named:
            break
        at += 1
        if at < len(found) and len(text) == 1 and found[at].text == ".":
            at += 1
        joined = found[at - 1].joined and count > 0
        last, count = at, count if joined else count + 1
    lone = count == 1 and named.get(first) is not None
    return (first, 0) if lone else (last, count)


def _another(unit: Unit | None, count: int) -> bool:
    return (
        unit is not None
        and count > 0
        and unit.kind in {Kind.STATE, Kind.ORGANISATION, Kind.OFFICE, Kind.BODY}
    )


def _unbent(name: str, found: tuple[Token, ...], last: int, words: ActorWords) -> tuple[str, frozenset[Case]]:
    """Return a name without its genitive's ending where a word stands behind it that takes a genitive."""
    follows = found[last].text if last < len(found) else ""
    if follows not in words.lists["genitive_before"]:
        return name, NAMED
    for ending in sorted(words.lists["owning_endings"], key=len, reverse=True):
        if name.endswith(ending) and len(name) - len(ending) >= SHORTEST and _fits(name, ending):
            return name.removesuffix(ending), frozenset({Case.GENITIVE})
    return name, frozenset({Case.GENITIVE})


def _fits(name: str, ending: str) -> bool:
    """Say whether an ending stands where it may: a lone consonant behind a vowel, else behind a consonant."""
    before = name[-len(ending) - 1].lower()
    return (before in VOWELS) == (len(ending) == 1)


def _written(found: tuple[Token, ...], first: int, last: int) -> str:
    written = ""
    for token in found[first:last]:
        written += token.text if token.joined or not written else f" {token.text}"
    return written


def same_words(found: tuple[Token, ...], at: int, name: tuple[str, ...], endings: frozenset[str]) -> int:
    """Return how many tokens from `at` are `name`, its last word with one of `endings`; 0 when they are not."""
    here = between(found, at, at + len(name))
    if len(here) != len(name) or [w.lower() for w in here[:-1]] != [w.lower() for w in name[:-1]]:
        return 0
    return len(name) if bare(here[-1], name[-1], endings) else 0


def bare(word: str, name: str, endings: frozenset[str]) -> bool:
    """Say whether `word` is `name`, one of the two perhaps with an ending put to it."""
    if word == name:
        return True
    shared = 0
    while shared < min(len(word), len(name)) and word[shared] == name[shared]:
        shared += 1
    return shared >= 3 and word[shared:] in endings and name[shared:] in endings
