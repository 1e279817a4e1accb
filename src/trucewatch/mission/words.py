"""The words of a batch: an item of the vault of their own, so that they can be erased while rows stay.

Rules:
- the rows that are kept have, where there were words, the SHA-256 of salt ‖ words in UTF-8; each row has
  a salt of its own, which lies with the words and is erased with them;
- words are put back row by row; those that were erased are null: not known, and never empty;
- an observation's id is made of its whole row, words included (`canonical.with_ids`), and stays: so who has
  a row can still confirm by its id a guess at the words that were erased. The log has no id.
"""

from __future__ import annotations

import hashlib

import polars as pl

from trucewatch.errors import InputError, IntegrityError
from trucewatch.model.formats import from_parquet, to_parquet
from trucewatch.model.tables import Column, Table

TEXT, SALT = "text", "salt"
WORDS = Table(
    name="words",
    meaning="The words of a batch's rows, in the order of its rows.",
    columns=(
        Column(name=SALT, dtype=pl.Binary, meaning="32 bytes, put before the words when they are hashed"),
        Column(name=TEXT, dtype=pl.String, meaning="the words as given; null: none were"),
    ),
)


def apart(rows: pl.DataFrame, seed: bytes) -> tuple[pl.DataFrame, bytes | None]:
    """Return rows with digests for words, and the item of their words; None when there are none.

    Each row's salt is SHA-256(seed ‖ its number as 8 bytes, big-endian).
    """
    if TEXT not in rows.columns or rows[TEXT].null_count() == rows.height:
        return rows, None
    words = rows[TEXT].to_list()
    salts = [
        None if text is None else hashlib.sha256(seed + at.to_bytes(8, "big")).digest()
        for at, text in enumerate(words)
    ]
    kept = pl.DataFrame({SALT: salts, TEXT: words}, schema=WORDS.schema)
    return rows.with_columns(_digests(kept)), to_parquet(WORDS, kept)


def together(rows: pl.DataFrame, item: bytes | None) -> pl.DataFrame:
    """Return `rows` with the words that `item` holds, or with none when they were erased."""
    if TEXT not in rows.columns:
        return rows
    if item is None:
        return rows.with_columns(pl.lit(None, pl.String).alias(TEXT))
    return rows.with_columns(_words(rows, item)[TEXT])


def agree(rows: pl.DataFrame, item: bytes) -> bool:
    """Return whether the digests in `rows` are those of the words in `item`."""
    return rows[TEXT].equals(_digests(_words(rows, item)), null_equal=True)


def _words(rows: pl.DataFrame, item: bytes) -> pl.DataFrame:
    try:
        kept = from_parquet(WORDS, item)
    except InputError as fault:
        raise IntegrityError("the words of a batch cannot be read: restore the vault from a copy") from fault
    if kept.height != rows.height:
        raise IntegrityError(f"a batch of {rows.height} rows has words for {kept.height}: restore the vault")
    return kept


def _digests(kept: pl.DataFrame) -> pl.Series:
    found = [
        None if text is None or salt is None else hashlib.sha256(salt + text.encode()).hexdigest()
        for salt, text in zip(kept[SALT].to_list(), kept[TEXT].to_list(), strict=True)
    ]
    return pl.Series(TEXT, found, pl.String)
