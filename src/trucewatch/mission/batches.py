"""Batches on record: what each file of a source gave, and its rows and words read back.

Rules:
- of the same source and bytes the last batch stands;
- words are put back to their rows; those that were erased are null, and rows that were erased are none;
- every row of a batch is of the source that the batch is of.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec
import polars as pl

from trucewatch.errors import InputError, IntegrityError
from trucewatch.mission.erasing import erased
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.vault import Vault
from trucewatch.mission.words import together
from trucewatch.model.canonical import Json
from trucewatch.model.formats import from_parquet
from trucewatch.model.source import Refusal
from trucewatch.model.tables import CONTROL, OBSERVATIONS, WEATHER, Table

TABLES: Mapping[str, Table] = {table.name: table for table in (OBSERVATIONS, WEATHER, CONTROL)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one file of a source gave, as recorded."""

    source_id: str
    table: str
    file: str
    evidence: str  # the vault's name of the bytes as received
    rows: str  # of the Parquet of the rows taken, with digests for words
    refusals: str  # of the JSON of the refusals
    accepted: int
    known: int
    refused: int
    notes: tuple[str, ...]
    seq: int
    words: str | None = None  # of the words of the rows; None: there were none
    signature: str | None = None  # of its source's signature of the bytes; None: it came without
    table_schema: int = 1
    erased: frozenset[str] = frozenset()  # which of them are gone, and a tombstone says so


def batches(records: Iterable[Record], *, gone: Collection[str] | None = None) -> tuple[Batch, ...]:
    """Return the batches that stand: of the same source and bytes the last.

    `gone` are the names that were erased, where tombstones later than `records` count too.
    """
    read = tuple(records)
    lost = erased(read) if gone is None else gone
    standing: dict[tuple[str, str], Batch] = {}
    for record in read:
        if record.kind is Kind.BATCH:
            batch = batch_of(record.body, record.seq)
            named = (batch.evidence, batch.rows, batch.refusals, batch.words, batch.signature)
            erased_here = frozenset(name for name in named if name is not None and name in lost)
            standing[batch.source_id, batch.evidence] = replace(batch, erased=erased_here)
    return tuple(standing.values())


def rows_of(vault: Vault, standing: Iterable[Batch], table: Table) -> pl.DataFrame:
    """Return the rows of every batch of `table`, in the record's order; words that were erased are null."""
    parts = [
        together(bare_rows(vault, batch, table), words_item(vault, batch))
        for batch in standing
        if batch.table == table.name
    ]
    return pl.concat([table.empty(), *parts])


def refusals_of(vault: Vault, batch: Batch) -> tuple[Refusal, ...]:
    """Return every refusal of a batch; none when they were erased."""
    if batch.refusals in batch.erased:
        return ()
    rows = json.loads(vault.get(batch.refusals))
    return tuple(Refusal(row=r["row"], column=r["column"], reason=r["reason"]) for r in rows)


def bare_rows(vault: Vault, batch: Batch, table: Table) -> pl.DataFrame:
    """Return a batch's rows with digests for words; none when they were erased."""
    if batch.rows in batch.erased:
        return table.empty()
    rows = from_parquet(table, vault.get(batch.rows))
    if not sent_by_its_source(batch, rows):
        raise IntegrityError(
            f"record {batch.seq} is a batch of {batch.source_id} with rows of another source"
        )
    return rows


def sent_by_its_source(batch: Batch, rows: pl.DataFrame) -> bool:
    """Return whether every row of a batch is of the source that the batch is of."""
    return set(rows["source_id"].unique()) <= {batch.source_id}


def words_item(vault: Vault, batch: Batch) -> bytes | None:
    """Return the words of a batch; None when it has none, or they were erased."""
    if batch.words is None or {batch.words, batch.rows} & batch.erased:
        return None
    return vault.get(batch.words)


def batch_of(body: Mapping[str, Json], seq: int) -> Batch:
    """Return the batch that the record of the number `seq` is of, by its body."""
    try:
        batch = msgspec.convert({**body, "seq": seq}, Batch)
    except msgspec.ValidationError as fault:
        raise IntegrityError(f"record {seq} is not a batch: {fault}") from fault
    table = TABLES.get(batch.table)
    if table is None or batch.table_schema > table.schema_number:
        raise InputError(
            f"record {seq} holds rows of {batch.table!r}, schema {batch.table_schema}:"
            " a later version wrote it; update"
        )
    return batch
