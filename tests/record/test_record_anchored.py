"""Who saw what: the end of access.log is in the record, so that nobody cuts it off unseen."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from golden_record import MADE

from trucewatch.mission.access import NOBODY_SIGNED_IN, Action, Ruling
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.journal import Kind
from trucewatch.mission.publishing import publish
from trucewatch.mission.seen import FILE, looks, note
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity

Edit = Callable[[Path, Callable[[bytes], bytes]], None]
REFUSED = Ruling(allowed=False, why="nobody")


def look(folder: Folder, *items: str) -> None:
    for item in items:
        note(folder.path, NOBODY_SIGNED_IN, Action.SEE_CASE, item, REFUSED, at=MADE)


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mission whose access log was anchored twice, at three lines and at five."""
    tmp_path = tmp_path_factory.mktemp("looked")
    plan = Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True, replay=True)
    folder = init(tmp_path / "m", plan, by="ann", at=MADE)
    publish(folder, at=MADE + timedelta(hours=1))
    look(folder, "case-1", "case-2", "case-3")
    publish(folder, at=MADE + timedelta(hours=2))
    look(folder, "case-4", "case-5")
    for hour in (3, 4):
        publish(folder, at=MADE + timedelta(hours=hour))
    look(folder, "case-6")
    return folder.path


@pytest.fixture
def mission(looked_at: Path, tmp_path: Path) -> Folder:
    """A copy of it that may be broken."""
    return Folder(path=Path(shutil.copytree(looked_at, tmp_path / "m")))


def said(folder: Folder, alone: ModuleType) -> tuple[list[str], int]:
    """What is said of the log that is broken, by the program; both verifiers agree on whether it is."""
    found = verify(folder.path)
    broken = [remark for remark in found.remarks if remark.gravity is Gravity.BROKEN]
    assert {remark.where for remark in broken} <= {FILE}
    theirs = alone.Verifier(folder.path, None)
    theirs.run([])
    assert {where for where, _ in theirs.faults} == {remark.where for remark in broken}
    return [remark.what for remark in broken], found.exit_code


def test_each_checkpoint_anchors_what_was_looked_at_since(mission: Folder, alone: ModuleType) -> None:
    anchors = [
        record.body["lines"] for record in mission.journal.replay() if record.kind is Kind.ACCESS_ANCHORED
    ]
    assert anchors == [3, 5]
    assert len(list(looks(mission.path))) == 6
    assert said(mission, alone) == ([], 0)


@pytest.mark.parametrize("left", [0, 1, 2, 3, 4])
def test_an_end_that_was_cut_off_is_said_by_both_verifiers(
    mission: Folder, alone: ModuleType, edited: Edit, left: int
) -> None:
    edited(mission.path / FILE, lambda raw: b"".join(raw.splitlines(keepends=True)[:left]))
    (what,), code = said(mission, alone)
    assert (code, "its end was cut off" in what) == (4, True)


def test_what_was_not_anchored_yet_may_be_lost_unseen_and_no_more(
    mission: Folder, alone: ModuleType, edited: Edit
) -> None:
    edited(mission.path / FILE, lambda raw: b"".join(raw.splitlines(keepends=True)[:5]))
    assert said(mission, alone) == ([], 0)


def test_a_log_that_was_written_anew_is_not_the_one_that_was_anchored(
    mission: Folder, alone: ModuleType
) -> None:
    (mission.path / FILE).unlink()
    look(mission, *(f"case-{n}" for n in range(1, 9)))
    assert said(mission, alone) == (["line 3 is not the one that record 3 anchored"], 4)


def test_an_altered_line_is_said_and_a_checkpoint_leaves_all_the_same(
    mission: Folder, alone: ModuleType, edited: Edit
) -> None:
    edited(mission.path / FILE, lambda raw: raw.replace(b"case-2", b"case-9"))
    assert said(mission, alone) == (["this line is not what was written here: lines were altered"], 4)
    left = publish(mission, at=MADE + timedelta(hours=6))
    assert left is not None
    assert left.fresh


def test_a_copy_without_the_log_is_held_to_nothing_and_that_is_noted(
    mission: Folder, alone: ModuleType
) -> None:
    (mission.path / FILE).unlink()
    assert said(mission, alone) == ([], 0)
    (noted,) = [remark.what for remark in verify(mission.path).remarks if remark.where == FILE]
    assert noted.startswith("is not here: who looked at what, 5 lines when it was last anchored")


def test_two_looks_at_one_thing_in_one_moment_have_lines_that_nobody_can_guess(mission: Folder) -> None:
    salts = [one.salt for one in looks(mission.path)]
    assert len(set(salts)) == len(salts) == 6
    assert {len(salt) for salt in salts} == {32}
