"""A mission's writer killed at random moments: after each, every record it acknowledged is there.

python bench/journal_kill.py [TIMES], 1,000 when not given

Rules:
- the writer appends 1 to 40 records at a time, some by themselves and some by many appends under one lock, sometimes pads, and
  says how many records there are once they are acknowledged; it is killed (SIGKILL) at a random moment of an append;
- after each kill the record opens, and neither verifier finds a broken file; once the next writer has appended one more
  record it holds what was acknowledged, and its lines and the log's leaves agree up to the signed root;
- each writer is a fork of one process that had all loaded, so that the kills fall into appends and not
  into imports; a kill is no power cut: that a disk keeps what it said it synced only the disk can show.
"""

import importlib.util
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.tree import Grown, leaf_hash
from trucewatch.mission.journal import Entry, Journal, Kind
from trucewatch.mission.segments import read_lines
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.model.canonical import Json, canonical, content_id

SIGNER = SignerKey(name="bench.00000000", kind=KeyKind.ED25519, seed=bytes(32))
LINES = "record/journal/"  # of its lines, whose facts are no real ones; what is said of files counts
LONGEST = 800  # leaves of a record; a longer one is begun anew, so that reading it stays quick


def verifier() -> ModuleType:
    """Return the verifier that stands alone."""
    path = Path(__file__).resolve().parents[1] / "src" / "trucewatch" / "content" / "verifier" / "verify.py"
    spec = importlib.util.spec_from_file_location("verify_alone", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ALONE = verifier()


def begun(folder: Path) -> Journal:
    """Return an empty record."""
    journal = Journal(folder=folder / "record", signer=SIGNER)
    journal.create(SIGNER)
    return journal


def fact(n: int) -> Entry:
    return named(Kind.FACT, "fact_id", {"n": n, "words": "x" * (n % 900)})


def named(kind: Kind, name: str, body: dict[str, Json]) -> Entry:
    """Return an entry with the id of what it says, which is all that the verifier that stands alone asks of it."""
    said = canonical({**body, name: ""}).decode()
    return Entry(kind=kind, author="ann (unsigned)", body={**body, name: content_id(kind.value, said)})


def write_on(journal: Journal, turn: int, said: int) -> None:
    """Append without end, writing the number of facts after each append that was acknowledged."""
    dice = random.Random(turn)
    count = facts(journal)
    while True:
        many = dice.randrange(1, 12) if dice.random() < 0.7 else 0
        if many:
            journal.append_all(groups(count, [dice.randrange(1, 40) for _ in range(many)], said))
            count = facts(journal)
        else:
            more = dice.randrange(1, 40)
            journal.append([fact(count + n) for n in range(more)])
            count += more
        os.write(said, b"%d\n" % count)
        if dice.random() < 0.2:
            journal.pad(journal.head().size + dice.randrange(1, 300))


def groups(count: int, sizes: list[int], said: int) -> Iterator[list[Entry]]:
    """Yield groups of facts; when one is asked for, those before it were acknowledged, and that is said."""
    for more in sizes:
        os.write(said, b"%d\n" % count)
        yield [fact(count + n) for n in range(more)]
        count += more
    os.write(said, b"%d\n" % count)


def facts(journal: Journal) -> int:
    """Return how many facts there are; each must be the next."""
    found = [record.body["n"] for record in journal.replay() if record.kind is Kind.FACT]
    assert found == list(range(len(found)))
    return len(found)


def killed(journal: Journal, turn: int, wait_s: float) -> int:
    """Return the last number that a writer acknowledged before it was killed."""
    reading, writing = os.pipe()
    writer = os.fork()
    if writer == 0:
        try:
            write_on(journal, turn, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        first = told.readline()
        time.sleep(wait_s)
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        said = [line for line in (first, *told) if line.endswith(b"\n")]
    assert said, "the writer ended before it was killed"
    return int(said[-1])


def broken(journal: Journal) -> list[str]:
    """Return what the verifiers say is broken, but that to ours this record, of facts that are no real ones, is no mission's."""
    found, alone = verify(journal.folder), ALONE.Verifier(journal.folder, None)
    alone.run([])
    ours = [f"{r.where}: {r.what}" for r in found.remarks if r.gravity is Gravity.BROKEN]
    said = [what for what in ours if "trucewatch.toml" not in what and not what.startswith(LINES)]
    return [*said, *(f"{where}: {what}" for where, what in alone.faults)]


def check(journal: Journal) -> None:
    """Hold the lines to the leaves, and the leaves to the signed root."""
    head = journal.head()
    held = [entry for _, line in read_lines(journal.lines, head.size) for entry in line.leaves()]
    assert held == list(journal.store.entries())
    assert Grown().with_leaves(map(leaf_hash, held)).root == head.root


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    dice, cut_off, ahead, start = random.Random(7), 0, 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as made:
        journal = begun(Path(made) / "0")
        for turn in range(times):
            acknowledged = killed(journal, turn, dice.random() * 0.02)
            is_ahead = (journal.folder / "ahead").exists()
            cut_off += is_ahead or journal.torn_bytes() > 0 or (journal.folder / "growing").exists()
            ahead += is_ahead
            assert not broken(journal), broken(journal)
            facts(journal)
            check(journal)
            journal.append([named(Kind.STATUS, "status_id", {})], at=datetime.now(UTC))
            standing = facts(journal)
            assert standing >= acknowledged, (standing, acknowledged)
            check(journal)
            assert journal.torn_bytes() == 0
            if journal.head().size > LONGEST:
                journal = begun(Path(made) / str(turn + 1))
    seconds = time.perf_counter() - start
    print(
        f"{times} kills, {cut_off} inside an append, {ahead} with records written ahead: every acknowledged record"
        f" is there, {seconds:.0f} s"
    )


if __name__ == "__main__":
    main()
