"""The dense four months of 2023, loaded and walked: 31,404 news rows, 77,688 fires, 13,906 alerts.

Rules:
- real files, the real shell: a new mission, bytes into the vault, rows into the record, then every step;
- prints each step's seconds, and at the end seconds, peak memory and the goal; changes nothing elsewhere.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from trucewatch.mission.folder import Plan, init
from trucewatch.mission.intake import ingest
from trucewatch.mission.walk import Walk, walk

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
GOAL_S = 15.0
FILES = (
    ("viina", "viina.parquet", 31_404),
    ("firms-dates", "firms_dates.parquet", 77_688),
    ("alerts-official", "alerts_official.parquet", 6_687),
    ("alerts-volunteer", "alerts_volunteer.parquet", 7_219),
)


def timed(name: str, work: Callable[[], T]) -> T:
    start = time.perf_counter()
    print(f"{name:<22}", end="", flush=True)
    done = work()
    print(f"{time.perf_counter() - start:6.2f} s", flush=True)
    return done


def peak_mib() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def load_and_walk(dense: Path, mission: Path) -> Walk:
    plan = Plan(name="dense", agreements=("easter-2025",))
    folder = timed("init", lambda: init(mission, plan, by="bench"))
    for source, file, rows in FILES:
        (taken,) = timed(
            source, lambda s=source, f=file: tuple(ingest(folder, s, [str(dense / f)], by="bench"))
        )
        print(f"{'':22}{taken.accepted:,} of {rows:,} accepted, {len(taken.refused):,} refused")
    return timed("walk", lambda: walk(mission))


def main() -> int:
    dense = Path(os.environ.get("TRUCEWATCH_SHARED", ROOT.parent / "shared")) / "data" / "dense-2023"
    if not dense.exists():
        print(f"the real files are not here: set TRUCEWATCH_SHARED (looked for {dense})")
        return 2
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        walked = load_and_walk(dense, Path(scratch) / "mission")
    seconds = time.perf_counter() - start
    breaches = walked.assessments.filter(walked.assessments["verdict"] == "apparent_breach").height
    print(f"{walked.observations.height:,} observations, {walked.fused.incidents.height:,} incidents")
    print(f"{breaches} apparent breaches under the Easter truce's clauses (goal: 0)")
    print(f"{seconds:.1f} s (goal: under {GOAL_S:.0f} s), peak {peak_mib():,.0f} MiB")
    return int(seconds > GOAL_S or breaches > 0)


if __name__ == "__main__":
    sys.exit(main())
