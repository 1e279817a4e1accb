"""One file that proves, offline, that an entry is in a log.

Rules:
- the file is a first line that says what it is, extra bytes if any, the entry's index, the path from its
  leaf's sibling up, an empty line and the checkpoint as it was signed (tlog-proof, Format);
- the extra bytes are not authenticated;
- checking needs the entry and a policy from elsewhere, and no network.
"""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.errors import InputError
from trucewatch.log.policy import Policy, Trusted, trusted
from trucewatch.log.proof import verify_inclusion
from trucewatch.log.spelling import number, spelled, unspelled, unspelled_hash
from trucewatch.log.tree import leaf_hash

FIRST_LINE = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFile:
    """A proof that stands alone."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes  # a signed note
    extra: bytes | None = None

    @property
    def raw(self) -> bytes:
        """The file's bytes."""
        extra = [] if self.extra is None else [f"extra {spelled(self.extra)}"]
        lines = (FIRST_LINE, *extra, f"index {self.index}", *map(spelled, self.path), "")
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint


def read_proof_file(raw: bytes) -> ProofFile:
    """Return the proof that a file is; InputError when it is none."""
    head, gap, checkpoint = raw.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as fault:
        raise InputError(f"byte {fault.start} of the proof is not ASCII") from fault
    if first != FIRST_LINE or not gap:
        raise InputError(f"a proof begins with {FIRST_LINE}, and an empty line ends its path")
    extra = lines.pop(0).removeprefix("extra ") if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise InputError("a proof has a line: index NUMBER")
    return ProofFile(
        index=number(lines[0].removeprefix("index ")),
        path=tuple(map(unspelled_hash, lines[1:])),
        checkpoint=checkpoint,
        extra=None if extra is None else unspelled(extra),
    )


def check_proof_file(raw: bytes, *, entry: bytes, policy: Policy) -> Trusted:
    """Return the checkpoint that holds `entry`, once the proof and the policy both say so."""
    proof = read_proof_file(raw)
    found = trusted(proof.checkpoint, policy)
    verify_inclusion(
        leaf=leaf_hash(entry),
        index=proof.index,
        size=found.checkpoint.size,
        path=proof.path,
        root=found.checkpoint.root,
    )
    return found
