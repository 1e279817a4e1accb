"""The trace of an assessment: every condition in the order asked, its value, and what it rests on.

Rules:
- the values are those that `assess` computed with, asked again of the one incident;
- each step says in a sentence what it rests on; numbers are printed as they were used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from trucewatch.assess.conditions import ceiling, conditions, window
from trucewatch.assess.exceptions import NOT_INVOKED, exceptions_to
from trucewatch.assess.place import ground_of
from trucewatch.errors import AgreementError
from trucewatch.model.agreement import Agreement, Clause, Reading, Step, Trace, WhyNot
from trucewatch.model.areas import Areas, area_name
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import INCIDENTS
from trucewatch.model.vocabulary import Ceiling, Truth

Row = Mapping[str, object]


def why(
    incident: Row | None,
    assessment: Row,
    agreement: Agreement,
    *,
    areas: Areas,
    profiles: Mapping[str, SourceProfile],
    invoked: Mapping[str, tuple[str, ...]] = NOT_INVOKED,
) -> Trace:
    """Return the trace of `assessment`, a row of ASSESSMENTS about `incident`, a row of INCIDENTS.

    `incident` is None when the assessment is of an obligation or an area. Raises AgreementError when the agreement has no such clause or reading.
    """
    clause, reading = _cited(assessment, agreement)
    if incident is None:
        return _without_incident(assessment, reading)
    ground = None if reading.area_ids is None else ground_of(reading.area_ids, areas)
    frame = INCIDENTS.conform(pl.DataFrame([dict(incident)], schema=INCIDENTS.schema))
    held = conditions(frame, clause, agreement, ground).with_columns(ceiling(profiles).alias("ceiling"))
    row = held.row(0, named=True) if held.height else None
    reasons = assessment["why_not"]
    open_words = list(reasons) if isinstance(reasons, Sequence) else []
    steps = [_kind(incident, clause, row), _time(row, clause, agreement), _place(row, reading)]
    if clause.trajectories:
        steps.insert(1, _trajectory(incident, clause, row))
    steps.append(_real(incident, row))
    steps.extend(_exceptions(clause, agreement, open_words, invoked))
    steps.append(_evidence(incident, row))
    return Trace(assessment_id=str(assessment["assessment_id"]), steps=tuple(steps))


def _cited(assessment: Row, agreement: Agreement) -> tuple[Clause, Reading]:
    for clause in agreement.clauses:
        for reading in clause.readings:
            if (clause.clause_id, reading.name) == (assessment["clause_id"], assessment["reading"]):
                return clause, reading
    raise AgreementError(
        f"{agreement.name} has no clause {assessment['clause_id']} with the reading {assessment['reading']!r}; "
        "give the agreement that the assessment was made under"
    )


def _without_incident(assessment: Row, reading: Reading) -> Trace:
    """Return the trace of an obligation or an area: its period, its place, and what was watched."""
    reasons = assessment["why_not"]
    found = ", ".join(map(str, reasons)) if isinstance(reasons, list) else "nothing"
    asked = assessment["area_id"]
    period = f"the period is {assessment['from_utc']} up to {assessment['to_utc']}"
    where = f"reading {reading.name}: {reading.words}"
    known = Truth.UNKNOWN if reading.area_ids is None else Truth.YES
    steps = (
        Step(condition="time", value=int(Truth.YES), because=period),
        Step(
            condition="place",
            value=int(known),
            because=f"{area_name(str(asked))}; {where}" if asked else where,
        ),
        Step(condition="watch", value=int(Truth.UNKNOWN), because=f"it rests on: {found}"),
    )
    return Trace(assessment_id=str(assessment["assessment_id"]), steps=steps)


def _value(row: Row | None, name: str) -> int:
    value = row[name] if row is not None else Truth.NO
    return int(value) if isinstance(value, int) else int(Truth.UNKNOWN)


def _kind(incident: Row, clause: Clause, row: Row | None) -> Step:
    kinds = ", ".join(sorted(clause.phenomena))
    p = _p(incident["p_phenomenon"])
    because = f"it is likeliest {incident['phenomenon']} ({p}); the clause is about {kinds}"
    return Step(condition="kind", value=_value(row, "t_kind"), because=because)


def _trajectory(incident: Row, clause: Clause, row: Row | None) -> Step:
    meant = ", ".join(sorted(clause.trajectories))
    because = f"its trajectory is {incident['trajectory'] or 'not known'}; the clause is about {meant}"
    return Step(condition="trajectory", value=_value(row, "t_trajectory"), because=because)


def _time(row: Row | None, clause: Clause, agreement: Agreement) -> Step:
    starts, ends = window(clause, agreement)
    since = starts.isoformat() if starts else "a day not yet recorded"
    until = f"up to {ends.isoformat()}" if ends else "with no end"
    share = _p(row["p_time"] if row else None)
    because = f"the clause binds from {since} {until}; the share of the incident's interval inside is {share}"
    return Step(condition="time", value=_value(row, "t_time"), because=because)


def _place(row: Row | None, reading: Reading) -> Step:
    if reading.area_ids is None:
        because = f"reading {reading.name}: {reading.words}"
    else:
        named = ", ".join(area_name(area) for area in reading.area_ids)
        inside = _p(row["p_place"] if row else None)
        because = f"reading {reading.name} ({named}): the probability that the place is inside is {inside}"
    return Step(condition="place", value=_value(row, "t_place"), because=because)


def _real(incident: Row, row: Row | None) -> Step:
    because = f"the probability that something happened at all is {_p(incident['p_real'])}"
    return Step(condition="real", value=_value(row, "t_real"), because=because)


def _exceptions(
    clause: Clause, agreement: Agreement, open_words: Sequence[str], invoked: Mapping[str, tuple[str, ...]]
) -> list[Step]:
    steps = []
    for exception in exceptions_to(clause, agreement):
        shown = exception.must_be_shown_by or "the text does not say whom"
        rest = f"it rests on all of: {'; '.join(exception.needs)}; to be shown by: {shown}"
        records = invoked.get(exception.clause_id, ())
        if records:
            value, because = Truth.UNKNOWN, f"invoked in {', '.join(records)}; {rest}"
        elif WhyNot.EXCEPTION_OPEN in open_words and exception.phenomena:
            kinds = ", ".join(sorted(exception.phenomena))
            value, because = (
                Truth.UNKNOWN,
                f"an incident of a kind that supports it ({kinds}) is near in time; {rest}",
            )
        else:
            value, because = Truth.NO, "not invoked, and no observation supports it"
        steps.append(Step(condition=f"exception {exception.clause_id}", value=int(value), because=because))
    return steps


def _evidence(incident: Row, row: Row | None) -> Step:
    means, sources = incident["means"], incident["source_ids"]
    words = ", ".join(means) if isinstance(means, list) else "not known"
    names = ", ".join(sources) if isinstance(sources, list) else "not known"
    reported = row is None or row["ceiling"] == Ceiling.REPORTED
    limit = "alone it never passes reported" if reported else "it may carry an apparent breach"
    because = f"means: {words}; sources: {names}; independent origins: {incident['n_origins']}; {limit}"
    return Step(condition="evidence", value=int(Truth.NO if reported else Truth.YES), because=because)


def _p(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else "not known"
