"""Names joined with the offices, bodies and forces that stand by them: one noun phrase, one actor.

Rules:
- an owner stands before ("Norway's", "the Dutch", "Norjan", "NATO-") or after ("of Norway", "for regjeringen",
  "i Oslo"); what the text says of the owner holds before anything that is known of a person;
- an office and a ministry of an owner are the owner's, to any depth ("the Russian foreign ministry's spokeswoman");
- two owners joined by a comma or "and" both hold, save where one person bears the office;
- a former holder speaks for nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.read.actor_words import PERSONS, ActorWords
from trucewatch.read.bearers import Bearer, bearer_after, bearer_before
from trucewatch.read.declension import Case
from trucewatch.read.naming import Unit
from trucewatch.read.register import Kind
from trucewatch.read.tokens import Token, between

OWNERS = frozenset(
    {Kind.ADJECTIVE, Kind.PEOPLE, Kind.STATE, Kind.ORGANISATION, Kind.AGAIN, Kind.SEAT, Kind.BODY}
)
HEADS = frozenset({Kind.OFFICE, Kind.FORCES, Kind.BODY})
SEATED = frozenset({"government", "ministry", "parliament"})
PLAIN_OWNERS = frozenset({Kind.ADJECTIVE, Kind.PEOPLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """One noun phrase that names an actor, in tokens from `first` up to `last`."""

    first: int
    last: int
    kind: Kind
    codes: tuple[str, ...]
    cases: frozenset[Case]
    head: Unit
    office: str | None = None
    bearer: Bearer | None = None
    former: bool = False
    owned: bool = False  # an owner is told in the text
    possessive: bool = False  # it owns what follows


def titles(found: tuple[Token, ...], met: tuple[Unit, ...], words: ActorWords) -> tuple[Title, ...]:
    """Return the noun phrases that name actors, in the order of the text."""
    made: list[Title] = []
    at = 0
    while at < len(met):
        some, at = _next(found, met, at, words)
        made.extend(some)
    return tuple(made)


def _next(
    found: tuple[Token, ...], met: tuple[Unit, ...], at: int, words: ActorWords
) -> tuple[list[Title], int]:
    owners, after = _owners(found, met, at, words)
    if owners and after < len(met) and _may_be_owned(met[after]):
        title, end = _headed(found, met, after, words, owners)
        rest = [] if title.bearer is None else [_single(found, unit, words) for unit in owners[:-1]]
        if rest:
            title = replace(title, first=owners[-1].first, codes=owners[-1].entry.codes)
        return [*rest, title], end
    if met[at].kind in HEADS:
        title, end = _headed(found, met, at, words, ())
        return [title], end
    if met[at].kind is Kind.PERSON and not _begins_compound(found, met[at]):
        return [_person(found, met[at], words)], at + 1
    return [_single(found, met[at], words)], at + 1


def _gap(found: tuple[Token, ...], one: Unit, other: Unit, words: ActorWords) -> tuple[str, ...] | None:
    """Return what stands between two units but fillers, None across sentences."""
    if other.first < one.last or found[one.first].sentence != found[other.first].sentence:
        return None
    fillers = words.lists["fillers"] | words.lists["former"]
    gap = tuple(text for text in between(found, one.last, other.first) if text.lower() not in fillers)
    return gap[:-3] if gap[-2:-1] == ("-",) and gap[-1] in words.lists["and_words"] else gap


def _owners(
    found: tuple[Token, ...], met: tuple[Unit, ...], at: int, words: ActorWords
) -> tuple[tuple[Unit, ...], int]:
    owners: list[Unit] = []
    while at < len(met) and met[at].kind in OWNERS:
        owners.append(met[at])
        at += 1
        if at == len(met):
            return (), at
        gap = _gap(found, owners[-1], met[at], words)
        if gap is None:
            return (), at
        if _may_be_owned(met[at]) and _owns(owners[-1], gap, words):
            return tuple(owners), at
        if not _joins(owners[-1], met[at], gap, words):
            return (), at
    return (), at


def _may_be_owned(unit: Unit) -> bool:
    return unit.kind in HEADS and (unit.kind is Kind.OFFICE or not unit.entry.codes)


def _joins(owner: Unit, other: Unit, gap: tuple[str, ...], words: ActorWords) -> bool:
    """Say whether two owners stand side by side: both adjectives, or both in the form of an owner."""
    if (other.kind in PLAIN_OWNERS) != (owner.kind in PLAIN_OWNERS):
        return False
    rest = tuple(text for text in gap if text not in words.lists["determiners"])
    mark = next((mark for mark in words.phrases["possessives"] if rest[: len(mark)] == mark), ())
    rest = rest[len(mark) :]
    if len(rest) != 1 or not (rest[0] == "," or rest[0] in words.lists["and_words"]):
        return False
    if owner.kind in PLAIN_OWNERS or mark or Case.GENITIVE in owner.entry.cases:
        return True
    return "adjunct" in words.flags and rest[0] != ","


def _possessive(gap: tuple[str, ...], words: ActorWords) -> bool:
    return bool(gap) and gap in words.phrases["possessives"]


def _owns(owner: Unit, gap: tuple[str, ...], words: ActorWords) -> bool:
    if owner.kind in PLAIN_OWNERS:
        return not gap
    if not gap:
        return "adjunct" in words.flags or Case.GENITIVE in owner.entry.cases
    return gap == ("-",) or _possessive(gap, words)


def _headed(
    found: tuple[Token, ...], met: tuple[Unit, ...], at: int, words: ActorWords, owners: Sequence[Unit]
) -> tuple[Title, int]:
    unit = met[at]
    codes = tuple(dict.fromkeys(code for owner in owners for code in owner.entry.codes)) or unit.entry.codes
    half = not owners and unit.entry.office in PERSONS
    first = owners[0].first if owners else _halved(found, unit.first, words) if half else unit.first
    title = Title(
        first=first,
        last=unit.last,
        kind=unit.kind,
        codes=codes,
        cases=unit.entry.cases,
        head=unit,
        office=unit.entry.office,
        owned=bool(owners) or unit.kind is Kind.BODY,
        former=_was(found, first, unit.last, words),
    )
    title = _tailed(found, title, words)
    title, at = _deeper(found, met, title, at + 1, words)
    if not title.codes:
        title, at = _owner_after(found, met, title, at, words)
    return _borne(found, met, title, at, words)


def _halved(found: tuple[Token, ...], first: int, words: ActorWords) -> int:
    """Return where an office of two portfolios begins: "utenriks- og forsvarsminister", "ulkomaankauppa- ja"."""
    half = between(found, max(0, first - 3), first)
    joined = (
        len(half) == 3 and half[1] == "-" and half[2] in words.lists["and_words"] and half[0][0].isalpha()
    )
    return first - 3 if joined and found[first - 3].sentence == found[first].sentence else first


def _tailed(found: tuple[Token, ...], title: Title, words: ActorWords) -> Title:
    """Return an office with what its portfolio adds behind it: "ministre" with "des Affaires étrangères"."""
    for tail in words.phrases["tails"]:
        if between(found, title.last, title.last + len(tail)) == tail:
            return replace(title, last=title.last + len(tail))
    return title


def _was(found: tuple[Token, ...], first: int, last: int, words: ActorWords) -> bool:
    near = between(found, max(0, first - 1), last)
    return any(text.lower() in words.lists["former"] for text in near)


def _deeper(
    found: tuple[Token, ...], met: tuple[Unit, ...], title: Title, at: int, words: ActorWords
) -> tuple[Title, int]:
    while at < len(met) and met[at].kind is Kind.OFFICE:
        gap = _gap(found, replace(title.head, last=title.last), met[at], words)
        owns = gap is not None and (
            _possessive(gap, words)
            or (not gap and (Case.GENITIVE in title.cases or "adjunct" in words.flags))
            or gap == ("-",)
        )
        if not owns or found[title.last - 1].text == ",":
            break
        entry = met[at].entry
        title = replace(
            title, last=met[at].last, office=entry.office, cases=entry.cases, head=met[at], kind=Kind.OFFICE
        )
        at += 1
    return title, at


def _owner_after(
    found: tuple[Token, ...], met: tuple[Unit, ...], title: Title, at: int, words: ActorWords
) -> tuple[Title, int]:
    if at >= len(met):
        return title, at
    gap = _gap(found, replace(title.head, last=title.last), met[at], words)
    if gap is None or len(gap) > 4:
        return title, at
    some, end = _next(found, met, at, words)
    owner = some[0]
    if len(some) != 1 or not owner.codes or not _linked(gap, title, owner, words):
        return title, at
    return _tailed(found, replace(title, last=owner.last, codes=owner.codes, owned=True), words), end


def _linked(gap: tuple[str, ...], title: Title, owner: Title, words: ActorWords) -> bool:
    lower = tuple(text.lower() for text in gap)
    placed = owner.kind in {Kind.SEAT, Kind.STATE}
    if placed and title.office in SEATED and lower and lower[0] in words.lists["places"]:
        return all(word in words.lists["determiners"] for word in lower[1:])
    if owner.kind is Kind.SEAT:
        return False
    plain = owner.kind in PLAIN_OWNERS
    if plain and not gap and "adjective_follows" in words.flags:
        return True
    for link in words.phrases["links"]:
        if lower[: len(link)] == link:
            return not plain and all(word in words.lists["determiners"] for word in lower[len(link) :])
    follows = "genitive_follows" in words.flags and all(word in words.lists["determiners"] for word in lower)
    return follows and not plain and Case.GENITIVE in owner.cases


def _borne(
    found: tuple[Token, ...], met: tuple[Unit, ...], title: Title, at: int, words: ActorWords
) -> tuple[Title, int]:
    title = replace(title, possessive=owning(found, title.last, title.cases, words))
    if title.office not in PERSONS:
        return title, at
    apart = "titles_bend_apart" in words.flags and title.head.entry.kind is Kind.OFFICE
    bent = apart and Case.NOMINATIVE not in title.cases
    bearer = None if bent or _many(found, title, words) else bearer_after(found, met, title.last, words)
    if bearer is not None:
        while at < len(met) and met[at].first < bearer.last:
            at += 1
        owning_now = owning(found, bearer.last, bearer.cases, words)
        title = replace(title, last=bearer.last, bearer=bearer, cases=bearer.cases, possessive=owning_now)
        return (title, at) if title.codes else _owner_behind(found, met, title, at, words)
    bearer = bearer_before(found, met, title.first, words)
    if bearer is not None and title.codes:
        title = replace(title, first=bearer.first, bearer=bearer, cases=bearer.cases)
    return title, at


def _many(found: tuple[Token, ...], title: Title, words: ActorWords) -> bool:
    return any(
        found[title.last - 1].text.lower().endswith(ending) for ending in words.lists["plural_endings"]
    )


def _owner_behind(
    found: tuple[Token, ...], met: tuple[Unit, ...], title: Title, at: int, words: ActorWords
) -> tuple[Title, int]:
    """Return the title with the state named behind its bearer: "Kari Holm (Norge)", "Kari Holm of Norway"."""
    if at >= len(met) or met[at].kind is not Kind.STATE:
        return title, at
    gap, codes = between(found, title.last, met[at].first), met[at].entry.codes
    if gap in words.phrases["origins"]:
        return replace(title, codes=codes, owned=True, last=met[at].last), at + 1
    if gap == ("(",) and between(found, met[at].last, met[at].last + 1) == (")",):
        return replace(title, codes=codes, owned=True, last=met[at].last + 1), at + 1
    return title, at


def _person(found: tuple[Token, ...], unit: Unit, words: ActorWords) -> Title:
    bearer = Bearer(
        first=unit.first,
        last=unit.last,
        name=unit.entry.name,
        person=unit.entry.person,
        full=unit.entry.full,
        cases=unit.entry.cases,
    )
    return Title(
        first=unit.first,
        last=unit.last,
        kind=Kind.PERSON,
        codes=(),
        cases=unit.entry.cases,
        head=unit,
        bearer=bearer,
        possessive=owning(found, unit.last, unit.entry.cases, words),
    )


def _single(found: tuple[Token, ...], unit: Unit, words: ActorWords) -> Title:
    return Title(
        first=unit.first,
        last=unit.last,
        kind=Kind.ADJECTIVE if _begins_compound(found, unit) else unit.kind,
        codes=unit.entry.codes,
        cases=unit.entry.cases,
        head=unit,
        office=unit.entry.office,
        possessive=owning(found, unit.last, unit.entry.cases, words),
    )


def _begins_compound(found: tuple[Token, ...], unit: Unit) -> bool:
    """Say whether a name only qualifies what a hyphen joins to it: "US-led", "Ukraina-støtten"."""
    rest = found[unit.last : unit.last + 2]
    if len(rest) < 2 or rest[0].text != "-" or unit.kind in {Kind.GROUP, Kind.OFFICE, Kind.FORCES}:
        return False
    return rest[0].joined and rest[1].joined and rest[1].text[0].islower()


def owning(found: tuple[Token, ...], last: int, cases: frozenset[Case], words: ActorWords) -> bool:
    """Say whether what ends before token `last` owns what follows: a possessive mark, or a pure genitive."""
    if Case.GENITIVE in cases and Case.NOMINATIVE not in cases:
        return True
    return any(between(found, last, last + len(mark)) == mark for mark in words.phrases["possessives"])
