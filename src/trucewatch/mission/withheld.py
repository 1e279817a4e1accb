"""What a release was made from and does not tell, committed to so that a later disclosure is proved the same.

Rules:
- each row of observations, incidents and coverage, or each record of the ledger, as the mission has it is a leaf,
  SHA-256(salt ‖ row) over a salt of its own and RFC 8785 bytes; the root above them is in the record, the rows and
  salts are in the vault;
- words are no part of it: what is erased of a batch is not kept here;
- leaves are ordered by their hashes, so that a place in the tree says nothing of a row;
- a proof is one row, its salt and its path; with the record's own proof it is checked offline, and it tells
  nothing of any other row.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import polars as pl

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.proof import inclusion, verify_inclusion
from trucewatch.log.tree import leaf_hash, root_of
from trucewatch.mission.lines import SALT_BYTES
from trucewatch.mission.salts import Salt
from trucewatch.model.canonical import Json, canonical

FORM = "trucewatch withheld row v1"
IDS = ("observation_id", "incident_id", "id")


class RowProof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row that a release was made from, and that the release committed to it."""

    form: str
    release_id: str
    row: dict[str, object]
    salt: str
    index: int
    size: int
    path: tuple[str, ...]
    root: str
    record: str | None = None  # the tlog-proof of the proposal; None: no checkpoint has left since


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Rows with their salts, in the order of their leaves."""

    rows: tuple[tuple[bytes, bytes], ...]  # salt, RFC 8785

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The leaves' hashes."""
        return tuple(leaf_hash(salt + raw) for salt, raw in self.rows)

    @property
    def root(self) -> str:
        """The root above the leaves, in hexadecimal."""
        return root_of(self.hashes).hex()

    @property
    def raw(self) -> bytes:
        """The bytes that the vault keeps: a line a row."""
        return b"".join(salt.hex().encode() + b" " + raw + b"\n" for salt, raw in self.rows)


def committed(tables: Mapping[str, pl.DataFrame], names: Mapping[str, str], salt: Salt) -> Committed:
    """Return the commitment to rows of `tables`; an incident bears the name that it left under, if it did."""
    found = []
    for raw in _rows(tables, names):
        own = salt(raw)
        found.append((leaf_hash(own + raw), own, raw))
    return Committed(rows=tuple((own, raw) for _, own, raw in sorted(found)))


def read_committed(raw: bytes) -> Committed:
    """Return the commitment that the vault keeps; IntegrityError when it is none."""
    rows = []
    for line in raw.splitlines():
        salt, _, row = line.partition(b" ")
        if len(salt) != 2 * SALT_BYTES:
            raise IntegrityError("what a release withheld cannot be read: restore the vault from a copy")
        rows.append((bytes.fromhex(salt.decode()), row))
    return Committed(rows=tuple(rows))


def row_proof(held: Committed, release_id: str, wanted: str, record: str | None) -> RowProof:
    """Return the proof of the row that `wanted` names: its id, or the name that it left under."""
    rows: list[dict[str, object]] = [json.loads(raw) for _, raw in held.rows]
    found = [
        at for at, row in enumerate(rows) if wanted in (*(row.get(n) for n in IDS), row.get("released_as"))
    ]
    if len(found) != 1:
        raise InputError(f"{len(found)} rows of {release_id} are named {wanted!r}: give one row's id")
    (at,), hashes = found, held.hashes
    path = inclusion(
        at, len(hashes), lambda height, number: root_of(hashes[number << height : (number + 1) << height])
    )
    return RowProof(
        form=FORM,
        release_id=release_id,
        row=rows[at],
        salt=held.rows[at][0].hex(),
        index=at,
        size=len(hashes),
        path=tuple(step.hex() for step in path),
        root=root_of(hashes).hex(),
        record=record,
    )


def check_row(raw: bytes) -> RowProof:
    """Return a row's proof whose path holds; InputError when it is none, IntegrityError when it does not hold."""
    try:
        proof = msgspec.json.decode(raw, type=RowProof)
        salt, path, root = (
            bytes.fromhex(proof.salt),
            [bytes.fromhex(step) for step in proof.path],
            bytes.fromhex(proof.root),
        )
        row = canonical(_plain(proof.row))
    except (ValueError, TypeError, msgspec.DecodeError) as fault:
        raise InputError(f"is no proof of a row: {fault}") from fault
    if proof.form != FORM or len(salt) != SALT_BYTES:
        raise InputError(f"is no {FORM}")
    verify_inclusion(leaf=leaf_hash(salt + row), index=proof.index, size=proof.size, path=path, root=root)
    return proof


def _rows(tables: Mapping[str, pl.DataFrame], names: Mapping[str, str]) -> Iterator[bytes]:
    for table, frame in sorted(tables.items()):
        for row in frame.drop("text", strict=False).iter_rows(named=True):
            left = names.get(str(row.get("incident_id"))) if table == "incidents" else None
            yield canonical(_plain({"table": table, **row, **({"released_as": left} if left else {})}))


def _plain(row: Mapping[str, object]) -> Mapping[str, Json]:
    return {name: _value(value) for name, value in row.items()}


def _value(value: object) -> Json:
    """Return a cell as JSON has it: numbers as texts, for they are compared digit by digit."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Sequence):
        return [_value(one) for one in value]
    return repr(value)
