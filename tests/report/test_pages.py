"""What every page keeps: it is whole, stamped, escaped, and says the same each time."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from trucewatch.report.daily import Day
from trucewatch.report.html import html
from trucewatch.report.index import Link, index_html
from trucewatch.report.machine import to_csv, to_json
from trucewatch.report.words import Language, words

Report = Callable[..., Day]


@pytest.mark.parametrize("language", list(Language))
def test_no_request_leaves_a_page(the_29th: Day, language: Language) -> None:
    page = html(the_29th, language)
    assert f'<html lang="{language}" dir="{words(language).direction}">' in page
    assert not re.findall(r"(?:src|href)=[\"'](?!#)", page)
    assert not re.findall(r"url\((?!#)", page)
    assert "<script" not in page
    assert "@import" not in page


def test_the_stamp_is_on_every_output(the_29th: Day) -> None:
    assert "REPLAY · INTERNAL" in html(the_29th)
    assert b'"stamp": "REPLAY \xc2\xb7 INTERNAL"' in to_json(the_29th)
    rows = list(csv.DictReader(io.StringIO(to_csv(the_29th).decode())))
    assert {row["stamp"] for row in rows} == {"REPLAY · INTERNAL"}


def test_an_exercise_is_marked_in_every_object(the_29th: Day) -> None:
    masthead = replace(the_29th.masthead, stamp="EXERCISE · INTERNAL", exercise=True)
    whole = json.loads(to_json(replace(the_29th, masthead=masthead)))

    def objects(value: object) -> list[dict[str, object]]:
        if isinstance(value, dict):
            return [value, *(o for part in value.values() for o in objects(part))]
        return [o for part in value for o in objects(part)] if isinstance(value, list) else []

    assert all(o["stamp"] == "EXERCISE · INTERNAL" for o in objects(whole))


def test_the_json_holds_the_ids_behind_every_figure(the_29th: Day) -> None:
    whole = json.loads(to_json(the_29th))
    known = {i["incident_id"] for i in whole["incidents"]}
    behind = [set(f["incident_ids"]) for r in whole["regions"] for f in r["figures"]]
    assert behind
    assert set().union(*behind) == known


def test_what_others_wrote_is_escaped_and_no_spreadsheet_runs_it(
    report_of: Report, october: pl.DataFrame
) -> None:
    hostile = october.with_columns(
        text=pl.when(pl.col("source_id") == "smm")
        .then(pl.lit("<script>alert(1)</script>"))
        .otherwise(pl.lit("=HYPERLINK(1) | own | <b>"))
    )
    day = report_of(date(2016, 10, 29), hostile)
    for language in Language:
        assert "<script" not in html(day, language)
        assert "<b>" not in html(day, language).split("</nav>")[1]
    cells = [cell for row in csv.reader(io.StringIO(to_csv(day).decode())) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_a_day_with_nothing_in_it_says_so(report_of: Report, october: pl.DataFrame) -> None:
    page = html(report_of(date(2016, 9, 20), october))
    assert "That is not peace" in page
    assert "no report at hand" in page


def test_the_index_links_to_its_own_folder_only() -> None:
    link = Link(href="day.html", title="A day", look_for="the hours", stamp="INTERNAL")
    page = index_html(title="Pages", lead="Three of them.", links=[link], stamp="INTERNAL")
    assert re.findall(r'href="([^#"][^"]*)"', page) == ["day.html"]


def test_a_sources_words_cannot_turn_a_page_round(report_of: Report, october: pl.DataFrame) -> None:
    turned = october.with_columns(text=pl.lit("a\u202eb\x1b[31mc\x07"))
    day = report_of(date(2016, 10, 29), turned)
    for made in (html(day), to_json(day).decode()):
        assert not {"\u202e", "\x1b", "\x07"} & set(made)
        assert "\\u202e" in made
