"""Which cases are of what a release tells, and who had a hand in them: its own list held to what it was made from.

Rules:
- a release names each case that stood on an incident in it when it was proposed; whoever verifies the record finds the
  incidents in what the release committed to, and a case that it leaves out is named;
- who opened or verified a case on such an incident since neither approves nor publishes it either;
- who recorded what a release tells of the ledger neither approves nor publishes it;
- where what was committed to is erased, or not here, nothing can be said of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trucewatch.errors import TrucewatchError
from trucewatch.mission.invitations import folded
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.release_rules import HANDS, STEPS, Proposal
from trucewatch.mission.roll import UNSIGNED
from trucewatch.mission.vault import Vault
from trucewatch.mission.withheld import read_committed
from trucewatch.model.ledger import LEDGER
from trucewatch.model.refused import Refused
from trucewatch.model.told import Told

RELEASING = frozenset({Kind.RELEASE_APPROVED, Kind.RELEASE_PUBLISHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Somebody opened or verified a case."""

    seq: int  # of the record
    case_id: str
    name: str
    incident_id: str | None  # that the case was opened on


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped:
    """A step of a release, and where it stands."""

    where: str
    seq: int
    kind: Kind
    name: str
    proposal: Proposal


def hand_of(record: Record) -> Hand | None:
    """Return whose hand a record is in which case, None when it is none."""
    if record.kind is not Kind.MOVE or record.written.get("kind") not in HANDS:
        return None
    incident = record.written.get("incident_id")
    return Hand(
        seq=record.seq,
        case_id=str(record.written.get("case_id")),
        name=name_of(record),
        incident_id=incident if isinstance(incident, str) else None,
    )


def name_of(entry: Entry | Record) -> str:
    """Return who made a record, however the name is written."""
    return folded(entry.author.removesuffix(UNSIGNED))


def why_not_stepped(step: Stepped, hands: Sequence[Hand], vault: Vault) -> str | None:
    """Return why a step is not legal by the cases that stand on what the release tells; None when it is, or for all that is here."""
    if step.kind not in STEPS - {Kind.RELEASE_RETRACTED}:
        return None
    rows = _rows_in(vault, step.proposal.withheld.item)
    if step.kind in RELEASING and step.name in {
        row.get("by") for row in rows if row.get("table") == LEDGER.name
    }:
        return Told(Refused.LEDGER_HAND, {"who": step.name})
    incidents = _told_in(rows)
    of_it = {one.case_id for one in hands if one.seq < step.seq and one.incident_id in incidents}
    if step.kind is Kind.RELEASE_PROPOSED:
        left_out = sorted(of_it - set(step.proposal.cases))
        return Told(Refused.LEFT_OUT, {"case": left_out[0]}) if left_out else None
    own = sorted(one.case_id for one in hands if one.seq < step.seq and one.name == step.name)
    since = [case for case in own if case in of_it and step.kind in RELEASING]
    return Told(Refused.HAND_SINCE, {"who": step.name, "case": since[0]}) if since else None


def incidents_in(vault: Vault, item: str) -> frozenset[str]:
    """Return the mission's own ids of the incidents that a release told, by what it committed to."""
    return _told_in(_rows_in(vault, item))


def _rows_in(vault: Vault, item: str) -> Sequence[dict[str, object]]:
    """Return the rows that a release committed to; none where they are erased, or not here."""
    try:
        held = read_committed(vault.get(item)) if vault.holds(item) else None
        return [json.loads(raw) for _, raw in held.rows] if held else ()
    except (TrucewatchError, ValueError):
        return ()


def _told_in(rows: Iterable[dict[str, object]]) -> frozenset[str]:
    return frozenset(str(row["incident_id"]) for row in rows if row.get("released_as"))
