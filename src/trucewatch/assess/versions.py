"""What differs between two versions of an agreement, in words.

Rules:
- clauses are compared field by field, with their conditions as they are written;
- the names of the two folders make no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import shapely

from trucewatch.assess.said import said
from trucewatch.model.agreement import Agreement, Clause, Reading
from trucewatch.model.amendment import Amendment
from trucewatch.model.shapes import Shapes


def amendments(
    before: Agreement, after: Agreement, shapes_before: Shapes, shapes_after: Shapes
) -> tuple[Amendment, ...]:
    """Return what differs: of the agreement itself, of its zones and lines, then clause by clause."""
    old, new = clauses_by_code(before), clauses_by_code(after)
    found = list(_fields("", _front(before), _front(after)))
    found += _fields("", drawn(shapes_before), drawn(shapes_after))
    for code in dict.fromkeys([*old, *new]):
        if code not in new:
            found.append(Amendment(of=code, field="", before=old[code].title, after=None))
        elif code not in old:
            found.append(Amendment(of=code, field="", before=None, after=new[code].title))
        else:
            found += _fields(code, told_of(old[code]), told_of(new[code]))
    return tuple(found)


def clauses_by_code(agreement: Agreement) -> Mapping[str, Clause]:
    """Return the clauses by their ids without the agreement's name."""
    return {clause.clause_id.split("/")[1]: clause for clause in agreement.clauses}


def _fields(of: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Amendment]:
    for field in dict.fromkeys([*old, *new]):
        if old.get(field) != new.get(field):
            yield Amendment(of=of, field=field, before=old.get(field), after=new.get(field))


def _front(agreement: Agreement) -> Mapping[str, str]:
    told = {
        "title": agreement.title,
        "version": agreement.version,
        "status": agreement.status,
        "starts": time_of(agreement.starts),
        "ends": time_of(agreement.ends),
        "what is said of its end": agreement.ends_words,
        "D-day": time_of(agreement.d_day),
        "clock": agreement.clock or "",
        "languages": ", ".join(agreement.languages),
        "standard of proof": agreement.standard_of_proof or "",
        "left open": " ".join(agreement.left_open),
        "procedure": str(agreement.procedure),
        **{f"party {party.code}": party.term for party in agreement.parties},
        **{f"body {body.name}": "; ".join(body.powers) or body.stands_on for body in agreement.bodies},
        **{f"{'line' if m.is_line else 'zone'} {m.name}": m.words for m in agreement.mapped},
        **{
            f"end, in the words of {one.by}": f"{one.words} ({time_of(one.at)})"
            for one in agreement.ends_said
        },
        **{f"annex {annex.name}": annex.words for annex in agreement.annexes},
    }
    return {field: words for field, words in told.items() if words}


def drawn(shapes: Shapes) -> Mapping[str, str]:
    """Return the shapes in words, by name and time."""
    return {
        f"shape of {shape.name} from {time_of(shape.from_utc) or 'ever'}": (
            f"{shapely.to_wkt(shape.geometry)}, up to {time_of(shape.to_utc) or 'ever'}, claimed by {shape.claimed_by or 'nobody'}"
        )
        for shape in shapes.shapes
    }


def told_of(clause: Clause) -> Mapping[str, str]:
    """Return the fields of a clause that it has, in words."""
    told = {
        "title": clause.title,
        "words": clause.words,
        "act": clause.act.value,
        "phenomena": ", ".join(sorted(clause.phenomena)),
        "trajectories": ", ".join(sorted(clause.trajectories)),
        "readings": "; ".join(map(_reading, clause.readings)),
        "starts": time_of(clause.starts) or _day(clause.starts_day),
        "ends": time_of(clause.ends) or _day(clause.ends_day),
        "when": said(clause.when) if clause.when else "",
        "excepts": ", ".join(code.split("/")[1] for code in clause.excepts),
        "needs": "; ".join(clause.needs),
        "must_be_shown_by": clause.must_be_shown_by or "",
        "priority": str(clause.priority) if clause.excepts else "",
        "effect": clause.effect.value if clause.excepts else "",
        "left_open": " ".join(clause.left_open),
        "source_urls": ", ".join(clause.source_urls),
    }
    return {field: words for field, words in told.items() if words}


def _reading(reading: Reading) -> str:
    if reading.area_ids:
        return f"{reading.name} ({', '.join(reading.area_ids)})"
    return f"{reading.name} ({'anywhere' if reading.anywhere else reading.unknown.value})"


def time_of(moment: datetime | None) -> str:
    """Return a time in words; nothing when there is none."""
    return "" if moment is None else moment.isoformat()


def _day(day: int | None) -> str:
    return "" if day is None else f"D{day:+d}"
