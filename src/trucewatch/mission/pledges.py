"""What people record about facts and statements, and the ledger that follows at a moment.

Rules:
- the same record made twice is once;
- a record must be of something that is on record: a fact, a reading, a statement, a clock's step;
- whoever recorded something may take it back, and nobody else; others contest it;
- in force, done, withdrawn and broken are recorded for an actor of the statement or for its body, and the
  record names which;
- places leave through the gate only, and clocks for the body and guarantors only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import polars as pl

from trucewatch.decide.decide import determinations
from trucewatch.errors import InputError, RefusedError
from trucewatch.guarantee.clocks import clocks_at
from trucewatch.guarantee.evidence import DETERMINED, may_take_back
from trucewatch.guarantee.graph import key_of
from trucewatch.guarantee.guarantee import guarantee
from trucewatch.guarantee.records import body_of as bodies_of
from trucewatch.guarantee.records import may_say
from trucewatch.log.keys import SignerKey
from trucewatch.mission.annotations import OWN_ID, body_of, named
from trucewatch.mission.authors import Author, author
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, writing_moment
from trucewatch.mission.journal import Kind
from trucewatch.mission.known import Known, known
from trucewatch.model.agreement import Act
from trucewatch.model.annotation import Contest, CountsAs, Status, StatusKind, Withdrawal
from trucewatch.model.areas import NAMES
from trucewatch.model.condition import Stated
from trucewatch.model.decision import Case
from trucewatch.model.gate import project, see_clocks
from trucewatch.model.notice import Notice
from trucewatch.model.pack import PLACES
from trucewatch.model.policy import INTERNAL_ONLY
from trucewatch.model.response import ClockStanding, ResponseClock
from trucewatch.model.standing import Guarantees
from trucewatch.model.statement import FactKind, Statement
from trucewatch.model.vocabulary import Audience

Noun = TypeVar("Noun", CountsAs, Contest, Withdrawal, Status, Notice)


def ledger_at(record: Known, cases: Sequence[Case], *, at: datetime) -> Guarantees:
    """Return the ledger at a moment, without clocks and without places."""
    return guarantee(
        record.statements,
        record.facts,
        determinations(cases),
        at=at,
        annotations=record.annotations,
        packs=record.packs,
    )


def not_withdrawn(record: Known, ledger: Guarantees) -> tuple[Statement, ...]:
    """Return the statements but those that, in the ledger, a record says were withdrawn."""
    gone = {key_of(s.statement) for s in ledger.standings if s.status is StatusKind.WITHDRAWN}
    return tuple(s for s in record.statements if key_of(s) not in gone)


def clocks_for(
    record: Known, cases: Sequence[Case], *, at: datetime, audience: Audience
) -> tuple[ClockStanding, ...]:
    """Return the clocks as they stand; RefusedError for everybody but the body and guarantors, here by a policy."""
    see_clocks(
        audience, exercise=record.mission.exercise, policy=record.policies.get(audience, INTERNAL_ONLY)
    )
    clocks = [clock for pack in record.packs for clock in pack.clocks]
    return clocks_at(clocks, determinations(cases), record.annotations, at=at)


def places_for(record: Known, *, at: datetime, audience: Audience) -> pl.DataFrame:
    """Return where exactly hubs and forces would be, as far as the gate lets it leave."""
    return project(pl.concat([PLACES.empty(), *(pack.places for pack in record.packs)]), audience, at)


def record_counts_as(
    folder: Folder,
    *,
    kind: FactKind,
    trigger: FactKind | None,
    words: str | None,
    statement: str | None,
    pack: str | None,
    by: str,
    on: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> CountsAs:
    """Record somebody's reading that one kind of fact counts as another, or meets a condition's own words."""
    if (trigger is None) == (words is None):
        raise InputError("say what it counts as: a trigger, or the words of a condition that names none")
    if kind is trigger:
        raise InputError(f"{kind.value} counts as itself already")
    if {kind, trigger} & DETERMINED:
        raise RefusedError(
            "only the body that counts determines a breach or an attack: nothing counts as that"
        )
    who, standing = _settled(folder, by, key, at)
    scope = None if statement is None else key_of(_statement(standing, statement))
    if pack is not None and pack not in {p.name for p in standing.packs}:
        raise InputError(f"there is no pack {pack!r} in this mission")
    reading = CountsAs(
        counts_as_id="",
        kind=kind,
        trigger=trigger,
        words=words,
        pack=scope[0] if scope else pack,
        statement_id=scope[1] if scope else None,
        recorded_by=who.text,
        rests_on=on,
    )
    return _once(folder, Kind.COUNTS_AS, reading, standing.annotations.counts_as, who=who, at=at)


def record_contest(
    folder: Folder,
    *,
    of: str,
    contested_by: str,
    by: str,
    on: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> Contest:
    """Record that somebody does not accept a fact, or that one counts as another."""
    who, standing = _settled(folder, by, key, at)
    ids = (*(f.fact_id for f in standing.facts), *(r.counts_as_id for r in standing.annotations.counts_as))
    contest = Contest(
        contest_id="",
        of=_one(of, ids, "fact or reading"),
        contested_by=contested_by,
        recorded_by=who.text,
        rests_on=on,
    )
    return _once(folder, Kind.CONTEST, contest, standing.annotations.contests, who=who, at=at)


def record_withdrawal(
    folder: Folder, *, of: str, by: str, on: str, key: SignerKey | None = None, at: datetime | None = None
) -> Withdrawal:
    """Record that somebody takes his own record back; RefusedError when it is another's."""
    who, standing = _settled(folder, by, key, at)
    recorders = _recorders(standing)
    whole = _one(of, recorders, "record")
    if not may_take_back(recorders[whole], who.text):
        raise RefusedError(
            f"{whole} is {recorders[whole]}'s record: its recorder withdraws it, others contest it"
        )
    withdrawal = Withdrawal(withdrawal_id="", of=whole, recorded_by=who.text, rests_on=on)
    return _once(folder, Kind.WITHDRAWAL, withdrawal, standing.annotations.withdrawals, who=who, at=at)


