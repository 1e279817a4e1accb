"""What a notebook may call: each room's main function, and a mission opened from its folder.

Rules:
- this list is the public face: what is not in it may change without notice;
- everything returns tables or frozen nouns, and nothing here prints;
- what `open` returns shows itself in a notebook, with a map and a timeline, and fetches nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import polars as pl

from trucewatch.assess.assess import assess
from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.why import why
from trucewatch.cover.cover import cover
from trucewatch.decide.decide import decide, determinations
from trucewatch.fuse.fuse import fuse
from trucewatch.fuse.learning import learn
from trucewatch.fuse.stream import Added, Standing
from trucewatch.guarantee.difference import difference
from trucewatch.guarantee.guarantee import guarantee
from trucewatch.guarantee.pack import read_pack
from trucewatch.mission.config import read_sources
from trucewatch.mission.content import basemap
from trucewatch.mission.exporting import read_observations
from trucewatch.mission.notebook import Opened
from trucewatch.mission.walk import Walk, walk
from trucewatch.model.source import SourceProfile
from trucewatch.report.daily import daily
from trucewatch.report.inline import Picture

__all__ = [
    "Added",
    "Opened",
    "Picture",
    "Standing",
    "Walk",
    "assess",
    "basemap",
    "cover",
    "daily",
    "decide",
    "determinations",
    "difference",
    "fuse",
    "guarantee",
    "learn",
    "open",
    "read_agreement",
    "read_observations",
    "read_pack",
    "read_sources",
    "standing",
    "why",
]


def open(
    folder: Path | str,
    *,
    day: date | None = None,
    known_at: datetime | None = None,
    at: datetime | None = None,
) -> Opened:
    """Return the mission in `folder`: its tables, pictures, and all the rest in `walk`, as known at a moment."""
    return Opened(walk=walk(folder, known_at=known_at, at=at, day=day))


def standing(observations: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> Standing:
    """Return `observations`, fused, to which batches may be added in any order and size, as if all had come at once."""
    return Standing(observations, sources)
