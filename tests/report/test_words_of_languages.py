"""How figures, days, lengths and names read in each language, and which way each is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from trucewatch.report.span import Span
from trucewatch.report.words import Language, words

KYIV = ZoneInfo("Europe/Kyiv")
AT = datetime(2016, 10, 29, 3, 0, tzinfo=UTC)
TONGUES = [language.value for language in Language]


def of_all(*said: str) -> dict[str, str]:
    return dict(zip(TONGUES, said, strict=True))


def test_only_arabic_is_written_from_right_to_left() -> None:
    assert {language for language in Language if words(language).direction == "rtl"} == {Language.ARABIC}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (
            "day",
            of_all(
                "January 9, 2026", "9. januar 2026", "9. tammikuuta 2026", "9 січня 2026\u202fр.", "9 января 2026\u202fг.",
                "9 janvier 2026", "9 يناير 2026",
            ),
        ),
        ("short_day", of_all("9 Jan", "9. jan.", "9.1.", "9 січ.", "9 янв.", "9 janv.", "9/1")),
    ],
)  # fmt: skip
def test_a_day_reads_as_cldr_has_it(form: str, said: dict[str, str]) -> None:
    assert {language.value: getattr(words(language), form)(date(2026, 1, 9)) for language in Language} == said


def test_a_length_reads_as_cldr_has_it() -> None:
    assert {language.value: words(language).metres(1234) for language in Language} == of_all(
        "1.2 km", "1,2 km", "1,2 km", "1,2 км", "1,2 км", "1,2\u202fkm", "1.2 كم"
    )
    assert [words().metres(metres) for metres in (4, 344, 996, 999.9, 12_345)] == [
        "0 m", "340 m", "1 km", "1 km", "12.3 km",
    ]  # fmt: skip


def test_a_state_has_its_name_of_cldr() -> None:
    assert {language.value: words(language).actor("DE") for language in Language} == of_all(
        "Germany", "Tyskland", "Saksa", "Німеччина", "Германия", "Allemagne", "ألمانيا"
    )


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, ("0 джерел", "0 источников", "0 source", "0 مصدر")),
        (1, ("1 джерело", "1 источник", "1 source", "مصدر واحد")),
        (2, ("2 джерела", "2 источника", "2 sources", "مصدران")),
        (3, ("3 джерела", "3 источника", "3 sources", "3 مصادر")),
        (11, ("11 джерел", "11 источников", "11 sources", "11 مصدرًا")),
        (21, ("21 джерело", "21 источник", "21 sources", "21 مصدرًا")),
        (100, ("100 джерел", "100 источников", "100 sources", "100 مصدر")),
        (104, ("104 джерела", "104 источника", "104 sources", "104 مصادر")),
    ],
)
def test_a_number_takes_its_form_of_the_word(number: int, said: tuple[str, ...]) -> None:
    spoken = [words(language) for language in list(Language)[3:]]
    forms = [w.ngettext("%(num)s source", "%(num)s sources", number) for w in spoken]
    assert tuple(form % {"num": number} for form in forms if form) == said


@pytest.mark.parametrize("language", list(Language))
def test_a_time_runs_from_left_to_right_in_every_language(language: Language) -> None:
    spoken = words(language)
    moment = "2016-10-29 06:00 +03:00"
    interval = "2016-10-29 06:00 – 07:30 +03:00"
    apart = ('<bdi dir="ltr">', "</bdi>") if spoken.direction == "rtl" else ("", "")
    assert spoken.moment(AT, KYIV) == moment.join(apart)
    assert spoken.interval(AT, AT + timedelta(minutes=90), KYIV) == interval.join(apart)
    assert spoken.change(Span(least=-5, most=-5)) == "−5".join(apart)


def test_digits_are_the_same_in_every_language() -> None:
    for language in Language:
        assert [sign for sign in words(language).number(1234567.5) if sign in "0123456789"] == list(
            "12345675"
        )
