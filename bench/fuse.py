"""Fusing: seconds and peak memory on the dense four months of 2023, and on a simulated front beside a peer.

Rules:
- real rows are parsed by their own sources, and only fusing is timed, twice: the second is warm;
- the simulated front is made from a seed and is no mission's error rate: 1,200 km, 30 days, six kinds of
  source, so many reports; its pairwise F1 is printed with preset and seed;
- the peer is a k-d tree with union-find (scipy, when it is installed) in the same run, at the best of
  several radii by the truth, which no user has.
"""

import importlib
import importlib.util
import os
import resource
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from trucewatch.fuse.fuse import Fused, fuse
from trucewatch.ingest import firms, viina
from trucewatch.mission.config import read_sources
from trucewatch.mission.content import profiles_text
from trucewatch.model.canonical import with_ids
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Means, Phenomenon

ROOT = Path(__file__).resolve().parent.parent
GOAL_S, GOAL_MIB = 4.0, 2_048.0
SEED, DAYS, FRONT_KM, DEPTH_KM = 1, 30, 1_200.0, 20.0
KM_PER_DEG = 111.195
# name, how, sigma of place in m, of time in s, share of events reported, false alarms and repeats a report
PRESET = (
    ("acoustic", Means.DETECTED, 150.0, 5.0, 0.4, 0.10, 0.11),
    ("seismic", Means.DETECTED, 600.0, 20.0, 0.2, 0.10, 0.05),
    ("post-east", Means.HEARD, 1_200.0, 180.0, 0.3, 0.05, 0.10),
    ("post-west", Means.HEARD, 1_500.0, 180.0, 0.3, 0.05, 0.10),
    ("drone", Means.IMAGED, 60.0, 120.0, 0.1, 0.02, 0.05),
    ("news", Means.TOLD, 4_000.0, 10_000.0, 0.1, 0.10, 0.20),
)


