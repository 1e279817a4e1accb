"""A decided case is opened again when what it stands on has changed, and everybody who voted is told why."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import exercised as ex
import pytest

from trucewatch.errors import RefusedError
from trucewatch.mission.deeds import body_of
from trucewatch.mission.folder import Folder, settle
from trucewatch.mission.intake import ingest
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.known import known
from trucewatch.mission.reopening import due, notices, open_again
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.mission.walk import cases_of, walk
from trucewatch.model.decision import Case, CaseState, Cause, MoveKind, Outcome, Role

NEAR = "0.4995,0.500,3"
LATER = ex.START + timedelta(days=3)


@pytest.fixture
def decided(tmp_path: Path) -> Folder:
    folder = ex.mission(tmp_path)
    for lon, by, hours in ((0.5, "Analyst N.", 12.0), (0.5042, "Analyst O.", 15.0)):
        opening = ex.opened_on(folder, lon, by=by, hours=hours)
        ex.decided(folder, opening.case_id, hours=hours + 1)
    return folder


def cases(folder: Folder) -> tuple[Case, ...]:
    return cases_of(known(folder.path))


def joined_by_a_late_report(folder: Folder) -> None:
    """A third post heard it between the two: they are one."""
    ex.report(folder, "post-3", [ex.BETWEEN], at=LATER)


def test_two_decided_cases_stand_on_two_incidents_until_these_are_one(decided: Folder) -> None:
    assert walk(decided.path).fused.incidents.height == 2
    assert {case.state for case in cases(decided)} == {CaseState.DETERMINED}
    assert open_again(decided, at=LATER) == ()
    joined_by_a_late_report(decided)
    walked = walk(decided.path)
    first, second = sorted(cases(decided), key=lambda case: case.moves[0].at)
    assert walked.fused.incidents["incident_id"].to_list() == [first.incident_id]
    assert walked.aliases == {second.incident_id: first.incident_id}


def test_a_merge_under_decided_cases_opens_them_again_and_says_why_to_everyone_who_voted(
    decided: Folder,
) -> None:
    first = cases(decided)[0].case_id
    ex.moved(decided, first, MoveKind.DISSENT, Role.BODY, "Sol", hours=20)
    joined_by_a_late_report(decided)
    moves = open_again(decided, at=LATER)
    assert {move.cause for move in moves} == {Cause.MERGE}
    after = cases(decided)
    assert [case.state for case in after] == [CaseState.REOPENED] * 2
    assert all(case.determination is not None for case in after)
    told = notices(after)
    assert {(one.to, one.case_id) for one in told} == {
        (name, case.case_id) for case in after for name in ("Chair (unsigned)", "Fay (unsigned)")
    } | {("Sol (unsigned)", after[0].case_id)}
    incidents = {case.incident_id for case in after}
    late = [r.seq for r in decided.journal.replay() if r.kind is Kind.BATCH][-1]
    for one in told:
        assert all(incident is not None and incident in one.words for incident in incidents)
        assert "are now judged to be one" in one.words
        assert one.records == (late,)
    assert [one.to for one in notices(after, to="fay")] == ["Fay (unsigned)"] * 2
    assert notices(after, to="Somebody else") == ()


def test_what_the_program_did_is_a_record_of_its_own_that_both_verifiers_know(
    decided: Folder, alone: type
) -> None:
    joined_by_a_late_report(decided)
    open_again(decided, at=LATER)
    written = [record for record in decided.journal.replay() if record.kind is Kind.REOPENING]
    assert [(record.author, record.signed) for record in written] == [("trucewatch", None)] * 2
    assert not [r for r in verify(decided.path).remarks if r.gravity is Gravity.BROKEN]
    assert alone(decided.path) == 0
    assert open_again(decided, at=LATER + timedelta(hours=1)) == ()


def test_what_the_body_looked_at_since_opens_nothing_again(decided: Folder) -> None:
    joined_by_a_late_report(decided)
    hours = 80.0
    for move in open_again(decided, at=LATER):
        ex.moved(decided, move.case_id, MoveKind.CLOSE, Role.BODY, "Chair", hours=hours)
        hours += 1
    assert {case.state for case in cases(decided)} == {CaseState.CLOSED}
    assert due(decided, at=LATER + timedelta(days=9)) == ()


def test_a_late_observation_that_changes_the_assessment_opens_the_case_again(decided: Folder) -> None:
    before = next(case for case in cases(decided))
    late = ex.FIRST.replace("0.500,0.500,3", NEAR)
    ex.report(decided, "post-3", [late], at=LATER)
    moves = open_again(decided, at=LATER)
    assert [move.cause for move in moves] == [Cause.LATE_OBSERVATION]
    (batch,) = moves[0].records
    assert [r.seq for r in decided.journal.replay() if r.kind is Kind.BATCH][-1] == batch
    assert "came after the decision" in moves[0].words
    assert before.determination is not None


def test_what_came_late_from_elsewhere_opens_nothing(decided: Folder) -> None:
    ex.report(decided, "post-3", [ex.FIRST.replace("0.500,0.500,3", "0.900,0.900,3")], at=LATER)
    assert open_again(decided, at=LATER) == ()


def test_a_new_version_of_the_clause_opens_its_cases_again_and_of_another_clause_none(
    decided: Folder,
) -> None:
    path = decided.path / "agreements/exercise-line/agreement.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("## EX-4 Monitors move freely", "## EX-4 Monitors go freely"), "utf-8")
    settle(decided, by="Registrar", at=LATER)
    assert due(decided, at=LATER) == ()
    path.write_text(text.replace("whatever the weapon", "mortars excepted"), "utf-8")
    settle(decided, by="Registrar", at=LATER)
    moves = open_again(decided, at=LATER)
    assert [move.cause for move in moves] == [Cause.NEW_VERSION] * 2
    assert all("reads otherwise" in move.words for move in moves)


def test_a_case_opened_again_is_found_and_heard_anew_and_its_remedy_is_still_followed(
    decided: Folder,
) -> None:
    case_id = cases(decided)[0].case_id
    due_utc = ex.START + timedelta(days=2)
    ex.moved(
        decided, case_id, MoveKind.REMEDY, Role.BODY, "Chair", hours=20, owner="Party B", due_utc=due_utc
    )
    joined_by_a_late_report(decided)
    open_again(decided, at=LATER)
    ex.moved(
        decided,
        case_id,
        MoveKind.FOLLOW_UP,
        Role.VERIFIER,
        "Verifier K.",
        hours=73,
        done_utc=LATER,
        evidence=("visit",),
    )
    case = next(case for case in cases(decided) if case.case_id == case_id)
    assert (case.state, case.remedies[0].late) == (CaseState.REOPENED, True)
    with pytest.raises(RefusedError, match="takes no determine"):
        ex.moved(
            decided,
            case_id,
            MoveKind.DETERMINE,
            Role.BODY,
            "Chair",
            hours=74,
            body=ex.BODY,
            outcome=Outcome.ACCIDENT,
            standard_of_proof="reasonable grounds",
        )


def test_ingesting_says_what_it_opened_again(decided: Folder, run_here) -> None:
    path = decided.path.parent / "late.csv"
    path.write_text(f"{ex.HEAD}\n{ex.FIRST.replace('0.500,0.500,3', NEAR)}\n", "utf-8")
    told = run_here("ingest", "post-3", str(path), "--at", LATER.isoformat(), "--json", cwd=decided.path)
    assert told.returncode == 0, told.stderr
    (move,) = json.loads(told.stdout)["opened_again"]
    assert (move["cause"], move["role"], move["by"]) == ("late_observation", "program", "trucewatch")
    listed = json.loads(run_here("case", "notices", "--for", "Chair", "--json", cwd=decided.path).stdout)
    assert [one["case_id"] for one in listed["notices"]] == [move["case_id"]]


def test_a_person_who_joins_a_case_of_another_incident_opens_the_decided_one_again(
    tmp_path: Path, alone: type
) -> None:
    folder = ex.mission(tmp_path)
    first = ex.opened_on(folder, 0.5, hours=12).case_id
    ex.decided(folder, first, hours=13)
    second = ex.opened_on(folder, 0.5042, by="Analyst O.", hours=15)
    assert open_again(folder, at=LATER) == ()
    ex.moved(folder, second.case_id, MoveKind.JOIN, Role.ANALYST, "Analyst P.", hours=70, other_case=first)
    (move,) = open_again(folder, at=LATER)
    assert (move.case_id, move.cause) == (first, Cause.MERGE)
    assert "Analyst P. (unsigned) joined that case" in move.words
    assert second.incident_id in move.incidents
    assert {one.to for one in notices(cases(folder))} == {"Chair (unsigned)", "Fay (unsigned)"}
    assert open_again(folder, at=LATER + timedelta(hours=1)) == ()
    assert not [r for r in verify(folder.path).remarks if r.gravity is Gravity.BROKEN]
    assert alone(folder.path) == 0


def test_a_pin_follows_its_row_when_a_profile_is_mended(decided: Folder) -> None:
    before = sorted(str(case.incident_id) for case in cases(decided))
    ids = set(walk(decided.path).observations["observation_id"])
    path = decided.path / "sources.toml"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"position_sigma_m = \d+", "position_sigma_m = 99", text), "utf-8")
    for file in sorted(decided.path.parent.glob("post-*.csv")):
        list(ingest(decided, file.name[:6], [file], by="Registrar", at=LATER))
    walked = walk(decided.path)
    assert not ids & set(walked.observations["observation_id"])
    assert walked.fused.incidents["incident_id"].sort().to_list() == before


@pytest.mark.parametrize("records", [[0], [10_000], []])
def test_what_the_program_opens_again_on_records_that_do_not_bear_it_is_named_by_both_verifiers(
    decided: Folder, records: list[int], alone: type
) -> None:
    joined_by_a_late_report(decided)
    (first, *_) = due(decided, at=LATER)
    named = replace(first, by="trucewatch", move_id="0" * 32, records=tuple(records))
    entry = Entry(kind=Kind.REOPENING, author="trucewatch", body=body_of(named))
    replace(decided.journal, admits=None).append([entry], at=LATER)
    told = [r.what for r in verify(decided.path).remarks if r.gravity is Gravity.BROKEN]
    assert len(told) == 1
    assert alone(decided.path) == 4


def test_any_verb_that_records_a_new_text_opens_its_cases_again_and_says_so(
    decided: Folder, run_here
) -> None:
    path = decided.path / "agreements/exercise-line/agreement.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("whatever the weapon", "mortars excepted"), "utf-8")
    words = ("fact", "ceasefire_in_force", "--from", "2027-03-01T00:00Z", "--on", "EXERCISE: a letter")
    told = run_here(*words, "--by", "Registrar", "--at", LATER.isoformat(), cwd=decided.path)
    assert told.returncode == 0, told.stderr
    assert told.stderr.count("opened again: case-") == 2
    assert {case.state for case in cases(decided)} == {CaseState.REOPENED}
