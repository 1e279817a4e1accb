"""What a sentence takes over from the one before it: who spoke there, and whether it tells of long ago.

Rules:
- nobody speaks in a sentence that somebody else is named as the speaker of;
- one who has just told what his own state does goes on telling it, where the next sentence stands on that one: its
  subject is a pronoun for the state, or a word sets it against what was said ("it would, however", "derimot").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.read.clauses import Clause
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.phrases import Role
from trucewatch.read.scenes import Draft, has, long_gone
from trucewatch.read.units import SUBJECTS, Kind
from trucewatch.read.views import View
from trucewatch.read.voices import Voice

TOLD_ON = frozenset({Role.ACT, Role.OPERATOR})
MOST = 3  # states that "they" stands for, each told of in a clause of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What is known of the sentence before."""

    background: bool = False  # it tells of a year long gone
    recent: Voice | None = None  # who spoke in it
    holder: Voice | None = None  # who told in it what his own state does

    def past(
        self, view: View, drafts: Sequence[Draft], speaker: Voice | None, *, within: bool, year: int | None
    ) -> Carried:
        """Return what the sentence after `view` takes over; `within` says that it lies in a quotation."""
        timed = any(unit.time is not None for unit in view.units)
        own = [one.said_by for one in drafts if one.said_by is not None and _of_its_own(one)]
        return Carried(
            background=not drafts and (long_gone(view.units, year) or (self.background and not timed)),
            recent=speaker if view.asides else (self.recent if within else None),
            holder=replace(own[-1], leaned=False) if own else None,
        )

    def goes_on(self, view: View, clause: Clause, subject: Voice | None, grammar: Grammar) -> Voice | None:
        """Return the speaker of the sentence before, where this one goes on in his words."""
        own, said = self.holder, any(one.chain.last.entry.role is Role.SAY for one in view.clauses)
        if own is None or subject is None or said or view.asides or view.sentence.asks:
            return None
        if set(subject.codes) != set(own.codes) or clause.chain.last.entry.role not in TOLD_ON:
            return None
        unit = view.units[clause.subject] if clause.subject is not None else None
        stands = unit is not None and unit.kind is not Kind.ACTOR and bool(unit.marks & SUBJECTS - {Mark.WE})
        against = has(view.units, grammar.words.get("contrast", ()))
        first = view.sentence.tokens[0].low
        cleft = any(element.takes(first) for element in grammar.words.get("cleft", ()))
        return own if stands or against or cleft else None


def _of_its_own(one: Draft) -> bool:
    """Return whether the holder of an office tells of what his own state does."""
    speaker = one.said_by
    if speaker is None or speaker.pronoun:
        return False
    return bool(speaker.codes) and set(speaker.codes) == set(one.codes)


def in_one(voices: Sequence[Voice | None]) -> Voice | None:
    """Return several told of in clauses of their own as those that "they" may stand for; None where they are not."""
    told = {voice.codes: voice for voice in voices if voice is not None and voice.codes}
    own = tuple(told.values())
    if not 1 < len(own) <= MOST or any(one.many or one.people or len(one.codes) > 1 for one in own):
        return None
    codes = tuple(dict.fromkeys(code for one in own for code in one.codes))
    return Voice(name=", ".join(one.name for one in own), codes=codes, many=True)
