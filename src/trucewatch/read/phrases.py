"""Phrases of a language file, and what they mean when a clause holds one.

Rules:
- a phrase is a line of words; its first word, and one marked `~`, stands in any form of that verb;
- `a|b` is either word, `word*` any ending, `*word` any beginning, `*word*` any place, `(word)` may be missing, `...` up to eight words, `@` an actor,
  `=word` the word itself even when a verb is spelled so;
- what a phrase means is in the table it stands in, never in the engine.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from trucewatch.model.statement import Modality


class Role(StrEnum):
    """What a phrase does in a verb group."""

    MODAL = "modal"
    PERFECT = "perfect"
    BE = "be"
    DO = "do"
    OPERATOR = "operator"  # is ready to, has promised to, rules out
    PHASE = "phase"  # continues to, begins to: nothing changes
    ACT = "act"
    SAY = "say"
    ASK = "ask"
    SIGN = "sign"
    MEET = "meet"
    HOLD = "hold"
    JUDGE = "judge"  # said of something by somebody, it is the speaker's view
    OPEN = "open"
    DEFER = "defer"
    OTHER = "other"  # known, and no statement


OPENING = frozenset({Role.MODAL, Role.PERFECT, Role.BE, Role.DO, Role.OPERATOR, Role.PHASE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One place of a phrase."""

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    lemmas: frozenset[str] = frozenset()
    optional: bool = False
    gap: bool = False
    actor: bool = False

    def takes(self, low: str) -> bool:
        """Return whether the word `low` fits here as it is spelled."""
        if low in self.words or (self.stems and low.startswith(self.stems)):
            return True
        if self.ends and low.endswith(self.ends):
            return True
        return any(part in low for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A phrase with its meaning."""

    role: Role
    elements: tuple[Element, ...]
    action: str = ""
    modality: Modality | None = None
    denied: Modality | None = None  # what it becomes under a negation; None: the same, negated
    lasting: bool = False  # its present tells what goes on, not what is to come
    limit: bool = False  # denied, it is a limit that a force is set
    spoken: bool = False  # saying it is doing it: the actor's own voice
    view: bool = False  # what is said so is a view
    negative: bool = False  # the view is a denial
    duty: bool = False  # a modal verb of what must be: in somebody's words, their view
    mute: bool = False  # a known phrase whose meaning is left alone
    whole: bool = False  # nothing need follow it
    opened: bool = False  # only where another verb opens it: "could support"
    deed: bool = False  # its subject is what is done: "deliveries begin"
    stressed: bool = False  # what is said so of the truce is a view
    gives: bool = False  # still to come, it is an undertaking: hosting talks
    impersonal: bool = False  # its subject is nobody: who is bound stands in the phrase, or speaks
    needs: tuple[Element, ...] = ()  # one of these words must stand in the clause
    unless: tuple[Element, ...] = ()  # none of these words may


def element(written: str, verbs: Collection[str], *, first: bool) -> Element:
    """Return the place that `written` describes."""
    optional = written.startswith("(") and written.endswith(")")
    if optional:
        written = written[1:-1]
    if written == "...":
        return Element(gap=True, optional=optional)
    if written == "@":
        return Element(actor=True, optional=optional)
    lemmas, words, stems, ends, parts = set(), set(), [], [], []
    for word in written.split("|"):
        if word.startswith("~") or (first and word in verbs):
            lemmas.add(word.removeprefix("~"))
        elif word.endswith("*") and word.startswith("*"):
            parts.append(word[1:-1])
        elif word.endswith("*"):
            stems.append(word[:-1])
        elif word.startswith("*"):
            ends.append(word[1:])
        else:
            words.add(word.removeprefix("="))
    return Element(
        words=frozenset(words),
        stems=tuple(stems),
        ends=tuple(ends),
        parts=tuple(parts),
        lemmas=frozenset(lemmas),
        optional=optional,
    )


def elements(phrase: str, verbs: Collection[str]) -> tuple[Element, ...]:
    """Return the places of `phrase`; `verbs` are the words that inflect where they stand first."""
    return tuple(element(word, verbs, first=at == 0) for at, word in enumerate(phrase.split()))


def verbs_of(phrase: str) -> tuple[str, ...]:
    """Return the words of `phrase` that must have forms: its first, unless marked `=`, and those marked `~`."""
    found = []
    for at, word in enumerate(phrase.split()):
        for part in word.strip("()").split("|"):
            if part.startswith("~"):
                found.append(part[1:])
            elif at == 0 and part not in ("...", "@") and not part.startswith("=") and not part.endswith("*"):
                found.append(part)
    return tuple(found)
