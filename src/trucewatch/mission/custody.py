"""The identities of sensitive sources: who keeps them sealed, which were sealed, who opened them, and why.

Rules:
- a custodian is a person who records their own public key for it, signed;
- an identity is sealed for at least two custodians; its box lies in the vault, and an erasure makes an end of it;
- it is opened by two: the one says why and hands over a half, the other answers within a day and sees it;
- both steps are records before anything is shown; a step that is not in its order is illegal, and `record verify` names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

import msgspec

from trucewatch.errors import InputError
from trucewatch.log.spelling import unspelled
from trucewatch.log.twofold import KEY_BYTES
from trucewatch.mission.access import TABLE, Action, words_of
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.people import Roll

ANSWERED_WITHIN = timedelta(days=1)
TO_DO: Mapping[Kind, Action] = MappingProxyType(
    {Kind.CUSTODIAN: Action.UNMASK, Kind.MASK: Action.MASK, Kind.UNMASK: Action.UNMASK}
)


class Stage(StrEnum):
    """Which of two custodians acts."""

    BEGUN = "begun"  # the first says why, and hands over their half
    OPENED = "opened"  # the second sees it


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodianBody:
    """What a CUSTODIAN record holds."""

    person: str
    public: str  # base64 of 32 bytes, X25519


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskBody:
    """What a MASK record holds; the box is what the record rests on."""

    source: str
    custodians: tuple[str, ...]  # persons' ids


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmaskBody:
    """What an UNMASK record holds."""

    stage: Stage
    source: str
    of: int  # the number of the MASK record, or of the record that began it
    other: str  # the other custodian's id
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """An identity that was sealed."""

    source: str
    custodians: tuple[str, ...]
    box: str  # its name in the vault
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmasking:
    """Half an opening: somebody handed their half to another."""

    source: str
    mask: int
    by: str
    other: str
    why: str
    at: datetime
    seq: int
    opened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """Custodians, masks and openings, at a place in the record."""

    publics: Mapping[str, bytes] = field(default_factory=dict)  # by person
    masks: Mapping[int, Mask] = field(default_factory=dict)  # by record
    begun: Mapping[int, Unmasking] = field(default_factory=dict)  # by record

    def mask_of(self, source: str) -> Mask:
        """Return the latest mask of a source; InputError when it has none."""
        found = [mask for mask in self.masks.values() if mask.source == source]
        if not found:
            raise InputError(f"no identity of {source[:64]!r} was sealed here")
        return found[-1]


def custody_of(records: Iterable[Record], roll: Roll) -> Custody:
    """Return who keeps what sealed after `records`; what is illegal counts for nothing."""
    custody = Custody()
    for record in records:
        if record.kind in TO_DO and why_not_custodian(roll, record) is None:
            custody, _ = taken(custody, record)
    return custody


def why_not_custodian(roll: Roll, record: Record) -> str | None:
    """Return why the author of a record may not do this with a sealed identity, None when they may."""
    action = TO_DO.get(record.kind)
    if action is None:
        return None
    person = None if record.signed is None else roll.persons.get(record.signed.person)
    if person is None:
        return f"nobody signed it: to {words_of(action)} is for a person with a key"
    if not TABLE[action] & roll.parts(person.person_id, record.recorded_at):
        return f"{person.name} is none of {', '.join(sorted(TABLE[action]))}, who {words_of(action)}"
    return None


def taken(custody: Custody, record: Record) -> tuple[Custody, str | None]:
    """Return custody after a record, and why it is illegal, if so: then nothing changes."""
    try:
        if record.kind is Kind.CUSTODIAN:
            return _custodian(custody, record)
        if record.kind is Kind.MASK:
            return _masked(custody, record)
        return _unmasking(custody, record)
    except (InputError, msgspec.ValidationError) as fault:
        return custody, f"it is not a {record.kind.value} as records have it: {fault}"


def _custodian(custody: Custody, record: Record) -> tuple[Custody, str | None]:
    said, public = msgspec.convert(record.body, CustodianBody), b""
    public = unspelled(said.public)
    if said.person != _signer(record) or len(public) != KEY_BYTES:
        return custody, "a custodian records their own key of 32 bytes"
    if public in custody.publics.values():
        return custody, "this key is a custodian's already"
    return replace(custody, publics={**custody.publics, said.person: public}), None


def _masked(custody: Custody, record: Record) -> tuple[Custody, str | None]:
    said = msgspec.convert(record.body, MaskBody)
    if len(set(said.custodians)) < 2 or not custody.publics.keys() >= set(said.custodians):
        return custody, "an identity is sealed for two or more who have recorded that they keep such"
    if len(record.rests_on) != 1:
        return custody, "a mask rests on its box in the vault, and on nothing else"
    mask = Mask(source=said.source, custodians=said.custodians, box=record.rests_on[0], seq=record.seq)
    return replace(custody, masks={**custody.masks, record.seq: mask}), None


def _unmasking(custody: Custody, record: Record) -> tuple[Custody, str | None]:
    said = msgspec.convert(record.body, UnmaskBody)
    return (_begins if said.stage is Stage.BEGUN else _opens)(custody, record, said)


def _begins(custody: Custody, record: Record, said: UnmaskBody) -> tuple[Custody, str | None]:
    mask = custody.masks.get(said.of)
    if (
        mask is None
        or mask.source != said.source
        or not {_signer(record), said.other} <= set(mask.custodians)
    ):
        return custody, "who opens an identity, and with whom, are two of its custodians"
    if said.other == _signer(record) or not said.why.strip():
        return custody, "an identity is opened by two, for a reason"
    begun = Unmasking(
        source=said.source,
        mask=said.of,
        by=_signer(record),
        other=said.other,
        why=said.why,
        at=record.recorded_at,
        seq=record.seq,
    )
    return replace(custody, begun={**custody.begun, record.seq: begun}), None


def _opens(custody: Custody, record: Record, said: UnmaskBody) -> tuple[Custody, str | None]:
    begun = custody.begun.get(said.of)
    if begun is None or begun.opened or begun.source != said.source:
        return custody, "nobody began to open this, or it was opened already"
    if (begun.other, begun.by) != (_signer(record), said.other):
        return custody, "it was handed to another custodian"
    if record.recorded_at - begun.at > ANSWERED_WITHIN:
        return custody, "it was begun more than a day ago: begin again"
    return replace(custody, begun={**custody.begun, begun.seq: replace(begun, opened=True)}), None


def _signer(record: Record) -> str:
    return "" if record.signed is None else record.signed.person
