"""Receipts: the log's promise that what was handed in will stand in it.

Rules:
- a receipt is a note signed by the log's key, of six lines: `trucewatch receipt v1`, the log's origin, the
  index, the log's entry there in base64, the SHA-256 of the file in hexadecimal, and the POSIX second by
  which a checkpoint that left the mission covers it;
- it is kept when a checkpoint is shown to hold that entry at that index; broken when a signed checkpoint
  holds another entry there, or was cosigned after its time and is still too small;
- the time is a day after it was handed in, or as many days as the clock of checkpoints needs;
- it can endanger whoever has it: none is made unless it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.keys import SignerKey, VerifierKey
from trucewatch.log.note import open_note, signed_note
from trucewatch.log.policy import Policy, trusted
from trucewatch.log.proof import verify_inclusion
from trucewatch.log.proof_file import read_proof_file
from trucewatch.log.spelling import number, spelled, unspelled_hash
from trucewatch.log.tree import leaf_hash
from trucewatch.mission.folder import Folder
from trucewatch.mission.journal import Kind
from trucewatch.mission.keys import log_key
from trucewatch.mission.ticks import tick_at
from trucewatch.model.canonical import digest

FIRST_LINE = "trucewatch receipt v1"
PROMISED = timedelta(days=1)  # as logs of certificates promise (RFC 6962 §3, maximum merge delay)
HANDED_IN = (Kind.BATCH, Kind.QUARANTINE)
HEX = frozenset("0123456789abcdef")


class Standing(StrEnum):
    """What became of a promise."""

    OPEN = "open"  # nothing was shown yet
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A promise: this entry, at this index, by this time."""

    origin: str
    index: int
    entry: bytes
    sha256: str  # of the file that was handed in
    due: datetime

    @property
    def text(self) -> str:
        """The text that the log's key signs."""
        due = int(self.due.timestamp())
        return f"{FIRST_LINE}\n{self.origin}\n{self.index}\n{spelled(self.entry)}\n{self.sha256}\n{due}\n"


def receipt_of(folder: Folder, evidence: str) -> bytes:
    """Return the receipt of bytes that were taken in or kept apart, by their name in the vault.

    Raises InputError when no record is of them, RefusedError when the log's key is not on this machine.
    """
    records = tuple(folder.journal.replay())
    found = [r for r in records if r.kind in HANDED_IN and r.body.get("evidence") == evidence]
    if not found:
        raise InputError(f"no record is of {evidence[:16]}: there is nothing to promise")
    first = found[0]
    due = first.recorded_at + PROMISED
    while (tick := tick_at(records, due)) is not None and tick.size <= first.index:
        due += PROMISED
    log = folder.signer or log_key(folder.journal.key.name)
    sha256 = digest(folder.vault.get(evidence))
    return write_receipt(
        Receipt(origin=log.name, index=first.index, entry=first.leaf, sha256=sha256, due=due), log
    )


def write_receipt(receipt: Receipt, log: SignerKey) -> bytes:
    """Return the file of a receipt; RefusedError when `log` is another log's key."""
    if log.name != receipt.origin:
        raise RefusedError(f"the key of {log.name} promises nothing for {receipt.origin}")
    return signed_note(receipt.text, [log]).raw


def read_receipt(raw: bytes, log: VerifierKey) -> Receipt:
    """Return the receipt that a file is, once the log's signature of it verified."""
    text = open_note(raw, [log]).text
    lines = text.split("\n")
    if len(lines) != 7 or lines[0] != FIRST_LINE or len(lines[4]) != 64 or set(lines[4]) - HEX:
        raise InputError(f"a receipt is six lines: {FIRST_LINE}, origin, index, entry, SHA-256, time")
    if lines[1] != log.name:
        raise IntegrityError(f"the receipt is of {lines[1]}, and the key is {log.name}'s")
    return Receipt(
        origin=lines[1],
        index=number(lines[2]),
        entry=unspelled_hash(lines[3]),
        sha256=lines[4],
        due=_moment(number(lines[5])),
    )


def standing(receipt: Receipt, proof: bytes, policy: Policy, *, entry: bytes | None = None) -> Standing:
    """Return whether a proof file shows that the promise was kept, or broken.

    `entry` is what the proof is of, when that is not the entry that was promised. Raises InputError when
    the proof is none, IntegrityError when the policy does not take its checkpoint for good.
    """
    shown = read_proof_file(proof)
    found = trusted(shown.checkpoint, policy)
    head = found.checkpoint
    if head.origin != receipt.origin:
        raise InputError(f"the proof is of {head.origin}, and the receipt of {receipt.origin}")
    late = any(s.at is not None and s.at > receipt.due.timestamp() for s in found.cosigned)
    if head.size <= receipt.index:
        return Standing.BROKEN if late else Standing.OPEN
    if shown.index != receipt.index:
        raise InputError(f"the proof is of entry {shown.index}, and the receipt of {receipt.index}")
    of = receipt.entry if entry is None else entry
    verify_inclusion(leaf=leaf_hash(of), index=shown.index, size=head.size, path=shown.path, root=head.root)
    return Standing.KEPT if of == receipt.entry else Standing.BROKEN


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as fault:
        raise InputError(f"{seconds} is no time that a receipt can name") from fault
