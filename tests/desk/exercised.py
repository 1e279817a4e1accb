"""An exercise with posts that see two shots, and a case on each, walked as far as a test needs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from trucewatch.mission.asked import open_case
from trucewatch.mission.deeds import record_move
from trucewatch.mission.files import write_whole
from trucewatch.mission.folder import Folder, Plan, init, settle
from trucewatch.mission.intake import ingest
from trucewatch.mission.walk import walk
from trucewatch.model.decision import Move, MoveKind, Outcome, Role

START = datetime(2027, 3, 2, tzinfo=UTC)
BODY = "Special Commission (exercise)"
HEAD = "from,to,what,lon,lat,count"
FIRST = "2027-03-02T10:00:00,2027-03-02T10:00:10,explosion,0.500,0.500,3"
SECOND = "2027-03-02T10:00:05,2027-03-02T10:00:15,explosion,0.5042,0.500,2"
BETWEEN = "2027-03-02T10:00:00,2027-03-02T10:00:20,explosion,0.5021,0.500,2"
SOURCE = """
[{name}]
format = "table"
means = "detected"
says = "EXERCISE: a post that hears shots and places them."
zone = "UTC"
affiliation = "{affiliation}"
reliability = "B"
origin = "independent"
position_sigma_m = {sigma}
watches = "continuous"
{published}

[{name}.mapping]
from_utc = "from"
to_utc = "to"
phenomenon = "what"
lon = "lon"
lat = "lat"
count = "count"
"""
ZONE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"id": "exercise-zone"},
            "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]},
        }
    ],
}


def sources(sigma: int = 100, published: str = "published = true", affiliation: str = "joint") -> str:
    return "".join(
        SOURCE.format(name=name, sigma=sigma, published=published, affiliation=affiliation)
        for name in ("post-1", "post-2", "post-3")
    )


def mission(place: Path, *, told: str | None = None) -> Folder:
    """Return an exercise in which two posts each reported a shot of their own."""
    plan = Plan(
        name="EXERCISE",
        agreements=("exercise-line",),
        zone="UTC",
        area=(-1.0, -1.0, 2.0, 2.0),
        exercise=True,
        replay=True,
        sources=told or sources(),
    )
    folder = init(place / "m", plan, by="Registrar", at=START)
    write_whole(folder.path / "agreements/exercise-line/zones.geojson", json.dumps(ZONE).encode())
    settle(folder, by="Registrar", at=START)
    report(folder, "post-1", [FIRST], at=START + timedelta(hours=11))
    report(folder, "post-2", [SECOND], at=START + timedelta(hours=11))
    return folder


def report(folder: Folder, source: str, lines: Iterable[str], *, at: datetime) -> None:
    path = folder.path.parent / f"{source}-{at:%d%H%M}.csv"
    path.write_text("\n".join([HEAD, *lines]) + "\n", "utf-8")
    for taken in ingest(folder, source, [path], by="Registrar", at=at):
        assert taken.refused == (), taken.refused


def opened_on(folder: Folder, lon: float, *, by: str = "Analyst N.", hours: float = 12) -> Move:
    """Open a case on the breach of EX-1 by the incident at `lon`."""
    walked = walk(folder.path)
    near = walked.fused.incidents.sort((walked.fused.incidents["lon"] - lon).abs())["incident_id"][0]
    rows = walked.assessments.filter(walked.assessments["incident_id"] == near)
    chosen = rows.filter(rows["clause_id"] == "exercise-line/EX-1")["assessment_id"][0]
    at = START + timedelta(hours=hours)
    return open_case(
        walked, chosen, by=by, role=Role.ANALYST, words="EXERCISE: two posts heard it.", valid_at=at, at=at
    )


def moved(
    folder: Folder, case_id: str, kind: MoveKind, role: Role, by: str, *, hours: float, **stated: object
) -> Move:
    at = START + timedelta(hours=hours)
    plain = Move(
        move_id="", case_id=case_id, kind=kind, by="", role=role, at=at, words=f"EXERCISE: {kind.value}"
    )
    return record_move(folder, replace(plain, **stated), by=by, at=at)  # type: ignore[arg-type]


def decided(folder: Folder, case_id: str, *, hours: float = 13) -> None:
    """Carry an open case to a determination, with two votes for it."""
    steps: list[tuple[MoveKind, Role, str, dict[str, object]]] = [
        (MoveKind.FIND, Role.VERIFIER, "Verifier K.", {}),
        (MoveKind.REPLY, Role.PARTY, "Liaison of A", {"party": "A"}),
        (MoveKind.REPLY, Role.PARTY, "Liaison of B", {"party": "B"}),
        (MoveKind.DELIBERATE, Role.BODY, "Chair", {}),
        (MoveKind.VOTE, Role.BODY, "Chair", {"seat": "chair", "outcome": Outcome.BREACH_BY_B}),
        (MoveKind.VOTE, Role.BODY, "Fay", {"seat": "guarantors", "outcome": Outcome.BREACH_BY_B}),
    ]
    for number, (kind, role, by, stated) in enumerate(steps):
        moved(folder, case_id, kind, role, by, hours=hours + number * 0.1, **stated)
    moved(
        folder,
        case_id,
        MoveKind.DETERMINE,
        Role.BODY,
        "Chair",
        hours=hours + 1,
        body=BODY,
        outcome=Outcome.BREACH_BY_B,
        standard_of_proof="reasonable grounds",
    )
