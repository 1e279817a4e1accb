"""Notices of a case's procedure are said in the languages of that procedure, and refusals in the reader's."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from trucewatch.decide.decide import decide
from trucewatch.mission.config import MISSION_FILE
from trucewatch.mission.docket_view import docket_view
from trucewatch.mission.folder import Plan, Texts, init, recorded
from trucewatch.mission.journal import Kind
from trucewatch.mission.procedure_words import procedure_languages, said_of_desk, said_of_reopening
from trucewatch.model.decision import Case, CaseRules, Cause, Move, MoveKind, Role
from trucewatch.model.told import Told
from trucewatch.report.words import Language, words
from trucewatch.web.said import in_reach, said

AT = datetime(2027, 3, 1, tzinfo=UTC)
LINE = "exercise-line"
SILENCE = "The Commission decides on what it has."
RULES = {LINE: ((AT - timedelta(days=9), CaseRules(reply_days=3, on_silence=SILENCE)),)}


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    """The recorded texts of a mission that keeps English and French, with an agreement in Ukrainian and French."""
    plan = Plan(name="m", agreements=(LINE,), zone="UTC", exercise=True)
    folder = init(tmp_path_factory.mktemp("words") / "m", plan, by="ann")
    stands = recorded(folder.journal.replay())
    agreement = stands[Kind.AGREEMENT, LINE].replace('languages = ["en"]', 'languages = ["uk", "fr"]')
    mission = stands[Kind.MISSION, MISSION_FILE].replace(
        'languages = ["en", "nb", "fi"]', 'languages = ["en", "fr"]'
    )
    assert mission != stands[Kind.MISSION, MISSION_FILE]
    return {**stands, (Kind.AGREEMENT, LINE): agreement, (Kind.MISSION, MISSION_FILE): mission}


def move(kind: MoveKind, role: Role, by: str, day: float, **stated: object) -> Move:
    return Move(
        move_id=f"{kind}-{by}-{day}",
        case_id="c",
        kind=kind,
        by=by,
        role=role,
        at=AT + timedelta(days=day),
        words="EXERCISE",
        **stated,  # type: ignore[arg-type]
    )


MOVES = (
    move(MoveKind.OPEN, Role.PARTY, "Liv", 0, party="B", incident_id="i", clause_id=f"{LINE}/EX-1"),
    move(MoveKind.TRIAGE, Role.ANALYST, "Ann", 1),
    move(MoveKind.INQUIRE, Role.VERIFIER, "Vic", 2),
    move(MoveKind.FIND, Role.VERIFIER, "Vic", 3),
)


def test_the_languages_are_those_of_the_agreement_the_missions_first() -> None:
    assert procedure_languages(("uk", "fr"), ("en", "fr")) == ("fr", "uk")
    assert procedure_languages((), ("nb",)) == ("nb",)


@pytest.mark.parametrize("day", [4.0, 8.0])
def test_a_deadline_and_silence_are_said_in_every_language_of_the_procedure(texts: Texts, day: float) -> None:
    cases = decide_all()
    view = docket_view(cases, RULES, at=AT + timedelta(days=day))
    told = said_of_desk(texts, cases, view)
    assert [case_id for case_id, _ in told] == ["c", "c"]
    for (_, each), party in zip(told, "AB", strict=True):
        assert list(each) == ["fr", "uk"]
        assert all(party in text for text in each.values())
        assert "partie" in each["fr"]
        assert "сторон" in each["uk"].casefold()
        assert (SILENCE in each["fr"]) == (day == 8.0)
        assert not any("party" in text for text in each.values())


@pytest.mark.parametrize(
    ("cause", "french"),
    [
        (Cause.MERGE, "désormais tenus pour un seul"),
        (Cause.LATE_OBSERVATION, "est venu après la décision"),
        (Cause.NEW_VERSION, "ne se lit plus de même"),
    ],
)
def test_a_case_opened_again_is_told_in_every_language_with_its_cause_and_records(
    texts: Texts, cause: Cause, french: str
) -> None:
    again = move(
        MoveKind.REOPEN, Role.PROGRAM, "trucewatch", 9, cause=cause, incidents=("i1", "i2"), records=(41, 42)
    )
    told = said_of_reopening(texts, f"{LINE}/EX-1", again)
    assert list(told) == ["fr", "uk"]
    assert french in told["fr"]
    assert all("41, 42" in text and "trucewatch" not in text for text in told.values())


@pytest.mark.parametrize("language", [each for each in Language if each is not Language.ENGLISH])
def test_a_refused_move_is_refused_in_the_readers_language(language: Language) -> None:
    (case,) = decide_all(move(MoveKind.REPLY, Role.PARTY, "Vic", 4, party="A"), vote())
    reasons = [why for _, why in case.refused]
    assert len(reasons) == 2
    for why in reasons:
        assert isinstance(why, Told)
        assert in_reach(why, words(language))
        assert said(why, words(language)) != why
        assert said(why, words(Language.ENGLISH)) == why


def vote() -> Move:
    return move(MoveKind.VOTE, Role.BODY, "Chair", 5, seat="chair")


def decide_all(*more: Move) -> tuple[Case, ...]:
    none = pl.DataFrame(schema=dict.fromkeys(("assessment_id", "incident_id", "clause_id"), pl.String))
    return decide(none, (*MOVES, *more), exercise=True, rules=RULES)
