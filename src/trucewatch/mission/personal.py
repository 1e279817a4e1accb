"""What people say in records: words apart from the record that they are of, so that they can be erased while it stays.

Rules:
- the words of a record are one item of the vault of its own; the record names it under `apart`, and rests on it: that name is
  the SHA-256 of salt ‖ words, so nobody who lacks the salt confirms a guess at them;
- in the record `NOT_HERE` stands where they stood, for every text at or below a member that `WORDS` names; what was empty
  or null stays so; all else is as it was, so that a record is judged without its words;
- put back, the item's members take the place of the record's; they must be those that were taken out of it;
- an id and a signature are made of the record without its words, so that neither confirms a guess when they are erased;
- what decides over rights (who erased, ended a key, gave a part, opened an identity, and why) is not taken apart;
- records of schema 1 and 2 have their words in them, and are read as they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from trucewatch.errors import IntegrityError
from trucewatch.mission.kinds import Kind
from trucewatch.mission.salts import Salt
from trucewatch.mission.vault import name_of
from trucewatch.model.canonical import Json, canonical

APART = "apart"
FIRST_SCHEMA = 3  # whose records have their words apart
NOT_HERE = "[words not here]"
_SAID = frozenset(
    {"said_by", "place", "quote", "as_written", "english", "translation", "correction", "undated"}
)
WORDS: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {
        **dict.fromkeys(
            (Kind.FACT, Kind.COUNTS_AS, Kind.CONTEST, Kind.WITHDRAWAL, Kind.STATUS, Kind.NOTICE),
            frozenset({"rests_on"}),
        ),
        Kind.DOCUMENT: frozenset({"file"}),
        Kind.STATEMENT: _SAID | {"what", "source", "note"},
        Kind.REVIEW: _SAID | {"object", "group", "mends", "reason"},
        Kind.MOVE: frozenset({"words", "place"}),
    }
)
"""The members of a record that hold words, at any depth of it, by its kind."""

WordsAt = Callable[[str], bytes | None]  # an item of the vault by its name; None: it is not here


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Words as the vault keeps them."""

    salt: bytes
    raw: bytes

    @property
    def name(self) -> str:
        """Its name in the vault."""
        return name_of(self.salt, self.raw)


def put_apart(kind: Kind, body: Mapping[str, Json], salt: Salt) -> tuple[Mapping[str, Json], Item | None]:
    """Return a body as a record has it, and the item of its words; None when it has none."""
    bare = without_words(kind, body)
    words = {name: value for name, value in body.items() if bare[name] != value}
    if not words:
        return body, None
    item = Item(salt=salt(b"words " + canonical(body)), raw=canonical(words))
    return {**bare, APART: item.name}, item


def put_back(kind: Kind, written: Mapping[str, Json], raw: bytes) -> Mapping[str, Json]:
    """Return a body with its words; IntegrityError when these are not the ones that were taken out of it."""
    bare = {name: value for name, value in written.items() if name != APART}
    try:
        words = json.loads(raw)
    except (ValueError, RecursionError):
        words = None
    if (
        isinstance(words, dict)
        and words
        and all(bare.get(name, value) != value for name, value in words.items())
    ):
        whole = cast(Mapping[str, Json], {**bare, **words})
        if canonical(words) == raw and canonical(without_words(kind, whole)) == canonical(bare):
            return whole
    raise IntegrityError("its words are not those that were taken out of it: restore the record from a copy")


def hollow_of(kind: Kind, written: Mapping[str, Json]) -> bytes:
    """Return the members of a record in whose place words stood, or would: an item is its words when they go back here."""
    bare = without_words(kind, {name: value for name, value in written.items() if name != APART})
    return canonical({name: written[name] for name, value in bare.items() if _hollow(value)})


def words_of(kind: Kind, schema: int, written: Mapping[str, Json]) -> str | None:
    """Return the name of the item that holds a record's words, None when it has none apart."""
    name = written.get(APART) if schema >= FIRST_SCHEMA and kind in WORDS else None
    return name if isinstance(name, str) else None


def without_words(kind: Kind, body: Mapping[str, Json]) -> dict[str, Json]:
    """Return a body with `NOT_HERE` where its words stood."""
    named = WORDS.get(kind, frozenset())
    return {name: _bare(value, named, said=name in named) for name, value in body.items()}


def _bare(value: Json, named: Collection[str], *, said: bool) -> Json:
    if isinstance(value, str):
        return NOT_HERE if said and value else value
    if isinstance(value, Mapping):
        return {name: _bare(inner, named, said=said or name in named) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_bare(inner, named, said=said) for inner in value]
    return value


def _hollow(value: Json) -> bool:
    if isinstance(value, Mapping):
        return any(map(_hollow, value.values()))
    return any(map(_hollow, value)) if isinstance(value, list | tuple) else value == NOT_HERE
