"""Whose words a sentence is where nobody is named: a publisher's, an outsider's, a government's without its country."""

import pytest
from reader import reading, shipped_lexicon, shipped_tongue, short

from trucewatch.model.proposal import Proposal
from trucewatch.read.publishers import voice_of
from trucewatch.read.voices import Voice

VOICES = {
    "en": {
        "Norwegian Ministry of Defence": "NO",
        "The Ministry of Foreign Affairs of Ukraine": "UA",
        "Embassy of Finland, Kyiv": "FI",
        "Norwegian Embassy in Kyiv": "NO",
        "Permanent Mission of Norway to the OSCE": "NO",
        "Office of the President of Ukraine": "UA",
        "Office of the President of the Republic of Finland": "FI",
        "Prime Minister's Office, Finland": "FI",
        "NATO": "XN",
        "OSCE Special Monitoring Mission to Ukraine": "XO",
        "European Commission": "EU",
        "Bundeswehr": "DE",
        "Ministry of Defence (Kenya)": "KE",
        "Prime Minister's Office, London": "GB",
        "Foreign, Commonwealth & Development Office": "GB",
        "New Zealand Ministry of Foreign Affairs and Trade": "NZ",
        "Swiss Federal Department of Foreign Affairs": "CH",
        "Irish Defence Forces": "IE",
        "European External Action Service": "EU",
        "African Union Commission": "XA",
        "UN Mission in Kordofan, press note": "UN",
    },
    "nb": {
        "Utenriksdepartementet": "NO",
        "regjeringen.no": "NO",
        "Stortinget": "NO",
        "Det danske forsvarsministeriet": "DK",
        "Norges ambassade i Kyiv": "NO",
        "OSSE": "XO",
        "Norwegian Ministry of Defence": "NO",
    },
    "fi": {
        "Ulkoministeriö": "FI",
        "Tasavallan presidentin kanslia": "FI",
        "Suomen pysyvä edustusto Etyjissä": "FI",
        "Viron ulkoministeriö": "EE",
        "Eduskunta": "FI",
        "Nato": "XN",
    },
}
NEWSROOMS = {
    "en": [
        *("The Daily", "The Irish Times", "Norway Today", "Norwegian Broadcasting Corporation", "Reuters"),
        *("Voice of America", "Polish Press Agency", "Ministry of Defence", "Berlin", "Kyiv Post"),
        *("Norway News", "Sky News (UK)", "Scottish Government", "Human Rights Watch in Geneva"),
        "Ministry of Foreign Affairs of Russia and Reuters",
    ],
    "nb": ["NRK", "Aftenposten", "Norsk Telegrambyrå", "Dagsavisen"],
    "fi": ["Yle", "Helsingin Sanomat", "Suomen Kuvalehti", "Suomen tietotoimisto", "Hallitus"],
}
RELEASES = {
    ("en", "Norwegian Ministry of Defence", "NO"): (
        "Norway will send 50 observers to the ceasefire line. The government does not intend to send combat troops. "
        "Sweden will send two ships. “Norway will lead the mission,” said Foreign Minister Kari Holm. "
        "According to analyst Per Ek, Norway will withdraw the observers."
    ),
    ("nb", "Utenriksdepartementet", "NO"): (
        "Norge vil sende 50 observatører til våpenhvilelinjen. Regjeringen har ikke til hensikt å sende kampstyrker. "
        "Sverige vil sende to skip. – Norge vil lede oppdraget, sier utenriksminister Kari Holm. "
        "Ifølge analytiker Per Ek vil Norge trekke observatørene ut."
    ),
    ("fi", "Ulkoministeriö", "FI"): (
        "Suomi lähettää 50 tarkkailijaa tulitaukolinjalle. Hallitus ei aio lähettää taistelujoukkoja. "
        "Ruotsi lähettää kaksi alusta. ”Suomi johtaa operaatiota”, sanoo ulkoministeri Kari Holm. "
        "Tutkija Per Ekin mukaan Suomi vetää tarkkailijat pois."
    ),
}
OWN_WORDS = {
    ("en", "Norwegian Ministry of Defence"): {
        "We will finance the training of 300 deminers.": ["commitment NO will 300-300"],
        "Fifty observers will be sent in May.": ["commitment NO will 50-50"],
        "The ministry asks Russia to respect the ceasefire.": ["demand NO asks"],
        "Denmark has pledged 30 observers.": ["claim_about DK has_promised 30-30"],
        "“We will send 20 officers,” the Polish prime minister, Jan Nowak, said.": [
            "commitment PL will 20-20"
        ],
    },
    ("en", "NATO"): {
        "The alliance will not send troops.": ["refusal XN will_not not"],
        "Norway will send 50 observers.": ["claim_about NO will 50-50"],
    },
    ("en", "UN Mission in Kordofan, press note"): {
        "The Mission will continue to patrol the line.": ["commitment UN will"],
        "The Secretariat will send 20 monitors.": ["commitment UN will 20-20"],
        "The Council will send 20 monitors.": [],
        "Somalia is late. The Head of Mission, Ann Lee, calls upon Ethiopia to honour the truce.": [
            "demand UN asks"
        ],
    },
    ("en", "Canadian Department of National Defence"): {
        "The Department will send 20 monitors.": ["commitment CA will 20-20"],
        "The Mission will send 20 monitors.": [],
    },
    ("nb", "Forsvarsdepartementet"): {
        "Vi vil sende 50 observatører.": ["commitment NO will 50-50"],
        "Moldova ber om hjelp. Forsvarsministeren sier at Norge vil sende 50 soldater.": [
            "demand MD asks",
            "commitment NO will 50-50",
        ],
    },
    ("fi", "Puolustusministeriö"): {
        "Lähetämme 50 tarkkailijaa.": ["commitment FI will 50-50"],
        "Tarkkailijat lähetetään toukokuussa.": ["commitment FI will"],
    },
}
OUTSIDERS = {
    "en": {
        "Opposition leader Maia Rusu said Moldova will send 50 observers.": "Maia Rusu",
        "“Moldova will send 50 observers,” an opposition party said.": "opposition party",
        "Moldova will send 50 observers, analyst Ion Popa said.": "Ion Popa",
        "Former president Ion Popa said Moldova will send 50 observers.": "Ion Popa",
        "A think tank says Moldova will send 50 observers.": "think tank",
        "Professor Ion Popa says that Moldova will send 50 observers.": "Ion Popa",
    },
    "nb": {
        "Opposisjonslederen sier at Moldova sender 50 soldater.": "Opposisjonslederen",
        "Opposisjonsleder Ion Popa sier at Moldova sender 50 soldater.": "Ion Popa",
        "– Moldova sender 50 soldater, sier eksperten.": "eksperten",
        "Partileder Ion Popa sier at Moldova sender 50 soldater.": "Ion Popa",
        "Tidligere statsminister Ion Popa sier at Moldova sender 50 soldater.": "Ion Popa",
        "Forskeren sier at Moldova sender 50 soldater.": "Forskeren",
    },
    "fi": {
        "Oppositiojohtaja Ion Popa sanoo, että Moldova lähettää 50 sotilasta.": "Ion Popa",
        "Oppositiopuolue sanoo, että Moldova lähettää 50 sotilasta.": "Oppositiopuolue",
        "Tutkija Ion Popa sanoo, että Moldova lähettää 50 sotilasta.": "Ion Popa",
        "Entinen pääministeri Ion Popa sanoo Moldovan lähettävän 50 sotilasta.": "Ion Popa",
        "Perussuomalaisten puheenjohtaja Ion Popa sanoo, että Moldova lähettää 50 sotilasta.": "Ion Popa",
    },
}
GOVERNMENTS = {
    "en": {
        "The government promised 50 soldiers. Moldova's prime minister, Ion Popa, said so.": "commitment MD has_promised 50-50",
        "The government promised 50 soldiers. Kenya's president met the Ugandan prime minister.": None,
    },
    "nb": {
        "Regjeringen lover 50 soldater. Moldovas statsminister Ion Popa sa det onsdag.": "commitment MD has_promised 50-50",
        "Regjeringen lover 50 soldater. Ukrainas president takket Moldovas regjering.": None,
        "Regjeringen lover 50 soldater. Moldovas president takket Norge.": None,
        "Regjeringen lover 50 soldater, sier statsminister Kari Holm.": "commitment NO has_promised 50-50",
        "Regjeringen lover Ukraina 50 kjøretøy. Ukrainas president takket.": "commitment NO has_promised 50-50",
    },
    "fi": {
        "Hallitus lupasi 50 sotilasta. Moldovan pääministeri Ion Popa kertoi asiasta.": "commitment MD has_promised 50-50",
        "Hallitus lupasi 50 sotilasta. Viron presidentti kiitti Kenian hallitusta.": None,
    },
}
GROUPS = {
    "en": {
        "The Baltic states will send 500 soldiers.": "claim_about EE+LV+LT will 500-500",
        "The three Baltic states will send 500 soldiers.": "claim_about EE+LV+LT will 500-500",
        "Poland and the Baltic states will send 500 soldiers.": "claim_about PL+EE+LV+LT will 500-500",
        "All the Nordic countries will send 500 soldiers.": "claim_about DK+FI+IS+NO+SE will 500-500",
        "The Visegrad countries will send 500 soldiers.": "claim_about CZ+HU+PL+SK will 500-500",
        "The Weimar Triangle will send 500 soldiers.": "claim_about DE+FR+PL will 500-500",
        "The E3 will send 500 soldiers.": "claim_about DE+FR+GB will 500-500",
        "The Benelux countries will send 500 soldiers.": "claim_about BE+LU+NL will 500-500",
        "Several Baltic states will send 500 soldiers.": "claim_about - will 500-500",
        "The Gulf states will send 500 soldiers.": "claim_about - will 500-500",
        "Estonia will send 500 soldiers to the Baltic states.": "claim_about EE will 500-500",
    },
    "nb": {
        "De baltiske landene vil sende 500 soldater.": "claim_about EE+LV+LT will 500-500",
        "De fem nordiske landene vil sende 500 soldater.": "claim_about DK+FI+IS+NO+SE will 500-500",
        "Visegrad-landene vil sende 500 soldater.": "claim_about CZ+HU+PL+SK will 500-500",
        "Flere baltiske land vil sende 500 soldater.": "claim_about - will 500-500",
    },
    "fi": {
        "Baltian maat lähettävät 500 sotilasta.": "claim_about EE+LV+LT will 500-500",
        "Pohjoismaat lähettävät 500 sotilasta.": "claim_about DK+FI+IS+NO+SE will 500-500",
        "Benelux-maat lähettävät 500 sotilasta.": "claim_about BE+LU+NL will 500-500",
    },
}


