"""What leaves to an audience leaves by two names, as it was approved, and can be proved to be what it was."""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.policy import read_policy
from trucewatch.mission.authors import author
from trucewatch.mission.deeds import record_move
from trucewatch.mission.enrolling import add, add_oneself, invitation
from trucewatch.mission.folder import Folder, Plan, init, settle
from trucewatch.mission.for_audience import cases_for
from trucewatch.mission.intake import ingest
from trucewatch.mission.invitations import Part, answer
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.known import known
from trucewatch.mission.policy import policy_text as log_policy
from trucewatch.mission.publishing import publish as checkpoint
from trucewatch.mission.release_folder import check_disclosed, disclosed, notice, write_release
from trucewatch.mission.release_rules import Release, ReleaseState
from trucewatch.mission.released import all_releases, release_named, released
from trucewatch.mission.releases import approve, dry_run, propose, publish, retract
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.mission.walk import walk
from trucewatch.model.canonical import Json, digest
from trucewatch.model.decision import CaseState, Move, MoveKind, Role
from trucewatch.model.vocabulary import Audience

START = datetime(2027, 3, 1, 8, tzinfo=UTC)
LATER = START + timedelta(days=20)
DAY = date(2027, 3, 1)
DAY_AFTER = datetime(2027, 3, 1, 19, 30, tzinfo=UTC)  # when it begins
PEOPLE: Mapping[str, tuple[Part, ...]] = {
    "Ada": (Part.ADMINISTRATOR,),
    "Ann": (Part.ANALYST,),
    "Vic": (Part.VERIFIER,),
    "Rex": (Part.RELEASER,),
    "Roy": (Part.RELEASER,),
    "Liv": (Part.LIAISON_A,),
}
KEYS = {
    name: SignerKey(name=name.lower(), kind=KeyKind.ED25519, seed=bytes([n + 40]) * 32)
    for n, name in enumerate(PEOPLE)
}
HEADER = "report,from,to,position,position_lat,position_lon,means,phenomenon,count,weapon,trajectory,distance_min_km,distance_max_km,directions,heading,held_by,remarks"
ROWS = (
    "r1,2027-03-01T10:00,2027-03-01T10:15,P1,48.1765432,37.7123457,heard,explosion,5,,incoming,1.2,4.3,NNE,,H,words",
    "r2,2027-03-01T10:02,2027-03-01T10:17,P2,48.2065432,37.7323457,heard,explosion,5,,incoming,1.2,4.3,N,,H,words",
    "r3,2027-03-02T12:00,2027-03-02T12:04,P1,48.1765432,37.7123457,heard,explosion,4,,incoming,1.2,4.3,E,,H,words",
)
POLICY = '\n[release.public]\nk_origins = 2\n[release."party:A"]\nk_origins = 1\n'


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    plan = Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True, replay=True)
    folder = init(tmp_path / "m", plan, by="ann", at=START)
    add_oneself(folder, "Ada", PEOPLE["Ada"], key=KEYS["Ada"], at=START)
    for name in list(PEOPLE)[1:]:
        add(
            folder,
            answer(invitation(folder, name, PEOPLE[name]), KEYS[name]),
            by="",
            key=KEYS["Ada"],
            at=START,
        )
    said(folder, POLICY)
    profiles = folder.path / "sources.toml"
    other = profiles.read_text("utf-8").partition("[patrol]")[2].partition("\n[patrol.mapping]")
    mapping = other[2].partition("\n[")[0].partition("\n\n")[0]
    own = f"[patrol]{other[0]}\n[patrol.mapping]{mapping}\n".replace("[patrol", "[second-patrol")
    profiles.write_text(f"{profiles.read_text('utf-8')}\n{own}", "utf-8")
    settle(folder, by="", key=KEYS["Ada"], at=START)
    for source, rows in (("patrol", (ROWS[0], ROWS[2])), ("second-patrol", ROWS[1:2])):
        path = tmp_path / f"{source}.csv"
        path.write_text("\n".join((HEADER, *rows, "")), "utf-8")
        (taken,) = ingest(folder, source, [path], by="", key=KEYS["Ada"], at=LATER)
        assert (taken.accepted, taken.refused) == (len(rows), ())
    return folder


