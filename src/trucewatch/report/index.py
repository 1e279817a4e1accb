"""The first page of a folder of pages: what there is, and what to look at first.

Rules:
- a link goes to a file beside it; nothing leaves the folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trucewatch.report.html import environment
from trucewatch.report.terms import mark
from trucewatch.report.words import Language, words


class DemoPage(StrEnum):
    """The demonstration's pages, in the order in which they are looked at."""

    INDEX = "index"
    BOARD = "board"
    GUARANTEES = "guarantees"
    TIMELINE = "timeline"
    WITHOUT = "without"
    EXERCISE = "exercise"
    BOARD_BEFORE = "board_before"
    BOARD_AFTER = "board_after"
    EXERCISE_DAY = "exercise_day"
    PATROLS = "patrols"
    PATROLS_PAIRED = "patrols_paired"
    TOTALS = "totals"
    TOTALS_DAY = "totals_day"


# The title of each page, and what to look for in it; {day} is the page's day in the reader's words.
DEMO: Mapping[DemoPage, tuple[str, str]] = {
    DemoPage.INDEX: (
        mark("Trucewatch: a walk from what was promised to what follows"),
        mark(
            "Three missions were made in this folder, and walked. Open the board first: what 26 states, and those who speak for them, undertook between 4 September 2025 and 6 January 2026, and what it waits for."
        ),
    ),
    DemoPage.BOARD: (
        mark("The board: who undertook what for Ukraine's guarantees"),
        mark(
            "One row an actor, one column a component. Filled is an actor's own word, hollow what others say of it: look at the United States, of whom no undertaking on record is its own."
        ),
    ),
    DemoPage.TIMELINE: (
        mark("The guarantees over time"),
        mark("A promise of “the coming days” runs as a dashed bar until a record closes it."),
    ),
    DemoPage.WITHOUT: (
        mark("What fails if the United States withdraws"),
        mark(
            "A question, not a record. None of what is said of the United States is its own: look at the one statement of others that wants its backing."
        ),
    ),
    DemoPage.BOARD_BEFORE: (
        mark("The exercise's board before anything was recorded"),
        mark("No condition is met: nobody has recorded a ceasefire yet."),
    ),
    DemoPage.BOARD_AFTER: (
        mark("The exercise's board after a ceasefire and a determination"),
        mark(
            "The same promises: look at what is met now, at what still waits, and at the clocks, which advise and call for nothing."
        ),
    ),
    DemoPage.GUARANTEES: (
        mark("The guarantees: 4 September 2025 to 6 January 2026, actor by actor"),
        mark(
            "Look at Germany's two triggers, at Italy's two refusals, and at the promise “in the coming days”, 124 days old. Most conditions name a ceasefire, and no record states one."
        ),
    ),
    DemoPage.EXERCISE: (
        mark("An exercise: one incident through all six steps"),
        mark(
            "Parties A and B are invented. How a report becomes a changed condition of a guarantee, and who decided each step."
        ),
    ),
    DemoPage.EXERCISE_DAY: (
        mark("The exercise's day: {day}"),
        mark("The hours watched stand above every count."),
    ),
    DemoPage.PATROLS: (
        mark("Real patrol reports: {day}, under Minsk II"),
        mark(
            "Look at the four hours at Avdiivka in which nothing was seen, at “over 200” as a range, at the half of the SMM's own count that is itemised, and at two readings of one text."
        ),
    ),
    DemoPage.PATROLS_PAIRED: (
        mark("Real patrol reports: {day}, under Minsk II"),
        mark(
            "The night's sectors from Donetsk and Avdiivka intersect: look at the pairs that were weighed, with the bits for and against one event."
        ),
    ),
    DemoPage.TOTALS: (
        mark("What the SMM counted from 27 July 2020"),
        mark(
            "111 in a part of a day, then 10, 1, 1, and 120 in three days whose reports are missing: nothing is interpolated, and no gap is drawn as zero."
        ),
    ),
    DemoPage.TOTALS_DAY: (
        mark("The day {day}, under the measures of 22 July 2020"),
        mark("A total says neither what each item was nor where: look at what that leaves undecided."),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One page: its file beside the index, its title, and what to look for in it."""

    href: str
    title: str
    look_for: str
    stamp: str


def demo_words(
    page: DemoPage, language: Language = Language.ENGLISH, *, day: date | None = None
) -> tuple[str, str]:
    """Return the title of a page of the demonstration and what to look for in it; `day` is the page's."""
    spoken = words(language)
    title, look_for = (spoken.gettext(message) for message in DEMO[page])
    return title.format(day=spoken.day(day)) if day else title, look_for


def index_html(
    *, title: str, lead: str, links: Sequence[Link], stamp: str, language: Language = Language.ENGLISH
) -> str:
    """Return the index, self-contained; `title`, `lead` and each link's words are in `language` already."""
    env = environment(words(language))
    return env.get_template("index.html").render(title=title, lead=lead, links=links, mark=stamp)
