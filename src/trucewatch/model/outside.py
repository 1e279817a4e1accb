"""What of each table leaves the mission, row by row and column by column, by a policy.

Rules:
- a column leaves when it is named here, so that one that is added later stays inside by itself;
- a place leaves as the centre of its cell with one precision for all, or as an area, and never as both;
  no axis of an ellipse leaves, for it points back to whoever observed;
- what places a party's forces or weapons leaves by area and band only, to the public not at all or, of a shot going
  out, by area; to a party that is so of whatever was not seen coming in;
- a row that its source published keeps its place and its source's name, and waits as long as any other;
- an id is made of what it names, and a guess at that could be tried on it: ids leave under names that only
  the mission can make;
- columns that are here to decide (`DECIDING`) are read and never leave.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

import numpy as np
import polars as pl

from trucewatch.errors import RefusedError
from trucewatch.model.areas import NAMES
from trucewatch.model.grid import ceil_time, cell_centres, floor_time, precision_m
from trucewatch.model.policy import FORCES, OWN_PLACE, PARTIES, Policy
from trucewatch.model.tables import (
    ASSESSMENTS,
    CONTROL,
    COUNTS,
    COVERAGE,
    INCIDENTS,
    OBSERVATIONS,
    WEATHER,
    Table,
)
from trucewatch.model.vocabulary import CountingRule, Phenomenon, Sensitivity, Trajectory

NOT_NAMED = "withheld"
# `zone`: the area by which a row may be told; without it only areas of ISO 3166-2 are.
# `independent`: sources that go back to none of the others; several posts of one source are one.
DECIDING = {"sensitivity": pl.String, "zone": pl.String, "n_origins": pl.Int64, "independent": pl.Int64}
PLACED = frozenset({"lon", "lat"})
BANDS = (1, 2, 5, 10, 20, 50, 100)  # each from here to below the next; the last has no end
NO_WEAPON_THERE = frozenset(
    {
        Phenomenon.DAMAGE,
        Phenomenon.CASUALTY,
        Phenomenon.THERMAL,
        Phenomenon.SEISMIC,
        Phenomenon.INFRASOUND,
        Phenomenon.ALERT,
        Phenomenon.STATEMENT,
        Phenomenon.TOTAL,
        *OWN_PLACE,
    }
)
WHOLE = ("phenomenon", "trajectory", "from_utc", "to_utc", "lon", "lat", "area_id", "count_min", "count_max")
NAMED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "observations": frozenset({"observation_id", "means", *WHOLE}),
        "incidents": frozenset({"incident_id", "means", "p_phenomenon", "p_real", "weapon", *WHOLE}),
        "assessments": frozenset(ASSESSMENTS.schema) - {"p_breach"},
    }
)
"""The columns that leave of a row that its source did not publish."""
PUBLISHED_TOO: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "observations": frozenset(OBSERVATIONS.schema) - {"evidence", "row", "origin", "reported_utc"},
        "incidents": frozenset(INCIDENTS.schema) - {"observations"},
    }
)
"""The columns that leave of a row that its source published."""


def outside(record: pl.DataFrame, policy: Policy, at: datetime) -> pl.DataFrame:
    """Return what of `record`, one of the declared tables, leaves by `policy` at the moment `at`."""
    if not record.columns:
        return record
    table = table_of(record)
    if table is None:
        raise RefusedError("this table is not known to the gate, and so it leaves to nobody outside")
    if table.name not in policy.tables:
        raise RefusedError(f"the policy for {policy.audience.value!r} names no table {table.name!r}")
    left = LEAVE[table.name](_deciding(record), policy, at).select(table.schema.names())
    return table.conform(renamed(left, policy))


def renamed(left: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return the rows under the names that the policy's secret gives their ids."""

    def name(own: str) -> str:
        head, hyphen, tail = own.partition("-")
        return (
            hmac.digest(policy.naming, f"{policy.audience.value} {head}".encode(), "sha256")[:16].hex()
            + hyphen
            + tail
        )

    def names(column: str) -> pl.Series:
        return pl.Series(column, [None if own is None else name(own) for own in left[column]], pl.String)

    own = [column for column in ("observation_id", "incident_id") if column in left.columns]
    if own and not policy.naming:
        raise RefusedError("ids leave under other names: the policy has no secret to make them from")
    told = left.with_columns(names(column) for column in own)
    if "assessment_id" in left.columns:
        of_one = pl.col("incident_id").is_not_null()
        told = told.with_columns(
            pl.when(of_one).then(names("assessment_id")).otherwise("assessment_id").alias("assessment_id")
        )
    return told


def table_of(record: pl.DataFrame) -> Table | None:
    """Return the declared table that a frame is of, None when it is of none."""
    here = frozenset(record.columns)
    known = (OBSERVATIONS, INCIDENTS, COUNTS, COVERAGE, ASSESSMENTS, WEATHER, CONTROL)
    return next((table for table in known if frozenset(table.schema) <= here), None)


