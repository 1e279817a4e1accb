"""Allegations of a party, the public or an organisation: taken in, and joined to the incident that they are of.

Rules:
- it is of the incident that happened in its time and nearest its place, when it says where in degrees and one is there;
  several allegations of one incident are each other's like, and a person of the desk joins them, or not;
- without such an incident it stands on what it says: when, and where in its own words;
- the degrees are for finding the incident and are not recorded: the words are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import author
from trucewatch.mission.deeds import case_named, record_move
from trucewatch.mission.walk import Walk
from trucewatch.model.decision import Move, MoveKind, Role
from trucewatch.model.geodesy import METRES_PER_DEGREE

NEAR_M = 5_000.0  # how far from an incident's ellipse an alleged place may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Alleged:
    """What somebody alleges."""

    words: str
    from_utc: datetime
    to_utc: datetime
    place: str  # in their own words
    party: str | None = None  # whose allegation it is; None: somebody's from outside
    organisation: str | None = None
    clause_id: str | None = None
    lon: float | None = None  # degrees
    lat: float | None = None
    evidence: tuple[str, ...] = ()


def incident_alleged(walk: Walk, alleged: Alleged) -> str | None:
    """Return the incident that an allegation is of: of its time, nearest its place; None when none is there."""
    if alleged.lon is None or alleged.lat is None:
        return None
    east = (pl.col("lon") - alleged.lon) * METRES_PER_DEGREE * pl.lit(alleged.lat).radians().cos()
    north = (pl.col("lat") - alleged.lat) * METRES_PER_DEGREE
    away = (east.pow(2) + north.pow(2)).sqrt() - pl.col("major90_m").fill_null(0.0)
    start, end = pl.lit(alleged.from_utc), pl.lit(alleged.to_utc)
    there = walk.fused.incidents.with_columns(away.alias("away")).filter(
        (pl.col("from_utc") <= end) & (pl.col("to_utc") >= start) & (pl.col("away") <= NEAR_M)
    )
    ordered = there.sort("away", "incident_id")
    return None if ordered.is_empty() else str(ordered["incident_id"][0])


def allege(
    walk: Walk,
    alleged: Alleged,
    *,
    by: str,
    moment: datetime,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> Move:
    """Open a case on an allegation, joined to its incident when there is one, and return the recorded move."""
    move = Move(
        move_id="",
        case_id="",
        kind=MoveKind.OPEN,
        by=author(walk.known.folder.journal, by=by, key=key).text,
        role=Role.PARTY if alleged.party else Role.PUBLIC,
        at=moment,
        words=alleged.words,
        incident_id=incident_alleged(walk, alleged),
        clause_id=alleged.clause_id,
        party=alleged.party,
        organisation=alleged.organisation,
        from_utc=alleged.from_utc,
        to_utc=alleged.to_utc,
        place=alleged.place,
        evidence=alleged.evidence,
    )
    named = replace(move, case_id=case_named(move))
    return record_move(walk.known.folder, named, by=by, key=key, at=at)
