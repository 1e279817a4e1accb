"""Assessing: 1 million incidents by 50 clauses by 100 zones, beside GeoPandas doing the zone part alone.

Rules:
- incidents, in the order of their ids as `fuse` gives them, and zones are made from a seed and are no mission's; at least 5 million assessments survive the scope;
- the peer joins the same places with the same zones by their centres alone, without errors of place, in an
  environment of its own that is made beside this file once (`--peer DIR`, or `--no-peer`);
- `--traces N` holds N drawn rows to the slow reference of the tests, one clause on one incident in plain Python;
- processor seconds are printed beside wall clock: other work on the machine is no fault of either.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
import venv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from trucewatch.assess.asked import asked_of
from trucewatch.assess.assess import Assessed, assess
from trucewatch.assess.grounds import World
from trucewatch.assess.why import trace
from trucewatch.model.agreement import Act, Agreement, Clause, Party, Reading
from trucewatch.model.areas import Areas, areas_from
from trucewatch.model.condition import AllOf, AnyOf, Calibre, Hours, InZone, NotSo, WeaponIs
from trucewatch.model.shapes import Shape, Shapes
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import COVERAGE, INCIDENTS
from trucewatch.model.vocabulary import FIRE, Means, Phenomenon
from trucewatch.model.weapon import WeaponClass

ROOT = Path(__file__).resolve().parent.parent
SEED, INCIDENTS_N, CLAUSES_N, ZONES_N = 1, 1_000_000, 50, 100
GOAL_S, GOAL_MIB, LEAST_ROWS = 10.0, 3_072.0, 5_000_000
START = datetime(2027, 3, 1, tzinfo=UTC)
WEST, EAST, SOUTH, NORTH = 33.0, 39.0, 46.0, 49.0
PEER = """
import json, sys, time
import geopandas, numpy, pandas, resource, shapely
given = numpy.load(sys.argv[1])
zones = geopandas.GeoDataFrame(geometry=[shapely.from_wkb(bytes.fromhex(z)) for z in json.load(open(sys.argv[2]))], crs=4326)
start, busy = time.perf_counter(), time.process_time()
places = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(given["lon"], given["lat"]), crs=4326)
joined = geopandas.sjoin(places, zones, predicate="within")
print(json.dumps([len(joined), time.perf_counter() - start, time.process_time() - busy,
                  resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def peak_mib() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def zones(generator: np.random.Generator) -> list[shapely.Polygon]:
    """Return 100 zones that overlap here and there, each of 40 corners, about 35 km across."""
    found = []
    for nth in range(ZONES_N):
        lon = WEST + 0.3 + (nth % 10) * (EAST - WEST - 0.6) / 9
        lat = SOUTH + 0.15 + (nth // 10) * (NORTH - SOUTH - 0.3) / 9
        turns = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        radius = 0.15 * (1 + 0.12 * np.sin(3 * turns + nth) + 0.04 * generator.normal(size=40))
        found.append(
            shapely.Polygon(
                np.column_stack([lon + 1.7 * radius * np.cos(turns), lat + radius * np.sin(turns)])
            )
        )
    return found


def incidents(generator: np.random.Generator) -> pl.DataFrame:
    many = INCIDENTS_N
    start = START + timedelta(0)
    minutes = generator.integers(0, 365 * 1440, many)
    kinds = [*sorted(FIRE), Phenomenon.WEAPON, Phenomenon.UAV]
    sources = [["post-a"], ["post-a", "post-b"], ["news"], ["acoustic"], ["acoustic", "post-b"]]
    means = [["heard"], ["heard"], ["told"], ["detected"], ["detected", "heard"]]
    told = generator.integers(0, len(sources), many)
    classes = [None, "mortar", "tank", "artillery", "mlrs", "small_arms"]
    weapon = generator.integers(0, len(classes), many)
    calibre = np.array([np.nan, 120.0, 125.0, 152.0, 122.0, 7.62])[weapon]
    major = np.round(generator.choice([200.0, 800.0, 2_000.0, 4_500.0], many), 1)
    frame = pl.DataFrame(
        {
            "incident_id": pl.Series(np.arange(many)).cast(pl.String).str.zfill(32),
            "lon": np.round(generator.uniform(WEST, EAST, many), 6),
            "lat": np.round(generator.uniform(SOUTH, NORTH, many), 6),
            "major90_m": major,
            "minor90_m": np.round(major * generator.uniform(0.2, 1.0, many), 1),
            "azimuth_deg": np.round(generator.uniform(0, 180, many), 1),
            "phenomenon": pl.Series([k.value for k in kinds]).gather(generator.integers(0, len(kinds), many)),
            "p_phenomenon": np.round(generator.uniform(0.5, 1.0, many), 4),
            "weapon": pl.Series(classes, dtype=pl.String).gather(weapon),
            "calibre_min_mm": calibre,
            "calibre_max_mm": calibre,
            "count_min": generator.integers(1, 9, many),
            "p_real": np.round(generator.uniform(0.4, 1.0, many), 4),
            "n_origins": generator.integers(1, 4, many),
            "means": pl.Series(means).gather(told),
            "source_ids": pl.Series(sources).gather(told),
            "told_by": pl.Series([[]], dtype=pl.List(pl.String)).gather(np.zeros(many, dtype=np.int64)),
        }
    )
    at = pl.lit(start) + pl.duration(minutes=pl.Series(minutes))
    timed = frame.with_columns(at.alias("from_utc"), (at + timedelta(minutes=20)).alias("to_utc"))
    return INCIDENTS.conform(timed.with_columns(pl.col("^calibre.*$").fill_nan(None)))


def agreement() -> Agreement:
    """Return 50 clauses, each under one reading of 17 zones, a third of them with conditions besides."""
    heavy = AnyOf(
        of=(
            WeaponIs(classes=frozenset({WeaponClass.TANK, WeaponClass.MLRS})),
            Calibre(from_mm=100.0, below_mm=None),
        )
    )
    night = Hours(from_minute=18 * 60, until_minute=6 * 60, clock="Europe/Kyiv", weekdays=())
    conditions = (
        None,
        None,
        AllOf(of=(heavy, NotSo(of=InZone(zone="zone-3")))),
        None,
        AnyOf(of=(night, heavy)),
        None,
    )
    clauses = []
    for nth in range(CLAUSES_N):
        named = tuple(f"zone-{(7 * nth + 11 * step) % ZONES_N}" for step in range(17))
        clauses.append(
            Clause(
                clause_id=f"bench/C-{nth:02d}",
                title="T",
                words="W.",
                act=Act.FORBIDDEN,
                phenomena=frozenset({*FIRE, Phenomenon.WEAPON, Phenomenon.UAV})
                if nth % 2
                else FIRE | {Phenomenon.UAV},
                trajectories=frozenset(),
                readings=(Reading(name="zones", words="Zones.", area_ids=tuple(dict.fromkeys(named))),),
                starts=START + timedelta(days=nth % 5),
                ends=None,
                excepts=(),
                needs=(),
                must_be_shown_by=None,
                source_urls=(),
                left_open=(),
                line=1,
                when=conditions[nth % len(conditions)],
            )
        )
    return Agreement(
        name="bench",
        title="T",
        version="1",
        status="simulated",
        starts=START,
        ends=None,
        ends_words="",
        languages=(),
        parties=tuple(Party(code=code, term=code, self_designation=code) for code in "AB"),
        bodies=(),
        clauses=tuple(clauses),
        standard_of_proof=None,
        source_urls=(),
        left_open=(),
        exercise=True,
    )


def profiles() -> Mapping[str, SourceProfile]:
    sides = {"post-a": "party:A", "post-b": "party:B", "acoustic": "joint", "news": "public"}
    means = {"news": Means.TOLD, "acoustic": Means.DETECTED}
    return {
        name: SourceProfile(source_id=name, means=means.get(name, Means.HEARD), affiliation=side)
        for name, side in sides.items()
    }


def peer(folder: Path, rows: pl.DataFrame, shapes: Sequence[shapely.Polygon]) -> None:
    """Print what GeoPandas takes for the zone part alone: which centre lies in which zone."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "geopandas"], check=True)
    np.savez(folder / "places.npz", lon=rows["lon"].to_numpy(), lat=rows["lat"].to_numpy())
    (folder / "zones.json").write_text(json.dumps([shapely.to_wkb(s, hex=True) for s in shapes]))
    command = [str(python), "-c", PEER, str(folder / "places.npz"), str(folder / "zones.json")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pairs, seconds, busy, mib = json.loads(said.splitlines()[-1])
    print(
        f"GeoPandas, zones alone {pairs:>10,} pairs {seconds:6.2f} s ({busy:.2f} s of processor), peak {mib:,.0f} MiB"
    )


def held_to_reference(rows: pl.DataFrame, found: Assessed, world: World, many: int) -> int:
    """Return how many of the drawn rows' traces and verdicts differ from the slow reference."""
    sys.path.insert(0, str(ROOT / "tests" / "assess"))
    slow = __import__("slow_reference")
    drawn = found.assessments.sample(many, seed=SEED, shuffle=True)
    mine = rows.filter(pl.col("incident_id").is_in(drawn["incident_id"].implode()))
    asked = asked_of(mine, world)
    clauses = {clause.clause_id: clause for clause in world.agreement.clauses}
    wrong = skipped = 0
    by_id = {row["incident_id"]: row for row in mine.iter_rows(named=True)}
    for row in drawn.iter_rows(named=True):
        clause = clauses[row["clause_id"]]
        alone = slow.World(world.agreement, world.areas, world.shapes, [by_id[row["incident_id"]]])
        told = slow.assess_one(clause, clause.readings[0], by_id[row["incident_id"]], alone, profiles())
        if told.near_threshold:
            skipped += 1
            continue
        steps = {step.condition: step.value for step in trace(asked, row, profiles=profiles()).steps}
        same = (row["verdict"], row["why_not"]) == (told.verdict, told.why_not)
        same &= all(steps[name] == part.truth for name, part in told.parts.items() if name in steps)
        near = (row["p_breach"] is None) == (told.p_breach is None)
        near &= told.p_breach is None or abs(row["p_breach"] - told.p_breach) < 0.004
        wrong += not (same and near)
    print(
        f"traces                 {many:>10,} drawn, {wrong} differ from the slow reference, {skipped} at a threshold"
    )
    return wrong


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--peer", type=Path, default=ROOT / "build" / "bench-geopandas")
    asked.add_argument("--no-peer", action="store_true")
    asked.add_argument("--traces", type=int, default=1_000)
    given = asked.parse_args()
    generator = np.random.Generator(np.random.PCG64(SEED))
    shapes = zones(generator)
    rows, text = incidents(generator), agreement()
    drawn = Shapes(
        shapes=tuple(Shape(name=f"zone-{nth}", geometry=shape) for nth, shape in enumerate(shapes))
    )
    areas: Areas = areas_from([], [])
    print(f"made                   {rows.height:>10,} incidents, peak {peak_mib():,.0f} MiB", flush=True)
    start, busy = time.perf_counter(), time.process_time()
    found = assess(rows, text, COVERAGE.empty(), areas=areas, profiles=profiles(), shapes=drawn)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    many = found.assessments.height
    print(
        f"assessed               {many:>10,} rows  {seconds:6.2f} s ({busy:.2f} s of processor), peak {peak_mib():,.0f} MiB"
    )
    print(
        f"{'':22} {found.cleared['n'].sum():>10,} cleared; goal: {LEAST_ROWS:,} rows under {GOAL_S:.0f} s and {GOAL_MIB:,.0f} MiB"
    )
    slow = seconds > GOAL_S or peak_mib() > GOAL_MIB or many < LEAST_ROWS
    verdicts = found.assessments["verdict"].value_counts(sort=True)
    print(f"{'':22} " + ", ".join(f"{n:,} {word}" for word, n in verdicts.rows()))
    if not given.no_peer:
        peer(given.peer, rows, shapes)
    world = World(agreement=text, areas=areas, shapes=drawn)
    wrong = held_to_reference(rows, found, world, given.traces) if given.traces else 0
    return int(slow or wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
