"""Every file of a record with one byte flipped: it is named every time, and no healthy one is blamed.

python bench/record_flip.py [SAMPLES]
python bench/record_flip.py --every [N [K]]

Rules:
- the record is the golden one, of 1,026 leaves; 2,000 samples unless another number is given;
- with --every, every byte of every file instead, or every Nth from the Kth on, each with a bit of its own, on all
  processors: half an hour of two that do nothing else, and the parts 0 to N - 1 are all bytes;
- each sample is shown to `record verify` and to the verifier that stands alone, which share no code;
- with --every, functions that depend on nothing but the bytes they are given remember what they gave: what the
  flipped byte does not reach is not worked out again, and all that it reaches is; files are read every time.
"""

import importlib
import importlib.util
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, lru_cache, partial
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
from trucewatch.mission.verify import verify  # noqa: E402
from trucewatch.mission.verify_remarks import Gravity  # noqa: E402

GOLDEN = ROOT / "tests" / "golden" / "record-1"
POLICY = (GOLDEN / "policy").read_bytes()
SAMPLES = 2_000
PIECE = 250  # bytes of one file that one process flips in a row
KEPT = 1 << 14  # answers that one function remembers
Piece = tuple[str, range]
PURE = {
    "trucewatch.log.tree": ("root_of", "leaf_hashes"),
    "trucewatch.log.tile": ("unbundled", "hashes_in"),
    "trucewatch.model.formats": ("from_parquet",),
    "trucewatch.mission.config": ("read_mission",),
    "trucewatch.guarantee.pack": ("read_pack",),
}
PURE_ALONE = ("root_of", "hashes_in", "read_key")


def files_of(places: list[str]) -> frozenset[str]:
    return frozenset(re.sub(r":\d+$", "", place) for place in places)


def ours(folder: Path) -> frozenset[str]:
    found = verify(folder, policy=read_policy(POLICY))
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
        found = module.Verifier(folder, module.Policy(POLICY))
        found.run([])
        return files_of([where for where, _ in found.faults])

    return blamed


def sampled(count: int) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(shutil.copytree(GOLDEN, Path(made) / "mission"))
        for name, blamed in (("record verify", ours), ("verify.py alone", alone(verifier()))):
            start, wrong = time.perf_counter(), 0
            for one in flips(folder, blamed, count=count, seed=1):
                wrong += not one.right
                if not one.right:
                    print(one)
            took = time.perf_counter() - start
            print(
                f"{name}: {count:,} flips, {wrong} not named rightly, {took:.0f} s, {took / count * 1e3:.0f} ms each"
            )


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


def pieces(folder: Path, step: int, part: int) -> Iterator[Piece]:
    for path in files_in(folder):
        size = path.stat().st_size
        for first in range(part, size, PIECE * step):
            yield path.relative_to(folder).as_posix(), range(first, min(size, first + PIECE * step), step)


@cache
def workplace(within: str) -> tuple[Path, Blamed]:
    """Return this process's own copy of the record, and the verifier that stands alone; all remember."""
    module = verifier()
    remember(module)
    return Path(shutil.copytree(GOLDEN, Path(within) / str(os.getpid()))), alone(module)


def flipped(within: str, piece: Piece) -> list[tuple[str, Flip]]:
    """Return what the verifiers said of the flips of a piece, where they did not say the right thing."""
    (folder, theirs), (name, places), wrong = workplace(within), piece, []
    for place in places:
        for who, blamed in (("record verify", ours), ("verify.py alone", theirs)):
            one = flip(folder, folder / name, place, (place + place // 8) % 8, blamed)
            wrong += [] if one.right else [(who, one)]
    return wrong


def every(step: int = 1, part: int = 0) -> None:
    start, seen, wrong = time.perf_counter(), Counter[str](), Counter[str]()
    due = list(pieces(GOLDEN, step, part))
    random.Random(1).shuffle(due)
    total = sum(len(places) for _, places in due)
    with (
        tempfile.TemporaryDirectory() as within,
        ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("spawn")) as pool,
    ):
        for (name, places), faults in zip(due, pool.map(partial(flipped, within), due), strict=True):
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
        every(*map(int, words[1:]))
    else:
        sampled(int(words[0]) if words else SAMPLES)


if __name__ == "__main__":
    main()
