"""A place that stands for those who decide there, in a passive: "Oslossa ollaan valmiita", "Kiovassa ei uskota".

Rules:
- only a state or its capital, where something is, at the beginning of its clause;
- only over a verb of saying, holding or being ready: what is done in a place may be done by others;
- what is put in has no width, so every offset stays the document's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trucewatch.read.actors import Sort
from trucewatch.read.declension import Case
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.inflection import Form, Tense
from trucewatch.read.phrases import Role
from trucewatch.read.units import Kind, Unit

ACTIVE = {Tense.PASSIVE: Tense.PRESENT, Tense.PASSIVE_PAST: Tense.PAST}
STANCES = frozenset({Role.SAY, Role.HOLD, Role.ASK, Role.OPERATOR, Role.DEFER})
WHENCE = frozenset({Case.INESSIVE, Case.ELATIVE, Case.ABLATIVE})
REACH = 6  # units between a place and its verb
BESIDE = 5  # words within which what somebody is ready for is named


def placed(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` with each place that decides as the subject of its verb, made active."""
    found = list(units)
    if not grammar.passive_speaks:
        return found
    for at in range(len(units) - 1, -1, -1):
        verb = _verb(units, at, grammar) if _opens(units, at) else None
        if verb is None:
            continue
        start = verb
        while start > at + 1 and (units[start - 1].idle or Mark.NEGATION in units[start - 1].marks):
            start -= 1
        denied = any(Mark.NEGATION in unit.marks for unit in units[start:verb])
        active = _active(units[verb], grammar, denied=denied)
        if active is None:
            continue
        found[verb] = replace(units[verb], text=active)
        last = replace(units[at].mentions[-1], adverbial=False, cases=frozenset())
        place = units[start].start
        subject = replace(units[at], start=place, end=place, mentions=(last,))
        found[at] = replace(units[at], kind=Kind.WORD, marks=frozenset({Mark.ADVERB}), mentions=())
        found.insert(start, subject)
    return found


def _opens(units: Sequence[Unit], at: int) -> bool:
    unit = units[at]
    if unit.kind is not Kind.ACTOR or len(unit.mentions) != 1 or not unit.codes:
        return False
    last = unit.mentions[0]
    inside = last.adverbial and bool(last.cases & WHENCE) and last.sort is Sort.STATE
    before = units[at - 1] if at else None
    opens = before is None or before.separates or bool(before.marks & {Mark.THAT, Mark.COORDINATOR})
    return inside and (opens or all(one.kind is Kind.POINT for one in units[:at]))


def _verb(units: Sequence[Unit], at: int, grammar: Grammar) -> int | None:
    """Return the passive verb of saying, holding or being ready that follows the place at `at` in its clause."""
    for ahead in range(at + 1, min(at + 1 + REACH, len(units))):
        unit = units[ahead]
        if unit.separates or unit.is_noun_phrase or Mark.THAT in unit.marks:
            return None
        forms = [form for form in _forms(unit, grammar) if form.tense in ACTIVE]
        if forms:
            return ahead if any(_takes_stance(form, units, ahead, grammar) for form in forms) else None
    return None


def _takes_stance(form: Form, units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    lows = [unit.low for unit in units[at + 1 : at + 1 + BESIDE]]
    for entry in grammar.by_lemma.get(form.lemma, ()):
        rest = [element for element in entry.elements[1:] if not (element.optional or element.gap)]
        if entry.role in STANCES and all(any(one.takes(low) for low in lows) for one in rest):
            return True
    return False


def _active(unit: Unit, grammar: Grammar, *, denied: bool) -> str | None:
    form = next(form for form in _forms(unit, grammar) if form.tense in ACTIVE)
    tense = Tense.CONNEGATIVE if denied else ACTIVE[form.tense]
    wanted = Form(lemma=form.lemma, tense=tense)
    return next((word for word, forms in grammar.forms.items() if wanted in forms), None)


def _forms(unit: Unit, grammar: Grammar) -> tuple[Form, ...]:
    return grammar.forms.get(unit.low, ()) if unit.kind is Kind.WORD else ()
