"""What every source asks of its rows: numbers, places and times, by columns and never row by row.

Rules:
- the first check that a row fails is its reason, and the row is refused for that one alone;
- a time without an offset is read in the source's zone, and refused when it has none or when clocks
  change and it comes twice or not at all;
- a day is the source's local day, in UTC when the source has none of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import polars as pl

from trucewatch.model.source import Refusal, Screened, SourceProfile
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Sensitivity

YEARS = (1900, 2199)  # both included
_OFFSET = r"(?i)(Z|[+-]\d{2}(?::?\d{2})?)$"
_CLOCK = r"^(\d{4}-\d{2}-\d{2})[ Tt](\d{2}:\d{2})(:\d{2}(?:[.,]\d{1,9})?)?\s*(?:[Zz]|[+-]\d{2}(?::?\d{2})?)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A reason to refuse the rows for which `fails` is true; null is not true."""

    fails: pl.Expr
    reason: str
    column: str | None = None


def screen(frame: pl.DataFrame, checks: Iterable[Check]) -> tuple[pl.DataFrame, list[Refusal]]:
    """Return the rows that pass all `checks`, and those refused, each for the first that it fails."""
    listed = list(checks)
    if frame.is_empty() or not listed:
        return frame, []
    failed = pl.coalesce(pl.when(check.fails).then(pl.lit(at, pl.Int32)) for at, check in enumerate(listed))
    marked = frame.with_columns(failed.alias("_failed"))
    bad = marked.filter(pl.col("_failed").is_not_null()).select("row", "_failed").sort("row")
    if bad.is_empty():
        return frame, []
    refused = [Refusal(row=row, reason=listed[at].reason, column=listed[at].column) for row, at in bad.rows()]
    return marked.filter(pl.col("_failed").is_null()).drop("_failed"), refused


def screened(
    frame: pl.DataFrame, refused: Sequence[Refusal], profile: SourceProfile, notes: Sequence[str] = ()
) -> Screened:
    """Return observations from `frame`, with what the source's profile says of each of them."""
    sensitivity = Sensitivity.PUBLIC if profile.published else Sensitivity.RESTRICTED
    said = {
        "means": profile.means.value,
        "reliability": profile.reliability,
        "sensitivity": sensitivity.value,
    }
    constants = [pl.lit(v, pl.String).alias(k) for k, v in said.items() if k not in frame.columns]
    kept = [name for name in OBSERVATIONS.schema if name in frame.columns]
    whole = frame.select(*kept, *constants, pl.lit(profile.source_id).alias("source_id"))
    with_id = whole.with_columns(observation_id=pl.lit("", pl.String))
    accepted = OBSERVATIONS.conform(with_id).with_columns(observation_id=pl.lit(None, pl.String))
    return Screened(
        accepted=accepted.sort("row"),
        refused=tuple(sorted(refused, key=lambda r: r.row)),
        notes=tuple(notes),
    )


def each(values: pl.Series, make: Callable[[str], str | None]) -> pl.Series:
    """Return `values` with what `make` says of each distinct text in its place; null stays null."""
    said = {text: make(text) for text in values.unique().drop_nulls().to_list()}
    return values.replace_strict(said, default=None, return_dtype=pl.String)


def number(column: str) -> pl.Expr:
    """Return the numbers in a column of text; null where there is none."""
    return pl.col(column).cast(pl.Float64, strict=False)


def number_checks(
    column: str, *, least: float, greatest: float, required: bool, unit: str = ""
) -> list[Check]:
    """Return the checks that `column` holds finite numbers between two bounds, both included."""
    value, bounds = number(column), f"{least:g} to {greatest:g}{' ' + unit if unit else ''}"
    checks = [
        Check(
            fails=value.is_null() & pl.col(column).is_not_null(),
            reason="not a number; write one such as 48.5, with a point",
            column=column,
        ),
        Check(fails=~value.is_finite(), reason="not a finite number", column=column),
        Check(fails=~value.is_between(least, greatest), reason=f"out of range: {bounds}", column=column),
    ]
    missing = Check(fails=pl.col(column).is_null(), reason=f"empty: {bounds} is needed", column=column)
    return [missing, *checks] if required else checks


def place_checks(lon: str, lat: str, *, required: bool = True) -> list[Check]:
    """Return the checks that two columns are a longitude and a latitude in degrees, or both empty."""
    one = pl.col(lon).is_null() != pl.col(lat).is_null()
    swapped = number(lat).is_between(-180, 180) & ~number(lat).is_between(-90, 90)
    turned = swapped & number(lon).is_between(-90, 90)
    reason = (
        "latitude is beyond 90 degrees: longitude and latitude are swapped; name the columns the other way"
    )
    return [
        Check(fails=one, reason="a longitude without a latitude, or the reverse: give both", column=lon),
        Check(fails=turned, reason=reason, column=lat),
        *number_checks(lon, least=-180, greatest=180, required=required, unit="degrees"),
        *number_checks(lat, least=-90, greatest=90, required=required, unit="degrees"),
    ]


