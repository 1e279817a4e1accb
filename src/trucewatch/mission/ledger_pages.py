"""The pages of the ledger from the record: board, timeline, one statement's reasons, and what if one withdrew.

Rules:
- they add nothing to the ledger: each is the ledger at one moment, as known at another;
- clocks are on the board when it is made for the body or a guarantor, and on no other;
- whoever is outside is told of it without the names of who recorded what (`for_audience`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from trucewatch.decide.decide import determinations
from trucewatch.guarantee.aggregate import aggregates
from trucewatch.guarantee.graph import key_of
from trucewatch.guarantee.limits import limit_tensions
from trucewatch.guarantee.without import without
from trucewatch.mission.for_audience import cases_for, known_for
from trucewatch.mission.known import Known
from trucewatch.mission.pledges import clocks_for, ledger_at, not_withdrawn
from trucewatch.model.gate import CLOCKS_FOR
from trucewatch.model.policy import INTERNAL_ONLY
from trucewatch.model.standing import Guarantees, Standing
from trucewatch.model.vocabulary import Audience
from trucewatch.report.head import Head, head
from trucewatch.report.if_withdrawn import IfWithdrawn
from trucewatch.report.reasons import Reasons, reasons
from trucewatch.report.timeline import Timeline, timeline
from trucewatch.report.undertakings import Undertakings, undertakings
from trucewatch.report.waiting import Waits, waits


def board_of(record: Known, *, at: datetime, audience: Audience = Audience.INTERNAL) -> Undertakings:
    """Return the board at a moment; raises RefusedError when the audience may have nothing."""
    cases, record = cases_for(record, audience), known_for(record, audience)
    ledger = ledger_at(record, cases, at=at)
    shown = audience in CLOCKS_FOR
    return undertakings(
        guarantees=ledger,
        aggregates=aggregates(not_withdrawn(record, ledger), on=at.astimezone(record.clock.zone).date()),
        clocks=clocks_for(record, cases, at=at, audience=audience) if shown else (),
        falls_with=_falls_with(ledger),
        head=_head(record, at, audience),
    )


def _falls_with(ledger: Guarantees) -> Mapping[str, tuple[str, ...]]:
    """Return what of others would fail if each actor withdrew, where anything would."""
    actors = sorted({code for s in ledger.standings for code in s.statement.actors})
    fallen = {actor: without(ledger, actor).fallen for actor in actors}
    return {
        a: tuple("/".join(key_of(f.standing.statement)) for f in told) for a, told in fallen.items() if told
    }


def waits_of(record: Known, *, at: datetime, audience: Audience = Audience.INTERNAL) -> Waits:
    """Return what waits for what at a moment; raises RefusedError when the audience may have nothing."""
    cases, record = cases_for(record, audience), known_for(record, audience)
    headed = _head(record, at, audience)
    return waits(ledger_at(record, cases, at=at).standings, headed)


def timeline_of(record: Known, *, at: datetime, audience: Audience = Audience.INTERNAL) -> Timeline:
    """Return the timeline up to a moment; raises RefusedError when the audience may have nothing."""
    cases, record = cases_for(record, audience), known_for(record, audience)
    return timeline(
        guarantees=ledger_at(record, cases, at=at),
        determinations=determinations(cases),
        head=_head(record, at, audience),
    )


def reasons_of(
    record: Known, standing: Standing, *, at: datetime, audience: Audience = Audience.INTERNAL
) -> Reasons:
    """Return why a statement stands as it does at a moment; RefusedError when the audience may have nothing."""
    cases, record = cases_for(record, audience), known_for(record, audience)
    ledger = ledger_at(record, cases, at=at)
    same = (s for s in ledger.standings if key_of(s.statement) == key_of(standing.statement))
    return reasons(
        next(same, standing) if audience is not Audience.INTERNAL else standing,
        guarantees=ledger,
        determinations=determinations(cases),
        beside=limit_tensions(ledger.standings),
        head=_head(record, at, audience),
    )


def if_withdrawn_of(
    record: Known, actor: str, *, at: datetime, audience: Audience = Audience.INTERNAL
) -> IfWithdrawn:
    """Return what would fail if an actor withdrew; RefusedError when the audience may have nothing."""
    cases, record = cases_for(record, audience), known_for(record, audience)
    told = without(ledger_at(record, cases, at=at), actor)
    return IfWithdrawn(head=_head(record, at, audience), told=told)


def _head(record: Known, at: datetime, audience: Audience) -> Head:
    return head(
        mission=record.mission.name,
        clock=record.clock,
        at=at,
        known_at=record.known_at,
        audience=audience,
        published=record.published,
        exercise=record.mission.exercise,
        replay=record.mission.replay,
        policy=record.policies.get(audience, INTERNAL_ONLY),
    )
