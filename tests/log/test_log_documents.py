"""The examples that the C2SP documents print, each read and written again to the byte.

Those of signed-note, tlog-checkpoint and tlog-cosignature (as printed with its checkpoint) are in `test_log_note`, of tlog-tiles
in `test_log_tile`, of tlog-policy, whose keys are left out, in `test_log_policy`.
"""

from trucewatch.log.checkpoint import read_checkpoint
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.note import cosigned, read_note, read_signature
from trucewatch.log.proof_file import read_proof_file
from trucewatch.log.spelling import unspelled_hash
from trucewatch.log.witness import read_request

# tlog-witness, "Example request body", "Example response body".
REQUEST = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""
RESPONSE = """\
— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==
— witness.example/w1 I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt64vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/lCAsmlw==
— witness.example/w2 AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/kWl7oJlqU3rXXvpysAdyP3wQ==
"""
# tlog-cosignature, "Ed25519 signed message".
MESSAGE = """\
cosignature/v1
time 1679315147
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""
# tlog-proof, the example of its introduction, whose signatures are printed in part.
PROOF = """\
c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog hI2DJw[...]1roloI=
— witness1.example mJirIklj[...]qY9v2B/5bg==
— witness2.example TnKKVHLX[...]xwYwrSjgow==
— witness3.example S4X82uH5[...]3oEcROGLFQ==
"""


def test_the_request_of_tlog_witness_is_read_and_written_again() -> None:
    request = read_request(REQUEST.encode())
    assert request.raw == REQUEST.encode()
    assert (request.old, len(request.path)) == (20852014, 4)
    note = read_note(request.checkpoint)
    assert (read_checkpoint(note.text).size, len(note.signatures)) == (20852163, 2)
    assert note.raw == request.checkpoint


def test_the_response_of_tlog_witness_is_lines_of_a_note_over_its_checkpoint() -> None:
    request = read_request(REQUEST.encode())
    note = read_note(request.checkpoint + RESPONSE.encode())
    assert note.raw == request.checkpoint + RESPONSE.encode()
    cosignatures = [read_signature(line) for line in RESPONSE.splitlines()]
    assert list(note.signatures[2:]) == cosignatures
    assert [(len(one.raw), one.key_id.hex()) for one in cosignatures] == [
        (8 + 64, "08ca7ee8"),
        (8 + 64, "23bac4a6"),
        (8 + 64, "016ba2f1"),
    ]


def test_what_a_cosigner_signs_is_the_message_of_tlog_cosignature() -> None:
    cosigner = SignerKey(name="witness.example.com/w1", kind=KeyKind.COSIGNATURE, seed=b"\x05" * 32)
    note = read_note(read_request(REQUEST.encode()).checkpoint)
    made = cosigned(note, cosigner, at=1679315147).signatures[-1]
    assert made.raw[:8] == (1679315147).to_bytes(8, "big")
    assert cosigner.verifier.holds(MESSAGE.encode(), made.raw[8:])


def test_the_proof_of_tlog_proof_is_read_and_written_again() -> None:
    proof = read_proof_file(PROOF.encode())
    assert proof.raw == PROOF.encode()
    assert (proof.index, len(proof.path)) == (73894, 5)
    assert proof.path[0] == unspelled_hash("gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=")
    assert proof.extra is not None
    assert proof.extra.startswith(b"age-v1.2.1-darwin-arm64.tar.gz")
    text = proof.checkpoint.decode().partition("\n\n")[0] + "\n"
    checkpoint = read_checkpoint(text)
    assert (checkpoint.origin, checkpoint.size, checkpoint.text) == ("example.com/fancylog", 109482, text)
