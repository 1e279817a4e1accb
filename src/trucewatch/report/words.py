"""The report in a reader's language: gettext catalogues, and how figures, times and likelihoods read.

Rules:
- English is the language of the code; `locale/<language>` holds the others, and a missing string fails
  a test, never a reader;
- a time is printed in the mission's zone with its offset; a date, a unit and a state's name as CLDR has them in
  the language; digits are 0 to 9 in every language, so that a figure is found again in the machine's rows;
- where the language is written from right to left, what runs the other way (a time, a sign with its number)
  stands apart in `bdi`;
- likelihood follows ICD 203 and stands beside its number; a likelihood and a confidence never share a
  sentence.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib import resources
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.units import format_unit
from markupsafe import Markup

from trucewatch.model.areas import area_name
from trucewatch.report.span import Span
from trucewatch.report.terms import LIKELIHOODS, TERMS

NO_NAMES: Mapping[str, str] = {}
# A day in few letters, where not as CLDR's skeleton has it.
SHORT_DAYS: Mapping[str, str] = {
    "en": "d MMM",
    "nb": "d. MMM",
    "fi": "d.M.",
    "ar": "d/M",
}


class Language(StrEnum):
    """The languages a page can be had in."""

    ENGLISH = "en"
    NORWEGIAN = "nb"
    FINNISH = "fi"
    UKRAINIAN = "uk"
    RUSSIAN = "ru"
    FRENCH = "fr"
    ARABIC = "ar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language: its catalogue and its forms."""

    language: Language
    catalogue: gettext.NullTranslations

    @property
    def direction(self) -> str:
        """Which way the language is written: "ltr" or "rtl"."""
        return Locale.parse(self.language.value).text_direction

    @property
    def onward(self) -> str:
        """An arrow from what is read first to what is read next."""
        return "←" if self.direction == "rtl" else "→"

    def gettext(self, message: str) -> str:
        """Return `message` in this language."""
        return self.catalogue.gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return the form of a message that goes with `number`."""
        return self.catalogue.ngettext(one, many, number)

    def term(self, member: StrEnum) -> str:
        """Return the word for a member of one of the closed lists."""
        return self.gettext(TERMS[type(member)][member])

    def number(self, value: float) -> str:
        """Return a number with this language's separators, at most two decimals."""
        said = format_decimal(value, format="#,##0.##", locale=self.language.value)
        return self._apart(said) if value < 0 else said

    def span(self, span: Span) -> str:
        """Return an interval in words: "42", "1 to 11", "333 and over", "up to 700", "not stated"."""
        if not span.least and span.most is None:
            return self.gettext("not stated")
        if span.most is None:
            return self.gettext("%(least)s and over") % {"least": self.number(span.least or 0)}
        if span.least is None:
            return self.gettext("up to %(most)s") % {"most": self.number(span.most)}
        if span.least == span.most:
            return self.number(span.least)
        ends = {"least": self.number(span.least), "most": self.number(span.most)}
        return self.gettext("%(least)s to %(most)s") % ends

    def change(self, span: Span) -> str:
        """Return a difference in words, with its sign."""
        if span.least is not None and span.least == span.most:
            return self._signed(span.least)
        if span.least is None and span.most is None:
            return self.gettext("not computable")
        if span.most is None:
            return Markup(self.gettext("%(least)s or more")) % {"least": self._signed(span.least or 0)}
        if span.least is None:
            return Markup(self.gettext("%(most)s or less")) % {"most": self._signed(span.most)}
        ends = {"least": self._signed(span.least), "most": self._signed(span.most)}
        return Markup(self.gettext("%(least)s to %(most)s")) % ends

    def _signed(self, value: int) -> str:
        sign = "+" if value > 0 else "−" if value < 0 else "±"
        return self._apart(sign + self.number(abs(value)))

    def _apart(self, text: str) -> str:
        """Return what reads from left to right, kept so within a language that does not."""
        return text if self.direction == "ltr" else Markup('<bdi dir="ltr">{}</bdi>').format(text)

    def hours(self, hours: float | None, *, at_least: bool = False) -> str:
        """Return a length of time in hours."""
        if hours is None:
            return self.gettext("hours not known")
        known = self.gettext("%(hours)s h") % {"hours": self.number(round(hours, 1))}
        return self.gettext("at least %(hours)s") % {"hours": known} if at_least else known

    def metres(self, metres: float) -> str:
        """Return a measured length to ten metres, in kilometres with one decimal from one kilometre on."""
        return self.length(round(metres, -1) if metres < 1000 else round(metres, -2))

    def length(self, metres: float) -> str:
        """Return an exact length: "500 m", "2 km"."""
        far = metres >= 1000
        value, unit = (metres / 1000, "length-kilometer") if far else (metres, "length-meter")
        return str(format_unit(value, unit, "short", format="#,##0.##", locale=self.language.value))

    def day(self, day: date) -> str:
        """Return a date in this language's long form."""
        return format_date(day, format="long", locale=self.language.value)

    def short_day(self, day: date) -> str:
        """Return a day and month."""
        own = SHORT_DAYS.get(self.language.value)
        if own is None:
            return str(format_skeleton("MMMd", day, locale=self.language.value))
        return format_date(day, format=own, locale=self.language.value)

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """Return a time in `zone` with its offset: "2016-10-29 06:00 +03:00"."""
        local = moment.astimezone(zone)
        return self._apart(f"{local:%Y-%m-%d %H:%M} {offset(local)}")

    def interval(self, start: datetime, end: datetime, zone: ZoneInfo) -> str:
        """Return an interval in `zone`, the date of its end left out when it is the same, the offset once."""
        first, last = start.astimezone(zone), end.astimezone(zone)
        if first.utcoffset() != last.utcoffset():
            return Markup("{} – {}").format(self.moment(start, zone), self.moment(end, zone))
        if first == last:
            return self.moment(start, zone)
        tail = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M}"
        return self._apart(f"{first:%Y-%m-%d %H:%M} – {tail} {offset(last)}")

    def likelihood(self, p: float) -> str:
        """Return the words of ICD 203 for a probability."""
        return self.gettext(next(words for limit, words in LIKELIHOODS if p <= limit))

    def actor(self, code: str, organisations: Mapping[str, str] = NO_NAMES) -> str:
        """Return the name of a state by its ISO 3166 alpha-2 code in this language, or of an organisation."""
        if code in organisations:
            return self.gettext(organisations[code])
        return str(Locale.parse(self.language.value).territories.get(code, code))

    def area(self, area_id: str) -> str:
        """Return the name of an area: in Ukrainian its own spelling, else the one that ships in English."""
        return area_name(area_id, self.language.value)

    def percent(self, p: float) -> str:
        """Return a probability as a number: "87 %"."""
        return f"{self.number(round(p * 100))} %"


def offset(local: datetime) -> str:
    """Return a local time's offset: "+03:00"."""
    text = f"{local:%z}"
    return f"{text[:3]}:{text[3:5]}"


def words(language: Language = Language.ENGLISH) -> Words:
    """Return the words of `language`."""
    if language is Language.ENGLISH:
        return Words(language=language, catalogue=gettext.NullTranslations())
    path = f"locale/{language.value}/LC_MESSAGES/trucewatch.po"
    raw = resources.files("trucewatch.report").joinpath(path).read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(raw), locale=language.value))
    compiled.seek(0)
    return Words(language=language, catalogue=gettext.GNUTranslations(compiled))
