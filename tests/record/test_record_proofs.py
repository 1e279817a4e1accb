"""Proofs in one file: what the record holds is proved to anyone, and nothing else is."""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from flips import flip
from golden_record import key_of

from trucewatch.cli.main import program
from trucewatch.errors import InputError, IntegrityError, RefusedError, TrucewatchError
from trucewatch.log.policy import Policy, read_policy
from trucewatch.log.proof_file import check_proof_file, read_proof_file
from trucewatch.mission.folder import Folder
from trucewatch.mission.intake import batches, rows_of
from trucewatch.mission.journal import Kind
from trucewatch.mission.keyring import keep
from trucewatch.mission.proving import check, check_receipt, named, prove
from trucewatch.mission.receipts import Standing, receipt_of
from trucewatch.model.tables import OBSERVATIONS

SEGMENT = "record/journal/0000000000.lines"
QUORATE = "group quorum-of-all all A B\nquorum quorum-of-all"


@pytest.fixture
def anyone(copied: Path) -> Policy:
    """The golden policy without its quorum: the last checkpoint there was not cosigned."""
    return read_policy((copied / "policy").read_bytes().replace(QUORATE.encode(), b"quorum none"))


def move(folder: Folder) -> str:
    return next(str(r.body["move_id"]) for r in folder.journal.replay() if r.kind is Kind.MOVE)


def test_a_record_is_proved_by_its_number_its_leaf_or_an_id_that_it_holds(
    mission: Folder, anyone: Policy
) -> None:
    records = tuple(mission.journal.replay())
    observed = rows_of(mission.vault, batches(records), OBSERVATIONS)["observation_id"][3]
    fact = next(r for r in records if r.kind is Kind.FACT)
    wanted = {
        "7": 7,
        "leaf:9": 9,
        str(fact.body["fact_id"]): fact.seq,
        move(mission): next(r.seq for r in records if r.kind is Kind.MOVE),
        observed: next(r.seq for r in records if r.kind is Kind.BATCH),
        batches(records)[0].evidence: next(r.seq for r in records if r.kind is Kind.BATCH),
        "sources.toml": next(r.seq for r in records if r.kind is Kind.SOURCE),
        "Analyst N.": next(r.seq for r in records if r.body.get("name") == "Analyst N."),
    }
    for word, seq in wanted.items():
        found = check(prove(mission, word).raw, anyone)
        assert (found.record.seq, found.authenticated) == (seq, True), word
        assert found.record == records[seq]


def test_a_proof_is_a_plain_c2sp_one_of_the_digest_of_its_extra_bytes(
    mission: Folder, anyone: Policy
) -> None:
    raw = prove(mission, "7").raw
    extra = read_proof_file(raw).extra
    assert extra is not None
    record = tuple(mission.journal.replay())[7]
    assert extra == record.salt + record.raw
    assert check_proof_file(raw, entry=sha256(extra).digest(), policy=anyone).checkpoint.size == 1024


def test_what_names_several_records_or_none_is_refused_with_their_numbers(mission: Folder) -> None:
    case = next(str(r.body["case_id"]) for r in mission.journal.replay() if r.kind is Kind.MOVE)
    with pytest.raises(
        InputError, match=r"5 records hold .*: give the number of one: \d+ \(move by Analyst N\.\)"
    ):
        named(mission, case)
    with pytest.raises(InputError, match="no record holds 'nothing'"):
        named(mission, "nothing")


def test_what_no_checkpoint_that_left_holds_is_not_proved_yet(mission: Folder) -> None:
    last = tuple(mission.journal.replay())[-1]
    with pytest.raises(
        RefusedError, match=r"is leaf 1025, and the last checkpoint that was published has 1024"
    ):
        prove(mission, str(last.seq))


def test_a_quorum_that_is_wanted_must_be_on_the_proof(mission: Folder, policy: Policy) -> None:
    raw = prove(mission, "7").raw
    with pytest.raises(IntegrityError, match="no quorum 'quorum-of-all', cosigned by nobody"):
        check(raw, policy)
    older = read_proof_file(raw)
    assert older.index == 7
    found = check(raw, None)
    assert (found.authenticated, found.record.seq) == (False, 7)


def refused(raw: bytes, anyone: Policy) -> bool:
    try:
        check(raw, anyone)
    except TrucewatchError:
        return True
    return False


