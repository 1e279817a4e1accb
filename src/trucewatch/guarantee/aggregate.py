"""How many are claimed, how many are named, and how many said what they would do.

Rules:
- a number of unnamed members is never filled with names, nor named members counted up to it;
- whether a named actor is one of the unnamed ones is not known unless somebody says so;
- content is an actor's own undertaking with a place or a quantity: another's words give it none;
- what is refused, put off or taken back names nobody as contributing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trucewatch.guarantee.actors import STATES, is_group
from trucewatch.model.standing import Aggregate
from trucewatch.model.statement import Modality, Rung, Statement, StatementKind

UNDERTAKINGS = frozenset({StatementKind.COMMITMENT, StatementKind.CLAIM_ABOUT})
GIVES_NOTHING = frozenset(
    {
        *(Modality.REFUSES, Modality.DOES_NOT_INTEND, Modality.WILL_NOT, Modality.DID_NOT),
        *(Modality.DEFERS, Modality.TOO_EARLY),
    }
)


def aggregates(statements: Sequence[Statement], *, on: date) -> tuple[Aggregate, ...]:
    """Return each claimed number of unnamed members as it stood on a date, by its actor's code."""
    said = sorted((s for s in statements if s.stated_on <= on), key=lambda s: (s.stated_on, s.statement_id))
    claims = {
        actor: s
        for s in said
        for actor in s.actors
        if is_group(actor) and s.quantity and s.kind in UNDERTAKINGS
    }
    return tuple(_aggregate(claims[actor], said) for actor in sorted(claims))


def _aggregate(claim: Statement, said: Sequence[Statement]) -> Aggregate:
    if claim.quantity is None:
        raise TypeError(f"{claim.statement_id} claims no number")
    alike = [s for s in said if s.component == claim.component and _gives(s)]
    own = [s for s in alike if s.kind is StatementKind.COMMITMENT]
    named = {a for s in alike for a in s.actors if a in STATES}
    content = {s.speaks_for for s in own if s.place or s.where or s.quantity}
    return Aggregate(
        claim=claim,
        claimed=claim.quantity,
        named=tuple(sorted(named)),
        named_by_others=tuple(sorted(named - {s.speaks_for for s in own})),
        with_content=tuple(sorted(named & content)),
    )


def _gives(statement: Statement) -> bool:
    kind, taken_back = statement.kind in UNDERTAKINGS, statement.rung is Rung.WITHDRAWN
    return kind and not taken_back and statement.modality not in GIVES_NOTHING
