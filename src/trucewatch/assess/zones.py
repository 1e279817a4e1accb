"""The shapes in zones.geojson (RFC 7946), each looked at before anything is measured from it.

Rules:
- a feature's id is the name of its zone or line; a zone is a polygon, a line is one LineString;
- a zone or line that crosses itself is refused, and so is a line that does not say whose side is on its left;
- degrees are flat here: what spans more than 180 degrees of longitude is taken to cross the antimeridian, and refused;
- "properties": null is none, as RFC 7946 has it;
- two shapes of one name do not hold at once;
- every error names zones.geojson with the feature's line, and how to mend it.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import shapely

from trucewatch.assess.block import meant, nearest
from trucewatch.errors import AgreementError
from trucewatch.model.agreement import Agreement
from trucewatch.model.shapes import Shape, Shapes

FILE = "zones.geojson"
PROPERTIES = ("from", "to", "claimed_by", "left", "source_url")
_ZONES, _LINES = ("Polygon", "MultiPolygon"), ("LineString",)
_WIDEST_DEG = 180
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feature:
    """One feature as it stands: its keys, and the line on which it starts."""

    keys: Mapping[str, object]
    nth: int
    line: int

    @property
    def inner(self) -> Mapping[str, object]:
        found = self.keys.get("properties")
        return found if isinstance(found, dict) else {}

    @property
    def name(self) -> str:
        given = self.keys.get("id", self.inner.get("id"))
        return given if isinstance(given, str) else ""

    def fault(self, message: str) -> AgreementError:
        said = f"feature {self.nth}{f' ({self.name})' if self.name else ''}"
        return AgreementError(f"{said}: {message}", where=f"{FILE}:{self.line}")

    def text(self, key: str) -> str | None:
        value = self.inner.get(key)
        if value is not None and not (isinstance(value, str) and value.strip()):
            raise self.fault(f"{key} is not a text; write it in quotation marks or leave it out")
        return value if isinstance(value, str) else None

    def moment(self, key: str) -> datetime | None:
        text = self.text(key)
        if text is None:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            raise self.fault(
                f"{key} is {text!r}, no time with its offset; write it as in 2016-09-21T00:00:00+03:00"
            )
        try:
            return found.astimezone(UTC)
        except OverflowError as beyond:
            raise self.fault(f"{key} is {text!r}, no time of any calendar; mend its year") from beyond


def read_shapes(text: str) -> Shapes:
    """Return the shapes in the GeoJSON `text` by name and time; raises AgreementError."""
    features = tuple(_features(text))
    read = [(feature, _shape(feature)) for feature in features]
    read.sort(key=lambda pair: (pair[1].name, pair[1].from_utc or _EARLIEST, pair[0].nth))
    for (_, first), (feature, second) in itertools.pairwise(read):
        if first.name == second.name:
            _one_after_the_other(first, second, feature)
    return Shapes(shapes=tuple(shape for _, shape in read))


def match_shapes(agreement: Agreement, shapes: Shapes) -> None:
    """Refuse names whose shape is neither given nor said to be unknown, or both, or of another kind.

    A shape that the agreement does not name is an area of the map, and nothing of the agreement's.
    """
    declared = {one.name: one for one in agreement.mapped}
    for shape in shapes.shapes:
        mapped = declared.get(shape.name)
        if mapped and mapped.unknown:
            raise _misplaced(
                shape, f"is given, and agreement.md:{mapped.line} calls it unknown; keep one of the two"
            )
        if mapped and mapped.is_line != shape.is_line:
            kinds = ("a zone", "a line") if shape.is_line else ("a line", "a zone")
            raise _misplaced(
                shape, f"is {kinds[1]} here and {kinds[0]} in agreement.md:{mapped.line}; mend one"
            )
    strangers = [name for name in shapes.names if name not in declared]
    for name, mapped in declared.items():
        if mapped.unknown is None and name not in shapes.names:
            mend = meant(name, strangers, f"draw it in {FILE}, or write unknown = 'why it is not known'")
            raise AgreementError(
                f"{name!r} has no feature in {FILE}; {mend}", where=f"agreement.md:{mapped.line}"
            )


def _misplaced(shape: Shape, said: str) -> AgreementError:
    return AgreementError(f"feature {shape.name!r} {said}", where=f"{FILE}:{shape.line}")


def _features(text: str) -> Iterator[_Feature]:
    """Yield the features with the lines on which they start."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as broken:
        at = getattr(broken, "lineno", 1)
        raise AgreementError(f"not JSON: {broken}; mend it there", where=f"{FILE}:{at}") from broken
    found = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise AgreementError(
            "not a FeatureCollection; write {'type': 'FeatureCollection', 'features': [...]}",
            where=f"{FILE}:1",
        )
    lines = _lines(text, found)
    for nth, keys in enumerate(found):
        yield _Feature(keys=keys, nth=nth + 1, line=lines[nth])


