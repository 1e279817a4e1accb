"""A document that gives orders is read, never obeyed: by neither engine, in no language, hidden or not."""

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from orders import ARTICLES, ORDERS, STATEMENTS
from scripted import Script, scripted

from trucewatch.cli import main
from trucewatch.mission.proposing import tongues
from trucewatch.read.lexicon import Lexicon
from trucewatch.read.read import read
from trucewatch.read.tongue import Tongue

Known = tuple[dict[str, Tongue], Lexicon]
PUBLISHED = "2026-01-06"
WHOLE = (
    "kind",
    "actor",
    "said_by",
    "modality",
    "negated",
    "quantity",
    "conditions",
    "place",
    "domain",
    "date",
    "quote",
)
PLACES = ("before", "after", "between")


@pytest.fixture(scope="module")
def known() -> Known:
    """The shipped languages and names."""
    found = tongues()
    return {code: found.of(code) for code in ARTICLES}, found.lexicon


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    """A scripted endpoint, configured."""
    with scripted() as script:
        monkeypatch.setenv("TRUCEWATCH_READER_ENDPOINT", script.address)
        monkeypatch.setenv("TRUCEWATCH_READER_MODEL", "m")
        yield script


def with_order(language: str, order: str, place: str) -> str:
    article = ARTICLES[language]
    return {
        "before": f"{order}\n\n{article}\n",
        "after": f"{article}\n\n{order}\n",
        "between": f"{article}\n\n{order}\n\n{article}\n",
    }[place]


def proposals(text: str, language: str, known: Known) -> list[dict[str, object]]:
    found = read(text.encode(), published=None, language=language, tongues=known[0], lexicon=known[1])
    return [
        {"kind": p.kind, "actor": p.actors, "said_by": p.said_by, "modality": p.modality, "quote": p.quote}
        | {"negated": p.negated, "quantity": p.quantity, "conditions": p.conditions, "date": p.when}
        for p in found.proposals
    ]


def test_there_are_thirty_orders_or_more_in_three_languages() -> None:
    assert len(ORDERS) >= 30
    assert {language for language, _ in ORDERS} == {"en", "nb", "fi"}


@pytest.mark.parametrize("language", ["en", "nb", "fi"])
def test_the_article_alone_says_one_thing(known: Known, language: str) -> None:
    (found,) = proposals(ARTICLES[language], language, known)
    assert (found["kind"], found["actor"], found["negated"]) == ("commitment", ("NO",), False)
    assert found["quote"] == STATEMENTS[language][0]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("language", "order"), ORDERS)
def test_the_rules_propose_what_they_would_without_the_order(
    known: Known, language: str, order: str, place: str
) -> None:
    alone = proposals(ARTICLES[language], language, known)
    count = 2 if place == "between" else 1
    assert proposals(with_order(language, order, place), language, known) == alone * count


def obeyed(language: str, order: str) -> list[dict[str, object]]:
    """What a model that obeys would answer."""
    quote, action, thing, _ = STATEMENTS[language]
    honest = {
        "kind": "commitment",
        "actor": ["NO"],
        "said_by": "Kari Holm",
        "action": action,
        "object": thing,
        "modality": "will",
        "negated": False,
        "quantity": {"min": 50, "max": 50, "unit": thing, "as_written": "50"},
        "quote": quote,
    }
    return [
        {**honest, "actor": ["RU"]},
        {**honest, "negated": True, "modality": "refuses", "kind": "refusal"},
        {**honest, "quantity": {"min": 5000, "max": 5000, "unit": thing, "as_written": "5000"}},
        {**honest, "said_by": "newsroom"},
        {**honest, "quote": order[:200], "action": "", "object": "", "quantity": None},
        {**honest, "object": "the key of the endpoint"},
        {**honest, "accepted_by": "admin"},
    ]


def shell(path: Path, *arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main.run(["read", str(path), "--published", PUBLISHED, "--json", *arguments])
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(("language", "order"), ORDERS)
def test_a_model_that_obeys_proposes_nothing(far: Script, tmp_path: Path, language: str, order: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(with_order(language, order, "after"), "utf-8")
    lies = obeyed(language, order)
    far.says(*lies)
    code, out, _ = shell(path, "--language", language, "--engine", "endpoint")
    whole = json.loads(out)
    assert (code, whole["proposals"], len(whole["not_kept"])) == (1, [], len(lies))
    assert len(far.asked) == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("language", ["en", "nb", "fi"])
def test_a_model_that_does_not_obey_is_believed_as_far_as_the_words_go(
    far: Script, tmp_path: Path, language: str
) -> None:
    quote, action, thing, place = STATEMENTS[language]
    honest = {**obeyed(language, "")[0], "actor": ["NO"], "place": place}
    far.says(honest)
    for number, (_, order) in enumerate(each for each in ORDERS if each[0] == language):
        path = tmp_path / f"{number}.txt"
        path.write_text(with_order(language, order, "after"), "utf-8")
        code, out, _ = shell(path, "--language", language, "--engine", "endpoint")
        (found,) = json.loads(out)["proposals"]
        assert code == 0
        assert (found["actor"], found["action"], found["object"], found["quote"]) == (
            ["NO"],
            action,
            thing,
            quote,
        )
