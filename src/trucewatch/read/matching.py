"""Phrases of a language matched against the units of a sentence, one verb at a time.

Rules:
- the longest phrase is read, where the words that it needs stand by it and none that it bars;
- a verb group reads on over adverbs, times and attributions, and over one subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.read.actors import Sort
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.inflection import Form, Tense
from trucewatch.read.phrases import OPENING, Element, Entry, Role
from trucewatch.read.units import QUOTES, SUBJECTS, Kind, Unit

FINITE = frozenset(
    {Tense.PRESENT, Tense.PAST, Tense.CONDITIONAL, Tense.CONNEGATIVE, Tense.PASSIVE, Tense.PASSIVE_PAST}
)
BARE = frozenset({Tense.INFINITIVE, Tense.GERUND, Tense.PASSIVE})
FOLLOWS = {
    Role.MODAL: frozenset({Tense.INFINITIVE, Tense.PASSIVE, Tense.GERUND}),
    Role.DO: frozenset({Tense.INFINITIVE}),
    Role.PERFECT: frozenset({Tense.PARTICIPLE, Tense.PASSIVE_PARTICIPLE, Tense.ONGOING}),
    Role.BE: frozenset({Tense.PARTICIPLE, Tense.GERUND}),
    Role.OPERATOR: BARE,
    Role.PHASE: BARE,
}
CLOSES = frozenset({Mark.THAT, Mark.CONDITION, Mark.MUTE, Mark.ASIDE})
PARTED = frozenset({Role.MODAL, Role.PERFECT})
UNPARTED = frozenset({Tense.INFINITIVE, Tense.PARTICIPLE})
PARTS = 6  # units that may stand between an opening verb and the one that it opens
BREAKS = frozenset({*CLOSES, Mark.RELATIVE, Mark.OWNER, Mark.COORDINATOR, Mark.NEGATION, Mark.NO})
PASSIVES = frozenset({Tense.PASSIVE, Tense.PASSIVE_PAST, Tense.PASSIVE_PARTICIPLE})
GAP = 9  # units that may stand between the parts of one phrase
SPARING = frozenset({"let", "keep"})  # acts that are none without the words that they need
GIVEN = ("things", "deeds", "forces")  # the lists of what is given


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One verb of a group."""

    entry: Entry
    tense: Tense | None
    we: bool
    denials: int

    @property
    def unsaid(self) -> bool:
        """Whether it is left open that what follows was said: "refused to say", "did not say"."""
        return bool(self.denials) or self.entry.role is Role.OPERATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where the reading of a group stands."""

    at: int
    denials: int = 0
    inside: int | None = None
    slot: int | None = None
    denied: bool = False  # a negation stands before the whole group
    led: bool = False  # a subject stands before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """The units of a sentence with their grammar."""

    units: Sequence[Unit]
    grammar: Grammar

    def saying_at(self, at: int) -> tuple[Link, Step] | None:
        """Return the phrase of saying with a finite verb at `at`, and where its reading ends."""
        said = self.phrase_at(Step(at=at), (), saying=True)
        return None if said is not None and self._acts_instead(at, said) else said

    def _acts_instead(self, at: int, said: tuple[Link, Step]) -> bool:
        """Return whether a verb of saying is an act by what follows: "lisää tukeaan", "vastaa asein"."""
        other = self.phrase_at(Step(at=at), ())
        if other is None or said[0].entry.role is not Role.SAY or other[0].entry.role is not Role.ACT:
            return False
        end = at + 1
        while end < len(self.units) and not self.units[end].separates:
            end += 1
        later, needs = _lows(self.units[at + 1 : end]), other[0].entry.needs
        return other[1].at > said[1].at or any(each.takes(low) for each in needs for low in later)

    def finite_at(self, at: int) -> bool:
        """Return whether a finite verb stands at `at`: what is before it is its own subject."""
        unit = self.units[at] if at < len(self.units) else None
        if unit is None or unit.kind is not Kind.WORD:
            return False
        finite = any(form.tense in FINITE for form in self.grammar.forms.get(unit.low, ()))
        return finite or any(entry.role is Role.MODAL for entry in self.grammar.by_word.get(unit.low, ()))

    def phrase_at(
        self, step: Step, links: tuple[Link, ...], *, saying: bool = False
    ) -> tuple[Link, Step] | None:
        """Return the longest phrase at `step` that may follow `links`, and where it ends."""
        if step.at >= len(self.units) or self.units[step.at].kind is not Kind.WORD:
            return None
        low = self.units[step.at].low
        forms = self._deniable(low) if step.denied else self.grammar.forms.get(low, ())
        if not links and self.grammar.bare_present:  # "let", "put": of one who acts, the past
            past = {form.lemma for form in forms if form.tense is Tense.PAST}
            bare = Tense.INFINITIVE
            forms = tuple(form for form in forms if form.lemma not in past or form.tense is not bare)
        candidates = [(e, None, False) for e in self.grammar.by_word.get(low, ())] + [
            (entry, form.tense, form.we)
            for form in forms
            for entry in self.grammar.by_lemma.get(form.lemma, ())
        ]
        fit = [
            one
            for one in candidates
            if self._may_follow(one[1], one[0], links, denied=step.denied)
            and not (one[0].opened and not links)
        ]
        best = self._longest(step, fit, saying=saying)
        if best is None and not saying:
            acts = [one for one in fit if one[0].role is Role.ACT and one[0].action not in SPARING]
            best = self._longest(step, acts, given=True)
        if best is None and not saying and not links:
            return self._other(step, links, candidates)
        return best

    def _longest(
        self,
        step: Step,
        candidates: Sequence[tuple[Entry, Tense | None, bool]],
        *,
        saying: bool = False,
        given: bool = False,
    ) -> tuple[Link, Step] | None:
        """Return the longest of some phrases at `step` in its company; `given`: in that of any act."""
        best: tuple[tuple[bool, int, int, bool], Link, Step] | None = None
        for entry, tense, we in candidates:
            if saying and not (entry.role is Role.SAY or entry.spoken or entry.view):
                continue
            end = self._elements(entry.elements[1:], replace(step, at=step.at + 1))
            if end is None:
                continue
            if entry.role is Role.PHASE and not self.verb_at(end):
                continue
            told = entry.role is Role.SAY and self._that_follows(end)
            said = entry.role is Role.SAY and not saying
            rank = (told, sum(not element.optional for element in entry.elements), end.at, not said)
            if (best is None or rank > best[0]) and self._in_company(entry, step.at, given=given):
                link = Link(entry=entry, tense=tense, we=we, denials=end.denials)
                best = (rank, link, replace(end, denials=0))
        return None if best is None else best[1:]

    def parted(self, step: Step, links: tuple[Link, ...]) -> tuple[Link, Step] | None:
        """Return the verb that a phrase parts from the one that opens it: "har i et felles brev bedt", "voi maalla toimia"."""
        if not links or links[-1].entry.role not in PARTED or links[-1].tense in UNPARTED:
            return None
        first = self.units[step.at] if step.at < len(self.units) else None
        noun = first is not None and self._is_noun(first) and links[-1].entry.role is Role.MODAL
        if first is None or not (noun or self.grammar.passive_speaks or Mark.PREPOSITION in first.marks):
            return None
        for at in range(step.at, min(step.at + PARTS, len(self.units) - 1)):
            unit = self.units[at]
            if unit.separates or unit.marks & BREAKS or self.finite_at(at) or unit.text in QUOTES:
                return None
            found = self.phrase_at(replace(step, at=at + 1), links)
            if noun and found is not None and not nobodys(found[0]):
                return None
            if found is not None and found[0].tense is not None:
                return found
        return None

    def _is_noun(self, unit: Unit) -> bool:
        """Return whether a plain noun may be the subject within a group: "ville garantiene være"."""
        return self.grammar.inverts and unit.kind is Kind.WORD and not unit.marks

    def _that_follows(self, step: Step) -> bool:
        at = self.skip(step, subject=True).at
        at += at < len(self.units) and self.units[at].text == ","
        return self.has(at, Mark.THAT)

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
        ahead = self.skip(step, subject=False, linked=True).at
        low = self.units[ahead].low if ahead < len(self.units) else ""
        return any(form.tense in BARE for form in self.grammar.forms.get(low, ()))

    def has(self, at: int, mark: Mark) -> bool:
        """Return whether the unit at `at` bears `mark`."""
        return at < len(self.units) and mark in self.units[at].marks

    def _in_company(self, entry: Entry, at: int, *, given: bool = False) -> bool:
        """Return whether the words that a phrase needs stand by it, and none that it bars."""
        if not entry.needs and not entry.unless:
            return True
        end = at + 1
        while end < len(self.units) and not self._closes(end):
            end += 1
        later = _lows(self.units[at + 1 : end])
        begin = at
        while begin and not (self.units[begin - 1].separates or self._closes(begin - 1)):
            begin -= 1
        own = [*_lows(self.units[begin:at]), *later]
        if any(element.takes(low) for element in entry.unless for low in own):
            return False
        near = later + _lows(self.units[:at])
        if not entry.needs or any(element.takes(low) for element in entry.needs for low in near):
            return True
        return given and self._given(self.units[at + 1 : end])

    def _given(self, later: Sequence[Unit]) -> bool:
        """Return whether what is given, or how many, follows: what an act needs where its own words are not met."""
        lists = [each for name in GIVEN for each in self.grammar.words.get(name, ())]
        counted = any(unit.kind is Kind.AMOUNT for unit in later)
        return counted or any(element.takes(low) for element in lists for low in _lows(later))

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
            whole = self._written_together(elements[number:], step)
            if whole is not None:
                return self._elements(elements[number + whole[0] :], whole[1])
            taken = self._element(element, step)
            if taken is None:
                if element.optional:
                    continue
                return None
            step = taken
        return step

    def _written_together(self, elements: tuple[Element, ...], step: Step) -> tuple[int, Step] | None:
        """Return how many places one unit of several words takes, and where it ends: "for å"."""
        for ahead in (step, self.skip(step, subject=True)):
            words = self.units[ahead.at].low.split() if ahead.at < len(self.units) else []
            places = elements[: len(words)]
            if 1 < len(words) == len(places) and all(
                place.takes(word) for place, word in zip(places, words, strict=True)
            ):
                return len(words), replace(ahead, at=ahead.at + 1)
        return None

    def _element(self, element: Element, step: Step) -> Step | None:
        if step.at < len(self.units) and self._fits(element, self.units[step.at]):
            return self._took(element, step)
        ahead = self.skip(step, subject=True)
        if ahead.at < len(self.units) and self._fits(element, self.units[ahead.at]):
            return self._took(element, ahead)
        return None

    def _took(self, element: Element, step: Step) -> Step:
        return replace(step, at=step.at + 1, slot=step.at if element.actor else step.slot)

    def _after_gap(self, rest: tuple[Element, ...], step: Step) -> Step | None:
        step = self.skip(step, subject=self.grammar.inverts)
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
        office = (
            unit.kind is Kind.ACTOR and not unit.codes and unit.text[:1].islower()
        )  # "toimia sovittelijana"
        if unit.kind not in (Kind.WORD, Kind.TIME) and not office:
            return False
        if element.takes(unit.low):
            return True
        return any(form.lemma in element.lemmas for form in self.grammar.forms.get(unit.low, ()))

    def skip(self, step: Step, *, subject: bool, linked: bool = False) -> Step:
        """Return `step` past what a verb group reads on over: adverbs, negations, times, one subject."""
        at, denials, inside = step.at, step.denials, step.inside
        while at < len(self.units):
            unit = self.units[at]
            if unit.marks & {Mark.NEGATION, Mark.NO}:
                denials += 1
            elif subject and not step.led and inside is None and self._is_inner_subject(at):
                inside = at
            elif subject and not step.led and inside is None and (self._determines(at) or self._counts(at)):
                pass
            elif not (unit.idle or unit.placed or (linked and Mark.LINK in unit.marks)):
                break
            at += 1
        return replace(step, at=at, denials=denials, inside=inside)

    def _determines(self, at: int) -> bool:
        following = self.units[at + 1] if at + 1 < len(self.units) else None
        return Mark.DETERMINER in self.units[at].marks and following is not None and following.is_noun_phrase

    def _counts(self, at: int) -> bool:
        """Return whether a number stands before the forces that are the subject: "osallistuu 20 suomalaissotilasta"."""
        following = self.units[at + 1] if at + 1 < len(self.units) else None
        forces = following is not None and following.is_noun_phrase
        return (
            self.units[at].kind is Kind.AMOUNT
            and forces
            and following is not None
            and following.mentions[-1].sort is Sort.FORCES
        )

    def _names_next(self, at: int) -> bool:
        """Return whether a noun or an adjective follows, so that "den" is no pronoun."""
        unit = self.units[at + 1] if at + 1 < len(self.units) else None
        if unit is not None and unit.kind is Kind.ACTOR and not unit.is_noun_phrase:
            return True
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


def nobodys(link: Link) -> bool:
    """Return whether a verb says nothing of what its subject does: it is, or is done to it."""
    return link.entry.role in (Role.BE, Role.JUDGE) or link.tense is Tense.PASSIVE


def _lows(units: Sequence[Unit]) -> list[str]:
    return [low for unit in units for low in (unit.low, *unit.low.split())]
