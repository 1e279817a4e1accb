"""The page of terms says what the catalogues say: each word stands in the message of its row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import trucewatch.report.terms as terms

ROOT = Path(__file__).resolve().parents[2]
LOCALE = Path(terms.__file__).parent / "locale"
CODES = ("nb", "fi", "uk", "ru", "fr", "ar")
OF_THE = re.compile(r"(?<!\w)(?:ال|لل)")
LINES = (ROOT / "docs" / "terms.md").read_text("utf-8").split("\n")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if line.startswith("| ")][2:]


def plain(text: str) -> str:
    """Return a text without regard to case, and in Arabic without the article."""
    return OF_THE.sub("", text.replace("\u00a0", " ").casefold())


@pytest.mark.parametrize("code", CODES)
def test_each_term_stands_in_its_message(code: str) -> None:
    with (LOCALE / code / "LC_MESSAGES" / "trucewatch.po").open("rb") as source:
        said = {m.id: m.string for m in read_po(source, locale=code) if isinstance(m.id, str)}
    by_any_case = {message.casefold(): string for message, string in said.items()}
    wrong = []
    for english, message, *translations in ROWS:
        word, key = translations[CODES.index(code)], message.strip("*")
        string = said.get(key) if key else by_any_case.get(english)
        if string is None or plain(word) not in plain(string) or (not key and plain(word) != plain(string)):
            wrong.append((english, word, string))
    assert wrong == []


def test_no_term_is_there_twice() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS) > 50
    assert {len(row) for row in ROWS} == {2 + len(CODES)}
