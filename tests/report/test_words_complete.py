"""No string is missing in any language, and every closed list has its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import trucewatch.report.terms as terms
import trucewatch.web.shell as shell
from trucewatch.model.answered import Answered
from trucewatch.model.gate import stamp
from trucewatch.model.refused import Refused
from trucewatch.model.told import Template
from trucewatch.model.undertaking import NO_DAY_NAMED
from trucewatch.model.vocabulary import Audience
from trucewatch.report.html import STAMPS
from trucewatch.report.span import Span
from trucewatch.report.words import Language, words

ROOM = Path(terms.__file__).parent
OTHERS = [language for language in Language if language is not Language.ENGLISH]
Message = str | tuple[str, ...]
SLOT = re.compile(r"%\(\w+\)s|\{\w+\}|%%")
# How many forms, from none to two, may say their number without a figure.
SAID_BY_A_WORD = {Language.ARABIC: 3}


def messages() -> Iterator[Message]:
    rooms = (ROOM, Path(shell.__file__).parent)
    for path in sorted(path for room in rooms for path in room.rglob("*.html")):
        with path.open("rb") as source:
            for _, _, found, _ in babel_extract(source, ["_", "gettext", "ngettext"], [], {}):
                parts = tuple(m for m in (found if isinstance(found, tuple) else (found,)) if m)
                if parts:
                    yield parts if len(parts) > 1 else parts[0]
    for path in sorted(path for room in rooms for path in room.glob("*.py")):
        with path.open("rb") as source:
            keywords = {"gettext": None, "ngettext": (1, 2), "mark": None}
            for _, found, _, _ in extract("python", source, keywords=keywords):
                if found:
                    yield found
    yield from (template.value for template in (*Template, *Answered, *Refused))


def catalogue_of(language: Language) -> Catalog:
    path = ROOM / "locale" / language.value / "LC_MESSAGES" / "trucewatch.po"
    with path.open("rb") as source:
        return read_po(source, locale=language.value)


def slots(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


@pytest.mark.parametrize("language", OTHERS)
def test_no_string_is_missing(language: Language) -> None:
    catalogue = catalogue_of(language)
    said = {m.id: m for m in catalogue if m.id}
    wanted = set(messages())
    assert wanted - set(said) == set()
    assert set(said) - wanted == set()
    for message in said.values():
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), message.id
        assert not message.fuzzy
        assert not list(message.check(catalogue)), message.id


@pytest.mark.parametrize("language", OTHERS)
def test_every_form_of_a_message_keeps_its_slots(language: Language) -> None:
    catalogue, poor = catalogue_of(language), []
    for message in (m for m in catalogue if m.id):
        many = message.id if isinstance(message.id, str) else message.id[1]
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert isinstance(message.id, str) or len(forms) == catalogue.num_plurals, message.id
        for at, form in enumerate(forms):
            wanted, found = sorted(SLOT.findall(many)), sorted(SLOT.findall(form))
            in_words = len(forms) > 1 and at < SAID_BY_A_WORD.get(language, 0) and len(wanted) > len(found)
            if wanted != found and not (in_words and set(found) < set(wanted)):
                poor.append((message.id, form))
    assert poor == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_reason_keeps_its_slots_in_every_language(language: Language) -> None:
    spoken, told = words(language), (*Template, *Answered, *Refused)
    assert [each.name for each in told if slots(spoken.gettext(each)) != slots(each)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_how_an_undated_promise_is_read_is_said_in_every_language(language: Language) -> None:
    assert NO_DAY_NAMED in set(messages())
    assert words(language).gettext(NO_DAY_NAMED) != NO_DAY_NAMED


@pytest.mark.parametrize("audience", list(Audience))
def test_every_audience_has_its_mark_in_words(audience: Audience) -> None:
    marks = stamp(audience, exercise=True, replay=True).split(" · ")
    assert [mark for mark in marks if mark not in STAMPS] == []


@pytest.mark.parametrize("closed", sorted(terms.TERMS, key=lambda closed: closed.__name__))
def test_every_member_of_a_closed_list_has_its_word(closed: type[StrEnum]) -> None:
    assert set(terms.TERMS[closed]) == set(closed)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (Span(least=42, most=42), ("42",) * 7),
        (
            Span(least=1, most=11),
            ("1 to 11", "1 til 11", "1 – 11", "від 1 до 11", "от 1 до 11", "1 à 11", "من 1 إلى 11"),
        ),
        (
            Span(least=333, most=None),
            (
                *("333 and over", "333 og mer", "333 tai enemmän", "333 і більше", "333 и более"),
                *("333 et plus", "333 فما فوق"),
            ),
        ),
        (
            Span(least=None, most=700),
            ("up to 700", "inntil 700", "enintään 700", "до 700", "до 700", "jusqu’à 700", "حتى 700"),
        ),
        (
            Span(least=None, most=None),
            (
                *("not stated", "ikke oppgitt", "ei ilmoitettu", "не зазначено", "не указано"),
                *("non indiqué", "غير مذكور"),
            ),
        ),
    ],
)
def test_an_interval_reads_as_one(span: Span, said: tuple[str, ...]) -> None:
    assert tuple(words(language).span(span) for language in Language) == said


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.03, "almost no chance"),
        (0.2, "very unlikely"),
        (0.5, "roughly even chance"),
        (0.8, "likely"),
        (0.9, "very likely"),
        (0.99, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_likelihood_follows_icd_203(p: float, said: str) -> None:
    assert words().likelihood(p) == said


def test_a_breach_keeps_the_fields_words_in_each_language() -> None:
    assert [words(language).gettext("apparent breach") for language in Language] == [
        "apparent breach",
        "tilsynelatende brudd",
        "näyttää rikkomukselta",
        "ознаки порушення",
        "признаки нарушения",
        "manquement apparent",
        "خرق ظاهري",
    ]
