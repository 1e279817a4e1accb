"""Clocks at a moment: started by the body's determination, from the first breach as determined.

Rules:
- a determination of another body, or of no breach, starts nothing;
- the time counts from when the breach began, as the body determined it; a determination that does not
  say so starts the clock, and its steps have no hour;
- a step was taken when somebody recorded that it was, for one of the clock's actors or for its body;
- a clock advises: nothing follows from a step whose time has passed but that it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from trucewatch.guarantee.evidence import evidence
from trucewatch.guarantee.history import BREACHES
from trucewatch.model.annotation import Annotations, Status, StatusKind
from trucewatch.model.decision import Determination
from trucewatch.model.response import ClockStanding, ResponseClock, Step, StepStanding, StepState
from trucewatch.model.told import Several, Template, Told


def clocks_at(
    clocks: Sequence[ResponseClock],
    determinations: Sequence[Determination],
    annotations: Annotations,
    *,
    at: datetime,
) -> tuple[ClockStanding, ...]:
    """Return each clock as it stands at a moment, by pack and id."""
    held = evidence((), determinations, annotations)
    taken: dict[str, list[Status]] = {}
    recorded = (status for found in held.statuses.values() for status in found)
    for status in sorted(recorded, key=lambda s: (s.from_utc, s.status_id)):
        if status.kind is StatusKind.DONE and status.from_utc <= at:
            taken.setdefault(status.of, []).append(status)
    made = [d for d in held.determinations if d.at <= at and d.outcome in BREACHES]
    ordered = sorted(clocks, key=lambda clock: (clock.pack, clock.clock_id))
    return tuple(_clock(clock, made, taken, at) for clock in ordered)


def _clock(
    clock: ResponseClock, made: Sequence[Determination], taken: Mapping[str, Sequence[Status]], at: datetime
) -> ClockStanding:
    under = f"{clock.agreement}/"
    started = [
        d
        for d in made
        if d.body == clock.body and (clock.agreement is None or (d.clause_id or "").startswith(under))
    ]
    known = [d.breach_utc for d in started if d.breach_utc is not None]
    breach = min(known, default=None)
    return ClockStanding(
        clock=clock,
        breach_utc=breach,
        move_ids=tuple(d.move_id for d in started),
        because=_because(clock, started, breach),
        steps=tuple(_step(clock, step, breach, bool(started), taken, at) for step in clock.steps),
    )


def _step(
    clock: ResponseClock,
    step: Step,
    breach: datetime | None,
    started: bool,
    taken: Mapping[str, Sequence[Status]],
    at: datetime,
) -> StepStanding:
    ends = None if breach is None else breach + step.within
    theirs = [
        s
        for s in taken.get(f"{clock.pack}/{clock.clock_id}/{step.step_id}", ())
        if s.for_actor in clock.actors or s.body == clock.body
    ]
    if theirs:
        state = StepState.RECORDED
    elif not started:
        state = StepState.NOT_STARTED
    elif ends is None:
        state = StepState.STARTED_WITHOUT_TIME
    else:
        state = StepState.RUNNING if at < ends else StepState.PASSED
    return StepStanding(
        step=step, state=state, ends_utc=ends, status_id=theirs[0].status_id if theirs else None
    )


def _because(clock: ResponseClock, started: Sequence[Determination], breach: datetime | None) -> Told:
    if not started:
        told = Told(Template.NOT_STARTED, {"body": clock.body})
    else:
        cases = Several(each=tuple(d.case_id for d in started))
        if breach is None:
            told = Told(Template.STARTED_WITHOUT_TIME, {"cases": cases})
        else:
            told = Told(Template.COUNTED_FROM, {"since": breach, "cases": cases})
    return told if clock.confirmed else Told(Template.UNCONFIRMED, {"told": told})
