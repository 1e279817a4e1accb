"""What the shipped agreements say: their days and distances, both parties alike, with addresses, in neutral words."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from trucewatch.assess.examples import Example, read_example
from trucewatch.assess.findings import findings
from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.zones import match_shapes, read_shapes
from trucewatch.model.agreement import Act, Agreement
from trucewatch.model.condition import AllOf, AnyOf, Condition, Crosses, FromLine, NotSo, PartyIs, Side
from trucewatch.model.shapes import NO_SHAPES, Shapes
from trucewatch.model.vocabulary import Verdict

AGREEMENTS = Path(__file__).resolve().parents[2] / "src" / "trucewatch" / "content" / "agreements"
NAMES = sorted(folder.name for folder in AGREEMENTS.iterdir() if folder.is_dir())
SHOWN_BY_THREE = (Act.FORBIDDEN, Act.REQUIRED, Act.PERMITTED, Act.EXCEPTION)
OF_ONE_SIDE = {"easter-2025/ET-2": "easter-2025/ET-3"}
NOT_OURS = (
    r"\b(aggress\w*|occup\w*|liberat\w*|militants?|terror\w*|separatist\w*|regime|rebels?|enem\w*|invad\w*)\b"
)


def shapes_of(name: str) -> Shapes:
    file = AGREEMENTS / name / "zones.geojson"
    return read_shapes(file.read_text("utf-8")) if file.exists() else NO_SHAPES


def examples_of(text: Agreement) -> list[Example]:
    files = sorted((AGREEMENTS / text.name / "examples").glob("*.toml"))
    return [read_example(file.read_text("utf-8"), agreement=text, file=file.name) for file in files]


def leaves(condition: Condition | None) -> Iterator[Condition]:
    match condition:
        case AllOf(of=parts) | AnyOf(of=parts):
            for part in parts:
                yield from leaves(part)
        case NotSo(of=part):
            yield from leaves(part)
        case None:
            return
        case leaf:
            yield leaf


def as_the_other(condition: Condition) -> Condition:
    match condition:
        case AllOf(of=parts):
            return AllOf(of=tuple(as_the_other(part) for part in parts))
        case PartyIs(party=party):
            return PartyIs(party="B" if party == "A" else "A")
    return condition


@pytest.mark.parametrize("name", NAMES)
def test_nothing_grave_is_found_in_a_shipped_agreement(name, agreement):
    text, shapes = agreement(name), shapes_of(name)
    match_shapes(text, shapes)
    assert [one for one in findings(text, shapes, examples_of(text)) if one.grave] == []


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"exercise-line"}))
def test_each_clause_that_can_be_assessed_has_three_examples_of_more_than_one_verdict(name, agreement):
    text = agreement(name)
    examples = examples_of(text)
    for clause in text.clauses:
        shown = [
            one
            for one in examples
            if clause.clause_id in {one.clause_id, *one.shows, *(n.clause_id for n in one.notices)}
        ]
        if clause.act in SHOWN_BY_THREE:
            assert len(shown) >= 3, clause.clause_id
            assert len({one.verdict for one in shown}) >= 2, clause.clause_id


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"exercise-line", "paris-2026"}))
def test_each_example_says_why_in_a_sentence(name, agreement):
    assert all((one.because or "").endswith(".") for one in examples_of(agreement(name)))


@pytest.mark.parametrize("name", NAMES)
def test_a_clause_is_alike_for_both_parties(name, agreement):
    text = agreement(name)
    for clause in text.clauses:
        mirrored = OF_ONE_SIDE.get(clause.clause_id)
        for leaf in leaves(clause.when):
            if isinstance(leaf, FromLine):
                assert leaf.side in (Side.OWN, Side.EITHER), clause.clause_id
            if isinstance(leaf, Crosses):
                assert leaf.towards is Side.EITHER, clause.clause_id
            if isinstance(leaf, PartyIs):
                assert clause.clause_id in {*OF_ONE_SIDE, *OF_ONE_SIDE.values()}
        if mirrored is not None:
            other = text.clause(mirrored)
            assert other.when is not None
            assert clause.when == as_the_other(other.when)
            same = {"clause_id": "", "title": "", "words": "", "needs": (), "line": 0, "when": None}
            assert replace(clause, **same) == replace(other, **same)


@pytest.mark.parametrize("name", NAMES)
def test_real_texts_give_addresses_and_exercises_are_marked(name, agreement):
    text = agreement(name)
    assert all(url.startswith(("https://", "http://")) for url in text.source_urls)
    assert text.source_urls or text.exercise
    assert all(said.source_url.startswith("https://") and said.words for said in text.ends_said)
    if not text.exercise:
        assert all(mapped.unknown for mapped in text.mapped)
        assert shapes_of(name) == NO_SHAPES, "a real text's line is in no public source: invent none"


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_neutral(name):
    for file in sorted((AGREEMENTS / name).rglob("*")):
        if file.is_file():
            words = re.sub(r"https?://\S+", "", file.read_text("utf-8"))
            assert re.findall(NOT_OURS, words, re.IGNORECASE) == [], file


def kyiv(day: int, month: int, year: int, offset_h: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC) - timedelta(hours=offset_h)


@pytest.mark.parametrize(
    ("clause", "deadline"),
    [
        ("minsk-2015/M2-2", kyiv(4, 3, 2015, 2)),
        ("addendum-2015/AD-1.1", kyiv(19, 10, 2015, 3)),
        ("addendum-2015/AD-1.2", kyiv(12, 11, 2015, 2)),
        ("addendum-2015/AD-2.1", kyiv(19, 10, 2015, 3)),
        ("addendum-2015/AD-2.2", kyiv(12, 11, 2015, 2)),
        ("guarantees-ceasefire-template/GT-3.1", kyiv(9, 3, 2027, 0)),
        ("guarantees-ceasefire-template/GT-3.2", kyiv(16, 3, 2027, 0)),
        ("guarantees-ceasefire-template/GT-3.3", kyiv(23, 3, 2027, 0)),
    ],
)
def test_days_end_by_the_agreements_own_clock(clause, deadline, agreement):
    assert agreement(clause.split("/")[0]).clause(clause).ends == deadline


@pytest.mark.parametrize(
    ("clause", "distances_m"),
    [
        ("minsk-2015/M2-2", [25_000, 35_000, 70_000]),
        ("addendum-2015/AD-1.1", [15_000]),
        ("separation-zone/SZ-5", [10_000]),
        ("separation-zone/SZ-6", [20_000]),
        ("separation-zone/SZ-7", [25_000]),
        ("guarantees-ceasefire-template/GT-2", [7_500]),
        ("guarantees-ceasefire-template/GT-3.1", [150_000]),
        ("guarantees-ceasefire-template/GT-3.2", [75_000]),
        ("guarantees-ceasefire-template/GT-3.3", [50_000]),
    ],
)
def test_distances_are_those_of_the_text(clause, distances_m, agreement):
    found = agreement(clause.split("/")[0]).clause(clause)
    assert [leaf.nearer_than_m for leaf in leaves(found.when) if isinstance(leaf, FromLine)] == distances_m


def test_the_template_states_its_choices_and_is_agreed_by_nobody(agreement):
    text = agreement("guarantees-ceasefire-template")
    assert text.exercise
    assert len(text.choices) >= 10
    assert "nothing in it is agreed" in text.status


def test_return_fire_has_three_conditions_and_the_text_does_not_say_who_shows_them(agreement):
    text = agreement("tcg-2020")
    clause = text.clause("tcg-2020/AM-7")
    assert len(clause.needs) == len(list(leaves(clause.when))) == 3
    assert clause.must_be_shown_by is None
    assert len(text.clauses) == 8


def test_what_was_said_of_the_end_is_nobodys_finding(agreement):
    for name in ("minsk-2015", "tcg-2020", "separation-zone"):
        text = agreement(name)
        assert text.ends_said
        assert text.ends is None


def test_every_verdict_but_those_of_areas_is_shown_somewhere(agreement):
    shown = {one.verdict for name in NAMES for one in examples_of(agreement(name))}
    assert shown == {Verdict.APPARENT_BREACH, Verdict.NO_BREACH_SHOWN, Verdict.INDETERMINATE, None}


def test_the_shipped_texts_can_be_read_again_by_name():
    assert all(
        read_agreement((AGREEMENTS / n / "agreement.md").read_text("utf-8"), name=n).name == n for n in NAMES
    )
