"""What a monitoring mission itself counted, by region and period: the OSCE SMM's totals.

Rules:
- a total keeps its own name and is never mixed with observations: *ceasefire violations as the SMM
  counted them* and *explosions as the SMM counted them* are two counts, the second a part of the first;
- each row of the file gives a row for each figure it states; one that states none gives one row without
  bounds, which is *not stated* and not zero;
- a period given as dates is the reporting days that end at 19:30 on them (OSCE SMM daily reports);
- a word such as "over" in the note bounds the figure that it stands before or, when it opens the note
  alone, the row's own figure: the note of one region is repeated on the other's row;
- a cumulative in a note becomes a row of its own, of both regions together, from `SINCE` to the end of
  the period, once for each report; nothing is derived from the difference of two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import polars as pl

from trucewatch.ingest.checks import (
    Check,
    day,
    day_end,
    number,
    number_checks,
    order_checks,
    screen,
    screened,
    time_checks,
    utc,
    year_check,
)
from trucewatch.ingest.reading import read_any
from trucewatch.ingest.words import count_words
from trucewatch.model.areas import area_of
from trucewatch.model.source import Screened, Source, SourceProfile
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Phenomenon

REQUIRED = ("period_start", "period_end", "region", "ceasefire_violations", "explosions", "statement")
OPTIONAL = ("report", "issued", "note", "source_url")
STATEMENTS = ("own", "previous_period", "derived_from_cumulative", "explosions_only")
VIOLATIONS = "ceasefire violations as the SMM counted them"
EXPLOSIONS = "explosions as the SMM counted them"
CUMULATIVE = f"{VIOLATIONS}, cumulative"
SINCE = datetime(2020, 7, 26, 21, 1, tzinfo=UTC)  # 27 July 00:01 in Kyiv (SMM daily report 178/2020)
CUT = "T19:30"
MOST = 10_000_000
GIVEN = (
    "row",
    "from_utc",
    "to_utc",
    "reported_utc",
    "area_id",
    "count_min",
    "count_max",
    "origin",
    "text",
)
_BOUNDS = r"(over|more than|at least|about|around|approximately|approx|almost|nearly|up to)\.?"
_SUM = re.compile(r"\bcumulative\b(?: since \d{1,2} [A-Z][a-z]+)?[^\d;]*([\d,]*\d)(?: ?-> ?([\d,]*\d))?")
Bounds = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What one row of the file states."""

    row: int
    start: datetime
    end: datetime
    reported: datetime | None  # the end of the day on which the report was issued
    area_id: str | None
    statement: str
    note: str | None
    report: str | None
    violations: int | None
    explosions: int | None


def parse(raw: bytes, profile: SourceProfile) -> Screened:
    """Return the totals in a file of region-by-period counts, and the rows refused with their reasons."""
    rows = read_any(raw, required=REQUIRED)
    absent = [pl.lit(None, pl.String).alias(c) for c in OPTIONAL if c not in rows.frame.columns]
    regions = [area_of(name or "") for name in rows.frame["region"]]
    read = rows.frame.with_columns(absent).with_columns(
        pl.Series("_area_id", regions, pl.String),
        period_start=_clocked("period_start", offset="-1d"),
        period_end=_clocked("period_end", offset="0d"),
    )
    good, refused = screen(read, _checks(profile))
    return screened(_totals(good, profile), [*rows.refused, *refused], profile, rows.notes)


SOURCE = Source(name="smm-totals", media_types=("text/csv",), parse=parse)


def _clocked(column: str, *, offset: str) -> pl.Expr:
    """Return the times of a column, those of a reporting day where it names the day alone."""
    bare = pl.when(pl.col(column).str.len_chars() == 10).then(day(column)).dt.offset_by(offset)
    return (bare.dt.to_string("%Y-%m-%d") + CUT).fill_null(pl.col(column))