def peak_mib() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def timed(name: str, rows: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> tuple[Fused, float]:
    for turn in ("first", "warm"):
        start, busy = time.perf_counter(), time.process_time()
        fused = fuse(rows, sources)
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        print(
            f"{name:<22}{rows.height:>9,} rows {seconds:7.2f} s ({busy:.2f} s of processor), {turn}",
            flush=True,
        )
    print(
        f"{'':22}{fused.incidents.height:>9,} incidents, {fused.links.height:,} links, peak {peak_mib():,.0f} MiB"
    )
    return fused, seconds


def dense(folder: Path) -> tuple[pl.DataFrame, Mapping[str, SourceProfile]]:
    sources = read_sources(profiles_text())
    news = viina.parse((folder / "viina.parquet").read_bytes(), sources["viina"]).accepted
    fires = firms.parse((folder / "firms_dates.parquet").read_bytes(), sources["firms-dates"]).accepted
    return with_ids(pl.concat([news, fires]).with_columns(observation_id=pl.lit(""))), sources


def front(many: int) -> tuple[pl.DataFrame, np.ndarray, Mapping[str, SourceProfile]]:
    """Return about `many` reports, the event behind each (-1: none), and the true profiles."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    events = int(many / sum(p * (1 + false + again) for *_, p, false, again in PRESET))
    x = generator.uniform(0, FRONT_KM, events)
    y = np.clip(generator.normal(0, DEPTH_KM / 2, events), -DEPTH_KM, DEPTH_KM)
    t = generator.uniform(0, DAYS * 86_400.0, events)
    parts, whose = [], []
    for name, means, sigma_m, sigma_s, p, false, again in PRESET:
        seen = np.flatnonzero(generator.random(events) < p)
        alarms = int(false * len(seen))
        which = np.concatenate([seen, np.full(alarms, -1)])
        east = np.where(which < 0, generator.uniform(0, FRONT_KM, len(which)), x[which])
        north = np.where(which < 0, generator.uniform(-DEPTH_KM, DEPTH_KM, len(which)), y[which])
        at = np.where(which < 0, generator.uniform(0, DAYS * 86_400.0, len(which)), t[which])
        east = east + generator.normal(0, sigma_m / 1000, len(which))
        north = north + generator.normal(0, sigma_m / 1000, len(which))
        at = at + generator.normal(0, sigma_s, len(which))
        twice = generator.random(len(which)) < again
        which, east, north, at = (np.concatenate([v, v[twice]]) for v in (which, east, north, at))
        whose.append(which)
        moment = pl.from_epoch(pl.Series(at * 1e6).cast(pl.Int64), time_unit="us").dt.replace_time_zone("UTC")
        moment = moment + (datetime(2027, 3, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC))
        parts.append(
            pl.DataFrame(
                {
                    "source_id": [name] * len(which),
                    "means": [means.value] * len(which),
                    "lon": east / KM_PER_DEG,
                    "lat": north / KM_PER_DEG,
                    "from_utc": moment,
                }
            )
        )
    rows = pl.concat(parts).with_columns(
        observation_id=pl.int_range(pl.len()).cast(pl.String).str.zfill(32),
        to_utc=pl.col("from_utc"),
        phenomenon=pl.lit(Phenomenon.EXPLOSION.value),
        sensitivity=pl.lit("public"),
    )
    return OBSERVATIONS.conform(rows), np.concatenate(whose), profiles()


def profiles() -> Mapping[str, SourceProfile]:
    return {
        name: SourceProfile(
            source_id=name,
            means=means,
            position_sigma_m=sigma_m,
            time_sigma_s=sigma_s,
            detects={Phenomenon.EXPLOSION: p},
            false_per_day=false,
            repeats=again,
        )
        for name, means, sigma_m, sigma_s, p, false, again in PRESET
    }


def f1(ours: np.ndarray, truth: np.ndarray) -> float:
    """Return the pairwise F1 of a partition; a report of no event is alone in truth."""
    alone = truth < 0
    theirs = np.where(alone, truth.max() + 1 + np.arange(len(truth)), truth)

    def pairs(*labels: np.ndarray) -> float:
        many = np.unique(np.stack(labels, axis=1), axis=0, return_counts=True)[1].astype(float)
        return float((many * (many - 1) / 2).sum())

    return 2 * pairs(ours, theirs) / (pairs(ours) + pairs(theirs))


def partition(rows: pl.DataFrame, fused: Fused) -> np.ndarray:
    members = fused.incidents.select("observations").with_row_index("at").explode("observations")
    joined = rows.select("observation_id").join(
        members, left_on="observation_id", right_on="observations", how="left", maintain_order="left"
    )
    return joined["at"].to_numpy().astype(np.int64)


def peer(rows: pl.DataFrame, truth: np.ndarray) -> None:
    """Print what a k-d tree and union-find do: places and times scaled, joined within a radius."""
    if importlib.util.find_spec("scipy") is None:
        print("k-d tree, union-find   skipped: scipy is not installed")
        return
    tree_of = importlib.import_module("scipy.spatial").cKDTree
    sparse, graph = importlib.import_module("scipy.sparse"), importlib.import_module("scipy.sparse.csgraph")
    spots = np.stack(
        [
            rows["lon"].to_numpy() * KM_PER_DEG,
            rows["lat"].to_numpy() * KM_PER_DEG,
            rows["from_utc"].dt.epoch("s").to_numpy() / 100.0,
        ],
        axis=1,
    )
    best = (-1.0, 0.0, 0.0)
    for radius in (1.0, 2.0, 3.0, 4.0, 6.0, 9.0):
        start = time.perf_counter()
        a, b = tree_of(spots).query_pairs(radius, output_type="ndarray").T
        ones = np.ones(len(a), dtype=np.int8)
        joined = graph.connected_components(sparse.coo_matrix((ones, (a, b)), (len(spots),) * 2))[1]
        seconds = time.perf_counter() - start
        best = max(best, (f1(joined.astype(np.int64), truth), radius, seconds))
    print(
        f"k-d tree, union-find   {len(spots):>9,} rows {best[2]:7.2f} s, F1 {best[0]:.3f} at radius {best[1]}"
    )


def main() -> int:
    slow = 0
    folder = Path(os.environ.get("TRUCEWATCH_SHARED", ROOT.parent / "shared")) / "data" / "dense-2023"
    if folder.exists():
        _, seconds = timed("dense-2023", *dense(folder))
        print(f"{'':22}goal: under {GOAL_S:.0f} s and {GOAL_MIB:,.0f} MiB")
        slow = int(seconds > GOAL_S or peak_mib() > GOAL_MIB)
    else:
        print(f"dense-2023 is not here: set TRUCEWATCH_SHARED (looked for {folder})")
    for many in (10_000, 100_000):
        rows, truth, sources = front(many)
        fused, _ = timed(f"simulated, seed {SEED}", rows, sources)
        print(f"{'':22}F1 {f1(partition(rows, fused), truth):.3f}, simulated, preset of this file")
        peer(rows, truth)
    return slow


if __name__ == "__main__":
    sys.exit(main())
