"""What people record about records: one counts as another, is contested, is taken back; and what became of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources

import pytest

from trucewatch.guarantee.clocks import clocks_at
from trucewatch.guarantee.guarantee import guarantee
from trucewatch.guarantee.pack import read_pack
from trucewatch.guarantee.versions import clause_changes, drafting
from trucewatch.guarantee.without import without
from trucewatch.model.annotation import (
    NO_ANNOTATIONS,
    Annotations,
    Contest,
    CountsAs,
    Status,
    StatusKind,
    Withdrawal,
)
from trucewatch.model.decision import Determination, Outcome
from trucewatch.model.instrument import ClauseTurn
from trucewatch.model.pack import Pack
from trucewatch.model.response import StepState
from trucewatch.model.standing import Guarantees, Standing
from trucewatch.model.statement import Fact, FactKind, Modality, Rung
from trucewatch.model.support import HubStage
from trucewatch.model.undertaking import DueState
from trucewatch.model.vocabulary import Truth

NOON = datetime(2027, 3, 5, 12, tzinfo=UTC)
BODY = "Special Commission (exercise)"
SHIPPED = resources.files("trucewatch").joinpath("content/statements")
ADA, BO = "Ada (unsigned)", "Bo (unsigned)"


def pack(name: str) -> Pack:
    return read_pack(SHIPPED.joinpath(name, "statements.toml").read_text("utf-8"), pack=name)


EXERCISE, COALITION = pack("exercise-ab"), pack("coalition")


def fact(
    kind: FactKind, *, holds: bool = True, by: str = ADA, hours: int = -24, whose: str | None = None
) -> Fact:
    return Fact(
        fact_id=f"{kind.value}-{holds}-{by}-{hours}",
        kind=kind,
        holds=holds,
        from_utc=NOON + timedelta(hours=hours),
        recorded_by=by,
        rests_on="a letter",
        whose=whose,
    )


def reading(**named: object) -> CountsAs:
    plain = CountsAs(
        counts_as_id="R1",
        kind=FactKind.TRUCE_CONCLUDED,
        trigger=FactKind.CEASEFIRE_IN_FORCE,
        words=None,
        pack=None,
        statement_id=None,
        recorded_by=BO,
        rests_on="both texts say the same hour",
    )
    return replace(plain, **named)


def status(
    of: str, kind: StatusKind, *, actor: str | None = None, body: str | None = None, hours: int = -1
) -> Status:
    return Status(
        status_id=f"{of}-{kind}-{actor}-{body}-{hours}",
        of=of,
        kind=kind,
        from_utc=NOON + timedelta(hours=hours),
        for_actor=actor,
        body=body,
        recorded_by=ADA,
        rests_on="a note",
    )


def contest(of: str) -> Contest:
    return Contest(contest_id=f"K-{of}", of=of, contested_by="party B", recorded_by=BO, rests_on="no")


def withdrawal(of: str, by: str) -> Withdrawal:
    return Withdrawal(withdrawal_id=f"W-{of}-{by}", of=of, recorded_by=by, rests_on="an error")


def breach(body: str = BODY, *, began: int | None = -30, clause: str = "exercise-line/EX-1") -> Determination:
    return Determination(
        case_id="case-1",
        body=body,
        outcome=Outcome.BREACH_BY_B,
        clause_id=clause,
        at=NOON - timedelta(hours=2),
        standard_of_proof="reasonable grounds",
        by="Chair (unsigned)",
        words="",
        move_id="move-1",
        breach_utc=None if began is None else NOON + timedelta(hours=began),
    )


def ledger(
    *facts: Fact,
    notes: Annotations = NO_ANNOTATIONS,
    made: tuple[Determination, ...] = (),
    of: Pack = EXERCISE,
    at: datetime = NOON,
) -> Guarantees:
    return guarantee(of.statements, facts, made, at=at, annotations=notes, packs=[of])


def one(told: Guarantees, statement_id: str) -> Standing:
    (found,) = [s for s in told.standings if s.statement.statement_id == statement_id]
    return found


TRUCE, CEASEFIRE = fact(FactKind.TRUCE_CONCLUDED), fact(FactKind.CEASEFIRE_IN_FORCE)
NO_CEASEFIRE = fact(FactKind.CEASEFIRE_IN_FORCE, holds=False)
NO_TRUCE = fact(FactKind.TRUCE_CONCLUDED, holds=False)
OTHERS_NO = fact(FactKind.CEASEFIRE_IN_FORCE, holds=False, by=BO)


@pytest.mark.parametrize(
    ("facts", "notes", "met"),
    [
        ((TRUCE,), Annotations(), Truth.UNKNOWN),
        ((TRUCE,), Annotations(counts_as=(reading(),)), Truth.YES),
        ((TRUCE,), Annotations(counts_as=(reading(pack="exercise-ab"),)), Truth.YES),
        ((TRUCE,), Annotations(counts_as=(reading(pack="coalition"),)), Truth.UNKNOWN),
        ((TRUCE,), Annotations(counts_as=(reading(pack="exercise-ab", statement_id="X002"),)), Truth.YES),
        ((TRUCE,), Annotations(counts_as=(reading(pack="exercise-ab", statement_id="X001"),)), Truth.UNKNOWN),
        ((TRUCE,), Annotations(counts_as=(reading(),), contests=(contest("R1"),)), Truth.UNKNOWN),
        ((TRUCE,), Annotations(counts_as=(reading(),), contests=(contest(TRUCE.fact_id),)), Truth.UNKNOWN),
        ((TRUCE,), Annotations(counts_as=(reading(),), withdrawals=(withdrawal("R1", BO),)), Truth.UNKNOWN),
        ((TRUCE,), Annotations(counts_as=(reading(),), withdrawals=(withdrawal("R1", ADA),)), Truth.YES),
        ((NO_TRUCE,), Annotations(counts_as=(reading(),)), Truth.UNKNOWN),
        ((NO_CEASEFIRE,), Annotations(counts_as=(reading(),)), Truth.NO),
        ((NO_CEASEFIRE, TRUCE), Annotations(counts_as=(reading(),)), Truth.UNKNOWN),
        ((CEASEFIRE, OTHERS_NO, TRUCE), Annotations(counts_as=(reading(),)), Truth.UNKNOWN),
        ((CEASEFIRE, NO_TRUCE), Annotations(counts_as=(reading(),)), Truth.YES),
        ((CEASEFIRE,), Annotations(contests=(contest(CEASEFIRE.fact_id),)), Truth.UNKNOWN),
        ((CEASEFIRE,), Annotations(withdrawals=(withdrawal(CEASEFIRE.fact_id, ADA),)), Truth.UNKNOWN),
        ((CEASEFIRE,), Annotations(withdrawals=(withdrawal(CEASEFIRE.fact_id, BO),)), Truth.YES),
        (
            (CEASEFIRE,),
            Annotations(
                contests=(contest(CEASEFIRE.fact_id),),
                withdrawals=(withdrawal(f"K-{CEASEFIRE.fact_id}", BO),),
            ),
            Truth.YES,
        ),
        (
            (TRUCE,),
            Annotations(
                counts_as=(
                    reading(trigger=FactKind.WAR_OVER),
                    reading(counts_as_id="R2", kind=FactKind.WAR_OVER),
                )
            ),
            Truth.UNKNOWN,
        ),
    ],
)
def test_a_reading_adds_records_and_merges_nothing(facts, notes, met) -> None:
    assert one(ledger(*facts, notes=notes), "X002").met is met


def test_a_reading_is_named_with_its_person_where_a_condition_is_met_by_it() -> None:
    (state,) = one(ledger(TRUCE, notes=Annotations(counts_as=(reading(),))), "X002").conditions
    assert "Bo (unsigned)'s reading that “truce concluded” counts as “ceasefire in force”" in state.because
    assert state.counts_as == (reading(),)


def test_words_that_name_no_trigger_can_be_read_by_a_person() -> None:
    paris = pack("paris-declaration")
    over, ceasefire = fact(FactKind.WAR_OVER), fact(FactKind.CEASEFIRE_IN_FORCE)
    assert one(ledger(over, ceasefire, of=paris), "PD-3").met is Truth.UNKNOWN
    read = reading(kind=FactKind.WAR_OVER, trigger=None, words="after hostilities cease")
    told = ledger(over, ceasefire, of=paris, notes=Annotations(counts_as=(read,)))
    assert one(told, "PD-3").met is Truth.YES


def test_a_signed_record_is_not_taken_back_unsigned() -> None:
    signed = replace(CEASEFIRE, recorded_by="Ada")
    notes = Annotations(withdrawals=(withdrawal(CEASEFIRE.fact_id, ADA),))
    assert one(ledger(signed, notes=notes), "X002").met is Truth.YES


@pytest.mark.parametrize(
    ("record", "told"),
    [
        (None, None),
        (status("exercise-ab/X001", StatusKind.IN_FORCE, actor="G"), StatusKind.IN_FORCE),
        (status("exercise-ab/X001", StatusKind.BROKEN, body=BODY), StatusKind.BROKEN),
        (status("exercise-ab/X001", StatusKind.IN_FORCE, actor="H"), None),
        (status("exercise-ab/X001", StatusKind.BROKEN, body="Joint Commission (exercise)"), None),
        (status("exercise-ab/X001", StatusKind.DONE, actor="G", hours=1), None),
    ],
)
def test_only_the_actor_or_the_instruments_body_says_what_became_of_it(record, told) -> None:
    notes = Annotations(statuses=(record,) if record else ())
    found = one(ledger(CEASEFIRE, made=(breach(),), notes=notes), "X001")
    assert found.status is told
    assert found.body == BODY
    assert bool(found.not_counted) is (record is not None and told is None and record.from_utc <= NOON)


def test_met_conditions_bring_nothing_into_force() -> None:
    found = one(ledger(CEASEFIRE, made=(breach(),)), "X001")
    assert (found.met, found.status) == (Truth.YES, None)


@pytest.mark.parametrize(
    ("statuses", "facts", "met"),
    [
        ((), (), Truth.UNKNOWN),
        ((status("exercise-ab/X001", StatusKind.IN_FORCE, actor="G"),), (), Truth.UNKNOWN),
        (
            (status("exercise-ab/X001", StatusKind.IN_FORCE, actor="G"),),
            (fact(FactKind.BACKER_BACKS, whose="G"),),
            Truth.YES,
        ),
        (
            (status("exercise-ab/X001", StatusKind.IN_FORCE, actor="G"),),
            (fact(FactKind.PARLIAMENT_APPROVED, whose="H"),),
            Truth.YES,
        ),
        (
            (status("exercise-ab/X001", StatusKind.IN_FORCE, actor="G"),),
            (fact(FactKind.PARLIAMENT_APPROVED, whose="G"),),
            Truth.UNKNOWN,
        ),
        (
            (status("exercise-ab/X001", StatusKind.WITHDRAWN, actor="G"),),
            (fact(FactKind.BACKER_BACKS, whose="G"),),
            Truth.NO,
        ),
    ],
)
def test_a_statement_waits_for_anothers_status_and_for_one_of_its_alternatives(statuses, facts, met) -> None:
    assert one(ledger(*facts, notes=Annotations(statuses=statuses)), "X004").met is met


def test_a_day_comes_and_a_promise_falls_due() -> None:
    def found(day: int, month: int = 3, notes: Annotations = NO_ANNOTATIONS) -> Standing:
        return one(ledger(at=datetime(2027, month, day, tzinfo=UTC), notes=notes), "X005")

    assert (found(9).met, found(10).met) == (Truth.NO, Truth.YES)
    assert [(o.state, o.days) for o in (found(9).owed, found(31).owed, found(2, 4).owed)] == [
        (DueState.DUE, 22),
        (DueState.DUE, 0),
        (DueState.OVERDUE, 2),
    ]
    done = Annotations(statuses=(status("exercise-ab/X005", StatusKind.DONE, actor="H"),))
    assert found(2, 4, done).owed.state is DueState.CLOSED


def test_in_the_coming_days_has_an_age_and_the_reading_is_said() -> None:
    owed = one(ledger(of=COALITION, at=datetime(2026, 1, 6, 20, tzinfo=UTC)), "C002").owed
    assert (owed.state, owed.days, owed.due.as_written) == (DueState.UNDATED, 124, "in the coming days")
    assert "no day was named" in owed.due.reading


def test_a_guarantee_expires_on_its_day_and_not_before() -> None:
    assert not one(ledger(at=datetime(2029, 12, 31, tzinfo=UTC)), "X001").expired
    assert one(ledger(at=datetime(2030, 1, 1, tzinfo=UTC)), "X001").expired


def test_what_fails_without_g_is_its_own_and_what_waits_for_it() -> None:
    told = without(ledger(CEASEFIRE), "G")
    assert [s.statement.statement_id for s in told.own] == ["X001", "X002"]
    (fallen,) = told.fallen
    assert fallen.standing.statement.statement_id == "X004"
    assert fallen.because[0] == "G withdraws exercise-ab/X001"
    assert "exercise-ab/X004 waits for exercise-ab/X001" in fallen.because
    ((before, after),) = told.requirements
    assert [p.statement_ids for p in before.pledged] == [("X002",), ("X005",)]
    assert [p.statement_ids for p in after.pledged] == [("X005",)]
    assert after.withdrawn == ("X002",)
    assert [h.hub.hub_id for h in told.hubs] == ["HUB-1"]


def test_without_the_us_what_wants_its_backing_fails_and_claims_about_it_stand_apart() -> None:
    told = without(ledger(of=COALITION, at=datetime(2026, 1, 7, tzinfo=UTC)), "US")
    assert [f.standing.statement.statement_id for f in told.fallen] == ["E003"]
    assert {"C002", "C011", "E002", "E021", "E034"} == {s.statement.statement_id for s in told.claimed}


def test_toward_a_requirement_each_firmness_stands_apart_and_may_adds_no_lower_bound() -> None:
    (asked,) = ledger().requirements
    assert [(p.rung, p.modality, p.least, p.most) for p in asked.pledged] == [
        (Rung.ALLOCATED, Modality.WILL, 40, 60),
        (Rung.STATEMENT, Modality.MAY, 0, 20),
    ]


def test_support_keeps_its_stages_apart_and_fills_none() -> None:
    (line,) = ledger().support
    assert line.promised is not None
    assert line.promised.quantity is not None
    assert (line.promised.quantity.least, line.promised.prices_of) == (400_000, 2025)
    assert line.allocated is not None
    assert (line.delivered, line.verified) == (None, None)


def test_a_hub_is_told_by_its_stage_and_never_by_its_place() -> None:
    (hub,) = ledger().hubs
    assert (hub.stage, hub.hub.place_on_file) == (HubStage.ANNOUNCED, True)
    assert "mill" not in repr(ledger())
    ours, theirs = ledger(of=COALITION, at=datetime(2026, 1, 7, tzinfo=UTC)).hubs
    assert (ours.hub.hub_id, ours.said_by_others_only) == ("HUB-FR", True)
    assert (theirs.hub.hub_id, theirs.said_by_others_only) == ("HUB-GB", False)


@pytest.mark.parametrize(
    ("made", "states"),
    [
        ((), [StepState.NOT_STARTED] * 2),
        ((breach("Another"),), [StepState.NOT_STARTED] * 2),
        ((breach(clause="tcg-2020/AM-3"),), [StepState.NOT_STARTED] * 2),
        ((breach(),), [StepState.PASSED, StepState.RUNNING]),
        ((breach(began=None),), [StepState.STARTED_WITHOUT_TIME] * 2),
        ((replace(breach(), outcome=Outcome.NOT_A_BREACH),), [StepState.NOT_STARTED] * 2),
        ((breach(), replace(breach(began=-80), move_id="m2")), [StepState.PASSED] * 2),
    ],
)
def test_a_clock_counts_from_the_first_breach_as_the_body_that_counts_determined_it(made, states) -> None:
    (clock,) = clocks_at(EXERCISE.clocks, made, Annotations(), at=NOON)
    assert [s.state for s in clock.steps] == states


def test_a_step_is_taken_when_somebody_of_it_records_so_and_not_before() -> None:
    of = "exercise-ab/CLK/first-answer"
    for record, state in (
        (status(of, StatusKind.DONE, actor="G"), StepState.RECORDED),
        (status(of, StatusKind.DONE, body=BODY), StepState.RECORDED),
        (status(of, StatusKind.DONE, actor="A"), StepState.PASSED),
        (status(of, StatusKind.DONE, actor="G", hours=1), StepState.PASSED),
    ):
        (clock,) = clocks_at(EXERCISE.clocks, (breach(),), Annotations(statuses=(record,)), at=NOON)
        assert clock.steps[0].state is state
    assert clock.breach_utc == NOON - timedelta(hours=30)
    assert clock.steps[0].ends_utc == NOON - timedelta(hours=6)


def test_what_the_ledger_says_to_everybody_has_no_clock_in_it() -> None:
    step = status("exercise-ab/CLK/first-answer", StatusKind.DONE, actor="G")
    told = ledger(CEASEFIRE, made=(breach(),), notes=Annotations(statuses=(step,)))
    assert "first-answer" not in repr(told)


def test_no_real_pack_ships_a_clock_and_the_reported_one_says_that_it_is_unconfirmed() -> None:
    assert all(not p.clocks for p in (COALITION, pack("paris-declaration")))
    text = resources.files("trucewatch").joinpath("content/clocks/reported-ladder.toml").read_text("utf-8")
    (clock,) = read_pack(text, pack="example").clocks
    assert [step.within for step in clock.steps] == [timedelta(hours=24), timedelta(hours=72)]
    assert not clock.confirmed
    assert "unconfirmed" in clock.title
    (told,) = clocks_at([clock], (), Annotations(), at=NOON)
    assert told.because.startswith("reported, unconfirmed: ")


def test_a_draft_and_the_final_text_differ_clause_by_clause() -> None:
    (letters,) = EXERCISE.instruments
    ((draft, final, changes),) = drafting(letters)
    assert (draft.dated, final.dated) == (date(2024, 11, 15), date(2025, 1, 1))
    assert {c.clause_id: c.turn for c in changes} == {
        "GL-1": ClauseTurn.SAME,
        "GL-2": ClauseTurn.REWORDED,
        "GL-3": ClauseTurn.LEFT_OUT,
        "GL-4": ClauseTurn.ADDED,
    }
    assert all(c.turn is ClauseTurn.SAME for c in clause_changes(final, final))


def test_the_paris_declaration_has_its_components_as_clauses_and_names_its_body() -> None:
    paris = pack("paris-declaration")
    declaration, trilateral = paris.instruments
    (text,) = declaration.versions
    assert [c.component for c in text.clauses] == ["monitoring", "support", "force", "attack", "cooperation"]
    assert declaration.body == "Special Commission"
    assert trilateral.signatories == ("FR", "GB", "UA")
    own = [s for s in paris.statements if s.instrument]
    assert [s.clause for s in own] == [c.clause_id for c in text.clauses]


def test_the_three_stage_declaration_is_an_instrument_with_its_correction() -> None:
    (slip,) = [i for i in COALITION.instruments if i.correction]
    assert "kolmivaiheinen" in (slip.quote or "")
    assert "Trilateral, not three-stage" in (slip.correction or "")
