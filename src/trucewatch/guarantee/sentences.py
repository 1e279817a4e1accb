"""One neutral English sentence for each statement and each change, and the parts it is made of.

Rules:
- a sentence says no more than its statement's fields;
- another's words about an actor end in *according to*, and stand apart from its own;
- its pieces stay apart, so that another language can put them together;
- what was promised without a date carries its age.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from trucewatch.guarantee.actors import is_group
from trucewatch.model.saying import ChangeKind, ChangeSentence, Paragraph, Part, Sentence
from trucewatch.model.standing import Change
from trucewatch.model.statement import Modality, Statement, StatementKind

# How each modality is said of one actor, and of several.
TEMPLATES: Mapping[Modality, tuple[str, str]] = {
    Modality.WILL: ("will {deed}", "will {deed}"),
    Modality.DOES: ("says that it does {deed}", "say that they {deed}"),
    Modality.HAS_PROMISED: ("has promised to {deed}", "have promised to {deed}"),
    Modality.READY_TO: ("is ready to {deed}", "are ready to {deed}"),
    Modality.COULD: ("could {deed}", "could {deed}"),
    Modality.MAY: ("may {deed}", "may {deed}"),
    Modality.CONSIDERING: ("considers whether to {deed}", "consider whether to {deed}"),
    Modality.DEFERS: ("will not yet {deed}", "will not yet {deed}"),
    Modality.TOO_EARLY: ("finds it too early to {deed}", "find it too early to {deed}"),
    Modality.REFUSES: ("refuses to {deed}", "refuse to {deed}"),
    Modality.DOES_NOT_INTEND: ("does not intend to {deed}", "do not intend to {deed}"),
    Modality.WILL_NOT: ("will not {deed}", "will not {deed}"),
    Modality.SIGNED: ("signed {what}", "signed {what}"),
    Modality.MADE: ("has made {what}", "have made {what}"),
    Modality.DID_NOT: ("did not {deed}", "did not {deed}"),
    Modality.HOLDS: ("holds that {what}", "hold that {what}"),
    Modality.ASKS: ("asks {what}", "ask {what}"),
    Modality.OPEN: ("names as open: {what}", "name as open: {what}"),
    Modality.TOOK_PART: ("took part in {what}", "took part in {what}"),
}
# The same in the words of somebody who does not speak for the actor, where that reads otherwise.
TEMPLATES_OF_ANOTHER: Mapping[Modality, tuple[str, str]] = {
    Modality.DOES: ("is said to {deed}", "are said to {deed}"),
    Modality.OPEN: ("has yet to settle {what}", "have yet to settle {what}"),
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
AND = "and {condition}"
OR = "or {condition}"
ONLY = "(only {condition})"  # of what is put off: "will not yet decide (only when ...)"
UNDATED = "“{undated}”"
UNDATED_AGED = "“{undated}” ({days} days old on {on})"
ACCORDING_TO = "according to {said_by}"


FRAMES: Mapping[ChangeKind, str] = {
    ChangeKind.REPEATED: "on {before_on} and again on {after_on}, {actor} {after}",
    ChangeKind.CHANGED: "on {before_on}, {actor} {before}; on {after_on}, {actor} {after}",
    ChangeKind.APPEARED: "new on {after_on}: {actor} {after}",
    ChangeKind.SILENT: "not said again since {before_on}, and not withdrawn: {actor} {before}",
}
# The same of what others say of an actor, which stands apart from its own words.
FRAMES_OF_OTHERS: Mapping[ChangeKind, str] = {
    **FRAMES,
    ChangeKind.APPEARED: "said by others, new on {after_on}: {actor} {after}",
    ChangeKind.SILENT: "said by others, and not again since {before_on}: {actor} {before}",
}
PUT_OFF = frozenset({Modality.DEFERS, Modality.TOO_EARLY})


def sentence(statement: Statement, *, actor: str | None = None, on: date | None = None) -> Sentence:
    """Return the sentence of a statement, of `actor` alone when given; `on` ages what has no date."""
    actors = statement.actors if actor is None else (actor,)
    several = len(actors) > 1 or any(is_group(code) for code in actors)
    parts = (
        _main(statement, actors, several=several),
        *_where(statement),
        *_how_much(statement),
        *_conditions(statement),
        *_undated(statement, on),
        *_according_to(statement, actors),
    )
    return Sentence(statement=statement, actors=actors, parts=parts)


def paragraph(change: Change, *, later: date) -> Paragraph:
    """Return an actor's change as one paragraph: what it said again, otherwise, anew, and no more."""
    return Paragraph(actor=change.actor, told=change_sentences(change, later=later))


