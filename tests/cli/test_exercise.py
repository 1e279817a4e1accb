"""`trucewatch exercise`: the same bytes for the same seed, stamped, and made of what its files hold."""

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from trucewatch.cli.main import program
from trucewatch.mission.config import read_sources
from trucewatch.mission.exercising import Exercise, exercise, written
from trucewatch.mission.exporting import read_observations
from trucewatch.mission.profiling import sources_toml
from trucewatch.model.vocabulary import Means
from trucewatch.report.marks import marks_html, marks_json
from trucewatch.report.words import Language

STAMP = "SIMULATED · small · 3"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["exercise", *arguments])


@pytest.fixture(scope="module")
def done() -> Exercise:
    return exercise("small", seed=3)


@pytest.fixture(scope="module")
def folder(done, tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("exercise")
    written(done, made)
    return made


def test_the_same_preset_and_seed_write_the_same_bytes(done, folder, tmp_path) -> None:
    written(exercise("small", seed=3), tmp_path)
    for file in sorted(folder.iterdir()):
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_everything_bears_simulated_preset_and_seed(folder) -> None:
    for file in sorted(folder.iterdir()):
        if file.suffix == ".parquet":
            assert set(pl.read_parquet(file)["mark"]) == {STAMP}, file.name
        else:
            assert STAMP in file.read_text("utf-8"), file.name
    marks = json.loads((folder / "marks.json").read_text("utf-8"))
    assert marks["stamp"] == marks["matching"]["stamp"] == marks["alerted"][0]["stamp"] == STAMP
    assert (marks["preset"], marks["seed"], marks["trick"]) == ("small", 3, None)


def test_what_is_written_is_what_a_mission_reads(done, folder) -> None:
    assert read_observations(str(folder / "observations.parquet")).equals(done.observed.observations)
    declared = read_sources((folder / "sources.toml").read_text("utf-8"))
    assert declared == done.observed.declared
    learned = read_sources((folder / "learned.toml").read_text("utf-8"))
    assert learned == done.profiles != declared
    truth = pl.read_parquet(folder / "truth.parquet")
    assert truth["observation_id"].equals(done.observed.observations["observation_id"])


def test_profiles_are_read_back_as_they_were_written(done) -> None:
    assert read_sources(sources_toml(done.observed.true, title="the truth")) == done.observed.true
    assert done.observed.true["patrol"].means is Means.HEARD


def test_every_mark_is_there(done) -> None:
    marks = done.marks
    assert marks.matching.f1 is not None
    assert 0.3 < marks.matching.f1 < 0.95
    assert {one.by for one in marks.missed} == {"class", "kind", "ground"}
    assert [one.cause for one in marks.attributed] == ["A", "B", "third", "accident", "exercise"]
    assert {one.verdict for one in marks.judged} == {"apparent_breach", "indeterminate", "no_row"}
    right = sum(one.breaches for one in marks.judged if one.verdict == "apparent_breach")
    wrong = sum(one.others for one in marks.judged if one.verdict == "apparent_breach")
    assert right > wrong


@pytest.mark.parametrize("language", list(Language))
def test_the_page_is_whole_in_every_language(done, language) -> None:
    page = marks_html(done.marks, language)
    assert f'lang="{language.value}"' in page
    assert "· small · 3" in page
    assert "None" not in page
    for anchor in ("matching", "sure", "place", "missed", "alert", "whose", "breaches"):
        assert f'id="{anchor}"' in page


def test_the_verb_says_it_in_lines_and_as_one_object() -> None:
    lines, whole = run("--preset", "small", "--seed", "3"), run("--preset", "small", "--seed", "3", "--json")
    assert lines.exit_code == whole.exit_code == 0
    assert lines.output.startswith(STAMP)
    assert "F1" in lines.output
    told = json.loads(whole.output)
    assert (told["stamp"], told["files"]) == (STAMP, [])
    assert told["matching"]["b_cubed_f"] > 0.5


def test_the_verb_writes_where_it_is_told_and_says_so(tmp_path) -> None:
    got = run("--preset", "small", "-o", str(tmp_path / "new"), "--trick", "flooding")
    assert got.exit_code == 0
    assert str(tmp_path / "new" / "marks.html") in got.output
    marks = json.loads((tmp_path / "new" / "marks.json").read_text("utf-8"))
    assert marks["trick"] == "flooding"
    assert marks["unaltered"]["reports"] < marks["matching"]["reports"]


def test_a_preset_or_trick_that_is_none_is_a_mistake_of_use() -> None:
    for wrong in (("--preset", "huge"), ("--trick", "magic"), ("--seed", "-1")):
        assert run(*wrong).exit_code == 2


def test_the_marks_json_is_the_same_to_the_byte(done, folder) -> None:
    assert (folder / "marks.json").read_bytes() == marks_json(done.marks)
