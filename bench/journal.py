"""A mission's records appended in batches of 1,000: by themselves, and many under one lock, in turns.

python bench/journal.py [BATCHES], 60 when not given

Rules:
- a record is what it is in a mission: RFC 8785 bytes with a salt of its own, a line of the journal and a leaf of the log; both
  are durable when they are counted, and settling what was written ahead is counted too;
- the two ways take turns of ten batches on two records, so that both meet the same disk and the same other programs.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.journal import Entry, Journal, Kind

SIGNER = SignerKey(name="bench.00000000", kind=KeyKind.ED25519, seed=bytes(32))
BATCH, TURN = 1_000, 10


def fact(n: int) -> Entry:
    body = {"fact_id": f"{n:032x}", "kind": "ceasefire_in_force", "holds": True, "rests_on": f"note {n}"}
    return Entry(kind=Kind.FACT, author="post 7 (unsigned)", body=body)


def begun(folder: Path) -> Journal:
    journal = Journal(folder=folder / "record", signer=SIGNER)
    journal.create(SIGNER)
    return journal


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    took = {"by themselves": [0.0, 0.0], "many under one lock": [0.0, 0.0]}
    with tempfile.TemporaryDirectory() as made:
        alone, ahead = begun(Path(made) / "alone"), begun(Path(made) / "ahead")
        for first in range(0, count, TURN):
            groups = [[fact((first + g) * BATCH + n) for n in range(BATCH)] for g in range(TURN)]
            for name in took:
                wall, spent = time.perf_counter(), time.process_time()
                if name == "by themselves":
                    for group in groups:
                        alone.append(group)
                else:
                    ahead.append_all(groups)
                took[name][0] += time.perf_counter() - wall
                took[name][1] += time.process_time() - spent
        assert alone.head().size == ahead.head().size == count * BATCH
    for name, (wall, spent) in took.items():
        print(
            f"{name:<20} {count * BATCH / wall:10,.0f} records/s, {spent / count * 1e3:6.1f} ms of processor time a batch"
        )
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
