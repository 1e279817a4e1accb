"""The clauses of a sentence: each verb group with its subject, what introduces it, and its conditions.

Rules:
- a clause begins at a word that introduces one, after a separator, or at a coordinator that a verb follows;
- what has no verb of its own belongs to the clause before it, or leads the one after it;
- a subject stands directly before its verb, or within its group; never inside a phrase with a preposition;
- a condition belongs to the clause it stands in, and to no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from trucewatch.read.apposition import apposed, given_start, in_contact, names_place, opens_phrase, reaches
from trucewatch.read.chains import Chain
from trucewatch.read.conditions import trigger_of
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.phrases import Role
from trucewatch.read.units import FIRM, QUOTES, SUBJECTS, Kind, Unit

INTRODUCERS = (*(Mark.CONDITION, Mark.WHEN, Mark.ASIDE, Mark.MUTE, Mark.THAT, Mark.RELATIVE, Mark.OWNER),)
RELATIVES = frozenset({Mark.RELATIVE, Mark.OWNER})
CONDITIONAL = frozenset({Mark.CONDITION, Mark.WHEN})
TAKES_CLAUSE = frozenset({Role.SAY, Role.HOLD, Role.ASK})
BEFORE_VERB = 8  # units that may stand between a coordinator and its verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of units with at most one verb group, and the word that introduces it."""

    start: int
    end: int
    chain: Chain | None
    intro: Mark | None
    intro_at: int  # its unit, or `start`
    joined: bool  # a coordinator opens it


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A verb group with what belongs to it, in units of its sentence."""

    first: int  # with what leads it: a fronted phrase or condition
    start: int
    end: int
    chain: Chain
    intro: Mark | None
    joined: bool
    conditions: tuple[tuple[int, int], ...] = ()
    subject: int | None = None  # its unit
    inherits: bool = False  # its subject is that of the clause before it
    unread: bool = False  # something with a name stands where the subject should


@dataclass(frozen=True, slots=True, kw_only=True)
class Splitter:
    """A sentence's units and verb groups."""

    units: Sequence[Unit]
    chains: Sequence[Chain]
    grammar: Grammar

    def segments(self) -> tuple[Segment, ...]:
        """Return the sentence cut at every place where a clause may begin."""
        cuts = sorted({0, len(self.units), *self._cuts()})
        found: list[Segment] = []
        for start, end in pairwise(cuts):
            found.append(self._segment(start, end))
        return tuple(found)

    def _cuts(self) -> set[int]:
        inner = {at for chain in self.chains for at in range(chain.start + 1, chain.end)}
        cuts = {at for at in range(1, len(self.units)) if at not in inner and self._begins(at)}
        for before, chain in pairwise(self.chains):
            if not any(before.end <= cut <= chain.start for cut in cuts):
                least = before.end if before.last.entry.role is Role.SAY else chain.start
                given = given_start(self.units, chain.start, least, self.grammar)
                cuts.add(min(self._subject_start(chain, before.end), given))
        return cuts | {chain.start for chain in self.chains if self._turned(chain, cuts)}

    def _turned(self, chain: Chain, cuts: set[int]) -> bool:
        """Return whether a condition without a comma stands before a verb and its subject: "if X agrees will Y"."""
        begin = max((cut for cut in cuts if cut <= chain.start), default=0)
        region = self.units[begin : chain.start]
        return (
            chain.inside is not None
            and len(region) > 1
            and any(unit.marks & {*CONDITIONAL, Mark.MUTE} for unit in region[:2])
        )

    def _begins(self, at: int) -> bool:
        unit, back = self.units[at], self.units[at - 1]
        if back.separates:
            opening = back.kind is Kind.HOLE and not any(chain.end < at for chain in self.chains)
            return not opening
        if Mark.COORDINATOR in unit.marks:
            return self._verb_near(at) and not self._joins_subjects(at)
        if Mark.COORDINATOR in back.marks and self._verb_near(at - 1):
            return False
        if Mark.THAT in unit.marks and not unit.marks & RELATIVES:
            return any(chain.start > at for chain in self.chains)
        if Mark.WHEN in unit.marks and Mark.LINK in unit.marks and not self._verb_near(at):
            return False  # "utsikt til fred"
        if self.grammar.inverts and Mark.WHEN in unit.marks and names_place(self.units, at):
            return False  # "knutepunktet ved Rzeszów drives"
        return bool(unit.marks & set(INTRODUCERS))

    def _joins_subjects(self, at: int) -> bool:
        """Return whether a coordinator stands between "his country" and a name right before a verb."""
        names = at + 1 < len(self.units) and self.units[at + 1].is_noun_phrase
        return bool(self.units[at - 1].marks & {Mark.STATE, Mark.WE}) and names

    def _verb_near(self, at: int) -> bool:
        for chain in self.chains:
            if at < chain.start <= at + BEFORE_VERB:
                between = self.units[at + 1 : chain.start]
                return not any(unit.separates for unit in between)
        return False

    def _subject_start(self, chain: Chain, least: int) -> int:
        at = chain.start
        while at > least and self.units[at - 1].idle:
            at -= 1
        if at > least and (self.units[at - 1].is_noun_phrase or self.units[at - 1].marks & SUBJECTS):
            return at - 1
        return chain.start

    def _segment(self, start: int, end: int) -> Segment:
        chain = next((chain for chain in self.chains if start <= chain.start < end), None)
        at, joined = start, False
        while at < end and (
            self.units[at].idle
            or self.units[at].separates
            or (Mark.COORDINATOR in self.units[at].marks and not self.units[at].marks & CONDITIONAL)
        ):
            joined = joined or Mark.COORDINATOR in self.units[at].marks
            at += 1
        intro = None
        if at < end and (chain is None or (at < chain.start and not chain.borrowed)):
            intro = next((mark for mark in INTRODUCERS if mark in self.units[at].marks), None)
        if intro is Mark.MUTE and self._completes_noun(at):
            intro = None
        if intro is None and self._supposes(start, at, end):
            intro = Mark.CONDITION
        return Segment(
            start=start, end=end, chain=chain, intro=intro, intro_at=at if intro else start, joined=joined
        )

    def _completes_noun(self, at: int) -> bool:
        """Return whether "about" hangs on the noun before it, in a sentence of one verb: "the question about X is open"."""
        noun = self.units[at - 1] if at else None
        plain = noun is not None and noun.kind is Kind.WORD and not noun.marks
        return plain and Mark.PREPOSITION in self.units[at].marks and len(self.chains) == 1

    def _supposes(self, start: int, at: int, end: int) -> bool:
        """Return whether a verb opens a condition: "Kommer det en avtale, sender Norge folk"."""
        opens = all(unit.kind in (Kind.POINT, Kind.HOLE) for unit in self.units[:start])
        verbs = self.grammar.words.get("supposing", ())
        if not opens or at >= end or not any(verb.takes(self.units[at].low) for verb in verbs):
            return False
        following = next((chain for chain in self.chains if chain.start >= end), None)
        if not self.grammar.inverts:
            return following is not None  # "Should X agree, Y will": no other clause opens with its verb
        between = self.units[end : following.start] if following is not None else ()
        closed = self.units[end - 1].text == "," or (end < len(self.units) and self.units[end].text == ",")
        return following is not None and closed and all(u.idle or u.text == "," for u in between)


