"""The pages of days and incidents: the report as pages, with the day before and the day after beside it.

Rules:
- a day's page is the day's report, word for word;
- an incident that the day's own walk made is shown from that walk; without a day, from the walk over all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from trucewatch.mission.for_audience import published_to, walk_for
from trucewatch.mission.incident_pages import day_of_incident, incident_of
from trucewatch.mission.released import last_moment
from trucewatch.mission.walk import Walk
from trucewatch.model.vocabulary import Audience
from trucewatch.report.daily import Day
from trucewatch.report.drawn import Drawn
from trucewatch.report.html import day_drawn
from trucewatch.report.incident import IncidentPage, incident_drawn, incident_json
from trucewatch.report.machine import to_csv, to_json
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Moved, Page
from trucewatch.web.moments import read_day


def days_page(ask: Ask) -> Answer:
    """Return the way to a day: the one that was asked for, or the last of which anything is on record."""
    wanted = ask.day("day")
    last = None if wanted else _last(ask)
    kept = [f"{name}={ask.query[name]}" for name in ("lang", "audience") if name in ask.query]
    return Moved(where=f"/days/{wanted or last}{'?' if kept else ''}{'&'.join(kept)}")


def _last(ask: Ask) -> date:
    """Return the last day of which anything is on record or, for whoever is outside, was released."""
    clock = ask.record.clock
    if ask.audience is Audience.INTERNAL:
        days = ask.holding.days(ask.held)
    else:
        days = tuple(
            sorted(clock.day_of(last_moment(r)) for r in published_to(ask.record, ask.audience, None))
        )
    return days[-1] if days else clock.day_of(ask.valid_at)


def day_page(ask: Ask) -> Answer:
    """Return the report of a day."""
    day = read_day(ask.named["day"])
    made = ask.holding.day(ask.held, day, ask.audience)
    return Page(
        title=ask.spoken.day(day),
        drawn=lambda _: _day(ask, made, day),
        json=lambda: to_json(made),
        csv=lambda: to_csv(made),
    )


def _day(ask: Ask, made: Day, day: date) -> Drawn:
    drawn = day_drawn(made, ask.spoken)
    told = {
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "day_shown": day,
    }
    return Drawn(template="day_served.html", told={**drawn.told, **told})


def incident_page(ask: Ask) -> Answer:
    """Return one incident."""
    wanted = ask.named["incident"]
    day = ask.day("day")
    page = _incident(ask, wanted, day) if day else None
    if page is None:
        walk = ask.holding.walk(ask.held)
        day = day_of_incident(walk_for(walk, ask.audience), wanted)
        page = None if day is None else _from(walk, ask, day, wanted)
    if page is None:
        return NOT_HERE
    found = page
    return Page(
        title=ask.spoken.term(found.incident.kind).capitalize(),
        drawn=lambda _: incident_drawn(found, ask.spoken),
        json=lambda: incident_json(found),
    )


def _incident(ask: Ask, wanted: str, day: date) -> IncidentPage | None:
    walk = ask.holding.walk(ask.held, day)
    known = day_of_incident(walk_for(walk, ask.audience), wanted)
    return None if known is None else _from(walk, ask, day, wanted)


def _from(walk: Walk, ask: Ask, day: date, wanted: str) -> IncidentPage | None:
    return incident_of(replace(walk, day=day), day, wanted, audience=ask.audience)
