"""Conditions: met, not met and unknown follow from records, and from nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.guarantee.guarantee import guarantee, open_promises
from trucewatch.guarantee.history import BREACHES
from trucewatch.guarantee.pack import read_pack
from trucewatch.guarantee.reasons import WAITS
from trucewatch.model.decision import Determination, Outcome
from trucewatch.model.standing import Guarantees, Standing
from trucewatch.model.statement import (
    Fact,
    FactKind,
    Modality,
    Rung,
    StatedCondition,
    Statement,
    StatementKind,
)
from trucewatch.model.vocabulary import Truth

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = "Special Commission (exercise)"
CEASEFIRE = StatedCondition(as_written="after a ceasefire", trigger=FactKind.CEASEFIRE_IN_FORCE)
BREACH = StatedCondition(as_written="on a breach", trigger=FactKind.BREACH_DETERMINED, by_body=BODY)


def promise(*conditions: StatedCondition, statement_id: str = "S1") -> Statement:
    return Statement(
        statement_id=statement_id,
        kind=StatementKind.COMMITMENT,
        actors=("G",),
        said_by="Envoy of G",
        action="send",
        what="sensors",
        modality=Modality.WILL,
        rung=Rung.STATEMENT,
        conditions=conditions,
        stated_on=date(2026, 1, 6),
        place=None,
        domains=(),
        quantity=None,
        component=None,
        undated=None,
        language="en",
        quote=None,
        document="D",
        source="D",
        pack="mine",
        exercise=True,
    )


def fact(
    kind: FactKind = FactKind.CEASEFIRE_IN_FORCE,
    *,
    holds: bool = True,
    hours: int = -24,
    by: str = "Ada (unsigned)",
    contested_by: tuple[str, ...] = (),
    body: str | None = None,
    agreement: str | None = None,
) -> Fact:
    return Fact(
        fact_id="-".join((kind, str(holds), str(hours), by, str(agreement), str(body), *contested_by)),
        kind=kind,
        holds=holds,
        from_utc=NOON + timedelta(hours=hours),
        recorded_by=by,
        rests_on="a letter",
        body=body,
        agreement=agreement,
        contested_by=contested_by,
    )


def determination(
    outcome: Outcome = Outcome.BREACH_BY_A, *, body: str = BODY, hours: int = -1
) -> Determination:
    return Determination(
        case_id=f"case-{outcome}",
        body=body,
        outcome=outcome,
        clause_id="tcg-2020/AM-3",
        at=NOON + timedelta(hours=hours),
        standard_of_proof="reasonable grounds",
        by="Bo (unsigned)",
        words="",
        move_id=f"move-{outcome}-{body}",
    )


def standing(
    *conditions: StatedCondition, facts: tuple[Fact, ...] = (), made: tuple[Determination, ...] = ()
) -> Standing:
    (only,) = guarantee((promise(*conditions),), facts, made, at=NOON).standings
    return only


def shipped(pack: str) -> tuple[Statement, ...]:
    folder = resources.files("trucewatch").joinpath("content/statements", pack)
    return read_pack(folder.joinpath("statements.toml").read_text("utf-8"), pack=pack).statements


ADA_THEN_NOT = (fact(hours=-48), fact(hours=-24, holds=False))
DISAGREE = (fact(), fact(by="Bo (unsigned)", holds=False))


@pytest.mark.parametrize(
    ("facts", "met"),
    [
        ((), Truth.UNKNOWN),
        ((fact(),), Truth.YES),
        ((fact(holds=False),), Truth.NO),
        ((fact(hours=0),), Truth.YES),
        ((fact(hours=1),), Truth.UNKNOWN),
        ((fact(contested_by=("party B",)),), Truth.UNKNOWN),
        (ADA_THEN_NOT, Truth.NO),
        ((fact(hours=-48, holds=False), fact()), Truth.YES),
        (DISAGREE, Truth.UNKNOWN),
        ((fact(), fact(by="Bo (unsigned)")), Truth.YES),
        ((fact(), fact(by="Bo (unsigned)", contested_by=("A",))), Truth.UNKNOWN),
        ((fact(), fact(holds=False)), Truth.UNKNOWN),
        ((fact(hours=-48, contested_by=("A",)), fact()), Truth.YES),
    ],
)
def test_a_condition_is_what_the_standing_records_say(facts: tuple[Fact, ...], met: Truth) -> None:
    found = standing(CEASEFIRE, facts=facts)
    assert found.met is met
    assert (found.waits_for == ()) is (met is Truth.YES)


@pytest.mark.parametrize("other", [kind for kind in FactKind if kind is not FactKind.CEASEFIRE_IN_FORCE])
def test_no_other_trigger_counts_as_a_ceasefire_in_force(other: FactKind) -> None:
    assert standing(CEASEFIRE, facts=(fact(other),)).met is Truth.UNKNOWN


def test_with_no_ceasefire_recorded_the_declaration_waits_on_one() -> None:
    view = guarantee(shipped("paris-declaration"), (), (), at=NOON)
    components = [s for s in view.standings if s.statement.component]
    assert len(components) == 5
    assert all(s.met is Truth.UNKNOWN for s in components)
    assert all(s.waits_for[0] == "a recorded ceasefire" for s in components)


def test_a_recorded_ceasefire_moves_the_hubs_and_not_the_soldiers_nor_the_german_decision() -> None:
    view = guarantee(shipped("coalition"), (fact(),), (), at=NOON)
    met = {s.statement.statement_id: s.met for s in view.standings}
    assert met["C009"] is Truth.YES
    assert met["C001"] is met["C003"] is met["C004"] is met["C008"] is met["E004"] is Truth.UNKNOWN


def test_a_statement_without_conditions_has_no_state() -> None:
    found = standing(facts=(fact(),))
    assert found.met is None
    assert found.waits_for == ()


def test_a_condition_that_names_no_trigger_is_never_met() -> None:
    found = standing(StatedCondition(as_written="when the time is ripe", trigger=None), facts=(fact(),))
    assert found.met is Truth.UNKNOWN
    assert found.waits_for == ("somebody's reading of “when the time is ripe”",)


def test_every_trigger_has_words_for_what_it_waits_on() -> None:
    assert set(WAITS) == set(FactKind)
    assert len(set(WAITS.values())) == len(WAITS)


@pytest.mark.parametrize("outcome", sorted(BREACHES))
def test_a_breach_determined_by_the_named_body_meets_the_condition(outcome: Outcome) -> None:
    found = standing(CEASEFIRE, BREACH, facts=(fact(),), made=(determination(outcome),))
    assert found.met is Truth.YES
    assert found.conditions[1].fact_ids == (f"move-{outcome}-{BODY}",)


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - BREACHES))
def test_no_other_outcome_meets_it(outcome: Outcome) -> None:
    found = standing(BREACH, made=(determination(outcome),))
    assert found.met is (Truth.NO if outcome is Outcome.NOT_A_BREACH else Truth.UNKNOWN)


def test_one_breach_among_several_cases_is_enough() -> None:
    made = (determination(Outcome.NOT_A_BREACH), determination(Outcome.BREACH_BY_B))
    assert standing(BREACH, made=made).met is Truth.YES


@pytest.mark.parametrize(
    "body", ["Special Commission", "Joint Commission", "special commission (exercise)", ""]
)
def test_a_determination_of_another_body_leaves_it_unknown(body: str) -> None:
    found = standing(BREACH, made=(determination(body=body),))
    assert found.met is Truth.UNKNOWN
    assert "does not count" in found.conditions[0].because


def test_a_determination_that_is_yet_to_come_does_not_count() -> None:
    assert standing(BREACH, made=(determination(hours=1),)).met is Truth.UNKNOWN


def test_a_record_that_a_breach_was_determined_is_no_determination() -> None:
    assert standing(BREACH, facts=(fact(FactKind.BREACH_DETERMINED, body=BODY),)).met is Truth.UNKNOWN


@pytest.mark.parametrize("trigger", [FactKind.BREACH_DETERMINED, FactKind.ATTACK_DETERMINED])
def test_a_condition_that_names_no_body_waits_for_whose_determination_counts(trigger: FactKind) -> None:
    condition = StatedCondition(as_written="on an attack", trigger=trigger)
    found = standing(condition, facts=(fact(trigger, body=BODY),), made=(determination(),))
    assert found.met is Truth.UNKNOWN
    assert "does not say whose" in found.conditions[0].because


@pytest.mark.parametrize(
    ("body", "met"), [(BODY, Truth.YES), ("Another", Truth.UNKNOWN), (None, Truth.UNKNOWN)]
)
def test_an_attack_is_recorded_under_the_body_that_the_condition_names(body: str | None, met: Truth) -> None:
    condition = StatedCondition(as_written="on an attack", trigger=FactKind.ATTACK_DETERMINED, by_body=BODY)
    assert standing(condition, facts=(fact(FactKind.ATTACK_DETERMINED, body=body),)).met is met


def test_a_condition_on_one_agreement_is_not_met_by_another() -> None:
    condition = replace(CEASEFIRE, agreement="paris-2026")
    assert standing(condition, facts=(fact(agreement="tcg-2020"),)).met is Truth.UNKNOWN
    assert standing(condition, facts=(fact(agreement="paris-2026"),)).met is Truth.YES


def test_the_exercise_guarantee_needs_both_the_ceasefire_and_the_determination() -> None:
    def met(facts: tuple[Fact, ...], made: tuple[Determination, ...]) -> Truth | None:
        view = guarantee(shipped("exercise-ab"), facts, made, at=NOON)
        return {s.statement.statement_id: s.met for s in view.standings}["X001"]

    assert met((), ()) is Truth.UNKNOWN
    assert met((fact(),), ()) is Truth.UNKNOWN
    assert met((), (determination(),)) is Truth.UNKNOWN
    assert met((fact(holds=False),), (determination(),)) is Truth.NO
    assert met((fact(),), (determination(),)) is Truth.YES


def test_a_statement_is_not_known_before_it_was_made() -> None:
    view = guarantee(shipped("coalition"), (), (), at=datetime(2025, 9, 4, 20, tzinfo=UTC))
    assert {s.statement.stated_on for s in view.standings} == {date(2025, 9, 4)}


def test_in_the_coming_days_is_124_days_old_on_6_january() -> None:
    view = guarantee(shipped("coalition"), (), (), at=datetime(2026, 1, 6, 20, tzinfo=UTC))
    promised, again = open_promises(view.standings)
    assert promised.statement.statement_id == "C002"
    assert promised.undated == "in the coming days"
    assert (again.statement.statement_id, again.statement.actors) == ("E033", ("FR",))
    assert again.undated == "in the days to come"
    assert promised.age_days == again.age_days == 124


BY = st.sampled_from(["Ada (unsigned)", "Bo (unsigned)"])
FACTS = st.lists(
    st.builds(
        fact,
        st.sampled_from(FactKind),
        holds=st.booleans(),
        hours=st.integers(-3, 1),
        by=BY,
        contested_by=st.sampled_from([(), (), ("A",)]),
        agreement=st.sampled_from([None, "paris-2026"]),
    ),
    max_size=6,
)
MADE = st.lists(
    st.builds(
        determination,
        st.sampled_from(Outcome),
        body=st.sampled_from([BODY, "Another"]),
        hours=st.integers(-3, 1),
    ),
    max_size=3,
)
ALL = tuple(
    promise(StatedCondition(as_written=kind.value, trigger=kind, by_body=body), statement_id=f"S-{kind}")
    for kind in FactKind
    for body in [BODY if kind in (FactKind.BREACH_DETERMINED, FactKind.ATTACK_DETERMINED) else None]
)


def view_of(facts: list[Fact], made: list[Determination]) -> Guarantees:
    return guarantee(ALL, facts, made, at=NOON)


@given(FACTS, MADE, st.randoms(use_true_random=False))
def test_states_do_not_depend_on_the_order_of_records(facts, made, order) -> None:
    mixed_facts, mixed_made, mixed = list(facts), list(made), list(ALL)
    for each in (mixed_facts, mixed_made, mixed):
        order.shuffle(each)
    one, two = view_of(facts, made), guarantee(mixed, mixed_facts, mixed_made, at=NOON)
    assert [(s.statement, s.met) for s in one.standings] == [(s.statement, s.met) for s in two.standings]


@given(FACTS, MADE)
def test_nothing_is_met_without_an_uncontested_record_of_its_own_kind(facts, made) -> None:
    for found in view_of(facts, made).standings:
        kind = found.conditions[0].condition.trigger
        own = [f for f in facts if f.kind is kind and f.holds and f.from_utc <= NOON and not f.contested_by]
        ruled = [d for d in made if d.body == BODY and d.outcome in BREACHES and d.at <= NOON]
        backed = ruled if kind is FactKind.BREACH_DETERMINED else own
        assert backed or found.met is not Truth.YES


@given(FACTS, MADE)
def test_records_of_other_bodies_change_nothing(facts, made) -> None:
    theirs = [d for d in made if d.body == BODY]
    pairs = zip(view_of(facts, made).standings, view_of(facts, theirs).standings, strict=True)
    assert all(one.met is two.met for one, two in pairs)


@given(FACTS, MADE)
def test_contesting_a_record_never_makes_a_condition_met(facts, made) -> None:
    contested = [replace(f, contested_by=("B",)) for f in facts]
    for found in view_of(contested, made).standings:
        if found.conditions[0].condition.trigger is not FactKind.BREACH_DETERMINED:
            assert found.met is Truth.UNKNOWN


@given(FACTS, MADE)
def test_the_same_record_twice_is_once(facts, made) -> None:
    pairs = zip(view_of(facts, made).standings, view_of(facts * 2, made * 2).standings, strict=True)
    assert all(one.met is two.met for one, two in pairs)
