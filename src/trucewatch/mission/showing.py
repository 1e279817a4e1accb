"""What one audience may see of a mission's rows, for the read model: through the gate, or as it was released.

Rules:
- the mission itself sees the walk through the gate; everybody else sees what was released to them and nothing else;
- a column that did not leave is empty; what was coarsened bears its precision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from trucewatch.mission.known import Known
from trucewatch.mission.released import released
from trucewatch.mission.views_incidents import Shown
from trucewatch.mission.walk import Walk
from trucewatch.model.gate import project
from trucewatch.model.tables import ASSESSMENTS, COVERAGE, INCIDENTS, OBSERVATIONS, Table
from trucewatch.model.vocabulary import Audience


def shown_of(record: Known, audience: Audience, walk: Callable[[], Walk]) -> Shown:
    """Return what an audience may see of what is known; `walk` is asked for only when it must be."""
    if audience is Audience.INTERNAL:
        walked = walk()
        tables: Mapping[str, pl.DataFrame] = {
            "observations": project(walked.observations, audience, walked.at),
            "incidents": project(walked.fused.incidents, audience, walked.at),
            "assessments": project(walked.assessments, audience, walked.at),
            "coverage": project(walked.coverage, audience, walked.at),
        }
    else:
        tables = released(record, audience)
    return Shown(
        observations=_as(OBSERVATIONS, tables),
        incidents=_as(INCIDENTS, tables),
        assessments=_as(ASSESSMENTS, tables),
        coverage=_as(COVERAGE, tables),
    )


def _as(table: Table, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return a table with its own columns, those that did not leave empty."""
    frame = tables.get(table.name)
    if frame is None:
        return table.empty()
    here = [name for name in table.schema if name in frame.columns]
    return table.conform(frame.select(here))
