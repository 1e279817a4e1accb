"""Agreements as literate Markdown, and what is refused."""

from datetime import UTC, datetime

import pytest

from trucewatch.assess.markdown import read_agreement
from trucewatch.errors import AgreementError
from trucewatch.model.agreement import Act
from trucewatch.model.vocabulary import FIRE

FRONT = """\
+++
title = "T"
version = "1"
status = "agreed"
starts = 2020-07-27T00:01:00+03:00
ends_words = "none"

[[readings]]
name = "wide"
words = "Anywhere."
area_ids = ["UA-14"]
+++

# T
"""
CLAUSE = """
## X-1 No fire

Nobody fires.

```toml
act = "forbidden"
phenomena = ["fire"]
readings = ["wide"]
```
"""
EXCEPTION = """
## X-2 Return fire

Fire may be returned.

```toml
act = "exception"
excepts = ["X-1"]
needs = ["it answers fire"]
```
"""


def read(text):
    return read_agreement(text, name="t")


def test_a_clause_keeps_its_words_and_what_is_made_of_them():
    clause = read(FRONT + CLAUSE).clause("t/X-1")
    assert (clause.words, clause.act, clause.phenomena) == ("Nobody fires.", Act.FORBIDDEN, FIRE)
    assert [r.name for r in clause.readings] == ["wide"]
    assert clause.line == 16


def test_a_heading_without_a_block_and_without_an_id_is_prose():
    assert len(read(FRONT + "\n## Background\n\nWords.\n" + CLAUSE).clauses) == 1


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("", 1, "no front matter"),
        ("+++\ntitle = 'x'\n", 1, "not closed"),
        ("+++\ntitle = \n+++\n", 2, "not TOML"),
        (FRONT, 13, "no clause"),
        (FRONT.replace("version", "verison") + CLAUSE, 3, "did you mean 'version'"),
        (FRONT.replace('title = "T"\n', "") + CLAUSE, 2, "title is missing"),
        (FRONT.replace("+03:00", "") + CLAUSE, 5, "not a time with its offset"),
        (
            FRONT.replace('ends_words = "none"', 'ends_words = "n"\nends = 2019-01-01T00:00:00Z') + CLAUSE,
            7,
            "before it starts",
        ),
        (FRONT.replace('area_ids = ["UA-14"]', "area_ids = []") + CLAUSE, 11, "area_ids is empty"),
        (FRONT.replace('area_ids = ["UA-14"]\n', "") + CLAUSE, 9, "give area_ids, or open_because"),
        (FRONT.replace('["UA-14"]', '["UA-14"]\nopn = 1') + CLAUSE, 12, "unknown key 'opn'"),
        (FRONT + CLAUSE.replace("Nobody fires.", ""), 16, "has no words"),
        (FRONT + CLAUSE.replace(" No fire", ""), 16, "has no title"),
        (FRONT + CLAUSE.replace("```toml", "```"), 16, "has no ```toml block"),
        (FRONT + CLAUSE.replace("## X-1 No fire", "## No fire"), 16, "heading is `## ID Title`"),
        (FRONT + CLAUSE[: CLAUSE.rindex("```")], 20, "not closed"),
        (FRONT + CLAUSE + CLAUSE, 26, "stands twice, first on line 16"),
        (FRONT + CLAUSE.replace("readings", "raedings"), 23, "did you mean 'readings'"),
        (FRONT + CLAUSE.replace('"fire"', '"fier"'), 22, "did you mean 'fire'"),
        (FRONT + CLAUSE.replace('"forbidden"', '"forbiden"'), 21, "did you mean 'forbidden'"),
        (FRONT + CLAUSE.replace('["wide"]', '["wade"]'), 23, "did you mean 'wide'"),
        (FRONT + CLAUSE.replace('phenomena = ["fire"]\n', ""), 21, "forbids, requires or permits nothing"),
        (FRONT + CLAUSE.replace('readings = ["wide"]\n', ""), 21, "how to read where it applies"),
        (FRONT + CLAUSE.replace('["wide"]', '"wide"'), 23, "not a list of texts"),
        (
            FRONT + CLAUSE.replace('["wide"]', '["wide"]\ndeadline = 2021-01-01T00:00:00Z'),
            24,
            "a deadline belongs",
        ),
        (FRONT + CLAUSE.replace('"forbidden"', '"required"'), 21, "a deadline belongs"),
        (
            FRONT
            + CLAUSE.replace('"forbidden"', '"required"').replace(
                '["wide"]', '["wide"]\nstarts = 2021-01-02T00:00:00Z\ndeadline = 2021-01-01T00:00:00Z'
            ),
            25,
            "before it starts",
        ),
        (
            FRONT + CLAUSE.replace('["wide"]', '["wide"]\nends = 2020-01-01T00:00:00Z'),
            16,
            "before the agreement starts",
        ),
        (FRONT + CLAUSE.replace('["wide"]', '["wide"]\nexcepts = ["X-1"]'), 24, "only an exception does"),
        (
            FRONT + CLAUSE + EXCEPTION.replace('needs = ["it answers fire"]\n', ""),
            31,
            "says what it rests on",
        ),
        (
            FRONT + CLAUSE + EXCEPTION.replace('["X-1"]', '["X-7"]'),
            26,
            "which is no clause; did you mean 'X-1'",
        ),
        (
            FRONT
            + CLAUSE
            + EXCEPTION
            + EXCEPTION.replace("X-2", "X-3").replace("needs", 'must_be_shown_by = "who fired"\nneeds'),
            36,
            "disagree on who must show them",
        ),
        (FRONT + CLAUSE.replace('act = "forbidden"', 'act = "forbidden'), 21, "not TOML"),
    ],
)
def test_what_is_broken_is_refused_with_its_line_and_mending(text, where, said):
    with pytest.raises(AgreementError) as refused:
        read(text)
    assert refused.value.where == f"agreement.md:{where}"
    assert said in refused.value.message
    assert "\n" not in str(refused.value)


def test_minsk_starts_at_midnight_in_kyiv_and_not_in_moscow(agreement):
    assert agreement("minsk-2015").starts == datetime(2015, 2, 14, 22, tzinfo=UTC)


def test_the_measures_of_2020_take_effect_a_minute_past_midnight_in_kyiv(agreement):
    assert agreement("tcg-2020").starts == datetime(2020, 7, 26, 21, 1, tzinfo=UTC)


def test_the_easter_truce_runs_in_moscow_time(agreement):
    truce = agreement("easter-2025")
    assert (truce.starts, truce.ends) == (
        datetime(2025, 4, 19, 15, tzinfo=UTC),
        datetime(2025, 4, 20, 21, tzinfo=UTC),
    )


def test_the_guarantees_ceasefire_waits_for_a_record(agreement):
    text = agreement("paris-2026")
    assert text.starts is None
    assert {clause.act for clause in text.clauses} == {Act.PROCEDURE, Act.ACTIVATION}
    assert all(clause.left_open for clause in text.clauses)


def test_the_exercise_names_its_zone_bodies_and_standard_of_proof(agreement):
    text = agreement("exercise-line")
    assert text.exercise
    assert text.standard_of_proof == "reasonable grounds"
    assert [body.name for body in text.bodies] == [
        "Joint Commission (exercise)",
        "Special Commission (exercise)",
    ]
    assert text.clause("exercise-line/EX-1").readings[0].area_ids == ("exercise-zone",)
    assert {party.term for party in text.parties} == {"Party A", "Party B"}
