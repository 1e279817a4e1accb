"""The case desk: the docket in its lanes, the cases as a list, and one case with all its moves.

Rules:
- a list is of the last record from the read model, and of an earlier moment from the fold itself: both say the same;
- only the moves that are legal in a case's state, and that somebody may make, are offered to them;
- a move through a page is signed by the key that its maker unlocked when they signed in, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TypeVar

from trucewatch.decide.docket import Lane, Waiting, docket
from trucewatch.decide.moves import LEGAL
from trucewatch.errors import InputError, RefusedError
from trucewatch.mission.access import OF_MOVE, may
from trucewatch.mission.case_list import CaseRow, Wanted, case_in, listed, rows_of_cases, waiting
from trucewatch.mission.clock import now
from trucewatch.mission.deeds import record_move
from trucewatch.mission.finding_pack import find_case, finding_pack
from trucewatch.mission.for_audience import cases_for
from trucewatch.mission.reopening import open_again
from trucewatch.mission.views_cases import cases_at_hand, folded_with
from trucewatch.model.answered import Answered
from trucewatch.model.decision import Case, CaseState, MoveKind, Outcome
from trucewatch.model.told import Told
from trucewatch.model.vocabulary import Audience, Verdict
from trucewatch.report.drawn import Drawn
from trucewatch.report.finding_pack import pack_drawn, pack_json
from trucewatch.report.machine import as_text, marked, table
from trucewatch.report.procedure import opened_again
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Moved, Page
from trucewatch.web.moving import FIELDS, move_asked, role_of

SHOWN = 200  # cases of one page
WAITING_SHOWN = 12  # of each lane
HEADER = (
    "stamp",
    "case",
    "state",
    "side",
    "verdict",
    "outcome",
    "owner",
    "clause",
    "incident",
    "opened",
    "moved",
    "moves",
)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The list of cases."""

    stamp: str
    wanted: Wanted
    lanes: Mapping[str, tuple[Waiting, ...]]
    rows: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A move that somebody may make in a case, and what it asks for."""

    kind: MoveKind
    fields: tuple[str, ...]


def cases_page(ask: Ask) -> Answer:
    """Return the docket and the cases that are asked for."""
    wanted = Wanted(
        state=_word(ask, "state", CaseState),
        side=_word(ask, "side", Lane),
        verdict=_word(ask, "verdict", Verdict),
        outcome=_word(ask, "outcome", Outcome),
        owner=ask.query.get("owner") or None,
    )
    desk = _desk(ask, wanted)
    return Page(
        title=ask.spoken.gettext("Cases"),
        drawn=lambda _: Drawn(template="cases.html", told=_told(ask, desk)),
        json=lambda: as_text(marked(desk, desk.stamp)),
        csv=lambda: table(HEADER, (_row(desk.stamp, row) for row in desk.rows)),
    )


def _word(ask: Ask, name: str, words: type[E]) -> E | None:
    given = ask.query.get(name)
    if not given:
        return None
    if given not in {word.value for word in words}:
        raise InputError(Told(Answered.ONE_OF, {"name": name, "those": ", ".join(words)}))
    return words(given)


def _desk(ask: Ask, wanted: Wanted) -> Desk:
    stamp = ask.record.mark(ask.audience)
    if not _at_hand(ask):
        cases = cases_for(ask.record, ask.audience)
        return Desk(
            stamp=stamp, wanted=wanted, lanes=_lanes(docket(cases)), rows=rows_of_cases(cases, wanted)
        )
    with closing(cases_at_hand(ask.holding.folder)) as at_hand:
        return Desk(stamp=stamp, wanted=wanted, lanes=_lanes(waiting(at_hand)), rows=listed(at_hand, wanted))


def _at_hand(ask: Ask) -> bool:
    """Return whether the read model has what is asked for: the mission's own cases, as of its last record."""
    return "known_at" not in ask.query and ask.audience is Audience.INTERNAL


def _lanes(found: Mapping[Lane, tuple[Waiting, ...]]) -> Mapping[str, tuple[Waiting, ...]]:
    return {lane.value: waits for lane, waits in found.items()}


