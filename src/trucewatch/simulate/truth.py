"""What truly happened: the table of the events.

Rules:
- an event is one thing that happened once: some rounds of one weapon within a minute or two, at one place;
- `lon`, `lat` is where it was to be seen or heard: the burst of heavy fire, the muzzle of light;
- events are numbered in the order of time; `event_id` is that number;
- what is not so has null: a mine has no direction of flight, first fire replies to nothing.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.model.tables import UTC
from trucewatch.simulate.arms import CLASSES, WORDS, of
from trucewatch.simulate.draws import words
from trucewatch.simulate.front import Front
from trucewatch.simulate.happened import CAUSES, FLIGHTS, KINDS, Happened
from trucewatch.simulate.outlines import degrees
from trucewatch.simulate.preset import PARTIES, Preset
from trucewatch.simulate.tempo import phases, utc

_EVENTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "event_id": pl.Int64,
    "at_utc": UTC,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "from_lon": pl.Float64,  # where it was fired
    "from_lat": pl.Float64,
    "to_lon": pl.Float64,  # where it landed, or was aimed
    "to_lat": pl.Float64,
    "fired_by": pl.String,  # FiredBy
    "side": pl.String,  # whose weapon or ground it was: A, B, or null for a third
    "ground": pl.String,  # who holds the place at lon, lat: A, B, null in the gap
    "phenomenon": pl.String,
    "trajectory": pl.String,
    "weapon_class": pl.String,
    "weapon": pl.String,
    "calibre_mm": pl.Float64,
    "count": pl.Int64,
    "heading_deg": pl.Float64,  # direction of flight
    "engagement": pl.Int64,
    "reply_to": pl.Int64,  # the event it answers
    "launch_of": pl.Int64,  # the event that this launch led to
    "crossing": pl.Boolean,  # it flew over the line of contact
    "phase": pl.String,
}
EVENTS = pl.Schema(_EVENTS)


def table(preset: Preset, on: Front, one: Happened) -> pl.DataFrame:
    """Return the events with the columns `EVENTS`."""
    lon, lat = degrees(one.east_m, one.north_m)
    from_lon, from_lat = degrees(one.from_east_m, one.from_north_m)
    to_lon, to_lat = degrees(one.to_east_m, one.to_north_m)
    east, north = one.to_east_m - one.from_east_m, one.to_north_m - one.from_north_m
    contact = [np.interp(x, on.east_m, on.contact_m) for x in (one.from_east_m, one.to_east_m)]
    flown = np.isfinite(east + north)
    over = np.sign(one.from_north_m - contact[0]) != np.sign(one.to_north_m - contact[1])
    at = utc(preset, one.at_s)
    steps = phases(preset)
    found = {
        "event_id": one.key,
        "at_utc": at,
        "lon": lon,
        "lat": lat,
        "from_lon": from_lon,
        "from_lat": from_lat,
        "to_lon": to_lon,
        "to_lat": to_lat,
        "fired_by": words(one.fired_by, CAUSES),
        "side": words(one.side, PARTIES),
        "ground": words(on.ground(one.east_m, one.north_m), PARTIES),
        "phenomenon": words(one.kind, KINDS),
        "trajectory": words(one.flight, FLIGHTS),
        "weapon_class": words(one.arm, CLASSES),
        "weapon": words(one.arm, WORDS),
        "calibre_mm": np.where(one.arm < 0, np.nan, of(one.arm, lambda arm: arm.calibre_mm)),
        "count": one.count,
        "heading_deg": np.round(np.degrees(np.arctan2(east, north)) % 360, 1),
        "engagement": one.engagement,
        "reply_to": one.reply_to,
        "launch_of": one.launch_of,
        "crossing": over & flown,
        "phase": words(
            np.searchsorted(steps["to_utc"].dt.epoch("us").to_numpy(), at.dt.epoch("us").to_numpy(), "right"),
            tuple(steps["phase"]),
        ),
    }
    frame = pl.DataFrame(found, schema_overrides={"heading_deg": pl.Float64}).fill_nan(None)
    links = pl.col("engagement", "reply_to", "launch_of")
    return frame.with_columns(pl.when(links >= 0).then(links)).select(list(_EVENTS)).cast(EVENTS)
