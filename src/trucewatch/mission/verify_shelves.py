"""The vault's files read for verifying, folder by folder, in several processes where there are many.

Rules:
- a file's name is the SHA-256 of its bytes; one that is none of a vault's is named;
- with its digest goes whether a file could be the words of a fact, so that it is opened once;
- what is found of a folder is names and flags, 33 bytes a file, and comes in the order of names.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from trucewatch.errors import IntegrityError
from trucewatch.mission.files import PIECE_BYTES, open_plain
from trucewatch.mission.kinds import Kind
from trucewatch.mission.lines import SALT_BYTES
from trucewatch.mission.personal import NOT_HERE, put_back
from trucewatch.mission.spelling import decoder_of, read_plain
from trucewatch.mission.vault import NAME
from trucewatch.mission.verify_abreast import abreast

OF_A_FACT = "rests_on"
SOUND, WORDS = 1, 2  # flags of a file
FEW_BYTES = 1 << 15  # more than most items have: room for a piece is not made for each
MANY = 1 << 14  # files that are worth another process
_BEGINS = b'{"rests_on":"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What one entry of the vault's folder holds."""

    names: bytearray = field(default_factory=bytearray)  # 32 bytes each, in their order
    flags: bytearray = field(default_factory=bytearray)  # one byte each
    strange: list[str] = field(default_factory=list)  # what is no file of a vault, below it


class _Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    rests_on: str


_PLAIN = decoder_of(_Words)


@contextmanager
def shelves(vault: Path, processes: int, *, many: int = MANY) -> Generator[Iterator[Shelf], None, None]:
    """Give what each entry of the vault's folder holds, in the order of their names; `many` files are read by `processes`."""
    entries = sorted(os.listdir(vault)) if vault.is_dir() else []
    look = partial(shelf, vault)
    if processes == 1 or _many(vault, entries) < many:
        yield map(look, entries)
        return
    with abreast(look, entries, processes) as found:
        yield found


def shelf(vault: Path, name: str) -> Shelf:
    """Return what an entry of the vault's folder holds: items, where it is a folder of two digits."""
    top, found = vault / name, Shelf()
    if top.is_symlink() or not top.is_dir():
        return Shelf(strange=[name])
    with os.scandir(top) as listed:
        entries = sorted(listed, key=lambda entry: entry.name)
    for entry in entries:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            below = sorted(one for one in path.rglob("*") if not one.is_dir())
            found.strange.extend(one.relative_to(vault).as_posix() for one in below)
        elif len(name) != 2 or NAME.fullmatch(name + entry.name) is None:
            found.strange.append(f"{name}/{entry.name}")
        else:
            found.names.extend(bytes.fromhex(name + entry.name))
            found.flags.append(flags_of(path, name + entry.name))
    return found


def flags_of(path: Path, name: str) -> int:
    """Return whether a file has the bytes that its name says, and whether they could be the words of a fact."""
    try:
        with open_plain(path) as held:
            raw = held.read(FEW_BYTES)
            whole = hashlib.sha256(raw)
            words = raw.startswith(_BEGINS, SALT_BYTES)
            pieces = [raw]
            while raw := held.read(PIECE_BYTES):
                whole.update(raw)
                pieces += [raw] if words else []
    except OSError:
        return 0
    if whole.hexdigest() != name:
        return 0
    return SOUND | (WORDS if words and are_words(b"".join(pieces)[SALT_BYTES:]) else 0)


def are_words(raw: bytes) -> bool:
    """Say whether bytes are the words of a fact, as an item of the vault has them."""
    plain = read_plain(raw, _PLAIN)
    if plain is not None:
        return plain.rests_on not in ("", NOT_HERE)
    try:
        return bool(put_back(Kind.FACT, {OF_A_FACT: NOT_HERE}, raw))
    except IntegrityError:
        return False


def _many(vault: Path, entries: list[str]) -> int:
    """Return about how many files there are: names are digests, so that folders are alike."""
    folder = next((vault / name for name in entries if len(name) == 2 and (vault / name).is_dir()), None)
    return 0 if folder is None else len(os.listdir(folder)) * len(entries)