def said(folder: Folder, more: str, *, at: datetime = START) -> None:
    path = folder.path / "trucewatch.toml"
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    settle(folder, by="", key=KEYS["Ada"], at=at)


def proposed(
    folder: Folder,
    name: str = "Ann",
    *,
    first: date = DAY,
    last: date = DAY,
    audience: Audience = Audience.PUBLIC,
) -> Release:
    return propose(folder, audience, first=first, last=last, by="", key=KEYS[name], at=LATER)


def through(folder: Folder, made: Release, *, approver: str = "Rex", publisher: str = "Roy") -> Release:
    ident = made.proposal.release_id
    approve(folder, ident, by="", key=KEYS[approver], at=LATER)
    return publish(folder, ident, by="", key=KEYS[publisher], at=LATER)


def broken(folder: Folder, alone: ModuleType, why: str) -> None:
    """Both verifiers name one fault that says `why`."""
    told = [r.what for r in verify(folder.path).remarks if r.gravity is Gravity.BROKEN]
    assert len(told) == 1
    assert why in told[0]
    assert alone.verify(folder.path, None, []) == 4


def sound(folder: Folder, alone: ModuleType) -> None:
    assert [r for r in verify(folder.path).remarks if r.gravity is Gravity.BROKEN] == []
    assert alone.verify(folder.path, None, []) in (0, 1)


def test_nothing_is_released_until_two_have_said_so(mission: Folder, alone: ModuleType) -> None:
    made = proposed(mission)
    for before in (known(mission.path), known(mission.path)):
        assert all(frame.is_empty() for frame in released(before, Audience.PUBLIC).values())
    approve(mission, made.proposal.release_id, by="", key=KEYS["Rex"], at=LATER)
    assert released(known(mission.path), Audience.PUBLIC)["incidents"].is_empty()
    made = publish(mission, made.proposal.release_id, by="", key=KEYS["Rex"], at=LATER)
    assert (made.state, made.proposed_by, made.approved_by) == (ReleaseState.PUBLISHED, "Ann", "Rex")
    assert released(known(mission.path), Audience.PUBLIC)["incidents"].height == 1
    assert released(known(mission.path), Audience.PARTY_A)["incidents"].is_empty()
    sound(mission, alone)


@pytest.mark.parametrize(
    ("who", "why"),
    [("Ann", "for these alone: releaser"), ("Liv", "for these alone: releaser"), ("Ada", "releaser")],
)
def test_only_a_releaser_approves(mission: Folder, who: str, why: str) -> None:
    made = proposed(mission)
    with pytest.raises(RefusedError, match=why):
        approve(mission, made.proposal.release_id, by="", key=KEYS[who], at=LATER)


def test_nobody_approves_what_they_proposed(mission: Folder, alone: ModuleType) -> None:
    made = proposed(mission, "Rex")
    with pytest.raises(RefusedError, match="two names for any release"):
        approve(mission, made.proposal.release_id, by="", key=KEYS["Rex"], at=LATER)
    straight(mission, step(mission, "Rex", Kind.RELEASE_APPROVED, made))
    broken(mission, alone, "two names for any release")


def test_what_was_not_approved_is_not_published(mission: Folder, alone: ModuleType) -> None:
    made = proposed(mission)
    with pytest.raises(RefusedError, match="a release that is proposed is not to be published"):
        publish(mission, made.proposal.release_id, by="", key=KEYS["Rex"], at=LATER)
    straight(mission, step(mission, "Rex", Kind.RELEASE_PUBLISHED, made))
    assert released(known(mission.path), Audience.PUBLIC)["incidents"].is_empty()
    broken(mission, alone, "a release that is proposed is not to be published")


