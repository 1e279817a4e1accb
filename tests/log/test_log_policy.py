"""Policies, proofs in one file, and witnesses: who must have signed, and what they refuse to sign."""

from dataclasses import replace

import pytest

from trucewatch.errors import InputError, IntegrityError, TrucewatchError
from trucewatch.log.checkpoint import Checkpoint
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.note import cosigned, open_note, signed_note
from trucewatch.log.policy import read_policy, trusted
from trucewatch.log.proof import consistency, inclusion
from trucewatch.log.proof_file import ProofFile, check_proof_file, read_proof_file
from trucewatch.log.spelling import spelled
from trucewatch.log.tree import leaf_hash, root_of
from trucewatch.log.witness import MOST_LINES, Request, Status, read_request, witness

LOG = SignerKey(name="log.example/truce", kind=KeyKind.ED25519, seed=b"\x01" * 32)
OTHER_LOG = SignerKey(name="log.example/other", kind=KeyKind.ED25519, seed=b"\x0f" * 32)
SIGNERS = {
    name: SignerKey(name=f"{name.lower()}.example", kind=KeyKind.COSIGNATURE, seed=bytes([n]) * 32)
    for n, name in enumerate(("X1", "X2", "X3", "Y1", "Y2", "Y3"), 2)
}
WITNESSES = "".join(f"witness {name} {key.verifier.text}\n" for name, key in SIGNERS.items())
# The example of tlog-policy, with keys.
TWO_LEVELS = f"""log {LOG.verifier.text}

{WITNESSES}
group X-witnesses 2 X1 X2 X3
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""
ENTRIES = [b"entry %d" % n for n in range(13)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def perfect(height: int, number: int) -> bytes:
    return root_of(LEAVES[number << height : (number + 1) << height])


def head(size: int, origin: str = LOG.name) -> Checkpoint:
    return Checkpoint(origin=origin, size=size, root=root_of(LEAVES[:size]))


def signed(checkpoint: Checkpoint, *cosigners: str, log: SignerKey = LOG) -> bytes:
    note = signed_note(checkpoint.text, [log])
    for name in cosigners:
        note = cosigned(note, SIGNERS[name], at=1_700_000_000)
    return note.raw


@pytest.mark.parametrize(
    ("cosigners", "good"),
    [
        ("X1 X2 Y1", True),
        ("X1 X2 X3 Y1 Y2 Y3", True),
        ("X2 X3 Y3", True),
        ("X1 X2", False),
        ("X1 Y1", False),
        ("X1 Y1 Y2 Y3", False),
        ("Y1 Y2 Y3", False),
        ("X1 X1 Y1", False),
        ("", False),
    ],
)
def test_the_published_example_takes_two_of_one_group_and_one_of_the_other(
    cosigners: str, good: bool
) -> None:
    policy = read_policy(TWO_LEVELS.encode())
    raw = signed(head(5), *cosigners.split())
    if good:
        found = trusted(raw, policy)
        assert found.checkpoint == head(5)
        assert [s.key.name for s in found.cosigned] == [
            f"{name.lower()}.example" for name in cosigners.split()
        ]
        assert {s.at for s in found.cosigned} == {1_700_000_000}
    else:
        with pytest.raises(IntegrityError, match="no quorum 'X-and-Y', cosigned by"):
            trusted(raw, policy)


@pytest.mark.parametrize(("quorum", "cosigners"), [("none", ""), ("X1", "X1"), ("X1", "X1 Y1")])
def test_a_quorum_may_be_nobody_or_one_witness(quorum: str, cosigners: str) -> None:
    policy = read_policy(f"log {LOG.verifier.text}\n{WITNESSES}quorum {quorum}\n".encode())
    assert trusted(signed(head(5), *cosigners.split()), policy).log == LOG.verifier


def test_no_cosigner_stands_in_for_the_log() -> None:
    policy = read_policy(f"log {OTHER_LOG.verifier.text}\n{WITNESSES}quorum X1\n".encode())
    with pytest.raises(IntegrityError, match="no known log signed"):
        trusted(signed(head(5), "X1"), policy)


def test_a_log_signs_under_its_own_name_only() -> None:
    policy = read_policy(f"log {OTHER_LOG.verifier.text}\nlog {LOG.verifier.text}\nquorum none\n".encode())
    with pytest.raises(IntegrityError, match=r"under its origin log\.example/truce"):
        trusted(signed(head(5), log=OTHER_LOG), policy)


def test_a_policy_without_a_log_trusts_nothing() -> None:
    policy = read_policy(f"{WITNESSES}quorum X1\n".encode())
    with pytest.raises(InputError, match="add a line: log VKEY"):
        trusted(signed(head(5), "X1"), policy)


@pytest.mark.parametrize(
    "text",
    [
        "# all of this is allowed\n\t \n  # so is this\nquorum none\n",
        f"\t log\t {LOG.verifier.text}  https://log.example/ \t\nquorum   none\t\n",
        "# é is fine in a comment\nquorum none\n",
    ],
)
def test_spaces_comments_and_addresses_are_allowed(text: str) -> None:
    assert read_policy(text.encode()).quorum == "none"


def test_names_are_octets() -> None:
    text = f"witness K {SIGNERS['X1'].verifier.text}\nwitness \u212a {SIGNERS['X2'].verifier.text}\n"
    raw = text.encode() + b"witness \xff\xfe " + SIGNERS["X3"].verifier.text.encode() + b"\n"
    policy = read_policy(raw + b"group all all K \xff\xfe\nquorum all\n")
    assert len(policy.witnesses) == 3
    assert policy.met_by([SIGNERS["X1"].verifier, SIGNERS["X3"].verifier])
    assert not policy.met_by([SIGNERS["X1"].verifier, SIGNERS["X2"].verifier])


def test_thirty_two_of_each_are_understood() -> None:
    keys = [
        SignerKey(name=f"w{n}", kind=KeyKind.COSIGNATURE, seed=bytes([n]) * 32).verifier for n in range(32)
    ]
    lines = [f"witness w{n} {key.text}" for n, key in enumerate(keys)] + ["group g0 any w0"]
    lines += [f"group g{n} all g{n - 1} w{n}" for n in range(1, 32)] + ["quorum g31"]
    policy = read_policy("\n".join([*lines, ""]).encode())
    assert policy.met_by(keys)
    assert not policy.met_by(keys[1:])


def test_a_policy_too_deep_to_follow_is_refused() -> None:
    lines = [f"witness w {SIGNERS['X1'].verifier.text}", "group g0 any w"]
    lines += [f"group g{n} all g{n - 1}" for n in range(1, 300)]
    with pytest.raises(InputError, match="at most 256"):
        read_policy("\n".join([*lines, "quorum g299", ""]).encode())


X1, LOG_KEY = f"witness X1 {SIGNERS['X1'].verifier.text}\n", f"log {LOG.verifier.text}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "cut off"),
        ("quorum none", "cut off"),
        (X1, "exactly one quorum"),
        ("quorum none\nquorum none\n", "line 2: a policy has exactly one quorum"),
        ("quorum X1\n" + X1, "line 1: 'X1' is no witness or group of a line above"),
        ("quorum\n", "exactly one"),
        ("quorum none none\n", "exactly one"),
        (X1 + X1.replace("X1", "X2") + "quorum none\n", "line 2: the key of x1.example is in the policy"),
        (X1 + X1.replace(SIGNERS["X1"].verifier.text, SIGNERS["X2"].verifier.text), "'X1' is taken"),
        (X1.replace("X1", "none") + "quorum none\n", "'none' is taken"),
        (LOG_KEY + LOG_KEY + "quorum none\n", "line 2: the key of log.example/truce is in the policy"),
        (LOG_KEY.replace("log ", "log x ") + "quorum none\n", "line 1"),
        (LOG_KEY.replace("\n", " url more\n"), "write: log VKEY"),
        (f"log {SIGNERS['X1'].verifier.text}\n", "kind 4, and here one of kind 1"),
        (f"witness X1 {LOG.verifier.text}\n", "kind 1, and here one of kind 4"),
        ("witness X1\n", "write: witness NAME VKEY"),
        (X1 + "group g any\n", "write: group NAME"),
        (X1 + "group g 0 X1\n", "a number from 1 to 1"),
        (X1 + "group g 2 X1\n", "a number from 1 to 1"),
        (X1 + "group g 01 X1\n", "a number from 1 to 1"),
        (X1 + "group g most X1\n", "a number from 1 to 1"),
        (X1 + "group g any X1 X1\n", "may be one only once"),
        (X1 + "group g any X1\ngroup h any X1\n", "line 3: 'X1' is a member already"),
        (X1 + "group g any g\n", "no witness or group of a line above"),
        (X1 + "group g any none\n", "no witness or group of a line above"),
        (X1 + "group X1 any X1\n", "'X1' is taken"),
        ("wittness a b\n", "begins with log, witness, group or quorum, not 'wittness'"),
        ("quorum none\r\n", "no control characters"),
        ("quorum none \x7f\n", "no control characters"),
    ],
)
def test_a_policy_that_is_not_understood_is_refused_by_its_line(text: str, said: str) -> None:
    with pytest.raises(InputError) as met:
        read_policy(text.encode())
    assert said in str(met.value)


POLICY = read_policy(f"{LOG_KEY}{X1}quorum X1\n".encode())


def proof_of(index: int, extra: bytes | None = None) -> ProofFile:
    path = inclusion(index, len(LEAVES), perfect)
    return ProofFile(index=index, path=path, checkpoint=signed(head(len(LEAVES)), "X1"), extra=extra)


@pytest.mark.parametrize("extra", [None, b"", b"a salt"])
def test_one_file_proves_an_entry_and_no_other(extra: bytes | None) -> None:
    for index, entry in enumerate(ENTRIES):
        proof = proof_of(index, extra)
        assert read_proof_file(proof.raw) == proof
        assert check_proof_file(proof.raw, entry=entry, policy=POLICY).checkpoint == head(13)
        with pytest.raises(IntegrityError, match=f"path of leaf {index}"):
            check_proof_file(proof.raw, entry=entry + b"!", policy=POLICY)
        moved = replace(proof, index=(index + 1) % len(ENTRIES))
        with pytest.raises(IntegrityError):
            check_proof_file(moved.raw, entry=entry, policy=POLICY)


def test_any_flipped_bit_of_a_proof_is_refused() -> None:
    whole = proof_of(6).raw
    for place in range(len(whole) * 8):
        raw = bytearray(whole)
        raw[place // 8] ^= 1 << place % 8
        with pytest.raises(TrucewatchError):
            check_proof_file(bytes(raw), entry=ENTRIES[6], policy=POLICY)


def test_the_extra_bytes_of_a_proof_are_not_authenticated() -> None:
    proof = replace(proof_of(6, b"a salt"), extra=b"another")
    assert check_proof_file(proof.raw, entry=ENTRIES[6], policy=POLICY)


def test_a_proof_has_the_form_of_the_specification() -> None:
    proof = replace(proof_of(0, b"extra"), path=(b"\x01" * 32, b"\x02" * 32))
    assert proof.raw.decode().split("\n")[:8] == [
        "c2sp.org/tlog-proof@v1",
        "extra ZXh0cmE=",
        "index 0",
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=",
        "",
        "log.example/truce",
        "13",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1\n", b"@v2\n"),
        (b"index 6\n", b""),
        (b"index 6\n", b"index 06\n"),
        (b"index 6\n", b"extra AA==\nindex 6\n"),
        (b"index 6\n", b"index 6\nextra AA==\n"),
        (b"index 6\n", b"index 6 \n"),
        (b"index 6\n", b"index 6\nAA==\n"),
        (b"index 6\n", b"index \xff\n"),
        (b"\n\nlog.example", b"\nlog.example"),
        (b"\n\nlog.example", b"\n\n\nlog.example"),
    ],
)
def test_a_proof_spelled_in_another_way_is_refused(old: bytes, new: bytes) -> None:
    whole = proof_of(6, b"x").raw
    assert old in whole
    with pytest.raises(TrucewatchError):
        check_proof_file(whole.replace(old, new, 1), entry=ENTRIES[6], policy=POLICY)


# The request that tlog-witness prints, its checkpoint cut short.
EXAMPLE = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
"""


