"""Why a condition stands as it does, and what a statement waits for, in words.

Rules:
- each reason names the records behind it, their recorders, and who contests them;
- what does not count is said, with what would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trucewatch.guarantee.evidence import Evidence
from trucewatch.guarantee.graph import Key
from trucewatch.guarantee.history import Span
from trucewatch.model.annotation import CountsAs
from trucewatch.model.standing import ConditionState, Standing
from trucewatch.model.statement import FactKind, StatedCondition
from trucewatch.model.vocabulary import Truth

# What a statement waits for, after "waiting on".
WAITS: Mapping[FactKind, str] = {
    FactKind.CEASEFIRE_IN_FORCE: "a recorded ceasefire",
    FactKind.CEASEFIRE_AGREEMENT_SIGNED: "a recorded signature of a ceasefire agreement",
    FactKind.TRUCE_CONCLUDED: "a recorded truce",
    FactKind.PEACE_AGREEMENT_SIGNED: "a recorded signature of a peace agreement",
    FactKind.WAR_OVER: "a record that the war is over",
    FactKind.CONDITIONS_CLARIFIED: "a record that the overall conditions are clarified",
    FactKind.PEACE_PROSPECT: "a record that there is a prospect of peace",
    FactKind.PARLIAMENT_APPROVED: "a recorded approval by parliament",
    FactKind.BACKER_BACKS: "a record that the backer backs it",
    FactKind.BREACH_DETERMINED: "a determination of a breach",
    FactKind.ATTACK_DETERMINED: "a determination of an armed attack",
}
MET = {Truth.YES: "met", Truth.NO: "not met", Truth.UNKNOWN: "unknown"}


def waits_for(state: ConditionState) -> str:
    """Return what a condition that is not met waits for."""
    condition = state.condition
    if condition.on is not None:
        return f"{condition.on.isoformat()}, 00:00 UTC"
    if state.awaits is not None:
        wanted = condition.status.replace("_", " ") if condition.status else "its conditions"
        return f"statement {state.awaits}: {wanted}"
    if condition.trigger is None:
        return f"somebody's reading of “{condition.as_written}”"
    body = f" by the {condition.by_body}" if condition.by_body else ""
    whose = f" ({condition.whose})" if condition.whose else ""
    known = f" ({state.because})" if state.fact_ids else ""
    return WAITS[condition.trigger] + whose + body + known


def because(
    condition: StatedCondition,
    span: Span,
    readings: Sequence[CountsAs],
    evidence: Evidence,
    other_bodies: Sequence[str],
) -> str:
    """Return why the condition is as it is, with the readings that somebody contests."""
    told = _told(condition, span, evidence, other_bodies)
    aside = [
        f"{_reading(r)} is contested by {', '.join(sorted(c.contested_by for c in found))} and adds nothing"
        for r in readings
        for found in [evidence.contests.get(r.counts_as_id, ())]
        if found
    ]
    return "; ".join((told, *aside))


def awaited_words(condition: StatedCondition, other: Key, standing: Standing | None) -> str:
    """Return why a condition that waits for another statement is as it is."""
    name = "/".join(other)
    if standing is None:
        return f"{name} was not said yet, or stands in no pack of this mission"
    if standing.status is not None:
        return f"{name} is recorded as {standing.status.value.replace('_', ' ')}"
    if condition.status is not None:
        return f"no record says that {name} is {condition.status.replace('_', ' ')}"
    if standing.met is None:
        return f"{name} states no condition, and no record says what became of it"
    waits = f": it waits for {'; '.join(standing.waits_for)}" if standing.waits_for else ""
    return f"the conditions of {name} are {MET[standing.met]}{waits}"


def _told(condition: StatedCondition, span: Span, evidence: Evidence, other_bodies: Sequence[str]) -> str:
    if condition.on is not None:
        return f"{condition.on.isoformat()} has {'begun' if span.met is Truth.YES else 'not begun'} in UTC"
    if condition.trigger is FactKind.BREACH_DETERMINED:
        return _determined(condition, span, other_bodies)
    if condition.trigger is FactKind.ATTACK_DETERMINED and condition.by_body is None:
        return "it does not say whose determination counts"
    if condition.trigger is None and not span.read_as:
        return "no trigger is named in it"
    return _recorded(span, evidence)


def _recorded(span: Span, evidence: Evidence) -> str:
    """Return what the records of facts say, and who contests them."""
    standing = span.facts
    if not standing:
        return "no record says so"
    contested = sorted({name for fact in standing for name in evidence.contesters.get(fact.fact_id, ())})
    if span.met is Truth.UNKNOWN and contested:
        return f"contested by {', '.join(contested)}"
    if len({fact.holds for fact in standing}) > 1:
        words = "; ".join(f"{f.recorded_by}: {'yes' if f.holds else 'no'}" for f in standing)
        return f"the records disagree: {words}"
    since = max(f.from_utc for f in standing).isoformat(timespec="minutes")
    names = ", ".join(sorted({f.recorded_by for f in standing}))
    so = "so" if standing[0].holds else "not so"
    read = "".join(f"; {_reading(r)}, on {r.rests_on!r}" for r in span.read_as)
    return f"recorded as {so} from {since} by {names}{read}"


def _reading(reading: CountsAs) -> str:
    """Return a reading in words."""
    target = reading.trigger.value.replace("_", " ") if reading.trigger else f"“{reading.words}”"
    return f"{reading.recorded_by}'s reading of {reading.kind.value.replace('_', ' ')} as {target}"


def _determined(condition: StatedCondition, span: Span, other_bodies: Sequence[str]) -> str:
    """Return what the determinations of the body that counts say."""
    if condition.by_body is None:
        return "it does not say whose determination counts"
    if span.met is Truth.YES:
        return f"determined by the {condition.by_body}: {', '.join(d.case_id for d in span.made)}"
    if span.made and span.met is Truth.NO:
        return f"the {condition.by_body} determined no breach in any case so far"
    if span.made:
        outcomes = ", ".join(sorted({d.outcome.value for d in span.made}))
        return f"the {condition.by_body} determined no breach: {outcomes}"
    said = f"; a determination of the {', '.join(other_bodies)} does not count" if other_bodies else ""
    return f"the {condition.by_body} has determined nothing{said}"
