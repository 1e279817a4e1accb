"""Who is named in a text, as which code, and what only looks like a name."""

import tomllib
from datetime import date
from functools import cache

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st
from reader import CONTENT, shipped_lexicon

from trucewatch.errors import ConfigError
from trucewatch.guarantee.actors import STATES, is_actor
from trucewatch.read.actor_words import ActorWords, actor_words
from trucewatch.read.actors import Mention, Sort, mentions, named
from trucewatch.read.declension import Case
from trucewatch.read.lexicon import lexicon
from trucewatch.read.register import Register, register

LANGUAGES = ("en", "nb", "fi", "uk", "ru", "fr", "de")
FULL = ("en", "nb", "fi")
DAY = date(2026, 1, 6)


@cache
def shipped_words(language: str) -> ActorWords:
    text = (CONTENT / "languages" / language / "actors.toml").read_text("utf-8")
    return actor_words(tomllib.loads(text), f"{language}/actors.toml")


@cache
def whole(language: str) -> Register:
    return register(shipped_words(language), shipped_lexicon(), language)


def found(text: str, language: str, published: date | None = DAY) -> tuple[Mention, ...]:
    return mentions(text, shipped_words(language), shipped_lexicon(), language=language, published=published)


def codes(text: str, language: str) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], ",".join(m.codes)) for m in found(text, language) if m.codes]


