"""Checking before anything is recorded: an agreement with its worked examples."""

import json
import shutil
from pathlib import Path

import pytest

from trucewatch.mission.content import CONTENT, shipped
from trucewatch.mission.folder import Plan, init
from trucewatch.mission.intake import ingest

EXAMPLE = 'verdict = "apparent_breach"'


@pytest.mark.parametrize("name", shipped("agreements"))
def test_the_examples_of_each_shipped_agreement_come_out_as_expected(
    run_here, tmp_path: Path, name: str
) -> None:
    told = run_here("check", "agreement", str(CONTENT / "agreements" / name), "--json", cwd=tmp_path)
    assert told.returncode == 0
    worked = json.loads(told.stdout)["examples"]
    assert worked
    assert all(one["as_expected"] for one in worked)


def test_an_example_that_fails_is_named_with_what_came(run_here, tmp_path: Path) -> None:
    shutil.copytree(str(CONTENT / "agreements" / "minsk-2015"), tmp_path / "minsk-2015")
    examples = tmp_path / "minsk-2015" / "examples"
    wrong = next(file for file in sorted(examples.iterdir()) if EXAMPLE in file.read_text("utf-8"))
    wrong.write_text(wrong.read_text("utf-8").replace(EXAMPLE, 'verdict = "no_breach_shown"'), "utf-8")
    (examples / "zz.toml").write_text("x = [", "utf-8")
    told = run_here("check", "agreement", "minsk-2015", cwd=tmp_path)
    assert (told.returncode, told.stderr) == (1, "")
    assert f"example {wrong.name}: FAILED: expected no_breach_shown, came apparent_breach" in told.stdout
    assert "example zz.toml: cannot be read" in told.stdout
    assert told.stdout.count("as expected") == len(list(examples.iterdir())) - 2


def test_an_agreement_without_examples_says_so(run_here, tmp_path: Path) -> None:
    shutil.copytree(str(CONTENT / "agreements" / "minsk-2015"), tmp_path / "minsk-2015")
    shutil.rmtree(tmp_path / "minsk-2015" / "examples")
    told = run_here("check", "agreement", "minsk-2015", cwd=tmp_path)
    assert told.returncode == 0
    assert "no worked example" in told.stdout


def test_every_file_that_the_record_rests_on_is_read_and_an_altered_one_named(
    run_here, tmp_path: Path
) -> None:
    mission = init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    (tmp_path / "f.csv").write_bytes(
        b"latitude,longitude,acq_date\n48.4,38.2,2026-01-01\n48.5,38.2,2026-01-01,x\n"
    )
    list(ingest(mission, "firms-dates", [tmp_path / "f.csv"], by="ann"))
    kept = sorted(path for path in mission.vault.folder.rglob("*") if path.is_file())
    assert len(kept) == 3
    for path in kept:
        raw = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
        told = run_here("record", "verify", cwd=mission.path)
        assert (told.returncode, told.stdout.count("broken: vault/")) == (4, 1)
        assert f"broken: {path.relative_to(mission.path)}: its bytes are not" in told.stdout
        path.write_bytes(raw)
    assert run_here("record", "verify", cwd=mission.path).returncode == 0


def test_what_was_erased_is_missed_by_no_check_and_named_with_who_and_why(run_here, tmp_path: Path) -> None:
    mission = init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    (tmp_path / "f.csv").write_bytes(b"latitude,longitude,acq_date\n48.4,38.2,2026-01-01\n")
    (taken,) = ingest(mission, "firms-dates", [tmp_path / "f.csv"], by="ann")
    assert taken.evidence is not None
    without_reason = run_here("record", "erase", taken.evidence, cwd=mission.path)
    assert without_reason.returncode == 2
    told = run_here("record", "erase", taken.evidence, "--why", "privacy", "--by", "ann", cwd=mission.path)
    assert (told.returncode, told.stderr) == (0, "")
    assert f"erased {taken.evidence}" in told.stdout
    verified = run_here("record", "verify", str(mission.path), cwd=tmp_path)
    assert verified.returncode == 0, verified.stdout
    assert "was erased by ann (unsigned) at " in verified.stdout
