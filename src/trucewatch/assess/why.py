"""The trace of an assessment: every condition in the order asked, its value, and what it rests on.

Rules:
- the values are those that `assess` computed with, asked again of the one incident among all of them;
- each step says in a sentence what it rests on; numbers are printed as they were used;
- an exception's own condition has its steps after the exception's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from trucewatch.assess.asked import Asked, asked_of
from trucewatch.assess.because import because, steps_of
from trucewatch.assess.columns import Ints
from trucewatch.assess.conditions import Weighed, ceiling, weigh, window
from trucewatch.assess.evaluate import Counted
from trucewatch.assess.exceptions import NOT_INVOKED, Claimed, claimed
from trucewatch.assess.grounds import World
from trucewatch.assess.stated import invocations
from trucewatch.errors import AgreementError
from trucewatch.model.agreement import Agreement, Clause, Reading, Step, Trace, WhyNot
from trucewatch.model.areas import Areas, area_name
from trucewatch.model.notice import Notice
from trucewatch.model.shapes import NO_SHAPES, Shapes
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
    shapes: Shapes = NO_SHAPES,
    notices: Sequence[Notice] = (),
    attributions: pl.DataFrame | None = None,
    everything: pl.DataFrame | None = None,
    invoked: Mapping[str, tuple[str, ...]] = NOT_INVOKED,
) -> Trace:
    """Return the trace of `assessment`, a row of ASSESSMENTS about `incident`, a row of INCIDENTS.

    `incident` is None when the assessment is of an obligation or an area; `everything` are all incidents, which counts and
    replies are asked of. Raises AgreementError when the agreement has no such clause or reading.
    """
    if incident is None:
        return without_incident(assessment, _cited(assessment, agreement)[1])
    one = INCIDENTS.conform(pl.DataFrame([dict(incident)], schema=INCIDENTS.schema))
    world = World(agreement=agreement, areas=areas, shapes=shapes)
    asked = asked_of(one, world, beside=everything, notices=tuple(notices), attributions=attributions)
    return trace(asked, assessment, profiles=profiles, invoked=invoked)


def trace(
    asked: Asked,
    assessment: Row,
    *,
    profiles: Mapping[str, SourceProfile],
    invoked: Mapping[str, tuple[str, ...]] = NOT_INVOKED,
) -> Trace:
    """Return the trace of an assessment of one of the incidents in `asked`."""
    clause, reading = _cited(assessment, asked.agreement)
    named = (asked.columns.frame["incident_id"] == assessment["incident_id"]).to_numpy()
    at = np.flatnonzero(named)[:1]
    weighed = weigh(asked, clause, reading)
    nth = np.flatnonzero(np.isin(weighed.at, at))
    steps = [*_main(asked, clause, reading, weighed, nth, at)]
    if clause.when is not None:
        steps.extend(steps_of(clause.when, asked, at, weighed.counts))
    steps.append(_real(asked, weighed, nth, at))
    for one in claimed(asked, clause, at, weighed.counts, invoked):
        steps.extend(_exception(one, asked, at, weighed.counts, invoked))
    steps.append(_evidence(asked, at, profiles))
    return Trace(assessment_id=str(assessment["assessment_id"]), steps=tuple(steps))


def _cited(assessment: Row, agreement: Agreement) -> tuple[Clause, Reading]:
    for clause in agreement.clauses:
        for reading in clause.readings:
            if (clause.clause_id, reading.name) == (assessment["clause_id"], assessment["reading"]):
                return clause, reading
    raise AgreementError(
        f"{agreement.name} has no clause {assessment['clause_id']} with reading {assessment['reading']}: "
        "give the agreement that the assessment was made under"
    )


def without_incident(assessment: Row, reading: Reading) -> Trace:
    """Return the trace of an assessment of an area or an obligation."""
    reasons = assessment["why_not"]
    found = ", ".join(map(str, reasons)) if isinstance(reasons, list) and reasons else "nothing"
    asked = assessment["area_id"]
    period = f"the period is {assessment['from_utc']} up to {assessment['to_utc']}"
    where = f"reading {reading.name}: {reading.words}"
    said = reading.area_ids is not None or reading.anywhere
    drawn = not (isinstance(reasons, list) and WhyNot.LINE_UNKNOWN.value in reasons)
    known = Truth.YES if said and drawn else Truth.UNKNOWN
    place = f"{area_name(str(asked))}; {where}" if asked else where
    steps = (
        Step(condition="time", value=int(Truth.YES), because=period),
        Step(condition="place", value=int(known), because=place),
        Step(condition="watch", value=int(Truth.UNKNOWN), because=f"it rests on: {found}"),
    )
    return Trace(assessment_id=str(assessment["assessment_id"]), steps=steps)


def _main(
    asked: Asked, clause: Clause, reading: Reading, weighed: Weighed, nth: Ints, at: Ints
) -> Iterator[Step]:
    """Yield kind, trajectory, time, effect and place: those that the clause asks."""
    row = asked.columns.frame.row(int(at[0]), named=True)
    kinds, p_kind = ", ".join(sorted(clause.phenomena)), because(row["p_phenomenon"])
    said = {"kind": f"it is likeliest {row['phenomenon']} ({p_kind}); the clause is about {kinds}"}
    meant = ", ".join(sorted(clause.trajectories))
    said["trajectory"] = f"its trajectory is {row['trajectory'] or 'not known'}; the clause is about {meant}"
    starts, ends = window(clause, asked.agreement)
    since = starts.isoformat() if starts else "a day not yet recorded"
    until = f"up to {ends.isoformat()}" if ends else "with no end"
    inside = because(_low(weighed, "time", nth))
    said["time"] = (
        f"the clause binds from {since} {until}; the share of the incident's interval inside is {inside}"
    )
    said["effect"] = _effect(asked.agreement)
    said["place"] = _place(reading, weighed, nth)
    for name in ("kind", "trajectory", "time", "effect", "place"):
        if name in weighed.parts:
            yield Step(condition=name, value=_truth(weighed, name, nth), because=said[name])


def _effect(agreement: Agreement) -> str:
    said = sorted(agreement.ends_said, key=lambda one: one.at)
    return "; ".join(f"{one.by} said on {one.at.date().isoformat()}: {one.words}" for one in said)


def _place(reading: Reading, weighed: Weighed, nth: Ints) -> str:
    if reading.area_ids is None:
        return f"reading {reading.name}: {reading.words}"
    named = ", ".join(area_name(area) for area in reading.area_ids)
    held = weighed.parts["place"].take(nth)
    found = because(float(held.low[0]), float(held.high[0])) if len(nth) else "not known"
    return f"reading {reading.name} ({named}): the probability that the place is inside is {found}"


def _truth(weighed: Weighed, name: str, nth: Ints) -> int:
    return int(weighed.parts[name].truth[nth[0]]) if len(nth) else int(Truth.NO)


def _low(weighed: Weighed, name: str, nth: Ints) -> float | None:
    return float(weighed.parts[name].low[nth[0]]) if len(nth) else None


def _real(asked: Asked, weighed: Weighed, nth: Ints, at: Ints) -> Step:
    p_real = asked.columns.frame["p_real"][int(at[0])]
    said = f"the probability that something happened of which no other incident tells is {because(p_real)}"
    return Step(condition="real", value=_truth(weighed, "real", nth), because=said)


def _exception(
    one: Claimed, asked: Asked, at: Ints, counts: Counted, invoked: Mapping[str, tuple[str, ...]]
) -> Iterator[Step]:
    """Yield how an exception stands, and then its own condition."""
    exception, name = one.exception, f"exception {one.exception.clause_id}"
    shown = exception.must_be_shown_by or "the text does not say whom"
    rest = f"it rests on all of: {'; '.join(exception.needs)}; to be shown by: {shown}"
    notices = [notice.record for notice in invocations(exception.clause_id, asked.notices)]
    records = ", ".join([*invoked.get(exception.clause_id, ()), *notices])
    kinds = ", ".join(sorted(exception.phenomena))
    near = f"an incident of a kind that supports it ({kinds}) may be near in time and place"
    if not (one.invoked[0] or one.supported[0]):
        yield Step(condition=name, value=int(Truth.NO), because="not invoked, and no observation supports it")
        return
    evident = near if one.near[0] else "its own condition, on other incidents, is true"
    claim = f"invoked in {records}" if one.invoked[0] else evident
    if one.open[0]:
        yield Step(condition=name, value=int(Truth.UNKNOWN), because=f"{claim}; {rest}")
    else:
        yield Step(
            condition=name, value=int(Truth.NO), because=f"closed, its condition is not so: {claim}; {rest}"
        )
    if exception.when is not None:
        yield from steps_of(exception.when, asked, at, counts)


def _evidence(asked: Asked, at: Ints, profiles: Mapping[str, SourceProfile]) -> Step:
    found = asked.columns.frame[at.tolist()].with_columns(ceiling(profiles).alias("ceiling"))
    row = found.row(0, named=True)
    words = ", ".join(row["means"]) if row["means"] is not None else "not known"
    names = ", ".join(row["source_ids"]) if row["source_ids"] is not None else "not known"
    reported = row["ceiling"] == Ceiling.REPORTED
    limit = "alone it never passes reported" if reported else "it may carry an apparent breach"
    said = f"means: {words}; sources: {names}; independent origins: {row['n_origins']}; {limit}"
    return Step(condition="evidence", value=int(Truth.NO if reported else Truth.YES), because=said)
