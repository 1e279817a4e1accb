"""Incidents as columns of numbers, sorted by time: what answers a window of a million of them at once.

Rules:
- they are the read model's rows, in full precision: nothing is sampled and nothing estimated;
- an incident without a place has none here either, but its area;
- each place's cell on a fixed pyramid (Web Mercator, halved at each level) is worked out once, when they are made;
- they become bytes and come back the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import polars as pl

from trucewatch.model.vocabulary import FIRE, Means, Phenomenon, Verdict

FINEST = 24  # the level at which a place's bin is kept: cells of about 2.4 m at the equator
MERCATOR_DEG = 85.05112878
KINDS, VERDICTS = tuple(Phenomenon), tuple(Verdict)
FAMILIES = ("fire", "thermal", "told", "other")
SAYS_MOST = (Verdict.APPARENT_BREACH, Verdict.INDETERMINATE, Verdict.NO_BREACH_SHOWN)
_KIND = {kind.value: n for n, kind in enumerate(KINDS)}
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """One row an incident, sorted by `from_us` and then `row`; NaN and -1 are *not known*."""

    row: Ints  # its key in the read model
    from_us: Ints
    to_us: Ints
    ended_us: Ints  # the latest end up to here
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    x: npt.NDArray[np.int32]  # Web Mercator cell at level FINEST; -1 without a place
    y: npt.NDArray[np.int32]
    major90_m: npt.NDArray[np.float32]
    minor90_m: npt.NDArray[np.float32]
    azimuth_deg: npt.NDArray[np.float32]
    area: npt.NDArray[np.int16]  # into `area_ids`, for those without a place
    kind: npt.NDArray[np.uint8]  # into KINDS
    family: npt.NDArray[np.uint8]  # how it is drawn: into FAMILIES
    p_real: npt.NDArray[np.float64]
    n_origins: npt.NDArray[np.int32]
    worst: npt.NDArray[np.int8]  # the verdict, of any clause, that says most: into VERDICTS; -1 without one
    judged: npt.NDArray[np.int32]  # which clauses it was assessed under and how: into `judged_sets`
    told: npt.NDArray[np.int32]  # by which sources: into `told_sets`
    bounds: npt.NDArray[np.float64]  # west, south, east, north of all places; NaN when there is none
    area_ids: Words
    judged_sets: Words  # each CLAUSE=VERDICT, joined by "|"
    told_sets: Words  # each of source ids, joined by "|"

    @property
    def height(self) -> int:
        """How many incidents these are."""
        return len(self.row)


def columns_of(incidents: pl.DataFrame, assessments: pl.DataFrame, rows: Ints) -> Columns:
    """Return incidents, whose keys in the read model are `rows`, as columns, with what they were assessed as."""
    frame = incidents.with_columns(row=pl.Series(rows)).sort("from_utc", "row").with_row_index("at", offset=0)
    said = pl.concat_str("clause_id", "verdict", separator="=")
    judged = (
        assessments.drop_nulls("incident_id")
        .group_by("incident_id")
        .agg(judged=said.unique().sort().str.join("|"), worst=_says_most())
    )
    frame = frame.join(judged, on="incident_id", how="left", maintain_order="left").with_columns(
        pl.col("judged").fill_null(""),
        pl.col("worst").fill_null(-1),
        told=pl.col("source_ids").list.join("|"),
    )
    sets, told, areas = _coded(frame["judged"]), _coded(frame["told"]), _coded(frame["area_id"])
    lon, lat = (frame[name].fill_null(np.nan).to_numpy() for name in ("lon", "lat"))
    end = frame["to_utc"].to_physical().to_numpy()
    x, y = cells_of(lon, lat)
    return Columns(
        row=frame["row"].to_numpy(),
        from_us=frame["from_utc"].to_physical().to_numpy(),
        to_us=end,
        ended_us=np.maximum.accumulate(end) if len(end) else end,
        lon=lon,
        lat=lat,
        x=x,
        y=y,
        major90_m=_single(frame["major90_m"]),
        minor90_m=_single(frame["minor90_m"]),
        azimuth_deg=_single(frame["azimuth_deg"]),
        area=np.where(np.isfinite(lon), -1, _codes(frame["area_id"], areas)).astype(np.int16),
        kind=_codes(frame["phenomenon"], _KIND).astype(np.uint8),
        family=frame.select(_family())["family"].to_numpy(),
        p_real=frame["p_real"].fill_null(np.nan).to_numpy(),
        n_origins=frame["n_origins"].fill_null(0).cast(pl.Int32).to_numpy(),
        worst=frame["worst"].cast(pl.Int8).to_numpy(),
        judged=_codes(frame["judged"], sets).astype(np.int32),
        told=_codes(frame["told"], told).astype(np.int32),
        bounds=_bounds(lon, lat),
        area_ids=np.array(list(areas), dtype=np.str_),
        judged_sets=np.array(list(sets), dtype=np.str_),
        told_sets=np.array(list(told), dtype=np.str_),
    )


def cells_of(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return the Web Mercator cell of each place at level FINEST, from the north-west corner; -1 without a place."""
    wide = float(1 << FINEST)
    known = np.isfinite(lon) & np.isfinite(lat)
    across = (np.where(known, lon, 0.0) + 180.0) / 360.0
    north = np.radians(np.clip(np.where(known, lat, 0.0), -MERCATOR_DEG, MERCATOR_DEG))
    down = (1.0 - np.arcsinh(np.tan(north)) / np.pi) / 2.0
    x, y = (np.clip(np.floor(part * wide), 0, wide - 1).astype(np.int32) for part in (across, down))
    return np.where(known, x, -1).astype(np.int32), np.where(known, y, -1).astype(np.int32)


