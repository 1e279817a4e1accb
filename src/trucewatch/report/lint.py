"""A report held to itself and to the map before it is written: sums, counts, bearings, distances, names of places.

Rules:
- a sum is the sum of its parts, a count the number of those listed under it, a change the later less the earlier;
- a place that was described by bearing and distance lies where both say, as far as its own error allows;
- a position whose words name a place of the gazetteer lies near one of that name; a name on the map is one there;
- a fault is one line and names its number; nothing is mended here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl
import pyproj

from trucewatch.model.areas import area_name
from trucewatch.model.geodesy import ELLIPSE90
from trucewatch.model.source import Gazetteer
from trucewatch.report.daily import Day
from trucewatch.report.figures import Figure
from trucewatch.report.regions import Region
from trucewatch.report.sightings import Incident
from trucewatch.report.span import Span, summed

GEOD = pyproj.Geod(ellps="WGS84")
NEAR_M = 25_000.0  # a settlement and its outskirts
NAMED_M = 1_000.0  # a name on the map from its place
AREA = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")  # ISO 3166-2; a zone's id is its agreement's own
SLACK_DEG, SLACK_M = 1.0, 100.0  # words are rounded: compass points, hundreds of metres


class Rule(StrEnum):
    """What a report is held to."""

    SUM = "sum"
    COUNT = "count"
    BEARING = "bearing"
    DISTANCE = "distance"
    PLACE = "place"
    NAME = "name"


ARITHMETIC = frozenset({Rule.SUM, Rule.COUNT})
"""A report that fails one of these is wrong in itself, and is not written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One number or name that does not hold."""

    rule: Rule
    where: str  # section/region/what: as the CSV names the number
    said: str

    @property
    def line(self) -> str:
        """The fault as one line."""
        return f"{self.rule.value}: {self.where}: {self.said}"


def lint(day: Day, observations: pl.DataFrame, gazetteer: Gazetteer) -> tuple[Fault, ...]:
    """Return everything in a report that does not hold; `observations` are the rows that it stands on."""
    return (
        *_sums(day),
        *_shares(day),
        *_counts(day),
        *_listed(day),
        *_described(day, observations),
        *_positions(day, observations, gazetteer),
        *_names(day, gazetteer),
    )


def _sums(day: Day) -> Iterator[Fault]:
    for series in day.series:
        for block in series.blocks:
            parts = summed(span for _, span in block.by_region)
            if block.by_region and block.span != parts:
                where = f"series/{series.name}/{block.start.date()}"
                yield _not(Rule.SUM, where, block.span, parts, "its regions make")
    for tally in day.tallies:
        for region, span, _ in tally.by_region:
            own = [t.total.span for r in day.regions if r.region == region for t in r.totals]
            if span not in own:
                yield _not(Rule.SUM, f"totals/{region}/{tally.name}", span, own, "its region states")
    for change in day.changes:
        for kind in change.kinds:
            if kind.change is None or kind.today is None or kind.before is None:
                continue
            made = kind.today.since(kind.before)
            if kind.change != made:
                where = f"change/{change.region}/{kind.kind}"
                yield _not(Rule.SUM, where, kind.change, made, "the two days make")


def _shares(day: Day) -> Iterator[Fault]:
    for region in day.regions:
        for theirs in region.totals:
            part, total = theirs.itemised, theirs.total
            whole = total.most if total.most is not None else total.least
            if part is None or part.share is None or not whole or part.counted.least is None:
                continue
            share = round(part.counted.least / whole, 3)
            if part.share != share:
                where = f"totals/{region.region}/{total.name}/share"
                yield _not(Rule.SUM, where, part.share, share, "the rows make")


def _counts(day: Day) -> Iterator[Fault]:
    by_id = {incident.incident_id: incident for incident in day.incidents}
    for region in day.regions:
        seen = sum(i.observed for i in day.incidents if i.region == region.region)
        if region.observed != seen:
            yield _not(Rule.COUNT, f"figures/{region.region}/observed", region.observed, seen, "listed are")
        for figure in region.figures:
            yield from _figure(region, figure, by_id)
    figured = sum(f.incidents.most or 0 for r in day.regions for f in r.figures)
    if figured != len(day.incidents):
        yield _not(Rule.COUNT, "figures/all/incidents", figured, len(day.incidents), "listed are")


def _figure(region: Region, figure: Figure, by_id: Mapping[str, Incident]) -> Iterator[Fault]:
    where = f"figures/{region.region}/{figure.kind}{'/told' if figure.told else ''}"
    listed = [by_id[i] for i in figure.incident_ids if i in by_id]
    alike = [
        i for i in by_id.values() if (i.region, i.kind, i.told) == (region.region, figure.kind, figure.told)
    ]
    if {i.incident_id for i in alike} != set(figure.incident_ids):
        yield _not(Rule.COUNT, f"{where}/ids", len(figure.incident_ids), len(alike), "listed are")
        return
    number = Span(least=sum(not i.straddles for i in listed), most=len(listed))
    if figure.incidents != number:
        yield _not(Rule.COUNT, f"{where}/incidents", figure.incidents, number, "listed are")
    counted = _counted(listed)
    if figure.raw != counted:
        yield _not(Rule.SUM, f"{where}/raw", figure.raw, counted, "its incidents make")


def _counted(listed: Iterable[Incident]) -> Span:
    """Return what incidents of one kind make, counted raw: those surely of the day at least, all at most."""
    found = tuple(listed)
    lows = [i.count.least for i in found if not i.straddles]
    highs = [i.count.most for i in found]
    stated = [low for low in lows if low is not None]
    least = sum(stated) if stated or not lows else None
    most = None if None in highs else sum(high for high in highs if high is not None)
    return Span(least=least, most=most)


def _listed(day: Day) -> Iterator[Fault]:
    numbers = [incident.number for incident in day.incidents]
    if numbers != [*range(1, len(numbers) + 1)]:
        yield Fault(
            rule=Rule.COUNT, where="incidents/numbers", said=f"{len(numbers)} are not numbered 1 onwards"
        )
    known = {incident.incident_id for incident in day.incidents}
    for one in day.assessed:
        if one.incident is not None and one.incident.incident_id not in known:
            where = f"assessments/{one.clause_id}/{one.incident.incident_id}"
            yield Fault(rule=Rule.COUNT, where=where, said="is of no incident that is listed")
    if day.sheet is None:
        return
    drawn = Counter(
        [
            *(i.number for i in day.sheet.placed),
            *(n for outline in day.sheet.outlines for n in outline.numbers),
            *day.sheet.unplaced,
            *day.sheet.outside,
        ]
    )
    twice = sorted(n for n, times in drawn.items() if times > 1 or n not in numbers)
    if twice:
        said = f"incident {twice[0]} is drawn {drawn[twice[0]]} times, and listed {numbers.count(twice[0])}"
        yield Fault(rule=Rule.COUNT, where="map/incidents", said=said)


def _rows(day: Day, observations: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that the report lists, which have an observer's position."""
    ids = [s.observation_id for i in day.incidents for s in i.sightings]
    whole = observations.filter(pl.col("observer_lon").is_not_null() & pl.col("observer_lat").is_not_null())
    return whole.filter(pl.col("observation_id").is_in(ids)).sort("observation_id")


