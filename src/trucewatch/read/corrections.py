"""Slips that translations make, marked where they stand.

Rules:
- a word is a slip only beside a list of so many names as its language's file says;
- nothing is mended: the right word is told beside what the document says.
"""

from __future__ import annotations

from collections.abc import Sequence

from trucewatch.read.grammar import Grammar
from trucewatch.read.units import Kind, Unit


def correction(units: Sequence[Unit], start: int, end: int, grammar: Grammar) -> str | None:
    """Return what a slip between two characters should read; None where there is none."""
    for rule in grammar.corrections:
        for at, unit in enumerate(units):
            inside = start <= unit.start < end
            if inside and rule.words.takes(unit.low) and _beside(units, at) == rule.beside:
                return rule.reads
    return None


def _beside(units: Sequence[Unit], at: int) -> int:
    near = [unit for unit in units[max(at - 3, 0) : at + 5] if unit.kind is Kind.ACTOR]
    return max((len(unit.codes) for unit in near), default=0)
