"""What every page keeps: one address with its twins, the moments, the language, problems, and a record that grows."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from litestar import Litestar
from msgspec import structs
from served import AT, Peopled, Visitor, form_token

from trucewatch.errors import InputError, RefusedError
from trucewatch.mission.clock import now
from trucewatch.mission.deeds import record_fact, record_move
from trucewatch.mission.folder import Plan, init
from trucewatch.mission.invitations import Part
from trucewatch.mission.known import known
from trucewatch.mission.policy import checkpoint_of
from trucewatch.mission.publishing import publish as checkpoint
from trucewatch.model.decision import Move, MoveKind, Role
from trucewatch.model.statement import FactKind
from trucewatch.report.words import Language
from trucewatch.web.app import app
from trucewatch.web.asking import language_of, read_query
from trucewatch.web.late import NO_FEEDS, Feeds, Why, banners
from trucewatch.web.serving import address

LISTS = ("/guarantees", "/guarantees/timeline", "/days/2027-03-02", "/cases", "/sources", "/record")
PAGES = (*LISTS, "/guarantees/conditions", "/guarantees/changes", "/agreements/exercise-line", "/account")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_its_json_at_the_same_address(path: str, exercise: Litestar) -> None:
    asked = Visitor(exercise)
    assert asked.get(path).status_code == 200
    told = asked.get(f"{path}.json")
    assert told.headers["content-type"] == "application/json"
    assert "EXERCISE" in json.dumps(told.json()) or path == "/account"


@pytest.mark.parametrize("path", LISTS)
def test_each_list_has_its_csv_at_the_same_address(path: str, exercise: Litestar) -> None:
    told = Visitor(exercise).get(f"{path}.csv")
    assert told.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(told.text)))
    assert all("EXERCISE" in row["stamp"] for row in rows)


def test_a_twin_has_the_same_filters(exercise: Litestar) -> None:
    asked = Visitor(exercise)
    assert asked.get("/cases.json").json()["rows"]
    assert not asked.get("/cases.json?state=closed").json()["rows"]
    assert len(asked.get("/cases.csv?state=closed").text.splitlines()) == 1
    assert asked.get("/cases?state=nonsense").status_code == 400


def test_whoever_has_an_answer_already_gets_none(exercise: Litestar) -> None:
    asked = Visitor(exercise)
    first = asked.get("/guarantees.json")
    again = asked.get("/guarantees.json", **{"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content
    other = asked.get(
        "/guarantees.json?known_at=2027-03-01T00:00:00%2B00:00", **{"if-none-match": first.headers["etag"]}
    )
    assert other.status_code == 200


def test_a_name_that_a_page_does_not_know_is_refused_with_a_suggestion(exercise: Litestar) -> None:
    told = Visitor(exercise).get("/guarantees.json?known_att=x")
    assert told.status_code == 400
    assert told.headers["content-type"].startswith("application/problem+json")
    assert "known_at" in told.json()["detail"]
    assert set(told.json()) == {"type", "title", "status", "detail", "instance"}


def test_a_problem_is_a_page_for_people_and_an_object_for_machines(exercise: Litestar) -> None:
    asked = Visitor(exercise)
    assert "<h1>Not here</h1>" in asked.get("/nothing").text
    assert asked.get("/nothing.json").json()["status"] == 404
    assert asked.get("/nothing", accept="application/json").json()["status"] == 404
    assert asked.http.delete("/guarantees").status_code == 405
    assert asked.get("/guarantees.csv.json").status_code == 404
    assert asked.get("/guarantees/conditions.csv").status_code == 404


@pytest.mark.parametrize(
    "moment", ["2027-03-01", "yesterday", "2027-03-01T00:00:00", "0000", "2027-03-01T25:00Z"]
)
def test_a_moment_has_its_offset_or_is_refused(moment: str, exercise: Litestar) -> None:
    asked = Visitor(exercise)
    for name in ("known_at", "valid_at"):
        assert asked.get(f"/guarantees?{name}={moment}").status_code == 400


def test_a_page_is_as_of_the_moment_that_is_asked_for(exercise: Litestar) -> None:
    asked = Visitor(exercise)
    then = "2027-03-05T00:00:00%2B00:00"
    assert len(asked.get(f"/cases.json?known_at={then}").json()["rows"]) == 1
    case = asked.get("/cases.json").json()["rows"][0]["case_id"]
    before, after = (
        asked.get(f"/cases/{case}.json{ask}").json()["moves"] for ask in (f"?known_at={then}", "")
    )
    assert len(before) < len(after)
    page = asked.get(f"/guarantees?known_at={then}").text
    assert "This is what the record held at 2027-03-05 00:00 +00:00." in page
    assert asked.get("/guarantees?known_at=2020-01-01T00:00:00%2B00:00").status_code == 400


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("nb-NO,nb;q=0.9,en;q=0.5", "nb"),
        ("nn", "nb"),
        ("de, fi;q=0.8, en;q=0.9", "en"),
        ("xx, fi;q=0.1", "fi"),
        ("en;q=0, fi;q=0.1", "fi"),
        ("*;q=nonsense,,;;", "en"),
    ],
)
def test_a_page_is_in_the_language_most_wished_for(header: str, language: str) -> None:
    assert language_of({}, header) is Language(language)


def test_the_address_outweighs_the_wish_and_an_unknown_language_is_refused() -> None:
    assert language_of({"lang": "fi"}, "nb") is Language.FINNISH
    with pytest.raises(InputError, match="no page is in"):
        language_of({"lang": "xx"}, "nb")


def test_a_query_has_each_name_once_and_no_endless_value() -> None:
    known_names = frozenset({"a"})
    assert read_query([("a", "1")], known_names) == {"a": "1"}
    for pairs in ([("a", "1"), ("a", "2")], [("a", "x" * 600)], [("b", "1")]):
        with pytest.raises(InputError):
            read_query(pairs, known_names)


def test_the_pages_follow_the_record(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", Plan(name="M", agreements=("exercise-line",), exercise=True), by="Ann")
    asked = Visitor(app(folder))
    before = asked.get("/record.json").json()["records"]
    record_fact(
        folder,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=now(),
        by="Ann",
        on="EXERCISE",
        agreement="exercise-line",
    )
    assert asked.get("/record.json").json()["records"] == before + 1


def late(mission: Path, hours: float, feeds: Feeds) -> list[Why]:
    record = known(mission)
    return [one.why for one in banners(record, feeds, record.known_at + timedelta(hours=hours))]


def test_a_late_feed_and_a_clock_that_is_off_are_told(tmp_path: Path) -> None:
    init(tmp_path / "m", Plan(name="M", agreements=("exercise-line",)), by="Ann")
    heard = known(tmp_path / "m").known_at
    feeds = Feeds(heard={"firms": heard, "smm": heard}, every={"firms": timedelta(hours=3)})
    assert late(tmp_path / "m", 1, feeds) == []
    assert late(tmp_path / "m", 7, feeds) == [Why.FEED]
    assert late(tmp_path / "m", -1, feeds) == [Why.CLOCK]


def test_a_record_that_nobody_cosigned_is_told_on_every_page(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", Plan(name="M", agreements=("exercise-line",)), by="Ann")
    assert late(tmp_path / "m", 23, NO_FEEDS) == []
    assert late(tmp_path / "m", 25, NO_FEEDS) == [Why.COSIGNATURE]  # there is no checkpoint to cosign
    day_on = Visitor(app(folder, clock=lambda: now() + timedelta(hours=30)))
    for path in ("/guarantees", "/situation", "/record"):
        assert "Nobody has cosigned the record for 30" in day_on.get(path).text
    assert "Nobody has cosigned" not in Visitor(app(folder)).get("/guarantees").text


def test_a_checkpoint_that_is_due_is_told(tmp_path: Path) -> None:
    plan = Plan(name="M", agreements=("exercise-line",), replay=True, seed=b"late")
    folder = init(tmp_path / "m", plan, by="Ann", at=AT)
    checkpoint(folder, at=AT + timedelta(hours=6), through=AT + timedelta(hours=6))
    left = checkpoint_of(folder, at=AT + timedelta(hours=6))
    assert left
    record = known(tmp_path / "m")
    live = replace(record, mission=structs.replace(record.mission, replay=False))
    for hours, told in ((1, []), (1.9, []), (2.1, [Why.CHECKPOINT]), (25, [Why.CHECKPOINT, Why.COSIGNATURE])):
        moment = left.published_at + timedelta(hours=hours)
        assert [one.why for one in banners(live, NO_FEEDS, moment)] == told


def test_nothing_is_late_in_an_exercise(walked: Path) -> None:
    feeds = Feeds(heard={"patrol": AT}, every={"patrol": timedelta(hours=1)})
    assert late(walked / "exercise", 10_000, feeds) == []


@pytest.fixture(scope="module")
def verifier(peopled: Peopled) -> Visitor:
    """The verifier, who signed in and so unlocked their key."""
    asked = Visitor(peopled.app)
    assert asked.sign_in(peopled.people[Part.VERIFIER]).status_code == 303
    return asked


def test_a_move_through_a_page_is_signed_and_says_so(peopled: Peopled, verifier: Visitor) -> None:
    asked = verifier
    page = asked.get(f"/cases/{peopled.case}").text
    fields = {"csrf": form_token(page), "kind": "triage", "words": "taken up"}
    told = asked.post(f"/cases/{peopled.case}/moves", fields)
    assert told.status_code == 303, told.text
    last = asked.get(f"/cases/{peopled.case}.json").json()["moves"][-1]
    assert (last["kind"], last["through"], last["by"]) == (
        "triage",
        "page",
        peopled.people[Part.VERIFIER].name,
    )
    fields = {"csrf": form_token(page), "kind": "close", "words": "not mine to close"}
    assert asked.post(f"/cases/{peopled.case}/moves", fields).status_code == 403


def test_self_approval_is_refused_by_policy_on_a_page_and_by_a_program_in_the_readers_words(
    peopled: Peopled, verifier: Visitor
) -> None:
    own = Move(
        move_id="",
        case_id="case-of-the-verifier",
        kind=MoveKind.OPEN,
        by="",
        role=Role.VERIFIER,
        at=now(),
        words="EXERCISE",
        incident_id="i1",
        clause_id="exercise-line/EX-1",
    )
    record_move(peopled.folder, own, by="", key=peopled.people[Part.VERIFIER].key)
    asked = verifier
    page = asked.get(f"/cases/{own.case_id}").text
    fields = {"csrf": form_token(page), "kind": "find", "words": "I find that I was right"}
    where, why = f"/cases/{own.case_id}/moves", "whoever opened the case may not verify it"
    for language, headers, words in (
        ("en", {}, ("Refused by policy", why)),
        ("fr", {"accept-language": "fr"}, ("qui a ouvert l’affaire ne peut la vérifier",)),
    ):
        told = asked.post(where, fields, **headers)
        assert told.status_code == 403
        assert all(one in unescape(told.text) for one in words), (language, told.text)
        told = asked.post(where, fields, accept="application/json", **headers)
        assert (told.status_code, told.headers["content-type"]) == (403, "application/problem+json")
        assert words[-1] in told.json()["detail"]
        assert told.headers["content-language"] == language
    assert asked.get(f"/cases/{own.case_id}.json").json()["state"] == "opened"


def test_a_quoted_figure_is_found_or_not(patrols: Litestar) -> None:
    asked = Visitor(patrols)
    figures = asked.get("/days/2016-10-31.csv").text
    row = next(row for row in csv.DictReader(io.StringIO(figures)) if row["most"] and float(row["most"]) > 20)
    found = asked.get(f"/record/quotes.json?day=2016-10-31&number={row['most']}").json()["figures"]
    assert row["what"] in {one["what"] for one in found}
    assert asked.get("/record/quotes.json?day=2016-10-31&number=987654").json()["figures"] == []


def test_a_proof_that_is_none_is_told_so(exercise: Litestar) -> None:
    asked = Visitor(exercise)
    token = form_token(asked.get("/record").text)
    told = asked.post("/record/check", {"csrf": token, "proof": "no proof"})
    assert told.status_code == 200
    assert "It does not hold" in told.text


@pytest.mark.parametrize(("host", "tls"), [("0.0.0.0", False), ("192.0.2.1", False), ("::", False)])
def test_another_address_than_the_loopback_is_refused_without_tls(host: str, tls: bool) -> None:
    with pytest.raises(RefusedError, match="TLS"):
        address(host, 8600, (), behind_tls=tls)


def test_behind_tls_cookies_are_for_tls_only() -> None:
    place = address("0.0.0.0", 8600, ("watch.example",), behind_tls=True)
    assert place.secure
    assert "watch.example" in place.names
    with pytest.raises(InputError):
        address("not an address", 8600, (), behind_tls=False)


def test_an_incident_is_shown_with_everything_it_stands_on(exercise: Litestar) -> None:
    asked = Visitor(exercise)
    day = asked.get("/days/2027-03-02.json").json()
    wanted = day["incidents"][0]
    told = asked.get(f"/incidents/{wanted['incident_id']}.json?day=2027-03-02").json()
    assert told["incident"]["sightings"]
    assert {e["observation_id"] for e in told["entries"]} == {
        s["observation_id"] for s in wanted["sightings"]
    }
    page = asked.get(f"/incidents/{wanted['incident_id']}").text
    assert "Why these are one event" in page
    assert asked.get("/incidents/00000000000000000000000000000000").status_code == 404


def test_the_days_lead_to_the_last_on_record(patrols: Litestar) -> None:
    told = Visitor(patrols).get("/days")
    assert told.status_code == 303
    assert told.headers["location"].startswith("/days/2016-1")
    assert Visitor(patrols).get("/days?day=2016-10-30").headers["location"] == "/days/2016-10-30"
