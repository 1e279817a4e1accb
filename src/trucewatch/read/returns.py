"""Persons and offices that a text introduced, when they return by surname or by office alone.

Rules:
- what the text says of a person holds, in that document and from there on; else the lexicon, on the day of publication;
- a surname behind another first name is somebody else;
- "the minister" alone is the last one of that office who was introduced;
- an office that the language's file lists leans home, where no state was named before it and the language has one home;
- where no state is told, a phrase leans to the first state that its sentence, or one before, speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from trucewatch.read.actor_words import ORGANISATIONS, OUTSIDER, PERSONS, ActorWords
from trucewatch.read.bearers import Bearer, bare, same_words
from trucewatch.read.declension import PLACE_CASES, Case
from trucewatch.read.lexicon import Person
from trucewatch.read.naming import Unit
from trucewatch.read.register import Entry, Kind, Register, surname
from trucewatch.read.titles import Title, owning
from trucewatch.read.tokens import Token, words_of

LEAD = frozenset(
    {Kind.STATE, Kind.ORGANISATION, Kind.FORCES, Kind.OFFICE, Kind.BODY, Kind.ADJECTIVE, Kind.PERSON}
)
SENTENCES_BACK = 2
GOVERNING = frozenset({"president", "prime_minister", "minister", "government", "ministry", "parliament"})
ALIKE = 5  # letters in which two words for an office agree: "forsvarsministeren", "forsvarsminister"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A phrase with whom it stands for."""

    title: Title
    codes: tuple[str, ...]
    leans: tuple[str, ...] = ()
    name: str | None = None
    office: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """A person as the text introduced it."""

    words: tuple[str, ...]  # the surname's
    given: tuple[str, ...]  # what stood before it
    name: str
    codes: tuple[str, ...]
    leans: tuple[str, ...]
    office: str | None
    called: str  # the office as written, in lower case
    since: int  # the token from which it is known


def settled(
    found: tuple[Token, ...], phrases: Sequence[Title], names: Register, *, published: date | None
) -> tuple[Settled, ...]:
    """Return every phrase with its codes, and the surnames that return."""
    known: list[Introduced] = []
    made: list[Settled] = []
    queue = list(phrases)
    at = 0
    while at < len(found):
        while queue and queue[0].first < at:
            queue.pop(0)
        back = _returned(found, at, known, names.words)
        title = queue[0] if queue and queue[0].first == at else None
        if back is not None and (title is None or title.kind in {Kind.PERSON, Kind.STATE, Kind.SEAT}):
            made.append(back)
            at = back.title.last
        elif title is not None:
            one = _settle(found, title, known, made, names, published, phrases)
            if one is not None:
                made.append(one)
                known.extend(_introduced(found, one))
            at = title.last if one is not None else at + 1
        else:
            at += 1
    return tuple(made)


def _settle(
    found: tuple[Token, ...],
    title: Title,
    known: Sequence[Introduced],
    made: Sequence[Settled],
    names: Register,
    published: date | None,
    phrases: Sequence[Title],
) -> Settled | None:
    bearer = title.bearer
    if title.kind is Kind.PERSON and bearer is not None:
        behind = bool(made) and made[-1].title.last == title.first  # "Turkin Erdoğan"
        if not behind and _somebody_else(found, title, bearer, names.words):
            return None
        return _known_person(title, bearer, known, published)
    name = _whole_name(bearer, known)
    if title.former or title.office == OUTSIDER:
        return _outside(found, title, known, name, published)
    by_title = title.codes and (title.owned or bearer is None or bearer.person is None)
    if by_title or title.kind not in {Kind.OFFICE, Kind.BODY}:
        return Settled(title=title, codes=title.codes, name=name, office=title.office)
    leans = _leaning(found, title, made, names.words, phrases)
    if bearer is None:
        return _office_alone(found, title, known, leans)
    held = bearer.person.held(published) if bearer.person is not None else None
    before = _met(bearer, known)
    if before is not None:
        return Settled(
            title=title, codes=before.codes, leans=before.leans, name=before.name, office=title.office
        )
    codes = (held.code,) if held is not None else title.codes
    return Settled(title=title, codes=codes, leans=() if codes else leans, name=name, office=title.office)


def _outside(
    found: tuple[Token, ...],
    title: Title,
    known: Sequence[Introduced],
    name: str | None,
    published: date | None,
) -> Settled:
    """Return one who is no voice of a state, unless it is somebody known to hold an office on that day as well."""
    person = title.bearer.person if title.bearer is not None else None
    held = person.held(published) if person is not None and published is not None else None
    if held is not None and not title.former:
        return Settled(title=title, codes=(held.code,), name=name, office=held.office)
    if title.bearer is None and not title.former:
        name = _office_alone(found, title, known, ()).name
    return Settled(title=title, codes=(), name=name, office=OUTSIDER)


