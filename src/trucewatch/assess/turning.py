"""What evidence would change an assessment: each open thing, and the verdict if it were shown one way or the other.

Rules:
- one thing is turned at a time and all else stays as it is, so a verdict may need more than one of them;
- what the text leaves open is turned as well: another reading is no evidence, but a decision of the body may close it;
- evidence that may not carry a verdict alone is turned by a source that saw, heard or recorded it itself;
- an open exception is turned by its being shown, which leaves no breach shown, or its being shown not to hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from trucewatch.assess.asked import Asked
from trucewatch.assess.conditions import Weighed, ceiling, weigh
from trucewatch.assess.exceptions import NOT_INVOKED, any_open, claimed
from trucewatch.model.agreement import Clause, Reading
from trucewatch.model.explained import Turn
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Ceiling, Truth, Verdict

EXCEPTION, EVIDENCE = "exception", "evidence"


def turns(
    asked: Asked,
    clause: Clause,
    reading: Reading,
    incident_id: str,
    *,
    profiles: Mapping[str, SourceProfile],
    invoked: Mapping[str, tuple[str, ...]] = NOT_INVOKED,
) -> tuple[Turn, ...]:
    """Return what is open of the incident under the clause, in the order in which it was asked; none when out of scope."""
    weighed = weigh(asked, clause, reading)
    frame = asked.columns.frame
    nth = np.flatnonzero((frame["incident_id"].gather(weighed.at) == incident_id).to_numpy())
    if not len(nth):
        return ()
    at = weighed.at[nth[:1]]
    opened = bool(any_open(list(claimed(asked, clause, at, weighed.counts, invoked)), 1)[0])
    carried = frame[at.tolist()].select(ceiling(profiles).alias("c"))["c"][0] != Ceiling.REPORTED.value
    return tuple(_turned(weighed, int(nth[0]), opened=opened, carried=carried))


def _turned(weighed: Weighed, nth: int, *, opened: bool, carried: bool) -> Iterator[Turn]:
    truths = {name: int(held.truth[nth]) for name, held in weighed.parts.items()}
    for name, truth in truths.items():
        if truth == int(Truth.UNKNOWN):
            rest = min([value for other, value in truths.items() if other != name], default=int(Truth.YES))
            yield Turn(
                condition=name,
                if_so=_verdict(rest, opened=opened, carried=carried),
                if_not=Verdict.NO_BREACH_SHOWN,
            )
    whole = min(truths.values())
    if opened:
        without = _verdict(whole, opened=False, carried=carried)
        yield Turn(condition=EXCEPTION, if_so=Verdict.NO_BREACH_SHOWN, if_not=without)
    if not carried:
        borne = _verdict(whole, opened=opened, carried=True)
        yield Turn(condition=EVIDENCE, if_so=borne, if_not=Verdict.INDETERMINATE)


def _verdict(truth: int, *, opened: bool, carried: bool) -> Verdict:
    if truth == int(Truth.NO):
        return Verdict.NO_BREACH_SHOWN
    shown = truth == int(Truth.YES) and not opened and carried
    return Verdict.APPARENT_BREACH if shown else Verdict.INDETERMINATE
