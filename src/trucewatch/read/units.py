"""A sentence as the grammar sees it: words with what they can do, names, amounts and times as one unit each.

Rules:
- a unit never overlaps another: a name goes before a time, a time before an amount, an amount before words;
- a list of names ("Britain, France and Germany") is one unit with its members;
- what a hole covers ("he said" between commas) is out of the grammar's sight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from trucewatch.read.actor_words import PERSONS
from trucewatch.read.actors import Mention, Sort
from trucewatch.read.amounts import Amount
from trucewatch.read.dates import Found
from trucewatch.read.declension import PLACE_CASES, Case
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.sentences import CLOSING, DASHES, OPENING, Sentence, Token

BODIES = frozenset({"government", "ministry", "parliament"})
LONGEST = 6  # words in a phrase of small words


class Kind(StrEnum):
    """What a unit is."""

    WORD = "word"
    POINT = "point"
    ACTOR = "actor"
    AMOUNT = "amount"
    TIME = "time"
    HOLE = "hole"  # an attribution that stands aside


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A piece of a sentence."""

    kind: Kind
    text: str
    start: int
    end: int
    marks: frozenset[Mark] = frozenset()
    mentions: tuple[Mention, ...] = ()
    amount: Amount | None = None
    time: Found | None = None

    @property
    def low(self) -> str:
        """The words in small letters."""
        return self.text.lower().replace("’", "'")

    @property
    def codes(self) -> tuple[str, ...]:
        """The actors' codes, each once, in their order."""
        return tuple(dict.fromkeys(code for mention in self.mentions for code in mention.codes))

    @property
    def is_noun_phrase(self) -> bool:
        """Whether it names somebody who can do something, and owns or qualifies nothing else."""
        if self.kind is not Kind.ACTOR:
            return False
        last = self.mentions[-1]
        counted = last.sort is Sort.GROUP  # "26 maata": a number has its noun in the partitive
        oblique = bool(last.cases) and not last.cases & SUBJECT_CASES and not counted
        return not (last.genitive or last.adverbial or oblique or last.sort is Sort.PEOPLE)

    @property
    def placed(self) -> bool:
        """Whether it is a name that its own form makes a place: "Ukrainaan", "Romaniassa"."""
        last = self.mentions[-1] if self.mentions else None
        return last is not None and last.adverbial and bool(last.cases) and last.cases <= PLACE_CASES

    @property
    def separates(self) -> bool:
        """Whether a clause may end here."""
        return self.kind is Kind.HOLE or (self.kind is Kind.POINT and self.text in SEPARATORS)

    @property
    def idle(self) -> bool:
        """Whether a verb group reads on over it."""
        return self.kind in (Kind.TIME, Kind.HOLE) or Mark.ADVERB in self.marks or self.text in QUOTES


