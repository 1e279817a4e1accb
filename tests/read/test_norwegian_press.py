"""How Norwegian newsrooms, releases and records put things: each sentence was written here, for the rule it shows."""

import pytest
from reader import short

SENTENCES = (
    ("Sør-Korea og Nord-Korea holdt mandag militærsamtaler i Panmunjom.", ["meeting KR+KP took_part"]),
    ("Norges utenriksminister Kari Holm deltok torsdag på giverlandskonferansen.", ["meeting NO took_part"]),
    ("Litauen er vertskap for samtalene.", ["meeting LT took_part"]),
    ("Syriske styrker er rykket inn i grensebyen.", ["claim_about SY does"]),
    ("Spania trakk i forrige uke ut de siste 45 soldatene fra Tsjad.", ["claim_about ES does 45-45"]),
    ("Myndighetene venter at veien åpnes onsdag.", []),
    ("Egypt sender 40 soldater til våpenhvilekommisjonen.", ["claim_about EG will 40-40"]),
    ("Tyskland holder døren lukket for tyske soldater i Ukraina.", ["claim_about DE refuses not"]),
    ("Polen skal fungere som logistisk knutepunkt for de allierte.", ["claim_about PL will"]),
    ("USA skal på sin side ha gjort det klart at landet ikke vil finansiere styrken.", []),
    ("Norge sender ingen kampfly over Ukraina.", ["claim_about NO will_not not"]),
)


@pytest.mark.parametrize(("text", "wanted"), SENTENCES)
def test_a_sentence_of_the_press_is_read(text: str, wanted: list[str]) -> None:
    assert short(text, "nb") == wanted


@pytest.mark.parametrize(
    "who",
    [
        "M23s forhandler i Doha",
        "houthienes talsmann i Muscat",
        "RSFs talsmann i Nairobi",
        "opprørernes leder",
    ],
)
def test_who_speaks_for_rebels_speaks_for_no_state_they_are_in(who: str) -> None:
    assert short(f"Vi sender 40 fanger hjem til Kongo, sa {who}.", "nb") == []


def test_a_state_joined_to_rebels_keeps_its_own_code() -> None:
    wanted = ["commitment YE has_promised 900-900"]
    assert short("Jemens regjering og houthiene ble enige om å utveksle 900 fanger.", "nb") == wanted
    assert short("Colombias regjering og geriljaen ELN undertegnet en avtale.", "nb") == [
        "instrument CO signed"
    ]


def test_an_envoy_of_the_united_nations_speaks_of_no_government_of_theirs() -> None:
    assert short("Regjeringen vil løslate 900 fanger, sa FNs utsending.", "nb") == []


def test_in_a_record_who_is_named_with_a_colon_speaks_to_the_end_of_the_paragraph() -> None:
    text = "Statsråd Eirik Solvang [10:14:22]: La meg svare klart. Regjeringen vurderer å låne ut to fly til Sudan."
    assert short(text, "nb") == ["commitment NO considering 2-2"]
    headline = "Macron: Frankrike sender soldater\nFrankrike vil sende 50 soldater til Ukraina."
    assert short(headline, "nb") == ["commitment FR will", "claim_about FR will 50-50"]


def test_what_a_newsroom_says_is_being_weighed_is_its_own_words() -> None:
    assert short("Frankrike og Spania drøfter om de skal sende en fregatt.", "nb") == [
        "claim_about FR+ES considering"
    ]


def test_who_does_not_pay_will_not() -> None:
    text = "Tyskland betaler ikke for styrken, sa Tysklands finansminister Karl Lang."
    assert short(text, "nb") == ["refusal DE will_not not"]


def test_a_ministrys_website_is_the_ministry() -> None:
    text = "Norge finansierer et meklingsteam i Darfur."
    found = short(text, "nb", publisher="Utenriksdepartementets nettside")
    assert found == ["commitment NO does"]
