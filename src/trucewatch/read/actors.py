"""Who is named in a text: states, organisations, groups, persons, offices, and peoples' own forces.

Rules:
- offsets are characters of the whole document; mentions do not overlap and stand in their order;
- a mention covers the whole name with its office and apposition ("Norway's foreign minister, Kari Holm",
  "the Dutch government", "tyske styrker", "regjeringen i Oslo"), so that one mention is one noun phrase;
- a list ("Britain, France and Germany") is several mentions: the clause joins them;
- a person introduced with an office keeps its state when the surname returns; a person whose state the
  text does not tell has no codes;
- pronouns and bare "the country", "the government" without a state are not mentions: the clause resolves them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trucewatch.read.lexicon import Lexicon


class Sort(StrEnum):
    """What a mention names."""

    STATE = "state"  # "Norway", "Oslo" and "the Kremlin" for their governments, "Sudan's army", "Stortinget"
    ORGANISATION = "organisation"
    GROUP = "group"  # "26 countries", "European allies": codes ()
    PERSON = "person"
    OFFICE = "office"  # "the German defence minister", "a Polish government spokesman": an unnamed holder
    FORCES = "forces"  # a state's own soldiers, ships and aircraft: "Norwegian troops", "tyske styrker"
    PEOPLE = (
        "people"  # a bare demonym that qualifies something else: "Dutch" of "Dutch farmers", "russisk olje"
    )


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
    adverbial: bool = False  # a local case that says where to or from: "Ukrainaan", "Saksasta"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorWords:
    """What actors.toml of one language says: how its names inflect, its offices, its demonyms' endings."""


def actor_words(table: Mapping[str, object], where: str) -> ActorWords:
    """Return the words of actors.toml; a wrong entry is refused with `where` and its key."""
    return ActorWords()


def mentions(
    text: str, words: ActorWords, lexicon: Lexicon, *, language: str, published: date | None
) -> tuple[Mention, ...]:
    """Return who is named in `text`, in the order of the text."""
    return ()
