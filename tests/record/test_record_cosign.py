"""Cosigners: each signs only what follows from what it saw, and keeps what does not."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from golden_record import COSIGNERS, MADE, key_of

from trucewatch.cli.main import program
from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.note import cosignature, read_note
from trucewatch.log.policy import Policy, trusted
from trucewatch.log.witness import Status
from trucewatch.mission.cosigning import Cosigner, Replied, cosign, shown_by
from trucewatch.mission.folder import Folder
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.policy import accept, checkpoint_of, policy_of
from trucewatch.mission.publishing import publish

LATER = MADE + timedelta(hours=6)


def published(folder: Folder, hours: int) -> Path:
    assert publish(folder, at=MADE + timedelta(hours=hours))
    return folder.path


def noted(folder: Folder, words: str, at: datetime = LATER) -> None:
    entry = Entry(kind=Kind.TORN, author="trucewatch", body={"bytes": 1, "sha256": words})
    replace(folder.journal, admits=None).append([entry], at=at)


@pytest.fixture
def ours(tmp_path: Path) -> Cosigner:
    return Cosigner(state=tmp_path / "state-a", signer=COSIGNERS["A"])


@pytest.fixture
def theirs(tmp_path: Path) -> Cosigner:
    return Cosigner(state=tmp_path / "state-b", signer=COSIGNERS["B"])


def shown(own: Cosigner, path: Path, at: datetime = LATER) -> Replied:
    return cosign(own, shown_by(path), at=at)


def forked(folder: Folder, to: Path) -> Folder:
    """Return a second history of the mission, from before `LATER` on, made with the log's own key."""
    return replace(folder, path=Path(shutil.copytree(folder.path, to)))


def test_a_cosigner_signs_what_follows_from_what_it_saw(mission: Folder, ours: Cosigner) -> None:
    first = shown(ours, mission.path)
    assert (first.cosigned, first.before, first.new.size) == (True, None, 1024)
    assert first.learnt == mission.journal.key
    second = shown(ours, published(mission, 5))
    assert second.cosigned
    assert second.before is not None
    assert (second.before.size, second.new.size, second.learnt) == (1024, 1280, None)
    assert shown(ours, mission.path).cosigned


def test_both_cosignatures_accepted_are_a_quorum(
    mission: Folder, ours: Cosigner, theirs: Cosigner, policy: Policy
) -> None:
    stands = checkpoint_of(mission, at=LATER)
    assert stands is not None
    assert (stands.size, stands.quorum, stands.cosigned) == (1024, False, ())
    for n, own in enumerate((ours, theirs)):
        assert accept(mission, shown(own, mission.path).answer.body) == (("AB"[n], 1024),)
    stands = checkpoint_of(mission, at=LATER)
    assert stands is not None
    assert [name for name, _ in stands.cosigned] == ["A", "B"]
    assert (stands.quorum, stands.age, stands.late) == (True, timedelta(hours=2), True)
    raw = (mission.path / "record" / "published" / "checkpoint").read_bytes()
    assert trusted(raw, policy).checkpoint.size == 1024
    assert accept(mission, shown(ours, mission.path).answer.body) == (("A", 1024),)
    assert (mission.path / "record" / "published" / "checkpoint").read_bytes() == raw


