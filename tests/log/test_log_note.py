"""Notes, keys and checkpoints: the published examples, and everything that is spelled in another way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import InputError, IntegrityError, TrucewatchError
from trucewatch.log.checkpoint import Checkpoint, read_checkpoint
from trucewatch.log.keys import KeyKind, SignerKey, VerifierKey, signer_key, verifier_key
from trucewatch.log.note import (
    MOST_SIGNATURES,
    Note,
    Signature,
    cosigned,
    open_note,
    read_note,
    read_signature,
    signed_note,
)
from trucewatch.log.spelling import number, unspelled, unspelled_hash

# The key pair and note that implementations of signed notes share as their first vector.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
PETER_LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
PETER_NOTE = f"{PETER_TEXT}\n{PETER_LINE}".encode()
# The examples of tlog-cosignature (which holds that of tlog-checkpoint) and signed-note.
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
).encode()
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
).encode()

LOG = SignerKey(name="log.example/truce", kind=KeyKind.ED25519, seed=b"\x01" * 32)
PARTY = SignerKey(name="party-a.example", kind=KeyKind.COSIGNATURE, seed=b"\x02" * 32)
HEAD = Checkpoint(origin=LOG.name, size=7, root=b"\x07" * 32)


def test_the_shared_vector_verifies_and_is_signed_again_byte_for_byte() -> None:
    key = verifier_key(PETER)
    assert open_note(PETER_NOTE, [key]).text == PETER_TEXT
    signer = signer_key(PETER_SECRET)
    assert (signer.verifier, signer.private_text, key.text) == (key, PETER_SECRET, PETER)
    assert signed_note(PETER_TEXT, [signer]).raw == PETER_NOTE


def test_the_published_checkpoint_is_read_to_the_byte() -> None:
    note = read_note(SOFA)
    checkpoint = read_checkpoint(note.text)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text == note.text
    assert note.raw == SOFA
    assert [s.name for s in note.signatures] == [checkpoint.origin, "witness.example.com/w1"]
    assert int.from_bytes(note.signatures[1].raw[:8], "big") == 1679315147  # the example's own time line


def test_a_text_may_hold_empty_lines_for_the_last_one_ends_it() -> None:
    note = read_note(POEM)
    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    assert note.raw == POEM


def test_a_cosignature_is_of_the_text_and_its_time() -> None:
    note = cosigned(signed_note(HEAD.text, [LOG]), PARTY, at=1679315147)
    party = note.signatures[1]
    message = f"cosignature/v1\ntime 1679315147\n{HEAD.text}".encode()
    assert PARTY.verifier.holds(message, party.raw[8:])
    opened = open_note(note.raw, [PARTY.verifier])
    assert [(s.key, s.at) for s in opened.signed] == [(PARTY.verifier, 1679315147)]
    later = Signature(
        name=party.name, key_id=party.key_id, raw=(1679315148).to_bytes(8, "big") + party.raw[8:]
    )
    with pytest.raises(IntegrityError, match=r"party-a\.example does not verify"):
        open_note(Note(text=note.text, signatures=(later,)).raw, [PARTY.verifier])


def test_unknown_keys_are_ignored_and_reported() -> None:
    note = cosigned(signed_note(HEAD.text, [LOG]), PARTY, at=1)
    opened = open_note(note.raw, [LOG.verifier])
    assert [s.key for s in opened.signed] == [LOG.verifier]
    assert [s.name for s in opened.unknown] == ["party-a.example"]
    with pytest.raises(
        IntegrityError, match=r"no known key .* signed by log\.example/truce, party-a\.example"
    ):
        open_note(note.raw, [verifier_key(PETER)])


def test_a_key_of_the_same_name_and_another_id_is_another_key() -> None:
    other = SignerKey(name=LOG.name, kind=KeyKind.ED25519, seed=b"\x03" * 32)
    note = signed_note(HEAD.text, [other, LOG])
    opened = open_note(note.raw, [LOG.verifier])
    assert len(opened.signed) == len(opened.unknown) == 1
    as_witness = VerifierKey(name=LOG.name, kind=KeyKind.COSIGNATURE, public=LOG.verifier.public)
    assert as_witness.key_id != LOG.verifier.key_id


def test_one_known_signature_that_does_not_verify_refuses_the_whole_note() -> None:
    good, bad = signed_note(HEAD.text, [LOG]), cosigned(signed_note("other\n", []), PARTY, at=5)
    note = Note(text=HEAD.text, signatures=(*good.signatures, *bad.signatures))
    assert open_note(note.raw, [LOG.verifier]).signed
    with pytest.raises(IntegrityError, match="does not verify"):
        open_note(note.raw, [LOG.verifier, PARTY.verifier])


def test_a_cosignature_key_does_not_sign_bare_and_a_logs_key_does_not_cosign() -> None:
    with pytest.raises(InputError, match="use cosigned"):
        signed_note(HEAD.text, [PARTY])
    for signer, at in ((LOG, 1), (PARTY, 0), (PARTY, 1 << 63)):
        with pytest.raises(InputError, match="cannot cosign"):
            cosigned(signed_note(HEAD.text, [LOG]), signer, at=at)


@pytest.mark.parametrize("keys", [[verifier_key(PETER)], [LOG.verifier, PARTY.verifier]])
def test_any_flipped_bit_of_a_note_is_refused(keys: list[VerifierKey]) -> None:
    whole = PETER_NOTE if len(keys) == 1 else cosigned(signed_note(HEAD.text, [LOG]), PARTY, at=9).raw
    before = open_note(whole, keys)
    for place in range(len(whole) * 8):
        raw = bytearray(whole)
        raw[place // 8] ^= 1 << place % 8
        try:
            after = open_note(bytes(raw), keys)
        except TrucewatchError:
            continue
        # A name or an id that is another makes its line an unknown key's: it no longer counts.
        assert len(after.signed) < len(before.signed)
        assert after.text == before.text


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"\n", b"\n\n", b"text\n", PETER_TEXT.encode(), PETER_LINE.encode()),
        PETER_NOTE[:-1],
        PETER_NOTE + b"\n",
        PETER_NOTE + b"more\n",
        PETER_NOTE.replace(b"\n\n", b"\n"),
        PETER_NOTE.replace(b"problem,\n", b"problem,\r\n"),
        PETER_NOTE.replace(b"problem,", b"problem,\t"),
        PETER_NOTE.replace(b"problem,", b"problem,\xff"),
        PETER_NOTE.replace("— ".encode(), b"- "),
        PETER_NOTE.replace("— ".encode(), "—".encode()),
        PETER_NOTE.replace(b"PeterNeumann x", b"PeterNeumann  x"),
        PETER_NOTE.replace(b"PeterNeumann x", b"Peter+Neumann x"),
        PETER_NOTE.replace(b"PeterNeumann x", "Peter\u2003Neumann x".encode()),
        PETER_NOTE.replace(b"PeterNeumann x", b" x"),
        PETER_NOTE.replace(b"PeterNeumann ", b"PeterNeumann"),
        PETER_NOTE.replace(b"nAM=\n", b"nAM\n"),
        PETER_NOTE.replace(b"nAM=\n", b"nAN=\n"),
        PETER_NOTE.replace(b"nAM=\n", b"nAM==\n"),
        PETER_NOTE.replace(b"nAM=\n", b"nAM= \n"),
        PETER_NOTE.replace(b"x08go/Z", b"x08go_Z"),
        f"{PETER_TEXT}\n— PeterNeumann x08gow==\n".encode(),
        f"{PETER_TEXT}\n{PETER_LINE * (MOST_SIGNATURES + 1)}".encode(),
    ],
)
def test_what_is_not_a_note_to_the_byte_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError):
        open_note(raw, [verifier_key(PETER)])


def test_a_note_with_a_hundred_signatures_is_read() -> None:
    assert len(read_note(f"{PETER_TEXT}\n{PETER_LINE * MOST_SIGNATURES}".encode()).signatures) == 100


def test_every_part_of_a_written_key_is_needed() -> None:
    for start in range(len(PETER) + 1):
        for end in range(start, len(PETER) + 1):
            if (start, end) != (0, len(PETER)):
                with pytest.raises(InputError):
                    verifier_key(PETER[start:end])
    for place, sign in enumerate(PETER):
        with pytest.raises(InputError):
            verifier_key(PETER[:place] + chr(ord(sign) + 1) + PETER[place + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        PETER.replace("c74f20a3", "C74F20A3"),
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+",
    ],
)
def test_a_key_of_an_unknown_kind_or_another_length_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        verifier_key(text)


@pytest.mark.parametrize(
    "text", [PETER, PETER_SECRET[:-4], PETER_SECRET.replace("c74f", "c74e"), "PRIVATE+KEY+x", ""]
)
def test_a_broken_signer_key_is_refused_and_never_quoted(text: str) -> None:
    with pytest.raises(InputError) as met:
        signer_key(text)
    assert "AYEKFALV" not in str(met.value)
    assert met.value.__context__ is None or met.value.__suppress_context__


def test_a_signer_shows_no_seed() -> None:
    assert "seed" not in repr(LOG)
    assert repr(b"\x01" * 4)[2:-1] not in repr(LOG)


names = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="+"), min_size=1
)


@given(names, st.sampled_from(KeyKind), st.binary(min_size=32, max_size=32))
def test_a_key_written_and_read_is_the_same_key(name: str, kind: KeyKind, seed: bytes) -> None:
    signer = SignerKey(name=name, kind=kind, seed=seed)
    assert signer_key(signer.private_text) == signer
    assert verifier_key(signer.verifier.text) == signer.verifier
    assert read_signature(f"— {name} AAAAAAA=").name == name


@given(st.integers(0, (1 << 63) - 1), st.binary(min_size=32, max_size=32), st.lists(names, max_size=3))
def test_a_checkpoint_written_and_read_is_the_same(size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint(origin="a log", size=size, root=root, extensions=tuple(extensions))
    assert read_checkpoint(checkpoint.text) == checkpoint


@pytest.mark.parametrize(
    "change",
    [
        ("\n7\n", "\n07\n"),
        ("\n7\n", "\n-7\n"),
        ("\n7\n", "\n+7\n"),
        ("\n7\n", "\n٧\n"),
        ("\n7\n", "\n9223372036854775808\n"),
        ("\n7\n", "\n\n"),
        ("log.example/truce\n", "\n"),
        ("BwcHBwcHBwc", "BwcHBwc"),
        ("Bwc=\n", "Bwd=\n"),
        ("Bwc=\n", "Bwc=\n\n"),
        ("Bwc=\n", "Bwc="),
        ("Bwc=\n", "Bwc=\n\nextension\n"),
        ("7\n", ""),
    ],
)
def test_a_checkpoint_spelled_in_another_way_is_refused(change: tuple[str, str]) -> None:
    text = HEAD.text.replace(*change)
    assert text != HEAD.text
    with pytest.raises(InputError):
        read_checkpoint(text)


@pytest.mark.parametrize(
    "parts",
    [
        {"origin": ""},
        {"origin": "two\nlines"},
        {"extensions": ("",)},
        {"size": -1},
        {"size": 1 << 63},
        {"root": b"short"},
    ],
)
def test_a_checkpoint_that_could_not_be_written_cannot_be_made(parts: dict) -> None:
    with pytest.raises(InputError):
        Checkpoint(**({"origin": "log", "size": 1, "root": bytes(32)} | parts))


@pytest.mark.parametrize("text", ["AA", "AB==", "AA= =", "AA==\n", "é", "A-_=", "="])
def test_bytes_have_one_base64(text: str) -> None:
    with pytest.raises(InputError):
        unspelled(text)
    with pytest.raises(InputError):
        unspelled_hash("AA==")


@pytest.mark.parametrize("text", ["", "01", "1.0", " 1", "1\n", "1_0", "9" * 30, "٣"])
def test_a_number_has_one_spelling(text: str) -> None:
    with pytest.raises(InputError):
        number(text)
