"""The verb groups of a sentence: which verbs stand together, what denies each, and where the subject stands inside.

Rules:
- a group is read from its finite verb to the right, the longest phrase first;
- each negation binds to the verb of the group that it stands before (or after, where a lone verb is denied so);
- a form that may be a noun is a verb only beside somebody who can do it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.inflection import Form, Tense
from trucewatch.read.phrases import OPENING, Element, Entry, Role
from trucewatch.read.units import QUOTES, SUBJECTS, Kind, Unit

FINITE = frozenset(
    {Tense.PRESENT, Tense.PAST, Tense.CONDITIONAL, Tense.CONNEGATIVE, Tense.PASSIVE, Tense.PASSIVE_PAST}
)
BARE = frozenset({Tense.INFINITIVE, Tense.GERUND, Tense.PASSIVE})
FOLLOWS = {
    Role.MODAL: frozenset({Tense.INFINITIVE, Tense.CONNEGATIVE, Tense.PASSIVE, Tense.GERUND}),
    Role.DO: frozenset({Tense.INFINITIVE}),
    Role.PERFECT: frozenset({Tense.PARTICIPLE, Tense.PASSIVE_PARTICIPLE, Tense.ONGOING}),
    Role.BE: frozenset({Tense.PARTICIPLE, Tense.GERUND}),
    Role.OPERATOR: BARE,
    Role.PHASE: BARE,
}
CLOSES = frozenset({Mark.THAT, Mark.CONDITION, Mark.MUTE, Mark.ASIDE})
PASSIVES = frozenset({Tense.PASSIVE, Tense.PASSIVE_PAST, Tense.PASSIVE_PARTICIPLE})
GAP = 9  # units that may stand between the parts of one phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One verb of a group."""

    entry: Entry
    tense: Tense | None
    we: bool
    denials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A verb group: its links from the finite verb on, and the units it spans."""

    start: int
    end: int  # after its last unit
    links: tuple[Link, ...]
    inside: int | None = None  # the unit of a subject that stands within: "skal USA ferdigstille"
    slot: int | None = None  # the unit of an actor that the phrase itself has a place for: "for Italia"
    borrowed: int = 0  # how many links it shares with the group before it: "will train and pay"

    @property
    def last(self) -> Link:
        """The verb that carries the meaning."""
        return self.links[-1]

    @property
    def passive(self) -> bool:
        """Whether what stands before the verb is what is done to."""
        if {self.links[0].tense, self.last.tense} & PASSIVES:
            return True
        before = self.links[-2] if len(self.links) > 1 else None
        return before is not None and before.entry.role is Role.BE and self.last.tense is Tense.PARTICIPLE


@dataclass(frozen=True, slots=True)
class Step:
    """Where the reading of a group stands."""

    at: int
    denials: int = 0
    inside: int | None = None
    slot: int | None = None
    denied: bool = False  # a negation stands before the whole group
    led: bool = False  # a subject stands before it


@dataclass(frozen=True, slots=True)
class Reader:
    """The units of a sentence with their grammar."""

    units: Sequence[Unit]
    grammar: Grammar

    def chains(self) -> tuple[Chain, ...]:
        """Return the verb groups in their order."""
        found: list[Chain] = []
        at = 0
        while at < len(self.units):
            chain = self._shared(at, found[-1]) if found else None
            chain = chain or self._fresh(at, found)
            if chain is None:
                at += 1
            else:
                found.append(chain)
                at = chain.end
        return tuple(found)

    def saying_at(self, at: int) -> tuple[Link, Step] | None:
        """Return the phrase of saying with a finite verb at `at`, and where its reading ends."""
        return self._match(Step(at), (), saying=True)

    def _fresh(self, at: int, found: Sequence[Chain]) -> Chain | None:
        start, denials = self._denied_before(at)
        links, step = self._links(at, (), Step(at, denied=denials > 0, led=self._led(start)))
        if not links or (links[0].tense is Tense.CONNEGATIVE and not denials):
            return None
        links = (replace(links[0], denials=links[0].denials + denials), *links[1:])
        chain = self._closed(Chain(start=start, end=step.at, links=links, inside=step.inside, slot=step.slot))
        if links[0].entry.role in (Role.MODAL, Role.PERFECT, Role.BE, Role.DO):
            return chain if len(links) > 1 or links[0].entry.role is not Role.MODAL else None
        if chain.inside is not None or chain.slot is not None or links[0].tense is None:
            return chain
        return chain if self._beside_somebody(chain, found) else None

    def _denied_before(self, at: int) -> tuple[int, int]:
        """Return where the negation before a verb begins, and how many stand there: "ei aio", "never sent"."""
        start, denials, back = at, 0, at - 1
        while back >= 0 and (self.units[back].idle or Mark.NEGATION in self.units[back].marks):
            if Mark.NEGATION in self.units[back].marks:
                start, denials = back, denials + 1
            back -= 1
        return start, denials

    def _led(self, start: int) -> bool:
        """Return whether a subject stands right before `start`, so that none stands within the group."""
        back = start - 1
        while back >= 0 and (self.units[back].idle or Mark.NEGATION in self.units[back].marks):
            back -= 1
        if back < 0 or not (self.units[back].is_noun_phrase or self.units[back].marks & SUBJECTS):
            return False
        return back == 0 or not self.units[back - 1].marks & {Mark.PREPOSITION, Mark.AGENT}

    def _shared(self, at: int, before: Chain) -> Chain | None:
        """Return the group at `at` that shares the opening of the one `before` it: "will train and pay"."""
        joint = self._coordinated(at)
        if joint is None or len(before.links) < 2:
            return None
        start, denials = self._denied_before(at)
        if not denials and Mark.OR in self.units[joint].marks:
            denials = before.last.denials
        for count in range(len(before.links) - 1, 0, -1):
            opening = tuple(replace(link, denials=link.denials) for link in before.links[:count])
            if opening[-1].entry.role not in OPENING or opening[-1].entry.role is Role.BE:
                continue
            links, step = self._links(at, opening, Step(at, led=True))
            if len(links) > count:
                own = replace(links[count], denials=links[count].denials + denials)
                links = (*links[:count], own, *links[count + 1 :])
                return Chain(start=start, end=step.at, links=links, borrowed=count)
        return None

    def _coordinated(self, at: int) -> int | None:
        back = at - 1
        while back >= 0 and self._passes(back):
            back -= 1
        return back if back >= 0 and Mark.COORDINATOR in self.units[back].marks else None

    def _passes(self, at: int) -> bool:
        marks = self.units[at].marks
        denial = Mark.NEGATION in marks and Mark.COORDINATOR not in marks
        return self.units[at].idle or denial or Mark.LINK in marks

    def _beside_somebody(self, chain: Chain, found: Sequence[Chain]) -> bool:
        back = chain.start - 1
        while back >= 0 and (self.units[back].idle or Mark.NEGATION in self.units[back].marks):
            back -= 1
        if back < 0:
            return self.grammar.inverts and (chain.inside is not None or chain.last.entry.role is Role.OPEN)
        unit = self.units[back]
        if unit.is_noun_phrase or unit.marks & SUBJECTS or unit.marks & {Mark.RELATIVE}:
            return True
        if chain.last.entry.role in (Role.SAY, Role.ASK, Role.HOLD) and self._clause_follows(chain.end):
            return True
        if self.grammar.passive_speaks and chain.passive:
            return True
        if chain.last.we or chain.last.entry.role is Role.OPEN or chain.links[0].entry.impersonal:
            return True
        if Mark.COORDINATOR in unit.marks:
            return bool(found)
        if any(element.takes(unit.low) for element in self.grammar.words.get("mission", ())):
            return chain.last.entry.limit
        return unit.text == "," and bool(found) and chain.links[0].tense is not Tense.INFINITIVE

    def _clause_follows(self, at: int) -> bool:
        while at < len(self.units) and (self.units[at].idle or self.units[at].text == ","):
            at += 1
        return self._has(at, Mark.THAT)

    def _closed(self, chain: Chain) -> Chain:
        """Return `chain` with the subject and the negation that follow a lone finite verb."""
        if (
            len(chain.links) > 1
            or chain.links[0].tense is None
            or self._has(chain.end - 1, Mark.THAT)
            or self._has(chain.end - 1, Mark.MUTE)
        ):
            return chain
        step = self._skip(
            Step(chain.end, inside=chain.inside, led=self._led(chain.start)), subject=self.grammar.inverts
        )
        if step.inside != chain.inside and self._finite_at(step.at):
            return chain
        if step.denials == 0 and step.inside == chain.inside:
            return chain
        link = chain.links[0]
        return replace(
            chain,
            end=step.at,
            inside=step.inside,
            links=(replace(link, denials=link.denials + step.denials),),
        )

    def _finite_at(self, at: int) -> bool:
        """Return whether a finite verb stands at `at`: what is before it is its own subject."""
        unit = self.units[at] if at < len(self.units) else None
        if unit is None or unit.kind is not Kind.WORD:
            return False
        finite = any(form.tense in FINITE for form in self.grammar.forms.get(unit.low, ()))
        return finite or any(entry.role is Role.MODAL for entry in self.grammar.by_word.get(unit.low, ()))

    def _links(self, at: int, before: tuple[Link, ...], step: Step) -> tuple[tuple[Link, ...], Step]:
        links = before
        step = replace(step, at=at, denials=0)
        while True:
            ahead = step if links == before else self._skip(step, subject=len(links) == 1, linked=True)
            found = self._match(ahead, links)
            if found is None:
                return links, step
            link, ahead = found
            if links and links[-1].entry.whole and link.entry.role not in (Role.ACT, Role.BE, Role.PHASE):
                return links, step
            step = ahead
            links = (*links, link)
            if link.entry.role not in OPENING:
                return links, step

    def _match(
        self, step: Step, links: tuple[Link, ...], *, saying: bool = False
    ) -> tuple[Link, Step] | None:
        """Return the longest phrase at `step` that may follow `links`, and where it ends."""
        if step.at >= len(self.units) or self.units[step.at].kind is not Kind.WORD:
            return None
        best: tuple[tuple[bool, int, int], Link, Step] | None = None
        low = self.units[step.at].low
        forms = self._deniable(low) if step.denied else self.grammar.forms.get(low, ())
        candidates = [(e, None, False) for e in self.grammar.by_word.get(low, ())] + [
            (entry, form.tense, form.we)
            for form in forms
            for entry in self.grammar.by_lemma.get(form.lemma, ())
        ]
        for entry, tense, we in candidates:
            if not self._may_follow(tense, entry, links, denied=step.denied):
                continue
            if saying and not (entry.role is Role.SAY or entry.spoken or entry.view):
                continue
            if not self._in_company(entry, step.at):
                continue
            end = self._elements(entry.elements[1:], replace(step, at=step.at + 1))
            if end is None:
                continue
            if entry.role is Role.PHASE and not self.verb_at(end):
                continue
            told = entry.role is Role.SAY and self._has(self._skip(end, subject=True).at, Mark.THAT)
            rank = (told, sum(not element.optional for element in entry.elements), end.at)
            if best is None or rank > best[0]:
                link = Link(entry=entry, tense=tense, we=we, denials=end.denials)
                best = (rank, link, replace(end, denials=0))
        if best is None and not saying and not links:
            return self._other(step, links, candidates)
        return None if best is None else best[1:]

    def _other(
        self, step: Step, links: tuple[Link, ...], candidates: Sequence[tuple[Entry, Tense | None, bool]]
    ) -> tuple[Link, Step] | None:
        """Return a known verb whose company is wrong: no statement, but it has a clause of its own."""
        for entry, tense, we in candidates:
            if tense not in FINITE or not self._may_follow(tense, entry, links, denied=step.denied):
                continue
            if entry.role not in OPENING:
                other = Entry(role=Role.OTHER, elements=entry.elements[:1], action=entry.action)
                link = Link(entry=other, tense=tense, we=we, denials=step.denials)
                return link, replace(step, at=step.at + 1, denials=0)
        return None

    def _deniable(self, low: str) -> tuple[Form, ...]:
        """Return the forms of a word under a negation: of one that has a form for that, no present and no past."""
        forms = self.grammar.forms.get(low, ())
        if all(form.tense is not Tense.CONNEGATIVE for form in forms):
            return forms
        return tuple(form for form in forms if form.tense not in (Tense.PRESENT, Tense.PAST))

    def verb_at(self, step: Step) -> bool:
        """Return whether a verb follows that another may open: "continues to train"."""
        ahead = self._skip(step, subject=False, linked=True).at
        low = self.units[ahead].low if ahead < len(self.units) else ""
        return any(form.tense in BARE for form in self.grammar.forms.get(low, ()))

    def _has(self, at: int, mark: Mark) -> bool:
        return at < len(self.units) and mark in self.units[at].marks

    def _in_company(self, entry: Entry, at: int) -> bool:
        """Return whether the words that a phrase needs stand by it, and none that it bars."""
        if not entry.needs and not entry.unless:
            return True
        end = at + 1
        while end < len(self.units) and not self._closes(end):
            end += 1
        later = _lows(self.units[at + 1 : end])
        if any(element.takes(low) for element in entry.unless for low in later):
            return False
        near = later + _lows(self.units[:at])
        return not entry.needs or any(element.takes(low) for element in entry.needs for low in near)

    def _closes(self, at: int) -> bool:
        unit = self.units[at]
        return unit.text == ";" or (bool(unit.marks & CLOSES) and Mark.PREPOSITION not in unit.marks)

    def _may_follow(
        self, tense: Tense | None, entry: Entry, links: tuple[Link, ...], *, denied: bool
    ) -> bool:
        if not links:
            bare = self.grammar.bare_present and tense is Tense.INFINITIVE
            return (
                tense is None
                or tense in FINITE
                or bare
                or (denied and tense in (Tense.PARTICIPLE, Tense.PASSIVE_PARTICIPLE))
            )
        if tense is None:
            return entry.role not in (Role.MODAL,)
        allowed = FOLLOWS.get(links[-1].entry.role, frozenset())
        return tense in allowed

    def _elements(self, elements: tuple[Element, ...], step: Step) -> Step | None:
        """Return where the places of a phrase end from `step` on; None when one of them is not there."""
        for number, element in enumerate(elements):
            if element.gap:
                return self._after_gap(elements[number + 1 :], step)
            taken = self._element(element, step)
            if taken is None:
                if element.optional:
                    continue
                return None
            step = taken
        return step

    def _element(self, element: Element, step: Step) -> Step | None:
        if step.at < len(self.units) and self._fits(element, self.units[step.at]):
            return self._took(element, step)
        ahead = self._skip(step, subject=True)
        if ahead.at < len(self.units) and self._fits(element, self.units[ahead.at]):
            return self._took(element, ahead)
        return None

    def _took(self, element: Element, step: Step) -> Step:
        return replace(step, at=step.at + 1, slot=step.at if element.actor else step.slot)

    def _after_gap(self, rest: tuple[Element, ...], step: Step) -> Step | None:
        step = self._skip(step, subject=self.grammar.inverts)
        denials = step.denials  # one that is passed over denies the phrase: "wird Soldaten nicht entsenden"
        for ahead in range(step.at, min(step.at + GAP, len(self.units))):
            unit = self.units[ahead]
            if (
                unit.text in (",", ";", ":")
                or unit.kind is Kind.HOLE
                or unit.marks & {Mark.THAT, Mark.CONDITION, Mark.RELATIVE}
            ):
                return None
            end = self._elements(rest, replace(step, at=ahead, denials=denials))
            if end is not None:
                return end
            denials += bool(unit.marks & {Mark.NEGATION, Mark.NO})
        return None

    def _fits(self, element: Element, unit: Unit) -> bool:
        if element.actor:
            return unit.is_noun_phrase
        if unit.kind not in (Kind.WORD, Kind.TIME):
            return False
        if element.takes(unit.low):
            return True
        return any(form.lemma in element.lemmas for form in self.grammar.forms.get(unit.low, ()))

    def _skip(self, step: Step, *, subject: bool, linked: bool = False) -> Step:
        """Return `step` past what a verb group reads on over: adverbs, negations, times, one subject."""
        at, denials, inside = step.at, step.denials, step.inside
        while at < len(self.units):
            unit = self.units[at]
            if unit.marks & {Mark.NEGATION, Mark.NO}:
                denials += 1
            elif subject and not step.led and inside is None and self._is_inner_subject(at):
                inside = at
            elif subject and not step.led and inside is None and self._determines(at):
                pass
            elif not unit.idle and not (linked and Mark.LINK in unit.marks):
                break
            at += 1
        return replace(step, at=at, denials=denials, inside=inside)

    def _determines(self, at: int) -> bool:
        following = self.units[at + 1] if at + 1 < len(self.units) else None
        return Mark.DETERMINER in self.units[at].marks and following is not None and following.is_noun_phrase

    def _names_next(self, at: int) -> bool:
        """Return whether a noun or an adjective follows, so that "den" is no pronoun."""
        unit = self.units[at + 1] if at + 1 < len(self.units) else None
        plain = unit is not None and unit.kind is Kind.WORD and not unit.marks
        return plain and unit is not None and unit.low not in self.grammar.forms

    def _is_inner_subject(self, at: int) -> bool:
        unit = self.units[at]
        before = self.units[at - 1] if at else None
        if before is not None and before.text in QUOTES:
            return False
        if Mark.LINK in unit.marks or (Mark.DETERMINER in unit.marks and self._names_next(at)):
            return False
        return unit.is_noun_phrase or bool(unit.marks & SUBJECTS)


def _lows(units: Sequence[Unit]) -> list[str]:
    return [low for unit in units for low in (unit.low, *unit.low.split())]
