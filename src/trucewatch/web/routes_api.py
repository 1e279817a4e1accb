"""The routes of the API and of OGC API Features.

Rules:
- each asks for the same right as the page that shows the same.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from trucewatch.mission.access import Action
from trucewatch.model.tables import ASSESSMENTS, COVERAGE, INCIDENTS, OBSERVATIONS
from trucewatch.report.drawn import Drawn
from trucewatch.web.api import ROOT, Answers, checkpoint, machine, proof, row_of, rows_of, rows_of_page
from trucewatch.web.api_document import document
from trucewatch.web.api_lines import take_lines
from trucewatch.web.api_pages import CASES, GUARANTEES, SOURCES, STATEMENTS
from trucewatch.web.asked import Answer, Ask, Method, Page, Sent
from trucewatch.web.features import ROOT as OGC_ROOT
from trucewatch.web.features import (
    collection,
    collections,
    conformance,
    definition,
    item,
    items,
    landing,
)
from trucewatch.web.pages_cases import case_page, cases_page
from trucewatch.web.pages_guarantees import board_page, timeline_page
from trucewatch.web.pages_sources import source_page, sources_page
from trucewatch.web.route import CSV, GEOJSON, HTML, LARGE_BODY, PARQUET, Route
from trucewatch.web.situation import INCIDENTS_ASKED

PAGED = {"limit": "how many at once, 1 to 10000", "cursor": "where the list goes on, as it said itself"}
LISTED = (HTML, CSV, GEOJSON, PARQUET)
WINDOW = {name: INCIDENTS_ASKED[name] for name in ("bbox", "from", "to", "kind", "source", "area")}
OF_ASSESSMENTS = {name: INCIDENTS_ASKED[name] for name in ("clause", "verdict", "area")}
OF_COVERAGE = {name: INCIDENTS_ASKED[name] for name in ("from", "to", "kind", "source", "area")}

OF_CASES = {
    "state": "where a case stands",
    "side": "whose allegation: A, B or common",
    "outcome": "what was determined",
    "owner": "who of the desk has it",
}


def _row(
    path: str, shows: str, answers: Answers, action: Action, asks: Mapping[str, str] | None = None
) -> Route:
    """Return a row of something that is one JSON object."""
    name = "api" + path.replace("/", "-").replace("{", "").replace("}", "")
    return Route(
        name=name,
        path=ROOT + path,
        shows=shows,
        answers=answers,
        action=action,
        endings=(HTML,),
        asks=asks or {},
    )


def _list(path: str, shows: str, answers: Answers, action: Action, asks: Mapping[str, str]) -> Route:
    """Return a row of a list."""
    return Route(
        name="api" + path.replace("/", "-"),
        path=ROOT + path,
        shows=shows,
        answers=answers,
        action=action,
        endings=LISTED,
        asks={**asks, **PAGED},
    )


SEE, _LEDGER = Action.SEE_INCIDENTS, Action.SEE_GUARANTEES
_CELL = ("actor", "component", "statement_id")
LISTS: tuple[Route, ...] = (
    _list("/observations", "observations", rows_of(OBSERVATIONS), SEE, WINDOW),
    _row("/observations/{observation}", "one observation", row_of(OBSERVATIONS, "observation"), SEE),
    _list("/incidents", "incidents", rows_of(INCIDENTS), SEE, INCIDENTS_ASKED),
    _row("/incidents/{incident}", "one incident", row_of(INCIDENTS, "incident"), SEE),
    _list("/assessments", "assessments", rows_of(ASSESSMENTS), SEE, OF_ASSESSMENTS),
    _row("/assessments/{assessment}", "one assessment", row_of(ASSESSMENTS, "assessment"), SEE),
    _list("/coverage", "what was watched", rows_of(COVERAGE), SEE, OF_COVERAGE),
    _list(
        "/statements", "what was said, by whom", rows_of_page(timeline_page, STATEMENTS, "id"), _LEDGER, {}
    ),
    _list("/guarantees", "who undertook what", rows_of_page(board_page, GUARANTEES, *_CELL), _LEDGER, {}),
    _list("/cases", "the cases", rows_of_page(cases_page, CASES, "case"), Action.SEE_CASE, OF_CASES),
    _row("/cases/{case}", "one case", machine(case_page), Action.SEE_CASE),
    _list("/sources", "the sources", rows_of_page(sources_page, SOURCES, "source"), Action.SEE_SOURCE, {}),
    _row("/sources/{source}", "one source", machine(source_page), Action.SEE_SOURCE),
    Route(
        name="api-lines",
        path=ROOT + "/sources/{source}/observations",
        shows="takes in lines of JSON as a source's file, and answers a line with a line",
        answers=take_lines,
        action=Action.SUBMIT,
        method=Method.POST,
        endings=(HTML,),
        largest_body=LARGE_BODY,
        takes_lines=True,
    ),
    _row("/record", "the log and its last published checkpoint", checkpoint, Action.SEE_RECORD),
    _row("/record/proofs/{name}", "the proof of a record", proof, Action.SEE_RECORD),
)
TABLES = {
    "api-observations": OBSERVATIONS,
    "api-observations-observation": OBSERVATIONS,
    "api-incidents": INCIDENTS,
    "api-incidents-incident": INCIDENTS,
    "api-assessments": ASSESSMENTS,
    "api-assessments-assessment": ASSESSMENTS,
    "api-coverage": COVERAGE,
    "api-statements": STATEMENTS,
    "api-guarantees": GUARANTEES,
    "api-cases": CASES,
    "api-sources": SOURCES,
}


def openapi(_ask: Ask) -> Answer:
    """Return the API's definition."""
    raw = msgspec.json.encode(document(LISTS, TABLES))
    return Sent(raw=raw, media_type="application/vnd.oai.openapi+json;version=3.1")


