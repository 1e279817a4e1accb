"""Two versions of an agreement beside one another: what differs, whom it reaches, and what its changelog claims.

Rules:
- clauses are compared field by field, with their conditions as they are written;
- a clause whose time alone differs is reached where the two times differ, any other changed one all its time;
- an exception reaches the clauses it is from, and a shape the clauses that name it;
- a changelog that claims less than what differs is found, and so is one that claims more.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import shapely

from trucewatch.assess.reach import binding
from trucewatch.assess.said import said
from trucewatch.assess.used import names_in
from trucewatch.model.agreement import Act, Agreement, Clause, Reading
from trucewatch.model.amendment import Amendment, Reach
from trucewatch.model.shapes import Shapes

MOVES_NOTHING = frozenset({"title", "words", "left_open", "source_urls", "must_be_shown_by"})
"""Fields that move no assessment."""
_NOTHING_ASSESSED = frozenset({Act.PROCEDURE, Act.ACTIVATION})
_TIMES = frozenset({"starts", "ends"})
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def amendments(
    before: Agreement, after: Agreement, shapes_before: Shapes, shapes_after: Shapes
) -> tuple[Amendment, ...]:
    """Return what differs: of the agreement itself, of its zones and lines, then clause by clause."""
    old, new = clauses_by_code(before), clauses_by_code(after)
    found = list(_fields("", _front(before), _front(after)))
    found += _fields("", _drawn(shapes_before), _drawn(shapes_after))
    for code in dict.fromkeys([*old, *new]):
        if code not in new:
            found.append(Amendment(of=code, field="", before=old[code].title, after=None))
        elif code not in old:
            found.append(Amendment(of=code, field="", before=None, after=new[code].title))
        else:
            found += _fields(code, _told(old[code]), _told(new[code]))
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
        "starts": _time(agreement.starts),
        "ends": _time(agreement.ends),
        "what is said of its end": agreement.ends_words,
        "D-day": _time(agreement.d_day),
        "clock": agreement.clock or "",
        "languages": ", ".join(agreement.languages),
        "standard of proof": agreement.standard_of_proof or "",
        "left open": " ".join(agreement.left_open),
        "procedure": str(agreement.procedure),
        **{f"party {party.code}": party.term for party in agreement.parties},
        **{f"body {body.name}": "; ".join(body.powers) or body.stands_on for body in agreement.bodies},
        **{f"{'line' if m.is_line else 'zone'} {m.name}": m.words for m in agreement.mapped},
        **{f"end, in the words of {one.by}": f"{one.words} ({_time(one.at)})" for one in agreement.ends_said},
        **{f"annex {annex.name}": annex.words for annex in agreement.annexes},
    }
    return {field: words for field, words in told.items() if words}


def _drawn(shapes: Shapes) -> Mapping[str, str]:
    return {
        f"shape of {shape.name} from {_time(shape.from_utc) or 'ever'}": (
            f"{shapely.to_wkt(shape.geometry)}, up to {_time(shape.to_utc) or 'ever'}, claimed by {shape.claimed_by or 'nobody'}"
        )
        for shape in shapes.shapes
    }


def _told(clause: Clause) -> Mapping[str, str]:
    """Return the fields of a clause that it has, in words."""
    told = {
        "title": clause.title,
        "words": clause.words,
        "act": clause.act.value,
        "phenomena": ", ".join(sorted(clause.phenomena)),
        "trajectories": ", ".join(sorted(clause.trajectories)),
        "readings": "; ".join(map(_reading, clause.readings)),
        "starts": _time(clause.starts) or _day(clause.starts_day),
        "ends": _time(clause.ends) or _day(clause.ends_day),
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


def _time(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()


def _day(day: int | None) -> str:
    return "" if day is None else f"D{day:+d}"


def reached(
    before: Agreement, after: Agreement, found: Sequence[Amendment], shapes: Sequence[Shapes] = ()
) -> tuple[Reach, ...]:
    """Return the clauses whose assessments may differ, and when; `shapes` are those of both versions.

    A clause by which nothing is assessed is reached by nothing.
    """
    old, new = clauses_by_code(before), clauses_by_code(after)
    changed: dict[str, set[str]] = {}
    for one in found:
        if one.of and one.field not in MOVES_NOTHING:
            changed.setdefault(one.of, set()).add(one.field)
    for code in dict.fromkeys([*old, *new]):
        times = {
            _span(clauses[code], agreement)
            for clauses, agreement in ((old, before), (new, after))
            if code in clauses
        }
        if len(times) > 1:
            changed.setdefault(code, set()).add("starts")
        if _redrawn(code, old, new, shapes):
            changed.setdefault(code, set()).add("shape")
    direct = [
        _reach(code, fields, old.get(code), new.get(code), before, after)
        for code, fields in sorted(changed.items())
        if any(c[code].act not in _NOTHING_ASSESSED for c in (old, new) if code in c)
    ]
    whole: dict[str, Reach] = {}
    for reach in itertools.chain(direct, *(_through(reach, old, new, before, after) for reach in direct)):
        whole[reach.of] = _joined(whole[reach.of], reach) if reach.of in whole else reach
    return tuple(whole[code] for code in sorted(whole))


def _through(
    reach: Reach, old: Mapping[str, Clause], new: Mapping[str, Clause], before: Agreement, after: Agreement
) -> Iterator[Reach]:
    """Yield what the reach of an exception is for each clause that it is from."""
    for clauses, agreement in ((old, before), (new, after)):
        for excepted in clauses[reach.of].excepts if reach.of in clauses else ():
            start, end = _span(agreement.clause(excepted), agreement)
            first, last = max(start, reach.from_utc or _EARLIEST), min(end, reach.to_utc or _LATEST)
            if first < last:
                yield Reach(of=excepted.split("/")[1], from_utc=_given(first), to_utc=_given(last))


def _joined(one: Reach, other: Reach) -> Reach:
    first = min(one.from_utc or _EARLIEST, other.from_utc or _EARLIEST)
    last = max(one.to_utc or _LATEST, other.to_utc or _LATEST)
    return Reach(of=one.of, from_utc=_given(first), to_utc=_given(last))


def _redrawn(
    code: str, old: Mapping[str, Clause], new: Mapping[str, Clause], shapes: Sequence[Shapes]
) -> bool:
    names = {name for clauses in (old, new) if code in clauses for name in names_in(clauses[code])}
    return len(shapes) == 2 and any(
        _drawn(Shapes(shapes=shapes[0].of(name))) != _drawn(Shapes(shapes=shapes[1].of(name)))
        for name in names
    )


def _span(clause: Clause, agreement: Agreement) -> tuple[datetime, datetime]:
    bound = binding(clause, agreement)
    return bound.start or _EARLIEST, bound.end or _LATEST


def _reach(
    code: str, fields: set[str], old: Clause | None, new: Clause | None, before: Agreement, after: Agreement
) -> Reach:
    spans = [_span(c, agreement) for c, agreement in ((old, before), (new, after)) if c is not None]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    if len(spans) == 2 and fields <= _TIMES and max(s for s, _ in spans) < min(e for _, e in spans):
        if spans[0][0] == spans[1][0]:
            first = min(end for _, end in spans)
        elif spans[0][1] == spans[1][1]:
            last = max(start for start, _ in spans)
    return Reach(of=code, from_utc=_given(first), to_utc=_given(last))


def against_changelog(after: Agreement, before: Agreement, reaches: Sequence[Reach]) -> tuple[str, ...]:
    """Return where the changelog of `after` claims less, or more, than what differs from `before`."""
    claimed = [change for change in after.changes if change not in before.changes]
    if not claimed:
        return ("no [[changes]] tells of it; write one for this version",) if reaches else ()
    codes = {code.split("/")[1] for change in claimed for code in change.clauses}
    first = min((c.from_utc or _EARLIEST for c in claimed), default=_EARLIEST)
    last = max((c.to_utc or _LATEST for c in claimed), default=_LATEST)
    told = []
    for reach in reaches:
        if not {reach.of, reach.of.split(".")[0]} & codes:
            told.append(f"{reach.of} differs, and no [[changes]] names it; add it to `clauses`")
        elif (reach.from_utc or _EARLIEST) < first or (reach.to_utc or _LATEST) > last:
            told.append(
                f"{reach.of} may differ from {_time(reach.from_utc) or 'ever'} to {_time(reach.to_utc) or 'ever'}, "
                f"and [[changes]] says from {_time(_given(first)) or 'ever'} to {_time(_given(last)) or 'ever'}; mend its period"
            )
    moved = {code for reach in reaches for code in (reach.of, reach.of.split(".")[0])}
    told += [
        f"[[changes]] names {code}, under which nothing can differ; take it out"
        for code in sorted(codes - moved)
    ]
    return tuple(told)


def _given(moment: datetime) -> datetime | None:
    return None if moment in (_EARLIEST, _LATEST) else moment
