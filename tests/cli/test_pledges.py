"""`fact` and `guarantee`: what people record about facts, the graph behind a statement, clocks, and what if."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Door = Callable[..., CompletedProcess[str]]
AT = ("--at", "2027-03-02T00:00Z")
ON = ("--on", "EXERCISE: a note")
FROM = ("--from", "2027-03-01T00:00Z")


@pytest.fixture
def mission(tmp_path: Path, run_here: Door) -> Path:
    made = run_here(
        *("init", "m", "--agreement", "exercise-line", "--pack", "exercise-ab", "--exercise", "--replay"),
        *("--at", "2027-02-28T12:00Z"),
        cwd=tmp_path,
    )
    assert made.returncode == 0, made.stderr
    return tmp_path / "m"


def done(run_here: Door, mission: Path, *arguments: str) -> dict[str, object]:
    ran = run_here(*arguments, "--json", cwd=mission)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, object] = json.loads(ran.stdout)
    assert "EXERCISE" in str(found["stamp"])
    return found


def lines(run_here: Door, mission: Path, *arguments: str) -> str:
    ran = run_here(*arguments, cwd=mission)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_reading_is_recorded_printed_contested_and_withdrawn(run_here: Door, mission: Path) -> None:
    done(run_here, mission, "fact", "truce_concluded", *FROM, *ON, *AT, "--by", "Registrar")
    read = done(
        run_here,
        mission,
        *("fact", "counts-as", "truce_concluded", "ceasefire_in_force", "--statement", "X002"),
        *(*ON, *AT, "--by", "Adviser"),
    )
    name = str(read["counts_as"]["counts_as_id"])
    why = lines(run_here, mission, "guarantee", "--why", "X002")
    assert "  met: “once a ceasefire is in force”: recorded as so from 2027-03-01T00:00+00:00" in why
    assert f"    counts-as {name}: truce_concluded as ceasefire_in_force for exercise-ab/X002, Adviser" in why
    contest = done(
        run_here, mission, "fact", "contest", name[:6], "--contested-by", "G", *ON, *AT, "--by", "Envoy of G"
    )
    why = lines(run_here, mission, "guarantee", "--why", "exercise-ab/X002")
    assert "  unknown: “once a ceasefire is in force”" in why
    assert "is contested by G and adds nothing" in why
    taken = str(contest["contest"]["contest_id"])
    done(run_here, mission, "fact", "withdraw", taken, *ON, *AT, "--by", "Envoy of G")
    assert "  met: “once" in lines(run_here, mission, "guarantee", "--why", "X002")
    listed = lines(run_here, mission, "fact", "list")
    assert f"{name[:8]}  truce_concluded counts as ceasefire_in_force for exercise-ab/X002  Adviser" in listed
    assert "Envoy of G (unsigned) withdraws" in listed


def test_the_graph_prints_the_statement_that_another_waits_for(run_here: Door, mission: Path) -> None:
    done(run_here, mission, "fact", "status", "X001", "in_force", "--for", "G", *FROM, *ON, *AT)
    why = lines(run_here, mission, "guarantee", "--why", "X004")
    assert (
        "  met: “once the reassurance force of G is in force”: exercise-ab/X001 is recorded as in force"
        in why
    )
    assert "    X001  2025-01-01  Guarantor G (exercise): will deploy" in why
    assert "      unknown: “once a ceasefire is in force”: no record says so" in why
    told = done(run_here, mission, "guarantee", "--why", "X004")
    assert [s["statement"]["statement_id"] for s in told["standings"]] == ["X004", "X001"]


def test_what_would_fail_is_a_question_and_records_nothing(run_here: Door, mission: Path) -> None:
    before = lines(run_here, mission, "guarantee")
    told = lines(run_here, mission, "guarantee", "--without", "G")
    assert "a question, not a record: what fails if Guarantor G (exercise) withdraws" in told
    assert "fails:    X004" in told
    assert "          exercise-ab/X004 waits for exercise-ab/X001" in told
    assert "toward REQ-1: 40 to 60 will; 0 to 20 may now, 0 to 20 may then" in told
    assert lines(run_here, mission, "guarantee") == before
    found = done(run_here, mission, "guarantee", "--without", "G")
    assert [f["standing"]["statement"]["statement_id"] for f in found["without"]["fallen"]] == ["X004"]


def test_an_instrument_prints_its_draft_beside_its_final_text(run_here: Door, mission: Path) -> None:
    told = lines(run_here, mission, "guarantee", "--why", "GL")
    assert "  from draft of November to as signed:" in told
    assert "      - G deploys a reassurance force when a breach is reported." in told
    assert (
        "      + G deploys a reassurance force when the Special Commission has determined a breach." in told
    )


def test_clocks_are_printed_for_the_body_and_refused_to_everybody_else(run_here: Door, mission: Path) -> None:
    told = lines(run_here, mission, "guarantee", "--clocks", "--audience", "body")
    assert told.startswith("EXERCISE · REPLAY · BODY\n")
    assert "first-answer  the guarantors answer the party concerned: no hour: not started" in told
    assert "it advises" in told
    for audience in ("internal", "public", "party:A"):
        refused = run_here("guarantee", "--clocks", "--audience", audience, cwd=mission)
        assert refused.returncode == 3
        assert "clocks are shown to body and guarantor only" in refused.stderr


def test_no_output_of_the_ledger_has_a_place_or_a_clock_in_it(run_here: Door, mission: Path) -> None:
    done(run_here, mission, "fact", "status", "CLK/first-answer", "done", "--for", "G", *FROM, *ON, *AT)
    why, without = ("guarantee", "--why", "X001"), ("guarantee", "--without", "G")
    for arguments in (("guarantee",), why, without, ("fact", "list")):
        for form in ((), ("--json",)):
            told = lines(run_here, mission, *arguments, *form)
            assert "old mill" not in told
            assert "first-answer" not in told
    assert "its place is on file and withheld" in lines(run_here, mission, "guarantee")


def test_a_fact_may_name_its_kind_after_its_options(run_here: Door, mission: Path) -> None:
    one = done(run_here, mission, "fact", *FROM, "war_over", *ON, *AT)
    assert done(run_here, mission, "fact", "war_over", *FROM, *ON, *AT)["fact"] == one["fact"]
    assert "Commands:" in lines(run_here, mission, "fact", "--help")


def test_what_is_due_says_how_it_is_read(run_here: Door, mission: Path) -> None:
    told = lines(run_here, mission, "guarantee", "--valid-at", "2027-04-02T00:00Z")
    assert "  overdue by 2 days since 2027-03-31: “before the end of March” (the last day of March" in told


@pytest.mark.parametrize(
    ("arguments", "code", "met"),
    [
        (("fact", "status", "X001", "in_force", "--for", "H", *FROM, *ON, *AT), 3, "may not"),
        (("fact", "withdraw", "abc", *ON, *AT), 2, "`trucewatch fact list` prints them"),
        (("fact", "counts-as", "war_over", "war_over", *ON, *AT), 2, "counts as itself"),
        (("fact", "counts-as", "war_over", "breach_determined", *ON, *AT), 3, "only the body"),
        (("fact", "war_ovr", *FROM, *ON, *AT), 2, "war_ovr"),
        (("guarantee", "--why", "Z9"), 2, "no statement 'Z9', nor an instrument"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_one_line(
    run_here: Door, mission: Path, arguments: tuple[str, ...], code: int, met: str
) -> None:
    ran = run_here(*arguments, cwd=mission)
    assert (ran.returncode, ran.stderr.count("\n")) == (code, 1)
    assert met in ran.stderr
