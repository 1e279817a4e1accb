"""The command as a user meets it: the real console script in a mission of real reports."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trucewatch.cli import main

SCRIPT = Path(sys.executable).parent / "trucewatch"
DAY = "2016-10-29"


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT, *arguments],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


def here(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a verb in this interpreter: the same door, without a new start."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main.run(list(arguments))
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def mission(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mission with October 2016's observations and totals."""
    place = tmp_path_factory.mktemp("cli")
    made = run("init", "m", "--agreement", "minsk-2015", "--pack", "coalition", "--by", "ann", cwd=place)
    assert (made.returncode, made.stderr) == (0, "")
    data = shared / "data" / "donbas-2016"
    for source, name in (("smm", "osce_smm_observations.csv"), ("smm-totals", "osce_smm_counts.csv")):
        taken = run("ingest", source, str(data / name), cwd=place / "m")
        assert (taken.returncode, taken.stderr) == (0, "")
        assert "accepted, 0 refused, 0 already known" in taken.stdout
    return place / "m"


def first_assessment(mission: Path) -> str:
    found = json.loads(run("assess", DAY, "--json", cwd=mission).stdout)["assessments"]
    return str(next(row["assessment_id"] for row in found if row["incident_id"]))


READING = [
    ("cover",),
    ("cover", DAY, "--all"),
    ("assess", DAY),
    ("assess", DAY, "--agreement", "minsk-2015"),
    ("guarantee", "--valid-at", "2026-01-06T18:00+02:00"),
    ("guarantee", "--diff", "2025-09-04", "2026-01-06"),
    ("guarantee", "--why", "C003", "--valid-at", "2026-01-06T18:00+02:00"),
    ("case", "list"),
    ("fuse",),
    ("check", "agreement", "agreements/minsk-2015"),
]


@pytest.mark.parametrize("verb", READING, ids=[" ".join(verb) for verb in READING])
def test_each_verb_prints_one_json_object_with_its_stamp(mission: Path, verb: tuple[str, ...]) -> None:
    told = here(*verb, "--json", cwd=mission)
    assert (told.returncode, told.stderr) == (0, "")
    assert json.loads(told.stdout)["stamp"] == "INTERNAL"


@pytest.mark.parametrize("verb", READING, ids=[" ".join(verb) for verb in READING])
def test_each_verb_bears_its_stamp_on_its_first_line(mission: Path, verb: tuple[str, ...]) -> None:
    told = here(*verb, cwd=mission)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[0] == "INTERNAL"
    assert len(told.stdout.splitlines()) > 1


def test_a_report_is_written_where_the_user_said(mission: Path, tmp_path: Path) -> None:
    outs = [str(tmp_path / f"day.{ending}") for ending in ("html", "json", "csv")]
    told = run("report", DAY, "-o", ",".join(outs), cwd=mission)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines() == ["INTERNAL", *outs]
    assert "INTERNAL" in Path(outs[0]).read_text("utf-8")
    assert json.loads(Path(outs[1]).read_text("utf-8"))["stamp"] == "INTERNAL"
    assert Path(outs[2]).read_text("utf-8").splitlines()[1].startswith("INTERNAL,")


@pytest.mark.parametrize("language", ["en", "nb", "fi", "uk", "ru", "fr", "ar"])
def test_a_report_is_written_in_each_language(mission: Path, tmp_path: Path, language: str) -> None:
    out = tmp_path / "day.html"
    assert here("report", DAY, "-o", str(out), "--language", language, cwd=mission).returncode == 0
    assert f'lang="{language}"' in out.read_text("utf-8")


def test_a_trace_says_every_condition_of_an_assessment(mission: Path) -> None:
    told = run("assess", DAY, "--why", first_assessment(mission), cwd=mission)
    assert told.returncode == 0
    assert {"kind", "time", "place", "real", "evidence"} <= {
        line.split(" ")[0] for line in told.stdout.splitlines()
    }


