"""Whose something is, where a language spells it like something else.

Rules:
- "whose" that is spelled like "if" stands between a name with its comma and a noun;
- a body without a name is that of the organisation that stands in the genitive before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trucewatch.read.actors import Sort
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.units import Kind, Unit


def whose(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` with "whose" where "if" is spelled alike: "Oman, hvis meglerrolle er kjent, ..."."""
    words, found = grammar.words.get("whose", ()), list(units)
    for at in range(2, len(units) - 1):
        unit, name, noun = units[at], units[at - 2], units[at + 1]
        opens = at == 2 or bool(units[at - 3].marks & {Mark.COORDINATOR}) or units[at - 3].text in ",;"
        parted = units[at - 1].text == "," and name.is_noun_phrase and opens
        bare = noun.kind is Kind.WORD and not noun.marks
        definite = any(element.takes(noun.low) for element in grammar.words.get("definite", ()))
        office = noun.kind is Kind.ACTOR and not noun.codes
        if parted and (office or (bare and not definite)) and any(e.takes(unit.low) for e in words):
            found[at] = replace(unit, marks=frozenset({Mark.OWNER}))
    return found


def of_another_body(units: Sequence[Unit], at: int) -> bool:
    """Return whether a body without a name stands behind the organisation whose it is: "Afrikan unionin komissio"."""
    unit, owner = units[at], units[at - 1] if at else None
    if owner is None or owner.kind is not Kind.ACTOR or unit.kind is not Kind.ACTOR or not unit.codes:
        return False
    bodies = len(unit.mentions) == 1 and unit.mentions[0].sort is Sort.ORGANISATION
    owns = owner.mentions[-1].genitive and owner.mentions[-1].sort is Sort.ORGANISATION
    return bodies and owns and unit.text[:1].islower()
