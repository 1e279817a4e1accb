"""VIINA: newsrooms' reports of the war in Ukraine, geocoded and classed by machine (Zhukov; ODbL 1.0).

Rules:
- a row is what a newsroom told, at the time of the news: what it tells of happened before, by default up
  to six hours (assumed; `time_lag_s.p95` of the profile says otherwise); it was not seen by the source;
- a clock time of 00:00 means unknown, as does a date alone: the interval is the whole local day;
- a coordinate listed in `CENTROIDS` stands for an oblast, the country or a misread word: only its area is
  kept, or nothing; one that holds at least `CROWD_ROWS` rows and `CROWD_SHARE` of the file may stand for
  more than its town, and gets `CROWD_SIGMA_M`;
- the labels are VIINA's own (its README, "Event classification"); the first of `KINDS` that a row bears
  is its phenomenon, and a row with none is a statement; a label that is not listed refuses the row;
- `n_rows` and `n_reports` count news, not explosions: they are no count of anything here;
- rows with one headline have one origin. URLs are none: one row's URLs are often of unrelated stories.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import polars as pl

from trucewatch.ingest.centroids import CENTROIDS
from trucewatch.ingest.checks import (
    Check,
    day,
    day_end,
    day_start,
    each,
    number,
    place_checks,
    screen,
    screened,
    time_checks,
    utc,
)
from trucewatch.ingest.reading import demand, read_any
from trucewatch.model.source import Screened, Source, SourceProfile, nothing_accepted
from trucewatch.model.vocabulary import FROM_WORDS, Means, Phenomenon

BY_LABEL = ("lon", "lat", "datetime", "event_type", "headline")
BY_CODE = ("lon", "lat", "date", "type_code", "source_urls")
LAG_S = 6 * 3600.0
TOWN_SIGMA_M = 3_000.0  # a settlement's point stands for all of the settlement
CROWD_SIGMA_M = 10_000.0
CROWD_SHARE = 0.01
CROWD_ROWS = 50
KINDS: Mapping[str, Phenomenon] = {
    "artillery": Phenomenon.EXPLOSION,
    "airstrike": Phenomenon.EXPLOSION,
    "ied": Phenomenon.EXPLOSION,
    "firefight": Phenomenon.SHOT,
    "uav": Phenomenon.UAV,
    "aad": Phenomenon.OTHER,  # fire at aircraft: the label does not say whether anything was fired
    "armor": Phenomenon.VEHICLE,
    "raid": Phenomenon.TROOPS,
    "control": Phenomenon.POSITION_CHANGE,
    "occupy": Phenomenon.POSITION_CHANGE,
    "retreat": Phenomenon.POSITION_CHANGE,
    "civcas": Phenomenon.CASUALTY,
    "milcas": Phenomenon.CASUALTY,
    "hospital": Phenomenon.DAMAGE,
    "property": Phenomenon.DAMAGE,
    "airalert": Phenomenon.ALERT,
    "arrest": Phenomenon.OTHER,
    "cyber": Phenomenon.OTHER,
    "loc": Phenomenon.STATEMENT,  # only that the report names a place
    "san": Phenomenon.STATEMENT,
    "": Phenomenon.STATEMENT,  # no label
}
WEAPONS = ("artillery", "airstrike", "ied", "uav", "aad", "armor")
# Letters of a table derived from VIINA: the first label that a row bears, "O" for any other or none.
CODES: Mapping[str, str] = {
    "S": "airstrike",
    "D": "uav",
    "A": "artillery",
    "F": "firefight",
    "C": "civcas",
    "V": "armor",
    "M": "milcas",
    "L": "airalert",
    "O": "",
}
# Labels cut short in some copies of the table, with the suffix of the model that set them.
SPELLINGS = {"arresb": "arrest", "retreab": "retreat", "airalerb": "airalert", "firefighb": "firefight"}


def parse(raw: bytes, profile: SourceProfile) -> Screened:
    """Return what the news told, and the rows refused with their reasons."""
    if profile.zone is None:
        return nothing_accepted("local times with no zone: set `zone` for the source")
    found = read_any(raw, required=BY_LABEL[:2])
    if found.frame.is_empty() and found.refused:
        return screened(found.frame.select("row"), found.refused, profile, found.notes)
    coded = "type_code" in found.frame.columns
    needed = BY_CODE if coded else BY_LABEL
    rows, (when, kind, text) = demand(found, needed), needed[2:]
    words = pl.col(when).str.replace(r"[ T]00:00(:00(\.0+)?)?$", "")
    frame = rows.frame.with_columns(
        date=pl.when(words.str.len_chars() == 10).then(words),
        clock=pl.when(words.str.len_chars() != 10).then(words),
        label=each(rows.frame[kind].fill_null("O" if coded else ""), CODES.get if coded else _label),
        text=pl.col(text),
        origin=pl.lit(None, pl.String) if coded else each(rows.frame[text], _origin),
    )
    kept, refused = screen(frame, _checks(profile, when, kind))
    return screened(_observed(kept, profile), [*rows.refused, *refused], profile, rows.notes)


def _label(labels: str) -> str | None:
    """Return the first of `KINDS` among labels joined by "|"; None when one of them is not known."""
    borne = {SPELLINGS.get(word, word) for word in labels.split("|")}
    return next((kind for kind in KINDS if kind in borne), None) if borne <= KINDS.keys() else None


def _origin(headline: str) -> str:
    folded = " ".join(headline.casefold().split())
    return f"{FROM_WORDS}{hashlib.sha256(folded.encode()).hexdigest()[:16]}"


def _checks(profile: SourceProfile, when: str, kind: str) -> list[Check]:
    undated = pl.col("date").is_not_null() & day("date").is_null()
    return [
        *place_checks("lon", "lat"),
        Check(fails=pl.col(when).is_null(), reason="empty: a time or date is needed", column=when),
        Check(fails=undated, reason="not a date such as 2026-01-06", column=when),
        *(replace(check, column=when) for check in time_checks("clock", profile.zone, required=False)),
        Check(
            fails=pl.col("label").is_null(), reason="a kind of event that VIINA does not list", column=kind
        ),
    ]


def _observed(kept: pl.DataFrame, profile: SourceProfile) -> pl.DataFrame:
    lag_s = LAG_S if profile.time_lag_p95_s is None else profile.time_lag_p95_s
    told = utc("clock", profile.zone)
    return _placed(kept, profile).select(
        "row",
        "lon",
        "lat",
        "sigma_m",
        "area_id",
        "origin",
        "text",
        pl.lit(Means.TOLD.value).alias("means"),
        pl.col("label").replace_strict(KINDS, return_dtype=pl.String).alias("phenomenon"),
        pl.when(pl.col("label").is_in(WEAPONS)).then("label").alias("weapon"),
        told.alias("reported_utc"),
        (told - timedelta(seconds=lag_s)).fill_null(day_start(day("date"), profile.zone)).alias("from_utc"),
        told.fill_null(day_end(day("date"), profile.zone)).alias("to_utc"),
    )


def _placed(kept: pl.DataFrame, profile: SourceProfile) -> pl.DataFrame:
    """Return the rows with their place and its error, or their area where they have no place."""
    at = pl.concat_str([number(name).round(3) for name in ("lon", "lat")], separator=" ")
    spots = kept.with_columns(number("lon"), number("lat"), spot=at)
    rows_there = pl.len().over("spot")
    crowded = (rows_there >= CROWD_ROWS) & (rows_there >= CROWD_SHARE * pl.len())
    listed = pl.col("spot").is_in(list(CENTROIDS))
    town_m = TOWN_SIGMA_M if profile.position_sigma_m is None else profile.position_sigma_m
    return spots.with_columns(
        pl.when(~listed).then("lon").alias("lon"),
        pl.when(~listed).then("lat").alias("lat"),
        sigma_m=pl.when(~listed).then(pl.when(crowded).then(CROWD_SIGMA_M).otherwise(town_m)),
        area_id=pl.col("spot").replace_strict(CENTROIDS, default=None, return_dtype=pl.String),
    )


SOURCE = Source(
    name="viina",
    media_types=("text/csv", "application/vnd.apache.parquet"),
    parse=parse,
    every=timedelta(days=1),
)
