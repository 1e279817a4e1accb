"""The situation: map, time and table of incidents, locked together by one address.

Rules:
- the page is whole without a script: a drawn map, bars of time, filters as a form, and the table;
- the script puts a map that moves in the drawing's place, and asks this page again for the rest;
- what is shown is the viewer's projection; zones and lines are claims, and the public is shown none;
- the same address gives the same view: window, time and words stand in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

import msgspec
import numpy as np
import polars as pl

from trucewatch.mission.cells import Steps
from trucewatch.mission.columns import FAMILIES, KINDS, Columns
from trucewatch.mission.grounds import (
    Claimed,
    Watching,
    claimed_at,
    claims_json,
    outlines_json,
    seen_by_area,
    watching,
)
from trucewatch.mission.picturing import areas_touching, map_json, picture, window_shown
from trucewatch.mission.query import PARAMETERS, Query, query_of
from trucewatch.mission.sectors import MOST_DRAWN, Sighted, sectors_of
from trucewatch.mission.selecting import Index, selected
from trucewatch.mission.tallying import Bins, Tally
from trucewatch.mission.views import moment_of, opened
from trucewatch.mission.views_incidents import View
from trucewatch.mission.views_tables import rows_by_id, rows_by_key
from trucewatch.model.tables import ASSESSMENTS, INCIDENTS
from trucewatch.model.vocabulary import Audience, Phenomenon, Verdict
from trucewatch.report.drawn import Drawn
from trucewatch.report.drawn_bars import bars_svg
from trucewatch.report.drawn_situation import Cell, Ellipse, Ground, situation_svg
from trucewatch.report.words import Words
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Ending, Link, Moved, Page, Sent
from trucewatch.web.files import listed

A_PAGE = 50
ODDS = (0.05, 0.2, 0.45, 0.55, 0.8, 0.95)
PAGE = "page"
INCIDENTS_ASKED: Mapping[str, str] = MappingProxyType(
    {
        "bbox": "west,south,east,north in degrees",
        "from": "from this moment, with its offset",
        "to": "until this moment, with its offset",
        "kind": "kinds, parted by commas",
        "clause": "clauses, parted by commas",
        "verdict": "verdicts, parted by commas",
        "source": "sources, parted by commas",
        "area": "areas by id, parted by commas",
        "p_min": "at least so probable to have happened",
        "p_max": "at most so probable",
    }
)
LAYERS_ASKED: Mapping[str, str] = MappingProxyType(
    {
        "coverage": "yes: what was watched is drawn too",
        "sectors": "yes: directions and distances that were reported are drawn too",
    }
)
LATEST_FIRST = slice(None, None, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One incident in the table."""

    incident: Mapping[str, object]
    kind: Phenomenon
    verdicts: tuple[tuple[str, Verdict], ...]  # clause and verdict


def situation_page(ask: Ask) -> Answer:
    """Return the situation, or its rows in another form."""
    query, view = asked(ask), ask.holding.view(ask.held, ask.audience)
    kept = kept_by(ask, view, query)
    if ask.ending in (Ending.GEOJSON, Ending.CSV, Ending.PARQUET):
        return listed(ask, INCIDENTS, all_rows(ask, view, kept))
    return Page(
        title=ask.spoken.gettext("Situation"),
        drawn=lambda link: _drawn(ask, query, view, kept, link),
        json=lambda: _json(ask, query, view, kept),
    )


def map_window(ask: Ask) -> Answer:
    """Return what the map shows of a window, as columns of numbers."""
    view = ask.holding.view(ask.held, ask.audience)
    shown = shown_of(ask, view, asked(ask))
    mark, sectors = ask.record.mark(ask.audience), sectors_shown(ask, view, shown)
    return Sent(raw=map_json(view.columns, view.grid, shown, mark, sectors), media_type="application/json")


def sectors_shown(ask: Ask, view: View, shown: Tally) -> tuple[Sighted, ...] | None:
    """Return the sectors of what is shown where they are asked for, None when there are too many to draw."""
    if "sectors" not in ask.query:
        return ()
    if shown.bins is not None or len(shown.singly) > MOST_DRAWN:
        return None
    connection = opened(ask.record.folder)
    try:
        return sectors_of(connection, view.shelf, view.columns.row[shown.singly].tolist())
    finally:
        connection.close()


def shown_of(ask: Ask, view: View, query: Query) -> Tally:
    """Return what a query shows of a view, counted."""
    return picture(view.columns, view.grid, query, ask.holding.areas(ask.held))


def kept_by(ask: Ask, view: View, query: Query) -> Index:
    """Return the places in the columns of what a query asks for, by time."""
    areas = ask.holding.areas(ask.held)
    return selected(view.columns, query, lambda window: areas_touching(areas, window))


