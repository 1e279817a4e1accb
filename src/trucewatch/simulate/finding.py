"""What was missed, what was called real and was not, and how soon anybody knew.

Rules:
- misses count the events that somebody reported: what nobody reported no fusion can find;
- an incident is called real from a stated probability of one half on;
- the first alert is the first report of the event that came in, the second that of another source.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from trucewatch.model.marks import Alerted, Missed
from trucewatch.simulate.draws import Ints
from trucewatch.simulate.observed import Observed
from trucewatch.simulate.outlines import PLANE
from trucewatch.simulate.shares import quantile

CALLED = 0.5


def missed(observed: Observed, rows: pl.DataFrame, stood: pl.DataFrame) -> tuple[Missed, ...]:
    """Return misses and false alarms by class of weapon and by whose ground it was."""
    told = rows["event_id"].drop_nulls().unique()
    found = stood.filter("own")["event_id"]
    events = observed.world.events.select(
        "event_id",
        "phenomenon",
        pl.col("weapon_class").fill_null("none"),
        pl.col("ground").fill_null("none"),
        reported=pl.col("event_id").is_in(told.implode()),
        found=pl.col("event_id").is_in(found.implode()),
    )
    false = stood.filter(pl.col("event_id").is_null(), pl.col("p_real").fill_null(1.0) >= CALLED)
    where = _ground(observed, false)
    kinds = dict(false["phenomenon"].value_counts().rows())
    sides = {name: int(np.sum(where == at)) for name, at in (("A", 0), ("B", 1), ("none", -1))}
    return (
        *_missed(events, "class", "weapon_class", None),
        *_missed(events, "kind", "phenomenon", kinds),
        *_missed(events, "ground", "ground", sides),
    )


def _missed(events: pl.DataFrame, by: str, column: str, false: Mapping[str, int] | None) -> list[Missed]:
    parts = events.group_by(column).agg(pl.len(), pl.col("reported").sum(), pl.col("found").sum())
    names = {str(name): (many, reported, found) for name, many, reported, found in parts.iter_rows()}
    return [
        Missed(
            by=by,
            name=name,
            events=names.get(name, (0, 0, 0))[0],
            reported=names.get(name, (0, 0, 0))[1],
            found=names.get(name, (0, 0, 0))[2],
            false_incidents=None if false is None else false.get(name, 0),
        )
        for name in sorted({*names, *(false or {})})
    ]


def _ground(observed: Observed, incidents: pl.DataFrame) -> Ints:
    """Return on whose ground each incident is placed: 0 is A, 1 is B, -1 nobody's or not placed."""
    placed = incidents.drop_nulls("lon")
    east, north = PLANE.metres(placed["lon"].to_numpy(), placed["lat"].to_numpy())
    return observed.world.front.ground(east, north)


def alerted(rows: pl.DataFrame, stood: pl.DataFrame) -> tuple[Alerted, ...]:
    """Return how soon the first report, and the first of a second source, of each found event came in."""
    own = stood.filter("own").select(
        "incident", "event_id", "at_utc", name=pl.col("true_class").fill_null("none")
    )
    first = (
        rows.join(own, on=["incident", "event_id"])
        .group_by("event_id", "name", "at_utc", "source_id")
        .agg(pl.col("reported_utc").min())
        .sort("event_id", "reported_utc", "source_id")
        .group_by("event_id", "name", "at_utc", maintain_order=True)
        .agg(first=pl.col("reported_utc").first(), second=pl.col("reported_utc").get(1, null_on_oob=True))
    )
    late = first.select(
        "name",
        *(
            (pl.col(one) - pl.col("at_utc")).dt.total_seconds().cast(pl.Float64)
            for one in ("first", "second")
        ),
    )
    parts = [
        ("all", late),
        *((str(n[0]), part) for n, part in sorted(late.partition_by("name", as_dict=True).items())),
    ]
    return tuple(
        Alerted(
            name=name,
            events=part.height,
            first_median_s=quantile(part["first"].to_numpy(), 0.5),
            first_p90_s=quantile(part["first"].to_numpy(), 0.9),
            second_median_s=quantile(part["second"].drop_nulls().to_numpy(), 0.5),
            second_p90_s=quantile(part["second"].drop_nulls().to_numpy(), 0.9),
        )
        for name, part in parts
    )