EN = [
    (
        "Minister of Defence of Latvia Baiba Krastiņa spoke.",
        "Minister of Defence of Latvia Baiba Krastiņa",
        "LV",
    ),
    ("Norway's foreign minister Kari Holm agreed.", "Norway's foreign minister Kari Holm", "NO"),
    ("The Dutch defence minister, Anna de Vries, agreed.", "Dutch defence minister, Anna de Vries", "NL"),
    ("A spokesperson for the German government agreed.", "spokesperson for the German government", "DE"),
    ("The ministry in Oslo agreed.", "ministry in Oslo", "NO"),
    ("Kari Holm, Norway's foreign minister, agreed.", "Kari Holm, Norway's foreign minister", "NO"),
    ("The Russian foreign ministry's spokeswoman agreed.", "Russian foreign ministry's spokeswoman", "RU"),
    (
        "Belgium's Minister of Defence, Jan Peeters, agreed.",
        "Belgium's Minister of Defence, Jan Peeters",
        "BE",
    ),
    ("The prime minister of New Zealand agreed.", "prime minister of New Zealand", "NZ"),
    ("US special envoy Steve Witkoff agreed.", "US special envoy Steve Witkoff", "US"),
    ("NATO secretary general Mark Rutte agreed.", "NATO secretary general Mark Rutte", "XN"),
    ("A UN mission spokesman agreed.", "UN mission spokesman", "UN"),
    ("The coalition of the willing agreed.", "coalition of the willing", "XC"),
    ("Norwegian and Swedish troops agreed.", "Norwegian and Swedish troops", "NO,SE"),
    ("The U.S. agreed.", "U.S.", "US"),
    ("The White House agreed.", "White House", "US"),
    ("Utenriksminister Holm agreed; Holland agreed.", "Holland", "NL"),
    ("The Netherlands agreed.", "Netherlands", "NL"),
    ("GERMANY agreed.", "GERMANY", "DE"),
    ("The OSCE agreed.", "OSCE", "XO"),
    ("The African Union agreed.", "African Union", "XA"),
    (
        "Syria's transitional president, Ahmad Al-Khatib, agreed.",
        "Syria's transitional president, Ahmad Al-Khatib",
        "SY",
    ),
    ("The Turkish, Greek and Italian navies agreed.", "Turkish, Greek and Italian navies", "TR,GR,IT"),
    ("NATO's commander, General Sir Alan Whitby, agreed.", "NATO's commander, General Sir Alan Whitby", "XN"),
    ("In Ukraine, France's defence minister agreed.", "France's defence minister", "FR"),
]
NB = [
    ("Norges utenriksminister Kari Holm sa ja.", "Norges utenriksminister Kari Holm", "NO"),
    ("Utenriksminister Kari Holm (Norge) sa ja.", "Utenriksminister Kari Holm (Norge)", "NO"),
    ("Den tyske forbundskansleren sa ja.", "tyske forbundskansleren", "DE"),
    ("Tysklands forbundskansler Ola Schmidt sa ja.", "Tysklands forbundskansler Ola Schmidt", "DE"),
    ("En talsperson for den tyske regjeringen sa ja.", "talsperson for den tyske regjeringen", "DE"),
    ("Regjeringen i Oslo sa ja.", "Regjeringen i Oslo", "NO"),
    ("Nederlandske soldater sa ja.", "Nederlandske soldater", "NL"),
    ("Nato-sjef Mark Rutte sa ja.", "Nato-sjef Mark Rutte", "XN"),
    ("Koalisjonen av villige sa ja.", "Koalisjonen av villige", "XC"),
    ("FNs generalsekretær sa ja.", "FNs generalsekretær", "UN"),
    ("Stortinget sa ja.", "Stortinget", "NO"),
    ("Storbritannia sa ja.", "Storbritannia", "GB"),
    ("Hellas sa ja.", "Hellas", "GR"),
    ("Den afrikanske union sa ja.", "Den afrikanske union", "XA"),
]
FI = [
    ("Norjan ulkoministeri Kari Holm suostui.", "Norjan ulkoministeri Kari Holm", "NO"),
    ("Suomen puolustusministeri Matti Example suostui.", "Suomen puolustusministeri Matti Example", "FI"),
    ("Ranskalaisjoukot suostuivat.", "Ranskalaisjoukot", "FR"),
    ("Brittisotilaiden lähettäminen alkoi.", "Brittisotilaiden", "GB"),
    ("Saksan hallituksen edustaja suostui.", "Saksan hallituksen edustaja", "DE"),
    ("Liittokansleri Friedrich Merz suostui.", "Liittokansleri Friedrich Merz", "DE"),
    ("Yhdysvaltain erityislähettiläs suostui.", "Yhdysvaltain erityislähettiläs", "US"),
    ("Halukkaiden koalition mukaan kaikki on hyvin.", "Halukkaiden koalition", "XC"),
    ("YK-lähettiläs suostui.", "YK-lähettiläs", "UN"),
    ("EU:n ulkoministerit suostuivat.", "EU:n ulkoministerit", "EU"),
    ("Etyj suostui.", "Etyj", "XO"),
    ("Joukkoja lähtee Ukrainaan, Ranskan puolustusministeri sanoi.", "Ranskan puolustusministeri", "FR"),
    ("Kremlin tiedottaja kiisti.", "Kremlin tiedottaja", "RU"),
    ("Turkin Erdoğan suostui.", "Erdoğan", "TR"),
    ("Natoon liittyminen onnistui.", "Natoon", "XN"),
    (
        "Ruotsalaisten ja norjalaisten joukkojen tulo varmistui.",
        "Ruotsalaisten ja norjalaisten joukkojen",
        "SE,NO",
    ),
]
OTHERS = [
    ("de", "Norwegens Außenministerin Kari Holm stimmte zu.", "Norwegens Außenministerin Kari Holm", "NO"),
    ("de", "Ein Sprecher der deutschen Regierung stimmte zu.", "Sprecher der deutschen Regierung", "DE"),
    ("de", "Französische Truppen kommen.", "Französische Truppen", "FR"),
    ("de", "Das Weiße Haus stimmte zu.", "Weiße Haus", "US"),
    (
        "fr",
        "La ministre norvégienne de la Défense, Kari Holm, a accepté.",
        "ministre norvégienne de la Défense, Kari Holm",
        "NO",
    ),
    (
        "fr",
        "Le ministre de la Défense de la Norvège a accepté.",
        "ministre de la Défense de la Norvège",
        "NO",
    ),
    ("fr", "Les troupes françaises restent.", "troupes françaises", "FR"),
    ("fr", "L’Allemagne a accepté.", "Allemagne", "DE"),
    ("ru", "Министр обороны Норвегии Кари Хольм согласилась.", "Министр обороны Норвегии Кари Хольм", "NO"),
    ("ru", "Немецкое правительство согласилось.", "Немецкое правительство", "DE"),
    ("ru", "Украинские войска отошли.", "Украинские войска", "UA"),
    ("ru", "Решение принято США.", "США", "US"),
    ("uk", "Міністр оборони Норвегії Карі Гольм погодилася.", "Міністр оборони Норвегії Карі Гольм", "NO"),
    ("uk", "Німецький уряд погодився.", "Німецький уряд", "DE"),
    ("uk", "В’єтнам погодився.", "В’єтнам", "VN"),
    ("uk", "Польщею керує уряд.", "Польщею", "PL"),
]
NAMED = [
    *(("en", *row) for row in EN),
    *(("nb", *row) for row in NB),
    *(("fi", *row) for row in FI),
    *OTHERS,
]


