"""The forms of verbs, made from a language's own paradigms.

Rules:
- a class is a list of templates, one a form; `{0}`, `{1}` are the stems, and `|` separates twin spellings;
- a verb with its own parts lists them; one that is listed nowhere is guessed by its ending;
- a form that belongs to several verbs keeps them all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trucewatch.errors import ConfigError


class Tense(StrEnum):
    """What a form of a verb says of time and voice."""

    INFINITIVE = "infinitive"
    PRESENT = "present"
    PAST = "past"
    PARTICIPLE = "participle"
    GERUND = "gerund"  # -ing; a verbal noun where a language builds with one
    CONDITIONAL = "conditional"
    CONNEGATIVE = "connegative"  # the form after a verb of negation
    PASSIVE = "passive"
    PASSIVE_PAST = "passive_past"
    PASSIVE_PARTICIPLE = "passive_participle"  # "on sovittu", "ei saatu"
    ONGOING = "ongoing"  # "on lähettämässä": is sending
    REFERATIVE = "referative"  # "kertoi maan lähettävän": said that the country sends
    REFERATIVE_OWN = "referative_own"  # "kertoi lähettävänsä": said that it sends
    REFERATIVE_PAST = "referative_past"
    REFERATIVE_PAST_OWN = "referative_past_own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of one verb."""

    lemma: str
    tense: Tense
    we: bool = False  # the ending says "we"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paradigms:
    """How the verbs of one language make their forms."""

    forms: tuple[tuple[Tense, bool], ...]
    classes: Mapping[str, tuple[str, ...]]
    stems: Mapping[str, tuple[str, tuple[str, ...]]]  # verb: its class and stems
    irregular: Mapping[str, tuple[str, ...]]
    guesses: tuple[tuple[str, str], ...]  # an ending and the class it tells


def inflected(lemmas: Sequence[str], paradigms: Paradigms, where: str) -> dict[str, tuple[Form, ...]]:
    """Return every form of `lemmas`; raises ConfigError for a verb that no class fits."""
    found: dict[str, list[Form]] = {}
    for lemma in sorted(set(lemmas) | set(paradigms.irregular)):
        spelled = _spelled(lemma, paradigms, where)
        for (tense, we), words in zip(paradigms.forms, spelled, strict=True):
            for word in words.split("|"):
                if word and word != "-":
                    found.setdefault(word, []).append(Form(lemma=lemma, tense=tense, we=we))
    return {word: tuple(dict.fromkeys(forms)) for word, forms in found.items()}


def _spelled(lemma: str, paradigms: Paradigms, where: str) -> tuple[str, ...]:
    if lemma in paradigms.irregular:
        parts = paradigms.irregular[lemma]
        if len(parts) == len(paradigms.forms) - 1:
            parts = (lemma, *parts)
        if len(parts) != len(paradigms.forms):
            raise ConfigError(
                f"inflection.irregular.{lemma} has {len(parts)} forms, not {len(paradigms.forms)}",
                where=where,
            )
        return parts
    name, stems = paradigms.stems.get(lemma, ("", ()))
    if not name:
        name, stems = _guessed(lemma, paradigms, where)
    if name not in paradigms.classes:
        raise ConfigError(f"the verb {lemma!r} is of class {name!r}, which is not listed", where=where)
    try:
        return tuple(template.format(*stems) for template in paradigms.classes[name])
    except IndexError as error:
        raise ConfigError(f"the verb {lemma!r} lacks a stem that class {name!r} uses", where=where) from error


def _guessed(lemma: str, paradigms: Paradigms, where: str) -> tuple[str, tuple[str, ...]]:
    for ending, name in paradigms.guesses:
        if re.search(f"(?:{ending})$", lemma):
            return name, stems_of(lemma, paradigms.classes.get(name, ("{0}",)))
    raise ConfigError(f"the verb {lemma!r} has no class; list it under inflection.words", where=where)


def stems_of(lemma: str, templates: Sequence[str]) -> tuple[str, ...]:
    """Return the one stem of `lemma`: the first template's own ending is taken off."""
    ending = templates[0].split("|", maxsplit=1)[0].removeprefix("{0}")
    return (lemma.removesuffix(ending) if ending else lemma,)
