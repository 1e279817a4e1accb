"""The log: entries appended durably, a proof, a million entries verified; beside pymerkle when it is given.

python bench/log.py [FOLDER] [--slow MS] [--peer PYTHON]

Rules:
- FOLDER is where the log is written (a new folder in it, removed afterwards), for a sync costs what the disk
  under it costs; the temporary folder when none is given;
- PYTHON is an interpreter with pymerkle, which no part of the program uses (GPL); when none is given it is the one
  that runs this, and where that has no pymerkle an environment is made for the run, with it alone;
- a sync takes MS longer with --slow: a slower disk than the one that is here;
- two ways to append are measured in turns on two logs, so that both meet the same disk: batches that are written ahead and
  settled, the settling counted, and appends that are in the log, file by file, when they return;
- the peer keeps its tree in memory and writes nothing, so it is compared on hashing and proofs only.
"""

import importlib.util
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.proof import inclusion, verify_inclusion
from trucewatch.log.store import Store
from trucewatch.log.tile import Tile, perfect_trees
from trucewatch.log.tree import Grown, leaf_hash

ENTRIES, BATCH, PROOFS = 1_000_000, 1_000, 2_000
GOAL_RATE, GOAL_PROOF_MS, GOAL_VERIFY_S, GOAL_MIB = 50_000, 10.0, 30.0, 1_024.0
LOG = SignerKey(name="bench.example/log", kind=KeyKind.ED25519, seed=bytes(32))
PEER = """
import random, resource, sys, time
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
count, proofs = int(sys.argv[1]), int(sys.argv[2])
entries = [b"%064x" % n for n in range(count)]
tree, start = InmemoryTree(algorithm="sha256"), time.perf_counter()
for entry in entries:
    tree.append_entry(entry)
print(f"pymerkle, in memory: {count / (time.perf_counter() - start):,.0f} entries/s hashed")
start = time.perf_counter()
root = tree.get_root()
print(f"pymerkle: its root in {time.perf_counter() - start:.2f} s: {root.hex()}")
dice, took = random.Random(1), []
for _ in range(proofs):
    index = dice.randrange(count)
    start = time.perf_counter()
    proof = tree.prove_inclusion(index + 1)
    took.append(time.perf_counter() - start)
took.sort()
print(f"pymerkle, in memory: proof p50 {took[len(took) // 2] * 1e3:.2f} ms, p99 {took[len(took) * 99 // 100] * 1e3:.2f} ms")
start = time.perf_counter()
verify_inclusion(tree.get_leaf(index + 1), root, proof)
print(f"pymerkle: one proof verified in {(time.perf_counter() - start) * 1e3:.2f} ms")
print(f"pymerkle: peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")
"""


def entry(number: int) -> bytes:
    return b"%064x" % number  # as long as the digest of a record


def peak_mib() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def said(name: str, value: float, unit: str, goal: float, *, least: bool = False) -> None:
    met = value >= goal if least else value <= goal
    print(f"{name:<46}{value:12,.2f} {unit:<10} goal {goal:,g}: {'met' if met else 'NOT met'}", flush=True)


def a_sync_ms(folder: Path) -> float:
    start = time.perf_counter()
    for turn in range(50):
        with (folder / f"sync{turn}").open("wb") as out:
            out.write(bytes(8192))
            out.flush()
            os.fsync(out.fileno())
    return (time.perf_counter() - start) / 50 * 1e3


