"""One incident: what, where, when and how sure in one glance, and under it everything that this stands on.

Rules:
- each observation stands with its source and its own words, and no observer's position;
- why they are one event is told part by part, in bits, for every pair that was weighed;
- assessments stand with clause and trace; nothing is totalled by party;
- each observation has the record's entry that holds it, so that anyone can check it there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from markupsafe import Markup

from trucewatch.model.instants import Clock
from trucewatch.model.published import Published
from trucewatch.report.assessed import Assessed
from trucewatch.report.drawn import Drawn
from trucewatch.report.drawn_map import map_svg
from trucewatch.report.html import phrases
from trucewatch.report.machine import as_text, marked
from trucewatch.report.sheet import Sheet
from trucewatch.report.sightings import PARTS, Incident, Pair
from trucewatch.report.terms import mark
from trucewatch.report.words import Words

PART_NAMES = {
    "w_time": mark("Time"),
    "w_place": mark("Place"),
    "w_kind": mark("Kind"),
    "w_source": mark("Source"),
    "w_density": mark("Density"),
}
WIDEST_BITS = 12.0  # a bar of the full width


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The record's entry that an observation came with."""

    observation_id: str
    source_id: str
    seq: int  # of the record
    evidence: str  # the vault's name of the bytes as received


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """The page."""

    mission: str
    stamp: str
    exercise: bool
    clock: Clock
    day: date
    at: datetime
    known_at: datetime
    published: Published | None
    incident: Incident
    sheet: Sheet | None
    pairs: tuple[Pair, ...]
    assessed: tuple[Assessed, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One part of a pair's weight: how far to the one side or the other."""

    name: str
    bits: float
    width: float  # px


def incident_drawn(page: IncidentPage, spoken: Words) -> Drawn:
    """Return the page for a shell to show."""
    sheet = page.sheet if page.sheet is None else replace(page.sheet, unplaced=())
    told: dict[str, object] = {
        "page": page,
        "mark": page.stamp,
        "map_svg": map_svg(sheet, spoken) if sheet else Markup(""),
        "bars": lambda pair: [
            Bar(name=spoken.gettext(PART_NAMES[name]), bits=bits, width=min(abs(bits) / WIDEST_BITS, 1) * 110)
            for name, bits in pair.parts
            if name in PARTS
        ],
    }
    more: Mapping[str, object] = phrases(spoken)
    return Drawn(template="incident.html", told={**told, **more})


def incident_json(page: IncidentPage) -> bytes:
    """Return everything the page says."""
    return as_text(marked(page, page.stamp))
