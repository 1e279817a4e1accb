"""The document read from its beginning: who speaks in each clause, who each pronoun is, what each clause proposes.

Rules:
- a clause under a verb of saying has that verb's subject for its speaker, up to the end of the sentence;
- what somebody asks, hopes or doubts is not stated by anybody: clauses under such verbs propose nothing;
- a question proposes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from trucewatch.model.statement import Modality
from trucewatch.read.carried import Carried, in_one
from trucewatch.read.clauses import RELATIVES, TAKES_CLAUSE, Clause
from trucewatch.read.corrections import correction
from trucewatch.read.doubts import Doubts
from trucewatch.read.governors import Governor, binds, contended, of_another, unowned, weighs, weighty
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.meanings import meaning
from trucewatch.read.nominals import nominals
from trucewatch.read.objects import as_written
from trucewatch.read.phrases import Role
from trucewatch.read.proposing import draft
from trucewatch.read.sayers import Sayers, confirmed
from trucewatch.read.scenes import Draft, Scene, Silence
from trucewatch.read.stances import viewed
from trucewatch.read.stretches import Stretch
from trucewatch.read.units import FIRM, Kind
from trucewatch.read.views import Aside, View, asked_from, hearsay, span
from trucewatch.read.voices import Discourse, Voice, inherited


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one clause proposes, and its place in characters."""

    found: Draft | Silence
    start: int
    end: int
    correction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A clause once it is read."""

    clause: Clause
    subject: Voice | None
    governor: Governor | None  # what stands above it
    governs: Governor | None  # what it lays on its complement
    told: Told | None


def told(
    views: Sequence[View],
    spoken: Sequence[Stretch],
    grammar: Grammar,
    *,
    year: int | None,
    discourse: Discourse,
) -> tuple[Told, ...]:
    """Return what the clauses of a document propose, in their order, from a `discourse` that nobody has spoken in."""
    found: list[Told] = []
    voices: dict[int, Voice] = {}
    carried = Carried()
    for view in views:
        known = Teller(view=view, grammar=grammar, spoken=spoken, voices=voices, year=year, carried=carried)
        own, discourse = known.read(discourse)
        discourse = discourse.past(view.units)
        within = any(one.start <= view.sentence.start < one.end for one in spoken)
        drafts = [one.found for one in own if isinstance(one.found, Draft)]
        carried = carried.past(view, drafts, discourse.speaker, within=within, year=year)
        found.extend(own)
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """One sentence with what is known of the document around it."""

    view: View
    grammar: Grammar
    spoken: Sequence[Stretch]
    voices: dict[int, Voice]  # who speaks in each stretch, by its number, as it becomes known
    year: int | None
    carried: Carried

    @property
    def _sayers(self) -> Sayers:
        return Sayers(view=self.view, grammar=self.grammar)

    def read(self, discourse: Discourse) -> tuple[tuple[Told, ...], Discourse]:
        """Return what the sentence proposes, and the discourse after it."""
        asides = [(aside, self._sayers.speaker(aside, discourse)) for aside in self.view.asides]
        done: list[Read] = []
        for clause in self.view.clauses:
            one = self._clause(clause, done, asides, discourse)
            done.append(one)
            told = one.governs is not None and one.governs.voice is not None and one.subject is not None
            discourse = discourse.said(one.subject) if told and one.subject else discourse.after(one.subject)
        loose = [one.subject for one in done if one.governor is None and one.governs is None]
        discourse = discourse.after(in_one(loose))
        for _, voice in asides:
            own = [one.told.found for one in done if one.told is not None]
            discourse = discourse.said(confirmed(voice, [one for one in own if isinstance(one, Draft)]))
        found = [self._whole(one, done) for one in done if one.told is not None]
        if not self.view.sentence.asks:
            found.extend(self._nouns(asides, discourse))
            found.extend(self._views(done, asides, found))
        found.sort(key=lambda one: one.start)
        return tuple(
            replace(one, correction=correction(self.view.units, one.start, one.end, self.grammar))
            for one in (self._weighed(one, discourse.met) for one in found)
        ), discourse

    def _weighed(self, one: Told, met: frozenset[str]) -> Told:
        """Return what was read, or why it is not proposed."""
        doubts = Doubts(whole=self.view.whole, grammar=self.grammar, met=met)
        why = doubts.of(one.found, one.start, one.end) if isinstance(one.found, Draft) else None
        return one if why is None else replace(one, found=Silence(because=why))

    def _nouns(self, asides: Sequence[tuple[Aside, Voice]], discourse: Discourse) -> list[Told]:
        """Return what stands in nouns in the words of whoever speaks where the sentence begins."""
        units, at = self.view.units, self.view.units[0].start
        speaker = self._heard(at, asides, discourse) or discourse.house
        if speaker is None or not speaker.codes:
            return []
        return [
            Told(found=one.found, start=units[one.first].start, end=units[one.last].end)
            for one in nominals(units, speaker, self.grammar)
        ]

    def _whole(self, one: Read, done: Sequence[Read]) -> Told:
        """Return what `one` proposes, its quote with the clause that it takes: "krever at Russland trekker seg"."""
        if one.told is None:
            raise TypeError("a clause that proposes nothing has no quote")
        end = one.told.end
        if one.governs is not None and one.governs.mute:
            under = [later for later in done if later.governor is one.governs]
            end = max([end, *(span(self.view.units, later.clause)[1] for later in under)])
        return replace(one.told, end=end)

    def _clause(
        self,
        clause: Clause,
        done: Sequence[Read],
        asides: Sequence[tuple[Aside, Voice]],
        discourse: Discourse,
    ) -> Read:
        governor = self._governor(clause, done)
        asked = governor is not None and weighs(governor) and (clause.intro is Mark.MUTE or governor.told)
        speaker = governor.voice if governor is not None and governor.voice and not asked else None
        speaker = speaker or self._heard(self.view.units[clause.chain.start].start, asides, discourse)
        subject = self._subject(clause, done, speaker or discourse.house, discourse)
        going_on = self.carried.goes_on(self.view, clause, subject, self.grammar)
        speaker = speaker or going_on or (None if clause.intro in RELATIVES else discourse.house)
        scene = Scene(
            units=self.view.units,
            clause=clause,
            subject=subject,
            speaker=speaker,
            governed=governor.meaning if governor is not None else None,
            grammar=self.grammar,
            year=self.year,
            background=self.carried.background,
            met=discourse.met,
        )
        governs = self._governs(scene)
        muted = self._muted(clause, governor) or of_another(governor, subject) or contended(governor, scene)
        found = None if muted or (governs is not None and governs.meaning) else draft(scene)
        return Read(
            clause=clause,
            subject=subject,
            governor=governor,
            governs=governs,
            told=None if found is None else self._told(found, clause),
        )

    def _muted(self, clause: Clause, governor: Governor | None) -> bool:
        if hearsay(self.view, clause, self.grammar):
            return True
        if governor is not None and governor.meaning is not None:
            return self._asks(clause)
        quiet = clause.intro in (Mark.MUTE, Mark.WHEN, Mark.CONDITION)
        above = governor is not None and (governor.mute or (governor.view and governor.negative))
        return quiet or self._asks(clause) or above

    def _asks(self, clause: Clause) -> bool:
        """Return whether a clause is a question; one before a colon is not: "One point is open: who leads?"."""
        later = self.view.units[clause.chain.end :]
        return self.view.sentence.asks and not any(unit.text == ":" for unit in later)

    def _told(self, found: Draft | Silence, clause: Clause) -> Told:
        start, end = span(self.view.units, clause)
        if isinstance(found, Draft) and found.modality is Modality.OPEN:
            start = min(start, asked_from(self.view, clause))
        for _, last in clause.conditions:
            end = max(end, as_written(self.view.units[last - 2 : last])[1]) if last > clause.end else end
        return Told(found=found, start=start, end=end)

    def _heard(self, at: int, asides: Sequence[tuple[Aside, Voice]], discourse: Discourse) -> Voice | None:
        """Return whose words stand at the character `at`: a stretch's speaker, an attribution's, or nobody's."""
        stretch = next((s for s in self.spoken if s.start <= at < s.end), None)
        if stretch is not None:
            if stretch.number not in self.voices:
                self.voices[stretch.number] = self._voice_of(stretch, discourse)
            return self.voices[stretch.number]
        later = [pair for pair in asides if pair[0].start >= at]
        earlier = [pair for pair in asides if pair[0].end <= at and not self._firm(pair[0].end, at)]
        if later and not self._firm(at, later[0][0].start):
            return later[0][1]
        return earlier[-1][1] if earlier else None

    def _voice_of(self, stretch: Stretch, discourse: Discourse) -> Voice:
        if stretch.aside is not None:
            return self._sayers.speaker(stretch.aside, discourse)
        before = self.voices.get(stretch.number - 1) if stretch.follows else None
        return before or self.carried.recent or Voice(name="", codes=())

    def _firm(self, start: int, end: int) -> bool:
        return any(
            unit.text in FIRM and start <= unit.start < end
            for unit in self.view.units
            if unit.kind is Kind.POINT
        )

    def _governor(self, clause: Clause, done: Sequence[Read]) -> Governor | None:
        """Return what stands above `clause`: the verb just before it that takes a clause, or what that one is under."""
        if not done:
            return None if self.view.asides else unowned(self.view.units, clause)
        last, between = done[-1], self.view.units[done[-1].clause.chain.end : clause.chain.start]
        parted = clause.subject is not None and clause.subject < done[0].clause.start and clause.intro is None
        if any(unit.text == ";" for unit in between) or (parted and done[0].clause.intro in RELATIVES):
            return None
        under = clause.intro in (*RELATIVES, Mark.MUTE)
        weighed = last.governs is not None and clause.intro is Mark.MUTE and weighs(last.governs)
        if last.governs is not None and ((last.governs.mute and under) or weighed):
            return last.governs
        if last.clause.intro is Mark.MUTE and under:
            return Governor(mute=True)
        if last.governs is not None and self._is_complement(clause, last.clause):
            return last.governs
        if clause.intro is Mark.ASIDE and self._other_subject(clause, last.governor):
            return None
        if clause.joined and clause.intro is not Mark.THAT and last.governor is not None:
            return replace(last.governor, meaning=None) if last.governor.voice else last.governor
        operated = last.clause.chain.last.entry.role is Role.OPERATOR
        if clause.intro is Mark.THAT and operated and not any(unit.separates for unit in between):
            return Governor(mute=True)
        if clause.intro is Mark.THAT:
            above = (one.governs for one in reversed(done) if one.governs is not None)
            loose = None if self.view.asides else Governor(mute=True)
            return next((one for one in above if one.voice is not None), last.governor or loose)
        return (
            last.governor
            if clause.intro is not None or last.governor is None
            else replace(last.governor, meaning=None)
        )

    def _other_subject(self, clause: Clause, governor: Governor | None) -> bool:
        if clause.subject is None or governor is None or governor.voice is None:
            return False
        unit = self.view.units[clause.subject]
        return unit.kind is Kind.ACTOR and not set(unit.codes) & set(governor.voice.codes)

    def _is_complement(self, clause: Clause, above: Clause) -> bool:
        if clause.intro is Mark.THAT:
            return True
        if clause.joined or clause.intro in RELATIVES or clause.intro is Mark.ASIDE:
            return False
        units = self.view.units
        between = [
            u for u in units[above.chain.end : clause.start + 1] if u.separates and u.kind is Kind.POINT
        ]
        lead = units[clause.first : clause.start]
        if any(Mark.THAT in unit.marks for unit in units[above.chain.end : clause.chain.start]):
            return True
        return not between or between[-1].text == ":" or bool(lead)

    def _subject(
        self, clause: Clause, done: Sequence[Read], speaker: Voice | None, discourse: Discourse
    ) -> Voice | None:
        if clause.chain.links[0].we or clause.chain.last.we:
            return speaker
        if any(link.entry.impersonal for link in clause.chain.links):
            return self._sayers.bound(clause, speaker, discourse, self.carried.recent)
        if clause.subject is not None:
            voice = self._with_joined(clause.subject, speaker, discourse)
            return self._sayers.owned(clause.subject, voice, [one.subject for one in done], discourse)
        if clause.intro in RELATIVES and self.view.units[clause.start - 1].kind is Kind.HOLE:
            return self._sayers.hung_on(self.view.units[clause.start - 1].end, discourse)
        if clause.inherits:
            before = [(one.clause.intro, one.subject) for one in reversed(done)]
            return inherited(before, comma=self.view.units[clause.start - 1].text == ",")
        return speaker if self._sayers.ours(clause) else self._sayers.its_own(clause, speaker)

    def _with_joined(self, at: int, speaker: Voice | None, discourse: Discourse) -> Voice | None:
        """Return whom the unit at `at` stands for, with "his country and" before it."""
        units = self.view.units
        voice = discourse.resolve(units[at], speaker)
        if at and all(unit.kind is Kind.ACTOR and not unit.codes for unit in units[at - 1 : at + 1]):
            return None  # "begge lands parlamenter"
        joined = at > 1 and Mark.COORDINATOR in units[at - 1].marks
        if voice is None or not joined or not units[at - 2].marks & {Mark.STATE, Mark.WE}:
            return voice
        other = discourse.resolve(units[at - 2], speaker)
        codes = () if other is None else tuple(dict.fromkeys((*other.codes, *voice.codes)))
        return None if other is None else replace(voice, codes=codes, many=True)

    def _governs(self, scene: Scene) -> Governor | None:
        entry = scene.clause.chain.last.entry
        if scene.clause.intro is Mark.MUTE:
            return None
        nobody = entry.view and scene.subject is None  # "few believe that"
        if entry.role is Role.SAY and (nobody or any(link.unsaid for link in scene.clause.chain.links)):
            return Governor(mute=True)
        if entry.role is Role.SAY:
            voice = scene.subject or Voice(name="", codes=())
            return Governor(voice=voice, view=entry.view, stressed=entry.stressed, negative=entry.negative)
        if entry.role is Role.OPERATOR and self._clause_follows(scene.clause):
            found = meaning(scene.clause.chain, denials=0, set_future=False)
            if found is None or not binds(found) or scene.subject is None:
                return Governor(mute=True)
            told = scene.speaker is None and Mark.MUTE in scene.units[scene.clause.chain.end - 1].marks
            return Governor(voice=scene.speaker or scene.subject, meaning=found, told=told)
        if entry.role in TAKES_CLAUSE or entry.role in (Role.OPEN, Role.DEFER):
            return Governor(mute=True)
        return None

    def _clause_follows(self, clause: Clause, *, bare: bool = False) -> bool:
        units = self.view.units
        at = clause.chain.end
        if not bare and not any(later.chain.start >= at for later in self.view.clauses):
            return False
        if units[at - 1].marks & {Mark.THAT, Mark.MUTE} and not clause.chain.last.entry.whole:
            return True
        while at < len(units) and (units[at].idle or units[at].text == ","):
            at += 1
        return at < len(units) and bool(units[at].marks & {Mark.THAT, Mark.MUTE})

    def _views(
        self, done: Sequence[Read], asides: Sequence[tuple[Aside, Voice]], found: Sequence[Told]
    ) -> list[Told]:
        """Return the views that a sentence states through its verbs of saying: "she warned that"."""
        drafted = any(isinstance(one.found, Draft) for one in found)
        for aside, voice in asides:
            plain = [one for one in done if not self._muted(one.clause, one.governor)]
            if not drafted and aside.view and plain and not plain[0].clause.unread:
                return self._viewed(plain[0], voice, negative=aside.negative)
        views = [view for one in done for view in self._warned(one, done)]
        return views if views or drafted else self._rejected(done)

    def _warned(self, one: Read, done: Sequence[Read]) -> list[Told]:
        """Return the view in a verb of saying that is one ("warned that"), where what is under it proposes nothing."""
        own = one.governs
        if own is None or own.voice is None or not (own.view or own.stressed):
            return []
        under = [later for later in done if later.governor is own]
        if any(later.told is not None and isinstance(later.told.found, Draft) for later in under):
            return []
        if own.stressed and not weighty(
            [(later.clause, later.subject) for later in under], own, self.view.units, self.grammar
        ):
            return []
        if under:
            read = [later for later in under if own.negative or not later.clause.unread]
            return self._viewed(read[0], own.voice, negative=own.negative) if read else []
        counts = any(unit.amount is not None for unit in self.view.units)
        bare = not counts and self._clause_follows(one.clause, bare=True)
        return self._viewed(one, own.voice, negative=own.negative) if bare else []

    def _rejected(self, done: Sequence[Read]) -> list[Told]:
        """Return the view in what is rejected as untrue: "denies that its units have moved"."""
        for one, under in pairwise(done):
            above = under.governor
            if above is None or above is not one.governs or above.meaning is None or one.subject is None:
                continue
            past = meaning(under.clause.chain, denials=0, set_future=False)
            own = not of_another(above, under.subject)
            if above.meaning.modality is Modality.REFUSES and (not own or (past is not None and past.done)):
                whole = replace(one, clause=replace(one.clause, end=under.clause.end))
                return self._viewed(whole, one.subject, negative=True)
        return []

    def _viewed(self, one: Read, voice: Voice, *, negative: bool) -> list[Told]:
        scene = Scene(
            units=self.view.units,
            clause=one.clause,
            subject=voice,
            speaker=voice,
            governed=None,
            grammar=self.grammar,
            year=self.year,
        )
        found = viewed(scene, negated=negative)
        return [self._told(found, one.clause)] if found is not None else []
