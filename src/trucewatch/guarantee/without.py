"""What would fail if an actor withdrew: a question asked of the ledger, which records nothing.

Rules:
- the actor's own undertakings fall away, and with them its hubs, its support, its part of a requirement;
- a condition that wants its backing, its signature or its parliament is not met;
- a statement that waits for one of the fallen falls too, and the chain of reasons is said in order;
- what others only say that it undertook is listed apart: it was never its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trucewatch.guarantee.given_so_far import requirement_at
from trucewatch.guarantee.graph import Key, awaited, key_of, ordered
from trucewatch.model.annotation import StatusKind
from trucewatch.model.standing import ConditionState, Fallen, Guarantees, Standing, Without
from trucewatch.model.statement import FactKind, Modality, StatedCondition, StatementKind
from trucewatch.model.support import RequirementStanding
from trucewatch.model.told import ActorCode, Template, Told
from trucewatch.model.vocabulary import Truth, all_of, any_of

UNDERTAKEN = frozenset({StatementKind.COMMITMENT, StatementKind.INSTRUMENT})
WITHHELD = frozenset(
    {Modality.REFUSES, Modality.DOES_NOT_INTEND, Modality.WILL_NOT, Modality.DID_NOT, Modality.DEFERS}
)
WANTED: Mapping[FactKind, Template] = {
    FactKind.BACKER_BACKS: Template.WANTS_BACKING,
    FactKind.PARLIAMENT_APPROVED: Template.WANTS_APPROVAL,
    FactKind.CEASEFIRE_AGREEMENT_SIGNED: Template.WANTS_SIGNATURE,
    FactKind.PEACE_AGREEMENT_SIGNED: Template.WANTS_SIGNATURE,
}


def without(ledger: Guarantees, actor: str) -> Without:
    """Return what of the ledger would fail if `actor` withdrew all that it undertook."""
    standings = {key_of(s.statement): s for s in ledger.standings}
    own = {key: s for key, s in standings.items() if _is_own(s, actor)}
    gone: dict[Key, tuple[Told, ...]] = {key: (_withdraws(actor, key),) for key in own}
    fallen: list[Fallen] = []
    for statement in ordered([s.statement for s in ledger.standings]):
        key = key_of(statement)
        if key in own:
            continue
        reasons = [_reason(c.condition, key, actor, gone) for c in standings[key].conditions]
        after = _after(standings[key], [bool(reason) for reason in reasons])
        lost = [reason for reason, c in zip(reasons, after.conditions, strict=True) if _is_lost(c, after)]
        if any(lost):
            chain = tuple(dict.fromkeys(step for reason in lost for step in reason))
            gone[key] = (*chain, Told(Template.NO_LONGER, {"statement": "/".join(key)}))
            fallen.append(Fallen(standing=after, before=standings[key].met, because=gone[key]))
    told = {key_of(f.standing.statement): f.standing for f in fallen}
    withdrawn = {key: replace(s, status=StatusKind.WITHDRAWN) for key, s in own.items()}
    return Without(
        actor=actor,
        own=tuple(own[key] for key in sorted(own)),
        fallen=tuple(fallen),
        claimed=tuple(s for _, s in sorted(standings.items()) if _is_claimed(s, actor)),
        requirements=_requirements(ledger, {**standings, **told, **withdrawn}),
        hubs=tuple(h for h in ledger.hubs if actor in h.hub.actors),
        support=tuple(line for line in ledger.support if line.actor == actor),
    )


def _withdraws(actor: str, key: Key) -> Told:
    return Told(Template.WITHDRAWS, {"actor": ActorCode(code=actor), "statement": "/".join(key)})


def _is_own(standing: Standing, actor: str) -> bool:
    return standing.statement.kind in UNDERTAKEN and actor in standing.statement.actors


def _is_claimed(standing: Standing, actor: str) -> bool:
    said = standing.statement
    given = said.kind is StatementKind.CLAIM_ABOUT and said.modality not in WITHHELD
    return given and actor in said.actors


def _reason(
    condition: StatedCondition, key: Key, actor: str, gone: Mapping[Key, tuple[Told, ...]]
) -> tuple[Told, ...]:
    """Return why a condition can no longer be met, or nothing when it still can."""
    name = "/".join(key)
    if condition.trigger is not None and condition.trigger in WANTED and condition.whose == actor:
        wanted = WANTED[condition.trigger]
        return (Told(wanted, {"statement": name, "actor": ActorCode(code=actor)}),)
    other = awaited(condition, key[0])
    if other is not None and other in gone:
        waits = Told(Template.WAITS_FOR, {"statement": name, "other": "/".join(other)})
        return (*gone[other], waits)
    return ()


def _after(standing: Standing, lost: Sequence[bool]) -> Standing:
    """Return the standing with the conditions that are lost not met."""
    pairs = zip(standing.conditions, lost, strict=True)
    states = tuple(replace(c, met=Truth.NO) if out else c for c, out in pairs)
    groups: dict[object, list[Truth]] = {}
    for place, state in enumerate(states):
        groups.setdefault(state.condition.either or place, []).append(state.met)
    met = all_of(any_of(found) for found in groups.values()) if groups else None
    return replace(standing, conditions=states, met=met)


def _is_lost(state: ConditionState, after: Standing) -> bool:
    """Say whether neither a condition nor any alternative of it is left."""
    either = state.condition.either
    alike = [
        c for c in after.conditions if c is state or (either is not None and c.condition.either == either)
    ]
    return all(c.met is Truth.NO for c in alike)


def _requirements(
    ledger: Guarantees, after: Mapping[Key, Standing]
) -> tuple[tuple[RequirementStanding, RequirementStanding], ...]:
    """Return the requirements whose contributions would change, before and after."""
    pairs = []
    for before in ledger.requirements:
        asked = before.requirement
        toward = sorted(
            (
                s
                for s in after.values()
                if s.statement.toward == asked.requirement_id and s.statement.pack == asked.pack
            ),
            key=lambda s: (s.statement.stated_on, s.statement.statement_id),
        )
        then = requirement_at(asked, toward)
        if then != before:
            pairs.append((before, then))
    return tuple(pairs)
