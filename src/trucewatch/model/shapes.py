"""The shapes of an agreement's zones and lines, each with the time for which it is said to be so, and by whom.

Rules:
- a name may have several shapes, and no two of them at once;
- a shape is a claim: `claimed_by` is whose, and nothing here says that it is true;
- a line has its left hand: the party on whose side one has it when walking along it as drawn;
- places are lon, lat in degrees WGS 84; `to_utc` is up to but not including.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import shapely


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One feature of zones.geojson."""

    name: str
    geometry: shapely.Geometry  # of a zone a Polygon or MultiPolygon, of a line a LineString
    from_utc: datetime | None = None  # None: since ever
    to_utc: datetime | None = None  # None: for ever
    claimed_by: str | None = None  # whose claim it is; None: not stated
    left: str | None = None  # of a line: A or B
    source_url: str | None = None
    line: int = 0  # where it stands in zones.geojson

    @property
    def is_line(self) -> bool:
        """Whether it is a line."""
        return isinstance(self.geometry, shapely.LineString)

    def holds_at(self, moment: datetime) -> bool:
        """Say whether it is said to be so at `moment`."""
        return (self.from_utc is None or self.from_utc <= moment) and (
            self.to_utc is None or moment < self.to_utc
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """All shapes beside an agreement, by name and then by time."""

    shapes: tuple[Shape, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that have a shape, sorted."""
        return tuple(sorted({shape.name for shape in self.shapes}))

    def of(self, name: str) -> tuple[Shape, ...]:
        """Return the shapes of `name` in the order of time; none when it has none."""
        return tuple(shape for shape in self.shapes if shape.name == name)

    def at(self, name: str, moment: datetime) -> Shape | None:
        """Return the shape of `name` at `moment`, or None when it has none then."""
        return next((shape for shape in self.of(name) if shape.holds_at(moment)), None)


NO_SHAPES = Shapes()
"""Beside an agreement without zones.geojson."""
