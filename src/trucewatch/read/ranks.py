"""Soldiers, ships and offices that a name owns, as that name: "Kenya's 1,000 police officers", "Belgian hävittäjät".

Rules:
- a genitive, then a number or plain words, then a noun that the language's file lists, then a finite verb;
- nothing moves: every offset stays the document's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trucewatch.read.actors import Sort
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.matching import Matcher
from trucewatch.read.units import Kind, Unit

REACH = 5  # units between a genitive and the noun that it owns


def ranked(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` with each name that owns forces as the subject of their verb."""
    found = list(units)
    words = Matcher(units=units, grammar=grammar)
    for at, unit in enumerate(units):
        end = _owned(units, at, grammar) if unit.kind is Kind.ACTOR and unit.codes else None
        if end is None or not words.finite_at(_past_idle(units, end)):
            continue
        last = replace(unit.mentions[-1], genitive=False, sort=Sort.FORCES, plural=True)
        found[at] = replace(unit, mentions=(*unit.mentions[:-1], last))
        for inner in range(at + 1, end):
            found[inner] = replace(units[inner], marks=frozenset({Mark.ADVERB}))
    return found


def _owned(units: Sequence[Unit], at: int, grammar: Grammar) -> int | None:
    """Return where the forces that the name at `at` owns end; None when it owns none."""
    forces = grammar.words.get("forces", ())
    if not units[at].mentions[-1].genitive:
        return None
    for ahead in range(at + 1, min(at + 1 + REACH, len(units))):
        unit = units[ahead]
        if unit.kind not in (Kind.WORD, Kind.AMOUNT) or unit.marks or unit.text[:1].isupper():
            return None
        if unit.kind is Kind.WORD and any(element.takes(unit.low) for element in forces):
            return ahead + 1
    return None


def _past_idle(units: Sequence[Unit], at: int) -> int:
    while at < len(units) and (units[at].idle or Mark.NEGATION in units[at].marks):
        at += 1
    return at
