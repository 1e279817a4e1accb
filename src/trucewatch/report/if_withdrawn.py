"""What would fail if an actor withdrew: the page of a question, which records nothing and foretells nothing.

Rules:
- it says that it is a question, before anything else;
- each statement that would fall has the whole chain of reasons beneath it, the withdrawal first;
- what others only say that the actor undertook stands apart: it was never its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trucewatch.model.standing import Standing, Without
from trucewatch.model.support import RequirementStanding
from trucewatch.model.vocabulary import Truth
from trucewatch.report.drawn import Drawn
from trucewatch.report.head import Head
from trucewatch.report.html import environment
from trucewatch.report.machine import as_text, marked, table
from trucewatch.report.span import Span
from trucewatch.report.undertakings import voice_of
from trucewatch.report.words import NO_NAMES, Language, words

COLUMNS = ("stamp", "without", "part", "actors", "what", "before", "after", "because", "said_by", "of")


@dataclass(frozen=True, slots=True, kw_only=True)
class IfWithdrawn:
    """The page."""

    head: Head
    told: Without


def if_withdrawn_html(
    page: IfWithdrawn,
    language: Language = Language.ENGLISH,
    organisations: Mapping[str, str] = NO_NAMES,
    phrases: Mapping[str, str] = NO_NAMES,
) -> str:
    """Return the question and its answer as one self-contained page."""
    return if_withdrawn_drawn(page).html(environment(words(language), organisations, phrases))


def if_withdrawn_drawn(page: IfWithdrawn) -> Drawn:
    """Return the question and its answer for a shell to show."""
    told: Mapping[str, object] = {
        "page": page,
        "told": page.told,
        "mark": page.head.stamp,
        "voice": voice_of,
        "span_of": lambda least, most: Span(least=least, most=most),
    }
    return Drawn(template="if_withdrawn.html", told=told)


def if_withdrawn_json(page: IfWithdrawn) -> bytes:
    """Return everything the page says."""
    return as_text(marked(page, page.head.stamp))


def if_withdrawn_csv(page: IfWithdrawn) -> bytes:
    """Return one row for each statement, requirement, hub and line of support, and the reasons of what falls."""
    head = (page.head.stamp, page.told.actor)
    return table(COLUMNS, ((*head, *row) for row in _rows(page.told)))


def _rows(told: Without) -> Iterator[tuple[str, ...]]:
    for standing in told.own:
        yield ("own", *_statement(standing, standing.met, "withdrawn", ""))
    for fallen in told.fallen:
        chain = " | ".join(fallen.because)
        yield ("fails", *_statement(fallen.standing, fallen.before, _met(fallen.standing.met), chain))
    for before, after in told.requirements:
        asked = before.requirement
        name = f"{asked.pack}/{asked.requirement_id}"
        yield ("requirement", "", asked.what, _sums(before), _sums(after), "", asked.stated_by, name)
    for hub in told.hubs:
        stage, name = hub.stage.value, f"{hub.hub.pack}/{hub.hub.hub_id}"
        yield ("hub", "|".join(hub.hub.actors), hub.hub.what, stage, "", "", "", name)
    for line in told.support:
        yield ("support", line.actor, line.line, "", "", "", "", "")
    for standing in told.claimed:
        met = _met(standing.met)
        yield ("claimed", *_statement(standing, standing.met, met, ""))


def _statement(standing: Standing, before: Truth | None, after: str, because: str) -> tuple[str, ...]:
    said = standing.statement
    what = f"{said.modality.value} {said.action} {said.what}"
    name = f"{said.pack}/{said.statement_id}"
    return ("|".join(said.actors), what, _met(before), after, because, said.said_by, name)


def _met(met: Truth | None) -> str:
    return "" if met is None else met.name.lower()


def _sums(standing: RequirementStanding) -> str:
    """Return the stated amounts, each firmness apart."""
    return " | ".join(
        f"{p.rung.value} {p.modality.value} {p.least} to {'' if p.most is None else p.most}"
        for p in standing.pledged
    )
