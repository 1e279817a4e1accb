"""One record proved to stand in the log, in one file that is checked offline; and that check.

Rules:
- the file is a C2SP tlog-proof whose extra bytes are the record's salt and then its RFC 8785 bytes; their SHA-256
  is the log's entry, so whoever reads the format needs nothing else of ours;
- a proof is to a checkpoint that was published; what lies beyond it is refused until the next one;
- checking reads nothing but the file and, when there is one, a policy; without a policy nobody is authenticated;
- a signature line of a key that the policy does not know refuses the proof.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.checkpoint import Checkpoint, read_checkpoint
from trucewatch.log.note import read_note
from trucewatch.log.policy import Policy, trusted
from trucewatch.log.proof import inclusion, verify_inclusion
from trucewatch.log.proof_file import ProofFile, read_proof_file
from trucewatch.log.tile import perfect_trees
from trucewatch.log.tree import leaf_hash
from trucewatch.mission.folder import CONFIGURATION, Folder
from trucewatch.mission.intake import TABLES, batches
from trucewatch.mission.journal import Kind, Record, read_record
from trucewatch.mission.lines import SALT_BYTES, Line
from trucewatch.mission.publishing import latest
from trucewatch.mission.receipts import FIRST_LINE, Receipt, Standing, read_receipt, standing
from trucewatch.mission.verify_checkpoints import tiles_in
from trucewatch.model.formats import from_parquet
from trucewatch.model.tables import OBSERVATIONS

OWN_IDS = {Kind.PERSON: ("person", "name"), Kind.BATCH: ("evidence",), Kind.TOMBSTONE: ()}
LEAF = re.compile(r"leaf:(0|[1-9][0-9]{0,18})")
SEQ = re.compile(r"0|[1-9][0-9]{0,11}")
_OBSERVATION = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A proof, and what it is of."""

    raw: bytes
    record: Record
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a proof shows."""

    record: Record
    checkpoint: Checkpoint
    cosigners: tuple[tuple[str, int], ...]  # name, and the POSIX second
    authenticated: bool  # a policy took the checkpoint for good


def prove(folder: Folder, wanted: str) -> Proved:
    """Return the proof of the record that `wanted` names.

    It names a record by its number, `leaf:N`, or the id of something that it holds. Raises InputError when
    none or several are meant, RefusedError when no checkpoint was published since.
    """
    return prove_record(folder, named(folder, wanted))


def prove_record(folder: Folder, record: Record) -> Proved:
    """Return the proof of a record that the folder's log holds."""
    left = latest(folder)
    if left is None or record.index >= left.size:
        size = 0 if left is None else left.size
        raise RefusedError(
            f"record {record.seq} is leaf {record.index}, and the last checkpoint that was published has"
            f" {size}: wait for the next one, or run `trucewatch record checkpoint`"
        )
    path = inclusion(record.index, left.size, perfect_trees(left.size, tiles_in(folder.journal.folder)))
    raw = ProofFile(index=record.index, path=path, checkpoint=left.raw, extra=record.salt + record.raw).raw
    return Proved(raw=raw, record=record, checkpoint=_shown(raw).checkpoint)


def check(raw: bytes, policy: Policy | None) -> Checked:
    """Return what a proof shows; InputError when it is none, IntegrityError when it does not hold."""
    proof = read_proof_file(raw)
    if policy is None:
        return _shown(raw)
    found = trusted(proof.checkpoint, policy)
    if found.unknown:
        raise IntegrityError(
            f"a line bears the key of {found.unknown[0].name}, which the policy does not know"
        )
    cosigners = sorted((one.key.name, one.at) for one in found.cosigned if one.at is not None)
    return Checked(
        record=_shown(raw).record,
        checkpoint=found.checkpoint,
        cosigners=tuple(cosigners),
        authenticated=True,
    )


