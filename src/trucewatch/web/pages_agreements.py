"""The pages of agreements: the text beside what the program makes of it, zones by date, worked examples.

Rules:
- the words are those that the record holds; what the program makes of each stands beside it;
- a zone is shown as it is said to be on one day, and whose claim it is;
- the public is shown a text where something was released to it, and no claim of a zone;
- worked examples are files beside the agreement: they are worked anew, and are no records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from string import ascii_uppercase

from trucewatch.assess.said import said
from trucewatch.errors import RefusedError
from trucewatch.mission.examples import Tried
from trucewatch.mission.for_audience import published_to
from trucewatch.mission.walk import shapes_of
from trucewatch.model.agreement import Agreement
from trucewatch.model.shapes import Shape
from trucewatch.model.vocabulary import Audience
from trucewatch.report.drawn import Drawn
from trucewatch.report.drawn_zones import Zone, zones_svg
from trucewatch.report.machine import as_text, marked, table
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Moved, Page

HEADER = ("stamp", "clause", "title", "act", "phenomena", "readings", "when", "left_open", "words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A zone or a line on a day."""

    letter: str
    name: str
    words: str
    claimed_by: str | None
    from_utc: datetime | None
    to_utc: datetime | None
    unknown: str | None  # why it has no shape


def agreements_page(ask: Ask) -> Answer:
    """Return the agreements of the mission, or the way to the only one."""
    _released(ask)
    found = ask.record.agreements
    if len(found) == 1:
        kept = [f"{name}={ask.query[name]}" for name in ("lang", "audience") if name in ask.query]
        return Moved(where=f"/agreements/{found[0].name}{'?' if kept else ''}{'&'.join(kept)}")
    told: Mapping[str, object] = {"agreements": found, "zone": ask.record.clock.zone}
    return Page(
        title=ask.spoken.gettext("Agreements"),
        drawn=lambda _: Drawn(template="agreements.html", told=told),
        json=lambda: as_text({"stamp": ask.stamp, "agreements": [_brief(one) for one in found]}),
    )


def _brief(one: Agreement) -> Mapping[str, str]:
    return {"name": one.name, "title": one.title, "version": one.version, "status": one.status}


def agreement_page(ask: Ask) -> Answer:
    """Return one agreement."""
    agreement = _named(ask)
    if agreement is None:
        return NOT_HERE
    on = ask.day("on") or ask.valid_at.astimezone(ask.record.clock.zone).date()
    claims, zones = ([], []) if ask.audience is Audience.PUBLIC else _claims(ask, agreement, on)
    told: Mapping[str, object] = {
        "a": agreement,
        "zone": ask.record.clock.zone,
        "on": on,
        "claims": claims,
        "drawn": zones_svg(zones, ask.holding.areas(ask.held), agreement.title),
        "when": {clause.clause_id: said(clause.when) for clause in agreement.clauses if clause.when},
    }
    return Page(
        title=agreement.title,
        drawn=lambda _: Drawn(template="agreement.html", told=told),
        json=lambda: as_text(marked(_plain(agreement), ask.stamp) | {"on": on.isoformat()}),
        csv=lambda: table(HEADER, _rows(agreement, ask.stamp)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """An agreement as its JSON has it."""

    name: str
    title: str
    version: str
    status: str
    starts: datetime | None
    ends: datetime | None
    parties: Mapping[str, str]
    clauses: tuple[Mapping[str, object], ...]
    left_open: tuple[str, ...]


def _plain(a: Agreement) -> Plain:
    return Plain(
        name=a.name,
        title=a.title,
        version=a.version,
        status=a.status,
        starts=a.starts,
        ends=a.ends,
        parties={party.code: party.term for party in a.parties},
        clauses=tuple(dict(zip(HEADER[1:], row[1:], strict=True)) for row in _rows(a, "")),
        left_open=a.left_open,
    )


def _rows(agreement: Agreement, stamp: str) -> list[tuple[str, ...]]:
    return [
        (
            *(stamp, c.clause_id, c.title, c.act.value, "|".join(sorted(p.value for p in c.phenomena))),
            *(" | ".join(f"{r.name}: {r.words}" for r in c.readings), said(c.when) if c.when else ""),
            *(" | ".join(c.left_open), c.words),
        )
        for c in agreement.clauses
    ]


def _claims(ask: Ask, agreement: Agreement, on: date) -> tuple[list[Claim], list[Zone]]:
    shapes = shapes_of(ask.record, agreement)
    moment = datetime.combine(on, time(12), ask.record.clock.zone)
    words = {one.name: one for one in agreement.mapped}
    names = sorted({*words, *shapes.names})
    claims, zones = [], []
    for number, name in enumerate(names):
        shape = shapes.at(name, moment)
        letter = ascii_uppercase[number] if number < len(ascii_uppercase) else str(number)
        unknown = words[name].unknown if name in words else None
        claims.append(_claim(letter, name, words[name].words if name in words else "", shape, unknown))
        if shape is not None:
            zones.append(Zone(letter=letter, name=name, geometry=shape.geometry))
    return claims, zones


def _claim(letter: str, name: str, words: str, shape: Shape | None, unknown: str | None) -> Claim:
    return Claim(
        letter=letter if shape else "",
        name=name,
        words=words,
        claimed_by=shape.claimed_by if shape else None,
        from_utc=shape.from_utc if shape else None,
        to_utc=shape.to_utc if shape else None,
        unknown=unknown,
    )


def examples_page(ask: Ask) -> Answer:
    """Return an agreement's worked examples."""
    agreement = _named(ask)
    if agreement is None:
        return NOT_HERE
    tried = ask.holding.examples(ask.held, agreement)
    told: Mapping[str, object] = {"a": agreement, "tried": tried, "zone": ask.record.clock.zone}
    return Page(
        title=ask.spoken.gettext("Worked examples"),
        drawn=lambda _: Drawn(template="examples.html", told=told),
        json=lambda: as_text({"stamp": ask.stamp, "examples": [_example(one) for one in tried]}),
    )


def _example(tried: Tried) -> Mapping[str, object]:
    told = tried.example
    return {
        "file": tried.file,
        "as_expected": tried.as_expected,
        "told": tried.told,
        "title": told.title if told else None,
        "clause": told.clause_id if told else None,
        "because": told.because if told else None,
    }


def _released(ask: Ask) -> None:
    """Raise RefusedError where the public asks and nothing was released to it: then nobody knows of the mission."""
    if ask.audience is Audience.PUBLIC and not published_to(ask.record, Audience.PUBLIC, None):
        raise RefusedError("nothing was released to the public: sign in to see it")


def _named(ask: Ask) -> Agreement | None:
    _released(ask)
    return next((one for one in ask.record.agreements if one.name == ask.named["agreement"]), None)
