"""What records state of incidents: orders, mechanisms that failed, notices and warnings, exceptions relied on.

Rules:
- a notice speaks of one incident, or of all in its period and place; where it only may, nothing is stated;
- stated is true, denied is false; both, or neither, is unknown: that no record says it is no evidence that it is not so;
- a notice of a party's act speaks of an incident that is that party's, by the odds of attribution.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from trucewatch.assess.asked import Asked
from trucewatch.assess.columns import HOUR_US, Floats, Ints, micros
from trucewatch.assess.grounds import on_ground
from trucewatch.assess.held import ALMOST_CERTAIN, ALMOST_NO_CHANCE, Fact, Flags, Held, exactly
from trucewatch.model.agreement import WhyNot
from trucewatch.model.condition import Before, Stated
from trucewatch.model.geodesy import ELLIPSE90, METRES_PER_DEGREE
from trucewatch.model.notice import Notice


def states(asked: Asked, at: Ints, stated: Stated) -> Held:
    """Return that a record states it of the incident."""
    said, denied = np.zeros(len(at), dtype=bool), np.zeros(len(at), dtype=bool)
    for one in _of(stated, asked.notices):
        sure, _ = speaks_of(asked, at, one)
        said, denied = (said, denied | sure) if one.denies else (said | sure, denied)
    return _held(said, denied)


def before(asked: Asked, at: Ints, said_before: Before) -> Held:
    """Return that a record states that it was notified, or warned of, early enough before it began."""
    said, late, denied = (np.zeros(len(at), dtype=bool) for _ in range(3))
    start, end = asked.columns.start_us[at], asked.columns.end_us[at]
    for one in _of(said_before.stated, asked.notices):
        sure, _ = speaks_of(asked, at, one)
        latest = micros(one.at) + round(said_before.at_least_h * HOUR_US)
        if one.denies:
            denied |= sure
        else:
            said |= sure & (latest <= start)
            late |= sure & (latest > np.maximum(start, end - 1))
    return _held(said, denied | (late & ~said))


def relied_on(asked: Asked, at: Ints, clause_id: str) -> Flags:
    """Return whether a party relies on the exception `clause_id` for an incident that its record may speak of."""
    found = np.zeros(len(at), dtype=bool)
    for one in invocations(clause_id, asked.notices):
        found |= speaks_of(asked, at, one)[1]
    return found


def speaks_of(asked: Asked, at: Ints, one: Notice) -> tuple[Flags, Flags]:
    """Return of which incidents `one` surely speaks, and of which it may."""
    columns = asked.columns
    if one.incident_id is not None:
        named = (columns.frame["incident_id"] == one.incident_id).to_numpy()[at]
        return named, named
    start, end = columns.start_us[at], columns.end_us[at]
    first, last = micros(one.from_utc), micros(one.to_utc)
    sure, may = (start >= first) & (end <= last), (start <= last) & (end >= first)
    for low, high in _narrowed(asked, at, one):
        sure, may = sure & (low >= ALMOST_CERTAIN), may & (high > ALMOST_NO_CHANCE)
    return sure, may


def _narrowed(asked: Asked, at: Ints, one: Notice) -> Iterator[tuple[Floats, Floats]]:
    """Yield the bounds of each thing that a notice says of the incidents it speaks of, but their time."""
    if one.area_id is not None:
        held = on_ground(asked.grounds[one.area_id,], asked.columns, at, unknown=WhyNot.PLACE_UNKNOWN)
        yield held.low, held.high
    if one.party is not None:
        yield asked.odds.of(one.party, at)
    if one.lon is None or one.lat is None or one.radius_m is None:
        return
    places = asked.columns.places
    over = METRES_PER_DEGREE * math.cos(math.radians(one.lat))
    east, north = (places.lon[at] - one.lon) * over, (places.lat[at] - one.lat) * METRES_PER_DEGREE
    away, error = np.sqrt(east * east + north * north), places.major_m[at] * ELLIPSE90
    yield (
        (away + error <= one.radius_m).astype(np.float64),
        (~(away - error > one.radius_m)).astype(np.float64),
    )


def invocations(clause_id: str, notices: Sequence[Notice]) -> Iterator[Notice]:
    """Yield the notices by which somebody relies on the exception `clause_id`."""
    for one in notices:
        if one.stated is Stated.INVOKED and one.clause_id == clause_id and not one.denies:
            yield one


def _of(stated: Stated, notices: Sequence[Notice]) -> Iterator[Notice]:
    return (one for one in notices if one.stated is stated)


def _held(said: Flags, denied: Flags) -> Held:
    p = np.where(said & ~denied, 1.0, np.where(denied & ~said, 0.0, np.nan))
    return exactly(p, WhyNot.CONDITION_UNKNOWN, Fact.RECORDS)
