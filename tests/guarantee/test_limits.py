"""What stands beside a stated limit of a mandate: said plainly, from stated fields, and never a breach."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from trucewatch.guarantee.guarantee import guarantee
from trucewatch.guarantee.limits import limit_tensions
from trucewatch.model.annotation import NO_ANNOTATIONS, Annotations, Status, StatusKind
from trucewatch.model.standing import LimitTension
from trucewatch.model.statement import Modality, Rung, Statement, StatementKind
from trucewatch.model.undertaking import Contribution, MandateLimit

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ACCUSING = ("breach", "violat", "broke", "contradict", "fail", "lie")


def said(statement_id: str, **changes: object) -> Statement:
    plain = Statement(
        statement_id=statement_id,
        kind=StatementKind.COMMITMENT,
        actors=("G",),
        said_by="Envoy of G",
        action="send",
        what="a company",
        modality=Modality.WILL,
        rung=Rung.STATEMENT,
        conditions=(),
        stated_on=date(2027, 2, 1),
        place=None,
        domains=(),
        quantity=None,
        component="force",
        undated=None,
        language="en",
        quote=None,
        document="letter",
        source="",
        pack="p",
        speaks_for="G",
    )
    return replace(plain, **changes)


LIMIT = said("L", kind=StatementKind.POSITION, modality=Modality.WILL_NOT, limits=(MandateLimit.NO_COMBAT,))
ANSWER = said("A", component="attack", contributions=(Contribution.TROOPS,), rung=Rung.ALLOCATED)


def found(*statements: Statement, annotations: Annotations = NO_ANNOTATIONS) -> tuple[LimitTension, ...]:
    return limit_tensions(guarantee(statements, (), (), at=NOON, annotations=annotations).standings)


def test_troops_in_case_of_an_attack_stand_beside_no_part_in_combat() -> None:
    (tension,) = found(LIMIT, ANSWER)
    assert (tension.limited, tension.beside) == (LIMIT, ANSWER)
    assert tension.because == (
        "p/L states the limit “no combat”; p/A gives troops in case of a new attack and does not repeat the limit"
    )


@pytest.mark.parametrize("tension", [*found(LIMIT, ANSWER), *found(LIMIT, said("O", outside=LIMIT.limits))])
def test_a_tension_accuses_nobody(tension: LimitTension) -> None:
    assert not any(word in tension.because.lower() for word in ACCUSING)


@pytest.mark.parametrize(
    "other",
    [
        replace(ANSWER, limits=(MandateLimit.NO_COMBAT,)),  # it repeats the limit
        replace(ANSWER, contributions=(Contribution.INTELLIGENCE,)),
        replace(ANSWER, component="force"),
        replace(ANSWER, modality=Modality.CONSIDERING),
        replace(ANSWER, actors=("H",), speaks_for="H"),
        replace(ANSWER, kind=StatementKind.CLAIM_ABOUT, speaks_for="H"),
        replace(ANSWER, kind=StatementKind.REFUSAL, modality=Modality.REFUSES),
        replace(ANSWER, rung=Rung.WITHDRAWN),
        replace(ANSWER, expires=date(2027, 2, 28)),
        replace(ANSWER, stated_on=date(2027, 4, 1)),
    ],
)
def test_what_is_within_or_anothers_or_over_stands_beside_nothing(other: Statement) -> None:
    assert found(LIMIT, other) == ()


def test_anothers_words_on_a_limit_bind_nobody() -> None:
    assert found(replace(LIMIT, speaks_for="H", said_by="Envoy of H"), ANSWER) == ()
    assert found(replace(LIMIT, speaks_for=None), ANSWER) == ()


@pytest.mark.parametrize("limit", list(MandateLimit))
def test_what_is_outside_by_its_own_words_stands_beside_any_limit(limit: MandateLimit) -> None:
    (tension,) = found(replace(LIMIT, limits=(limit,)), said("O", outside=(limit,)))
    assert tension.because.endswith("p/O is outside of it by its own words")


def test_a_limit_that_a_record_says_was_withdrawn_stands_beside_nothing() -> None:
    status = Status(
        status_id="s",
        of="p/L",
        kind=StatusKind.WITHDRAWN,
        from_utc=NOON,
        for_actor="G",
        body=None,
        recorded_by="Ada",
        rests_on="a letter",
    )
    assert found(LIMIT, ANSWER, annotations=Annotations(statuses=(status,))) == ()


def test_an_instrument_is_its_signatories_own() -> None:
    treaty = replace(
        ANSWER, kind=StatementKind.INSTRUMENT, modality=Modality.SIGNED, actors=("G", "H"), speaks_for=None
    )
    assert len(found(LIMIT, treaty)) == 1


def test_the_order_of_statements_changes_nothing() -> None:
    other = replace(ANSWER, statement_id="B")
    assert found(LIMIT, ANSWER, other) == found(other, ANSWER, LIMIT)
    assert [t.beside.statement_id for t in found(LIMIT, ANSWER, other)] == ["A", "B"]
