"""Whose voice a document is: its publisher, where that is itself a voice of an actor.

Rules:
- a publisher is a voice where its name is that of a state, an organisation, a body, an office or forces of one, by the
  names and offices that the reader already knows, and nothing but small words of a letterhead besides;
- of a name that holds anything else ("Norway Today", "Russian News Agency") nothing is taken: that is a newsroom.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from trucewatch.read.actor_words import OUTSIDER, ActorWords
from trucewatch.read.actors import Mention, Sort, mentions
from trucewatch.read.declension import PLACE_CASES
from trucewatch.read.lexicon import Lexicon
from trucewatch.read.tokens import Token, tokens
from trucewatch.read.voices import Voice

BESIDE = re.compile(r"(?<=\w)\.[a-z]{2,3}$|\s*\([^()]*\)$")  # "regjeringen.no", "Stortinget (exercise)"
MARKS = frozenset({",", "(", ")", "-", "–", "/", "'", "s", ":", "n"})
OWNED = re.compile(r"\s*\(([^()]*)\)$")  # "Ministry of Defence (Kenya)"
SEATED = frozenset({"government", "ministry", "parliament", "president", "prime_minister", "chancellor"})
SPEAKING = frozenset({Sort.STATE, Sort.ORGANISATION, Sort.FORCES, Sort.OFFICE, Sort.PERSON})


def voice_of(
    publisher: str,
    words: Mapping[str, ActorWords],
    lexicon: Lexicon,
    *,
    language: str,
    published: date | None,
) -> Voice | None:
    """Return the voice that `publisher` is, by the names of the document's language or else another's; None of a newsroom."""
    name = " ".join(publisher.split())
    for code in sorted(words, key=lambda each: (each != language, each)):
        for text in dict.fromkeys((OWNED.sub(r", \1", name), BESIDE.sub("", name))):
            met = mentions(text, words[code], lexicon, language=code, published=published)
            codes = _codes(text, met, words[code]) if met and _nothing_else(text, met, words[code]) else ()
            if codes:
                return Voice(name=name, codes=codes, people=True, publisher=True)
    return None


def _codes(text: str, met: Sequence[Mention], words: ActorWords) -> tuple[str, ...]:
    """Return whose voice the mentions of a publisher's name are; none where they are several, or no voice."""
    head, rest = met[0], met[1:]
    owned = head.genitive and bool(rest) and rest[0].sort is Sort.OFFICE and not rest[0].codes
    own = [one.codes for one in rest if not (one.adverbial or one.seat)]
    behind = [codes for codes in own if codes and codes != head.codes]
    if head.sort not in SPEAKING or head.office == OUTSIDER or head.seat or _alone(text, met, words):
        return ()
    if head.codes:
        return head.codes if len(head.codes) == 1 and (not behind or owned) else ()
    if len(behind) == 1 and len(behind[0]) == 1 and head.sort is Sort.OFFICE:
        return behind[0]
    seats = [one.codes for one in rest if one.seat and not one.adverbial]
    if not behind and len(seats) == 1 and head.sort is Sort.OFFICE and head.office in SEATED:
        return seats[0]  # "Prime Minister's Office, London"
    return head.leans if not behind and len(head.leans) == 1 else ()


def _alone(text: str, met: Sequence[Mention], words: ActorWords) -> bool:
    """Return whether a name is a place, or owns what nobody knows; "the ministry's website" is the ministry's."""
    head = met[0]
    sheet = any(token.text.lower() in words.lists["letterhead"] for token in tokens(text[head.end :]))
    placed = bool(head.cases) and head.cases <= PLACE_CASES
    return placed or head.adverbial or (head.genitive and len(met) == 1 and not sheet)


def _nothing_else(text: str, met: Sequence[Mention], words: ActorWords) -> bool:
    """Return whether small words alone stand beside the names."""
    small = words.lists["letterhead"] | words.lists["determiners"] | words.lists["places"] | MARKS
    found = tokens(text)
    return all(
        _within(token, met) or token.text.lower() in small or _where(before, token, met, words)
        for before, token in zip((None, *found), found, strict=False)
    )


def _where(before: Token | None, token: Token, met: Sequence[Mention], words: ActorWords) -> bool:
    """Return whether a token names where the body before it sits: "UN Mission in Kordofan"."""
    placed = before is not None and before.text in words.lists["places"] and token.capital
    return placed and bool(met[0].codes) and met[0].office is not None and met[0].end <= token.start


def _within(token: Token, met: Sequence[Mention]) -> bool:
    return any(one.start <= token.start < one.end for one in met)
