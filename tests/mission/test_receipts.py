"""Receipts: promises of the log, kept and broken."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.checkpoint import Checkpoint
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.note import cosigned, signed_note
from trucewatch.log.policy import read_policy
from trucewatch.log.proof import inclusion
from trucewatch.log.proof_file import ProofFile
from trucewatch.log.tree import leaf_hash, root_of
from trucewatch.mission.folder import Plan, init
from trucewatch.mission.intake import ingest
from trucewatch.mission.receipts import Receipt, Standing, read_receipt, receipt_of, standing, write_receipt
from trucewatch.model.canonical import digest

FIRES = b"latitude,longitude,acq_date\n48.4,38.2,2026-01-01\n48.5,38.2,2026-01-01\n"
LOG = SignerKey(name="log.example", kind=KeyKind.ED25519, seed=bytes(32))
PARTY = SignerKey(name="party-a", kind=KeyKind.COSIGNATURE, seed=b"a" * 32)
POLICY = read_policy(f"log {LOG.verifier.text}\nwitness a {PARTY.verifier.text}\nquorum a\n".encode())
DUE = datetime(2026, 3, 2, tzinfo=UTC)
ENTRIES = tuple(bytes([n]) * 32 for n in range(5))
PROMISE = Receipt(origin=LOG.name, index=3, entry=ENTRIES[3], sha256=digest(FIRES), due=DUE)


def proof(entries: tuple[bytes, ...], index: int, *, at: datetime, log: SignerKey = LOG) -> bytes:
    leaves = [leaf_hash(entry) for entry in entries]
    head = Checkpoint(origin=log.name, size=len(entries), root=root_of(leaves))
    note = cosigned(signed_note(head.text, [log]), PARTY, at=int(at.timestamp()))
    path = ()
    if index < len(entries):
        path = inclusion(
            index, len(entries), lambda height, n: root_of(leaves[n << height : (n + 1) << height])
        )
    return ProofFile(index=index, path=path, checkpoint=note.raw).raw


def test_a_receipt_reads_back_and_only_its_log_can_have_made_it() -> None:
    raw = write_receipt(PROMISE, LOG)
    assert read_receipt(raw, LOG.verifier) == PROMISE
    other = replace(LOG, seed=b"o" * 32)
    with pytest.raises(IntegrityError):
        read_receipt(raw, other.verifier)
    with pytest.raises(IntegrityError):
        read_receipt(raw.replace(b"\n3\n", b"\n4\n"), LOG.verifier)
    with pytest.raises(RefusedError):
        write_receipt(PROMISE, replace(LOG, name="another"))


@pytest.mark.parametrize(
    ("old", "new"),
    [("v1", "v2"), ("\n3\n", "\n03\n"), (digest(FIRES), digest(FIRES).upper()), ("log.", "l.")],
)
def test_a_receipt_has_one_form(old: str, new: str) -> None:
    with pytest.raises((InputError, IntegrityError)):
        read_receipt(signed_note(PROMISE.text.replace(old, new), [LOG]).raw, LOG.verifier)


def test_a_promise_is_kept_when_the_entry_is_shown_to_stand_there() -> None:
    assert standing(PROMISE, proof(ENTRIES, 3, at=DUE), POLICY) is Standing.KEPT


def test_a_promise_is_open_while_the_log_is_shorter_and_it_is_not_due() -> None:
    assert standing(PROMISE, proof(ENTRIES[:3], 3, at=DUE), POLICY) is Standing.OPEN


def test_a_promise_is_broken_when_a_checkpoint_cosigned_after_its_time_is_still_shorter() -> None:
    late = DUE + timedelta(seconds=1)
    assert standing(PROMISE, proof(ENTRIES[:3], 3, at=late), POLICY) is Standing.BROKEN


def test_a_promise_is_broken_when_another_entry_is_shown_to_stand_there() -> None:
    forged = (*ENTRIES[:3], b"x" * 32, ENTRIES[4])
    assert standing(PROMISE, proof(forged, 3, at=DUE), POLICY, entry=b"x" * 32) is Standing.BROKEN
    with pytest.raises(IntegrityError, match="does not lead"):
        standing(PROMISE, proof(forged, 3, at=DUE), POLICY)
    with pytest.raises(IntegrityError, match="does not lead"):
        standing(PROMISE, proof(ENTRIES, 3, at=DUE), POLICY, entry=b"x" * 32)


def test_a_proof_of_something_else_shows_nothing() -> None:
    with pytest.raises(InputError, match="entry 2"):
        standing(PROMISE, proof(ENTRIES, 2, at=DUE), POLICY)
    other = replace(LOG, name="other", seed=b"o" * 32)
    policy = replace(POLICY, logs=(other.verifier,))
    with pytest.raises(InputError, match="the proof is of other"):
        standing(PROMISE, proof(ENTRIES, 3, at=DUE, log=other), policy)


def test_what_was_handed_in_has_a_receipt_of_its_bytes_its_index_and_its_leaf(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    (tmp_path / "f.csv").write_bytes(FIRES)
    (taken,) = ingest(folder, "firms-dates", [tmp_path / "f.csv"], by="ann")
    receipt = read_receipt(receipt_of(folder, taken.evidence or ""), folder.journal.key)
    record = tuple(folder.journal.replay())[-1]
    assert (receipt.index, receipt.entry, receipt.sha256) == (record.index, record.leaf, digest(FIRES))
    assert receipt.due > record.recorded_at
    assert tuple(folder.journal.store.entries())[receipt.index] == receipt.entry
    with pytest.raises(InputError, match="nothing to promise"):
        receipt_of(folder, "0" * 64)


def test_a_promise_waits_for_the_clock_of_checkpoints(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    (tmp_path / "f.csv").write_bytes(FIRES)
    folder.journal.pad(3 * 24 * 256)
    (taken,) = ingest(folder, "firms-dates", [tmp_path / "f.csv"], by="ann")
    receipt = read_receipt(receipt_of(folder, taken.evidence or ""), folder.journal.key)
    recorded_at = tuple(folder.journal.replay())[-1].recorded_at
    assert timedelta(days=3) <= receipt.due - recorded_at.replace(microsecond=0) <= timedelta(days=4)