def change_sentences(change: Change, *, later: date) -> tuple[ChangeSentence, ...]:
    """Return a sentence for each part of a change: repeated, changed, appeared, silent, its own words first."""
    pairs = (
        *((ChangeKind.REPEATED, before, after) for before, after in change.repeated),
        *((ChangeKind.CHANGED, before, after) for before, after in change.changed),
        *((ChangeKind.APPEARED, None, after) for after in change.appeared),
        *((ChangeKind.SILENT, before, None) for before in change.silent),
    )
    told = [_change(kind, before, after, change.actor, later) for kind, before, after in pairs]
    order = list(ChangeKind)
    return tuple(sorted(told, key=lambda c: (not c.latest.is_own, order.index(c.kind))))


def _change(
    kind: ChangeKind, before: Statement | None, after: Statement | None, actor: str, later: date
) -> ChangeSentence:
    latest = after or before
    own = latest is not None and _speaks(latest, (actor,))
    return ChangeSentence(
        kind=kind,
        actor=actor,
        frame=(FRAMES if own else FRAMES_OF_OTHERS)[kind],
        before=None if before is None else sentence(before, actor=actor, on=later),
        after=None if after is None else sentence(after, actor=actor, on=later),
        later=later,
    )


def _main(statement: Statement, actors: tuple[str, ...], *, several: bool) -> Part:
    own = TEMPLATES[statement.modality]
    pair = own if _speaks(statement, actors) else TEMPLATES_OF_ANOTHER.get(statement.modality, own)
    return Part(template=pair[several], words=_words(statement, pair[several]))


def _words(statement: Statement, template: str) -> Mapping[str, str]:
    """Return what the template asks for: the deed, action and object in one phrase, or the object alone."""
    if "{deed}" in template:
        return {"deed": f"{statement.action} {statement.what}".rstrip()}
    return {"what": statement.what}


def _where(statement: Statement) -> tuple[Part, ...]:
    parts = []
    if statement.place is not None:
        template = PLACES.get(statement.action, PLACE)
        parts.append(Part(template=template, words={"place": statement.place}, joined_by=" "))
    if len(statement.domains) > 1:
        words = {"domains": ", ".join(statement.domains)}
        parts.append(Part(template=DOMAINS, words=words, joined_by=" "))
    return tuple(parts)


def _how_much(statement: Statement) -> tuple[Part, ...]:
    """Return the quantity; an unnamed group's own number is in its name already."""
    quantity = statement.quantity
    if quantity is None or any(is_group(code) for code in statement.actors):
        return ()
    words = {"words": quantity.english or quantity.as_written, "unit": quantity.unit}
    least, most = quantity.least, quantity.most
    figures = {name: n for name, n in (("least", least), ("most", most)) if n is not None}
    template = {
        (False, False): NO_BOUNDS,
        (True, False): AT_LEAST,
        (False, True): AT_MOST,
        (True, True): EXACTLY if least == most else BOUNDS,
    }[least is not None, most is not None]
    return (Part(template=template, words=words, figures=figures),)


def _conditions(statement: Statement) -> Iterator[Part]:
    """Yield each condition: all are to be met, alternatives are joined by *or*, and what is put off waits."""
    before: str | None = None
    for nth, condition in enumerate(statement.conditions):
        as_written, words = condition.as_written, {"condition": condition.as_written}
        joined = as_written.startswith(("and ", "or "))
        if statement.modality in PUT_OFF and as_written.startswith("when "):
            yield Part(template=ONLY, words=words, joined_by=" ")
        elif nth == 0 or joined:
            runs_on = as_written.startswith("only ") or (joined and nth > 0)
            yield Part(template=CONDITION, words=words, joined_by=" " if runs_on else ", ")
        else:
            alternative = condition.either is not None and condition.either == before
            yield Part(template=OR if alternative else AND, words=words, joined_by=" ")
        before = condition.either


def _undated(statement: Statement, on: date | None) -> tuple[Part, ...]:
    if statement.undated is None:
        return ()
    words = {"undated": statement.undated}
    if on is None or on <= statement.stated_on:
        return (Part(template=UNDATED, words=words),)
    aged: Mapping[str, int | date] = {"days": (on - statement.stated_on).days, "on": on}
    return (Part(template=UNDATED_AGED, words=words, figures=aged),)


def _according_to(statement: Statement, actors: tuple[str, ...]) -> tuple[Part, ...]:
    """Return who says so, when it is not the actor."""
    if _speaks(statement, actors) or statement.kind is StatementKind.MEETING:
        return ()
    return (Part(template=ACCORDING_TO, words={"said_by": statement.said_by}),)


def _speaks(statement: Statement, actors: tuple[str, ...]) -> bool:
    """Say whether the speaker speaks for the actor told of; of several, nobody speaks for all."""
    return actors == (statement.speaks_for,)
