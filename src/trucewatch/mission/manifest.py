"""What goes with a report's files: each one's digest, and the point of the record that they were made from.

Rules:
- a file that was written elsewhere than to a path has no line;
- whoever has the record can make the files again at that point and compare their digests;
- the checkpoint is the last that left; without one, nobody outside can hold the files to the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from trucewatch.mission.journal import utc_text
from trucewatch.mission.known import Known
from trucewatch.mission.publishing import latest
from trucewatch.model.canonical import Json, canonical, digest


def report_manifest(record: Known, day: date, *, stamp: str, files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of a day's files, given by path, as one line of canonical JSON."""
    left = latest(record.folder)
    whole: dict[str, Json] = {
        "stamp": stamp,
        "mission": record.mission.name,
        "day": day.isoformat(),
        "known_at": utc_text(record.known_at),
        "log": record.folder.journal.key.text,
        "checkpoint": left.raw.decode("utf-8") if left else None,
        "files": {
            Path(path).name: {"sha256": digest(raw), "bytes": len(raw)} for path, raw in sorted(files.items())
        },
    }
    return canonical(whole) + b"\n"