def _whole_name(bearer: Bearer | None, known: Sequence[Introduced]) -> str | None:
    if bearer is None or bearer.full:
        return bearer.name if bearer is not None else None
    met = _met(bearer, known)
    if met is not None:
        return met.name
    return _as_spelled(bearer.person, bearer) if bearer.person is not None else bearer.name


def _as_spelled(person: Person, bearer: Bearer) -> str:
    """Return a person's whole name in the spelling that the text has of it."""
    if bearer.full:
        return bearer.name
    wholes = (name for name in (person.name, *person.spelled) if " " in name)
    return next((name for name in wholes if surname(name) == bearer.name), person.name)


def _met(bearer: Bearer, known: Sequence[Introduced]) -> Introduced | None:
    words = words_of(surname(bearer.name))
    return next((one for one in reversed(known) if one.words == words), None)


def _known_person(
    title: Title, bearer: Bearer, known: Sequence[Introduced], published: date | None
) -> Settled | None:
    person, met = bearer.person, _met(bearer, known)
    if person is None or not (bearer.full or person.alone or met is not None):
        return None
    held = person.held(published)
    codes = met.codes if met is not None else (held.code,) if held is not None else ()
    return Settled(
        title=title,
        codes=codes,
        name=met.name if met is not None else _as_spelled(person, bearer),
        office=held.office if held is not None else None,
    )


def _somebody_else(found: tuple[Token, ...], title: Title, bearer: Bearer, words: ActorWords) -> bool:
    before, after = title.first - 1, title.last
    if after < len(found) and _strange(found[after], title, found, words) and not title.possessive:
        return not found[after].first and "nouns_capitalised" not in words.flags
    if before < 0 or bearer.full:
        return False
    token = found[before]
    if not _strange(token, title, found, words) or (
        bearer.person is not None and token.text in words_of(bearer.person.name)
    ):
        return False
    if "nouns_capitalised" in words.flags:
        return False
    return not token.first or token.text.lower() not in words.lists["openers"]


def _strange(token: Token, title: Title, found: tuple[Token, ...], words: ActorWords) -> bool:
    same = token.sentence == found[title.first].sentence
    return same and token.capital and token.text not in words.lists["allowed"]


def _office_alone(
    found: tuple[Token, ...], title: Title, known: Sequence[Introduced], leans: tuple[str, ...]
) -> Settled:
    called = _called(found, title)
    for one in reversed(known):
        alike = called[:ALIKE] == one.called[:ALIKE] or (
            called.startswith(title.head.entry.name[:ALIKE].lower()) and one.called.endswith(called[:ALIKE])
        )
        if one.office == title.office and title.office in PERSONS and alike:
            return Settled(title=title, codes=one.codes, leans=one.leans, name=one.name, office=title.office)
    return Settled(title=title, codes=(), leans=leans, office=title.office)


def _called(found: tuple[Token, ...], title: Title) -> str:
    return " ".join(token.text.lower() for token in found[title.head.first : title.head.last])


def _introduced(found: tuple[Token, ...], one: Settled) -> Iterator[Introduced]:
    bearer = one.title.bearer
    if bearer is None or one.name is None:
        return
    whole = words_of(bearer.name)
    last = words_of(surname(bearer.name))
    yield Introduced(
        words=last,
        given=whole[: len(whole) - len(last)],
        name=one.name,
        codes=one.codes,
        leans=one.leans,
        office=one.office,
        called=_called(found, one.title) if one.title.kind is not Kind.PERSON else "",
        since=one.title.last,
    )


def _returned(
    found: tuple[Token, ...], at: int, known: Sequence[Introduced], words: ActorWords
) -> Settled | None:
    if not found[at].capital and found[at].text not in words.lists["particles"]:
        return None
    endings = words.lists["person_endings"] | {""}
    for one in reversed(known):
        for name in (one.given + one.words, one.words):
            count = same_words(found, at, name, endings)
            alone = len(name) == len(one.words) and bool(one.given)
            if count and not (alone and _other_name(found, at, one, words)):
                return _back(found, at, at + count, one, words)
    return None


def _other_name(found: tuple[Token, ...], at: int, one: Introduced, words: ActorWords) -> bool:
    if at == 0 or found[at - 1].sentence != found[at].sentence:
        return False
    before = found[at - 1]
    if not before.capital or before.first or "nouns_capitalised" in words.flags:
        return False
    return before.text not in one.given and before.text not in words.lists["allowed"]


def _back(found: tuple[Token, ...], first: int, last: int, one: Introduced, words: ActorWords) -> Settled:
    written = found[last - 1].text
    plain = written == one.words[-1]
    cases = frozenset({Case.NOMINATIVE}) if plain else frozenset({Case.GENITIVE})
    if not plain and not bare(written, one.words[-1], words.lists["owning_endings"] | {""}):
        cases = frozenset({Case.ALLATIVE})
    entry = Entry(words=one.words, kind=Kind.PERSON, codes=one.codes, cases=cases, name=one.name)
    title = Title(
        first=first,
        last=last,
        kind=Kind.PERSON,
        codes=one.codes,
        cases=cases,
        head=Unit(first=first, last=last, entry=entry),
        possessive=owning(found, last, cases, words),
    )
    return Settled(title=title, codes=one.codes, leans=one.leans, name=one.name, office=one.office)