@pytest.mark.parametrize(("language", "text", "words", "code"), NAMED)
def test_a_name_stands_for_its_actor(language: str, text: str, words: str, code: str) -> None:
    assert (words, code) in codes(text, language)


NOBODY = [
    ("en", "A turkey and a china cup stood by the chad of the ballot."),
    ("en", "Guinea pigs like French fries. Turkey prices rose."),
    ("en", "The French window was open; a Swiss army knife lay by the Danish pastry."),
    ("en", "Michael Jordan met Jordan Peterson and Jim Jordan."),
    ("en", "Air France and the Bank of England denied it."),
    ("en", "The governor spoke in Atlanta; the state of Georgia and Georgia voters waited. Georgia is hot."),
    ("en", "The Washington Post and the Moscow Times reported it."),
    ("en", "George Washington slept there. They told us to wait."),
    ("en", "Melania Trump opened the exhibition."),
    ("en", "Former German chancellor Gerda Braun praised the plan."),
    ("en", "British Petroleum and the Georgian Dream party merged."),
    ("nb", "Norsk Folkehjelp kom. Norsk Hydro selger strøm."),
    ("nb", "Norges Bank holdt renten; Norge Bank finnes ikke."),
    ("nb", "Man finner mye norsk kylling i butikken."),
    ("nb", "Danske Bank og Air France sa ingenting."),
    ("nb", "Vi var på vei hjem da uværet kom."),
    ("fi", "Oman maan asia on oma asia."),
    ("fi", "Söimme ranskalaisia perunoita."),
    ("fi", "Suomen Pankki julkaisi ennusteen."),
    ("fi", "Puolalla ei tässä tarkoiteta mitään, sanoi puola ja viro.".replace("Puolalla", "Sanalla")),
    ("de", "Die Deutsche Bank schwieg; Michael Jordan auch."),
    ("fr", "Air France et France 2 ont diffusé la nouvelle."),
    ("ru", "Латинская Америка далеко, русский язык сложен."),
    ("uk", "Латинська Америка далеко, а рибалка гарна."),
]


@pytest.mark.parametrize(("language", "text"), NOBODY)
def test_what_only_looks_like_a_name_invents_no_actor(language: str, text: str) -> None:
    assert codes(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "Foreign minister Kari Holm of Norway spoke. Holm said yes.", "NO"),
        ("nb", "Norges utenriksminister Kari Holm kom. Holm sa ja, og Holms ord teller.", "NO"),
        ("nb", "Nederlands forsvarsminister Anna de Vries kom. De Vries sa ja.", "NL"),
        ("fi", "Norjan ulkoministeri Kari Holm saapui. Holmin mukaan asia on selvä.", "NO"),
        ("de", "Norwegens Außenministerin Kari Holm kam. Holm sagte ja.", "NO"),
        ("fr", "La ministre norvégienne Kari Holm est venue. Mme Holm a dit oui.", "NO"),
        ("ru", "Министр обороны Норвегии Иван Хольм приехал. По словам Хольма, всё готово.", "NO"),
        ("uk", "Міністр оборони Норвегії Іван Гольм приїхав. За словами Гольма, все готово.", "NO"),
    ],
)
def test_an_introduced_person_keeps_the_state_when_the_surname_returns(
    language: str, text: str, code: str
) -> None:
    back = [m for m in found(text, language) if m.sort is Sort.PERSON]
    assert len(back) >= 2
    assert {m.codes for m in back} == {(code,)}
    assert len({m.name for m in back}) == 1