def clauses(
    units: Sequence[Unit], chains: Sequence[Chain], grammar: Grammar, triggered: Sequence[bool]
) -> tuple[Clause, ...]:
    """Return the clauses of a sentence; `triggered[i]` says that the segment from unit `i` names a trigger."""
    found: list[Clause] = []
    lead: int | None = None
    waiting: list[tuple[int, int]] = []
    for segment in Splitter(units=units, chains=chains, grammar=grammar).segments():
        condition = _is_condition(segment, triggered) or _waits_until(segment, found, units, grammar)
        ahead = _looks_ahead(segment, found, units)
        if _carries_on(segment, found, units, grammar):
            first, _ = found[-1].conditions[-1]
            kept = found[-1].conditions[:-1]
            found[-1] = replace(found[-1], conditions=(*kept, (first, segment.end)), end=segment.end)
        elif condition and not ahead:
            found[-1] = replace(
                found[-1],
                conditions=(*found[-1].conditions, (segment.intro_at, segment.end)),
                end=segment.end,
            )
            firm = (
                any(unit.text in FIRM for unit in units[found[-2].start : found[-1].start])
                if found[1:]
                else True
            )
            if found[-1].intro is Mark.MUTE and not firm:
                found[-2] = replace(
                    found[-2], conditions=(*found[-2].conditions, (segment.intro_at, segment.end))
                )
        elif waiting and segment.intro in RELATIVES and waiting[-1][1] == segment.start:
            waiting[-1] = (waiting[-1][0], segment.end)
        elif condition:
            waiting.append((segment.intro_at, segment.end))
            lead = segment.intro_at if lead is None else lead
        elif segment.chain is not None:
            clause = _clause(segment, lead, tuple(waiting))
            found.append(_with_subject(clause, found, units, grammar))
            lead, waiting = None, []
        elif not ahead and lead is None:
            aside = segment.intro is Mark.ASIDE and grammar.passive_speaks
            found[-1] = replace(found[-1], end=found[-1].end if aside else segment.end)
        elif lead is None:
            lead = segment.start
    return tuple(found)


