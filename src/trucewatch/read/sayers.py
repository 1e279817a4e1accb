"""Who an attribution that stands aside names: a person, an office, a body of the state spoken of.

Rules:
- "its embassy" and "the army" are those of the one named before them in the sentence, else of the one spoken of last;
- one whose state the text does not tell has a name and no codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.read.actor_words import PERSONS
from trucewatch.read.actors import Sort
from trucewatch.read.clauses import Clause
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.scenes import Draft
from trucewatch.read.units import SUBJECTS, Kind, Unit
from trucewatch.read.views import Aside, View
from trucewatch.read.voices import Discourse, Voice, named


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayers:
    """A sentence whose attributions are looked up."""

    view: View
    grammar: Grammar

    def speaker(self, aside: Aside, discourse: Discourse) -> Voice:
        """Return whose words an attribution says a passage is; without codes where the text does not tell."""
        voice = self._they(aside) or discourse.resolve(aside.who[0], None) if len(aside.who) == 1 else None
        voice = self._about(aside, voice) if voice is not None and voice.leaned else voice
        last = discourse.speaker
        if len(aside.who) == 1 and Mark.THING in aside.who[0].marks and last and not last.people:
            voice = last
        if last is None and Mark.THING in aside.who[0].marks and self._issued(aside):
            voice = self._issuer(aside) or discourse.house
        if voice is not None and last and last.people and last.codes and self._office_alone(aside, voice):
            return last
        owners = self.grammar.words.get("possessive", ())
        if voice is None and any(element.takes(aside.who[0].low) for element in owners):
            voice = self._owner(aside, discourse)
        if voice is None and len(aside.who) == 1 and aside.who[0].marks & {Mark.OFFICE, Mark.ALLIANCE}:
            voice = self._body(aside)
        for before, unit in zip((None, *aside.who), aside.who, strict=False):
            where = before is not None and Mark.PREPOSITION in before.marks  # "those who sat in Doha"
            if voice is None and unit.kind is Kind.ACTOR and not unit.placed and not where:
                voice = discourse.resolve(unit, None)
                whole = " ".join(part.text for part in aside.who)
                voice = (
                    voice if len(aside.who) == 1 or voice is None else replace(voice, name=whole, people=True)
                )
        unknown = len(aside.who) == 1 and bool(aside.who[0].marks & SUBJECTS)
        offices = self.grammar.words.get("officials", ())
        holds = any(office.takes(unit.low) for unit in aside.who for office in offices)
        name = " ".join(unit.text for unit in aside.who)
        return voice or Voice(name=name, codes=(), pronoun=unknown or holds, people=holds)

    def _about(self, aside: Aside, voice: Voice) -> Voice:
        """Return an office whose guessed state only a condition names as the one's whom the clause is about."""
        first = self.view.clauses[0] if self.view.clauses else None
        if first is None or first.subject is None or not first.conditions:
            return voice
        unit = self.view.units[first.subject]
        only = {
            code
            for start, end in first.conditions
            for one in self.view.units[start:end]
            for code in one.codes
        }
        if not unit.is_noun_phrase or unit.end > aside.start or not set(voice.codes) <= only:
            return voice
        told = named(unit)
        state = len(told.codes) == 1 and not told.people and not told.alliance and not told.forces
        return replace(voice, codes=told.codes) if state else voice

    def _they(self, aside: Aside) -> Voice | None:
        """Return the several whom the sentence names before "both said"."""
        before = [unit for unit in self.view.units if unit.is_noun_phrase and unit.end <= aside.start]
        many = [voice for voice in map(named, before) if voice.many and voice.codes]
        return many[-1] if many and Mark.THEY in aside.who[0].marks else None

    def hung_on(self, end: int, discourse: Discourse) -> Voice | None:
        """Return the state or body in the attribution before a relative clause: ", said the EU, which sends"."""
        voices = [self.speaker(aside, discourse) for aside in self.view.asides if aside.end == end]
        return next((voice for voice in voices if voice.codes and not voice.people), None)

    def its_own(self, clause: Clause, speaker: Voice | None) -> Voice | None:
        """Return the speaker where the subject is forces of theirs: "X says its frigates patrol"."""
        region = self.view.units[clause.start : clause.chain.start]
        lists = (self.grammar.words.get("possessive", ()), self.grammar.words.get("forces", ()))
        its = all(any(e.takes(unit.low) for unit in region for e in words) for words in lists)
        others = {code for unit in self.view.units[: clause.chain.start] for code in unit.codes}
        known = speaker is not None and bool(speaker.codes) and others <= set(speaker.codes)
        return replace(speaker, forces=True) if its and known and speaker is not None else None

    def ours(self, clause: Clause) -> bool:
        """Return whether the subject is the speaker's own force: "our frigates", "soldatene våre"."""
        region = self.view.units[clause.start : clause.chain.start]
        lists = (self.grammar.words.get("ours", ()), self.grammar.words.get("forces", ()))
        return all(any(e.takes(unit.low) for unit in region for e in words) for words in lists)

    def owned(
        self, at: int, voice: Voice | None, before: Sequence[Voice | None], discourse: Discourse
    ) -> Voice | None:
        """Return an office without its state as that of the one whose it is said to be: "and its envoy says"."""
        owners = self.grammar.words.get("possessive", ())
        owned = at > 0 and any(element.takes(self.view.units[at - 1].low) for element in owners)
        if voice is None or not owned or not voice.people or (voice.codes and not voice.leaned):
            return voice
        states = [one for one in before if one is not None and one.codes and not one.people]
        owner = states[-1] if states else discourse.thing
        return replace(voice, codes=owner.codes, leaned=False, pronoun=False) if owner is not None else voice

    def bound(
        self, clause: Clause, speaker: Voice | None, discourse: Discourse, recent: Voice | None
    ) -> Voice | None:
        """Return who is bound by a phrase whose subject is nobody: named in it, its forces, or the speaker."""
        units = self.view.units
        if clause.chain.slot is not None:
            return discourse.resolve(units[clause.chain.slot], speaker)
        if speaker is not None and speaker.codes:
            return speaker
        own = [unit for unit in units[clause.chain.end :] if unit.kind is Kind.ACTOR and unit.codes]
        forces = [voice for voice in map(named, own) if voice.forces]
        if forces:
            return forces[0]
        told = {unit.codes: named(unit) for unit in own if unit.is_noun_phrase}
        asked = clause.chain.end < len(units) and any(
            Mark.MUTE in u.marks for u in units[clause.chain.end : clause.chain.end + 4]
        )
        if asked and len(told) == 1:
            return next(iter(told.values()))
        return recent if speaker is None and recent is not None and recent.codes else None

    def _office_alone(self, aside: Aside, voice: Voice) -> bool:
        """Return whether the one who speaks is an office and nothing more, after somebody has spoken: "statsråden"."""
        mentions = aside.who[0].mentions
        office = len(mentions) == 1 and mentions[0].sort is Sort.OFFICE and mentions[0].office in PERSONS
        guessed = not voice.codes or voice.leaned or voice.housed
        return office and guessed and voice.name.lower() == aside.who[0].low

    def _body(self, aside: Aside) -> Voice | None:
        """Return the one whose body speaks, where one is named before it: "X withdraws, the army said"."""
        before = [unit for unit in self.view.units if unit.kind is Kind.ACTOR and unit.end <= aside.start]
        voices = [voice for voice in map(named, before) if voice.codes and not voice.many]
        joins = Mark.ALLIANCE in aside.who[0].marks
        if not voices or voices[0].alliance != joins:
            return None
        return replace(voices[0], name=aside.who[0].text, people=True, forces=False)

    def _owner(self, aside: Aside, discourse: Discourse) -> Voice | None:
        """Return the state named before "its embassy said" in the sentence, else the one spoken of last."""
        before = [unit for unit in self.view.units if unit.is_noun_phrase and unit.end <= aside.start]
        voices = [
            voice for voice in map(named, before) if voice.codes and not voice.people and not voice.many
        ]
        first = next((u for u in self.view.units if u.is_noun_phrase or u.marks & SUBJECTS), None)
        again = first is not None and Mark.THING in first.marks and first.end <= aside.start
        own = self._bound_first(aside, voices) if voices and not again else discourse.thing
        beside = [unit for unit in before if unit.end + len(", ") >= aside.start]
        if beside and named(beside[-1]) in voices:
            own = named(beside[-1])  # "Latvia, ifølge sin forsvarssjef"
        name = " ".join(part.text for part in aside.who)
        return None if own is None else replace(own, name=name, people=True, forces=False)

    def _issued(self, aside: Aside) -> bool:
        """Return whether the words stand in what somebody has issued: "heter det i en felles uttalelse"."""
        texts = self.grammar.words.get("issued", ())
        own = (low for unit in self._inside(aside) for low in unit.low.split())
        return any(element.takes(low) for low in own for element in texts)

    def _inside(self, aside: Aside) -> Sequence[Unit]:
        return [unit for unit in self.view.whole if aside.start <= unit.start < aside.end]

    def _issuer(self, aside: Aside) -> Voice | None:
        """Return who has issued it, where it tells; else the one whom its first clause binds."""
        told = [named(unit) for unit in self._inside(aside) if unit.kind is Kind.ACTOR]
        if told:
            return next((voice for voice in told if voice.codes and not voice.many), None)
        subject = self.view.clauses[0].subject if self.view.clauses else None
        unit = self.view.units[subject] if subject is not None else None
        return named(unit) if unit is not None and unit.is_noun_phrase and unit.codes else None

    def _bound_first(self, aside: Aside, voices: Sequence[Voice]) -> Voice:
        """Return the one that the first clause is about, not who its condition names: "if X breaks it, Y will"."""
        subjects = [
            self.view.units[clause.subject]
            for clause in self.view.clauses
            if clause.subject is not None and self.view.units[clause.subject].end <= aside.start
        ]
        told = [named(unit) for unit in subjects if unit.is_noun_phrase]
        return next((voice for voice in told if voice in voices), voices[0])


def confirmed(voice: Voice, drafts: Sequence[Draft]) -> Voice:
    """Return a speaker whose state was only guessed, once what is said is that state's own."""
    own = any(set(one.codes) == set(voice.codes) and one.said_by == voice for one in drafts)
    return replace(voice, leaned=False) if voice.leaned and own else voice
