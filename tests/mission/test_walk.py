"""The walk: the same record gives the same result, as known at any moment."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from trucewatch import api
from trucewatch.errors import AgreementError, ConfigError, InputError, RefusedError
from trucewatch.mission.asked import assessment_named, open_case
from trucewatch.mission.config import MISSION_FILE
from trucewatch.mission.deeds import record_fact, record_move
from trucewatch.mission.folder import Folder, Plan, init, opened, settle
from trucewatch.mission.intake import ingest
from trucewatch.mission.journal import Journal
from trucewatch.mission.keys import log_key
from trucewatch.mission.known import differing, known
from trucewatch.mission.reporting import day_of
from trucewatch.mission.segments import extend, read_lines, tail
from trucewatch.mission.walk import walk
from trucewatch.model.decision import CaseState, MoveKind, Outcome, Role
from trucewatch.model.statement import FactKind
from trucewatch.model.vocabulary import Truth
from trucewatch.report.html import html
from trucewatch.report.machine import to_json

DAY = date(2016, 10, 29)
T1 = datetime(2016, 10, 29, 18, tzinfo=UTC)
T2 = datetime(2016, 11, 2, 9, tzinfo=UTC)
PLAN = Plan(name="donbas", agreements=("minsk-2015",), packs=("coalition",), replay=True)


@pytest.fixture(scope="module")
def mission(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A mission whose second file of observations came four days late."""
    place = tmp_path_factory.mktemp("walk")
    folder = init(place / "m", PLAN, by="ann", at=T1 - timedelta(days=1))
    whole = (
        (shared / "data/donbas-2016/osce_smm_observations.csv").read_text("utf-8").splitlines(keepends=True)
    )
    of_day = [line for line in whole[1:] if "2016-10-28T" in line or "2016-10-29T" in line]
    assert len(of_day) > 3
    for name, lines, at in (("early.csv", of_day[:3], T1), ("late.csv", of_day[3:], T2)):
        (place / name).write_text(whole[0] + "".join(lines), "utf-8")
        assert [t.refused for t in ingest(folder, "smm", [place / name], by="ann", at=at)] == [()]
    return folder


def test_a_late_observation_changes_todays_view_of_a_past_day(mission: Folder) -> None:
    then, today = walk(mission.path, known_at=T1, day=DAY), walk(mission.path, day=DAY)
    assert then.observations.height == 3
    assert today.observations.height > 3
    assert today.fused.incidents.height > then.fused.incidents.height


def _unrecord_last(journal: Journal) -> None:
    """Make the record what it was before its last append."""
    *standing, _ = (line for _, line in read_lines(journal.lines, journal.head().size))
    signer = log_key(journal.key.name)
    shutil.rmtree(journal.folder)
    journal.create(signer)
    extend(tail(journal.lines, 0), standing)
    journal.store.append([entry for line in standing for entry in line.leaves()], signer=signer)


def test_a_late_observation_leaves_that_days_view_as_it_was_then(mission: Folder, tmp_path: Path) -> None:
    then = day_of(walk(mission.path, known_at=T2 - timedelta(seconds=1), day=DAY))
    shutil.copytree(mission.path, tmp_path / "then")
    _unrecord_last(opened(tmp_path / "then").journal)
    at_the_time = day_of(walk(tmp_path / "then", known_at=T2 - timedelta(seconds=1), day=DAY))
    assert html(then) == html(at_the_time)
    assert to_json(then) == to_json(at_the_time)


def test_the_same_record_gives_the_same_bytes(mission: Folder) -> None:
    first, second = (day_of(walk(mission.path, day=DAY)) for _ in range(2))
    assert html(first) == html(second)
    assert to_json(first) == to_json(second)


def test_links_hold_row_numbers_of_all_observations(mission: Folder) -> None:
    walked = walk(mission.path, day=DAY)
    ids = walked.observations["observation_id"]
    for left, right in walked.fused.links.select("left", "right").iter_rows():
        assert ids[left] != ids[right]
    members = {member for row in walked.fused.incidents["observations"].to_list() for member in row}
    assert members <= set(ids)


def test_nothing_is_known_before_the_first_record(mission: Folder) -> None:
    with pytest.raises(InputError, match="later --known-at"):
        known(mission.path, known_at=T1 - timedelta(days=9))


def test_what_differs_on_disk_is_named_and_does_not_count(mission: Folder, tmp_path: Path) -> None:
    shutil.copytree(mission.path, tmp_path / "m")
    path = tmp_path / "m" / MISSION_FILE
    path.write_text(path.read_text("utf-8").replace("donbas", "other"), "utf-8")
    record = known(tmp_path / "m")
    assert record.mission.name == "donbas"
    assert differing(record) == (MISSION_FILE,)


