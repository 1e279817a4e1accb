"""Every file of a record with one byte flipped: it is named every time, and no healthy one is blamed.

python bench/record_flip.py [SAMPLES [--remembering]]
python bench/record_flip.py --every [N [K]] [--last]

Rules:
- the record is the first golden one, of 1,026 leaves; 2,000 samples unless another number is given, with --remembering one in
  eight of them in the third, of 1,031 leaves, in which words lie apart;
- with --every, every byte of every file instead (with --last, of the third record's), or every Nth from the Kth on, each with a bit of its own, on all
  processors: half an hour of two that do nothing else, and the parts 0 to N - 1 are all bytes;
- each sample is shown to `record verify` and to the verifier that stands alone, which share no code; with --remembering, as
  in CI, every fifth one to the latter;
- with --every or --remembering, functions and whole steps that depend on nothing but the bytes they are given remember what they gave: what
  the flipped byte does not reach is not worked out again, and all that it reaches is; files are read every time, and a
  step is remembered by all the bytes that it reads (`journal` and `said_by`);
- `--every N K --plain` remembers nothing, to see that the same is found.
"""

import importlib
import importlib.util
import json
import os
import pickle
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache, lru_cache, partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from flips import Blamed, Flip, files_in, flip, flips  # noqa: E402

from trucewatch.log.policy import read_policy  # noqa: E402
from trucewatch.mission import verify as verifying  # noqa: E402
from trucewatch.mission import verify_records as recording  # noqa: E402
from trucewatch.mission.verify import verify  # noqa: E402
from trucewatch.mission.verify_remarks import Gravity  # noqa: E402

GOLDEN, LAST = (ROOT / "tests" / "golden" / name for name in ("record-1", "record-3"))
SAMPLES = 2_000
PIECE = 250  # bytes of one file that one process flips in a row
KEPT = 1 << 14  # answers that one function remembers
Piece = tuple[str, range]
PURE = {
    "trucewatch.log.tree": ("root_of", "leaf_hashes"),
    "trucewatch.log.tile": ("unbundled", "hashes_in"),
    "trucewatch.model.formats": ("from_parquet",),
    "trucewatch.mission.config": ("read_mission", "read_sources"),
    "trucewatch.assess.markdown": ("read_agreement",),
    "trucewatch.mission.lines": ("padding_leaf", "read_line"),
    "trucewatch.mission.journal": ("read_record",),
    "trucewatch.mission.invitations": ("read_answer",),
    "trucewatch.guarantee.pack": ("read_pack",),
}
PURE_ALONE = ("root_of", "hashes_in", "read_key")
BEFORE = (
    "record",
    "policy",
    "faults",
    "notes",
    "differs",
    "quorum_size",
    "left",
    "key",
    "origin",
    "size",
    "root",
)


def files_of(places: list[str]) -> frozenset[str]:
    return frozenset(re.sub(r":\d+$", "", place) for place in places)


def ours(folder: Path) -> frozenset[str]:
    found = verify(folder, policy=read_policy((folder / "policy").read_bytes()))
    return files_of([remark.where for remark in found.remarks if remark.gravity is Gravity.BROKEN])


