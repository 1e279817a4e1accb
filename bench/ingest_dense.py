"""Parse July to October 2023: 31,404 VIINA rows, 77,688 fires and 13,906 alerts in under 3 s.

python bench/ingest_dense.py
"""

import os
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from trucewatch.ingest import alerts, firms, viina
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means

LIMIT_S = 3.0
SHARED = Path(os.environ.get("TRUCEWATCH_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FILES = {
    "viina": (viina, Means.TOLD),
    "firms_dates": (firms, Means.IMAGED),
    "alerts_official": (alerts, Means.TOLD),
    "alerts_volunteer": (alerts, Means.TOLD),
}


def main() -> None:
    whole_s = 0.0
    for name, (source, means) in FILES.items():
        raw = (SHARED / "data" / "dense-2023" / f"{name}.parquet").read_bytes()
        profile = SourceProfile(source_id=name, means=means, zone=ZoneInfo("Europe/Kyiv"), published=True)
        started = time.perf_counter()
        screened = source.parse(raw, profile)
        took_s = time.perf_counter() - started
        whole_s += took_s
        print(f"{name}: {screened.accepted.height} rows, {len(screened.refused)} refused, {took_s:.2f} s")
    print(f"all: {whole_s:.2f} s of {LIMIT_S:g}")


if __name__ == "__main__":
    main()