def house(publisher: str, language: str) -> Voice | None:
    words = {code: shipped_tongue(code).actors for code in (language, "en")}
    return voice_of(publisher, words, shipped_lexicon(), language=language, published=None)


def fields(proposal: Proposal) -> dict[str, object]:
    return {name: getattr(proposal, name) for name in proposal.__slots__}


@pytest.mark.parametrize(
    ("language", "publisher", "code"),
    [(lang, name, code) for lang in VOICES for name, code in VOICES[lang].items()],
)
def test_a_body_that_publishes_is_the_voice_of_its_actor(language: str, publisher: str, code: str) -> None:
    met = house(publisher, language)
    assert met is not None
    assert (met.name, met.codes) == (publisher, (code,))


@pytest.mark.parametrize(
    ("language", "publisher"), [(lang, name) for lang in NEWSROOMS for name in NEWSROOMS[lang]]
)
def test_a_newsroom_is_nobodys_voice(language: str, publisher: str) -> None:
    assert house(publisher, language) is None


@pytest.mark.parametrize(("language", "publisher", "code"), list(RELEASES))
def test_the_same_words_of_a_newsroom_and_a_ministry_differ_in_whose_they_are(
    language: str, publisher: str, code: str
) -> None:
    text = RELEASES[language, publisher, code]
    told = [reading(text, language=language, publisher=who) for who in (None, "The Daily", publisher)]
    assert told[0] == told[1]
    news, release = (one.proposals for one in told[1:])
    assert len(news) == len(release) == 5
    changed = [
        {
            name: (old, new)
            for (name, old), new in zip(fields(a).items(), fields(b).values(), strict=True)
            if old != new
        }
        for a, b in zip(news, release, strict=True)
    ]
    own = {"said_by": ("newsroom", publisher)}
    assert changed[0] == {"kind": ("claim_about", "commitment"), **own}
    assert changed[1] == {"kind": ("claim_about", "refusal"), **own}
    assert changed[2] == own  # of another it is a claim about it
    assert changed[3] == changed[4] == {}  # who speaks is who is named
    assert release[0].actors == release[1].actors == (code,)


