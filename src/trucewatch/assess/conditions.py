"""The conditions of a clause on every incident at once: when, where, of what kind, and what else the clause asks.

Rules:
- an incident whose likeliest kind is not the clause's is not asked about; one whose kind is in the list is never a plain
  no by its kind;
- where the time fails nothing else is asked, nor where the place fails;
- from the earliest day on which somebody said that the agreement ended, its effect is unknown;
- p_breach is the probability that all of them hold, given that it was real; null when its bounds are wide apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from trucewatch.assess.asked import Asked, leaves
from trucewatch.assess.columns import KINDS, Columns, Ints, micros
from trucewatch.assess.evaluate import Counted, evaluate
from trucewatch.assess.grounds import may_lie, on_ground
from trucewatch.assess.held import (
    EVEN,
    LIKELY,
    Fact,
    Flags,
    Held,
    all_hold,
    between,
    bit,
    exactly,
    never_known,
)
from trucewatch.assess.spans import share
from trucewatch.assess.spans import window as span_of
from trucewatch.assess.sums import moments
from trucewatch.assess.things import is_real, trajectory_is
from trucewatch.assess.windows import Members, members_of, surely
from trucewatch.model.agreement import Act, Agreement, Clause, OpenBecause, Reading, WhyNot
from trucewatch.model.condition import CountAtLeast, Repeated
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Ceiling, Means, Phenomenon, Truth


def window(clause: Clause, agreement: Agreement) -> tuple[datetime | None, datetime | None]:
    """Return when `clause` binds: from, and up to but not including; None without a start: not in effect.

    What is required by a deadline binds from the deadline on.
    """
    if clause.act is Act.REQUIRED:
        return clause.ends, agreement.ends
    return clause.starts or agreement.starts, clause.ends or agreement.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The incidents that a clause may be about under one reading, with what is held of each condition."""

    at: Ints  # rising
    parts: Mapping[str, Held]  # kind, trajectory, time, effect, place, when, real: those that are asked
    whole: Held
    asked: int  # how many were asked about: the rest of them show no breach
    counts: Counted


def weigh(asked: Asked, clause: Clause, reading: Reading) -> Weighed:
    """Return what is held of `clause` under `reading`; the clause is in effect (`window` has a start)."""
    columns = asked.columns
    meant = np.zeros(len(KINDS), dtype=bool)
    meant[[KINDS.index(kind) for kind in clause.phenomena]] = True
    every = meant[columns.kind]
    near = every & _where(asked, clause, reading)
    timed = np.flatnonzero(near)
    timed, parts = _narrowed(timed, _when_and_what(asked, clause, timed))
    place = _place(asked, reading, timed)
    here, placed = _narrowed(timed, parts if place is None else parts | {"place": place})
    counts = Counted(
        anywhere=_members(columns, timed, parts), where_it_applies=_members(columns, here, placed)
    )
    own = columns.own[here]
    at, parts = here[own], {name: held.take(own) for name, held in placed.items()}
    if clause.when is not None:
        at, parts = _narrowed(at, parts | {"when": evaluate(clause.when, asked, at, counts)})
    parts = parts | {"real": is_real(columns, at, EVEN)}
    return Weighed(
        at=at,
        parts=parts,
        whole=all_hold(list(parts.values())),
        asked=int((every & columns.own).sum()),
        counts=counts,
    )


def _where(asked: Asked, clause: Clause, reading: Reading) -> Flags:
    """Return which incidents need to be looked at: those that may lie there, or all where a count looks around."""
    exceptions = (c.when for c in asked.agreement.clauses if clause.clause_id in c.excepts)
    conditions = [leaf for when in (clause.when, *exceptions) for leaf in leaves(when)]
    around = any(
        isinstance(leaf, CountAtLeast | Repeated) and leaf.around_m is not None for leaf in conditions
    )
    if reading.area_ids is None or around:
        return np.ones(asked.columns.many, dtype=bool)
    return may_lie(asked.grounds[reading.area_ids], asked.columns)