def left_by(record: pl.DataFrame, policy: Policy) -> bool:
    """Say whether each row of observations or incidents has no more than `policy` lets leave."""
    named = record.select(pl.col("source_id") != NOT_NAMED) if "source_id" in record.columns else None
    published = record["source_ids"].list.len() > 0 if named is None else named.to_series()
    rows = record.filter(~published.fill_null(False))
    name = "incidents" if named is None else "observations"
    beside = {"major90_m", "minor90_m", "n_origins", "independent", "source_id", "sensitivity"}
    inside = [column for column in record.columns if column not in NAMED[name] | beside]
    empty = all(
        rows[c].list.len().sum() == 0
        if isinstance(rows.schema[c], pl.List)
        else rows[c].null_count() == rows.height
        for c in inside
    )
    lon, lat = (rows[axis].fill_null(np.nan).to_numpy() for axis in ("lon", "lat"))
    centres = cell_centres(lon, lat, policy.grid_m)
    return empty and all(
        np.allclose(own, centre, atol=1e-5, equal_nan=True)
        for own, centre in zip((lon, lat), centres, strict=True)
    )


def banded(count: pl.Expr, *, most: bool) -> pl.Expr:
    """Return the least, or the most, of the band that holds a count; null stays, and the last has no most."""
    found = pl.lit(None, pl.Int64)
    for low, above in zip(BANDS, (*BANDS[1:], None), strict=True):
        edge = low if not most else None if above is None else above - 1
        found = pl.when(count >= low).then(pl.lit(edge, pl.Int64)).otherwise(found)
    return pl.when(count < BANDS[0]).then(count).otherwise(found)


def _deciding(record: pl.DataFrame) -> pl.DataFrame:
    """Return `record` with each of DECIDING: null, which is *not known*, where it has none."""
    lacking = [name for name in DECIDING if name not in record.columns]
    return record.with_columns(pl.lit(None, DECIDING[name]).alias(name) for name in lacking)


def _published() -> pl.Expr:
    return (pl.col("sensitivity") == Sensitivity.PUBLIC.value).fill_null(False)


def _is(*kinds: Phenomenon) -> pl.Expr:
    return pl.col("phenomenon").is_in([kind.value for kind in kinds])


def _due(policy: Policy, at: datetime) -> pl.Expr:
    """Say of each row whether its class has waited long enough, from the end of the step that it ended in."""
    waits = {kind.value: policy.delay_of(kind) for kind in Phenomenon}
    wait = pl.col("phenomenon").replace_strict(waits, default=policy.delay, return_dtype=pl.Duration("us"))
    return ceil_time("to_utc", policy.time_step) + wait <= at


def _events(record: pl.DataFrame, policy: Policy, at: datetime) -> pl.DataFrame:
    """Return observations or incidents as they leave."""
    name = "observations" if "observation_id" in record.columns else "incidents"
    independent = pl.min_horizontal("n_origins", "independent").fill_null(1)
    enough = _published() | (independent >= policy.k_origins)
    secret = (pl.col("sensitivity") == Sensitivity.SECRET.value).fill_null(False)
    kept = record.filter(~secret & _due(policy, at) & enough & ~_is(*policy.withheld).fill_null(True))
    kept = _coarse(_counted(kept, policy), policy)
    if name == "observations":
        named = pl.when(_published()).then(pl.col("source_id")).otherwise(pl.lit(NOT_NAMED))
        return _only(kept, name).with_columns(named.alias("source_id"), sensitivity=pl.lit("public"))
    rounded = [pl.col(p).round(1) for p in ("p_real", "p_phenomenon")]
    origins = (
        pl.when(_published()).then("n_origins").otherwise(pl.min_horizontal("n_origins", policy.k_origins))
    )
    return _only(kept, name).with_columns(*rounded, kept.select(origins.alias("n_origins"))["n_origins"])


