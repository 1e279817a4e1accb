"""What the clauses of an agreement must be to one another.

Rules:
- an exception is from clauses that exist and that forbid or require; a clause in stages stands for all of them;
- no clause ends before the agreement starts;
- two exceptions of one priority that may both be open against a clause agree in effect and in who must show them;
- two whose conditions never hold together are not open together.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from trucewatch.assess.block import fault, meant
from trucewatch.assess.never import never
from trucewatch.model.agreement import Act, Agreement, Clause
from trucewatch.model.condition import AllOf
from trucewatch.model.vocabulary import Phenomenon


def staged(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """Return the clauses, exceptions from a clause in stages being from each of them."""
    stages: dict[str, list[str]] = {}
    for clause in clauses:
        if clause.stage_of:
            stages.setdefault(clause.stage_of, []).append(clause.clause_id)
    return tuple(
        replace(
            clause,
            excepts=tuple(dict.fromkeys(one for code in clause.excepts for one in stages.get(code, [code]))),
        )
        for clause in clauses
    )


def cross_check(agreement: Agreement) -> None:
    """Refuse exceptions from what they cannot be from, ends before the agreement, and exceptions that disagree."""
    known = {clause.clause_id: clause for clause in agreement.clauses}
    for clause in agreement.clauses:
        for excepted in clause.excepts:
            if excepted not in known:
                others = set(known) - {clause.clause_id}
                mend = meant(excepted, others, "name one that stands in this file")
                raise fault(
                    f"{clause.clause_id} is an exception from {excepted}, which is no clause; "
                    f"{mend.replace(agreement.name + '/', '')}",
                    clause.line,
                )
            _may_be_excepted(clause, known[excepted])
        if clause.ends and agreement.starts and clause.ends <= agreement.starts:
            raise fault(
                f"{clause.clause_id} ends before the agreement starts; mend one of the two", clause.line
            )
    for first, second in _disagreeing(agreement):
        raise fault(
            f"{second.clause_id} and {first.clause_id} (line {first.line}) may both hold and disagree on "
            f"{_on(first, second)}; let them agree, give one another priority, or part them in time or by `when`",
            second.line,
        )


def _may_be_excepted(clause: Clause, excepted: Clause) -> None:
    if excepted.act is Act.EXCEPTION:
        raise fault(
            f"{clause.clause_id} is an exception from the exception {excepted.clause_id}; "
            "name the clause itself, with effect = 'forbidden' and a lower priority",
            clause.line,
        )
    if excepted.act not in (Act.FORBIDDEN, Act.REQUIRED):
        raise fault(
            f"{clause.clause_id} is an exception from {excepted.clause_id}, which forbids and requires nothing; "
            "name one that does",
            clause.line,
        )


def _disagreeing(agreement: Agreement) -> Iterator[tuple[Clause, Clause]]:
    exceptions = [clause for clause in agreement.clauses if clause.act is Act.EXCEPTION]
    for first, second in itertools.combinations(exceptions, 2):
        same = first.priority == second.priority and set(first.excepts) & set(second.excepts)
        if same and not _apart(first, second) and _on(first, second) and not _exclude(first, second):
            yield first, second


def _exclude(first: Clause, second: Clause) -> bool:
    """Whether their conditions never hold together."""
    if first.when is None or second.when is None:
        return False
    return never(AllOf(of=(first.when, second.when)), frozenset(Phenomenon)) is not None


def _on(first: Clause, second: Clause) -> str:
    """Return what two exceptions disagree on; nothing when they agree."""
    if first.effect is not second.effect:
        return "what they make of the act"
    return "who must show them" if first.must_be_shown_by != second.must_be_shown_by else ""


def _apart(first: Clause, second: Clause) -> bool:
    """Whether one ends before the other starts, by their times or by days counted from D-day."""
    return any(
        bool(one.ends and other.starts and one.ends <= other.starts)
        or (one.ends_day is not None and other.starts_day is not None and one.ends_day < other.starts_day)
        for one, other in ((first, second), (second, first))
    )
