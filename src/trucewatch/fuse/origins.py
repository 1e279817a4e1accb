"""Reports that go back to one origin: they are one witness, however many tell it.

Rules:
- the same words told by another source, or equal `origin`, is common origin; an origin that names a source is
  that source's own report;
- one origin may tell of several things: only reports whose kinds, times and places agree are joined,
  and a report without a place agrees with any of its area;
- two reports of one post are never each other's copy, nor, where it itemises, copies of one original;
- the original is the one reported first; whoever copies it, the witness keeps the original's errors.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.fuse.compiled import eastward, kernel
from trucewatch.fuse.reports import Flags, Ints, Reports
from trucewatch.fuse.spots import shrink
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

CHI2 = 9.21  # 99 % of pairs of one place, 2 degrees of freedom
MOST_COMPARED = 16  # originals a copy is compared with, the latest before it
INDEPENDENT = "independent"


def originals(reports: Reports, frame: pl.DataFrame, nodes: Ints, words: pl.Series) -> Ints:
    """Return for each report in `nodes` the index of the original it copies, or its own; `words` of each."""
    original = by_words(reports, frame, nodes, words)
    original = np.where(
        original == np.arange(len(original)), by_origin(reports, frame, nodes, original), original
    )
    return one_a_post(original[original], reports.platform, reports.itemises)


def by_words(reports: Reports, frame: pl.DataFrame, nodes: Ints, words: pl.Series) -> Ints:
    """Return for each report in `nodes` the one whose words it has, or its own."""
    nodes = nodes[words.is_not_null().to_numpy()[nodes]]
    return _copied(reports, _some(frame, nodes).with_columns(key=words.gather(nodes)))


def by_origin(reports: Reports, frame: pl.DataFrame, nodes: Ints, before: Ints) -> Ints:
    """Return for each report in `nodes` that copies no words by `before` the one whose origin it has, or its own."""
    stated = (frame["origin"] != INDEPENDENT).fill_null(False).to_numpy()[nodes]
    if not stated.any():
        return np.arange(len(reports.row))
    named = frame["origin"].gather(nodes[stated]).unique()
    asked = stated | frame["source_id"].is_in(named.implode()).to_numpy()[nodes]
    nodes = nodes[asked & (before[nodes] == nodes)]
    own = frame.select("origin", "source_id")[nodes].select(
        key=pl.when(pl.col("origin") != INDEPENDENT)
        .then("origin")
        .otherwise(pl.when(pl.col("source_id").is_in(named.implode())).then("source_id"))
    )
    return _copied(reports, _some(frame, nodes).with_columns(key=own["key"]))


def _some(frame: pl.DataFrame, nodes: Ints) -> pl.DataFrame:
    first = pl.col("reported_utc").fill_null(pl.col("to_utc"))
    return frame.select("area_id", first=first)[nodes].with_columns(at=pl.Series(nodes))


def one_a_post(original: Ints, platform: Ints, itemises: Flags) -> Ints:
    """Return `original` with one copy a post of each where posts itemise: what such a post tells besides is its own."""
    copies = np.flatnonzero(original != np.arange(len(original)))
    rows = np.concatenate([np.unique(original[copies]), copies])
    posts = int(platform.max()) + 1 if len(platform) else 1
    _, first = np.unique(original[rows] * posts + platform[rows], return_index=True)
    again = np.delete(rows, first)
    again = again[itemises[again]]
    original[again] = again
    return original


def _copied(reports: Reports, keyed: pl.DataFrame) -> Ints:
    """Return for each report the original that shares its key, or its own."""
    original = np.arange(len(reports.row))
    keyed = keyed.drop_nulls("key")
    rows = keyed.select(
        *("at", "first", "area_id", "key"),
        platform=pl.Series(reports.platform)[keyed["at"]],
        placed=pl.Series(reports.placed)[keyed["at"]],
    )
    rows = rows.filter(pl.col("platform").n_unique().over("key") > 1)
    if rows.is_empty():
        return original
    rows = rows.with_columns(
        key=pl.col("key").rank("dense").cast(pl.Int64), area=pl.col("area_id").rank("dense").fill_null(0)
    ).sort("key", ~pl.col("placed"), "first", "at")
    at = rows["at"].to_numpy()
    some = reports.take(at)
    wholes = np.stack(
        (rows["key"].to_numpy(), some.platform, some.family, rows["area"].to_numpy().astype(np.int64)), axis=1
    )
    original[at] = at[copied(placing(some), wholes, some.placed)]
    return original


def placing(reports: Reports) -> Floats:
    """Return where and when each report was and how unsure that is, as `agree` reads it."""
    some = reports
    return np.stack(
        (some.lon, some.lat, shrink(some.lat), some.ee, some.en, some.nn, some.start_s, some.end_s), axis=1
    )


@kernel
def copied(table: Floats, wholes: Ints, placed: Flags) -> Ints:
    """Return for each row the row that it copies; rows of one key follow one another, originals first."""
    found = np.arange(len(table))
    for at in range(len(table)):
        seen = 0
        lead = at - 1
        while lead >= 0 and wholes[lead, 0] == wholes[at, 0] and seen < MOST_COMPARED:
            if found[lead] == lead:
                seen += 1
                if wholes[lead, 1] != wholes[at, 1] and agree(table, wholes, placed, lead, at):
                    found[at] = lead
                    break
            lead -= 1
    return found


@kernel
def agree(table: Floats, wholes: Ints, placed: Flags, a: int, b: int) -> bool:
    """Say whether two reports of one origin can be of one thing."""
    if wholes[a, 2] != wholes[b, 2] or min(table[a, 7], table[b, 7]) <= max(table[a, 6], table[b, 6]):
        return False
    if not (placed[a] and placed[b]):
        return bool(wholes[a, 3] == wholes[b, 3] or wholes[a, 3] == 0 or wholes[b, 3] == 0)
    over = eastward(table[a, 0], table[b, 0])
    east = over * METRES_PER_DEGREE * (table[a, 2] + table[b, 2]) * 0.5
    north = (table[b, 1] - table[a, 1]) * METRES_PER_DEGREE
    ee, en, nn = table[a, 3] + table[b, 3], table[a, 4] + table[b, 4], table[a, 5] + table[b, 5]
    apart = (nn * east * east - 2.0 * en * east * north + ee * north * north) / (ee * nn - en * en)
    return bool(apart <= CHI2)