def test_a_release_without_a_policy_is_illegal_however_well_signed(
    mission: Folder, alone: ModuleType
) -> None:
    with pytest.raises(RefusedError, match="no release policy for it"):
        proposed(mission, audience=Audience.GUARANTOR)
    made = proposed(mission)
    body = {**record_of(mission, made), "audience": "guarantor", "release_id": "release-other"}
    straight(
        mission,
        author(mission.journal, by="", key=KEYS["Ann"]).entry(
            Kind.RELEASE_PROPOSED, body, rests_on=tuple(items(body))
        ),
    )
    broken(mission, alone, "it is not of the policy for 'guarantor' that is recorded")


def test_an_unsigned_step_is_none(mission: Folder, alone: ModuleType) -> None:
    made = proposed(mission)
    with pytest.raises(RefusedError, match="for these alone: releaser; sign it with --key"):
        approve(mission, made.proposal.release_id, by="nobody known", at=LATER)
    straight(
        mission,
        replace(step(mission, "Rex", Kind.RELEASE_APPROVED, made, who="nobody (unsigned)"), signed=None),
    )
    broken(mission, alone, "signed: somebody here has a key")


def test_author_verifier_and_releaser_are_three_people(
    mission: Folder, alone: ModuleType, tmp_path: Path
) -> None:
    (incident,) = walk(mission.path).fused.incidents.filter(n_origins=2)["incident_id"]
    said(mission, "", at=LATER)
    opening = Move(
        move_id="",
        case_id="c1",
        kind=MoveKind.OPEN,
        by="",
        role=Role.ANALYST,
        at=LATER,
        words="EXERCISE",
        incident_id=incident,
        clause_id="exercise-line/EX-1",
    )
    record_move(mission, opening, by="", key=KEYS["Ann"], at=LATER)
    asked = invitation(mission, "Val", (Part.VERIFIER, Part.RELEASER))
    val = SignerKey(name="val", kind=KeyKind.ED25519, seed=b"v" * 32)
    add(mission, answer(asked, val), by="", key=KEYS["Ada"], at=LATER)
    finding = replace(
        opening,
        kind=MoveKind.FIND,
        role=Role.VERIFIER,
        incident_id=None,
        clause_id=None,
        at=LATER + timedelta(minutes=1),
    )
    record_move(mission, finding, by="", key=val, at=finding.at)
    at = finding.at
    made = propose(mission, Audience.PUBLIC, first=DAY, last=DAY, by="", key=KEYS["Ann"], at=at)
    assert made.proposal.cases == ("c1",)
    less = {**record_of(mission, made), "cases": [], "release_id": "release-less"}
    leaving_out = author(mission.journal, by="", key=KEYS["Ann"]).entry(
        Kind.RELEASE_PROPOSED, less, rests_on=tuple(items(less))
    )
    past = tmp_path / "past"
    shutil.copytree(mission.path, past)
    straight(Folder(path=past), leaving_out, at=at)
    broken(Folder(path=past), alone, "it leaves out c1, which is of an incident in it")
    shutil.copytree(mission.path, tmp_path / "told")
    told = Folder(path=tmp_path / "told")
    assert cases_for(known(told.path), Audience.PUBLIC) == ()
    approve(told, made.proposal.release_id, by="", key=KEYS["Rex"], at=at)
    publish(told, made.proposal.release_id, by="", key=KEYS["Roy"], at=at)
    (case,) = cases_for(known(told.path), Audience.PUBLIC)
    assert (case.case_id, case.state, case.moves) == ("c1", CaseState.FOUND, ())
    again = replace(finding, at=at + timedelta(minutes=1), kind=MoveKind.ASSIGN, owner="Vic")
    record_move(told, again, by="", key=val, at=again.at)
    assert cases_for(known(told.path), Audience.PUBLIC) == (case,)  # as it stood when two names released it
    with pytest.raises(RefusedError, match="author, verifier and releaser are three people"):
        approve(mission, made.proposal.release_id, by="", key=val, at=at)
    entry = author(mission.journal, by="", key=val).entry(
        Kind.RELEASE_APPROVED,
        {"release_id": made.proposal.release_id, "proposal": made.digest, "recorded_by": "Val"},
    )
    straight(mission, entry, at=at)
    broken(mission, alone, "three people")