def test_the_published_request_is_read_to_the_byte() -> None:
    request = read_request(EXAMPLE.encode())
    assert (request.old, len(request.path)) == (20852014, 4)
    assert request.raw == EXAMPLE.encode()


def ask(old: int, new: int, *, leaves: list[bytes] = LEAVES, log: SignerKey = LOG) -> Request:
    def hashes(height: int, number: int) -> bytes:
        return root_of(leaves[number << height : (number + 1) << height])

    path = consistency(old, new, hashes) if 0 < old <= new else ()
    checkpoint = Checkpoint(origin=log.name, size=new, root=root_of(leaves[:new]))
    return Request(old=old, path=path, checkpoint=signed(checkpoint, log=log))


FORKED = [*LEAVES[:4], leaf_hash(b"another"), *LEAVES[5:]]
TOO_MUCH = Request(old=1, path=(bytes(32),) * (MOST_LINES + 1), checkpoint=b"")


@pytest.mark.parametrize(
    ("request_", "last", "status", "body", "evidence"),
    [
        (ask(0, 5), None, Status.COSIGNED, None, False),
        (ask(5, 9), head(5), Status.COSIGNED, None, False),
        (ask(5, 5), head(5), Status.COSIGNED, None, False),
        (ask(0, 5), head(0), Status.COSIGNED, None, False),
        (ask(3, 9), head(5), Status.CONFLICT, b"5\n", False),
        (ask(0, 9), head(5), Status.CONFLICT, b"5\n", False),
        (ask(3, 9), None, Status.CONFLICT, b"0\n", False),
        (ask(3, 4), head(5), Status.CONFLICT, b"5\n", True),
        (ask(5, 5, leaves=FORKED), head(5), Status.CONFLICT, b"5\n", True),
        (ask(5, 9, leaves=FORKED), head(5), Status.INCONSISTENT, b"", True),
        (replace(ask(5, 9), path=()), head(5), Status.INCONSISTENT, b"", True),
        (replace(ask(0, 5), path=(bytes(32),)), None, Status.INCONSISTENT, b"", True),
        (ask(9, 5), head(9), Status.MALFORMED, b"", False),
        (TOO_MUCH, None, Status.MALFORMED, b"", False),
        (replace(ask(0, 5), checkpoint=b"x"), None, Status.MALFORMED, b"", False),
        (ask(0, 5, log=OTHER_LOG), None, Status.UNKNOWN_LOG, b"", False),
        (
            ask(0, 5, log=replace(OTHER_LOG, name=LOG.name)),
            None,
            Status.UNSIGNED,
            b"",
            False,
        ),
    ],
)
def test_a_witness_cosigns_what_follows_and_says_why_not(
    request_: Request, last: Checkpoint | None, status: Status, body: bytes | None, evidence: bool
) -> None:
    signer = SIGNERS["X1"]
    answer = witness(request_.raw, logs=[LOG.verifier], last=last, signer=signer, at=1_700_000_001)
    assert answer.status is status
    assert (answer.evidence == request_.checkpoint) is evidence
    if body is not None:
        assert (answer.body, answer.seen) == (body, None)
        return
    assert answer.seen is not None
    opened = open_note(request_.checkpoint + answer.body, [LOG.verifier, signer.verifier])
    assert [(s.key, s.at) for s in opened.signed] == [
        (LOG.verifier, None),
        (signer.verifier, 1_700_000_001),
    ]
    assert trusted(request_.checkpoint + answer.body, POLICY).checkpoint == answer.seen


