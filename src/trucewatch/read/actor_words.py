"""How one language speaks of actors: the forms of names, the words for offices and groups, and what misleads.

Rules:
- every word is of the language's actors.toml; the engine knows no word of any language;
- an office is written as its id and its words; "*" before a word takes any beginning ("*minister"),
  P is one of the portfolios ("P minister", "minister of P").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from trucewatch.errors import ConfigError
from trucewatch.read.declension import Case, Forms, Paradigm, Word
from trucewatch.read.fields import member, only, rows, section, text, texts

LISTS = (
    *("portfolios", "possessives", "links", "and_words", "fillers", "former", "determiners", "particles"),
    *(
        "places",
        "oblique",
        "openers",
        "allowed",
        "not_names",
        "group_adjectives",
        "group_nouns",
        "groups",
        "many",
        "counted",
    ),
    *(
        "person_endings",
        "owning_endings",
        "plural_endings",
        "genitive_before",
        "tails",
        "origins",
        "auxiliaries",
        "not_first",
        "named_before",  # what follows a word of not_first where it is a name all the same
        "owners",  # before an office that is another's: "maan ulkoministeri"
        "strangers",  # before an office that is no state's: "opprørernes talsmann"
        "home",  # whose offices are named without it
        "home_offices",  # which of them
        "peoples_end",  # how a people's word ends where it stands for its state: "svenskene"
        "peoples_after",  # what stands before it there: "the Swedes"
        "letterhead",  # small words beside a body's name in a publisher's: "Office of", "Royal"
        "whole",  # words of many that leave nobody out: "all the Baltic states"
        "served",  # verbs before the forces of another: "train Ukrainian soldiers"
    ),
)
FLAGS = (
    "adjunct",
    "adjective_follows",
    "first_names_bend",
    "genitive_follows",
    "nouns_capitalised",
    "titles_bend_apart",
)
OUTSIDER = "outsider"  # who is no voice of a state: an opposition leader, a party, an expert, a former holder
PERSONS = frozenset(
    {
        "president",
        "prime_minister",
        "chancellor",
        "minister",
        "spokesperson",
        "envoy",
        "ambassador",
        "monarch",
    }
    | {"general", "secretary_general", "official", "diplomat", "speaker", "commissioner", "chief", "adviser"}
    | {OUTSIDER}
)
ORGANISATIONS = frozenset({"EU", "UN", "XA", "XC", "XN", "XO"})
FORCES = "forces"
HOLDER = "chancellor"  # the office of a title that one state alone has
OFFICES = PERSONS | {"government", "ministry", "parliament", "mission", FORCES}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorWords:
    """What actors.toml of one language says: how its names inflect, its offices, its demonyms' endings."""

    paradigms: tuple[Paradigm, ...]
    forms: Forms
    offices: Mapping[str, tuple[str, ...]]  # id to its words, P already replaced
    lists: Mapping[str, frozenset[str]]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]  # of the same lists, word by word, longest first
    flags: frozenset[str]


def actor_words(table: Mapping[str, object], where: str) -> ActorWords:
    """Return the words of actors.toml; a wrong entry is refused with `where` and its key."""
    only(table, ("paradigm", "forms", "offices", *LISTS, *FLAGS), "actors.toml", where)
    listed = {name: texts(table, name, where) for name in LISTS}
    portfolios = listed["portfolios"]
    return ActorWords(
        paradigms=tuple(_paradigm(entry, where) for entry in rows(table, "paradigm", where)),
        forms=forms_of(section(table, "forms", where), where),
        offices=_offices(section(table, "offices", where), portfolios, where),
        lists={name: frozenset(items) for name, items in listed.items()},
        phrases={
            name: tuple(sorted((tuple(item.split(" ")) for item in items), key=len, reverse=True))
            for name, items in listed.items()
        },
        flags=frozenset(flag for flag in FLAGS if table.get(flag) is True),
    )


def forms_of(table: Mapping[str, object], where: str) -> Forms:
    """Return forms that are given outright, by word and case."""
    found: dict[str, Mapping[Case, tuple[str, ...]]] = {}
    for word in table:
        entry = section(table, word, where)
        found[word] = {member(Case, name, "a case", where): texts(entry, name, where) for name in entry}
    return found


def _paradigm(entry: Mapping[str, object], where: str) -> Paradigm:
    only(entry, ("of", "ends", "cut", "add", "cases"), "a paradigm", where)
    cases, cut = section(entry, "cases", where), entry.get("cut", 0)
    if not isinstance(cut, int):
        raise ConfigError("cut: give how many letters to take off", where=where)
    try:
        ends = re.compile(f"(?:{text(entry, 'ends', where)})$")
    except re.error as fault:
        raise ConfigError(f"ends: not a pattern: {fault}", where=where) from fault
    return Paradigm(
        of=frozenset(member(Word, name, "of", where) for name in texts(entry, "of", where)),
        ends=ends,
        cut=cut,
        add=text(entry, "add", where),
        cases={member(Case, name, "a case", where): tuple(texts(cases, name, where)) for name in cases},
    )


def _offices(
    table: Mapping[str, object], portfolios: tuple[str, ...], where: str
) -> Mapping[str, tuple[str, ...]]:
    only(table, sorted(OFFICES), "offices", where)
    found: dict[str, tuple[str, ...]] = {}
    for office in table:
        words: list[str] = []
        for word in texts(table, office, where):
            parts = re.split(r"\bP\b", word)
            words.extend(p.join(parts) for p in portfolios) if len(parts) > 1 else words.append(word)
        found[office] = tuple(words)
    return found