def test_a_changed_policy_needs_a_new_proposal(mission: Folder) -> None:
    made = proposed(mission)
    path = mission.path / "trucewatch.toml"
    path.write_text(path.read_text("utf-8").replace("k_origins = 2", "k_origins = 3"), "utf-8")
    settle(mission, by="", key=KEYS["Ada"], at=LATER)
    with pytest.raises(RefusedError, match="the policy has changed since it was proposed"):
        approve(mission, made.proposal.release_id, by="", key=KEYS["Rex"], at=LATER)


def test_a_dry_run_shows_exactly_what_would_become_known(mission: Folder) -> None:
    first = proposed(mission)
    told = dry_run(known(mission.path), first)
    assert told["incidents"].new.height == 1
    through(mission, first)
    again = proposed(mission, last=DAY + timedelta(days=1))
    record = known(mission.path)
    for name, told_of in dry_run(record, again).items():
        assert (told_of.changed.height, told_of.gone.height) == (0, 0), name
        before = released(record, Audience.PUBLIC)[name]
        twice = told_of.new.join(before, on=before.columns, how="semi", nulls_equal=True)
        assert twice.is_empty(), name
    assert dry_run(record, again)["incidents"].new.is_empty()  # one origin alone does not leave
    assert dry_run(record, again)["coverage"].new["from_utc"].unique().to_list() == [DAY_AFTER]


def test_a_later_release_of_the_same_days_takes_the_place_of_an_earlier_one(mission: Folder) -> None:
    through(mission, proposed(mission))
    through(mission, proposed(mission, "Vic", last=DAY + timedelta(days=1)))
    tables = released(known(mission.path), Audience.PUBLIC)
    assert tables["incidents"].height == 1
    assert tables["coverage"]["from_utc"].n_unique() == 2
    assert tables["counts"]["incident_id"].unique().to_list() == tables["incidents"]["incident_id"].to_list()


def test_a_retraction_is_public_and_says_why(mission: Folder, alone: ModuleType, tmp_path: Path) -> None:
    made = through(mission, proposed(mission))
    with pytest.raises(RefusedError, match="a retraction says why"):
        retract(mission, made.proposal.release_id, why=" ", by="", key=KEYS["Rex"], at=LATER)
    gone = retract(mission, made.proposal.release_id, why="a wrong count", by="", key=KEYS["Rex"], at=LATER)
    record = known(mission.path)
    assert all(frame.is_empty() for frame in released(record, Audience.PUBLIC).values())
    assert notice(record, gone)["why"] == "a wrong count"
    assert all_releases(record)[0].state is ReleaseState.RETRACTED
    with pytest.raises(RefusedError, match="was retracted: a wrong count"):
        write_release(record, gone, str(tmp_path / "out"))
    with pytest.raises(RefusedError, match="it is retracted already"):
        retract(mission, made.proposal.release_id, why="again", by="", key=KEYS["Rex"], at=LATER)
    sound(mission, alone)


def test_the_files_are_those_that_were_approved_and_the_manifest_names_them(
    mission: Folder, tmp_path: Path
) -> None:
    made = through(mission, proposed(mission))
    written = write_release(known(mission.path), made, str(tmp_path / "out"))
    told = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert {Path(path).name for path in written} == {*told["files"], "manifest.json"}
    for name, file in told["files"].items():
        assert digest((tmp_path / "out" / name).read_bytes()) == file["sha256"]
    assert told["stamp"] == "EXERCISE · REPLAY · PUBLIC"
    assert told["policy"] == {"k_origins": 2}


