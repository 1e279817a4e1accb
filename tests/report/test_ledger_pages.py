"""The board, the timeline and the reasons of a statement, of the two articles and of an exercise."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from trucewatch.errors import RefusedError
from trucewatch.mission.content import organisations
from trucewatch.mission.deeds import record_fact
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.known import known
from trucewatch.mission.ledger_pages import board_of, if_withdrawn_of, reasons_of, timeline_of
from trucewatch.mission.pledges import ledger_at, record_contest, record_withdrawal
from trucewatch.mission.publishing import publish
from trucewatch.model.statement import FactKind
from trucewatch.model.vocabulary import Audience, Truth
from trucewatch.report.components import Component, Voice
from trucewatch.report.if_withdrawn import if_withdrawn_csv, if_withdrawn_html, if_withdrawn_json
from trucewatch.report.ledger_rows import board_csv, board_json, timeline_csv, timeline_json
from trucewatch.report.reasons import reasons_html
from trucewatch.report.timeline import Sort, timeline_html
from trucewatch.report.undertakings import Undertakings, undertakings_html
from trucewatch.report.words import Language, words

AT = datetime(2026, 1, 6, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    plan = Plan(
        name="Guarantees",
        agreements=("paris-2026",),
        packs=("coalition", "paris-declaration"),
        replay=True,
        seed=b"test",
    )
    return init(tmp_path_factory.mktemp("ledger") / "mission", plan, by="Registrar", at=AT)


@pytest.fixture
def exercise(tmp_path: Path) -> Folder:
    plan = Plan(name="E", agreements=("exercise-line",), packs=("exercise-ab",), exercise=True, replay=True)
    return init(tmp_path / "mission", plan, by="Registrar", at=datetime(2027, 2, 28, tzinfo=UTC))


def voices(board: Undertakings, actor: str) -> set[tuple[Component, Voice]]:
    (row,) = [row for row in board.rows if row.code == actor]
    return {(cell.component, told.voice) for cell in row.cells for told in cell.told}


def test_the_united_states_have_nothing_of_their_own_on_the_board(articles: Folder) -> None:
    board = board_of(known(articles.path), at=AT)
    assert {voice for _, voice in voices(board, "US")} == {Voice.CLAIMED}
    (row,) = [row for row in board.rows if row.code == "US"]
    assert row.claimed_only
    assert "none of it is its own undertaking" in undertakings_html(board)


def test_a_refusal_and_what_is_put_off_stand_on_the_board(articles: Folder) -> None:
    board = board_of(known(articles.path), at=AT)
    assert (Component.FORCE, Voice.REFUSED) in voices(board, "IT")
    assert (Component.FORCE, Voice.PUT_OFF) in voices(board, "DE")


def test_unnamed_members_have_a_row_of_their_own_at_the_end(articles: Folder) -> None:
    board = board_of(known(articles.path), at=AT)
    assert board.rows[-1].code == "XX-26"
    assert "26 claimed, " in undertakings_html(board, organisations=organisations())


def test_a_board_counts_its_conditions_once_a_statement(articles: Folder) -> None:
    tally = board_of(known(articles.path), at=AT).tally
    assert tally.met + tally.not_met + tally.unknown + tally.unconditional == tally.own
    assert tally.met == 0


def test_a_recorded_ceasefire_turns_the_exercises_board(exercise: Folder) -> None:
    start = datetime(2027, 3, 1, tzinfo=UTC)
    early = board_of(known(exercise.path), at=start)
    record_fact(
        exercise,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=start,
        by="Registrar",
        on="EXERCISE note",
        agreement="exercise-line",
        at=start,
    )
    late = board_of(known(exercise.path), at=start)
    assert (early.tally.met, late.tally.met) == (0, 1)


def test_clocks_are_for_the_body_and_guarantors_of_an_exercise_only(
    exercise: Folder, articles: Folder
) -> None:
    record = known(exercise.path)
    assert board_of(record, at=record.known_at).clocks == ()
    shown = board_of(record, at=record.known_at, audience=Audience.BODY)
    assert [clock.clock.clock_id for clock in shown.clocks]
    assert "A clock advises" in undertakings_html(shown)
    with pytest.raises(RefusedError):
        board_of(record, at=record.known_at, audience=Audience.PARTY_A)
    with pytest.raises(RefusedError):
        board_of(known(articles.path), at=AT, audience=Audience.BODY)


@pytest.mark.parametrize("audience", [Audience.INTERNAL, Audience.BODY, Audience.GUARANTOR])
def test_no_page_or_file_of_the_ledger_holds_a_hubs_place(exercise: Folder, audience: Audience) -> None:
    record = known(exercise.path)
    board = board_of(record, at=record.known_at, audience=audience)
    for text in (undertakings_html(board).encode(), board_json(board), board_csv(board)):
        assert b"old mill" not in text


def test_the_timeline_tells_every_statement_on_its_day(articles: Folder) -> None:
    record = known(articles.path)
    page = timeline_of(record, at=AT)
    told = [e.standing.statement for _, events in page.days for e in events if e.standing is not None]
    assert sorted(s.statement_id for s in told) == sorted(s.statement_id for s in record.statements)
    assert [day for day, _ in page.days] == sorted({s.stated_on for s in record.statements})
    assert all(
        s.stated_on == day
        for day, events in page.days
        for e in events
        if e.standing
        for s in [e.standing.statement]
    )


def test_an_undated_promise_runs_open_on_the_timeline(articles: Folder) -> None:
    html = timeline_html(timeline_of(known(articles.path), at=AT), organisations=organisations())
    assert 'class="open"' in html
    assert "124 days old" in html


def test_a_fact_and_its_contest_stand_on_the_timeline_and_in_the_reasons(exercise: Folder) -> None:
    start = datetime(2027, 3, 1, tzinfo=UTC)
    fact = record_fact(
        exercise,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=start,
        by="Registrar",
        on="EXERCISE note",
        contested_by=("B",),
        at=start,
    )
    record = known(exercise.path)
    page = timeline_of(record, at=start)
    (event,) = [e for _, events in page.days for e in events if e.sort is Sort.FACT]
    assert event.fact == fact
    (standing,) = [s for s in ledger_at(record, (), at=start).standings if s.statement.statement_id == "X002"]
    assert standing.met is Truth.UNKNOWN
    html = reasons_html(reasons_of(record, standing, at=start))
    assert fact.fact_id in html
    assert "contested by:" in html


def test_what_a_statement_waits_for_of_another_stands_below_it(exercise: Folder) -> None:
    record = known(exercise.path)
    at = datetime(2027, 3, 1, tzinfo=UTC)
    (standing,) = [s for s in ledger_at(record, (), at=at).standings if s.statement.statement_id == "X004"]
    page = reasons_of(record, standing, at=at)
    (awaited,) = [g.awaited for g in page.reason.grounds if g.awaited is not None]
    assert awaited.standing.statement.statement_id == "X001"
    assert len(awaited.grounds) == 2


def test_the_ledgers_files_say_what_its_pages_say(articles: Folder) -> None:
    record = known(articles.path)
    board, over_time = board_of(record, at=AT), timeline_of(record, at=AT)
    rows = list(csv.DictReader(io.StringIO(board_csv(board, organisations()).decode())))
    assert len(rows) == sum(len(cell.told) for row in board.rows for cell in row.cells)
    (france,) = [r for r in rows if r["statement_id"] == "coalition/C008"]
    assert (france["actor_label"], france["modality"], france["least"], france["most"]) == (
        *("France", "may", "2000", "9999"),
    )
    entries = list(csv.DictReader(io.StringIO(timeline_csv(over_time).decode())))
    assert len(entries) == sum(len(events) for _, events in over_time.days)
    assert json.loads(board_json(board))["stamp"] == "REPLAY · INTERNAL"
    assert json.loads(timeline_json(over_time))["stamp"] == "REPLAY · INTERNAL"


@pytest.mark.parametrize("language", list(Language))
def test_the_ledgers_pages_are_there_in_every_language(articles: Folder, language: Language) -> None:
    record = known(articles.path)
    board = undertakings_html(board_of(record, at=AT), language, organisations())
    over_time = timeline_html(timeline_of(record, at=AT), language, organisations())
    for page in (board, over_time):
        assert f'<html lang="{language.value}" dir="{words(language).direction}">' in page
        assert "<script" not in page
    assert date(2026, 1, 6).isoformat() in over_time or "2026" in over_time


def test_a_fact_taken_back_or_contested_says_so_on_the_timeline_and_is_drawn_no_more(
    exercise: Folder,
) -> None:
    start = datetime(2027, 3, 1, tzinfo=UTC)
    fact = record_fact(
        exercise,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=start,
        by="Registrar",
        on="EXERCISE note",
        at=start,
    )
    record_contest(exercise, of=fact.fact_id, contested_by="B", by="Bo", on="EXERCISE", at=start)
    (event,) = [e for _, day in timeline_of(known(exercise.path), at=start).days for e in day if e.fact]
    assert (event.contested, event.withdrawn) == (True, False)
    record_withdrawal(exercise, of=fact.fact_id, by="Registrar", on="EXERCISE mistake", at=start)
    page = timeline_of(known(exercise.path), at=start)
    (event,) = [e for _, day in page.days for e in day if e.fact]
    assert event.withdrawn
    assert "taken back by its recorder" in timeline_html(page)
    assert b"yes, taken back" in timeline_csv(page)


def test_a_page_names_the_checkpoint_that_left_and_that_nobody_cosigned_it(tmp_path: Path) -> None:
    begun = datetime(2027, 2, 28, tzinfo=UTC)
    plan = Plan(
        name="E", agreements=("exercise-line",), packs=("exercise-ab",), exercise=True, replay=True, seed=b"e"
    )
    folder = init(tmp_path / "mission", plan, by="Registrar", at=begun)
    before = undertakings_html(board_of(known(folder.path), at=begun))
    publish(folder, at=begun + timedelta(hours=2))
    after = undertakings_html(board_of(known(folder.path), at=begun))
    assert "no checkpoint has left" in before
    assert "checkpoint of 512 leaves, 2027-02-28 04:00 +02:00" in after
    assert "cosigned by nobody" in after


def test_what_would_fail_has_a_page_and_its_twins(exercise: Folder) -> None:
    record = known(exercise.path)
    page = if_withdrawn_of(record, "G", at=record.known_at)
    html = if_withdrawn_html(page, organisations=organisations())
    assert "A question, not a record" in html
    assert "What fails if Guarantor G (exercise) withdraws" in html
    steps = ("G withdraws exercise-ab/X001", "exercise-ab/X004 waits for exercise-ab/X001")
    rows = list(csv.DictReader(io.StringIO(if_withdrawn_csv(page).decode())))
    (fails,) = [row for row in rows if row["part"] == "fails"]
    assert fails["because"].startswith(" | ".join(steps))
    assert (fails["before"], fails["after"]) == ("unknown", "no")
    assert [row["of"] for row in rows if row["part"] == "own"] == ["exercise-ab/X001", "exercise-ab/X002"]
    (told,) = json.loads(if_withdrawn_json(page))["told"]["fallen"]
    assert told["because"][:2] == list(steps)
    assert all(s.statement.statement_id in html for s in page.told.own)


def test_the_united_states_is_named_with_its_article_and_loses_nothing_of_its_own(articles: Folder) -> None:
    page = if_withdrawn_of(known(articles.path), "US", at=AT)
    html = if_withdrawn_html(page, organisations=organisations())
    assert "What fails if the United States withdraws" in html
    assert "0 undertakings of its own would fall away" in html
    assert "It was never its own" in html


def test_the_board_names_what_waits_for_an_actor_and_leads_to_the_page_that_is_there(
    exercise: Folder,
) -> None:
    board = board_of(known(exercise.path), at=AT.replace(year=2027))
    assert {row.code: row.falls_with for row in board.rows} == {"G": ("exercise-ab/X004",), "H": ()}
    assert "without-G" not in undertakings_html(board)
    linked = undertakings_html(board, organisations=organisations(), links={"G": "without-G.html"})
    assert '<a href="without-G.html">What fails if Guarantor G (exercise) withdraws</a>' in linked
