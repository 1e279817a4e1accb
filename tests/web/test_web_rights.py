"""Each route by each role: the table of routes and the table of rights, asked of a served mission."""

from __future__ import annotations

import pytest
from litestar import Litestar
from served import PARTS, Peopled, Visitor

from trucewatch.mission.access import EVERYBODY, NOBODY_SIGNED_IN, Action, Viewer, may
from trucewatch.mission.invitations import Part
from trucewatch.web.app import paths_of
from trucewatch.web.asked import Method
from trucewatch.web.route import Route
from trucewatch.web.routes import ROUTES

# One address of each route; a route without a row here fails.
SAMPLES = {
    "front": "/",
    "static": "/static/style.css",
    "static-folder": "/static/map/nothing.js",
    "board": "/guarantees",
    "changes": "/guarantees/changes",
    "graph": "/guarantees/conditions",
    "timeline": "/guarantees/timeline",
    "without": "/guarantees/without/XA",
    "statement": "/guarantees/statements/exercise-ab/X1",
    "days": "/days",
    "day": "/days/2027-03-02",
    "incident": "/incidents/00000000000000000000000000000000",
    "cases": "/cases",
    "case": "/cases/{case}",
    "move": "/cases/{case}/moves",
    "releases": "/releases",
    "release": "/releases/release-0",
    "release-propose": "/releases/propose",
    "release-approve": "/releases/release-0/approve",
    "release-publish": "/releases/release-0/publish",
    "release-retract": "/releases/release-0/retract",
    "pack": "/cases/{case}/pack",
    "situation": "/situation",
    "situation-window": "/situation/window.json",
    "situation-ground": "/situation/ground.geojson",
    "situation-outlines": "/situation/outlines.geojson",
    "situation-row": "/situation/rows/1",
    "agreements": "/agreements",
    "agreement": "/agreements/exercise-line",
    "examples": "/agreements/exercise-line/examples",
    "sources": "/sources",
    "source": "/sources/smm",
    "marks": "/sources/marks",
    "record": "/record",
    "entry": "/record/entries/1",
    "proof": "/record/proofs/1",
    "check": "/record/check",
    "quotes": "/record/quotes",
    "sign-in": "/sign-in",
    "sign-in-sent": "/sign-in",
    "sign-out": "/sign-out",
    "account": "/account",
    "token": "/account/tokens",
    "token-end": "/account/tokens/end",
    "audit": "/audit",
    "api-observations": "/api/v1/observations",
    "api-observations-observation": "/api/v1/observations/00000000000000000000000000000000",
    "api-incidents": "/api/v1/incidents",
    "api-incidents-incident": "/api/v1/incidents/00000000000000000000000000000000",
    "api-assessments": "/api/v1/assessments",
    "api-assessments-assessment": "/api/v1/assessments/00000000000000000000000000000000-00000000",
    "api-coverage": "/api/v1/coverage",
    "api-statements": "/api/v1/statements",
    "api-guarantees": "/api/v1/guarantees",
    "api-cases": "/api/v1/cases",
    "api-cases-case": "/api/v1/cases/{case}",
    "api-sources": "/api/v1/sources",
    "api-sources-source": "/api/v1/sources/smm",
    "api-lines": "/api/v1/sources/smm/observations",
    "api-record": "/api/v1/record",
    "api-record-proofs-name": "/api/v1/record/proofs/1",
    "api-openapi": "/api/v1/openapi",
    "api-explorer": "/api/v1/explorer",
    "ogc": "/ogc",
    "ogc-api": "/ogc/api",
    "ogc-conformance": "/ogc/conformance",
    "ogc-collections": "/ogc/collections",
    "ogc-collections-collection": "/ogc/collections/incidents",
    "ogc-collections-collection-items": "/ogc/collections/incidents/items",
    "ogc-collections-collection-items-feature": "/ogc/collections/incidents/items/none",
}
CASE_CONTENT = {
    "cases",
    "case",
    "pack",
    "move",
    "release",
    "sources",
    "source",
    "record",
    "entry",
    "proof",
    "check",
    "audit",
}


def sample(route: Route, peopled: Peopled) -> str:
    return SAMPLES[route.name].format(case=peopled.case)


def test_each_route_has_a_row_of_its_own() -> None:
    names = [route.name for route in ROUTES]
    assert len(set(names)) == len(names)
    assert set(names) == set(SAMPLES), "give each route an address here, and take out what is no route"


