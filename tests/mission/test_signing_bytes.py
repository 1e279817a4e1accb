"""What is signed, to the byte: written out by hand, with nothing of ours but the values under test."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.authors import Author
from trucewatch.mission.batch_notes import sign_batch
from trucewatch.mission.journal import Kind
from trucewatch.mission.receipts import Receipt, write_receipt
from trucewatch.model.instants import moment

SEED = bytes(range(32))
RAW = Ed25519PrivateKey.from_private_bytes(SEED)
PUBLIC = RAW.public_key().public_bytes_raw()


def key(name: str) -> SignerKey:
    return SignerKey(name=name, kind=KeyKind.ED25519, seed=SEED)


def key_id(name: str) -> bytes:
    """As signed-note has it for Ed25519."""
    return hashlib.sha256(name.encode() + b"\n\x01" + PUBLIC).digest()[:4]


def note(name: str, text: str) -> bytes:
    """As signed-note has it: a text, an empty line, a line with the key's id and the signature."""
    half = base64.b64encode(key_id(name) + RAW.sign(text.encode())).decode()
    return f"{text}\n— {name} {half}\n".encode()


def test_a_record_s_signature_is_of_one_line_and_one_canonical_object() -> None:
    who = Author(text="Åse", origin="line.0badcafe", after=7, person="p1", key=key("åse"))
    entry = who.entry(Kind.FACT, {"recorded_by": "Åse", "holds": True, "n": 2}, rests_on=("ab" * 32,))
    fields = {
        "after": 7,
        "author": "Åse",
        "body": {"holds": True, "n": 2, "recorded_by": "Åse"},
        "kind": "fact",
        "origin": "line.0badcafe",
        "person": "p1",
        "rests_on": ["ab" * 32],
        "schema": 3,
    }
    said = b"trucewatch entry v1\n" + json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    assert entry.signed is not None
    assert entry.signed.signature == base64.b64encode(RAW.sign(said)).decode()
    assert (entry.signed.key, entry.signed.after) == (key_id("åse").hex(), 7)


def test_a_file_s_signature_is_a_note_that_any_tool_can_make() -> None:
    text = f"trucewatch batch v1\ndrone-3\n{hashlib.sha256(b'rows').hexdigest()}\n"
    assert sign_batch(b"rows", key("drone-3")) == note("drone-3", text)


def test_a_receipt_is_a_note_that_any_tool_can_read() -> None:
    due = moment("2026-03-02T00:00Z")
    promised = Receipt(origin="line.x", index=12, entry=bytes(32), sha256="0" * 64, due=due)
    text = f"trucewatch receipt v1\nline.x\n12\n{'A' * 43}=\n{'0' * 64}\n{int(due.timestamp())}\n"
    assert write_receipt(promised, key("line.x")) == note("line.x", text)
