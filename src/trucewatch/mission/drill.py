"""The demo's exercise: parties A and B, one incident carried from reports to a changed condition.

Rules:
- everything in it is simulated or invented, and the mission is stamped EXERCISE;
- it goes the way a real mission would: files in, records of facts and moves by named persons, and the
  walk over the record; nothing is handed past a step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import shapely

from trucewatch.errors import InputError
from trucewatch.mission.content import exercise_sources
from trucewatch.mission.deeds import case_named, record_fact, record_move
from trucewatch.mission.files import write_whole
from trucewatch.mission.folder import Folder, Plan, init, settle
from trucewatch.mission.intake import ingest
from trucewatch.mission.journal import Record
from trucewatch.mission.reporting import day_of
from trucewatch.mission.walk import Walk, walk
from trucewatch.model.decision import Move, MoveKind, Outcome, Role
from trucewatch.model.statement import FactKind
from trucewatch.model.vocabulary import Verdict
from trucewatch.report.chain import Chain, Entry, chain
from trucewatch.report.daily import Day
from trucewatch.simulate.simulate import simulate

SEED = 20270301
AGREEMENT = "exercise-line"
ZONE_ID = "exercise-zone"
BODY = "Special Commission (exercise)"
STANDARD = "reasonable grounds"
MADE = datetime(2027, 2, 28, 12, tzinfo=UTC)
IN_FORCE = datetime(2027, 3, 1, tzinfo=UTC)
REPORTED = datetime(2027, 3, 4, 8, tzinfo=UTC)
AREA = (-0.5, -0.75, 1.5, 1.25)

# who moves, in which role, how, in which words, and how long after the reports came in
STEPS = (
    ("Analyst N.", Role.ANALYST, MoveKind.OPEN, None, "Posts on both sides report it, in the zone.", 1),
    ("Verifier K.", Role.VERIFIER, MoveKind.FIND, None, "Visited; craters match the reports.", 6),
    ("Liaison of A", Role.PARTY, MoveKind.REPLY, "A", "A asks that the craters be measured again.", 24),
    ("Liaison of B", Role.PARTY, MoveKind.REPLY, "B", "B says that it was an accident in training.", 30),
    (
        "Chair of the Commission",
        Role.BODY,
        MoveKind.DETERMINE,
        None,
        "Fire into the zone; no exception was invoked.",
        52,
    ),
    (
        "Chair of the Commission",
        Role.BODY,
        MoveKind.REMEDY,
        None,
        "Mortars leave the zone by 10 March; monitors look.",
        53,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """The exercise as it was walked."""

    chain: Chain
    day: Day


def drill(path: Path, files: Path) -> Drilled:
    """Make the exercise's mission in `path`, with its patrol form in `files`, and walk it."""
    folder = _made(path, files)
    incident_id, assessment_id = _carried(walk(path))
    before = walk(path)
    began = before.fused.incidents.filter(pl.col("incident_id") == incident_id)["from_utc"][0]
    _moved(folder, before.assessments, assessment_id, began)
    after = walk(path)
    case = after.cases[0]
    started = after.fused.incidents.filter(pl.col("incident_id") == incident_id)["from_utc"][0]
    day = day_of(walk(path, day=after.known.clock.day_of(started)))
    page = chain(
        day=day,
        incident_id=incident_id,
        agreement=after.known.agreements[0],
        case=case,
        before=before.guarantees,
        after=after.guarantees,
        entries=tuple(_entries(folder)),
    )
    return Drilled(chain=page, day=day)


def _made(path: Path, files: Path) -> Folder:
    plan = Plan(
        name="Exercise: a zone between A and B",
        agreements=(AGREEMENT,),
        packs=("exercise-ab",),
        zone="UTC",
        area=AREA,
        exercise=True,
        replay=True,
        sources=exercise_sources(),
        seed=b"exercise",
    )
    folder = init(path, plan, by="Registrar", at=MADE)
    simulated = simulate(seed=SEED)
    outline = json.loads(shapely.to_geojson(simulated.zone))
    zone = {"type": "Feature", "properties": {"id": ZONE_ID}, "geometry": outline}
    zones = json.dumps({"type": "FeatureCollection", "features": [zone]})
    write_whole(path / "agreements" / AGREEMENT / "zones.geojson", zones.encode())
    settle(folder, by="Registrar", at=MADE)
    record_fact(
        folder,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=IN_FORCE,
        by="Registrar",
        on="EXERCISE: both parties' notes of 28 February 2027",
        agreement=AGREEMENT,
        at=IN_FORCE + timedelta(minutes=5),
    )
    reports = files / "exercise-patrol.csv"
    write_whole(reports, simulated.patrol_reports.write_csv().encode())
    for taken in ingest(folder, "patrol", [reports], by="Registrar", at=REPORTED):
        if taken.refused:
            raise InputError(f"{len(taken.refused)} rows of the exercise were refused", where=str(reports))
    return folder


def _carried(walked: Walk) -> tuple[str, str]:
    """Return the incident to carry through, the surest apparent breach, and its assessment."""
    sure = (
        walked.assessments.filter(pl.col("verdict") == Verdict.APPARENT_BREACH.value)
        .join(walked.fused.incidents, on="incident_id")
        .sort("n_origins", "p_real", "p_breach", "incident_id", descending=[True, True, True, False])
    )
    if sure.is_empty():
        raise InputError("the exercise has no apparent breach to carry: choose another seed")
    return sure["incident_id"][0], sure["assessment_id"][0]


def _moved(folder: Folder, assessments: pl.DataFrame, assessment_id: str, began: datetime) -> None:
    case_id = ""
    for by, role, kind, party, words, hours in STEPS:
        at = REPORTED + timedelta(hours=hours)
        determined = kind is MoveKind.DETERMINE
        move = Move(
            move_id="",
            case_id=case_id,
            kind=kind,
            by=by,
            role=role,
            at=at,
            words=f"EXERCISE: {words}",
            assessment_id=assessment_id if kind is MoveKind.OPEN else None,
            party=party,
            body=BODY if role is Role.BODY else None,
            outcome=Outcome.BREACH_BY_B if determined else None,
            standard_of_proof=STANDARD if determined else None,
            breach_utc=began if determined else None,
        )
        case_id = case_id or case_named(move)
        record_move(folder, replace(move, case_id=case_id), by=by, at=at, assessments=assessments)


def _entries(folder: Folder) -> Iterator[Entry]:
    for record in folder.journal.replay():
        yield Entry(
            number=record.seq,
            at=record.recorded_at,
            kind=record.kind.value,
            digest=record.leaf.hex(),
            what=_what(record),
        )


def _what(record: Record) -> str:
    named = record.body.get("name") or record.body.get("file") or record.body.get("words") or ""
    return str(named or record.body.get("kind") or "")
