"""What stands beside a stated limit of a mandate: a tension said plainly, which accuses nobody.

Rules:
- a limit counts for the actor that states it itself, and what stands beside it is that actor's own: another's
  words about an actor bring it into no tension;
- only stated fields are read: what a statement says it is outside of, or troops in case of a new attack beside
  *takes no part in combat*; what repeats the limit stands within it;
- what a record says was withdrawn, and what has expired, stands beside nothing;
- whether the one stands within the other is never decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trucewatch.guarantee.graph import key_of
from trucewatch.model.annotation import StatusKind
from trucewatch.model.standing import LimitTension, Standing
from trucewatch.model.statement import Modality, Rung, Statement, StatementKind
from trucewatch.model.told import Several, Template, Told
from trucewatch.model.undertaking import Contribution, MandateLimit

GIVES = frozenset(
    {
        *(Modality.WILL, Modality.DOES, Modality.HAS_PROMISED, Modality.READY_TO, Modality.COULD),
        *(Modality.MAY, Modality.SIGNED, Modality.MADE),
    }
)
ATTACK = "attack"  # the component: what is given in case of a new attack


def limit_tensions(standings: Sequence[Standing]) -> tuple[LimitTension, ...]:
    """Return each pair of an actor's statements of which one states a limit and the other stands beside it."""
    said = sorted((s.statement for s in standings if _stands(s)), key=key_of)
    return tuple(tension for one in said if one.limits for tension in _of(one, said))


def _of(limited: Statement, said: Iterable[Statement]) -> Iterable[LimitTension]:
    actors = _bound(limited)
    for other in said:
        if other is limited or not actors & _bound(other):
            continue
        for limit in limited.limits:
            because = _because(limit, limited, other)
            if because is not None:
                yield LimitTension(limit=limit, limited=limited, beside=other, because=because)


def _because(limit: MandateLimit, limited: Statement, other: Statement) -> Told | None:
    """Return how the other stands beside the limit; None when nothing stated says that it does."""
    slots = {"limited": "/".join(key_of(limited)), "limit": limit, "other": "/".join(key_of(other))}
    if limit in other.outside:
        return Told(Template.OUTSIDE_A_LIMIT, slots)
    answers = other.component == ATTACK and Contribution.TROOPS in other.contributions
    if limit is MandateLimit.NO_COMBAT and answers and _gives(other) and limit not in other.limits:
        return Told(Template.BESIDE_A_LIMIT, {**slots, "given": Several(each=other.contributions)})
    return None


def _gives(statement: Statement) -> bool:
    undertaken = statement.kind in (StatementKind.COMMITMENT, StatementKind.INSTRUMENT)
    return undertaken and statement.modality in GIVES


def _bound(statement: Statement) -> frozenset[str]:
    """Return the actors whose own statement it is: who signed an instrument, else who speaks for itself."""
    if statement.kind is StatementKind.INSTRUMENT:
        return frozenset(statement.actors)
    return frozenset(code for code in statement.actors if code == statement.speaks_for)


def _stands(standing: Standing) -> bool:
    taken_back = standing.status is StatusKind.WITHDRAWN or standing.statement.rung is Rung.WITHDRAWN
    return not (taken_back or standing.expired)