def packed(columns: Columns) -> list[tuple[str, str, bytes]]:
    """Return each column's name, kind of number and bytes, little end first."""
    arrays = [(one.name, getattr(columns, one.name)) for one in fields(columns)]
    return [(name, array.dtype.newbyteorder("<").str, array.tobytes()) for name, array in arrays]


def unpacked(parts: Mapping[str, tuple[str, bytes]]) -> Columns:
    """Return the columns that were packed."""
    held = {name: np.frombuffer(raw, dtype=np.dtype(kind)) for name, (kind, raw) in parts.items()}
    return Columns(**held)


def _bounds(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    if not np.isfinite(lon).any():
        return np.full(4, np.nan)
    return np.array([np.nanmin(lon), np.nanmin(lat), np.nanmax(lon), np.nanmax(lat)])


def _single(values: pl.Series) -> npt.NDArray[np.float32]:
    return values.fill_null(np.nan).cast(pl.Float32).to_numpy()


def _coded(values: pl.Series) -> dict[str, int]:
    return {word: n for n, word in enumerate(sorted(values.drop_nulls().unique()))}


def _codes(values: pl.Series, of: Mapping[str, int]) -> Ints:
    """Return each value's number, -1 for null."""
    return (
        values.replace_strict(of, default=-1, return_dtype=pl.Int64).to_numpy()
        if of
        else np.full(len(values), -1)
    )


def _family() -> pl.Expr:
    """Return how an incident is drawn, as the report draws it: what is told only, fire, heat, or other."""
    told = (pl.col("means").list.len() > 0) & pl.col("means").list.eval(
        pl.element() == Means.TOLD.value
    ).list.all()
    number = {name: pl.lit(n, pl.UInt8) for n, name in enumerate(FAMILIES)}
    return (
        pl.when(told)
        .then(number["told"])
        .when(pl.col("phenomenon").is_in([kind.value for kind in FIRE]))
        .then(number["fire"])
        .when(pl.col("phenomenon") == Phenomenon.THERMAL.value)
        .then(number["thermal"])
        .otherwise(number["other"])
        .alias("family")
    )


def _says_most() -> pl.Expr:
    """Return the verdict of an incident that says most, by its number, -1 where it has none of these."""
    found = pl.lit(-1, pl.Int8)
    for verdict in reversed(SAYS_MOST):
        met = (pl.col("verdict") == verdict.value).any()
        found = pl.when(met).then(pl.lit(VERDICTS.index(verdict), pl.Int8)).otherwise(found)
    return found
