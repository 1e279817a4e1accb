"""Statements, guarantees, cases and sources through the API: lists that go on, in four forms, as their pages have them."""

from __future__ import annotations

import csv
import io
import json

import polars as pl
import pytest
from litestar import Litestar
from served import Visitor

from trucewatch.web.api_pages import CASES, GUARANTEES, SOURCES, STATEMENTS

ROOT = "/api/v1"
LISTS = {
    "statements": (STATEMENTS, "/guarantees/timeline.csv"),
    "guarantees": (GUARANTEES, "/guarantees.csv"),
    "cases": (CASES, "/cases.csv"),
    "sources": (SOURCES, "/sources.csv"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_its_pages_in_parts_and_in_each_form(exercise: Litestar, name: str) -> None:
    visitor, (table, page) = Visitor(exercise), LISTS[name]
    lines = list(csv.DictReader(io.StringIO(visitor.get(page).text)))
    where, found = f"{ROOT}/{name}?limit=2", []
    while where:
        told = visitor.get(where).json()
        assert told["matched"] == len(lines) > 0
        assert told["stamp"] == lines[0]["stamp"]
        found, where = found + told["items"], told["next"]
    key = table.columns[1].name
    assert [str(one[key]) for one in found] == [line[key] for line in lines]
    as_csv = list(csv.DictReader(io.StringIO(visitor.get(f"{ROOT}/{name}.csv").text)))
    assert [list(one.values())[:2] for one in as_csv] == [list(one.values())[:2] for one in lines]
    as_json = json.loads(visitor.get(f"{ROOT}/{name}.geojson").content)
    assert [(f["geometry"], f["properties"][key]) for f in as_json["features"]] == [
        (None, one[key]) for one in found
    ]
    rows = pl.read_parquet(io.BytesIO(visitor.get(f"{ROOT}/{name}.parquet").content))
    assert (rows.schema, rows.height) == (table.schema, len(lines))
    assert visitor.get(f"{ROOT}/{name}?cursor=none-of-ours").status_code == 400


@pytest.mark.parametrize("asked", ["", "?state=closed", "?side=A", "?side=B", "?side=common"])
def test_cases_are_asked_for_by_the_pages_own_filters(exercise: Litestar, asked: str) -> None:
    told = Visitor(exercise).get(f"{ROOT}/cases{asked}").json()
    page = json.loads(Visitor(exercise).get(f"/cases.json{asked}").text)
    assert [one["case"] for one in told["items"]] == [one["case_id"] for one in page["rows"]]


def test_an_earlier_moment_has_fewer_statements_and_other_conditions(exercise: Litestar) -> None:
    visitor = Visitor(exercise)
    now = visitor.get(f"{ROOT}/statements").json()
    then = visitor.get(f"{ROOT}/statements?known_at=2027-03-01T00:00:00Z").json()
    assert then["matched"] < now["matched"]
    assert then["known_at"] < now["known_at"]
    before = visitor.get(f"{ROOT}/guarantees?valid_at=2027-02-01T00:00:00Z").json()["items"]
    after = visitor.get(f"{ROOT}/guarantees").json()["items"]
    assert [one["statement_id"] for one in before] == [one["statement_id"] for one in after]
    assert [one["conditions"] for one in before] != [one["conditions"] for one in after]
