"""Words that stand for several named before only where a verb follows: "both signed", "neither will send troops".

Rules:
- behind a name or a pronoun they are no subject: "they both signed";
- one that denies is read as those it stands for, and a negation;
- what is put in has no width, so every offset stays the document's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.inflection import Tense
from trucewatch.read.matching import Matcher
from trucewatch.read.phrases import Role
from trucewatch.read.shortened import roles
from trucewatch.read.units import QUOTES, Kind, Unit

STANDS = frozenset({Mark.THEY, Mark.NONE, Mark.TWO})
OPENS = frozenset({Mark.COORDINATOR, Mark.THAT, Mark.CONDITION, Mark.WHEN, Mark.ASIDE, Mark.MUTE})


def standing(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` with each such word as a subject where it is one, and as no more than an adverb elsewhere."""
    found: list[Unit] = []
    for at, unit in enumerate(units):
        doubtful = Mark.NONE in unit.marks or {Mark.THEY, Mark.ADVERB} <= unit.marks
        if not doubtful:
            found.append(unit)
        elif not (_opens(units, at, grammar) and _verb_next(units, at, grammar)):
            found.append(replace(unit, marks=unit.marks - STANDS))
        elif Mark.NONE in unit.marks:
            they = (unit.marks & {Mark.TWO}) | {Mark.THEY}
            found.append(replace(unit, text="", end=unit.start, marks=they))
            found.append(replace(unit, marks=frozenset({Mark.NEGATION})))
        else:
            found.append(replace(unit, marks=unit.marks & STANDS))
    return found


def _opens(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    """Return whether a clause may begin with the word at `at`."""
    if not at:
        return True
    before = units[at - 1]
    if before.separates or before.text in QUOTES or before.marks & OPENS:
        return True
    return before.kind is Kind.TIME or Role.SAY in roles(before, grammar)


def _verb_next(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    after = at + 1
    while after < len(units) and units[after].idle:
        after += 1
    if Matcher(units=units, grammar=grammar).finite_at(after):
        return True
    low = units[after].low if grammar.bare_present and after < len(units) else ""
    return any(form.tense is Tense.INFINITIVE for form in grammar.forms.get(low, ()))