def _told(ask: Ask, desk: Desk) -> Mapping[str, object]:
    return {
        "desk": desk,
        "mark": desk.stamp,
        "zone": ask.record.clock.zone,
        "shown": desk.rows[:SHOWN],
        "waiting_shown": WAITING_SHOWN,
        "states": [state for state in CaseState if state is not CaseState.NONE],
        "outcomes": tuple(Outcome),
        "verdicts": tuple(Verdict),
        "lanes": tuple(Lane),
        "exercise": ask.record.mission.exercise,
    }


def _row(stamp: str, row: CaseRow) -> tuple[str, ...]:
    words = (row.state, row.side, row.verdict, row.outcome)
    return (
        *(stamp, row.case_id),
        *("" if word is None else word.value for word in words),
        *(row.owner or "", row.clause_id or "", row.incident_id or ""),
        *(
            "" if at is None else at.isoformat().replace("+00:00", "Z")
            for at in (row.opened_at, row.moved_at)
        ),
        str(row.moves),
    )


def case_page(ask: Ask) -> Answer:
    """Return one case."""
    case = _case(ask)
    if case is None:
        return NOT_HERE
    stamp, rules = ask.record.mark(ask.audience), ask.record.rules
    told: Mapping[str, object] = {
        "case": case,
        "mark": stamp,
        "zone": ask.record.clock.zone,
        "offered": offered(ask, case),
        "exercise": ask.record.mission.exercise,
        "outcomes": tuple(Outcome),
        "rules": rules,
        "again": partial(opened_again, ask.spoken),
    }
    return Page(
        title=case.case_id,
        drawn=lambda _: Drawn(template="case.html", told=told),
        json=lambda: as_text(marked(case, stamp)),
    )


def pack_page(ask: Ask) -> Answer:
    """Return what a finding of a case would rest on, as whoever asks may have it."""
    if _case(ask) is None:
        return NOT_HERE
    walk = ask.holding.walk(ask.held)
    pack = finding_pack(walk, ask.named["case"], at=ask.now, audience=ask.audience)
    return Page(
        title=f"{ask.spoken.gettext('Finding pack')} {ask.named['case']}",
        drawn=lambda _: pack_drawn(pack, ask.spoken),
        json=lambda: pack_json(pack),
    )


def _case(ask: Ask) -> Case | None:
    wanted = ask.named["case"]
    if not _at_hand(ask):
        return next((case for case in cases_for(ask.record, ask.audience) if case.case_id == wanted), None)
    with closing(cases_at_hand(ask.holding.folder)) as at_hand:
        try:
            found = case_in(at_hand, wanted)
        except InputError:
            return None
        anew = folded_with(at_hand, {wanted}) if found.refused else [found]
        return next(case for case in anew if case.case_id == wanted)


def offered(ask: Ask, case: Case) -> tuple[Offered, ...]:
    """Return the moves that whoever asks may make in a case now."""
    if ask.local or ask.session is None or "known_at" in ask.query:
        return ()
    return tuple(
        Offered(kind=kind, fields=FIELDS[kind])
        for kind in FIELDS
        if (case.state, kind) in LEGAL
        and may(ask.viewer, OF_MOVE[kind], at=ask.now).allowed
        and role_of(ask.viewer, LEGAL[case.state, kind][0]) is not None
    )


def move_page(ask: Ask) -> Answer:
    """Record a move in a case, signed by whoever makes it, and go back to the case."""
    case = _case(ask)
    if case is None:
        return NOT_HERE
    if ask.session is None or ask.person is None:
        raise RefusedError(Told(Answered.SIGN_THE_MOVE))
    kind = next((each for each in FIELDS if each.value == ask.form.get("kind")), None)
    if kind is None or (case.state, kind) not in LEGAL:
        raise InputError(Told(Answered.NO_MOVE_NOW))
    ruling = may(ask.viewer, OF_MOVE[kind], at=ask.now)
    role = role_of(ask.viewer, LEGAL[case.state, kind][0])
    if not ruling.allowed or role is None:
        raise RefusedError(ruling.why)
    move = move_asked(kind, case.case_id, role, ask.form, ask.viewer, at=now())
    if kind is MoveKind.FIND:
        find_case(ask.holding.walk(ask.holding.known(None)), move, by="", key=ask.person)
    else:
        record_move(ask.holding.folder, move, by="", key=ask.person)
    open_again(ask.holding.folder)
    return Moved(where=f"/cases/{case.case_id}")
