"""A party's own witness: what it saw last, what it cosigns, and the evidence of what it refuses.

Rules:
- it is the party's program on the party's machine: a state folder, a key, and what the operator sends, which is
  a record's folder with its published checkpoint and tiles, a checkpoint, or a request with its proof;
- a log's key is learnt once, from `--log` or the first folder, and is told, so that it can be compared by
  another way; another key later is refused;
- what is cosigned is kept before the cosignature leaves, in one step with the look at what was seen before;
- of what the log signed and does not follow, both checkpoints and the request are kept under `refused/`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.checkpoint import Checkpoint, read_checkpoint
from trucewatch.log.keys import SignerKey, VerifierKey, verifier_key
from trucewatch.log.note import Note, open_note, read_note, read_signature
from trucewatch.log.proof import consistency
from trucewatch.log.tile import perfect_trees
from trucewatch.log.witness import Answer, Request, Status, read_request, witness
from trucewatch.mission.files import read_plain, read_whole, write_whole
from trucewatch.mission.lock import locked
from trucewatch.mission.verify_checkpoints import LONGEST_NOTE_BYTES, tiles_in

SEEN, LOG, REFUSED = "seen", "log.vkey", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigner:
    """A party's witness: its key, and the folder with what it remembers."""

    state: Path
    signer: SignerKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the operator showed."""

    name: str
    checkpoint: bytes  # a signed note
    request: bytes | None = None  # as it came, when it came as one
    tiles: Path | None = None  # where the log's tiles lie
    key: VerifierKey | None = None  # the log's, as the folder has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """What became of it."""

    name: str
    answer: Answer
    new: Checkpoint
    before: Checkpoint | None
    learnt: VerifierKey | None = None  # the log's key, met for the first time
    evidence: Path | None = None

    @property
    def cosigned(self) -> bool:
        """Whether the checkpoint was cosigned."""
        return self.answer.status is Status.COSIGNED


def shown_by(path: Path) -> Shown:
    """Return what lies at `path`: a record's folder, a checkpoint or a request for a cosignature."""
    if not path.is_dir():
        raw = read_whole(path)
        if raw.startswith(b"old "):
            return Shown(name=str(path), checkpoint=read_request(raw).checkpoint, request=raw)
        return Shown(name=str(path), checkpoint=raw)
    record = path / "record" if (path / "record").is_dir() else path
    key = record / LOG
    if not (record / "published" / "checkpoint").exists():
        raise InputError(
            "no checkpoint was published here: `trucewatch record checkpoint` publishes one", where=str(path)
        )
    return Shown(
        name=str(path),
        checkpoint=_theirs(record / "published" / "checkpoint"),
        tiles=record,
        key=_key(_theirs(key), key) if key.exists() else None,
    )


def _theirs(path: Path) -> bytes:
    """Return the bytes of a plain, short file that somebody else made."""
    try:
        return read_plain(path, LONGEST_NOTE_BYTES)
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", where=str(path)) from fault


def cosign(cosigner: Cosigner, shown: Shown, *, at: datetime, log: VerifierKey | None = None) -> Replied:
    """Return what the witness says to what was `shown`, once it has kept what it must remember.

    Raises RefusedError when the log is not known yet and no key of it is given, or when a proof is needed
    that was not shown.
    """
    try:
        new = read_checkpoint(read_note(shown.checkpoint).text)
    except InputError as fault:
        raise InputError(f"is no checkpoint: {fault.message}", where=shown.name) from fault
    place = cosigner.state / folder_name(new.origin)
    place.mkdir(parents=True, exist_ok=True)
    with locked(place / ".lock", "cosigning"):
        key, learnt = _log_key(place, new, log or shown.key)
        last = _last(place, key, cosigner.signer)
        raw = shown.request or _request(shown, new, last).raw
        answer = witness(raw, logs=[key], last=last, signer=cosigner.signer, at=int(at.timestamp()))
        if answer.status is Status.COSIGNED:
            _remember(place, key, shown.checkpoint, answer)
        kept = None if answer.evidence is None else _evidence(place, raw, answer)
    return Replied(
        name=shown.name,
        answer=answer,
        new=new,
        before=last,
        learnt=key if learnt and answer.status is Status.COSIGNED else None,
        evidence=kept,
    )


