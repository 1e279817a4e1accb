"""The verb groups of a sentence: which verbs stand together, what denies each, and where the subject stands inside.

Rules:
- a group is read from its finite verb to the right, the longest phrase first;
- each negation binds to the verb of the group that it stands before (or after, where a lone verb is denied so);
- a form that may be a noun is a verb only beside somebody who can do it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.read.actors import Sort
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.inflection import Tense
from trucewatch.read.matching import FINITE, PASSIVES, Link, Matcher, Step
from trucewatch.read.phrases import OPENING, Role
from trucewatch.read.units import SUBJECTS, Unit

SINGLE = frozenset({Sort.STATE, Sort.ORGANISATION, Sort.PERSON})  # of one of these, a present has its ending


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The units of a sentence with their grammar."""

    units: Sequence[Unit]
    grammar: Grammar

    @property
    def words(self) -> Matcher:
        """The same units, as phrases are matched against them."""
        return Matcher(units=self.units, grammar=self.grammar)

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

    def _fresh(self, at: int, found: Sequence[Chain]) -> Chain | None:
        if Mark.CONDITION in self.units[at].marks and at and self.units[at - 1].separates:
            return None
        start, denials = self._denied_before(at)
        links, step = self._links(at, (), Step(at=at, denied=denials > 0, led=self._led(start)))
        if (
            not links
            or (links[0].tense is Tense.CONNEGATIVE and not denials)
            or self._is_linked(start, links)
        ):
            return None
        links = (replace(links[0], denials=links[0].denials + denials), *links[1:])
        chain = self._closed(Chain(start=start, end=step.at, links=links, inside=step.inside, slot=step.slot))
        if links[0].entry.role in (Role.MODAL, Role.PERFECT, Role.BE, Role.DO):
            alone = len(links) == 1 and links[0].entry.role is Role.MODAL
            return None if alone and self.units[at].marks else chain
        if chain.inside is not None or chain.slot is not None or links[0].tense is None:
            return chain
        if self._compound(chain) or self._disagrees(chain):
            return None
        return chain if self._beside_somebody(chain, found) else None

    def _compound(self, chain: Chain) -> bool:
        """Return whether a name and a noun stand behind an article: "a UN patrol" is no clause."""
        if not self.grammar.bare_present or chain.links[0].tense is not Tense.INFINITIVE or chain.start < 2:
            return False
        name, before = self.units[chain.start - 1], self.units[chain.start - 2]
        articles = self.grammar.words.get("articles", ())
        return bool(name.codes) and any(element.takes(before.low) for element in articles)

    def _disagrees(self, chain: Chain) -> bool:
        """Return whether a noun spelled as a verb stands behind one name: "UN staff in Goma", "a US offer to"."""
        if not self.grammar.bare_present or chain.links[0].tense is not Tense.INFINITIVE or not chain.start:
            return False
        who = self.units[chain.start - 1]
        if any(Mark.THAT in unit.marks for unit in self.units[: chain.start]):
            return False  # "demands that Russia withdraw"
        return len(who.mentions) == 1 and who.mentions[-1].sort in SINGLE and len(who.codes) == 1

    def _is_linked(self, start: int, links: Sequence[Link]) -> bool:
        """Return whether an infinitive hangs on what stands before it: "the force, to be led by X"."""
        bare = self.grammar.bare_present and links[0].tense is Tense.INFINITIVE
        gapped = start > 1 and self.units[start - 2].is_noun_phrase  # "X is ready to pay, Y to patrol"
        return bare and start > 0 and Mark.LINK in self.units[start - 1].marks and not gapped

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
            links, step = self._links(at, opening, Step(at=at, led=True))
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
        says_we = any(link.we for link in chain.links)
        if back < 0:
            known = chain.inside is not None or chain.last.entry.role is Role.OPEN
            return self.grammar.inverts and (known or says_we or chain.links[0].entry.impersonal)
        unit = self.units[back]
        if unit.is_noun_phrase or unit.marks & SUBJECTS or unit.marks & {Mark.RELATIVE}:
            return True
        takes = chain.last.entry.role in (Role.SAY, Role.ASK, Role.HOLD) and self._clause_follows(chain.end)
        if takes and not self._after_verb(back):
            return True
        if chain.passive and (self.grammar.passive_speaks or self._done_to(unit, chain.end)):
            return True
        if says_we or chain.last.entry.role in (Role.OPEN, Role.JUDGE) or chain.links[0].entry.impersonal:
            return True
        if chain.last.entry.deed:
            words = [*self.grammar.words.get("deeds", ()), *self.grammar.words.get("forces", ())]
            if any(element.takes(unit.low) for element in words):
                return True
        if Mark.COORDINATOR in unit.marks:
            return bool(found)
        if any(element.takes(unit.low) for element in self.grammar.words.get("mission", ())):
            return chain.last.entry.limit
        return unit.text == "," and bool(found) and chain.links[0].tense is not Tense.INFINITIVE

    def _done_to(self, unit: Unit, end: int) -> bool:
        """Return whether what is given, or those who are sent, stand before a passive, or who does it after it."""
        lists = ("deeds", "things", "forces")
        given = any(e.takes(unit.low) for name in lists for e in self.grammar.words.get(name, ()))
        return given or self.words.has(end, Mark.AGENT)

    def _after_verb(self, back: int) -> bool:
        """Return whether the word before is a verb, so that this one is its object: "denied reports that"."""
        return any(form.tense in FINITE for form in self.grammar.forms.get(self.units[back].low, ()))

    def _clause_follows(self, at: int) -> bool:
        while at < len(self.units) and (self.units[at].idle or self.units[at].text == ","):
            at += 1
        return self.words.has(at, Mark.THAT)

    def _closed(self, chain: Chain) -> Chain:
        """Return `chain` with the subject and the negation that follow a lone finite verb."""
        if (
            len(chain.links) > 1
            or chain.links[0].tense is None
            or self.words.has(chain.end - 1, Mark.THAT)
            or self.words.has(chain.end - 1, Mark.MUTE)
            or (chain.end - chain.start > 1 and self.words.has(chain.end - 1, Mark.PREPOSITION))
        ):
            return chain
        step = self.words.skip(
            Step(at=chain.end, inside=chain.inside, led=self._led(chain.start)), subject=self.grammar.inverts
        )
        if step.inside != chain.inside and self.words.finite_at(step.at):
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

    def _links(self, at: int, before: tuple[Link, ...], step: Step) -> tuple[tuple[Link, ...], Step]:
        links = before
        step = replace(step, at=at, denials=0)
        while True:
            ahead = step if links == before else self.words.skip(step, subject=len(links) == 1, linked=True)
            found = self.words.phrase_at(ahead, links) or self.words.parted(ahead, links)
            if found is None:
                return links, step
            link, ahead = found
            if links and links[-1].entry.whole and link.entry.role not in (Role.ACT, Role.BE, Role.PHASE):
                return links, step
            step = ahead
            links = (*links, link)
            if link.entry.role not in OPENING:
                return links, step
