"""The marks on passages that nobody who wrote the reader's rules had seen: totals and ids, never their words."""

import re
from pathlib import Path

import pytest
from scoring import PASSAGES, Marks, score

PAGE = Path(__file__).parents[2] / "docs" / "reading-languages.md"
ROW = re.compile(r"\| `(\w+-(?:kept|fresh))` \| (\d+) \| (\d+) of (\d+) \| (\d+) of (\d+) \| (\d+) \|")
SAID = {found[0]: tuple(map(int, found[1:])) for found in ROW.findall(PAGE.read_text("utf-8"))}
LEAST_PRECISION, LEAST_RECALL = 0.95, 0.60


def totals(marks: Marks) -> str:
    """Return what may be said of them: sums, and which passages went wrong."""
    wrong = sorted({line.split()[0] for line in (*marks.failures, *marks.invented)})
    return (
        f"{marks.right} of {marks.proposed} right, {marks.found} of {marks.expected} found,"
        f" {len(marks.invented)} invented; look at {', '.join(wrong)}"
    )


@pytest.mark.parametrize("name", sorted(SAID))
def test_passages_kept_apart_are_read_as_well_as_the_page_says(name: str) -> None:
    path = PASSAGES / f"{name}.jsonl"
    marks = score(path)
    passages = len(path.read_text("utf-8").splitlines())
    reached = (passages, marks.right, marks.proposed, marks.found, marks.expected, len(marks.invented))
    said = totals(marks)
    del marks  # what a failure prints of it would hold the passages' words
    assert reached == SAID[name], said


def test_the_page_has_a_row_for_every_language_and_nothing_is_invented() -> None:
    assert set(SAID) == {"en-kept", "nb-kept", "fi-kept", "fi-fresh"}
    assert {row[-1] for row in SAID.values()} == {0}


def test_english_reaches_the_goal() -> None:
    _, right, proposed, found, expected, _ = SAID["en-kept"]
    assert right / proposed >= LEAST_PRECISION
    assert found / expected >= LEAST_RECALL


def test_what_is_said_of_them_holds_no_words() -> None:
    marks = Marks(proposed=2, right=1, expected=1, failures=["xx-01 wrong: kind | SECRET WORDS"])
    assert "SECRET" not in totals(marks)
    assert "xx-01" in totals(marks)
