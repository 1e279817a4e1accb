"""Reports that say again what their own source and post said already.

Rules:
- the same observation twice is once, whatever its source;
- a source that declares `repeats = 0` itemises: its rows never stand for one another;
- a repeat has the same post, kind, trajectory, heading, counts and words, lies within 0.15 standard
  deviations in place and 1.6 in time of the report it repeats, and that one is the earliest;
- what has no words and knows no more than a day and a town is like all that happened there: it repeats nothing;
- where a post says the like again and again, as one that places everything in the middle of a town, likeness
  tells nothing: a report stands for another only if repeats are commoner than what falls together by chance.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from trucewatch.fuse.abreast import abreast, cut
from trucewatch.fuse.compiled import eastward, kernel
from trucewatch.fuse.members import laid_out
from trucewatch.fuse.reports import Flags, Ints, Reports
from trucewatch.fuse.same import numbered
from trucewatch.fuse.spots import shrink, side_by_side
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats

PLACE_SIGMAS = 0.15
TIME_SIGMAS = 1.6
LEAST_WORDS = 40  # characters: shorter texts are alike by chance
SPACES = ("\n", "\t", "   ", "  ")  # each is taken for one space, in turn
BLANK = " \t\n\r\v\f"  # of what is in ASCII
VAGUE_S, VAGUE_M = 6_000.0, 2_000.0  # standard deviations: those of an interval of six hours, and of a town
FAR = 8.0  # windows to either side in which the like is counted as chance
MOST_SEEN = 64
SAID = 7  # columns of `saying`
ROWS = 1 << 14  # of a part
_ALIKE = ("heading_deg", "count_min", "count_max", "area_id")


def leaders(reports: Reports, frame: pl.DataFrame, words: pl.Series) -> Ints:
    """Return for each report the index of the one that it repeats, or its own; `words` as of `words_of`."""
    many = len(reports.row)
    once = np.arange(many)
    if _twice(frame["observation_id"]):
        every = frame.select("observation_id", at=pl.Series(once))
        once = every.select(pl.col("at").min().over("observation_id"))["at"].to_numpy()
    first = np.flatnonzero((once == np.arange(many)) & ~reports.itemises)
    if not len(first):
        return once.astype(np.int64)
    alike, numbers = numbered(alike_of(reports, frame, words, reports.platform)[first][None])
    order, _ = laid_out(alike, len(numbers))
    some, alike = first[order], alike[order]
    table = _said(reports, some)
    found = np.arange(len(once))
    found[some] = some[followed(table, alike, reports.placed[some])]
    leader: Ints = found[once]
    return leader


def _twice(ids: pl.Series) -> bool:
    """Say whether an id is there twice, or two are so alike that they have to be compared."""
    hashes = np.sort(ids.hash().to_numpy())
    return bool((hashes[1:] == hashes[:-1]).any())


def words_of(frame: pl.DataFrame, told: Flags) -> pl.Series:
    """Return the words of each report that was told at some length, spelled in one way."""
    rows = np.flatnonzero(told)
    some = frame.select("text")[rows].with_columns(at=pl.Series(rows))
    spelled = (
        some.filter(pl.col("text").str.len_chars() >= LEAST_WORDS)
        .select("at", words=spelled_alike())
        .filter(pl.col("words").str.len_chars() >= LEAST_WORDS)
    )
    place = np.full(frame.height, spelled.height)
    place[spelled["at"].to_numpy()] = np.arange(spelled.height)
    none = pl.Series("words", [None], dtype=pl.String)
    return pl.concat([spelled["words"], none]).gather(place)


def spelled_alike() -> pl.Expr:
    """Return the words of `text`, spelled in one way."""
    words = pl.col("text").str.to_lowercase()
    for mark in SPACES:
        words = words.str.replace_all(mark, " ", literal=True)
    return words.str.strip_chars()


def spelled_plain(text: str) -> str:
    """Return what `spelled_alike` gives for a text in ASCII."""
    text = text.lower()
    for mark in SPACES:
        text = text.replace(mark, " ")
    return text.strip(BLANK)


def alike_of(reports: Reports, frame: pl.DataFrame, words: pl.Series, platform: Ints) -> Ints:
    """Return a number that is the same for reports that say the like; `platform` has each one's post."""
    placed = pl.Series(reports.placed)
    alike = frame.select(
        *_ALIKE,
        alone=pl.when(pl.Series(vague(reports, frame["text"]))).then("observation_id"),
        platform=pl.Series(platform),
        kind=pl.Series(reports.kind),
        way=pl.Series(reports.trajectory),
        placed=placed,
        words=pl.when(placed).then(words).otherwise(pl.col("text").fill_null("")),
        span=pl.when(~placed).then(pl.struct("from_utc", "to_utc").hash()),
    )
    return alike.hash_rows(seed=1).to_numpy().view(np.int64)


