"""Statements that stand in a noun: "a confirmation of the US's commitment", "the joint declaration of X and Y".

Rules:
- only in somebody's words, only with its owner right beside the noun, and only where the language's file lists the
  noun and the word that must stand with it;
- a deed in a noun is a claim about its owner; a document in a noun was made by its owners.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trucewatch.model.statement import Modality, StatementKind
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.scenes import Draft
from trucewatch.read.units import Kind, Unit
from trucewatch.read.voices import Voice, named

REACH = 3  # units between the owner and its noun


@dataclass(frozen=True, slots=True, kw_only=True)
class Nominal:
    """A statement in a noun, by the units of its sentence."""

    found: Draft
    first: int
    last: int


def nominals(units: Sequence[Unit], speaker: Voice, grammar: Grammar) -> tuple[Nominal, ...]:
    """Return the statements that stand in nouns in `speaker`'s words."""
    found = []
    for at, unit in enumerate(units):
        if unit.kind is not Kind.ACTOR or not unit.codes:
            continue
        made = _deed(units, at, speaker, grammar) or _document(units, at, speaker, grammar)
        if made is not None:
            found.append(made)
    return tuple(found)


def _is(unit: Unit, name: str, grammar: Grammar) -> bool:
    return unit.kind is Kind.WORD and any(e.takes(unit.low) for e in grammar.words.get(name, ()))


def _near(units: Sequence[Unit], begin: int, end: int, name: str, grammar: Grammar) -> int | None:
    span = range(max(begin, 0), min(end, len(units)))
    return next((at for at in span if _is(units[at], name, grammar)), None)


def _deed(units: Sequence[Unit], at: int, speaker: Voice, grammar: Grammar) -> Nominal | None:
    """Return the claim in "a confirmation of the commitment of X" or "of X's commitment"."""
    confirmed = _near(units, at - 2 * REACH, at, "confirmation", grammar)
    if confirmed is None:
        return None
    genitive = units[at].mentions[-1].genitive
    noun = _near(units, at + 1, at + 1 + REACH, "commitment", grammar) if genitive else None
    noun = noun if noun is not None else _near(units, confirmed + 1, at, "commitment", grammar)
    if noun is None:
        return None
    who = named(units[at])
    kind = StatementKind.COMMITMENT if set(who.codes) & set(speaker.codes) else StatementKind.CLAIM_ABOUT
    last = max(noun, at)
    draft = _draft(
        kind, who, speaker, Modality.DOES, "commit itself", (units[confirmed].start, units[last].end)
    )
    return Nominal(found=draft, first=confirmed, last=last)


def _document(units: Sequence[Unit], at: int, speaker: Voice, grammar: Grammar) -> Nominal | None:
    """Return the instrument in "X's joint declaration" or "the joint declaration of X and Y"."""
    if units[at].mentions[-1].genitive:
        joint = _near(units, at + 1, at + 1 + REACH, "joint", grammar)
        noun = _near(units, joint, joint + REACH, "documents", grammar) if joint is not None else None
        first, last = at, noun
    else:
        if not _of_whom(units, at, grammar):
            return None  # "a joint statement on guarantees for X": not X's own
        joint = _near(units, at - 2 * REACH, at, "joint", grammar)
        noun = _near(units, joint, at, "documents", grammar) if joint is not None else None
        first, last = joint if joint is not None else at, at
    if noun is None or last is None:
        return None
    words = (units[first].start, units[last].end)
    draft = _draft(StatementKind.INSTRUMENT, named(units[at]), speaker, Modality.MADE, "issue", words)
    return Nominal(found=draft, first=first, last=last)


def _of_whom(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    """Return whether a word that tells whose something is stands before the name at `at`: "of", "from"."""
    back = at - 1
    while back > 0 and Mark.DETERMINER in units[back].marks:
        back -= 1
    return back >= 0 and any(_is(units[back], name, grammar) for name in ("of", "from"))


def _draft(
    kind: StatementKind, who: Voice, speaker: Voice, modality: Modality, action: str, words: tuple[int, int]
) -> Draft:
    return Draft(
        kind=kind,
        codes=who.codes,
        said_by=speaker,
        action=action,
        modality=modality,
        negated=False,
        amount=None,
        conditions=(),
        time=None,
        place=None,
        domain=None,
        what=words,
        unsure=("modality",),
    )
