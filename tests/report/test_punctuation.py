"""The marks between things said are those of the page's language, and stand in text only."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader

from trucewatch.report.html import environment
from trucewatch.report.words import Language, words

PAGE = '<p title="a, b; c: d">{{ x }}, {% if x %}y; {% endif %}{{ x }}: {{ [x, x]|join(", ") }}<i style="a: b; c: d">, </i></p>'


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.ENGLISH, '<p title="a, b; c: d">1, y; 1: 1, 1<i style="a: b; c: d">, </i></p>'),
        (Language.UKRAINIAN, '<p title="a, b; c: d">1, y; 1: 1, 1<i style="a: b; c: d">, </i></p>'),
        (
            Language.FRENCH,
            '<p title="a, b; c: d">1, y\u202f; 1\u00a0: 1, 1<i style="a: b; c: d">, </i></p>',
        ),
        (Language.ARABIC, '<p title="a, b; c: d">1، y؛ 1: 1، 1<i style="a: b; c: d">، </i></p>'),
    ],
)
def test_marks_are_the_languages_own_in_text_and_untouched_in_tags(language: Language, said: str) -> None:
    env = environment(words(language), shells=[DictLoader({"page.html": PAGE})])
    assert env.get_template("page.html").render(x=1) == said


def test_a_style_sheet_keeps_its_marks() -> None:
    env = environment(words(Language.ARABIC), shells=[DictLoader({"a.css": "a{b: c; d: e, f}"})])
    assert env.get_template("a.css").render() == "a{b: c; d: e, f}"