def _carries_on(segment: Segment, found: Sequence[Clause], units: Sequence[Unit], grammar: Grammar) -> bool:
    """Return whether a segment is the rest of the condition before it: "if the UN asks and France sends troops"."""
    if not found or segment.chain is None or segment.intro is not None:
        return False
    conditional = bool(found[-1].conditions) and found[-1].conditions[-1][1] == segment.start
    named = any(unit.is_noun_phrase for unit in units[segment.start : segment.chain.start])
    if not segment.joined:
        named = segment.start == segment.chain.start and bool(found[-1].conditions)
        named = named and not any(unit.idle for unit in units[segment.start - 1 : segment.start])
    named = named or trigger_of(units[segment.start : segment.end], grammar) is not None
    return (
        conditional
        and named
        and not units[segment.start].separates
        and not units[segment.start - 1].separates
    )


def _is_condition(segment: Segment, triggered: Sequence[bool]) -> bool:
    if segment.intro is Mark.CONDITION:
        return True
    return segment.intro is Mark.WHEN and triggered[segment.intro_at]


def _waits_until(segment: Segment, found: Sequence[Clause], units: Sequence[Unit], grammar: Grammar) -> bool:
    """Return whether a time is what is waited for: "waits until X has", "vil først levere dem når X er sikret"."""
    if segment.intro is not Mark.WHEN or segment.chain is None or not found:
        return False
    only, own = grammar.words.get("only", ()), units[found[-1].start : segment.start]
    waits = any(element.takes(unit.low) for unit in own for element in only)
    return waits or found[-1].chain.last.entry.role is Role.DEFER


def _looks_ahead(segment: Segment, found: Sequence[Clause], units: Sequence[Unit]) -> bool:
    """Return whether a segment that is no clause of its own belongs to the clause that follows."""
    if not found:
        return True
    opens = found[-1].chain.last.entry.role in TAKES_CLAUSE and found[-1].end <= segment.start
    firm = units[segment.start - 1].text in FIRM if segment.start else False
    return (opens and segment.intro is not Mark.THAT and _after_that(segment, units)) or firm


def _after_that(segment: Segment, units: Sequence[Unit]) -> bool:
    back = segment.start - 1
    while back >= 0 and (units[back].idle or units[back].text == ","):
        back -= 1
    return back >= 0 and Mark.THAT in units[back].marks


def _clause(segment: Segment, lead: int | None, waiting: tuple[tuple[int, int], ...]) -> Clause:
    if segment.chain is None:
        raise TypeError("a segment without a verb is no clause")
    return Clause(
        first=segment.start if lead is None else lead,
        start=segment.start,
        end=segment.end,
        chain=segment.chain,
        intro=segment.intro,
        joined=segment.joined,
        conditions=waiting,
    )


