"""A record's checkpoints held to keys: the head, those that were published, and older ones from outside.

Rules:
- the head is signed by the log's key and nobody else; a line of a key that is not known refuses a note;
- without a policy the log's key is the one in the record: then all is self-consistent and no more;
- a published checkpoint is good when its quorum cosigned it, as the policy has it;
- two checkpoints of one log that do not follow from each other are both named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.checkpoint import Checkpoint, read_checkpoint
from trucewatch.log.keys import VerifierKey, verifier_key
from trucewatch.log.note import Opened, open_note, read_note
from trucewatch.log.policy import Policy
from trucewatch.log.spelling import HASH_BYTES, spelled
from trucewatch.log.tile import FULL, Read, Tile
from trucewatch.mission.files import read_plain
from trucewatch.mission.verify_remarks import Gravity, Remark

KEY, HEAD, PUBLISHED = "record/log.vkey", "record/checkpoint", "record/published"
LONGEST_NOTE_BYTES = 1 << 20
RootAt = Callable[[int], bytes]  # the root of the tree of a size


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigned:
    """A checkpoint that left, and who cosigned it."""

    where: str
    checkpoint: Checkpoint
    cosigners: tuple[tuple[str, int], ...]  # name, and the POSIX second
    quorum: bool | None  # None: no policy says
    unknown: tuple[str, ...]  # names of keys that no policy knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """A checkpoint that somebody kept."""

    name: str
    raw: bytes


def keys_of(record: Path, policy: Policy | None) -> tuple[tuple[VerifierKey, ...], tuple[Remark, ...]]:
    """Return the keys that may sign the head, and what is wrong with the one in the record."""
    try:
        raw = read_plain(record / "log.vkey", LONGEST_NOTE_BYTES)
        key = verifier_key(raw.decode("ascii").removesuffix("\n"))
        exact = raw == f"{key.text}\n".encode()
        fault = None if exact else "is not one line with a verifier key"
    except (OSError, UnicodeDecodeError) as met:
        key, fault = None, "is missing" if isinstance(met, OSError) else "is not ASCII"
    except InputError as met:
        key, fault = None, met.message
    if fault is None and policy is not None and key not in policy.logs:
        fault = "is not a log's key that the policy knows"
    known = policy.logs if policy is not None else () if key is None else (key,)
    return known, () if fault is None else (Remark(where=KEY, what=fault),)


def head_of(record: Path, keys: Sequence[VerifierKey]) -> tuple[Checkpoint, VerifierKey] | Remark:
    """Return the head and the key that signed it, or what is wrong with it."""
    try:
        raw = read_plain(record / "checkpoint", LONGEST_NOTE_BYTES)
        opened = open_note(raw, keys)
        head, key = read_checkpoint(opened.text), opened.signed[0].key
        if len(read_note(raw).signatures) > 1:
            raise IntegrityError("it bears a line that is not the log's signature")
        if key.name != head.origin:
            raise IntegrityError(f"{key.name} signed it, and its origin is {head.origin}")
    except OSError as fault:
        return Remark(where=HEAD, what=f"cannot be read: {fault.strerror}")
    except (InputError, IntegrityError) as fault:
        return Remark(where=HEAD, what=fault.message)
    return head, key


def published_in(
    record: Path, head: Checkpoint, key: VerifierKey, policy: Policy | None, root_at: RootAt | None
) -> Iterator[Cosigned | Remark]:
    """Yield the checkpoints that were published, the newest first, and what is wrong with others."""
    folder = record / "published"
    paths = sorted(folder.iterdir(), key=_newest_first) if folder.is_dir() else []
    for path in paths:
        where = f"{PUBLISHED}/{path.name}"
        try:
            found = _published(where, read_plain(path, LONGEST_NOTE_BYTES), key, policy)
            if path.name not in ("checkpoint", str(found.checkpoint.size)):
                raise IntegrityError(f"it is the checkpoint at {found.checkpoint.size}")
            _follows(found.checkpoint, head, root_at)
        except OSError as fault:
            yield Remark(where=where, what=f"cannot be read: {fault.strerror}")
        except (InputError, IntegrityError) as fault:
            yield Remark(where=where, what=fault.message)
        else:
            yield found


def follows_older(older: Older, head: Checkpoint, key: VerifierKey, root_at: RootAt | None) -> Remark:
    """Return whether the record follows from a checkpoint that somebody kept.

    Raises InputError when what was kept is no checkpoint of this log.
    """
    try:
        kept = read_checkpoint(open_note(older.raw, [key]).text)
    except (InputError, IntegrityError) as fault:
        raise InputError(f"is no checkpoint of this log: {fault.message}", where=older.name) from fault
    try:
        _follows(kept, head, root_at)
    except IntegrityError as fault:
        return Remark(where=HEAD, what=f"{fault.message} ({older.name})")
    return Remark(where=HEAD, what=f"follows from {older.name}, at {kept.size}", gravity=Gravity.NOTED)


def shown(checkpoint: Checkpoint) -> str:
    """Return a checkpoint as a line names it."""
    return f"{checkpoint.origin} at {checkpoint.size} with root {spelled(checkpoint.root)}"


def tiles_in(record: Path) -> Read:
    """Return what reads the tiles of a log's folder, out of a wider one where that of a size is gone.

    What it gives may be too short or altered: whoever uses it verifies what comes of it.
    """

    def read(tile: Tile) -> bytes:
        partial = (record / f"{tile.whole_path}.p").glob("[0-9]*")
        wider = sorted(int(path.name) for path in partial if int(path.name) >= tile.width)
        widths = (*wider[:1], FULL)
        for path in (record / replace(tile, width=width).path for width in widths):
            if path.is_file():
                return read_plain(path, FULL * HASH_BYTES)[: tile.width * HASH_BYTES]
        raise IntegrityError("is missing, or no tile of its width is here", where=str(record / tile.path))

    return read


def _newest_first(path: Path) -> tuple[bool, int, str]:
    size = int(path.name) if path.name.isdecimal() else 0
    return path.name != "checkpoint", -size, path.name


def _published(where: str, raw: bytes, key: VerifierKey, policy: Policy | None) -> Cosigned:
    witnesses = () if policy is None else policy.witnesses.values()
    opened = open_note(raw, [key, *witnesses])
    found = read_checkpoint(opened.text)
    if key not in [signed.key for signed in opened.signed]:
        raise IntegrityError(f"{key.name} did not sign it")
    if found.origin != key.name:
        raise IntegrityError(f"it is of another log, {found.origin}")
    strangers = tuple(signature.name for signature in opened.unknown)
    if policy is not None and strangers:
        raise IntegrityError(f"a line bears the key of {strangers[0]}, which the policy does not know")
    met = None if policy is None else policy.met_by([signed.key for signed in opened.signed])
    return Cosigned(
        where=where,
        checkpoint=found,
        cosigners=_cosigners(opened),
        quorum=met,
        unknown=strangers,
    )


def _cosigners(opened: Opened) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((signed.key.name, signed.at) for signed in opened.signed if signed.at is not None))


def _follows(kept: Checkpoint, head: Checkpoint, root_at: RootAt | None) -> None:
    """Raise IntegrityError unless the tree at `head` begins with the one at `kept`."""
    if kept.size > head.size:
        raise IntegrityError(f"{shown(kept)} was signed, and this is {shown(head)}: the record was set back")
    if root_at is not None and root_at(kept.size) != kept.root:
        raise IntegrityError(f"{shown(kept)} was signed, and {shown(head)} does not follow: two histories")
