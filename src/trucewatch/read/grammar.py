"""The grammar of one language as its file has it.

Rules:
- every word and phrase is the file's; the engine knows no word of any language;
- a phrase is found by its first word, the longest first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from trucewatch.errors import ConfigError
from trucewatch.model.statement import FactKind, Modality
from trucewatch.read.fields import flag, member, only, rows, section, text, texts
from trucewatch.read.inflection import Form, Paradigms, Tense, inflected, stems_of
from trucewatch.read.phrases import Element, Entry, Role, element, elements, verbs_of


class Mark(StrEnum):
    """What a small word does."""

    ADVERB = "adverb"  # may stand anywhere in a verb group and changes nothing
    NEGATION = "negation"
    NO = "no"  # a determiner that denies the clause: "no", "ingen"
    DOUBT = "doubt"  # makes a clause unsafe to read: "hardly"
    COORDINATOR = "coordinator"
    OR = "or"  # carries a negation on: "will not send or pay"
    BUT = "but"  # joins no two names
    BOTH = "both"  # opens a list of names: "sekä X että Y"
    NOW = "now"  # the act goes on: "already", "for tiden"
    LINK = "link"  # between a verb and the next one: "to", "å"
    DETERMINER = "determiner"  # what follows is a noun
    PREPOSITION = "preposition"
    ACCORDING = "according"  # before whose words these are
    ACCORDING_AFTER = "according_after"
    OPINION = "opinion"  # the same, and what they think: "in the view of"
    CONDITION = "condition"  # what follows is a condition, whatever it names
    WHEN = "when"  # what follows is a condition if it names a trigger
    PHRASE = "phrase"  # the same, and never a clause: "with", "in the event of"
    WHEN_AFTER = "when_after"  # what precedes is
    ASIDE = "aside"  # begins a clause that stands on its own: "because", "while"
    MUTE = "mute"  # begins one that states nothing: "whether", "where"
    THAT = "that"
    RELATIVE = "relative"
    OWNER = "owner"  # "whose"
    WE = "we"
    PERSON = "person"  # "he", "hun"
    THING = "thing"  # "it", "det"
    THEY = "they"
    TWO = "two"  # stands for two alone: "both", "begge"
    NONE = "none"  # stands for several, and denies: "neither of them"
    STATE = "state"  # "the country", "his country", "landet"
    OFFICE = "office"  # "the government", "the ministry"
    ALLIANCE = "alliance"  # "the alliance", "the union"
    BODY = "body"  # stands for the publisher whose name holds it: "the Mission", "the Department"
    ORGAN = "organ"  # the same, for any organisation that publishes: "the Secretariat"
    UNCOUNTED = "uncounted"  # a number after it is no quantity of the act: "from", "the last of"
    AGENT = "agent"  # who did it in a passive: "by", "av"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Words that name a trigger when they all stand in a condition."""

    kind: FactKind
    groups: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A slip that translations make, and what it should read beside a list of so many names."""

    words: Element
    beside: int
    reads: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """What grammar.toml of one language says."""

    speech_dashes: bool  # a paragraph that begins with a dash is somebody's words
    passive_speaks: bool  # a passive in somebody's own words is what he himself will do
    elides: bool  # a small word loses its vowel before another: "l'Italie", "n'enverra"
    inverts: bool  # the verb may stand before its subject
    bare_present: bool  # the infinitive is a finite form as well: "they send"
    abbreviations: frozenset[str]
    adverb_endings: tuple[str, ...]
    asking_endings: tuple[str, ...]  # what makes a verb a question: "lähettääkö"
    marks: Mapping[tuple[str, ...], frozenset[Mark]]
    contractions: Mapping[str, tuple[str, ...]]  # a word that stands for several: emme, ettei
    forms: Mapping[str, tuple[Form, ...]]
    by_lemma: Mapping[str, tuple[Entry, ...]]
    by_word: Mapping[str, tuple[Entry, ...]]
    triggers: tuple[Trigger, ...]
    corrections: tuple[Correction, ...]
    words: Mapping[
        str, tuple[Element, ...]
    ]  # lists of nouns by their name: topic, own, forces, land, sea, air


ENTRY = (
    *("phrases", "action", "modality", "denied", "lasting", "limit", "spoken", "view", "negative"),
    *("duty", "deed", "stressed", "mute", "whole", "impersonal", "opened", "gives", "needs", "unless"),
)
# What is done where an entry does not say: the acts that the ledger knows in English.
ACTIONS = {Role.OPERATOR: "provide", Role.DEFER: "decide on", Role.HOLD: "hold", Role.JUDGE: "hold"}
SECTIONS = (
    *(
        "speech_dashes",
        "elides",
        "passive_speaks",
        "contractions",
        "inverts",
        "bare_present",
        "abbreviations",
        "adverb_endings",
        "asking_endings",
        "inflection",
        "marks",
    ),
    *("trigger", "correction", "words"),
    *(role.value for role in Role),
)


def grammar(table: Mapping[str, object], where: str) -> Grammar:
    """Return the grammar in `table`; a wrong entry is refused with `where` and its key."""
    only(table, SECTIONS, "the grammar", where)
    written = [(role, row) for role in Role for row in rows(table, role.value, where)]
    phrases = [phrase for _, row in written for phrase in texts(row, "phrases", where)]
    verbs = frozenset(word for phrase in phrases for word in verbs_of(phrase))
    lists = section(table, "words", where)
    named = {name: texts(lists, name, where) for name in lists}
    entries = [entry for role, row in written for entry in _entries(role, row, verbs, named, where)]
    return Grammar(
        speech_dashes=flag(table, "speech_dashes", where),
        passive_speaks=flag(table, "passive_speaks", where),
        elides=flag(table, "elides", where),
        inverts=flag(table, "inverts", where),
        bare_present=flag(table, "bare_present", where),
        abbreviations=frozenset(texts(table, "abbreviations", where)),
        adverb_endings=texts(table, "adverb_endings", where),
        asking_endings=texts(table, "asking_endings", where),
        contractions=_contractions(section(table, "contractions", where), where),
        marks=_marks(section(table, "marks", where), where),
        forms=inflected(sorted(verbs), _paradigms(section(table, "inflection", where), where), where),
        by_lemma=_indexed(entries, lemmas=True),
        by_word=_indexed(entries, lemmas=False),
        triggers=tuple(t for row in rows(table, "trigger", where) for t in _triggers(row, where)),
        corrections=tuple(_correction(row, where) for row in rows(table, "correction", where)),
        words=_words(section(table, "words", where), where),
    )


def _paradigms(table: Mapping[str, object], where: str) -> Paradigms:
    only(table, ("forms", "classes", "words", "irregular", "guesses"), "inflection", where)
    spelled = [name.split() for name in texts(table, "forms", where)]
    listed = section(table, "classes", where)
    classes = {name: texts(listed, name, where) for name in listed}
    stems: dict[str, tuple[str, tuple[str, ...]]] = {}
    for name, words in section(table, "words", where).items():
        if isinstance(words, dict):
            stems.update((str(verb), (name, tuple(str(own).split()))) for verb, own in words.items())
        else:
            for verb in texts({name: words}, name, where):
                stems[verb] = (name, stems_of(verb, classes.get(name, ("{0}",))))
    odd = section(table, "irregular", where)
    guesses = [guess.split() for guess in texts(table, "guesses", where)]
    return Paradigms(
        forms=tuple((member(Tense, parts[0], "forms", where), "we" in parts[1:]) for parts in spelled),
        classes=classes,
        stems=stems,
        irregular={verb: texts(odd, verb, where) for verb in odd},
        guesses=tuple((parts[0], parts[-1]) for parts in guesses),
    )


def _needs(
    row: Mapping[str, object], named: Mapping[str, tuple[str, ...]], where: str
) -> tuple[Element, ...]:
    """Return the words that a phrase needs; `@things` stands for the whole list of that name."""
    written = [
        part
        for word in texts(row, "needs", where)
        for part in (named.get(word[1:], (word,)) if word[0] == "@" else (word,))
    ]
    return tuple(element(word, (), first=False) for word in dict.fromkeys(written))


def _entries(
    role: Role,
    row: Mapping[str, object],
    verbs: frozenset[str],
    named: Mapping[str, tuple[str, ...]],
    where: str,
) -> tuple[Entry, ...]:
    only(row, ENTRY, role.value, where)
    needs = _needs(row, named, where)
    modality, denied = text(row, "modality", where), text(row, "denied", where)
    return tuple(
        Entry(
            role=role,
            elements=elements(phrase, verbs),
            action=text(row, "action", where) or ACTIONS.get(role) or phrase.split()[0],
            modality=member(Modality, modality, "modality", where) if modality else None,
            denied=member(Modality, denied, "denied", where) if denied else None,
            lasting=flag(row, "lasting", where),
            limit=flag(row, "limit", where),
            spoken=flag(row, "spoken", where),
            view=flag(row, "view", where),
            negative=flag(row, "negative", where),
            deed=flag(row, "deed", where),
            stressed=flag(row, "stressed", where),
            duty=flag(row, "duty", where),
            mute=flag(row, "mute", where),
            whole=flag(row, "whole", where),
            impersonal=flag(row, "impersonal", where),
            opened=flag(row, "opened", where),
            gives=flag(row, "gives", where),
            needs=needs,
            unless=tuple(element(word, (), first=False) for word in texts(row, "unless", where)),
        )
        for phrase in texts(row, "phrases", where)
    )


def _indexed(entries: Sequence[Entry], *, lemmas: bool) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        head = entry.elements[0]
        for word in sorted(head.lemmas if lemmas else head.words):
            found.setdefault(word, []).append(entry)
    return {word: tuple(own) for word, own in found.items()}


def _contractions(table: Mapping[str, object], where: str) -> dict[str, tuple[str, ...]]:
    return {word: texts(table, word, where) for word in table}


def _marks(table: Mapping[str, object], where: str) -> dict[tuple[str, ...], frozenset[Mark]]:
    found: dict[tuple[str, ...], frozenset[Mark]] = {}
    for name in table:
        mark = member(Mark, name, "marks", where)
        for phrase in texts(table, name, where):
            key = tuple(phrase.split())
            found[key] = found.get(key, frozenset()) | {mark}
    return found


def _triggers(row: Mapping[str, object], where: str) -> tuple[Trigger, ...]:
    only(row, ("names", "words"), "trigger", where)
    kind = member(FactKind, text(row, "names", where), "trigger.names", where)
    return tuple(
        Trigger(
            kind=kind, groups=tuple(element(group.strip(), (), first=False) for group in phrase.split("+"))
        )
        for phrase in texts(row, "words", where)
    )


def _correction(row: Mapping[str, object], where: str) -> Correction:
    only(row, ("words", "beside", "reads"), "correction", where)
    beside = row.get("beside")
    if not isinstance(beside, int):
        raise ConfigError("correction.beside is not a number of names", where=where)
    return Correction(
        words=element("|".join(texts(row, "words", where)), (), first=False),
        beside=beside,
        reads=text(row, "reads", where),
    )


def _words(table: Mapping[str, object], where: str) -> dict[str, tuple[Element, ...]]:
    return {
        name: tuple(element(word, (), first=False) for word in texts(table, name, where)) for name in table
    }
