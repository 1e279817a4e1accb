"""The API's lists and things: the same projections as the pages, for programs.

Rules:
- a list is an object with `items`, and `next` when there is more; the same rows are had as CSV, GeoJSON, GeoParquet;
- a file holds all that is asked for, or is refused: only `limit` makes it shorter;
- what an audience may not see is not there: neither its rows nor a word that there are some;
- every object bears the stamp and the moment that it is known at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import msgspec
import polars as pl

from trucewatch.errors import InputError
from trucewatch.mission.proving import prove
from trucewatch.model.answered import Answered
from trucewatch.model.tables import Table
from trucewatch.model.told import Told
from trucewatch.web.api_pages import page_file, page_rows
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Moved, Page, Sent
from trucewatch.web.files import FORMS, MOST_IN_FILE, listed
from trucewatch.web.listing import limit_of, one_of, part_of, query_in

ROOT = "/api/v1"
JSON_TYPE = "application/json"
Answers = Callable[[Ask], Answer]


def rows_of(table: Table) -> Answers:
    """Return what answers with a table's rows."""

    def answer(ask: Ask) -> Answer:
        _filled(ask)
        view = ask.holding.view(ask.held, ask.audience)
        whole = ask.ending in FORMS and "limit" not in ask.query
        most = MOST_IN_FILE if whole else limit_of(ask.query)
        part = part_of(ask, view, table, query_in(ask.query), most=most)
        if whole and part.cursor is not None:
            count = f"> {most}" if part.matched is None else str(part.matched)
            raise InputError(Told(Answered.TOO_MANY_ROWS, {"count": count, "most": str(most)}))
        if ask.ending in FORMS:
            return listed(ask, table, part.rows)
        return _items(ask, part.rows, part.matched, part.cursor)

    return answer


def rows_of_page(page: Answers, table: Table, *key: str) -> Answers:
    """Return what answers with the rows of a page's list, each known by `key`."""

    def answer(ask: Ask) -> Answer:
        _filled(ask)
        made = page(ask)
        found = page_rows(ask, made, table, key)
        if found is None:
            return made
        if ask.ending in FORMS:
            return page_file(ask, table, found.rows)
        return _items(ask, found.rows, found.matched, found.cursor)

    return answer


def _items(ask: Ask, rows: pl.DataFrame, matched: int | None, cursor: str | None) -> Sent:
    more = None if cursor is None else _address(ask, cursor)
    items = list(rows.iter_rows(named=True))
    return as_json(ask, {"items": items, "matched": matched, "cursor": cursor, "next": more})


def row_of(table: Table, key: str) -> Answers:
    """Return what answers with one row of a table, by its id."""

    def answer(ask: Ask) -> Answer:
        _filled(ask)
        found = one_of(ask, ask.holding.view(ask.held, ask.audience), table, ask.named[key])
        return NOT_HERE if found.is_empty() else as_json(ask, found.row(0, named=True))

    return answer


def machine(page: Answers) -> Answers:
    """Return what answers with the JSON of a page."""

    def answer(ask: Ask) -> Answer:
        _filled(ask)
        made = page(ask)
        if isinstance(made, Page):
            return Sent(raw=made.json(), media_type=JSON_TYPE)
        if isinstance(made, Moved):
            return NOT_HERE
        return made

    return answer


def proof(ask: Ask) -> Answer:
    """Return the proof that the record holds something, as a file that anybody checks."""
    _filled(ask)
    found = prove(ask.holding.folder, ask.named["name"])
    return Sent(raw=found.raw, media_type="text/plain; charset=utf-8", file_name="proof.txt")


def checkpoint(ask: Ask) -> Answer:
    """Return the last published checkpoint of the log."""
    _filled(ask)
    found = ask.record.published
    size = ask.holding.folder.journal.head().size
    return as_json(
        ask,
        {
            "log": ask.holding.folder.journal.key.name,
            "key": ask.holding.folder.journal.key.text,
            "leaves": size,
            "published": None if found is None else msgspec.to_builtins(found),
        },
    )


def as_json(ask: Ask, told: Mapping[str, object]) -> Sent:
    """Return an object with the stamp and the moment that it is known at."""
    whole = {"stamp": ask.stamp, "known_at": ask.record.known_at, **told}
    return Sent(raw=msgspec.json.encode(whole), media_type=JSON_TYPE)


def _filled(ask: Ask) -> None:
    """Raise InputError for a parameter that is there and says nothing: a page's form leaves them so, a program errs."""
    for name, value in ask.query.items():
        if not value.strip():
            raise InputError(Told(Answered.EMPTY, {"name": name}))


def _address(ask: Ask, cursor: str) -> str:
    kept = {name: value for name, value in ask.query.items() if name != "cursor"}
    return f"{ask.path}{ask.ending.value}?{urlencode({**kept, 'cursor': cursor})}"
