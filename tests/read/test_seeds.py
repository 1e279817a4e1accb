"""The two articles that the project began with: what is proposed of them, and that nothing in it was invented."""

import contextlib
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from mutations import ARTICLES, article

from trucewatch.cli import main

Json = Mapping[str, object]
Readings = Mapping[str, tuple[bytes, list[dict[str, object]]]]
Row = tuple[str, str, str, dict[str, object]]
# Rows of the doctrine's table: the row, the article, words that the proposal holds, and what it must say of them.
ROWS: tuple[Row, ...] = (
    ("leads the monitoring", "fi", "Yhdysvallat johtaa tulitauon", {"actor": ["US"], "kind": "claim_about"}),
    (
        "guarantees after a ceasefire",
        "fi",
        "vahvoista turvatakuista",
        {"actor": ["XC"], "kind": "instrument"},
    ),
    ("the 26 adhere", "nb", "har gitt «formell» tilslutning", {"actor": [], "kind": "claim_about"}),
    ("where and in which domain", "nb", "å stille med militære", {"domain": "land, sea, air"}),
    ("unclear which countries", "nb", "uklart hvilke land", {"kind": "open_item"}),
    ("until a truce", "nb", "vente med en beslutning", {"actor": ["DE"], "modality": "defers"}),
    ("finance and training", "nb", "klar til å øke", {"actor": ["DE"], "modality": "ready_to"}),
    ("Italy refuses in 2025", "nb", "aktuelt for Italia", {"actor": ["IT"], "kind": "refusal"}),
    ("Italy refuses in 2026", "fi", "Italia ei aio", {"actor": ["IT"], "kind": "refusal"}),
    ("only when there is no war", "nb", "kan først brukes når", {"kind": "position"}),
    ("must have US backing", "nb", "må ha støtte fra USA", {"actor": ["FR", "GB"]}),
    ("in the coming days", "nb", "skal USA ferdigstille", {"actor": ["US"], "modality": "will"}),
    ("Macron speaks of the US", "nb", "tvil om at USA er med", {"said_by": "Emmanuel Macron"}),
    ("Stubb speaks of the US", "fi", "Yhdysvaltain sitoutumisesta", {"actor": ["US"], "kind": "claim_about"}),
    ("a declaration of intent", "fi", "allekirjoittivat kokouksen", {"kind": "instrument"}),
    ("three-stage", "fi", "kolmivaiheinen julkilausuma", {"kind": "instrument"}),
    ("military hubs", "fi", "niin sanottuja sotilastukikohtia", {"modality": "will"}),
    (
        "several thousand",
        "fi",
        "lähettää ”useita tuhansia” sotilaita Ukrainaan ylläpitämään",
        {"modality": "may"},
    ),
    ("seeks no war", "nb", "ikke søker krig", {"negated": True}),
    ("takes no part in combat", "fi", "eivät osallistu taisteluihin", {"actor": ["FR"], "negated": True}),
    (
        "monitoring from a neighbour",
        "fi",
        "voisivat liittyä aselevon",
        {"actor": ["DE"], "modality": "could"},
    ),
    ("mostly agreed", "fi", "päässeet pääosin sopimukseen", {}),
    ("territory is the critical point", "fi", "neuvotteluissa kriittisin kohta", {"kind": "open_item"}),
    ("no veto", "nb", "ikke har vetorett", {"actor": ["XN"], "kind": "position"}),
    ("endangers the continent", "nb", "setter det europeiske", {"actor": ["RU"], "kind": "position"}),
    ("stop buying oil", "nb", "stanse kjøp av russisk olje", {"actor": ["US"], "kind": "demand"}),
    ("took part online", "nb", "deltok digitalt", {"kind": "meeting"}),
    ("never a new threat", "fi", "uutta Venäjältä Ukrainaan", {"kind": "position"}),
)
NAMED = {
    "nb": {"FR", "US", "UA", "GB", "NO", "RU", "CN", "DE", "IT", "DK", "XN", "XC"},
    "fi": {"FR", "UA", "US", "GB", "RU", "DE", "IT", "FI", "XC", "EU"},
}
AMOUNTS = {"nb": {(26, 26)}, "fi": {(2000, 9999)}}
TIMES = {"nb": set(), "fi": {"2026-01-06"}}  # what may resolve: Tuesday; nothing else in them is a day