def test_two_histories_never_reach_a_quorum_and_the_refusal_names_both() -> None:
    both = read_policy(f"{LOG_KEY}{WITNESSES}group both all X1 Y1\nquorum both\n".encode())
    shown = {"X1": ask(5, 9), "Y1": ask(5, 9, leaves=FORKED)}
    seen = {"X1": head(5), "Y1": replace(head(5), root=root_of(FORKED[:5]))}
    lines = {}
    for name, request_ in shown.items():
        answer = witness(request_.raw, logs=[LOG.verifier], last=seen[name], signer=SIGNERS[name], at=9)
        assert answer.seen
        lines[name], seen[name] = answer.body, answer.seen
    for name, request_ in shown.items():
        with pytest.raises(IntegrityError, match="no quorum 'both'"):
            trusted(request_.checkpoint + lines[name], both)
    with pytest.raises(IntegrityError, match="does not verify"):
        trusted(shown["X1"].checkpoint + lines["X1"] + lines["Y1"], both)
    crossed = replace(shown["Y1"], old=9, path=())
    answer = witness(crossed.raw, logs=[LOG.verifier], last=seen["X1"], signer=SIGNERS["X1"], at=9)
    assert answer.status is Status.CONFLICT
    assert all(spelled(seen[name].root) in answer.why for name in ("X1", "Y1"))


def test_a_witness_is_asked_about_one_log_at_a_time() -> None:
    with pytest.raises(InputError, match=r"is of log\.example/other"):
        witness(
            ask(0, 5).raw,
            logs=[LOG.verifier],
            last=head(5, origin=OTHER_LOG.name),
            signer=SIGNERS["X1"],
            at=9,
        )
