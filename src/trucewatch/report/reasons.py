"""Why a statement stands as it does: its conditions, and under each the records that bear on it.

Rules:
- every record behind a state is on the page with who recorded it and on what; none is left out for being
  contested, withdrawn or of somebody who may not say so;
- a statement that waits for another has that one's own conditions below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trucewatch.model.annotation import Status
from trucewatch.model.decision import Determination
from trucewatch.model.standing import ConditionState, Guarantees, LimitTension, Standing
from trucewatch.model.statement import Fact
from trucewatch.report.drawn import Drawn
from trucewatch.report.head import Head
from trucewatch.report.html import environment
from trucewatch.report.undertakings import voice_of
from trucewatch.report.words import NO_NAMES, Language, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One condition and what bears on it."""

    state: ConditionState
    facts: tuple[Fact, ...]
    determinations: tuple[Determination, ...]
    awaited: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A statement and its conditions."""

    standing: Standing
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """The page."""

    head: Head
    reason: Reason
    statuses: tuple[Status, ...]
    beside: tuple[LimitTension, ...]  # its own, where it or the other states a limit


def reasons(
    standing: Standing,
    *,
    guarantees: Guarantees,
    determinations: Sequence[Determination],
    beside: Sequence[LimitTension] = (),
    head: Head,
) -> Reasons:
    """Return why `standing` is as it is."""
    return Reasons(
        head=head,
        reason=_reason(standing, _Records.of(guarantees, determinations)),
        statuses=(*standing.statuses, *standing.not_counted),
        beside=tuple(t for t in beside if standing.statement in (t.limited, t.beside)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Records:
    """What a condition can rest on, by id."""

    facts: Mapping[str, Fact]
    determinations: Mapping[str, Determination]
    standings: Mapping[str, Standing]

    @classmethod
    def of(cls, guarantees: Guarantees, determinations: Sequence[Determination]) -> _Records:
        """Return them by id."""
        return cls(
            facts={fact.fact_id: fact for fact in guarantees.facts},
            determinations={made.move_id: made for made in determinations},
            standings={f"{s.statement.pack}/{s.statement.statement_id}": s for s in guarantees.standings},
        )


def _reason(standing: Standing, records: _Records) -> Reason:
    """Return the conditions of a statement; a ring of statements was refused before this."""
    return Reason(standing=standing, grounds=tuple(_ground(state, records) for state in standing.conditions))


def _ground(state: ConditionState, records: _Records) -> Ground:
    other = records.standings.get(state.awaits) if state.awaits else None
    return Ground(
        state=state,
        facts=tuple(records.facts[i] for i in state.fact_ids if i in records.facts),
        determinations=tuple(
            records.determinations[i] for i in state.fact_ids if i in records.determinations
        ),
        awaited=_reason(other, records) if other else None,
    )


def reasons_html(
    page: Reasons,
    language: Language = Language.ENGLISH,
    organisations: Mapping[str, str] = NO_NAMES,
    phrases: Mapping[str, str] = NO_NAMES,
) -> str:
    """Return the graph as one self-contained page, as a tree that reads on a phone and in print."""
    return reasons_drawn(page).html(environment(words(language), organisations, phrases))


def reasons_drawn(page: Reasons) -> Drawn:
    """Return the graph for a shell to show."""
    return Drawn(template="why.html", told={"page": page, "mark": page.head.stamp, "voice": voice_of})