def explorer(ask: Ask) -> Answer:
    """Return a page from which the API is asked."""
    return Page(
        title=ask.spoken.gettext("The API"),
        drawn=lambda _: Drawn(template="explorer.html", told={"rows": LISTS}),
        json=lambda: msgspec.json.encode(document(LISTS, TABLES)),
    )


API: tuple[Route, ...] = (
    *LISTS,
    _row("/openapi", "the API's definition in OpenAPI 3.1", openapi, Action.SEE_RELEASED),
    _row("/explorer", "a page from which the API is asked", explorer, Action.SEE_RELEASED),
)

OGC_ASKED = {
    "bbox": "west, south, east, north in degrees",
    "datetime": "a moment, or two with a stroke between, as RFC 3339 spells them",
    "limit": "how many at once, 1 to 10000",
    "cursor": "where the list goes on, as it said itself",
    "phenomenon": "what was observed",
    "area_id": "the area, when only an area is known",
    "f": "the form: json",
}


def _features(path: str, shows: str, answers: Answers, asks: Mapping[str, str] | None = None) -> Route:
    """Return a row of OGC API Features."""
    return Route(
        name="ogc" + path.replace("/", "-").replace("{", "").replace("}", ""),
        path=OGC_ROOT + path,
        shows=shows,
        answers=answers,
        action=Action.SEE_RELEASED,
        endings=(HTML,),
        asks={"f": OGC_ASKED["f"]} if asks is None else asks,
    )


FEATURES: tuple[Route, ...] = (
    _features("", "the way into the features", landing),
    _features("/api", "the definition of the features' API", definition),
    _features("/conformance", "what it conforms to", conformance),
    _features("/collections", "the collections", collections),
    _features("/collections/{collection}", "one collection", collection),
    _features("/collections/{collection}/items", "features that were released", items, OGC_ASKED),
    _features("/collections/{collection}/items/{feature}", "one feature", item),
)
