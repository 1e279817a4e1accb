"""Who held a settlement from which day: geonameid, date and status, as a dated claim of its source.

Rules:
- the holder stays in the source's own word: it is a claim, and none of ours;
- a claim holds from the start of the day in the source's zone; without a zone nothing is taken;
- an id that the gazetteer does not resolve stays: its place is unknown, and `unresolved` counts it.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from trucewatch.ingest.checks import Check, day, day_checks, day_start, screen
from trucewatch.ingest.reading import read_any
from trucewatch.model.source import Gazetteer, Screened, Source, SourceProfile, nothing_accepted
from trucewatch.model.tables import CONTROL


def parse(raw: bytes, profile: SourceProfile) -> Screened:
    """Return the dated claims of control, and the rows refused with their reasons."""
    if profile.zone is None:
        return nothing_accepted("dates with no zone: set `zone` for the source", table=CONTROL.name)
    rows = read_any(raw, required=("geonameid", "date", "status"))
    numeric = pl.col("geonameid").str.contains(r"^[1-9]\d{0,9}$")
    kept, refused = screen(
        rows.frame,
        [
            Check(fails=~numeric.fill_null(False), reason="not a GeoNames id", column="geonameid"),
            *day_checks("date"),
            Check(fails=pl.col("status").is_null(), reason="empty: who held it is needed", column="status"),
        ],
    )
    accepted = kept.sort("row").select(
        pl.format("geonames:{}", pl.col("geonameid")).alias("place_id"),
        day_start(day("date"), profile.zone).alias("from_utc"),
        pl.col("status").alias("held_by"),
        pl.lit(profile.source_id).alias("source_id"),
    )
    return Screened(
        accepted=CONTROL.conform(accepted),
        refused=tuple(sorted([*rows.refused, *refused], key=lambda refusal: refusal.row)),
        table=CONTROL.name,
        notes=rows.notes,
    )


def unresolved(control: pl.DataFrame, gazetteer: Gazetteer) -> int:
    """Return how many places of `control` the gazetteer does not know: where they lie is unknown."""
    return sum(place not in gazetteer for place in control["place_id"].unique().to_list())


SOURCE = Source(
    name="control",
    media_types=("text/csv", "application/vnd.apache.parquet"),
    parse=parse,
    table=CONTROL.name,
    every=timedelta(days=1),
)