def vague(reports: Reports, text: pl.Series) -> Flags:
    """Say which reports have no words and know no more than a day and a town: these repeat nothing."""
    coarse: Flags = (reports.sigma_s > VAGUE_S) & (reports.ee + reports.nn > 2 * VAGUE_M**2)
    return coarse & text.is_null().to_numpy() if coarse.any() and text.null_count() else coarse & False


def saying(reports: Reports, at: Ints) -> Floats:
    """Return where and when each report was, how unsure, and how often its source repeats, as `repeats` reads it."""
    some = reports
    lat = some.lat[at]
    columns = (
        *(some.lon[at], lat, shrink(lat), np.sqrt((some.ee[at] + some.nn[at]) / 2)),
        *((some.start_s[at] + some.end_s[at]) / 2, some.sigma_s[at], some.p_repeat[at]),
    )
    return side_by_side(columns)


def _said(reports: Reports, at: Ints) -> Floats:
    """Return what `saying` does, made in parts."""
    found = np.empty((len(at), SAID))

    def fill(part: slice) -> None:
        found[part] = saying(reports, at[part])

    abreast(fill, cut(len(at), ROWS))
    return found


@kernel
def followed(table: Floats, alike: Ints, placed: Flags) -> Ints:
    """Return for each row of the table, in the order of likeness and time, the row that it repeats."""
    found = np.arange(len(table))
    for at in range(1, len(table)):
        lead = at
        for before in range(at - 1, max(at - MOST_SEEN, 0) - 1, -1):
            if alike[before] != alike[at] or table[at, 4] - table[before, 4] > FAR * window_s(table, at):
                break
            if found[before] == before and repeats(table, before, at, placed, 1.0):
                lead = before
        if lead != at and chance(table, alike, placed, at) <= table[at, 6]:
            found[at] = lead
    return found


@kernel
def window_s(table: Floats, at: int) -> float:
    """Return for how long after a report its like is a repeat."""
    return float(TIME_SIGMAS * math.sqrt(2.0) * table[at, 5])


@kernel
def repeats(table: Floats, a: int, b: int, placed: Flags, windows: float) -> bool:
    """Say whether two rows lie within the bounds of a repeat, the time's so many times as wide."""
    if placed[a] != placed[b]:
        return False
    window = windows * min(window_s(table, a), window_s(table, b))
    if abs(table[a, 4] - table[b, 4]) > window:
        return False
    over = eastward(table[a, 0], table[b, 0])
    east = over * METRES_PER_DEGREE * (table[a, 2] + table[b, 2]) * 0.5
    north = (table[b, 1] - table[a, 1]) * METRES_PER_DEGREE
    bound = PLACE_SIGMAS * min(table[a, 3], table[b, 3])
    return bool(east * east + north * north <= 2.0 * bound * bound)


@kernel
def chance(table: Floats, alike: Ints, placed: Flags, at: int) -> float:
    """Return how many reports like this one fall into a window of its kind by chance: those just beyond it."""
    if not placed[at]:
        return 0.0
    many = 0
    for step in (-1, 1):
        other = at + step
        while 0 <= other < len(table) and abs(other - at) <= MOST_SEEN and alike[other] == alike[at]:
            if repeats(table, other, at, placed, FAR) and not repeats(table, other, at, placed, 1.0):
                many += 1
            other += step
    return many / (2.0 * (FAR - 1.0))
