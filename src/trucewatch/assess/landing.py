"""Where fire landed and what flew over a line, from where it was seen, its heading and the weapon's range.

Rules:
- what came in fell where it was seen; what went out or was in flight goes on along its heading, up to the range,
  and is fired into all that it meets;
- where it is not known which, the probability lies between both;
- a flight that nobody stated a heading for is unknown; so is a movement of which no range is known;
- the share of 128 fixed flights (`flights`) is taken for the probability.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import shapely

from trucewatch.assess.asked import Asked, whole_side
from trucewatch.assess.columns import TRAJECTORIES, Floats, Ints
from trucewatch.assess.flights import CHUNK, Sides, draws, flights
from trucewatch.assess.grounds import Part, on_ground
from trucewatch.assess.held import Fact, Held, between, bit
from trucewatch.assess.ranges import reach_m
from trucewatch.assess.spans import share
from trucewatch.model.agreement import WhyNot
from trucewatch.model.condition import Crosses, FiredInto, Side
from trucewatch.model.geodesy import METRES_PER_DEGREE, POINT_HALFWIDTH_DEG
from trucewatch.model.vocabulary import FIRE, Trajectory

_FLOWN = (Fact.PLACE, Fact.HEADING, Fact.TRAJECTORY, Fact.TIME)
_AT_ONCE = CHUNK // 10


def fired_into(asked: Asked, at: Ints, said: FiredInto) -> Held:
    """Return that it fell in the zone, or that its flight from where it was seen meets the zone."""
    parts = asked.grounds[said.zone,]
    fell = on_ground(parts, asked.columns, at, unknown=WhyNot.LINE_UNKNOWN)
    trajectory = asked.columns.trajectory[at]
    came = trajectory == TRAJECTORIES.index(Trajectory.INCOMING)
    went = np.isin(trajectory, [TRAJECTORIES.index(t) for t in (Trajectory.OUTGOING, Trajectory.IN_FLIGHT)])
    low, high = _met(asked, at, parts, ~came)
    low = np.where(came, fell.low, np.where(went, low, np.minimum(fell.low, low)))
    high = np.where(came, fell.high, np.where(went, high, np.maximum(fell.high, high)))
    why = np.where(fell.why > 0, fell.why, bit(WhyNot.CONDITION_UNKNOWN))
    return between(low, high, why, *_FLOWN)


def _met(asked: Asked, at: Ints, parts: tuple[Part, ...], flying: np.ndarray) -> tuple[Floats, Floats]:
    """Return between which bounds the share of flights lies that meet the ground."""
    low, high, certain = np.zeros(len(at)), np.zeros(len(at)), np.zeros(len(at))
    for part in parts:
        shared = np.ones(len(at))
        if part.span is not None:
            shared = share(asked.columns.start_us[at], asked.columns.end_us[at], part.span)
        met = np.full(len(at), np.nan)
        which = np.flatnonzero(flying & (shared > 0))
        if part.piece.shapes:
            met[which] = _flights_meeting(asked, at[which], part.piece.whole())
        low += shared * np.nan_to_num(met)
        high += shared * np.where(np.isnan(met) | part.piece.missing, 1.0, met)
        certain += shared
    return low, np.minimum(high + np.maximum(1 - certain, 0.0), 1.0)


def _flights_meeting(asked: Asked, at: Ints, ground: shapely.Geometry) -> Floats:
    """Return the share of each incident's flights, as far as the weapon carries, that meet `ground`."""
    shapely.prepare(ground)
    columns, places = asked.columns, asked.columns.places
    heading, half = columns.number("heading_deg")[at], columns.number("heading_halfwidth_deg")[at]
    half = np.where(np.isnan(half), POINT_HALFWIDTH_DEG, half)
    fire = pl.col("phenomenon").is_in([kind.value for kind in FIRE])
    far = columns.frame[at].select(pl.when(fire).then(reach_m())).to_series().fill_null(np.nan).to_numpy()
    met = np.full(len(at), np.nan)
    known = np.flatnonzero(np.isfinite(places.reach_deg[at]) & np.isfinite(heading) & np.isfinite(far))
    x, y, aside, _ = draws()
    for first in range(0, len(known), _AT_ONCE):
        part = known[first : first + _AT_ONCE]
        one = at[part]
        azimuth = np.radians(places.azimuth_deg[one])[:, None]
        along, across = places.major_m[one][:, None] * x, places.minor_m[one][:, None] * y
        east = along * np.sin(azimuth) + across * np.cos(azimuth)
        north = along * np.cos(azimuth) - across * np.sin(azimuth)
        bearing = np.radians(heading[part][:, None] + half[part][:, None] * aside)
        over = METRES_PER_DEGREE * np.cos(np.radians(places.lat[one]))[:, None]
        ends = [
            np.stack(
                [
                    places.lon[one][:, None] + (east + go * np.sin(bearing)) / over,
                    places.lat[one][:, None] + (north + go * np.cos(bearing)) / METRES_PER_DEGREE,
                ],
                axis=-1,
            )
            for go in (np.zeros((len(part), 1)), far[part][:, None])
        ]
        lines = shapely.linestrings(np.stack(ends, axis=-2))
        met[part] = np.asarray(shapely.intersects(ground, lines), dtype=np.float64).mean(axis=1)
    return met


def crosses(asked: Asked, at: Ints, said: Crosses) -> Held:
    """Return that it flew over the line, towards the side of a party or either."""
    sides = [asked.grounds[whole_side(said.line, side)] for side in (Side.A, Side.B)]
    low, high, certain = np.zeros(len(at)), np.zeros(len(at)), np.zeros(len(at))
    missing = np.zeros(len(at), dtype=bool)
    for on_a, on_b in zip(*sides, strict=False):
        shared = np.ones(len(at))
        if on_a.span is not None:
            shared = share(asked.columns.start_us[at], asked.columns.end_us[at], on_a.span)
        lost = on_a.piece.missing or on_b.piece.missing
        ground = Sides(a=None, b=None) if lost else Sides(a=on_a.piece.whole(), b=on_b.piece.whole())
        least, most = _over(asked.columns.frame[at], ground, said.towards)
        missing |= (shared > 0) & lost
        low += shared * np.nan_to_num(least)
        high += shared * np.where(np.isnan(most), 1.0, most)
        certain += shared
    why = np.where(missing | (certain < 1), bit(WhyNot.LINE_UNKNOWN), bit(WhyNot.CONDITION_UNKNOWN))
    return between(low, np.minimum(high + np.maximum(1 - certain, 0.0), 1.0), why, *_FLOWN)


def _over(frame: pl.DataFrame, ground: Sides, towards: Side) -> tuple[Floats, Floats]:
    """Return between which bounds the share of flights over lies: where nobody said which, of all that they may be."""
    ways = {Side.A: pl.col("ba"), Side.B: pl.col("ab")}
    over = ways.get(towards, pl.col("ab") + pl.col("ba")).alias("p")
    known = (Trajectory.INCOMING.value, Trajectory.OUTGOING.value, Trajectory.IN_FLIGHT.value)
    told = frame["trajectory"].is_in(known).to_numpy()
    shares = [
        flights(each, ground).select(over)["p"].fill_null(np.nan).to_numpy()
        for each in (frame, *(frame.with_columns(pl.lit(word).alias("trajectory")) for word in known[:2]))
    ]
    least, most = np.min(shares, axis=0), np.max(shares, axis=0)
    return np.where(told, shares[0], least), np.where(told, shares[0], most)
