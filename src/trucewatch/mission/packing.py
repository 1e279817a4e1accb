"""A mission in one file and back: a tar with a signed manifest of digests.

Rules:
- the file is an uncompressed tar of plain files; the first is `manifest`, a note that the log's key signed,
  with a line SHA-256 SIZE PATH for each of the others, in the order they follow in;
- its files are chosen and read while the writer's lock is held, so that it is one moment of the record;
- a link is refused, for what it leads to would be missing or another's; so is a file that is a private key;
- what is read is believed only as far as the manifest goes: another name, order, size or digest, a link, a
  device, a path that leads out, and more bytes than are allowed are refused, and nothing is left behind;
- a folder is written beside its place and renamed when it is whole; nothing is ever written over;
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.keys import SignerKey, VerifierKey
from trucewatch.log.note import open_note, read_note, signed_note
from trucewatch.log.sealed import FIRST_LINE as SEALED
from trucewatch.log.spelling import number
from trucewatch.mission.files import open_plain, sync_folder
from trucewatch.mission.journal import LOCK
from trucewatch.mission.lock import locked

FIRST_LINE, MANIFEST = "trucewatch bundle v1", "manifest"
MOST_BYTES = 1 << 38  # of all files together, when nothing else is said
MOST_MANIFEST_BYTES = 1 << 27
PIECE_BYTES = 1 << 20
KEPT = ("record", "vault", "agreements", "statements", "trucewatch.toml", "sources.toml")
ACCOUNTS = "accounts.sqlite"  # they are this machine's: no bundle takes them along
VIEWS = "views.sqlite"  # made again from the record; what was erased may still be in it
READ_ONLY, PLAIN = 0o444, 0o644
SECRETS = (b"PRIVATE+KEY+", SEALED.encode())
FIRST_BYTES = 64
_LINE = re.compile(r"([0-9a-f]{64}) (0|[1-9][0-9]{0,18}) (.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file in a bundle."""

    path: str
    size: int
    sha256: str

    @property
    def line(self) -> str:
        """Its line in the manifest."""
        return f"{self.sha256} {self.size} {self.path}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What a bundle says it holds, and which key of a log signed that."""

    origin: str
    files: tuple[Listed, ...]
    key: VerifierKey | None  # None: no key was given that signed it


def site_files(root: Path) -> tuple[Path, ...]:
    """Return the files of a mission that a closed site needs: record, vault and configuration."""
    return _plain_files(path for name in KEPT for path in (root / name, *(root / name).rglob("*")))


def all_files(root: Path) -> tuple[Path, ...]:
    """Return every file of a mission's folder but the lock, accounts, the read model and what a cut-off write left."""
    return _plain_files(path for path in root.rglob("*") if not path.name.startswith((ACCOUNTS, VIEWS)))


def _plain_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files among `paths`, in order; InputError at a link, for a bundle has none."""
    found = sorted(path for path in paths if path.is_symlink() or (path.exists() and not path.is_dir()))
    kept = tuple(path for path in found if path.name != LOCK and not _cut(path.name))
    for path in kept:
        if path.is_symlink() or not path.is_file():
            raise InputError("is a link or no plain file: put the file itself there", where=str(path))
    return kept


def pack(root: Path, chosen: Callable[[Path], Sequence[Path]], out: Path, signer: SignerKey) -> Bundle:
    """Write the files of the mission in `root` that are `chosen` to `out`, signed.

    Raises InputError when one cannot be read, RefusedError when one is a private key.
    """
    if out.exists():
        raise InputError("is there already, and is not written over: choose another name", where=str(out))
    beside = out.with_name(f".{out.name}.part")
    try:
        with locked(root / LOCK, "packing"):
            listed = tuple(_listed(root, path) for path in chosen(root))
            text = "".join([f"{FIRST_LINE}\n{signer.name}\n", *(one.line for one in listed)])
            with tarfile.open(beside, "w", format=tarfile.PAX_FORMAT) as tar:
                _add(tar, MANIFEST, io.BytesIO(note := signed_note(text, [signer]).raw), len(note))
                for one in listed:
                    with (root / one.path).open("rb") as held:
                        _add(tar, one.path, held, one.size)
        with beside.open("rb+") as whole:
            os.fsync(whole.fileno())
        beside.rename(out)
        sync_folder(out.absolute().parent)
    except OSError as fault:
        raise InputError(f"cannot be packed: {fault.strerror}", where=str(fault.filename or out)) from fault
    finally:
        beside.unlink(missing_ok=True)
    return Bundle(origin=signer.name, files=listed, key=signer.verifier)


def unpack(source: Path, to: Path, *, logs: Sequence[VerifierKey], most_bytes: int = MOST_BYTES) -> Bundle:
    """Write what the bundle `source` holds to the new folder `to`; IntegrityError when it is not what it says.

    With `logs`, one of these keys must have signed it; without, only its digests are held to its manifest.
    """
    with _whole(to) as beside:
        try:
            with _Bounded(source) as raw, tarfile.open(fileobj=raw, mode="r:") as tar:
                bundle = _manifest(tar, source, logs, most_bytes)
                for one in bundle.files:
                    _extract(tar, one, beside, source)
                if tar.next() is not None:
                    raise IntegrityError("holds more than its manifest lists", where=str(source))
        except (tarfile.TarError, EOFError) as fault:
            raise IntegrityError(f"is no whole tar: {fault}", where=str(source)) from fault
        except OSError as fault:
            where = str(fault.filename or source)
            raise InputError(f"cannot be unpacked: {fault.strerror}", where=where) from fault
    return bundle


class _Bounded(io.FileIO):
    """A file of which no more is read at once than a manifest may have: a header may ask for any size."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to `size` bytes; TarError when that is more than anything here is long."""
        if size is not None and size > MOST_MANIFEST_BYTES:
            raise tarfile.ReadError(f"a header asks for {size:,} bytes")
        return super().read(size) or b""


