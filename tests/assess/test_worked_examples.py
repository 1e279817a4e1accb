"""Every agreement's worked examples come out as its author says."""

from pathlib import Path

import pytest

from trucewatch.assess.examples import read_example, work
from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.zones import read_shapes
from trucewatch.errors import AgreementError
from trucewatch.model.shapes import NO_SHAPES, Shapes

AGREEMENTS = Path(__file__).resolve().parents[2] / "src" / "trucewatch" / "content" / "agreements"
FILES = sorted(AGREEMENTS.glob("*/examples/*.toml"))
NAMES = sorted(folder.name for folder in AGREEMENTS.iterdir() if folder.is_dir())


def shapes_of(folder: Path) -> Shapes:
    file = folder / "zones.geojson"
    return read_shapes(file.read_text("utf-8")) if file.exists() else NO_SHAPES


def test_the_agreements_that_ship():
    assert set(NAMES) >= {
        "addendum-2015",
        "air-exercise",
        "disengagement-2016",
        "easter-2025",
        "exercise-line",
        "guarantees-ceasefire-template",
        "maritime-exercise",
        "minsk-2015",
        "paris-2026",
        "separation-zone",
        "tcg-2020",
    }


@pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.parent.name}/{f.stem}")
def test_an_example_comes_out_as_its_author_says(file, agreement, regions):
    text = agreement(file.parent.parent.name)
    example = read_example(file.read_text(), agreement=text, file=file.name)
    worked = work(example, text, regions, shapes_of(file.parent.parent))
    assert (worked.verdict, worked.why_not) == (example.verdict, example.why_not)
    assert example.p_breach is None or worked.p_breach == example.p_breach


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_has_an_example(name, agreement):
    text = agreement(name)
    examples = [
        read_example(file.read_text(), agreement=text, file=file.name)
        for file in (AGREEMENTS / name / "examples").glob("*.toml")
    ]
    shown = {code for example in examples for code in (example.clause_id, *example.shows, *example.invoked)}
    assert {clause.clause_id for clause in text.clauses} <= shown


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_has_words_and_says_what_it_leaves_open_as_sentences(name):
    text = read_agreement((AGREEMENTS / name / "agreement.md").read_text(), name=name)
    assert text.source_urls or text.exercise
    for clause in text.clauses:
        assert clause.words
        assert all(open_point.endswith(".") for open_point in clause.left_open)


def test_an_example_with_an_unknown_key_is_refused(agreement):
    with pytest.raises(AgreementError, match="did you mean 'verdict'"):
        read_example(
            'title = "x"\nclause = "EX-1"\nverdit = "y"\n[incident]\n',
            agreement=agreement("exercise-line"),
            file="x.toml",
        )
