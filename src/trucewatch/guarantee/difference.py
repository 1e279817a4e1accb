"""What changed between two dates, actor by actor, and what stood in tension on one day.

Rules:
- the earlier side is everything said up to the earlier date; the later side what was said after it, up
  to the later date;
- two statements compare only within one `matter` and by one voice: what an actor says of itself with
  what it said of itself, what another says of it with what that other said; words that are nobody's, a
  newsroom's, are those of their document;
- not said again is not withdrawn;
- a tension is declared in a pack, never guessed;
- attendance at a meeting is no undertaking, and is not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from trucewatch.errors import InputError
from trucewatch.model.standing import Change
from trucewatch.model.statement import Statement, StatementKind

Saying = tuple[object, ...]


def difference(statements: Sequence[Statement], *, earlier: date, later: date) -> tuple[Change, ...]:
    """Return each actor's change between two dates, by the actor's code."""
    if earlier >= later:
        raise InputError(f"the earlier date, {earlier}, must lie before the later, {later}: exchange them")
    told = [s for s in statements if s.kind is not StatementKind.MEETING and s.stated_on <= later]
    actors = sorted({actor for s in told for actor in s.actors})
    return tuple(_change(actor, [s for s in told if actor in s.actors], earlier) for actor in actors)


def tensions(statements: Sequence[Statement], on: date) -> tuple[tuple[Statement, Statement], ...]:
    """Return the pairs of statements of one day that a pack declares to be in tension."""
    of_day = {(s.pack, s.statement_id): s for s in statements if s.stated_on == on}
    pairs = {
        tuple(sorted(((s.pack, s.statement_id), (s.pack, other))))
        for s in of_day.values()
        for other in s.tension_with
        if (s.pack, other) in of_day
    }
    return tuple((of_day[one], of_day[two]) for one, two in sorted(pairs))


def _change(actor: str, statements: Sequence[Statement], earlier: date) -> Change:
    before = _last_said(s for s in statements if s.stated_on <= earlier)
    after = _last_said(s for s in statements if s.stated_on > earlier)
    repeated = tuple((b, a) for b in before for a in after if _saying(b) == _saying(a))
    again = {s for pair in repeated for s in pair}
    changed = tuple(
        (b, a) for b in before for a in after if b not in again and a not in again and _same_matter(b, a)
    )
    mated = again | {s for pair in changed for s in pair}
    return Change(
        actor=actor,
        appeared=tuple(s for s in after if s not in mated),
        repeated=repeated,
        changed=changed,
        silent=tuple(s for s in before if s not in mated),
    )


def _last_said(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return each saying once, as it was last said, in the order of date and id."""
    ordered = sorted(statements, key=lambda s: (s.stated_on, s.pack, s.statement_id))
    last = {_saying(s): s for s in ordered}
    return tuple(s for s in ordered if last[_saying(s)] is s)


def _saying(statement: Statement) -> Saying:
    """Return what makes two statements the same undertaking; a refusal is one in whatever words."""
    refusal = statement.kind is StatementKind.REFUSAL
    return (
        statement.kind,
        statement.matter,
        statement.action,
        statement.what,
        statement.place,
        statement.domains,
        statement.quantity and (statement.quantity.least, statement.quantity.most, statement.quantity.unit),
        tuple(
            (c.trigger, None if c.trigger else c.as_written, c.by_body, c.whose, c.on, c.awaits)
            for c in statement.conditions
        ),
        None if refusal else statement.modality,
        _voice(statement),
    )


def _voice(statement: Statement) -> tuple[str, str]:
    """Return whose voice it is: the actor's or organisation's that `said_by` speaks for, else one of its own."""
    if statement.speaks_for is not None:
        return ("", statement.speaks_for)
    return (statement.document, statement.said_by)


def _same_matter(before: Statement, after: Statement) -> bool:
    alike = before.matter is not None and before.matter == after.matter
    return alike and _voice(before) == _voice(after)
