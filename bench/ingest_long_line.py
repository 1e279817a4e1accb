"""Read a file with one line of 1 GB: peak memory stays under 3 GiB, and the rows beside it stay.

python bench/ingest_long_line.py [GIGABYTES]
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from trucewatch.ingest import firms
from trucewatch.ingest.reading import read_any
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means

LIMIT_GIB = 3.0
PIECE = 1 << 24
HEADER, FIRST, LAST = b"latitude,longitude,acq_date\n", b"48.1,37.9,2023-07-01\n", b"\n48.2,37.8,2023-07-02\n"
PROFILE = SourceProfile(source_id="bench", means=Means.IMAGED, published=True)
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
    raw = Path(path).read_bytes()
    started = time.perf_counter()
    read = firms.parse(raw, PROFILE) if raw[:1] == b"l" else None
    if read is None:
        rows = read_any(raw, required=("latitude", "longitude", "acq_date"))
        print(
            f"{rows.frame.height} rows, {len(rows.refused)} refused: {rows.refused[0].reason[:60]}", end="; "
        )
    else:
        print(
            f"{read.accepted.height} rows, {len(read.refused)} refused: {read.refused[0].reason[:60]}",
            end="; ",
        )
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{time.perf_counter() - started:.2f} s, peak {peak_gib:.2f} GiB of {LIMIT_GIB:g}")
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
