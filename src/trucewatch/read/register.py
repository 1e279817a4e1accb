"""The names of one language with all their forms, ready to be met in a text.

Rules:
- a register is built once for a language and passed on as a value; it holds one entry a form;
- a form that would stand for two actors stands for none;
- names begin with a capital letter as written; words for offices, peoples and groups stand in any case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from trucewatch.read.actor_words import FORCES, HOLDER, ActorWords
from trucewatch.read.declension import Case, Word, bend
from trucewatch.read.lexicon import Lexicon, Named, Names, Person
from trucewatch.read.tokens import plain, words_of


class Kind(StrEnum):
    """What an entry of the register is."""

    NOTHING = "nothing"
    PERSON = "person"
    STATE = "state"
    ORGANISATION = "organisation"
    BODY = "body"
    FORCES = "forces"
    AGAIN = "again"
    OFFICE = "office"
    ADJECTIVE = "adjective"
    PEOPLE = "people"
    SEAT = "seat"
    GROUP = "group"


RANK = tuple(Kind)
BEGINNING, SHORT = 3, 2  # letters that the forms of a word share; fewer where its forms are given outright
PERSONAL: tuple[Word, Kind, tuple[str, ...]] = (Word.PERSON, Kind.PERSON, ())
ONE_OF_MANY = "one of many"  # the office of a group noun that needs a number or a word of many
PROPER = frozenset({Kind.PERSON, Kind.STATE, Kind.ORGANISATION, Kind.SEAT, Kind.NOTHING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One form of one name."""

    words: tuple[str, ...]
    kind: Kind
    codes: tuple[str, ...]
    cases: frozenset[Case]
    name: str  # the name it is a form of
    office: str | None = None
    person: Person | None = None
    full: bool = True  # a person's whole name, not the surname alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All forms of one language, by their first word; and the word endings that stand for an office."""

    language: str
    words: ActorWords
    names: Names
    entries: Mapping[str, tuple[Entry, ...]]
    endings: Mapping[str, Entry]
    prefixes: Mapping[str, Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    words: ActorWords
    names: Names
    people: tuple[Person, ...]
    groups: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]  # each with its names and its members
    beginnings: frozenset[str] | None

    def may_hold(self, word: str) -> bool:
        """Say whether a form of `word` can stand in the text: its forms keep its first letters."""
        if self.beginnings is None or word.startswith("*"):
            return True
        length = SHORT if word.partition("/")[0] in self.names.forms else BEGINNING
        return words_of(word.removeprefix("+"))[0][:length].lower() in self.beginnings


def register(
    words: ActorWords, lexicon: Lexicon, language: str, *, beginnings: frozenset[str] | None = None
) -> Register:
    """Return the register of `language`; a language without names has an empty one.

    With `beginnings` it holds only what can stand in a text whose words begin so (see `beginnings`).
    """
    names = lexicon.languages.get(language) or Names(
        states=(), organisations=(), nothing=(), surnames=frozenset(), not_alone=(), forms={}
    )
    names = replace(names, forms={**words.forms, **names.forms})
    found: dict[tuple[tuple[str, ...], Kind], Entry | None] = {}
    groups = tuple((group.names.get(language, ()), group.codes) for group in lexicon.groups)
    source = _Source(words=words, names=names, people=lexicon.people, groups=groups, beginnings=beginnings)
    for entry in _all(source):
        key = (entry.words, entry.kind)
        found[key] = _merged(found[key], entry) if key in found else entry
    clear = _clear(entry for entry in found.values() if entry is not None)
    return Register(
        language=language,
        words=words,
        names=names,
        entries=_by_first(
            e for e in clear if not e.words[0].startswith("*") and not e.words[0].endswith("*")
        ),
        endings={e.words[0][1:]: e for e in clear if e.words[0].startswith("*")},
        prefixes={e.words[0][:-1]: e for e in clear if e.words[0].endswith("*") and e.kind is Kind.ADJECTIVE},
    )


def beginnings(text: str) -> frozenset[str]:
    """Return the first one, two and three letters of every word of `text`, in lower case."""
    words = {word.lower() for word in words_of(text)}
    return frozenset(word[:length] for word in words for length in range(1, BEGINNING + 1))


