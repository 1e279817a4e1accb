"""The page of guarantees: who undertook what on two dates, actor by actor, and what it all waits for now.

Rules:
- the documents' own few words stand beside the English, in their own language;
- not said again is not withdrawn; a claim about another is not that other's commitment;
- a claimed number of unnamed members stays apart from those whom anybody named;
- in force, done, withdrawn and broken exist only by a record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from trucewatch.model.gate import may_have, stamp
from trucewatch.model.instants import Clock
from trucewatch.model.policy import INTERNAL_ONLY, Policy
from trucewatch.model.published import Published
from trucewatch.model.saying import Paragraph, reading_order
from trucewatch.model.standing import Change, Guarantees, LimitTension, Standing
from trucewatch.model.statement import FactKind, Quantity, Statement, StatementKind
from trucewatch.model.vocabulary import Audience, Truth
from trucewatch.report.drawn import Drawn
from trucewatch.report.html import environment
from trucewatch.report.sayings import tongue
from trucewatch.report.span import Span
from trucewatch.report.words import NO_NAMES, Language, Words, words

NO_PARAGRAPHS: Mapping[str, Paragraph] = {}


class Aggregate(Protocol):
    """A claimed number of unnamed members, beside those whom anybody named."""

    @property
    def claim(self) -> Statement:
        """The statement that claims it."""

    @property
    def claimed(self) -> Quantity:
        """How many."""

    @property
    def named(self) -> tuple[str, ...]:
        """Codes of those named by any statement on the same component."""

    @property
    def named_by_others(self) -> tuple[str, ...]:
        """Codes of those of them that nobody but others names."""

    @property
    def with_content(self) -> tuple[str, ...]:
        """Codes of those that said themselves what they would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A trigger, its state, and the statements that wait for it."""

    trigger: FactKind | None  # None: a condition that names no trigger
    met: Truth
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One actor's two columns: what was said by each date, paired where it is on one matter."""

    code: str
    rows: tuple[tuple[str, Statement | None, Statement | None], ...]  # repeated, changed, appeared or silent
    paragraph: Paragraph | None  # the same in prose


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """The page."""

    mission: str
    stamp: str
    exercise: bool
    clock: Clock
    known_at: datetime
    published: Published | None  # the last checkpoint that left; None: none did
    at: datetime
    earlier: date
    later: date
    actors: tuple[Actor, ...]
    tensions: tuple[tuple[Statement, Statement], ...]
    limits: tuple[LimitTension, ...]
    undated: tuple[tuple[Statement, int], ...]  # with its age in days on the later date
    aggregates: tuple[Aggregate, ...]
    waiting: tuple[Waiting, ...]
    standings: tuple[Standing, ...]


def promises(
    *,
    mission: str,
    changes: Sequence[Change],
    paragraphs: Mapping[str, Paragraph] = NO_PARAGRAPHS,
    tensions: Sequence[tuple[Statement, Statement]],
    limits: Sequence[LimitTension] = (),
    aggregates: Sequence[Aggregate],
    guarantees: Guarantees,
    earlier: date,
    later: date,
    clock: Clock,
    audience: Audience,
    known_at: datetime,
    published: Published | None = None,
    exercise: bool = False,
    replay: bool = False,
    policy: Policy = INTERNAL_ONLY,
) -> Promises:
    """Return the page; raises RefusedError when the audience may have nothing."""
    may_have(audience, policy)
    statements = [s.statement for s in guarantees.standings]
    ordered = sorted(changes, key=lambda c: reading_order(c.actor))
    return Promises(
        mission=mission,
        stamp=stamp(audience, exercise=exercise, replay=replay),
        exercise=exercise,
        clock=clock,
        known_at=known_at,
        published=published,
        at=guarantees.at,
        earlier=earlier,
        later=later,
        actors=tuple(_actor(change, paragraphs.get(change.actor)) for change in ordered),
        tensions=tuple(tensions),
        limits=tuple(limits),
        undated=tuple(
            (s, (later - s.stated_on).days) for s in statements if s.undated and s.stated_on <= later
        ),
        aggregates=tuple(aggregates),
        waiting=waiting(guarantees.standings),
        standings=tuple(s for s in guarantees.standings if s.statement.kind is not StatementKind.MEETING),
    )


def _actor(change: Change, paragraph: Paragraph | None) -> Actor:
    rows: list[tuple[str, Statement | None, Statement | None]] = []
    rows += [("repeated", before, after) for before, after in change.repeated]
    rows += [("changed", before, after) for before, after in change.changed]
    rows += [("silent", before, None) for before in change.silent]
    rows += [("appeared", None, after) for after in change.appeared]
    return Actor(code=change.actor, rows=tuple(rows), paragraph=paragraph)


def waiting(standings: Sequence[Standing]) -> tuple[Waiting, ...]:
    """Return the triggers, the one that most statements wait for first; a trigger of two states stands twice."""
    groups: dict[tuple[FactKind | None, Truth], list[Statement]] = {}
    for standing in standings:
        for state in standing.conditions:
            known = groups.setdefault((state.condition.trigger, state.met), [])
            known.append(standing.statement)
    counts = Counter({key: len(found) for key, found in groups.items()})
    ranked = sorted(counts, key=lambda key: (-counts[key], key[0] or "", key[1]))
    return tuple(Waiting(trigger=key[0], met=key[1], statements=tuple(groups[key])) for key in ranked)


def promises_html(
    page: Promises,
    language: Language = Language.ENGLISH,
    organisations: Mapping[str, str] = NO_NAMES,
    phrases: Mapping[str, str] = NO_NAMES,
) -> str:
    """Return the page of guarantees, self-contained; `phrases` are the packs' own words in the language."""
    spoken = words(language)
    drawn = promises_drawn(page, spoken, organisations, phrases)
    return drawn.html(environment(spoken, organisations, phrases))


def promises_drawn(
    page: Promises, spoken: Words, organisations: Mapping[str, str], phrases: Mapping[str, str]
) -> Drawn:
    """Return the page of guarantees for a shell to show."""
    codes = {actor.code for actor in page.actors}
    said = tongue(spoken, codes, organisations=organisations, phrases=phrases)
    told: Mapping[str, object] = {
        "page": page,
        "mark": page.stamp,
        "span": lambda quantity: Span(least=quantity.least, most=quantity.most),
        "tell": lambda paragraph: paragraph.said(said),
    }
    return Drawn(template="guarantees.html", told=told)
