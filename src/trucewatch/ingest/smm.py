"""Single observations of a monitoring mission, as coded from the OSCE SMM's daily reports.

Rules:
- every row is an item of its own: rows that look alike are different items of a report's table;
- a note that calls the clock times assumed, or gives a part of the day, widens an event's interval by
  `SLACK` on each side; a row of *nothing seen* keeps its hours, for those are hours of watch;
- places are rounded to 0.1 m, so that a row has one id on every machine;
- the place is what bearing and distance say from the settlement's centre, which is not where the
  observer stood: `OWN_SIGMA_M` unless the profile knows better (see `_place`);
- a direction of flight is kept as a heading only when there is one, between points at least 90° apart;
- who held the observer's place stands in the mission's own words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from trucewatch.errors import InputError
from trucewatch.ingest.cells import (
    Observed,
    Row,
    interval,
    number,
    of_source,
    point,
    screened,
    stated,
    word,
)
from trucewatch.ingest.quantity import Bounds, quantity
from trucewatch.ingest.reading import read_any
from trucewatch.model.geodesy import Sector, heading_of, place_in_sector, sector_of
from trucewatch.model.source import Screened, Source, SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon, Trajectory

REQUIRED = (
    "start_local",
    "end_local",
    "pos_lat",
    "pos_lon",
    "means",
    "count",
    "count_qualifier",
    "phenomenon",
)
SLACK = timedelta(hours=1)
OWN_SIGMA_M = 1500.0  # a town of the Donbas is 3 to 6 km across: its centre is so far from its edge's posts
ROUNDING_M = 500.0  # one whole number of kilometres is read to the nearest
_UNSURE_TIME = re.compile(r"\b(assumed|about|approx\w*|morning|afternoon|evening)\b", re.IGNORECASE)

MEANS: Mapping[str, Means] = {
    "heard": Means.HEARD,
    "camera": Means.RECORDED,
    "recorded": Means.RECORDED,
    "on site": Means.SEEN,
    "seen": Means.SEEN,
    "observed": Means.SEEN,
    "uav": Means.IMAGED,
    "mini-uav": Means.IMAGED,
    "told": Means.TOLD,
}
PHENOMENA: Mapping[str, Phenomenon] = {
    "explosion": Phenomenon.EXPLOSION,
    "airburst": Phenomenon.AIRBURST,
    "burst": Phenomenon.BURST,
    "shot": Phenomenon.SHOT,
    "projectile": Phenomenon.PROJECTILE,
    "tracer round": Phenomenon.PROJECTILE,
    "rocket-assisted projectile": Phenomenon.PROJECTILE,
    "muzzle flash": Phenomenon.MUZZLE_FLASH,
    "flare": Phenomenon.FLARE,
    "illumination flare": Phenomenon.FLARE,
    "uav": Phenomenon.UAV,
    "none": Phenomenon.NOTHING,
}
# By the first words of the assessment; "direct" tells the kind of fire and not whence it came.
TRAJECTORIES: Mapping[str, Trajectory | None] = {
    "outgoing": Trajectory.OUTGOING,
    "incoming": Trajectory.INCOMING,
    "impact": Trajectory.INCOMING,
    "in flight": Trajectory.IN_FLIGHT,
    "direct": Trajectory.UNDETERMINED,
    "undetermined": Trajectory.UNDETERMINED,
    "no ceasefire violation": None,
}


def parse(raw: bytes, profile: SourceProfile) -> Screened:
    """Return the observations in a file of single observations, and the rows refused with their reasons."""
    return screened(read_any(raw, required=REQUIRED), lambda row: (_observed(row, profile),))


SOURCE = Source(name="smm", media_types=("text/csv",), parse=parse)


def _observed(row: Row, profile: SourceProfile) -> Observed:
    phenomenon = word(row, "phenomenon", PHENOMENA)
    least, most = _count(row, phenomenon)
    return {
        **of_source(profile),
        "means": word(row, "means", MEANS).value,
        "phenomenon": phenomenon.value,
        "trajectory": _trajectory(row),
        **_when(row, phenomenon, profile),
        **_place(row, phenomenon, profile),
        "heading_deg": _heading(row.get("flight_direction")),
        "count_min": least,
        "count_max": most,
        "weapon": row.get("weapon"),
        "calibre_mm": _calibre(row.get("weapon")),
        "held_by": row.get("pos_control"),
        "text": _text(row, profile),
    }


def _count(row: Row, phenomenon: Phenomenon) -> Bounds:
    try:
        least, most = quantity(row.get("count"), row.get("count_qualifier"))
    except InputError as fault:
        raise InputError(fault.message, where="count") from None
    if phenomenon is Phenomenon.NOTHING and (least or most):
        raise InputError("nothing was seen and yet something counted: one of the two is wrong", where="count")
    if phenomenon is not Phenomenon.NOTHING and most == 0:
        raise InputError("none of it was counted: that is the phenomenon 'none'", where="count")
    return least, most


def _trajectory(row: Row) -> str | None:
    words = (row.get("assessment") or "").lower()
    if not words:
        return None
    found = [at for at in TRAJECTORIES if re.match(rf"{at}\b", words)]
    if not found:
        raise InputError(f"the words do not begin with {', '.join(TRAJECTORIES)}", where="assessment")
    trajectory = TRAJECTORIES[found[0]]
    return None if trajectory is None else trajectory.value


def _when(row: Row, phenomenon: Phenomenon, profile: SourceProfile) -> Observed:
    when = interval(row, "start_local", "end_local", profile.zone)
    unsure = _UNSURE_TIME.search(row.get("note") or "") and phenomenon is not Phenomenon.NOTHING
    slack = SLACK if unsure else timedelta(0)
    return {"from_utc": when.start - slack, "to_utc": when.end + slack}


def _place(row: Row, phenomenon: Phenomenon, profile: SourceProfile) -> Observed:
    """Return the observer's place, what was said of the event's, and the place that follows.

    Direction and distance give a sector; a distance alone a ring about the observer; a direction alone
    the sector out to the profile's `range_m`, and neither the whole disc of that range. Without a
    range there is then no place. *Nothing* lies where the observer was.
    """
    observer, sector = point(row, "pos_lon", "pos_lat"), _sector(row)
    nearest, farthest = _band(row)
    known: Observed = {
        "observer_lon": observer[0] if observer else None,
        "observer_lat": observer[1] if observer else None,
        "bearing_deg": sector.bearing_deg if sector else None,
        "bearing_halfwidth_deg": sector.halfwidth_deg if sector else None,
        "distance_min_m": nearest,
        "distance_max_m": farthest,
    }
    if observer and phenomenon is Phenomenon.NOTHING:
        own_m = profile.position_sigma_m or OWN_SIGMA_M
        return {**known, "lon": observer[0], "lat": observer[1], "sigma_m": own_m}
    reach = farthest if farthest is not None else profile.range_m.get(phenomenon)
    if observer is None or reach is None:
        return known
    return {**known, **_seen_from(observer, sector, (nearest or 0.0, max(reach, nearest or 0.0)), profile)}


def _seen_from(
    observer: tuple[float, float], sector: Sector | None, band: tuple[float, float], profile: SourceProfile
) -> Observed:
    bearing, width = (sector.bearing_deg, sector.halfwidth_deg) if sector else (0.0, 180.0)
    nearest, farthest = _assessed(*band, profile)
    where = place_in_sector(
        lon=observer[0],
        lat=observer[1],
        sector=Sector(
            bearing_deg=bearing, halfwidth_deg=min(180.0, width + (profile.bearing_sigma_deg or 0.0))
        ),
        nearest_m=nearest,
        farthest_m=farthest,
        observer_sigma_m=profile.position_sigma_m or OWN_SIGMA_M,
    )
    major_m = round(where.major_m, 1)
    if sector is None:
        return {"lon": observer[0], "lat": observer[1], "sigma_m": major_m}
    return {
        "lon": round(where.lon, 6),
        "lat": round(where.lat, 6),
        "major_m": major_m,
        "minor_m": round(where.minor_m, 1),
        "azimuth_deg": round(where.azimuth_deg, 3),
    }


def _sector(row: Row) -> Sector | None:
    words = row.get("directions")
    if words is None:
        return None
    try:
        return sector_of(words.split("|"))
    except KeyError:
        raise InputError("not compass points such as NNW|N", where="directions") from None


def _band(row: Row) -> tuple[float | None, float | None]:
    nearest, farthest = number(row, "dist_min_km"), number(row, "dist_max_km")
    for value, column in ((nearest, "dist_min_km"), (farthest, "dist_max_km")):
        if value is not None and not 0 <= value <= 100:
            raise InputError("not between 0 and 100 km: is it in metres?", where=column)
    if nearest is not None and farthest is not None and farthest < nearest:
        raise InputError("the band ends before it starts: write the nearer first", where="dist_max_km")
    return (
        None if nearest is None else nearest * 1000,
        None if farthest is None else farthest * 1000,
    )


def _assessed(nearest_m: float, farthest_m: float, profile: SourceProfile) -> tuple[float, float]:
    """Return the band with the error of judging it: the profile's factor, and of one number its rounding."""
    factor = profile.distance_factor or 1.0
    slack = ROUNDING_M if nearest_m == farthest_m else 0.0
    return max(0.0, nearest_m - slack) / factor, (farthest_m + slack) * factor


def _heading(flight: str | None) -> float | None:
    """Return the heading of a single flight such as SE->NW, None for a list or none."""
    ends = (flight or "").split("->")
    if len(ends) != 2 or "|" in (flight or ""):
        return None
    try:
        start, end = map(heading_of, ends)
    except KeyError:
        return None
    return end if abs((end - start + 180) % 360 - 180) >= 90 else None


def _calibre(weapon: str | None) -> float | None:
    found = re.search(r"\b(\d{1,3}(?:\.\d+)?)[ -]?mm\b", weapon or "")
    return float(found[1]) if found else None


def _text(row: Row, profile: SourceProfile) -> str:
    """Return the words as given; the post's name is among them only when its source published it."""
    parts = (
        row.get("obs_id"),
        row.get("smm_position") if profile.published else None,
        _words(row),
        row.get("assessment"),
        f"flight {row['flight_direction']}" if row.get("flight_direction") else None,
        row.get("note"),
        row.get("source_url"),
    )
    return "; ".join(part for part in parts if part)


def _words(row: Row) -> str:
    qualifier = row.get("count_qualifier")
    counted = (None if qualifier == "exact" else qualifier, row.get("count"), stated(row, "phenomenon"))
    return " ".join(part for part in counted if part)
