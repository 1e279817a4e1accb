"""Who speaks, and whom "he", "it" and "the country" stand for.

Rules:
- a pronoun stands for the last one spoken of who fits it; "we" for the speaker alone;
- one whose state the text does not tell has a name and no codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.read.actor_words import OUTSIDER
from trucewatch.read.actors import Mention, Sort
from trucewatch.read.grammar import Mark
from trucewatch.read.units import Kind, Unit

ASIDES = (Mark.ASIDE, Mark.MUTE, Mark.RELATIVE, Mark.OWNER)
PEOPLE = frozenset({Sort.PERSON, Sort.OFFICE})
ALLIED = frozenset({"secretary_general", "commissioner"})  # offices that organisations alone have
JOINT = ALLIED | {"spokesperson", "general", "chief", "official", "mission"}
GOVERNS = frozenset({"government"})  # what no organisation has
THINGS = frozenset({Sort.STATE, Sort.ORGANISATION, Sort.FORCES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Somebody who speaks or acts."""

    name: str
    codes: tuple[str, ...]
    people: bool = False  # a person or the holder of an office
    many: bool = False
    group: bool = False  # an unnamed group
    forces: bool = False
    pronoun: bool = False
    leaned: bool = False  # an office whose state is only the one spoken of before
    publisher: bool = False  # who published the document, and speaks where nobody else does
    housed: bool = False  # an office of the publisher's actor, without its state

    @property
    def alliance(self) -> bool:
        """Whether an organisation, not a state, stands behind it."""
        return bool(self.codes) and all(code in ("EU", "UN") or code[0] == "X" for code in self.codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discourse:
    """Who was spoken of last, by what a pronoun may mean."""

    person: Voice | None = None
    thing: Voice | None = None
    many: Voice | None = None
    alliance: Voice | None = None
    speaker: Voice | None = None
    house: Voice | None = None  # the publisher, where the document is its own voice
    met: frozenset[str] = frozenset()  # every state that the sentences before name

    def past(self, units: Sequence[Unit]) -> Discourse:
        """Return the discourse once a sentence of `units` has ended."""
        return replace(self, met=self.met.union(*(unit.codes for unit in units)))

    def said(self, voice: Voice) -> Discourse:
        """Return the discourse once `voice` has spoken."""
        return replace(self.after(voice), speaker=voice if voice.name else self.speaker)

    def after(self, voice: Voice | None) -> Discourse:
        """Return the discourse once `voice` was spoken of."""
        if voice is None or not voice.name:
            return self
        found = replace(self, alliance=voice if voice.alliance and not voice.leaned else self.alliance)
        if voice.many:
            return replace(found, many=voice)
        if voice.people:
            return replace(found, person=voice)
        return replace(found, thing=voice)

    def resolve(self, unit: Unit, speaker: Voice | None) -> Voice | None:
        """Return whom `unit` names or stands for; None when nobody fits."""
        if unit.kind is Kind.ACTOR:
            return self._leaning(unit, speaker)
        told = speaker if speaker is not None and speaker.codes else None
        if Mark.WE in unit.marks:
            return speaker
        if Mark.PERSON in unit.marks:
            return self.person
        if Mark.ALLIANCE in unit.marks:
            return told if told is not None and told.alliance else self.alliance
        if Mark.BODY in unit.marks:
            return self._published(unit)
        if unit.marks & {Mark.STATE, Mark.OFFICE}:
            own = (self.thing or told) if told is not None and told.publisher else told or self.thing
            return None if own is None else replace(own, pronoun=True)
        if Mark.THING in unit.marks:
            own = told if told is not None and not told.people and not told.many else None
            return own or self.thing
        if Mark.TWO in unit.marks:
            return self.many if self.many is not None and len(self.many.codes) == 2 else None
        return (self.many or self.alliance) if Mark.THEY in unit.marks else None

    def _published(self, unit: Unit) -> Voice | None:
        """Return the publisher where its name holds the body that is spoken of, or where it is an organisation's."""
        if self.house is None:
            return None
        own = unit.low.split()[-1] in self.house.name.lower().split()
        return self.house if own or (Mark.ORGAN in unit.marks and self.house.alliance) else None

    def _leaning(self, unit: Unit, speaker: Voice | None) -> Voice:
        """Return whom a named unit stands for; an office without its state is the speaker's, or the one spoken of."""
        voice, last = named(unit), unit.mentions[-1]
        if last.office == OUTSIDER:
            return voice
        known = self.person
        if known is not None and known.name == voice.name and known.codes and not voice.codes:
            return known
        if voice.codes or len(unit.mentions) > 1 or last.sort not in PEOPLE:
            return voice
        silent = speaker is None or not speaker.codes or speaker.publisher
        if self.house is not None and holds_for(self.house, last) and silent:
            return replace(voice, codes=self.house.codes, housed=True)
        body = last.sort is Sort.OFFICE and speaker is not None and bool(speaker.codes)
        own = speaker is not None and set(last.leans) == set(speaker.codes)
        if body and speaker is not None and speaker.alliance and last.office in GOVERNS and not own:
            return voice  # "the government has agreed, the UN's envoy said": the UN has none
        codes = speaker.codes if body and speaker is not None else (() if last.plural else last.leans)
        return replace(voice, codes=codes, leaned=bool(codes), pronoun=not codes and last.office is not None)


def holds_for(house: Voice, office: Mention) -> bool:
    """Return whether an office without its state, in a document that `house` published, is one of the house's."""
    if office.office is None or office.plural:
        return False
    return (office.office in JOINT) if house.alliance else office.office not in ALLIED


def named(unit: Unit) -> Voice:
    """Return whom a named unit stands for."""
    last = unit.mentions[-1]
    single = len(unit.mentions) == 1
    return Voice(
        name=last.name if single else unit.text,
        codes=unit.codes,
        people=single and last.sort in PEOPLE,
        many=not single or (last.sort is Sort.GROUP and last.plural) or _joint(last),
        group=any(mention.sort is Sort.GROUP for mention in unit.mentions),
        forces=any(mention.sort is Sort.FORCES for mention in unit.mentions),
    )


def _joint(mention: Mention) -> bool:
    """Return whether one name stands for several states: "the Baltic states"."""
    return mention.sort is Sort.STATE and len(mention.codes) > 1


def inherited(before: Sequence[tuple[Mark | None, Voice | None]], *, comma: bool) -> Voice | None:
    """Return whose verb has no subject of its own, from the clauses `before` it, the nearest first.

    Behind a comma the main clause goes on; where that and a that-clause have subjects that differ, nobody is taken.
    """
    left_out = frozenset({Mark.WHEN, *(ASIDES if comma else ())})
    kept = [(intro, voice) for intro, voice in before if intro not in left_out]
    if not kept:
        return None
    intro, found = kept[0]
    main = next((voice for other, voice in kept if other is not Mark.THAT and voice is not None), None)
    if comma and intro is Mark.THAT and main is not None and found is not None:
        return found if set(found.codes) == set(main.codes) else None
    return found
