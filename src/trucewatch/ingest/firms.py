"""NASA FIRMS active-fire detections: CSV as published, Parquet with its columns, or dates alone.

Rules:
- a detection is one hot pixel at the moment of the pass, of whatever burned: it says nothing of why;
- `acq_time` is UTC (FIRMS attributes table) and names the start of a granule, which VIIRS fills for six
  minutes and MODIS for five: the interval is that long; without it the interval is the UTC day;
- the fire lies anywhere in the pixel, so that its standard deviation along each axis is half the pixel
  over the square root of 3, with `scan` and `track` as the pixel's sides, beside the geolocation's own:
  70 m for VIIRS (Wolfe et al. 2013, doi:10.1002/jgrd.50873), 50 m for MODIS (Wolfe et al. 2002);
- without `scan` and `track` the error is the profile's, or else a VIIRS pixel's at the swath's edge.
"""

from __future__ import annotations

import math
from datetime import timedelta

import polars as pl

from trucewatch.ingest.checks import (
    Check,
    day,
    day_checks,
    day_end,
    number,
    number_checks,
    place_checks,
    screen,
    screened,
)
from trucewatch.ingest.reading import read_any
from trucewatch.model.source import Screened, Source, SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon

NEEDED = ("latitude", "longitude", "acq_date")
EXPECTED = ("acq_time", "scan", "track", "satellite", "instrument", "confidence", "frp", "daynight")
GEOLOCATION_M = {"VIIRS": 70.0, "MODIS": 50.0}
GRANULE = {"VIIRS": timedelta(minutes=6), "MODIS": timedelta(minutes=5)}
EDGE_PIXEL_M = 800.0  # a VIIRS 375 m pixel at the swath's edge (Schroeder et al. 2014)
UNSIZED_SIGMA_M = math.hypot(EDGE_PIXEL_M / math.sqrt(12), GEOLOCATION_M["VIIRS"])
CONFIDENCES = ("l", "n", "h", "low", "nominal", "high")


def parse(raw: bytes, profile: SourceProfile) -> Screened:
    """Return the detections in a FIRMS file, and the rows refused with their reasons."""
    rows = read_any(raw, required=NEEDED)
    absent = [name for name in EXPECTED if name not in rows.frame.columns]
    frame = rows.frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    kept, refused = screen(frame.with_columns(_clock().alias("clock")), _checks())
    place = kept.with_columns(sigma_m=_sigma_m(profile), said=_said())
    timed = day("acq_date").cast(pl.Datetime("us", "UTC")) + pl.duration(minutes=_minutes("clock"))
    granule = pl.when(_modis()).then(GRANULE["MODIS"]).otherwise(GRANULE["VIIRS"])
    accepted = place.select(
        "row",
        "sigma_m",
        number("longitude").alias("lon"),
        number("latitude").alias("lat"),
        timed.fill_null(day("acq_date").cast(pl.Datetime("us", "UTC"))).alias("from_utc"),
        (timed + granule).fill_null(day_end(day("acq_date"), None)).alias("to_utc"),
        pl.lit(Means.IMAGED.value).alias("means"),
        pl.lit(Phenomenon.THERMAL.value).alias("phenomenon"),
        pl.lit(1, pl.Int64).alias("count_min"),
        pl.lit(1, pl.Int64).alias("count_max"),
        pl.col("said").alias("text"),
    )
    return screened(accepted, [*rows.refused, *refused], profile, rows.notes)


def _checks() -> list[Check]:
    worded = pl.col("confidence").str.to_lowercase().is_in(CONFIDENCES)
    grade = number("confidence").is_between(0, 100)
    unknown = pl.col("confidence").is_not_null() & ~worded & ~grade.fill_null(False)
    untimed = pl.col("acq_time").is_not_null() & _minutes("clock").is_null()
    return [
        *place_checks("longitude", "latitude"),
        *day_checks("acq_date"),
        Check(fails=untimed, reason="not a UTC time such as 0135 (hours and minutes)", column="acq_time"),
        Check(fails=unknown, reason="not l, n, h or 0 to 100", column="confidence"),
        *number_checks("scan", least=0, greatest=20, required=False, unit="km"),
        *number_checks("track", least=0, greatest=20, required=False, unit="km"),
    ]


def _clock() -> pl.Expr:
    bare = pl.col("acq_time").str.replace(":", "", literal=True)
    return pl.when(bare.str.contains(r"^\d{1,4}$")).then(bare.str.zfill(4))


def _minutes(clock: str) -> pl.Expr:
    hours = pl.col(clock).str.slice(0, 2).cast(pl.Int64, strict=False)
    minutes = pl.col(clock).str.slice(2, 2).cast(pl.Int64, strict=False)
    return pl.when((hours < 24) & (minutes < 60)).then(hours * 60 + minutes)


def _modis() -> pl.Expr:
    named = pl.col("instrument").str.to_uppercase() == "MODIS"
    return named.fill_null(pl.col("satellite").is_in(["T", "A", "Terra", "Aqua"])).fill_null(False)


def _sigma_m(profile: SourceProfile) -> pl.Expr:
    pixel_m2 = 1e6 * (number("scan") ** 2 + number("track") ** 2) / 2
    own_m = pl.when(_modis()).then(GEOLOCATION_M["MODIS"]).otherwise(GEOLOCATION_M["VIIRS"])
    unsized = UNSIZED_SIGMA_M if profile.position_sigma_m is None else profile.position_sigma_m
    return (pixel_m2 / 12 + own_m**2).sqrt().fill_null(unsized).round(1)


def _said() -> pl.Expr:
    words = [
        pl.col("satellite"),
        pl.col("instrument"),
        pl.format("confidence {}", pl.col("confidence")),
        pl.format("FRP {} MW", pl.col("frp")),
        pl.format("daynight {}", pl.col("daynight")),
    ]
    said = pl.concat_str(words, separator=" | ", ignore_nulls=True)
    return pl.when(said != "").then(said)


SOURCE = Source(
    name="firms",
    media_types=("text/csv", "application/vnd.apache.parquet"),
    parse=parse,
    every=timedelta(hours=3),
)