def test_an_exported_table_has_its_dictionary_and_reads_back(mission: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.csv"
    told = run("export", "observations", "-o", str(out), cwd=mission)
    assert told.stdout.splitlines() == ["INTERNAL", str(out), str(tmp_path / "o.dictionary.csv")]
    header = out.read_text("utf-8").splitlines()[0].replace('"', "").split(",")
    named = [
        line.split(",")[0] for line in (tmp_path / "o.dictionary.csv").read_text("utf-8").splitlines()[1:]
    ]
    assert named == header
    assert {"area_name", "mark"} <= set(header)
    links, incidents = tmp_path / "l.parquet", tmp_path / "i.geojson"
    fused = run("fuse", str(out), "-o", str(incidents), "--links", str(links), "--json", cwd=tmp_path)
    assert (fused.returncode, fused.stderr) == (0, "")
    features = json.loads(incidents.read_text("utf-8"))
    assert features["stamp"] == "INTERNAL"
    assert len(features["features"]) == json.loads(fused.stdout)["incidents"] > 20


def test_standard_output_holds_the_table_and_nothing_else(mission: Path) -> None:
    told = run("export", "incidents", "-o", "-", cwd=mission)
    assert told.stdout.splitlines()[0].startswith('"incident_id"')
    assert "INTERNAL" in told.stdout.splitlines()[1]


REFUSED = [
    (("report", DAY, "--audience", "public"), 3, "no release policy"),
    (("report", DAY, "--audience", "party:A"), 3, "no release policy"),
    (("export", "observations", "-o", "x.csv", "--audience", "everyone"), 3, "not an audience"),
    (
        ("fact", "war_over", "--from", "2026-01-01T00:00Z", "--on", "x", "--at", "2026-01-01T00:00Z"),
        3,
        "--replay",
    ),
    (
        ("case", "determine", "c", "--body", "b", "--outcome", "accident", "--standard", "s", "--words", "w"),
        3,
        "exercises only",
    ),
    (("fact", "war_over", "--from", "2026-01-01T00:00", "--on", "x"), 2, "has no zone"),
    (("fact", "war_ovr", "--from", "2026-01-01T00:00Z", "--on", "x"), 2, "war_ovr"),
    (("guarante",), 2, "did you mean 'guarantee'"),
    (("report", "29 October"), 2, "29 October"),
    (("report", DAY, "-o", "day.docx"), 2, ".html"),
    (("ingest", "sm", "x.csv"), 2, "did you mean 'smm'"),
    (("assess", "--why", "zzz"), 2, "no assessment's id starts"),
    (("assess", DAY, "--agreement", "versailles"), 2, "it has minsk-2015"),
    (("case", "show", "case-1"), 2, "no case 'case-1'"),
    (("guarantee", "--why", "C999"), 2, "no statement 'C999'"),
    (("cover", "--mission", "nowhere"), 2, "is not a mission"),
    (("init", "x", "--agreement", "minsk-2014"), 2, "did you mean 'minsk-2015'"),
    (("init", "x", "--agreement", "minsk-2015", "--zone", "Europe/Kjiv"), 2, "did you mean 'Europe/Kyiv'"),
    (("init", "."), 2, "--agreement"),
    (("guarantee", "--diff", "2026-01-06", "2025-09-04"), 2, "exchange them"),
]


@pytest.mark.parametrize(
    ("verb", "code", "words"), REFUSED, ids=[" ".join(verb[:3]) for verb, _, _ in REFUSED]
)
def test_an_error_is_one_line_and_its_exit_code(
    mission: Path, verb: tuple[str, ...], code: int, words: str
) -> None:
    told = here(*verb, cwd=mission)
    assert told.returncode == code
    assert told.stdout == ""
    assert len(told.stderr.splitlines()) == 1
    assert words in told.stderr
    assert "Traceback" not in told.stderr


def test_refused_rows_end_with_one_and_are_each_named(mission: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("obs_id,start_local\nX1,2016-10-29T10:00\n", "utf-8")
    told = run("ingest", "smm", str(bad), str(tmp_path / "none.csv"), "--json", cwd=mission)
    assert told.returncode == 1
    first, second = json.loads(told.stdout)["files"]
    assert first["accepted"] == 0
    assert first["refused"]
    assert "No such file" in second["refused"][0]["reason"]


def test_a_source_is_checked_without_a_mission_and_without_a_record(shared: Path, tmp_path: Path) -> None:
    file = shared / "data" / "donbas-2016" / "osce_smm_observations.csv"
    told = run("check", "source", "smm", str(file), "--json", cwd=tmp_path)
    assert (told.returncode, json.loads(told.stdout)["accepted"]) == (0, 31)
    assert list(tmp_path.iterdir()) == []


def test_an_altered_record_ends_with_four(mission: Path, tmp_path: Path) -> None:
    assert run("init", "m", "--agreement", "minsk-2015", cwd=tmp_path).returncode == 0
    journal = tmp_path / "m" / "record" / "journal" / "0000000000.lines"
    journal.write_bytes(journal.read_bytes().replace(b'"seq":1', b'"seq":7'))
    told = run("cover", cwd=tmp_path / "m")
    assert (told.returncode, len(told.stderr.splitlines())) == (4, 1)


def test_an_exercise_says_so_on_everything(tmp_path: Path) -> None:
    assert run("init", "m", "--agreement", "exercise-line", "--exercise", cwd=tmp_path).stdout.startswith(
        "EXERCISE"
    )
    told = run("cover", "--json", cwd=tmp_path / "m")
    assert json.loads(told.stdout)["stamp"] == "EXERCISE · INTERNAL"


def test_a_cut_off_entry_is_said_on_stderr_and_left_out(tmp_path: Path) -> None:
    assert run("init", "m", "--agreement", "minsk-2015", cwd=tmp_path).returncode == 0
    journal = tmp_path / "m" / "record" / "journal" / "0000000000.lines"
    journal.write_bytes(journal.read_bytes() + b'{"author":"ann')
    told = run("case", "list", cwd=tmp_path / "m")
    assert told.returncode == 0
    assert "14 bytes of an entry that was never acknowledged" in told.stderr


def test_changed_and_unrecorded_configuration_is_said_on_stderr(tmp_path: Path) -> None:
    assert run("init", "m", "--agreement", "minsk-2015", cwd=tmp_path).returncode == 0
    path = tmp_path / "m" / "sources.toml"
    path.write_text(path.read_text("utf-8") + "\n# a remark\n", "utf-8")
    told = run("case", "list", cwd=tmp_path / "m")
    assert told.returncode == 0
    assert "sources.toml was changed and is not recorded yet" in told.stderr


def test_every_verb_says_what_it_does(tmp_path: Path) -> None:
    listed = run("--help", cwd=tmp_path).stdout
    for verb in main.VERBS:
        assert verb in listed
        told = here(verb, "--help", cwd=tmp_path)
        assert told.returncode == 0
        assert "--json" in told.stdout or "Commands" in told.stdout


def test_a_verbs_room_is_loaded_when_it_is_called(tmp_path: Path) -> None:
    code = "import sys, trucewatch.cli.main\nprint([m for m in sys.modules if m.startswith('trucewatch.')])"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=60
    )
    for room in ("fuse", "report", "ingest", "cover", "assess", "guarantee", "model.tables"):
        assert f"trucewatch.{room}" not in loaded.stdout