def _all(source: _Source) -> Iterator[Entry]:
    names, words = source.names, source.words
    for kind, listed in ((Kind.STATE, names.states), (Kind.ORGANISATION, names.organisations)):
        for named in listed:
            yield from _of_named(named, kind, source)
    for spelled, members in source.groups:
        for word in spelled:
            yield from _entries(word, Word.NAME, Kind.STATE, members, source)
    for phrase in names.nothing:
        yield from _entries(phrase, Word.NAME, Kind.NOTHING, (), source)
    for office, listed_words in words.offices.items():
        kind = Kind.FORCES if office == FORCES else Kind.OFFICE
        for word in listed_words:
            yield from _entries(word, Word.OFFICE, kind, (), source, office=office)
    for group, nouns in ((ONE_OF_MANY, words.lists["group_nouns"]), (None, words.lists["groups"])):
        for word in sorted(nouns):
            yield from _entries(word, Word.OFFICE, Kind.GROUP, (), source, office=group)
    for person in source.people:
        yield from _of_person(person, source)


def _of_named(named: Named, kind: Kind, source: _Source) -> Iterator[Entry]:
    parts: tuple[tuple[tuple[str, ...], Word, Kind], ...] = (
        (named.names, Word.NAME, kind),
        (named.seats, Word.SEAT, Kind.SEAT),
        (named.adjectives, Word.ADJECTIVE, Kind.ADJECTIVE),
        (named.people, Word.PEOPLE, Kind.PEOPLE),
        (named.bodies, Word.OFFICE, Kind.BODY),
        (named.forces, Word.OFFICE, Kind.FORCES),
        (named.again, Word.OFFICE, Kind.AGAIN),
    )
    for spelled, of, part in parts:
        for word in spelled:
            yield from _entries(word, of, part, (named.code,), source)
    for word in named.holders:
        yield from _entries(word, Word.OFFICE, Kind.OFFICE, (named.code,), source, office=HOLDER)


def _of_person(person: Person, source: _Source) -> Iterator[Entry]:
    for spelled in (person.name, *person.spelled):
        for name, full in ((spelled, " " in spelled), (surname(spelled), False)):
            words = name.split(" ")
            mark = "+" if "first_names_bend" in source.words.flags else ""
            for entry in _entries(" ".join(mark + word for word in words), *PERSONAL, source):
                yield replace(entry, name=name, person=person, full=full)


def surname(name: str) -> str:
    """Return the last word of a name with the small words before it: "von der Leyen"."""
    parts = name.split(" ")
    at = len(parts) - 1
    while at > 0 and parts[at - 1][0].islower():
        at -= 1
    return " ".join(parts[at:])


def _entries(
    word: str, of: Word, kind: Kind, codes: tuple[str, ...], source: _Source, *, office: str | None = None
) -> Iterator[Entry]:
    if not source.may_hold(word):
        return
    name = word.partition("/")[0].replace("+", "").strip("*")
    found: dict[str, list[Case]] = {}
    for form, case in bend(word, of, source.words.paradigms, source.names.forms):
        found.setdefault(form, []).append(case)
    for form, cases in found.items():
        yield Entry(
            words=_pieces(form), kind=kind, codes=codes, cases=frozenset(cases), name=name, office=office
        )


def _pieces(form: str) -> tuple[str, ...]:
    if form.isalpha() and form == plain(form):
        return (form,)
    bare = words_of(form.strip("*"))
    head = "*" if form.startswith("*") else ""
    tail = "*" if form.endswith("*") else ""
    return (head + bare[0] + (tail if len(bare) == 1 else ""), *bare[1:])


def _merged(one: Entry | None, other: Entry) -> Entry | None:
    if one is None or one.codes != other.codes or one.person is not other.person:
        return None
    if one.cases >= other.cases:
        return one
    if one.kind is Kind.OFFICE and one.office != other.office:
        return None
    return Entry(
        words=one.words,
        kind=one.kind,
        codes=one.codes,
        cases=one.cases | other.cases,
        name=one.name,
        office=one.office,
        person=one.person,
        full=one.full,
    )


def _rank(entry: Entry) -> int:
    """Return how early an entry is taken: a surname alone gives way to a state's name."""
    alone = entry.kind is Kind.PERSON and not entry.full
    return RANK.index(Kind.SEAT) if alone else RANK.index(entry.kind)


def _clear(entries: Iterable[Entry]) -> list[Entry]:
    best: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        met = best.get(entry.words)
        if met is None or _rank(entry) < _rank(met):
            best[entry.words] = entry
    return list(best.values())


def _by_first(entries: Iterable[Entry]) -> Mapping[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.words[0], []).append(entry)
    return {
        word: tuple(sorted(group, key=lambda entry: (-len(entry.words), _rank(entry))))
        for word, group in found.items()
    }
