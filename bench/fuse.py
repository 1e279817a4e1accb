"""Fusing: quality against known truth, seconds and peak memory, beside peers in one run.

Rules:
- bytes an observation are the peak while it fuses, less what was held before (the input) and the tables that came of it;
- the dense four months of 2023 are real, parsed by their own sources; only fusing is timed, twice: the second is warm;
- `fuse_apart.py` does the same for worlds so large that each step wants a process of its own;
- everything else is simulated, and no mission's error rate: preset and seed are printed with every figure;
- *true* are the profiles measured on the very rows, *declared* what the sources say of themselves, *learned* what
  `fuse --learn` finds from nothing at all;
- the peers are a k-d tree with union-find (scipy) at the best of several radii by the truth, which no user has, HDBSCAN
  (scikit-learn), and with `--peers FOLDER` Splink in an environment of its own, which is made there: its connected
  components and its single best links, at the best of several thresholds by the truth, with and without repeats collapsed
  first, by the truth too; its best links are given each report's true error.
"""

import argparse
import importlib
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
from peak import Peak
from seeds import seed_of

from trucewatch.fuse.fuse import Fused, fuse
from trucewatch.fuse.learning import learn
from trucewatch.fuse.reports import reports_of
from trucewatch.ingest import firms, viina
from trucewatch.mission.config import read_sources
from trucewatch.mission.content import profiles_text
from trucewatch.model.canonical import with_ids
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import NOT_EVENTS
from trucewatch.simulate.observed import observe, told_of
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world

ROOT = Path(__file__).resolve().parent.parent
GOAL_S, GOAL_MIB = 4.0, 2_048.0
GOAL_BYTES = 250
MOST_S = 1_200  # a peer that takes longer did not finish
KM_PER_DEG = 111.195
HDBSCAN = """
import sys, time
import numpy as np
from sklearn.cluster import HDBSCAN
start = time.process_time()
found = HDBSCAN(min_cluster_size=2, cluster_selection_method="leaf", copy=True).fit_predict(np.load(sys.argv[1] + "/in.npy"))
busy = time.process_time() - start
np.save(sys.argv[1] + "/out.npy", found)
peak = next((line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")), "0")
print(round(busy, 2), int(peak) // 1024)
"""
SPLINK = Path(__file__).resolve().parent / "fuse_splink.py"
SPLINK_WAYS = tuple((how, collapsed) for how in ("components", "best-links") for collapsed in (False, True))


