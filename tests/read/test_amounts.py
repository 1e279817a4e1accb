"""How much a text says, in every shipped language: tables of literal in and out."""

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import ConfigError
from trucewatch.read.amounts import Amount, amounts
from trucewatch.read.numerals import AmountWords, Of, amount_words
from trucewatch.read.spelled import number_at

LANGUAGES = files("trucewatch") / "content" / "languages"
CODES = ("de", "en", "fi", "fr", "nb", "ru", "uk")


def words(code: str) -> AmountWords:
    text = (LANGUAGES / code / "amounts.toml").read_text("utf-8")
    return amount_words(tomllib.loads(text), f"languages/{code}/amounts.toml")


WORDS = {code: words(code) for code in CODES}


def found(code: str, text: str, *states: str) -> list[Amount]:
    return [a for a in amounts(text, WORDS[code], states=states) if a.of in (Of.THINGS, Of.MONEY)]


COUNTED = [
    ("en", "Norway will send 50 observers", 50, 50, "observers"),
    ("en", "about 500 troops", 450, 550, "troops"),
    ("en", "up to 1,000 prisoners", None, 1000, "prisoners"),
    ("en", "more than 40 instructors", 40, None, "instructors"),
    ("en", "Somalia handed over 17 prisoners", 17, 17, "prisoners"),
    ("en", "nearly 300 Ukrainian sappers", 270, 300, "sappers"),
    ("en", "between 400 and 600 soldiers", 400, 600, "soldiers"),
    ("en", "6,000 to 8,000 troops", 6000, 8000, "troops"),
    ("en", "several thousand troops", 2000, 9999, "troops"),
    ("en", "tens of thousands of shells", 20000, 99999, "shells"),
    ("en", "a dozen instructors", 12, 12, "instructors"),
    ("en", "half a million shells", 500000, 500000, "shells"),
    ("en", "twenty-five thousand drones", 25000, 25000, "drones"),
    ("en", "Slovenia has promised at least 15.", 15, None, ""),
    ("nb", "rundt 400 soldater", 360, 440, "soldater"),
    ("nb", "opptil 1000 krigsfanger", None, 1000, "krigsfanger"),
    ("nb", "mellom 400 og 600 norske soldater", 400, 600, "soldater"),
    ("nb", "flere tusen soldater", 2000, 9999, "soldater"),
    ("nb", "hundrevis av frivillige", 200, 999, "frivillige"),
    ("nb", "et dusin instruktører", 12, 12, "instruktører"),
    ("nb", "tjuefem stridsvogner", 25, 25, "stridsvogner"),
    ("nb", "fem til sju fregatter", 5, 7, "fregatter"),
    ("fi", "1 500–2 000 sotilasta", 1500, 2000, "sotilasta"),
    ("fi", "satoja tarkkailijoita", 200, 999, "tarkkailijoita"),
    ("fi", "”useita tuhansia” sotilaita", 2000, 9999, "sotilaita"),
    ("fi", "kymmeniä tuhansia kranaatteja", 20000, 99999, "kranaatteja"),
    ("fi", "enintään 120 sotilaalla", None, 120, "sotilaalla"),
    ("fi", "yli 800 rauhanturvaajaa", 800, None, "rauhanturvaajaa"),
    ("fi", "viidenkymmenen sotilaan joukko", 50, 50, "sotilaan"),
    ("fi", "kahdella fregatilla", 2, 2, "fregatilla"),
    ("fi", "500:lla sotilaalla", 500, 500, "sotilaalla"),
    ("fi", "nelisensataa sotilasta", 360, 440, "sotilasta"),
    ("fi", "yhden pataljoonan", 1, 1, "pataljoonan"),
    ("de", "rund 5.000 deutsche Soldaten", 4500, 5500, "Soldaten"),
    ("de", "Hunderte Beobachter", 200, 999, "Beobachter"),
    ("fr", "plusieurs milliers de soldats", 2000, 9999, "soldats"),
    ("fr", "une centaine de soldats", 90, 110, "soldats"),
    ("uk", "близько двохсот п'ятдесяти інструкторів", 225, 275, "інструкторів"),
    ("uk", "до 500 військових", None, 500, "військових"),
    ("ru", "более 1500 военных", 1500, None, "военных"),
    ("ru", "сотни наблюдателей", 200, 999, "наблюдателей"),
]


@pytest.mark.parametrize(("code", "text", "least", "most", "unit"), COUNTED)
def test_what_is_counted_is_an_interval_with_its_unit(code, text, least, most, unit) -> None:
    (amount,) = found(code, text)
    assert (amount.least, amount.most, amount.unit, amount.of) == (least, most, unit, Of.THINGS)
    assert text[amount.start : amount.end] == amount.as_written


