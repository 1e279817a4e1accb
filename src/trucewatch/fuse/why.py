"""A link in words: the bits for and against, with what each rests on.

Rules:
- every part is named, the largest first, those for before those against; together they are the weight;
- where the bits speak for one event and the errors do not allow it, the sentence says which error;
- distances, hours and numbers of reports are the pair's own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

from trucewatch.fuse.links import PARTS, SAME_WITNESS_BITS
from trucewatch.fuse.sectors import SLACK_M, Sectors, gap_m
from trucewatch.model.geodesy import Plane

Row = Mapping[str, object]


def sentence(link: Row, left: Row, right: Row) -> str:
    """Return why the observations `left` and `right` are, or are not, taken for one event, in English.

    `link` is a row of the links, `left` and `right` the rows of the observations that it names.
    """
    because = {
        "w_time": _times(left, right),
        "w_place": _places(left, right),
        "w_kind": _kinds(left, right),
        "w_source": _sources(link),
        "w_density": _density(link),
    }
    parts = sorted(((name, _number(link, name)) for name in PARTS), key=lambda part: -part[1])
    pro = [f"{bits:.1f} bits {because[name]}" for name, bits in parts if bits > 0]
    con = [f"{-bits:.1f} bits {because[name]}" for name, bits in reversed(parts) if bits < 0]
    told = [f"for: {', '.join(pro) or 'nothing'}", f"against: {', '.join(con) or 'nothing'}"]
    return f"{'; '.join(told)}. {_verdict(link, left, right)}"


def silence(missed: float, watch: Row) -> str:
    """Return what speaks against an incident when a post noted nothing: `missed` as `unheard` gives it."""
    start, end = _moment(watch, "from_utc"), _moment(watch, "to_utc")
    return (
        f"{-math.log2(missed):.1f} bits against: a post of {watch['source_id']} watched there from "
        f"{start:%d %B %H:%M} to {end:%d %B %H:%M} UTC and noted nothing; it would have missed such a thing "
        f"{missed:.0%} of the time."
    )


def _verdict(link: Row, left: Row, right: Row) -> str:
    weight = _number(link, "weight")
    total = f"{weight:+.1f} bits"
    if link["joined"]:
        return f"Joined: {total}."
    if weight <= 0:
        return f"Not joined: {total}."
    apart = _sector_gap_m(left, right)
    if apart > SLACK_M:
        return f"Not joined despite {total}: their sectors miss each other by {_length(apart)}."
    return (
        f"Not joined despite {total}: the places lie beyond the 99 % bound, or an incident that one of "
        "them is in holds a report that the other cannot share it with, or as much speaks for one of them being "
        "another event that is told of."
    )


def _times(left: Row, right: Row) -> str:
    start, end = _moment(left, "from_utc"), _moment(left, "to_utc")
    first, last = _moment(right, "from_utc"), _moment(right, "to_utc")
    whole = max(end, last) - min(start, first)
    both = max(timedelta(0), min(end, last) - max(start, first))
    if both == timedelta(0):
        return "the times only meet within their errors"
    return f"the times overlap for {_span(both)} of {_span(whole)}"


def _span(length: timedelta) -> str:
    seconds = length.total_seconds()
    if seconds >= 3600:
        return f"{seconds / 3600:.1f}".removesuffix(".0") + " hours"
    return f"{seconds / 60:.0f} minutes" if seconds >= 60 else f"{seconds:.0f} seconds"


def _places(left: Row, right: Row) -> str:
    apart = _apart_m(left, right)
    if apart is None:
        return "one of them has no place"
    return f"the places lie {_length(apart)} apart within their errors"


def _length(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"


def _apart_m(left: Row, right: Row) -> float | None:
    spots = [left.get("lon"), left.get("lat"), right.get("lon"), right.get("lat")]
    known = [float(x) for x in spots if isinstance(x, float | int)]
    if len(known) < len(spots):
        return None
    plane = Plane(lon=known[0], lat=(known[1] + known[3]) / 2)
    over = (known[2] - known[0] + 180) % 360 - 180
    east, north = plane.metres(np.array([known[0] + over]), np.array([known[3] - known[1] + plane.lat]))
    return float(np.hypot(east[0], north[0]))


def _kinds(left: Row, right: Row) -> str:
    one, other = _word(left, "phenomenon"), _word(right, "phenomenon")
    if one != other:
        return f"one tells of {one}, the other of {other}"
    ends = {left.get("trajectory"), right.get("trajectory")}
    if ends == {"outgoing", "incoming"}:
        return f"both tell of {one}, outgoing and incoming"
    return f"both tell of {one}"


def _sources(link: Row) -> str:
    if _number(link, "w_source") == SAME_WITNESS_BITS:
        return "they go back to one post or one origin, and count once"
    return "either source may have missed it, or told of nothing real"


def _density(link: Row) -> str:
    expected = 2 ** -_number(link, "w_density")
    return f"about {expected:.2g} other events a day are to be expected on 100 km² here"


def _sector_gap_m(left: Row, right: Row) -> float:
    return float(gap_m(_sector(left), _sector(right))[0])


def _sector(row: Row) -> Sectors:
    names = {
        "observer_lon": "observer_lon",
        "observer_lat": "observer_lat",
        "bearing_deg": "bearing_deg",
        "halfwidth_deg": "bearing_halfwidth_deg",
        "nearest_m": "distance_min_m",
        "farthest_m": "distance_max_m",
    }
    return Sectors(**{name: np.array([_or_nan(row.get(column))]) for name, column in names.items()})


def _or_nan(value: object) -> float:
    return float(value) if isinstance(value, float | int) else float("nan")


def _number(row: Row, name: str) -> float:
    return _or_nan(row[name])


def _word(row: Row, name: str) -> str:
    return str(row[name]).replace("_", " ")


def _moment(row: Row, name: str) -> datetime:
    value = row[name]
    if not isinstance(value, datetime):
        raise TypeError(f"{name} is not a datetime")
    return value
