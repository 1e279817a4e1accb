"""The words of a batch: an item of the vault of their own, so that they can be erased while rows stay.

Rules:
- the rows that are kept have, where there were words, the SHA-256 of salt ‖ words in UTF-8; each row has
  a salt of its own, which lies with the words and is erased with them;
- a row with words has an id of its own, made with its salt from the id of its content (`canonical.with_ids`), which lies with
  the words: it is the row's in all that is made of it, it stays when words are erased, and nobody can compute it from a guess at them;
- an origin that was made of words (`FROM_WORDS`) has a salted digest in its place, alike for alike in one batch;
- words and origins are put back row by row; words that were erased are null: not known, and never empty;
- batches in records of schema 1 have ids of their content in their rows, and are read as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import polars as pl

from trucewatch.errors import InputError, IntegrityError
from trucewatch.model.canonical import with_ids
from trucewatch.model.formats import from_parquet, to_parquet
from trucewatch.model.tables import Column, Table
from trucewatch.model.vocabulary import FROM_WORDS

TEXT, SALT, ORIGIN, CONTENT, ID = "text", "salt", "origin", "content", "observation_id"
ID_DOMAIN, ORIGIN_DOMAIN = b"trucewatch observation v1\n", b"trucewatch origin v1\n"
WORDS = Table(
    name="words",
    meaning="The words of a batch's rows, in the order of its rows.",
    columns=(
        Column(name=SALT, dtype=pl.Binary, meaning="32 bytes, put before the words when they are hashed"),
        Column(name=TEXT, dtype=pl.String, meaning="the words as given; null: none were"),
        Column(name=ORIGIN, dtype=pl.String, meaning="the origin, where it was made of words"),
        Column(name=CONTENT, dtype=pl.String, meaning="the id of the row's content; null in schema 1"),
    ),
    schema_number=2,
)


def apart(
    rows: pl.DataFrame, seed: bytes, kept: Mapping[str, bytes] | None = None
) -> tuple[pl.DataFrame, bytes | None]:
    """Return rows as they are kept, and the item of their words; None when there are none.

    A row's salt is the one that `kept` has for its content, or SHA-256(seed ‖ its number as 8 bytes, big-endian).
    """
    if TEXT not in rows.columns or rows[TEXT].null_count() == rows.height:
        return rows, None
    texts, known = rows[TEXT].to_list(), kept or {}
    ids = rows[ID].to_list() if ID in rows.columns else [None] * rows.height
    salts = [
        None
        if text is None
        else known.get(ids[at] or "") or hashlib.sha256(seed + at.to_bytes(8, "big")).digest()
        for at, text in enumerate(texts)
    ]
    here = pl.Series(SALT, salts, pl.Binary)
    columns = {SALT: here, TEXT: pl.Series(TEXT, texts, pl.String)}
    if ID in rows.columns:
        told = pl.col(ORIGIN).str.starts_with(FROM_WORDS) & pl.col(TEXT).is_not_null()
        columns[ORIGIN] = rows.select(pl.when(told).then(ORIGIN).alias(ORIGIN))[ORIGIN]
        columns[CONTENT] = pl.Series(CONTENT, _where(here, ids), pl.String)
    item = pl.DataFrame(columns)
    return _bare(rows, WORDS.conform(item)), to_parquet(WORDS, item)


def together(rows: pl.DataFrame, item: bytes | None) -> pl.DataFrame:
    """Return `rows` with the words and origins that `item` holds, or without words when they were erased."""
    if TEXT not in rows.columns:
        return rows
    if item is None:
        return rows.with_columns(pl.lit(None, pl.String).alias(TEXT))
    kept = _words(rows, item)
    whole = rows.with_columns(kept[TEXT])
    if ORIGIN not in rows.columns:
        return whole
    return whole.with_columns(kept[ORIGIN].fill_null(rows[ORIGIN]))


def as_content(rows: pl.DataFrame, item: bytes | None) -> pl.DataFrame:
    """Return `rows` put together, under the ids of their content where `item` has them: to know them again."""
    whole = together(rows, item)
    if item is None or ID not in rows.columns:
        return whole
    return whole.with_columns(_words(rows, item)[CONTENT].fill_null(rows[ID]).alias(ID))


def salts_of(rows: pl.DataFrame, item: bytes) -> Mapping[str, bytes]:
    """Return the salt of each row of a batch that has words, by the id of its content."""
    kept = _words(rows, item).drop_nulls([SALT, CONTENT])
    return dict(zip(kept[CONTENT].to_list(), kept[SALT].to_list(), strict=True))


def wordless(rows: pl.DataFrame) -> pl.Series:
    """Return what each of `rows` is known by once its words were erased: the id of all the rest of it."""
    said = pl.col(ORIGIN).str.starts_with(FROM_WORDS)
    rest = rows.with_columns(pl.lit(None, pl.String).alias(TEXT), pl.when(~said).then(ORIGIN).alias(ORIGIN))
    return with_ids(rest)[ID]


def agree(rows: pl.DataFrame, item: bytes) -> bool:
    """Return whether `rows` are those that the words in `item` were taken from."""
    kept = _words(rows, item)
    whole = as_content(rows, item)
    return rows.equals(_bare(whole, kept), null_equal=True)


def _bare(rows: pl.DataFrame, kept: pl.DataFrame) -> pl.DataFrame:
    """Return rows under the ids of their content as they are kept: salted digests for words, ids and origins."""
    salts = kept[SALT].to_list()
    bare = rows.with_columns(_digests(TEXT, salts, kept[TEXT].to_list()))
    if ID not in rows.columns or kept[CONTENT].null_count() == kept.height:
        return bare
    own = _digests(ID, salts, kept[CONTENT].to_list(), ID_DOMAIN, 32)
    whole = hashlib.sha256(b"".join(salt for salt in salts if salt is not None)).digest()
    origins = _digests(ORIGIN, [whole] * len(salts), kept[ORIGIN].to_list(), ORIGIN_DOMAIN, 16)
    return bare.with_columns(
        own.fill_null(rows[ID]), (FROM_WORDS + origins).alias(ORIGIN).fill_null(rows[ORIGIN])
    )


def _where(salts: pl.Series, ids: Sequence[str | None]) -> list[str | None]:
    return [name if salt is not None else None for salt, name in zip(salts.to_list(), ids, strict=True)]


def _words(rows: pl.DataFrame, item: bytes) -> pl.DataFrame:
    try:
        kept = from_parquet(WORDS, item)
    except InputError as fault:
        raise IntegrityError("the words of a batch cannot be read: restore the vault from a copy") from fault
    if kept.height != rows.height:
        raise IntegrityError(f"a batch of {rows.height} rows has words for {kept.height}: restore the vault")
    return kept


def _digests(
    name: str,
    salts: Sequence[bytes | None],
    texts: Sequence[str | None],
    domain: bytes = b"",
    digits: int = 64,
) -> pl.Series:
    """Return the hexadecimal SHA-256 of domain ‖ salt ‖ text, cut to so many digits."""
    found = [
        None
        if text is None or salt is None
        else hashlib.sha256(domain + salt + text.encode()).hexdigest()[:digits]
        for salt, text in zip(salts, texts, strict=True)
    ]
    return pl.Series(name, found, pl.String)