def check_receipt(raw: bytes, proof: bytes | None, policy: Policy) -> tuple[Receipt, Standing]:
    """Return a receipt, and what a proof shows of its promise; IntegrityError when the log did not make it."""
    logs = [key for key in policy.logs if key.name == read_note(raw).text.split("\n")[1]]
    if not logs:
        raise IntegrityError("the receipt is of no log that the policy knows")
    receipt = read_receipt(raw, logs[0])
    if proof is None:
        return receipt, Standing.OPEN
    extra = read_proof_file(proof).extra or b""
    return receipt, standing(receipt, proof, policy, entry=hashlib.sha256(extra).digest())


def is_receipt(raw: bytes) -> bool:
    """Return whether a file begins as a receipt does."""
    return raw.startswith(f"{FIRST_LINE}\n".encode())


def named(folder: Folder, wanted: str) -> Record:
    """Return the record that `wanted` names; InputError when none does, or several do."""
    if met := LEAF.fullmatch(wanted):
        found = [r for r in folder.journal.replay() if r.index == int(met[1])]
    elif SEQ.fullmatch(wanted):
        found = [r for r in folder.journal.replay() if r.seq == int(wanted)]
    else:
        found = list(_holding(folder.journal.replay(), wanted)) or list(_observed(folder, wanted))
    if not found:
        raise InputError(
            f"no record holds {wanted!r}: give a record's number, leaf:N, or the id of a move, a fact,"
            " a statement, an observation, a person, or a file of the vault"
        )
    if len(found) > 1:
        shown = ", ".join(f"{r.seq} ({r.kind.value} by {r.author})" for r in found[:8])
        raise InputError(f"{len(found)} records hold {wanted!r}: give the number of one: {shown}")
    return found[0]


def _holding(records: Iterable[Record], wanted: str) -> Iterator[Record]:
    """Yield the records that hold `wanted`; of the texts of one file the last."""
    word = re.compile(rf"(?<![\w.-]){re.escape(wanted)}(?![\w.-])")
    plain = re.fullmatch(r"[^\W\d_]+", wanted)  # a word, and no id of anything
    texts: dict[tuple[Kind, str], Record] = {}
    own: list[Record] = []
    others: list[Record] = []
    for record in records:
        if record.kind in CONFIGURATION:
            told = plain is None and word.search(str(record.body.get("text")))
            if record.body.get("name") == wanted or told:
                texts[record.kind, str(record.body.get("name"))] = record
        elif wanted in (record.written.get(key) for key in OWN_IDS.get(record.kind, (f"{record.kind}_id",))):
            own.append(record)
        elif wanted in record.written.values() or wanted in record.rests_on:
            others.append(record)
    yield from own or others or texts.values()


def _observed(folder: Folder, wanted: str) -> Iterator[Record]:
    """Yield the records of the batches that hold the observation `wanted`."""
    if _OBSERVATION.fullmatch(wanted) is None:
        return
    records = tuple(folder.journal.replay())
    for batch in batches(records):
        if batch.table == OBSERVATIONS.name and batch.rows not in batch.erased:
            rows = from_parquet(TABLES[batch.table], folder.vault.get(batch.rows))
            if not rows.filter(pl.col("observation_id") == wanted).is_empty():
                yield records[batch.seq]


def _shown(raw: bytes) -> Checked:
    """Return what a proof says, its path held to its own checkpoint, and nobody's signature verified."""
    proof = read_proof_file(raw)
    extra = proof.extra or b""
    if len(extra) <= SALT_BYTES:
        raise InputError("the proof bears no salt and record: it is not one of a mission")
    checkpoint = read_checkpoint(read_note(proof.checkpoint).text)
    verify_inclusion(
        leaf=leaf_hash(hashlib.sha256(extra).digest()),
        index=proof.index,
        size=checkpoint.size,
        path=proof.path,
        root=checkpoint.root,
    )
    line = Line(index=proof.index, salt=extra[:SALT_BYTES], raw=extra[SALT_BYTES:])
    record = read_record(line, "the proof's record")
    return Checked(record=record, checkpoint=checkpoint, cosigners=(), authenticated=False)
