"""The page of guarantees on two dates, and an exercise's chain of six steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from trucewatch.assess.markdown import read_agreement
from trucewatch.errors import RefusedError
from trucewatch.guarantee.actors import read_organisations
from trucewatch.guarantee.aggregate import aggregates
from trucewatch.guarantee.difference import difference, tensions
from trucewatch.guarantee.guarantee import guarantee
from trucewatch.guarantee.pack import read_pack
from trucewatch.mission.drill import Drilled, drill
from trucewatch.model.instants import Clock
from trucewatch.model.standing import Guarantees
from trucewatch.model.statement import FactKind
from trucewatch.model.vocabulary import Audience, Truth
from trucewatch.report.chain import chain, chain_html
from trucewatch.report.daily import Day
from trucewatch.report.guarantees import Promises, promises, promises_html
from trucewatch.report.words import Language

EARLIER, LATER = date(2025, 9, 4), date(2026, 1, 6)
AT = datetime(2026, 1, 6, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def page() -> Promises:
    packs = resources.files("trucewatch") / "content" / "statements"
    statements = [
        statement
        for pack in ("coalition", "paris-declaration")
        for statement in read_pack((packs / pack / "statements.toml").read_text(), pack=pack).statements
    ]
    return promises(
        mission="The guarantees",
        changes=difference(statements, earlier=EARLIER, later=LATER),
        tensions=tensions(statements, EARLIER),
        aggregates=aggregates(statements, on=LATER),
        guarantees=guarantee(statements, (), (), at=AT),
        earlier=EARLIER,
        later=LATER,
        clock=Clock(zone=ZoneInfo("Europe/Kyiv")),
        audience=Audience.INTERNAL,
        known_at=AT,
    )


@pytest.fixture(scope="module")
def names() -> Mapping[str, str]:
    folder = resources.files("trucewatch") / "content" / "statements"
    return read_organisations((folder / "organisations.toml").read_text())


def test_an_undated_promise_shows_its_age(page: Promises) -> None:
    assert next((s.actors, s.undated, age) for s, age in page.undated) == (("US",), "in the coming days", 124)
    assert "124 days old" in promises_html(page)
    assert "124 dager gammelt" in promises_html(page, Language.NORWEGIAN)
    assert "124 päivän ikäinen" in promises_html(page, Language.FINNISH)


def test_italy_refuses_on_both_dates(page: Promises) -> None:
    (italy,) = [a for a in page.actors if a.code == "IT"]
    assert "repeated" in [kind for kind, _, _ in italy.rows]


def test_germanys_two_triggers_are_kept_apart(page: Promises) -> None:
    triggers = {w.trigger for w in page.waiting if any("DE" in s.actors for s in w.statements)}
    assert {FactKind.TRUCE_CONCLUDED, FactKind.CONDITIONS_CLARIFIED} <= triggers


def test_most_of_it_waits_for_a_recorded_ceasefire_and_nothing_is_met_without_a_record(
    page: Promises,
) -> None:
    assert page.waiting[0].trigger is FactKind.CEASEFIRE_IN_FORCE
    assert {w.met for w in page.waiting} == {Truth.UNKNOWN}


def test_the_articles_own_few_words_stand_beside_the_english(
    page: Promises, names: Mapping[str, str]
) -> None:
    html = promises_html(page, organisations=names)
    assert '<q lang="no"><bdi>I løpet av de neste dagene skal USA</bdi></q>' in html
    assert 'lang="fi"><bdi>Italia ei aio lähettää joukkoja Ukrainaan</bdi>' in html
    assert "26 claimed, " in html
    assert "26 unnamed states" in html


def test_two_views_of_one_day_stand_side_by_side(page: Promises) -> None:
    assert {frozenset(s.actors) for pair in page.tensions for s in pair} == {
        frozenset({"DK"}),
        frozenset({"UA"}),
    }


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Drilled:
    folder = tmp_path_factory.mktemp("exercise")
    return drill(folder / "mission", folder / "files")


def test_an_exercise_is_carried_to_a_changed_condition_and_marked_at_each_step(drilled: Drilled) -> None:
    html = chain_html(drilled.chain)
    assert html.count(">EXERCISE</span>") == 6
    assert any(t.before is not None and t.before.met != t.after.met for t in drilled.chain.turned)
    assert drilled.chain.case.determination is not None
    assert drilled.chain.assessed.views[0].explained is not None


def test_no_chain_is_shown_of_what_happened(drilled: Drilled, the_29th: Day) -> None:
    text = (
        resources.files("trucewatch") / "content" / "agreements" / "minsk-2015" / "agreement.md"
    ).read_text()
    nothing = Guarantees(at=AT, standings=(), facts=())
    with pytest.raises(RefusedError, match="exercises only"):
        chain(
            day=the_29th,
            incident_id=the_29th.incidents[0].incident_id,
            agreement=read_agreement(text, name="minsk-2015"),
            case=drilled.chain.case,
            before=nothing,
            after=nothing,
            entries=(),
        )
