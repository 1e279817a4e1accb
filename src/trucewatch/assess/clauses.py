"""A clause from its TOML block, and what clauses must be to one another.

Rules:
- a clause that forbids, requires or permits says of what and where: phenomena and at least one reading;
- a deadline belongs to a clause that requires, and lies after the clause's start;
- an exception names the clauses it takes effect against, which exist, and what it rests on;
- two exceptions that may hold at once and disagree on who must show them are refused.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Mapping
from datetime import datetime

from trucewatch.assess.block import Block, fault
from trucewatch.model.agreement import Act, Agreement, Clause, Reading
from trucewatch.model.vocabulary import FIRE, Phenomenon, Trajectory

_KEYS = (
    "act",
    "phenomena",
    "trajectories",
    "readings",
    "starts",
    "ends",
    "deadline",
    "excepts",
    "needs",
    "must_be_shown_by",
    "source_urls",
    "left_open",
)
_ASSESSED = frozenset({Act.FORBIDDEN, Act.REQUIRED, Act.PERMITTED})


def clause_of(
    block: Block, *, clause_id: str, title: str, words: str, line: int, readings: Mapping[str, Reading]
) -> Clause:
    """Return the clause that `block` makes of `words`; raises AgreementError."""
    block.only(_KEYS)
    if not words:
        raise fault(f"{block.holder} has no words; write what it says above its block", line)
    if not title:
        raise fault(f"{block.holder} has no title; write it after the clause's id", line)
    act = _act(block)
    agreement = clause_id.split("/")[0]
    clause = Clause(
        clause_id=clause_id,
        title=title,
        words=words,
        act=act,
        phenomena=_phenomena(block),
        trajectories=frozenset(
            Trajectory(_word(block, "trajectories", w, Trajectory)) for w in block.texts("trajectories")
        ),
        readings=tuple(_reading(block, name, readings) for name in block.texts("readings")),
        starts=block.moment("starts"),
        ends=_end(block, act),
        excepts=tuple(code if "/" in code else f"{agreement}/{code}" for code in block.texts("excepts")),
        needs=block.texts("needs"),
        must_be_shown_by=block.text("must_be_shown_by"),
        source_urls=block.texts("source_urls"),
        left_open=block.texts("left_open"),
        line=line,
    )
    _whole(block, clause)
    return clause


def _word(block: Block, key: str, word: str, words: type[Trajectory] | type[Phenomenon] | type[Act]) -> str:
    known = [w.value for w in words] + (["fire"] if words is Phenomenon else [])
    if word not in known:
        near = difflib.get_close_matches(word, known, n=1)
        mend = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(known)}"
        raise block.fault(f"{key} has {word!r}; {mend}", key)
    return word


def _act(block: Block) -> Act:
    return Act(_word(block, "act", block.needed("act"), Act))


def _phenomena(block: Block) -> frozenset[Phenomenon]:
    """Return the kinds named; `fire` stands for all that is fire in the sense of a ceasefire."""
    words = [_word(block, "phenomena", word, Phenomenon) for word in block.texts("phenomena")]
    plain = frozenset(Phenomenon(word) for word in words if word != "fire")
    return plain | FIRE if "fire" in words else plain


def _reading(block: Block, name: str, readings: Mapping[str, Reading]) -> Reading:
    if name not in readings:
        near = difflib.get_close_matches(name, readings, n=1)
        mend = f"did you mean {near[0]!r}?" if near else "declare it in the front matter under [[readings]]"
        raise block.fault(f"no reading is named {name!r}; {mend}", "readings")
    return readings[name]


def _end(block: Block, act: Act) -> datetime | None:
    deadline, ends = block.moment("deadline"), block.moment("ends")
    if (act is Act.REQUIRED) != (deadline is not None):
        raise block.fault("a deadline belongs to a clause that requires, and only there", "deadline")
    if deadline is not None and ends is not None:
        raise block.fault("has both a deadline and an end; keep the deadline", "ends")
    return deadline or ends


def _whole(block: Block, clause: Clause) -> None:
    if clause.act in _ASSESSED and not clause.phenomena:
        raise block.fault("forbids, requires or permits nothing; write phenomena = ['fire']", "act")
    if clause.act in _ASSESSED and not clause.readings:
        raise block.fault("does not say how to read where it applies; write readings = ['...']", "act")
    if (clause.act is Act.EXCEPTION) != bool(clause.excepts):
        raise block.fault("an exception names the clauses it is from, and only an exception does", "excepts")
    if (clause.act is Act.EXCEPTION) != bool(clause.needs):
        raise block.fault("an exception says what it rests on, and only an exception does", "needs")
    if clause.must_be_shown_by is not None and clause.act is not Act.EXCEPTION:
        raise block.fault("only an exception has somebody who must show it", "must_be_shown_by")
    if clause.starts and clause.ends and clause.ends <= clause.starts:
        raise block.fault(
            "ends, or has its deadline, before it starts; mend one of the two",
            "deadline" if clause.act is Act.REQUIRED else "ends",
        )


def cross_check(agreement: Agreement) -> None:
    """Refuse exceptions against unknown clauses, deadlines before the agreement, and exceptions that disagree."""
    known = {clause.clause_id: clause for clause in agreement.clauses}
    for clause in agreement.clauses:
        for excepted in clause.excepts:
            if excepted not in known:
                near = difflib.get_close_matches(excepted, set(known) - {clause.clause_id}, n=1)
                mend = (
                    f"did you mean {near[0].split('/')[1]!r}?"
                    if near
                    else "name one that stands in this file"
                )
                raise fault(
                    f"{clause.clause_id} is an exception from {excepted}, which is no clause; {mend}",
                    clause.line,
                )
        if clause.ends and agreement.starts and clause.ends <= agreement.starts:
            raise fault(
                f"{clause.clause_id} ends before the agreement starts; mend one of the two", clause.line
            )
    exceptions = [clause for clause in agreement.clauses if clause.act is Act.EXCEPTION]
    for first, second in itertools.combinations(exceptions, 2):
        if set(first.excepts) & set(second.excepts) and _disagree(first, second):
            raise fault(
                f"{second.clause_id} and {first.clause_id} (line {first.line}) may both hold and disagree on who "
                "must show them; let them agree, or part them in time",
                second.line,
            )


def _disagree(first: Clause, second: Clause) -> bool:
    apart = bool(
        (first.ends and second.starts and first.ends <= second.starts)
        or (second.ends and first.starts and second.ends <= first.starts)
    )
    return not apart and first.must_be_shown_by != second.must_be_shown_by
