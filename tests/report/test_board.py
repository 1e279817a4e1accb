"""The order of a day's assessments, areas alike on one card, and the demonstration's own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from trucewatch.model.vocabulary import Ceiling, Subject, Verdict
from trucewatch.report.assessed import Assessed, View
from trucewatch.report.board import IN_FULL, board
from trucewatch.report.daily import Day
from trucewatch.report.html import html
from trucewatch.report.index import DemoPage, demo_words
from trucewatch.report.words import Language


def assessed(
    verdict: Verdict, *, area_id: str | None = None, at: int = 0, reading: str | None = None
) -> Assessed:
    view = View(
        assessment_id=f"{area_id}{at}{verdict}",
        reading=reading,
        reading_words=None,
        verdict=verdict,
        why_not=("clouded",),
        p_breach=None,
        ceiling=Ceiling.REPORTED,
        objections=(),
        explained=None,
    )
    return Assessed(
        incident=None,
        subject=Subject.AREA if area_id else Subject.OBLIGATION,
        area_id=area_id,
        clause=None,
        clause_id="minsk-2015/M2-1",
        agreement_title=None,
        agreement_version="1",
        views=(view,),
    )


def test_apparent_breaches_come_first_then_what_is_indeterminate() -> None:
    found = [
        assessed(verdict, at=at)
        for at, verdict in enumerate(
            (Verdict.NO_BREACH_SHOWN, Verdict.INDETERMINATE, Verdict.APPARENT_BREACH, Verdict.INDETERMINATE)
        )
    ]
    assert [c.head.views[0].verdict for c in board(found).cards] == [
        Verdict.APPARENT_BREACH,
        Verdict.INDETERMINATE,
        Verdict.INDETERMINATE,
        Verdict.NO_BREACH_SHOWN,
    ]


def test_areas_alike_are_one_card_and_what_nobody_watched_is_one_row() -> None:
    found = [assessed(Verdict.INDETERMINATE, area_id=area) for area in ("UA-09", "UA-14")]
    found += [assessed(Verdict.NOT_COVERED, area_id=area) for area in ("UA-63", "UA-23")]
    shown = board(found)
    assert [c.area_ids for c in shown.cards] == [("UA-14", "UA-09")]
    assert [(q.area_ids, len(q.assessment_ids)) for q in shown.quiet] == [(("UA-63", "UA-23"), 2)]


def test_other_readings_stay_apart() -> None:
    found = [
        assessed(Verdict.INDETERMINATE, area_id="UA-09", reading="widest"),
        assessed(Verdict.INDETERMINATE, area_id="UA-14", reading="silent"),
    ]
    assert [c.area_ids for c in board(found).cards] == [("UA-09",), ("UA-14",)]


@pytest.mark.parametrize(("number", "full"), [(60, 60), (61, IN_FULL)])
def test_a_day_with_many_has_the_first_forty_in_full(number: int, full: int) -> None:
    shown = board([assessed(Verdict.INDETERMINATE, at=at) for at in range(number)])
    assert (len(shown.cards), len(shown.cards) + len(shown.brief)) == (full, number)


def test_many_assessments_print_as_cards_and_a_table(the_29th: Day) -> None:
    many = tuple(assessed(Verdict.INDETERMINATE, at=at) for at in range(61))
    page = html(replace(the_29th, assessed=many))
    assert page.count('<article class="card">') == 40
    assert "The first 40 of 61 are printed in full" in page


def test_the_sentence_of_a_pair_stands_under_its_bits(the_31st: Day) -> None:
    first, *rest = the_31st.pairs
    assert {p.sentence for p in rest} == {None}
    told = replace(first, sentence="for: 2.4 bits; against: 1.3 bits. Joined.")
    assert "for: 2.4 bits; against: 1.3 bits. Joined." in html(replace(the_31st, pairs=(told, *rest)))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("page", list(DemoPage))
def test_the_demonstration_speaks_each_language(page: DemoPage, language: Language) -> None:
    title, look_for = demo_words(page, language, day=date(2016, 10, 29))
    assert "{" not in title + look_for
    if language is not Language.ENGLISH:
        assert (title, look_for) != demo_words(page, day=date(2016, 10, 29))
