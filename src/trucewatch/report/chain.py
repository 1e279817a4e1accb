"""One exercise incident carried through all six steps, on one page.

Rules:
- exercises only: a determination is never invented for something that happened;
- each step says what it rests on; the last is where it all can be checked;
- what changed of a guarantee is shown before and after, condition by condition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from trucewatch.errors import RefusedError
from trucewatch.model.agreement import Agreement
from trucewatch.model.decision import Case
from trucewatch.model.instants import Clock
from trucewatch.model.standing import ConditionState, Guarantees, Standing
from trucewatch.report.assessed import Assessed
from trucewatch.report.daily import Day
from trucewatch.report.html import environment, phrases
from trucewatch.report.sightings import Incident
from trucewatch.report.words import NO_NAMES, Language, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the record."""

    number: int
    at: datetime
    kind: str
    digest: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """One condition before and after."""

    standing: Standing  # after
    before: ConditionState | None
    after: ConditionState


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The six steps."""

    mission: str
    stamp: str
    clock: Clock
    day: date
    known_at: datetime
    parties: tuple[tuple[str, str], ...]  # code, the agreement's term
    incident: Incident
    assessed: Assessed
    case: Case
    turned: tuple[Turned, ...]
    before_at: datetime
    after_at: datetime
    entries: tuple[Entry, ...]


def chain(
    *,
    day: Day,
    incident_id: str,
    agreement: Agreement,
    case: Case,
    before: Guarantees,
    after: Guarantees,
    entries: Sequence[Entry],
) -> Chain:
    """Return the chain of one incident of an exercise day; raises RefusedError for anything that happened."""
    if not day.masthead.exercise:
        raise RefusedError("a chain to a determination is shown of exercises only")
    incident = next(i for i in day.incidents if i.incident_id == incident_id)
    mine = [a for a in day.assessed if a.incident is not None and a.incident.incident_id == incident_id]
    assessed = next((a for a in mine if a.clause_id == case.clause_id), mine[0])
    return Chain(
        mission=day.masthead.mission,
        stamp=day.masthead.stamp,
        clock=day.masthead.clock,
        day=day.masthead.day,
        known_at=day.masthead.known_at,
        parties=tuple((p.code, p.term) for p in agreement.parties),
        incident=incident,
        assessed=assessed,
        case=case,
        turned=turned(before, after),
        before_at=before.at,
        after_at=after.at,
        entries=tuple(entries),
    )


def turned(before: Guarantees, after: Guarantees) -> tuple[Turned, ...]:
    """Return every condition of the statements of which one changed its state."""
    earlier = {(s.statement.pack, s.statement.statement_id): s for s in before.standings}
    found = []
    for standing in after.standings:
        old = earlier.get((standing.statement.pack, standing.statement.statement_id))
        states = old.conditions if old else (None,) * len(standing.conditions)
        pairs = list(zip(states, standing.conditions, strict=True))
        if any(was is None or was.met != now.met for was, now in pairs):
            found += [Turned(standing=standing, before=was, after=now) for was, now in pairs]
    return tuple(found)


def chain_html(
    page: Chain,
    language: Language = Language.ENGLISH,
    organisations: Mapping[str, str] = NO_NAMES,
    own: Mapping[str, str] = NO_NAMES,
) -> str:
    """Return the chain as one self-contained page; `own` are the packs' words in the language."""
    spoken = words(language)
    env = environment(spoken, organisations, own)
    return env.get_template("chain.html").render(page=page, mark=page.stamp, **phrases(spoken))
