"""What a face asks of a walk: a few rows, by id or by kind.

Rules:
- an id may be given by how it starts, when only one starts so;
- what is not there is an `InputError` that says where to look.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import polars as pl

from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import author
from trucewatch.mission.deeds import case_named, record_move
from trucewatch.mission.walk import Walk
from trucewatch.model.agreement import Agreement
from trucewatch.model.decision import Move, MoveKind, Role
from trucewatch.model.vocabulary import Verdict, Watch

UNSEEN = (Watch.NOT_WATCHED.value, Watch.UNKNOWN.value)
Rows = list[dict[str, object]]


def coverage_rows(walk: Walk, *, unseen_too: bool) -> Rows:
    """Return the coverage of the walk's last day, or of all its days when it has no day of its own."""
    coverage = walk.coverage
    if walk.day is not None:
        coverage = coverage.filter(pl.col("from_utc") >= walk.days[-1].start)
    return coverage.filter(pl.lit(unseen_too) | ~pl.col("state").is_in(UNSEEN)).to_dicts()


def assessment_rows(walk: Walk, *, agreement: str | None) -> Rows:
    """Return the walk's assessments, under one of the mission's agreements when it is named."""
    if agreement is None:
        return walk.assessments.to_dicts()
    agreements_named(walk, agreement)
    return walk.assessments.filter(pl.col("clause_id").str.starts_with(f"{agreement}/")).to_dicts()


def agreements_named(walk: Walk, agreement: str | None) -> tuple[Agreement, ...]:
    """Return the mission's agreements, or the one that is named; raises InputError when there is none such."""
    have = {one.name: one for one in walk.known.agreements}
    if agreement is None:
        return tuple(have.values())
    if agreement not in have:
        raise InputError(
            f"the mission has no agreement {agreement!r}: it has {', '.join(sorted(have)) or 'none'}"
        )
    return (have[agreement],)


def assessment_named(walk: Walk, start: str) -> dict[str, object]:
    """Return the one assessment whose id starts so; raises InputError when none or several do."""
    found = walk.assessments.filter(pl.col("assessment_id").str.starts_with(start))
    if found.height != 1:
        many = f"{found.height} assessments' ids start" if found.height else "no assessment's id starts"
        raise InputError(f"{many} with {start!r}: `trucewatch assess` lists them")
    return found.row(0, named=True)


def open_case(
    walk: Walk,
    assessment: str,
    *,
    by: str,
    role: Role,
    words: str,
    valid_at: datetime,
    party: str | None = None,
    key: SignerKey | None = None,
    at: datetime | None,
) -> Move:
    """Open a case on an assessment of the walk, and return the recorded move."""
    row = assessment_named(walk, assessment)
    move = Move(
        move_id="",
        case_id="",
        kind=MoveKind.OPEN,
        by=author(walk.known.folder.journal, by=by, key=key).text,
        role=role,
        at=valid_at,
        words=words,
        assessment_id=str(row["assessment_id"]),
        incident_id=str(row["incident_id"]) if row["incident_id"] else None,
        clause_id=str(row["clause_id"]),
        party=party,
        verdict=Verdict(str(row["verdict"])),
    )
    return record_move(
        walk.known.folder,
        replace(move, case_id=case_named(move)),
        by=by,
        key=key,
        at=at,
        assessments=walk.assessments,
    )
