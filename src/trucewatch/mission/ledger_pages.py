"""The pages of the ledger from the record: the board, the timeline, and the reasons of one statement.

Rules:
- they add nothing to the ledger: each is the ledger at one moment, as known at another;
- clocks are on the board of an exercise when it is made for the body or a guarantor, and on no other.
"""

from __future__ import annotations

from datetime import datetime

from trucewatch.decide.decide import determinations
from trucewatch.guarantee.aggregate import aggregates
from trucewatch.mission.known import Known
from trucewatch.mission.pledges import clocks_for, ledger_at, not_withdrawn
from trucewatch.mission.walk import cases_of
from trucewatch.model.gate import CLOCKS_FOR
from trucewatch.model.standing import Standing
from trucewatch.model.vocabulary import Audience
from trucewatch.report.head import Head, head
from trucewatch.report.reasons import Reasons, reasons
from trucewatch.report.timeline import Timeline, timeline
from trucewatch.report.undertakings import Undertakings, undertakings


def board_of(record: Known, *, at: datetime, audience: Audience = Audience.INTERNAL) -> Undertakings:
    """Return the board at a moment; raises RefusedError when the audience may have nothing."""
    cases = cases_of(record)
    ledger = ledger_at(record, cases, at=at)
    shown = audience in CLOCKS_FOR
    return undertakings(
        guarantees=ledger,
        aggregates=aggregates(not_withdrawn(record, ledger), on=at.astimezone(record.clock.zone).date()),
        clocks=clocks_for(record, cases, at=at, audience=audience) if shown else (),
        head=_head(record, at, audience),
    )


def timeline_of(record: Known, *, at: datetime, audience: Audience = Audience.INTERNAL) -> Timeline:
    """Return the timeline up to a moment; raises RefusedError when the audience may have nothing."""
    cases = cases_of(record)
    return timeline(
        guarantees=ledger_at(record, cases, at=at),
        determinations=determinations(cases),
        head=_head(record, at, audience),
    )


def reasons_of(
    record: Known, standing: Standing, *, at: datetime, audience: Audience = Audience.INTERNAL
) -> Reasons:
    """Return why a statement stands as it does at a moment; RefusedError when the audience may have nothing."""
    cases = cases_of(record)
    return reasons(
        standing,
        guarantees=ledger_at(record, cases, at=at),
        determinations=determinations(cases),
        head=_head(record, at, audience),
    )


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
    )
