"""Marks of trust in the record: given by two people, each blind to the other's, and read back when both are in.

Rules:
- a mark that may not be given is refused before it is recorded, with the reason;
- faces show what `shown` gives and nothing else; whoever reads the files of the record on the mission's own disk
  reads every mark in it, and the manual says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

import msgspec

from trucewatch.decide.marking import legal, why_not
from trucewatch.errors import IntegrityError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import author
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, writing_moment
from trucewatch.mission.journal import Kind, Record, utc_text
from trucewatch.mission.known import known
from trucewatch.mission.walk import cases_of
from trucewatch.model.admiralty import Mark, Scale
from trucewatch.model.canonical import Json, canonical, content_id
from trucewatch.model.decision import Case, Role


def marks_of(records: Iterable[Record]) -> tuple[Mark, ...]:
    """Return the marks among `records`, in their order; IntegrityError for one that is none."""
    return tuple(_mark(record) for record in records if record.kind is Kind.MARK)


def marks_that_count(
    folder: Folder, cases: Iterable[Case], *, known_at: datetime | None = None
) -> tuple[Mark, ...]:
    """Return the marks in a mission's record that count, in their order."""
    return legal(marks_of(folder.journal.replay(known_at)), cases)[0]


def record_mark(
    folder: Folder,
    *,
    case_id: str,
    item: str,
    scale: Scale,
    grade: str,
    role: Role,
    by: str,
    moment: datetime,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> Mark:
    """Record one person's mark of an item, and return it; RefusedError when it may not be given."""
    settle(folder, by=by, key=key, at=writing_moment(_replayed(folder), at))
    who = author(folder.journal, by=by, key=key)
    cases = {case.case_id: case for case in cases_of(known(folder.path))}
    mark = Mark(
        mark_id="",
        case_id=case_id,
        item=item,
        scale=scale,
        grade=grade,
        recorded_by=who.text,
        role=role,
        at=moment,
    )
    named = replace(mark, mark_id=content_id("mark", canonical(body_of(mark)).decode()))
    why = why_not(named, cases.get(case_id), marks_that_count(folder, cases.values()))
    if why is not None:
        raise RefusedError(f"case {case_id}: {why}")
    folder.journal.append([who.entry(Kind.MARK, body_of(named))], at=at)
    return named


def body_of(mark: Mark) -> Mapping[str, Json]:
    """Return a mark as a record holds it."""
    plain = msgspec.to_builtins(mark, builtin_types=(datetime,))
    return cast(Mapping[str, Json], {**plain, "at": utc_text(mark.at)})


def _replayed(folder: Folder) -> bool:
    return mission_of(recorded(folder.journal.replay())).replay


def _mark(record: Record) -> Mark:
    try:
        return msgspec.convert(record.body, Mark)
    except msgspec.ValidationError as fault:
        raise IntegrityError(f"record {record.seq} is not a mark: {fault}") from fault
