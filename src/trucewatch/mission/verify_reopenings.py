"""What the program opened again, held to the records that it names: that there are such, of such a kind, and since the decision.

Rules:
- a merge rests on what was observed or on a person's joining, a late observation on batches, a new version on a text of
  the agreement that the case was decided under;
- each of these records stands after the move in which the body last looked at the case, and before the reopening;
- a merge names two incidents at least, and the case's own is one of them;
- whether two walks come to the same is for whoever walks the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trucewatch.decide.reopening import LOOKED_AT
from trucewatch.mission.journal import Kind, Record
from trucewatch.model.decision import Cause, Move, MoveKind

OBSERVED = frozenset({Kind.BATCH, Kind.SOURCE, Kind.PROFILES})
RESTS_ON: Mapping[Cause, frozenset[Kind]] = {
    Cause.MERGE: OBSERVED | {Kind.MOVE},  # of a person's moves a JOIN alone
    Cause.LATE_OBSERVATION: frozenset({Kind.BATCH}),
    Cause.NEW_VERSION: frozenset({Kind.AGREEMENT}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What is kept of the records that went by: which may open a case again, and when the body last looked at each."""

    bearing: dict[int, tuple[Kind, str]] = field(
        default_factory=dict
    )  # by record: its kind, and of which agreement
    looked: dict[str, int] = field(default_factory=dict)  # by case: the record
    opened: dict[str, tuple[str | None, str]] = field(
        default_factory=dict
    )  # by case: its incident and agreement

    def take(self, record: Record, move: Move | None) -> str | None:
        """Return why a record opens a case again on what does not bear it, None when it does or opens none."""
        if record.kind in OBSERVED or record.kind is Kind.AGREEMENT:
            self.bearing[record.seq] = (record.kind, str(record.written.get("name", "")))
        if move is None:
            return None
        if record.kind is Kind.REOPENING:
            return self._why_not(record.seq, move)
        if move.kind is MoveKind.JOIN:
            self.bearing[record.seq] = (Kind.MOVE, "")
        if move.kind in LOOKED_AT:
            self.looked[move.case_id] = record.seq
        if move.kind is MoveKind.OPEN:
            self.opened[move.case_id] = (move.incident_id, (move.clause_id or "").partition("/")[0])
        return None

    def _why_not(self, seq: int, move: Move) -> str | None:
        since = self.looked.get(move.case_id, -1)
        incident, agreement = self.opened.get(move.case_id, (None, ""))
        asked = RESTS_ON.get(move.cause, frozenset()) if move.cause else frozenset()
        for number in move.records:
            kind, name = self.bearing.get(number, (None, ""))
            if kind not in asked or not since < number < seq:
                return f"record {number}, on which it rests, is none of what it says came since the decision"
            if kind is Kind.AGREEMENT and name != agreement:
                return f"record {number} is of another agreement than the case was decided under"
        if move.cause is Cause.MERGE and (len(move.incidents) < 2 or incident not in (None, *move.incidents)):
            return "a merge names the case's own incident and another"
        return None
