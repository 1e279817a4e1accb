"""How Norwegian and Finnish newsrooms build the same few statements: who is bound, told in passives, seats and sources."""

import pytest
from reader import short

NORWEGIAN = {
    "Ifølge Reuters vil Polen sende 500 soldater.": ["claim_about PL will 500-500"],
    "Mineryddingen finansieres av Japan.": ["claim_about JP does"],
    "Oppdraget blir videreført, sier Finlands forsvarsminister.": ["commitment FI will"],
    "Hæren i Libanon vil overta stillingene.": ["claim_about LB will"],
    "Det vil ikke bli sendt norske soldater til Ukraina, sier statsminister Jonas Gahr Støre.": [
        "refusal NO will_not not"
    ],
    "Det sendes ingen norske soldater til Ukraina, sa Norges statsminister.": ["refusal NO will_not not"],
    "Det er ikke aktuelt for Norge å sende 300 soldater, fastslo statsministeren.": [
        "refusal NO refuses not 300-300"
    ],
    "500 millioner kroner er satt av til luftvern, opplyser Norges utenriksminister.": [
        "commitment NO does 500000000-500000000"
    ],
    "Pengene skal gå til luftvern, sier Norges utenriksminister.": ["commitment NO will"],
    "Norge mener det er for tidlig å diskutere troppetall.": ["position NO too_early"],
    "India vil først levere helikoptrene når lufthavnen er sikret.": ["claim_about IN will if other"],
    "Uten flere helikoptre kan vi ikke overvåke linjen, sier Norges forsvarsminister.": [
        "position NO holds not"
    ],
    "Norge og Danmark er enige om å sende 200 soldater.": ["commitment NO+DK has_promised 200-200"],
    "– Ingen russiske observatører slipper inn hit, sier Georgias innenriksminister.": [],
}
FINNISH = {
    "Puolustusministeriön mukaan Suomi lähettää 20 upseeria Kiovaan.": ["commitment FI will 20-20"],
    "Ulkoministeriö Helsingissä vahvisti, että Suomi lähettää 20 tarkkailijaa.": ["commitment FI will 20-20"],
    "Suomi on valmis lähettämään 60 rauhanturvaajaa, puolustusministeriöstä kerrottiin tiistaina.": [
        "commitment FI ready_to 60-60"
    ],
    "Yhdysvallat on valmis valvomaan linjaa, Washingtonissa kerrottiin perjantaina.": [
        "commitment US ready_to"
    ],
    "Tukholmasta luvataan Puolaan neljä Gripeniä.": ["commitment SE has_promised 4-4"],
    "Suomalaisia sotilaita ei lähetetä Ukrainaan, sanoi pääministeri Petteri Orpo.": [
        "refusal FI will_not not"
    ],
    "Koulutusta jatketaan vuoden loppuun, Suomen puolustusministeriö tiedotti.": ["commitment FI will"],
    "Venäjä suostui 30 päivän tulitaukoon.": ["commitment RU has_promised"],
    "Itävalta ei ole ottanut kantaa asiaan.": ["claim_about AT defers"],
    "Kuuba on jälleen ehdottautunut välittäjäksi hallituksen ja sissien välille.": [
        "commitment CU has_promised"
    ],
}


@pytest.mark.parametrize("text", NORWEGIAN)
def test_norwegian_constructions_bind_whom_they_name(text: str) -> None:
    assert short(text, "nb") == NORWEGIAN[text]


@pytest.mark.parametrize("text", FINNISH)
def test_finnish_constructions_bind_whom_they_name(text: str) -> None:
    assert short(text, "fi") == FINNISH[text]
