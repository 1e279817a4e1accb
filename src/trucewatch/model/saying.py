"""A statement or a change said in a sentence, in pieces that any language can put together.

Rules:
- a template and the words in its slots are English messages, translated one by one;
- a language that has a piece as one, in its own grammar, says it so, and else puts the piece together;
- figures and dates are shown by the language, never translated;
- an actor without a name stands under its code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from trucewatch.model.statement import Statement

# Whom a reader looks for first: guarantors whose word the others wait for, then the two neighbours of the truce.
FIRST = ("US", "FR", "GB", "DE", "IT", "DK", "UA", "RU")


def reading_order(code: str) -> tuple[bool, bool, int, str]:
    """Return the key by which actors stand: states first, those looked for first, unnamed groups last."""
    organisation = code.startswith("X") or code in {"EU", "UN"}
    rank = FIRST.index(code) if code in FIRST else len(FIRST)
    return ("-" in code, organisation, rank, code)


def in_english(figure: int | date) -> str:
    """Return a figure with commas between thousands, or a date as ISO 8601 writes it."""
    return figure.isoformat() if isinstance(figure, date) else f"{figure:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """A language: its names of actors by code, its words for English messages, its form of figures, its marks."""

    names: Mapping[str, str]
    translate: Callable[[str], str] = str
    show: Callable[[int | date], str] = in_english
    marks: Mapping[str, str] = field(default_factory=dict)  # its ", ", "; " and ": ", where not as in English

    def mark(self, english: str) -> str:
        """Return the mark that stands between two pieces."""
        return self.marks.get(english, english)

    def named(self, codes: tuple[str, ...]) -> str:
        """Return the names of actors, one after the other."""
        return self.mark(", ").join(self.names.get(code, code) for code in codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a sentence: a template with its words and figures, and what joins it to the piece before."""

    template: str
    words: Mapping[str, str]
    figures: Mapping[str, int | date] = field(default_factory=dict)
    joined_by: str = ", "

    @property
    def messages(self) -> tuple[str, ...]:
        """What a catalogue must have to say it."""
        return (self.template, *self.words.values())

    @property
    def whole(self) -> str:
        """The piece in English, which a catalogue may have as one."""
        figures = {slot: in_english(figure) for slot, figure in self.figures.items()}
        return self.template.format_map({**self.words, **figures})

    def said(self, tongue: Tongue) -> str:
        """Return the piece in a language: as one where the language has it so, else put together."""
        at_once = tongue.translate(self.whole)
        if at_once != self.whole:
            return at_once
        words = {slot: tongue.translate(word) for slot, word in self.words.items()}
        figures = {slot: tongue.show(figure) for slot, figure in self.figures.items()}
        return tongue.translate(self.template).format_map({**words, **figures})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What a statement says of its actors, in pieces."""

    statement: Statement
    actors: tuple[str, ...]  # codes
    parts: tuple[Part, ...]

    @property
    def messages(self) -> tuple[str, ...]:
        """What a catalogue must have to say it."""
        return tuple(message for part in self.parts for message in part.messages)

    @property
    def is_own(self) -> bool:
        """Whether it is said by one who speaks for its actor; of several, nobody speaks for all."""
        return self.actors == (self.statement.speaks_for,)

    def predicate(self, tongue: Tongue) -> str:
        """Return the sentence without its actors."""
        first, *rest = self.parts
        return first.said(tongue) + "".join(tongue.mark(part.joined_by) + part.said(tongue) for part in rest)

    def said(self, tongue: Tongue) -> str:
        """Return the sentence in a language."""
        return tongue.named(self.actors) + tongue.mark(": ") + self.predicate(tongue)

    def running(self, tongue: Tongue) -> str:
        """Return the sentence in a language as it stands in running text."""
        return f"{tongue.named(self.actors)} {self.predicate(tongue)}"

    def text(self, names: Mapping[str, str]) -> str:
        """Return the sentence in English, with the English names of actors by code."""
        return self.said(Tongue(names=names))


class ChangeKind(StrEnum):
    """What became of a statement between two dates."""

    REPEATED = "repeated"
    CHANGED = "changed"
    APPEARED = "appeared"
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSentence:
    """One change of one actor: what was said before and after, each None where nothing was."""

    kind: ChangeKind
    actor: str
    frame: str  # the template
    before: Sentence | None
    after: Sentence | None
    later: date

    @property
    def messages(self) -> tuple[str, ...]:
        """What a catalogue must have to say it."""
        return (self.frame, *(message for side in self._sides().values() for message in side.messages))

    def text(self, names: Mapping[str, str]) -> str:
        """Return the change in English, with the English names of actors by code."""
        return self.said(Tongue(names=names))

    def said(self, tongue: Tongue) -> str:
        """Return the change in a language."""
        slots = {side: sentence.predicate(tongue) for side, sentence in self._sides().items()}
        slots["actor"] = tongue.named((self.actor,))
        for side, sentence in (("before_on", self.before), ("after_on", self.after)):
            if sentence is not None:
                slots[side] = tongue.show(sentence.statement.stated_on)
        return tongue.translate(self.frame).format_map(slots)

    @property
    def latest(self) -> Sentence:
        """What was said after, or before when nothing was."""
        latest = self.after or self.before
        if latest is None:
            raise TypeError(f"a change of {self.actor} with nothing said")
        return latest

    def runs_on_from(self, other: ChangeSentence) -> bool:
        """Say whether it can be told in one sentence with `other`: the same frame, of the same days."""
        days = [
            tuple(side and side.statement.stated_on for side in (change.before, change.after))
            for change in (self, other)
        ]
        return self.kind is not ChangeKind.CHANGED and self.frame == other.frame and days[0] == days[1]

    def _sides(self) -> Mapping[str, Sentence]:
        """Return the sentences that the frame has a slot for."""
        sides = (("before", self.before), ("after", self.after))
        return {name: side for name, side in sides if side is not None and f"{{{name}}}" in self.frame}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """All that changed of one actor between two dates, as a correspondent would write it."""

    actor: str
    told: tuple[ChangeSentence, ...]

    @property
    def messages(self) -> tuple[str, ...]:
        """What a catalogue must have to say it."""
        return tuple(message for change in self.told for message in change.messages)

    def text(self, names: Mapping[str, str]) -> str:
        """Return the paragraph in English, with the English names of actors by code."""
        return self.said(Tongue(names=names))

    def said(self, tongue: Tongue) -> str:
        """Return the paragraph in a language: a sentence for each kind of change, day and voice."""
        sentences: list[str] = []
        before: ChangeSentence | None = None
        for change in self.told:
            if before is not None and change.runs_on_from(before):
                sentences[-1] += tongue.mark("; ") + change.latest.predicate(tongue).removeprefix("— ")
            else:
                sentences.append(change.said(tongue))
            before = change
        return " ".join(f"{each[:1].upper()}{each[1:]}." for each in sentences)
