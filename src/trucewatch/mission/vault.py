"""Bytes kept by name: evidence as received, batches, words, refusals.

Rules:
- a file is 32 salt bytes and then the item's; its name is the SHA-256 of the whole file, under
  `ab/cdef...`, so that `sha256sum` checks it and no name confirms a guess at what is in it;
- written once, read-only, and never opened for writing again;
- the same bytes put twice are two items, unless one of `among` has them: then that one is named;
- what is read is checked against its name, and what fails is an `IntegrityError`;
- a writer that was killed may leave an item that nothing rests on, or an unfinished file: `twins` and `tidy`
  find them, so that what is erased is not left there;
- erasing removes the file, its salt with it; that this was done, and why, is for the record to say.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from trucewatch.errors import InputError, IntegrityError
from trucewatch.mission.files import sync_folder, write_whole
from trucewatch.mission.lines import SALT_BYTES
from trucewatch.mission.salts import Salt, random_salt

READ_ONLY = 0o444
NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """A folder of bytes by name."""

    folder: Path
    salt: Salt = random_salt

    def path(self, name: str) -> Path:
        """Return where the item of this name lies, or would; IntegrityError when it is no name."""
        if NAME.fullmatch(name) is None:
            raise IntegrityError(f"the record names {name[:80]!r}, which is no SHA-256: restore the record")
        return self.folder / name[:2] / name[2:]

    def found(self, raw: bytes, among: Iterable[str]) -> str | None:
        """Return the first name `among` these whose item has the bytes `raw`."""
        return next(
            (known for known in among if self._size(known) == len(raw) and self.get(known) == raw), None
        )

    def put(self, raw: bytes, *, among: Iterable[str] = (), salt: bytes | None = None) -> str:
        """Keep `raw` and return its name: that of one `among` these which has the same bytes, or a new one.

        With `salt`, which must be nobody else's, its name was known before it is kept (`name_of`).
        """
        if (known := self.found(raw, among)) is not None:
            return known
        salt = salt or self.salt(raw)
        name = name_of(salt, raw)
        path = self.path(name)
        if os.path.lexists(path):
            self.get(name)
        else:
            write_whole(path, raw, mode=READ_ONLY, lead=salt)
        return name

    def get(self, name: str) -> bytes:
        """Return the bytes of this name; raises IntegrityError when they are gone or altered."""
        path = self.path(name)
        try:
            with path.open("rb") as held:
                salt, raw = held.read(SALT_BYTES), held.read()
        except OSError as fault:
            raise IntegrityError(
                f"{fault.strerror}: restore the vault from a copy", where=str(path)
            ) from fault
        if name_of(salt, raw) != name:
            raise IntegrityError(
                "these bytes are not those that were kept: restore the vault from a copy", where=str(path)
            )
        return raw

    def names(self) -> Iterator[str]:
        """Yield the names of the items that are here, in order."""
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            if NAME.fullmatch(path.parent.name + path.name):
                yield path.parent.name + path.name

    def holds(self, name: str) -> bool:
        """Return whether an item of this name is here, whatever its bytes."""
        return os.path.lexists(self.path(name))

    def twins(self, names: Collection[str], rested_on: Collection[str]) -> tuple[str, ...]:
        """Return the items here that nothing rests on, and that have the same bytes as one of `names`."""
        loose = [name for name in self.names() if name not in rested_on and name not in names]
        found: list[str] = []
        for name in names:
            alike = [other for other in loose if self._size(other) == self._size(name)]
            found += [other for other in alike if self._same(name, other)]
        return tuple(dict.fromkeys(found))

    def tidy(self) -> None:
        """Remove what writers that have ended left of files that they did not finish."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/.*.part"):
            if not _alive(path):
                path.unlink(missing_ok=True)
                sync_folder(path.parent)

    def erase(self, name: str) -> None:
        """Remove the item of this name, and its salt; nothing is done when it is gone."""
        path = self.path(name)
        try:
            path.unlink(missing_ok=True)
            if path.parent.exists():
                sync_folder(path.parent)
        except OSError as fault:
            raise InputError(f"cannot be erased: {fault.strerror}", where=str(path)) from fault

    def _same(self, one: str, other: str) -> bool:
        """Return whether two items have the same bytes; what is altered has nobody's."""
        with suppress(IntegrityError):
            return self.get(one) == self.get(other)
        return False

    def _size(self, name: str) -> int | None:
        """Return how many bytes the item has, None when it is not here."""
        try:
            return self.path(name).stat().st_size - SALT_BYTES
        except OSError:
            return None


def _alive(part: Path) -> bool:
    """Return whether the writer of an unfinished file, `.NAME.PROCESS.part`, may still be at it."""
    number = part.name.split(".")[-2]
    if not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return int(number) != os.getpid()


def name_of(salt: bytes, raw: bytes) -> str:
    """Return the name of an item: the SHA-256 of its salt and its bytes."""
    whole = hashlib.sha256(salt)
    whole.update(raw)
    return whole.hexdigest()
