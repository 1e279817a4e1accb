"""The words that sentences about statements are put together from, in a reader's language.

Rules:
- the templates are those of `guarantee.sentences`, marked here so that the catalogues have them; a test
  holds that the two lists are the same;
- a pack's own words (deeds, places, conditions, speakers) are said in the pack's translation where it
  ships one, else as the pack has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from trucewatch.model.saying import Tongue
from trucewatch.report.punctuation import MARKS
from trucewatch.report.terms import mark
from trucewatch.report.words import NO_NAMES, Language, Words

# Whose English names take the article in running text.
WITH_ARTICLE = frozenset({"AE", "BS", "EU", "GB", "GM", "NL", "PH", "UN", "US", "XA", "XC", "XO"})
TEMPLATES: Sequence[str] = (
    mark("will {deed}"),
    mark("says that it does {deed}"),
    mark("say that they {deed}"),
    mark("has promised to {deed}"),
    mark("have promised to {deed}"),
    mark("is ready to {deed}"),
    mark("are ready to {deed}"),
    mark("could {deed}"),
    mark("may {deed}"),
    mark("considers whether to {deed}"),
    mark("consider whether to {deed}"),
    mark("will not yet {deed}"),
    mark("finds it too early to {deed}"),
    mark("find it too early to {deed}"),
    mark("refuses to {deed}"),
    mark("refuse to {deed}"),
    mark("does not intend to {deed}"),
    mark("do not intend to {deed}"),
    mark("will not {deed}"),
    mark("signed {what}"),
    mark("has made {what}"),
    mark("have made {what}"),
    mark("did not {deed}"),
    mark("holds that {what}"),
    mark("hold that {what}"),
    mark("asks {what}"),
    mark("ask {what}"),
    mark("names as open: {what}"),
    mark("name as open: {what}"),
    mark("took part in {what}"),
    mark("is said to {deed}"),
    mark("are said to {deed}"),
    mark("has yet to settle {what}"),
    mark("have yet to settle {what}"),
    mark("to {place}"),
    mark("from {place}"),
    mark("in {place}"),
    mark("({domains})"),
    mark("{words}"),
    mark("{words} (read as {least} to {most} {unit})"),
    mark("{words} (read as at least {least} {unit})"),
    mark("{words} (read as at most {most} {unit})"),
    mark("{words} ({least} {unit})"),
    mark("{condition}"),
    mark("and {condition}"),
    mark("or {condition}"),
    mark("(only {condition})"),
    mark("“{undated}”"),
    mark("“{undated}” ({days} days old on {on})"),
    mark("according to {said_by}"),
    mark("on {before_on} and again on {after_on}, {actor} {after}"),
    mark("on {before_on}, {actor} {before}; on {after_on}, {actor} {after}"),
    mark("new on {after_on}: {actor} {after}"),
    mark("not said again since {before_on}, and not withdrawn: {actor} {before}"),
    mark("said by others, new on {after_on}: {actor} {after}"),
    mark("said by others, and not again since {before_on}: {actor} {before}"),
)


def tongue(
    spoken: Words,
    codes: Iterable[str],
    *,
    organisations: Mapping[str, str] = NO_NAMES,
    phrases: Mapping[str, str] = NO_NAMES,
) -> Tongue:
    """Return a language for sentences about the actors of `codes`; `phrases` are a pack's own words in it."""

    def translate(message: str) -> str:
        return phrases.get(message) or spoken.gettext(message)

    def show(figure: int | date) -> str:
        return spoken.day(figure) if isinstance(figure, date) else spoken.number(figure)

    names = {code: running(code, spoken, organisations) for code in codes}
    marks = MARKS.get(spoken.language.value, {})
    return Tongue(names=names, translate=translate, show=show, marks=marks)


def running(code: str, spoken: Words, organisations: Mapping[str, str]) -> str:
    """Return an actor's name as it stands within a sentence."""
    name = spoken.actor(code, organisations)
    return f"the {name}" if spoken.language is Language.ENGLISH and code in WITH_ARTICLE else name
