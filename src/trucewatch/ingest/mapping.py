"""A table's mapping as written in TOML: for each column of ours, where it comes from.

    [acme.mapping]
    from_utc = "seen_at"                                     # one of their columns
    to_utc = { seconds = 60 }                                # so long after from_utc
    phenomenon = { column = "kind", words = { blast = "explosion" } }
    distance_max_m = { column = "range", unit = "km" }
    means = { constant = "heard" }
    text = { columns = ["report", "remarks"] }               # joined by " | "
    reported_utc = { column = "sent", format = "%d.%m.%Y %H:%M" }

Rules:
- beside the columns of the table there are five that become others: `day` (the whole local day),
  `count` (in words, such as "over 200"), `directions` (compass points joined by "|"), `heading` (one
  point), and `observer_sigma_m` (how far off the observer's own place is);
- a mistake in a mapping is the user's to mend, and raises ConfigError with what would be right.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

from trucewatch.errors import ConfigError
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import OBSERVATIONS

UNSET = frozenset({"observation_id", "source_id", "evidence", "row", "sensitivity"})
VIRTUAL = ("day", "count", "directions", "heading", "observer_sigma_m")
TARGETS = (*(name for name in OBSERVATIONS.schema if name not in UNSET), *VIRTUAL)
INSTEAD: Mapping[str, tuple[str, ...]] = {
    "day": ("from_utc", "to_utc"),
    "count": ("count_min", "count_max"),
    "directions": ("bearing_deg", "bearing_halfwidth_deg"),
    "heading": ("heading_deg",),
}
METRES: Mapping[str, float] = {
    "m": 1.0,
    "km": 1000.0,
    "cm": 0.01,
    "mm": 0.001,
    "ft": 0.3048,
    "in": 0.0254,
    "mi": 1609.344,
    "nmi": 1852.0,
}
UNITS: Mapping[str, str] = {c.name: c.unit for c in OBSERVATIONS.columns}
_KEYS = ("column", "columns", "constant", "format", "seconds", "unit", "words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Where one column of ours comes from; `factor` turns their unit into ours."""

    target: str
    columns: tuple[str, ...] = ()
    constant: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    factor: float = 1.0
    format: str | None = None
    seconds: float | None = None

    @property
    def theirs(self) -> str | None:
        """The column to name when a cell is refused."""
        return self.columns[0] if self.columns else None


def fields_of(profile: SourceProfile) -> Mapping[str, Field]:
    """Return the mapping of `profile` by our columns; raises ConfigError where it cannot be followed."""
    where = f"[{profile.source_id}.mapping]"
    fields = {target: _field(target, said, where) for target, said in profile.mapping.items()}
    if "phenomenon" not in fields:
        raise ConfigError("phenomenon is needed: name its column, or give a constant", where=where)
    if "day" not in fields and not {"from_utc", "to_utc"} <= fields.keys():
        raise ConfigError("give from_utc and to_utc (a column, or { seconds = 60 }), or day", where=where)
    if len({"lon", "lat"} & fields.keys()) == 1 or len({"observer_lon", "observer_lat"} & fields.keys()) == 1:
        raise ConfigError("a longitude needs a latitude, and the reverse", where=where)
    for whole, parts in INSTEAD.items():
        both = fields.keys() & set(parts) if whole in fields else ()
        if both:
            raise ConfigError(f"{min(both)} and {whole} say the same: give one of them", where=where)
    return fields


def _field(target: str, said: object, where: str) -> Field:
    if target not in TARGETS:
        raise ConfigError(f"{target!r} is no column{_near(target, TARGETS)}", where=where)
    if isinstance(said, str):
        return Field(target=target, columns=(said,))
    if not isinstance(said, Mapping):
        raise ConfigError(
            f"{target}: give a column's name or a table such as {{ column = ... }}", where=where
        )
    unknown = next((key for key in said if key not in _KEYS), None)
    if unknown is not None:
        raise ConfigError(f"{target}.{unknown} is not known{_near(str(unknown), _KEYS)}", where=where)
    origins = [key for key in ("column", "columns", "constant", "seconds") if key in said]
    if len(origins) != 1:
        raise ConfigError(f"{target}: give one of column, columns, constant or seconds", where=where)
    if "seconds" in said and target != "to_utc":
        raise ConfigError(f"{target}: only to_utc may be so many seconds after from_utc", where=where)
    return _read(target, said, where)


def _read(target: str, said: Mapping[str, object], where: str) -> Field:
    columns, words, seconds = (
        said.get("columns", [said.get("column")]),
        said.get("words", {}),
        said.get("seconds"),
    )
    named = "column" in said or "columns" in said
    if named and not (isinstance(columns, list) and columns and all(isinstance(c, str) for c in columns)):
        raise ConfigError(f"{target}: a column is named by text, columns by a list of texts", where=where)
    if not isinstance(words, Mapping) or not all(isinstance(word, str) for word in words.values()):
        raise ConfigError(f'{target}.words: give {{ "theirs" = "ours" }}', where=where)
    if seconds is not None and not (isinstance(seconds, int | float) and seconds > 0):
        raise ConfigError(f"{target}.seconds: give a number above 0", where=where)
    constant, shape = said.get("constant"), said.get("format")
    return Field(
        target=target,
        columns=tuple(str(c) for c in columns) if named and isinstance(columns, list) else (),
        constant=None if constant is None else str(constant),
        words={str(theirs): str(ours) for theirs, ours in words.items()},
        factor=_factor(target, said.get("unit"), where),
        format=None if shape is None else str(shape),
        seconds=float(seconds) if isinstance(seconds, int | float) else None,
    )


def _factor(target: str, unit: object, where: str) -> float:
    if unit is None:
        return 1.0
    ours = "m" if target == "observer_sigma_m" else UNITS.get(target, "")
    if unit == ours:
        return 1.0
    if ours not in METRES or str(unit) not in METRES:
        raise ConfigError(f"{target}.unit: a length has one of {', '.join(METRES)}", where=where)
    return METRES[str(unit)] / METRES[ours]


def _near(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known)}"
