"""A mission whose read model holds a synthetic table of incidents, and the same table for the peers.

Rules:
- the places gather along a front as reported ones do, the kinds and sources are drawn from one seed;
- every fortieth is known to its area only, as of real ones more are;
- the mission is a real one with a real record; only its read model holds rows that no record gave;
- the peers get the same rows: an SQLite table with the indexes that its users would make, a GeoPackage.
"""

from __future__ import annotations

import sqlite3
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.known import known
from trucewatch.mission.views import Built, opened
from trucewatch.mission.views_incidents import Shown, nothing, shelve
from trucewatch.model.tables import ASSESSMENTS, INCIDENTS
from trucewatch.model.vocabulary import Audience

START, DAYS = datetime(2025, 1, 1, tzinfo=UTC), 365
BOX = (33.0, 46.0, 40.5, 50.5)
KINDS = ("explosion", "shot", "burst", "projectile", "uav", "thermal", "flare")
CLAUSES = 8
AREAS = ("UA-14", "UA-09", "UA-23", "UA-65")


def incidents(count: int, seed: int = 1) -> pl.DataFrame:
    """Return `count` incidents of one year."""
    draw = np.random.default_rng(seed)
    start = pl.Series(np.sort(draw.integers(0, 86_400 * DAYS, count))).cast(pl.Int64) * 1_000_000
    start = start + int(START.timestamp()) * 1_000_000
    ids = pl.Series([f"{at:032x}" for at in range(count)])
    along = draw.uniform(0, 1, count)
    sources = [["post-1"], ["acoustic-7", "post-1"], ["camera-3"], ["firms"]]
    nobody = pl.Series([[]], dtype=pl.List(pl.String))
    same = np.zeros(count, dtype=np.int64)
    return INCIDENTS.conform(
        pl.DataFrame(
            {
                "incident_id": ids,
                "from_utc": start.cast(pl.Datetime("us", "UTC")),
                "to_utc": (start + 300_000_000).cast(pl.Datetime("us", "UTC")),
                "lon": np.clip(34 + 4.5 * along + draw.normal(0, 0.5, count), BOX[0], BOX[2]).round(5),
                "lat": np.clip(46.8 + 3 * along + draw.normal(0, 0.25, count), BOX[1], BOX[3]).round(5),
                "major90_m": draw.uniform(200, 4000, count).round(0),
                "minor90_m": draw.uniform(100, 1500, count).round(0),
                "azimuth_deg": draw.uniform(0, 180, count).round(1),
                "area_id": pl.Series(AREAS).gather(draw.integers(0, len(AREAS), count)),
                "phenomenon": [KINDS[at] for at in draw.integers(0, len(KINDS), count)],
                "p_real": draw.uniform(0.2, 1, count).round(3),
                "n_observations": draw.integers(1, 6, count),
                "n_origins": draw.integers(1, 4, count),
                "means": pl.Series([["heard"]]).gather(same),
                "source_ids": pl.Series(sources).gather(draw.integers(0, len(sources), count)),
                "told_by": nobody.gather(same),
                "observations": ids.to_frame("id").select(pl.concat_list("id"))["id"],
            }
        ).with_columns(_by_area(count))
    )


def _by_area(count: int) -> list[pl.Expr]:
    """Return the columns of which every fortieth row knows its area only, and the others only their place."""
    nowhere = pl.int_range(count) % 40 == 0
    places = ("lon", "lat", "major90_m", "minor90_m", "azimuth_deg")
    return [
        *(pl.when(~nowhere).then(pl.col(name)).alias(name) for name in places),
        pl.when(nowhere).then(pl.col("area_id")).alias("area_id"),
    ]


def assessments(of: pl.DataFrame, seed: int = 2) -> pl.DataFrame:
    """Return one assessment of each."""
    draw, count = np.random.default_rng(seed), of.height
    none = pl.Series([[]], dtype=pl.List(pl.String)).gather(np.zeros(count, dtype=np.int64))
    verdicts = pl.Series(["apparent_breach", "indeterminate"])
    return ASSESSMENTS.conform(
        pl.DataFrame(
            {
                "assessment_id": of["incident_id"] + "-0",
                "incident_id": of["incident_id"],
                "clause_id": pl.Series([f"tcg-2020/C-{at}" for at in range(CLAUSES)]).gather(
                    draw.integers(0, CLAUSES, count)
                ),
                "agreement_version": ["1"] * count,
                "subject": ["incident"] * count,
                "verdict": verdicts.gather(draw.integers(0, 2, count)),
                "why_not": none,
                "ceiling": ["apparent"] * count,
                "objections": none,
            }
        )
    )


def mission(path: Path, count: int) -> Folder:
    """Make a mission in `path` whose read model holds `count` incidents, for itself and for the public."""
    plan = Plan(name="A synthetic year", agreements=("tcg-2020",), exercise=True, seed=b"web")
    folder = init(path, plan, by="bench")
    record = known(path)
    frame = incidents(count)
    shown = Shown(
        observations=nothing().observations,
        incidents=frame,
        assessments=assessments(frame),
        coverage=nothing().coverage,
    )
    made = Built(known_at=record.known_at, size=folder.journal.head().size)
    connection = opened(folder)
    for audience in (Audience.INTERNAL, Audience.PUBLIC):
        shelve(connection, audience.value, made, shown)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return folder


def for_datasette(path: Path, frame: pl.DataFrame) -> None:
    """Write the rows as an SQLite table with the indexes that its users would make."""
    flat = frame.select(
        "incident_id",
        pl.col("from_utc").to_physical().alias("from_us"),
        pl.col("to_utc").to_physical().alias("to_us"),
        *("lon", "lat", "major90_m", "minor90_m", "azimuth_deg", "phenomenon", "p_real", "n_origins"),
    )
    with sqlite3.connect(path) as connection:
        connection.execute(f"CREATE TABLE incidents ({', '.join(flat.columns)})")
        connection.executemany(
            f"INSERT INTO incidents VALUES ({', '.join('?' * flat.width)})", flat.iter_rows()
        )
        connection.execute("CREATE INDEX by_place ON incidents(lon, lat)")
        connection.execute("CREATE INDEX by_time ON incidents(from_us)")


def for_pygeoapi(path: Path, frame: pl.DataFrame) -> None:
    """Write the rows as a GeoPackage with its spatial index, by GDAL."""
    table = path.with_suffix(".csv")
    frame.select(
        "incident_id",
        pl.col("from_utc").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        pl.col("to_utc").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        *("lon", "lat", "major90_m", "minor90_m", "azimuth_deg", "phenomenon", "p_real", "n_origins"),
    ).write_csv(table)
    subprocess.run(
        [
            *("ogr2ogr", "-f", "GPKG", path, table, "-nln", "incidents", "-a_srs", "EPSG:4326"),
            *("-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-oo", "AUTODETECT_TYPE=YES"),
        ],
        check=True,
    )
    table.unlink()


def moment(day: float) -> datetime:
    """Return a moment so many days into the year."""
    return START + timedelta(days=day)