def test_what_was_withheld_can_be_disclosed_later_and_proved_the_same(mission: Folder) -> None:
    made = through(mission, proposed(mission))
    record = known(mission.path)
    (left,) = released(record, Audience.PUBLIC)["incidents"].rows(named=True)
    proof, tied = check_disclosed(disclosed(record, made, left["incident_id"]), None)
    assert tied is None
    assert proof.row["released_as"] == left["incident_id"]
    checkpoint(mission, at=LATER + timedelta(days=1), through=LATER + timedelta(days=1))
    raw = disclosed(record, made, left["incident_id"])
    policy = read_policy(log_policy(record.mission, mission.journal.key).encode())
    proof, tied = check_disclosed(raw, policy)
    assert tied is not None
    assert tied.record.seq == made.seq
    assert proof.row["incident_id"] in walk(mission.path).fused.incidents["incident_id"].to_list()
    for old, new in ((b"explosion", b"shot"), (made.proposal.release_id.encode(), b"release-0")):
        with pytest.raises(IntegrityError):
            check_disclosed(raw.replace(old, new), policy)


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


PNG = b"".join(
    (
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0"),
        chunk(b"tEXt", b"Comment\0taken at CANARYPLACE"),
        chunk(b"IDAT", zlib.compress(b"\0\0")),
        chunk(b"IEND", b""),
    )
)


def test_a_picture_leaves_without_its_metadata_and_no_other_file_of_the_vault_does(mission: Folder) -> None:
    name, text = mission.vault.put(PNG), mission.vault.put(b"where the post is")
    made = propose(
        mission, Audience.PUBLIC, first=DAY, last=DAY, by="", key=KEYS["Ann"], at=LATER, pictures=(name,)
    )
    left = mission.vault.get(made.proposal.files["picture-1.png"].item)
    assert b"CANARYPLACE" not in left
    assert name not in repr(made.proposal.files["picture-1.png"])
    with pytest.raises(InputError, match=r"JPEG or PNG|no picture|is no"):
        propose(
            mission, Audience.PUBLIC, first=DAY, last=DAY, by="", key=KEYS["Ann"], at=LATER, pictures=(text,)
        )


def test_each_day_has_its_report_of_what_leaves(mission: Folder) -> None:
    made = proposed(mission, last=DAY + timedelta(days=1))
    for day in (DAY, DAY + timedelta(days=1)):
        for form in ("html", "json", "csv"):
            raw = mission.vault.get(made.proposal.files[f"report-{day}.{form}"].item)
            assert b"P1" not in raw
            assert b"37.71" not in raw
    page = mission.vault.get(made.proposal.files[f"report-{DAY}.html"].item).decode()
    assert "EXERCISE · REPLAY · PUBLIC" in page


def test_a_proof_tells_nothing_of_other_rows(mission: Folder) -> None:
    made = through(mission, proposed(mission))
    record = known(mission.path)
    rows = walk(mission.path).observations.sort("from_utc")
    raw = disclosed(record, made, rows["observation_id"][0]).decode()
    assert rows["observation_id"][1] not in raw
    assert "words" not in json.loads(raw)["row"].values()


def straight(folder: Folder, *entries: Entry, at: datetime = LATER) -> None:
    """Append past every check, as whoever has the log's key can."""
    replace(folder.journal, admits=None).append(entries, at=at)


def step(folder: Folder, name: str, kind: Kind, made: Release, *, who: str | None = None) -> Entry:
    body = {"release_id": made.proposal.release_id, "proposal": made.digest, "recorded_by": who or name}
    entry = author(folder.journal, by="", key=KEYS[name]).entry(kind, body)
    return replace(entry, author=who) if who else entry


def record_of(folder: Folder, made: Release) -> Mapping[str, Json]:
    return next(r.body for r in folder.journal.replay() if r.seq == made.seq)


def items(body: Mapping[str, Json]) -> list[str]:
    files, held = body["files"], body["withheld"]
    assert isinstance(files, dict)
    assert isinstance(held, dict)
    return [*(file["item"] for file in files.values()), held["item"]]


def test_a_release_is_named_by_the_beginning_of_its_id(mission: Folder) -> None:
    made = proposed(mission)
    short = made.proposal.release_id.removeprefix("release-")[:4]
    assert release_named(known(mission.path), short) == release_named(
        known(mission.path), made.proposal.release_id
    )
