"""Rebels, movements and militias that are named beside a state: they have no code, and the state keeps its own.

Rules:
- a state joined to one ("Jemens regjering og houthiene") is one name that acts, with the state's code alone;
- which words stand for one is data (`parties`); three capitals and more are read as one where the language has such a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.phrases import Element
from trucewatch.read.units import Kind, Unit


def with_parties(found: Sequence[Unit], grammar: Grammar) -> tuple[Unit, ...]:
    """Return `found` with a party that is no state in the name it is joined to: "Jemens regjering og houthiene"."""
    parties = grammar.words.get("parties", ())
    result: list[Unit] = []
    at = 0
    while at < len(found):
        unit, rest = found[at], found[at + 1 : at + 4]
        joins = (
            len(rest) > 1 and Mark.COORDINATOR in rest[0].marks and not rest[0].marks & {Mark.BUT, Mark.OR}
        )
        if joins and unit.is_noun_phrase and _party(rest[1], parties):
            end = rest[2] if len(rest) > 2 and _party(rest[2], parties) else rest[1]  # "geriljaen ELN"
            result.append(replace(unit, end=end.end))
            at = found.index(end, at) + 1
        elif joins and _party(unit, parties) and rest[1].is_noun_phrase:
            named = result.pop() if result and _party(result[-1], parties) else unit
            result.append(replace(rest[1], start=named.start))
            at += 3
        else:
            result.append(unit)
            at += 1
    return tuple(result)


def _party(unit: Unit, parties: Sequence[Element]) -> bool:
    """Return whether a word stands for rebels, a movement or a militia: listed, or three capitals and more."""
    if unit.kind is not Kind.WORD or unit.marks or not parties:
        return False
    short = unit.text.isupper() and len(unit.text) > 2 and unit.text[0].isalpha()
    return short or any(element.takes(unit.low) for element in parties)
