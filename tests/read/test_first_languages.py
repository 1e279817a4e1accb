"""German, French, Russian and Ukrainian: first files, whose marks are printed and which invent nothing."""

from pathlib import Path

import pytest
from reader import reading
from scoring import PASSAGES, score

LANGUAGES = ("de", "fr", "ru", "uk")
PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "reading-languages.md"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_first_language_proposes_is_right_and_nothing_is_invented(language: str) -> None:
    marks = score(PASSAGES / f"{language}-shown.jsonl")
    assert marks.invented == []
    assert marks.precision >= 0.95
    assert marks.recall >= 0.60


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_prints_what_a_first_language_reaches(language: str) -> None:
    passages = PASSAGES / f"{language}-shown.jsonl"
    marks = score(passages)
    count = len(passages.read_text("utf-8").splitlines())
    figures = [
        f"{count}",
        f"{marks.right} of {marks.proposed}",
        f"{marks.found} of {marks.expected}",
        f"{len(marks.invented)}",
    ]
    assert f"| `{language}` | {' | '.join(figures)} |" in PAGE.read_text("utf-8")


@pytest.mark.parametrize(
    ("language", "text", "modality", "negated"),
    [
        ("de", "Italien wird Truppen entsenden.", "will", False),
        ("de", "Italien wird diese Truppen nicht in die Ukraine entsenden.", "will_not", True),
        ("de", "Italien kann der Ukraine keine Raketen liefern.", "refuses", True),
        ("de", "Italien lehnt eine Entsendung ab.", "refuses", True),
        ("de", "Italien schließt eine Entsendung nicht aus.", "may", False),
        ("de", "Italien ist nicht bereit, Soldaten zu schicken.", "refuses", True),
        ("fr", "L'Italie enverra plus de troupes.", "will", False),
        ("fr", "L'Italie n'enverra plus de troupes.", "will_not", True),
        ("fr", "L'Italie n’enverra ni soldats ni armes.", "will_not", True),
        ("fr", "L'Italie n'a aucune intention d'envoyer des soldats.", "does_not_intend", True),
        ("fr", "L'Italie n'est pas prête à envoyer des soldats.", "refuses", True),
        ("ru", "Италия направит войска.", "will", False),
        ("ru", "Италия больше не направит войска.", "will_not", True),
        ("ru", "Италия не может поставить ракеты.", "refuses", True),
        ("ru", "Италия не собирается отправлять войска.", "does_not_intend", True),
        ("uk", "Італія надішле війська.", "will", False),
        ("uk", "Італія більше не надішле війська.", "will_not", True),
        ("uk", "Італія не готова надіслати солдатів.", "refuses", True),
        ("uk", "Італія не збирається відправляти війська.", "does_not_intend", True),
    ],
)
def test_a_negation_turns_what_is_said(language: str, text: str, modality: str, negated: bool) -> None:
    (proposal,) = reading(text, language=language).proposals
    assert (proposal.actors, proposal.modality.value, proposal.negated) == (("IT",), modality, negated)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "La France n'enverra que 50 observateurs."),
        ("uk", "Швеція не надішле ні солдатів, ні зброї."),
        ("ru", "Снег шёл весь день, и поезда стояли."),
        ("de", "Der Regen fiel den ganzen Tag, und die Züge standen still."),
    ],
)
def test_what_is_not_surely_understood_is_left_alone(language: str, text: str) -> None:
    assert reading(text, language=language).proposals == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "„Wir werden keine Soldaten entsenden“, sagte Bundeskanzler Friedrich Merz. Polen liefert Waffen.",
        ),
        (
            "de",
            "»Wir werden keine Soldaten entsenden«, sagte Bundeskanzler Friedrich Merz. Polen liefert Waffen.",
        ),
        (
            "fr",
            "« Nous n'enverrons pas de soldats », a dit le chancelier Friedrich Merz. La Pologne livre des armes.",
        ),
        ("ru", "«Мы не отправим солдат», — сказал канцлер Фридрих Мерц. Польша поставит оружие."),
        ("uk", "«Ми не надішлемо солдатів», — сказав канцлер Фрідріх Мерц. Польща поставить зброю."),
    ],
)
def test_a_quotation_ends_where_its_own_mark_closes_it(language: str, text: str) -> None:
    quoted, told = reading(text, language=language, published="2026-01-20").proposals
    assert (quoted.kind.value, quoted.actors, quoted.negated) == ("refusal", ("DE",), True)
    assert (told.kind.value, told.actors, told.said_by) == ("claim_about", ("PL",), "newsroom")
