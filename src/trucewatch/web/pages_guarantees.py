"""The pages of guarantees: the board, what waits for what, what changed, why, and what if one withdrew.

Rules:
- each is the report's own page of the ledger at the moments that were asked for;
- without dates the difference is between the first and the last day on which anybody said anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from trucewatch.guarantee.graph import key_of
from trucewatch.mission.content import organisations, phrases
from trucewatch.mission.for_audience import cases_for, known_for
from trucewatch.mission.known import Known
from trucewatch.mission.ledger_pages import board_of, if_withdrawn_of, reasons_of, timeline_of, waits_of
from trucewatch.mission.pledges import ledger_at
from trucewatch.mission.reporting import promises_of
from trucewatch.report.drawn import Drawn
from trucewatch.report.guarantees import promises_drawn
from trucewatch.report.if_withdrawn import if_withdrawn_csv, if_withdrawn_drawn, if_withdrawn_json
from trucewatch.report.ledger_rows import board_csv, board_json, timeline_csv, timeline_json
from trucewatch.report.machine import as_text, marked
from trucewatch.report.reasons import reasons_drawn
from trucewatch.report.timeline import timeline_drawn
from trucewatch.report.undertakings import Undertakings, undertakings_drawn
from trucewatch.report.waiting import waits_drawn
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Link, Moved, Page


def front_page(_ask: Ask) -> Answer:
    """Return the way to the front page."""
    return Moved(where="/guarantees")


def board_page(ask: Ask) -> Answer:
    """Return who undertook what."""
    board = board_of(ask.record, at=ask.valid_at, audience=ask.audience)
    return Page(
        title=ask.spoken.gettext("Who undertook what"),
        drawn=lambda link: _board(board, link),
        json=lambda: board_json(board),
        csv=lambda: board_csv(board, organisations()),
    )


def _board(board: Undertakings, link: Link) -> Drawn:
    links = {row.code: link("without", row.code) for row in board.rows}
    drawn = undertakings_drawn(board, links)
    return Drawn(template="front.html", told=drawn.told)


def graph_page(ask: Ask) -> Answer:
    """Return what waits for what."""
    page = waits_of(ask.record, at=ask.valid_at, audience=ask.audience)
    own = _own(ask)
    return Page(
        title=ask.spoken.gettext("What waits for what"),
        drawn=lambda _: waits_drawn(page, ask.spoken, organisations(), own),
        json=lambda: as_text(marked(page, page.head.stamp)),
    )


def changes_page(ask: Ask) -> Answer:
    """Return what changed between two dates."""
    first, last = said_between(known_for(ask.record, ask.audience), ask)
    earlier, later = ask.day("earlier") or first, ask.day("later") or last
    page = promises_of(ask.record, earlier=earlier, later=later, valid_at=ask.valid_at, audience=ask.audience)
    own = _own(ask)
    return Page(
        title=ask.spoken.gettext("The guarantees"),
        drawn=lambda _: _changes(promises_drawn(page, ask.spoken, organisations(), own), earlier, later),
        json=lambda: as_text(marked(page, page.stamp)),
    )


def _changes(drawn: Drawn, earlier: date, later: date) -> Drawn:
    return Drawn(template="changes.html", told={**drawn.told, "earlier": earlier, "later": later})


def said_between(record: Known, ask: Ask) -> tuple[date, date]:
    """Return the first and the last day on which, by what whoever asks may know, anybody said anything."""
    days = sorted(statement.stated_on for statement in record.statements)
    today = ask.valid_at.astimezone(ask.record.clock.zone).date()
    last = days[-1] if days else today
    return (min(days[0], last - timedelta(days=1)) if days else last - timedelta(days=1)), last


def timeline_page(ask: Ask) -> Answer:
    """Return what was said and recorded over time."""
    page = timeline_of(ask.record, at=ask.valid_at, audience=ask.audience)
    own = _own(ask)
    return Page(
        title=ask.spoken.gettext("Over time"),
        drawn=lambda _: timeline_drawn(page, ask.spoken, organisations(), own),
        json=lambda: timeline_json(page),
        csv=lambda: timeline_csv(page),
    )


def without_page(ask: Ask) -> Answer:
    """Return what would fail if an actor withdrew."""
    actor = ask.named["actor"]
    if not any(actor in statement.actors for statement in known_for(ask.record, ask.audience).statements):
        return NOT_HERE
    page = if_withdrawn_of(ask.record, actor, at=ask.valid_at, audience=ask.audience)
    return Page(
        title=ask.spoken.actor(actor, organisations()),
        drawn=lambda _: if_withdrawn_drawn(page),
        json=lambda: if_withdrawn_json(page),
        csv=lambda: if_withdrawn_csv(page),
    )


def reasons_page(ask: Ask) -> Answer:
    """Return why a statement stands as it does."""
    told, cases = known_for(ask.record, ask.audience), cases_for(ask.record, ask.audience)
    ledger = ledger_at(told, cases, at=ask.valid_at)
    wanted = f"{ask.named['pack']}/{ask.named['statement']}"
    found = next((s for s in ledger.standings if "/".join(key_of(s.statement)) == wanted), None)
    if found is None:
        return NOT_HERE
    page = reasons_of(ask.record, found, at=ask.valid_at, audience=ask.audience)
    return Page(
        title=ask.named["statement"],
        drawn=lambda _: reasons_drawn(page),
        json=lambda: as_text(marked(page, page.head.stamp)),
    )


def _own(ask: Ask) -> Mapping[str, str]:
    return phrases((pack.name for pack in ask.record.packs), ask.language.value)