def record_status(
    folder: Folder,
    *,
    of: str,
    kind: StatusKind,
    from_utc: datetime,
    for_actor: str | None,
    body: str | None,
    by: str,
    on: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> Status:
    """Record what an actor, or the body that counts, says became of a statement or of a clock's step."""
    if (for_actor is None) == (body is None):
        raise InputError("say who says so: the actor itself, or the body that counts")
    who, standing = _settled(folder, by, key, at)
    status = Status(
        status_id="",
        of=of,
        kind=kind,
        from_utc=from_utc,
        for_actor=for_actor,
        body=body,
        recorded_by=who.text,
        rests_on=on,
    )
    subject = replace(status, of=_subject(standing, status))
    return _once(folder, Kind.STATUS, subject, standing.annotations.statuses, who=who, at=at)


def record_notice(
    folder: Folder,
    notice: Notice,
    *,
    by: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> Notice:
    """Record what somebody states of incidents; RefusedError when it speaks of nothing this mission has."""
    who, standing = _settled(folder, by, key, at)
    _spoken_of(notice, standing)
    exceptions = {c.clause_id for a in standing.agreements for c in a.clauses if c.act is Act.EXCEPTION}
    if (notice.stated is Stated.INVOKED) != (notice.clause_id is not None):
        raise InputError("an exception that is relied on is named with --clause, and only there")
    if notice.clause_id is not None and notice.clause_id not in exceptions:
        there = ", ".join(sorted(exceptions)) or "none"
        raise InputError(f"there is no exception {notice.clause_id!r} in this mission's agreements: {there}")
    said = replace(notice, recorded_by=who.text, record="")
    return _once(folder, Kind.NOTICE, said, standing.annotations.notices, who=who, at=at)


def _spoken_of(notice: Notice, standing: Known) -> None:
    """Refuse a notice of no time, place or speaker."""
    if notice.to_utc <= notice.from_utc:
        raise InputError("the notice ends before it starts: mend --from or --to")
    if not notice.by.strip():
        raise InputError("a notice is somebody's word: say whose with --stated-by")
    place = (notice.lon, notice.lat, notice.radius_m)
    if None not in place and not _on_earth(*place):
        raise InputError("the place is LON LAT METRES: -180 to 180, -90 to 90, and more than 0")
    areas = {name for one in standing.agreements for name in (m.name for m in one.mapped)} | set(NAMES)
    areas |= {
        name
        for one in standing.agreements
        for c in one.clauses
        for r in c.readings
        for name in r.area_ids or ()
    }
    if notice.area_id is not None and notice.area_id not in areas:
        raise InputError(
            f"there is no area or zone {notice.area_id!r}: give ISO 3166-2 or a name of the agreement's zones"
        )


def _on_earth(lon: float | None, lat: float | None, radius_m: float | None) -> bool:
    return abs(lon or 0.0) <= 180 and abs(lat or 0.0) <= 90 and (radius_m or 0.0) > 0


def _subject(standing: Known, status: Status) -> str:
    """Return what a status is of, by its whole name; RefusedError when it is not for whoever says it."""
    for clock in (clock for pack in standing.packs for clock in pack.clocks):
        for step in clock.steps:
            short = f"{clock.clock_id}/{step.step_id}"
            if status.of in (short, f"{clock.pack}/{short}"):
                _may_take(status, clock)
                return f"{clock.pack}/{short}"
    statement = _statement(standing, status.of)
    body = bodies_of([statement], standing.packs)[key_of(statement)]
    if not may_say(status, statement, body):
        who = f" or the {body}" if body else ""
        unnamed = "" if body else " (no body is named for it)"
        raise RefusedError(
            f"only {', '.join(statement.actors)}{who} may say so of {statement.statement_id}{unnamed}:"
            f" {status.for_actor or status.body} may not"
        )
    return "/".join(key_of(statement))


def _may_take(status: Status, clock: ResponseClock) -> None:
    if status.kind is not StatusKind.DONE:
        raise RefusedError("a step was taken or was not: record it as done, or not at all")
    if status.for_actor not in clock.actors and status.body != clock.body:
        raise RefusedError(
            f"a step of {clock.clock_id} is recorded for {', '.join(clock.actors)} or for the {clock.body}"
        )


def _statement(standing: Known, name: str) -> Statement:
    """Return the statement that ID or PACK/ID names."""
    found = [s for s in standing.statements if name in (s.statement_id, "/".join(key_of(s)))]
    if len(found) > 1:
        both = " and ".join("/".join(key_of(s)) for s in found)
        raise InputError(f"{name} is {both}: write PACK/ID")
    if not found:
        raise InputError(f"there is no statement {name!r}: `trucewatch guarantee` lists them")
    return found[0]


def _recorders(standing: Known) -> dict[str, str]:
    notes = standing.annotations
    recorders = {f.fact_id: f.recorded_by for f in standing.facts}
    recorders |= {r.counts_as_id: r.recorded_by for r in notes.counts_as}
    recorders |= {c.contest_id: c.recorded_by for c in notes.contests}
    recorders |= {n.record: n.recorded_by for n in notes.notices}
    return recorders | {s.status_id: s.recorded_by for s in notes.statuses}


def _one(start: str, ids: Iterable[str], what: str) -> str:
    """Return the id that begins with `start`; InputError when there is none or more than one."""
    found = sorted({each for each in ids if start and each.startswith(start)})
    if len(found) != 1:
        met = "no" if not found else "more than one"
        raise InputError(
            f"{met} {what} has an id that begins with {start!r}: `trucewatch fact list` prints them"
        )
    return found[0]


def _once(
    folder: Folder, kind: Kind, noun: Noun, known: Iterable[Noun], *, who: Author, at: datetime | None
) -> Noun:
    """Record a noun that has no id yet, and return it with its own; the same one that is known is not recorded again."""
    own = OWN_ID[kind]
    again = next((one for one in known if named(kind, one, "") == noun), None)
    if again is not None:
        return again
    entry = who.entry(kind, body_of(noun), named=own)
    folder.journal.append([entry], at=at)
    return named(kind, noun, str(entry.body[own]))


def _settled(folder: Folder, by: str, key: SignerKey | None, at: datetime | None) -> tuple[Author, Known]:
    """Record the configuration as it is, and return who writes and what is known then."""
    replay = mission_of(recorded(folder.journal.replay())).replay
    settle(folder, by=by, key=key, at=writing_moment(replay, at))
    return author(folder.journal, by=by, key=key), known(folder.path)
