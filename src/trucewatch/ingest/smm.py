"""Single observations of a monitoring mission, as coded from the OSCE SMM's daily reports.

Rules:
- every row is an item of its own: rows that look alike are different items of a report's table;
- a note that calls the clock times assumed, or gives a part of the day, widens an event's interval by
  `SLACK_H` on each side; a row of *nothing seen* keeps its hours, for those are hours of watch;
- the place is what bearing and distance say from the settlement's centre, which is not where the
  observer stood (see `sighting`);
- a direction of flight is kept as a heading only when there is one, between points at least 90° apart;
- who held the observer's place stands in the mission's own words; the post's name is among the words
  as given only when its source published it.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from trucewatch.ingest.checks import (
    Check,
    number,
    number_checks,
    order_checks,
    place_checks,
    screen,
    screened,
    time_checks,
    utc,
)
from trucewatch.ingest.counted import COUNT_CHECK, counted
from trucewatch.ingest.reading import read_any
from trucewatch.ingest.sighting import COMPASS_LIST, heading, placed
from trucewatch.model.source import Screened, Source, SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon, Trajectory

REQUIRED = (
    "start_local",
    "end_local",
    "pos_lat",
    "pos_lon",
    "means",
    "count",
    "count_qualifier",
    "phenomenon",
)
OPTIONAL = (
    "obs_id",
    "smm_position",
    "pos_control",
    "weapon",
    "assessment",
    "dist_min_km",
    "dist_max_km",
    "directions",
    "flight_direction",
    "note",
    "source_url",
)
SLACK_H = 1
UNSURE_TIME = r"(?i)\b(assumed|about|approx\w*|morning|afternoon|evening)\b"
CALIBRE = r"(?i)\b(\d{1,3}(?:\.\d+)?)[ -]?mm\b"

MEANS: Mapping[str, str] = {
    "heard": Means.HEARD.value,
    "camera": Means.RECORDED.value,
    "recorded": Means.RECORDED.value,
    "on site": Means.SEEN.value,
    "seen": Means.SEEN.value,
    "observed": Means.SEEN.value,
    "uav": Means.IMAGED.value,
    "mini-uav": Means.IMAGED.value,
    "told": Means.TOLD.value,
}
PHENOMENA: Mapping[str, str] = {
    "explosion": Phenomenon.EXPLOSION.value,
    "airburst": Phenomenon.AIRBURST.value,
    "burst": Phenomenon.BURST.value,
    "shot": Phenomenon.SHOT.value,
    "projectile": Phenomenon.PROJECTILE.value,
    "tracer round": Phenomenon.PROJECTILE.value,
    "rocket-assisted projectile": Phenomenon.PROJECTILE.value,
    "muzzle flash": Phenomenon.MUZZLE_FLASH.value,
    "flare": Phenomenon.FLARE.value,
    "illumination flare": Phenomenon.FLARE.value,
    "uav": Phenomenon.UAV.value,
    "none": Phenomenon.NOTHING.value,
}
# By the first words of the assessment; "direct" tells the kind of fire and not whence it came.
TRAJECTORIES: Mapping[str, str | None] = {
    "outgoing": Trajectory.OUTGOING.value,
    "incoming": Trajectory.INCOMING.value,
    "impact": Trajectory.INCOMING.value,
    "in flight": Trajectory.IN_FLIGHT.value,
    "direct": Trajectory.UNDETERMINED.value,
    "undetermined": Trajectory.UNDETERMINED.value,
    "no ceasefire violation": None,
}
BEGINNING = rf"^({'|'.join(TRAJECTORIES)})\b"


def parse(raw: bytes, profile: SourceProfile) -> Screened:
    """Return the observations in a file of single observations, and the rows refused with their reasons."""
    rows = read_any(raw, required=REQUIRED)
    absent = [pl.lit(None, pl.String).alias(c) for c in OPTIONAL if c not in rows.frame.columns]
    whole = counted(rows.frame.with_columns(absent), count="count", qualifier="count_qualifier")
    read = whole.with_columns(
        _listed("means", MEANS).alias("_means"), _listed("phenomenon", PHENOMENA).alias("_phenomenon")
    )
    good, refused = screen(read, _checks(profile))
    widened = good.filter(_unsure()).height
    notes = (
        (f"{widened} rows with assumed clock times: widened by {SLACK_H} h on each side",) if widened else ()
    )
    return screened(_observations(good, profile), [*rows.refused, *refused], profile, (*rows.notes, *notes))


SOURCE = Source(name="smm", media_types=("text/csv",), parse=parse)


def _listed(column: str, words: Mapping[str, str]) -> pl.Expr:
    return pl.col(column).str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.String)


def _checks(profile: SourceProfile) -> list[Check]:
    start, end = (utc(column, profile.zone) for column in ("start_local", "end_local"))
    nothing = pl.col("_phenomenon") == Phenomenon.NOTHING.value
    counted_any = pl.max_horizontal("count_min", "count_max") > 0
    return [
        *time_checks("start_local", profile.zone),
        *time_checks("end_local", profile.zone),
        *order_checks(start, end, "end_local"),
        *place_checks("pos_lon", "pos_lat", required=False),
        _word_check("means", MEANS),
        _word_check("phenomenon", PHENOMENA),
        COUNT_CHECK,
        Check(
            fails=nothing & counted_any,
            reason="nothing was seen and yet something counted: one of the two is wrong",
            column="count",
        ),
        Check(
            fails=~nothing & (pl.col("count_max") == 0),
            reason="none of it was counted: that is the phenomenon 'none'",
            column="count",
        ),
        *_sighting_checks(),
    ]


def _sighting_checks() -> list[Check]:
    return [
        Check(
            fails=~pl.col("assessment").str.to_lowercase().str.contains(BEGINNING),
            reason=f"the words begin with none of {', '.join(TRAJECTORIES)}",
            column="assessment",
        ),
        *number_checks("dist_min_km", least=0, greatest=100, required=False, unit="km"),
        *number_checks("dist_max_km", least=0, greatest=100, required=False, unit="km"),
        Check(
            fails=number("dist_max_km") < number("dist_min_km"),
            reason="the band ends before it starts: write the nearer first",
            column="dist_max_km",
        ),
        Check(
            fails=~pl.col("directions").str.contains(COMPASS_LIST),
            reason="not compass points such as NNW|N",
            column="directions",
        ),
    ]


def _word_check(column: str, words: Mapping[str, str]) -> Check:
    reason = f"the word is not one of this source's: {', '.join(sorted(words))}"
    return Check(fails=_listed(column, words).is_null(), reason=reason, column=column)


def _observations(frame: pl.DataFrame, profile: SourceProfile) -> pl.DataFrame:
    start, end = (utc(column, profile.zone) for column in ("start_local", "end_local"))
    slack = pl.when(_unsure()).then(pl.duration(hours=SLACK_H)).otherwise(pl.duration(hours=0))
    # A single clock time, written to the minute, lasts that minute.
    last = pl.when(end == start).then(end + pl.duration(minutes=1)).otherwise(end)
    beginning = pl.col("assessment").str.to_lowercase().str.extract(BEGINNING, 1)
    told = frame.select(
        "row",
        "count_min",
        "count_max",
        "weapon",
        "directions",
        means="_means",
        phenomenon="_phenomenon",
        trajectory=beginning.replace_strict(TRAJECTORIES, default=None, return_dtype=pl.String),
        from_utc=start - slack,
        to_utc=last + slack,
        widened_s=pl.when(_unsure()).then(SLACK_H * 3600.0),
        observer_lon=number("pos_lon"),
        observer_lat=number("pos_lat"),
        distance_min_m=number("dist_min_km") * 1000,
        distance_max_m=number("dist_max_km") * 1000,
        heading_deg=pl.Series(list(map(heading, frame["flight_direction"])), dtype=pl.Float64),
        calibre_mm=pl.col("weapon").str.extract(CALIBRE, 1).cast(pl.Float64),
        held_by="pos_control",
        text=_text(profile),
    )
    return placed(told, profile)


def _unsure() -> pl.Expr:
    """Say whether a row tells of an event and its note calls the clock times assumed."""
    event = pl.col("_phenomenon") != Phenomenon.NOTHING.value
    return pl.col("note").str.contains(UNSURE_TIME).fill_null(value=False) & event


def _text(profile: SourceProfile) -> pl.Expr:
    """Return the words as given, from the item's name to the report's address."""
    exact = pl.col("count_qualifier").str.to_lowercase() == "exact"
    counted = pl.concat_str(
        pl.when(~exact).then("count_qualifier"), "count", "phenomenon", separator=" ", ignore_nulls=True
    )
    post = pl.col("smm_position") if profile.published else pl.lit(None, pl.String)
    flight = pl.format("flight {}", "flight_direction")
    parts = [pl.col("obs_id"), post, counted, pl.col("assessment"), flight, pl.col("note")]
    return pl.concat_str(*parts, "source_url", separator="; ", ignore_nulls=True)
