"""The engine says what a slow and obvious reading says, at every moment and in whatever order records come."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_ledger import slow_states

from trucewatch.errors import InputError
from trucewatch.guarantee.guarantee import guarantee
from trucewatch.guarantee.states import NONE_STATED, NOT_SAID, states
from trucewatch.model.annotation import Annotations, Contest, CountsAs, Status, StatusKind, Withdrawal
from trucewatch.model.decision import Determination, Outcome
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
BODY = "Commission"
MOMENTS = tuple(NOON + timedelta(hours=h) for h in (-60, -36, -25, -24, -13, -1, 0, 11, 12, 30))
PEOPLE = st.sampled_from(["Ada (unsigned)", "Bo (unsigned)"])
KINDS = st.sampled_from(
    [
        *[FactKind.CEASEFIRE_IN_FORCE, FactKind.TRUCE_CONCLUDED] * 3,
        FactKind.BACKER_BACKS,
        FactKind.ATTACK_DETERMINED,
    ]
)
AGREEMENTS = st.sampled_from([None, None, None, "paris"])
WHOSE = st.sampled_from([None, None, "H"])
HOURS = st.sampled_from([-50, -25, -24, -13, -13, -1, 0, 0, 12])
WORDS = "when the time is ripe"


def statement(n: int, conditions: tuple[StatedCondition, ...], **named: object) -> Statement:
    plain = Statement(
        statement_id=f"S{n}",
        kind=StatementKind.COMMITMENT,
        actors=("G",),
        said_by="Envoy",
        action="send",
        what="sensors",
        modality=Modality.WILL,
        rung=Rung.STATEMENT,
        conditions=conditions,
        stated_on=date(2026, 2, 28) + timedelta(days=n % 3 - 1),
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
        body=BODY if n % 2 else None,
        exercise=True,
    )
    return replace(plain, **named)


@st.composite
def condition(draw, n: int) -> StatedCondition:
    sort = draw(st.sampled_from(["fact", "fact", "breach", "attack", "day", "words", "other"]))
    either = draw(st.sampled_from([None, None, "a"]))
    if sort == "fact":
        kind = draw(KINDS.filter(lambda k: k is not FactKind.ATTACK_DETERMINED))
        whose = draw(WHOSE) if kind is FactKind.BACKER_BACKS else None
        return StatedCondition(
            as_written="x", trigger=kind, agreement=draw(AGREEMENTS), whose=whose, either=either
        )
    if sort in ("breach", "attack"):
        kind = FactKind.BREACH_DETERMINED if sort == "breach" else FactKind.ATTACK_DETERMINED
        body = draw(st.sampled_from([BODY, BODY, None]))
        return StatedCondition(
            as_written="x", trigger=kind, by_body=body, agreement=draw(AGREEMENTS), either=either
        )
    if sort == "day":
        return StatedCondition(as_written="x", trigger=None, on=date(2026, 3, 1), either=either)
    if sort == "words" or n == 0:
        return StatedCondition(as_written=WORDS, trigger=None, either=either)
    status = draw(st.sampled_from([None, None, "in_force", "done"]))
    other = draw(st.sampled_from([f"S{draw(st.integers(0, n - 1))}", "mine/S0", "theirs/S9"]))
    return StatedCondition(as_written="x", trigger=None, awaits=other, status=status, either=either)


@st.composite
def said(draw) -> list[Statement]:
    return [
        statement(n, tuple(draw(st.lists(condition(n), max_size=3)))) for n in range(draw(st.integers(1, 5)))
    ]


def named(records: list, key: str) -> list:
    return [replace(r, **{key: f"{key}-{n}"}) for n, r in enumerate(records)]


@st.composite
def recorded(draw) -> tuple[list[Fact], list[Determination], Annotations]:
    hours = HOURS
    facts = named(
        draw(
            st.lists(
                st.builds(
                    Fact,
                    fact_id=st.just(""),
                    kind=KINDS,
                    holds=st.booleans(),
                    from_utc=hours.map(lambda h: NOON + timedelta(hours=h)),
                    recorded_by=PEOPLE,
                    rests_on=st.just("a letter"),
                    agreement=AGREEMENTS,
                    body=st.sampled_from([None, BODY]),
                    contested_by=st.sampled_from([*[()] * 6, ("A",)]),
                    whose=WHOSE,
                ),
                max_size=7,
            )
        ),
        "fact_id",
    )
    made = named(
        draw(
            st.lists(
                st.builds(
                    Determination,
                    case_id=st.just("case"),
                    body=st.sampled_from([BODY, "Another"]),
                    outcome=st.sampled_from(Outcome),
                    clause_id=st.sampled_from([None, "paris/1", "tcg/1"]),
                    at=hours.map(lambda h: NOON + timedelta(hours=h)),
                    standard_of_proof=st.just(""),
                    by=PEOPLE,
                    words=st.just(""),
                    move_id=st.just(""),
                ),
                max_size=3,
            )
        ),
        "move_id",
    )
    readings = named(
        draw(
            st.lists(
                st.builds(
                    CountsAs,
                    counts_as_id=st.just(""),
                    kind=KINDS,
                    trigger=st.sampled_from(
                        [*[FactKind.CEASEFIRE_IN_FORCE, FactKind.TRUCE_CONCLUDED] * 2, None]
                    ),
                    words=st.just(WORDS),
                    pack=st.sampled_from([None, None, "mine", "theirs"]),
                    statement_id=st.sampled_from([None, None, "S0", "S1"]),
                    recorded_by=PEOPLE,
                    rests_on=st.just("a reading"),
                ).map(lambda r: r if r.trigger is None else replace(r, words=None)),
                max_size=3,
            )
        ),
        "counts_as_id",
    )
    ids = [f.fact_id for f in facts] + [r.counts_as_id for r in readings]
    some = st.sampled_from(ids or ["none"])
    contests = named(
        draw(
            st.lists(
                st.builds(
                    Contest,
                    contest_id=st.just(""),
                    of=some,
                    contested_by=st.just("B"),
                    recorded_by=PEOPLE,
                    rests_on=st.just(""),
                ),
                max_size=2,
            )
        ),
        "contest_id",
    )
    statuses = named(
        draw(
            st.lists(
                st.builds(
                    Status,
                    status_id=st.just(""),
                    of=st.sampled_from(["mine/S0", "mine/S1", "theirs/S9"]),
                    kind=st.sampled_from(StatusKind),
                    from_utc=hours.map(lambda h: NOON + timedelta(hours=h)),
                    for_actor=st.sampled_from(["G", "H", None]),
                    body=st.just(BODY),
                    recorded_by=PEOPLE,
                    rests_on=st.just(""),
                ).map(lambda s: s if s.for_actor is None else replace(s, body=None)),
                max_size=3,
            )
        ),
        "status_id",
    )
    all_ids = ids + [c.contest_id for c in contests] + [s.status_id for s in statuses]
    withdrawals = named(
        draw(
            st.lists(
                st.builds(
                    Withdrawal,
                    withdrawal_id=st.just(""),
                    of=st.sampled_from(all_ids or ["none"]),
                    recorded_by=PEOPLE,
                    rests_on=st.just(""),
                ),
                max_size=2,
            )
        ),
        "withdrawal_id",
    )
    notes = Annotations(
        counts_as=tuple(readings),
        contests=tuple(contests),
        withdrawals=tuple(withdrawals),
        statuses=tuple(statuses),
    )
    return facts, made, notes


def code(value: Truth | str | None) -> int:
    return NONE_STATED if value is None else NOT_SAID if value == "not said" else int(value)


@settings(max_examples=100)
@given(said(), recorded())
def test_the_engine_says_what_the_slow_reading_says(statements, records) -> None:
    facts, made, notes = records
    told = states(statements, facts, made, MOMENTS, annotations=notes)
    for column, moment in enumerate(MOMENTS):
        slow = slow_states(statements, facts, made, notes, moment)
        assert {key: int(told.met[row, column]) for row, key in enumerate(told.keys)} == {
            key: code(value) for key, value in slow.items()
        }


@given(said(), recorded(), st.sampled_from(MOMENTS))
def test_the_ledger_of_one_moment_says_the_same_with_its_reasons(statements, records, moment) -> None:
    facts, made, notes = records
    ledger = guarantee(statements, facts, made, at=moment, annotations=notes)
    slow = slow_states(statements, facts, made, notes, moment)
    assert {(s.statement.pack, s.statement.statement_id): s.met for s in ledger.standings} == {
        key: value for key, value in slow.items() if value != "not said"
    }
    assert all(c.because for s in ledger.standings for c in s.conditions)


@given(said(), recorded(), st.randoms(use_true_random=False))
def test_no_state_depends_on_the_order_of_records(statements, records, order) -> None:
    facts, made, notes = records
    mixed = [list(each) for each in (statements, facts, made, notes.counts_as, notes.contests)]
    mixed += [list(notes.withdrawals), list(notes.statuses)]
    for each in mixed:
        order.shuffle(each)
    other = Annotations(
        counts_as=tuple(mixed[3]),
        contests=tuple(mixed[4]),
        withdrawals=tuple(mixed[5]),
        statuses=tuple(mixed[6]),
    )
    one = guarantee(statements, facts, made, at=NOON, annotations=notes)
    two = guarantee(mixed[0], mixed[1], mixed[2], at=NOON, annotations=other)
    assert one.standings == two.standings


@given(said(), recorded())
def test_another_recorder_who_agrees_never_takes_a_state_away(statements, records) -> None:
    """Evidence is monotone where it must be: a new recorder's yes beside none that says no."""
    facts, made, _ = records
    agreed = [f for f in facts if f.holds and not f.contested_by]
    plain = [s for s in statements if all(c.awaits is None for c in s.conditions)]
    more = [replace(f, fact_id=f"{f.fact_id}-again", recorded_by="Cy (unsigned)") for f in agreed]
    before = states(plain, agreed, made, MOMENTS).met
    after = states(plain, [*agreed, *more], made, MOMENTS).met
    assert (after >= before).all()


