"""The timeline: what was said, recorded and decided, day by day, and how long a promise has been open.

Rules:
- a day without an entry is a day of which the record says nothing;
- a promise of time is drawn open up to the moment of the page unless a record closed it;
- what its own recorder took back stays in the list as withdrawn, and is not drawn;
- meetings are told in the list and not drawn: attendance is no undertaking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from trucewatch.model.annotation import Status
from trucewatch.model.decision import Determination
from trucewatch.model.instants import Clock
from trucewatch.model.saying import reading_order
from trucewatch.model.standing import Guarantees, Standing
from trucewatch.model.statement import Fact, Statement, StatementKind
from trucewatch.model.undertaking import DueState
from trucewatch.report.drawn import Drawn
from trucewatch.report.drawn_timeline import Lane, Line, Mark, Open, timeline_svg
from trucewatch.report.head import Head
from trucewatch.report.html import environment
from trucewatch.report.undertakings import voice_of
from trucewatch.report.words import NO_NAMES, Language, Words, words


class Sort(StrEnum):
    """What an entry of the timeline is of."""

    STATEMENT = "statement"
    FACT = "fact"
    DETERMINATION = "determination"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry; one of the four is given."""

    on: date
    sort: Sort
    standing: Standing | None = None
    fact: Fact | None = None
    determination: Determination | None = None
    status: Status | None = None
    contested: bool = False  # somebody does not accept it
    withdrawn: bool = False  # its own recorder took it back


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The page."""

    head: Head
    days: tuple[tuple[date, tuple[Event, ...]], ...]
    open: tuple[Standing, ...]  # promises of time that no record closed


def timeline(
    *,
    guarantees: Guarantees,
    determinations: Sequence[Determination],
    head: Head,
) -> Timeline:
    """Return the timeline up to the ledger's moment."""
    days: dict[date, list[Event]] = {}
    for event in _events(guarantees, determinations, head.clock):
        days.setdefault(event.on, []).append(event)
    return Timeline(
        head=head,
        days=tuple((day, tuple(days[day])) for day in sorted(days)),
        open=tuple(s for s in guarantees.standings if s.owed and s.owed.state is not DueState.CLOSED),
    )


def _events(guarantees: Guarantees, determinations: Iterable[Determination], clock: Clock) -> Iterable[Event]:
    gone, contested = set(guarantees.withdrawn), set(guarantees.contested)
    for standing in guarantees.standings:
        yield Event(on=standing.statement.stated_on, sort=Sort.STATEMENT, standing=standing)
    for fact in guarantees.facts:
        yield Event(
            on=_day(fact.from_utc, clock),
            sort=Sort.FACT,
            fact=fact,
            contested=fact.fact_id in contested,
            withdrawn=fact.fact_id in gone,
        )
    for made in determinations:
        if made.at <= guarantees.at:
            yield Event(on=_day(made.at, clock), sort=Sort.DETERMINATION, determination=made)
    for status in guarantees.annotations.statuses:
        if status.from_utc <= guarantees.at:
            yield Event(
                on=_day(status.from_utc, clock),
                sort=Sort.STATUS,
                status=status,
                withdrawn=status.status_id in gone,
            )


def _day(moment: datetime, clock: Clock) -> date:
    return moment.astimezone(clock.zone).date()


def timeline_html(
    page: Timeline,
    language: Language = Language.ENGLISH,
    organisations: Mapping[str, str] = NO_NAMES,
    phrases: Mapping[str, str] = NO_NAMES,
) -> str:
    """Return the timeline as one self-contained page."""
    spoken = words(language)
    drawn = timeline_drawn(page, spoken, organisations, phrases)
    return drawn.html(environment(spoken, organisations, phrases))


def timeline_drawn(
    page: Timeline, spoken: Words, organisations: Mapping[str, str], phrases: Mapping[str, str]
) -> Drawn:
    """Return the timeline for a shell to show."""
    drawn = timeline_svg(
        _lanes(page, spoken, organisations, phrases),
        _lines(page, spoken),
        first=page.days[0][0] if page.days else page.head.at.astimezone(UTC).date(),
        last=page.head.at.astimezone(page.head.clock.zone).date(),
        words=spoken,
    )
    told: Mapping[str, object] = {"page": page, "mark": page.head.stamp, "drawn": drawn, "voice": voice_of}
    return Drawn(template="timeline.html", told=told)


def _lanes(
    page: Timeline, spoken: Words, organisations: Mapping[str, str], phrases: Mapping[str, str]
) -> list[Lane]:
    """Return one lane an actor, with a mark for each statement and a bar for each promise still open."""
    marks: dict[str, list[Mark]] = {}
    opened: dict[str, list[Open]] = {}
    for _, events in page.days:
        for event in events:
            if event.standing is None or event.standing.statement.kind is StatementKind.MEETING:
                continue
            said = event.standing.statement
            for code in said.actors:
                title = _title(said, spoken, phrases)
                marks.setdefault(code, []).append(Mark(on=event.on, voice=voice_of(said), title=title))
    for standing in page.open:
        for code in standing.statement.actors:
            age = spoken.ngettext("%(num)s day old", "%(num)s days old", standing.age_days)
            label = age % {"num": spoken.number(standing.age_days)}
            opened.setdefault(code, []).append(Open(since=standing.statement.stated_on, label=label))
    return [
        Lane(
            name=spoken.actor(code, organisations),
            marks=tuple(marks[code]),
            opened=tuple(opened.get(code, ())),
        )
        for code in sorted(marks, key=reading_order)
    ]


def _title(said: Statement, spoken: Words, phrases: Mapping[str, str]) -> str:
    """Return a mark's words in the page's language; without them, its id."""
    deed = f"{said.action} {said.what}"
    for known in (deed, said.what):
        if known in phrases:
            return f"{said.statement_id}: {phrases[known]}"
    return f"{said.statement_id}: {said.what}" if spoken.language is Language.ENGLISH else said.statement_id


def _lines(page: Timeline, spoken: Words) -> list[Line]:
    """Return the facts and determinations as lines across all lanes, those of one day as one."""
    found = []
    for day, events in page.days:
        told = [spoken.term(e.fact.kind) for e in events if e.fact is not None and not e.withdrawn]
        told += [spoken.term(e.determination.outcome) for e in events if e.determination is not None]
        if told:
            found.append(
                Line(
                    on=day,
                    labels=tuple(dict.fromkeys(told)),
                    decided=not any(e.fact and not e.withdrawn for e in events),
                )
            )
    return found
