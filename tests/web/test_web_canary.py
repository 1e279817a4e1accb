"""The canary of the server: every route, in every form, for everybody outside, holds nothing of what was planted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from planting import OUTSIDE, SOURCES, THEN, TRUE_LAT, TRUE_LON, leaks, planted_mission, told_to
from served import Visitor
from test_web_rights import SAMPLES

from trucewatch.mission.access import NOBODY_SIGNED_IN, Viewer, may
from trucewatch.mission.folder import Folder
from trucewatch.mission.invitations import Part
from trucewatch.mission.known import known
from trucewatch.mission.released import released
from trucewatch.mission.releases import approve, propose, propose_ledger, publish
from trucewatch.model.vocabulary import Audience
from trucewatch.web.app import app
from trucewatch.web.asked import Method
from trucewatch.web.route import Route
from trucewatch.web.routes import ROUTES

STEP = timedelta(minutes=1)
DAY = datetime(2026, 3, 1, tzinfo=UTC).date()
PARTS = {
    Audience.BODY: Part.COMMISSION,
    Audience.GUARANTOR: Part.GUARANTOR,
    Audience.PARTY_A: Part.LIAISON_A,
    Audience.PARTY_B: Part.LIAISON_B,
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Visitor, Folder, list[tuple[str, bytes]]]:
    """A server of a planted mission, with its day released to everybody outside."""
    folder, hunted = planted_mission(tmp_path_factory.mktemp("served") / "m")
    for audience in OUTSIDE:
        made = propose(folder, audience, first=DAY, last=DAY, by="a")
        approve(folder, made.proposal.release_id, by="b")
        publish(folder, made.proposal.release_id, by="b")
    ledger = propose_ledger(folder, by="a").proposal.release_id
    approve(folder, ledger, by="b")
    publish(folder, ledger, by="b")
    return Visitor(app(folder)), folder, hunted


def shown_to(route: Route, audience: Audience) -> bool:
    """Say whether whoever has this audience's projection may ask for the route."""
    part = PARTS.get(audience)
    viewer = NOBODY_SIGNED_IN if part is None else Viewer(person="p", parts=frozenset({part}))
    return route.method is Method.GET and (route.action is None or may(viewer, route.action).allowed)


@pytest.mark.parametrize("audience", OUTSIDE)
def test_no_route_shows_anybody_outside_what_was_planted(
    planted: tuple[Visitor, Folder, list[tuple[str, bytes]]], audience: Audience
) -> None:
    asked, folder, hunted = planted
    ours = told_to(audience, hunted)
    (incident,) = released(known(folder.path), audience)["incidents"]["incident_id"]
    tried, shown = 0, set()
    for route in ROUTES:
        if not shown_to(route, audience) or route.name.startswith("static"):
            continue
        where = (
            SAMPLES[route.name]
            .format(case="case-planted")
            .replace("0" * 32, incident)
            .replace("2027-03-02", DAY.isoformat())
        )
        for ending in route.endings:
            told = asked.get(f"{where}{ending.value}?audience={audience.value}")
            tried += told.status_code == 200
            shown |= {route.name} if told.status_code == 200 else set()
            assert not leaks(told.content, ours, f"{where} {ending} to {audience}")
    assert tried > 10
    assert {"day", "board", "timeline"} <= shown
    assert audience is Audience.PUBLIC or {"case", "pack"} <= shown


@pytest.mark.parametrize("audience", OUTSIDE)
def test_filters_and_counts_act_on_what_was_released_and_never_on_what_is_true(
    planted: tuple[Visitor, Folder, list[tuple[str, bytes]]], audience: Audience
) -> None:
    """A window, a time or a source that only the true row has finds nothing; the released row's finds it."""
    asked, folder, _ = planted
    (row,) = released(known(folder.path), audience)["incidents"].iter_rows(named=True)

    def found(**words: str) -> tuple[int, int]:
        query = "&".join(f"{name}={value}" for name, value in {**words, "audience": audience.value}.items())
        listed = asked.get(f"/api/v1/incidents?{query}").json()["items"]
        return len(listed), asked.get(f"/situation.json?{query}").json()["matched"]

    def around(lon: float, lat: float) -> dict[str, str]:
        return {"bbox": f"{lon - 0.002:.6f},{lat - 0.002:.6f},{lon + 0.002:.6f},{lat + 0.002:.6f}"}

    assert found() == (1, 1)
    assert found(**around(row["lon"], row["lat"])) == (1, 1)
    assert found(**around(TRUE_LON, TRUE_LAT)) == (0, 0)
    start = row["from_utc"]
    assert start < THEN
    before = {
        "from": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "to": (THEN - STEP).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    assert found(**before) == (1, 1)
    assert found(source=SOURCES[0]) == found(source="nobody") == (0, 0)
