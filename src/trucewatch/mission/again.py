"""What a source sent before, known again: files by their bytes, rows by the ids of their content.

Rules:
- a row is known by its content, words included; one whose words were erased by all the rest of it;
- the same bytes read otherwise keep the salts of the rows that they gave before, and so those rows' ids;
- what is on record is read once for many files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from trucewatch.mission.batches import Batch, bare_rows, batch_of, batches, refusals_of, words_item
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.quarantine import quarantined, released
from trucewatch.mission.vault import Vault
from trucewatch.mission.words import as_content, salts_of, wordless
from trucewatch.model.canonical import with_ids
from trucewatch.model.source import Refusal
from trucewatch.model.tables import OBSERVATIONS, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What rows are known again by."""

    rows: pl.DataFrame  # under the ids of their content; those whose words were erased under their own
    wordless: frozenset[str]  # the ids of all but the words, where those were erased


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is on record of one source, and what was taken of it since; each batch is read once."""

    mine: tuple[Batch, ...]
    apart: frozenset[str]  # the vault's names of bytes that are kept apart
    let_in: frozenset[str]  # and of those that a person let in
    read: dict[str, Kept] = field(default_factory=dict, compare=False, repr=False)  # by the name of the rows

    def after(self, entries: Sequence[Entry]) -> Standing:
        """Return it once `entries` are on record too."""
        found = self
        for entry in entries:
            if entry.kind is Kind.BATCH:
                batch = batch_of(entry.body, self.mine[-1].seq + 1 if self.mine else 0)
                others = tuple(one for one in found.mine if one.evidence != batch.evidence)
                found = replace(found, mine=(*others, batch))
            elif entry.kind is Kind.QUARANTINE:
                found = replace(found, apart=found.apart | {str(entry.body["evidence"])})
        return found

    def kept(self, vault: Vault, batches: Iterable[Batch], table: Table) -> Kept:
        """Return what the rows of `batches` are known again by."""
        parts = [Kept(rows=table.empty(), wordless=frozenset())]
        for batch in (batch for batch in batches if batch.table == table.name):
            if batch.rows not in self.read:
                self.read[batch.rows] = kept_of(vault, batch, table)
            parts.append(self.read[batch.rows])
        rows = pl.concat([part.rows for part in parts])
        return Kept(rows=rows, wordless=frozenset().union(*(part.wordless for part in parts)))


def standing_of(records: Iterable[Record], source_id: str) -> Standing:
    """Return what `records` hold of one source."""
    read = tuple(records)
    return Standing(
        mine=tuple(batch for batch in batches(read) if batch.source_id == source_id),
        apart=frozenset(one.evidence for one in quarantined(read) if one.source_id == source_id),
        let_in=frozenset(evidence for source, evidence in released(read) if source == source_id),
    )


def kept_of(vault: Vault, batch: Batch, table: Table) -> Kept:
    """Return what the rows of a batch are known again by."""
    bare, item = bare_rows(vault, batch, table), words_item(vault, batch)
    if batch.words is None or item is not None:
        return Kept(rows=as_content(bare, item), wordless=frozenset())
    said = bare.filter(pl.col("text").is_not_null())
    return Kept(rows=as_content(bare, None), wordless=frozenset(wordless(said)))


def salts_before(vault: Vault, before: Batch, table: Table) -> Mapping[str, bytes]:
    """Return the salts of a batch's rows that had words, by the ids of their content: their own ids stay so."""
    item = words_item(vault, before)
    return {} if item is None else salts_of(bare_rows(vault, before, table), item)


def alike(
    vault: Vault, before: Batch, stands: pl.DataFrame, fresh: pl.DataFrame, refused: Sequence[Refusal]
) -> bool:
    """Return whether the same bytes gave the same rows and refusals before; what was erased counts as same."""
    gone = ("text", "observation_id", "origin") if before.words in before.erased else ("text",)
    bare = [name for name in gone if name in fresh.columns]
    same = before.rows in before.erased or fresh.drop(bare).equals(stands.drop(bare), null_equal=True)
    return same and (before.refusals in before.erased or refusals_of(vault, before) == tuple(refused))


def named(accepted: pl.DataFrame, table: Table, evidence: str) -> pl.DataFrame:
    """Return the rows of a file under the ids of their content."""
    if table is not OBSERVATIONS:
        return table.conform(accepted).unique(maintain_order=True)
    return with_ids(accepted.with_columns(evidence=pl.lit(evidence)))


def unknown(rows: pl.DataFrame, known: Kept, table: Table) -> pl.DataFrame:
    """Return the rows that are not known already."""
    on = ["observation_id"] if table is OBSERVATIONS else list(table.schema)
    left = rows.join(known.rows.select(on), on=on, how="anti", nulls_equal=True, maintain_order="left")
    if not known.wordless:
        return left
    said = left.filter(pl.col("text").is_not_null())
    again = said.filter(wordless(said).is_in(sorted(known.wordless)))
    return left.join(again.select(on), on=on, how="anti", maintain_order="left")
