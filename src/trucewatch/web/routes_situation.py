"""The routes of the situation.

Rules:
- what a map asks for as it moves is a route as any other, and shows the same projection.
"""

from __future__ import annotations

from trucewatch.mission.access import Action
from trucewatch.web.route import CSV, GEOJSON, HTML, JSON, PARQUET, Route
from trucewatch.web.situation import (
    INCIDENTS_ASKED,
    LAYERS_ASKED,
    ground,
    map_window,
    outlines,
    row_page,
    situation_page,
)

SITUATION: tuple[Route, ...] = (
    Route(
        name="situation",
        path="/situation",
        shows="incidents on a map, in time and as a table",
        answers=situation_page,
        action=Action.SEE_INCIDENTS,
        endings=(HTML, JSON, CSV, GEOJSON, PARQUET),
        asks={**INCIDENTS_ASKED, **LAYERS_ASKED, "page": "which page of the table"},
        group="situation",
    ),
    Route(
        name="situation-window",
        path="/situation/window",
        shows="what the map shows of a window: incidents, or bins where they are many",
        answers=map_window,
        action=Action.SEE_INCIDENTS,
        endings=(JSON,),
        asks={**INCIDENTS_ASKED, "sectors": LAYERS_ASKED["sectors"]},
    ),
    Route(
        name="situation-ground",
        path="/situation/ground",
        shows="zones and lines as somebody claims them, and the hours watched by area",
        answers=ground,
        action=Action.SEE_INCIDENTS,
        endings=(GEOJSON,),
        asks=INCIDENTS_ASKED,
    ),
    Route(
        name="situation-outlines",
        path="/situation/outlines",
        shows="the outlines under every map",
        answers=outlines,
        action=None,
        endings=(GEOJSON,),
    ),
    Route(
        name="situation-row",
        path="/situation/rows/{row}",
        shows="the way from a row of the map to its incident",
        answers=row_page,
        action=Action.SEE_INCIDENTS,
        endings=(HTML,),
    ),
)
