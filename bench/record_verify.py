"""A record of ten million leaves verified: every leaf a record on a line of its own, 10,000 of them signed.

python bench/record_verify.py [FOLDER] [LEAVES] [--own]

Rules:
- the record is made with the library's own lines, segments and log, in FOLDER (a new folder in it, removed
  afterwards), the temporary folder when none is given; making it is told and not part of the goal;
- no leaf is padding, which would be quicker: each line is hashed, read as a record and held to its order, and
  to who may bear its author's name; each signature is verified;
- the words of all records are one item of the vault; with --own each unsigned one has a file of its own, written unsynced;
- verifying runs in a program of its own, so that its peak memory is its own; those that it starts are looked at every
  fifth of a second, and counted as the largest of them, times how many there are at once.
"""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
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
from trucewatch.mission.personal import APART
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


def made(path: Path, leaves: int, *, own: bool = False) -> None:
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
    plain = Plain.like({**fact.written, "recorded_by": POST}, folder.path / "vault" if own else None)
    while head.size < leaves:
        head = _more(folder, who, (fact, plain), head.size, min(BATCH, leaves - head.size), leaves)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The bytes of an unsigned fact of a post, and what its id is a digest of, with room for what differs."""

    named: bytes  # room for the item and the moment from which it holds
    record: bytes  # room for these, the id, and the record's number
    item: bytes  # that all rest on
    vault: Path | None  # each rests on an item of its own, kept here

    @classmethod
    def like(cls, body: Mapping[str, Json], vault: Path | None) -> "Plain":
        open_ = {**body, APART: "%(item)b", "from_utc": "%(when)b"}
        words = canonical({**open_, "fact_id": ""}).decode()
        whole = {"author": POST, "body": {**open_, "fact_id": "%(name)b"}, "kind": "fact"}
        raw = canonical(
            {**whole, "recorded_at": "%(when)b", "rests_on": ["%(item)b"], "schema": SCHEMA, "seq": 0}
        )
        return cls(
            named=canonical(["fact", words]),
            record=raw.removesuffix(b"0}") + b"%(seq)d}",
            item=str(body[APART]).encode(),
            vault=vault,
        )

    def raw(self, index: int) -> bytes:
        when = utc_text(MADE + timedelta(seconds=index)).encode()
        said = {
            b"item": self.item if self.vault is None else kept(self.vault, index),
            b"when": when,
            b"seq": index,
        }
        said[b"name"] = sha256(self.named % said).hexdigest()[:32].encode()
        return self.record % said


def kept(vault: Path, index: int) -> bytes:
    """Keep words that no other record has, and return the name of their item."""
    raw = os.urandom(SALT_BYTES) + canonical({"rests_on": f"EXERCISE: note {index}"})
    name = sha256(raw).hexdigest()
    (vault / name[:2]).mkdir(exist_ok=True)
    (vault / name[:2] / name[2:]).write_bytes(raw)
    return name.encode()


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


def peak_mib(process: str = "self") -> float:
    """Return a program's own peak, 0 when it is gone: on Linux `ru_maxrss` would be that of whoever started it, if more."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if process == "self" else 0
        return here / (1024**2 if sys.platform == "darwin" else 1024)


@contextmanager
def below() -> Iterator[dict[str, float]]:
    """Give the peak of each program that this one started, as it was last seen: before it began it was a copy of this one."""
    peaks, done = {"none": 0.0}, threading.Event()

    def look() -> None:
        while not done.wait(0.2):
            for path in Path("/proc/self/task").glob("*/children"):
                with suppress(OSError):  # a thread that ended
                    peaks.update(
                        {one: peak_mib(one) or peaks.get(one, 0.0) for one in path.read_text().split()}
                    )

    threading.Thread(target=look, daemon=True).start()
    try:
        yield peaks
    finally:
        done.set()


def verified(path: Path) -> None:
    start = time.perf_counter()
    with below() as peaks:
        found = verify(
            path,
            step=lambda words: print(f"  {time.perf_counter() - start:6.1f} s  {words}", flush=True),
            processes=processors(),
        )
    took, children = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    here, most = peak_mib(), max(peaks.values())
    mib = here + processors() * most
    spent = time.process_time() + children.ru_utime + children.ru_stime
    assert found.exit_code == 0, found.remarks[:3]
    assert found.head is not None
    print(f"{found.head.size:,} leaves, {found.records:,} records verified: {found.verdict}")
    print(f"{processors()} processors, {spent:.0f} s of processor time, load {os.getloadavg()[0]:.1f}")
    print(f"took {took:.1f} s, goal {GOAL_S:g}: {'met' if took <= GOAL_S else 'NOT met'}")
    print(f"{here:,.0f} MiB here, {most:,.0f} in the largest below", end="; ")
    print(f"peak memory {mib:,.0f} MiB, goal {GOAL_MIB:g}: {'met' if mib <= GOAL_MIB else 'NOT met'}")


def main() -> None:
    if sys.argv[1:2] == ["--verify"]:
        verified(Path(sys.argv[2]))
        return
    words = [word for word in sys.argv[1:] if word != "--own"]
    leaves = int(words[1]) if len(words) > 1 else LEAVES
    with tempfile.TemporaryDirectory(dir=words[0] if words else None) as folder:
        start = time.perf_counter()
        made(Path(folder) / "mission", leaves, own="--own" in sys.argv)
        print(f"{leaves:,} leaves made in {time.perf_counter() - start:.0f} s", flush=True)
        subprocess.run([sys.executable, __file__, "--verify", f"{folder}/mission"], check=True)


if __name__ == "__main__":
    main()
