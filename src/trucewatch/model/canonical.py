"""Canonical bytes and the ids made from them.

Rules:
- records are RFC 8785 (JCS) JSON; the same value has one spelling on every machine;
- an observation's id is the first 16 bytes of SHA-256 over a fixed encoding of all its columns but id,
  evidence and row, and its occurrence number inside its file: the same report sent again in another
  file keeps its id, and two equal rows in one file are two;
- a column that was added later (`LATER`) is encoded only where it is known, so that no older row's id changes;
- nothing here depends on the order of columns in a file or on the platform's byte order.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import rfc8785

from trucewatch.model.tables import OBSERVATIONS

_TAGS = {pl.Float64: "<f8", pl.Int64: "<i8"}
# What `json` may spell otherwise than RFC 8785: floats, whole numbers near 2**53.
_OTHERWISE = re.compile(rb"[\[,:](?:(?<![0-9]:)-?[0-9]+[.eE]|-?[0-9]{16})")
_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
NOT_IN_ID = frozenset({"observation_id", "evidence", "row"})
LATER = ("altitude_m",)  # numbers, in the order in which they were added

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


def canonical(value: Json) -> bytes:
    """Return `value` as RFC 8785 bytes; integers beyond 2**53 are refused by that standard.

    `json` gives objects and lists the same bytes at a tenth of the time, unless they hold a float, a large
    number, or a character beyond the basic plane, by which keys are ordered in another way.
    """
    try:
        spelled = _JSON.encode(value).encode()
    except (TypeError, ValueError):
        return rfc8785.dumps(value)
    plain = spelled.isascii() or max(spelled) < 0xF0
    alike = plain and spelled[:1] in (b"{", b"[") and not _OTHERWISE.search(spelled)
    return spelled if alike else rfc8785.dumps(value)


def digest(raw: bytes) -> str:
    """Return the SHA-256 of `raw` as 64 hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()


def content_id(*parts: str) -> str:
    """Return 32 hexadecimal digits that stand for `parts` in their order.

    A list of texts has the same bytes from `json` as from RFC 8785, at a tenth of the time.
    """
    spelled = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()[:32]


def content_ids(kind: str, names: Sequence[str]) -> list[str]:
    """Return `content_id(kind, name)` of each of `names`; plain names cost a hash and no more."""
    head = canonical([kind, ""])[:-2]
    return [
        hashlib.sha256(b'%b%b"]' % (head, name.encode())).hexdigest()[:32]
        if name.isascii() and name.isalnum()
        else content_id(kind, name)
        for name in names
    ]


def with_ids(frame: pl.DataFrame) -> pl.DataFrame:
    """Return observations with `observation_id` set from their content.

    Texts are encoded as netstrings, numbers as little-endian 8 bytes with a byte that says whether
    they are known (-0.0 as 0.0), times as microseconds since 1970.
    """
    if frame.is_empty():
        return OBSERVATIONS.conform(frame.with_columns(observation_id=pl.lit(None, pl.String)))
    numbers, texts = [], []
    for column in OBSERVATIONS.columns:
        if column.name in NOT_IN_ID or column.name in LATER:
            continue
        values = pl.col(column.name) if column.name in frame.columns else pl.lit(None)
        if column.dtype == pl.String:
            values = values.cast(pl.String)
            texts.append(pl.format("{}:{},", values.str.len_bytes(), values).fill_null("-,"))
        elif column.dtype in (pl.Float64, pl.Int64):
            numbers.append((values.cast(column.dtype).alias(column.name), _TAGS[column.dtype]))  # type: ignore[index]
        else:
            numbers.append((values.cast(column.dtype).dt.epoch("us").alias(column.name), "<i8"))
    words = frame.select(pl.concat_str(texts).alias("words"))["words"].to_list()
    ids = _digests(_fixed(frame, numbers), words, _later(frame))
    rest = [c for c in frame.columns if c != "observation_id"]
    return OBSERVATIONS.conform(frame.select(rest).with_columns(pl.Series("observation_id", ids, pl.String)))


def _fixed(frame: pl.DataFrame, numbers: Sequence[tuple[pl.Expr, str]]) -> list[bytes]:
    """Return each row's numbers, 9 bytes a column: known or not, then the value."""
    columns = frame.select([expression for expression, _ in numbers])
    block = np.zeros((frame.height, 9 * len(numbers)), dtype=np.uint8)
    for at, (values, (_, tag)) in enumerate(zip(columns.iter_columns(), numbers, strict=True)):
        known = values.is_not_null().to_numpy()
        plain = (values.fill_null(0).to_numpy() + 0).astype(tag)
        block[:, 9 * at] = known
        block[:, 9 * at + 1 : 9 * at + 9] = np.ascontiguousarray(plain).view(np.uint8).reshape(-1, 8)
    return [row.tobytes() for row in block]


def _later(frame: pl.DataFrame) -> list[bytes]:
    """Return each row's numbers of later columns, those that are known."""
    found = [b""] * frame.height
    for name in (name for name in LATER if name in frame.columns):
        values, head = frame[name].cast(pl.Float64), f"{len(name)}:{name},".encode()
        for at in np.flatnonzero(values.is_not_null().to_numpy()).tolist():
            found[at] += head + struct.pack("<d", values[at] + 0)
    return found


def _digests(fixed: Sequence[bytes], words: Sequence[str], later: Sequence[bytes]) -> list[str]:
    seen: dict[bytes, int] = {}
    ids = []
    for numbers, text, more in zip(fixed, words, later, strict=True):
        content = hashlib.sha256(numbers + text.encode() + more)
        key = content.digest()
        occurrence = seen.get(key, 0)
        seen[key] = occurrence + 1
        content.update(occurrence.to_bytes(4, "little"))
        ids.append(content.hexdigest()[:32])
    return ids
