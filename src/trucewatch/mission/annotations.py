"""What people recorded about facts and statements, read back from the record.

Rules:
- a body is what the noun's fields are, with times as UTC text; it reads back as the same noun;
- a record that is none of these nouns is an `IntegrityError` that names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar, cast

import msgspec

from trucewatch.errors import IntegrityError
from trucewatch.mission.journal import Kind, Record, utc_text
from trucewatch.model.annotation import Annotations, Contest, CountsAs, Status, Withdrawal
from trucewatch.model.canonical import Json
from trucewatch.model.notice import Notice

Noun = TypeVar("Noun", CountsAs, Contest, Withdrawal, Status, Notice)
OWN_ID: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.COUNTS_AS: "counts_as_id",
        Kind.CONTEST: "contest_id",
        Kind.WITHDRAWAL: "withdrawal_id",
        Kind.STATUS: "status_id",
        Kind.NOTICE: "record",
    }
)
"""The member of each that is its id."""


def annotations_of(records: Iterable[Record]) -> Annotations:
    """Return the readings, contests, withdrawals and statuses among `records`, in their order."""
    held = list(records)
    return Annotations(
        counts_as=_all(held, Kind.COUNTS_AS, CountsAs),
        contests=_all(held, Kind.CONTEST, Contest),
        withdrawals=_all(held, Kind.WITHDRAWAL, Withdrawal),
        statuses=_all(held, Kind.STATUS, Status),
        notices=_all(held, Kind.NOTICE, Notice),
    )


def body_of(noun: CountsAs | Contest | Withdrawal | Status | Notice) -> Mapping[str, Json]:
    """Return the noun as a record holds it."""
    plain = msgspec.to_builtins(noun, builtin_types=(datetime,))
    body = {key: utc_text(value) if isinstance(value, datetime) else value for key, value in plain.items()}
    return cast(Mapping[str, Json], json.loads(json.dumps(body)))


def named(kind: Kind, noun: Noun, name: str) -> Noun:
    """Return a noun under another id."""
    return msgspec.convert({**body_of(noun), OWN_ID[kind]: name}, type(noun))


def _all(records: Iterable[Record], kind: Kind, noun: type[Noun]) -> tuple[Noun, ...]:
    return tuple(_noun(record, noun) for record in records if record.kind is kind)


def _noun(record: Record, noun: type[Noun]) -> Noun:
    try:
        return msgspec.convert(record.body, noun)
    except msgspec.ValidationError as fault:
        raise IntegrityError(f"record {record.seq} is not a {record.kind.value}: {fault}") from fault
