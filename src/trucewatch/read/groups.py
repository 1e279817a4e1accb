"""Groups whose members are not named: "26 countries", "European allies", "de 26".

Rules:
- a group has no code, whoever's group it is said to be ("NATO countries", "Ukraine's allies");
- a noun that may be one state ("country") is a group only behind a number or a word of many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trucewatch.read.actor_words import ActorWords
from trucewatch.read.naming import Unit
from trucewatch.read.register import Entry, Kind
from trucewatch.read.titles import Title
from trucewatch.read.tokens import Token

MOST = 3  # digits of a number of states
GROUPED = frozenset({Kind.ORGANISATION, Kind.AGAIN, Kind.STATE, Kind.ADJECTIVE})


def grouped(found: tuple[Token, ...], phrases: tuple[Title, ...], words: ActorWords) -> tuple[Title, ...]:
    """Return the phrases with each group as wide as its words, and the bare counts ("de 26") added."""
    made: list[Title] = []
    for title in phrases:
        if title.kind is not Kind.GROUP:
            made.append(title)
            continue
        first, modified = _widened(found, title.first, words)
        owner = made[-1] if made else None
        if owner is not None and owner.kind in GROUPED and _belongs(found, owner, first, words):
            made.pop()
            first, modified = _widened(found, owner.first, words)[0], True
        last = _followed(found, title.last, words)
        if modified or title.office is None or last > title.last:
            owns = title.possessive and not any(token.text.isdigit() for token in found[first : title.first])
            made.append(replace(title, first=first, last=last, codes=(), office=None, possessive=owns))
    made.extend(_counts(found, made, words))
    return tuple(sorted(made, key=lambda title: title.first))


def _followed(found: tuple[Token, ...], last: int, words: ActorWords) -> int:
    """Return the token after the adjectives of a group that stand behind it, where a language has them there."""
    while (
        "adjective_follows" in words.flags
        and last < len(found)
        and found[last].text in words.lists["group_adjectives"]
    ):
        last += 1
    return last


def _belongs(found: tuple[Token, ...], owner: Title, first: int, words: ActorWords) -> bool:
    gap = tuple(token.text for token in found[owner.last : first])
    adjoined = not gap and (owner.kind is Kind.ADJECTIVE or owner.possessive or "adjunct" in words.flags)
    return adjoined or gap == ("-",) or gap in words.phrases["possessives"]


def _widened(found: tuple[Token, ...], first: int, words: ActorWords) -> tuple[int, bool]:
    lists, modified, at = words.lists, False, first
    while at > 0 and found[at - 1].sentence == found[first].sentence:
        text = found[at - 1].text.lower()
        if text in lists["many"] or text in lists["group_adjectives"] or _count(text):
            at, modified = at - 1, True
        elif text in lists["fillers"] or (text == "-" and found[at].joined and modified):
            at -= 1
        else:
            break
    first = at if modified else first
    if modified and first > 0 and found[first - 1].text.lower() in lists["determiners"]:
        first -= 1
    return first, modified


def _count(text: str) -> bool:
    return text.isdigit() and len(text) <= MOST


def _counts(found: tuple[Token, ...], made: list[Title], words: ActorWords) -> Iterator[Title]:
    taken = {at for title in made for at in range(title.first, title.last)}
    for at in range(1, len(found)):
        before, after = found[at - 1].text.lower(), found[at + 1].text.lower() if at + 1 < len(found) else "."
        if not _count(found[at].text) or len(found[at].text) < 2 or {at, at - 1} & taken:
            continue
        if before in words.lists["counted"] and (after in words.lists["auxiliaries"] or after == ","):
            yield _bare_count(at)


def _bare_count(at: int) -> Title:
    entry = Entry(words=(), kind=Kind.GROUP, codes=(), cases=frozenset(), name="")
    return Title(
        first=at - 1,
        last=at + 1,
        kind=Kind.GROUP,
        codes=(),
        cases=frozenset(),
        head=Unit(first=at, last=at + 1, entry=entry),
    )
