"""When a text says something is to happen: tables of literal in and out, and no clock."""

import sys
import tomllib
from datetime import date
from importlib.resources import files

import pytest

from trucewatch.errors import ConfigError
from trucewatch.read.dates import dates
from trucewatch.read.moments import DateWords, date_words

LANGUAGES = files("trucewatch") / "content" / "languages"
CODES = ("de", "en", "fi", "fr", "nb", "ru", "uk")
EPIPHANY = date(2026, 1, 6)  # a Tuesday
CLOCKS = frozenset({"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "monotonic"})


def words(code: str) -> DateWords:
    text = (LANGUAGES / code / "dates.toml").read_text("utf-8")
    return date_words(tomllib.loads(text), f"languages/{code}/dates.toml")


WORDS = {code: words(code) for code in CODES}

TO_COME = [
    ("en", "by the end of March", "2026-03-31"),
    ("en", "next week", "2026-01-12/2026-01-18"),
    ("en", "on Friday", "2026-01-09"),
    ("en", "by Friday", "2026-01-09"),
    ("en", "on 27 February", "2026-02-27"),
    ("en", "March 3, 2026", "2026-03-03"),
    ("en", "in May", "2026-05"),
    ("en", "this year", "2026"),
    ("en", "by the end of 2027", "2027-12-31"),
    ("en", "in the coming days", None),
    ("en", "before winter", None),
    ("en", "by early March", None),
    ("en", "next Tuesday", None),
    ("en", "after 15 March", None),
    ("nb", "innen utgangen av mars", "2026-03-31"),
    ("nb", "i løpet av de neste dagene", None),
    ("nb", "I dagene som kommer", None),
    ("nb", "neste uke", "2026-01-12/2026-01-18"),
    ("nb", "fredag", "2026-01-09"),
    ("nb", "fra 1. juni", "2026-06-01"),
    ("nb", "til høsten", None),
    ("nb", "innen 2030", "2030"),
    ("fi", "maaliskuun loppuun mennessä", "2026-03-31"),
    ("fi", "vuoden loppuun mennessä", "2026-12-31"),
    ("fi", "vuoden 2027 loppuun mennessä", "2027-12-31"),
    ("fi", "1. kesäkuuta alkaen", "2026-06-01"),
    ("fi", "aikaisintaan syyskuussa", "2026-09"),
    ("fi", "huhtikuulle", "2026-04"),
    ("fi", "ensi viikolla", "2026-01-12/2026-01-18"),
    ("fi", "ensi tiistaina", "2026-01-13"),
    ("fi", "torstaihin mennessä", "2026-01-08"),
    ("fi", "tammikuun 15. päivänä", "2026-01-15"),
    ("fi", "31.3.2026", "2026-03-31"),
    ("fi", "ensi vuonna", "2027"),
    ("fi", "vuoteen 2030 mennessä", "2030"),
    ("fi", "lähipäivinä", None),
    ("fi", "kahden viikon kuluessa", None),
    ("fi", "ennen talvea", None),
    ("de", "bis Ende März", "2026-03-31"),
    ("de", "nächste Woche", "2026-01-12/2026-01-18"),
    ("fr", "d'ici la fin mars", "2026-03-31"),
    ("fr", "le 31 mars 2026", "2026-03-31"),
    ("uk", "до кінця березня", "2026-03-31"),
    ("uk", "31 березня 2026 року", "2026-03-31"),
    ("ru", "до конца марта", "2026-03-31"),
    ("ru", "на следующей неделе", "2026-01-12/2026-01-18"),
]


@pytest.mark.parametrize(("code", "text", "resolved"), TO_COME)
def test_a_time_to_come_resolves_against_publication_or_not_at_all(code, text, resolved) -> None:
    (time,) = dates(text, WORDS[code], published=EPIPHANY)
    assert (time.as_written, time.resolved) == (text, resolved)


PASSED = [
    ("en", "on Friday", "2026-01-02"),
    ("en", "since Sunday", "2026-01-04"),
    ("en", "last Tuesday", "2025-12-30"),
    ("en", "on 27 February", "2025-02-27"),
    ("nb", "siden mandag", "2026-01-05"),
    ("nb", "mandag", "2026-01-05"),
    ("fi", "lauantaina", "2026-01-03"),
    ("fi", "viime viikolla", "2025-12-29/2026-01-04"),
    ("fi", "lauantaista lähtien", "2026-01-03"),
    ("fi", "tiistaina", "2026-01-06"),
    ("fi", "huhtikuulle", "2026-04"),
]


@pytest.mark.parametrize(("code", "text", "behind"), PASSED)
def test_a_time_that_has_been_is_the_last_one(code, text, behind) -> None:
    (time,) = dates(text, WORDS[code], published=EPIPHANY)
    assert time.behind == behind


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, text, _ in TO_COME])
def test_without_a_day_of_publication_only_a_stated_year_resolves(code, text) -> None:
    (time,) = dates(text, WORDS[code], published=None)
    assert (time.resolved is not None) == ("20" in text)
    assert time.resolved == time.behind


NO_TIME = [
    ("en", "Norway may march on"),
    ("en", "500 soldiers"),
    ("nb", "soldater på marsj"),
    ("fi", "maalla ja merellä"),
    ("de", "sie wird morgen reisen"),
]


@pytest.mark.parametrize(("code", "text"), NO_TIME)
def test_words_that_only_look_like_times_are_none(code, text) -> None:
    assert dates(text, WORDS[code], published=EPIPHANY) == ()


def test_a_day_that_no_calendar_has_resolves_to_nothing() -> None:
    (time,) = dates("on 31 February 2026", WORDS["en"], published=EPIPHANY)
    assert time.resolved is None


@pytest.mark.parametrize("code", CODES)
def test_every_month_and_weekday_of_a_file_is_known_by_name(code) -> None:
    for months in (WORDS[code].months, WORDS[code].weekdays):
        assert len(set(months.values())) == (12 if months is WORDS[code].months else 7)
    for number, name in enumerate(dict.fromkeys(WORDS[code].months.values()), 1):
        (time,) = dates(
            f"3. {name} 2026" if code in ("de", "fi", "nb") else f"3 {name} 2026", WORDS[code], published=None
        )
        assert time.resolved == f"2026-{number:02}-03"


def test_no_clock_is_asked() -> None:
    asked = []

    def listen(frame, event, argument) -> None:
        if event == "c_call" and getattr(argument, "__name__", "") in CLOCKS:
            asked.append(argument)

    sys.setprofile(listen)
    try:
        for code, text, _ in TO_COME:
            dates(text, WORDS[code], published=EPIPHANY)
            dates(text, WORDS[code], published=None)
    finally:
        sys.setprofile(None)
    assert asked == []


def test_a_wrong_entry_of_a_file_is_refused_with_its_key() -> None:
    table = tomllib.loads((LANGUAGES / "fi" / "dates.toml").read_text("utf-8"))
    with pytest.raises(ConfigError, match="it knows"):
        date_words({**table, "moons": {}}, "dates.toml")
    with pytest.raises(ConfigError, match="11 names, not 12"):
        date_words({**table, "months": dict(list(table["months"].items())[1:])}, "dates.toml")
    with pytest.raises(ConfigError, match=r"\{hour\} is none of"):
        date_words({**table, "time": [{"means": "open", "patterns": ["at {hour}"]}]}, "dates.toml")