def test_no_byte_of_a_proof_is_free(
    mission: Folder, anyone: Policy, tmp_path: Path, alone: ModuleType
) -> None:
    (tmp_path / "record").mkdir()
    path = tmp_path / "record" / "p.tlog"
    path.write_bytes(prove(mission, move(mission)).raw)
    theirs = alone.Policy((mission.path / "policy").read_bytes().replace(QUORATE.encode(), b"quorum none"))

    def blamed(_: Path) -> frozenset[str]:
        ours = refused(path.read_bytes(), anyone)
        assert (alone.check(path.read_bytes(), theirs) == 4) == ours
        return frozenset(["record/p.tlog"] if ours else [])

    raw = path.read_bytes()
    assert alone.check(raw, theirs) == 0
    free = [
        place for place in range(0, len(raw), 9) if not flip(tmp_path, path, place, place % 8, blamed).right
    ]
    assert free == []


def test_the_verifier_that_stands_alone_shows_the_same_record(
    mission: Folder, tmp_path: Path, alone: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    proved = prove(mission, "7")
    (tmp_path / "p.tlog").write_bytes(proved.raw)
    assert alone.main([str(tmp_path / "p.tlog")]) == 0
    assert (
        capsys.readouterr().out
        == f"{proved.record.raw.decode()}\nleaf 7 of {proved.checkpoint.origin} at 1024: self-consistent, not authenticated\n"
    )
    assert alone.main([str(tmp_path / "p.tlog"), "--policy", str(mission.path / "policy")]) == 4


def test_a_proof_has_no_more_hashes_than_its_tree_has_levels(mission: Folder, anyone: Policy) -> None:
    raw = prove(mission, "leaf:9").raw
    assert len(read_proof_file(raw).path) == 10
    assert check(raw, anyone).checkpoint.size == 1 << 10


def test_a_receipt_is_kept_by_a_proof_of_its_entry_and_by_no_other(mission: Folder, anyone: Policy) -> None:
    batch = batches(mission.journal.replay())[0]
    receipt = receipt_of(mission, batch.evidence)
    assert check_receipt(receipt, None, anyone)[1] is Standing.OPEN
    assert check_receipt(receipt, prove(mission, batch.evidence).raw, anyone)[1] is Standing.KEPT
    with pytest.raises(InputError, match="the proof is of entry 7"):
        check_receipt(receipt, prove(mission, "7").raw, anyone)


@pytest.fixture
def run(mission: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    monkeypatch.setenv("TRUCEWATCH_MISSION", str(mission.path))
    keep(tmp_path / "analyst.key", key_of(1), None)
    monkeypatch.setenv("TRUCEWATCH_KEY", str(tmp_path / "analyst.key"))

    def call(*words: str) -> tuple[int, str]:
        ended = CliRunner().invoke(program, ["record", *words])
        return ended.exit_code, ended.output + str(ended.exception or "")

    return call


def test_the_verbs_prove_and_check_offline(
    run: Callable[..., tuple[int, str]], mission: Folder, tmp_path: Path
) -> None:
    out = str(tmp_path / "p.tlog")
    assert re.search(
        r"wrote .*p\.tlog: record 7, .* in the checkpoint at 1024", run("prove", "7", "-o", out)[1]
    )
    code, output = run("check", out)
    assert (code, "self-consistent, not authenticated" in output) == (0, True)
    (tmp_path / "policy").write_bytes(
        (mission.path / "policy").read_bytes().replace(QUORATE.encode(), b"quorum none")
    )
    code, output = run("check", out, "--policy", str(tmp_path / "policy"), "--json")
    told = json.loads(output)
    assert (code, told["record"], told["authenticated"]) == (0, 7, True)
    (tmp_path / "r").write_bytes(receipt_of(mission, batches(mission.journal.replay())[0].evidence))
    run("prove", batches(mission.journal.replay())[0].evidence, "-o", str(tmp_path / "b.tlog"))
    words = ("check", str(tmp_path / "r"), "--policy", str(tmp_path / "policy"))
    assert "nothing was shown yet" in run(*words)[1]
    assert "the promise was kept" in run(*words, "--proof", str(tmp_path / "b.tlog"))[1]
    assert "give its key" in run("check", str(tmp_path / "r"))[1]