def test_another_first_name_is_somebody_else() -> None:
    text = "Norway's foreign minister Kari Holm spoke, and then Peter Holm left."
    assert [text[m.start : m.end] for m in found(text, "en")] == ["Norway's foreign minister Kari Holm"]


def test_an_introduction_ends_with_its_document() -> None:
    assert codes("Holm said yes.", "en") == []


def test_the_text_holds_before_what_is_known_of_a_person() -> None:
    text = "Norway's prime minister Keir Starmer spoke. Starmer said yes."
    assert [m.codes for m in found(text, "en")] == [("NO",), ("NO",)]


def test_the_minister_alone_is_the_last_one_introduced() -> None:
    text = "Norway's defence minister Kari Holm spoke. The defence minister said yes."
    last = found(text, "en")[-1]
    assert (last.codes, last.name) == (("NO",), "Kari Holm")
    other = "Norway's defence minister Kari Holm spoke. The president said yes."
    assert found(other, "en")[-1].codes == ()


def test_an_office_without_a_state_only_leans_to_one() -> None:
    text = "Viro olisi valmis, jos Yhdysvallat tukee operaatiota, puolustusministeri Rein Kask sanoi."
    minister = found(text, "fi")[-1]
    assert (minister.codes, minister.leans, minister.name) == ((), ("EE",), "Rein Kask")


@pytest.mark.parametrize(
    ("published", "code"), [(date(2015, 1, 1), ("NL",)), (date(2026, 1, 6), ("XN",)), (date(1999, 1, 1), ())]
)
def test_a_person_speaks_for_the_office_held_on_the_day(published: date, code: tuple[str, ...]) -> None:
    (rutte,) = found("Mark Rutte agreed.", "en", published)
    assert rutte.codes == code


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("nb", "Zelenskyj sa ja.", "Volodymyr Zelenskyj"),
        ("fi", "Zelenskyin mukaan kaikki on hyvin.", "Volodymyr Zelenskyi"),
        ("en", "Zelensky agreed.", "Volodymyr Zelensky"),
        ("uk", "За словами Макрона, усе добре.", "Еммануель Макрон"),
    ],
)
def test_a_known_person_has_the_name_that_the_text_spells(language: str, text: str, name: str) -> None:
    assert [m.name for m in found(text, language)] == [name]


def test_a_former_holder_speaks_for_nobody() -> None:
    (former,) = found("Former French president Emmanuel Macron agreed.", "en")
    assert former.codes == ()
    text = "Tidligere har Frankrikes president Emmanuel Macron sagt ja."
    assert found(text, "nb")[-1].codes == ("FR",)


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "Then 26 countries agreed.", "26 countries"),
        ("en", "The European allies agreed.", "The European allies"),
        ("en", "Twenty-six other countries agreed.", "Twenty-six other countries"),
        ("en", "All NATO countries agreed.", "All NATO countries"),
        ("en", "The 26 have agreed.", "The 26"),
        ("nb", "De 26 har sagt ja.", "De 26"),
        ("nb", "Vestlige land sa ja.", "Vestlige land"),
        ("nb", "Flere EU-land sa ja.", "Flere EU-land"),
        ("fi", "Siellä 26 maata suostui.", "26 maata"),
        ("fi", "Muut eurooppalaiset liittolaiset suostuivat.", "Muut eurooppalaiset liittolaiset"),
        ("fi", "Ukrainan liittolaiset suostuivat.", "Ukrainan liittolaiset"),
        ("de", "26 Staaten stimmten zu.", "26 Staaten"),
        ("fr", "Les 26 pays européens ont accepté.", "Les 26 pays européens"),
        ("ru", "Согласились 26 стран.", "26 стран"),
        ("uk", "Погодилися 26 країн.", "26 країн"),
    ],
)
def test_an_unnamed_group_has_no_code(language: str, text: str, words: str) -> None:
    groups = [(text[m.start : m.end], m.codes) for m in found(text, language) if m.sort is Sort.GROUP]
    assert groups == [(words, ())]


def test_one_country_is_no_group() -> None:
    assert found("The country agreed.", "en") == ()
    assert found("Et land sa ja.", "nb") == ()


