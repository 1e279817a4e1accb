"""Worked examples beside an agreement: an incident, and what its clause makes of it, as a lawyer would check it.

Rules:
- an example is TOML: a title, the clause and reading, the expected verdict and reasons, an [incident];
- the verdict `not_assessed` is for a clause that says nothing of such an incident, and makes no row;
- times have their offset; places are lon, lat in degrees; `error_m` is the 90 % radius;
- a zone that an exercise needs is given as `[zone.ID]` with the corners of its outline.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

import polars as pl
import shapely

from trucewatch.assess.assess import assess
from trucewatch.assess.block import Block, read_block
from trucewatch.errors import AgreementError
from trucewatch.model.agreement import Agreement
from trucewatch.model.areas import Areas, areas_from
from trucewatch.model.tables import COVERAGE, INCIDENTS
from trucewatch.model.vocabulary import Verdict

NOT_ASSESSED = "not_assessed"
_KEYS = ("title", "clause", "reading", "verdict", "why_not", "p_breach", "invoked", "incident", "zone")
_INCIDENT = (
    *("phenomenon", "trajectory", "from", "to", "lon", "lat", "error_m", "area_id", "p_kind", "p_real"),
    *("means", "sources", "origins"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One incident under one clause and reading, and the verdict that its author expects."""

    title: str
    clause_id: str
    reading: str
    verdict: Verdict | None  # None: the clause says nothing of such an incident
    why_not: tuple[str, ...]
    p_breach: float | None  # None: the example does not say
    invoked: tuple[str, ...]  # clause ids of exceptions that a party invoked
    incident: pl.DataFrame  # one row of INCIDENTS
    zones: Areas


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What the program made of an example."""

    verdict: Verdict | None
    why_not: tuple[str, ...]
    p_breach: float | None


def read_example(text: str, *, agreement: Agreement, file: str) -> Example:
    """Return the example in `text`; raises AgreementError, `where` being `file`."""
    try:
        block = read_block(text, line=1, holder=file, file=file)
        block.only(_KEYS)
        incident = block.table("incident")
        incident.only(_INCIDENT)
        clause_id = f"{agreement.name}/{block.needed('clause')}"
        agreement.clause(clause_id)
        return Example(
            title=block.needed("title"),
            clause_id=clause_id,
            reading=block.needed("reading"),
            verdict=_verdict(block.needed("verdict")),
            why_not=tuple(sorted(block.texts("why_not"))),
            p_breach=block.number("p_breach"),
            invoked=tuple(f"{agreement.name}/{code}" for code in block.texts("invoked")),
            incident=_incident(incident),
            zones=_zones(block.table("zone")),
        )
    except (tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as broken:
        raise AgreementError(f"not an example: {broken}; see the other examples", where=file) from broken


def _verdict(word: str) -> Verdict | None:
    return None if word == NOT_ASSESSED else Verdict(word)


def _incident(given: Block) -> pl.DataFrame:
    error, origins, means = given.number("error_m"), given.number("origins"), given.texts("means")
    p_kind, p_real = given.number("p_kind"), given.number("p_real")
    row = {
        "incident_id": "example",
        "from_utc": given.moment("from"),
        "to_utc": given.moment("to"),
        "lon": given.number("lon"),
        "lat": given.number("lat"),
        "major90_m": error,
        "minor90_m": error,
        "azimuth_deg": None if error is None else 0.0,
        "area_id": given.text("area_id"),
        "phenomenon": given.needed("phenomenon"),
        "p_phenomenon": 1.0 if p_kind is None else p_kind,
        "trajectory": given.text("trajectory"),
        "p_real": 1.0 if p_real is None else p_real,
        "n_observations": None if origins is None else int(origins),
        "n_origins": None if origins is None else int(origins),
        "means": sorted(means),
        "source_ids": sorted(given.texts("sources")),
        "told_by": [],
        "observations": [],
    }
    return INCIDENTS.conform(pl.DataFrame([row], schema=INCIDENTS.schema))


def _zones(given: Block) -> Areas:
    return areas_from(list(given.keys), [_outline(given.table(name)) for name in given.keys])


def _outline(zone: Block) -> shapely.Geometry:
    zone.only(("corners",))
    corners = zone.keys.get("corners")
    if not isinstance(corners, list) or not all(isinstance(c, list) and len(c) == 2 for c in corners):
        raise zone.fault(
            "corners is not a list of [lon, lat]; write corners = [[20.0, 10.0], ...]", "corners"
        )
    outline = shapely.Polygon(corners)
    if not shapely.is_valid(outline):
        raise zone.fault(f"crosses itself: {shapely.is_valid_reason(outline)}; mend its corners", "corners")
    return outline


def work(example: Example, agreement: Agreement, areas: Areas) -> Worked:
    """Return what `assess` makes of the example's incident under its clause and reading."""
    within = areas_from((*areas.ids, *example.zones.ids), (*areas.outlines, *example.zones.outlines))
    records = dict.fromkeys(example.invoked, ("the example",))
    found = assess(example.incident, agreement, COVERAGE.empty(), areas=within, profiles={}, invoked=records)
    rows = found.assessments.filter(
        pl.col("clause_id") == example.clause_id, pl.col("reading") == example.reading
    )
    for row in rows.iter_rows(named=True):
        return Worked(
            verdict=Verdict(row["verdict"]), why_not=tuple(row["why_not"]), p_breach=row["p_breach"]
        )
    cleared = found.cleared.filter(
        pl.col("clause_id") == example.clause_id, pl.col("reading") == example.reading, pl.col("n") > 0
    )
    return Worked(verdict=None if cleared.is_empty() else Verdict.NO_BREACH_SHOWN, why_not=(), p_breach=None)
