"""The first page of a folder of pages: what there is, and what to look at first.

Rules:
- a link goes to a file beside it; nothing leaves the folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trucewatch.report.html import environment
from trucewatch.report.terms import mark
from trucewatch.report.words import Language, words

# What the demonstration's index says; its callers pass these, so that the catalogues have them.
DEMO_TITLE = mark("Trucewatch: what to look at first")
DEMO_LEAD = mark(
    "What was promised for a truce, what is seen of it, and what follows. Three folders of pages, made on this machine from the words of two articles, from an exercise, and from real patrols' published reports."
)
GUARANTEES_TITLE = mark("The guarantees, on two dates")
GUARANTEES_LOOK = mark(
    "Actor by actor: what was said in Paris on 4 September 2025 and on 6 January 2026. Look at Germany's two triggers, at Italy's two refusals, and at the promise “in the coming days”, 124 days old. Everything waits for a ceasefire that no record states."
)
CHAIN_TITLE = mark("An exercise: one incident, six steps")
CHAIN_LOOK = mark(
    "Parties A and B are invented. What was heard becomes an incident, an assessment with its clause, a body's determination, and a changed condition of a guarantee: each on a line of the record."
)
DAY_TITLE = mark("Real patrol reports: 29 October 2016")
DAY_LOOK = mark(
    "The hours watched stand above every count. Look at the four hours at Avdiivka in which nothing was seen, at “over 200” as a range, and at the two readings of Minsk II side by side."
)
NEXT_DAY_TITLE = mark("Real patrol reports: 31 October 2016")
NEXT_DAY_LOOK = mark(
    "The night's sectors from Donetsk and Avdiivka intersect: look at the pairs that were weighed, with the bits for and against."
)
TOTALS_TITLE = mark("The SMM's totals after 27 July 2020")
TOTALS_LOOK = mark(
    "111 in a part of a day, then 10, 1, 1, and 120 in three days whose reports are missing: nothing is interpolated, and no gap is drawn as zero."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One page: its file beside the index, its title, and what to look for in it."""

    href: str
    title: str
    look_for: str
    stamp: str


def index_html(
    *, title: str, lead: str, links: Sequence[Link], stamp: str, language: Language = Language.ENGLISH
) -> str:
    """Return the index, self-contained; `title`, `lead` and each link's words are messages or plain text."""
    spoken = words(language)
    env = environment(spoken)
    return env.get_template("index.html").render(
        title=spoken.gettext(title), lead=spoken.gettext(lead), links=links, mark=stamp
    )
