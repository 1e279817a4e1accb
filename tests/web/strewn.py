"""A mission whose read model holds incidents strewn over a day, for itself and as if released: tests of map and API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.known import known
from trucewatch.mission.views import Built, opened
from trucewatch.mission.views_incidents import Shown, nothing, shelve
from trucewatch.model.tables import ASSESSMENTS, COVERAGE, INCIDENTS, OBSERVATIONS
from trucewatch.model.vocabulary import Audience

DAY = datetime(2026, 3, 3, tzinfo=UTC)
KINDS = ("explosion", "shot", "uav")
VERDICTS = ("apparent_breach", "indeterminate")
INTERNAL, RELEASED = 400, 150  # rows; of the released the ids begin with "r"
NONE = pl.List(pl.String)


def incidents(count: int, before: str = "", seed: int = 7) -> pl.DataFrame:
    """Return incidents of a day; every tenth is known to its area only."""
    draw = np.random.default_rng(seed)
    start = [DAY + timedelta(seconds=int(s)) for s in sorted(draw.integers(0, 86_400, count))]
    nowhere = [at % 10 == 0 for at in range(count)]
    places = zip(nowhere, draw.uniform(36, 39, count), draw.uniform(47, 49, count), strict=True)
    spots = [(None, None) if none else (round(float(x), 5), round(float(y), 5)) for none, x, y in places]
    size = [None if none else 1500.0 for none in nowhere]
    return INCIDENTS.conform(
        pl.DataFrame(
            {
                "incident_id": [f"{before}{at:032x}" for at in range(count)],
                "from_utc": start,
                "to_utc": [when + timedelta(minutes=10) for when in start],
                "lon": [x for x, _ in spots],
                "lat": [y for _, y in spots],
                "major90_m": size,
                "minor90_m": size,
                "azimuth_deg": [None if none else 0.0 for none in nowhere],
                "area_id": ["UA-14" if none else None for none in nowhere],
                "phenomenon": [KINDS[at % 3] for at in range(count)],
                "p_real": [round(float(p), 3) for p in draw.uniform(0, 1, count)],
                "n_observations": [1] * count,
                "n_origins": [1 + at % 3 for at in range(count)],
                "means": [["heard"]] * count,
                "source_ids": [["post-1"] if at % 2 else ["camera", "post-1"] for at in range(count)],
                "told_by": [[]] * count,
                "observations": [[f"{at:032x}"] for at in range(count)],
            },
            schema_overrides={"told_by": NONE},
        )
    )


def assessments(of: pl.DataFrame) -> pl.DataFrame:
    """Return an assessment of each."""
    count = of.height
    return ASSESSMENTS.conform(
        pl.DataFrame(
            {
                "assessment_id": of["incident_id"] + "-0",
                "incident_id": of["incident_id"],
                "clause_id": [f"tcg-2020/C-{at % 4}" for at in range(count)],
                "agreement_version": ["1"] * count,
                "subject": ["incident"] * count,
                "verdict": [VERDICTS[at % 2] for at in range(count)],
                "why_not": [[]] * count,
                "ceiling": ["apparent"] * count,
                "objections": [[]] * count,
            },
            schema_overrides={"why_not": NONE, "objections": NONE},
        )
    )


def observations(of: pl.DataFrame) -> pl.DataFrame:
    """Return an observation of each."""
    return OBSERVATIONS.conform(
        of.select(
            pl.col("incident_id").alias("observation_id"),
            pl.lit("post-1").alias("source_id"),
            pl.lit("heard").alias("means"),
            *("phenomenon", "from_utc", "to_utc", "lon", "lat", "area_id"),
            pl.lit("public").alias("sensitivity"),
            (pl.col("lon") - 0.1).alias("observer_lon"),
            pl.col("lat").alias("observer_lat"),
            pl.when(pl.col("lon").is_not_null()).then(90.0).alias("bearing_deg"),
            pl.lit(20.0).alias("bearing_halfwidth_deg"),
            pl.lit(5000.0).alias("distance_min_m"),
            pl.lit(10000.0).alias("distance_max_m"),
        )
    )


def coverage() -> pl.DataFrame:
    """Return an area that was watched, one to which nobody had access, and one of which nothing is known."""
    return COVERAGE.conform(
        pl.DataFrame(
            {
                "area_id": ["UA-14", "UA-14", "UA-23", "UA-65"],
                "from_utc": [DAY] * 4,
                "to_utc": [DAY + timedelta(days=1)] * 4,
                "source_id": ["post-1", "camera", "post-1", "post-1"],
                "state": ["watched_with_events", "unknown", "denied", "unknown"],
                "hours": [9.0, None, 24.0, None],
                "lower_bound": [True, False, False, False],
            }
        )
    )


def strewn(path: Path) -> Folder:
    """Return a mission with those rows in its read model."""
    plan = Plan(name="Strewn", agreements=("tcg-2020",), replay=True, seed=b"strewn")
    folder = init(path, plan, by="test", at=DAY)
    made = Built(known_at=known(path).known_at, size=folder.journal.head().size)
    connection = opened(folder)
    for audience, frame in (
        (Audience.INTERNAL, incidents(INTERNAL)),
        (Audience.PUBLIC, incidents(RELEASED, "r", seed=9)),
    ):
        shown = Shown(
            observations=observations(frame),
            incidents=frame,
            assessments=assessments(frame),
            coverage=coverage() if audience is Audience.INTERNAL else nothing().coverage,
        )
        shelve(connection, audience.value, made, shown)
    connection.close()
    return folder