def _only(kept: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the rows without what does not leave: null, or an empty list."""
    masked = []
    for column, dtype in kept.schema.items():
        blank = pl.lit([], dtype) if isinstance(dtype, pl.List) else pl.lit(None, dtype)
        if column in DECIDING or column in ("source_id", "major90_m", "minor90_m"):
            continue
        if column not in NAMED[name]:
            shown = _published() & pl.lit(column in PUBLISHED_TOO[name])
            masked.append(pl.when(shown).then(pl.col(column)).otherwise(blank).alias(column))
    return kept.with_columns(masked)


def _by_area_only(policy: Policy) -> pl.Expr:
    """Say of each row whether no more than its area may be told."""
    weapon = ~_is(*NO_WEAPON_THERE) & (
        pl.col("trajectory").fill_null(Trajectory.UNDETERMINED.value) != Trajectory.INCOMING.value
    )
    fired = _is(Phenomenon.MUZZLE_FLASH) | (pl.col("trajectory") == Trajectory.OUTGOING.value).fill_null(
        False
    )
    towards = weapon if policy.audience in PARTIES else fired
    return _is(*FORCES) | (_is(*OWN_PLACE) & ~_published()) | towards


def _coarse(kept: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return the rows with their times in whole steps, and their places as cells or areas."""
    known = kept.with_columns(_area=_by_area_only(policy))
    lon, lat = (kept[axis].fill_null(np.nan).to_numpy() for axis in ("lon", "lat"))
    at_lon, at_lat = (pl.Series(axis).fill_nan(None) for axis in cell_centres(lon, lat, policy.grid_m))
    exact = _published() & ~pl.col("_area")
    places = [
        pl.when(pl.col("_area")).then(None).when(exact).then(pl.col(name)).otherwise(cell).alias(name)
        for name, cell in (("lon", at_lon), ("lat", at_lat))
    ]
    iso = pl.when(pl.col("area_id").is_in(list(NAMES))).then(pl.col("area_id"))
    by_cell = pl.col("lon").is_not_null() & ~pl.col("_area")
    wide = pl.when(by_cell).then(None).otherwise(pl.coalesce("zone", iso))
    area = pl.when(exact).then(pl.col("area_id")).otherwise(wide).alias("area_id")
    times = (floor_time("from_utc", policy.time_step), ceil_time("to_utc", policy.time_step))
    told = known.with_columns(
        *places,
        area,
        *(
            pl.when(exact).then(n).otherwise(t).alias(n)
            for n, t in zip(("from_utc", "to_utc"), times, strict=True)
        ),
    )
    if "major90_m" in kept.columns:
        size = pl.lit(precision_m(policy.grid_m))
        told = told.with_columns(
            pl.when(exact).then(pl.col(n)).when(pl.col("lon").is_not_null()).then(size).alias(n)
            for n in ("major90_m", "minor90_m")
        )
    return told.drop("_area")


def _counted(kept: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Return the rows with bands of forces, and without numbers that are too small."""
    forces = _is(*FORCES)
    low, high = pl.col("count_min"), pl.col("count_max")
    return kept.with_columns(
        pl.when(forces)
        .then(banded(number, most=most))
        .when(_published() | (number >= policy.least_count) | (number == 0))
        .then(number)
        .alias(name)
        for name, number, most in (("count_min", low, False), ("count_max", high, True))
    )


def _counts(record: pl.DataFrame, policy: Policy, _at: datetime) -> pl.DataFrame:
    """Return the counts of each incident, none of them where its plain one is too small: one gives the other back."""
    raw = pl.col("rule") == CountingRule.RAW.value
    small = pl.min_horizontal("count_min", "count_max").fill_null(0) < policy.least_count
    hidden = (raw & small).any().over("incident_id") & ~_published()
    return record.with_columns(
        pl.when(~hidden).then(pl.col(name)).alias(name) for name in ("count_min", "count_max")
    )


def _assessments(record: pl.DataFrame, policy: Policy, at: datetime) -> pl.DataFrame:
    """Return the assessments without odds: how likely a clause holds tells how near its line the place is."""
    period = ceil_time("to_utc", policy.time_step) + policy.delay <= at
    kept = record.filter(pl.col("to_utc").is_null() | period)
    return kept.with_columns(
        pl.lit(None, dtype).alias(name)
        for name, dtype in ASSESSMENTS.schema.items()
        if name not in NAMED["assessments"]
    )


def _coverage(record: pl.DataFrame, policy: Policy, at: datetime) -> pl.DataFrame:
    """Return what was watched by area, all who are not named taken together, in whole hours."""
    due = record.filter(pl.col("to_utc") + policy.delay <= at)
    named = due.filter(_published()).with_columns(held_by=pl.lit(None, pl.String))
    keys = ("area_id", "from_utc", "to_utc", "phenomenon", "state")
    rest = due.filter(~_published() & pl.col("area_id").is_in(list(NAMES)))
    together = rest.group_by(*keys).agg(
        source_id=pl.lit(NOT_NAMED).first(),
        hours=pl.col("hours").max().floor(),
        lower_bound=pl.lit(True).first(),
    )
    columns = [name for name in COVERAGE.schema if name != "held_by"]
    whole = pl.concat([named.select(columns), together.select(columns)]).sort(columns)
    return whole.with_columns(held_by=pl.lit(None, pl.String))


def _as_published(record: pl.DataFrame, _policy: Policy, _at: datetime) -> pl.DataFrame:
    """Return the rows of sources that are published, and no others."""
    return record.filter(_published())


LEAVE: Mapping[str, Callable[[pl.DataFrame, Policy, datetime], pl.DataFrame]] = MappingProxyType(
    {
        "observations": _events,
        "incidents": _events,
        "counts": _counts,
        "assessments": _assessments,
        "coverage": _coverage,
        "weather": _as_published,
        "control": _as_published,
    }
)
