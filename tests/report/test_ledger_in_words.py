"""A page of the ledger reads wholly in its language: what is in another is marked as such, and quoted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from trucewatch.mission.content import organisations, phrases
from trucewatch.mission.deeds import record_fact
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.known import Known, known
from trucewatch.mission.ledger_pages import board_of, if_withdrawn_of, reasons_of, timeline_of
from trucewatch.mission.pledges import ledger_at, record_contest, record_counts_as
from trucewatch.mission.reporting import promises_of
from trucewatch.model.statement import FactKind
from trucewatch.model.vocabulary import Audience
from trucewatch.report.guarantees import promises_html
from trucewatch.report.html import environment
from trucewatch.report.if_withdrawn import IfWithdrawn, if_withdrawn_drawn
from trucewatch.report.reasons import Reasons, reasons_drawn
from trucewatch.report.timeline import Timeline, timeline_drawn
from trucewatch.report.undertakings import Undertakings, undertakings_drawn
from trucewatch.report.words import Language, words

PARIS = datetime(2026, 1, 6, 20, tzinfo=UTC)
DAY = datetime(2027, 3, 11, tzinfo=UTC)
OTHERS = [Language.NORWEGIAN, Language.FINNISH]
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Texts(HTMLParser):
    """The texts of a page, each with the language it is marked to be in."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = {tag for tag, _ in self.open}
        if data.strip() and "style" not in tags:
            lang = next((lang for _, lang in reversed(self.open) if lang), "")
            self.found.append((lang, " ".join(data.split())))


def texts(page: str) -> list[tuple[str, str]]:
    parser = Texts()
    parser.feed(page)
    return parser.found


@pytest.fixture(scope="module")
def paris(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    plan = Plan(
        name="Guarantees",
        agreements=("paris-2026",),
        packs=("coalition", "paris-declaration"),
        replay=True,
        seed=b"words",
    )
    return init(tmp_path_factory.mktemp("words") / "mission", plan, by="Registrar", at=PARIS)


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    plan = Plan(
        name="E", agreements=("exercise-line",), packs=("exercise-ab",), exercise=True, replay=True, seed=b"e"
    )
    made = init(tmp_path_factory.mktemp("words") / "exercise", plan, by="Registrar", at=DAY)
    for kind, holds, by in (
        (FactKind.CEASEFIRE_IN_FORCE, True, "Ada"),
        (FactKind.CEASEFIRE_IN_FORCE, False, "Bo"),
        (FactKind.BACKER_BACKS, True, "Ada"),
    ):
        fact = record_fact(made, kind=kind, holds=holds, from_utc=DAY, by=by, on="N", whose="G", at=DAY)
    record_contest(made, of=fact.fact_id, contested_by="H", by="Cy", on="N", at=DAY)
    for trigger, said in ((FactKind.TRUCE_CONCLUDED, None), (None, "when a truce has been concluded")):
        record_counts_as(
            made,
            kind=FactKind.CEASEFIRE_IN_FORCE,
            trigger=trigger,
            words=said,
            statement=None,
            pack=None,
            by="Ada",
            on="N",
            at=DAY,
        )
    return made


@dataclass(frozen=True, kw_only=True)
class Nouns:
    """What the pages of a ledger say, in no language yet: worked out once for all languages."""

    record: Known
    board: Undertakings
    timeline: Timeline
    without: tuple[IfWithdrawn, ...]
    reasons: tuple[Reasons, ...]

    def pages(self, language: Language) -> Iterator[str]:
        """Yield the pages in a language, as files of their own have them."""
        own, spoken = organisations(), words(language)
        phrased = phrases((pack.name for pack in self.record.packs), language.value)
        env = environment(spoken, own, phrased)
        yield undertakings_drawn(self.board, {}).html(env)
        yield timeline_drawn(self.timeline, spoken, own, phrased).html(env)
        yield from (if_withdrawn_drawn(page).html(env) for page in self.without)
        yield from (reasons_drawn(page).html(env) for page in self.reasons)


def nouns(folder: Folder, at: datetime, audience: Audience) -> Nouns:
    record = known(folder.path)
    actors = sorted({code for s in record.statements for code in s.actors})
    standings = ledger_at(record, (), at=at).standings
    return Nouns(
        record=record,
        board=board_of(record, at=at, audience=audience),
        timeline=timeline_of(record, at=at, audience=audience),
        without=tuple(if_withdrawn_of(record, actor, at=at, audience=audience) for actor in actors),
        reasons=tuple(reasons_of(record, s, at=at, audience=audience) for s in standings),
    )


@pytest.fixture(scope="module")
def articles(paris: Folder) -> Nouns:
    return nouns(paris, PARIS, Audience.INTERNAL)


@pytest.fixture(scope="module")
def for_the_body(exercise: Folder) -> Nouns:
    return nouns(exercise, DAY, Audience.BODY)


@pytest.fixture(scope="module")
def for_ourselves(exercise: Folder) -> Nouns:
    return nouns(exercise, DAY, Audience.INTERNAL)


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_on_the_pages_of_the_two_articles(articles: Nouns, language: Language) -> None:
    record = articles.record
    phrased = phrases((pack.name for pack in record.packs), language.value)
    changes = promises_of(
        record, earlier=PARIS.date().replace(year=2025, month=9, day=4), later=PARIS.date(), valid_at=PARIS
    )
    made = [*articles.pages(language), promises_html(changes, language, organisations(), phrased)]
    quoted = {s.quote for s in record.statements} | {c.quote for s in record.statements for c in s.conditions}
    for page in made:
        assert {text for lang, text in texts(page) if lang == "en" and text not in quoted} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_on_the_pages_of_the_exercise(for_the_body: Nouns, language: Language) -> None:
    for page in for_the_body.pages(language):
        assert {text for lang, text in texts(page) if lang == "en"} == set()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.ENGLISH, "the records disagree: Bo (unsigned): no; Ada (unsigned): yes"),
        (Language.NORWEGIAN, "innførslene spriker: Bo (usignert): nei; Ada (usignert): ja"),
        (
            Language.FINNISH,
            "kirjaukset ovat ristiriidassa: Bo (allekirjoittamaton): ei; Ada (allekirjoittamaton): kyllä",
        ),
    ],
)
def test_a_reason_is_said_in_the_readers_language_and_names_are_kept_apart(
    for_ourselves: Nouns, language: Language, said: str
) -> None:
    (_, _, *whys) = for_ourselves.pages(language)
    told = [
        page
        for page in whys
        if said in " ".join(text for _, text in texts(page)).replace(" :", ":").replace(" ;", ";")
    ]
    assert told
    assert all("<bdi>Ada</bdi>" in page for page in told)