def peak_mib() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def timed(
    name: str, rows: pl.DataFrame, sources: Mapping[str, SourceProfile], *, times: int = 2
) -> tuple[Fused, float, float]:
    first = 0.0
    for _ in range(times):
        with Peak() as memory:
            start, busy = time.perf_counter(), time.process_time()
            fused = fuse(rows, sources)
            seconds, busy = time.perf_counter() - start, time.process_time() - busy
        first = first or seconds
        above = memory.most - memory.first
    made = sum(table.estimated_size() for table in (fused.incidents, fused.counts, fused.links)) / 2**20
    print(
        f"{name:<34}{seconds:8.2f} s ({busy:.2f} of processor; first call {first:.2f} s),"
        f" {fused.incidents.height:,} incidents, {fused.links.height:,} links, peak {peak_mib():,.0f} MiB,"
        f" {max(above - made, 0.0) * 2**20 / max(rows.height, 1):,.0f} bytes an observation above base"
        f" (goal {GOAL_BYTES}), load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return fused, seconds, busy


def dense(folder: Path) -> tuple[pl.DataFrame, Mapping[str, SourceProfile]]:
    sources = read_sources(profiles_text())
    news = viina.parse((folder / "viina.parquet").read_bytes(), sources["viina"]).accepted
    fires = firms.parse((folder / "firms_dates.parquet").read_bytes(), sources["firms-dates"]).accepted
    return with_ids(pl.concat([news, fires]).with_columns(observation_id=pl.lit(""))), sources


def marks(ours: np.ndarray, truth: np.ndarray) -> str:
    """Return pairwise F1 and B-cubed F of a partition; a report of no event, and of no false alarm, is alone in truth."""
    theirs = np.where(truth == -1, truth.max() + 1 + np.arange(len(truth)), truth)
    one, other = (np.unique(labels, return_inverse=True)[1].astype(np.int64) for labels in (ours, theirs))
    _, at, both = np.unique(one * (other.max() + 1) + other, return_inverse=True, return_counts=True)
    sizes = [np.bincount(labels).astype(float) for labels in (one, other)]
    mine, its, shared = ((many * (many - 1) / 2).sum() for many in (*sizes, both.astype(float)))
    precision, recall = (both[at] / sizes[0][one]).mean(), (both[at] / sizes[1][other]).mean()
    return f"F1 {2 * shared / (mine + its):.3f}, B-cubed {2 * precision * recall / (precision + recall):.3f}"


def partition(rows: pl.DataFrame, fused: Fused) -> np.ndarray:
    members = fused.incidents.select("observations").with_row_index("at").explode("observations")
    joined = rows.select("observation_id").join(
        members, left_on="observation_id", right_on="observations", how="left", maintain_order="left"
    )
    return joined["at"].to_numpy().astype(np.int64)


def counted(fused: Fused, truth: np.ndarray) -> str:
    return f"sum of p_real / events {fused.incidents['p_real'].sum() / len(np.unique(truth[truth >= 0])):.3f}"


def spots(rows: pl.DataFrame) -> np.ndarray:
    """Return places in km and times in hundreds of seconds; an unknown place lies by itself."""
    middle = (rows["from_utc"].dt.epoch("ms").to_numpy() + rows["to_utc"].dt.epoch("ms").to_numpy()) / 2e5
    away = 1e5 + np.arange(rows.height) * 100.0
    lon, lat = (rows[name].to_numpy() * KM_PER_DEG for name in ("lon", "lat"))
    return np.stack([np.where(np.isnan(lon), away, lon), np.where(np.isnan(lat), away, lat), middle], axis=1)


def nearest(where: np.ndarray, truth: np.ndarray) -> None:
    """Print what a k-d tree with union-find does at places and times, as `spots` gives them."""
    if importlib.util.find_spec("scipy") is None:
        print("k-d tree, union-find              skipped: scipy is not installed")
        return
    tree_of = importlib.import_module("scipy.spatial").cKDTree
    sparse, graph = importlib.import_module("scipy.sparse"), importlib.import_module("scipy.sparse.csgraph")
    best = ("", 0.0, 0.0)
    for radius in (0.25, 0.5, 1.0, 2.0, 3.0):
        start = time.process_time()
        try:
            a, b = tree_of(where).query_pairs(radius, output_type="ndarray").T
        except MemoryError:
            print(f"pairs within radius {radius} want more memory than there is", flush=True)
            break
        ones = np.ones(len(a), dtype=np.int8)
        joined = graph.connected_components(sparse.coo_matrix((ones, (a, b)), (len(where),) * 2))[1]
        best = max(best, (marks(joined.astype(np.int64), truth), radius, time.process_time() - start))
    print(
        f"{'k-d tree, union-find':<34}{best[2]:8.2f} of processor, {best[0]} at radius {best[1]}", flush=True
    )


def leaves(where: np.ndarray, truth: np.ndarray) -> None:
    """Print what HDBSCAN does, in a process of its own that has its time."""
    if importlib.util.find_spec("sklearn") is None:
        print("HDBSCAN, leaf                     skipped: scikit-learn is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "in.npy", where)
        try:
            done = subprocess.run(
                [sys.executable, "-c", HDBSCAN, folder],
                capture_output=True,
                text=True,
                timeout=MOST_S,
                check=True,
            )
        except subprocess.TimeoutExpired:
            print(f"{'HDBSCAN, leaf':<34} did not finish in {MOST_S} s", flush=True)
            return
        except subprocess.CalledProcessError as failed:
            print(f"{'HDBSCAN, leaf':<34} failed: {last_line(failed.stderr)}", flush=True)
            return
        labels = np.load(Path(folder) / "out.npy").astype(np.int64)
    labels = np.where(labels < 0, labels.max() + 1 + np.arange(len(labels)), labels)
    busy, mib = done.stdout.split()
    print(
        f"{'HDBSCAN, leaf':<34}{float(busy):8.2f} of processor, {mib} MiB, {marks(labels, truth)}", flush=True
    )


def firsts(sources: pl.Series, truth: np.ndarray, again: np.ndarray) -> np.ndarray:
    """Return for each report the first of its source of the same event, by the truth, if it repeats one."""
    told = pl.DataFrame({"source": sources, "event": truth, "at": np.arange(len(truth))})
    first = told.select(pl.col("at").min().over("source", "event"))["at"].to_numpy()
    return np.where(again & (truth != -1), first, np.arange(len(truth)))


def last_line(told: str) -> str:
    return (told.strip().splitlines() or ["?"])[-1][:160]


def splink(table: pl.DataFrame, again: np.ndarray, python: Path, *, how: str, collapsed: bool) -> None:
    """Print what Splink does with what `compared` gives, as it is or with repeats collapsed first, by the truth."""
    truth, every = table["truth"].to_numpy(), np.arange(table.height)
    kept = firsts(table["source"], truth, again) if collapsed else every
    name = ("repeats collapsed, " if collapsed else "") + f"Splink {how}"
    with tempfile.TemporaryDirectory() as folder:
        table.filter(pl.Series(kept == every)).write_parquet(Path(folder) / "in.parquet")
        try:
            done = subprocess.run(
                [python, SPLINK, folder, how], capture_output=True, text=True, timeout=MOST_S
            )
        except subprocess.TimeoutExpired:
            print(f"{name:<42} did not finish in {MOST_S} s", flush=True)
            return
        if done.returncode:
            print(f"{name:<42}failed: {last_line(done.stderr)}", flush=True)
            return
        told = json.loads(done.stdout.strip().splitlines()[-1])
        best, threshold = best_of(pl.read_parquet(Path(folder) / "out.parquet"), kept, truth)
        seconds = f"{told['busy']:8.2f} of processor, {told['seconds']:.2f} s"
        print(f"{name:<42}{seconds}, {told['mib']:,.0f} MiB, {best} at {threshold}", flush=True)


def compared(rows: pl.DataFrame, sources: Mapping[str, SourceProfile], truth: np.ndarray) -> pl.DataFrame:
    """Return what Splink is given: places in km, times in hundreds of seconds, and the errors of both."""
    where, (reports, _) = spots(rows), reports_of(rows, sources)
    errors = np.zeros((rows.height, 2))
    errors[reports.row] = np.stack(
        [np.sqrt((reports.ee + reports.nn) / 2) / 1e3, reports.sigma_s / 100], axis=1
    )
    return pl.DataFrame(
        {
            "unique_id": np.arange(rows.height),
            **{axis: where[:, at] for at, axis in enumerate("xyt")},
            "place_error": errors[:, 0],
            "time_error": np.maximum(errors[:, 1], 0.01),
            "source": rows["source_id"],
            "kind": rows["phenomenon"],
            "truth": truth,
        }
    )


def best_of(labels: pl.DataFrame, kept: np.ndarray, truth: np.ndarray) -> tuple[str, float]:
    """Return the marks, and the threshold, of the best of several partitions; `kept` is the row that each row went by."""
    best = ("", 0.0)
    for threshold in [name for name in labels.columns if name != "unique_id"]:
        found = np.arange(len(truth)) + len(truth)
        found[labels["unique_id"].to_numpy()] = labels[threshold].rank("dense").to_numpy()
        best = max(best, (marks(found[kept], truth), float(threshold)))
    return best


def simulated(name: str, seed: int, python: Path | None) -> None:
    made = observe(world(preset(name), seed=seed))
    event = ~made.observations["phenomenon"].is_in([kind.value for kind in NOT_EVENTS])
    rows, behind = made.observations.filter(event), made.truth.filter(event)
    truth = told_of(behind)
    print(
        f"\nsimulated, preset {name}, seed {seed}: {rows.height:,} reports of {len(np.unique(truth[truth >= 0])):,} events"
    )
    start = time.process_time()
    learned = learn(rows, {}).profiles
    print(f"{'learning from nothing':<34}{time.process_time() - start:8.2f} of processor")
    for what, sources in (("declared", made.declared), ("true", made.true), ("learned", learned)):
        fused, _, _ = timed(f"ours, {what} profiles", rows, sources)
        print(f"{'':34}{marks(partition(rows, fused), truth)}, {counted(fused, truth)}", flush=True)
    where = spots(rows)
    nearest(where, truth)
    leaves(where, truth)
    if python is not None:
        table = compared(rows, made.true, truth)
        for how, collapsed in SPLINK_WAYS:
            splink(table, behind["again"].to_numpy(), python, how=how, collapsed=collapsed)


def environment(folder: Path) -> Path:
    """Return the Python of the peers' own environment, made when it is not there."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        wanted = ["splink>=5,<6", "duckdb>=1.5,<2", "pyarrow"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    return python


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("presets", nargs="*", default=["ten_thousand", "hundred_thousand"])
    asked.add_argument("--seed", type=seed_of, default=1)
    asked.add_argument("--peers", type=Path, help="a folder for the peers' own environment")
    asked.add_argument("--no-real", action="store_true", help="leave the dense months of 2023 out")
    options = asked.parse_args()
    python = environment(options.peers) if options.peers else None
    slow = 0
    folder = Path(os.environ.get("TRUCEWATCH_SHARED", ROOT.parent / "shared")) / "data" / "dense-2023"
    if options.no_real or not folder.exists():
        print(f"dense-2023 is left out (it would be in {folder}: TRUCEWATCH_SHARED)")
    else:
        _, seconds, busy = timed("dense-2023", *dense(folder))
        print(f"{'':34}goal: under {GOAL_S:.0f} s and {GOAL_MIB:,.0f} MiB")
        slow = int(min(seconds, busy) > GOAL_S or peak_mib() > GOAL_MIB)
    for name in options.presets:
        simulated(name, options.seed, python)
    return slow


if __name__ == "__main__":
    sys.exit(main())
