"""Two programs that share no code make the same log: ours and aics-tlog (Apache-2.0, Python 3.12 or later).

PYTHON bench/log_peer.py, where PYTHON has aics-tlog, which brings cryptography, and nothing of ours.

Rules:
- both grow in the same odd batches; every file is the same bytes, and so is the signed checkpoint;
- each verifies the other's checkpoint with its cosignature, and the other's proofs;
- the folder log/ with errors.py is all that is imported: it can be lifted out.
"""

import importlib
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.note import cosigned, read_note, signed_note
from trucewatch.log.policy import read_policy, trusted
from trucewatch.log.proof import verify_consistency, verify_inclusion
from trucewatch.log.store import Store
from trucewatch.log.tree import leaf_hash, root_of

LOG = SignerKey(name="log.example/truce", kind=KeyKind.ED25519, seed=b"\x01" * 32)
PARTY = SignerKey(name="party-a.example", kind=KeyKind.COSIGNATURE, seed=b"\x02" * 32)
BATCHES = (3, 250, 3, 700, 69_000, 300, 44)


def files(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in (folder / "tile").rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def compare(folder: Path) -> None:
    peer, writer = importlib.import_module("aics_tlog"), importlib.import_module("aics_tlog.writer")
    tiles, notes = importlib.import_module("aics_tlog.tiles"), importlib.import_module("aics_tlog.note")
    ed25519 = importlib.import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
    dice, entries = random.Random(3), []
    store = Store(folder=folder / "ours", key=LOG.verifier)
    store.create(LOG)
    theirs = writer.IncrementalTileWriter(writer.DirectoryTileStore(folder / "theirs", fsync=False))
    for count in BATCHES:
        batch = [dice.randbytes(dice.randrange(80)) for _ in range(count)]
        entries += batch
        store.append(batch, signer=LOG)
        theirs.append(batch)
    head = store.head()
    assert (theirs.size, theirs.root()) == (head.size, head.root)
    assert files(folder / "ours") == files(folder / "theirs")
    print(f"{head.size:,} entries, {len(files(folder / 'ours'))} files: the same bytes")

    seed, party = (ed25519.Ed25519PrivateKey.from_private_bytes(key.seed) for key in (LOG, PARTY))
    signed = peer.sign_checkpoint(peer.Checkpoint(LOG.name, head.size, head.root), seed, LOG.name)
    assert signed.to_bytes() == signed_note(head.text, [LOG]).raw
    now = int(time.time())
    note = cosigned(read_note((folder / "ours" / "checkpoint").read_bytes()), PARTY, at=now)
    log_key, party_key = notes.parse_vkey(LOG.verifier.text), notes.parse_vkey(PARTY.verifier.text)
    assert peer.verify_checkpoint(notes.parse_note(note.raw), log_key, [party_key], quorum=1).ok
    _, line = peer.sign_cosignature(party, PARTY.name, now, LOG.name, head.size, head.root)
    policy = read_policy(f"log {LOG.verifier.text}\nwitness A {PARTY.verifier.text}\nquorum A\n".encode())
    both = peer.Note(text=signed.text, signatures=(*signed.signatures, line)).to_bytes()
    assert trusted(both, policy).checkpoint == head
    print("checkpoints and cosignatures: each takes the other's, and refuses neither")

    reader = tiles.FileSystemTileReader(folder / "ours")
    places = [0, 255, 256, 65_535, 65_536, head.size - 1, *(dice.randrange(head.size) for _ in range(60))]
    for index in places:
        path = tiles.inclusion_proof_from_tiles(reader, index, head.size)
        assert tuple(path) == store.inclusion(index)
        leaf = leaf_hash(entries[index])
        verify_inclusion(leaf=leaf, index=index, size=head.size, path=path, root=head.root)
        assert peer.verify_leaf_inclusion(entries[index], index, head.size, path, head.root)
    for old in (place + 1 for place in places[:40]):
        path = tiles.consistency_proof_from_tiles(reader, old, head.size)
        assert tuple(path) == store.consistency(old)
        before = root_of([leaf_hash(entry) for entry in entries[:old]])
        verify_consistency(old=old, new=head.size, old_root=before, new_root=head.root, path=path)
        assert peer.verify_consistency(old, head.size, before, head.root, path)
    print(f"{len(places)} proofs of inclusion, 40 of consistency: the same, and each verifies the other's")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        compare(Path(made))
    strangers = sorted(
        name
        for name in sys.modules
        if name.startswith("trucewatch.") and not name.startswith("trucewatch.log")
    )
    print("imported of ours beside log/:", ", ".join(strangers))