@pytest.mark.parametrize(
    ("language", "text", "adverbial", "genitive"),
    [
        ("en", "Soldiers went to Ukraine.", True, False),
        ("en", "Norway's offer stands.", False, True),
        ("nb", "Soldater i Ukraina venter.", True, False),
        ("nb", "Norges tilbud står.", False, True),
        ("fi", "Sotilaat menivät Ukrainaan.", True, False),
        ("fi", "Norjan tarjous pätee.", False, True),
        ("de", "Hilfe kam nach Norwegen.", True, False),
        ("de", "Norwegens Angebot gilt.", False, True),
        ("fr", "Les soldats restent en Norvège.", True, False),
        ("ru", "Солдаты остались в Норвегии.", True, True),
        ("uk", "Солдати залишилися в Норвегії.", True, True),
    ],
)
def test_a_place_and_an_owner_are_marked(language: str, text: str, adverbial: bool, genitive: bool) -> None:
    state = next(m for m in found(text, language) if m.codes)
    assert (state.adverbial, state.genitive) == (adverbial, genitive)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A US-led force came."),
        ("en", "The NATO-backed plan failed."),
        ("nb", "Ukraina-støtten øker."),
        ("nb", "USA-ledede styrker kom."),
        ("fi", "Venäjä-pakotteet jatkuvat."),
    ],
)
def test_a_name_joined_by_a_hyphen_only_qualifies(language: str, text: str) -> None:
    assert [m.sort for m in found(text, language) if m.codes] == [Sort.PEOPLE]


def test_a_person_joined_by_a_hyphen_is_nobody() -> None:
    assert codes("Putin-vennlige krefter jublet.", "nb") == []


def test_a_capital_is_marked_so_that_a_clause_can_decide() -> None:
    seats = [(m.codes, m.seat, m.adverbial) for m in found("Berlin waits. They met in Berlin.", "en")]
    assert seats == [(("DE",), True, False), (("DE",), True, True)]


