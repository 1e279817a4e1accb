"""How well a mission did on a simulated truce, where the truth is known.

Rules:
- every figure here is of a simulation: it bears preset and seed, and is no mission's error rate;
- a share of nothing is None, never 0 or 1;
- what counts as right is said beside the figure.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Which reports are one event, against the truth; a false alarm is alone in truth."""

    reports: int
    events_reported: int  # that at least one source reported
    incidents: int
    f1: float | None  # pairwise
    precision: float | None
    recall: float | None
    b_cubed_f: float | None
    b_cubed_precision: float | None
    b_cubed_recall: float | None
    adjusted_rand: float | None
    p_real_sum: float
    count_error: float | None  # p_real_sum over the events reported, less one


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """How far incidents lie from their events, and how often the 90 % ellipse holds them."""

    name: str  # which incidents: all, or those of so many sources
    incidents: int
    median_m: float | None
    p90_m: float | None
    covered: float | None  # share of true places inside the 90 % ellipse
    counted: float | None  # share of true counts inside the 90 % range, where there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenth:
    """Incidents whose stated p_real lies in one tenth, and how many of them tell most of a real event."""

    least: float
    incidents: int
    stated: float | None  # the mean
    real: float | None  # the share


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Events and false alarms of one class of weapon, of one kind, or on one side's ground."""

    by: str  # class, kind or ground
    name: str
    events: int
    reported: int  # by at least one source
    found: int  # an incident of their own
    false_incidents: int | None  # called real though nothing happened; None: they have no class of weapon


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """How long after an event the first report of it came, and the first of a second source."""

    name: str  # the class of weapon
    events: int
    first_median_s: float | None
    first_p90_s: float | None
    second_median_s: float | None
    second_p90_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributed:
    """Incidents by who truly caused them, and to whom the odds lean by at least one half."""

    cause: str
    incidents: int
    right: int
    wrong: int  # to another party, a third, an accident or an exercise
    open: int  # to nobody
    log_loss: float | None  # bits, in the mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One clause: what was assessed against what was so."""

    clause_id: str
    verdict: str  # or no row
    breaches: int  # incidents with this verdict that truly were one
    others: int  # that were none, or of which nothing happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """All marks of one run."""

    preset: str
    seed: int
    trick: str | None
    profiles: str  # which the mission was given: declared, learned, true
    matching: Matching
    unaltered: Matching | None  # among the reports that a trick left alone
    located: tuple[Located, ...]
    reliability: tuple[Tenth, ...]
    missed: tuple[Missed, ...]
    alerted: tuple[Alerted, ...]
    attributed: tuple[Attributed, ...]  # empty: not asked
    judged: tuple[Judged, ...]  # empty: not asked