def _leaning(
    found: tuple[Token, ...],
    title: Title,
    made: Sequence[Settled],
    words: ActorWords,
    phrases: Sequence[Title],
) -> tuple[str, ...]:
    here = found[title.first].sentence
    if _of_strangers(found, title, words):
        return ()
    lone = title.bearer is not None  # "Russian observers ..., said minister X": they are not X's own
    for back in range(SENTENCES_BACK + 1):
        for one in made:
            lead = one.title
            placed = lead.cases and not lead.cases - PLACE_CASES
            owns = lead.cases == {Case.GENITIVE} and not found[lead.first].first
            placed = placed or (owns and lead.kind is Kind.STATE)
            placed = placed or (lead.cases == {Case.GENITIVE} and lead.kind is Kind.ORGANISATION)
            led = lead.kind in LEAD and not placed and _leads(found, lead, words)
            led = led and not (lone and lead.kind is Kind.FORCES and _state_before(made, found, here))
            joint = lead.kind is Kind.STATE and len(one.codes) > 1  # "the Baltic states" have no one minister
            if found[lead.first].sentence == here - back and led and one.codes and not joint:
                return one.codes
    return _at_home(found, title, made, words, phrases)


def _of_strangers(found: tuple[Token, ...], title: Title, words: ActorWords) -> bool:
    """Say whether an office is owned by somebody who is no known actor: "Hizbollahs leder", "opprørernes talsmann"."""
    before = found[title.first - 1] if title.first else None
    if before is None or before.sentence != found[title.first].sentence:
        return False
    if before.text.lower() in words.lists["strangers"]:
        return True
    ends = any(before.text.endswith(ending) for ending in words.lists["owning_endings"])
    return bool(words.lists["strangers"]) and ends and before.capital and not before.first


def _at_home(
    found: tuple[Token, ...],
    title: Title,
    made: Sequence[Settled],
    words: ActorWords,
    phrases: Sequence[Title],
) -> tuple[str, ...]:
    """Return the state of an office where none was spoken of before: of a government, the only one that governs later."""
    home, before = words.lists["home"], found[title.first - 1] if title.first else None
    beside = before is not None and before.sentence == found[title.first].sentence
    low = before.text.lower() if before is not None else ""
    proper = before is not None and before.capital and low not in words.lists["determiners"]
    owned = beside and (proper or low in words.lists["owners"])
    since = any(one.leans and home.issuperset(one.leans) for one in made)  # then a place is no other's voice
    others = (one.title for one in made if set(one.codes) - home)
    told = any(not since or _leads(found, other, words) for other in others)
    own = title.office in words.lists["home_offices"]
    if owned or told:
        return ()
    if title.office != "government":
        return tuple(home) if own else ()
    later = [other for other in phrases if other.first >= title.last and other.codes]
    near = {other.codes for other in later if found[other.first].sentence == found[title.first].sentence}
    governs = {other.codes for other in later if _governs(other) and not home.issuperset(other.codes)} - near
    named = any(home.issuperset(other.codes) for other in later)
    if governs:
        return next(iter(governs)) if len(governs) == 1 and not named else ()
    return tuple(home) if own else ()


def _governs(title: Title) -> bool:
    """Return whether a phrase names one state with a government, a minister or a capital that is no place."""
    seat = title.kind is Kind.SEAT and not (title.cases and title.cases <= PLACE_CASES)
    office = title.office in GOVERNING or title.kind is Kind.BODY or seat
    return len(title.codes) == 1 and title.codes[0] not in ORGANISATIONS and office and not title.former


def _state_before(made: Sequence[Settled], found: tuple[Token, ...], here: int) -> bool:
    """Return whether the sentence before opens with a state: its ministers speak of others' forces in this one."""
    return any(
        one.title.kind is Kind.STATE
        and found[one.title.first].first
        and here - 1 <= found[one.title.first].sentence < here
        for one in made
    )


def _leads(found: tuple[Token, ...], lead: Title, words: ActorWords) -> bool:
    """Return whether a phrase may be what its sentence is about: no preposition before it, and no forces that it trains."""
    back = lead.first - 1
    while back >= 0 and found[back].text.lower() in words.lists["determiners"]:
        back -= 1
    if back < 0 or found[back].sentence != found[lead.first].sentence:
        return True
    if found[back].text.lower() in words.lists["places"] | words.lists["oblique"]:
        return False
    return lead.kind is not Kind.FORCES or found[back].text.lower() not in words.lists["served"]
