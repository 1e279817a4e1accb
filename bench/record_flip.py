"""Every file of a record with one byte flipped: it is named every time, and no healthy one is blamed.

python bench/record_flip.py [SAMPLES] [--every N]

Rules:
- the record is the golden one, of 1,026 leaves; 2,000 samples unless another number is given;
- with --every, every Nth byte of every file instead, each with a bit of its own; 1 is every byte, and takes hours;
- each sample is shown to `record verify` and to the verifier that stands alone, which share no code.
"""

import importlib.util
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from flips import Blamed, Flip, files_in, flip, flips  # noqa: E402

from trucewatch.log.policy import read_policy  # noqa: E402
from trucewatch.mission.verify import verify  # noqa: E402
from trucewatch.mission.verify_remarks import Gravity  # noqa: E402

GOLDEN = ROOT / "tests" / "golden" / "record-1"
POLICY = (GOLDEN / "policy").read_bytes()
SAMPLES = 2_000


def files_of(places: list[str]) -> frozenset[str]:
    return frozenset(re.sub(r":\d+$", "", place) for place in places)


def ours(folder: Path) -> frozenset[str]:
    found = verify(folder, policy=read_policy(POLICY))
    return files_of([remark.where for remark in found.remarks if remark.gravity is Gravity.BROKEN])


def alone() -> Blamed:
    path = ROOT / "src" / "trucewatch" / "content" / "verifier" / "verify.py"
    spec = importlib.util.spec_from_file_location("verify_alone", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def blamed(folder: Path) -> frozenset[str]:
        found = module.Verifier(folder, module.Policy(POLICY))
        found.run([])
        return files_of([where for where, _ in found.faults])

    return blamed


def every(folder: Path, blamed: Blamed, step: int) -> Iterator[Flip]:
    for path in files_in(folder):
        for place in range(0, path.stat().st_size, step):
            yield flip(folder, path, place, (place // step) % 8, blamed)


def main() -> None:
    words = sys.argv[1:]
    step = int(words.pop(words.index("--every") + 1)) if "--every" in words else None
    count = int(next((word for word in words if word != "--every"), SAMPLES))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(shutil.copytree(GOLDEN, Path(made) / "mission"))
        for name, blamed in (("record verify", ours), ("verify.py alone", alone())):
            start, seen, wrong = time.perf_counter(), 0, 0
            met = flips(folder, blamed, count=count, seed=1) if step is None else every(folder, blamed, step)
            for one in met:
                seen, wrong = seen + 1, wrong + (not one.right)
                if not one.right:
                    print(one)
            took = time.perf_counter() - start
            print(
                f"{name}: {seen:,} flips, {wrong} not named rightly, {took:.0f} s, {took / seen * 1e3:.0f} ms each"
            )


if __name__ == "__main__":
    main()
