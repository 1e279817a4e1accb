"""What stands before a verb and is not its subject, and the subject that something told of it parts from its verb.

Rules:
- a name that opens a sentence is the subject of the verb behind what is told of it between commas.
"""

from __future__ import annotations

from collections.abc import Sequence

from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.matching import GIVEN
from trucewatch.read.units import QUOTES, Kind, Unit


def opens_phrase(region: Sequence[Unit]) -> bool:
    """Return whether what stands before a verb opens with a preposition or a word of time: no subject."""
    first = next(unit for unit in region if not unit.idle)
    return bool(first.marks & {Mark.PREPOSITION, Mark.WHEN, Mark.COORDINATOR}) or first.kind is not Kind.WORD


def apposed(units: Sequence[Unit], start: int, told: int | None) -> int | None:
    """Return the name that opens a sentence, parted from its verb by what is told of it between commas.

    `start` is where the clause of the verb begins; `told` where a relative clause on the name does.
    """
    if not start or not units[start - 1].separates:
        return None
    opens = (at for at, unit in enumerate(units[:start]) if not (unit.idle or unit.text in QUOTES))
    first = next(opens, None)
    if first is None or not units[first].is_noun_phrase or units[first + 1].text != ",":
        return None
    near = told is None or told <= first + 2
    return first if near and start - first > 2 else None


def in_contact(units: Sequence[Unit], at: int, begin: int) -> bool:
    """Return whether a noun stands right before the unit at `at`, after "that": "that the pledges Ukraine wants"."""
    thatted = begin > 0 and Mark.THAT in units[begin - 1].marks
    before = units[at - 1] if at > begin else None
    return thatted and before is not None and before.kind is Kind.WORD and not before.marks


def reaches(between: Sequence[Unit]) -> bool:
    """Return whether only adverbs, or phrases with a preposition, stand between a subject and its verb."""
    rest = [unit for unit in between if not (unit.idle or unit.text == "," or Mark.NEGATION in unit.marks)]
    return not rest or Mark.PREPOSITION in rest[0].marks


def names_place(units: Sequence[Unit], at: int) -> bool:
    """Return whether the word at `at` joins a noun to a name after it: "the hub at Rzeszow"."""
    place = units[at + 1].text[:1] if at + 1 < len(units) else ""
    noun = units[at - 1].kind is Kind.WORD and not units[at - 1].marks
    return noun and Mark.PREPOSITION in units[at].marks and place.isupper()


def given_start(units: Sequence[Unit], at: int, least: int, grammar: Grammar) -> int:
    """Return where what is given, or those who are sent, begins before a verb: "said two frigates would be sent"."""
    first = at
    while first > least and _tells_what(units[first - 1], grammar):
        first -= 1
    lists = [each for name in GIVEN for each in grammar.words.get(name, ())]
    lows = [low for unit in units[first:at] for low in unit.low.split()]
    return first if any(element.takes(low) for element in lists for low in lows) else at


def _tells_what(unit: Unit, grammar: Grammar) -> bool:
    plain = not unit.marks or Mark.DETERMINER in unit.marks
    of = any(element.takes(unit.low) for element in grammar.words.get("of", ()))
    return unit.kind is Kind.AMOUNT or (unit.kind is Kind.WORD and (plain or of))