MONEY = [
    ("en", "1.5 billion euros", (), 1500000000, "EUR"),
    ("en", "more than $40 million", (), 40000000, "USD"),
    ("en", "the plan costs €500m", (), 500000000, "EUR"),
    ("en", "two and a half million Norwegian kroner", (), 2500000, "NOK"),
    ("en", "1.5 billion kronor", ("SE",), 1500000000, "SEK"),
    ("en", "300 million dollars", ("CA",), 300000000, "CAD"),
    ("nb", "1,5 milliarder kroner", ("NO", "UA"), 1500000000, "NOK"),
    ("nb", "1,5 milliarder kroner", ("NO", "DK"), 1500000000, "kroner"),
    ("nb", "300 mill. danske kroner", ("NO",), 300000000, "DKK"),
    ("fi", "kaksi miljoonaa euroa", (), 2000000, "EUR"),
    ("fi", "kaksi miljardia Kanadan dollaria", (), 2000000000, "CAD"),
    ("fi", "40 miljoonalla eurolla", (), 40000000, "EUR"),
    ("fi", "puolitoista miljardia Tanskan kruunua", (), 1500000000, "DKK"),
    ("de", "1,5 Milliarden Euro", (), 1500000000, "EUR"),
    ("fr", "300 millions d'euros", (), 300000000, "EUR"),
    ("uk", "два мільярди гривень", (), 2000000000, "UAH"),
    ("ru", "два миллиарда долларов", (), 2000000000, "USD"),
]


@pytest.mark.parametrize(("code", "text", "states", "least", "unit"), MONEY)
def test_money_is_in_whole_units_of_its_currency(code, text, states, least, unit) -> None:
    (amount,) = found(code, text, *states)
    assert (amount.least, amount.unit, amount.of) == (least, unit, Of.MONEY)


NOTHING = [
    ("en", "in 2026"),
    ("en", "since 2014 Norway"),
    ("en", "Article 5 says"),
    ("en", "Kari Holm, 54, said"),
    ("en", "on 27 February"),
    ("en", "at 14:30"),
    ("en", "a three-stage plan"),
    ("en", "F-35s over the Black Sea"),
    ("en", "26 countries"),
    ("en", "the two agreed"),
    ("en", "within 15 kilometres for six months"),
    ("en", "300 people were killed"),
    ("nb", "2. brigade"),
    ("nb", "27. februar"),
    ("nb", "kl. 14.30"),
    ("nb", "De 26 har gitt"),
    ("nb", "7 prosent"),
    ("nb", "en bataljon"),
    ("fi", "1. kesäkuuta"),
    ("fi", "31.3.2026"),
    ("fi", "vuonna 2027"),
    ("fi", "France 2 -kanavalle"),
    ("fi", "kuudella kuukaudella"),
    ("fi", "vähintään 15 kilometrin päässä"),
    ("fi", "kuudennen artiklan mukaan"),
    ("fi", "41-vuotias"),
    ("fi", "26 maata lupasi"),
    ("fi", "toista kertaa"),
    ("fi", "Satakunta lähetti"),
    ("de", "die 2. Brigade"),
]


@pytest.mark.parametrize(("code", "text"), NOTHING)
def test_a_year_an_age_a_date_or_a_count_of_countries_is_not_how_much(code, text) -> None:
    assert found(code, text) == []


SPELLED = [
    ("en", "three hundred and twelve thousand", 312000),
    ("nb", "femogtyve", 25),
    ("nb", "to hundre og femti tusen", 250000),
    ("fi", "kahdellesadalleviidellekymmenelle", 250),
    ("fi", "neljätoista", 14),
    ("fi", "kolmekymmentäviisi tuhatta", 35000),
    ("de", "einhunderteinundzwanzig", 121),
    ("fr", "quatre-vingt-dix-sept", 97),
    ("fr", "vingt et un", 21),
    ("uk", "двісті тридцять", 230),
    ("ru", "тысяча девятьсот", 1900),
]


@pytest.mark.parametrize(("code", "text", "value"), SPELLED)
def test_number_words_compose(code, text, value) -> None:
    number = number_at(text, 0, WORDS[code])
    assert number is not None
    assert (number.value, number.end) == (value, len(text))


@pytest.mark.parametrize(
    ("code", "text"), [("en", "three-stage"), ("nb", "hundreårig"), ("fi", "kolmivaiheinen")]
)
def test_a_word_that_is_a_number_in_part_is_none(code, text) -> None:
    assert number_at(text, 0, WORDS[code]) is None


@given(st.sampled_from(CODES), st.text(alphabet="0123456789 .,:/-–aeksit mljoona", max_size=40))
def test_every_amount_stands_in_the_text_and_no_two_overlap(code, text) -> None:
    last = 0
    for amount in amounts(text, WORDS[code], states=()):
        assert text[amount.start : amount.end] == amount.as_written
        assert amount.start >= last
        assert amount.least is None or amount.most is None or amount.least <= amount.most
        last = amount.end


@pytest.mark.parametrize("code", CODES)
def test_a_file_refuses_a_key_it_does_not_know(code) -> None:
    table = tomllib.loads((LANGUAGES / code / "amounts.toml").read_text("utf-8"))
    with pytest.raises(ConfigError, match="unknown weights"):
        amount_words({**table, "weights": []}, "amounts.toml")
    with pytest.raises(ConfigError, match="is not a table"):
        amount_words({**table, "money": "EUR"}, "amounts.toml")
