"""Fusing worlds so large that each step wants a process of its own, beside the peers of `fuse.py`.

python bench/fuse_apart.py FOLDER [PRESET] [--seed N] [--only STEP ...] [--peers FOLDER]

Rules:
- the world is made once and written to the folder, so that what fuses holds nothing but the reports;
- each step has 1,200 s of the wall and 20 GiB of memory: what needs more *did not finish*; making the world has no limit;
- ours is fused once, so that its time is that of the first call of a process; *learned* learns first, which is told beside;
- everything is simulated, and no mission's error rate: preset and seed are printed.
"""

import argparse
import multiprocessing
import os
import pickle
import signal
import time
from collections.abc import Callable
from math import inf
from pathlib import Path

import numpy as np
import polars as pl
from fuse import (
    MOST_S,
    SPLINK_WAYS,
    compared,
    counted,
    environment,
    leaves,
    marks,
    nearest,
    partition,
    splink,
    spots,
    timed,
)
from seeds import seed_of

from trucewatch.fuse.learning import learn
from trucewatch.model.vocabulary import NOT_EVENTS
from trucewatch.simulate.observed import observe, told_of
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world

MOST_BYTES = 20 * 2**30
EVERY_S = 0.2
STEPS = ("true", "learned", "k-d", "hdbscan", "splink")


def held(program: int) -> int:
    """Return the bytes of memory that a program and all that it started hold now; 0 where there is no /proc."""
    own = Path(f"/proc/{program}")
    try:
        pages = int((own / "statm").read_text().split()[1])
        started = (own / "task" / str(program) / "children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(held(int(one)) for one in started)


def ended(program: int) -> None:
    """End a program and all that it started; Linux only."""
    for one in Path(f"/proc/{program}/task/{program}/children").read_text().split():
        ended(int(one))
    os.kill(program, signal.SIGKILL)


def alone(step: Callable[..., None], *given: object, most_s: float = inf, most: float = MOST_BYTES) -> None:
    """Do one step in a process of its own, which is ended where it takes more seconds or bytes."""
    child = multiprocessing.get_context("spawn").Process(target=step, args=given)
    child.start()
    start, peak = time.perf_counter(), 0
    while child.is_alive():
        child.join(EVERY_S)
        peak = max(peak, held(child.pid or 0))
        if peak > most or time.perf_counter() - start > most_s:
            ended(child.pid or 0)
            child.join()
            limit = f"within {most / 2**30:.0f} GiB" if peak > most else f"in {most_s:,.0f} s"
            print(f"{step.__name__} did not finish {limit}", flush=True)
            return
    print(
        f"{'':34}peak {peak / 2**30:.1f} GiB" + (f", ended with {child.exitcode}" if child.exitcode else ""),
        flush=True,
    )


def written(name: str, seed: int, there: Path) -> None:
    """Write the reports of a world, what is true of them and the true profiles."""
    made = observe(world(preset(name), seed=seed))
    event = ~made.observations["phenomenon"].is_in([kind.value for kind in NOT_EVENTS])
    there.mkdir(parents=True, exist_ok=True)
    made.truth.filter(event).select("event_id", "alarm_id", "again").write_parquet(there / "truth.parquet")
    (there / "true.pickle").write_bytes(pickle.dumps(made.true))
    made.observations.filter(event).write_parquet(there / "rows.parquet")


def events(there: Path) -> np.ndarray:
    return told_of(pl.read_parquet(there / "truth.parquet"))


def ours(there: Path, profiles: str) -> None:
    rows = pl.read_parquet(there / "rows.parquet")
    if profiles == "true":
        sources = pickle.loads((there / "true.pickle").read_bytes())
    else:
        start, busy = time.perf_counter(), time.process_time()
        sources = learn(rows, {}).profiles
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        print(f"{'learning from nothing':<34}{seconds:8.2f} s ({busy:.2f} of processor)", flush=True)
    fused, _, _ = timed(f"ours, {profiles} profiles", rows, sources, times=1)
    truth = events(there)
    print(f"{'':34}{marks(partition(rows, fused), truth)}, {counted(fused, truth)}", flush=True)


def by_places(there: Path, peer: Callable[[np.ndarray, np.ndarray], None]) -> None:
    peer(
        spots(pl.read_parquet(there / "rows.parquet", columns=["lon", "lat", "from_utc", "to_utc"])),
        events(there),
    )


def table(there: Path) -> None:
    rows = pl.read_parquet(there / "rows.parquet")
    compared(rows, pickle.loads((there / "true.pickle").read_bytes()), events(there)).write_parquet(
        there / "table.parquet"
    )


def linked(there: Path, python: Path, how: str, collapsed: bool) -> None:
    again = pl.read_parquet(there / "truth.parquet", columns=["again"])["again"].to_numpy()
    splink(pl.read_parquet(there / "table.parquet"), again, python, how=how, collapsed=collapsed)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("preset", nargs="?", default="ten_million")
    asked.add_argument("--seed", type=seed_of, default=1)
    asked.add_argument("--only", nargs="+", choices=STEPS, default=STEPS)
    asked.add_argument(
        "--peers", type=Path, help="a folder for Splink's own environment; without it Splink is left out"
    )
    options = asked.parse_args()
    there = options.folder / f"{options.preset}-{options.seed}"
    if not (there / "rows.parquet").exists():
        alone(written, options.preset, options.seed, there, most=inf)
    reports = pl.scan_parquet(there / "rows.parquet").select(pl.len()).collect().item()
    print(
        f"simulated, preset {options.preset}, seed {options.seed}, made apart: {reports:,} reports",
        flush=True,
    )
    for step in options.only:
        print(f"{step}, load {os.getloadavg()[0]:.1f}", flush=True)
        if step in ("true", "learned"):
            alone(ours, there, step, most_s=MOST_S)
        elif step in ("k-d", "hdbscan"):
            alone(by_places, there, nearest if step == "k-d" else leaves, most_s=2 * MOST_S)
        elif options.peers is None:
            print("Splink is left out: --peers FOLDER")
        else:
            alone(table, there)
            for how, collapsed in SPLINK_WAYS:
                print(f"{how}, repeats {'collapsed' if collapsed else 'as they are'}", flush=True)
                alone(linked, there, environment(options.peers), how, collapsed)


if __name__ == "__main__":
    main()
