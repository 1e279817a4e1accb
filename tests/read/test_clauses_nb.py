"""What Norwegian sentences propose: who, how far, how much, on what condition; and what proposes nothing."""

import pytest
from reader import short

SENTENCES = [
    ("Hellas sa mandag at landet ikke vil delta i noen bakkestyrke.", ["refusal GR will_not not"]),
    ("Ungarn har utelukket å sende våpen til Ukraina.", ["refusal HU refuses not"]),
    ("– Canada har ikke utelukket å sende bakkestyrker, sa Mark Carney.", ["commitment CA may"]),
    (
        "Japan har lovet 200 millioner dollar til minerydding.",
        ["commitment JP has_promised 200000000-200000000"],
    ),
    (
        "Nederland vurderer å sende en fregatt, skriver den nederlandske regjeringen.",
        ["commitment NL considering"],
    ),
    ("Sør-Korea vurderer om landet skal levere ammunisjon.", ["commitment KR considering"]),
    ("Det finnes ingen planer om å sende danske soldater, sa Mette Frederiksen.", ["refusal DK refuses not"]),
    ("– Det er uaktuelt for Slovakia å sende soldater, sa Fico.", ["refusal SK refuses not"]),
    ("Å sende soldater er uaktuelt for Italia, ifølge Meloni.", ["refusal IT refuses not"]),
    ("På spørsmål om soldater svarte Merz at det var for tidlig å snakke om det.", ["position DE too_early"]),
    ("Zelenskyj oppfordret USA til å innføre strengere sanksjoner.", ["demand UA asks"]),
    ("Pakistan og India ble enige om en våpenhvile lørdag.", ["instrument PK+IN made"]),
    ("India undertegnet ikke sluttdokumentet.", ["instrument IN did_not not"]),
    ("Utenriksministrene i Egypt og Qatar møttes i Kairo.", ["meeting EG+QA took_part"]),
    ("Om Washington vil støtte styrken, er fortsatt uklart.", ["open_item - open"]),
    ("Armenia anklager Aserbajdsjan for brudd på våpenhvilen.", ["position AM holds"]),
    ("Aserbajdsjan avviser å ha brutt våpenhvilen.", ["position AZ holds not"]),
    ("Tyrkia har sagt seg villig til å overvåke Svartehavet.", ["commitment TR ready_to"]),
    (
        "Ungarns statsminister Viktor Orbán sa at Ungarn verken vil sende soldater eller betale for styrken.",
        ["refusal HU will_not not", "refusal HU will_not not"],
    ),
    (
        "Danmark bidrar allerede med 200 soldater, og Island betaler for utstyret.",
        ["claim_about DK does 200-200", "claim_about IS does"],
    ),
    (
        "Storbritannia og Frankrike skal opprette militære baser i Ukraina etter en våpenhvile, sa Starmer.",
        ["commitment GB+FR will if truce_concluded"],
    ),
    (
        "– Vi er klare til å sende inntil 2000 soldater når en våpenhvile trer i kraft, sa Emmanuel Macron.",
        ["commitment FR ready_to ..-2000 if ceasefire_in_force"],
    ),
    (
        "Bare dersom Kongressen godkjenner det, vil USA dele etterretning.",
        ["claim_about US will if parliament_approved"],
    ),
    (
        "Tyskland vil delta i overvåkingen bare dersom USA er med, sa Merz.",
        ["commitment DE will if backer_backs"],
    ),
    (
        "Irland er villig til å være vertskap for en fredskonferanse og til å sende inntil 300 soldater, ifølge den irske regjeringen.",
        ["commitment IE ready_to", "commitment IE ready_to ..-300"],
    ),
]
NOTHING = [
    "",
    "I 2014 annekterte Russland Krim og sendte soldater til Donbas.",
    "Avtalen, som ble undertegnet i Minsk i 2015, pålegger partene å trekke tilbake tunge våpen.",
    "Norske bønder protesterer mot import av ukrainsk korn.",
    "Oljefondet skal selge aksjene sine i tre selskaper.",
    "Vil Norge sende soldater?",
    "– Vi er takknemlige for støtten fra Norge, sa Zelenskyj.",
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_a_norwegian_sentence_says_who_goes_how_far(text: str, expected: list[str]) -> None:
    assert short(text, "nb") == expected


@pytest.mark.parametrize("text", NOTHING)
def test_norwegian_background_proposes_nothing(text: str) -> None:
    assert short(text, "nb") == []


def test_could_and_can_are_two_modalities() -> None:
    assert short("Norge kunne lede patruljene, sa Jonas Gahr Støre.", "nb") == ["commitment NO could"]
    assert short("Norge kan lede patruljene, sa Jonas Gahr Støre.", "nb") == ["commitment NO may"]


def test_two_triggers_used_almost_as_one_stay_apart() -> None:
    said = "Norge vil sende soldater {}, sa Jonas Gahr Støre."
    for when, trigger in [
        ("når en våpenhvile er inngått", "truce_concluded"),
        ("når våpenhvilen trer i kraft", "ceasefire_in_force"),
        ("når en våpenhvileavtale er undertegnet", "ceasefire_agreement_signed"),
        ("når en fredsavtale er undertegnet", "peace_agreement_signed"),
        ("når krigen er over", "war_over"),
        ("når rammene er avklart", "conditions_clarified"),
        ("dersom våpenhvilen brytes", "breach_determined"),
        ("dersom Stortinget godkjenner det", "parliament_approved"),
    ]:
        assert short(said.format(when), "nb") == [f"commitment NO will if {trigger}"]