def test_no_two_routes_answer_one_address() -> None:
    every = [(route.method, path) for route in ROUTES for path in paths_of(route)]
    assert len(set(every)) == len(every)


def test_the_application_has_no_route_that_is_not_in_the_table(peopled: Peopled) -> None:
    known = {path.replace(":str", "") for route in ROUTES for path in paths_of(route)}
    assert {route.path_format for route in peopled.app.routes} == known


def test_each_route_shows_something_and_says_what() -> None:
    assert all(route.shows and route.endings for route in ROUTES)
    assert all(route.method is Method.GET or len(route.endings) == 1 for route in ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_each_role_gets_what_the_table_of_rights_allows_it_and_nothing_else(
    route: Route, peopled: Peopled, signed_in: dict[Part, Visitor]
) -> None:
    for part in PARTS:
        asked = signed_in[part]
        viewer = Viewer(person="p", parts=frozenset({part}))
        allowed = route.action is None or may(viewer, route.action).allowed
        told = answered(asked, route, peopled)
        assert told.status_code < 500, (part, route.name)
        if not allowed:
            assert told.status_code == 403, (part, route.name)
            assert "Not for you" in told.text, (part, route.name)
        else:
            assert "Not for you" not in told.text, (part, route.name)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_whoever_is_not_signed_in_gets_what_was_released_and_nothing_else(
    route: Route, peopled: Peopled
) -> None:
    told = answered(Visitor(peopled.app), route, peopled)
    assert told.status_code < 500
    if route.action is not None and not may(NOBODY_SIGNED_IN, route.action).allowed:
        assert told.status_code == 403
        assert "Not for you" in told.text
    if route.action in EVERYBODY and route.action is not Action.SEE_RELEASED and told.status_code == 200:
        assert "INTERNAL" not in told.text


def answered(asked: Visitor, route: Route, peopled: Peopled):  # type: ignore[no-untyped-def]
    where = sample(route, peopled)
    if route.method is Method.GET:
        return asked.get(where)
    if route.name == "sign-out":
        return asked.post(where, {})  # without its token: nobody is signed out by a test
    fields = {"csrf": asked.token()} if route.name != "sign-in-sent" else {"csrf": asked.token(), "name": "x"}
    return asked.post(where, fields)


def test_an_administrator_reads_no_case_content(peopled: Peopled, signed_in: dict[Part, Visitor]) -> None:
    for route in ROUTES:
        if route.name in CASE_CONTENT and route.method is Method.GET:
            told = signed_in[Part.ADMINISTRATOR].get(sample(route, peopled))
            assert told.status_code == 403, route.name
            assert "alert(1)" not in told.text


def test_each_ending_of_a_page_is_refused_to_whom_the_page_is_refused(peopled: Peopled) -> None:
    nobody = Visitor(peopled.app)
    for route in ROUTES:
        if route.action is None or may(NOBODY_SIGNED_IN, route.action).allowed or route.method is Method.POST:
            continue
        for ending in route.endings:
            where = sample(route, peopled).removesuffix(ending.value)
            assert nobody.get(where + ending.value).status_code == 403, (route.name, ending)


def test_a_mission_without_people_is_shown_to_this_machine_and_says_so(exercise: Litestar) -> None:
    page = Visitor(exercise).get("/cases")
    assert page.status_code == 200
    assert "This mission has no accounts" in page.text
    assert "INTERNAL" in page.text


def test_a_page_says_for_each_action_whether_and_why(
    peopled: Peopled, signed_in: dict[Part, Visitor]
) -> None:
    rights = signed_in[Part.COMMISSION].get("/account.json").json()["rights"]
    told = {one["action"]: one for one in rights}
    assert set(told) == {action.value for action in Action}
    assert told["vote"]["allowed"]
    assert "commission" in told["vote"]["why"]
    assert not told["find"]["allowed"]
    assert "verifier" in told["find"]["why"]


def test_who_looked_at_what_is_restricted_is_written_down(
    peopled: Peopled, signed_in: dict[Part, Visitor]
) -> None:
    Visitor(peopled.app).get(f"/cases/{peopled.case}")
    signed_in[Part.COMMISSION].get(f"/cases/{peopled.case}")
    looks = signed_in[Part.AUDITOR].get("/audit.json").json()["looks"]
    of_case = [look for look in looks if look["item"] == peopled.case]
    assert {(look["name"] == "", look["allowed"]) for look in of_case} >= {(True, False), (False, True)}
