"""How many incidents of a kind left for an area and a day, with the sum over the areas.

Rules:
- what is counted is the projection: incidents as they leave, in the areas and hours that they leave under;
- a day is a reporting day of the mission; an incident counts on the one in which its released interval begins;
- a null `area_id` is the sum over all areas; a null number was withheld, for it is small or gives a small one back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import numpy as np
import polars as pl

from trucewatch.model.areas import NAMES, Areas
from trucewatch.model.suppressing import suppressed
from trucewatch.model.tables import Column, Table
from trucewatch.model.vocabulary import Phenomenon

TALLIES = Table(
    name="tallies",
    meaning="How many incidents of a kind left for an area and a day.",
    columns=(
        Column(name="day", dtype=pl.Date, meaning="the reporting day", required=True),
        Column(name="phenomenon", dtype=pl.String, meaning="the kind", words=Phenomenon, required=True),
        Column(
            name="area_id", dtype=pl.String, meaning="ISO 3166-2 or a zone's id; null: the sum over all areas"
        ),
        Column(
            name="incidents", dtype=pl.Int64, unit="1", meaning="how many; null: withheld, for it is small"
        ),
    ),
)
ELSEWHERE = "elsewhere"


def tallies(left: pl.DataFrame, areas: Areas, least: int, day_of: Callable[[datetime], date]) -> pl.DataFrame:
    """Return TALLIES of incidents as they leave: no number from one up to below `least` is told."""
    if left.is_empty():
        return TALLIES.empty()
    iso = [name for name in areas.ids if name in NAMES]
    outlines = Areas(ids=tuple(iso), outlines=tuple(areas.outlines[areas.ids.index(name)] for name in iso))
    found = outlines.locate(*(left[axis].fill_null(np.nan).to_numpy() for axis in ("lon", "lat")))
    told = left.select(
        "phenomenon",
        day=pl.Series([day_of(begun) for begun in left["from_utc"]], dtype=pl.Date),
        area_id=pl.coalesce("area_id", pl.Series(found, dtype=pl.String), pl.lit(ELSEWHERE)),
    )
    counted = (
        told.group_by("day", "phenomenon", "area_id").len("incidents").sort("day", "phenomenon", "area_id")
    )
    return TALLIES.conform(
        pl.concat(_line(line, least) for line in counted.partition_by("day", "phenomenon"))
    )


def _line(line: pl.DataFrame, least: int) -> pl.DataFrame:
    """Return one kind's numbers of a day with their sum, the small ones withheld."""
    numbers = line["incidents"].to_list()
    out, whole = suppressed(numbers, least)
    shown = [None if hidden else number for number, hidden in zip(numbers, out, strict=True)]
    total = line.head(1).with_columns(
        area_id=pl.lit(None, pl.String), incidents=pl.lit(None if whole else sum(numbers), pl.Int64)
    )
    cut = line.with_columns(pl.Series("incidents", shown, pl.Int64))
    return pl.concat([cut.cast({"incidents": pl.Int64}), total])
