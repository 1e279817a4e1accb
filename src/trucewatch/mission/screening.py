"""What reads the files of a source, and which of their rows lie where the mission looks.

Rules:
- a format is an entry point, of ours or of a package that was installed beside us;
- a point outside the mission's area is refused, and said to be swapped when its lat, lon lies inside.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import entry_points

import polars as pl

from trucewatch.errors import ConfigError
from trucewatch.ingest.control import unresolved
from trucewatch.mission.content import gazetteer
from trucewatch.mission.nearest import suggestion
from trucewatch.model.source import Refusal, Screened, Source, SourceProfile
from trucewatch.model.tables import CONTROL, OBSERVATIONS

GROUP = "trucewatch.sources"
Box = tuple[float, float, float, float]


def source_named(name: str) -> Source:
    """Return the source that the entry point `name` names; raises ConfigError when there is none."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    if name not in found:
        known = sorted(found)
        raise ConfigError(
            f"no source reads the format {name!r}{suggestion(name, known)}; there are {', '.join(known)}"
        )
    source = found[name].load()
    if not isinstance(source, Source):
        raise ConfigError(f"the entry point {name!r} of {GROUP} is not a Source: mend the package it is in")
    return source


def screen(raw: bytes, source: Source, profile: SourceProfile, area: Box | None) -> Screened:
    """Return the rows of a file with those outside the area refused."""
    screened = _resolved(source.parse(raw, profile))
    if screened.table != OBSERVATIONS.name or area is None or screened.accepted.is_empty():
        return screened
    kept, outside = _within(screened.accepted, area)
    refused = sorted((*screened.refused, *outside), key=lambda refusal: refusal.row)
    return replace(screened, accepted=kept, refused=tuple(refused))


def _resolved(screened: Screened) -> Screened:
    """Return claims of control with a note of how many places the gazetteer does not know."""
    if screened.table != CONTROL.name or screened.accepted.is_empty():
        return screened
    places = screened.accepted["place_id"].n_unique()
    lost = unresolved(screened.accepted, gazetteer())
    note = f"{lost} of {places} places are not in the gazetteer: where they lie is unknown"
    return replace(screened, notes=(*screened.notes, note))


def _within(rows: pl.DataFrame, area: Box) -> tuple[pl.DataFrame, list[Refusal]]:
    """Return the rows whose places lie in `area`, and why each of the others does not."""
    west, south, east, north = area
    outside, swapped, column = pl.lit(False), pl.lit(False), pl.lit("lon")
    for lon, lat in (("lon", "lat"), ("observer_lon", "observer_lat")):
        if lon not in rows.columns or lat not in rows.columns:
            continue
        x, y = pl.col(lon), pl.col(lat)
        out = (~(x.is_between(west, east) & y.is_between(south, north))).fill_null(False)
        column = pl.when(out).then(pl.lit(lon)).otherwise(column)
        swapped |= (out & y.is_between(west, east) & x.is_between(south, north)).fill_null(False)
        outside |= out
    judged = rows.with_columns(outside.alias("_outside"), swapped.alias("_swapped"), column.alias("_column"))
    lost = judged.filter("_outside").select("row", "_swapped", "_column")
    refused = [
        Refusal(
            row=row or 0,
            column=at,
            reason="lon and lat are swapped: exchange the two columns"
            if turned
            else "outside the mission's area: mend the place, or widen `area` in trucewatch.toml",
        )
        for row, turned, at in lost.iter_rows()
    ]
    return judged.filter(~pl.col("_outside")).drop("_outside", "_swapped", "_column"), refused