def _lines(text: str, features: Sequence[object]) -> list[int]:
    """Return the line on which each feature starts."""
    for opened in re.finditer(r'"features"\s*:\s*\[', text):
        at, lines = opened.end(), []
        for feature in features:
            met = re.compile(r"[\s,]*").match(text, at)
            at = met.end() if met else at
            lines.append(text.count("\n", 0, at) + 1)
            try:
                read, at = json.JSONDecoder().raw_decode(text, at)
            except ValueError:
                break
            if read != feature:
                break
        else:
            return lines
    return [1] * len(features)


def _shape(feature: _Feature) -> Shape:
    if not feature.name:
        raise feature.fault("has no id; write 'id': the name of its zone or line")
    for key in feature.inner:
        if key not in (*PROPERTIES, "id"):
            raise feature.fault(f"unknown property {key!r}; {nearest(key, PROPERTIES, 'they are')}")
    geometry = _geometry(feature)
    address = feature.text("source_url")
    if address is not None and not address.startswith(("https://", "http://")):
        raise feature.fault(
            f"source_url is {address!r}, no address of the web; write one that starts with https://"
        )
    shape = Shape(
        name=feature.name,
        geometry=geometry,
        from_utc=feature.moment("from"),
        to_utc=feature.moment("to"),
        claimed_by=feature.text("claimed_by"),
        left=feature.text("left"),
        source_url=address,
        line=feature.line,
    )
    _whole(shape, feature)
    return shape


def _whole(shape: Shape, feature: _Feature) -> None:
    if shape.from_utc and shape.to_utc and shape.to_utc <= shape.from_utc:
        raise feature.fault("ends before it starts; mend `from` or `to`")
    if shape.is_line and shape.left not in ("A", "B"):
        raise feature.fault("a line says whose side is on its left as drawn; write 'left': 'A' or 'B'")
    if not shape.is_line and shape.left is not None:
        raise feature.fault("a zone has no left side; leave `left` out")


def _geometry(feature: _Feature) -> shapely.Geometry:
    found = _read(feature)
    _on_earth(found, feature)
    is_line = isinstance(found, shapely.LineString)
    if not shapely.is_valid(found):
        said = shapely.is_valid_reason(found)
        raise feature.fault(f"crosses or touches itself: {said} (lon lat); draw its border anew there")
    if is_line and not shapely.is_simple(found):
        raise feature.fault("the line crosses itself; draw it anew, or part it")
    if is_line and shapely.is_closed(found):
        raise feature.fault("the line ends where it begins and has no sides; make it a zone, or part it")
    return found


def _read(feature: _Feature) -> shapely.Geometry:
    if feature.keys.get("geometry") is None:
        raise feature.fault("has no geometry; draw it, or leave the feature out")
    try:
        found = shapely.force_2d(shapely.from_geojson(json.dumps(feature.keys.get("geometry"))))
    except (shapely.errors.GEOSException, ValueError, TypeError) as broken:
        said = str(broken).splitlines()[0]
        if "closed" in said:
            raise feature.fault("its ring is not closed; end it with the place where it begins") from broken
        raise feature.fault(f"its geometry cannot be read ({said}); mend its coordinates") from broken
    kind = getattr(found, "geom_type", "nothing")
    if kind not in (*_ZONES, *_LINES):
        raise feature.fault(f"is a {kind}; a zone is a Polygon or MultiPolygon, a line one LineString")
    if found.is_empty:
        raise feature.fault("has no coordinates; give them, or leave the feature out")
    return found


def _on_earth(found: shapely.Geometry, feature: _Feature) -> None:
    """Refuse what is not in degrees, and a part that goes around the world: it crosses the antimeridian."""
    west, south, east, north = shapely.bounds(found).tolist()
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise feature.fault(
            f"({west:g}, {south:g}) to ({east:g}, {north:g}) is not lon, lat in degrees; swapped, or in metres?"
        )
    for part in shapely.get_parts(found):
        left, _, right, _ = shapely.bounds(part).tolist()
        if right - left > _WIDEST_DEG:
            mend = (
                "two lines with names of their own"
                if isinstance(found, shapely.LineString)
                else "two parts of a MultiPolygon"
            )
            raise feature.fault(
                f"spans {right - left:g} degrees of longitude; split it at the antimeridian (180) into {mend}"
            )


def _one_after_the_other(first: Shape, second: Shape, feature: _Feature) -> None:
    if first.is_line != second.is_line:
        raise feature.fault("is a zone here and a line elsewhere; rename one")
    if (first.to_utc or _LATEST) > (second.from_utc or _EARLIEST):
        raise feature.fault(
            "holds while another feature of its name does; part them in time with `from` and `to`, or rename one"
        )
