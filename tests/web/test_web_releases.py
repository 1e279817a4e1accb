"""Releases on pages: proposed, looked at, approved by another, published, retracted in public; and refused by policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
import polars as pl
import pytest
from served import WORDS, Person, Visitor, key

from trucewatch.errors import IntegrityError
from trucewatch.mission.accounts import accounts_of
from trucewatch.mission.clock import now
from trucewatch.mission.enrolling import add, add_oneself, invitation
from trucewatch.mission.folder import Folder, Plan, init, settle
from trucewatch.mission.intake import ingest
from trucewatch.mission.invitations import Part, answer
from trucewatch.mission.known import known
from trucewatch.mission.release_reports import reports_of
from trucewatch.mission.released import all_releases
from trucewatch.mission.walk import walk
from trucewatch.model.vocabulary import Audience
from trucewatch.web.app import app

DAY = "2026-03-01"
HEADER = "report,from,to,position,position_lat,position_lon,means,phenomenon,count,weapon,trajectory,distance_min_km,distance_max_km,directions,heading,held_by,remarks"
ROW = "r1,2026-03-01T10:00,2026-03-01T10:15,P1,48.1765432,37.7123457,heard,explosion,5,,incoming,1.2,4.3,NNE,,H,words"
PARTS = {"Ada": Part.ADMINISTRATOR, "Rex": Part.RELEASER, "Roy": Part.RELEASER}


@dataclass(frozen=True, kw_only=True)
class Desk:
    folder: Folder
    rex: Visitor
    roy: Visitor
    nobody: Visitor


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A mission with two releasers, each signed in with a key of their own."""
    place = tmp_path_factory.mktemp("releases")
    folder = init(
        place / "m",
        Plan(name="m", agreements=("exercise-line",), packs=("exercise-ab",), zone="UTC", exercise=True),
        by="x",
    )
    keys = {name: key(name.lower(), 90 + n) for n, name in enumerate(PARTS)}
    add_oneself(folder, "Ada", [Part.ADMINISTRATOR], key=keys["Ada"])
    for name in ("Rex", "Roy"):
        add(folder, answer(invitation(folder, name, [PARTS[name]]), keys[name]), by="", key=keys["Ada"])
    text = folder.path / "trucewatch.toml"
    text.write_text(text.read_text("utf-8") + "\n[release.public]\n", "utf-8")
    settle(folder, by="", key=keys["Ada"])
    (place / "p.csv").write_text(f"{HEADER}\n{ROW}\n", "utf-8")
    (taken,) = ingest(folder, "patrol", [place / "p.csv"], by="", key=keys["Ada"])
    assert taken.accepted == 1
    served, accounts, visitors = app(folder), accounts_of(folder), {}
    for name in ("Rex", "Roy"):
        made = accounts.add(keys[name], WORDS, at=now())
        visitors[name] = Visitor(served)
        who = Person(person=made.person, name=name, part=PARTS[name], key=keys[name], secret=made.secret)
        assert visitors[name].sign_in(who).status_code == 303
    return Desk(folder=folder, rex=visitors["Rex"], roy=visitors["Roy"], nobody=Visitor(served))


def sent(who: Visitor, where: str, **fields: str) -> httpx.Response:
    return who.post(where, {"csrf": who.token("/releases"), **fields})


def proposed(who: Visitor) -> str:
    told = sent(who, "/releases/propose", audience="public", first=DAY, last=DAY)
    assert told.status_code == 303, told.text
    return str(told.headers["location"])


def listed(who: Visitor, where: str) -> list[dict[str, str]]:
    """Return what the list of releases says of one."""
    rows = who.get("/releases.json").json()["releases"]
    return [row for row in rows if where.endswith(row["release"])]


def seen(who: Visitor, where: str) -> str:
    return str(who.get(f"{where}.json").json()["seen"])


