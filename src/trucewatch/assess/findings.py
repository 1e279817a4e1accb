"""What is found in an agreement that can be read: clauses that never fire, that meet, that leave a gap, that nobody shows.

Rules:
- everything is told from the text, its shapes and its examples: nothing that happened is looked at;
- each finding has its line and how to mend it, or what to look at.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from trucewatch.assess.examples import Example
from trucewatch.assess.never import Apart
from trucewatch.assess.reach import apart_in, binding, meet, meet_in_time, why_never
from trucewatch.assess.used import names_in
from trucewatch.model.agreement import Act, Agreement, Clause, Effect
from trucewatch.model.areas import NAMES
from trucewatch.model.finding import Fault, Finding
from trucewatch.model.shapes import Shape, Shapes

FEWEST = 3
"""So many worked examples each clause has that incidents are assessed by; one where nothing is assessed."""
_FORBIDS = (Act.FORBIDDEN, Act.REQUIRED)
_SHOWN_BY_ONE = (Act.PROCEDURE, Act.ACTIVATION)


def findings(agreement: Agreement, shapes: Shapes, examples: Sequence[Example]) -> tuple[Finding, ...]:
    """Return what is found, by file and line."""
    apart = apart_in(shapes)
    found = itertools.chain(
        _unreachable(agreement, apart),
        _overlaps(agreement, apart | _not_drawn(agreement, shapes)),
        _gaps(agreement),
        _idle(agreement, apart),
        _shown(agreement, examples),
        _shapes(agreement, shapes),
        _unused(agreement),
        _versions(agreement),
        _claims(shapes),
        _parties(agreement),
    )
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.fault, one.words)))


def _of(clause: Clause, fault: Fault, words: str, *, grave: bool = False) -> Finding:
    return Finding(
        fault=fault,
        file="agreement.md",
        line=clause.line,
        words=f"{clause.clause_id} {words}",
        grave=grave,
    )


def _unreachable(agreement: Agreement, apart: Apart) -> Iterator[Finding]:
    for clause in agreement.clauses:
        reason = why_never(clause, agreement, apart)
        if reason:
            yield _of(
                clause, Fault.NEVER, f"can never fire: {reason}; mend its time or its `when`", grave=True
            )


def _overlaps(agreement: Agreement, apart: Apart) -> Iterator[Finding]:
    """Yield pairs of clauses that forbid the same, stages once for their clause."""
    forbidding = [clause for clause in agreement.clauses if clause.act in _FORBIDS]
    told: set[tuple[str, str]] = set()
    for one, other in itertools.combinations(forbidding, 2):
        pair = (one.stage_of or one.clause_id, other.stage_of or other.clause_id)
        kinds = frozenset() if pair[0] == pair[1] or pair in told else meet(one, other, agreement, apart)
        if kinds:
            told.add(pair)
            yield _of(
                other,
                Fault.OVERLAP,
                f"forbids what {one.clause_id} (line {one.line}) forbids too: {', '.join(sorted(kinds))}; "
                "one incident may come under both: part them by `when`, or leave it so if both are meant",
            )


def _not_drawn(agreement: Agreement, shapes: Shapes) -> Apart:
    """Return the pairs of zones of which one has no shape: whether they share ground is not known."""
    zones = [mapped.name for mapped in agreement.mapped if not mapped.is_line]
    return frozenset(
        frozenset(pair) for pair in itertools.combinations(zones, 2) if not set(pair) <= set(shapes.names)
    )


def _gaps(agreement: Agreement) -> Iterator[Finding]:
    """Yield the times between the end of a clause and the start of the next one of the same matter."""
    forbidding = [clause for clause in agreement.clauses if clause.act in _FORBIDS]
    for clause in forbidding:
        end = binding(clause, agreement).end
        if end is None or end == agreement.ends:
            continue
        starts = [
            (start, other)
            for other in forbidding
            if other is not clause
            and other.phenomena & clause.phenomena
            and {r.name for r in other.readings} & {r.name for r in clause.readings}
            and (start := binding(other, agreement).start) is not None
            and _lasts_beyond(other, agreement, end)
        ]
        if starts and min(start for start, _ in starts) > end:
            start, later = min(starts, key=lambda pair: (pair[0], pair[1].line))
            yield _of(
                later,
                Fault.GAP,
                f"starts at {start.isoformat()}, and {clause.clause_id} (line {clause.line}), of the same matter, "
                f"ends at {end.isoformat()}: between the two nothing is forbidden; let them meet, or say that it is so",
            )


def _lasts_beyond(clause: Clause, agreement: Agreement, moment: datetime) -> bool:
    end = binding(clause, agreement).end
    return end is None or end > moment


def _idle(agreement: Agreement, apart: Apart) -> Iterator[Finding]:
    forbidding = [clause for clause in agreement.clauses if clause.act in _FORBIDS]
    exceptions = [clause for clause in agreement.clauses if clause.act is Act.EXCEPTION]
    for clause in agreement.clauses:
        if clause.act is Act.PERMITTED and not any(
            meet(clause, other, agreement, apart) for other in forbidding
        ):
            yield _of(
                clause,
                Fault.IDLE,
                "permits what no clause forbids, so it permits nothing; mend its kinds, place, time or `when`",
                grave=True,
            )
        if clause.effect is Effect.FORBIDDEN and not any(
            other.priority > clause.priority
            and other.effect is Effect.PERMITTED
            and set(other.excepts) & set(clause.excepts)
            and meet_in_time(clause, other, agreement)
            for other in exceptions
        ):
            yield _of(
                clause,
                Fault.IDLE,
                "forbids again what no exception of a higher number permits, so it changes nothing; mend its priority",
                grave=True,
            )


def _shown(agreement: Agreement, examples: Sequence[Example]) -> Iterator[Finding]:
    """Yield clauses with too few examples; an exception is shown where a party relies on it, or the example says so."""
    counts = Counter(
        code
        for example in examples
        for code in {example.clause_id, *example.shows, *(n.clause_id for n in example.notices)}
    )
    for clause in agreement.clauses:
        needed = 1 if clause.act in _SHOWN_BY_ONE else FEWEST
        if counts[clause.clause_id] < needed:
            yield _of(
                clause,
                Fault.EXAMPLES,
                f"has {counts[clause.clause_id]} worked examples; write {needed - counts[clause.clause_id]} more "
                "in examples/*.toml",
            )


def _shapes(agreement: Agreement, shapes: Shapes) -> Iterator[Finding]:
    """Yield times in which a name has no shape between two that it has."""
    for first, second in itertools.pairwise(shapes.shapes):
        if first.name == second.name and first.to_utc and second.from_utc and first.to_utc < second.from_utc:
            yield _drawn(
                second,
                Fault.GAP,
                f"has no shape from {first.to_utc.isoformat()} to {second.from_utc.isoformat()}; "
                "let its shapes meet, or leave it so if nothing is known of that time",
            )
    named = {mapped.name for mapped in agreement.mapped}
    named |= {area for clause in agreement.clauses for r in clause.readings for area in r.area_ids or ()}
    for name in shapes.names:
        if name not in named:
            yield _drawn(
                shapes.of(name)[0],
                Fault.UNUSED,
                "is no zone or line of the agreement; declare it, or take it out",
            )


def _drawn(shape: Shape, fault: Fault, words: str) -> Finding:
    return Finding(fault=fault, file="zones.geojson", line=shape.line, words=f"{shape.name} {words}")


def _unused(agreement: Agreement) -> Iterator[Finding]:
    used = {name for clause in agreement.clauses for name in names_in(clause)}
    for mapped in agreement.mapped:
        if mapped.name not in used:
            yield Finding(
                fault=Fault.UNUSED,
                file="agreement.md",
                line=mapped.line,
                words=f"{mapped.name} is named by no clause and no reading of one; use it, or take it out",
            )
    zones = {mapped.name for mapped in agreement.mapped}
    for clause in agreement.clauses:
        for name in {area for r in clause.readings for area in r.area_ids or ()} - {*zones, *NAMES}:
            yield _of(
                clause,
                Fault.UNUSED,
                f"applies in {name}, which is not declared; write it under [[zones]], with its words",
            )


def _versions(agreement: Agreement) -> Iterator[Finding]:
    versions = [change.version for change in agreement.changes]
    if versions and agreement.version not in versions:
        yield Finding(
            fault=Fault.VERSION,
            file="agreement.md",
            line=1,
            words=f"no change is told for version {agreement.version}; write [[changes]] for it",
        )


def _claims(shapes: Shapes) -> Iterator[Finding]:
    for shape in shapes.shapes:
        if shape.claimed_by is None:
            yield _drawn(
                shape,
                Fault.CLAIM,
                "does not say whose claim it is; write 'claimed_by': the party, or who drew it",
            )


def _parties(agreement: Agreement) -> Iterator[Finding]:
    many = len(agreement.parties)
    if many < 2:
        yield Finding(
            fault=Fault.PARTIES,
            file="agreement.md",
            line=1,
            words=f"{'one party is' if many else 'no party is'} declared, and an agreement is between two; write [[parties]] for each",
        )
