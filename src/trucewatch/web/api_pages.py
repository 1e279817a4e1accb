"""The API's lists of what pages list: statements, guarantees, cases and sources, as rows of declared columns.

Rules:
- a row is a line of the page's own CSV, typed: a list says no more and no less than its page;
- a cursor is the row after which a list goes on, by its key: one that is no longer there is refused;
- none of them has a place of its own: GeoJSON has null geometries, and Parquet no geometry column.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from trucewatch.errors import InputError
from trucewatch.mission.geoparquet import to_geoparquet
from trucewatch.model.answered import Answered
from trucewatch.model.formats import from_csv, to_csv, to_geojson
from trucewatch.model.tables import UTC, Column, Dtype, Table
from trucewatch.model.told import Told
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Ending, Page, Sent
from trucewatch.web.files import FORMS, MOST_IN_FILE, TYPES
from trucewatch.web.listing import limit_of

CURSOR_BYTES = 15


def _column(name: str, meaning: str, dtype: Dtype = pl.String, unit: str = "") -> Column:
    return Column(name=name, dtype=dtype, meaning=meaning, unit=unit)


STAMP = _column("stamp", "the stamp that every row bears")
STATEMENTS = Table(
    name="statements",
    meaning="What was said, recorded and determined, an entry a row, by day.",
    columns=(
        STAMP,
        _column("on", "the day", pl.Date),
        _column("sort", "statement, fact, determination or status"),
        _column("of", "whose it is: codes of actors, or a body"),
        _column("what", "what it says, in short"),
        _column("state", "how its conditions stand, or what the record says"),
        _column("by", "who said or recorded it"),
        _column("id", "its id: pack/statement, or the record's"),
    ),
)
GUARANTEES = Table(
    name="guarantees",
    meaning="Who undertook what: a row a statement and actor of it.",
    columns=(
        STAMP,
        _column("actor", "who is bound, by code"),
        _column("actor_label", "the actor's English name"),
        _column("component", "what it is about, by code"),
        _column("component_label", "the same in English"),
        _column("voice", "own: the actor's word; others: what is said of it"),
        _column("kind", "commitment, refusal, position or another kind of statement"),
        _column("modality", "how binding its words are, by code"),
        _column("modality_label", "the same in English"),
        _column("rung", "its place on the ladder of undertakings"),
        _column("action", "the verb"),
        _column("what", "what is undertaken"),
        _column("contributions", "codes of what is given, joined by |"),
        _column("where", "where, by code"),
        _column("least", "at least so much; null: not stated"),
        _column("most", "at most so much; null: not stated"),
        _column("unit", "the unit of least and most"),
        _column("as_written", "the amount as written"),
        _column("conditions", "each condition as written, and whether it is met"),
        _column("conditions_met", "yes, no or unknown, all together"),
        _column("waits_for", "what it waits for"),
        _column("status", "what a record says became of it"),
        _column("stated_on", "the day on which it was said", pl.Date),
        _column("age_days", "days since", pl.Int64, "d"),
        _column("due_as_written", "when it is due, as written"),
        _column("due_on", "the day on which it is due", pl.Date),
        _column("due_state", "whether it is due"),
        _column("said_by", "who said it"),
        _column("quote", "its words"),
        _column("language", "the language of its words"),
        _column("document", "the document that has it"),
        _column("statement_id", "pack/statement"),
    ),
)
CASES = Table(
    name="cases",
    meaning="The cases, in the order in which they were opened.",
    columns=(
        STAMP,
        _column("case", "the case's id"),
        _column("state", "where it stands"),
        _column("side", "whose allegation: A, B or common"),
        _column("verdict", "of the assessment that it was opened on, as it then stood"),
        _column("outcome", "of the determination that stands"),
        _column("owner", "who of the desk has it"),
        _column("clause", "the clause"),
        _column("incident", "the incident"),
        _column("opened", "when it was opened", UTC, "UTC"),
        _column("moved", "its last move", UTC, "UTC"),
        _column("moves", "how many moves it has", pl.Int64, "1"),
    ),
)
SOURCES = Table(
    name="sources",
    meaning="The sources, those with most rows first.",
    columns=(
        STAMP,
        _column("source", "the source's name in sources.toml"),
        _column("means", "how it comes to know"),
        _column("affiliation", "with whom it is affiliated"),
        _column("reliability", "A to F, as declared"),
        _column("rows", "rows taken", pl.Int64, "1"),
        _column("refused", "rows refused", pl.Int64, "1"),
        _column("share", "of all rows taken", pl.Float64, "1"),
        _column("last_heard", "when anything of it was last recorded", UTC, "UTC"),
        _column("licence", "its licence"),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Some rows of a list."""

    rows: pl.DataFrame
    matched: int
    cursor: str | None  # where the next part begins; None: these were the last


def page_rows(ask: Ask, made: Answer, table: Table, key: Sequence[str]) -> Listed | None:
    """Return the rows of a page's list that are asked for; None when it is no page."""
    if not isinstance(made, Page):
        return None
    whole = from_csv(table, made.csv())
    marks = [_mark(row) for row in whole.select(key).iter_rows()]
    first = _after(marks, ask.query.get("cursor"))
    whole_file = ask.ending in FORMS and "limit" not in ask.query
    last = first + (MOST_IN_FILE if whole_file else limit_of(ask.query))
    if whole_file and len(marks) > last:
        raise InputError(Told(Answered.TOO_MANY_ROWS, {"count": str(len(marks)), "most": str(MOST_IN_FILE)}))
    more = marks[last - 1] if last < len(marks) else None
    return Listed(rows=whole[first:last], matched=whole.height, cursor=more)


def page_file(ask: Ask, table: Table, rows: pl.DataFrame) -> Answer:
    """Return rows of a page's list in the form that an address ends in."""
    if ask.ending not in FORMS:
        return NOT_HERE
    raw = _formed(ask.ending, table, rows, {"stamp": ask.stamp})
    return Sent(raw=raw, media_type=TYPES[ask.ending], file_name=f"{table.name}{ask.ending.value}")


def _formed(ending: Ending, table: Table, rows: pl.DataFrame, marks: Mapping[str, str]) -> bytes:
    if ending is Ending.CSV:
        return to_csv(table, rows)
    return to_geojson(table, rows, marks=marks) if ending is Ending.GEOJSON else to_geoparquet(table, rows)


def _mark(row: Sequence[object]) -> str:
    """Return a row's key as an opaque text."""
    digest = hashlib.sha256("\x00".join(map(str, row)).encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest[:CURSOR_BYTES]).decode()


def _after(marks: Sequence[str], cursor: str | None) -> int:
    """Return where the rows after a cursor begin."""
    if cursor is None:
        return 0
    if cursor not in marks:
        raise InputError(Told(Answered.NO_CURSOR))
    return marks.index(cursor) + 1
