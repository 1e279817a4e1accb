"""The totals after 27 July 2020: several days stay several days, and a gap stays a gap."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.instants import Clock
from trucewatch.model.vocabulary import Audience
from trucewatch.report.span import Span, summed
from trucewatch.report.totals import Block, BlockKind
from trucewatch.report.totals_page import Counted, counted, counted_html

NAME = "ceasefire violations as the SMM counted them"
START = datetime(2020, 7, 26, 21, 1, tzinfo=UTC)
NOW = datetime(2026, 1, 6, tzinfo=UTC)
CLOCK = Clock(zone=ZoneInfo("Europe/Kyiv"), cut=time(19, 30))


def page_of(observations: pl.DataFrame, first: date, last: date, starts: datetime | None = None) -> Counted:
    return counted(
        mission="The SMM's totals",
        observations=observations,
        clock=CLOCK,
        first=first,
        last=last,
        audience=Audience.INTERNAL,
        at=NOW,
        known_at=NOW,
        starts=starts,
        name=NAME,
        replay=True,
    )


def figures(blocks: tuple[Block, ...]) -> list[tuple[str, int | None, str]]:
    return [
        (b.end.astimezone(CLOCK.zone).date().isoformat()[5:], b.span.least if b.span else None, b.kind.value)
        for b in blocks
    ]


def test_the_days_after_27_july_2020(summer: pl.DataFrame) -> None:
    (series,) = page_of(summer, date(2020, 7, 27), date(2020, 8, 20), START).series
    assert series.regions == ("UA-14", "UA-09")
    assert figures(series.blocks) == [
        ("07-27", 111, "stated"),
        ("07-28", 10, "derived_from_cumulative"),
        ("07-29", 1, "previous_period"),
        ("07-30", 1, "stated"),
        ("08-02", 120, "remainder"),
        ("08-03", 3, "previous_period"),
        ("08-04", 5, "stated"),
        ("08-05", 0, "previous_period"),
        ("08-06", 5, "stated"),
        ("08-07", 0, "stated"),
        ("08-09", None, "gap"),
        ("08-10", 1, "previous_period"),
        ("08-11", 5, "stated"),
        ("08-12", 0, "previous_period"),
        ("08-13", 70, "stated"),
        ("08-17", None, "gap"),
        ("08-18", 2, "previous_period"),
        ("08-19", 2, "stated"),
        ("08-20", 153, "stated"),
    ]
    assert series.blocks[0].part_day
    assert not any(b.part_day for b in series.blocks[1:])


def test_the_page_says_what_a_hatched_block_is_and_draws_no_gap_as_zero(summer: pl.DataFrame) -> None:
    page = counted_html(page_of(summer, date(2020, 7, 27), date(2020, 8, 20), START))
    assert "120 in 3 days" in page
    assert "daily split" in page
    assert "in 19.5 h" in page
    assert "no report" in page
    assert page.count('class="gap"') == 3  # two stretches, and the legend


def test_a_figure_for_two_days_is_one_block_and_overlaps_are_marked(summer: pl.DataFrame) -> None:
    (series,) = page_of(summer, date(2020, 12, 4), date(2020, 12, 7)).series
    two = next(b for b in series.blocks if b.several_days and b.kind is BlockKind.STATED)
    assert two.span == Span(least=223, most=223)
    assert two.overlaps
    assert two.days == 2


def test_taking_a_report_away_never_makes_a_zero(summer: pl.DataFrame) -> None:
    without = summer.filter(pl.col("origin") != "193/2020")
    (series,) = page_of(without, date(2020, 8, 11), date(2020, 8, 13)).series
    assert figures(series.blocks) == [("08-11", 5, "stated"), ("08-13", None, "gap")]


spans = st.builds(
    lambda least, more: Span(least=least, most=None if least is None or more is None else least + more),
    st.none() | st.integers(0, 1000),
    st.none() | st.integers(0, 1000),
)


@given(st.lists(spans))
def test_a_sum_has_no_upper_end_when_a_part_has_none(parts: list[Span]) -> None:
    assert (summed(parts).most is None) == any(p.most is None for p in parts)


@given(spans)
def test_a_thing_has_not_changed_since_itself_beyond_what_it_left_open(span: Span) -> None:
    change = span.since(span)
    assert change.least is None or change.least <= 0
    assert change.most is None or change.most >= 0
