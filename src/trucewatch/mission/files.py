"""Files written whole or not at all, and read with one clear line when they cannot be.

Rules:
- a file is written beside its place, synced, then renamed, and its folder synced: after a crash there
  is the old file or the new one;
- what cannot be read or written is somebody's to mend: an `InputError` that names the path.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from trucewatch.errors import InputError

STDIN = "-"


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, raw: bytes, *, mode: int = 0o644) -> None:
    """Write `raw` to `path` so that a crash leaves the old file or the new one, never a part."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        with os.fdopen(descriptor, "wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
            os.fchmod(out.fileno(), mode)
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise InputError(f"cannot be written: {fault.strerror}", where=str(path)) from fault


def read_whole(path: Path | str) -> bytes:
    """Return the bytes of `path`, or of standard input for "-"."""
    try:
        return sys.stdin.buffer.read() if str(path) == STDIN else Path(path).read_bytes()
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", where=str(path)) from fault


def read_text(path: Path | str) -> str:
    """Return the UTF-8 text of `path`."""
    try:
        return read_whole(path).decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError(
            f"is not UTF-8 from byte {fault.start} on: save it as UTF-8", where=str(path)
        ) from fault


def object_text(whole: Mapping[str, object]) -> str:
    """Return nouns and plain values as one indented JSON object."""
    raw = msgspec.json.encode(dict(whole), enc_hook=str)
    return msgspec.json.format(raw, indent=2).decode()
