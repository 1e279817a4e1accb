"""Cloud over each oblast by day: OBLAST_ID, ACQ_DATE and CLOUD_COVER (%), as published with open-meteo's names.

Rules:
- the day is the source's calendar day, and cloud its mean as a part of 1;
- a region without an alias is refused: its weather stands for no area of ours.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from trucewatch.ingest.checks import Check, day, day_checks, number, number_checks, screen
from trucewatch.ingest.reading import read_any
from trucewatch.model.areas import area_of
from trucewatch.model.source import Screened, Source, SourceProfile
from trucewatch.model.tables import WEATHER

CLOUD = "CLOUD_COVER (%)"


def parse(raw: bytes, profile: SourceProfile) -> Screened:
    """Return the cloud by area and day, and the rows refused with their reasons."""
    rows = read_any(raw, required=("OBLAST_ID", "ACQ_DATE", CLOUD))
    names = rows.frame["OBLAST_ID"].unique().drop_nulls().to_list()
    known = {name: area for name in names if (area := area_of(name)) is not None}
    areas = pl.col("OBLAST_ID").replace_strict(known, default=None, return_dtype=pl.String)
    kept, refused = screen(
        rows.frame.with_columns(area_id=areas),
        [
            Check(fails=areas.is_null(), reason="an area that no alias names, or none", column="OBLAST_ID"),
            *day_checks("ACQ_DATE"),
            *number_checks(CLOUD, least=0, greatest=100, required=False, unit="%"),
        ],
    )
    accepted = kept.sort("row").select(
        "area_id",
        day("ACQ_DATE").alias("day"),
        (number(CLOUD) / 100).round(4).alias("cloud"),
        pl.lit(profile.source_id).alias("source_id"),
    )
    return Screened(
        accepted=WEATHER.conform(accepted),
        refused=tuple(sorted([*rows.refused, *refused], key=lambda refusal: refusal.row)),
        table=WEATHER.name,
        notes=rows.notes,
    )


SOURCE = Source(
    name="weather",
    media_types=("text/csv", "application/vnd.apache.parquet"),
    parse=parse,
    table=WEATHER.name,
    every=timedelta(days=1),
)
