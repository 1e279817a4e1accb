"""A sentence made ready to be read: units, attributions that stand aside, verb groups, clauses.

Rules:
- nothing here knows who speaks: that needs the document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from trucewatch.read.chains import Chain, Reader
from trucewatch.read.clauses import Clause, Splitter, clauses
from trucewatch.read.conditions import as_adverbs, between_commas, phrases, triggered
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.parties import with_parties
from trucewatch.read.phrases import Entry, Role
from trucewatch.read.recast import recast
from trucewatch.read.sentences import Sentence
from trucewatch.read.speech import TOLD, Hole, holes, with_holes
from trucewatch.read.units import Kind, Named, Unit, units


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """An attribution that stands aside: where, who, and whether its verb says it is a view or a deed of speech."""

    start: int  # characters
    end: int
    who: tuple[Unit, ...]
    view: bool
    negative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A sentence with all that was found in it."""

    sentence: Sentence
    units: tuple[Unit, ...]
    clauses: tuple[Clause, ...]
    asides: tuple[Aside, ...]
    whole: tuple[Unit, ...] = ()  # with the attributions that `units` leaves out


def view(sentence: Sentence, named: Named, grammar: Grammar) -> View:
    """Return `sentence` ready to be read."""
    whole = recast(with_parties(units(sentence, named, grammar), grammar), grammar)
    found = holes(whole, grammar)
    rest = with_holes(whole, found)
    rest = as_adverbs(rest, between_commas(rest, grammar))
    chains = Reader(units=rest, grammar=grammar).chains()
    spans = phrases(rest, [chain.start for chain in chains], grammar)
    if spans:
        rest = as_adverbs(rest, spans)
        chains = Reader(units=rest, grammar=grammar).chains()
    return View(
        sentence=sentence,
        units=rest,
        clauses=clauses(rest, chains, grammar, triggered(rest, _ends(rest, chains, grammar), grammar)),
        asides=tuple(_aside(whole, hole) for hole in found),
        whole=tuple(whole),
    )


def attributed(views: Sequence[View], grammar: Grammar) -> tuple[View, ...]:
    """Return `views` with a speaker that the next sentence names: "Norway will send 50. So said its minister."."""
    if not grammar.inverts:
        return tuple(views)
    last = tuple(views[-1:])
    told = (replace(one, asides=_told_next(one, following, grammar)) for one, following in pairwise(views))
    return (*told, *last)


def _says(unit: Unit, grammar: Grammar) -> Entry | None:
    """Return the saying of a finite verb of one word."""
    lemmas = [form.lemma for form in grammar.forms.get(unit.low, ()) if form.tense in TOLD]
    entries = (entry for lemma in lemmas for entry in grammar.by_lemma.get(lemma, ()))
    return next((one for one in entries if one.role is Role.SAY and len(one.elements) == 1), None)


def _told_next(one: View, following: View, grammar: Grammar) -> tuple[Aside, ...]:
    said = any(clause.chain.last.entry.role is Role.SAY for clause in one.clauses)
    if one.asides or said or one.sentence.paragraph != following.sentence.paragraph:
        return one.asides
    units = following.units
    told = _says(units[1], grammar) if len(units) > 2 else None
    later = units[2:]
    who = tuple(unit for unit in later[:3] if unit.is_noun_phrase)[:1]
    thing = Mark.THING in units[0].marks
    if told is None or not who or not thing or any(Mark.THAT in unit.marks for unit in later):
        return one.asides
    entry, end = told, one.sentence.end
    return (Aside(start=end, end=end, who=who, view=entry.view, negative=entry.negative),)


def _aside(whole: Sequence[Unit], hole: Hole) -> Aside:
    return Aside(
        start=whole[hole.start].start,
        end=whole[hole.end - 1].end,
        who=tuple(whole[hole.who[0] : hole.who[1]]),
        view=hole.view or (hole.entry is not None and hole.entry.view),
        negative=hole.entry is not None and hole.entry.negative,
    )


def _ends(rest: Sequence[Unit], chains: Sequence[Chain], grammar: Grammar) -> tuple[int, ...]:
    """Return for each unit where the segment that begins there, or holds it, ends."""
    ends = [len(rest)] * len(rest)
    for segment in Splitter(units=rest, chains=chains, grammar=grammar).segments():
        for at in range(segment.start, segment.end):
            ends[at] = segment.end
    return tuple(ends)


def is_phrase(unit: Unit) -> bool:
    """Return whether `unit` is a condition in a phrase."""
    return Mark.WHEN_AFTER in unit.marks and Mark.ADVERB in unit.marks


def span(units: Sequence[Unit], clause: Clause) -> tuple[int, int]:
    """Return the characters that a clause spans, without the marks and attributions at its ends."""
    first, last = clause.first, clause.end - 1
    while first < last and (units[first].kind in (Kind.POINT, Kind.HOLE)):
        first += 1
    while last > first and (units[last].kind in (Kind.POINT, Kind.HOLE)):
        last -= 1
    return units[first].start, units[last].end


def asked_from(view: View, clause: Clause) -> int:
    """Return where the question begins that a clause calls open: "who will pay, remains unclear"."""
    at = view.clauses.index(clause)
    before = view.clauses[at - 1] if at else clause
    bare = all(unit.idle or unit.separates for unit in view.units[clause.first : clause.chain.start])
    led = clause if before.intro is not Mark.MUTE or not bare else before
    return span(view.units, led)[0]


def hearsay(view: View, clause: Clause, grammar: Grammar) -> bool:
    """Return whether a noun that nobody vouches for takes the clause: "reports that X will", not "X claims that"."""
    units, nouns, back = view.units, grammar.words.get("hearsay", ()), clause.start - 1
    verbs = (one.chain for one in view.clauses if one.subject is not None)
    verb = any(chain.start <= back < chain.end for chain in verbs)
    if Mark.THAT not in units[clause.start].marks or back < 0 or verb:
        return False
    return any(element.takes(units[back].low) for element in nouns)
