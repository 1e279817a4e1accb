"""Which names of a register stand in a text, longest first, and which only look like one.

Rules:
- one pass over the tokens; names do not overlap;
- beside an unknown capitalised word a name is part of another's proper name ("Air France") and is left out;
- a name that people bear is left out beside one ("Michael Jordan"), and one that needs company without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trucewatch.read.declension import Case
from trucewatch.read.register import Entry, Kind, Register
from trucewatch.read.tokens import Token

SHORT = 3  # letters; a word in capitals as long as this is an acronym and is met as written only
GUARDED = frozenset({Kind.STATE, Kind.SEAT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A name of the register at its tokens."""

    first: int
    last: int  # the token after
    entry: Entry
    glued: bool = False  # the beginning or the end of a compound: "ranskalais-joukot", "Ukraina-støtten"

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.entry.kind


def units(found: tuple[Token, ...], names: Register) -> tuple[Unit, ...]:
    """Return the names that stand in the tokens, in their order, without those that mislead."""
    met = tuple(_scan(found, names))
    taken = {at for unit in met for at in range(unit.first, unit.last)}
    everywhere = frozenset(token.text for token in found)
    return tuple(unit for unit in met if _holds(unit, found, names, taken, everywhere))


def _scan(found: tuple[Token, ...], names: Register) -> Iterator[Unit]:
    at = 0
    while at < len(found):
        entry = _longest(found, at, names)
        if entry is not None:
            unit = Unit(first=at, last=at + len(entry.words), entry=entry)
            yield unit
            at = unit.last
            continue
        if found[at].text[0].isalpha():
            yield from _compound(found[at], at, names)
        at += 1


def _keys(word: str) -> tuple[str, ...]:
    lower = word.lower()
    if word.isupper() and len(word) > SHORT:
        return (word, word.capitalize(), lower)
    return (word,) if lower == word else (word, lower)


def _same(word: str, token: str) -> bool:
    if word == token:
        return True
    if word[0].islower():
        return word == token.lower()
    return len(token) > SHORT and token.isupper() and word.upper() == token


def _longest(found: tuple[Token, ...], at: int, names: Register) -> Entry | None:
    best: Entry | None = None
    for key in _keys(found[at].text):
        for entry in names.entries.get(key, ()):
            if best is not None and len(entry.words) <= len(best.words):
                break
            if _stands(entry, found, at) and not _in_part(entry, found, at, names):
                best = entry
                break
    return best


def _stands(entry: Entry, found: tuple[Token, ...], at: int) -> bool:
    last = at + len(entry.words)
    if last > len(found):
        return False
    if found[at].sentence != found[last - 1].sentence and "." not in entry.words:
        return False
    return all(_same(word, token.text) for word, token in zip(entry.words, found[at:last], strict=True))


def _in_part(entry: Entry, found: tuple[Token, ...], at: int, names: Register) -> bool:
    """Say whether a group of states is spoken of in part: "several Baltic states", "two of the Nordic countries"."""
    if len(entry.codes) < 2 or entry.kind is not Kind.STATE:
        return False
    lists, back = names.words.lists, at - 1
    while back > 0 and found[back].text.lower() in lists["determiners"]:
        back -= 1
    if back > 0 and found[back].text.lower() in lists["oblique"]:
        back -= 1
    word = found[back].text.lower() if back >= 0 else ""
    within = back >= 0 and found[back].sentence == found[at].sentence
    some = (word in lists["many"] or word in lists["group_adjectives"]) and word not in lists["whole"]
    return within and (some or word.isdigit())


def _compound(token: Token, at: int, names: Register) -> Iterator[Unit]:
    lower = token.text.lower()
    for cut in range(3, len(lower) - 3):
        prefix = names.prefixes.get(lower[:cut])
        rest = _tail(lower[cut:], names) if prefix is not None else None
        if prefix is not None and rest is not None:
            yield Unit(first=at, last=at + 1, entry=_joined(prefix, rest), glued=True)
            return
    for cut in range(1, len(lower) - 2):
        ending = names.endings.get(lower[cut:])
        if ending is not None:
            yield Unit(first=at, last=at + 1, entry=ending)
            return


def _tail(word: str, names: Register) -> Entry | None:
    for entry in names.entries.get(word, ()):
        if len(entry.words) == 1 and entry.kind in {Kind.OFFICE, Kind.FORCES}:
            return entry
    return next((e for cut in range(len(word) - 2) if (e := names.endings.get(word[cut:]))), None)


def _joined(prefix: Entry, rest: Entry) -> Entry:
    return Entry(
        words=rest.words,
        kind=rest.kind,
        codes=prefix.codes,
        cases=rest.cases,
        name=prefix.name + rest.name,
        office=rest.office,
    )


def _holds(
    unit: Unit, found: tuple[Token, ...], names: Register, taken: set[int], everywhere: frozenset[str]
) -> bool:
    if unit.kind is Kind.NOTHING:
        return False
    if unit.kind is Kind.ADJECTIVE:
        return not _named_on(unit, found, names, taken)
    if unit.kind not in GUARDED:
        return True
    token = found[unit.first]
    if token.first and unit.last - unit.first == 1 and token.text in names.words.lists["not_first"]:
        following = found[unit.last].text if unit.last < len(found) else ""
        if not following.startswith(tuple(sorted(names.words.lists["named_before"])) or ("\0",)):
            return False
    return not _misled(unit, names, everywhere) and not _part_of_another(unit, found, names, taken)


def _named_on(unit: Unit, found: tuple[Token, ...], names: Register, taken: set[int]) -> bool:
    """Say whether an adjective begins somebody else's name: "British Petroleum", "Norsk Folkehjelp"."""
    other_order = {"nouns_capitalised", "adjective_follows"} & names.words.flags
    if other_order or unit.last >= len(found) or unit.last in taken:
        return False
    token = found[unit.last]
    same = token.sentence == found[unit.first].sentence and not token.first
    return same and _name_word(token, names.words.lists["allowed"])


def _misled(unit: Unit, names: Register, everywhere: frozenset[str]) -> bool:
    return any(
        guard.name == unit.entry.name and guard.beside & everywhere and not guard.unless & everywhere
        for guard in names.names.not_alone
    )


def _part_of_another(unit: Unit, found: tuple[Token, ...], names: Register, taken: set[int]) -> bool:
    lists, bearer = names.words.lists, unit.entry.name in names.names.surnames
    if "nouns_capitalised" in names.words.flags and not bearer:
        return False
    before, after = unit.first - 1, unit.last
    links = {link[-1] for link in names.words.phrases["links"]}
    if before > 0 and before - 1 in taken and found[before].text in links:
        return False  # "the foreign minister of Latvia Baiba Krastiņa"
    owns = Case.GENITIVE in unit.entry.cases and Case.NOMINATIVE not in unit.entry.cases
    if after < len(found) and after not in taken and not owns:
        token = found[after]
        if _name_word(token, lists["allowed"]) and token.sentence == found[unit.first].sentence:
            return not token.first
    if before < 0 or before in taken or found[before].sentence != found[unit.first].sentence:
        return False
    token = found[before]
    if not _name_word(token, lists["allowed"]):
        return False
    return not token.first or (bearer and token.text.lower() not in lists["openers"])


def _name_word(token: Token, allowed: frozenset[str]) -> bool:
    return token.capital and len(token.text) > 1 and token.text not in allowed