def test_an_agreement_broken_on_disk_leaves_the_recorded_one_standing(
    mission: Folder, tmp_path: Path
) -> None:
    shutil.copytree(mission.path, tmp_path / "m")
    (tmp_path / "m" / "agreements" / "minsk-2015" / "agreement.md").write_text("# nothing\n", "utf-8")
    record = known(tmp_path / "m")
    assert [agreement.name for agreement in record.agreements] == ["minsk-2015"]
    assert differing(record)
    with pytest.raises(AgreementError, match="front matter"):
        list(ingest(record.folder, "smm", [], by="ann", at=T2))


def test_zones_of_an_agreement_are_areas_of_the_walk(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", Plan(name="m", agreements=("tcg-2020",)), by="ann")
    zones = folder.path / "agreements" / "tcg-2020" / "zones.geojson"
    square = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}
    feature = {"type": "Feature", "properties": {"id": "zone-1"}, "geometry": square}
    zones.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    settle(folder, by="ann")
    assert walk(folder.path).areas.outline("zone-1") is not None
    zones.write_text("{}", "utf-8")
    with pytest.raises(ConfigError, match="FeatureCollection"):
        settle(folder, by="ann")


def test_only_a_replay_takes_a_moment_to_write_at(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", Plan(name="m", agreements=(), sources=""), by="ann")
    with pytest.raises(RefusedError, match="--replay"):
        record_fact(folder, kind=FactKind.WAR_OVER, holds=True, from_utc=T1, by="ann", on="words", at=T1)


def test_an_exercise_cannot_become_real_nor_the_other_way_round(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", Plan(name="m", agreements=(), sources="", exercise=True), by="ann")
    path = folder.path / MISSION_FILE
    path.write_text(path.read_text("utf-8").replace("exercise = true", "exercise = false"), "utf-8")
    with pytest.raises(RefusedError, match="make another mission"):
        record_fact(folder, kind=FactKind.WAR_OVER, holds=True, from_utc=T1, by="ann", on="words")


def test_a_shipped_name_misspelt_gets_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean 'tcg-2020'"):
        init(tmp_path / "m", Plan(name="m", agreements=("tcg-2002",)), by="ann")
    assert not (tmp_path / "m").exists()


def test_a_recorded_ceasefire_meets_the_conditions_that_wait_for_it(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", Plan(name="m", agreements=(), packs=("coalition",), sources=""), by="ann")

    def met() -> set[Truth]:
        return {
            condition.met
            for standing in walk(folder.path, at=datetime(2026, 6, 1, tzinfo=UTC)).guarantees.standings
            for condition in standing.conditions
            if condition.condition.trigger is FactKind.CEASEFIRE_IN_FORCE
        }

    assert met() == {Truth.UNKNOWN}
    facts = [
        record_fact(
            folder,
            kind=FactKind.CEASEFIRE_IN_FORCE,
            holds=True,
            from_utc=T1,
            by="ann",
            on="an order",
            agreement=None,
        )
        for _ in range(2)
    ]
    assert facts[0] == facts[1]
    assert len(known(folder.path).facts) == 1
    assert Truth.YES in met()


def test_a_case_stands_on_what_was_assessed_when_it_was_opened(mission: Folder) -> None:
    walked = walk(mission.path)
    first = walked.assessments.drop_nulls("incident_id")["assessment_id"][0]
    move = open_case(walked, first, by="ann", role=Role.ANALYST, words="look", valid_at=T2, at=T2)
    row = assessment_named(walked, first)
    other_day = walk(mission.path, day=DAY + timedelta(days=30))
    assert [(c.state, c.incident_id) for c in other_day.cases] == [(CaseState.OPENED, row["incident_id"])]
    assert other_day.cases[0].moves == (move,)
    found = replace(move, move_id="", kind=MoveKind.FIND, role=Role.VERIFIER, at=T2 + timedelta(hours=1))
    ruled = replace(
        found,
        kind=MoveKind.DETERMINE,
        role=Role.BODY,
        body="b",
        outcome=Outcome.ACCIDENT,
        standard_of_proof="s",
    )
    for wrong, who, words in [
        (ruled, "cy", "exercises only"),
        (found, "ann", "may not verify"),
        (replace(found, at=T2), "ben", "give a later moment"),
        (replace(found, kind=MoveKind.REPLY, role=Role.PARTY, party="A"), "ben", "takes no reply"),
    ]:
        with pytest.raises(RefusedError, match=words):
            record_move(mission, wrong, by=who, at=wrong.at)
    assert len(known(mission.path).moves) == 1
    record_move(mission, found, by="ben", at=found.at)
    assert [case.state for case in walk(mission.path, day=DAY).cases] == [CaseState.FOUND]


def test_a_notebook_opens_a_mission_by_its_folder(mission: Folder) -> None:
    walked = api.open(mission.path, day=DAY, known_at=T1).walk
    assert walked.day == DAY
    assert walked.known.known_at == T1
