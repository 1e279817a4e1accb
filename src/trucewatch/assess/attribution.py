"""Who an incident is of: odds for each party, a third, an accident and an exercise, and what nothing tells apart.

Rules:
- it rests on the direction of fire, the weapon's range and what was seen; who held the place says who could, never who did;
- a party's word about the other weighs nothing; its word about itself may: it is against its own interest;
- a notified exercise that covers the time and place raises the odds of an exercise;
- before any evidence both parties are alike; p_unattributed is what the evidence leaves alike between them, and a full result;
- swap the parties in the input and the result mirrors, to the bit;
- for analysts and verifiers only; nothing here is added up by party.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

import polars as pl

from trucewatch.assess.flights import Sides, flights
from trucewatch.model.agreement import Basis
from trucewatch.model.condition import Stated
from trucewatch.model.geodesy import METRES_PER_DEGREE
from trucewatch.model.notice import Notice
from trucewatch.model.tables import ATTRIBUTIONS, INCIDENTS

PRIOR_THIRD, PRIOR_ACCIDENT, PRIOR_EXERCISE = 0.02, 0.03, 0.01
PRIOR_PARTY = (1 - PRIOR_THIRD - PRIOR_ACCIDENT - PRIOR_EXERCISE) / 2
ACROSS, BACK, WITHIN = 1.0, 0.02, 0.1
"""How likely a flight is, given who fired: over the line to the other; from the other's side to one's own; neither."""
NOTIFIED_TIMES, OWN_WORD_TIMES = 60.0, 10.0
SURE, DIGITS = 0.95, 4


def attribute(
    incidents: pl.DataFrame, sides: Sequence[Sides], notices: Sequence[Notice] = ()
) -> pl.DataFrame:
    """Return ATTRIBUTIONS: the odds of each of `incidents`, in their order.

    `sides` are the parties' ground by period; where none is in force the direction of fire tells nothing.
    """
    known = INCIDENTS.conform(incidents)
    joint = _weighed(known, _flown(known, sides)).with_columns(
        _stated(notices, Stated.OWN_ACT, "A").alias("own_a"),
        _stated(notices, Stated.OWN_ACT, "B").alias("own_b"),
        _stated(notices, Stated.NOTIFIED, None).alias("notified"),
    )
    weights = joint.with_columns(
        (PRIOR_PARTY * pl.col("as_a") * _times("own_a", OWN_WORD_TIMES)).alias("w_a"),
        (PRIOR_PARTY * pl.col("as_b") * _times("own_b", OWN_WORD_TIMES)).alias("w_b"),
        pl.lit(PRIOR_THIRD * WITHIN).alias("w_third"),
        pl.lit(PRIOR_ACCIDENT * WITHIN).alias("w_accident"),
        (PRIOR_EXERCISE * WITHIN * _times("notified", NOTIFIED_TIMES)).alias("w_exercise"),
    )
    whole = pl.col("w_a") + pl.col("w_b") + pl.col("w_third") + pl.col("w_accident") + pl.col("w_exercise")
    alike = pl.min_horizontal("w_a", "w_b")
    return ATTRIBUTIONS.conform(
        weights.select(
            "incident_id",
            ((pl.col("w_a") - alike) / whole).round(DIGITS).alias("p_a"),
            ((pl.col("w_b") - alike) / whole).round(DIGITS).alias("p_b"),
            (pl.col("w_third") / whole).round(DIGITS).alias("p_third"),
            (pl.col("w_accident") / whole).round(DIGITS).alias("p_accident"),
            (pl.col("w_exercise") / whole).round(DIGITS).alias("p_exercise"),
            (2 * alike / whole).round(DIGITS).alias("p_unattributed"),
            _could().alias("could"),
            _because().alias("because"),
        )
    )


def _flown(known: pl.DataFrame, sides: Sequence[Sides]) -> pl.DataFrame:
    """Return the flights of each incident under the sides that were in force when it began."""
    flown = flights(known, Sides(a=None, b=None))
    for one in sides:
        inside = pl.lit(value=True)
        if one.from_utc is not None:
            inside = inside & (pl.col("from_utc") >= one.from_utc)
        if one.to_utc is not None:
            inside = inside & (pl.col("from_utc") < one.to_utc)
        mask = known.select(inside.alias("in")).to_series()
        chosen = flights(known, one)
        flown = pl.DataFrame([chosen[name].zip_with(mask, flown[name]) for name in flown.columns])
    return flown


def _weighed(known: pl.DataFrame, flown: pl.DataFrame) -> pl.DataFrame:
    """Return how likely the flight is if A fired, and if B did; alike where it is not known."""
    over, back, elsewhere = (pl.col("ab"), pl.col("ba"), 1 - (pl.col("ab") + pl.col("ba")))
    return pl.concat([known, flown], how="horizontal").with_columns(
        (over * ACROSS + back * BACK + elsewhere * WITHIN).fill_null(WITHIN).alias("as_a"),
        (back * ACROSS + over * BACK + elsewhere * WITHIN).fill_null(WITHIN).alias("as_b"),
    )


def _times(name: str, factor: float) -> pl.Expr:
    return pl.when(pl.col(name)).then(factor).otherwise(1.0)


def _stated(notices: Sequence[Notice], stated: Stated, party: str | None) -> pl.Expr:
    """Say of each incident whether a notice of this kind speaks of it: of a party, by that party itself."""
    met = pl.lit(value=False)
    for one in notices:
        if one.stated is not stated or one.denies or (party and not one.party == party == one.by):
            continue
        met = met | _speaks_of(one)
    return met


def _speaks_of(one: Notice) -> pl.Expr:
    if one.incident_id is not None:
        return pl.col("incident_id") == one.incident_id
    met = (pl.col("from_utc") >= _at(one.from_utc)) & (pl.col("to_utc") <= _at(one.to_utc))
    if one.lon is not None and one.lat is not None and one.radius_m is not None:
        east = (pl.col("lon") - one.lon) * (METRES_PER_DEGREE * math.cos(math.radians(one.lat)))
        north = (pl.col("lat") - one.lat) * METRES_PER_DEGREE
        met = met & (east**2 + north**2 <= one.radius_m**2).fill_null(value=False)
    return met if one.area_id is None else met & (pl.col("area_id") == one.area_id).fill_null(value=False)


def _at(moment: datetime) -> pl.Expr:
    return pl.lit(moment, pl.Datetime("us", "UTC"))


def _could() -> pl.Expr:
    """Return who could have: both, unless the start of the flight is almost certainly on one side."""
    return pl.concat_list(
        pl.when(pl.col(share).is_null() | (pl.col(share) > 1 - SURE)).then(pl.lit(code))
        for share, code in (("on_a", "A"), ("on_b", "B"))
    ).list.drop_nulls()


def _because() -> pl.Expr:
    return pl.concat_list(
        pl.when(pl.col("ab").is_not_null()).then(pl.lit(Basis.DIRECTION.value)),
        pl.when(pl.col("ab").is_null()).then(pl.lit(Basis.NO_DIRECTION.value)),
        pl.when(pl.col("own_a") | pl.col("own_b")).then(pl.lit(Basis.OWN_WORD.value)),
        pl.when(pl.col("notified")).then(pl.lit(Basis.NOTIFIED.value)),
    ).list.drop_nulls()
