"""The names of states, organisations, capitals, people and offices, in every shipped language.

Rules:
- a name stands for one actor or for none: what is ambiguous is left out;
- an unknown name is never guessed to be a known one;
- a person holds an office from a day until a day, each with its source.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trucewatch.errors import ConfigError
from trucewatch.read.actor_words import OFFICES, forms_of
from trucewatch.read.declension import Forms
from trucewatch.read.fields import only, rows, section, text, texts

PEOPLE, GROUPS = "people.toml", "groups.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What one actor is called in one language."""

    code: str
    names: tuple[str, ...]
    adjectives: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()  # a capital, when it is said for the government
    bodies: tuple[str, ...] = ()  # what belongs to this actor alone: "the Kremlin", "Stortinget"
    holders: tuple[str, ...] = ()  # a title that this state alone has: "forbundskansler"
    forces: tuple[str, ...] = ()  # "Bundeswehr"
    again: tuple[str, ...] = ()  # what it is called once it was named: "the alliance"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAlone:
    """A name that names no state when one of some words stands in the document, unless one of others does."""

    name: str
    beside: frozenset[str]
    unless: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What all actors are called in one language, and what only looks like a name of one."""

    states: tuple[Named, ...]
    organisations: tuple[Named, ...]
    nothing: tuple[str, ...]  # proper names and phrases that hold an actor's name and name none
    surnames: frozenset[str]  # names of states and capitals that people bear too
    not_alone: tuple[NotAlone, ...]
    forms: Forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An office that a person held."""

    code: str
    office: str
    since: date
    until: date | None  # None: not known to have ended
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody whose words are an actor's while an office is held."""

    name: str
    spelled: tuple[str, ...]  # full names in other languages and scripts
    alone: bool  # known by surname alone, without an office or a full name before
    offices: tuple[Held, ...]

    def held(self, on: date | None) -> Held | None:
        """Return the office held on a day, or the last one when no day is known."""
        if on is None:
            return max(self.offices, key=lambda held: held.since)
        holding = [h for h in self.offices if h.since <= on and (h.until is None or on <= h.until)]
        return max(holding, key=lambda held: held.since, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """Several states that one name stands for together, and who says which they are."""

    codes: tuple[str, ...]
    source: str
    names: Mapping[str, tuple[str, ...]]  # by language


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Names to actors' codes."""

    languages: Mapping[str, Names]
    people: tuple[Person, ...]
    groups: tuple[Members, ...] = ()


def lexicon(files: Mapping[str, bytes]) -> Lexicon:
    """Return the lexicon of content/actors/: `files` by their names there; a wrong entry is refused."""
    read = {name: _toml(raw, f"actors/{name}") for name, raw in sorted(files.items())}
    return Lexicon(
        languages={
            name.removesuffix(".toml"): _names(table, f"actors/{name}")
            for name, table in read.items()
            if name not in (PEOPLE, GROUPS)
        },
        people=tuple(
            _person(entry, f"actors/{PEOPLE}")
            for entry in rows(read.get(PEOPLE, {}), "person", f"actors/{PEOPLE}")
        ),
        groups=tuple(
            _members(entry, f"actors/{GROUPS}")
            for entry in rows(read.get(GROUPS, {}), "group", f"actors/{GROUPS}")
        ),
    )


def _toml(raw: bytes, where: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ConfigError(f"not TOML in UTF-8: {fault}", where=where) from fault


def _names(table: Mapping[str, object], where: str) -> Names:
    only(table, ("states", "organisations", "nothing", "surnames", "not_alone", "forms"), "an entry", where)
    return Names(
        states=_named(section(table, "states", where), where),
        organisations=_named(section(table, "organisations", where), where),
        nothing=texts(table, "nothing", where),
        surnames=frozenset(texts(table, "surnames", where)),
        not_alone=tuple(
            NotAlone(
                name=text(entry, "name", where),
                beside=frozenset(texts(entry, "beside", where)),
                unless=frozenset(texts(entry, "unless", where)),
            )
            for entry in rows(table, "not_alone", where)
        ),
        forms=forms_of(section(table, "forms", where), where),
    )


def _named(table: Mapping[str, object], where: str) -> tuple[Named, ...]:
    found = []
    for code in table:
        entry, place = section(table, code, where), f"{where}: {code}"
        only(
            entry,
            ("names", "adjectives", "people", "seats", "bodies", "holders", "forces", "again"),
            "an entry",
            place,
        )
        found.append(
            Named(
                code=code,
                names=texts(entry, "names", place),
                adjectives=texts(entry, "adjectives", place),
                people=texts(entry, "people", place),
                seats=texts(entry, "seats", place),
                bodies=texts(entry, "bodies", place),
                holders=texts(entry, "holders", place),
                forces=texts(entry, "forces", place),
                again=texts(entry, "again", place),
            )
        )
    return tuple(found)


def _members(entry: Mapping[str, object], where: str) -> Members:
    codes, source = texts(entry, "members", where), text(entry, "source", where)
    if len(set(codes)) < 2 or len(set(codes)) != len(codes):
        raise ConfigError("give the group's members, each once", where=where)
    spoken = sorted(entry.keys() - {"members", "source"})
    return Members(codes=codes, source=source, names={name: texts(entry, name, where) for name in spoken})


def _person(entry: Mapping[str, object], where: str) -> Person:
    name = text(entry, "name", where)
    place = f"{where}: {name}"
    only(entry, ("name", "spelled", "alone", "office"), "an entry", place)
    offices = tuple(_held(held, place) for held in rows(entry, "office", place))
    if not offices:
        raise ConfigError("give at least one office", where=place)
    return Person(
        name=name,
        spelled=texts(entry, "spelled", place),
        alone=entry.get("alone", True) is True,
        offices=offices,
    )


def _held(entry: Mapping[str, object], where: str) -> Held:
    only(entry, ("code", "office", "since", "until", "source"), "an entry", where)
    since, until, office = entry.get("since"), entry.get("until"), text(entry, "office", where)
    if not isinstance(since, date) or not (until is None or isinstance(until, date)):
        raise ConfigError("since and until are dates: 2024-10-01", where=where)
    if office not in OFFICES:
        raise ConfigError(f"{office} is no office; use {', '.join(sorted(OFFICES))}", where=where)
    return Held(
        code=text(entry, "code", where),
        office=office,
        since=since,
        until=until,
        source=text(entry, "source", where),
    )