def appended(ahead: Store, at_once: Store) -> None:
    """Append to both logs, a stretch of batches in the one and some appends in the other, in turns."""
    took: dict[str, list[float]] = {"batches": [], "appends": []}
    for store in (ahead, at_once):
        store.create(LOG)
    with ExitStack() as held:
        log = held.enter_context(ahead.batches(signer=LOG))
        for first in range(0, ENTRIES, BATCH):
            batch = [entry(number) for number in range(first, first + BATCH)]
            took["batches"].append(timed(partial(log.append, batch)))
            if first < ENTRIES // 5:
                took["appends"].append(timed(partial(at_once.append, batch, signer=LOG)))
        took["batches"].append(timed(held.close))
    assert ahead.head().size == ENTRIES
    for name, words in (
        ("batches", "appended durably, batches of 1,000"),
        ("appends", "the same, each in the log at once"),
    ):
        rate = (ENTRIES if name == "batches" else ENTRIES // 5) / sum(took[name])
        if name == "batches":
            said(words, rate, "entries/s", GOAL_RATE, least=True)
        else:
            print(f"{words:<46}{rate:12,.2f} entries/s")
        ms = sorted(1e3 * one for one in took[name])
        print(
            f"{'':<46}one: p50 {ms[len(ms) // 2]:.1f} ms, p99 {ms[-len(ms) // 100]:.1f} ms, most {ms[-1]:.0f} ms"
        )


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def slowed(by_ms: float) -> None:
    """Have each sync take so much longer."""
    at_once = os.fsync

    def fsync(descriptor: int) -> None:
        at_once(descriptor)
        time.sleep(by_ms / 1e3)

    os.fsync = fsync


def hashed() -> None:
    entries = [entry(number) for number in range(ENTRIES)]
    start = time.perf_counter()
    root = Grown().with_leaves(map(leaf_hash, entries)).root
    print(
        f"{'hashed in memory':<46}{ENTRIES / (time.perf_counter() - start):12,.0f} entries/s, root {root.hex()}"
    )


def proved(store: Store) -> None:
    dice, took, checked = random.Random(1), [], []
    head = store.head()
    for _ in range(PROOFS):
        index = dice.randrange(ENTRIES)
        start = time.perf_counter()
        path = store.inclusion(index)
        took.append((time.perf_counter() - start) * 1e3)
        start = time.perf_counter()
        verify_inclusion(leaf=leaf_hash(entry(index)), index=index, size=head.size, path=path, root=head.root)
        checked.append((time.perf_counter() - start) * 1e3)
    took.sort()
    said("a proof from the files, verified, p99", took[len(took) * 99 // 100], "ms", GOAL_PROOF_MS)
    print(f"{'':<46}p50 {took[len(took) // 2]:.2f} ms; checking one {statistics.median(checked):.3f} ms")
    held: dict[Tile, bytes] = {}

    def read(tile: Tile) -> bytes:
        return held.get(tile) or held.setdefault(tile, store.read(tile))

    took = []
    for _ in range(PROOFS):
        index = dice.randrange(ENTRIES)
        perfect = perfect_trees(head.size, read)
        start = time.perf_counter()
        inclusion(index, head.size, perfect)
        took.append((time.perf_counter() - start) * 1e3)
    print(f"{'a proof from tiles in memory, p50':<46}{statistics.median(took):12.2f} ms")


def verified(store: Store) -> None:
    start = time.perf_counter()
    grown = Grown().with_leaves(leaf_hash(held) for held in store.entries())
    assert (grown.size, grown.root) == (store.head().size, store.head().root)
    said("1 million entries read and verified", time.perf_counter() - start, "s", GOAL_VERIFY_S)
    start = time.perf_counter()
    assert store.faults() == ()
    print(f"{'every file of it audited':<46}{time.perf_counter() - start:12.2f} s")


def with_peer(folder: Path) -> str:
    """Return an interpreter with pymerkle: this one, or one of an environment made in `folder`."""
    if importlib.util.find_spec("pymerkle"):
        return sys.executable
    venv.create(folder / "peer", with_pip=True)
    python = str(folder / "peer" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "pymerkle>=7,<8"], check=True)
    return python


def main() -> None:
    words = sys.argv[1:]
    peer = words.pop(words.index("--peer") + 1) if "--peer" in words else None
    slow = float(words.pop(words.index("--slow") + 1)) if "--slow" in words else 0.0
    words = [word for word in words if word not in ("--peer", "--slow")]
    if slow:
        slowed(slow)
    with tempfile.TemporaryDirectory(dir=words[0] if words else None) as folder:
        print(f"one file of 8 KiB written and synced here: {a_sync_ms(Path(folder)):.2f} ms")
        store = Store(folder=Path(folder) / "log", key=LOG.verifier)
        appended(store, Store(folder=Path(folder) / "at once", key=LOG.verifier))
        print(f"one file of 8 KiB written and synced after that: {a_sync_ms(Path(folder)):.2f} ms")
        proved(store)
        verified(store)
    said("peak memory", peak_mib(), "MiB", GOAL_MIB)
    hashed()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([peer or with_peer(Path(folder)), "-c", PEER, str(ENTRIES), str(PROOFS)], check=True)


if __name__ == "__main__":
    main()
