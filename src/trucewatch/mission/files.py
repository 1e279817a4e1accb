"""Files written whole or not at all, and read with one clear line when they cannot be.

Rules:
- a file is written beside its place, synced, then renamed, and its folder synced: after a crash there
  is the old file or the new one;
- what cannot be read or written is somebody's to mend: an `InputError` that names the path.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from trucewatch.errors import InputError

STDIN = "-"
LONGEST_BYTES = 1 << 30
PIECE_BYTES = 1 << 20


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, raw: bytes, *, mode: int = 0o644, lead: bytes = b"") -> None:
    """Write `lead` and `raw` to `path` so that a crash leaves the old file or the new one, never a part."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        with os.fdopen(descriptor, "wb") as out:
            out.write(lead)
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
            os.fchmod(out.fileno(), mode)
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as fault:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise InputError(f"cannot be written: {fault.strerror}", where=str(path)) from fault


def read_plain(path: Path, longest_bytes: int = LONGEST_BYTES) -> bytes:
    """Return the bytes of a plain file of at most `longest_bytes`; OSError for any other, without waiting for it.

    It is for what others made: a pipe, a device or a file without end is refused as soon as it is met.
    """
    with open_plain(path) as held:
        if os.fstat(held.fileno()).st_size > longest_bytes:
            raise OSError(errno.EFBIG, f"is longer than {longest_bytes:,} bytes", str(path))
        return held.read(longest_bytes + 1)


def open_plain(path: Path) -> io.BufferedReader:
    """Return a plain file opened for reading; OSError when it is a folder, a pipe or a device."""
    held = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    if stat.S_ISREG(os.fstat(held.fileno()).st_mode):
        return held
    held.close()
    raise OSError(errno.EINVAL, "is no plain file", str(path))


def read_whole(path: Path | str, *, longest_bytes: int = LONGEST_BYTES) -> bytes:
    """Return the bytes of `path`, or of standard input for "-"; InputError when there are too many."""
    try:
        if str(path) == STDIN:
            return _bounded(sys.stdin.buffer, str(path), longest_bytes)
        with Path(path).open("rb") as stream:
            return _bounded(stream, str(path), longest_bytes)
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", where=str(path)) from fault


def _bounded(stream: BinaryIO, where: str, longest_bytes: int) -> bytes:
    """Return what `stream` holds; one of known length is read in one piece, so that it is held once."""
    status = os.fstat(stream.fileno())
    if stat.S_ISREG(status.st_mode) and status.st_size <= longest_bytes:
        return stream.read()
    held = io.BytesIO()
    while status.st_size <= longest_bytes and held.tell() <= longest_bytes:
        piece = stream.read(PIECE_BYTES)
        if not piece:
            return held.getvalue()
        held.write(piece)
    raise InputError(f"is longer than {longest_bytes >> 20:,} MiB: send it in parts", where=where)


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