def test_two_histories_shown_to_two_cosigners_get_no_quorum_and_both_are_named(
    mission: Folder, tmp_path: Path, ours: Cosigner, theirs: Cosigner, policy: Policy
) -> None:
    other = forked(mission, tmp_path / "other")
    noted(mission, "as it was")
    noted(other, "as it was not")
    assert shown(ours, published(mission, 6)).cosigned
    assert shown(theirs, published(other, 6)).cosigned
    for own, path in ((ours, other.path), (theirs, mission.path)):
        reply = shown(own, path)
        assert (reply.cosigned, reply.answer.status) == (False, Status.CONFLICT)
        roots = [
            read_note((at / "record/published/checkpoint").read_bytes()).text.split("\n")[2]
            for at in (mission.path, other.path)
        ]
        assert all(root in reply.answer.why for root in roots)
        assert "two histories" in reply.answer.why
        assert reply.evidence is not None
        assert {path.name for path in reply.evidence.iterdir()} == {"seen", "shown", "request", "why"}
        assert (
            read_note((reply.evidence / "shown").read_bytes()).text
            != read_note((reply.evidence / "seen").read_bytes()).text
        )
    with pytest.raises(IntegrityError, match=r"of no checkpoint that was published here"):
        accept(mission, shown(theirs, other.path).answer.body)
    accept(mission, shown(ours, mission.path).answer.body)
    with pytest.raises(IntegrityError, match=r"no quorum 'quorum-of-all', cosigned by a\.example"):
        trusted((mission.path / "record/published/checkpoint").read_bytes(), policy)


def test_a_fork_that_grew_is_refused_with_the_proof_that_failed(
    mission: Folder, tmp_path: Path, ours: Cosigner
) -> None:
    other = forked(mission, tmp_path / "other")
    noted(mission, "as it was")
    noted(other, "as it was not")
    assert shown(ours, published(mission, 6)).cosigned
    reply = shown(ours, published(other, 7))
    assert (reply.cosigned, reply.answer.status) == (False, Status.INCONSISTENT)
    assert re.search(
        r"does not begin with the tree of 1536: .* at 1536 with root .* at 1792 with root", reply.answer.why
    )
    assert reply.evidence is not None
    assert (reply.evidence / "request").read_bytes().startswith(b"old 1536\n")


def test_a_log_that_was_set_back_is_refused_and_its_checkpoint_kept(
    mission: Folder, tmp_path: Path, ours: Cosigner
) -> None:
    before = shutil.copytree(mission.path, tmp_path / "before")
    assert shown(ours, published(mission, 6)).cosigned
    reply = shown(ours, before)
    assert not reply.cosigned
    assert re.search(
        r"at 1536 with root .* was seen, and .* at 1024 with root .*: the log was set back", reply.answer.why
    )
    assert reply.evidence is not None
    assert shown(ours, mission.path).cosigned


def test_a_checkpoint_alone_is_enough_the_first_time_and_needs_its_proof_later(
    mission: Folder, tmp_path: Path, ours: Cosigner
) -> None:
    note = tmp_path / "note"
    note.write_bytes((mission.path / "record/published/checkpoint").read_bytes())
    with pytest.raises(RefusedError, match="give its key with --log FILE"):
        shown(ours, note)
    assert cosign(ours, shown_by(note), at=LATER, log=mission.journal.key).cosigned
    published(mission, 5)
    note.write_bytes((mission.path / "record/published/checkpoint").read_bytes())
    with pytest.raises(RefusedError, match=r"record checkpoint --since 1024 -o FILE"):
        shown(ours, note)


def test_another_key_for_a_log_that_is_known_is_refused(mission: Folder, ours: Cosigner) -> None:
    assert shown(ours, mission.path).cosigned
    other = replace(mission.journal.key, public=key_of(3).verifier.public)
    with pytest.raises(IntegrityError, match="ask why it changed"):
        cosign(ours, shown_by(mission.path), at=LATER, log=other)


def test_what_a_cosigner_remembers_is_its_own_or_is_not_used(
    mission: Folder, ours: Cosigner, theirs: Cosigner
) -> None:
    assert shown(ours, mission.path).cosigned
    with pytest.raises(IntegrityError, match="what was seen last is not as it was kept"):
        shown(replace(theirs, state=ours.state), mission.path)
    seen = next(ours.state.rglob("seen"))
    seen.write_bytes(seen.read_bytes().replace(b"1024", b"0512", 1))
    with pytest.raises(IntegrityError, match="what was seen last is not as it was kept"):
        shown(ours, mission.path)


