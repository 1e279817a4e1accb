"""What truly happened: the columns of the events, and the parts that they are made from.

Rules:
- an event is one thing that happened once: some rounds of one weapon within a minute or two, at one place;
- `lon`, `lat` is where it was to be seen or heard: the burst of heavy fire, the muzzle of light;
- events are numbered in the order of time; `event_id` is that number;
- what is not so has null: a mine has no direction of flight, first fire replies to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

import numpy as np
import polars as pl

from trucewatch.model.geodesy import Floats
from trucewatch.model.tables import UTC
from trucewatch.model.vocabulary import Phenomenon, Trajectory
from trucewatch.simulate.arms import CLASSES, WORDS, of
from trucewatch.simulate.draws import Flags, Ints, words
from trucewatch.simulate.front import Front, degrees
from trucewatch.simulate.preset import PARTIES, Preset
from trucewatch.simulate.tempo import phases, utc

KINDS = tuple(kind.value for kind in Phenomenon)
FLIGHTS = tuple(one.value for one in Trajectory)


class FiredBy(StrEnum):
    """Who or what caused an event."""

    A = "A"
    B = "B"
    THIRD = "third"
    ACCIDENT = "accident"
    EXERCISE = "exercise"
    NONE = "none"  # nothing was fired: a weapon that stands in the open


CAUSES = tuple(one.value for one in FiredBy)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Events as columns of metres and seconds; NaN and -1 are *not so*. Links are by `key`."""

    key: Ints
    at_s: Floats
    east_m: Floats
    north_m: Floats
    from_east_m: Floats
    from_north_m: Floats
    to_east_m: Floats
    to_north_m: Floats
    fired_by: Ints  # index in CAUSES
    side: Ints  # 0: A, 1: B, -1: neither
    kind: Ints  # index in KINDS
    flight: Ints  # index in FLIGHTS
    arm: Ints  # index in ARMS, -1: none
    count: Ints
    engagement: Ints
    reply_to: Ints  # key
    launch_of: Ints  # key

    def take(self, which: Ints | Flags) -> Happened:
        """Return the events at `which`, in that order."""
        return Happened(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def joined(parts: Sequence[Happened]) -> Happened:
    """Return the events of all `parts`, one part after the other."""
    return Happened(
        **{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Happened)}
    )


def in_order(one: Happened) -> Happened:
    """Return the events in the order of time, keys and links renumbered to be that order."""
    one = one.take(np.lexsort((one.key, one.at_s)))
    rank = np.full(int(one.key.max(initial=0)) + 2, -1, dtype=np.int64)  # the last is of links to nothing
    rank[one.key] = np.arange(len(one.key))
    return replace(one, key=rank[one.key], reply_to=rank[one.reply_to], launch_of=rank[one.launch_of])


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
