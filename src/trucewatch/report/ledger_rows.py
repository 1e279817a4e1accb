"""The board and the timeline for machines: JSON of all that the page says, and CSV with one row a line of it.

Rules:
- one row for each statement and actor of it; codes in one column and their English words in the next;
- what is not stated is an empty field, never a zero;
- no place of a hub or a force is in any column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from trucewatch.model.standing import Standing
from trucewatch.report.machine import as_text, marked, table
from trucewatch.report.timeline import Event, Timeline
from trucewatch.report.undertakings import Undertakings
from trucewatch.report.words import NO_NAMES, Language, words

BOARD = (
    *("stamp", "actor", "actor_label", "component", "component_label", "voice", "kind", "modality"),
    *("modality_label", "rung", "action", "what", "contributions", "where", "least", "most", "unit"),
    *("as_written", "conditions", "conditions_met", "waits_for", "status", "stated_on", "age_days"),
    *("due_as_written", "due_on", "due_state", "said_by", "quote", "language", "document", "statement_id"),
)
TIMELINE = ("stamp", "on", "sort", "of", "what", "state", "by", "id")


def board_json(page: Undertakings) -> bytes:
    """Return everything the board says."""
    return as_text(marked(page, page.head.stamp))


def timeline_json(page: Timeline) -> bytes:
    """Return everything the timeline says."""
    return as_text(marked(page, page.head.stamp))


def board_csv(page: Undertakings, organisations: Mapping[str, str] = NO_NAMES) -> bytes:
    """Return the board, one row a statement and actor."""
    english = words(Language.ENGLISH)
    return table(
        BOARD,
        (
            (
                *(page.head.stamp, row.code, english.actor(row.code, organisations), cell.component.value),
                *(english.term(cell.component), told.voice.value),
                *_statement(told.standing, english.term(told.standing.statement.modality)),
            )
            for row in page.rows
            for cell in row.cells
            for told in cell.told
        ),
    )


def timeline_csv(page: Timeline) -> bytes:
    """Return the timeline, one row an entry."""
    rows = (
        (page.head.stamp, day.isoformat(), event.sort.value, *_event(event))
        for day, found in page.days
        for event in found
    )
    return table(TIMELINE, rows)


def _statement(standing: Standing, label: str) -> Iterator[str]:
    said, quantity, owed = standing.statement, standing.statement.quantity, standing.owed
    least, most = (quantity.least, quantity.most) if quantity else (None, None)
    yield from (said.kind.value, said.modality.value, label, said.rung.value, said.action, said.what)
    yield from ("|".join(said.contributions), said.where.value if said.where else "")
    yield from ("" if least is None else str(least), "" if most is None else str(most))
    yield from (quantity.unit if quantity else "", quantity.as_written if quantity else "")
    yield " | ".join(f"{s.condition.as_written}: {s.met.name.lower()}" for s in standing.conditions)
    yield "" if standing.met is None else standing.met.name.lower()
    yield from (" | ".join(standing.waits_for), standing.status.value if standing.status else "")
    yield from (said.stated_on.isoformat(), str(standing.age_days))
    yield owed.due.as_written if owed else ""
    yield owed.due.on.isoformat() if owed and owed.due.on else ""
    yield owed.state.value if owed else ""
    yield from (said.said_by, said.quote or "", said.language, said.document)
    yield f"{said.pack}/{said.statement_id}"


def _event(event: Event) -> tuple[str, ...]:
    """Return whose it is, what it says, its state, who said or recorded it, and its id."""
    if event.standing is not None:
        said, met = event.standing.statement, event.standing.met
        state = "" if met is None else met.name.lower()
        what = f"{said.modality.value} {said.action} {said.what}"
        return ("|".join(said.actors), what, state, said.said_by, f"{said.pack}/{said.statement_id}")
    if event.fact is not None:
        fact = event.fact
        what = f"{fact.kind.value} from {_utc(fact.from_utc)}"
        return ("", what, ("yes" if fact.holds else "no") + _since(event), fact.recorded_by, fact.fact_id)
    if event.determination is not None:
        made = event.determination
        return (made.body, made.clause_id or "", made.outcome.value, made.by, made.move_id)
    if event.status is None:
        raise TypeError("an event is of something")
    status = event.status
    whose = status.for_actor or status.body or ""
    return (whose, status.of, status.kind.value + _since(event), status.recorded_by, status.status_id)


def _since(event: Event) -> str:
    """Return what became of a record since."""
    return (", contested" if event.contested else "") + (", taken back" if event.withdrawn else "")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
