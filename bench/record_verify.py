"""A record of ten million leaves verified: every leaf a record on a line of its own, 10,000 of them signed.

python bench/record_verify.py [FOLDER] [LEAVES]

Rules:
- the record is made with the library's own lines, segments and log, in FOLDER (a new folder in it, removed
  afterwards), the temporary folder when none is given; making it is told and not part of the goal;
- no leaf is padding, which would be quicker: each line is hashed, read as a record and held to its order, and
  to who may bear its author's name; each signature is verified;
- verifying runs in a program of its own, so that its peak memory is its own; those that it starts are counted as
  the largest of them, times how many there are.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from trucewatch.log.checkpoint import Checkpoint
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.authors import Author, author
from trucewatch.mission.deeds import record_fact
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.journal import SCHEMA, Kind, Record, utc_text
from trucewatch.mission.lines import SALT_BYTES, Line, leaf
from trucewatch.mission.records import raw_of
from trucewatch.mission.segments import extend, tail
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_abreast import processors
from trucewatch.model.canonical import Json, canonical
from trucewatch.model.statement import FactKind

LEAVES, SIGNED, BATCH = 10_000_000, 10_000, 1 << 17
GOAL_S, GOAL_MIB = 300.0, 1_024.0
MADE = datetime(2027, 1, 1, tzinfo=UTC)
POST = "post 7 (unsigned)"
ADA = SignerKey(name="ada", kind=KeyKind.ED25519, seed=bytes(32))


def made(path: Path, leaves: int) -> None:
    plan = Plan(name="Ten million", agreements=("exercise-line",), replay=True, seed=b"ten million")
    folder = init(path, plan, by="Ada", key=ADA, at=MADE)
    record_fact(
        folder,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=MADE,
        by="",
        key=ADA,
        on="EXERCISE: a note of both parties",
        at=MADE,
    )
    fact = tuple(folder.journal.replay())[-1]
    head = folder.journal.head()
    assert fact.words
    salt = folder.vault.path(fact.words).read_bytes()[:SALT_BYTES]  # one item of words is that of every fact
    who = replace(author(folder.journal, by="", key=ADA), salt=lambda _: salt)
    plain = Plain.like({**fact.written, "recorded_by": POST}, fact.rests_on)
    while head.size < leaves:
        head = _more(folder, who, (fact, plain), head.size, min(BATCH, leaves - head.size), leaves)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The bytes of an unsigned fact of a post, and what its id is a digest of, with room for what differs."""

    named: bytes  # room for the moment from which it holds
    record: bytes  # room for the id, that moment, the moment of record and the record's number

    @classmethod
    def like(cls, body: Mapping[str, Json], rests_on: tuple[str, ...]) -> "Plain":
        open_ = {**body, "from_utc": "%b"}
        words = canonical({**open_, "fact_id": ""}).decode()
        whole = {"author": POST, "body": {**open_, "fact_id": "%b"}, "kind": "fact", "recorded_at": "%b"}
        raw = canonical({**whole, "rests_on": list(rests_on), "schema": SCHEMA, "seq": 0})
        return cls(named=canonical(["fact", words]), record=raw.removesuffix(b"0}") + b"%d}")

    def raw(self, index: int) -> bytes:
        when = utc_text(MADE + timedelta(seconds=index)).encode()
        name = sha256(self.named % when).hexdigest()[:32].encode()
        return self.record % (name, when, when, index)


def _more(
    folder: Folder, who: Author, kinds: tuple[Record, Plain], first: int, count: int, leaves: int
) -> Checkpoint:
    """Add `count` records after `first` in one append."""
    assert folder.signer
    lines: list[Line] = []
    (fact, plain), every = kinds, max(1, leaves // SIGNED)
    salts = os.urandom(SALT_BYTES * count)
    for n, index in enumerate(range(first, first + count)):
        if index % every == 0:
            when = utc_text(MADE + timedelta(seconds=index))
            entry = who.entry(Kind.FACT, {**fact.body, "from_utc": when}, named="fact_id")
            raw = raw_of(entry, index, when)
        else:
            raw = plain.raw(index)
        lines.append(Line(index=index, salt=salts[n * SALT_BYTES : (n + 1) * SALT_BYTES], raw=raw))
    extend(tail(folder.journal.lines, first), lines)
    entries = [leaf(line.salt, line.raw) for line in lines]
    return folder.journal.store.append(entries, signer=folder.signer)


def peak_mib() -> float:
    """Return this program's own peak: on Linux `ru_maxrss` would be that of whoever started it, if more."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def verified(path: Path) -> None:
    start = time.perf_counter()
    found = verify(
        path,
        step=lambda words: print(f"  {time.perf_counter() - start:6.1f} s  {words}", flush=True),
        processes=processors(),
    )
    took, below = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    mib = peak_mib() + processors() * below.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    spent = time.process_time() + below.ru_utime + below.ru_stime
    assert found.exit_code == 0, found.remarks[:3]
    assert found.head is not None
    print(f"{found.head.size:,} leaves, {found.records:,} records verified: {found.verdict}")
    print(f"{processors()} processors, {spent:.0f} s of processor time, load {os.getloadavg()[0]:.1f}")
    print(f"took {took:.1f} s, goal {GOAL_S:g}: {'met' if took <= GOAL_S else 'NOT met'}")
    print(f"peak memory {mib:,.0f} MiB, goal {GOAL_MIB:g}: {'met' if mib <= GOAL_MIB else 'NOT met'}")


def main() -> None:
    if sys.argv[1:2] == ["--verify"]:
        verified(Path(sys.argv[2]))
        return
    leaves = int(sys.argv[2]) if len(sys.argv) > 2 else LEAVES
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as folder:
        start = time.perf_counter()
        made(Path(folder) / "mission", leaves)
        print(f"{leaves:,} leaves made in {time.perf_counter() - start:.0f} s", flush=True)
        subprocess.run([sys.executable, __file__, "--verify", f"{folder}/mission"], check=True)


if __name__ == "__main__":
    main()