def _naive(column: str) -> pl.Expr:
    """Return the local time in a column of text, without its offset; null where it is no time."""
    bare = pl.col(column).str.replace(_OFFSET, "").str.replace(",", ".", literal=True).str.strip_chars()
    full = pl.when(bare.str.len_chars() == 16).then(bare + ":00").otherwise(bare).str.replace("T", " ")
    stamp = pl.when(pl.col(column).str.contains(_CLOCK)).then(full)
    return stamp.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)


def _offset(column: str) -> pl.Expr:
    """Return the offset written in a column of times; null where there is none."""
    written = pl.when(pl.col(column).str.contains(_CLOCK)).then(pl.col(column).str.extract(_OFFSET, 1))
    digits = written.str.replace(":", "", literal=True)
    hours = digits.str.slice(1, 2).cast(pl.Int64, strict=False)
    minutes = digits.str.slice(3, 2).cast(pl.Int64, strict=False).fill_null(0)
    sign = pl.when(digits.str.starts_with("-")).then(-1).otherwise(1)
    zulu = written.str.to_uppercase() == "Z"
    return (
        pl.when(zulu)
        .then(pl.duration(minutes=0))
        .when(hours.is_not_null())
        .then(pl.duration(minutes=sign * (hours * 60 + minutes)))
    )


def utc(column: str, zone: ZoneInfo | None) -> pl.Expr:
    """Return the moments in a column of ISO 8601 times, null where `time_checks` would refuse one."""
    naive, offset = _naive(column), _offset(column)
    shifted = (naive - offset).dt.replace_time_zone("UTC")
    if zone is None:
        return shifted
    return pl.when(offset.is_not_null()).then(shifted).otherwise(_local(naive, zone))


def _local(naive: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    zoned = naive.dt.replace_time_zone(zone.key, ambiguous="null", non_existent="null")
    return zoned.dt.convert_time_zone("UTC")


def time_checks(column: str, zone: ZoneInfo | None, *, required: bool = True) -> list[Check]:
    """Return the checks that a column holds ISO 8601 times which say which moment they are."""
    naive = _naive(column)
    bad = naive.is_null() & pl.col(column).is_not_null()
    checks = [
        Check(fails=bad, reason="not an ISO 8601 time such as 2026-01-06T18:00+02:00", column=column),
        year_check(column, naive),
    ]
    if zone is None:
        reason = "a time with no zone: give the offset, or set `zone` for the source"
        checks.append(
            Check(fails=naive.is_not_null() & _offset(column).is_null(), reason=reason, column=column)
        )
    else:
        lost = naive.is_not_null() & _offset(column).is_null() & _local(naive, zone).is_null()
        reason = f"a time that comes twice or not at all in {zone.key}, where clocks change: give the offset"
        checks.append(Check(fails=lost, reason=reason, column=column))
    missing = Check(fails=pl.col(column).is_null(), reason="empty: a time is needed", column=column)
    return [missing, *checks] if required else checks


def day(column: str) -> pl.Expr:
    """Return the dates in a column of ISO 8601 dates or midnights; null where it is neither."""
    bare = pl.col(column).str.replace(r"[ T]00:00(:00(\.0+)?)?$", "")
    return bare.str.to_date("%Y-%m-%d", strict=False)


def day_checks(column: str) -> list[Check]:
    """Return the checks that a column holds dates."""
    return [
        Check(fails=pl.col(column).is_null(), reason="empty: a date is needed", column=column),
        Check(fails=day(column).is_null(), reason="not a date such as 2026-01-06", column=column),
        year_check(column, day(column)),
    ]


def year_check(column: str, time: pl.Expr) -> Check:
    """Return the check that a year is one a report can be of: 9999 stands for *no end* in many a table."""
    reason = f"the year is not between {YEARS[0]} and {YEARS[1]}: look at the time, or leave it empty"
    return Check(fails=~time.dt.year().is_between(*YEARS), reason=reason, column=column)


def day_start(date: pl.Expr, zone: ZoneInfo | None) -> pl.Expr:
    """Return the moment at which a local day begins."""
    midnight = date.cast(pl.Datetime("us")).dt.replace_time_zone(
        zone.key if zone else "UTC", ambiguous="earliest", non_existent="null"
    )
    return midnight.dt.convert_time_zone("UTC")


def day_end(date: pl.Expr, zone: ZoneInfo | None) -> pl.Expr:
    """Return the moment at which a local day ends, 23, 24 or 25 hours after it began."""
    return day_start(date.dt.offset_by("1d"), zone)


def order_checks(start: pl.Expr, end: pl.Expr, column: str) -> list[Check]:
    """Return the check that an interval does not end before it starts."""
    reason = "it ends before it starts: are the two swapped?"
    return [Check(fails=end < start, reason=reason, column=column)]
