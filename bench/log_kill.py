"""A writer killed at random moments: after each, every entry it acknowledged is there, and the log grows.

python bench/log_kill.py [TIMES], 1,000 when not given

Rules:
- the writer appends 1 to 600 entries at a time, by turns in appends and in batches that are written ahead and settled
  now and then, and says each size once it is acknowledged; it is killed (SIGKILL) at a random moment from its
  first append on;
- what was written ahead and not settled is taken in by whoever writes next, here the check;
- after each kill the whole log is read, its root is computed from its entries, and one more is appended;
- a kill is no power cut: that a disk keeps what it said it synced is shown by nobody but the disk.
"""

import random
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.store import Store
from trucewatch.log.tree import Grown, leaf_hash

LOG = SignerKey(name="bench.example/log", kind=KeyKind.ED25519, seed=bytes(32))
LONGEST = 60_000  # a log longer than this is begun anew, so that reading it stays quick
WRITER = """
import random, sys
from pathlib import Path
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.store import Store
key = SignerKey(name="bench.example/log", kind=KeyKind.ED25519, seed=bytes(32))
store, dice = Store(folder=Path(sys.argv[1]), key=key.verifier), random.Random(int(sys.argv[2]))
size = store.ready(key).size

def more():
    return [b"entry %d" % (size + n) for n in range(dice.randrange(1, 600))]

while True:
    for _ in range(dice.randrange(3)):
        size = store.append(more(), signer=key).size
        print(size, flush=True)
    with store.batches(signer=key, most_bytes=dice.randrange(40_000)) as log:
        for _ in range(dice.randrange(12)):
            size = log.append(more()).size
            print(size, flush=True)
"""


def killed(folder: Path, turn: int, wait_s: float) -> int:
    """Return the last size that a writer acknowledged before it was killed."""
    command = [sys.executable, "-c", WRITER, str(folder), str(turn)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        select.select([writer.stdout], [], [], 60)
        time.sleep(wait_s)
        writer.kill()
        said = [line for line in writer.stdout if line.endswith("\n")]
    return int(said[-1]) if said else 0


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    dice, cut_off, ahead, start = random.Random(7), 0, 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as made:
        store = Store(folder=Path(made) / "0", key=LOG.verifier)
        store.create(LOG)
        for turn in range(times):
            acknowledged = killed(store.folder, turn, dice.random() * 0.15)
            cut_off += (store.folder / "growing").exists()
            ahead += (store.folder / "ahead").exists()
            store.ready(LOG)
            for step in (0, 1):
                size = store.head().size
                leaves = [leaf_hash(entry) for entry in store.entries()]
                assert size == len(leaves) >= acknowledged
                assert Grown().with_leaves(leaves).root == store.head().root
                if step == 0:
                    store.append([b"entry %d" % size], signer=LOG)
            assert list(store.entries()) == [b"entry %d" % n for n in range(size)]
            if size > LONGEST:
                store = Store(folder=Path(made) / str(turn + 1), key=LOG.verifier)
                store.create(LOG)
    print(
        f"{times} kills, {cut_off} of them inside an append, {ahead} with batches ahead: every acknowledged entry is there,"
        f" {time.perf_counter() - start:.0f} s"
    )


if __name__ == "__main__":
    main()
