"""What is read but not proposed: marks of a sentence by which, on passages nobody had seen, most readings were wrong.

Rules:
- a reading that is wrong about as often as right is no proposal; what it met is told as not understood;
- the marks were chosen by what they cost and gain on passages read before any rule was mended by them (decision 0031).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from trucewatch.model.statement import StatementKind
from trucewatch.read.actor_words import PERSONS
from trucewatch.read.actors import Sort
from trucewatch.read.declension import Case
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.phrases import Entry, Role
from trucewatch.read.scenes import Draft
from trucewatch.read.sentences import DASHES
from trucewatch.read.units import Kind, Unit

SPEAKING = frozenset({Case.NOMINATIVE, Case.GENITIVE})  # the cases that one who speaks stands in
JOINING = DASHES | {";"}
GIVEN = frozenset({StatementKind.COMMITMENT, StatementKind.REFUSAL, StatementKind.CLAIM_ABOUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """A sentence whose readings are weighed."""

    whole: Sequence[Unit]  # as written, attributions and all
    grammar: Grammar
    met: frozenset[str]  # the states named so far

    def of(self, found: Draft, start: int, end: int) -> str | None:
        """Return why what was read between two characters is not proposed; None where it is."""
        own = [unit for unit in self.whole if start <= unit.start < end]
        if found.kind in GIVEN and found.amount is None and self._uncounted(own):
            return "a number that counts nothing known"
        if found.kind in GIVEN and not found.negated and found.amount is None and self._counted_behind(end):
            return "how many is told behind it"
        if found.group is not None and len(self.met) > 1 and not any(c.isdigit() for c in found.group):
            return "which of the states named the group is, is not told"
        states = {code for unit in self.whole for code in unit.codes}
        if (
            found.kind is StatementKind.POSITION
            and found.said_by
            and found.said_by.leaned
            and states - set(found.codes)
        ):
            return "whose office speaks is only guessed, where the sentence names several states"
        released = found.said_by is not None and found.said_by.publisher
        if found.kind not in (GIVEN if released else {StatementKind.CLAIM_ABOUT}):
            return None
        near = self._near(start, end)
        rest = [unit for unit in near if not start <= unit.start < end]
        told = found.said_by is None or released
        if told and (self._people(near) or self._says(rest)):
            return "somebody speaks in the sentence, and whose words these are is not told"
        if told and not released and self._own_speaker(found.codes, end):
            return "somebody of its own speaks in the sentence"
        return None

    def _near(self, start: int, end: int) -> list[Unit]:
        """Return the clause with what stands beside it, up to the words that join others to it."""
        joins = [unit.start for unit in self.whole if Mark.COORDINATOR in unit.marks or unit.text == ";"]
        first = max((at for at in joins if at < start), default=-1)
        last = min((at for at in joins if at >= end), default=self.whole[-1].end)
        return [unit for unit in self.whole if first <= unit.start < last]

    def _own_speaker(self, codes: Sequence[str], end: int) -> bool:
        """Return whether one who may speak for `codes` says something behind the semicolon that ends the clause."""
        rest = [unit for unit in self.whole if unit.start >= end]
        if not rest or rest[0].text not in JOINING:
            return False
        people = [unit for unit in rest if self._people([unit])]
        own = any(not unit.codes or set(unit.codes) & set(codes) for unit in people)
        return own and self._says(rest)

    def _counted_behind(self, end: int) -> bool:
        """Return whether an amount follows behind a colon, or in a clause that counts: "kouluttajia, joita on 40"."""
        behind = [unit for unit in self.whole if unit.start >= end]
        stop = next((n for n, unit in enumerate(behind) if n and unit.separates), len(behind))
        near = behind[1:stop]
        if not near:
            return False
        if behind[0].text == ":":
            given = near[0].amount
            return given is not None and (given.unit or "").isupper()  # money
        counts = any(e.takes(near[0].low) for e in self.grammar.words.get("counting", ()))
        return counts and any(unit.kind is Kind.AMOUNT or unit.text[:1].isdigit() for unit in near)

    def _uncounted(self, own: Sequence[Unit]) -> bool:
        """Return whether a number stands in the clause that is neither an amount nor a time nor part of a name."""
        return any(
            unit.kind is Kind.WORD and unit.text.isdigit() and before.text[:1].islower()
            for before, unit in pairwise(own)
        )

    def _people(self, units: Sequence[Unit]) -> bool:
        named = [mention for unit in units for mention in unit.mentions]
        able = [one for one in named if not one.cases or one.cases & SPEAKING]  # not "toimia sovittelijana"
        return any(one.sort is Sort.PERSON or one.office in PERSONS for one in able)

    def _says(self, units: Sequence[Unit]) -> bool:
        words = [unit.low for unit in units if unit.kind is Kind.WORD]
        lemmas = {form.lemma for word in words for form in self.grammar.forms.get(word, ())}
        said = [
            entry
            for lemma in lemmas
            for entry in self.grammar.by_lemma.get(lemma, ())
            if entry.role is Role.SAY
        ]
        return any(_stands(entry, units) for entry in said)


def _stands(entry: Entry, units: Sequence[Unit]) -> bool:
    """Return whether the words that a phrase has beside its verb stand among `units`: "gjøre det klart"."""
    rest = [one for one in entry.elements[1:] if not (one.optional or one.gap or one.actor or one.lemmas)]
    return all(any(one.takes(low) for unit in units for low in unit.low.split()) for one in rest)