def test_a_release_goes_its_way_on_pages_and_its_retraction_is_public(desk: Desk) -> None:
    where = proposed(desk.rex)
    page = desk.roy.get(where).text
    assert "Approve exactly this" in page
    assert "coverage" in page
    assert listed(desk.nobody, where) == []
    refused = sent(desk.rex, f"{where}/approve", seen=seen(desk.rex, where))
    assert refused.status_code == 403
    assert "Refused by policy" in refused.text
    assert "two names for any release" in refused.text
    as_api = desk.rex.post(
        f"{where}/approve",
        {"csrf": desk.rex.token("/releases"), "seen": seen(desk.rex, where)},
        accept="application/json",
    )
    assert (as_api.status_code, as_api.json()["title"]) == (403, "Refused by policy")
    unseen = sent(desk.roy, f"{where}/approve", seen="0" * 64)
    assert (unseen.status_code, "look again" in unseen.text) == (400, True)
    assert sent(desk.roy, f"{where}/publish").status_code == 403
    assert sent(desk.roy, f"{where}/approve", seen=seen(desk.roy, where)).status_code == 303
    assert sent(desk.rex, f"{where}/publish").status_code == 303
    (row,) = listed(desk.nobody, where)
    assert (row["state"], row["proposed_by"], row["first_day"]) == ("published", "", DAY)
    assert desk.nobody.get(f"/days/{DAY}").status_code == 200
    assert sent(desk.roy, f"{where}/retract", why=" ").status_code == 403
    assert sent(desk.roy, f"{where}/retract", why="a count was wrong").status_code == 303
    (row,) = listed(desk.nobody, where)
    assert (row["state"], row["why"]) == ("retracted", "a count was wrong")
    assert re.fullmatch("person [0-9a-f]{8}", row["retracted_by"])
    told = desk.nobody.get("/releases").text
    assert "a count was wrong" in told
    assert "Roy" not in told
    for path in (f"/days/{DAY}", f"/days/{DAY}.json"):
        gone = desk.nobody.get(path)
        assert gone.status_code == 403
        assert "was retracted at" in gone.text
        assert "a count was wrong" in gone.text


def test_a_report_that_does_not_add_up_is_refused_before_anything_of_it_is_kept(desk: Desk) -> None:
    walked, day = walk(desk.folder.path), date.fromisoformat(DAY)
    incidents, counts = walked.fused.incidents, walked.fused.counts

    def made(rows: pl.DataFrame) -> Mapping[str, object]:
        tables = {"incidents": rows, "counts": counts, "observations": walked.observations}
        return reports_of(walked, tables, Audience.PUBLIC, day, day)

    assert set(made(incidents)) == {f"report-{DAY}.{form}" for form in ("html", "json", "csv")}
    other = incidents.with_columns(pl.lit("shot").alias("phenomenon"))  # one id, listed as two kinds
    with pytest.raises(IntegrityError, match="it is not written: count: "):
        made(pl.concat([incidents, other]))


def test_the_ledger_goes_its_way_on_pages_and_until_then_the_public_is_told_so(desk: Desk) -> None:
    pages = ("/guarantees", "/guarantees/changes", "/guarantees/timeline", "/guarantees/without/G")
    for path in (*pages, "/api/v1/statements", "/api/v1/guarantees"):
        shut = desk.nobody.get(path)
        assert (shut.status_code, "nothing of the ledger was released" in shut.text) == (403, True), path
    assert "rien du relevé" in desk.nobody.get("/guarantees.json?lang=fr").json()["detail"]
    told = sent(desk.rex, "/releases/propose", ledger="yes")
    assert told.status_code == 303, told.text
    where = str(told.headers["location"])
    assert "exercise-ab/X002" in desk.roy.get(where).text
    assert sent(desk.rex, f"{where}/approve", seen=seen(desk.rex, where)).status_code == 403
    assert sent(desk.roy, f"{where}/approve", seen=seen(desk.roy, where)).status_code == 303
    assert sent(desk.rex, f"{where}/publish").status_code == 303
    assert "X002" in desk.nobody.get("/guarantees.csv").text
    assert desk.nobody.get("/api/v1/statements").json()["items"]
    (row,) = listed(desk.nobody, where)
    assert (row["of_ledger"], row["state"]) == (True, "published")
    assert sent(desk.roy, f"{where}/retract", why="a statement was misread").status_code == 303
    gone = desk.nobody.get("/guarantees")
    assert (gone.status_code, "a statement was misread" in gone.text) == (403, True)


def test_what_pages_record_is_signed_by_whoever_pressed_the_button(desk: Desk) -> None:
    where = proposed(desk.roy)
    made = next(
        one for one in all_releases(known(desk.folder.path)) if where.endswith(one.proposal.release_id)
    )
    assert made.proposed_by == "Roy"
    record = next(one for one in desk.folder.journal.replay() if one.seq == made.seq)
    assert record.signed is not None


def test_whoever_is_not_signed_in_moves_no_release(desk: Desk) -> None:
    stood = all_releases(known(desk.folder.path))
    told = desk.nobody.post("/releases/propose", {"csrf": desk.nobody.token(), "audience": "public"})
    assert (told.status_code, "Not for you" in told.text) == (403, True)
    assert all_releases(known(desk.folder.path)) == stood


def test_a_release_that_is_none_has_no_page(desk: Desk, tmp_path: Path) -> None:
    assert desk.rex.get("/releases/release-0").status_code == 404
    assert list(tmp_path.iterdir()) == []