def _described(day: Day, observations: pl.DataFrame) -> Iterator[Fault]:
    """Yield the places that do not lie where their bearing and distance say."""
    rows = _rows(day, observations).filter(pl.col("lon").is_not_null() & pl.col("lat").is_not_null())
    if rows.is_empty():
        return
    from_lon, from_lat, lon, lat = (
        rows[name].to_numpy() for name in ("observer_lon", "observer_lat", "lon", "lat")
    )
    azimuths, _, metres = GEOD.inv(from_lon, from_lat, lon, lat)
    for row, azimuth, far in zip(rows.iter_rows(named=True), azimuths, metres, strict=True):
        where = f"observations/{row['source_id']}/{row['observation_id']}"
        error_m = ELLIPSE90 * (row["major_m"] or row["sigma_m"] or 0.0) + SLACK_M
        bearing, least, most = row["bearing_deg"], row["distance_min_m"], row["distance_max_m"]
        if bearing is not None and far > error_m:
            off = abs((azimuth - bearing + 180) % 360 - 180)
            turned = math.degrees(math.asin(min(1.0, error_m / far)))
            if off > (row["bearing_halfwidth_deg"] or 0.0) + turned + SLACK_DEG:
                said = f"said at {bearing:g}°, placed at {azimuth % 360:.0f}°"
                yield Fault(rule=Rule.BEARING, where=where, said=said)
        near, wide = (least or 0.0) - error_m, math.inf if most is None else most + error_m
        if not near <= far <= wide:
            ends_km = f"{(least or 0) / 1000:g} to {'any' if most is None else f'{most / 1000:g}'} km"
            said = f"said {ends_km} away, placed {far / 1000:.1f} km away"
            yield Fault(rule=Rule.DISTANCE, where=where, said=said)


