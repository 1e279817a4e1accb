"""The map as an inline drawing: ellipses for places, hatching for areas, a scale and a legend.

Rules:
- kinds differ by outline and by text, not by colour alone, and no party has a colour;
- an ellipse smaller than can be seen is drawn at the least size that can, and the legend says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from trucewatch.model.geodesy import METRES_PER_DEGREE
from trucewatch.model.vocabulary import FIRE, Phenomenon
from trucewatch.report.sheet import Frame, Outline, Sheet
from trucewatch.report.sightings import Incident, Place
from trucewatch.report.svg import drawing, element, text, together
from trucewatch.report.words import Words

WIDTH, HEIGHT = 960, 600
LEAST_RADIUS = 3.0
NUMBERED_UP_TO = 60


def map_svg(sheet: Sheet, words: Words) -> Markup:
    """Return the map as SVG."""
    per_degree = HEIGHT / (sheet.frame.north - sheet.frame.south)
    metre = per_degree / METRES_PER_DEGREE
    parts = [element("rect", x=0, y=0, width=WIDTH, height=HEIGHT, class_="sea")]
    parts += [_area(outline, sheet.frame) for outline in sheet.outlines]
    parts += [_name(outline, sheet.frame, words) for outline in sheet.outlines]
    parts += [_ellipse(i, i.place, sheet.frame, metre) for i in _largest_first(sheet.placed) if i.place]
    parts += [_town(named.name, *_at(named.lon, named.lat, sheet.frame)) for named in sheet.names]
    parts += [_post(*_at(post.lon, post.lat, sheet.frame)) for post in sheet.posts]
    parts += _numbers(sheet.placed, sheet.frame) if len(sheet.placed) <= NUMBERED_UP_TO else []
    parts.append(_scale(metre, words))
    title = words.gettext("Map of the day's incidents; the table below says the same in words")
    return drawing(together(parts), width=WIDTH, height=HEIGHT, title=title, prefix="map")


def family(incident: Incident) -> str:
    """Return how an incident is drawn: fire, told or other."""
    if incident.told:
        return "told"
    return "fire" if incident.kind in FIRE else "thermal" if incident.kind is Phenomenon.THERMAL else "other"


def _largest_first(placed: Sequence[Incident]) -> list[Incident]:
    return sorted(placed, key=lambda i: (-(i.place.major90_m if i.place else 0), i.number))


def _at(lon: float, lat: float, frame: Frame) -> tuple[float, float]:
    x = (lon - frame.west) / (frame.east - frame.west) * WIDTH
    return x, (frame.north - lat) / (frame.north - frame.south) * HEIGHT


def _area(outline: Outline, frame: Frame) -> Markup:
    rings = [
        "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in (_at(*p, frame) for p in r)) + "Z"
        for r in outline.rings
    ]
    path = element("path", d="".join(rings), class_="land", fill_rule="evenodd")
    if not outline.numbers:
        return path
    return path + element(
        "path", d="".join(rings), fill="url(#map-hatch)", class_="area-only", fill_rule="evenodd"
    )


def _name(outline: Outline, frame: Frame, words: Words) -> Markup:
    x, y = _at(*outline.label, frame)
    x, y = min(max(x, 60), WIDTH - 60), min(max(y, 30), HEIGHT - 50)
    label = text(x, y, words.area(outline.area_id), "area-name")
    if not outline.numbers:
        return label
    shown = ", ".join(map(str, outline.numbers[:12])) + (" …" if len(outline.numbers) > 12 else "")
    return label + text(x, y + 17, shown, "number")


def _ellipse(incident: Incident, place: Place, frame: Frame, metre: float) -> Markup:
    x, y = _at(place.lon, place.lat, frame)
    along, across = max(place.major90_m * metre, LEAST_RADIUS), max(place.minor90_m * metre, LEAST_RADIUS)
    turn = f"rotate({place.azimuth_deg:.1f} {x:.1f} {y:.1f})"
    shape = element("title", f"{incident.number}")
    return element(
        "ellipse", shape, cx=x, cy=y, rx=across, ry=along, transform=turn, class_=f"place {family(incident)}"
    )


def _town(name: str, x: float, y: float) -> Markup:
    dot = element("circle", cx=x, cy=y, r=2, class_="town")
    return dot + text(x + 6, y + 4, name, "town-name", "start")


def _post(x: float, y: float) -> Markup:
    points = f"{x:.1f},{y - 6:.1f} {x + 5.5:.1f},{y + 4:.1f} {x - 5.5:.1f},{y + 4:.1f}"
    return element("polygon", points=points, class_="post")


def _numbers(placed: Sequence[Incident], frame: Frame) -> list[Markup]:
    """Return each place's incident numbers once, those of one centre side by side."""
    centres: dict[tuple[int, int], list[int]] = {}
    for incident in placed:
        if incident.place is not None:
            x, y = _at(incident.place.lon, incident.place.lat, frame)
            centres.setdefault((round(x / 14), round(y / 10)), []).append(incident.number)
    return [
        text(x * 14, y * 10 + 4, ", ".join(map(str, sorted(numbers))), "number")
        for (x, y), numbers in sorted(centres.items())
    ]


def _scale(metre: float, words: Words) -> Markup:
    longest = WIDTH / 4 / metre
    power = 10 ** math.floor(math.log10(longest))
    length = max(step * power for step in (1, 2, 5) if step * power <= longest)
    wide = length * metre
    x, y = 24.0, HEIGHT - 22.0
    bar = element("path", d=f"M{x:.1f},{y - 6:.1f}V{y:.1f}H{x + wide:.1f}V{y - 6:.1f}", class_="scale")
    plate = element("rect", x=x - 10, y=y - 26, width=wide + 20, height=38, class_="plate")
    return plate + bar + text(x + wide / 2, y - 8, words.length(length), "t")
