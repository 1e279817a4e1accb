"""How cases are decided under each agreement, as its text stood when a move was made.

Rules:
- a later text changes nothing of what was decided under an earlier one;
- a text that cannot be read states nothing here: its own record is named elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from types import MappingProxyType

from trucewatch.assess.markdown import read_agreement
from trucewatch.decide.decide import Rules, rules_of
from trucewatch.errors import AgreementError
from trucewatch.mission.journal import Kind, Record
from trucewatch.model.decision import CaseRules


def rules_recorded(records: Iterable[Record]) -> Rules:
    """Return the rules of each agreement among `records`, each since it was recorded."""
    return rules_in(
        (str(record.body.get("name")), str(record.body.get("text")), record.recorded_at)
        for record in records
        if record.kind is Kind.AGREEMENT
    )


def rules_in(texts: Iterable[tuple[str, str, datetime]]) -> Rules:
    """Return the rules of agreements given by name, text and the time since which it stands, in that order."""
    found: dict[str, tuple[tuple[datetime, CaseRules], ...]] = {}
    for name, text, since in texts:
        try:
            told = rules_of(read_agreement(text, name=name))
        except AgreementError:
            continue
        found[name] = (*found.get(name, ()), (since, told))
    return MappingProxyType(found)