SUBJECT_CASES = frozenset({Case.NOMINATIVE, Case.GENITIVE})
SEPARATORS = frozenset({",", ";", ":", "(", ")", "…"}) | DASHES
JOINTS = frozenset({Mark.COORDINATOR, Mark.DETERMINER})
LISTS = frozenset({Mark.COORDINATOR, Mark.THAT})
CLAUSE = frozenset({Mark.CONDITION, Mark.WHEN})
FIRM = frozenset({";", ":"})
SUBJECTS = frozenset(
    {Mark.WE, Mark.PERSON, Mark.THING, Mark.THEY, Mark.STATE, Mark.OFFICE, Mark.ALLIANCE, Mark.BODY}
)  # words that stand for somebody named elsewhere
QUOTES = CLOSING | OPENING | {"'"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What other steps found in the document, by character."""

    mentions: tuple[Mention, ...]
    amounts: tuple[Amount, ...]
    times: tuple[Found, ...]

    def inside(self, start: int, end: int) -> Named:
        """Return what lies between two offsets."""
        return Named(
            mentions=tuple(m for m in self.mentions if start <= m.start and m.end <= end),
            amounts=tuple(a for a in self.amounts if start <= a.start and a.end <= end),
            times=tuple(t for t in self.times if start <= t.start and t.end <= end),
        )


def units(sentence: Sentence, named: Named, grammar: Grammar) -> tuple[Unit, ...]:
    """Return the units of `sentence`, lists of names joined."""
    own = named.inside(sentence.start, sentence.end)
    taken = _wholes(own)
    found: list[Unit] = []
    index = 0
    line = sentence.tokens
    while index < len(line):
        whole = taken.get(line[index].start)
        count = _phrase(line, index, taken, grammar)
        if whole is not None and count == 1:
            found.append(whole)
            while index < len(line) and line[index].start < whole.end:
                index += 1
            continue
        found.append(_words(line[index : index + count], grammar))
        index += count
    return _owned(_joined(_parenthetical(_apposed(found, sentence))), grammar)


def _owned(found: Sequence[Unit], grammar: Grammar) -> tuple[Unit, ...]:
    """Return `found` with offices of several states as one name: "the foreign ministers of Egypt and Qatar"."""
    of = grammar.words.get("of", ())
    result: list[Unit] = []
    at = 0
    while at < len(found):
        unit, rest = found[at], found[at + 1 : at + 3]
        office = _possessed(found, at)
        if office is not None:
            result.append(_held(unit, office, marked=rest[0] is not office))
            at += 2 if rest[0] is office else 3
            continue
        seat = _seat(found, at, grammar)
        if seat is not None:
            result.append(_seated(unit, seat))
            at = found.index(seat, at) + 1
            continue
        bare = (
            unit.kind is Kind.ACTOR and not unit.codes and unit.mentions[-1].sort in (Sort.OFFICE, Sort.GROUP)
        )
        if bare and len(found) > at + 3 and Mark.DETERMINER in rest[1].marks:
            rest = [rest[0], found[at + 3]]  # "the government of the Netherlands"
        if (
            bare
            and len(rest) == 2
            and any(e.takes(rest[0].low) for e in of)
            and rest[1].kind is Kind.ACTOR
            and not _sits(found, at)
        ):
            states = tuple(replace(m, adverbial=False, genitive=False) for m in rest[1].mentions)
            text = f"{unit.text} {rest[0].text} {rest[1].text}"
            result.append(replace(unit, text=text, end=rest[1].end, mentions=states))
            at = found.index(rest[1], at) + 1
        else:
            result.append(unit)
            at += 1
    return tuple(result)


def _sits(found: Sequence[Unit], at: int) -> bool:
    """Return whether a capital is only where somebody is who serves nobody known: "the rebels' envoy in Doha"."""
    office, owner = found[at], found[at - 1] if at else None
    serves = owner is not None and owner.kind is not Kind.ACTOR and not owner.marks and owner.low[-1] in "s'"
    return serves and office.mentions[-1].office in PERSONS


def _seat(found: Sequence[Unit], at: int, grammar: Grammar) -> Unit | None:
    """Return the state in which a body without one sits: "hæren i Libanon", "ulkoministeriö Helsingissä"."""
    unit, rest = found[at], found[at + 1 : at + 3]
    last = unit.mentions[-1] if unit.mentions else None
    body = last is not None and not unit.codes and last.sort is Sort.OFFICE and last.office in BODIES
    if not (Mark.OFFICE in unit.marks or body) or not rest:
        return None
    inside = any(e.takes(rest[0].low) for e in grammar.words.get("inside", ()))
    seat = rest[-1] if inside and len(rest) == 2 else rest[0]
    placed = seat.kind is Kind.ACTOR and len(seat.mentions) == 1 and seat.mentions[0].sort is Sort.STATE
    there = placed and (inside or Case.INESSIVE in seat.mentions[0].cases)
    return seat if there and seat.mentions[0].adverbial else None


def _seated(body: Unit, seat: Unit) -> Unit:
    """Return a body as a name with the state of its seat."""
    text = f"{body.text} {seat.text}"
    last = body.mentions[-1] if body.mentions else seat.mentions[-1]
    state = replace(last, codes=seat.codes, name=last.name if body.mentions else text, adverbial=False)
    marks: frozenset[Mark] = frozenset()
    return replace(body, kind=Kind.ACTOR, text=text, end=seat.end, marks=marks, mentions=(state,))


def _possessed(found: Sequence[Unit], at: int) -> Unit | None:
    """Return the office without a state that the name at `at` owns: "Putin's spokesman", "Putins talsmann"."""
    unit, rest = found[at], found[at + 1 : at + 3]
    if unit.kind is not Kind.ACTOR or not unit.codes or not rest:
        return None
    marked = rest[0].low == "'s" and len(rest) == 2
    if not marked and not unit.mentions[-1].genitive:
        return None
    office = rest[1] if marked else rest[0]
    holds = office.kind is Kind.ACTOR and not office.codes
    return office if holds and office.mentions[-1].sort in (Sort.OFFICE, Sort.PERSON) else None


def _held(owner: Unit, office: Unit, *, marked: bool) -> Unit:
    """Return an owned office as one name, with its owner's state."""
    text = f"{owner.text}'s {office.text}" if marked else f"{owner.text} {office.text}"
    last = office.mentions[-1]
    name = text if last.sort is Sort.OFFICE else last.name
    return replace(owner, text=text, end=office.end, mentions=(replace(last, codes=owner.codes, name=name),))


def _apposed(found: Sequence[Unit], sentence: Sentence) -> list[Unit]:
    """Return `found` with the comma that closes an apposition in its name: "the minister, Kari Holm,"."""
    commas = [token.start for token in sentence.tokens if token.text == ","]
    result: list[Unit] = []
    for unit in found:
        before = result[-1] if result else None
        inner = before is not None and any(before.start < comma < before.end for comma in commas)
        if before is not None and before.kind is Kind.ACTOR and unit.text == "," and inner:
            result[-1] = replace(before, end=unit.end)
        else:
            result.append(unit)
    return result


def _parenthetical(found: Sequence[Unit]) -> list[Unit]:
    """Return `found` with an adverb between commas as one: ", however,"."""
    result: list[Unit] = []
    at = 0
    while at < len(found):
        inner = found[at + 1 : at + 3]
        if (
            found[at].text == ","
            and len(inner) == 2
            and inner[1].text == ","
            and Mark.ADVERB in inner[0].marks
        ):
            result.append(replace(inner[0], start=found[at].start, end=inner[1].end))
            at += 3
        else:
            result.append(found[at])
            at += 1
    return result


def _wholes(named: Named) -> dict[int, Unit]:
    found: dict[int, Unit] = {}
    covered: list[tuple[int, int]] = []
    inside = [m for m in named.mentions if any(a.start < m.start and m.end < a.end for a in named.amounts)]
    wholes = [
        *(_unit(Kind.ACTOR, m, replace_with=m) for m in named.mentions if m not in inside),
        *(_unit(Kind.TIME, t, replace_with=t) for t in named.times),
        *(_unit(Kind.AMOUNT, a, replace_with=a) for a in named.amounts),
    ]
    years = {u.start: u for u in wholes if u.time is not None and len(u.time.resolved or "") == 4}
    for unit in wholes:
        counted = [a for a in named.amounts if unit.start <= a.start < unit.end and a.unit]
        if unit.start in years and years[unit.start] is unit and counted:
            continue
        if not any(unit.start < end and start < unit.end for start, end in covered):
            covered.append((unit.start, unit.end))
            found[unit.start] = unit
    return found


def _unit(kind: Kind, span: Mention | Found | Amount, *, replace_with: Mention | Found | Amount) -> Unit:
    text = replace_with.name if isinstance(replace_with, Mention) else replace_with.as_written
    return Unit(
        kind=kind,
        text=text,
        start=span.start,
        end=span.end,
        mentions=(span,) if isinstance(span, Mention) else (),
        time=span if isinstance(span, Found) else None,
        amount=span if isinstance(span, Amount) else None,
    )


def _phrase(line: Sequence[Token], index: int, taken: Mapping[int, Unit], grammar: Grammar) -> int:
    """Return how many words the longest phrase of small words at `index` has; 1 when there is none."""
    for count in range(min(LONGEST, len(line) - index), 1, -1):
        words = line[index : index + count]
        marks = grammar.marks.get(tuple(word.low for word in words), frozenset())
        held = [taken[word.start] for word in words if word.start in taken]
        timed = all(unit.kind is Kind.TIME for unit in held)
        named = any(unit.kind is Kind.ACTOR and unit.end > words[-1].end for unit in held)
        stands = bool(marks & {Mark.THEY, Mark.NONE}) and not named
        if marks and (not held or (marks & CLAUSE and timed) or stands):
            return count
    return 1


def _words(words: Sequence[Token], grammar: Grammar) -> Unit:
    key = tuple(word.low for word in words)
    marks = grammar.marks.get(key, frozenset())
    if (
        not marks
        and len(words) == 1
        and key[0].endswith(grammar.adverb_endings or ("\0",))
        and key[0] not in grammar.forms
    ):
        marks = frozenset({Mark.ADVERB})
    return Unit(
        kind=Kind.WORD if words[0].is_word or len(words) > 1 or _elided(key[0]) else Kind.POINT,
        text=" ".join(word.text for word in words),
        start=words[0].start,
        end=words[-1].end,
        marks=marks,
    )


def _elided(low: str) -> bool:
    return len(low) > 1 and low[0] == "'"


def _joined(found: Sequence[Unit]) -> tuple[Unit, ...]:
    """Return `found` with lists of names made one: "A, B and C", "A and B", "A, B,"."""
    result: list[Unit] = []
    index = 0
    while index < len(found):
        end = _list_end(found, index)
        run = [unit for unit in found[index:end] if unit.kind is Kind.ACTOR]
        if len(run) > 1:
            members = tuple(mention for unit in run for mention in unit.mentions)
            whole = replace(
                run[0],
                text=" ".join(unit.text for unit in found[index:end]).replace(" ,", ","),
                end=run[-1].end,
                mentions=members,
            )
            result.append(whole)
            index = end
        else:
            result.append(found[index])
            index += 1
    return tuple(result)


def _list_end(found: Sequence[Unit], index: int) -> int:
    """Return where the list of names that begins at `index` ends; it needs a coordinator before its last."""
    if not _lists(found[index]):
        return index + 1
    at = index + 1
    if index and Mark.ACCORDING in found[index - 1].marks:
        points = [unit.text for unit in found[index:] if unit.separates]
        if points.count(",") == 1:  # "according to X, Y and Z have": the comma closes what X tells
            at = next(place for place, unit in enumerate(found) if place > index and unit.text == ",")
            listed = all(
                _lists(unit) or _joins(found, index, spot)
                for spot, unit in enumerate(found[:at])
                if spot > index
            )
            return at if at > index + 1 and listed and _lists(found[at - 1]) else index + 1
    while at < len(found):
        joined = False
        while at < len(found) and _joins(found, index, at):
            joined = joined or bool(found[at].marks & LISTS)
            at += 1
        if at == len(found) or not _lists(found[at]) or not _alike(found[index], found[at]):
            break
        at += 1
        if joined:
            return at
        if found[at - 2].text != "," and Mark.DETERMINER not in found[at - 2].marks:
            break
    return index + 1


def _joins(found: Sequence[Unit], first: int, at: int) -> bool:
    """Return whether the unit at `at` may stand between the names of a list: "but" does not, "sekä X että Y" does."""
    unit = found[at]
    if Mark.THAT in unit.marks:
        return first > 0 and Mark.BOTH in found[first - 1].marks
    return unit.text == "," or (bool(unit.marks & JOINTS) and Mark.BUT not in unit.marks)


def _alike(one: Unit, other: Unit) -> bool:
    """Return whether two names stand in one case: "Luandassa" and "Kongon" are no list."""
    own, others = one.mentions[-1].cases, other.mentions[-1].cases
    return not own or not others or bool(own & others)


def _lists(unit: Unit) -> bool:
    return unit.kind is Kind.ACTOR and unit.mentions[-1].sort is not Sort.PEOPLE
