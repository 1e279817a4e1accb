"""`check agreement`: one to start from, what is found in it, and two versions beside one another."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from trucewatch.model.tables import INCIDENTS


@pytest.fixture
def begun(run_here, tmp_path: Path) -> Path:
    told = run_here("check", "agreement", "--new", "own", cwd=tmp_path)
    assert (told.returncode, told.stderr) == (0, "")
    return tmp_path / "own"


def test_the_agreement_to_start_from_passes_with_nothing_to_mend_or_look_at(run_here, begun: Path) -> None:
    told = run_here("check", "agreement", str(begun), "--json", cwd=begun.parent)
    whole = json.loads(told.stdout)
    assert (told.returncode, whole["findings"]) == (0, [])
    assert len(whole["examples"]) >= 7
    assert {"agreement.md", "agreement.nb.md", "zones.geojson"} <= {path.name for path in begun.iterdir()}


def test_nothing_is_written_over(run_here, begun: Path) -> None:
    told = run_here("check", "agreement", "--new", "own", cwd=begun.parent)
    assert told.returncode == 2
    assert "something is there already: name a new folder" in told.stderr


def test_what_is_grave_ends_with_one_and_has_its_line(run_here, begun: Path) -> None:
    (begun / "agreement.nb.md").write_text("# T\n", "utf-8")
    told = run_here("check", "agreement", str(begun), cwd=begun.parent)
    assert told.returncode == 1
    assert "MEND agreement.nb.md:1: lacks clause T-1" in told.stdout


def test_what_only_needs_a_look_ends_with_nought(run_here, begun: Path) -> None:
    shutil.rmtree(begun / "examples")
    told = run_here("check", "agreement", str(begun), cwd=begun.parent)
    assert told.returncode == 0
    line = (begun / "agreement.md").read_text("utf-8").split("\n").index("## T-1 No fire in the strip") + 1
    assert f"look agreement.md:{line}: own/T-1 has 0 worked examples; write 3 more" in told.stdout


def test_a_zone_that_crosses_itself_is_refused_with_its_line(run_here, begun: Path) -> None:
    zones = begun / "zones.geojson"
    zones.write_text(
        zones.read_text("utf-8").replace("[20.4, 10.0], [20.4, 10.1]", "[20.4, 10.1], [20.4, 10.0]"), "utf-8"
    )
    told = run_here("check", "agreement", str(begun), cwd=begun.parent)
    assert told.returncode == 2
    assert "zones.geojson:4: feature 1 (strip): crosses or touches itself" in told.stderr


def incidents(path: Path) -> Path:
    start = datetime(2027, 3, 1, 12, tzinfo=UTC)
    rows = [
        {
            "incident_id": f"{day:02d}",
            "from_utc": start + timedelta(days=day - 5),
            "to_utc": start + timedelta(days=day - 5, minutes=1),
            "lon": 20.2,
            "lat": 10.05,
            "major90_m": 500.0,
            "minor90_m": 500.0,
            "azimuth_deg": 0.0,
            "phenomenon": "explosion",
            "p_phenomenon": 1.0,
            "p_real": 1.0,
            "n_observations": 2,
            "n_origins": 2,
            "means": ["heard"],
            "source_ids": ["smm"],
        }
        for day in range(10)
    ]
    INCIDENTS.conform(pl.DataFrame(rows)).write_parquet(path)
    return path


def test_two_versions_differ_in_clauses_and_in_assessments_of_given_incidents(run_here, begun: Path) -> None:
    later = begun.parent / "later"
    shutil.copytree(begun, later)
    text = (later / "agreement.md").read_text("utf-8")
    (later / "agreement.md").write_text(text.replace('starts = "D+0"', 'starts = "D+2"'), "utf-8")
    on = incidents(begun.parent / "incidents.parquet")
    told = run_here(
        "check", "agreement", "later", "--diff", "own", "--on", str(on), "--json", cwd=begun.parent
    )
    assert (told.returncode, told.stderr) == (1, "")
    whole = json.loads(told.stdout)
    assert whole["changelog"] == ["no [[changes]] tells of it; write one for this version"]
    assert [one["words"] for one in whole["amendments"]] == [
        "T-1: starts was 2027-02-28T22:00:00+00:00; it is 2027-03-02T22:00:00+00:00"
    ]
    assert whole["reaches"] == [
        {"of": "T-1", "from_utc": "2027-02-28T22:00:00Z", "to_utc": "2027-03-02T22:00:00Z"}
    ]
    assert [(one["clause"], one["before"], one["n"]) for one in whole["counts"]] == [
        ("T-1", "apparent_breach", 2)
    ]
    assert [one["incident_id"] for one in whole["assessments"]] == ["05", "06"]
    same = run_here("check", "agreement", "own", "--diff", "own", "--on", str(on), cwd=begun.parent)
    assert same.returncode == 0
    assert "nothing differs" in same.stdout
    assert "no assessment differs" in same.stdout


def test_options_that_do_not_go_together_are_refused(run_here, begun: Path) -> None:
    for wrong in (("--new", "--diff", "own"), ("--on", "x.parquet")):
        told = run_here("check", "agreement", "own", *wrong, cwd=begun.parent)
        assert told.returncode == 2
        assert "leave one out" in told.stderr
