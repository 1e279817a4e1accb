"""What could have been seen, by whom, when: version 1, by region, source and reporting day.

Rules:
- *post hours*: the union of its rows' intervals is watched; a lower bound, and marked so;
- *passes*: whether cloud hid the area that day; the hours are not known. A pass is taken to have been made
  only on a day when the source has rows somewhere: a missing file is not a clear sky;
- *continuous*: the whole day, from the source's first row to its last, in areas where it has rows; one that
  reports `nothing` while it watches shows its own gaps, which are *not watched*;
- otherwise *unknown*: a quiet source says nothing of what it could have seen;
- who held a place is what the row's source says; else a dated claim on the observer's own place (`held`);
  else one on the very area, when its sources agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import polars as pl

from trucewatch.cover.held import with_holders
from trucewatch.cover.seen import by_day, day_edges, watch_log
from trucewatch.cover.spans import US_PER_HOUR, union_hours
from trucewatch.model.areas import Areas
from trucewatch.model.instants import Interval
from trucewatch.model.source import Gazetteer, SourceProfile
from trucewatch.model.tables import COVERAGE
from trucewatch.model.vocabulary import Watch

CLOUDED_FROM = 0.8
HOW = ("post hours", "passes", "continuous")
NO_PLACES: Gazetteer = MappingProxyType({})
_KEY = ("area_id", "source_id", "day")
_SEEN = (Watch.WITH_EVENTS.value, Watch.WITH_NONE.value)
_PARTS = pl.Schema(
    {
        "area_id": pl.String,
        "source_id": pl.String,
        "day": pl.Int64,
        "state": pl.String,
        "hours": pl.Float64,
        "lower_bound": pl.Boolean,
        "held_by": pl.String,
    }
)


def cover(
    observations: pl.DataFrame,
    sources: Mapping[str, SourceProfile],
    weather: pl.DataFrame,
    control: pl.DataFrame,
    *,
    areas: Areas,
    days: Sequence[Interval],
    gazetteer: Gazetteer = NO_PLACES,
) -> pl.DataFrame:
    """Return COVERAGE: one row or more for each area in which anybody reported, source and day.

    `days` do not overlap. A source is taken in when it has rows, or declares hours, passes or a continuous watch.
    """
    if not days:
        return COVERAGE.empty()
    edges = day_edges(days)
    rows = watch_log(with_holders(observations, control, gazetteer), areas)
    places = rows.select("area_id").unique().sort("area_id")
    log = by_day(rows, edges)
    watches = {name: profile.watches for name, profile in sources.items()}
    parts = [
        _posts(_of(log, watches, "post hours")),
        _passes(_of(log, watches, "passes"), weather, edges, places),
        _continuous(_of(log, watches, "continuous"), edges, _of(rows, watches, "continuous")),
    ]
    known = pl.concat([part.select(list(_PARTS)).cast(_PARTS) for part in parts])
    heard = set(observations["source_id"].unique().drop_nulls())
    named = sorted(heard | {name for name, how in watches.items() if how in HOW})
    unknown = (pl.lit(Watch.UNKNOWN.value).alias("state"), pl.lit(False).alias("lower_bound"))
    rest = _grid(places, named, edges).join(known, on=_KEY, how="anti").with_columns(*unknown)
    whole = pl.concat([known, rest], how="diagonal").join(edges, on="day", how="left")
    return _published(_held(whole, control))


def _of(log: pl.DataFrame, watches: Mapping[str, str | None], how: str) -> pl.DataFrame:
    names = sorted(name for name, word in watches.items() if word == how)
    return log.filter(pl.col("source_id").is_in(names))


def _grid(places: pl.DataFrame, sources: Sequence[str], edges: pl.DataFrame) -> pl.DataFrame:
    names = pl.DataFrame({"source_id": sources}, schema={"source_id": pl.String})
    return places.join(names, how="cross").join(edges.select("day"), how="cross")


def _posts(log: pl.DataFrame) -> pl.DataFrame:
    """Return hours with events, hours with an explicit nothing only, and hours denied or jammed."""
    by = (*_KEY, "held_by")
    own = union_hours(log, (*by, "state"))
    both = union_hours(log.filter(pl.col("state").is_in(_SEEN)), by).rename({"hours": "watched"})
    events = own.filter(pl.col("state") == Watch.WITH_EVENTS.value).select(*by, pl.col("hours").alias("busy"))
    parts = own.join(both, on=by, how="left", nulls_equal=True).join(
        events, on=by, how="left", nulls_equal=True
    )
    quiet = (pl.col("watched") - pl.col("busy").fill_null(0)).round(4)
    none = pl.col("state") == Watch.WITH_NONE.value
    return parts.with_columns(
        pl.when(none).then(quiet).otherwise(pl.col("hours")).alias("hours"), pl.lit(True).alias("lower_bound")
    ).filter(~none | (pl.col("hours") > 0) | pl.col("busy").is_null())


def _passes(
    log: pl.DataFrame, weather: pl.DataFrame, edges: pl.DataFrame, places: pl.DataFrame
) -> pl.DataFrame:
    """Return *clouded* or *watched* for each day on which the source has rows somewhere."""
    hits = log.filter(pl.col("middle")).select(*_KEY).unique().with_columns(pl.lit(True).alias("hit"))
    asked = (
        hits.select("source_id", "day")
        .unique()
        .join(places, how="cross")
        .join(edges.with_columns(_date().alias("date")), on="day")
    )
    clouds = weather.group_by("area_id", "day").agg(pl.col("cloud").max()).rename({"day": "date"})
    looked = asked.join(clouds, on=["area_id", "date"], how="left").join(hits, on=_KEY, how="left")
    seen = looked.filter(pl.col("hit")).with_columns(pl.lit(Watch.WITH_EVENTS.value).alias("state"))
    cloud = pl.col("cloud")
    unseen = looked.with_columns(
        pl.when(cloud >= CLOUDED_FROM)
        .then(pl.lit(Watch.CLOUDED.value))
        .when(cloud.is_not_null() & pl.col("hit").is_null())
        .then(pl.lit(Watch.WITH_NONE.value))
        .alias("state")
    ).filter(pl.col("state").is_not_null())
    return pl.concat([seen, unseen]).with_columns(
        pl.lit(None, pl.Float64).alias("hours"),
        pl.lit(False).alias("lower_bound"),
        pl.lit(None, pl.String).alias("held_by"),
    )


def _date() -> pl.Expr:
    """The calendar day of a reporting day's middle: the date that it bears."""
    return pl.from_epoch((pl.col("day_start") + pl.col("day_end")) // 2, time_unit="us").dt.date()


def _continuous(log: pl.DataFrame, edges: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return each day's hours less what was denied or jammed, and the gaps that heartbeats show.

    `rows` are those of all days: from the first to the last the source is taken to have watched.
    """
    spans = rows.group_by("source_id").agg(
        pl.col("start").min().alias("first"),
        pl.col("end").max().alias("last"),
        (pl.col("state") == Watch.WITH_NONE.value).any().alias("beats"),
    )
    asked = rows.select("area_id", "source_id").unique().join(edges, how="cross").join(spans, on="source_id")
    asked = asked.filter(pl.col("day_start") < pl.col("last"), pl.col("day_end") > pl.col("first"))
    stops = log.filter(~pl.col("state").is_in(_SEEN))
    wide = asked
    for name, part in (
        ("any", log),
        ("seen", log.filter(pl.col("state").is_in(_SEEN))),
        ("busy", log.filter(pl.col("state") == Watch.WITH_EVENTS.value)),
        ("stopped", stops),
    ):
        wide = wide.join(union_hours(part, _KEY).rename({"hours": name}), on=_KEY, how="left")
    long = (pl.col("day_end") - pl.col("day_start")) / US_PER_HOUR
    beats = pl.col("beats")
    clear = pl.when(beats).then(pl.col("seen").fill_null(0)).otherwise(long - pl.col("stopped").fill_null(0))
    state = pl.when(pl.col("busy").is_null()).then(pl.lit(_SEEN[1])).otherwise(pl.lit(_SEEN[0]))
    gap = pl.when(beats).then(long - pl.col("any").fill_null(0)).otherwise(0.0)
    watched = wide.with_columns(clear.round(4).alias("hours"), state.alias("state"))
    missed = wide.with_columns(gap.round(4).alias("hours"), pl.lit(Watch.NOT_WATCHED.value).alias("state"))
    stopped = union_hours(stops, (*_KEY, "state"))
    columns = [*_KEY, "state", "hours"]
    parts = pl.concat([watched.select(columns), missed.select(columns), stopped.select(columns)])
    return parts.filter((pl.col("hours") > 0) | (pl.col("state") == Watch.WITH_EVENTS.value)).with_columns(
        pl.lit(False).alias("lower_bound"), pl.lit(None, pl.String).alias("held_by")
    )


def _held(rows: pl.DataFrame, control: pl.DataFrame) -> pl.DataFrame:
    """Return `rows` with the holder of the very area where a row has none and its sources agree."""
    claims = control.select(
        pl.col("place_id").alias("area_id"),
        pl.col("source_id").alias("claimant"),
        pl.col("from_utc").dt.epoch("us").alias("since"),
        pl.col("held_by").alias("claimed"),
    )
    places = rows.select("area_id", "day", "day_start").unique()
    latest = (
        places.join(claims, on="area_id")
        .filter(pl.col("since") <= pl.col("day_start"))
        .sort("since", "claimed")
        .group_by("area_id", "day", "claimant")
        .agg(pl.col("claimed").last())
    )
    agreed = latest.group_by("area_id", "day").agg(
        pl.when(pl.col("claimed").n_unique() == 1).then(pl.col("claimed").first()).alias("agreed")
    )
    return rows.join(agreed, on=["area_id", "day"], how="left").with_columns(
        pl.coalesce("held_by", "agreed").alias("held_by")
    )


def _published(rows: pl.DataFrame) -> pl.DataFrame:
    order = ("from_utc", "to_utc", "area_id", "source_id", "state", "held_by")
    chosen = rows.select(
        "area_id",
        pl.from_epoch("day_start", time_unit="us").dt.replace_time_zone("UTC").alias("from_utc"),
        pl.from_epoch("day_end", time_unit="us").dt.replace_time_zone("UTC").alias("to_utc"),
        "source_id",
        "state",
        "hours",
        "lower_bound",
        "held_by",
    )
    return COVERAGE.conform(chosen.sort(order, nulls_last=False))
