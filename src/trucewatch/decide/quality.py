"""What an allegation states, so that the desk knows how far it can be looked into before anybody does.

Rules:
- a mark says that something is stated, never that it is true, and no mark depends on who alleges;
- nothing is refused for lacking a mark: it waits in its lane as any other.
"""

from __future__ import annotations

from enum import StrEnum

from trucewatch.model.decision import Move


class Quality(StrEnum):
    """What an allegation states."""

    WHEN = "when"
    WHERE = "where"
    CLAUSE = "clause"
    EVIDENCE = "evidence"  # it names some
    INCIDENT = "incident"  # reports of others tell of it too


def qualities(move: Move) -> tuple[Quality, ...]:
    """Return the marks of the allegation that an opening move makes."""
    rests = bool(move.incident_id)
    stated = {
        Quality.WHEN: rests or move.from_utc is not None,
        Quality.WHERE: rests or bool(move.place),
        Quality.CLAUSE: bool(move.clause_id),
        Quality.EVIDENCE: bool(move.evidence) or move.assessment_id is not None,
        Quality.INCIDENT: rests,
    }
    return tuple(mark for mark, given in stated.items() if given)
