"""Marks of trust in the record: sealed when they are given, opened by their givers when both are in.

Rules:
- a mark that may not be given is refused before it is recorded, with the reason;
- what is recorded first binds its giver to a grade and does not say it: whoever reads the record, or the disk, reads no
  mark before two are in; then each giver opens their own, and the record holds them to what they sealed;
- its salt is made of its giver's signing key, or for a name without one of a secret of this machine, so that nothing need be
  kept: whoever has the key finds the grade that fits the seal;
- a mark that an earlier version recorded in the open is read as it is.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection
from typing import cast

import msgspec

from trucewatch.decide.marking import due, legal, why_not
from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.keys import KEY_BYTES, SignerKey
from trucewatch.mission.authors import Author
from trucewatch.mission.case_list import case_in, every_case
from trucewatch.mission.desk import at_the_desk, author_at_hand, settle_at_hand
from trucewatch.mission.folder import Folder
from trucewatch.mission.journal import Entry, Kind, Record, utc_text
from trucewatch.mission.keys import key_folder, read_secret, write_secret
from trucewatch.mission.views_cases import cases_at_hand
from trucewatch.model.admiralty import GRADES, Mark, Opened, Scale, seal
from trucewatch.model.canonical import Json, canonical, content_id
from trucewatch.model.decision import Case, Role

MARKING = frozenset({Kind.MARK, Kind.MARK_OPENED})
SECRET_FILE = "marks.secret"
LABEL = b"trucewatch sealed mark v1\n"


def marks_of(records: Iterable[Record]) -> tuple[Mark | Opened, ...]:
    """Return the marks among `records`, and what opens them, in their order; IntegrityError for one that is none."""
    return tuple(_told(record) for record in records if record.kind in MARKING)


def marks_that_count(
    folder: Folder, cases: Iterable[Case], *, known_at: datetime | None = None
) -> tuple[Mark, ...]:
    """Return the marks in a mission's record that count, in their order, each with its grade once it is opened."""
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
    """Record one person's mark of an item, sealed, and return it; RefusedError when it may not be given.

    What is due to be opened by then, and this person or machine can open, is opened after it.
    """
    settle_at_hand(folder, by=by, key=key, at=at)
    with closing(cases_at_hand(folder)) as desk:
        who = author_at_hand(folder, desk, by=by, key=key)
    said = Mark(
        mark_id="",
        case_id=case_id,
        item=item,
        scale=scale,
        grade=grade,
        recorded_by=who.text,
        role=role,
        at=moment,
    )
    bound = replace(said, grade="", sealed=seal(said, grade, _salt(said, key)))
    named = replace(bound, mark_id=content_id("mark", canonical(body_of(bound)).decode()))

    def judge(desk: Connection) -> None:
        case = _case(desk, case_id)
        why = why_not(said, case, marks_that_count(folder, [case] if case else ()))
        if why is not None:
            raise RefusedError(f"case {case_id}: {why}")

    at_the_desk(folder, judge).append([who.entry(Kind.MARK, body_of(named))], at=at)
    open_due(folder, by=by, key=key, at=at)
    return replace(named, grade=grade)


def open_due(
    folder: Folder, *, by: str, key: SignerKey | None = None, at: datetime | None = None
) -> tuple[Opened, ...]:
    """Open the marks of which both are in and whose giver this is, and return what opened them."""
    with closing(cases_at_hand(folder)) as desk:
        who = author_at_hand(folder, desk, by=by, key=key)
        cases = every_case(desk)
    found = tuple(_openings(due(marks_that_count(folder, cases)), who))
    if found:
        folder.journal.append([_entry(one, who) for one in found], at=at)
    return found


def body_of(told: Mark | Opened) -> Mapping[str, Json]:
    """Return a mark, or what opens one, as a record holds it."""
    plain = msgspec.to_builtins(told, builtin_types=(datetime,))
    dated = {"at": utc_text(told.at)} if isinstance(told, Mark) else {}
    return cast(Mapping[str, Json], {**plain, **dated})


def _openings(marks: Iterable[Mark], who: Author) -> Iterator[Opened]:
    """Yield what opens those of the marks that this person gave, or any name without a key on this machine."""
    for mark in marks:
        if mark.recorded_by != who.text and (who.key is not None or not mark.recorded_by.endswith(")")):
            continue
        salt = _salt(mark, who.key)
        fits = [grade for grade in GRADES[mark.scale] if seal(mark, grade, salt) == mark.sealed]
        for grade in fits:
            yield Opened(
                mark_id=mark.mark_id,
                case_id=mark.case_id,
                grade=grade,
                salt=salt.hex(),
                recorded_by=mark.recorded_by,
            )


def _entry(opened: Opened, who: Author) -> Entry:
    author = who if opened.recorded_by == who.text else Author(text=opened.recorded_by, salt=who.salt)
    return author.entry(Kind.MARK_OPENED, body_of(opened))


def _salt(mark: Mark, key: SignerKey | None) -> bytes:
    """Return the salt of a mark, which only its giver can make."""
    secret = _secret() if key is None else key.seed
    said = [mark.case_id, mark.item, mark.scale.value, mark.role.value, mark.recorded_by]
    return hmac.digest(secret, LABEL + canonical(said), "sha256")


def _secret() -> bytes:
    """Return this machine's secret for marks of names that have no key; it is made when it is first asked for."""
    path = key_folder() / SECRET_FILE
    if not path.exists():
        write_secret(path, os.urandom(KEY_BYTES))
    return read_secret(path)


def _case(desk: Connection, case_id: str) -> Case | None:
    try:
        return case_in(desk, case_id)
    except InputError:
        return None


def _told(record: Record) -> Mark | Opened:
    noun: type[Mark | Opened] = Mark if record.kind is Kind.MARK else Opened
    try:
        return msgspec.convert(record.body, noun)
    except msgspec.ValidationError as fault:
        raise IntegrityError(f"record {record.seq} is not a {record.kind.value}: {fault}") from fault
