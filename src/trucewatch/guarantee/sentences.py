"""One neutral English sentence for each statement and each change, and the parts it is made of.

Rules:
- a sentence says no more than its statement's fields;
- another's words about an actor end in *according to*;
- templates and slots are given beside the sentence, so that it can be said in another language;
- what was promised without a date carries its age.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trucewatch.guarantee.actors import is_group
from trucewatch.model.statement import Change, Modality, Statement, StatementKind

# How each modality is said of one actor, and of several.
TEMPLATES: Mapping[Modality, tuple[str, str]] = {
    Modality.WILL: ("will {action} {what}", "will {action} {what}"),
    Modality.DOES: ("says that it does {action} {what}", "say that they {action} {what}"),
    Modality.HAS_PROMISED: ("has promised to {action} {what}", "have promised to {action} {what}"),
    Modality.READY_TO: ("is ready to {action} {what}", "are ready to {action} {what}"),
    Modality.COULD: ("could {action} {what}", "could {action} {what}"),
    Modality.MAY: ("may {action} {what}", "may {action} {what}"),
    Modality.CONSIDERING: ("considers whether to {action} {what}", "consider whether to {action} {what}"),
    Modality.DEFERS: ("does not yet {action} {what}", "do not yet {action} {what}"),
    Modality.TOO_EARLY: ("finds it too early to {action} {what}", "find it too early to {action} {what}"),
    Modality.REFUSES: ("refuses to {action} {what}", "refuse to {action} {what}"),
    Modality.DOES_NOT_INTEND: ("does not intend to {action} {what}", "do not intend to {action} {what}"),
    Modality.WILL_NOT: ("will not {action} {what}", "will not {action} {what}"),
    Modality.SIGNED: ("signed {what}", "signed {what}"),
    Modality.MADE: ("made {what}", "made {what}"),
    Modality.DID_NOT: ("did not {action} {what}", "did not {action} {what}"),
    Modality.HOLDS: ("holds that {what}", "hold that {what}"),
    Modality.ASKS: ("asks {what}", "ask {what}"),
    Modality.OPEN: ("names as open: {what}", "name as open: {what}"),
    Modality.TOOK_PART: ("took part in {what}", "took part in {what}"),
}
# The same in the words of somebody who does not speak for the actor, where that reads otherwise.
TEMPLATES_OF_ANOTHER: Mapping[Modality, tuple[str, str]] = {
    Modality.DOES: ("is said to {action} {what}", "are said to {action} {what}"),
    Modality.OPEN: ("open: {what}", "open: {what}"),
}
PLACES: Mapping[str, str] = {"send": "to {place}", "sign": "to {place}", "take part in": "from {place}"}
PLACE = "in {place}"
DOMAINS = "({domains})"
NO_BOUNDS = "{words}"
BOUNDS = "{words} (read as {least} to {most} {unit})"
AT_LEAST = "{words} (read as at least {least} {unit})"
AT_MOST = "{words} (read as at most {most} {unit})"
EXACTLY = "{words} ({least} {unit})"
CONDITION = "{condition}"
UNDATED = "“{undated}”"
UNDATED_AGED = "“{undated}” ({days} days old on {on})"
ACCORDING_TO = "according to {said_by}"


class ChangeKind(StrEnum):
    """What became of a statement between two dates."""

    REPEATED = "repeated"
    CHANGED = "changed"
    APPEARED = "appeared"
    SILENT = "silent"


FRAMES: Mapping[ChangeKind, str] = {
    ChangeKind.REPEATED: "{actor}: {before}, on both dates",
    ChangeKind.CHANGED: "{actor}: on {before_on}: {before}; on {after_on}: {after}",
    ChangeKind.APPEARED: "{actor}: new on {after_on}: {after}",
    ChangeKind.SILENT: "{actor}: said on {before_on}: {before}; not said again by {later}, and not withdrawn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a sentence: a template, its slots in English, and what joins it to the piece before."""

    template: str
    slots: Mapping[str, str]
    joined_by: str = ", "

    @property
    def text(self) -> str:
        """The piece in English."""
        return self.template.format_map(self.slots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What a statement says of its actors, in pieces."""

    statement: Statement
    actors: tuple[str, ...]  # codes
    parts: tuple[Part, ...]

    @property
    def predicate(self) -> str:
        """The sentence without its actors, in English."""
        first, *rest = self.parts
        return first.text + "".join(part.joined_by + part.text for part in rest)

    def text(self, names: Mapping[str, str]) -> str:
        """Return the sentence in English, an actor without a name under its code."""
        return f"{_named(self.actors, names)}: {self.predicate}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSentence:
    """One change of one actor: what was said before and after, each None where nothing was."""

    kind: ChangeKind
    actor: str
    before: Sentence | None
    after: Sentence | None
    later: date

    def text(self, names: Mapping[str, str]) -> str:
        """Return the change in English."""
        slots = {"actor": _named((self.actor,), names), "later": self.later.isoformat()}
        for side, sentence in (("before", self.before), ("after", self.after)):
            if sentence is not None:
                slots[side] = sentence.predicate
                slots[f"{side}_on"] = sentence.statement.stated_on.isoformat()
        return FRAMES[self.kind].format_map(slots)


def sentence(statement: Statement, *, actor: str | None = None, on: date | None = None) -> Sentence:
    """Return the sentence of a statement, of `actor` alone when given; `on` ages what has no date."""
    actors = statement.actors if actor is None else (actor,)
    several = len(actors) > 1 or any(is_group(code) for code in actors)
    parts = (
        _main(statement, several=several),
        *_where(statement),
        *_how_much(statement),
        *(Part(template=CONDITION, slots={"condition": c.as_written}) for c in statement.conditions),
        *_undated(statement, on),
        *_according_to(statement),
    )
    return Sentence(statement=statement, actors=actors, parts=parts)


def change_sentences(change: Change, *, later: date) -> tuple[ChangeSentence, ...]:
    """Return a sentence for each part of a change: repeated, changed, appeared, silent, in that order."""
    pairs = (
        *((ChangeKind.REPEATED, before, after) for before, after in change.repeated),
        *((ChangeKind.CHANGED, before, after) for before, after in change.changed),
        *((ChangeKind.APPEARED, None, after) for after in change.appeared),
        *((ChangeKind.SILENT, before, None) for before in change.silent),
    )
    return tuple(
        ChangeSentence(
            kind=kind,
            actor=change.actor,
            before=None if before is None else sentence(before, actor=change.actor, on=later),
            after=None if after is None else sentence(after, actor=change.actor, on=later),
            later=later,
        )
        for kind, before, after in pairs
    )


def _main(statement: Statement, *, several: bool) -> Part:
    own = TEMPLATES[statement.modality]
    pair = own if _speaks(statement) else TEMPLATES_OF_ANOTHER.get(statement.modality, own)
    return Part(template=pair[several], slots={"action": statement.action, "what": statement.what})


def _where(statement: Statement) -> tuple[Part, ...]:
    parts = []
    if statement.place is not None:
        template = PLACES.get(statement.action, PLACE)
        parts.append(Part(template=template, slots={"place": statement.place}, joined_by=" "))
    if len(statement.domains) > 1:
        slots = {"domains": ", ".join(statement.domains)}
        parts.append(Part(template=DOMAINS, slots=slots, joined_by=" "))
    return tuple(parts)


def _how_much(statement: Statement) -> tuple[Part, ...]:
    """Return the quantity; an unnamed group's own number is in its name already."""
    quantity = statement.quantity
    if quantity is None or any(is_group(code) for code in statement.actors):
        return ()
    slots = {"words": quantity.english or quantity.as_written, "unit": quantity.unit}
    if quantity.least is not None:
        slots["least"] = f"{quantity.least:,}"
    if quantity.most is not None:
        slots["most"] = f"{quantity.most:,}"
    template = {
        (False, False): NO_BOUNDS,
        (True, False): AT_LEAST,
        (False, True): AT_MOST,
        (True, True): EXACTLY if quantity.least == quantity.most else BOUNDS,
    }["least" in slots, "most" in slots]
    return (Part(template=template, slots=slots),)


def _undated(statement: Statement, on: date | None) -> tuple[Part, ...]:
    if statement.undated is None:
        return ()
    slots = {"undated": statement.undated}
    if on is None or on <= statement.stated_on:
        return (Part(template=UNDATED, slots=slots),)
    aged = {**slots, "days": str((on - statement.stated_on).days), "on": on.isoformat()}
    return (Part(template=UNDATED_AGED, slots=aged),)


def _according_to(statement: Statement) -> tuple[Part, ...]:
    """Return who says so, when it is not the actor."""
    if _speaks(statement) or statement.kind is StatementKind.MEETING:
        return ()
    return (Part(template=ACCORDING_TO, slots={"said_by": statement.said_by}),)


def _speaks(statement: Statement) -> bool:
    return statement.speaks_for in statement.actors


def _named(codes: tuple[str, ...], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in codes)