@pytest.fixture(scope="module")
def readings(shared: Path) -> Readings:
    """Each article's bytes and what is proposed in it."""
    found = {}
    for name, (file, published) in ARTICLES.items():
        found[name] = (article(shared, name), _read(shared / "data" / "seeds" / file, published))
    return found


def _read(path: Path, published: str) -> list[dict[str, object]]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main.run(["read", str(path), "--published", published, "--json"]) == 0
    found = json.loads(out.getvalue())["proposals"]
    assert isinstance(found, list)
    return found


def _holding(readings: Readings, name: str, words: str) -> list[dict[str, object]]:
    """Return what is proposed of the clause that `words` stand in."""
    raw, proposals = readings[name]
    place = raw.find(words.encode())
    assert place >= 0, words
    end = place + len(words.encode())
    return [p for p in proposals if _whole(p, "start") <= place and end <= _whole(p, "end")]


def _one(readings: Readings, name: str, words: str) -> dict[str, object]:
    (found,) = _holding(readings, name, words)
    return found


def _whole(proposal: Json, name: str) -> int:
    number = proposal[name]
    assert isinstance(number, int)
    return number


def _triggers(proposal: Json) -> list[object]:
    conditions = proposal["conditions"]
    assert isinstance(conditions, list)
    return [condition["trigger"] for condition in conditions]


def test_at_least_twenty_rows_of_the_doctrines_table_are_proposed(readings: Readings) -> None:
    proposed = {
        row
        for row, name, words, wanted in ROWS
        if any(wanted.items() <= found.items() for found in _holding(readings, name, words))
    }
    missing = sorted({row for row, _, _, _ in ROWS} - proposed)
    assert len(proposed) >= 20, f"{len(proposed)} rows; not proposed: {', '.join(missing)}"


def test_every_quotation_stands_in_the_file_byte_for_byte(readings: Readings) -> None:
    for raw, proposals in readings.values():
        assert proposals
        for proposal in proposals:
            start, end = _whole(proposal, "start"), _whole(proposal, "end")
            assert raw[start:end].decode("utf-8") == proposal["quote"]


def test_no_actor_is_invented(readings: Readings) -> None:
    for name, (_, proposals) in readings.items():
        assert {code for p in proposals for code in p["actor"]} <= NAMED[name]


def test_no_number_is_invented(readings: Readings) -> None:
    for name, (raw, proposals) in readings.items():
        quantities = [p["quantity"] for p in proposals if p["quantity"]]
        assert {(q["min"], q["max"]) for q in quantities} <= AMOUNTS[name]
        assert all(q["as_written"].encode() in raw for q in quantities)


def test_no_date_is_invented(readings: Readings) -> None:
    for name, (raw, proposals) in readings.items():
        dates = [p["date"] for p in proposals if p["date"]]
        assert {d["resolved"] for d in dates} - {None} <= TIMES[name]
        assert all(d["as_written"].encode() in raw for d in dates)


def test_no_speaker_is_invented(readings: Readings) -> None:
    for raw, proposals in readings.values():
        for proposal in proposals:
            for name in re.split(r" og | ja |, ", str(proposal["said_by"])):
                # A name that the text spells in two ways has one in the lexicon.
                surname = name.split()[-1][:6]
                assert name == "newsroom" or surname.encode() in raw


def test_italy_refuses_on_both_dates(readings: Readings) -> None:
    first = _one(readings, "nb", "aktuelt for Italia å sende soldater")
    second = _one(readings, "fi", "Italia ei aio lähettää joukkoja Ukrainaan")
    for refusal, modality in ((first, "refuses"), (second, "does_not_intend")):
        assert (refusal["kind"], refusal["actor"], refusal["said_by"]) == (
            "refusal",
            ["IT"],
            "Giorgia Meloni",
        )
        assert (refusal["modality"], refusal["negated"], refusal["quantity"]) == (modality, True, None)


