"""When each source was last heard of, by the record's own moments, and on which days anything was observed.

Rules:
- it is when its batch was recorded, whatever its rows tell of;
- a source of which nothing was recorded is not among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import polars as pl

from trucewatch.errors import ConfigError
from trucewatch.mission.intake import rows_of
from trucewatch.mission.journal import Kind
from trucewatch.mission.known import Known
from trucewatch.mission.screening import source_named
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Sensitivity


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


def days_observed(record: Known) -> tuple[date, ...]:
    """Return the reporting days in which something on record began, in order."""
    rows = rows_of(record.folder.vault, record.batches, OBSERVATIONS)
    open_ = rows.filter(pl.col("sensitivity") != Sensitivity.SECRET.value)
    moments = open_["from_utc"].drop_nulls().dt.truncate("1h").unique()
    return tuple(sorted({day for start in moments for day in _days(record, start)}))


def _days(record: Known, hour: datetime) -> tuple[date, ...]:
    """Return the days of an hour: the cut between two of them may lie in it."""
    last = hour + timedelta(hours=1, microseconds=-1)
    return (record.clock.day_of(hour), record.clock.day_of(last))


def _every(kind: str) -> timedelta | None:
    try:
        return source_named(kind).every
    except ConfigError:
        return None