@pytest.mark.parametrize(
    ("language", "publisher", "text", "expected"),
    [(lang, who, text, told) for (lang, who), each in OWN_WORDS.items() for text, told in each.items()],
)
def test_what_nobody_else_says_in_a_release_is_its_publishers(
    language: str, publisher: str, text: str, expected: list[str]
) -> None:
    assert short(text, language, publisher=publisher) == expected


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [(lang, text, who) for lang in OUTSIDERS for text, who in OUTSIDERS[lang].items()],
)
def test_who_is_no_voice_of_a_state_makes_a_claim_about_it(language: str, text: str, speaker: str) -> None:
    (proposal,) = reading(text, language=language, published="2026-03-12").proposals
    assert (proposal.kind.value, proposal.actors, proposal.said_by) == ("claim_about", ("MD",), speaker)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(lang, text, told) for lang in GOVERNMENTS for text, told in GOVERNMENTS[lang].items()],
)
def test_a_government_without_its_country_is_the_only_one_that_is_named_later(
    language: str, text: str, expected: str | None
) -> None:
    told = [one for one in short(text, language) if "50-50" in one]
    assert told == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(lang, text, told) for lang in GROUPS for text, told in GROUPS[lang].items()],
)
def test_a_group_whose_members_are_known_stands_for_them(language: str, text: str, expected: str) -> None:
    assert short(text, language) == [expected]


def test_every_group_says_who_its_members_are_by() -> None:
    for group in shipped_lexicon().groups:
        assert group.source.startswith("https://")
        assert {"en", "nb", "fi"} <= group.names.keys()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nb", "Norge vil sende 50 soldater, opplyser utenriks- og forsvarsminister Kari Holm."),
        ("fi", "Suomi lähettää 50 sotilasta, ulkomaankauppa- ja kehitysministeri Kari Holm kertoo."),
    ],
)
def test_an_office_of_two_portfolios_is_one_office(language: str, text: str) -> None:
    (proposal,) = reading(text, language=language).proposals
    assert (proposal.kind.value, proposal.said_by) == ("commitment", "Kari Holm")


def test_what_only_begins_in_a_release_is_nobodys_undertaking() -> None:
    text = "Koulutus alkaa tammikuussa."
    assert short(text, "fi", publisher="Puolustusministeriö") == []
