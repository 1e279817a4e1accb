"""What somebody outside is told of what people record: the same reasons to each, and nobody's name."""

from datetime import UTC, datetime

import polars as pl
import pytest

from trucewatch.errors import RefusedError
from trucewatch.mission.for_audience import case_for, pseudonym, told_outside
from trucewatch.mission.withheld import RowProof
from trucewatch.model.decision import Case, CaseState, Determination, Move, MoveKind, Outcome, Role
from trucewatch.model.gate import as_left, project, see_clocks
from trucewatch.model.policy import Policy
from trucewatch.model.tables import INCIDENTS
from trucewatch.model.vocabulary import Audience

AT = datetime(2026, 3, 1, tzinfo=UTC)
OUTSIDE = [audience for audience in Audience if audience is not Audience.INTERNAL]


def policy(audience: Audience) -> Policy:
    return Policy(audience=audience, naming=b"secret")


def move(kind: MoveKind, role: Role, by: str, words: str, **said: object) -> Move:
    return Move(
        move_id=f"m-{kind.value}",
        case_id="c1",
        kind=kind,
        by=by,
        role=role,
        at=AT,
        words=words,
        **said,  # type: ignore[arg-type]
    )


CASE = Case(
    case_id="c1",
    state=CaseState.DETERMINED,
    moves=(
        move(MoveKind.OPEN, Role.ANALYST, "Ann", "alleged", incident_id="i" * 32, evidence=("f" * 64,)),
        move(MoveKind.ASSIGN, Role.ANALYST, "Ann", "", owner="Vic"),
        move(MoveKind.FIND, Role.VERIFIER, "Vic", "the reasons"),
        move(MoveKind.REPLY, Role.PARTY, "Liv", "A replies", party="A"),
    ),
    incident_id="i" * 32,
    clause_id="x/1",
    determination=Determination(
        case_id="c1",
        body="commission",
        outcome=Outcome.NOT_ATTRIBUTABLE,
        clause_id="x/1",
        at=AT,
        standard_of_proof="reasonable grounds",
        by="Cho",
        words="why so",
        move_id="m9",
    ),
    refused=(),
    owner="Vic",
)


def test_both_parties_are_given_the_same_reasons_in_the_same_order() -> None:
    told = [case_for(CASE, policy(audience)) for audience in (Audience.PARTY_A, Audience.PARTY_B)]
    for words in (
        lambda case: [(m.kind, m.words, m.party, m.at) for m in case.moves],
        lambda case: case.determination.words,
    ):
        assert words(told[0]) == words(told[1]) == words(CASE)


@pytest.mark.parametrize("audience", [each for each in OUTSIDE if each is not Audience.BODY])
def test_nobody_outside_but_the_body_learns_who_recorded_what(audience: Audience) -> None:
    told = case_for(CASE, policy(audience))
    assert not any(name in repr(told) for name in ("Ann", "Vic", "Liv", "Cho", "i" * 32, "f" * 64))
    if audience is not Audience.PUBLIC:
        assert told.moves[0].by == told.moves[1].by != told.moves[2].by == told.moves[1].owner
    assert "Ann" in repr(case_for(CASE, policy(Audience.BODY)))


def test_the_public_is_told_what_was_determined_and_not_the_words() -> None:
    told = case_for(CASE, policy(Audience.PUBLIC))
    assert told.determination is not None
    assert (told.determination.outcome, told.determination.words, told.moves) == (
        Outcome.NOT_ATTRIBUTABLE,
        "withheld",
        (),
    )


def test_a_person_has_another_name_for_each_audience_and_the_same_throughout() -> None:
    names = {
        pseudonym(f"Ann{end}", policy(audience)) for audience in OUTSIDE[1:] for end in ("", " (unsigned)")
    }
    assert len(names) == len(OUTSIDE) - 1
    assert pseudonym("trucewatch", policy(Audience.PUBLIC)) == "trucewatch"
    assert pseudonym("A", policy(Audience.PUBLIC)) == "A"


def test_a_noun_that_is_not_listed_is_told_to_nobody() -> None:
    noun = RowProof(form="", release_id="", row={}, salt="", index=0, size=0, path=(), root="")
    with pytest.raises(RefusedError, match="RowProof is not known to the gate"):
        told_outside(noun, policy(Audience.BODY))


def test_clocks_are_shown_to_body_and_guarantors_by_a_policy_or_in_an_exercise() -> None:
    for audience in (Audience.BODY, Audience.GUARANTOR):
        see_clocks(audience, exercise=True)
        see_clocks(audience, exercise=False, policy=policy(audience))
        with pytest.raises(RefusedError, match="no release policy"):
            see_clocks(audience, exercise=False)
    for audience in (Audience.PUBLIC, Audience.PARTY_A, Audience.INTERNAL):
        with pytest.raises(RefusedError, match="clocks are shown to body and guarantor only"):
            see_clocks(audience, exercise=True, policy=policy(audience))


def test_rows_that_did_not_come_through_the_gate_are_not_made_into_a_report() -> None:
    row = {
        "incident_id": "a",
        "from_utc": AT,
        "to_utc": AT,
        "phenomenon": "explosion",
        "lon": 37.7,
        "lat": 48.1,
        "n_origins": 2,
    }
    raw = INCIDENTS.conform(pl.DataFrame([row]))
    later = AT.replace(year=2027)
    for change in ({}, {"azimuth_deg": 12.0}, {"observations": ["b"]}):
        frame = INCIDENTS.conform(pl.DataFrame([{**row, **change}]))
        with pytest.raises(RefusedError, match="did not come through the gate"):
            as_left(frame, Audience.PUBLIC, policy(Audience.PUBLIC))
    left = project(raw, Audience.PUBLIC, later, policy(Audience.PUBLIC))
    assert as_left(left, Audience.PUBLIC, policy(Audience.PUBLIC)).equals(left, null_equal=True)
