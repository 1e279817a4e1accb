"""When each source was last heard of, by the record's own moments.

Rules:
- it is when its batch was recorded, whatever its rows tell of;
- a source of which nothing was recorded is not among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from trucewatch.errors import ConfigError
from trucewatch.mission.journal import Kind
from trucewatch.mission.known import Known
from trucewatch.mission.screening import source_named


def last_heard(record: Known) -> Mapping[str, datetime]:
    """Return by source the moment at which its last batch was recorded."""
    found: dict[str, datetime] = {}
    for entry in record.folder.journal.replay(record.known_at):
        source = entry.body.get("source_id")
        if entry.kind is Kind.BATCH and isinstance(source, str):
            found[source] = entry.recorded_at
    return found


def every(record: Known) -> Mapping[str, timedelta]:
    """Return by source how often its publisher updates it, where that is known."""
    found = {name: _every(profile.format or name) for name, profile in record.profiles.items()}
    return {name: span for name, span in found.items() if span is not None}


def _every(kind: str) -> timedelta | None:
    try:
        return source_named(kind).every
    except ConfigError:
        return None