def _with_subject(
    clause: Clause, before: Sequence[Clause], units: Sequence[Unit], grammar: Grammar
) -> Clause:
    """Return `clause` with the unit of its subject, or the word that it inherits one."""
    chain = clause.chain
    if chain.slot is not None and any(link.entry.impersonal for link in chain.links):
        return replace(clause, subject=chain.slot)
    begin = clause.start
    while begin < chain.start and (
        units[begin].idle
        or units[begin].separates
        or units[begin].text in QUOTES
        or (units[begin].marks & {*INTRODUCERS, Mark.COORDINATOR} and not units[begin].marks & SUBJECTS)
    ):
        begin += 1
    own = subject_in(units, begin, chain.start, grammar)
    if own is None and clause.intro is Mark.OWNER:
        return replace(clause, subject=antecedent(units, clause, grammar))
    if own is not None:
        return replace(clause, subject=own)
    region = units[begin : chain.start]
    if chain.borrowed and all(unit.idle or Mark.LINK in unit.marks for unit in region):
        return replace(clause, inherits=bool(before))
    if any(not unit.idle for unit in region):
        if chain.last.entry.role is Role.ASK and not opens_phrase(region):
            return replace(clause, unread=True)  # "Operasjonen ber partene åpne veien"
        named = any(unit.kind is Kind.ACTOR for unit in region)
        return replace(clause, unread=named and chain.inside is None, subject=chain.inside)
    if clause.intro in RELATIVES:
        return replace(clause, subject=antecedent(units, clause, grammar))
    if clause.joined and chain.inside is not None and Mark.COORDINATOR in units[chain.start - 1].marks:
        shorter = replace(
            chain, end=chain.inside, inside=None
        )  # "og beskylder Kyiv": what follows is no subject
        return replace(clause, inherits=bool(before), chain=shorter)
    described = _described(units, clause, before, grammar)
    if described is not None:
        return replace(clause, subject=described)
    if chain.inside is not None:
        return replace(clause, subject=chain.inside)
    if clause.joined or chain.borrowed:
        return replace(clause, inherits=bool(before))
    led = subject_in(units, clause.first, clause.start - 1, grammar) if clause.first < clause.start else None
    if led is None and clause.intro is None and not clause.joined:
        told = before[0].start if before and before[0].intro in RELATIVES else None
        led = apposed(units, clause.start, told) if told is not None or not before else None
    return replace(clause, subject=led, inherits=led is None and bool(before) and _after_comma(clause, units))


def _described(
    units: Sequence[Unit], clause: Clause, before: Sequence[Clause], grammar: Grammar
) -> int | None:
    """Return the subject that a relative clause parts from its verb: "Japan, som leder styrken, sender folk"."""
    if not before or before[-1].intro not in RELATIVES or clause.joined:
        return None
    found = antecedent(units, before[-1], grammar)
    if found is None or (clause.chain.inside is not None and _governed(units, found, 0, grammar)):
        return None
    return found


def _after_comma(clause: Clause, units: Sequence[Unit]) -> bool:
    return clause.intro is None and clause.start > 0 and units[clause.start - 1].text == ","


def subject_in(units: Sequence[Unit], begin: int, end: int, grammar: Grammar) -> int | None:
    """Return the unit between `begin` and `end` that is a subject: named, free of prepositions, nearest the end."""
    for at in range(end - 1, begin - 1, -1):
        unit = units[at]
        if not (unit.kind is Kind.ACTOR or unit.marks & SUBJECTS):
            continue
        if not (unit.is_noun_phrase or unit.marks & SUBJECTS or _from_head(units, at, begin, grammar)):
            continue
        if _governed(units, at, begin, grammar):
            continue
        denied = at > begin and Mark.NEGATION in units[at - 1].marks
        if denied or in_contact(units, at, begin):
            return None
        return at if reaches(units[at + 1 : end]) else None
    return None


def _governed(units: Sequence[Unit], at: int, begin: int, grammar: Grammar) -> bool:
    """Return whether a preposition governs the unit at `at`; "members of", "soldiers from" do not."""
    back = at - 1
    while back >= begin and (units[back].idle or Mark.DETERMINER in units[back].marks):
        back -= 1
    if back < begin or not units[back].marks & {Mark.PREPOSITION, Mark.AGENT}:
        return False
    return not _from_head(units, at, begin, grammar)


def _from_head(units: Sequence[Unit], at: int, begin: int, grammar: Grammar) -> bool:
    """Return whether the unit at `at` tells whose members or forces the noun before it are."""
    back = at - 1
    while back > begin and Mark.DETERMINER in units[back].marks:
        back -= 1
    if back <= begin or Mark.PREPOSITION not in units[back].marks or units[at].kind is not Kind.ACTOR:
        return False
    if units[back - 1].codes:
        return False
    lists = [element for name in ("members", "forces") for element in grammar.words.get(name, ())]
    return any(element.takes(units[back - 1].low) for element in lists)


def antecedent(units: Sequence[Unit], clause: Clause, grammar: Grammar) -> int | None:
    """Return the named unit that a relative clause hangs on."""
    at = clause.start - 1
    while at >= 0 and (units[at].idle or units[at].text in QUOTES or units[at].text == ","):
        at -= 1
    if at < 0 or units[at].kind is not Kind.ACTOR or units[at].mentions[-1].genitive:
        return None
    if clause.intro is Mark.OWNER:
        owned = units[clause.start : clause.chain.start]
        named = [unit for unit in owned if unit.kind is Kind.WORD and Mark.OWNER not in unit.marks]
        forces = grammar.words.get("forces", ())
        if not any(element.takes(unit.low) for unit in named for element in forces):
            return None
    return at
