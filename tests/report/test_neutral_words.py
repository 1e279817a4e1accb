"""The words of the pages are neutral in every language: what stands only in quotations is in no catalogue."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import trucewatch.report.terms as terms
from trucewatch.report.words import Language

ROOM = Path(terms.__file__).parent
CONTENT = resources.files("trucewatch").joinpath("content/neutral/words.toml")
LISTS: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(CONTENT.read_text("utf-8"))


def said(language: Language) -> Iterator[tuple[str, str]]:
    """Yield each English message with each of its forms in a language."""
    ours = "nb" if language is Language.ENGLISH else language.value
    with (ROOM / "locale" / ours / "LC_MESSAGES" / "trucewatch.po").open("rb") as source:
        for message in read_po(source, locale=ours):
            english = (message.id,) if isinstance(message.id, str) else message.id
            forms = (message.string,) if isinstance(message.string, str) else message.string
            for form in english if language is Language.ENGLISH else forms:
                yield english[-1], form


def found(patterns: Sequence[str], text: str) -> list[str]:
    return [m[0] for pattern in patterns for m in re.finditer(pattern, text, re.IGNORECASE)]


def test_every_language_has_its_list() -> None:
    assert set(LISTS) == {language.value for language in Language}


@pytest.mark.parametrize("language", list(Language))
def test_no_word_of_one_side_stands_in_the_catalogue(language: Language) -> None:
    patterns = LISTS[language.value]["only_in_quotations"]
    assert [(form, words) for _, form in said(language) if (words := found(patterns, form))] == []


@pytest.mark.parametrize("language", [each for each in Language if "of_a_body_only" in LISTS[each.value]])
def test_only_what_a_body_determines_is_called_a_violation(language: Language) -> None:
    patterns = LISTS[language.value]["of_a_body_only"]
    english = LISTS["en"]["of_a_body_only"]
    told = {message for message, form in said(language) if found(patterns, form)}
    assert told == {message for message, _ in said(Language.ENGLISH) if found(english, message)}
    assert all("determination" in message for message in told)


@pytest.mark.parametrize("language", list(Language))
def test_the_lists_find_what_they_name(language: Language) -> None:
    lists = LISTS[language.value]
    assert all(found(lists["only_in_quotations"], word) for word in lists["examples"])
