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
from trucewatch.model.annotation import CountsAs, StatusKind
from trucewatch.model.standing import ConditionState, Standing
from trucewatch.model.statement import Fact, FactKind, StatedCondition
from trucewatch.model.told import ActorCode, PackWords, Several, Slot, Template, Told, together
from trucewatch.model.vocabulary import Truth

# What a statement waits for, after "waiting on".
WAITS: Mapping[FactKind, Template] = {
    FactKind.CEASEFIRE_IN_FORCE: Template.A_CEASEFIRE,
    FactKind.CEASEFIRE_AGREEMENT_SIGNED: Template.A_CEASEFIRE_SIGNATURE,
    FactKind.TRUCE_CONCLUDED: Template.A_TRUCE,
    FactKind.PEACE_AGREEMENT_SIGNED: Template.A_PEACE_SIGNATURE,
    FactKind.WAR_OVER: Template.AN_END_OF_WAR,
    FactKind.CONDITIONS_CLARIFIED: Template.A_CLARIFICATION,
    FactKind.PEACE_PROSPECT: Template.A_PROSPECT,
    FactKind.PARLIAMENT_APPROVED: Template.AN_APPROVAL,
    FactKind.BACKER_BACKS: Template.A_BACKING,
    FactKind.BREACH_DETERMINED: Template.A_BREACH,
    FactKind.ATTACK_DETERMINED: Template.AN_ATTACK,
}
OTHERS: Mapping[Truth, Template] = {
    Truth.YES: Template.OTHER_MET,
    Truth.NO: Template.OTHER_NOT_MET,
    Truth.UNKNOWN: Template.OTHER_UNKNOWN,
}


def waits_for(state: ConditionState) -> Told:
    """Return what a condition that is not met waits for."""
    condition = state.condition
    if condition.on is not None:
        return Told(Template.A_DAY, {"day": condition.on})
    if state.awaits is not None:
        if condition.status is None:
            return Told(Template.ITS_CONDITIONS, {"other": state.awaits})
        return Told(Template.A_STATUS, {"other": state.awaits, "status": StatusKind(condition.status)})
    if condition.trigger is None:
        return Told(Template.A_READING, {"condition": PackWords(english=condition.as_written)})
    told = Told(WAITS[condition.trigger])
    if condition.whose:
        told = Told(Template.OF_WHOM, {"what": told, "whose": ActorCode(code=condition.whose)})
    if condition.by_body:
        told = Told(Template.BY_BODY, {"what": told, "body": condition.by_body})
    return Told(Template.AS_KNOWN, {"what": told, "known": state.because}) if state.fact_ids else told


def because(
    condition: StatedCondition,
    span: Span,
    readings: Sequence[CountsAs],
    evidence: Evidence,
    other_bodies: Sequence[str],
) -> Told:
    """Return why the condition is as it is, with the readings that somebody contests."""
    told = _told(condition, span, evidence, other_bodies)
    aside = [
        Told(
            Template.READING_CONTESTED,
            {"reading": _reading(r), "names": _names({c.contested_by for c in found})},
        )
        for r in readings
        for found in [evidence.contests.get(r.counts_as_id, ())]
        if found
    ]
    return together((*told, *aside))


def awaited_words(condition: StatedCondition, other: Key, standing: Standing | None) -> Told:
    """Return why a condition that waits for another statement is as it is."""
    name: Mapping[str, Slot] = {"other": "/".join(other)}
    if standing is None:
        return Told(Template.OTHER_NOT_SAID, name)
    if standing.status is not None:
        return Told(Template.OTHER_RECORDED, {**name, "status": standing.status})
    if condition.status is not None:
        return Told(Template.OTHER_NOT_RECORDED, {**name, "status": StatusKind(condition.status)})
    if standing.met is None:
        return Told(Template.OTHER_WITHOUT_CONDITIONS, name)
    so = Told(OTHERS[standing.met], name)
    if not standing.waits_for:
        return so
    return Told(Template.WHICH_WAITS, {"so": so, "waits": together(standing.waits_for)})


def _told(
    condition: StatedCondition, span: Span, evidence: Evidence, other_bodies: Sequence[str]
) -> tuple[Told, ...]:
    if condition.on is not None:
        begun = Template.DAY_BEGUN if span.met is Truth.YES else Template.DAY_NOT_BEGUN
        return (Told(begun, {"day": condition.on}),)
    if condition.trigger is FactKind.BREACH_DETERMINED:
        return (_determined(condition, span, other_bodies),)
    if condition.trigger is FactKind.ATTACK_DETERMINED and condition.by_body is None:
        return (Told(Template.NO_BODY_NAMED),)
    if condition.trigger is None and not span.read_as:
        return (Told(Template.NO_TRIGGER_NAMED),)
    return _recorded(span, evidence)


def _recorded(span: Span, evidence: Evidence) -> tuple[Told, ...]:
    """Return what the records of facts say, and who contests them."""
    standing = span.facts
    if not standing:
        return (Told(Template.NO_RECORD),)
    contested = {name for fact in standing for name in evidence.contesters.get(fact.fact_id, ())}
    if span.met is Truth.UNKNOWN and contested:
        return (Told(Template.CONTESTED, {"names": _names(contested)}),)
    if len({fact.holds for fact in standing}) > 1:
        return (Told(Template.DISAGREE, {"told": together([_says(fact) for fact in standing])}),)
    so = Told(
        Template.RECORDED_SO if standing[0].holds else Template.RECORDED_NOT_SO,
        {"since": max(f.from_utc for f in standing), "names": _names({f.recorded_by for f in standing})},
    )
    read = (Told(Template.READING_ON, {"reading": _reading(r), "rests_on": r.rests_on}) for r in span.read_as)
    return (so, *read)


def _says(fact: Fact) -> Told:
    return Told(Template.SAYS_YES if fact.holds else Template.SAYS_NO, {"name": fact.recorded_by})


def _names(found: set[str]) -> Several:
    return Several(each=tuple(sorted(found)))


def _reading(reading: CountsAs) -> Told:
    """Return a reading in words."""
    slots: Mapping[str, Slot] = {"name": reading.recorded_by, "kind": reading.kind}
    if reading.trigger is not None:
        return Told(Template.READ_AS_TRIGGER, {**slots, "trigger": reading.trigger})
    return Told(Template.READ_AS_WORDS, {**slots, "condition": PackWords(english=reading.words or "")})


def _determined(condition: StatedCondition, span: Span, other_bodies: Sequence[str]) -> Told:
    """Return what the determinations of the body that counts say."""
    if condition.by_body is None:
        return Told(Template.NO_BODY_NAMED)
    body: Mapping[str, Slot] = {"body": condition.by_body}
    if span.met is Truth.YES:
        cases = Several(each=tuple(d.case_id for d in span.made))
        return Told(Template.DETERMINED, {**body, "cases": cases})
    if span.made and span.met is Truth.NO:
        return Told(Template.NO_BREACH_SO_FAR, body)
    if span.made:
        outcomes = Several(each=tuple(sorted({d.outcome for d in span.made})))
        return Told(Template.NO_BREACH, {**body, "outcomes": outcomes})
    if other_bodies:
        return Told(Template.NOTHING_BUT_OTHERS, {**body, "others": Several(each=tuple(other_bodies))})
    return Told(Template.NOTHING_DETERMINED, body)