def outlines(_ask: Ask) -> Answer:
    """Return the outlines that lie under every map."""
    return Sent(raw=outlines_json(), media_type="application/geo+json", lasting=True)


def ground(ask: Ask) -> Answer:
    """Return zones and lines as somebody claims them at the end of the time shown, and the hours watched."""
    query = asked(ask)
    names = {
        "claimed": ask.spoken.gettext("as %(by)s claims it"),
        "unclaimed": ask.spoken.gettext("whose claim it is was not stated"),
    }
    return Sent(
        raw=claims_json(_claims(ask, query), _watched(ask, query), names), media_type="application/geo+json"
    )


def row_page(ask: Ask) -> Answer:
    """Return the way from a row of the map to the page of its incident."""
    view = ask.holding.view(ask.held, ask.audience)
    key = ask.named["row"]
    if not key.isdigit() or len(key) > 15 or int(key) not in view.columns.row:
        return NOT_HERE
    connection = opened(ask.record.folder)
    try:
        found = rows_by_key(connection, INCIDENTS, [int(key)])
    finally:
        connection.close()
    return Moved(where=f"/incidents/{found['incident_id'][0]}")


def asked(ask: Ask) -> Query:
    """Return what the address asks of incidents."""
    return query_of((name, ask.query[name]) for name in PARAMETERS if name in ask.query)


def all_rows(ask: Ask, view: View, kept: Index) -> pl.DataFrame:
    """Return the rows at places of the columns."""
    connection = opened(ask.record.folder)
    try:
        return rows_by_key(connection, INCIDENTS, view.columns.row[kept].tolist())
    finally:
        connection.close()


def _claims(ask: Ask, query: Query) -> tuple[Claimed, ...]:
    if ask.audience is Audience.PUBLIC:
        return ()
    return claimed_at(ask.record, query.to_utc or ask.valid_at)


def _watched(ask: Ask, query: Query) -> tuple[Watching, ...]:
    view = ask.holding.view(ask.held, ask.audience)
    connection = opened(ask.record.folder)
    try:
        return watching(connection, view.shelf, query)
    finally:
        connection.close()


def _rows(ask: Ask, view: View, kept: Index) -> tuple[Row, ...]:
    connection = opened(ask.record.folder)
    try:
        rows = rows_by_key(connection, INCIDENTS, view.columns.row[kept].tolist())
        ids = rows["incident_id"].to_list()
        judged = rows_by_id(connection, ASSESSMENTS, view.shelf, ids, by="incident_id")
    finally:
        connection.close()
    verdicts: dict[str, set[tuple[str, Verdict]]] = {}
    for incident, clause, verdict in judged.select("incident_id", "clause_id", "verdict").iter_rows():
        verdicts.setdefault(incident, set()).add((clause, Verdict(verdict)))
    return tuple(
        Row(
            incident=row,
            kind=Phenomenon(row["phenomenon"]),
            verdicts=tuple(sorted(verdicts.get(row["incident_id"], ()))),
        )
        for row in rows.iter_rows(named=True)
    )


def _page_number(ask: Ask, kept: Index) -> tuple[int, int]:
    """Return which page of the table is asked for, from 1, and how many there are."""
    pages = max(1, math.ceil(len(kept) / A_PAGE))
    text = ask.query.get(PAGE, "1")
    return (min(max(int(text), 1), pages) if text.isdigit() and len(text) < 9 else 1), pages


def _json(ask: Ask, query: Query, view: View, kept: Index) -> bytes:
    number, pages = _page_number(ask, kept)
    shown = shown_of(ask, view, query)
    part = kept[LATEST_FIRST][(number - 1) * A_PAGE : number * A_PAGE]
    told = {
        "stamp": ask.record.mark(ask.audience),
        "asked": dict(query.address),
        "known_at": ask.record.known_at,
        "matched": len(kept),
        "page": number,
        "pages": pages,
        "by_area_only": dict(shown.areas),
        "sectors": msgspec.to_builtins(sectors_shown(ask, view, shown)),
        "watched": [msgspec.to_builtins(one) for one in _watched(ask, query)],
        "incidents": [
            {**row.incident, "assessments": [{"clause_id": c, "verdict": v.value} for c, v in row.verdicts]}
            for row in _rows(ask, view, part)
        ],
    }
    return msgspec.json.encode(told)


