"""A record verified: whatever is altered is named, and nothing that is healthy is blamed."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from flips import files_in, flip
from golden_record import COSIGNERS, MADE, PERSONS, key_of

from trucewatch.cli.main import program
from trucewatch.decide.decide import LEGAL
from trucewatch.errors import InputError
from trucewatch.log.note import Note, Signature, cosigned, read_note, signed_note
from trucewatch.log.policy import Policy, read_policy
from trucewatch.mission.authors import author
from trucewatch.mission.erasing import erase
from trucewatch.mission.folder import Folder
from trucewatch.mission.intake import batches
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.verify import Verified, verify
from trucewatch.mission.verify_checkpoints import Older
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.model.canonical import Json
from trucewatch.model.formats import from_parquet, to_parquet
from trucewatch.model.tables import OBSERVATIONS

Edit = Callable[[Path, Callable[[bytes], bytes]], None]
SEGMENT = "record/journal/0000000000.lines"
ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
LATER = MADE + timedelta(days=1)


def blamed(found: Verified) -> frozenset[str]:
    broken = (remark.where for remark in found.remarks if remark.gravity is Gravity.BROKEN)
    return frozenset(re.sub(r":\d+$", "", where) for where in broken)


def said(found: Verified) -> str:
    return "\n".join(remark.line for remark in found.remarks)


def alone_blames(alone: ModuleType, folder: Path) -> frozenset[str]:
    found = alone.Verifier(folder, alone.Policy((folder / "policy").read_bytes()))
    found.run([])
    return frozenset(re.sub(r":\d+$", "", where) for where, _ in found.faults)


def straight(folder: Folder, *entries: Entry, at: datetime = LATER) -> None:
    """Append past every check, as whoever has the log's key can."""
    replace(folder.journal, admits=None).append(entries, at=at)


def move(folder: Folder, person: int, **fields: Json) -> Entry:
    """Return a validly signed record of a move, legal or not."""
    who = author(folder.journal, by="", key=key_of(person))
    case = next(str(r.body["case_id"]) for r in folder.journal.replay() if r.kind is Kind.MOVE)
    body: dict[str, Json] = {
        "move_id": hashlib.sha256(repr(fields).encode()).hexdigest()[:32],
        "case_id": case,
        "kind": "find",
        "by": PERSONS[person],
        "role": "verifier",
        "at": "2027-03-01T12:00:00.000000Z",
        "words": "EXERCISE: once more",
        **fields,
    }
    return who.entry(Kind.MOVE, body)


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.glob("record-*") if path.is_dir()))
def test_the_golden_record_of_every_version_is_verified(name: str, alone: ModuleType) -> None:
    folder = GOLDEN / name
    found = verify(folder, policy=read_policy((folder / "policy").read_bytes()))
    assert (found.exit_code, said(found).count("broken")) == (0, 0)
    assert found.verdict.startswith("authenticated: the policy's quorum cosigned its first 768 leaves")
    assert alone_blames(alone, folder) == frozenset()


def test_without_a_policy_from_outside_nobody_is_authenticated(copied: Path) -> None:
    found = verify(copied)
    assert (found.exit_code, found.authenticated) == (0, None)
    assert found.verdict == "self-consistent, not authenticated: no policy from outside was given"


@pytest.fixture
def last(tmp_path: Path) -> Path:
    """A copy of the last golden record, of schema 3, whose words lie apart; the first one's bytes are flipped below."""
    return Path(shutil.copytree(GOLDEN / "record-3", tmp_path / "last"))