@given(said(), recorded())
def test_a_reading_never_takes_a_met_condition_away_and_makes_none_unmet(statements, records) -> None:
    facts, made, notes = records
    plain = [s for s in statements if all(c.awaits is None for c in s.conditions)]
    before = states(plain, facts, made, MOMENTS).met
    after = states(plain, facts, made, MOMENTS, annotations=Annotations(counts_as=notes.counts_as)).met
    assert (after >= before).all()


@given(said(), recorded())
def test_contesting_a_record_or_a_reading_never_makes_anything_met(statements, records) -> None:
    facts, made, notes = records
    plain = [s for s in statements if all(c.awaits is None for c in s.conditions)]
    uncontested = replace(notes, contests=(), withdrawals=())
    contested = replace(notes, withdrawals=())
    before = states(plain, facts, made, MOMENTS, annotations=uncontested).met
    after = states(plain, facts, made, MOMENTS, annotations=contested).met
    assert not ((after == Truth.YES) & (before != Truth.YES)).any()


def test_moments_may_come_in_any_order() -> None:
    one = statement(1, (StatedCondition(as_written="x", trigger=None, on=date(2026, 3, 1)),))
    forth = states([one], [], [], MOMENTS).met
    back = states([one], [], [], MOMENTS[::-1]).met
    assert np.array_equal(forth, back[:, ::-1])


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_ring_of_conditions_is_refused_with_the_ring_printed(size: int) -> None:
    ring = [
        statement(n, (StatedCondition(as_written="x", trigger=None, awaits=f"S{(n + 1) % size}"),))
        for n in range(size)
    ]
    with pytest.raises(InputError) as refused:
        states(ring, [], [], MOMENTS)
    words = str(refused.value)
    assert words.count("waits for") == size
    assert all(f"mine/S{n}" in words for n in range(size))
    with pytest.raises(InputError, match="in a ring"):
        guarantee(ring, [], [], at=NOON + timedelta(days=9))


def test_a_long_chain_of_statements_is_told_to_its_end() -> None:
    end = statement(0, (StatedCondition(as_written="x", trigger=FactKind.WAR_OVER),))
    chain = [
        replace(statement(n, (StatedCondition(as_written="x", trigger=None, awaits=f"S{n - 1}"),)))
        for n in range(1, 2000)
    ]
    over = Fact(
        fact_id="f",
        kind=FactKind.WAR_OVER,
        holds=True,
        from_utc=NOON,
        recorded_by="Ada (unsigned)",
        rests_on="a letter",
    )
    told = states([*chain, end], [over], [], (NOON + timedelta(days=2),))
    assert (told.met == Truth.YES).all()
