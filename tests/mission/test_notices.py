"""Notices: what somebody states of incidents, recorded, listed, taken back, and refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trucewatch.errors import TrucewatchError
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.known import known
from trucewatch.mission.pledges import record_notice, record_withdrawal
from trucewatch.mission.verify import verify
from trucewatch.model.condition import Stated
from trucewatch.model.notice import Notice

DAY = datetime(2027, 3, 2, tzinfo=UTC)
INVOKED = Notice(
    stated=Stated.INVOKED,
    record="",
    by="A",
    at=DAY,
    from_utc=DAY,
    to_utc=DAY.replace(hour=6),
    party="A",
    clause_id="exercise-line/EX-2",
    rests_on="a letter",
)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    plan = Plan(name="m", agreements=("exercise-line",), exercise=True)
    return init(tmp_path / "m", plan, by="ann")


def test_a_notice_stands_in_the_record_once_and_verifies(folder: Folder) -> None:
    made = record_notice(folder, INVOKED, by="ann")
    again = record_notice(folder, INVOKED, by="ann")
    standing = known(folder.path).annotations.standing_notices
    assert standing == (made,) == (again,)
    assert (made.recorded_by, made.clause_id) == ("ann (unsigned)", "exercise-line/EX-2")
    assert verify(folder.path).remarks == ()


def test_a_notice_is_taken_back_by_its_recorder_alone(folder: Folder) -> None:
    made = record_notice(folder, INVOKED, by="ann")
    with pytest.raises(TrucewatchError, match="its recorder withdraws it"):
        record_withdrawal(folder, of=made.record[:8], by="bea", on="no")
    record_withdrawal(folder, of=made.record[:8], by="ann", on="a slip")
    assert known(folder.path).annotations.standing_notices == ()
    assert len(known(folder.path).annotations.notices) == 1


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (replace(INVOKED, to_utc=DAY), "ends before it starts"),
        (replace(INVOKED, clause_id="exercise-line/EX-1"), "there is no exception"),
        (replace(INVOKED, clause_id=None), "named with --clause"),
        (replace(INVOKED, stated=Stated.ORDERED), "named with --clause"),
        (replace(INVOKED, by=" "), "say whose with --stated-by"),
        (replace(INVOKED, lon=500.0, lat=20.0, radius_m=10.0), "the place is LON LAT METRES"),
        (replace(INVOKED, lon=5.0, lat=20.0, radius_m=-1.0), "the place is LON LAT METRES"),
        (replace(INVOKED, area_id="nowhere"), "there is no area or zone 'nowhere'"),
    ],
)
def test_a_notice_of_nothing_is_refused_with_its_mending(folder: Folder, notice: Notice, words: str) -> None:
    with pytest.raises(TrucewatchError, match=words):
        record_notice(folder, notice, by="ann")
