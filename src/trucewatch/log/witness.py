"""A witness: cosigns a log's checkpoint when it follows from the last one it saw, and refuses otherwise.

Rules:
- a request is "old SIZE", the lines of a consistency proof, an empty line and a checkpoint
  (tlog-witness, add-checkpoint); at most 63 lines of proof;
- the checks stand in the specification's order, and each refusal has the status it names;
- an answer is a value: the caller keeps `seen` before it sends `body`, in one step with the look at what
  was seen before, and keeps `evidence`, the request that was signed and yet does not follow;
- nothing is cosigned that is smaller than, or disagrees with, what was seen before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.checkpoint import Checkpoint, read_checkpoint
from trucewatch.log.keys import SignerKey, VerifierKey
from trucewatch.log.note import cosignature, open_note, read_note
from trucewatch.log.proof import verify_consistency
from trucewatch.log.spelling import number, spelled, unspelled_hash

MOST_LINES = 63


class Status(IntEnum):
    """What an answer says, as HTTP numbers it."""

    COSIGNED = 200
    MALFORMED = 400
    UNSIGNED = 403  # no known key of the log signed the checkpoint
    UNKNOWN_LOG = 404
    CONFLICT = 409  # the old size is not the one last seen, or one size has two roots
    INCONSISTENT = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A checkpoint to cosign, with the proof that it follows from an older one."""

    old: int
    path: tuple[bytes, ...]
    checkpoint: bytes  # a signed note

    @property
    def raw(self) -> bytes:
        """The request's body."""
        lines = (f"old {self.old}", *map(spelled, self.path), "")
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the witness says, and what it must remember."""

    status: Status
    body: bytes
    why: str
    seen: Checkpoint | None = None  # to be kept as the last one cosigned, before the body is sent
    evidence: bytes | None = None  # a checkpoint that the log signed and that does not follow


def read_request(raw: bytes) -> Request:
    """Return the request that a body is; InputError when it is none."""
    head, gap, checkpoint = raw.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as fault:
        raise InputError(f"byte {fault.start} of the request is not ASCII") from fault
    if not gap or not first.startswith("old ") or len(lines) > MOST_LINES:
        raise InputError("a request is: old SIZE, at most 63 lines of proof, an empty line, a checkpoint")
    path = tuple(map(unspelled_hash, lines))
    return Request(old=number(first.removeprefix("old ")), path=path, checkpoint=checkpoint)


def witness(
    raw: bytes, *, logs: Collection[VerifierKey], last: Checkpoint | None, signer: SignerKey, at: int
) -> Answer:
    """Return the answer to a request, where `last` is the checkpoint last cosigned of the same origin.

    A log's keys bear its origin as their name. `at` is the POSIX second of the cosignature.
    """
    try:
        request = read_request(raw)
        new = read_checkpoint(read_note(request.checkpoint).text)
    except InputError as fault:
        return Answer(status=Status.MALFORMED, body=b"", why=fault.message)
    keys = [key for key in logs if key.name == new.origin]
    if not keys:
        return Answer(status=Status.UNKNOWN_LOG, body=b"", why=f"the log {new.origin} is not known")
    try:
        text = open_note(request.checkpoint, keys).text
    except IntegrityError as fault:
        return Answer(status=Status.UNSIGNED, body=b"", why=fault.message)
    return _refusal(request, new, last) or Answer(
        status=Status.COSIGNED,
        body=cosignature(text, signer, at=at).line.encode(),
        why=f"{new.origin} at {new.size} follows from what was seen",
        seen=new,
    )


def _refusal(request: Request, new: Checkpoint, last: Checkpoint | None) -> Answer | None:
    """Return why a signed request is not cosigned, None when it is."""
    if last is not None and last.origin != new.origin:
        raise InputError(f"the last checkpoint is of {last.origin}, and the request of {new.origin}")
    size = 0 if last is None else last.size
    if request.old > new.size:
        return Answer(
            status=Status.MALFORMED,
            body=b"",
            why=f"the old size {request.old} is above the checkpoint's {new.size}",
        )
    if request.old != size:
        back = last is not None and new.size < size
        evidence = request.checkpoint if back else None
        why = f"the request is from {request.old}, and {size} was seen last"
        if last is not None and back:
            why = f"{_shown(last)} was seen, and {_shown(new)} is signed: the log was set back"
        return Answer(status=Status.CONFLICT, body=f"{size}\n".encode(), why=why, evidence=evidence)
    if last is not None and new.size == size and new.root != last.root:
        why = f"{_shown(last)} was seen, and {_shown(new)} is signed too: two histories"
        return Answer(status=Status.CONFLICT, body=f"{size}\n".encode(), why=why, evidence=request.checkpoint)
    fault = _inconsistent(request, new, last)
    if fault is None:
        return None
    why = f"{fault}: {_shown(last) if last else 'nothing'} was seen, and {_shown(new)} is signed"
    return Answer(status=Status.INCONSISTENT, body=b"", why=why, evidence=request.checkpoint)


def _inconsistent(request: Request, new: Checkpoint, last: Checkpoint | None) -> str | None:
    if last is None or last.size == 0:
        return "a proof from nothing is empty" if request.path else None
    try:
        verify_consistency(
            old=last.size, new=new.size, old_root=last.root, new_root=new.root, path=request.path
        )
    except IntegrityError as fault:
        return fault.message
    return None


def _shown(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.origin} at {checkpoint.size} with root {spelled(checkpoint.root)}"