def verifier() -> ModuleType:
    path = ROOT / "src" / "trucewatch" / "content" / "verifier" / "verify.py"
    spec = importlib.util.spec_from_file_location("verify_alone", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def alone(module: ModuleType) -> Blamed:
    def blamed(folder: Path) -> frozenset[str]:
        found = module.Verifier(folder, module.Policy((folder / "policy").read_bytes()))
        found.run([])
        return files_of([where for where, _ in found.faults])

    return blamed


def sampled(count: int, *, remembering: bool = False) -> None:
    module = verifier()
    if remembering:
        remember(module)
    for name, blamed, many in (
        ("record verify", ours, count),
        ("verify.py alone", alone(module), count // (5 if remembering else 1)),
    ):
        start, later = time.process_time(), many // 8 if remembering else 0
        wrong = wrongly(GOLDEN, blamed, many - later) + wrongly(LAST, blamed, later)
        took = time.process_time() - start
        each = took / many * 1e3
        print(
            f"{name}: {many:,} flips, {wrong} not named rightly, {took:.0f} s of processor time, {each:.0f} ms each"
        )


def wrongly(golden: Path, blamed: Blamed, count: int) -> int:
    """Return how many of so many flips in a copy of a record were not named rightly, and print them."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(shutil.copytree(golden, Path(made) / "mission"))
        wrong = [one for one in flips(folder, blamed, count=count, seed=1) if not one.right]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return len(wrong)


class Remembered:
    """An Ed25519 key that remembers which signatures it verified."""

    def __init__(self, public: bytes) -> None:
        self.public = public

    @classmethod
    def from_public_bytes(cls, public: bytes) -> "Remembered":
        return cls(public)

    def verify(self, signature: bytes, message: bytes) -> None:
        if not verifies(self.public, signature, message):
            raise InvalidSignature


@lru_cache(KEPT)
def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def remembering(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that answers again what it answered to the same arguments."""
    answered = lru_cache(KEPT)(function)

    def again(*given: Any, **named: Any) -> Any:
        alike = [tuple(one) if isinstance(one, list) else one for one in given]
        known = all(isinstance(one, Hashable) for one in alike)
        found = answered(*alike, **named) if known else function(*given, **named)
        return list(found) if isinstance(found, list) else found

    return again


def remember(module: ModuleType) -> None:
    """Have pure functions remember, everywhere in the program and in the verifier that stands alone."""
    ours = [one for name, one in sys.modules.items() if name.startswith("trucewatch.")]
    for place, names in PURE.items():
        for name in names:
            plain = getattr(importlib.import_module(place), name)
            kept = remembering(plain)
            for one in (one for one in ours if getattr(one, name, None) is plain):
                setattr(one, name, kept)
    for name in PURE_ALONE:
        setattr(module, name, remembering(getattr(module, name)))
    for one in (one for one in (*ours, module) if getattr(one, "Ed25519PublicKey", None) is Ed25519PublicKey):
        one.Ed25519PublicKey = Remembered  # type: ignore[attr-defined]
    remember_spelling(module)
    remember_journal(module.Verifier)
    remember_said_by()


def remember_spelling(module: ModuleType) -> None:
    """Have the verifier that stands alone remember how it spelled a record: by the record as Python spells it."""
    plain, spelled = module.canonical, {}

    def canonical(value: Any) -> str:
        as_read = json.dumps(value)
        if as_read not in spelled:
            if len(spelled) >= KEPT:
                spelled.clear()
            spelled[as_read] = plain(value)
        return spelled[as_read]

    module.canonical = canonical


def bytes_in(*folders: Path) -> bytes:
    """Return the digest of every file in `folders`, with its place."""
    whole = sha256()
    for folder in folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            raw = path.read_bytes()
            whole.update(f"{path.relative_to(folder.parent)} {len(raw)}\n".encode() + raw)
    return whole.digest()


def remember_journal(kind: Any) -> None:
    """Have it remember what the journal says: by its bytes, the leaves, and what was known before."""
    plain, known = kind.journal, {}

    def journal(self: Any, rows: list[list[bytes]]) -> None:
        before = (self.size, self.key, self.origin, frozenset(self.left), bool(self.faults))
        here = (bytes_in(self.record / "journal"), tuple(map(tuple, rows)), before)
        if here not in known:
            ends = [len(held) for held in (self.faults, self.notes, self.differs)]
            plain(self, rows)
            said = [
                held[end:] for held, end in zip((self.faults, self.notes, self.differs), ends, strict=True)
            ]
            kept = {name: value for name, value in vars(self).items() if name not in BEFORE}
            if len(known) >= 64:
                known.clear()
            known[here] = pickle.dumps((said, kept))
            return
        (faults, notes, differs), kept = pickle.loads(known[here])
        self.faults += faults
        self.notes += notes
        self.differs += differs
        vars(self).update(kept)

    kind.journal = journal


def remember_said_by() -> None:
    """Have `record verify` remember what all records say: by every byte of journal and configuration, and the leaves.

    The vault is checked every time.
    """
    plain, checked, known = verifying.said_by, recording.kept, {}
    asked: list[tuple[Any, bool]] = []

    def later(_folder: Path, keeping: Any, *, sure: bool, **_: int) -> tuple[()]:
        asked[:] = [(keeping, sure)]
        return ()

    recording.kept = later

    def said_by(folder: Path, lines: Any, **named: Any) -> Any:
        leaves = named["again"].keywords["leaves"]
        rows = tuple(leaves(number) for number in range(-(-leaves.size // 256)))
        places = [folder / "journal", *configuration(folder.parent)]
        here = (bytes_in(*places), rows, named["key"], named["left"])
        if here not in known:
            if len(known) >= 64:
                known.clear()
            known[here] = (plain(folder, lines, **named), *asked[0])
        said, keeping, sure = known[here]
        return replace(said, remarks=(*said.remarks, *checked(folder.parent / "vault", keeping, sure=sure)))

    verifying.said_by = said_by  # type: ignore[attr-defined]


def configuration(mission: Path) -> list[Path]:
    """Return the folders of a mission's configuration; its own files are as they were copied, and are not flipped."""
    return [mission / "agreements", mission / "statements"]


def pieces(folder: Path, step: int, part: int) -> Iterator[Piece]:
    for path in files_in(folder):
        size = path.stat().st_size
        for first in range(part, size, PIECE * step):
            yield path.relative_to(folder).as_posix(), range(first, min(size, first + PIECE * step), step)


@cache
def workplace(within: str, golden: Path, plain: bool) -> tuple[Path, Blamed]:
    """Return this process's own copy of the record, and the verifier that stands alone; all remember unless `plain`."""
    module = verifier()
    if not plain:
        remember(module)
    return Path(shutil.copytree(golden, Path(within) / str(os.getpid()))), alone(module)


def flipped(within: str, golden: Path, plain: bool, piece: Piece) -> list[tuple[str, Flip]]:
    """Return what the verifiers said of the flips of a piece, where they did not say the right thing."""
    (folder, theirs), (name, places), wrong = workplace(within, golden, plain), piece, []
    for place in places:
        for who, blamed in (("record verify", ours), ("verify.py alone", theirs)):
            one = flip(folder, folder / name, place, (place + place // 8) % 8, blamed)
            wrong += [] if one.right else [(who, one)]
    return wrong


def every(step: int = 1, part: int = 0, *, golden: Path = GOLDEN, plain: bool = False) -> None:
    start, seen, wrong = time.perf_counter(), Counter[str](), Counter[str]()
    due = list(pieces(golden, step, part))
    random.Random(1).shuffle(due)
    total = sum(len(places) for _, places in due)
    with (
        tempfile.TemporaryDirectory() as within,
        ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("spawn")) as pool,
    ):
        for (name, places), faults in zip(
            due, pool.map(partial(flipped, within, golden, plain), due), strict=True
        ):
            seen[name] += len(places)
            wrong[name] += len(faults)
            print(*(f"{who}: {one}\n" for who, one in faults), sep="", end="", flush=True)
            took = time.perf_counter() - start
            print(f"\r{seen.total():,} of {total:,}, {took:.0f} s", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    for top in ("record/journal", "record/tile", "record/", "vault/"):
        mine = [name for name in seen if name.startswith(top)]
        count, bad = sum(seen.pop(name) for name in mine), sum(wrong[name] for name in mine)
        print(f"{top:<16}{len(mine):4} files {count:9,} bytes flipped, {bad} not named rightly")
    took = time.perf_counter() - start
    print(f"{total:,} bytes, each shown to two verifiers: {wrong.total()} not named rightly, {took:,.0f} s")


def main() -> None:
    words = sys.argv[1:]
    if words[:1] == ["--every"]:
        parts = [int(word) for word in words[1:] if word.isdecimal()]
        every(*parts, golden=LAST if "--last" in words else GOLDEN, plain="--plain" in words)
    else:
        sampled(int(words[0]) if words else SAMPLES, remembering="--remembering" in words)


if __name__ == "__main__":
    main()