def test_an_alliance_returns_only_where_one_was_named() -> None:
    assert codes("The alliance agreed.", "en") == []
    assert codes("NATO met. The alliance agreed.", "en")[-1] == ("alliance", "XN")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_is_known_by_its_name_in_cldr(language: str) -> None:
    known = {named.code: named.names for named in shipped_lexicon().languages[language].states}
    territories = Locale.parse(language).territories
    ambiguous = {("nb", "CD")}  # "Kongo" is two states
    for code in known:
        assert is_actor(code)
        spelled = {name.partition("/")[0].replace("+", "").replace("’", "'") for name in known[code]}
        given_name = str(territories[code]).replace("’", "'")
        plain = "(" not in given_name and "о-ва" not in given_name and " - " not in given_name
        several = len(given_name.split()) > 1 or (language, code) in ambiguous
        assert given_name in spelled or not plain or several, (language, code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_of_a_state_stands_for_that_state(language: str) -> None:
    names = shipped_lexicon().languages[language]
    wrong = []
    for one in (*names.states, *names.organisations):
        for name in one.names:
            bare = name.partition("/")[0].replace("+", "")
            text = f"xx {bare} xx."
            got = {code for m in named(text, whole(language), published=DAY) for code in m.codes}
            if got != {one.code}:
                wrong.append((bare, one.code, got))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_adjective_and_capital_stands_for_its_state(language: str) -> None:
    wrong = []
    for one in shipped_lexicon().languages[language].states:
        for word in (*one.adjectives, *one.seats):
            bare = word.partition("/")[0].replace("+", "")
            got = {code for m in named(f"xx {bare} xx.", whole(language), published=DAY) for code in m.codes}
            if got != {one.code}:
                wrong.append((bare, one.code, got))
    assert wrong == []


def test_the_shipped_languages_at_full_strength_know_every_member_of_the_united_nations() -> None:
    for language in FULL:
        known = {one.code for one in shipped_lexicon().languages[language].states}
        assert len(known & STATES) >= 193 + 2


FINNISH = {
    "Suomi": "Suomen Suomea Suomessa Suomesta Suomeen Suomella Suomelta Suomelle",
    "Norja": "Norjan Norjaa Norjassa Norjasta Norjaan Norjalla Norjalta Norjalle",
    "Ruotsi": "Ruotsin Ruotsia Ruotsissa Ruotsista Ruotsiin Ruotsilla Ruotsilta Ruotsille",
    "Venäjä": "Venäjän Venäjää Venäjässä Venäjästä Venäjään Venäjällä Venäjältä Venäjälle",
    "Turkki": "Turkin Turkkia Turkissa Turkista Turkkiin Turkilla Turkilta Turkille",
    "Kreikka": "Kreikan Kreikkaa Kreikassa Kreikasta Kreikkaan Kreikalla Kreikalta Kreikalle",
    "Itävalta": "Itävallan Itävaltaa Itävallassa Itävallasta Itävaltaan Itävallalla Itävallalta Itävallalle",
    "Irlanti": "Irlannin Irlantia Irlannissa Irlannista Irlantiin Irlannilla Irlannilta Irlannille",
    "Englanti": "",
    "Hollanti": "Hollannin Hollantia Hollannissa Hollannista Hollantiin Hollannilla Hollannilta Hollannille",
    "Tšekki": "Tšekin Tšekkiä Tšekissä Tšekistä Tšekkiin Tšekillä Tšekiltä Tšekille",
    "Egypti": "Egyptin Egyptiä Egyptissä Egyptistä Egyptiin Egyptillä Egyptiltä Egyptille",
    "Kypros": "Kyproksen Kyprosta Kyproksessa Kyproksesta Kyprokseen Kyproksella Kyprokselta Kyprokselle",
    "Iran": "Iranin Irania Iranissa Iranista Iraniin Iranilla Iranilta Iranille",
    "Thaimaa": "Thaimaan Thaimaata Thaimaassa Thaimaasta Thaimaahan Thaimaalla Thaimaalta Thaimaalle",
    "Brunei": "Brunein Bruneita Bruneissa Bruneista Bruneihin Bruneilla Bruneilta Bruneille",
    "Sveitsi": "Sveitsin Sveitsiä Sveitsissä Sveitsistä Sveitsiin Sveitsillä Sveitsiltä Sveitsille",
    "Chile": "Chilen Chileä Chilessä Chilestä Chileen Chilellä Chileltä Chilelle",
    "Marokko": "Marokon Marokkoa Marokossa Marokosta Marokkoon Marokolla Marokolta Marokolle",
    "Honduras": "Hondurasin Hondurasia Hondurasissa Hondurasista Hondurasiin Hondurasilla",
    "Mauritius": "Mauritiuksen Mauritiusta Mauritiuksessa Mauritiukseen",
    "Yhdysvallat": "Yhdysvaltain Yhdysvaltojen Yhdysvaltoja Yhdysvalloissa Yhdysvalloista Yhdysvaltoihin Yhdysvalloilta",
    "Alankomaat": "Alankomaiden Alankomaita Alankomaissa Alankomaista Alankomaihin Alankomailla Alankomailta",
    "Filippiinit": "Filippiinien Filippiinejä Filippiineillä Filippiineiltä Filippiineille",
    "Iso-Britannia": "Ison-Britannian Isoa-Britanniaa Isossa-Britanniassa Isoon-Britanniaan",
    "Uusi-Seelanti": "Uuden-Seelannin Uutta-Seelantia Uudessa-Seelannissa Uuteen-Seelantiin",
    "Etelä-Afrikka": "Etelä-Afrikan Etelä-Afrikkaa Etelä-Afrikassa Etelä-Afrikkaan",
    "Saudi-Arabia": "Saudi-Arabian Saudi-Arabiaa Saudi-Arabiassa Saudi-Arabiaan",
    "Etelä-Korea": "Etelä-Korean Etelä-Koreaa Etelä-Koreassa Etelä-Koreaan",
    "Grönlanti": "Grönlannin Grönlantia Grönlannissa Grönlantiin",
    "Helsinki": "Helsingin Helsinkiä Helsingissä Helsingistä Helsinkiin",
    "Lontoo": "Lontoon Lontoota Lontoossa Lontoosta Lontooseen",
    "Kiova": "Kiovan Kiovaa Kiovassa Kiovasta Kiovaan Kiovalla Kiovalta Kiovalle",
    "Riika": "Riian Riikaa Riiassa Riiasta Riikaan",
    "Pariisi": "Pariisin Pariisia Pariisissa Pariisista Pariisiin",
    "Wien": "Wienin Wieniä Wienissä Wienistä Wieniin",
    "Damaskos": "Damaskoksen Damaskosta Damaskoksessa Damaskokseen",
    "Tallinna": "Tallinnan Tallinnaa Tallinnassa Tallinnaan",
}


@pytest.mark.parametrize(("name", "forms"), FINNISH.items())
def test_a_finnish_name_is_known_in_its_cases(name: str, forms: str) -> None:
    base = codes(f"xx {name} xx.", "fi")
    for form in forms.split():
        assert [code for _, code in codes(f"xx {form} xx.", "fi")] == [code for _, code in base], form


@pytest.mark.parametrize(
    ("form", "case"),
    [
        ("Suomeen", Case.ILLATIVE),
        ("Yhdysvaltain", Case.GENITIVE),
        ("Turkissa", Case.INESSIVE),
        ("Kyprosta", Case.PARTITIVE),
        ("Norjalta", Case.ABLATIVE),
    ],
)
def test_a_finnish_form_tells_its_case(form: str, case: Case) -> None:
    (mention,) = found(f"xx {form} xx.", "fi")
    assert case in mention.cases


@pytest.mark.parametrize(
    "form",
    [
        "ranskalainen",
        "ranskalaisen",
        "ranskalaista",
        "ranskalaisessa",
        "ranskalaiset",
        "ranskalaisten",
        "ranskalaisia",
        "ranskalaisissa",
        "ranskalaisille",
        "ranskalaisilta",
        "ranskalaisiin",
        "ranskalaisena",
    ],
)
def test_a_finnish_demonym_is_known_in_its_cases(form: str) -> None:
    assert codes(f"xx {form} yy.", "fi") == [(form, "FR")]


@pytest.mark.parametrize(
    ("language", "forms", "code"),
    [
        ("uk", "Україна України Україні Україну Україною", "UA"),
        ("uk", "Німеччина Німеччини Німеччині Німеччину Німеччиною", "DE"),
        ("uk", "Польща Польщі Польщу Польщею", "PL"),
        ("uk", "Америка Америки Америці Америку Америкою", "US"),
        ("uk", "Іран Ірану Іраном Ірані", "IR"),
        ("uk", "Китай Китаю Китаєм Китаї", "CN"),
        ("uk", "французький французького французьких французькими французькою", "FR"),
        ("uk", "Києва Києву Києвом Києві", "UA"),
        ("ru", "Украина Украины Украине Украину Украиной", "UA"),
        ("ru", "Норвегия Норвегии Норвегию Норвегией", "NO"),
        ("ru", "Иран Ирана Ирану Ираном Иране", "IR"),
        ("ru", "Китай Китая Китаю Китаем Китае", "CN"),
        ("ru", "Израиль Израиля Израилю Израилем Израиле", "IL"),
        ("ru", "Нидерланды Нидерландов Нидерландам Нидерландах", "NL"),
        ("ru", "французский французского французских французскими французской", "FR"),
        ("ru", "Египта Египту Египтом Египте", "EG"),
        ("de", "Norwegen Norwegens", "NO"),
        ("de", "norwegische norwegischen norwegischer norwegisches norwegischem", "NO"),
        ("fr", "norvégien norvégienne norvégiens norvégiennes", "NO"),
        ("fr", "turc turque turcs turques", "TR"),
        ("nb", "norsk norske", "NO"),
        ("nb", "Frankrike Frankrikes", "FR"),
        ("nb", "tyskere tyskerne tyskernes", "DE"),
    ],
)
def test_a_name_is_known_in_the_forms_of_its_language(language: str, forms: str, code: str) -> None:
    for form in forms.split():
        assert [got for _, got in codes(f"xx {form} yy.", language)] == [code], form


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_register_of_what_a_text_can_hold_finds_what_the_whole_one_finds(language: str) -> None:
    table = {"en": EN, "nb": NB, "fi": FI}.get(language)
    texts = [row[0] for row in table] if table else [row[1] for row in OTHERS if row[0] == language]
    for text in texts:
        assert found(text, language) == named(text, whole(language), published=DAY)


WORDS = st.lists(
    st.sampled_from(
        [
            "the",
            "a",
            "ministers",
            "turkey",
            "china",
            "chad",
            "said",
            "will",
            "send",
            "troops",
            "to",
            "in",
            "of",
            "and",
            ",",
            ".",
            '"',
            "(",
            ")",
            "-",
            "'",
            "norges",
            "oslo",
            "us",
            "un",
            "au",
            "president",
            "Peter",
            "Norway",
            "Norway's",
            "Norwegian",
            "Germany",
            "Holm",
            "foreign",
            "minister",
            "26",
            "countries",
        ]
    ),
    max_size=30,
).map(" ".join)


@given(text=st.one_of(st.text(max_size=80), WORDS), language=st.sampled_from(LANGUAGES))
def test_mentions_stand_in_their_order_in_the_text_and_do_not_overlap(text: str, language: str) -> None:
    end = 0
    for mention in named(text, whole(language), published=DAY):
        assert end <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end].strip() == text[mention.start : mention.end]
        assert all(is_actor(code) for code in mention.codes)
        end = mention.end


