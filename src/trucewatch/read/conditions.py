"""On what condition: the words of a condition and the trigger they name.

Rules:
- the word decides, never what it probably means; the first rule of the language's list that fits names it;
- a phrase ("after a ceasefire") is a condition only where it names a trigger;
- words that name none of the triggers are a condition all the same when they are introduced as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trucewatch.model.statement import FactKind
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.phrases import Role
from trucewatch.read.units import Kind, Unit

REACH = 9  # words from the introducing word within which a phrase must name its trigger


def trigger_of(words: Sequence[Unit], grammar: Grammar) -> FactKind | None:
    """Return the trigger that `words` name."""
    lows = [low for unit in words for low in unit.low.replace("-", " - ").split()]
    lows += [unit.low for unit in words]
    for trigger in grammar.triggers:
        if all(any(group.takes(low) for low in lows) for group in trigger.groups):
            return trigger.kind
    return None


def triggered(units: Sequence[Unit], ends: Sequence[int], grammar: Grammar) -> tuple[bool, ...]:
    """Return for each unit whether the segment that begins there, up to `ends`, names a trigger."""
    return tuple(
        Mark.WHEN in unit.marks
        and not _infinitive(units, at)
        and trigger_of(units[at:end], grammar) is not None
        for at, (unit, end) in enumerate(zip(units, ends, strict=True))
    )


def phrases(units: Sequence[Unit], verbs: Sequence[int], grammar: Grammar) -> tuple[tuple[int, int], ...]:
    """Return the phrases that are conditions: from their introducing word to a separator or a verb at `verbs`.

    A word after what it governs ("tulitauon jälkeen") takes the words before it, back to the nearest bound.
    """
    found: list[tuple[int, int]] = []
    for at, unit in enumerate(units):
        if (
            unit.marks & {Mark.WHEN, Mark.PHRASE}
            and not _infinitive(units, at)
            and not _taken(units, at, grammar)
        ):
            bare = Mark.WHEN not in unit.marks
            stops = (*verbs, *(n for n, later in enumerate(units) if _modal(later, grammar)))
            end = _phrase_end(units, at + 1, () if bare else verbs, stops)
            aim = {Mark.LINK, Mark.WHEN} <= unit.marks  # "til overvåkingen av våpenhvilen" is what for
            near = min(end, at + 3) if end is not None and aim else end
            if end is not None and near is not None and trigger_of(units[at:near], grammar) is not None:
                own = units[end - 2].marks & {Mark.PREPOSITION, Mark.DETERMINER}
                led = (
                    not own
                    and units[end - 1].is_noun_phrase
                    and trigger_of(units[at : end - 1], grammar) is not None
                )
                if bare and grammar.passive_speaks:
                    end = next(n for n in range(at + 2, end + 1) if trigger_of(units[at:n], grammar))
                found.append((at, end - led))  # "ilman X:n tukea Puola ei ..."
        elif Mark.WHEN_AFTER in unit.marks and Mark.ADVERB not in unit.marks:
            start = _phrase_start(units, at, grammar)
            if start is not None:
                found.append((start, at + 1))
    return tuple(span for number, span in enumerate(found) if not number or span[0] >= found[number - 1][1])


def _infinitive(units: Sequence[Unit], at: int) -> bool:
    """Return whether a word for a time only opens an infinitive: "til å undertegne våpenhvilen"."""
    return all(Mark.LINK in unit.marks for unit in units[at : at + 2]) and at + 1 < len(units)


def _taken(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    """Return whether the word at `at` belongs to the verb before it: "calls upon both to respect the truce"."""
    lemmas = [form.lemma for form in grammar.forms.get(units[at - 1].low, ())] if at else []
    entries = (entry for lemma in lemmas for entry in grammar.by_lemma.get(lemma, ()))
    asks = (entry.elements for entry in entries if entry.role is Role.ASK)
    return any(len(each) == 2 and units[at].low in each[1].words for each in asks)


def _modal(unit: Unit, grammar: Grammar) -> bool:
    return any(entry.role is Role.MODAL for entry in grammar.by_word.get(unit.low, ()))


def between_commas(units: Sequence[Unit], grammar: Grammar) -> tuple[tuple[int, int], ...]:
    """Return the conditions that stand between a finite verb and the rest of its group: "is, if X agrees, ready"."""
    found: list[tuple[int, int]] = []
    for at in range(1, len(units) - 2):
        marks = units[at + 1].marks & {Mark.CONDITION, Mark.WHEN, Mark.PHRASE}
        joined = Mark.COORDINATOR in units[at - 1].marks
        if units[at].text != "," or not marks or not (joined or _opens_group(units[at - 1], grammar)):
            continue
        end = next((later for later in range(at + 2, len(units)) if units[later].separates), None)
        if end is None or units[end].text != ",":
            continue
        if joined and not (end + 1 < len(units) and _opens_group(units[end + 1], grammar)):
            continue
        if Mark.CONDITION in marks or trigger_of(units[at + 1 : end], grammar) is not None:
            found.append((at, end + 1))
    return tuple(found)


def _opens_group(unit: Unit, grammar: Grammar) -> bool:
    lemmas = [form.lemma for form in grammar.forms.get(unit.low, ())]
    entries = [entry for lemma in lemmas for entry in grammar.by_lemma.get(lemma, ())]
    return any(entry.role in (Role.BE, Role.PERFECT) for entry in entries) or _modal(unit, grammar)


def _phrase_end(units: Sequence[Unit], begin: int, own: Sequence[int], verbs: Sequence[int]) -> int | None:
    """Return where the phrase that begins at `begin` ends; None when it has a verb of its `own`."""
    for at in range(begin, min(begin + REACH, len(units))):
        if at in own:
            return None
        unit = units[at]
        if (
            at in verbs
            or unit.separates
            or unit.text in ".!?"
            or Mark.COORDINATOR in unit.marks
            or unit.marks & STOPS
        ):
            return at
    end = min(begin + REACH, len(units))
    return None if end in own else end


STOPS = frozenset(
    {Mark.THAT, Mark.CONDITION, Mark.MUTE, Mark.ASIDE, Mark.RELATIVE, Mark.OWNER, Mark.WE, Mark.WHEN}
)


def _phrase_start(units: Sequence[Unit], at: int, grammar: Grammar) -> int | None:
    """Return where the shortest phrase before the postposition at `at` begins that names a trigger."""
    for start in range(at - 1, max(-1, at - 5), -1):
        if units[start].separates or units[start].kind in (Kind.POINT, Kind.TIME):
            return None
        if trigger_of(units[start : at + 1], grammar) is not None:
            return start
    return None


def as_adverbs(units: Sequence[Unit], spans: Sequence[tuple[int, int]]) -> tuple[Unit, ...]:
    """Return `units` with each condition phrase as one unit that a verb group reads on over."""
    result: list[Unit] = []
    at = 0
    for start, end in spans:
        result.extend(units[at:start])
        whole = units[start + 1 : end - 1] if units[start].text == "," else units[start:end]
        result.append(
            replace(
                whole[0],
                kind=Kind.WORD,
                text=" ".join(unit.text for unit in whole),
                end=whole[-1].end,
                marks=frozenset({Mark.ADVERB, Mark.WHEN_AFTER}),
                mentions=(),
            )
        )
        at = end
    return (*result, *units[at:])
