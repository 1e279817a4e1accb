"""Who saw what: `access.log`, one line a look at something restricted, each bound to the one before it.

Rules:
- a line is one RFC 8785 object: when, who, how they showed it, what they did, to which item, whether they might, why;
- items are ids: what a case says, what was searched for and what was found are never in it;
- each line holds the SHA-256 of the line before: an altered, lost or exchanged one breaks the chain; how many lines there
  are, and the digest of the last, are put in the record at each checkpoint (`anchoring`), so that a cut end shows;
- each has 16 random bytes of its own, so that a digest in the record confirms no guess at who looked at what;
- it is the owner's alone, grows only, and stands in no record and no bundle for others: a backup has it;
- refusals are in it like what was allowed; a look that cannot be written down is not given.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from trucewatch.errors import InputError, IntegrityError
from trucewatch.mission.access import Action, Ruling, Viewer
from trucewatch.mission.journal import utc_text
from trucewatch.model.canonical import Json, canonical

FILE = "access.log"
NONE_BEFORE = "0" * 64
LONGEST_LINE_BYTES = 1 << 12
LONGEST_WHY = 400
SALT_BYTES = 16
_ITEM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+-]{0,127}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One line: somebody looked at something, or was kept from it."""

    seq: int
    at: str
    person: str | None  # the id that the record has
    name: str
    through: str
    action: str
    item: str
    allowed: bool
    why: str
    before: str
    digest: str  # of the line itself
    salt: str = ""  # lines of 0.1 had none


def note(root: Path, viewer: Viewer, action: Action, item: str, ruling: Ruling, *, at: datetime) -> None:
    """Write down that a viewer asked for `item` of the mission in `root`, and what the ruling was."""
    try:
        descriptor = os.open(root / FILE, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "rb+", buffering=0) as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            size = _whole_bytes(held.fileno())
            last = _last_line(held.fileno(), size)
            seq, before = (0, NONE_BEFORE) if last is None else (_fields(last)["seq"], _digest(last))
            line: dict[str, Json] = {
                "seq": 0 if last is None else int(str(seq)) + 1,
                "at": utc_text(at),
                "person": viewer.person,
                "name": viewer.name,
                "through": viewer.through.value,
                "action": action.value,
                "item": named(item),
                "allowed": ruling.allowed,
                "why": ruling.why[:LONGEST_WHY],
                "before": before,
                "salt": os.urandom(SALT_BYTES).hex(),
            }
            os.write(held.fileno(), canonical(line) + b"\n")
            os.fsync(held.fileno())
    except OSError as fault:
        raise InputError(
            f"cannot be written, and nothing is shown unwritten: {fault.strerror}", where=str(root / FILE)
        ) from fault


def looks(root: Path) -> Iterator[Look]:
    """Yield what was written down, in its order; IntegrityError at the first line that is not as it was."""
    try:
        raw = (root / FILE).read_bytes()
    except FileNotFoundError:
        return
    before = NONE_BEFORE
    for number, line in enumerate(raw.split(b"\n")[:-1]):
        where = f"{root / FILE}:{number + 1}"
        fields = _fields(line, where)
        if fields.get("before") != before or fields.get("seq") != number or canonical(fields) != line:
            raise IntegrityError("this line is not what was written here: lines were altered", where=where)
        before = _digest(line)
        try:
            yield msgspec.convert({**fields, "digest": before}, Look)
        except msgspec.ValidationError:
            raise IntegrityError("this line is not one of who saw what", where=where) from None


def named(item: str) -> str:
    """Return an item as it is written down: its id, or where that is no plain word its digest."""
    if not item or _ITEM.fullmatch(item):
        return item
    return f"sha256:{hashlib.sha256(item.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _whole_bytes(descriptor: int) -> int:
    """Cut off what a crash left of a line, and return how long the file then is."""
    size = os.fstat(descriptor).st_size
    while size and os.pread(descriptor, 1, size - 1) != b"\n":
        size -= 1
    os.ftruncate(descriptor, size)
    return size


def _last_line(descriptor: int, size: int) -> bytes | None:
    tail = os.pread(descriptor, LONGEST_LINE_BYTES, max(0, size - LONGEST_LINE_BYTES))
    return tail.split(b"\n")[-2] if tail else None


def _fields(line: bytes, where: str = FILE) -> dict[str, Json]:
    try:
        fields = json.loads(line)
    except ValueError:
        raise IntegrityError(
            "this line is not one of who saw what: restore it from a copy", where=where
        ) from None
    if not isinstance(fields, dict):
        raise IntegrityError("this line is not one of who saw what", where=where)
    return fields


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