@given(
    st.lists(
        st.sampled_from(
            [
                "turkey",
                "china",
                "chad",
                "niger",
                "mali",
                "jordan",
                "georgia",
                "cuba",
                "guinea",
                "man",
                "holland",
                "us",
                "mark",
                "rose",
                "rice",
                "polish",
                "swede",
                "panama",
                "jersey",
                "will",
                "may",
                "bill",
                "grant",
                "frank",
                "norway",
                "wellington",
                "lima",
            ]
        ),
        max_size=12,
    )
)
def test_ordinary_words_in_small_letters_never_become_states(words: list[str]) -> None:
    text = "we saw " + " ".join(words).replace("polish", "varnish") + " there"
    assert named(text, whole("en"), published=DAY) == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The rain fell all night, and the river rose by a metre before dawn."),
        ("nb", "Regnet falt hele natten, og elven steg en meter før daggry."),
        ("fi", "Sade jatkui koko yön, ja joki nousi metrin ennen aamua."),
        ("de", "Es regnete die ganze Nacht, und der Fluss stieg um einen Meter."),
        ("fr", "Il a plu toute la nuit et la rivière est montée d'un mètre."),
        ("ru", "Дождь шёл всю ночь, и река поднялась на метр."),
        ("uk", "Дощ ішов усю ніч, і річка піднялася на метр."),
    ],
)
def test_a_text_with_no_country_names_none(language: str, text: str) -> None:
    assert found(text, language) == ()


