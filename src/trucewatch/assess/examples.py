"""Worked examples beside an agreement: an incident, and what its clause makes of it, as a lawyer would check it.

Rules:
- an example is TOML: a title, the clause and reading, the expected verdict and reasons, an [incident];
- the verdict `not_assessed` is for a clause that says nothing of such an incident, and makes no row;
- what happened before it is given as `[[before]]`, and what a record states of it as `[[notices]]`;
- times have their offset; places are lon, lat in degrees; `error_m` is the 90 % radius;
- a zone or line that an exercise needs is given as `[zone.NAME]` with `corners`, `[line.NAME]` with `points` and `left`,
  and is one that the agreement declares or its clauses name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl
import shapely

from trucewatch.assess.assess import assess
from trucewatch.assess.block import Block, nearest, read_block
from trucewatch.assess.example_keys import DRAWN_LINE, DRAWN_ZONE, EXAMPLE, NOT_ASSESSED
from trucewatch.assess.used import names_in
from trucewatch.errors import InputError
from trucewatch.model.agreement import Agreement, Clause
from trucewatch.model.areas import Areas
from trucewatch.model.condition import Stated
from trucewatch.model.notice import Notice
from trucewatch.model.shapes import NO_SHAPES, Shape, Shapes
from trucewatch.model.tables import COVERAGE, INCIDENTS
from trucewatch.model.vocabulary import Verdict

RECORD, EXAMPLE_ID = "the example", "example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One incident under one clause and reading, and the verdict that its author expects."""

    title: str
    clause_id: str
    reading: str
    verdict: Verdict | None  # None: the clause says nothing of such an incident
    why_not: tuple[str, ...]
    p_breach: float | None  # None: the example does not say
    incident: pl.DataFrame  # one row of INCIDENTS
    before: pl.DataFrame  # INCIDENTS: what happened before it
    notices: tuple[Notice, ...]  # what records state of it, invocations among them
    drawn: Shapes  # its own zones and lines
    shows: tuple[str, ...] = ()  # other clauses that it shows
    because: str | None = None  # why that comes of it, as its author says

    @property
    def invoked(self) -> tuple[str, ...]:
        """The exceptions that a party relies on in it."""
        return tuple(n.clause_id for n in self.notices if n.stated is Stated.INVOKED and n.clause_id)


def read_example(text: str, *, agreement: Agreement, file: str) -> Example:
    """Return the example in `text`; raises AgreementError, `where` being `file` and its line."""
    block = read_block(text, line=1, holder="the example", file=file)
    block.fits(EXAMPLE)
    clause = _clause(block, agreement)
    reading = block.needed("reading")
    names = [one.name for one in clause.readings]
    if names and reading not in names:
        raise block.fault(
            f"{clause.clause_id} has no reading {reading!r}; {nearest(reading, names, 'it has')}", "reading"
        )
    verdict = block.needed("verdict")
    incident = block.table("incident")
    return Example(
        title=block.needed("title"),
        clause_id=clause.clause_id,
        reading=reading,
        verdict=None if verdict == NOT_ASSESSED else Verdict(verdict),
        why_not=tuple(sorted(block.texts("why_not"))),
        p_breach=block.number("p_breach"),
        incident=_incident(incident, EXAMPLE_ID),
        before=pl.concat(
            [
                INCIDENTS.empty(),
                *(_incident(one, f"before-{nth}") for nth, one in enumerate(block.tables("before"))),
            ]
        ),
        notices=_notices(block, incident, agreement),
        drawn=_drawn(block, agreement),
        shows=_shows(block, agreement),
        because=block.text("because"),
    )


def _clause(block: Block, agreement: Agreement) -> Clause:
    known = {clause.clause_id.split("/")[1]: clause for clause in agreement.clauses}
    return known[_code(block, block.needed("clause"), known, "clause")]


def _shows(block: Block, agreement: Agreement) -> tuple[str, ...]:
    known = {clause.clause_id.split("/")[1]: clause for clause in agreement.clauses}
    return tuple(known[_code(block, code, known, "shows")].clause_id for code in block.texts("shows"))


def _code(block: Block, code: str, known: dict[str, Clause], key: str) -> str:
    if code not in known:
        raise block.fault(f"no clause {code!r}; {nearest(code, known, 'they are')}", key)
    return code


def _incident(given: Block, name: str) -> pl.DataFrame:
    start, end = _span(given)
    _placed(given)
    error, origins = given.number("error_m"), given.whole("origins")
    p_kind, p_real = given.number("p_kind"), given.number("p_real")
    heading, halfwidth = given.number("heading_deg"), given.number("heading_halfwidth_deg")
    row = {
        "incident_id": name,
        "from_utc": start,
        "to_utc": end,
        "lon": given.number("lon"),
        "lat": given.number("lat"),
        "major90_m": error,
        "minor90_m": error,
        "azimuth_deg": None if error is None else 0.0,
        "area_id": given.text("area_id"),
        "phenomenon": given.needed("phenomenon"),
        "p_phenomenon": 1.0 if p_kind is None else p_kind,
        "trajectory": given.text("trajectory"),
        "heading_deg": heading,
        "heading_halfwidth_deg": None if heading is None else halfwidth or 0.0,
        "altitude_min_m": given.number("altitude_m"),
        "altitude_max_m": given.number("altitude_m"),
        "weapon": given.text("weapon"),
        "calibre_min_mm": given.number("calibre_mm"),
        "calibre_max_mm": given.number("calibre_mm"),
        "count_min": given.whole("count"),
        "count_max": given.whole("count"),
        "p_real": 1.0 if p_real is None else p_real,
        "n_observations": origins,
        "n_origins": origins,
        "means": sorted(given.texts("means")),
        "source_ids": sorted(given.texts("sources")),
        "told_by": sorted(given.texts("told_by")),
        "observations": [],
    }
    try:
        return INCIDENTS.conform(pl.DataFrame([row], schema=INCIDENTS.schema))
    except InputError as strange:
        raise given.fault(f"{strange.message}; mend it") from strange


