"""Take in a file with one line of 1 GB, kept and recorded: peak memory stays under 3 GiB, and the rows beside it stay.

python bench/ingest_long_line.py [GIGABYTES]
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from trucewatch.mission.folder import Plan, init
from trucewatch.mission.intake import ingest

LIMIT_GIB = 3.0
PIECE = 1 << 24
HEADER, FIRST, LAST = b"latitude,longitude,acq_date\n", b"48.1,37.9,2023-07-01\n", b"\n48.2,37.8,2023-07-02\n"
CASES = {
    "a line between two rows": (HEADER + FIRST, b"x", LAST),
    "a quotation mark that never closes": (HEADER + FIRST, b'48.1,37.9,"', LAST),
    "one line and nothing else": (b"", b"x", b""),
    "GeoJSON on one line": (b'{"type":"FeatureCollection","features":[', b"[", b""),
}


def build(path: Path, before: bytes, start: bytes, after: bytes, size: int) -> None:
    with path.open("wb") as file:
        file.write(before + start)
        for _ in range(size // PIECE):
            file.write(start[:1] * PIECE if start[:1] in (b"x", b"[") else b"y" * PIECE)
        file.write(after)


def child(path: str) -> None:
    folder = init(Path(path).parent / f"m{os.getpid()}", Plan(name="bench", agreements=()), by="bench")
    started = time.perf_counter()
    (taken,) = ingest(folder, "firms-dates", [path], by="bench")
    took_s = time.perf_counter() - started
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    (refusal,) = taken.refused
    print(
        f"{taken.accepted} accepted, 1 refused ({refusal.reason[:40]}...), {taken.known} known; "
        f"{took_s:.2f} s, peak {peak_gib:.2f} GiB of {LIMIT_GIB:g}"
    )
    if peak_gib > LIMIT_GIB:
        sys.exit(1)


def main() -> None:
    size = int(float(sys.argv[1]) * 10**9) if len(sys.argv) > 1 else 10**9
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.csv"
        for name, (before, start, after) in CASES.items():
            build(path, before, start, after, size)
            print(f"{name} ({path.stat().st_size / 1e9:.2f} GB): ", end="", flush=True)
            subprocess.run([sys.executable, __file__, "--child", str(path)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2])
    else:
        main()
