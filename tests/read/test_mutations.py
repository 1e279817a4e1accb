"""Thirty changed copies of the two articles: a reading differs where the copy does, and nowhere else."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from compared import unlike
from mutations import ARTICLES, MUTATIONS, Mutation, article, changed, edits_of, moved

from trucewatch.cli import main

Read = Callable[[bytes, str], list[dict[str, object]]]


@pytest.fixture
def read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Read:
    """What `read --json` proposes in a document."""

    def proposals(raw: bytes, published: str) -> list[dict[str, object]]:
        (tmp_path / "article.txt").write_bytes(raw)
        capsys.readouterr()
        code = main.run(["read", str(tmp_path / "article.txt"), "--published", published, "--json"])
        told = capsys.readouterr()
        assert (code, told.err) == (0, "")
        found = json.loads(told.out)["proposals"]
        assert isinstance(found, list)
        return found

    return proposals


@pytest.fixture(scope="module")
def originals() -> dict[str, list[dict[str, object]]]:
    """What is proposed in the articles themselves, once each is read."""
    return {}


def test_there_are_thirty_and_each_has_a_name_of_its_own(shared: Path) -> None:
    assert len(MUTATIONS) == 30
    assert len({mutation.name for mutation in MUTATIONS}) == 30
    for mutation in MUTATIONS:
        raw = article(shared, mutation.article)
        copy = changed(raw, edits_of(mutation, raw))
        assert copy != raw
        assert all(new.encode() in copy for _, new in mutation.edits)
        assert all(reach.must for reach in mutation.reaches[:1]), mutation.name


def test_a_span_moves_with_what_was_exchanged_before_it(shared: Path) -> None:
    for mutation in MUTATIONS:
        raw = article(shared, mutation.article)
        edits = edits_of(mutation, raw)
        copy = changed(raw, edits)
        for edit in edits:
            start, end = moved(edit.at, edit.at + len(edit.old), edits)
            assert copy[start:end] == edit.new
        last = raw[-40:].decode(errors="ignore").encode()
        start, end = moved(len(raw) - len(last), len(raw), edits)
        assert copy[start:end] == last


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.name)
def test_a_reading_differs_exactly_where_the_copy_does(
    mutation: Mutation, shared: Path, read: Read, originals: dict[str, list[dict[str, object]]]
) -> None:
    raw, published = article(shared, mutation.article), ARTICLES[mutation.article][1]
    edits = edits_of(mutation, raw)
    if mutation.article not in originals:
        originals[mutation.article] = read(raw, published)
    after = read(changed(raw, edits), published)
    assert unlike(mutation, raw, edits, originals[mutation.article], after) == []
