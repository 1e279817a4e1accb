"""Bytes kept by their SHA-256: evidence as received, batches, refusals.

Rules:
- written once, read-only, under `ab/cdef...`; the same bytes are one file;
- what is read is checked against its name, and what fails is an `IntegrityError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trucewatch.errors import IntegrityError
from trucewatch.mission.files import write_whole
from trucewatch.model.canonical import digest

READ_ONLY = 0o444


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """A folder of bytes by SHA-256."""

    folder: Path

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this digest lie, or would."""
        return self.folder / sha256[:2] / sha256[2:]

    def put(self, raw: bytes) -> str:
        """Keep `raw` and return its SHA-256; bytes already kept are left as they are."""
        name = digest(raw)
        path = self.path(name)
        if not path.exists() or path.stat().st_size != len(raw):
            write_whole(path, raw, mode=READ_ONLY)
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