def _narrowed(at: Ints, parts: Mapping[str, Held]) -> tuple[Ints, dict[str, Held]]:
    """Return the incidents of which no part is false."""
    kept = np.ones(len(at), dtype=bool)
    for held in parts.values():
        kept &= held.truth > int(Truth.NO)
    return at[kept], {name: held.take(kept) for name, held in parts.items()}


def _when_and_what(asked: Asked, clause: Clause, at: Ints) -> dict[str, Held]:
    columns = asked.columns
    starts, ends = window(clause, asked.agreement)
    start, end = columns.start_us[at], columns.end_us[at]
    inside = share(start, end, span_of(starts, ends))
    parts = {"kind": _kind(columns, at), "time": exactly(inside, WhyNot.TIME_STRADDLES, Fact.TIME)}
    if clause.trajectories:
        parts["trajectory"] = trajectory_is(columns, at, clause.trajectories)
    if asked.agreement.ends_said:
        said = micros(min(one.at for one in asked.agreement.ends_said))
        before = moments(columns, at).last < said
        parts["effect"] = between(
            before.astype(np.float64), np.ones(len(at)), WhyNot.END_DISPUTED, Fact.OTHERS
        )
    return parts


def _kind(columns: Columns, at: Ints) -> Held:
    p = columns.p_kind[at]
    truth = np.where(p >= LIKELY, int(Truth.YES), int(Truth.UNKNOWN)).astype(np.int8)
    held = exactly(p, WhyNot.KIND_UNSURE, Fact.KIND)
    why = np.where(truth == int(Truth.UNKNOWN), bit(WhyNot.KIND_UNSURE), 0)
    return Held(truth=truth, low=held.low, high=held.high, why=why, facts=held.facts)


def _place(asked: Asked, reading: Reading, at: Ints) -> Held | None:
    """Return that it lies where the reading says; None where the place is left to the conditions."""
    if reading.area_ids is not None:
        unknown = any(m.unknown is not None for m in asked.agreement.mapped if m.name in reading.area_ids)
        why = WhyNot.LINE_UNKNOWN if unknown else WhyNot.PLACE_UNKNOWN
        return on_ground(asked.grounds[reading.area_ids], asked.columns, at, unknown=why)
    if reading.anywhere:
        return None
    silent = reading.unknown is OpenBecause.TEXT_SILENT
    return never_known(len(at), WhyNot.TEXT_SILENT if silent else WhyNot.LINE_UNKNOWN, Fact.PLACE)


def _members(columns: Columns, at: Ints, parts: Mapping[str, Held]) -> Members:
    sure: Flags = surely(columns, at)
    for held in parts.values():
        sure &= held.truth == int(Truth.YES)
    return members_of(columns, at, sure, sized=False)


def ceiling(profiles: Mapping[str, SourceProfile]) -> pl.Expr:
    """Return REPORTED where every source tells, or looks for heat only, or the incident itself is a heat spot."""
    weak = sorted(name for name, profile in profiles.items() if only_reports(profile))
    hot = pl.col("phenomenon") == Phenomenon.THERMAL.value
    reported = all_among("means", [Means.TOLD.value]) | all_among("source_ids", weak) | hot
    return pl.when(reported).then(pl.lit(Ceiling.REPORTED.value)).otherwise(pl.lit(Ceiling.APPARENT.value))


def all_among(name: str, words: Sequence[str]) -> pl.Expr:
    """Say whether a list has members, all of them among `words`; a null list has none."""
    rest = pl.col(name).list.set_difference(pl.lit(list(words), pl.List(pl.String)))
    return ((pl.col(name).list.len() > 0) & (rest.list.len() == 0)).fill_null(False)


def only_reports(profile: SourceProfile) -> bool:
    """Say whether a source only tells, or only sees heat."""
    heat_only = bool(profile.detects) and set(profile.detects) == {Phenomenon.THERMAL}
    return profile.means is Means.TOLD or heat_only or profile.watches == "passes"