def test_a_flipped_byte_of_any_file_names_that_file_and_no_other(last: Path) -> None:
    policy = read_policy((last / "policy").read_bytes())

    def ours(folder: Path) -> frozenset[str]:
        return blamed(verify(folder, policy=policy))

    every = [flip(last, path, path.stat().st_size // 2, 1, ours) for path in files_in(last)]
    assert [one for one in every if not one.right] == []
    assert sum(one.name.startswith("vault/") for one in every) > 40


def test_the_verifier_that_stands_alone_names_the_same_files(last: Path, alone: ModuleType) -> None:
    def theirs(folder: Path) -> frozenset[str]:
        return alone_blames(alone, folder)

    every = [flip(last, path, path.stat().st_size // 2, 1, theirs) for path in files_in(last)]
    assert [one for one in every if not one.right] == []


def test_each_of_2_000_flipped_bytes_is_named_rightly() -> None:
    script = ROOT / "bench" / "record_flip.py"
    run = subprocess.run(
        [sys.executable, str(script), "2000", "--remembering"],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert "record verify: 2,000 flips, 0 not named rightly" in run.stdout, run.stdout + run.stderr
    assert "verify.py alone: 400 flips, 0 not named rightly" in run.stdout


def test_a_file_that_is_gone_is_named(copied: Path, policy: Policy, alone: ModuleType) -> None:
    loose = re.compile(r"published/|tile/(entries|0)/004\.p/1$|tile/1/000\.p/[123]$")
    for path in [p for p in files_in(copied) if not loose.search(p.as_posix())]:
        raw, name = path.read_bytes(), path.relative_to(copied).as_posix()
        path.unlink()
        assert blamed(verify(copied, policy=policy)) == {name}
        assert alone_blames(alone, copied) == {name}
        path.write_bytes(raw)


def without(number: int) -> Callable[[bytes], bytes]:
    def change(raw: bytes) -> bytes:
        lines = raw.splitlines(keepends=True)
        return b"".join(lines[: number - 1] + lines[number:])

    return change


def doubled(raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True)
    return b"".join([*lines[:20], lines[19], *lines[20:]])


def swapped(raw: bytes) -> bytes:
    lines = raw.splitlines(keepends=True)
    lines[30], lines[31] = lines[31], lines[30]
    return b"".join(lines)


@pytest.mark.parametrize(
    "change",
    [
        without(1),
        without(30),
        lambda raw: without(raw.count(b"\n"))(raw),
        doubled,
        swapped,
        lambda raw: raw[:-1],
        lambda raw: raw.replace(b'{"count":', b'{"count": ', 1),
        lambda raw: raw.replace(b'"padding"', b'"padding","why":"x"', 1),
        lambda raw: raw.replace(b"0 ", b"00 ", 1),
        lambda raw: b"",
    ],
)
def test_a_line_dropped_doubled_or_spelled_otherwise_is_found(
    change: Callable[[bytes], bytes], copied: Path, policy: Policy, alone: ModuleType, edited: Edit
) -> None:
    edited(copied / SEGMENT, change)
    assert blamed(verify(copied, policy=policy)) == {SEGMENT}
    assert alone_blames(alone, copied) == {SEGMENT}


def relined(change: Callable[[Signature], str]) -> Callable[[bytes], bytes]:
    def edit(raw: bytes) -> bytes:
        note = read_note(raw)
        last = change(note.signatures[-1])
        return Note(text=note.text, signatures=note.signatures[:-1]).raw + last.encode()

    return edit


STRANGER = replace(COSIGNERS["A"], name="stranger.example", seed=b"\x63" * 32)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("record/published/768", lambda raw: cosigned(read_note(raw), STRANGER, at=5).raw),
        ("record/checkpoint", lambda raw: cosigned(read_note(raw), COSIGNERS["A"], at=5).raw),
        ("record/published/768", relined(lambda one: one.line[:-2] + "\n")),
        ("record/published/768", relined(lambda one: one.line.replace("— ", "—  "))),
        ("record/published/768", relined(lambda one: one.line[:-1].rstrip("=") + "\n")),
        ("record/published/checkpoint", lambda raw: signed_note(read_note(raw).text, [key_of(3)]).raw),
        ("record/log.vkey", lambda raw: raw + b"\n"),
        ("record/log.vkey", lambda raw: key_of(3).verifier.text.encode() + b"\n"),
    ],
)
def test_a_line_of_an_unknown_key_or_of_another_spelling_is_refused(
    name: str, change: Callable[[bytes], bytes], copied: Path, policy: Policy, alone: ModuleType, edited: Edit
) -> None:
    edited(copied / name, change)
    assert blamed(verify(copied, policy=policy)) == {name}
    assert alone_blames(alone, copied) == {name}


def test_a_policy_whose_quorum_nobody_met_authenticates_nothing(copied: Path) -> None:
    text = (copied / "policy").read_text("utf-8")
    third = f"witness G {STRANGER.verifier.text}\ngroup quorum-of-all all A B G"
    wanting = read_policy(re.sub(r"group quorum-of-all all A B", third, text).encode())
    found = verify(copied, policy=wanting)
    assert (found.exit_code, found.authenticated) == (1, None)
    assert "no checkpoint here has the policy's quorum" in said(found)


def test_a_record_of_another_log_is_not_the_policys(copied: Path) -> None:
    text = (copied / "policy").read_text("utf-8")
    other = read_policy(re.sub(r"log \S+", f"log {key_of(3).verifier.text}", text).encode())
    found = verify(copied, policy=other)
    assert (found.exit_code, blamed(found)) == (4, {"record/log.vkey", "record/checkpoint"})


def test_a_record_that_was_set_back_does_not_follow_from_what_was_kept(
    mission: Folder, tmp_path: Path, policy: Policy, alone: ModuleType
) -> None:
    before = shutil.copytree(mission.path, tmp_path / "before")
    straight(mission, Entry(kind=Kind.TORN, author="trucewatch", body={"bytes": 1, "sha256": "x"}))
    kept = Older(name="kept", raw=(mission.path / "record" / "checkpoint").read_bytes())
    assert "follows from kept, at 1027" in said(verify(mission.path, policy=policy, older=[kept]))
    found = verify(before, policy=policy, older=[kept])
    assert (found.exit_code, blamed(found)) == (4, {"record/checkpoint"})
    assert "at 1027 with root" in said(found)
    assert "at 1026 with root" in said(found)
    assert "the record was set back" in said(found)
    standing = alone.Verifier(before, None)
    standing.run([("kept", kept.raw)])
    assert [where for where, _ in standing.faults] == ["record/checkpoint"]


def test_a_record_rewritten_with_the_logs_own_key_is_two_histories(
    copied: Path, tmp_path: Path, policy: Policy
) -> None:
    kept = Older(name="kept", raw=(copied / "record" / "published" / "256").read_bytes())
    lines = (copied / SEGMENT).read_bytes().splitlines(keepends=True)
    assert lines
    log = Folder(path=copied).journal.key
    text = read_note(kept.raw).text.split("\n")
    forged = "\n".join(
        [text[0], text[1], read_note((copied / "record/published/512").read_bytes()).text.split("\n")[2], ""]
    )
    signer = replace(key_of(0), name=log.name, seed=_log_seed())
    other = Older(name="forged", raw=signed_note(forged, [signer]).raw)
    found = verify(copied, policy=policy, older=[kept, other])
    assert (found.exit_code, blamed(found)) == (4, {"record/checkpoint"})
    assert "does not follow: two histories (forged)" in said(found)


def _log_seed() -> bytes:
    return hashlib.sha256(b"golden record 1" + hashlib.sha256(b"key").digest()).digest()


def test_what_is_no_checkpoint_of_this_log_is_not_held_against_it(copied: Path) -> None:
    with pytest.raises(InputError, match="kept: is no checkpoint of this log"):
        verify(copied, older=[Older(name="kept", raw=b"something\n")])


@pytest.mark.parametrize(
    "fields", [{"kind": "open"}, {"role": "party", "party": "A"}, {"kind": "determine", "role": "body"}]
)
def test_a_validly_signed_illegal_move_put_straight_into_the_log_is_named(
    fields: dict[str, Json], mission: Folder, policy: Policy, alone: ModuleType
) -> None:
    straight(mission, move(mission, 2, **fields))
    found = verify(mission.path, policy=policy)
    assert (found.exit_code, blamed(found)) == (4, {SEGMENT})
    assert re.search(r"lines:\d+: the move \w+ is not legal: ", said(found))
    assert alone_blames(alone, mission.path) == {SEGMENT}


def test_a_move_dated_before_one_that_its_case_had_is_named(
    mission: Folder, policy: Policy, alone: ModuleType
) -> None:
    straight(mission, move(mission, 2, at="2027-02-28T12:21:30.000000Z"))
    found = verify(mission.path, policy=policy)
    assert (found.exit_code, blamed(found)) == (4, {SEGMENT})
    assert "is dated before one that case" in said(found)
    assert alone_blames(alone, mission.path) == {SEGMENT}


def test_a_legal_move_put_straight_into_the_log_is_sound(mission: Folder, policy: Policy) -> None:
    straight(mission, move(mission, 5, kind="close", role="body"))
    assert verify(mission.path, policy=policy).exit_code == 0


def test_an_unsigned_record_under_a_persons_name_is_named(
    mission: Folder, policy: Policy, alone: ModuleType
) -> None:
    forged = move(mission, 5, kind="close", role="body")
    straight(mission, replace(forged, signed=None, author=f"{PERSONS[5]} (unsigned)"))
    found = verify(mission.path, policy=policy)
    assert (found.exit_code, blamed(found)) == (4, {SEGMENT})
    assert "not validly signed" in said(found)
    assert alone_blames(alone, mission.path) == {SEGMENT}


def test_a_signature_of_something_else_is_named(mission: Folder, policy: Policy, alone: ModuleType) -> None:
    signed = move(mission, 5, kind="close", role="body")
    straight(mission, replace(signed, body={**signed.body, "words": "EXERCISE: other words"}))
    found = verify(mission.path, policy=policy)
    assert (found.exit_code, blamed(found)) == (4, {SEGMENT})
    assert alone_blames(alone, mission.path) == {SEGMENT}


def test_a_batch_whose_rows_are_not_as_recorded_is_named(mission: Folder, policy: Policy) -> None:
    batch = batches(mission.journal.replay())[0]
    record = next(r for r in mission.journal.replay() if r.kind is Kind.BATCH)
    rows = from_parquet(OBSERVATIONS, mission.vault.get(batch.rows))
    few = mission.vault.put(to_parquet(OBSERVATIONS, rows.head(10)))
    junk = mission.vault.put(b"not a table")
    for number, name in enumerate((few, junk)):
        evidence = mission.vault.put(b"evidence %d" % number)
        body = {**record.body, "rows": name, "evidence": evidence}
        names = (evidence, name, batch.refusals)
        straight(mission, Entry(kind=Kind.BATCH, author=record.author, body=body, rests_on=names))
    found = verify(mission.path, policy=policy)
    assert (found.exit_code, blamed(found)) == (4, {SEGMENT})
    assert "and its file has 10" in said(found)
    assert "cannot be read: not a readable Parquet file" in said(found)


def test_rows_with_other_ids_than_their_contents_are_named(mission: Folder, policy: Policy) -> None:
    record = next(r for r in mission.journal.replay() if r.kind is Kind.BATCH)
    rows = from_parquet(OBSERVATIONS, mission.vault.get(str(record.body["rows"])))
    bare = rows.with_columns(text=None)
    name, evidence = mission.vault.put(to_parquet(OBSERVATIONS, bare)), mission.vault.put(b"evidence")
    body = {**record.body, "rows": name, "evidence": evidence, "words": None}
    straight(mission, Entry(kind=Kind.BATCH, author=record.author, body=body, rests_on=(evidence, name)))
    found = verify(mission.path, policy=policy)
    assert (found.exit_code, blamed(found)) == (4, {SEGMENT})
    assert f"{rows.height} rows of this batch have ids that are not their content's" in said(found)


def test_an_erased_item_leaves_the_record_clean_with_who_when_and_why(
    mission: Folder, policy: Policy
) -> None:
    evidence = batches(mission.journal.replay())[0].evidence
    erase(mission, [evidence], by="", why="It names a child", key=key_of(2), at=LATER)
    found = verify(mission.path, policy=policy)
    assert (found.exit_code, blamed(found)) == (0, frozenset())
    assert f"was erased by {PERSONS[2]} at 2027-03-01T12:00:00.000000Z: It names a child" in said(found)


def test_nothing_that_leaves_lets_a_guess_at_erased_words_be_confirmed(mission: Folder) -> None:
    batch = batches(mission.journal.replay())[0]
    guess = mission.vault.get(batch.evidence)
    erase(mission, [batch.evidence], by="", why="It names a child", key=key_of(2), at=LATER)
    everything = b"".join(path.read_bytes() for path in files_in(mission.path))
    plain = hashlib.sha256(guess)
    assert plain.hexdigest().encode() not in everything
    assert plain.digest() not in everything


def test_an_item_that_should_be_gone_and_is_here_is_told(mission: Folder, policy: Policy) -> None:
    evidence = batches(mission.journal.replay())[0].evidence
    raw = mission.vault.path(evidence).read_bytes()
    erase(mission, [evidence], by="", why="It names a child", key=key_of(2), at=LATER)
    mission.vault.path(evidence).write_bytes(raw)
    found = verify(mission.path, policy=policy)
    assert found.exit_code == 1
    assert "is here, and was to be erased by" in said(found)


def test_a_file_that_no_record_rests_on_is_listed_and_is_no_fault(mission: Folder, policy: Policy) -> None:
    name = mission.vault.put(b"left by an append that was refused")
    found = verify(mission.path, policy=policy)
    assert found.exit_code == 0
    assert f"note: vault/{name[:2]}/{name[2:]}: no record rests on it" in said(found)


@pytest.mark.parametrize("name", ["record/notes.txt", "record/tile/9/000", "record/journal/x", "vault/notes"])
def test_a_file_of_no_record_is_named(name: str, copied: Path, policy: Policy, alone: ModuleType) -> None:
    (copied / name).parent.mkdir(parents=True, exist_ok=True)
    (copied / name).write_bytes(b"x")
    assert blamed(verify(copied, policy=policy)) == {name}
    assert alone_blames(alone, copied) == {name}


def test_configuration_on_disk_that_differs_from_its_record_is_told(copied: Path, policy: Policy) -> None:
    for name in ("trucewatch.toml", "sources.toml", "agreements/exercise-line/agreement.md"):
        raw = (copied / name).read_bytes()
        (copied / name).write_bytes(raw + b"\n# another line\n")
        found = verify(copied, policy=policy)
        assert (found.exit_code, [r.where for r in found.remarks if r.gravity is Gravity.DIFFERS]) == (
            1,
            [name],
        )
        (copied / name).write_bytes(raw)


def test_a_copy_of_record_and_vault_alone_is_enough(copied: Path, tmp_path: Path, policy: Policy) -> None:
    for name in ("record", "vault"):
        shutil.copytree(copied / name, tmp_path / "stick" / name)
    assert verify(tmp_path / "stick", policy=policy).exit_code == 0
    assert verify(tmp_path / "stick" / "record", policy=policy).exit_code == 0
    shutil.rmtree(tmp_path / "stick" / "vault")
    assert blamed(verify(tmp_path / "stick", policy=policy)) == {"vault"}


def test_lines_that_were_never_acknowledged_are_noted(copied: Path, policy: Policy, edited: Edit) -> None:
    edited(copied / SEGMENT, lambda raw: raw + b"1026 " + b"0" * 64 + b' {"kind":')
    found = verify(copied, policy=policy)
    assert found.exit_code == 0
    assert "1 lines were never acknowledged" in said(found)


def test_whole_files_that_were_never_acknowledged_are_noted(
    copied: Path, policy: Policy, alone: ModuleType
) -> None:
    for first in (1026, 1030, 5126):
        line = b"%d %b {}\n" % (first, b"0" * 64)
        (copied / f"record/journal/{first:010}.lines").write_bytes(line)
    found = verify(copied, policy=policy)
    assert (found.exit_code, said(found).count("never acknowledged")) == (0, 3)
    assert alone_blames(alone, copied) == frozenset()


def run(*words: str) -> tuple[int, str]:
    ended = CliRunner().invoke(program, ["record", *words])
    return ended.exit_code, ended.output


def test_the_verb_says_what_it_found_and_ends_with_how_bad_it_is(copied: Path, edited: Edit) -> None:
    code, output = run("verify", str(copied), "--policy", str(copied / "policy"))
    assert (code, "authenticated: the policy's quorum" in output) == (0, True)
    assert "the last checkpoint that left has 1,024 leaves, is of 2027-02-28T16:00:00Z" in output
    edited(copied / SEGMENT, without(9))
    code, output = run("verify", str(copied), "--policy", str(copied / "policy"), "--json")
    told = json.loads(output)
    assert (code, told["exit_code"], told["verdict"]) == (4, 4, "broken: it is not what was recorded")
    assert [r["where"] for r in told["remarks"] if r["gravity"] == "broken"] == [f"{SEGMENT}:9"]


def test_a_checkpoint_that_should_have_left_is_missed(copied: Path) -> None:
    fresh = run("verify", str(copied), "--at", "2027-02-28T16:30:00Z")[1]
    assert "0 h 30 min old" in fresh
    assert "should have left" not in fresh
    frozen = run("verify", str(copied), "--at", "2027-03-05T16:30:00Z")[1]
    assert "5 days old" in frozen
    assert "one of 2027-03-05T16:00:00Z should have left" in frozen


def test_both_verifiers_have_one_table_of_legal_moves(alone: ModuleType) -> None:
    ours = {
        (state.value, kind.value): ({role.value for role in roles}, after.value)
        for (state, kind), (roles, after) in LEGAL.items()
    }
    assert ours == alone.LEGAL


@pytest.mark.parametrize(
    ("at", "hours", "code"),
    [
        ("2027-02-28T16:30:00Z", "1", 0),
        ("2027-02-28T17:00:00Z", "1", 0),
        ("2027-02-28T17:00:01Z", "1", 1),
        ("2027-03-05T16:30:00Z", "24", 1),
        ("2027-03-05T16:30:00Z", "200", 0),
        ("2027-02-01T16:30:00Z", "24", 1),  # far ahead of this clock
    ],
)
def test_a_checkpoint_older_than_it_may_be_ends_with_1_and_is_said(
    copied: Path, at: str, hours: str, code: int
) -> None:
    found, output = run("verify", str(copied), "--at", at, "--fresh", hours)
    assert (found, "frozen?" in output) == (code, code == 1)
    assert run("verify", str(copied), "--at", at)[0] == 0


def test_with_a_policy_only_a_checkpoint_with_its_quorum_is_fresh(copied: Path) -> None:
    late = ("--at", "2027-02-28T16:30:00Z", "--fresh")
    known_to = ("--policy", str(copied / "policy"))
    assert run("verify", str(copied), *late, "1")[0] == 0
    code, output = run("verify", str(copied), *late, "1", *known_to)
    assert (code, "frozen? the checkpoint of 2027-02-28T15:00:00Z is the last that counts" in output) == (
        1,
        True,
    )
    assert run("verify", str(copied), *late, "2", *known_to)[0] == 0


def test_a_record_from_which_no_checkpoint_left_is_stale_once_it_is_older(
    copied: Path, alone: ModuleType
) -> None:
    shutil.rmtree(copied / "record/published")
    assert run("verify", str(copied), "--at", "2027-02-28T13:00:00Z", "--fresh", "2")[0] == 0
    code, output = run("verify", str(copied), "--at", "2027-02-28T15:00:00Z", "--fresh", "2")
    assert (code, "frozen? no checkpoint has left" in output) == (1, True)
    found = alone.Verifier(copied, None)
    found.run([])
    assert not alone.stale(found, 2, MADE + timedelta(hours=1))
    assert "no checkpoint that counts has left" in alone.stale(found, 2, MADE + timedelta(hours=3))[0][1]


def test_the_verifier_that_stands_alone_sees_a_freeze_too(copied: Path, alone: ModuleType) -> None:
    found = alone.Verifier(copied, alone.Policy((copied / "policy").read_bytes()))
    found.run([])
    assert not alone.stale(found, 24, MADE + timedelta(hours=5))
    assert alone.stale(found, 24, MADE + timedelta(days=5))
    assert alone.stale(found, 24, MADE - timedelta(days=5))
    long = [str(copied), "--policy", str(copied / "policy"), "--fresh"]
    assert alone.main([*long, "1"]) == 1
    assert alone.main([*long, "1000000"]) == 0
    assert alone.main([*long, "soon"]) == 2


def test_what_a_writer_left_that_was_killed_inside_an_append_is_nobody_s_fault(
    mission: Folder, policy: Policy, alone: ModuleType
) -> None:
    before = {path: path.read_bytes() for path in mission.path.rglob("*") if path.is_file()}
    size = mission.journal.head().size
    mission.journal.pad(size + 700)
    head = mission.path / "record" / "checkpoint"
    for path in (head, *(mission.path / "record" / "journal").iterdir()):
        path.write_bytes(before[path])
    for path in before:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(before[path])
    found = verify(mission.path, policy=policy)
    assert found.exit_code == 4
    (mission.path / "record" / "growing").write_text(f"{size} {size + 700}\n")
    assert [r.what for r in verify(mission.path, policy=policy).remarks if r.gravity is Gravity.BROKEN] == []
    theirs = alone.Verifier(mission.path, alone.Policy((mission.path / "policy").read_bytes()))
    theirs.run([])
    assert theirs.faults == []
    (mission.path / "record" / "growing").write_text(f"{size} {size + 10}\n")
    assert verify(mission.path, policy=policy).exit_code == 4
