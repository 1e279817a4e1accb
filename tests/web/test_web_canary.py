"""The canary of the server: every route, in every form, for everybody outside, holds nothing of what was planted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from planting import OUTSIDE, leaks, planted_mission
from served import Visitor
from test_web_rights import SAMPLES

from trucewatch.mission.access import NOBODY_SIGNED_IN, Viewer, may
from trucewatch.mission.folder import Folder
from trucewatch.mission.invitations import Part
from trucewatch.mission.known import known
from trucewatch.mission.released import released
from trucewatch.mission.releases import approve, propose, publish
from trucewatch.model.vocabulary import Audience
from trucewatch.web.app import app
from trucewatch.web.asked import Method
from trucewatch.web.route import Route
from trucewatch.web.routes import ROUTES

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
    ours = [n for n in hunted if audience is not Audience.BODY or n[0] not in ("recorder", "any", "grounds")]
    (incident,) = released(known(folder.path), audience)["incidents"]["incident_id"]
    tried, shown = 0, set()
    for route in ROUTES:
        if not shown_to(route, audience) or route.name.startswith("static"):
            continue
        where = (
            SAMPLES[route.name]
            .format(case="none")
            .replace("0" * 32, incident)
            .replace("2027-03-02", DAY.isoformat())
        )
        for ending in route.endings:
            told = asked.get(f"{where}{ending.value}?audience={audience.value}")
            tried += told.status_code == 200
            shown |= {route.name} if told.status_code == 200 else set()
            assert not leaks(told.content, ours, f"{where} {ending} to {audience}")
    assert tried > 10
    assert "day" in shown
