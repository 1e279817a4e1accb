"""Clocks: the steps that an instrument states to follow a breach, and how they stand.

Rules:
- a clock starts by a determination of the body that counts, from the first breach as determined;
- a clock advises: it calls for nothing, sends nothing, and each step is a person's record;
- clocks are shown to the body and to guarantors only;
- what was reported and not confirmed says so wherever it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from trucewatch.model.told import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a clock."""

    step_id: str
    what: str
    within: timedelta  # counted from the first breach as determined


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseClock:
    """The steps that an instrument states, and the body whose determination starts them."""

    clock_id: str
    title: str
    body: str
    actors: tuple[str, ...]  # whose steps they are
    steps: tuple[Step, ...]  # the first to be taken first
    confirmed: bool  # False: reported, unconfirmed
    source: str
    pack: str
    instrument_id: str | None = None
    agreement: str | None = None  # only determinations under this agreement start it; None: under any
    note: str = ""
    exercise: bool = False


class StepState(StrEnum):
    """How a step stands."""

    NOT_STARTED = "not_started"
    STARTED_WITHOUT_TIME = "started_without_time"  # the determination does not say when the breach began
    RUNNING = "running"
    PASSED = "passed"  # its time is over, and no record says that it was taken
    RECORDED = "recorded"  # a person recorded that it was taken


@dataclass(frozen=True, slots=True, kw_only=True)
class StepStanding:
    """A step at a moment."""

    step: Step
    state: StepState
    ends_utc: datetime | None
    status_id: str | None  # the record that it was taken


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStanding:
    """A clock at a moment, for the body and guarantors only."""

    clock: ResponseClock
    breach_utc: datetime | None  # the first breach as determined
    move_ids: tuple[str, ...]  # the determinations that started it
    because: Told
    steps: tuple[StepStanding, ...]
