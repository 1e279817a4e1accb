"""Days and times on the command line, and what an empty mission answers."""

import json
from pathlib import Path

import pytest

from trucewatch.mission.folder import Plan, init


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    return init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann").path


@pytest.mark.parametrize(
    "verb",
    [
        ("report", "9999-12-31"),
        ("report", "0001-01-01"),
        ("cover", "0001-01-01"),
        ("assess", "0001-01-01"),
        ("fuse", "--day", "2200-01-01"),
        ("export", "links", "-o", "x.csv", "--day", "1899-12-31"),
        ("guarantee", "--diff", "0001-01-01", "2026-01-01"),
    ],
)
def test_a_day_that_no_report_can_be_of_is_a_usage_error(
    run_here, empty: Path, verb: tuple[str, ...]
) -> None:
    told = run_here(*verb, cwd=empty)
    assert (told.returncode, len(told.stderr.splitlines())) == (2, 1)
    assert "between 1900 and 2199" in told.stderr


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_are_reported(run_here, empty: Path, day: str) -> None:
    assert run_here("report", day, cwd=empty).returncode == 0


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (("cover", "--known-at", "2026-01-01"), "give the offset, as in 2026-01-06T18:00+02:00"),
        (("guarantee", "--valid-at", "2026-01-01T10:00"), "give the offset, as in"),
        (
            ("cover", "--known-at", "2001-01-01T00:00Z"),
            "nothing was recorded yet at 2001-01-01T00:00:00+00:00",
        ),
        (("cover", "--known-at", "9999-12-31T23:59-12:00"), "is not an ISO 8601 time"),
    ],
)
def test_a_moment_is_read_with_its_offset(run_here, empty: Path, verb: tuple[str, ...], words: str) -> None:
    told = run_here(*verb, cwd=empty)
    assert (told.returncode, len(told.stderr.splitlines())) == (2, 1)
    assert words in told.stderr


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        (("cover",), "nobody watched that the record tells of: --all names who was expected"),
        (("cover", "2026-01-01", "--all"), "nobody watched that the record tells of"),
        (("assess",), "nothing to assess"),
        (("fuse",), "0 incidents, 0 pairs weighed"),
        (("guarantee",), "the mission has no statements"),
        (("guarantee", "--diff", "2025-01-01", "2026-01-01"), "no statement on record was made or changed"),
        (("case", "list"), "no case was opened"),
    ],
)
def test_an_empty_mission_answers_every_verb(
    run_here, empty: Path, verb: tuple[str, ...], words: str
) -> None:
    told = run_here(*verb, cwd=empty)
    assert (told.returncode, told.stderr) == (0, "")
    assert words in told.stdout
    assert json.loads(run_here(*verb, "--json", cwd=empty).stdout)["stamp"] == "INTERNAL"


@pytest.mark.parametrize("form", ["csv", "parquet", "geojson"])
def test_an_empty_mission_exports_every_table(run_here, empty: Path, form: str) -> None:
    for table in (
        "observations",
        "incidents",
        "counts",
        "links",
        "weather",
        "control",
        "coverage",
        "assessments",
    ):
        told = run_here("export", table, "-o", f"{table}.{form}", cwd=empty)
        assert (told.returncode, told.stderr) == (0, "")
    for table in ("observations",):
        assert run_here("fuse", f"{table}.{form}", cwd=empty).returncode == 0