def _positions(day: Day, observations: pl.DataFrame, gazetteer: Gazetteer) -> Iterator[Fault]:
    """Yield the positions whose words name a place of the gazetteer that lies elsewhere."""
    rows = _rows(day, observations).filter(pl.col("text").is_not_null())
    if rows.is_empty():
        return
    known = _spelled(gazetteer)
    for row in rows.iter_rows(named=True):
        name = next((n for part in row["text"].split(";") if (n := _place_in(part.strip(), known))), None)
        if name is None:
            continue
        far = min(_metres(row["observer_lon"], row["observer_lat"], *spot) for spot in known[name])
        if far > NEAR_M:
            where = f"observations/{row['source_id']}/{row['observation_id']}"
            said = f"its words name {name}, and its position lies {far / 1000:.0f} km from there"
            yield Fault(rule=Rule.PLACE, where=where, said=said)


def _spelled(gazetteer: Gazetteer) -> Mapping[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    for place in gazetteer.values():
        for name, _, _ in place.spellings:
            found.setdefault(name.casefold(), []).append((place.lon, place.lat))
    return found


def _place_in(part: str, known: Mapping[str, object]) -> str | None:
    """Return the place that a part of some words is the name of: all of it, or its first word but for a quarter."""
    words = part.casefold().split()
    whole = " ".join(words)
    if whole in known:
        return whole
    quarter = len(words) > 1 and words[1] in ("city", "central", "centre", "railway")
    return words[0] if quarter and words[0] in known else None


def _metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    _, _, metres = GEOD.inv(lon, lat, other_lon, other_lat)
    return float(np.abs(metres))


def _names(day: Day, gazetteer: Gazetteer) -> Iterator[Fault]:
    """Yield the names of regions that no area has, and names on the map that no place there has."""
    for region in day.regions:
        if region.region and AREA.fullmatch(region.region) and area_name(region.region) == region.region:
            said = "is no area that has a name"
            yield Fault(rule=Rule.NAME, where=f"figures/{region.region}", said=said)
    known = _spelled(gazetteer)
    for named in day.sheet.names if day.sheet else ():
        spots = known.get(named.name.casefold(), [])
        if not any(_metres(named.lon, named.lat, *spot) <= NAMED_M for spot in spots):
            where = f"map/{named.name}"
            said = "is known there by no name" if spots else "is in no gazetteer"
            yield Fault(rule=Rule.NAME, where=where, said=said)


def _not(rule: Rule, where: str, said: object, made: object, by: str) -> Fault:
    return Fault(rule=rule, where=where, said=f"{_short(said)} is printed, and {by} {_short(made)}")


def _short(value: object) -> str:
    if isinstance(value, Span):
        return f"{value.least}" if value.least == value.most else f"{value.least} to {value.most}"
    if isinstance(value, list):
        return ", ".join(map(_short, value)) or "none"
    return str(value)
