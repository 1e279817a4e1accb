"""Whose words a passage is.

Rules:
- an attribution that stands aside ("he said" between commas, "ifølge X") is a hole in its sentence;
- it holds for what stands before it, and for what follows in the sentence up to a semicolon;
- words in quotation marks, or after the dash that opens speech, are their speaker's, or nobody's known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trucewatch.read.actors import Sort
from trucewatch.read.chains import Reader
from trucewatch.read.declension import Case
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.inflection import Tense
from trucewatch.read.matching import Link, Step
from trucewatch.read.phrases import Entry, Role
from trucewatch.read.units import QUOTES, SUBJECTS, Kind, Unit

NAMES = 3  # words of a name at most
BRACKETS = {"[": "]", "(": ")"}
NOTED = 9  # units of a note behind a name, marks and all: "Kari Holm [10:14:22]:"
DESCRIBED = 9  # words that may tell of somebody unnamed
TOLD = frozenset({Tense.PRESENT, Tense.PAST})
TOLD_OF = frozenset({Tense.PASSIVE, Tense.PASSIVE_PAST})
WHENCE = frozenset({Case.ELATIVE, Case.INESSIVE, Case.ABLATIVE})
TAIL_OPENERS = frozenset({Mark.WHEN, Mark.MUTE, Mark.ASIDE, Mark.CONDITION, Mark.RELATIVE, Mark.OWNER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """An attribution that stands aside: its units, who says, and with which verb."""

    start: int
    end: int
    who: tuple[int, int]  # the units that name the speaker
    entry: Entry | None  # None: "according to"
    view: bool = False  # "in X's view"


def holes(units: Sequence[Unit], grammar: Grammar) -> tuple[Hole, ...]:
    """Return the attributions that stand aside in a sentence."""
    reader = Reader(units=units, grammar=grammar)
    found: list[Hole] = []
    at = 0
    while at < len(units):
        hole = _according(reader, at) or _aside(reader, at)
        if hole is not None and (not found or hole.start >= found[-1].end):
            found.append(hole)
            at = hole.end
        else:
            at += 1
    return tuple(found)


def with_holes(units: Sequence[Unit], found: Sequence[Hole]) -> tuple[Unit, ...]:
    """Return `units` with each attribution as one unit."""
    result: list[Unit] = []
    at = 0
    for hole in found:
        start, end = hole.start, hole.end
        start -= start > at and units[start - 1].text == ","
        end += end < len(units) and units[end].text == ","
        result.extend(units[at:start])
        result.append(Unit(kind=Kind.HOLE, text="", start=units[start].start, end=units[end - 1].end))
        at = end
    return (*result, *units[at:])


def _according(reader: Reader, at: int) -> Hole | None:
    units = reader.units
    unit = units[at]
    if Mark.ACCORDING in unit.marks:
        end = at + 1
        while end < len(units) and not (
            units[end].separates or units[end].text in ".!" or (end > at + 1 and _turns(reader, end))
        ):
            end += 1
            if units[end - 1].kind is Kind.ACTOR and units[end - 1].mentions[-1].sort is not Sort.PEOPLE:
                break
        opinion = Mark.OPINION in unit.marks
        return Hole(start=at, end=end, who=(at + 1, end), entry=None, view=opinion) if end > at + 1 else None
    following = units[at + 1] if at + 1 < len(units) else None
    named = unit.kind is Kind.ACTOR or bool(unit.marks & SUBJECTS)
    end = _surnamed(units, at + 1)
    if named and end < len(units) and Mark.ACCORDING_AFTER in units[end].marks:
        opinion = Mark.OPINION in units[end].marks
        return Hole(start=at, end=end + 1, who=(at, at + 1), entry=None, view=opinion)
    source = _source(units, at)
    if source is not None:
        return source
    if Mark.RELATIVE in unit.marks and following is not None and Mark.ACCORDING_AFTER in following.marks:
        owner = _before_comma(units, at)
        return None if owner is None else Hole(start=at, end=at + 2, who=(owner, owner + 1), entry=None)
    floor = _floor(units, at) if unit.is_noun_phrase else None
    return None if floor is None else Hole(start=0, end=floor, who=(at, at + 1), entry=None)


def _floor(units: Sequence[Unit], at: int) -> int | None:
    """Return where who speaks, and a colon, end at the opening: "Macron: France will", "The minister: Norway"."""
    opens = at == 0 or (at == 1 and Mark.DETERMINER in units[0].marks)
    end = at + 1
    if end < len(units) and units[end].text in BRACKETS:
        closed = [
            n for n in range(end, min(end + NOTED, len(units))) if units[n].text == BRACKETS[units[end].text]
        ]
        end = closed[0] + 1 if closed else end
    return end + 1 if opens and end < len(units) and units[end].text == ":" else None


def _turns(reader: Reader, at: int) -> bool:
    """Return whether a verb stands at `at` before its subject: "ifølge Reuters vil Polen"."""
    first = reader.units[at].text[:1].islower()
    return reader.grammar.inverts and first and reader.words.finite_at(at)


def _source(units: Sequence[Unit], at: int) -> Hole | None:
    """Return the attribution to somebody without a name: "lähteiden mukaan", "hallituksen lähteiden mukaan"."""
    begin = at + (units[at].kind is Kind.ACTOR and units[at].mentions[-1].genitive)
    if begin + 1 >= len(units) or Mark.ACCORDING_AFTER not in units[begin + 1].marks:
        return None
    noun = units[begin]
    plain = noun.kind is Kind.WORD and not noun.marks and noun.low.endswith("n")
    return Hole(start=at, end=begin + 2, who=(begin, begin + 1), entry=None) if plain else None


def _surnamed(units: Sequence[Unit], at: int) -> int:
    """Return where a name that an office has and nobody knows ends: "tiedottajan Ingrid Falkin mukaan"."""
    end = at
    while end < len(units) and end - at < NAMES and _proper(units[end]):
        end += 1
    return end


def _proper(unit: Unit) -> bool:
    return unit.kind is Kind.WORD and not unit.marks and unit.text[:1].isupper()


def _before_comma(units: Sequence[Unit], at: int) -> int | None:
    """Return the one whom a relative clause of saying hangs on: "sanoi kenraali X, jonka mukaan"."""
    if at < 2 or units[at - 1].text != ",":
        return None
    return at - 2 if units[at - 2].kind is Kind.ACTOR else None


def _aside(reader: Reader, at: int) -> Hole | None:
    """Return the attribution whose verb stands at `at`, with its subject before or after."""
    said = _saying(reader, at)
    if said is None:
        return None
    link, step = said
    entry = link.entry
    if link.tense not in TOLD:
        who = _whence(reader, at)
    else:
        who = _who_follows(reader, at, step, asks=entry.role is Role.ASK) or _who_precedes(reader, at)
    if who is None:
        return None
    owners = reader.grammar.words.get("possessive", ())
    if who[0] and any(element.takes(reader.units[who[0] - 1].low) for element in owners):
        who = (who[0] - 1, who[1])
    start = _told_of(reader, who, min(who[0], at))
    start -= _ranked(reader, start)
    if who == _some_described(reader, at - 1):
        start = _opening(reader.units, at - 1)
    while start and (Mark.DETERMINER in reader.units[start - 1].marks or _stood(reader.units, start)):
        start -= 1
    end = _tail(reader, max(who[1], step.at))
    if end is not None and Mark.THING in reader.units[who[0]].marks:
        who = _written_by(reader, who, end)
    if end is None or not _stands_aside(reader.units, start):
        return None
    return Hole(start=start, end=end, who=who, entry=entry)


def _ranked(reader: Reader, start: int) -> int:
    """Return how many words tell the rank of an office behind its article: "a senior Turkish official said"."""
    units = reader.units
    last = units[start].mentions[-1] if units[start].kind is Kind.ACTOR else None
    if start < 2 or last is None or not (last.sort is Sort.OFFICE or last.office is not None):
        return 0
    word = units[start - 1]
    small, behind = word.text[:1].islower(), Mark.DETERMINER in units[start - 2].marks
    plain = word.kind is Kind.WORD and not word.marks and (small or behind)
    opens = behind or units[start - 2].separates
    return int(plain and opens and word.low not in reader.grammar.forms)


def _stood(units: Sequence[Unit], at: int) -> bool:
    """Return whether the place that the subject at `at` was made of stands before it: "Washingtonissa kerrottiin"."""
    same = units[at - 1].kind is Kind.WORD and units[at - 1].text == units[at].text
    return same and units[at].kind is Kind.ACTOR and units[at].start == units[at].end


def _told_of(reader: Reader, who: tuple[int, int], start: int) -> int:
    """Return where the words before an office that say whose it is begin: "järjestön tiedottaja"."""
    units, first = reader.units, start
    holds = who == (start, start + 1) and units[start].kind is Kind.ACTOR and not units[start].codes
    while holds and first and start - first < NAMES:
        unit = units[first - 1]
        if unit.kind is not Kind.WORD or unit.marks or not unit.text[:1].islower():
            break
        if unit.low in reader.grammar.forms:
            break
        first -= 1
    return first


def _written_by(reader: Reader, who: tuple[int, int], end: int) -> tuple[int, int]:
    """Return who wrote what is quoted: "it says in a statement from the ministry", "heter det i et brev fra X"."""
    units, lists = reader.units, reader.grammar.words.get("from", ())
    for at in range(who[1], end - 1):
        comes = any(element.takes(units[at].low) for element in lists)
        if comes and units[at + 1].kind is Kind.ACTOR:
            return (at + 1, at + 2)
        if units[at].kind is Kind.ACTOR and units[at].mentions[-1].genitive:
            return (at, at + 1)
    return who


def _saying(reader: Reader, at: int) -> tuple[Link, Step] | None:
    found = reader.words.saying_at(at)
    if found is None:
        return None
    link, step = found
    opens = link.entry.role is Role.OPERATOR and reader.words.verb_at(step)
    told = link.tense in TOLD or (reader.grammar.passive_speaks and link.tense in TOLD_OF)
    return (link, step) if told and not opens else None


def _whence(reader: Reader, at: int) -> tuple[int, int] | None:
    """Return the body or the capital from which, or in which, something is said: "ministeriöstä kerrottiin"."""
    back = at - 1
    while back > 0 and reader.units[back].idle:
        back -= 1
    unit = reader.units[back] if back >= 0 else None
    if unit is None or unit.kind is not Kind.ACTOR or len(unit.mentions) > 1:
        return None
    return (back, back + 1) if unit.mentions[-1].cases & WHENCE else None


def _stands_aside(units: Sequence[Unit], start: int) -> bool:
    back = start - 1
    while back >= 0 and units[back].kind is Kind.TIME:
        back -= 1
    return back > 0 and (units[back].separates or units[back].text in QUOTES)


def _who_follows(reader: Reader, at: int, step: Step, *, asks: bool) -> tuple[int, int] | None:
    before = reader.units[at - 1] if at else None
    if asks and not reader.grammar.inverts:
        return None  # "asked both sides to": they are asked, and do not speak
    if before is None or not (before.separates or before.text in QUOTES):
        return None
    if step.inside is not None:
        return (step.inside, step.inside + 1)
    units, begin = reader.units, step.at
    while begin < len(units) and (units[begin].idle or _determines(units, begin)):
        begin += 1
    if begin < len(units) and (units[begin].kind is Kind.ACTOR or units[begin].marks & SUBJECTS):
        return (begin, begin + 1)
    end = begin
    while end < len(units) and units[end].kind is Kind.WORD and not _closes_name(units[end]):
        end += 1
    end += end < len(units) and end > begin and units[end].kind is Kind.ACTOR
    unspoken = reader.grammar.words.get("unspoken", ())
    if any(element.takes(unit.low) for unit in units[begin:end] for element in unspoken):
        return None
    named = any(unit.text[:1].isalpha() for unit in units[begin:end])
    proper = named and all(unit.text[:1].isupper() for unit in units[begin:end])
    return (begin, end) if named and (proper or not reader.grammar.bare_present) else None


def _determines(units: Sequence[Unit], at: int) -> bool:
    """Return whether "the" or "the new" stands before an office: "den nye statsministeren"."""
    ahead = units[at + 1 : at + 3]
    if not ahead or not (units[at].kind is Kind.WORD and units[at].text[:1].islower()):
        return False
    described = len(ahead) == 2 and ahead[0].kind is Kind.WORD and not ahead[0].marks
    if Mark.DETERMINER in units[at].marks:
        return ahead[0].kind is Kind.ACTOR or (described and ahead[1].kind is Kind.ACTOR)
    follows = at > 0 and Mark.DETERMINER in units[at - 1].marks and not units[at].marks
    return follows and ahead[0].kind is Kind.ACTOR


def _closes_name(unit: Unit) -> bool:
    return bool(unit.marks & {Mark.THAT, Mark.PREPOSITION, Mark.COORDINATOR, Mark.WHEN, Mark.MUTE, Mark.LINK})


def _who_precedes(reader: Reader, at: int) -> tuple[int, int] | None:
    back = at - 1
    while back >= 0 and Mark.ADVERB in reader.units[back].marks:
        back -= 1
    if back < 0:
        return None
    unit = reader.units[back]
    unnamed = _some_described(reader, back)
    if unnamed is not None:
        return unnamed
    before = reader.units[back - 1] if back else unit
    held = reader.units[back - 2] if back > 1 else unit
    if unit.marks & SUBJECTS and Mark.PREPOSITION in before.marks and held.is_noun_phrase:
        return (back - 2, back - 1)  # "a spokesman for the army said"
    if unit.kind is Kind.ACTOR and back > 1 and Mark.PREPOSITION in before.marks:
        if held.is_noun_phrase and unit.mentions[-1].adverbial and len(held.mentions) == 1:
            return (back - 2, back - 1)  # "the American embassy in Beirut said"
        owned = _owned_office(reader, back - 2)
        return None if owned is None else (owned[0], owned[1])
    if unit.is_noun_phrase or unit.marks & SUBJECTS:
        return (back, back + 1)
    owned = _owned_office(reader, back)
    if owned is not None:
        return owned
    few = _some(reader, back)
    if few is not None:
        return few
    few = _unnamed(reader, back)
    if few is None or reader.grammar.passive_speaks:
        return few
    return few if all(unit.text[:1].isupper() for unit in reader.units[few[0] : few[1]]) else None


def _some(reader: Reader, at: int) -> tuple[int, int] | None:
    """Return the unnamed people who speak: "two diplomats said", "officials said"."""
    people = reader.grammar.words.get("speakers", ())
    lows = reader.units[at].low.split()
    if not any(element.takes(low) for element in people for low in lows):
        return None
    first = at
    while first and reader.units[first - 1].kind is Kind.AMOUNT:
        first -= 1
    return (first, at + 1)


def _some_described(reader: Reader, at: int) -> tuple[int, int] | None:
    """Return the unnamed people who are told of by what they know: "a person briefed on the talks said"."""
    units, first = reader.units, _opening(reader.units, at)
    people = reader.grammar.words.get("speakers", ())
    if not first or at < first or not units[first - 1].separates or Mark.RELATIVE in units[first].marks:
        return None
    if any(unit.codes or unit.marks & SUBJECTS for unit in units[first : at + 1]):
        return None
    for spot in range(first, min(first + 3, at + 1)):
        plain = units[spot].kind is Kind.WORD
        if plain and any(element.takes(low) for element in people for low in units[spot].low.split()):
            return (spot, spot + 1)
    return None


def _opening(units: Sequence[Unit], at: int) -> int:
    """Return where the words between a separator and the one at `at` begin."""
    first = at
    while first > 0 and not (units[first - 1].separates or units[first - 1].text in QUOTES):
        first -= 1
    return first if at - first < DESCRIBED else at


def _owned_office(reader: Reader, at: int) -> tuple[int, int] | None:
    """Return the units of an office that a name owns: "Putin's spokesman", "landets forsvarsminister"."""
    units, first = reader.units, at
    offices = reader.grammar.words.get("offices", ())
    if at > 1 and _proper(units[at]) and units[at - 1].low == "'s" and units[at - 2].codes:
        return (at - 2, at + 1)  # "Norway's Lund said"
    if units[at].kind is not Kind.WORD or not any(e.takes(units[at].low) for e in offices):
        return None
    while first > 0 and units[first].kind is Kind.WORD and not units[first].marks and at - first < 4:
        first -= 1
    owner = units[first]
    owns = owner.kind is Kind.ACTOR and owner.mentions[-1].genitive
    possessive = any(e.takes(owner.low) for e in reader.grammar.words.get("possessive", ()))
    return (first, at + 1) if owns or possessive or owner.marks & SUBJECTS else None


def _unnamed(reader: Reader, last: int) -> tuple[int, int] | None:
    """Return the few plain words between a comma and the verb of saying that end at `last`: ", emiiri lupasi"."""
    first = last
    while first >= 0 and reader.units[first].kind is Kind.WORD and not reader.units[first].marks:
        first -= 1
    few = 0 < last - first <= 3 and first > 0 and reader.units[first].separates
    return (first + 1, last + 1) if few else None


def _tail(reader: Reader, begin: int) -> int | None:
    """Return where an attribution ends; None when what follows is what was said."""
    units, end = reader.units, begin
    while end < len(units) and not (
        units[end].separates or units[end].text in QUOTES or units[end].text in ".!?"
    ):
        end += 1
    tail = units[begin:end]
    if any(Mark.THAT in unit.marks for unit in tail) or (end < len(units) and units[end].text == ":"):
        return None
    opened = next((number for number, unit in enumerate(tail) if unit.marks & TAIL_OPENERS), len(tail))
    if Reader(units=tail[:opened], grammar=reader.grammar).chains():
        return None
    return end