def test_a_cosignature_of_nobody_whom_the_mission_knows_is_not_accepted(mission: Folder) -> None:
    stranger = replace(COSIGNERS["A"], name="stranger.example", seed=b"\x63" * 32)
    text = read_note((mission.path / "record/published/checkpoint").read_bytes()).text
    line = cosignature(text, stranger, at=1_800_000_000).line.encode()
    with pytest.raises(RefusedError, match=r"stranger\.example is no cosigner of this mission"):
        accept(mission, line)
    with pytest.raises(InputError, match="is not a signature line"):
        accept(mission, b"something\n")


def test_the_policy_is_the_one_that_was_recorded(mission: Folder, policy: Policy) -> None:
    (mission.path / "trucewatch.toml").write_text("name = 'other'\n", "utf-8")
    assert policy_of(mission) == policy


@pytest.fixture
def run(mission: Folder, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    monkeypatch.setenv("TRUCEWATCH_MISSION", str(mission.path))

    def call(*words: str) -> tuple[int, str]:
        ended = CliRunner().invoke(program, ["record", *words])
        return ended.exit_code, ended.output + str(ended.exception or "")

    return call


def test_the_verbs_pass_a_checkpoint_to_a_cosigner_and_its_cosignature_back(
    run: Callable[..., tuple[int, str]], mission: Folder, tmp_path: Path
) -> None:
    key, state, line = (str(tmp_path / name) for name in ("own.key", "state", "line"))
    code, output = run("cosigner", "party-a.example", "--key", key)
    assert (code, "party-a.example+" in output) == (0, True)
    assert (tmp_path / "own.key").stat().st_mode & 0o777 == 0o600
    assert "is there already" in run("cosigner", "party-a.example", "--key", key)[1]
    code, output = run("cosign", str(mission.path), "--key", key, "--state", state, "-o", line)
    assert (code, "its key, to be compared by another way" in output) == (0, True)
    assert "no cosigner of this mission" in run("accept", line)[1]
    (tmp_path / "a.key").write_text(f"{COSIGNERS['A'].private_text}\n", "utf-8")
    (tmp_path / "a.key").chmod(0o600)
    words = ("--key", str(tmp_path / "a.key"), "--state", str(tmp_path / "a"))
    published(mission, 5)
    assert run("cosign", str(mission.path), *words, "-o", line)[0] == 0
    assert "A cosigned the checkpoint at 1,280" in run("accept", line)[1]
    assert run("policy")[1].startswith("log golden-record-1.")
    _with_log_key(mission)
    request = str(tmp_path / "request")
    at = ("--at", (MADE + timedelta(hours=6)).isoformat())
    assert "published: 1,536 leaves" in run("checkpoint", "--since", "1280", "-o", request, *at)[1]
    code, output = run("cosign", request, *words)
    assert (code, "which follows from 1,280" in output) == (0, True)
    assert "the last that left: 1,536 leaves" in run("checkpoint", *at)[1]


def _with_log_key(mission: Folder) -> None:
    signer = mission.signer
    assert signer
    path = Path(os.environ["TRUCEWATCH_KEYS"]) / f"{signer.name}.key"
    path.write_text(f"{signer.private_text}\n", "utf-8")
    path.chmod(0o600)


def test_a_refusal_ends_with_its_own_code_and_says_where_the_evidence_is(
    run: Callable[..., tuple[int, str]], mission: Folder, tmp_path: Path
) -> None:
    before = shutil.copytree(mission.path, tmp_path / "before")
    (tmp_path / "a.key").write_text(f"{COSIGNERS['A'].private_text}\n", "utf-8")
    (tmp_path / "a.key").chmod(0o600)
    words = ("--key", str(tmp_path / "a.key"), "--state", str(tmp_path / "a"))
    published(mission, 6)
    assert run("cosign", str(mission.path), *words)[0] == 0
    code, output = run("cosign", str(before), *words)
    assert code == 4
    assert re.search(
        r"refused golden-record-1\S+ at 1,024: .*\n  the evidence is kept in .*/refused/", output
    )
