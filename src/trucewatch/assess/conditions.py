"""The conditions of a clause on every incident at once: each a probability, and three-valued.

Rules:
- a condition holds from 95 % on and fails up to 5 %; between, and where nothing is known, it is unknown;
- the kind holds from 55 % on (*likely*, ICD 203): an incident's probability is of its likeliest kind alone,
  and the clause's other kinds would add to it; a kind in the clause's list is never a plain no;
- "all of" is the least of them;
- p_breach is the product of kind, trajectory, time and place; null when one of them is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
import polars as pl

from trucewatch.assess.place import Ground, p_inside
from trucewatch.model.agreement import Act, Agreement, Clause, Reading, WhyNot
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Ceiling, Means, Phenomenon, Trajectory, Truth

ALMOST_CERTAIN, ALMOST_NO_CHANCE, LIKELY, EVEN = 0.95, 0.05, 0.55, 0.5
FACTORS = ("kind", "trajectory", "time", "place")
WHY_OPEN = {
    "kind": WhyNot.KIND_UNSURE,
    "trajectory": WhyNot.TRAJECTORY_UNKNOWN,
    "time": WhyNot.TIME_STRADDLES,
    "real": WhyNot.MAY_NOT_BE_REAL,
}
"""What an unknown condition is called in why_not; place has three names of its own."""


def window(clause: Clause, agreement: Agreement) -> tuple[datetime | None, datetime | None]:
    """Return when `clause` binds: from, and up to but not including; None without a start: not in effect.

    What is required by a deadline binds from the deadline on.
    """
    if clause.act is Act.REQUIRED:
        return clause.ends, agreement.ends
    return clause.starts or agreement.starts, clause.ends or agreement.ends


def conditions(
    incidents: pl.DataFrame, clause: Clause, agreement: Agreement, ground: Ground | None
) -> pl.DataFrame:
    """Return the incidents of the clause's kinds, with p_ and t_ of each condition, `truth`, and p_breach.

    The clause is in effect (`window` has a start). `ground` is that of the reading, None when it has none;
    where the time fails the place is not asked.
    """
    meant = incidents.filter(pl.col("phenomenon").is_in([p.value for p in clause.phenomena]))
    held = meant.with_columns(
        pl.col("p_phenomenon").alias("p_kind"),
        _trajectory(clause).alias("p_trajectory"),
        _time(*window(clause, agreement)).alias("p_time"),
    ).with_columns(
        pl.when(pl.col("p_kind") >= LIKELY)
        .then(int(Truth.YES))
        .otherwise(int(Truth.UNKNOWN))
        .alias("t_kind"),
        pl.when(pl.col("p_real") >= EVEN).then(int(Truth.YES)).otherwise(int(Truth.UNKNOWN)).alias("t_real"),
        _truth("p_trajectory").alias("t_trajectory"),
        _truth("p_time").alias("t_time"),
    )
    held = held.with_columns(_places(held, ground).alias("p_place"))
    product = pl.lit(1.0)
    for name in FACTORS:
        product = product * pl.col(f"p_{name}")
    return held.with_columns(
        _truth("p_place").alias("t_place"), product.round(4).alias("p_breach")
    ).with_columns(pl.min_horizontal(*(f"t_{name}" for name in (*FACTORS, "real"))).alias("truth"))


def _places(held: pl.DataFrame, ground: Ground | None) -> pl.Series:
    inside = np.full(held.height, np.nan)
    if ground is not None:
        asked = held["t_time"].to_numpy() > int(Truth.NO)
        inside[asked] = p_inside(held.filter(asked), ground)
    return pl.Series("p_place", inside).fill_nan(None)


def _truth(name: str) -> pl.Expr:
    """Return the truth of a probability; a null one is unknown."""
    return (
        pl.when(pl.col(name) >= ALMOST_CERTAIN)
        .then(int(Truth.YES))
        .when(pl.col(name) <= ALMOST_NO_CHANCE)
        .then(int(Truth.NO))
        .otherwise(int(Truth.UNKNOWN))
    )


def _trajectory(clause: Clause) -> pl.Expr:
    """Return 1 or 0 where the trajectory is known, else null; a clause that names none takes any."""
    if not clause.trajectories:
        return pl.lit(1.0)
    known = pl.col("trajectory").is_not_null() & (pl.col("trajectory") != Trajectory.UNDETERMINED.value)
    meant = pl.col("trajectory").is_in([t.value for t in clause.trajectories])
    return pl.when(known).then(meant.cast(pl.Float64))


def _time(starts: datetime | None, ends: datetime | None) -> pl.Expr:
    """Return the share of the incident's interval in the window; an instant is in it or not."""
    start, end = pl.col("from_utc"), pl.col("to_utc")
    first = pl.max_horizontal(start, pl.lit(starts, pl.Datetime("us", "UTC")))
    last = end if ends is None else pl.min_horizontal(end, pl.lit(ends, pl.Datetime("us", "UTC")))
    within = start >= pl.lit(starts, pl.Datetime("us", "UTC"))
    if ends is not None:
        within = within & (start < pl.lit(ends, pl.Datetime("us", "UTC")))
    length = (end - start).dt.total_microseconds()
    share = (last - first).dt.total_microseconds().clip(lower_bound=0) / length
    return pl.when(length > 0).then(share).otherwise(within.cast(pl.Float64))


def why_place(reading: Reading) -> pl.Expr:
    """Return what an unknown place is called: straddling, not known, or what the text leaves open."""
    if reading.area_ids is None:
        return pl.lit(reading.unknown.value)
    return (
        pl.when(pl.col("p_place").is_null())
        .then(pl.lit(WhyNot.PLACE_UNKNOWN.value))
        .otherwise(pl.lit(WhyNot.PLACE_STRADDLES.value))
    )


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