def _placed(given: Block) -> None:
    for one, other in (("lon", "lat"), ("lat", "lon")):
        if one in given.keys and other not in given.keys:
            raise given.fault(f"{one} stands without {other}; write both, or neither", one)


def _span(given: Block) -> tuple[datetime, datetime]:
    start, end = given.moment("from"), given.moment("to")
    if start is None or end is None or end < start:
        raise given.fault("ends before it starts; mend `from` or `to`", "to")
    return start, end


def _notices(block: Block, incident: Block, agreement: Agreement) -> tuple[Notice, ...]:
    """Return what is stated of the incident: from its time when a notice gives none."""
    known = {clause.clause_id.split("/")[1]: clause for clause in agreement.clauses}
    start, end = _span(incident)
    found = [
        Notice(
            stated=Stated.INVOKED,
            record=RECORD,
            by=RECORD,
            at=end,
            from_utc=start,
            to_utc=end,
            clause_id=known[_code(block, code, known, "invoked")].clause_id,
            incident_id=EXAMPLE_ID,
        )
        for code in block.texts("invoked")
    ]
    for table in block.tables("notices"):
        relied_on = table.text("exception")
        _placed(table)
        found.append(
            Notice(
                stated=Stated(table.needed("stated")),
                record=RECORD,
                by=table.text("by") or RECORD,
                at=table.moment("at") or start,
                from_utc=table.moment("from") or start,
                to_utc=table.moment("to") or end,
                party=table.text("party"),
                area_id=table.text("area_id"),
                lon=table.number("lon"),
                lat=table.number("lat"),
                radius_m=table.number("radius_m"),
                clause_id=known[_code(table, relied_on, known, "exception")].clause_id if relied_on else None,
                denies=table.flag("denies"),
            )
        )
    return tuple(found)


def _drawn(block: Block, agreement: Agreement) -> Shapes:
    shapes = []
    for kind, keys, key in (("zone", DRAWN_ZONE, "corners"), ("line", DRAWN_LINE, "points")):
        given = block.table(kind)
        for name in given.keys:
            table = given.table(name)
            _declared(table, name, kind, agreement)
            table.fits(keys)
            shapes.append(_shape(table, name, key))
    return Shapes(shapes=tuple(sorted(shapes, key=lambda shape: shape.name)))


def _declared(table: Block, name: str, kind: str, agreement: Agreement) -> None:
    known = {mapped.name: "line" if mapped.is_line else "zone" for mapped in agreement.mapped}
    named = {one for clause in agreement.clauses for one in names_in(clause)}
    if known.get(name, kind) != kind:
        raise table.fault(f"{name!r} is a {known[name]} of the agreement; write [{known[name]}.{name}]")
    if name not in known and name not in named:
        ours = sorted(one for one, of in known.items() if of == kind)
        mend = nearest(name, ours, "it has") if ours else f"declare it under [[{kind}s]]"
        raise table.fault(f"the agreement has no {kind} {name!r}; {mend}")


def _shape(table: Block, name: str, key: str) -> Shape:
    points = table.keys[key]
    if not isinstance(points, list) or not all(
        isinstance(p, list) and len(p) == 2 and all(isinstance(n, int | float) for n in p) for p in points
    ):
        raise table.fault(f"{key} is not a list of [lon, lat]; write {key} = [[20.0, 10.0], ...]", key)
    try:
        drawn = shapely.Polygon(points) if key == "corners" else shapely.LineString(points)
    except (ValueError, shapely.errors.GEOSException) as few:
        raise table.fault(f"{key} has too few places; give more", key) from few
    if not (shapely.is_valid(drawn) and shapely.is_simple(drawn)):
        raise table.fault(f"{key}: {name} crosses itself; draw it anew", key)
    return Shape(name=name, geometry=drawn, left=table.text("left"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What the program made of an example."""

    verdict: Verdict | None
    why_not: tuple[str, ...]
    p_breach: float | None


def work(example: Example, agreement: Agreement, areas: Areas, shapes: Shapes = NO_SHAPES) -> Worked:
    """Return what `assess` makes of the example's incident; its own zones and lines stand before `shapes` of their name."""
    about = [c for c in agreement.clauses if example.clause_id in (c.clause_id, *c.excepts)]
    drawn = example.drawn.shapes
    others = [shape for shape in shapes.shapes if shape.name not in example.drawn.names]
    found = assess(
        pl.concat([example.before, example.incident]),
        replace(agreement, clauses=tuple(about)),
        COVERAGE.empty(),
        areas=areas,
        profiles={},
        shapes=Shapes(shapes=tuple(sorted([*drawn, *others], key=lambda shape: shape.name))),
        notices=example.notices,
    )
    asked = (pl.col("clause_id") == example.clause_id) & (pl.col("reading") == example.reading)
    rows = found.assessments.filter(asked, pl.col("incident_id") == EXAMPLE_ID)
    for row in rows.iter_rows(named=True):
        return Worked(
            verdict=Verdict(row["verdict"]), why_not=tuple(row["why_not"]), p_breach=row["p_breach"]
        )
    cleared = found.cleared.filter(asked, pl.col("n") > 0)
    if example.incident["phenomenon"].item() not in agreement.clause(example.clause_id).phenomena:
        return Worked(verdict=None, why_not=(), p_breach=None)
    return Worked(verdict=None if cleared.is_empty() else Verdict.NO_BREACH_SHOWN, why_not=(), p_breach=None)
