"""What became of an instrument's clauses between two of its versions.

Rules:
- clauses are compared by their ids, in the order of the later version, those left out at the end;
- a clause whose words or component differ in anything is reworded: nothing is judged to be the same;
- a version whose text is not published has no clauses, and is not compared.
"""

from __future__ import annotations

from itertools import pairwise

from trucewatch.errors import InputError
from trucewatch.model.instrument import ClauseChange, ClauseTurn, Instrument, Version


def clause_changes(earlier: Version, later: Version) -> tuple[ClauseChange, ...]:
    """Return each clause of either version and what became of it."""
    for version in (earlier, later):
        if not version.clauses:
            raise InputError(f"the text of version {version.version!r} is not published: nothing to compare")
    before = {c.clause_id: c for c in earlier.clauses}
    after = {c.clause_id: c for c in later.clauses}
    found = []
    for clause_id in (*after, *(i for i in before if i not in after)):
        old, new = before.get(clause_id), after.get(clause_id)
        if old is None:
            turn = ClauseTurn.ADDED
        elif new is None:
            turn = ClauseTurn.LEFT_OUT
        else:
            turn = ClauseTurn.SAME if old == new else ClauseTurn.REWORDED
        found.append(ClauseChange(clause_id=clause_id, turn=turn, before=old, after=new))
    return tuple(found)


def drafting(instrument: Instrument) -> tuple[tuple[Version, Version, tuple[ClauseChange, ...]], ...]:
    """Return each version with text beside the next, from the first draft to the last text."""
    published = [v for v in instrument.versions if v.clauses]
    return tuple((a, b, clause_changes(a, b)) for a, b in pairwise(published))