def _listed(root: Path, path: Path) -> Listed:
    with open_plain(path) as held:
        if held.read(FIRST_BYTES).startswith(SECRETS):
            raise RefusedError(
                "is a private key, and no bundle has one: move it out of the mission", where=str(path)
            )
        held.seek(0)
        sha256 = hashlib.file_digest(held, "sha256").hexdigest()
        size = held.tell()
    name = path.relative_to(root).as_posix()
    _check_path(name, str(path))
    return Listed(path=name, size=size, sha256=sha256)


def _add(tar: tarfile.TarFile, name: str, held: IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, READ_ONLY if name.startswith("vault/") else PLAIN
    tar.addfile(member, held)


def _manifest(tar: tarfile.TarFile, source: Path, logs: Sequence[VerifierKey], most_bytes: int) -> Bundle:
    member = tar.next()
    if member is None or member.name != MANIFEST or not member.isreg() or member.size > MOST_MANIFEST_BYTES:
        raise IntegrityError("begins with no manifest: it is no bundle", where=str(source))
    held = tar.extractfile(member)
    raw = b"" if held is None else held.read()
    try:
        opened = open_note(raw, logs) if logs else None
        text = read_note(raw).text
        first, origin, *lines = text.removesuffix("\n").split("\n")
        files = tuple(_read_line(line) for line in lines)
    except (InputError, ValueError) as fault:
        raise IntegrityError(f"its manifest cannot be read: {fault}", where=str(source)) from fault
    if first != FIRST_LINE or len({one.path for one in files}) < len(files):
        raise IntegrityError("its manifest is not one of this version", where=str(source))
    if sum(one.size for one in files) > most_bytes:
        raise IntegrityError(f"would be more than {most_bytes:,} bytes: give --most-gib", where=str(source))
    key = opened.signed[0].key if opened else None
    if key is not None and key.name != origin:
        raise IntegrityError(f"{key.name} signed it, and it is of {origin}", where=str(source))
    return Bundle(origin=origin, files=files, key=key)


def _read_line(line: str) -> Listed:
    met = _LINE.fullmatch(line)
    if met is None:
        raise InputError(f"{line[:80]!r} is not SHA-256 SIZE PATH")
    _check_path(met[3], met[3])
    return Listed(sha256=met[1], size=number(met[2]), path=met[3])


def _check_path(name: str, where: str) -> None:
    parts = PurePosixPath(name).parts
    plain = PurePosixPath(name).as_posix() == name and not name.startswith("/") and ".." not in parts
    if not plain or not parts or "\\" in name or not name.isprintable():
        raise InputError("is no plain path below the mission's folder: rename the file", where=where)


def _extract(tar: tarfile.TarFile, one: Listed, beside: Path, source: Path) -> None:
    member = tar.next()
    if member is None or member.name != one.path:
        met = "nothing" if member is None else repr(member.name[:80])
        raise IntegrityError(f"{one.path} is due, and {met} is there", where=str(source))
    held = tar.extractfile(member) if member.isreg() and not member.issparse() else None
    if held is None or member.size != one.size:
        raise IntegrityError(f"{one.path} is not a plain file of {one.size} bytes", where=str(source))
    path, found = beside / one.path, hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as out:
        while piece := held.read(PIECE_BYTES):
            found.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if found.hexdigest() != one.sha256:
        raise IntegrityError(f"{one.path} is not what its manifest says", where=str(source))
    path.chmod(READ_ONLY if one.path.startswith("vault/") else PLAIN)


@contextmanager
def _whole(to: Path) -> Iterator[Path]:
    """Give a folder beside `to` that becomes it when all is well, and is removed when not."""
    if to.exists():
        raise InputError("is there already, and is not written over: choose a new folder", where=str(to))
    beside = to.with_name(f".{to.name}.part")
    try:
        beside.mkdir(parents=True)
        yield beside
        beside.rename(to)
        sync_folder(to.absolute().parent)
    except OSError as fault:
        raise InputError(f"cannot be written: {fault.strerror}", where=str(to)) from fault
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _cut(name: str) -> bool:
    return name.startswith(".") and name.endswith(".part")