def test_every_person_has_an_actor_a_span_and_a_source() -> None:
    people = shipped_lexicon().people
    assert len({person.name for person in people}) == len(people) > 100
    for person in people:
        for held in person.offices:
            assert is_actor(held.code)
            assert held.source.startswith("https://")
            assert held.until is None or held.since < held.until


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("en.toml", "[states.NO]\nnames = 3\n", "not a list"),
        ("en.toml", "[states.NO]\nnicknames = ['x']\n", "nicknames"),
        ("en.toml", "[states", "not TOML"),
        ("people.toml", "[[person]]\nname = 'A B'\n", "at least one office"),
        (
            "people.toml",
            "[[person]]\nname = 'A B'\noffice = [{ code = 'NO', office = 'x', since = 2020-01-01 }]\n",
            "no office",
        ),
        (
            "people.toml",
            "[[person]]\nname = 'A B'\noffice = [{ code = 'NO', office = 'minister', since = '2020' }]\n",
            "dates",
        ),
    ],
)
def test_a_wrong_entry_is_refused_with_its_file(name: str, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as met:
        lexicon({name: text.encode()})
    assert f"actors/{name}" in str(met.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense = []\n", "nonsense"),
        ("[[paradigm]]\nof = ['name']\nends = '('\n", "not a pattern"),
        ("[[paradigm]]\nof = ['verb']\n", "verb"),
        ("[[paradigm]]\nof = ['name']\ncases = { ergative = ['k'] }\n", "ergative"),
        ("[offices]\nwizard = ['wizard']\n", "wizard"),
    ],
)
def test_a_wrong_word_of_a_language_is_refused_with_its_file(text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as met:
        actor_words(tomllib.loads(text), "languages/en/actors.toml")
    assert "languages/en/actors.toml" in str(met.value)
