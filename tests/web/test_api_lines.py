"""Lines of JSON from a program: each answered, twice is once, and nobody sends them who may not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from served import Peopled, Visitor

from trucewatch.ingest.features import columns_of
from trucewatch.mission.access import Action
from trucewatch.mission.accounts import accounts_of
from trucewatch.mission.clock import now
from trucewatch.mission.folder import Folder
from trucewatch.mission.invitations import Part
from trucewatch.mission.requests import first_sent
from trucewatch.mission.tokens import add_token
from trucewatch.web.app import app

WHERE = "/api/v1/sources/patrol/observations"
FORM = "from to means phenomenon trajectory count weapon position_lat position_lon directions distance_min_km"
FORM += " distance_max_km heading held_by report remarks"
EMPTY = dict.fromkeys(FORM.split(), "")
SAID = {"from": "2027-03-02 06:00", "to": "2027-03-02 06:10", "means": "heard", "phenomenon": "explosion"}
GOOD = {**EMPTY, **SAID, "count": "3", "position_lat": 48.1, "position_lon": 37.8}
TYPE = "application/x-ndjson"


def lines(*rows: object) -> bytes:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()


@pytest.fixture(scope="module")
def secret(peopled: Peopled) -> str:
    at = now()
    made = add_token(
        accounts_of(peopled.folder),
        peopled.people[Part.OBSERVER].person,
        label="a program",
        scopes=[Action.SUBMIT],
        areas=None,
        until=at + timedelta(days=1),
        at=at,
    )
    return made.secret


def test_a_key_stands_for_its_bytes_when_the_server_is_begun_anew(peopled: Peopled, secret: str) -> None:
    bearer = {"authorization": f"Bearer {secret}", "idempotency-key": "over a new start"}
    assert sent(peopled, lines(GOOD), **bearer).status_code == 200
    anew = replace(peopled, app=app(peopled.folder))
    assert sent(anew, lines(GOOD), **bearer).status_code == 200
    refused = sent(anew, lines({**GOOD, "count": "4"}), **bearer)
    assert (refused.status_code, refused.json()["title"]) == (422, "Another request")


def test_a_key_counts_for_a_week_for_its_sender_and_source(tmp_path: Path) -> None:
    folder, at = Folder(path=tmp_path), now()

    def first(digest: str, days: float = 0, **of: str) -> str:
        own = {"person": "p", "source": "s", "key": "k", **of}
        return first_sent(
            folder,
            digest,
            person=own["person"],
            source=own["source"],
            key=own["key"],
            at=at + timedelta(days=days),
            most=3,
        )

    assert [first("a"), first("b"), first("b", days=6.9)] == ["a", "a", "a"]
    assert [first("b", person="q"), first("c", source="t"), first("d", key="l")] == ["b", "c", "d"]
    assert first("e", days=7.1) == "e"
    for n in range(4):
        first("f", days=8, key=f"more {n}")
    assert first("g", days=8.1) == "g", "a sender's oldest keys are forgotten first"
    assert b"more 1" not in (tmp_path / "accounts.sqlite").read_bytes()


def sent(peopled: Peopled, raw: bytes, **headers: str) -> httpx.Response:
    return Visitor(peopled.app).http.post(WHERE, content=raw, headers={"content-type": TYPE, **headers})


def test_a_line_is_answered_with_a_line_and_twice_is_once(peopled: Peopled, secret: str) -> None:
    raw = lines(GOOD, {**GOOD, "phenomenon": "bang"}, "no object", {**GOOD, "from": "2027-03-02 07:00"})
    bearer = {"authorization": f"Bearer {secret}", "idempotency-key": "first"}
    told = sent(peopled, raw, **bearer)
    assert told.status_code == 200, told.text
    *each, summed = map(json.loads, told.text.splitlines())
    assert [one["line"] for one in each] == [1, 2, 3, 4]
    assert [one["result"] for one in each][1:3] == ["refused", "refused"], told.text
    assert "bang" not in told.text
    again = json.loads(sent(peopled, raw, **bearer).text.splitlines()[-1])
    assert (again["accepted"], again["refused"]) == (0, summed["refused"])
    other = sent(peopled, lines(GOOD), **bearer)
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 403), ({"content-type": "text/plain"}, 403), ({"sec-fetch-site": "cross-site"}, 403)],
)
def test_nobody_sends_lines_without_a_token(peopled: Peopled, headers: dict[str, str], status: int) -> None:
    assert sent(peopled, lines(GOOD), **headers).status_code == status


def test_a_session_sends_no_lines(signed_in: dict[Part, Visitor]) -> None:
    told = signed_in[Part.OBSERVER].http.post(WHERE, content=lines(GOOD), headers={"content-type": TYPE})
    assert told.status_code == 403


def test_what_is_wrong_with_all_is_said_of_each(peopled: Peopled, secret: str) -> None:
    told = sent(peopled, lines({"from": "noon"}, {"from": "one"}), authorization=f"Bearer {secret}")
    *each, summed = map(json.loads, told.text.splitlines())
    assert [one["result"] for one in each] == ["refused", "refused"]
    assert summed["accepted"] == 0


def test_lines_are_rows_and_a_broken_one_costs_itself() -> None:
    found = columns_of(lines({"a": 1}, "{", {"a": "x", "b": None}))
    assert not isinstance(found, str)
    columns, refused = found
    assert columns["a"] == ["1", "x"]
    assert columns["row"] == [1, 3]
    assert [at for at, _ in refused] == [2]