def _drawn(ask: Ask, query: Query, view: View, kept: Index, link: Link) -> Drawn:
    columns, spoken, shown = view.columns, ask.spoken, shown_of(ask, view, query)
    number, pages = _page_number(ask, kept)
    part = kept[LATEST_FIRST][(number - 1) * A_PAGE : number * A_PAGE]
    claims, watched, sectors = _claims(ask, query), _watched(ask, query), sectors_shown(ask, view, shown)
    under = Ground(
        areas=ask.holding.areas(ask.held),
        counts=dict(shown.areas),
        claims=[(one.name, one.geometry) for one in claims],
        watched=seen_by_area(watched) if "coverage" in ask.query else {},
        sectors=[one.shape for one in sectors or ()],
    )
    window = query.window or window_shown(columns)
    told = {
        "query": query,
        "clock": ask.record.clock,
        "picture": shown,
        "matched": len(kept),
        "rows": _rows(ask, view, part),
        "number": number,
        "pages": pages,
        "turn": lambda n: _address(ask, query, page=n),
        "choices": _choices(columns, spoken),
        "claims": claims,
        "watched": watched,
        "sectors": sectors,
        "most_sectors": MOST_DRAWN,
        "window": window,
        "families": {FAMILIES[code] for code in columns.family[shown.singly].tolist()},
        "link": link,
        "span": (moment_of(int(columns.from_us[0])), moment_of(int(columns.ended_us[-1])))
        if columns.height
        else None,
        "map_svg": situation_svg(window, _ellipses(columns, shown.singly), _cells(shown.bins), under, spoken),
        "bars_svg": bars_svg(
            shown.bars, _chosen(view.grid.steps, query), spoken.gettext("How many incidents begin when")
        ),
        "kept": _along(ask),
    }
    return Drawn(template="situation.html", told=told)


def _address(ask: Ask, query: Query, *, page: int) -> str:
    return "/situation?" + urlencode(
        [*query.address, *_layers(ask).items(), *_along(ask).items(), (PAGE, str(page))]
    )


def _along(ask: Ask) -> Mapping[str, str]:
    """Return what goes along from page to page."""
    return {n: ask.query[n] for n in ("lang", "known_at", "valid_at", "audience") if n in ask.query}


def _layers(ask: Ask) -> Mapping[str, str]:
    """Return the layers that are drawn besides."""
    return {name: "yes" for name in LAYERS_ASKED if name in ask.query}


def _choices(columns: Columns, spoken: Words) -> Mapping[str, list[tuple[str, str]]]:
    """Return what each filter can be set to, and its words."""
    judged = {one for each in columns.judged_sets.tolist() for one in each.split("|") if one}
    sources = sorted({one for each in columns.told_sets.tolist() for one in each.split("|") if one})
    here = np.flatnonzero(np.bincount(columns.kind, minlength=len(KINDS)))
    met = {Verdict(one.rpartition("=")[2]) for one in judged}
    return {
        "kind": [(KINDS[code].value, spoken.term(KINDS[code])) for code in here],
        "clause": [(name, name) for name in sorted({one.rpartition("=")[0] for one in judged})],
        "verdict": [(verdict.value, spoken.term(verdict)) for verdict in sorted(met)],
        "source": [(name, name) for name in sources],
        "p_min": [(f"{p:g}", f"{spoken.likelihood(p + 0.01)} (≥ {spoken.percent(p)})") for p in ODDS],
    }


def _chosen(steps: Steps, query: Query) -> tuple[float, float]:
    start, whole = steps.from_us, max(steps.step_us * steps.count, 1)

    def share(when: float) -> float:
        return (when - start) / whole

    left = 0.0 if query.from_utc is None else share(query.from_utc.timestamp() * 1e6)
    return left, 1.0 if query.to_utc is None else share(query.to_utc.timestamp() * 1e6)


def _ellipses(columns: Columns, at: Index) -> list[Ellipse]:
    axes = zip(
        columns.lon[at].tolist(),
        columns.lat[at].tolist(),
        columns.major90_m[at].tolist(),
        columns.minor90_m[at].tolist(),
        columns.azimuth_deg[at].tolist(),
        columns.family[at].tolist(),
        strict=True,
    )
    return [
        Ellipse(
            lon=lon,
            lat=lat,
            major90_m=major if major == major else 0.0,
            minor90_m=minor if minor == minor else 0.0,
            azimuth_deg=azimuth if azimuth == azimuth else 0.0,
            family=FAMILIES[code],
        )
        for lon, lat, major, minor, azimuth, code in axes
    ]


def _cells(bins: Bins | None) -> list[Cell]:
    if bins is None:
        return []
    wide = 1 << bins.level
    found = zip(bins.x.tolist(), bins.y.tolist(), bins.count.tolist(), strict=True)
    return [
        Cell(
            edges=(x / wide * 360 - 180, _south(y + 1, wide), (x + 1) / wide * 360 - 180, _south(y, wide)),
            count=n,
        )
        for x, y, n in found
    ]


def _south(y: int, wide: int) -> float:
    """Return the latitude of the northern edge of a row of cells."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / wide))))
