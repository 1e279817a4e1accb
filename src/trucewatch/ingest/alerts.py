"""Air-raid alerts of Ukraine by region: official rows, volunteers' rows, and the merged table.

Rules:
- an alert warns of a threat from the air in one area; it tells neither that anything came nor from whom;
- a row without an end, or with one more than 24 hours after its start, reads *end unknown*: nobody ended
  it, and its interval is 24 hours;
- a raion's or hromada's alert has the oblast as its area and the narrower name in its text;
- most volunteers' rows repeat an official one some seconds later: that they have one origin is said by
  the profile (`origin = "alerts-official"`), since one file cannot know the other; whoever counts takes
  rows of one area whose starts lie within five minutes for one alert.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from trucewatch.ingest.checks import Check, order_checks, screen, screened, time_checks, utc
from trucewatch.ingest.reading import Rows, read_any
from trucewatch.model.areas import area_of
from trucewatch.model.source import Screened, Source, SourceProfile
from trucewatch.model.vocabulary import Phenomenon

LONGEST = timedelta(hours=24)
END_UNKNOWN = "end unknown"


def parse(raw: bytes, profile: SourceProfile) -> Screened:
    """Return the alerts in a file of any of the three kinds, and the rows refused with their reasons."""
    rows = _named(read_any(raw, required=("started_at", "finished_at")))
    names = rows.frame["area"].unique().drop_nulls().to_list()
    known = {name: area for name in names if (area := area_of(name)) is not None}
    areas = pl.col("area").replace_strict(known, default=None, return_dtype=pl.String)
    frame = rows.frame.with_columns(area_id=areas)
    start, end = utc("started_at", profile.zone), utc("finished_at", profile.zone)
    kept, refused = screen(
        frame,
        [
            *time_checks("started_at", profile.zone),
            *time_checks("finished_at", profile.zone, required=False),
            *order_checks(start, end, "finished_at"),
            Check(fails=areas.is_null(), reason="an area that no alias names, or none", column="area"),
        ],
    )
    moments = kept.select("row", "area_id", "narrower", start.alias("start"), end.alias("end"))
    unended = (pl.col("end") - pl.col("start") > LONGEST).fill_null(True)
    accepted = moments.select(
        "row",
        "area_id",
        pl.lit(Phenomenon.ALERT.value).alias("phenomenon"),
        pl.col("start").alias("from_utc"),
        pl.when(unended).then(pl.col("start") + LONGEST).otherwise(pl.col("end")).alias("to_utc"),
        pl.when(unended).then(pl.lit(END_UNKNOWN)).otherwise(pl.col("narrower")).alias("text"),
    )
    return screened(accepted, [*rows.refused, *refused], profile, rows.notes)


def _named(rows: Rows) -> Rows:
    """Return the rows with `area` and the `narrower` name within it, whichever kind of file it is."""
    names = rows.frame.columns
    area = next((name for name in ("oblast", "region") if name in names), None)
    narrower = [pl.col(name) for name in ("raion", "hromada") if name in names]
    joined = pl.concat_str(narrower, separator=", ", ignore_nulls=True) if narrower else pl.lit("")
    frame = rows.frame.with_columns(
        area=pl.col(area) if area else pl.lit(None, pl.String),
        narrower=pl.when(joined != "").then(joined),
    )
    return Rows(frame=frame, refused=rows.refused, notes=rows.notes)


SOURCE = Source(
    name="alerts",
    media_types=("text/csv", "application/vnd.apache.parquet"),
    parse=parse,
    every=timedelta(days=1),
)
