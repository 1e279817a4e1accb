"""An agreement to start one's own from, written into a folder of its own.

Rules:
- nothing is written over: the folder is new, or empty;
- what is written passes `check agreement` as it stands.
"""

from __future__ import annotations

from pathlib import Path

from trucewatch.errors import InputError
from trucewatch.mission.content import beginning_files
from trucewatch.mission.files import write_whole


def begin_agreement(folder: Path) -> tuple[Path, ...]:
    """Write the starting agreement into `folder` and return its files; InputError when something is there."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("something is there already: name a new folder", where=str(folder))
    written = []
    for name, raw in beginning_files().items():
        write_whole(folder / name, raw)
        written.append(folder / name)
    return tuple(written)