def _checks(profile: SourceProfile) -> list[Check]:
    start, end = (utc(column, profile.zone) for column in ("period_start", "period_end"))
    undated = pl.col("issued").is_not_null() & day("issued").is_null()
    return [
        *time_checks("period_start", profile.zone),
        *time_checks("period_end", profile.zone),
        *order_checks(start, end, "period_end"),
        Check(fails=start == end, reason="a period of no length: give its start", column="period_end"),
        Check(fails=undated, reason="not a date such as 2020-07-28", column="issued"),
        year_check("issued", day("issued")),
        Check(
            fails=pl.col("_area_id").is_null(),
            reason="the region is not one that areas are known by, such as Donetsk",
            column="region",
        ),
        Check(
            fails=~pl.col("statement").is_in(STATEMENTS).fill_null(value=False),
            reason=f"the statement is not one of {', '.join(STATEMENTS)}",
            column="statement",
        ),
        *_figure_checks("ceasefire_violations"),
        *_figure_checks("explosions"),
    ]


def _figure_checks(column: str) -> list[Check]:
    part = Check(fails=number(column) % 1 != 0, reason="not a whole number", column=column)
    return [*number_checks(column, least=0, greatest=MOST, required=False), part]


def _totals(frame: pl.DataFrame, profile: SourceProfile) -> pl.DataFrame:
    """Return one row for each figure, and one for each report's cumulative."""
    untitled = pl.col("report").str.contains(r"^\d\d:\d\d ")
    read = frame.select(
        "row",
        "statement",
        "note",
        start=utc("period_start", profile.zone),
        end=utc("period_end", profile.zone),
        reported=day_end(day("issued"), profile.zone),
        area_id="_area_id",
        report=pl.when(untitled).then("source_url").otherwise("report"),
        violations=number("ceasefire_violations").cast(pl.Int64),
        explosions=number("explosions").cast(pl.Int64),
    )
    rows = [Stated(**row) for row in read.iter_rows(named=True)]
    found = [total for row in rows for total in _figures(row)]
    totals = pl.DataFrame([*found, *_cumulatives(rows)], schema={c: OBSERVATIONS.schema[c] for c in GIVEN})
    return totals.with_columns(phenomenon=pl.lit(Phenomenon.TOTAL.value))


def _total(stated: Stated, *, name: str, bounds: Bounds) -> dict[str, str | int | datetime | None]:
    return {
        "row": stated.row,
        "from_utc": stated.start,
        "to_utc": stated.end,
        "reported_utc": stated.reported,
        "area_id": stated.area_id,
        "count_min": bounds[0],
        "count_max": bounds[1],
        "origin": stated.report,
        "text": f"{name} | {stated.statement} | {stated.note or ''}",
    }


def _figures(stated: Stated) -> Iterator[dict[str, str | int | datetime | None]]:
    if stated.violations is not None:
        yield _total(stated, name=VIOLATIONS, bounds=_bounds(stated.violations, stated.note))
    if stated.explosions is not None:
        yield _total(stated, name=EXPLOSIONS, bounds=_bounds(stated.explosions, stated.note))
    if stated.violations is None and stated.explosions is None:
        name = EXPLOSIONS if stated.statement == "explosions_only" else VIOLATIONS
        yield _total(stated, name=name, bounds=(None, None))


def _bounds(figure: int, note: str | None) -> Bounds:
    words = (note or "").casefold()
    spelled = rf"(?:{figure}|{figure:,})(?![\d,]*\d)"
    found = re.search(rf"\b{_BOUNDS} {spelled}", words) or re.match(rf"{_BOUNDS}\s*(?:[;,]|$)", words)
    beside = found[1] if found else ""
    return count_words(f"{'about' if beside == 'approx' else beside} {figure}")


def _cumulatives(rows: Sequence[Stated]) -> Iterator[dict[str, str | int | datetime | None]]:
    told = set()
    for stated in rows:
        found = _SUM.search(stated.note or "")
        if found is None or stated.end <= SINCE:
            continue
        figure = int((found[2] or found[1]).replace(",", ""))
        if figure <= MOST and (stated.report, stated.end, figure) not in told:
            told.add((stated.report, stated.end, figure))
            both = replace(stated, start=SINCE, area_id=None)
            yield _total(both, name=CUMULATIVE, bounds=(figure, figure))
