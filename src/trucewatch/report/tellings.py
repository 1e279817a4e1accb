"""What the ledger says of itself, and packs' own words, in a reader's language and as a page may show them.

Rules:
- a template is said in the page's language; what stands in its slots stays apart from it in `bdi`;
- a pack's words are said in the pack's translation where it ships one, else in English and marked as such;
- a name, an id and a person's own words are never translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from trucewatch.model.told import ActorCode, PackWords, Slot, Told
from trucewatch.report.sayings import running
from trucewatch.report.words import Language, Words

UNSIGNED = " (unsigned)"  # after the name of a recorder whose record bears no signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """A language with its names of organisations and the packs' own words in it."""

    spoken: Words
    organisations: Mapping[str, str]
    phrases: Mapping[str, str]

    def told(self, told: Slot, zone: ZoneInfo) -> Markup:
        """Return what the ledger says, times in `zone`."""
        if isinstance(told, Told):
            slots = {name: self.told(slot, zone) for name, slot in told.slots.items()}
            return escape(self.spoken.gettext(told.template)).format(**slots)
        if isinstance(told, StrEnum):
            return escape(self.spoken.term(told))
        if isinstance(told, str):
            return self.person(told)
        if isinstance(told, datetime):
            return escape(self.spoken.moment(told, zone))
        if isinstance(told, date):
            return escape(self.spoken.day(told))
        if isinstance(told, ActorCode):
            return escape(self.running(told.code))
        if isinstance(told, PackWords):
            return self.ours(told.english)
        return escape(told.joined_by).join(self.told(each, zone) for each in told.each)

    def plainly(self, told: Slot, zone: ZoneInfo) -> str:
        """Return the same as a line of text."""
        return self.told(told, zone).striptags()

    def running(self, code: str) -> str:
        """Return an actor's name as it stands within a sentence."""
        return running(code, self.spoken, self.organisations)

    def person(self, name: str) -> Markup:
        """Return who recorded something, and in the page's language that it bears no signature."""
        bare = name.removesuffix(UNSIGNED)
        unsigned = "" if bare == name else " " + self.spoken.gettext("(unsigned)")
        return Markup("<bdi>{}</bdi>{}").format(bare, unsigned)

    def ours(self, english: str) -> Markup:
        """Return a pack's words in the page's language, or in English and marked as such."""
        if self.spoken.language is Language.ENGLISH or english in self.phrases:
            return escape(self.phrases.get(english, english))
        return Markup('<span lang="en">{}</span>').format(english)
