"""Turns of phrase that hide a plain clause, said as that clause: denied subjects, appositions, clefts.

Rules:
- a denial of a subject ("neither X nor Y will") is read at its verb;
- what a name is besides ("Oman, the mediator, called") is put aside;
- "what X can offer is Y" is "X can offer Y";
- what is reckoned from an event ("within three weeks of a peace agreement") waits for it;
- nothing moves: every offset stays the document's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trucewatch.read.actors import Sort
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.matching import Matcher
from trucewatch.read.phrases import Role
from trucewatch.read.units import QUOTES, SUBJECTS, Kind, Unit

DENIALS = frozenset({Mark.NEGATION, Mark.NO})
INNER = frozenset({Mark.RELATIVE, Mark.OWNER, Mark.CONDITION, Mark.WHEN, Mark.COORDINATOR, Mark.NEGATION})
UNBOUND = INNER | {Mark.NO, Mark.DOUBT, Mark.PHRASE, Mark.MUTE, Mark.THAT}
OPENERS = frozenset({Mark.THAT, Mark.COORDINATOR})
BEARERS = frozenset({Sort.STATE, Sort.ORGANISATION, Sort.FORCES})
APPOSED = 9  # units within which a name's apposition must end


def plain(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` said the plain way."""
    joined = _uninterrupted(_renamed(_reckoned(units, grammar), grammar), grammar)
    return denied_verbs(_cleft(joined, grammar), grammar)


def _aside(unit: Unit) -> Unit:
    """Return `unit` as nothing that a verb group could stop at."""
    marks = frozenset({Mark.ADVERB})
    return replace(unit, kind=Kind.WORD, text="", marks=marks, mentions=(), amount=None, time=None)


def _reckoned(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` with "of" as "after" where a span is reckoned from what follows: "within three weeks of"."""
    found = list(units)
    for at, unit in enumerate(units[1:], 1):
        spans = units[at - 1].kind in (Kind.TIME, Kind.AMOUNT)
        within = any(_listed(before, "within", grammar) for before in units[max(at - 4, 0) : at])
        starts = _listed(units[at - 1], "within", grammar)
        if spans and (within or starts) and _listed(unit, "of", grammar):
            found[at] = replace(unit, marks=unit.marks | {Mark.PHRASE})
    return found


def _listed(unit: Unit, name: str, grammar: Grammar) -> bool:
    lows = unit.low.split()
    return any(element.takes(low) for element in grammar.words.get(name, ()) for low in lows)


def _renamed(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` with what a name is besides put aside: "Oman, the mediator, called"."""
    found = list(units)
    words = Matcher(units=units, grammar=grammar)
    for at, unit in enumerate(units[:-3]):
        if not (unit.is_noun_phrase and unit.codes and units[at + 1].text == ","):
            continue
        end = next((n for n in range(at + 2, min(at + APPOSED, len(units))) if units[n].separates), None)
        if end is None or units[end].text != "," or not words.finite_at(end + 1):
            continue
        inner = units[at + 2 : end]
        opens = bool(inner) and (Mark.DETERMINER in inner[0].marks or inner[0].kind is Kind.AMOUNT)
        if opens and not any(words.finite_at(n) or units[n].marks & INNER for n in range(at + 2, end)):
            found[at + 1 : end + 1] = [_aside(one) for one in units[at + 1 : end + 1]]
    return found


def _uninterrupted(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` with what parts a verb from the one it opens put aside: "offered, for the third time, to host"."""
    found = list(units)
    for at in range(1, len(units) - 3):
        opens = Role.OPERATOR in _roles(units[at - 1], grammar)
        if units[at].text != "," or not opens or Mark.PREPOSITION not in units[at + 1].marks:
            continue
        end = next((n for n in range(at + 2, min(at + APPOSED, len(units))) if units[n].separates), None)
        if end is None or units[end].text != "," or end + 1 >= len(units):
            continue
        loose = any(unit.marks & UNBOUND for unit in units[at + 1 : end])
        if Mark.LINK in units[end + 1].marks and not loose:
            found[at : end + 1] = [_aside(unit) for unit in units[at : end + 1]]
    return found


def _cleft(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` with "what X can offer is Y" as "X can offer Y"."""
    opens = next((n for n, word in enumerate(units[:2]) if _listed(word, "cleft", grammar)), None)
    verbs = [at for at, unit in enumerate(units) if Role.BE in _roles(unit, grammar)]
    found = list(units)
    if opens is None or not verbs or verbs[-1] < opens + 3:
        return found
    named = units[opens + 1].is_noun_phrase or bool(units[opens + 1].marks & SUBJECTS)
    stops = any(unit.separates and unit.text not in ("", ",") for unit in units[: verbs[-1]])
    if not named or stops:
        return found
    back = verbs[-1] - 1
    while back > opens and units[back].separates:
        back -= 1
    bare = (back,) if Role.DO in _roles(units[back], grammar) else ()
    for at in (opens, verbs[-1], *bare):
        found[at] = _aside(units[at])
    return found


def _roles(unit: Unit, grammar: Grammar) -> frozenset[Role]:
    forms = grammar.forms.get(unit.low, ()) if unit.kind is Kind.WORD else ()
    return frozenset(entry.role for form in forms for entry in grammar.by_lemma.get(form.lemma, ()))


def denied_verbs(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` with what denies a subject before its verb: "neither X nor Y will" is "X and Y not will"."""
    found: list[Unit] = []
    waiting: Unit | None = None
    named = False
    for at, unit in enumerate(units):
        if waiting is not None and named and not unit.idle:
            start = found[-1].end
            found.append(replace(waiting, text="", start=start, end=start, marks=frozenset({Mark.NEGATION})))
            waiting, named = None, False
        named = named or waiting is not None
        if unit.marks & DENIALS and waiting is None and _denies_subject(units, at, grammar):
            waiting = unit
            found.append(replace(unit, marks=frozenset({Mark.ADVERB})))
        else:
            found.append(unit)
    return found


def _denies_subject(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    """Return whether a name with its finite verb follows the denial at `at`, and nobody stands before it."""
    after = at + 2
    while after < len(units) and units[after].idle:
        after += 1
    if after >= len(units) or not units[at + 1].is_noun_phrase:
        return False
    opens = at == 0 or units[at - 1].separates or units[at - 1].text in QUOTES
    opens = opens or bool(units[at - 1].marks & OPENERS) or _roles(units[at - 1], grammar) >= {Role.SAY}
    bears = units[at + 1].mentions[-1].sort in BEARERS
    return opens and bears and Matcher(units=units, grammar=grammar).finite_at(after)
