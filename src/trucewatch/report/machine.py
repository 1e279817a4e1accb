"""The day for machines: JSON with every id, and CSV with one row a figure.

Rules:
- every object bears the page's stamp; the same day gives the same bytes;
- a time is UTC in ISO 8601, a length of time its seconds; a member of a closed list is its code; what is not known is null;
- in CSV a text that a spreadsheet would run as a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from trucewatch.model.canonical import Json
from trucewatch.model.plain import plain_text
from trucewatch.model.standing import Standing
from trucewatch.report.daily import Day
from trucewatch.report.span import Span

FORMULA = ("'", "=", "+", "-", "@", "\t", "\r")
# Drawn, not stated: outlines of the basemap stay out of the JSON.
LEFT_OUT = frozenset({"outlines"})
HEADER = ("stamp", "day", "section", "region", "what", "rule", "least", "most", "unit", "by", "ids")

Row = tuple[str, str, str, str, int | float | None, int | float | None, str, str, Iterable[str]]


def to_json(day: Day) -> bytes:
    """Return everything the day's page says, with the ids behind each figure."""
    marks = {"stamp": day.masthead.stamp, "exercise": day.masthead.exercise, "replay": day.masthead.replay}
    return as_text(marked(day, day.masthead.stamp) | marks)


def as_text(plain: Mapping[str, object]) -> bytes:
    """Return an object as the JSON of a file."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return plain_text(text).encode() + b"\n"


def marked(noun: object, stamp: str) -> dict[str, Json]:
    """Return a noun as a JSON object; it and every object in it bear `stamp`."""
    value = _plain(noun, stamp)
    assert isinstance(value, dict)
    return value


def _plain(value: object, stamp: str) -> Json:
    if is_dataclass(value) and not isinstance(value, type):
        named = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in LEFT_OUT}
        return {"stamp": stamp} | {name: _plain(part, stamp) for name, part in named.items()}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, Mapping):
        return {str(key): _plain(part, stamp) for key, part in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(str(part) for part in value)
    if isinstance(value, list | tuple):
        return [_plain(part, stamp) for part in value]
    if isinstance(value, IntEnum):
        return value.name.lower()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} has no place in a report")


def to_csv(day: Day) -> bytes:
    """Return the day's figures, one a row: hours, counts under each rule, totals, alerts, the ledger."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for section, region, what, rule, least, most, unit, by, ids in _rows(day):
        words = (section, region, what, rule)
        writer.writerow(
            (
                day.masthead.stamp,
                day.masthead.day.isoformat(),
                *map(safe, words),
                "" if least is None else least,
                "" if most is None else most,
                unit,
                safe(by),
                "|".join(ids),
            )
        )
    return out.getvalue().encode()


def safe(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula, nor a terminal as an order."""
    plain = plain_text(text)
    return f"'{plain}" if plain.startswith(FORMULA) else plain


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a header and rows of texts as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([safe(field) for field in row] for row in rows)
    return out.getvalue().encode()


def _rows(day: Day) -> Iterable[Row]:
    yield from _hours(day)
    yield from _figures(day)
    yield from _itemised(day)
    yield from _assessed(day)
    yield from _told(day)
    yield from _ledger(day)


def _hours(day: Day) -> Iterable[Row]:
    for w in day.watched:
        most = None if w.at_least else w.hours
        what = "seen in passes" if w.passes else "watched"
        yield "hours", w.region, what, w.held_by or "", w.hours, most, "h", w.source_id, ()
    for p in day.passes:
        for region in p.clouded:
            yield "hours", region, "clouded", "", None, None, "h", p.source_id, ()
    for looked in day.looked:
        s, region = looked.sighting, looked.region or ""
        hours = looked.hours
        yield "looked", region, s.phenomenon, "", hours, hours, "h", s.source_id, (s.observation_id,)


def _figures(day: Day) -> Iterable[Row]:
    for r in day.regions:
        for f in r.figures:
            how = "told by others only" if f.told else ""
            rules = (
                ("incidents", f.incidents),
                ("raw", f.raw),
                ("hourly", f.hourly),
                ("place_day", f.place_day),
            )
            for rule, span in rules:
                yield "figures", r.region or "", f.kind, rule, *_ends(span), "1", how, f.incident_ids
        for t in r.totals:
            ends, source = (t.total.least, t.total.most), t.total.source_id
            ids = (t.total.observation_id,)
            yield "totals", r.region or "", t.total.name, t.total.note, *ends, "1", source, ids


def _itemised(day: Day) -> Iterable[Row]:
    for i in day.incidents:
        by, ids = "|".join(i.source_ids), (i.incident_id,)
        yield "incidents", i.region or "", i.kind, "raw", *_ends(i.count), "1", by, ids
    for d in day.casualties.stated:
        ids, what = (d.observation_id,), "deaths as stated"
        yield "casualties", d.region or "", what, "", *_ends(d.deaths), "1", d.source_id, ids
    for u in day.casualties.unnumbered:
        what = "rows, number not stated"
        yield "casualties", u.region or "", what, "", u.rows, u.rows, "1", u.source_id, u.observation_ids


def _assessed(day: Day) -> Iterable[Row]:
    for a in day.assessed:
        for v in a.views:
            of = a.incident.incident_id if a.incident else a.area_id or ""
            ids = (v.assessment_id,)
            yield "assessments", of, a.clause_id, v.reading or "", None, None, v.verdict, "machine", ids


def _told(day: Day) -> Iterable[Row]:
    for a in day.alerts:
        for b in a.beside:
            yield "alerts", "", "alert", b.by, b.alerts, b.alerts, "1", a.source_id, ()
    for c in day.claims:
        ids = (c.observation_id,)
        yield "claims", "", c.category, c.relation or "", *_ends(c.count), "1", c.told_by, ids


def _ends(span: Span | None) -> tuple[int | None, int | None]:
    return (None, None) if span is None else (span.least, span.most)


def _ledger(day: Day) -> Iterable[Row]:
    """Yield the promises of time, the conditions and what records say of statements."""
    if day.ledger is None:
        return
    for s in day.ledger.owed:
        if s.owed is not None:
            what, days = f"{_named(s)}: {s.owed.due.as_written}", s.owed.days
            yield "promise", "", what, s.owed.state.value, days, days, "d", s.statement.said_by, ()
    for s in day.ledger.conditional:
        for c in s.conditions:
            what = f"{_named(s)}: {c.condition.as_written}"
            how = f"{c.met.name.lower()}, contested" if c.contests else c.met.name.lower()
            yield "condition", "", what, how, None, None, "", s.statement.said_by, c.fact_ids
    for s in day.ledger.recorded:
        for r in (*s.statuses, *s.not_counted):
            how = r.kind.value if r in s.statuses else f"{r.kind.value}, does not count"
            yield "status", "", _named(s), how, None, None, "", r.recorded_by, (r.status_id,)


def _named(standing: Standing) -> str:
    said = standing.statement
    return f"{'|'.join(said.actors)} {said.pack}/{said.statement_id}"
