"""Whom a new version of an agreement reaches, and when, beside what its changelog claims.

Rules:
- a clause whose time alone differs is reached where the two times differ, any other changed one all its time;
- an exception reaches the clauses it is from, a shape those that name it, a word that the agreement ended all of them;
- words, sources and what is left open move no assessment;
- a changelog that claims less than what differs is found, and so is one that claims more.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from trucewatch.assess.reach import binding
from trucewatch.assess.used import counts_days, names_in
from trucewatch.assess.versions import clauses_by_code, drawn, time_of, told_of
from trucewatch.model.agreement import Act, Agreement, Clause
from trucewatch.model.amendment import Reach
from trucewatch.model.shapes import Shapes

MOVES_NOTHING = frozenset({"title", "words", "left_open", "source_urls", "needs", "must_be_shown_by"})
"""Fields that move no assessment."""
_NOTHING_ASSESSED = frozenset({Act.PROCEDURE, Act.ACTIVATION})
_TIMES = frozenset({"starts", "ends"})
_SAID_TO_END = "said to end"
_EARLIEST, _LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """One version, with its clauses by code."""

    agreement: Agreement
    clauses: Mapping[str, Clause]
    shapes: Shapes

    def span(self, code: str) -> tuple[datetime, datetime]:
        bound = binding(self.clauses[code], self.agreement)
        return bound.start or _EARLIEST, bound.end or _LATEST

    def moving(self, code: str) -> Mapping[str, str]:
        """Return what moves the assessments under a clause, by field."""
        clause, agreement = self.clauses[code], self.agreement
        names = set(names_in(clause))
        shapes = Shapes(shapes=tuple(shape for shape in self.shapes.shapes if shape.name in names))
        told = {field: words for field, words in told_of(clause).items() if field not in MOVES_NOTHING}
        mapped = [(m.name, m.is_line, m.measured_by, bool(m.unknown)) for m in agreement.mapped]
        return told | {
            "parties": str([party.code for party in agreement.parties]),
            "named": str([one for one in mapped if one[0] in names]),
            "drawn": str(drawn(shapes)),
            "D-day": str((agreement.d_day, agreement.clock)) if counts_days(clause) else "",
            _SAID_TO_END: time_of(self.said_to_end()),
        }

    def said_to_end(self) -> datetime | None:
        return min((one.at for one in self.agreement.ends_said), default=None)


def reached(
    before: Agreement, after: Agreement, shapes_before: Shapes, shapes_after: Shapes
) -> tuple[Reach, ...]:
    """Return the clauses whose assessments may differ, and when; one by which nothing is assessed is not reached."""
    old, new = (
        _Version(agreement=agreement, clauses=clauses_by_code(agreement), shapes=shapes)
        for agreement, shapes in ((before, shapes_before), (after, shapes_after))
    )
    direct = [
        reach
        for code in dict.fromkeys([*old.clauses, *new.clauses])
        if any(v.clauses[code].act not in _NOTHING_ASSESSED for v in (old, new) if code in v.clauses)
        and (reach := _reach(code, old, new)) is not None
    ]
    whole: dict[str, Reach] = {}
    for reach in itertools.chain(direct, *(_through(reach, old, new) for reach in direct)):
        whole[reach.of] = _joined(whole[reach.of], reach) if reach.of in whole else reach
    return tuple(whole[code] for code in sorted(whole))


def _reach(code: str, old: _Version, new: _Version) -> Reach | None:
    versions = [version for version in (old, new) if code in version.clauses]
    spans = [version.span(code) for version in versions]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    if len(versions) == 2:
        one, other = (version.moving(code) for version in versions)
        fields = {field for field in {*one, *other} if one.get(field) != other.get(field)}
        if not fields - _TIMES and spans[0] == spans[1]:
            return None
        if fields <= _TIMES and max(s for s, _ in spans) < min(e for _, e in spans):
            if spans[0][0] == spans[1][0]:
                first = min(end for _, end in spans)
            elif spans[0][1] == spans[1][1]:
                last = max(start for start, _ in spans)
        if fields == {_SAID_TO_END} and spans[0] == spans[1]:
            first = max(first, min(version.said_to_end() or _LATEST for version in versions))
    return Reach(of=code, from_utc=_given(first), to_utc=_given(last)) if first < last else None


def _through(reach: Reach, old: _Version, new: _Version) -> Iterator[Reach]:
    """Yield what the reach of an exception is for each clause that it is from."""
    for version in (old, new):
        for excepted in version.clauses[reach.of].excepts if reach.of in version.clauses else ():
            code = excepted.split("/")[1]
            start, end = version.span(code)
            first, last = max(start, reach.from_utc or _EARLIEST), min(end, reach.to_utc or _LATEST)
            if first < last:
                yield Reach(of=code, from_utc=_given(first), to_utc=_given(last))


def _joined(one: Reach, other: Reach) -> Reach:
    first = min(one.from_utc or _EARLIEST, other.from_utc or _EARLIEST)
    last = max(one.to_utc or _LATEST, other.to_utc or _LATEST)
    return Reach(of=one.of, from_utc=_given(first), to_utc=_given(last))


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
                f"{reach.of} may differ from {time_of(reach.from_utc) or 'ever'} to {time_of(reach.to_utc) or 'ever'}, "
                f"and [[changes]] says from {time_of(_given(first)) or 'ever'} to {time_of(_given(last)) or 'ever'}; mend its period"
            )
    moved = {code for reach in reaches for code in (reach.of, reach.of.split(".")[0])}
    told += [
        f"[[changes]] names {code}, under which nothing can differ; take it out"
        for code in sorted(codes - moved)
    ]
    return tuple(told)


def _given(moment: datetime) -> datetime | None:
    return None if moment in (_EARLIEST, _LATEST) else moment
