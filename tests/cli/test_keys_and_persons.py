"""`person`, `key` and `quarantine` as they are typed: where passphrases come from, and what is printed."""

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from trucewatch.log.keys import signer_key
from trucewatch.mission.keyring import public_half

Door = Callable[..., subprocess.CompletedProcess[str]]
WORDS = "blue lorry, thin ice"
PROGRAM = Path(sys.executable).parent / "trucewatch"


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "words"
    path.write_text(f"{WORDS}\n")
    path.chmod(0o600)
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE_FILE", str(path))
    return path


@pytest.fixture
def mission(tmp_path: Path, run_here: Door) -> Path:
    """A mission whose first person is Ada, with a plain key."""
    run_here("key", "make", "Ada", "--plain", "-o", "ada.key", cwd=tmp_path)
    run_here("init", "m", "--agreement", "minsk-2015", "--by", "Ada", "--key", "ada.key", cwd=tmp_path)
    return tmp_path / "m"


@pytest.mark.usefixtures("words")
def test_a_sealed_key_is_opened_by_the_passphrase_in_a_file(tmp_path: Path, run_here: Door) -> None:
    made = run_here("key", "make", "Ada Berg", "-o", "ada.key", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    raw = (tmp_path / "ada.key").read_bytes()
    assert raw.startswith(b"trucewatch sealed key v1\nada-berg+")
    assert (tmp_path / "ada.key").stat().st_mode & 0o777 == 0o600
    signed = run_here(
        "init", "m", "--agreement", "minsk-2015", "--by", "Ada Berg", "--key", "ada.key", cwd=tmp_path
    )
    assert signed.returncode == 0, signed.stderr


def test_another_passphrase_is_refused_and_none_is_shown(tmp_path: Path, words: Path, run_here: Door) -> None:
    run_here("key", "make", "Ada", "-o", "ada.key", cwd=tmp_path)
    words.write_text("something else\n")
    refused = run_here("key", "sign-batch", "words", "--key", "ada.key", cwd=tmp_path)
    assert refused.returncode == 3
    assert "does not open the key ada" in refused.stderr
    assert "something else" not in refused.stdout + refused.stderr


def test_a_passphrase_that_others_may_read_is_refused(tmp_path: Path, words: Path, run_here: Door) -> None:
    words.chmod(0o644)
    refused = run_here("key", "make", "Ada", "-o", "ada.key", cwd=tmp_path)
    assert (refused.returncode, (tmp_path / "ada.key").exists()) == (3, False)
    assert "chmod 600" in refused.stderr


def test_each_passphrase_asked_for_takes_a_line_of_the_descriptor(
    tmp_path: Path, run_here: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.write(writing, f"{WORDS}\n{WORDS} two\n{WORDS}\n{WORDS} two\n".encode())
    os.close(writing)
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE_FD", str(reading))
    for name in ("one", "two"):
        assert run_here("key", "make", name, "-o", f"{name}.key", cwd=tmp_path).returncode == 0
    for name in ("one", "two"):
        done = run_here("key", "sign-batch", "one.key", "--key", f"{name}.key", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    os.close(reading)


def test_without_a_terminal_nobody_is_asked(tmp_path: Path) -> None:
    refused = subprocess.run(
        [PROGRAM, "key", "make", "Ada", "-o", "ada.key"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 3
    assert "TRUCEWATCH_PASSPHRASE_FILE" in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.usefixtures("as_shipped")
def test_at_a_terminal_the_passphrase_is_typed_twice_and_not_echoed(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    program = subprocess.Popen(
        [PROGRAM, "key", "make", "Ada", "-o", "ada.key"],
        cwd=tmp_path,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    shown = b""
    for asked in (b"passphrase for ada", b"Repeat for confirmation"):
        while asked not in shown:
            shown += os.read(ours, 1024)
        time.sleep(0.2)
        os.write(ours, f"{WORDS}\n".encode())
    assert program.wait(timeout=60) == 0
    os.close(ours)
    assert WORDS.encode() not in shown
    assert public_half(tmp_path / "ada.key").name == "ada"


def test_no_verb_takes_a_passphrase_as_an_argument(tmp_path: Path, run_here: Door) -> None:
    for verb in (("key", "make"), ("key", "answer"), ("person", "add"), ("fact",)):
        assert "passphrase" not in run_here(*verb, "--help", cwd=tmp_path).stdout.replace(
            "by a passphrase", ""
        ).replace("Without a passphrase", "")


def test_a_key_file_is_never_written_over(tmp_path: Path, run_here: Door) -> None:
    run_here("key", "make", "Ada", "--plain", "-o", "ada.key", cwd=tmp_path)
    before = (tmp_path / "ada.key").read_bytes()
    again = run_here("key", "make", "Bo", "--plain", "-o", "ada.key", cwd=tmp_path)
    assert again.returncode == 3
    assert (tmp_path / "ada.key").read_bytes() == before


def test_showing_a_key_shows_its_public_half_only(tmp_path: Path, run_here: Door) -> None:
    run_here("key", "make", "--source", "drone-3", "-o", "drone.key", cwd=tmp_path)
    private = (tmp_path / "drone.key").read_text().strip()
    shown = run_here("key", "show", "drone.key", "--json", cwd=tmp_path).stdout
    assert json.loads(shown)["key"] == signer_key(private).verifier.text
    assert private[-40:] not in shown


def test_keys_lie_among_ones_own_when_no_file_is_named(tmp_path: Path, keys: Path, run_here: Door) -> None:
    run_here("key", "make", "Ada Berg", "--plain", cwd=tmp_path)
    run_here("key", "make", "--source", "patrol", cwd=tmp_path)
    assert sorted(str(p.relative_to(keys)) for p in keys.rglob("*.key")) == [
        "people/ada-berg.key",
        "sources/patrol.key",
    ]


def test_every_listing_is_one_json_object_with_its_stamp(mission: Path, run_here: Door) -> None:
    for verb, field in (
        (("person", "list"), "persons"),
        (("key", "list"), "keys"),
        (("quarantine", "list"), "quarantined"),
    ):
        said = json.loads(run_here(*verb, "--json", cwd=mission).stdout)
        assert said["stamp"] == "INTERNAL"
        assert isinstance(said[field], list)
    person = json.loads(run_here("person", "list", "--json", cwd=mission).stdout)["persons"][0]
    assert (person["name"], person["added_by"], person["keys"][0]["from_record"]) == ("Ada", "Ada", 0)


def test_a_fact_is_recorded_in_the_name_of_whoever_has_the_key(mission: Path, run_here: Door) -> None:
    fact = ("fact", "ceasefire_in_force", "--from", "2026-01-06T18:00+02:00", "--on", "a letter")
    said = json.loads(run_here(*fact, "--key", "../ada.key", "--json", cwd=mission).stdout)
    assert said["fact"]["recorded_by"] == "Ada"
    refused = run_here(*fact, "--by", "ADA", cwd=mission)
    assert refused.returncode == 3
    assert "Ada has a key" in refused.stderr
    unsigned = json.loads(run_here(*fact, "--by", "Cy", "--json", cwd=mission).stdout)
    assert unsigned["fact"]["recorded_by"] == "Cy (unsigned)"


def test_a_source_s_files_are_kept_apart_released_and_listed(mission: Path, run_here: Door) -> None:
    (mission / "f.csv").write_text("latitude,longitude,acq_date\n48.4,38.2,2026-01-01\n")
    run_here("key", "make", "--source", "firms-dates", "-o", "f.key", cwd=mission)
    public = json.loads(run_here("key", "show", "f.key", "--json", cwd=mission).stdout)["source_key"]
    refused = run_here("key", "add", "firms-dates", public, cwd=mission)
    assert (refused.returncode, "must be signed" in refused.stderr) == (3, True)
    assert run_here("key", "add", "firms-dates", public, "--key", "../ada.key", cwd=mission).returncode == 0
    apart = run_here("ingest", "firms-dates", "f.csv", "--json", "--key", "../ada.key", cwd=mission)
    assert apart.returncode == 1
    assert json.loads(apart.stdout)["files"][0]["quarantined"]
    listed = json.loads(run_here("quarantine", "list", "--json", cwd=mission).stdout)["quarantined"]
    start = listed[0]["evidence"][:10]
    assert run_here("quarantine", "release", start, "--why", "x", cwd=mission).returncode == 3
    done = run_here(
        "quarantine", "release", start, "--why", "x", "--key", "../ada.key", "--json", cwd=mission
    )
    assert json.loads(done.stdout)["files"][0]["accepted"] == 1
    gone = run_here(
        "key", "revoke", "firms-dates", public, "--why", "lost", "--key", "../ada.key", cwd=mission
    )
    assert "until record" in gone.stdout


def test_a_receipt_is_of_one_file_and_none_is_written_unasked(mission: Path, run_here: Door) -> None:
    for name in ("a", "b"):
        (mission / f"{name}.csv").write_text(
            f"latitude,longitude,acq_date\n48.4,38.2,2026-01-0{ord(name) - 96}\n"
        )
    both = run_here(
        "ingest", "firms-dates", "a.csv", "b.csv", "--receipt", "r", "--key", "../ada.key", cwd=mission
    )
    assert (both.returncode, (mission / "r").exists()) == (2, False)
    run_here("ingest", "firms-dates", "a.csv", "--key", "../ada.key", cwd=mission)
    assert not (mission / "r").exists()
    run_here("ingest", "firms-dates", "b.csv", "--receipt", "r", "--key", "../ada.key", cwd=mission)
    assert (mission / "r").read_text().startswith("trucewatch receipt v1\nm.")
