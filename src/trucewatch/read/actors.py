"""Who is named in a text: states, organisations, groups, persons, offices, and peoples' own forces.

Rules:
- offsets are characters of the whole document; mentions do not overlap and stand in their order;
- a mention covers the whole name with its office and apposition ("Norway's foreign minister, Kari Holm",
  "the Dutch government", "tyske styrker", "regjeringen i Oslo"), so that one mention is one noun phrase;
- a list ("Britain, France and Germany") is several mentions: the clause joins them;
- a person introduced with an office keeps its state when the surname returns; a person or an office whose state
  the text does not tell has no codes, and `leans` to the state that was spoken of: the clause may take it or not;
- pronouns and "the country" are not mentions: the clause resolves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trucewatch.read.actor_words import ORGANISATIONS, OUTSIDER, PERSONS, ActorWords
from trucewatch.read.declension import PLACE_CASES, Case
from trucewatch.read.groups import grouped
from trucewatch.read.lexicon import Lexicon
from trucewatch.read.naming import Unit, units
from trucewatch.read.register import Kind, Register, beginnings, register
from trucewatch.read.returns import Settled, settled
from trucewatch.read.titles import titles
from trucewatch.read.tokens import Token, tokens


class Sort(StrEnum):
    """What a mention names."""

    STATE = "state"  # "Norway", "Oslo" and "the Kremlin" for their governments, "Stortinget"
    ORGANISATION = "organisation"
    GROUP = "group"  # "26 countries", "European allies": codes ()
    PERSON = "person"
    OFFICE = "office"  # "the German defence minister", "a Polish government spokesman": an unnamed holder
    FORCES = "forces"  # a state's own soldiers, ships and aircraft: "Norwegian troops", "tyske styrker"
    PEOPLE = (
        "people"  # a bare demonym that qualifies something else: "Dutch" of "Dutch farmers", "russisk olje"
    )


SORTS = {
    Kind.STATE: Sort.STATE,
    Kind.SEAT: Sort.STATE,
    Kind.BODY: Sort.STATE,
    Kind.ORGANISATION: Sort.ORGANISATION,
    Kind.AGAIN: Sort.ORGANISATION,
    Kind.GROUP: Sort.GROUP,
    Kind.PERSON: Sort.PERSON,
    Kind.OFFICE: Sort.OFFICE,
    Kind.FORCES: Sort.FORCES,
    Kind.ADJECTIVE: Sort.PEOPLE,
    Kind.PEOPLE: Sort.PEOPLE,
}
ALONE = frozenset(
    {"president", "prime_minister", "chancellor", "minister", "spokesperson", "envoy", "ambassador"}
    | {"secretary_general", "government", "ministry", "parliament", OUTSIDER}
)  # what may be said without its state: "the government"
MANY = frozenset({Kind.FORCES, Kind.GROUP, Kind.PEOPLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name as it stands in the text, and whom it stands for."""

    start: int
    end: int
    codes: tuple[str, ...]  # () when the text does not tell, or names nobody
    sort: Sort
    name: str  # for said_by: a person's full name, else the words as written ("myndighetene i Manila")
    genitive: bool = False  # it owns what follows: "Norway's" of "Norway's offer", "Norges tilbud"
    plural: bool = False
    adverbial: bool = False  # where to or from: "Ukrainaan", "Saksasta", "in Ukraine"
    after: str | None = None  # the preposition right before it, in lower case
    seat: bool = False  # a capital, which may be a place or a government
    office: str | None = None  # the id of the office or body that it holds or is
    leans: tuple[str, ...] = ()  # the state spoken of, where `codes` has none
    cases: frozenset[Case] = frozenset()


def mentions(
    text: str, words: ActorWords, lexicon: Lexicon, *, language: str, published: date | None
) -> tuple[Mention, ...]:
    """Return who is named in `text`, in the order of the text."""
    return named(text, register(words, lexicon, language, beginnings=beginnings(text)), published=published)


def named(text: str, names: Register, *, published: date | None) -> tuple[Mention, ...]:
    """Return who is named in `text` by a register that was built before."""
    found = tokens(text)
    met = tuple(_again(units(found, names)))
    phrases = grouped(found, titles(found, met, names.words), names.words)
    return tuple(
        _mention(text, found, one, names.words)
        for one in settled(found, phrases, names, published=published)
        if _told(one)
    )


def _again(met: tuple[Unit, ...]) -> Iterator[Unit]:
    """Yield the units, without "the alliance" where none was named before."""
    told: set[str] = set()
    for unit in met:
        if unit.kind is Kind.ORGANISATION:
            told.update(unit.entry.codes)
        if unit.kind is not Kind.AGAIN or told.issuperset(unit.entry.codes):
            yield unit


def _told(one: Settled) -> bool:
    title = one.title
    if title.kind in {Kind.PERSON, Kind.GROUP} or title.bearer is not None:
        return True
    return bool(one.codes) or (title.kind is Kind.OFFICE and title.office in ALONE)


def _mention(text: str, found: tuple[Token, ...], one: Settled, words: ActorWords) -> Mention:
    title = one.title
    start, end = found[title.first].start, found[title.last - 1].end
    after = _before(found, title.first, words)
    local = bool(title.cases) and title.cases <= PLACE_CASES
    return Mention(
        start=start,
        end=end,
        codes=one.codes,
        sort=_sort(one, text[start:end], found, words),
        name=one.name or text[start:end],
        genitive=title.possessive,
        plural=title.kind in MANY,
        adverbial=local or after in words.lists["places"],
        after=after,
        seat=title.kind is Kind.SEAT,
        office=one.office,
        leans=one.leans,
        cases=title.cases,
    )


def _sort(one: Settled, written: str, found: tuple[Token, ...], words: ActorWords) -> Sort:
    title = one.title
    if title.kind is Kind.PEOPLE and _as_state(found, title.first, written, words):
        return Sort.STATE
    if title.kind is Kind.PERSON or title.bearer is not None:
        return Sort.PERSON
    if title.kind in {Kind.OFFICE, Kind.BODY} and title.office not in PERSONS and one.codes:
        return Sort.ORGANISATION if ORGANISATIONS.issuperset(one.codes) else Sort.STATE
    return SORTS[title.kind]


def _as_state(found: tuple[Token, ...], first: int, written: str, words: ActorWords) -> bool:
    """Say whether a people stands for its state: "svenskene", "the Swedes"."""
    if any(written.endswith(ending) for ending in words.lists["peoples_end"]):
        return True
    before = found[first - 1] if first else None
    return before is not None and before.text.lower() in words.lists["peoples_after"]


def _before(found: tuple[Token, ...], first: int, words: ActorWords) -> str | None:
    at = first - 1
    while at >= 0 and found[at].text.lower() in words.lists["determiners"]:
        at -= 1
    if at < 0 or found[at].sentence != found[first].sentence:
        return None
    before = found[at].text.lower()
    return before if before in words.lists["places"] | words.lists["oblique"] else None