def test_germany_defers_on_two_triggers_that_are_kept_apart(readings: Readings) -> None:
    told = _one(readings, "nb", "vente med en beslutning om militær innsats")
    said = _one(readings, "nb", "ta beslutninger om ytterligere militær innsats")
    assert (told["actor"], told["modality"], told["said_by"]) == (["DE"], "defers", "newsroom")
    assert (said["actor"], said["modality"], said["kind"]) == (["DE"], "defers", "position")
    assert said["said_by"] != "newsroom"
    assert (_triggers(told), _triggers(said)) == (["truce_concluded"], ["conditions_clarified"])


def test_germany_could_monitor_from_a_neighbouring_country(readings: Readings) -> None:
    could = _one(readings, "fi", "joukot voisivat liittyä aselevon valvontaan")
    assert (could["kind"], could["actor"], could["modality"]) == ("commitment", ["DE"], "could")
    assert could["said_by"] == "Friedrich Merz"
    assert could["conditions"] == []


def test_france_may_send_several_thousand(readings: Readings) -> None:
    for words, triggers in (
        ("saattaa lähettää ”useita tuhansia” sotilaita Ukrainaan", []),
        ("sotilaita Ukrainaan ylläpitämään", ["ceasefire_agreement_signed"]),
    ):
        may = _one(readings, "fi", words)  # the first place where the words stand
        assert (may["kind"], may["actor"], may["modality"]) == ("commitment", ["FR"], "may")
        quantity = may["quantity"]
        assert isinstance(quantity, dict)
        assert (quantity["min"], quantity["max"]) == (2000, 9999)
        assert quantity["as_written"] == "useita tuhansia"
        assert _triggers(may) == triggers


def test_what_macron_and_stubb_say_of_the_us_is_a_claim_about_it(readings: Readings) -> None:
    for name, words, speaker in (
        ("fi", "Yhdysvallat johtaa tulitauon valvontamekanismia", "Emmanuel Macron"),
        ("fi", "vahvistus Yhdysvaltain sitoutumisesta", "Alexander Stubb"),
        ("nb", "skal USA ferdigstille sin støtte", "franske presidenten"),
    ):
        claim = _one(readings, name, words)
        assert (claim["kind"], claim["actor"]) == ("claim_about", ["US"])
        assert claim["said_by"] in (speaker, "Emmanuel Macron")


def test_three_stage_is_kept_with_its_correction(readings: Readings) -> None:
    slip = _one(readings, "fi", "kolmivaiheinen julkilausuma")
    assert "kolmivaiheinen" in str(slip["quote"])
    assert "trilateral" in str(slip["correction"])
    assert sorted(slip["actor"]) == ["FR", "GB", "UA"]


def test_the_triggers_stay_apart(readings: Readings) -> None:
    met = {trigger for _, proposals in readings.values() for p in proposals for trigger in _triggers(p)}
    assert {
        *("ceasefire_in_force", "ceasefire_agreement_signed", "truce_concluded", "peace_agreement_signed"),
        *("war_over", "conditions_clarified"),
    } <= met
    for proposal in readings["fi"][1]:
        for condition in proposal["conditions"]:
            if "tulitaukosopimus" in condition["as_written"]:
                assert condition["trigger"] == "ceasefire_agreement_signed"


def test_without_a_publication_date_the_finnish_article_has_no_day(shared: Path, tmp_path: Path) -> None:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main.run(["read", str(shared / "data" / "seeds" / ARTICLES["fi"][0]), "--json"]) == 0
    dates = [p["date"] for p in json.loads(out.getvalue())["proposals"] if p["date"]]
    assert dates
    assert {date["resolved"] for date in dates} == {None}
