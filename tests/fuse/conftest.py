"""Rows to fuse, made by hand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from trucewatch.fuse.compiled import few
from trucewatch.model.canonical import with_ids
from trucewatch.model.tables import OBSERVATIONS

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
PLAIN: Mapping[str, object] = {
    "source_id": "post",
    "means": "heard",
    "phenomenon": "explosion",
    "from_utc": NOON,
    "to_utc": NOON + timedelta(minutes=5),
    "lon": 0.5,
    "lat": 0.25,
    "sigma_m": 300.0,
    "reliability": "B",
    "sensitivity": "public",
}
Observed = Callable[[Sequence[Mapping[str, object]]], pl.DataFrame]


@pytest.fixture(autouse=True)
def _compiled() -> Iterator[None]:
    """Compile what few rows would go without: what is tested here holds for any number."""
    with few(0):
        yield


@pytest.fixture(scope="session")
def observed() -> Observed:
    """Turn rows that say only what matters to a test into observations with ids."""

    def make(rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
        whole = [{**PLAIN, **row} for row in rows]
        schema = {name: dtype for name, dtype in OBSERVATIONS.schema.items() if name != "observation_id"}
        frame = pl.DataFrame(
            {name: [row.get(name) for row in whole] for name in schema}, schema=schema, strict=False
        )
        return with_ids(frame.with_columns(observation_id=pl.lit("")))

    return make
