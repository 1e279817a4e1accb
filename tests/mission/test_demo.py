"""The demo: three missions, the same bytes anywhere, and nothing determined about what happened."""

import json
import re
from pathlib import Path

import pytest

from trucewatch.errors import InputError
from trucewatch.mission.demo import demo
from trucewatch.mission.folder import opened
from trucewatch.mission.journal import Kind
from trucewatch.model.decision import CaseState

REAL = ("guarantees", "patrols-2016", "patrols-2020")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "walk"
    demo(folder, say=lambda _: None)
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def _records(made: Path, mission: str) -> list[str]:
    return [record.kind.value for record in opened(made / "missions" / mission).journal.replay()]


def test_the_demo_has_the_same_bytes_wherever_it_is_made(made: Path, tmp_path: Path) -> None:
    demo(tmp_path / "again", say=lambda _: None)
    assert _files(tmp_path / "again") == _files(made)


def test_the_index_leads_to_every_page_and_to_nothing_else(made: Path) -> None:
    index = (made / "index.html").read_text()
    linked = re.findall(r'<a[^>]* href="([^"#]+\.html)"', index)
    assert sorted(linked) == sorted(p.name for p in made.glob("*.html") if p.name != "index.html")
    assert linked[0] == "board.html"


@pytest.mark.parametrize("mission", REAL)
def test_nobody_moves_determines_or_states_a_fact_in_a_real_mission(made: Path, mission: str) -> None:
    kinds = _records(made, mission)
    assert kinds
    assert not {Kind.MOVE.value, Kind.FACT.value} & set(kinds)


def test_the_exercise_goes_through_records_from_the_form_to_the_determination(made: Path) -> None:
    kinds = _records(made, "exercise")
    assert kinds.count(Kind.BATCH.value) == 1
    assert kinds.count(Kind.FACT.value) == 1
    assert kinds.count(Kind.MOVE.value) == 6
    page = (made / "exercise.html").read_text()
    assert page.count("EXERCISE") > 6
    assert "Special Commission (exercise)" in page


def test_every_object_of_the_exercise_is_marked(made: Path) -> None:
    def unmarked(value: object) -> bool:
        if isinstance(value, dict):
            return "EXERCISE" not in str(value.get("stamp")) or any(map(unmarked, value.values()))
        return isinstance(value, list) and any(map(unmarked, value))

    assert not unmarked(json.loads((made / "exercise-day.json").read_text()))


def test_what_the_smm_counted_is_indeterminate_under_the_measures(made: Path) -> None:
    day = json.loads((made / "patrols-2020-08-20.json").read_text())
    fire = [a for a in day["assessed"] if a["clause_id"] == "tcg-2020/AM-3" and a["area_id"] == "UA-14"]
    verdicts = {(view["reading"], view["verdict"]) for a in fire for view in a["views"]}
    assert ("both-oblasts", "indeterminate") in verdicts
    assert not {"apparent_breach", "no_breach_shown"} & {verdict for _, verdict in verdicts}


def test_the_guarantees_wait_for_a_record(made: Path) -> None:
    page = (made / "guarantees.html").read_text()
    assert "124" in page
    assert "useita tuhansia" in page
    assert "26" in page


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(InputError, match="not an empty folder"):
        demo(tmp_path, say=lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_case_of_the_exercise_ends_with_a_remedy(made: Path) -> None:
    moves = [r for r in opened(made / "missions" / "exercise").journal.replay() if r.kind is Kind.MOVE]
    assert [str(m.body["kind"]) for m in moves] == ["open", "find", "reply", "reply", "determine", "remedy"]
    assert CaseState.REMEDY_SET.value in (made / "exercise-day.json").read_text()


def test_the_exercises_clock_starts_by_the_determination_that_meets_the_condition(made: Path) -> None:
    board = (made / "exercise-board-after.html").read_text(encoding="utf-8")
    assert "no determination of a breach by the Special Commission" not in board
    assert "the first breach as determined in" in board
