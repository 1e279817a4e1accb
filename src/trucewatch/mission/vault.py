"""Bytes kept by their SHA-256: evidence as received, batches, refusals.

Rules:
- written once, read-only, under `ab/cdef...`; the same bytes are one file;
- bytes that were cut short are written again; any other difference is an `IntegrityError`;
- what is read is checked against its name, and what fails is an `IntegrityError`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from trucewatch.errors import IntegrityError
from trucewatch.mission.files import write_whole
from trucewatch.model.canonical import digest

READ_ONLY = 0o444
NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """A folder of bytes by SHA-256."""

    folder: Path

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this digest lie, or would; IntegrityError when it is no digest."""
        if NAME.fullmatch(sha256) is None:
            raise IntegrityError(f"the record names {sha256[:80]!r}, which is no SHA-256: restore the record")
        return self.folder / sha256[:2] / sha256[2:]

    def put(self, raw: bytes) -> str:
        """Keep `raw` and return its SHA-256; raises IntegrityError when other bytes lie in their place."""
        name = digest(raw)
        path = self.path(name)
        if not os.path.lexists(path) or _is_cut(path, raw):
            write_whole(path, raw, mode=READ_ONLY)
        else:
            self.get(name)
        return name

    def get(self, sha256: str) -> bytes:
        """Return the bytes with this digest; raises IntegrityError when they are gone or altered."""
        path = self.path(sha256)
        try:
            raw = path.read_bytes()
        except OSError as fault:
            raise IntegrityError(
                f"{fault.strerror}: restore the vault from a copy", where=str(path)
            ) from fault
        if digest(raw) != sha256:
            raise IntegrityError(
                "these bytes are not those that were kept: restore the vault from a copy", where=str(path)
            )
        return raw


def _is_cut(path: Path, raw: bytes) -> bool:
    """Say whether `path` holds the beginning of `raw` and no more."""
    return path.is_file() and path.stat().st_size < len(raw) and raw.startswith(path.read_bytes())
