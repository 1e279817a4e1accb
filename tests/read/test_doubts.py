"""What is read and left unproposed, and what the sentence before tells of who speaks."""

import pytest
from reader import reading, short

DOUBTED = [
    (
        "fi",
        "Romania punnitsee panssarihaupitsien luovuttamista, kirjoittaa Gazeta Dunării.",
        "somebody speaks",
    ),
    (
        "nb",
        "Marokko og Algerie kom sammen i Tunis. Partene forplikter seg til å trekke artilleriet fra grensen.",
        "which of the states named",
    ),
    ("fi", "Suomi lähettää Libanoniin kouluttajia, joita on 40.", "how many is told behind it"),
    (
        "fi",
        "Alankomaiden hallitus ei ole päättänyt lähettämisestä; ratkaisu tehdään myöhemmin, sanoi pääministeri Joris van Aalst.",
        "somebody of its own speaks",
    ),
]
CARRIED = [
    (
        "en",
        '"Canada will send 25 instructors," said Defence Minister Claire Fournier. "We will pay for the fuel as well."',
        "commitment CA will",
    ),
    (
        "nb",
        "Sverige sender 80 rådgivere, sier bistandsminister Anna Sjögren. – Men vi betaler ingenting før en våpenhvileavtale er underskrevet.",
        "position SE defers if ceasefire_agreement_signed",
    ),
    (
        "fi",
        "Suomi antaa 40 rauhanturvaajaa, puolustusministeri Matti Salmi sanoi. Helikoptereita ei hänen mukaansa lähetetä.",
        "refusal FI will_not not",
    ),
    (
        "en",
        "Should the parties conclude a ceasefire agreement, Japan is prepared to provide four coastal radars.",
        "claim_about JP ready_to 4-4 if ceasefire_agreement_signed",
    ),
]


@pytest.mark.parametrize(("language", "text", "because"), DOUBTED)
def test_what_is_doubted_is_told_as_not_understood(language: str, text: str, because: str) -> None:
    told = reading(text, language=language, published="2026-03-12")
    assert any(because in missed.because for missed in told.not_understood)
    assert all(proposal.kind.value != "claim_about" for proposal in told.proposals)


@pytest.mark.parametrize(("language", "text", "line"), CARRIED)
def test_who_spoke_and_what_holds_is_carried_on(language: str, text: str, line: str) -> None:
    assert line in short(text, language)
