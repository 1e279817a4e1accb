"""What people record of facts and statements is judged as it goes by: what was not legal when made is named."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trucewatch.errors import TrucewatchError
from trucewatch.mission.deeds import record_fact
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.pledges import record_contest, record_counts_as, record_status, record_withdrawal
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_pledges import IDS, Judge
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.model.annotation import StatusKind
from trucewatch.model.canonical import Json, canonical, content_id
from trucewatch.model.statement import FactKind

MADE = datetime(2027, 2, 28, 12, tzinfo=UTC)
BODY = "Special Commission (exercise)"
ADA = "Ada (unsigned)"


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    plan = Plan(
        name="exercise", agreements=("exercise-line",), packs=("exercise-ab",), exercise=True, replay=True
    )
    folder = init(tmp_path / "m", plan, by="Ada", at=MADE)
    fact = record_fact(
        folder, kind=FactKind.TRUCE_CONCLUDED, holds=True, from_utc=MADE, by="Ada", on="EXERCISE", at=MADE
    )
    reading = record_counts_as(
        folder,
        kind=FactKind.TRUCE_CONCLUDED,
        trigger=FactKind.CEASEFIRE_IN_FORCE,
        words=None,
        statement="X002",
        pack=None,
        by="Ada",
        on="EXERCISE",
        at=MADE,
    )
    record_contest(folder, of=fact.fact_id, contested_by="B", by="Bo", on="EXERCISE", at=MADE)
    record_status(
        folder,
        of="X002",
        kind=StatusKind.DONE,
        from_utc=MADE,
        for_actor="G",
        body=None,
        by="Envoy of G",
        on="EXERCISE",
        at=MADE,
    )
    record_withdrawal(folder, of=reading.counts_as_id, by="Ada", on="EXERCISE", at=MADE)
    return folder


def faults(folder: Folder) -> list[str]:
    judge, found = Judge(), []
    for record in folder.journal.replay():
        try:
            judge.take(record)
        except TrucewatchError as fault:
            found.append(fault.message)
    return found


def append(folder: Folder, kind: Kind, body: Mapping[str, Json], *, named: bool = True) -> None:
    """Append past every check, as whoever has the log's key can."""
    whole: dict[str, Json] = {"recorded_by": ADA, "rests_on": "EXERCISE", **body, IDS[kind]: ""}
    if named:
        whole[IDS[kind]] = content_id(kind.value, canonical(whole).decode())
    replace(folder.journal, admits=None).append([Entry(kind=kind, author=ADA, body=whole)], at=MADE)


def first(folder: Folder, kind: Kind) -> Record:
    return next(record for record in folder.journal.replay() if record.kind is kind)


def test_what_was_recorded_through_the_verbs_is_legal(mission: Folder) -> None:
    assert faults(mission) == []


READING: Mapping[str, Json] = {
    "kind": "truce_concluded",
    "trigger": "ceasefire_in_force",
    "words": None,
    "pack": None,
    "statement_id": None,
}
STATUS: Mapping[str, Json] = {
    "of": "exercise-ab/X002",
    "kind": "in_force",
    "from_utc": "2027-03-01T00:00:00.000000Z",
    "for_actor": "G",
    "body": None,
}


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        (Kind.COUNTS_AS, {**READING, "trigger": "breach_determined"}, "nothing counts as that"),
        (Kind.COUNTS_AS, {**READING, "kind": "attack_determined"}, "nothing counts as that"),
        (Kind.COUNTS_AS, {**READING, "trigger": None}, "as neither"),
        (Kind.COUNTS_AS, {**READING, "trigger": "truce_concluded"}, "as itself"),
        (Kind.COUNTS_AS, {**READING, "pack": "another"}, "the pack 'another'"),
        (
            Kind.COUNTS_AS,
            {**READING, "pack": "exercise-ab", "statement_id": "X999"},
            "no statement on record",
        ),
        (Kind.COUNTS_AS, {**READING, "kind": "rumour"}, "is not a counts_as"),
        (Kind.CONTEST, {"of": "0" * 32, "contested_by": "B"}, "no fact or reading on record"),
        (Kind.WITHDRAWAL, {"of": "0" * 32}, "not on record"),
        (Kind.STATUS, {**STATUS, "for_actor": "H"}, "may not say so"),
        (Kind.STATUS, {**STATUS, "for_actor": None, "body": "Joint Commission (exercise)"}, "may not say so"),
        (Kind.STATUS, {**STATUS, "body": BODY}, "neither an actor's nor a body's, or both"),
        (Kind.STATUS, {**STATUS, "of": "exercise-ab/X999"}, "no statement on record"),
        (Kind.STATUS, {**STATUS, "of": "exercise-ab/CLK/first-answer"}, "is done, by its actors"),
        (Kind.STATUS, {**STATUS, "kind": "violated"}, "is not a status"),
        (Kind.FACT, {"kind": "truce_concluded", "holds": True, "from_utc": 3}, "fact"),
    ],
)
def test_an_illegal_or_malformed_record_is_named(
    mission: Folder, kind: Kind, body: Mapping[str, Json], why: str
) -> None:
    append(mission, kind, body)
    (fault,) = faults(mission)
    assert why in fault


def test_whose_record_it_is_not_does_not_take_it_back(mission: Folder) -> None:
    contest = first(mission, Kind.CONTEST).body["contest_id"]
    append(mission, Kind.WITHDRAWAL, {"of": contest})
    (fault,) = faults(mission)
    assert "Bo (unsigned)'s: only its recorder does" in fault


def test_nobody_records_in_the_name_of_another(mission: Folder) -> None:
    append(
        mission,
        Kind.CONTEST,
        {
            "of": first(mission, Kind.FACT).body["fact_id"],
            "contested_by": "A",
            "recorded_by": "Bo (unsigned)",
        },
    )
    (fault,) = faults(mission)
    assert "another recorder than Ada (unsigned)" in fault


def test_an_id_that_is_not_the_words_is_named(mission: Folder) -> None:
    append(mission, Kind.COUNTS_AS, READING, named=False)
    (fault,) = faults(mission)
    assert "not that of its words" in fault


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        (Kind.STATEMENT, {"statement_id": "S1"}, "is not a statement"),
        (Kind.REVIEW, {"proposal_id": "P1"}, "is not a review"),
        (
            Kind.REVIEW,
            {
                "proposal_id": "P1",
                "document": "0" * 64,
                "verdict": "rejected",
                "engine": "rules",
                "proposal": {},
                "mends": {},
                "reason": "EXERCISE",
            },
            "the document of proposal P1 is not on record",
        ),
        (Kind.PACK, {"name": "another", "text": "no = pack"}, "not TOML"),
    ],
)
def test_a_statement_a_review_and_a_pack_are_judged_too(
    mission: Folder, kind: Kind, body: Mapping[str, Json], why: str
) -> None:
    replace(mission.journal, admits=None).append([Entry(kind=kind, author=ADA, body=body)], at=MADE)
    (fault,) = faults(mission)
    assert why in fault


def test_verifying_a_record_names_what_was_not_legal(mission: Folder) -> None:
    assert not [r for r in verify(mission.path).remarks if r.gravity is Gravity.BROKEN]
    append(mission, Kind.STATUS, {**STATUS, "for_actor": "H"})
    (broken,) = [r for r in verify(mission.path).remarks if r.gravity is Gravity.BROKEN]
    assert "may not say so" in broken.line
