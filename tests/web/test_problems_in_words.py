"""A problem, and why somebody may or may not, are told in the language that was asked for."""

from __future__ import annotations

import json

import pytest
from served import Peopled, Visitor

from trucewatch.mission.access import NOBODY_SIGNED_IN, TABLE, Action, may
from trucewatch.mission.invitations import Part
from trucewatch.model.told import Told
from trucewatch.report.words import Language, words
from trucewatch.web.said import ACTIONS, PARTS, said


@pytest.mark.parametrize(
    ("asked", "status", "english", "french"),
    [
        ("limit=0", 400, "`limit` is a whole number from 1 to 10000", "`limit` est un nombre entier de 1 à 10000"),
        ("kind=", 400, "`kind` is empty: leave it out", "`kind` est vide\u00a0: omettez-le"),
        ("colour=red", 400, "this page knows no 'colour'", "cette page ne connaît pas 'colour'"),
        ("bbox=1", 400, "`bbox` is west,south,east,north in degrees, as in 37,47.5,39,49", "`bbox` est ouest,sud,est,nord en degrés, comme 37,47.5,39,49"),
    ],
)  # fmt: skip
def test_a_programs_problem_is_told_in_the_language_that_it_asks_for(
    peopled: Peopled, asked: str, status: int, english: str, french: str
) -> None:
    for header, wanted in (("", english), ("fr-CH,de;q=0.3", french), ("de", english)):
        told = Visitor(peopled.app).get(f"/api/v1/incidents?{asked}", **{"accept-language": header})
        assert (told.status_code, told.json()["detail"]) == (status, wanted)
        assert told.headers["content-language"] == ("fr" if wanted == french else "en")
    by_name = Visitor(peopled.app).get(f"/api/v1/incidents?lang=fr&{asked}").json()
    assert (by_name["detail"], by_name["title"]) == (french, "Pas compris")


@pytest.mark.parametrize("language", list(Language))
def test_a_refusal_names_actions_and_parts_in_the_readers_language(
    signed_in: dict[Part, Visitor], peopled: Peopled, language: Language
) -> None:
    asked = signed_in[Part.OBSERVER].get("/api/v1/cases", **{"accept-language": language.value})
    assert asked.status_code == 403
    spoken, detail = words(language), asked.json()["detail"]
    assert peopled.people[Part.OBSERVER].name in detail
    assert spoken.gettext(PARTS[Part.COMMISSION]) in detail
    assert spoken.gettext(ACTIONS["see_case"]) in detail
    page = signed_in[Part.OBSERVER].get(f"/account?lang={language.value}").text
    assert spoken.gettext(ACTIONS["see_odds"]).replace("'", "&#39;") in page


def test_every_ruling_is_made_of_sentences_that_each_language_has(peopled: Peopled) -> None:
    viewer = Visitor(peopled.app)
    rights = json.loads(viewer.get("/account.json?lang=uk").text)["rights"]
    english = json.loads(viewer.get("/account.json").text)["rights"]
    assert [one["action"] for one in rights] == [action.value for action in TABLE]
    assert all(a["why"] != b["why"] for a, b in zip(rights, english, strict=True))


def test_every_action_and_part_has_its_word() -> None:
    assert {action.value for action in Action} <= set(ACTIONS)
    assert set(PARTS) == set(Part)


def test_what_has_no_sentence_stays_as_it_was_said() -> None:
    spoken = words(Language.FRENCH)
    assert said("case 7: the body has no quorum", spoken) == "case 7: the body has no quorum"
    ruling = may(NOBODY_SIGNED_IN, Action.VOTE)
    assert isinstance(ruling.why, Told)
    assert said(ruling.why, words()) == str(ruling.why).replace("liaison:", "liaison of party ").replace(
        "commission", "commission member"
    )
