"""A clause from its TOML block; one that is required in stages makes a clause for each.

Rules:
- a clause that forbids, requires or permits says of what and where: phenomena and at least one reading;
- a deadline belongs to a clause that requires, and lies after the clause's start;
- stages come in the order of their deadlines, and their conditions hold beside the clause's own;
- an exception names the clauses it takes effect against, and what it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from trucewatch.assess.block import Block, fault, meant
from trucewatch.assess.keys import CLAUSE
from trucewatch.assess.named import Named
from trucewatch.assess.sections import says_something
from trucewatch.assess.spelled import condition, kinds_of
from trucewatch.model.agreement import Act, Clause, Effect, Reading
from trucewatch.model.condition import AllOf, Condition
from trucewatch.model.vocabulary import Trajectory

_ASSESSED = frozenset({Act.FORBIDDEN, Act.REQUIRED, Act.PERMITTED})
_OF_EXCEPTIONS = {
    "excepts": "an exception names the clauses it is from, and only an exception does; write excepts = ['AM-3'], or leave it out",
    "needs": "an exception says what it rests on, and only an exception does; write needs = ['...'], or leave it out",
}
_ONLY_OF_EXCEPTIONS = {
    "must_be_shown_by": "only an exception has somebody who must show it; leave it out",
    "priority": "only an exception has a priority; leave it out",
    "effect": "only an exception has an effect; leave it out",
}


def clauses_of(
    block: Block,
    *,
    clause_id: str,
    title: str,
    words: str,
    line: int,
    readings: Mapping[str, Reading],
    named: Named,
) -> tuple[Clause, ...]:
    """Return the clause that `block` makes of `words`, or one for each of its stages; raises AgreementError."""
    block.fits(CLAUSE)
    if not says_something(words):
        raise fault(f"{block.holder} has no words; write what it says above its block", line)
    if not title:
        raise fault(f"{block.holder} has no title; write it after the clause's id", line)
    act, agreement = Act(block.needed("act")), clause_id.split("/")[0]
    _whole(block, act)
    starts_day, starts = _dated(block, "starts", named)
    key = "deadline" if act is Act.REQUIRED else "ends"
    ends_day, ends = _dated(block, key, named)
    clause = Clause(
        clause_id=clause_id,
        title=title,
        words=words,
        act=act,
        phenomena=kinds_of(block.texts("phenomena")),
        trajectories=frozenset(map(Trajectory, block.texts("trajectories"))),
        readings=tuple(_reading(block, name, readings) for name in block.texts("readings")),
        starts=starts,
        ends=ends,
        starts_day=starts_day,
        ends_day=ends_day,
        excepts=tuple(code if "/" in code else f"{agreement}/{code}" for code in block.texts("excepts")),
        needs=block.texts("needs"),
        must_be_shown_by=block.text("must_be_shown_by"),
        source_urls=block.texts("source_urls"),
        left_open=block.texts("left_open"),
        line=line,
        when=condition(block.table("when"), named) if "when" in block.keys else None,
        priority=block.whole("priority") or 1,
        effect=Effect(block.text("effect") or Effect.PERMITTED),
    )
    _in_order(block, clause, key)
    return _staged(block, clause, named) if "stages" in block.keys else (clause,)


def _dated(block: Block, key: str, named: Named) -> tuple[int | None, datetime | None]:
    """Return the day counted from D-day and the time; a day counts to its end, for `starts` from its start."""
    given = block.day(key)
    if not isinstance(given, int):
        return None, given
    named.counts(block, key)
    try:
        return given, named.start_of(given if key == "starts" else given + 1)
    except OverflowError as beyond:
        raise block.fault(f"{key} is no day of any calendar; mend it", key) from beyond


def _reading(block: Block, name: str, readings: Mapping[str, Reading]) -> Reading:
    if name not in readings:
        mend = meant(name, readings, "declare it in the front matter under [[readings]]")
        raise block.fault(f"no reading is named {name!r}; {mend}", "readings")
    return readings[name]


def _whole(block: Block, act: Act) -> None:
    """Refuse keys that are missing for what the clause does, and those that are another's."""
    if act in _ASSESSED and not block.texts("phenomena"):
        raise block.fault("forbids, requires or permits nothing; write phenomena = ['fire']", "act")
    if act in _ASSESSED and not block.texts("readings"):
        raise block.fault("does not say how to read where it applies; write readings = ['...']", "act")
    for key, said in _OF_EXCEPTIONS.items():
        if (act is Act.EXCEPTION) != bool(block.texts(key)):
            raise block.fault(said, key)
    for key, said in _ONLY_OF_EXCEPTIONS.items():
        if key in block.keys and act is not Act.EXCEPTION:
            raise block.fault(said, key)
    if "when" in block.keys and act not in (*_ASSESSED, Act.EXCEPTION):
        raise block.fault(f"a clause of {act.value} holds under no condition; leave `when` out", "when")
    if "stages" in block.keys and (act is not Act.REQUIRED or "deadline" in block.keys):
        raise block.fault(
            "stages belong to a clause that requires, in place of its deadline; leave one of them out",
            "stages",
        )
    if (act is Act.REQUIRED) != ("deadline" in block.keys or "stages" in block.keys):
        raise block.fault(
            "a deadline belongs to a clause that requires, and only there; write act = 'required' with a deadline, or `ends`",
            "deadline",
        )
    if act is Act.REQUIRED and "ends" in block.keys:
        raise block.fault("has both a deadline and an end; keep the deadline", "ends")


def _in_order(block: Block, clause: Clause, key: str) -> None:
    by_days = clause.starts_day is not None and clause.ends_day is not None
    late = bool(by_days and (clause.starts_day or 0) > (clause.ends_day or 0))
    if late or (clause.starts and clause.ends and clause.ends <= clause.starts):
        raise block.fault("ends, or has its deadline, before it starts; mend one of the two", key)


def _staged(block: Block, clause: Clause, named: Named) -> tuple[Clause, ...]:
    """Return a clause for each stage, in order."""
    made: list[Clause] = []
    for nth, table in enumerate(block.tables("stages"), start=1):
        starts_day, starts = _dated(table, "starts", named)
        ends_day, ends = _dated(table, "deadline", named)
        own = condition(table.table("when"), named) if "when" in table.keys else None
        stage = replace(
            clause,
            clause_id=f"{clause.clause_id}.{nth}",
            title=f"{clause.title}: {table.needed('name')}",
            starts=starts if "starts" in table.keys else clause.starts,
            starts_day=starts_day if "starts" in table.keys else clause.starts_day,
            ends=ends,
            ends_day=ends_day,
            when=_both(clause.when, own),
            line=table.at(),
            stage_of=clause.clause_id,
        )
        _in_order(table, stage, "deadline")
        if made and _before(stage, made[-1]):
            raise table.fault("comes before the stage above it; put the stages in order", "deadline")
        made.append(stage)
    if not made:
        raise block.fault("stages is empty; write [[stages]], or a deadline", "stages")
    return tuple(made)


def _both(first: Condition | None, second: Condition | None) -> Condition | None:
    if first is None or second is None:
        return first or second
    return AllOf(of=(first, second))


def _before(stage: Clause, above: Clause) -> bool:
    """Whether the deadline, or the start, of a stage comes before that of the one above it."""
    pairs = (
        (stage.ends, above.ends),
        (stage.ends_day, above.ends_day),
        (stage.starts, above.starts),
        (stage.starts_day, above.starts_day),
    )
    return any(_earlier(one, other) for one, other in pairs)


def _earlier(one: datetime | int | None, other: datetime | int | None) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return isinstance(one, int) and isinstance(other, int) and one < other
