"""A mission's incidents against the truth: what was found, where, how surely, how soon.

Rules:
- an incident stands for the event that most of its reports tell of, the first of equals; one of none is false;
- an event is found by the incident that has most of its reports; others of it are splits, and not false;
- only reports of events are counted: a row of *nothing* is in no incident.
"""

from __future__ import annotations

import polars as pl

from trucewatch.model.marks import Marks
from trucewatch.model.vocabulary import NOT_EVENTS
from trucewatch.simulate.finding import alerted, missed
from trucewatch.simulate.matching import matched
from trucewatch.simulate.observed import Observed, told_of
from trucewatch.simulate.placing import located, reliability

_NO_EVENT = [kind.value for kind in NOT_EVENTS]


def marks(observed: Observed, incidents: pl.DataFrame, *, profiles: str, trick: str | None = None) -> Marks:
    """Return the marks of `incidents` (INCIDENTS) made of what was observed."""
    rows = reports(observed, incidents)
    ours, truth = rows["incident"].to_numpy(), told_of(rows)
    p_real = float(incidents["p_real"].fill_null(1.0).sum())
    plain = rows["altered"].is_null().to_numpy()
    stood = stands_for(rows, incidents, observed)
    return Marks(
        preset=observed.world.preset.name,
        seed=observed.world.seed,
        trick=trick,
        profiles=profiles,
        matching=matched(ours, truth, p_real_sum=p_real),
        unaltered=None if trick is None else matched(ours[plain], truth[plain], p_real_sum=p_real),
        located=located(stood),
        reliability=reliability(stood),
        missed=missed(observed, rows, stood),
        alerted=alerted(rows, stood),
        attributed=(),
        judged=(),
    )


def reports(observed: Observed, incidents: pl.DataFrame) -> pl.DataFrame:
    """Return every report of an event with its incident's number, and the truth behind it."""
    members = incidents.select("observations").with_row_index("incident").explode("observations")
    rows = observed.observations.hstack(observed.truth.drop("observation_id"))
    rows = rows.filter(~pl.col("phenomenon").is_in(_NO_EVENT))
    met = rows.join(
        members, left_on="observation_id", right_on="observations", how="left", maintain_order="left"
    )
    alone = incidents.height + pl.int_range(pl.len())
    return met.with_columns(pl.col("incident").cast(pl.Int64).fill_null(alone))


def stands_for(rows: pl.DataFrame, incidents: pl.DataFrame, observed: Observed) -> pl.DataFrame:
    """Return the incidents with the event each stands for, its truth, and whether it is the event's own.

    `event_id` is null for one of false alarms only; `own` is of the incident with most of an event's reports.
    """
    votes = (
        rows.drop_nulls("event_id")
        .group_by("incident", "event_id")
        .agg(votes=pl.len())
        .sort("incident", -pl.col("votes").cast(pl.Int64), "event_id")
        .unique("incident", keep="first", maintain_order=True)
    )
    best = votes.sort(-pl.col("votes").cast(pl.Int64), "incident").unique("event_id", keep="first")
    owned = votes.with_columns(own=pl.col("incident").is_in(best["incident"].implode()))
    numbered = incidents.with_row_index("incident").with_columns(pl.col("incident").cast(pl.Int64))
    truth = observed.world.events.rename({"lon": "true_lon", "lat": "true_lat", "count": "true_count"})
    truth = truth.drop("phenomenon", "trajectory", "weapon", "calibre_mm", "heading_deg")
    truth = truth.drop("weapon_class").with_columns(true_class=observed.world.events["weapon_class"])
    return (
        numbered.join(owned, on="incident", how="left", maintain_order="left")
        .join(truth, on="event_id", how="left", maintain_order="left", suffix="_true")
        .with_columns(pl.col("own").fill_null(value=False))
    )
