"""A batch of rows read as slots: what `reports_of` and `slots_of` give, without what these cost however few rows they read.

Rules:
- columns are taken out of the table one by one, words looked up row by row: a few microseconds each;
- what is reckoned from the columns is reckoned where it is for all rows at once (`reports.made_of`, `slots.slotted`);
- rows that cannot be read so, for a null or a word where none may be, are left to the other way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import polars as pl

from trucewatch.fuse.kinds import KINDS, TRAJECTORIES
from trucewatch.fuse.naming import DIGITS
from trucewatch.fuse.numbering import Numbering
from trucewatch.fuse.repeats import LEAST_WORDS, spelled_alike, spelled_plain
from trucewatch.fuse.reports import NUMBERS, P_REAL_BY_RELIABILITY, Flags, Ints, made_of
from trucewatch.fuse.slots import (
    Named,
    Slots,
    origins_of,
    ranks,
    signed,
    slotted,
    times_of,
)
from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import NOT_EVENTS, Means, Phenomenon, Trajectory

MOST_FEW = 1 << 14
KIND_AT: Mapping[str, int] = {kind.value: at for at, kind in enumerate(KINDS)}
KIND_RANKS = np.array([ranks(Phenomenon)[kind.value] for kind in KINDS])
MEANS_RANKS = ranks(Means)
TOLD_RANK = MEANS_RANKS[Means.TOLD.value]
WAY_AT: dict[str | None, int] = {way.value: at for at, way in enumerate(TRAJECTORIES)}
WAY_AT[None] = TRAJECTORIES.index(Trajectory.UNDETERMINED)
NO_EVENT = np.array([kind in NOT_EVENTS for kind in KINDS])


def few_of(batch: pl.DataFrame, numbering: Numbering, before: int) -> Slots | None:
    """Return the slots of a batch whose rows are numbered from `before`, in order; nothing where it is not plain."""
    if batch.height > MOST_FEW or any(batch[name].null_count() for name in ("from_utc", "to_utc")):
        return None
    try:
        kind = np.array([KIND_AT[word] for word in batch["phenomenon"].to_list()], dtype=np.int64)
        means = np.array([MEANS_RANKS[word] for word in batch["means"].to_list()], dtype=np.int64)
        ways = np.array([WAY_AT[word] for word in batch["trajectory"].to_list()], dtype=np.int64)
        ids = _ids(batch["observation_id"].to_list())
    except (KeyError, ValueError, TypeError):
        return None
    found = _read(batch, numbering, np.arange(batch.height) + before, kind, means, ways, ids)
    order = np.lexsort(found.order.T[::-1])
    return found.take(order[~NO_EVENT[kind[order]]])


def _read(
    rows: pl.DataFrame, numbering: Numbering, number: Ints, kind: Ints, means: Ints, ways: Ints, ids: Ints
) -> Slots:
    known = {name: _numbers(rows[name]) for name in NUMBERS}
    names = rows["source_id"].to_list()
    source = np.array(numbering.numbers_of(names), dtype=np.int64)
    told = means == TOLD_RANK
    by_letter = np.full(rows.height, math.nan)
    if rows["reliability"].null_count() < rows.height:
        letters = rows["reliability"].to_list()
        by_letter[:] = [P_REAL_BY_RELIABILITY.get(letter, math.nan) for letter in letters]
    reports = made_of(
        known,
        numbering.profiles,
        row=number,
        source=source,
        platform=numbering.posts(source, known["observer_lon"], known["observer_lat"]),
        kind=kind,
        trajectory=ways,
        first_us=times_of(rows["from_utc"]),
        last_us=times_of(rows["to_utc"]),
        told=told,
        by_letter=by_letter,
    )
    return slotted(
        reports,
        rows,
        post=reports.platform,
        code=numbering.codes(reports, source),
        named=_named(rows, names, told, reports.placed | NO_EVENT[kind], numbering),
        ranked=(KIND_RANKS[kind], means, *ids),
    )


def _ids(ids: list[str]) -> Ints:
    """Return both halves of ids of 32 hexadecimal digits; ValueError where one is otherwise."""
    whole = "".join(ids)
    octets = bytes.fromhex(whole)
    if whole != whole.lower() or 2 * len(octets) != len(whole) or set(map(len, ids)) - {DIGITS}:
        raise ValueError("ids of another kind")
    return signed(np.frombuffer(octets, dtype=">u8").astype(np.uint64).reshape(-1, 2)).T


def _numbers(column: pl.Series) -> Floats:
    """Return a column as floats, NaN for what is not known."""
    values = column.to_numpy()
    floats = values if values.dtype == np.float64 else values.astype(np.float64)
    return floats if np.isfinite(floats).all() else np.where(np.isfinite(floats), floats, np.nan)


def _named(rows: pl.DataFrame, names: list[str], told: Flags, placed: Flags, numbering: Numbering) -> Named:
    text = rows["text"]
    texts = text.to_list() if text.null_count() < len(text) else [None] * len(text)
    at, unplaced = np.flatnonzero(told), np.flatnonzero(~placed)
    spelled = _spelled([texts[one] or "" for one in at.tolist()])
    enough = [len(word) >= LEAST_WORDS for word in spelled]
    hashed = _hashed([*spelled, *(texts[one] or "" for one in unplaced.tolist())])
    words = np.zeros(len(texts), dtype=np.int64)
    words[at] = np.where(enough, hashed[: len(at)], 0)
    tale = words.copy()
    tale[unplaced] = hashed[len(at) :]
    return Named(
        area=_numbered(rows["area_id"], numbering),
        source=numbering.words_of(names),
        origin=origins_of(_numbered(rows["origin"], numbering), numbering),
        words=words,
        tale=tale,
    )


def _numbered(words: pl.Series, numbering: Numbering) -> Ints:
    if words.null_count() == len(words):
        return np.zeros(len(words), dtype=np.int64)
    return numbering.words_of(words.to_list())


def _spelled(told: list[str]) -> list[str]:
    """Return words spelled in one way; short ones are none."""
    if not all(map(str.isascii, told)):
        text = pl.Series("text", told, dtype=pl.String).to_frame()
        words: list[str] = text.select_seq(words=spelled_alike())["words"].to_list()
    else:
        words = [spelled_plain(text) for text in told]
    return [word if len(text) >= LEAST_WORDS else "" for text, word in zip(told, words, strict=True)]


def _hashed(words: list[str]) -> Ints:
    """Return for each of the words the number that `hashes` and `tales_of` give it."""
    return pl.Series(words, dtype=pl.String).hash(seed=1).to_numpy().view(np.int64)