def folder_name(origin: str) -> str:
    """Return the name of the folder for what is remembered of a log."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", origin)[:60].lstrip(".")
    return f"{plain}.{hashlib.sha256(origin.encode()).hexdigest()[:8]}"


def _log_key(place: Path, new: Checkpoint, given: VerifierKey | None) -> tuple[VerifierKey, bool]:
    """Return the log's key, and whether it is met for the first time."""
    path = place / LOG
    known = _key(read_whole(path), path) if path.exists() else None
    if known is None and given is None:
        raise RefusedError(
            f"the log {new.origin} is not known here yet: give its key with --log FILE, which the operator"
            " hands over once"
        )
    if known is not None and given is not None and given != known:
        raise IntegrityError(
            f"the key shown is {given.text}, and that of {new.origin} is {known.text}: ask why it changed"
        )
    key = known or given
    if key is None or key.name != new.origin:
        raise RefusedError(f"the key is not one of {new.origin}, which the checkpoint is of")
    return key, known is None


def _last(place: Path, key: VerifierKey, signer: SignerKey) -> Checkpoint | None:
    """Return the checkpoint cosigned last; IntegrityError when what is kept is not what was kept."""
    path = place / SEEN
    if not path.exists():
        return None
    try:
        opened = open_note(read_whole(path), [key, signer.verifier])
        if {signed.key for signed in opened.signed} != {key, signer.verifier}:
            raise IntegrityError("it is not cosigned by this key: use the one that it was kept with")
        return read_checkpoint(opened.text)
    except (InputError, IntegrityError) as fault:
        raise IntegrityError(
            f"what was seen last is not as it was kept: {fault.message}", where=str(path)
        ) from fault


def _request(shown: Shown, new: Checkpoint, last: Checkpoint | None) -> Request:
    """Return the request for a cosignature, with the proof made from the tiles that were shown."""
    if last is None or last.size == 0:
        return Request(old=0, path=(), checkpoint=shown.checkpoint)
    if new.size <= last.size:
        return Request(old=new.size, path=(), checkpoint=shown.checkpoint)
    if shown.tiles is None:
        raise RefusedError(
            f"{last.size} leaves were seen last, and a checkpoint alone does not show that {new.size} follow:"
            f" ask for `trucewatch record checkpoint --since {last.size} -o FILE`, or the record's folder",
            where=shown.name,
        )
    path = consistency(last.size, new.size, perfect_trees(new.size, tiles_in(shown.tiles)))
    return Request(old=last.size, path=path, checkpoint=shown.checkpoint)


def _remember(place: Path, key: VerifierKey, checkpoint: bytes, answer: Answer) -> None:
    note = read_note(checkpoint)
    own = read_signature(answer.body.decode().removesuffix("\n"))
    logs = tuple(line for line in note.signatures if (line.name, line.key_id) == (key.name, key.key_id))
    write_whole(place / LOG, f"{key.text}\n".encode())
    write_whole(place / SEEN, Note(text=note.text, signatures=(*logs[:1], own)).raw)


def _evidence(place: Path, request: bytes, answer: Answer) -> Path:
    """Keep both checkpoints, the request and why it was refused, and return their folder."""
    kept = place / REFUSED / hashlib.sha256(request).hexdigest()[:16]
    shown = answer.evidence or b""
    seen = place / SEEN
    for name, raw in (
        ("seen", read_whole(seen) if seen.exists() else b""),
        ("shown", shown),
        ("request", request),
        ("why", f"{answer.why}\n".encode()),
    ):
        write_whole(kept / name, raw)
    return kept


def _key(raw: bytes, path: Path) -> VerifierKey:
    try:
        return verifier_key(raw.decode("ascii").removesuffix("\n"))
    except (UnicodeDecodeError, InputError) as fault:
        raise InputError("is not one line with a verifier key", where=str(path)) from fault
