"""Support, hubs and requirements at a moment: what documents state by then, column by column.

Rules:
- a stage that no document states stays empty: nothing is filled from the stage before it;
- toward a requirement only an actor's own undertaking counts, once: what it said last takes the place of
  what it said before; claims of others and refusals stand apart;
- amounts add up only at one firmness and in the requirement's own unit; *not stated* adds nothing, and
  takes the upper bound away;
- what an actor only may do adds no lower bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from trucewatch.model.annotation import StatusKind
from trucewatch.model.pack import Pack
from trucewatch.model.standing import Standing
from trucewatch.model.statement import Modality, Quantity, Rung, Statement, StatementKind
from trucewatch.model.support import (
    Hub,
    HubStage,
    HubStanding,
    Pledged,
    Requirement,
    RequirementStanding,
    Support,
    SupportLine,
    SupportStage,
)

MAYBE = frozenset({Modality.MAY, Modality.COULD, Modality.CONSIDERING, Modality.DEFERS, Modality.TOO_EARLY})


def support_at(packs: Sequence[Pack], day: date) -> tuple[SupportLine, ...]:
    """Return each line of support with the latest entry of each stage, by pack and line."""
    lines: dict[tuple[str, str], list[Support]] = {}
    for entry in sorted((e for p in packs for e in p.support), key=lambda e: (e.stated_on, e.support_id)):
        if entry.stated_on <= day:
            lines.setdefault((entry.pack, entry.line), []).append(entry)
    return tuple(_line(name, lines[pack, name]) for pack, name in sorted(lines))


def _line(name: str, entries: Sequence[Support]) -> SupportLine:
    latest = {entry.stage: entry for entry in entries}
    first = entries[0]
    return SupportLine(
        line=name,
        actor=first.actor,
        beneficiary=first.beneficiary,
        contribution=first.contribution,
        promised=latest.get(SupportStage.PROMISED),
        allocated=latest.get(SupportStage.ALLOCATED),
        delivered=latest.get(SupportStage.DELIVERED),
        verified=latest.get(SupportStage.VERIFIED),
    )


def hubs_at(packs: Sequence[Pack], day: date) -> tuple[HubStanding, ...]:
    """Return each hub that a document speaks of by `day`, at the furthest stage that one says; no places."""
    found = (_hub(hub, pack, day) for pack in packs for hub in pack.hubs)
    known = [standing for standing in found if standing is not None]
    return tuple(sorted(known, key=lambda standing: (standing.hub.pack, standing.hub.hub_id)))


def _hub(hub: Hub, pack: Pack, day: date) -> HubStanding | None:
    steps = [step for step in hub.steps if step.on <= day]
    if not steps:
        return None
    stage = max((step.stage for step in steps), key=tuple(HubStage).index)
    kinds = {s.statement_id: s.kind for s in pack.statements}
    behind = {kinds.get(step.statement_id or "") for step in steps if step.stage is stage}
    return HubStanding(
        hub=hub,
        stage=stage,
        since=min(step.on for step in steps if step.stage is stage),
        said_by_others_only=behind == {StatementKind.CLAIM_ABOUT},
    )


def requirements_at(
    packs: Sequence[Pack], standings: Sequence[Standing], day: date
) -> tuple[RequirementStanding, ...]:
    """Return each requirement with what is undertaken toward it."""
    toward: dict[tuple[str, str], list[Standing]] = {}
    for standing in sorted(standings, key=lambda s: (s.statement.stated_on, s.statement.statement_id)):
        named = standing.statement.toward
        if named is not None:
            toward.setdefault((standing.statement.pack, named), []).append(standing)
    asked = (r for pack in packs for r in pack.requirements if r.stated_on <= day)
    return tuple(requirement_at(r, toward.get((r.pack, r.requirement_id), ())) for r in asked)


def requirement_at(requirement: Requirement, toward: Sequence[Standing]) -> RequirementStanding:
    """Return what is undertaken toward a requirement, of `toward` in the order in which it was said."""
    own: dict[tuple[str, ...], Standing] = {}
    for standing in toward:
        if standing.statement.kind in (StatementKind.COMMITMENT, StatementKind.REFUSAL):
            own[standing.statement.actors] = standing
    gone = [s.statement for s in own.values() if _is_withdrawn(s)]
    firm: dict[tuple[Rung, Modality], list[Statement]] = {}
    for standing in own.values():
        said = standing.statement
        if said.kind is StatementKind.COMMITMENT and said not in gone:
            firm.setdefault((said.rung, said.modality), []).append(said)
    ranks = {key: (-tuple(Rung).index(key[0]), tuple(Modality).index(key[1])) for key in firm}
    claimed = (s.statement for s in toward if s.statement.kind is StatementKind.CLAIM_ABOUT)
    refused = (s.statement for s in own.values() if s.statement.kind is StatementKind.REFUSAL)
    return RequirementStanding(
        requirement=requirement,
        pledged=tuple(_pledged(key, firm[key], requirement) for key in sorted(firm, key=ranks.__getitem__)),
        claimed=_ids(claimed),
        refused=_ids(refused),
        withdrawn=_ids(gone),
    )


def _pledged(
    firm: tuple[Rung, Modality], statements: Sequence[Statement], requirement: Requirement
) -> Pledged:
    unit = requirement.quantity.unit if requirement.quantity else None
    stated: Mapping[str, Quantity] = {
        s.statement_id: s.quantity for s in statements if s.quantity is not None and s.quantity.unit == unit
    }
    least = 0 if firm[1] in MAYBE else sum(q.least or 0 for q in stated.values())
    bounds = [q.most for q in stated.values() if q.most is not None]
    return Pledged(
        rung=firm[0],
        modality=firm[1],
        least=least,
        most=sum(bounds) if len(bounds) == len(statements) else None,
        statement_ids=_ids(statements),
        not_stated=tuple(i for i in _ids(statements) if i not in stated),
    )


def _is_withdrawn(standing: Standing) -> bool:
    return standing.statement.rung is Rung.WITHDRAWN or standing.status is StatusKind.WITHDRAWN


def _ids(statements: Iterable[Statement]) -> tuple[str, ...]:
    return tuple(sorted(s.statement_id for s in statements))
