"""Streaming: batches of 1,000 into what stands, late and shuffled ones among them, and the same partition as at once.

Rules:
- everything is simulated: preset and seed are printed; the profiles are the true ones;
- rows arrive in the order in which they were reported; every fifth batch is shuffled, every tenth half of rows that
  were held back from the whole time before;
- a batch counts from the rows to the partition; the table of incidents is made when it is asked for;
- with `--check` the partition at the end is held against all rows at once.
"""

import argparse
import os
import sys
import time

import numpy as np
import polars as pl
from peak import Peak
from seeds import seed_of

from trucewatch.fuse.stream import Standing
from trucewatch.simulate.observed import observe
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world

GOAL_P50_MS, GOAL_P99_MS = 10.0, 50.0


def parts(rows: pl.DataFrame, size: int, many: int, seed: int) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Return what stands first, and the batches."""
    generator = np.random.Generator(np.random.PCG64(seed))
    half, lates = size // 2, many // 10
    start = rows.height - size * many
    held = np.sort(generator.choice(start, half * lates, replace=False))
    first = rows[np.setdiff1d(np.arange(start), held)]
    made, at = [], start
    for number in range(many):
        late = number % 10 == 9
        taken = size - half if late else size
        batch = rows[at : at + taken]
        at += taken
        if late:
            turn = number // 10
            batch = pl.concat([batch, rows[held[turn * half : (turn + 1) * half]]])
        if number % 5 == 4:
            batch = batch[generator.permutation(batch.height)]
        made.append(batch)
    return first, made


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether two labellings are one partition."""
    many = len(np.unique(one))
    return many == len(np.unique(other)) == len(np.unique(np.stack([one, other]), axis=1).T)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("preset", nargs="?", default="million")
    asked.add_argument("--seed", type=seed_of, default=1)
    asked.add_argument("--size", type=int, default=1_000)
    asked.add_argument("--batches", type=int, default=40)
    asked.add_argument("--check", action="store_true")
    options = asked.parse_args()
    made = observe(world(preset(options.preset), seed=options.seed))
    first, batches = parts(made.observations, options.size, options.batches, options.seed)
    print(f"simulated, preset {options.preset}, seed {options.seed}; load {os.getloadavg()[0]:.1f}")
    with Peak() as memory:
        start = time.perf_counter()
        now = Standing(first, made.true)
        print(f"standing: {first.height:,} rows in {time.perf_counter() - start:.2f} s", flush=True)
        took, busy = [], []
        for batch in batches:
            start, spent = time.perf_counter(), time.process_time()
            now.add(batch)
            took.append((time.perf_counter() - start) * 1e3)
            busy.append((time.process_time() - spent) * 1e3)
    p50, p99 = np.percentile(took, [50, 99])
    met = p50 < GOAL_P50_MS and p99 < GOAL_P99_MS
    print(
        f"{len(batches)} batches of {options.size:,}: p50 {p50:.1f} ms, p99 {p99:.1f} ms"
        f" (of processor {np.percentile(busy, 50):.1f}, {np.percentile(busy, 99):.1f});"
        f" goal p50 {GOAL_P50_MS:.0f} ms, p99 {GOAL_P99_MS:.0f} ms: {'met' if met else 'not met'};"
        f" load {os.getloadavg()[0]:.1f}"
    )
    print(f"memory: {memory.first:,.0f} MiB before, peak {memory.most:,.0f} MiB")
    if not options.check:
        return int(not met)
    again = Standing(pl.concat([first, *batches]), made.true)
    alike = same(now.incident, again.incident)
    print(f"{len(np.unique(now.incident)):,} incidents: {'the same' if alike else 'NOT THE SAME'} as at once")
    return int(not (met and alike))


if __name__ == "__main__":
    sys.exit(main())
